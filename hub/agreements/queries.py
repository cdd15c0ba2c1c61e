"""What was decided, promised and agreed in the blocks where the acting partner sits, and how actions go on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hub.agreements.rules import OVER, Life, Stand, Step, Word, life_of, open_steps
from hub.agreements.tables import AgreementRow, DecisionRow, ProgressRow
from hub.agreements.told import TAKEN_AWAY, told_lines
from hub.consultations.queries import bodies
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner

KINDS = ("decision", "commitment")


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision, or with kind `commitment` a promise, of one block."""

    id: UUID
    consultation: UUID
    block: UUID
    item: UUID
    code: str
    kind: str
    words: str
    made_on: date


@dataclass(frozen=True, slots=True)
class Taken:
    """A step in the life of an action, with who took it."""

    by: Partner
    word: Word
    on: date
    due: date | None
    because: str | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """
    An agreed action as who sits in its block sees it; `readers` are those partners.

    `due` is the day by which it is due now, `first_due` the one that was agreed at first; `days_late` is None when it is not late or over;
    `can` are the steps that the acting partner may take now. Of an action about a case that reaches the acting partner no more `is_gone`
    holds, and its words are not there.
    """

    id: UUID
    body: str
    consultation: UUID
    block: UUID
    item: UUID
    readers: frozenset[PartnerId]
    code: str
    what: str
    done_when: str
    owner: Partner
    owner_name: str
    first_due: date
    due: date
    checks: tuple[date, ...]
    made_on: date
    stand: Stand
    deferrals: int
    days_late: int | None
    steps: tuple[Taken, ...]
    can: tuple[Word, ...]
    is_own: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Everything that one meeting led to, as far as the acting partner sits in the blocks."""

    decisions: tuple[Decision, ...]
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which actions a list shows: `whose` is own, others or all; `stand` is open, late, over or all; of one body or of all."""

    whose: str = "own"
    stand: str = "open"
    body: str | None = None


def agreements(work: Work, *, wanted: Wanted | None = None) -> tuple[Agreement, ...]:
    """The actions of the blocks in which the acting partner sits, those due first on top; own open ones unless asked otherwise."""
    asked = wanted or Wanted()
    found = _agreements(work, AgreementRow.body == asked.body if asked.body else None)
    return tuple(one for one in found if _is_wanted(one, asked))


def open_agreements(work: Work, *, body: str) -> tuple[Agreement, ...]:
    """Every action of this body that is not over and that the acting partner may see, those due first on top."""
    return tuple(one for one in _agreements(work, AgreementRow.body == body) if one.stand not in OVER)


def of_consultation(work: Work, *, consultation: UUID) -> Outcomes:
    """The decisions, promises and actions of one meeting, in the order in which they were made."""
    made = sorted(_agreements(work, AgreementRow.consultation == consultation), key=lambda one: (one.made_on, one.code))
    return Outcomes(_decisions(work, DecisionRow.consultation == consultation), tuple(made))


def of_items(work: Work, *, items: Collection[UUID]) -> Outcomes:
    """The decisions, promises and actions of these items, as far as the acting partner sits in their blocks."""
    return Outcomes(_decisions(work, DecisionRow.item.in_(items)), _agreements(work, AgreementRow.item.in_(items)))


def agreement(work: Work, *, id: UUID) -> Agreement:
    """One action; NotFound for one that is not there or of a block in which the acting partner does not sit."""
    found = _agreements(work, AgreementRow.id == id)
    if not found:
        raise NotFound
    return found[0]


def agreements_of(work: Work, *, ids: Collection[UUID]) -> tuple[Agreement, ...]:
    """These actions, as far as the acting partner sits in their blocks."""
    return _agreements(work, AgreementRow.id.in_(ids)) if ids else ()


def agreement_coded(work: Work, *, code: str) -> Agreement:
    """The action with this code, with or without capitals; NotFound for any other."""
    found = _agreements(work, AgreementRow.code == code.strip().upper())
    if not found:
        raise NotFound
    return found[0]


def late_of_us(work: Work) -> int:
    """How many own actions are past their day; of none anything more is told."""
    return len(agreements(work, wanted=Wanted(stand="late")))


