"""Givers lay down what a block may hear of their own cases: who may know it, in which block that fits, and what all who sit there have."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import and_, delete, func, select, update

from hub.agendas.proposing import RULES, Candidate, Moment
from hub.agendas.queries import Nomination, case_blocks, moment_of, nominations
from hub.agendas.rules import ELSEWHERE, NO_BLOCK, NO_PLACE
from hub.agendas.tables import BlockLineRow, ItemRow, NominationRow, PlacedRow
from hub.agendas.together import together
from hub.agreements.tables import PointerRow
from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.house import House
from hub.cases.told import OpenCase, Telling, told
from hub.casuistry.rules import CODES
from hub.consultations.queries import body
from hub.consultations.rules import Block, Body, Consultation, Level, State
from hub.contacts.queries import agreed_about_own
from hub.kernel.database import Work
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.sharing.facts import Value
from hub.sharing.projection import written
from hub.sharing.vocabulary import Vocabulary, self_and_above

MADE = (State.PREPARING, State.PUBLISHED)  # while an agenda is being made or stands, and the meeting has not begun
OUTCOMES = ("status", "outcome")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a block may hear of one case, as it would be laid down now."""

    facts: Mapping[str, Any]
    days: Mapping[str, str]
    first_on: date
    changed_on: date
    until: date
    is_urgent: bool
    is_connected: bool
    nominated_by: tuple[str, ...]
    minutes_asked: int | None
    because: str | None
    follows: UUID | None

    def held(self, block: Block) -> bytes:
        """What tells this from another version of the line; how long it may stand is no part of it, since nobody is shown that."""
        said = {name: getattr(self, name) for name in self.__slots__ if name not in ("until", "follows")}
        text = json.dumps({**said, "block": str(block.id)}, ensure_ascii=False, sort_keys=True, default=str)
        return sha256(text.encode()).digest()

    def columns(self) -> dict[str, Any]:
        """As the table holds it."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "nominated_by": list(self.nominated_by)}


@dataclass(frozen=True, slots=True)
class _Desk:
    """Everything that the placing of one giver looks at, read once."""

    meeting: Consultation
    body: Body
    blocks: tuple[Block, ...]
    at: Moment
    nominations: tuple[Nomination, ...]
    agreed: frozenset[tuple[PartnerId, str]]
    held_over: Mapping[UUID, ItemRow]
    words: Vocabulary
    me: PartnerId


def place(work: Work, *, house: House, meeting: Consultation, only: UUID | None = None) -> int:
    """
    Lay down what the blocks of this meeting may hear of the acting partner's cases, and take away what they may not hear any more.

    Of a body that speaks of figures alone, or once the meeting has begun, nothing happens. The answer is how many lines were written,
    changed or taken away; doing it again with nothing changed does nothing. With `only` nothing happens but for this case: what is done
    about one case leaves no trace at another.
    """
    held = body(work, slug=meeting.body)
    if meeting.state not in MADE or held.level is Level.FIGURES:
        return 0
    desk = _desk(work, meeting, held, house)
    before = {row.contribution: row for row in _placed(work, meeting.id) if only in (None, row.contribution)}
    wanted = None if only is None else [only]
    cases = {one.contribution: one for one in told(work, house=house, contributions=wanted)} if desk.blocks else {}
    done = sum(_lay(work, desk, case, before.get(key)) for key, case in cases.items())
    return done + sum(_take_away(work, row, NO_BLOCK) for key, row in before.items() if key not in cases)


def needs_placing(work: Work, *, meeting: Consultation) -> bool:
    """Whether something happened since the lines were laid: one went, or somebody nominated a case of the acting partner."""
    if meeting.state not in MADE:
        return False
    lines = (BlockLineRow.partner == work.partner, BlockLineRow.writer == work.partner, BlockLineRow.consultation == meeting.id)
    latest = work.session.scalar(select(func.max(BlockLineRow.made_at)).where(*lines))
    ours = (NominationRow.partner == work.partner, NominationRow.consultation == meeting.id)
    asked = select(func.max(func.greatest(NominationRow.made_at, NominationRow.withdrawn_at))).where(*ours, NominationRow.about != "theme")
    said = work.session.scalar(asked.where((NominationRow.about == "own") | (NominationRow.writer != work.partner)))
    return any(row.is_gone for row in _placed(work, meeting.id)) or (said is not None and (latest is None or said > latest))


def _desk(work: Work, meeting: Consultation, held: Body, house: House) -> _Desk:
    return _Desk(
        meeting, held, case_blocks(work, consultation=meeting), moment_of(work, consultation=meeting),
        nominations(work, consultation=meeting.id), agreed_about_own(work), _held_over(work, held, meeting), house.book.vocabulary,
        work.partner,
    )  # fmt: skip


def _placed(work: Work, meeting: UUID) -> Sequence[PlacedRow]:
    mine = (PlacedRow.partner == work.partner, PlacedRow.consultation == meeting)
    return work.session.scalars(select(PlacedRow).where(*mine).execution_options(populate_existing=True)).all()


def _held_over(work: Work, held: Body, meeting: Consultation) -> dict[UUID, ItemRow]:
    """Per own case the item at an earlier meeting of this body that was held over."""
    same = and_(PlacedRow.partner == ItemRow.partner, PlacedRow.line == ItemRow.line)
    asked = select(PlacedRow.contribution, ItemRow).join(ItemRow, same).where(PlacedRow.partner == work.partner, ItemRow.body == held.slug)
    held_over = asked.where(ItemRow.outcome == "held_over", ItemRow.consultation != meeting.id)
    rows = work.session.execute(held_over.order_by(ItemRow.starts.nulls_first()))
    return {row[0]: row[1] for row in rows}


def _lay(work: Work, desk: _Desk, case: OpenCase, row: PlacedRow | None) -> int:
    tellings = _tellings(desk, case)
    block = block_for(desk.blocks, audience=frozenset({desk.me, *tellings}))
    if block is None:
        return _note_why(work, desk, case, row, NO_BLOCK) if tellings or row else 0
    readers = [tellings[seat] for seat in sorted(block.seats - {desk.me})]
    spoken = _spoken(desk, case, block, readers)
    if (reason := _elsewhere(desk, spoken)) is not None:
        return _note_why(work, desk, case, row, reason)
    if row is None and not is_candidate(spoken, at=desk.at):
        return 0
    if row is not None and not row.is_gone and row.block == block.id and row.held == spoken.held(block):
        return 0
    _put(work, desk, (case, block, spoken), row)
    return 1


def block_for(blocks: Iterable[Block], *, audience: frozenset[PartnerId]) -> Block | None:
    """The block with the most seats that are all in the audience, the earlier one of equals; None when none fits."""
    fitting = [block for block in blocks if block.seats <= audience]
    return min(fitting, key=lambda block: (-len(block.seats), block.no, block.id)) if fitting else None


def is_candidate(spoken: Spoken, *, at: Moment) -> bool:
    """Whether there is a reason, in what all of the block know or somebody declared, to speak of this case."""
    one = Candidate(
        UUID(int=0), "case", "", spoken.first_on, spoken.changed_on, None, spoken.is_urgent, spoken.is_connected, spoken.nominated_by,
        spoken.minutes_asked, int(spoken.follows is not None),
    )  # fmt: skip
    return any(rule.holds(one, at) for rule in RULES)


def spoken_facts(readers: Sequence[Telling], *, words: Vocabulary) -> tuple[dict[str, Value], dict[str, date]]:
    """What all of these readers have of a case, and since when: the day on which the last of those with just that shape got it so."""
    first = max(one.first_given_on for one in readers)
    facts = together([one.facts for one in readers], vocabulary=words)
    days = {fact: max((one.since[fact] for one in readers if one.facts[fact] == value), default=first) for fact, value in facts.items()}
    return facts, days


def _tellings(desk: _Desk, case: OpenCase) -> dict[PartnerId, Telling]:
    """Who of the body may speak of this case under an agreement that the body is registered for."""
    fit = [one for one in case.tellings if one.collaboration in desk.body.collaborations and one.recipient in desk.body.partners]
    return {one.recipient: one for one in reversed(fit)}


def _spoken(desk: _Desk, case: OpenCase, block: Block, readers: list[Telling]) -> Spoken:
    facts, days = spoken_facts(readers, words=desk.words)
    first = max(one.first_given_on for one in readers)
    codes = {(one.recipient, one.code) for one in readers}
    asked = [one for one in desk.nominations if _is_about(one, desk.me, case, codes)]
    before = desk.held_over.get(case.contribution)
    follows = before.line if before is not None and block.seats <= frozenset(before.members) else None
    return Spoken(
        {fact: written(value) for fact, value in facts.items()}, {fact: day.isoformat() for fact, day in sorted(days.items())}, first,
        max([first, *days.values()]), min(one.shown_until for one in readers), any(one.is_urgent and one.by == desk.me for one in asked),
        codes <= desk.agreed, tuple(sorted({str(one.by) for one in asked})), max((one.minutes for one in asked), default=None),
        "; ".join(one.because for one in asked) or None, follows,
    )  # fmt: skip


def _is_about(one: Nomination, me: PartnerId, case: OpenCase, codes: set[tuple[PartnerId, str]]) -> bool:
    """Of others only what somebody says who sits in the block: who else knows of a case is no business of the block."""
    return (one.about == "own" and one.by == me and one.contribution == case.contribution) or (
        one.about == "received" and (one.by, one.code) in codes
    )


def _elsewhere(desk: _Desk, spoken: Spoken) -> str | None:
    """Why a body of one province does not speak of this case, judged by what all of the block know; what its giver says outweighs it."""
    if desk.body.province is None or spoken.is_urgent or spoken.nominated_by:
        return None
    place, codes = spoken.facts.get("place"), desk.words.codes_of("place")
    if place is None or codes is None:
        return NO_PLACE
    return None if CODES[desk.body.province] in self_and_above(place, codes=codes) else ELSEWHERE


def _put(work: Work, desk: _Desk, what: tuple[OpenCase, Block, Spoken], row: PlacedRow | None) -> None:
    """Write the line for everybody in the block, with the code by which each knows the case; an old version goes first."""
    case, block, spoken = what
    held, line = spoken.held(block), _line_in(work, block, row)
    revision = (row.revision + (row.held != held)) if row else 1
    if row is not None:
        _remove_lines(work, row.line)
    names = {key: one.name for key, one in partners_by_id(work).items()}
    head = {"partner": desk.me, "writer": desk.me, "body": desk.body.slug}
    told = {**spoken.columns(), "nominated_by": [names[PartnerId(int(number))] for number in spoken.nominated_by], "made_at": work.now}
    work.session.add(BlockLineRow(
        **head, id=line, members=sorted(block.seats), consultation=desk.meeting.id, block=block.id, revision=revision, **told
    ))  # fmt: skip
    for reader in sorted(block.seats - {desk.me}):
        code = next(one.code for one in case.tellings if one.recipient == reader)
        work.session.add(PointerRow(**head, id=uuid4(), members=sorted([desk.me, reader]), line=line, code=code))
    _write(work, desk, case, row, {"line": line, "block": block.id, "revision": revision, "is_gone": False, "reason": None, "held": held})
    record(work, Event.LINE_PLACED, consultation=desk.meeting.id, contribution=case.contribution, revision=revision)


def _line_in(work: Work, block: Block, row: PlacedRow | None) -> UUID:
    """The key of the line in this block; never that of a line of another one, for an item there would then speak of it before others."""
    if row is None:
        return uuid4()
    elsewhere = select(ItemRow.id).where(ItemRow.partner == work.partner, ItemRow.line == row.line, ItemRow.block != block.id)
    return row.line if work.session.scalar(elsewhere.limit(1)) is None else uuid4()


def _note_why(work: Work, desk: _Desk, case: OpenCase, row: PlacedRow | None, reason: str) -> int:
    """Tell the giver alone why its case stands in no block."""
    if row is None:
        line = {"line": uuid4(), "block": None, "revision": 0, "is_gone": False, "reason": reason, "held": None}
        _write(work, desk, case, None, line)
        return 0
    return _take_away(work, row, reason)


def _take_away(work: Work, row: PlacedRow, reason: str) -> int:
    had = row.block is not None
    if had:
        _remove_lines(work, row.line)
        record(work, Event.LINE_REMOVED, consultation=row.consultation, contribution=row.contribution)
    if had or row.reason != reason or row.is_gone:
        values = {"block": None, "is_gone": False, "reason": reason}
        work.session.execute(update(PlacedRow).where(_same(row)).values(values).execution_options(synchronize_session=False))
    return int(had)


def _remove_lines(work: Work, line: UUID) -> None:
    mine = (BlockLineRow.partner == work.partner, BlockLineRow.writer == work.partner, BlockLineRow.id == line)
    work.session.execute(delete(BlockLineRow).where(*mine))
    work.session.execute(
        delete(PointerRow).where(PointerRow.partner == work.partner, PointerRow.writer == work.partner, PointerRow.line == line)
    )


def _write(work: Work, desk: _Desk, case: OpenCase, row: PlacedRow | None, values: dict[str, Any]) -> None:
    if row is not None:
        work.session.execute(update(PlacedRow).where(_same(row)).values(values).execution_options(synchronize_session=False))
        return
    named = {"partner": desk.me, "contribution": case.contribution, "body": desk.body.slug, "consultation": desk.meeting.id}
    work.session.add(PlacedRow(**named, **values))
    work.session.flush()


def _same(row: PlacedRow) -> Any:
    return and_(PlacedRow.partner == row.partner, PlacedRow.line == row.line)


def placed_of(work: Work, *, contribution: UUID) -> Iterator[PlacedRow]:
    """Where an own case stands or stood on an agenda, or why it did not."""
    yield from work.session.scalars(select(PlacedRow).where(PlacedRow.partner == work.partner, PlacedRow.contribution == contribution))
