"""What an organisation may have of an agenda: the items of its blocks, why others are not on it, nominations, and its own edition."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from hub.agendas.edition import Paper
from hub.agendas.paper import digest, paper_of
from hub.agendas.proposing import Moment
from hub.agendas.rules import ON_IT, Item, Line, Part, Source
from hub.agendas.tables import BlockLineRow, EditionRow, ItemRow, NominationRow
from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.house import House
from hub.consultations.queries import blocks, body, consultation, following, previous
from hub.consultations.rules import Block, BlockKind, Body, Consultation
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id

CANNOT_WAIT = timedelta(days=14)  # a term that ends so soon after the next meeting belongs on this one


@dataclass(frozen=True, slots=True)
class Edition:
    """What was published to the acting partner, and whether it would be another by now."""

    number: int
    published_at: datetime
    is_outdated: bool


@dataclass(frozen=True, slots=True)
class Agenda:
    """The agenda of a meeting as far as the acting partner sits in its blocks; before it is published only what it runs itself."""

    consultation: Consultation
    body: Body
    parts: tuple[Part, ...]
    edition: Edition | None
    leads: bool


@dataclass(frozen=True, slots=True)
class Nomination:
    """What somebody wants to be spoken of: an own case, one that was received, or a theme."""

    id: UUID
    by: PartnerId
    about: str
    contribution: UUID | None
    code: str | None
    theme: str | None
    because: str
    minutes: int
    is_urgent: bool
    readers: frozenset[PartnerId]
    made_at: datetime


def agenda_paper(work: Work, *, house: House, consultation: UUID) -> Paper:
    """
    The agenda for the acting partner, as of now: the one source of its page and its documents; NotFound for a meeting of others.

    Items stand in it once they are published; what an item holds follows the rows that its givers share today.
    """
    found = agenda(work, consultation=consultation)
    record(work, Event.AGENDA_OPENED, consultation=consultation, number=found.edition.number if found.edition else 0)
    return paper_of(work, source=_source(found), house=house)


def common_paper(work: Work, *, consultation: UUID) -> Paper:
    """The same without what only the acting partner may read: what may be spoken of; by this an edition is known to be outdated."""
    return paper_of(work, source=_source(_agenda(work, consultation)), house=None)


def agenda(work: Work, *, consultation: UUID) -> Agenda:
    """The agenda with its candidates, for who runs blocks, and with what is published for everybody else; NotFound for others' meetings."""
    found = _agenda(work, consultation)
    return Agenda(found.consultation, found.body, found.parts, _edition(work, found), found.leads)


def lines(work: Work, *, consultation: UUID) -> Mapping[UUID, Line]:
    """What may be heard in the blocks of the acting partner, by key; a line past its last day is left out."""
    mine = (BlockLineRow.partner == work.partner, BlockLineRow.consultation == consultation, BlockLineRow.until >= today(work.now))
    rows = work.session.scalars(select(BlockLineRow).where(*mine).execution_options(populate_existing=True))
    return {row.id: _line(row) for row in rows}


def items(work: Work, *, consultation: UUID) -> tuple[Item, ...]:
    """Every item and candidate of the blocks in which the acting partner sits, published or not, in their order."""
    known, names = lines(work, consultation=consultation), {key: one.name for key, one in partners_by_id(work).items()}
    mine = (ItemRow.partner == work.partner, ItemRow.consultation == consultation)
    rows = work.session.scalars(select(ItemRow).where(*mine).order_by(ItemRow.no, ItemRow.code).execution_options(populate_existing=True))
    return tuple(_item(row, known, names) for row in rows)


def nominations(work: Work, *, consultation: UUID) -> tuple[Nomination, ...]:
    """The nominations for a meeting that the acting partner made or got and that stand, in the order in which they were made."""
    mine = (NominationRow.partner == work.partner, NominationRow.consultation == consultation, NominationRow.withdrawn_at.is_(None))
    rows = work.session.scalars(select(NominationRow).where(*mine).order_by(NominationRow.made_at, NominationRow.id))
    return tuple(_nomination(row) for row in rows)


def moment_of(work: Work, *, consultation: Consultation) -> Moment:
    """Today, the day of the meeting before, and two weeks after the next one; without them the longest gap that the body allows."""
    before, after = previous(work, consultation=consultation), following(work, consultation=consultation)
    gap, day = timedelta(days=body(work, slug=consultation.body).gaps[-1]), today(consultation.starts)
    horizon = (today(after.starts) if after else day + gap) + CANNOT_WAIT
    return Moment(today(work.now), today(before.starts) if before else day - gap, horizon)


