"""What a block could speak of: the lines in it, themes, actions that are late, and what was held over before."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from hub.agendas.proposing import Candidate, Case, Moment, holds, repeats
from hub.agendas.queries import lines, nominations
from hub.agendas.rules import Line
from hub.agendas.tables import ItemRow
from hub.agreements.queries import Agreement, open_agreements
from hub.consultations.rules import Block, BlockKind, Consultation
from hub.kernel.database import Work
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.partners.rules import Kind
from hub.sharing.facts import parse_span
from hub.watches.rules import OwnCase, case_dues
from hub.watches.rules import Rule as TermRule

SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Thing:
    """What a candidate is about, as its row says it."""

    line: UUID | None = None
    agreement: UUID | None = None
    title: str | None = None
    brought_by: PartnerId | None = None
    follows: UUID | None = None
    says: str | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """By this the same thing is known again."""
        return self.line, self.agreement, self.title, self.follows if self.line is None else None


Found = tuple[Candidate, Thing]


def candidates(work: Work, *, meeting: Consultation, block: Block, seated: Sequence[Block], at: Moment) -> list[Found]:
    """Everything that this block could speak of; what several of the blocks where we sit could speak of belongs to one of them."""
    late = [one for one in _late(work, meeting, at) if _home(one.readers, seated) == block]
    found: list[Found] = [(_of_agreement(one), Thing(agreement=one.id)) for one in late]
    if block.kind is BlockKind.CASES:
        here = [one for one in lines(work, consultation=meeting.id).values() if one.block == block.id]
        counts = repeats({one.id: _cases(one) for one in here}, today=at.today)
        before = _held_over(work, meeting)
        found += [_of_line(one, before.get(one.follows) if one.follows else None, counts[one.id]) for one in here]
        found += list(_themes(work, meeting, block, seated))
    return found


def _late(work: Work, meeting: Consultation, at: Moment) -> Iterator[Agreement]:
    for one in open_agreements(work, body=meeting.body):
        if holds("late", candidate=_of_agreement(one), at=at):
            yield one


def _home(readers: AbstractSet[PartnerId], seated: Sequence[Block]) -> Block | None:
    """The block that speaks of something which these may know: one for actions before one for cases, then the fullest, then the first."""
    fitting = [block for block in seated if block.seats <= readers]
    order = {BlockKind.AGREEMENTS: 0}
    return min(fitting, key=lambda one: (order.get(one.kind, 1), -len(one.seats), one.no, one.id)) if fitting else None


def _themes(work: Work, meeting: Consultation, block: Block, seated: Sequence[Block]) -> Iterator[Found]:
    """Themes that were nominated for who sits here, and those that were held over."""
    cases = [one for one in seated if one.kind is BlockKind.CASES]
    first = {seats: next(one for one in cases if one.seats == seats) for seats in {one.seats for one in cases}}
    for one in nominations(work, consultation=meeting.id):
        if one.about == "theme" and first.get(one.readers) == block:
            nominated = Candidate(one.id, "theme", "", nominated_by=(partners_by_id(work)[one.by].name,), minutes_asked=one.minutes)
            yield nominated, Thing(title=one.theme, brought_by=one.by, says=one.because)
    for row in _held_over(work, meeting).values():
        if row.kind == "theme" and _home({PartnerId(number) for number in row.members}, cases) == block:
            again = Candidate(row.id, "theme", "", held_over=row.held_over + 1, minutes_left=_left(row))
            yield again, Thing(title=row.title, brought_by=PartnerId(row.brought_by) if row.brought_by else None, follows=row.id)


def _held_over(work: Work, meeting: Consultation) -> dict[UUID, ItemRow]:
    """What was held over at earlier meetings of this body and has no successor elsewhere, by its line or its own key."""
    mine = (ItemRow.partner == work.partner, ItemRow.body == meeting.body, ItemRow.consultation != meeting.id)
    followed = select(ItemRow.follows).where(*mine, ItemRow.follows.is_not(None))
    rows = work.session.scalars(select(ItemRow).where(*mine, ItemRow.outcome == "held_over", ItemRow.id.not_in(followed)))
    return {row.line or row.id: row for row in rows}


def _of_line(line: Line, before: ItemRow | None, repeated: int) -> Found:
    outcome = max((day for fact, day in line.days.items() if fact in ("status", "outcome")), default=None)
    one = Candidate(
        line.id, "case", "", line.first_on, line.changed_on, outcome, line.is_urgent, line.is_connected, line.nominated_by,
        line.minutes_asked, before.held_over + 1 if before else 0, _left(before) if before else None, repeats=repeated,
        deadline=_term(line),
    )  # fmt: skip
    return one, Thing(line=line.id, brought_by=line.giver, follows=before.id if before else None)


def _of_agreement(one: Agreement) -> Candidate:
    return Candidate(one.id, "agreement", one.code, due=one.due, deferrals=one.deferrals)


def _left(row: ItemRow) -> int:
    """The minutes that an item did not use when it was held over."""
    used = (row.ended_at - row.begun_at) // timedelta(minutes=1) if row.begun_at and row.ended_at else 0
    return max(row.minutes - used, SHORTEST)


def _cases(line: Line) -> list[Case]:
    place, day = line.facts.get("place", ""), line.facts.get("incident_date")
    grounds = line.facts.get("ground") or []
    return [(place, ground, parse_span(day).first) for ground in grounds] if place.startswith("GM") and day else []


def _term(line: Line) -> date | None:
    """When the term for a complaint may end at the earliest, as all of the block can compute it themselves (art. 66 and 269 Sr)."""
    day, nature, kind = (line.facts.get(fact) for fact in ("incident_date", "nature", "report_kind"))
    if not day:
        return None
    known = OwnCase("", line.first_on, is_closed=False, incident=parse_span(day), report_kind=kind, nature=nature, offences=(),
                    outcome=None, outcome_on=None)  # fmt: skip
    return min((due.last_day for due in case_dues(known, kind=Kind.BUREAU) if due.rule is TermRule.COMPLAINT), default=None)
