"""A meeting as the acting partner sees it in the room: its blocks and items, who is there, and what may be on the screen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from hub.agendas.tables import BlockLineRow, ItemRow
from hub.agreements.queries import Agreement, Decision, agreements_of, of_consultation
from hub.agreements.tables import PointerRow
from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.queries import own_codes_behind
from hub.cases.readable import still_received
from hub.consultations import queries as meetings
from hub.consultations.rules import Block, Consultation, Member, State
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import PartnerId
from hub.meetings.rules import GUEST, ON_THE_AGENDA, may_be_shown
from hub.meetings.tables import OwnNoteRow, PresenceRow
from hub.meetings.told import gone_items
from hub.partners.queries import partners_by_id
from hub.sharing.dutch import fact_text, label
from hub.sharing.facts import FACTS

TITLE = ("nature", "place", "incident_date")
GUEST_IN_DUTCH = "Gast"
Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class InRoom:
    """Somebody who is in the room, or was; `left_at` is None while inside."""

    id: UUID
    name: str
    organisation: PartnerId
    organisation_name: str
    came_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Point:
    """
    One item in the room. `facts` are what all of its block may hear; `case` is the own address of that case, where it can be looked at.

    Of one about a case that reaches the acting partner no more `is_gone` holds: neither what was said of it nor why it was on is there.
    `is_shown` says whether it may stand on the screen before who is present now; `is_run` whether the acting partner writes it down.
    """

    id: UUID
    block: UUID
    code: str
    kind: str
    title: str
    brought_by: str
    state: str
    no: int
    minutes: int
    starts: datetime | None
    reasons: tuple[str, ...]
    facts: Facts
    case: str
    begun_at: datetime | None
    ended_at: datetime | None
    discussion: str
    outcome: str | None
    version: int
    is_shown: bool
    is_run: bool
    is_gone: bool
    decisions: tuple[Decision, ...]
    agreements: tuple[Agreement, ...]
    own_note: str


@dataclass(frozen=True, slots=True)
class Part:
    """A block with its items; `seats` are names."""

    block: Block
    seats: tuple[str, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody of a member who is not inside; `slug` is that of the organisation."""

    slug: str
    organisation_name: str
    name: str


@dataclass(frozen=True, slots=True)
class Hall:
    """
    A meeting in the room, as far as the acting partner sits in its blocks.

    `hidden` are the codes that may not be on the screen now, from own rows; `expected` are people of members who are not inside.
    """

    meeting: Consultation
    body_name: str
    parts: tuple[Part, ...]
    inside: tuple[InRoom, ...]
    gone: tuple[InRoom, ...]
    expected: tuple[Expected, ...]
    members: tuple[Member, ...]
    hidden: tuple[str, ...]
    current: Point | None
    is_led: bool
    is_going: bool
    may_start: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """What everybody in the room may read now; without a point there is nothing to read, for whatever reason."""

    body_name: str
    is_going: bool
    point: Point | None


def hall(work: Work, *, consultation: UUID) -> Hall:
    """The meeting with every block in which the acting partner sits; NotFound for a meeting of which it is no member."""
    found = _hall(work, consultation)
    record(work, Event.MEETING_OPENED, consultation=consultation, page="zaal")
    return found


def point(work: Work, *, consultation: UUID, item: UUID) -> tuple[Hall, Point]:
    """One item of this meeting with what is around it; NotFound for an item of a block in which the acting partner does not sit."""
    found = _hall(work, consultation)
    mine = [one for part in found.parts for one in part.points if one.id == item]
    if not mine:
        raise NotFound
    record(work, Event.MEETING_OPENED, consultation=consultation, page="agendapunt")
    return found, mine[0]


def screen(work: Work, *, consultation: UUID) -> Screen:
    """
    What may be read by all who are present now: the item that was begun, if everybody in the room sits in its block.

    Looked up anew at each call, so that it is narrower at once when somebody comes in, and empty at once when a case is shared no more.
    That an item was begun, and before whom, leaves lines of its own; a look at the screen leaves none.
    """
    found = _hall(work, consultation)
    current = found.current
    return Screen(found.body_name, found.is_going, current if current and current.is_shown else None)


def present(work: Work, *, consultation: UUID) -> frozenset[PartnerId]:
    """The organisations of which somebody is inside now; a guest counts as one of no partner."""
    return frozenset(one.organisation for one in _presence(work, consultation) if one.left_at is None)


def _hall(work: Work, consultation: UUID) -> Hall:
    meeting = meetings.consultation(work, id=consultation)
    body = meetings.body(work, slug=meeting.body)
    blocks = [one for one in meetings.blocks(work, body=meeting.body, consultation=consultation) if work.partner in one.seats]
    room = _presence(work, consultation)
    inside, names = tuple(one for one in room if one.left_at is None), {one.partner: one.name for one in body.members}
    points = _points(work, consultation, blocks, frozenset(one.organisation for one in inside))
    parts = tuple(
        Part(one, tuple(names.get(seat, "") for seat in sorted(one.seats)), tuple(p for p in points if p.block == one.id)) for one in blocks
    )
    there = {(one.organisation, one.name) for one in inside}
    members = {one.partner: one for one in body.members}
    expected = tuple(
        Expected(members[one.partner].slug, members[one.partner].name, one.name)
        for one in meetings.attendees(work, body=meeting.body)
        if one.partner in members and (one.partner, one.name) not in there
    )
    going, led = meeting.state is State.GOING, meeting.writer == work.partner
    return Hall(
        meeting, body.name, parts, inside, tuple(one for one in room if one.left_at is not None), expected, body.members,
        tuple(one.code for one in points if not one.is_shown and not one.ended_at) if inside else (), _current(points), led, going,
        led and meeting.state is State.PUBLISHED,
    )  # fmt: skip