def case_blocks(work: Work, *, consultation: Consultation) -> tuple[Block, ...]:
    """The blocks for cases and themes in which the acting partner sits with others, in their order."""
    found = blocks(work, body=consultation.body, consultation=consultation.id)
    return tuple(one for one in found if one.kind is BlockKind.CASES and work.partner in one.seats and len(one.seats) > 1)


def own_edition(work: Work, *, consultation: UUID) -> EditionRow | None:
    """The latest agenda that was published to the acting partner, if there is one."""
    mine = (EditionRow.partner == work.partner, EditionRow.consultation == consultation, EditionRow.kind == "agenda")
    asked = select(EditionRow).where(*mine).order_by(EditionRow.number.desc()).limit(1)
    return work.session.scalar(asked.execution_options(populate_existing=True))


def item_row(work: Work, *, consultation: UUID, item: UUID) -> ItemRow:
    """The row of an item in a block that the acting partner runs; NotFound for any other."""
    row = work.session.get(ItemRow, (work.partner, item), populate_existing=True)
    if row is None or row.consultation != consultation or row.writer != work.partner:
        raise NotFound
    return row


def _agenda(work: Work, id: UUID) -> Agenda:
    meeting = consultation(work, id=id)
    names = {key: one.name for key, one in partners_by_id(work).items()}
    found, parts = items(work, consultation=id), []
    seated = [one for one in blocks(work, body=meeting.body, consultation=id) if work.partner in one.seats]
    for block in sorted(seated, key=lambda one: (one.starts or meeting.starts, one.no)):
        ours = block.run_by == work.partner
        here = [item for item in found if item.block == block.id and (ours or _is_out(item, meeting))]
        seats = tuple(sorted(names[seat] for seat in block.seats))
        on, off = tuple(one for one in here if one.state != "left_out"), tuple(one for one in here if one.state == "left_out")
        parts.append(Part(block, seats, on, off, ours))
    held = body(work, slug=meeting.body)
    return Agenda(meeting, held, tuple(parts), None, held.coordinator == work.partner)


def _is_out(item: Item, meeting: Consultation) -> bool:
    """Candidates that stayed out are told of together with what is on it."""
    return item.state in ON_IT or (item.state == "left_out" and meeting.published_at is not None)


def _source(found: Agenda) -> Source:
    """What stands on paper: the published items alone."""
    parts = tuple(replace(one, items=tuple(item for item in one.items if item.state in ON_IT)) for one in found.parts)
    return Source(found.consultation, found.body, parts)


def _edition(work: Work, found: Agenda) -> Edition | None:
    row = own_edition(work, consultation=found.consultation.id)
    if row is None:
        return None
    now = paper_of(work, source=_source(found), house=None)
    return Edition(row.number, row.published_at, digest(now) != row.sha256)


def _line(row: BlockLineRow) -> Line:
    days = {fact: date.fromisoformat(day) for fact, day in row.days.items()}
    return Line(
        row.id, row.block, row.writer, row.revision, row.facts, days, row.first_on, row.changed_on, row.is_urgent, row.is_connected,
        tuple(row.nominated_by), row.minutes_asked, row.because, row.follows,
    )  # fmt: skip


def _item(row: ItemRow, known: Mapping[UUID, Line], names: Mapping[PartnerId, str]) -> Item:
    line = known.get(row.line) if row.line else None
    line = line if line and line.block == row.block else None  # what one block may hear is never said in another
    as_computed = row.computed.get("state") == row.state and row.computed.get("no") == row.no and row.computed.get("minutes") == row.minutes
    return Item(
        row.id, row.block, row.code, row.kind, row.state, row.no, row.minutes, row.is_must, tuple(row.reasons), row.because, row.title,
        line, row.agreement, names.get(PartnerId(row.brought_by)) if row.brought_by else None, row.starts, row.held_over,
        not as_computed and row.state in ("proposed", "left_out"), row.version,
    )  # fmt: skip


def _nomination(row: NominationRow) -> Nomination:
    return Nomination(
        row.id, row.writer, row.about, row.contribution, row.code, row.theme, row.because, row.minutes, row.is_urgent,
        frozenset(PartnerId(number) for number in row.members), row.made_at,
    )  # fmt: skip