def steps_of(work: Work, *, agreements: Collection[UUID]) -> dict[UUID, list[ProgressRow]]:
    """The steps of these actions, per action in the order in which they were taken."""
    asked = select(ProgressRow).where(ProgressRow.partner == work.partner, ProgressRow.agreement.in_(agreements))
    found: dict[UUID, list[ProgressRow]] = {}
    for row in work.session.scalars(asked.order_by(ProgressRow.at, ProgressRow.id).execution_options(populate_existing=True)):
        found.setdefault(row.agreement, []).append(row)
    return found


def life_now(work: Work, *, row: AgreementRow) -> tuple[Life, datetime | None]:
    """Where the action of this row stands now, and when the last step was taken."""
    steps = steps_of(work, agreements=[row.id]).get(row.id, [])
    return _life(row, steps), steps[-1].at if steps else None


def _is_wanted(one: Agreement, asked: Wanted) -> bool:
    whose = {"own": one.is_own, "others": not one.is_own}.get(asked.whose, True)
    stand = {"open": one.stand not in OVER, "late": one.days_late is not None, "over": one.stand in OVER}.get(asked.stand, True)
    return whose and stand


def _agreements(work: Work, condition: Any) -> tuple[Agreement, ...]:
    """Only of bodies to which the acting partner belongs today."""
    mine = [one.slug for one in bodies(work)]
    asked = select(AgreementRow).where(AgreementRow.partner == work.partner, AgreementRow.body.in_(mine))
    rows = work.session.scalars(asked if condition is None else asked.where(condition)).all()
    steps, known, day = steps_of(work, agreements=[row.id for row in rows]), partners_by_id(work), today(work.now)
    told = told_lines(work, lines={row.line for row in rows if row.line})
    found = [_agreement(row, steps.get(row.id, []), known, (work.partner, day)) for row in rows]
    found = [_emptied(one) if row.line and row.line not in told else one for one, row in zip(found, rows, strict=True)]
    return tuple(sorted(found, key=lambda one: (one.due, one.code)))


def _agreement(row: AgreementRow, steps: list[ProgressRow], known: Any, seen: tuple[PartnerId, date]) -> Agreement:
    me, day = seen
    now = _life(row, steps)
    late = (day - now.due).days if now.stand not in OVER | {Stand.REPORTED} and now.due < day else None
    taken = tuple(Taken(known[one.writer], Word(one.word), today(one.at), one.due, one.because) for one in steps)
    return Agreement(
        row.id, row.body, row.consultation, row.block, row.item, frozenset(PartnerId(number) for number in row.members), row.code, row.what,
        row.done_when, known[row.owner], row.owner_name, row.due, now.due, tuple(row.checks), today(row.made_at), now.stand, now.deferrals,
        late, taken, open_steps(now.stand, owner=row.owner, by=me), row.owner == me, is_gone=False,
    )  # fmt: skip


def _emptied(one: Agreement) -> Agreement:
    """Who owns it and by when stays, so that it can be closed; what it says, and why it was put off, do not."""
    steps = tuple(replace(step, because=None) for step in one.steps)
    return replace(one, what=TAKEN_AWAY, done_when=TAKEN_AWAY, steps=steps, is_gone=True)


def _life(row: AgreementRow, steps: Iterable[ProgressRow]) -> Life:
    return life_of((_step(one) for one in steps), owner=row.owner, due=row.due)


def _step(row: ProgressRow) -> Step:
    return Step(row.writer, Word(row.word), today(row.at), row.due, row.because)


def _decisions(work: Work, condition: Any) -> tuple[Decision, ...]:
    mine = [one.slug for one in bodies(work)]
    asked = select(DecisionRow).where(DecisionRow.partner == work.partner, DecisionRow.body.in_(mine), condition)
    rows = work.session.scalars(asked.order_by(DecisionRow.made_at, DecisionRow.code)).all()
    told = told_lines(work, lines={row.line for row in rows if row.line})
    return tuple(
        Decision(
            row.id, row.consultation, row.block, row.item, row.code, row.kind,
            TAKEN_AWAY if row.line and row.line not in told else row.words, today(row.made_at),
        )
        for row in rows
    )  # fmt: skip