def _current(points: Iterable[Point]) -> Point | None:
    begun = [(one.begun_at, one.code, one) for one in points if one.begun_at and not one.ended_at]
    return max(begun)[2] if begun else None


def _presence(work: Work, consultation: UUID) -> tuple[InRoom, ...]:
    asked = select(PresenceRow).where(PresenceRow.partner == work.partner, PresenceRow.consultation == consultation)
    known = {number: one.name for number, one in partners_by_id(work).items()} | {GUEST: GUEST_IN_DUTCH}
    rows = work.session.scalars(asked.order_by(PresenceRow.came_at, PresenceRow.id).execution_options(populate_existing=True))
    return tuple(InRoom(row.id, row.name, row.organisation, known.get(row.organisation, ""), row.came_at, row.left_at) for row in rows)


def _points(work: Work, meeting: UUID, blocks: Collection[Block], inside: frozenset[PartnerId]) -> tuple[Point, ...]:
    seated = {one.id: one for one in blocks}
    if not seated:
        return ()
    asked = select(ItemRow).where(ItemRow.partner == work.partner, ItemRow.block.in_(seated), ItemRow.state.in_(ON_THE_AGENDA))
    rows = work.session.scalars(asked.order_by(ItemRow.no, ItemRow.code).execution_options(populate_existing=True)).all()
    lines = [row.line for row in rows if row.line]
    facts, cases, notes = facts_of(work, lines=lines), addresses_of(work, lines=lines), _notes(work, [row.id for row in rows])
    held, gone = of_consultation(work, consultation=meeting), gone_items(work, items=[row.id for row in rows])
    known, actions = partners_by_id(work), _actions(work, rows)
    return tuple(
        Point(
            row.id, row.block, row.code, row.kind, _title(row, facts.get(row.line, ()) if row.line else (), actions),
            known[PartnerId(row.brought_by)].name if row.brought_by else "", row.state, row.no, row.minutes, row.starts,
            () if row.id in gone else tuple(row.reasons),
            facts.get(row.line, ()) if row.line else (), cases.get(row.line, "") if row.line else "", row.begun_at, row.ended_at,
            "" if row.id in gone else row.discussion, row.outcome, row.version,
            may_be_shown(row.kind, seats=seated[row.block].seats, present=inside), row.writer == work.partner, row.id in gone,
            tuple(one for one in held.decisions if one.item == row.id), tuple(one for one in held.agreements if one.item == row.id),
            notes.get(row.id, ""),
        )
        for row in rows
    )  # fmt: skip


def _actions(work: Work, rows: Collection[ItemRow]) -> Mapping[UUID, str]:
    """What the actions are called that came back as an item."""
    found = agreements_of(work, ids={row.agreement for row in rows if row.agreement})
    return {one.id: one.what for one in found}


def _title(row: ItemRow, facts: Facts, actions: Mapping[UUID, str]) -> str:
    """What an item is called before its block: a case by what all may hear of it, and by no more than 'Zaak' when its line is gone."""
    if row.kind == "case":
        told = dict(facts)
        words = [told[name] for fact in TITLE if (name := label(fact, of="facts")) in told]
        said = ", ".join(words) or "Zaak"
        return said[:1].upper() + said[1:]
    return row.title or (actions.get(row.agreement, "Actiepunt") if row.agreement else "")


def facts_of(work: Work, *, lines: Collection[UUID]) -> Mapping[UUID, Facts]:
    """What all of a block may hear of each of these cases, as labels and words; a line that is gone, or past its last day, is left out."""
    asked = select(BlockLineRow).where(
        BlockLineRow.partner == work.partner, BlockLineRow.id.in_(lines), BlockLineRow.until >= today(work.now)
    )
    rows = work.session.scalars(asked.execution_options(populate_existing=True))
    return {
        row.id: tuple((label(fact, of="facts"), fact_text(row.facts[fact], fact=fact)) for fact in FACTS if row.facts.get(fact) is not None)
        for row in rows
    }


def addresses_of(work: Work, *, lines: Collection[UUID]) -> Mapping[UUID, str]:
    """Where each of these cases stands for the acting partner: as an own case, or received under its own code."""
    rows = work.session.scalars(select(PointerRow).where(PointerRow.partner == work.partner, PointerRow.line.in_(lines))).all()
    mine = own_codes_behind(work, codes=[row.code for row in rows if row.writer == work.partner])
    theirs = still_received(work, codes=[row.code for row in rows if row.writer != work.partner])
    own = {row.line: f"/zaken/{mine[row.code]}" for row in rows if row.code in mine}
    return own | {row.line: f"/ontvangen/{row.code}" for row in rows if row.code in theirs and row.writer != work.partner}


def _notes(work: Work, items: Collection[UUID]) -> Mapping[UUID, str]:
    rows = work.session.scalars(select(OwnNoteRow).where(OwnNoteRow.partner == work.partner, OwnNoteRow.item.in_(items)))
    return {row.item: row.words for row in rows}
