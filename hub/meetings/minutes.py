"""Minutes and the list of decisions and actions, as the acting partner may read them: of the blocks in which it sits, and of no other."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hub.agendas.edition import Entry, Paper, Part, Told
from hub.agendas.paper import facts_in_words
from hub.agendas.queries import lines
from hub.agendas.tables import ItemRow
from hub.agreements.queries import Agreement, Outcomes, of_consultation
from hub.agreements.told import TAKEN_AWAY
from hub.consultations import queries as meetings
from hub.consultations.rules import FELL_OUT, Block, BlockKind, Body, Consultation, State
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import PartnerId
from hub.meetings.leaves import leaf_of, path
from hub.meetings.rules import OUTCOME_IN_DUTCH, Outcome
from hub.meetings.tables import MinutesRow, PresenceRow, RemarkRow
from hub.meetings.told import gone_items, item_titles
from hub.partners.queries import partners_by_id
from hub.sharing.dutch import day, local, moment

FOOTER = "Dit verslag is voor de organisaties die in deze blokken zitten, en voor niemand anders."
LIST_FOOTER = "Deze lijst is voor de organisaties die in deze blokken zitten, en voor niemand anders."
WRITTEN = frozenset({BlockKind.OPENING, BlockKind.AGREEMENTS, BlockKind.CASES, BlockKind.CLOSING})  # a break has no minutes
OVER = frozenset({State.HELD, State.MINUTED, State.ADOPTED, State.CLOSED})  # of these there is something to report


class Stage(StrEnum):
    """Where minutes stand."""

    DRAFT = "draft"
    SENT = "sent"
    ADOPTED = "adopted"


STAGE_IN_DUTCH = {Stage.DRAFT: "concept", Stage.SENT: "rondgestuurd", Stage.ADOPTED: "vastgesteld"}


@dataclass(frozen=True, slots=True)
class Passage:
    """A text about an item, or about the block; with `is_gone` its case is shared no more, and there is its leaf alone."""

    item: UUID | None
    code: str
    title: str
    words: str
    outcome: str
    decided: tuple[tuple[str, str], ...]
    agreed: tuple[tuple[str, str], ...]
    is_gone: bool
    leaf: str
    place: int | None
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What a member remarked."""

    by: str
    on: date
    words: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes of one block in one version; `can_adopt_in` is the meeting that may adopt them now."""

    id: UUID
    consultation: UUID
    block: UUID
    block_name: str
    number: int
    stage: Stage
    because: str | None
    sent_at: datetime | None
    remarks_until: date | None
    adopted_on: date | None
    root: str | None
    version: int
    passages: tuple[Passage, ...]
    remarks: tuple[Remark, ...]
    is_run: bool
    may_remark: bool
    can_adopt: bool


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that was written down of one meeting, as far as the acting partner sits in the blocks."""

    consultation: Consultation
    body: Body
    minutes: tuple[Minutes, ...]
    may_draft: bool


def record_of(work: Work, *, consultation: UUID) -> Record:
    """The latest version of the minutes of each block; drafts are seen by who writes them. NotFound for a meeting of others."""
    meeting = meetings.consultation(work, id=consultation)
    blocks = {one.id: one for one in meetings.blocks(work, body=meeting.body, consultation=consultation) if work.partner in one.seats}
    rows = [row for row in _rows(work, consultation) if row.block in blocks and (row.state != Stage.DRAFT or row.writer == work.partner)]
    latest = {row.block: row for row in sorted(rows, key=lambda row: row.number)}
    view = _view(work, meeting, latest.values())
    found = tuple(_minutes(work, latest[one], blocks[one], view) for one in blocks if one in latest)
    undone = any(one.run_by == work.partner and one.kind in WRITTEN and one.id not in latest for one in blocks.values())
    return Record(meeting, meetings.body(work, slug=meeting.body), found, undone and meeting.state in (State.HELD, State.MINUTED))


def minutes_row(work: Work, *, minutes: UUID) -> MinutesRow:
    """The copy of the acting partner; NotFound for minutes of a block in which it does not sit, and for a draft of others."""
    row = work.session.get(MinutesRow, (work.partner, minutes), populate_existing=True)
    if row is None or (row.state == Stage.DRAFT and row.writer != work.partner):
        raise NotFound
    meetings.consultation(work, id=row.consultation)
    return row


def adopting_meeting(work: Work, *, meeting: Consultation) -> Consultation | None:
    """The meeting in which these minutes may be adopted: the first later one of the body that is going or was held."""
    later = [one for one in meetings.consultations(work, body=meeting.body) if one.starts > meeting.starts and one.state not in FELL_OUT]
    return later[0] if later and later[0].state in OVER | {State.GOING} else None


def minutes_paper(work: Work, *, consultation: UUID) -> Paper:
    """The minutes that were sent round or adopted, for the acting partner; NotFound while there are none."""
    found = record_of(work, consultation=consultation)
    told = [one for one in found.minutes if one.stage is not Stage.DRAFT]
    if not told:
        raise NotFound
    facts = _facts(work, consultation)
    parts = [Part("Aanwezig", "" if (there := list(_presence(work, consultation))) else "Er is niemand ingeschreven.", tuple(there))]
    parts += [_part(one, facts) for one in told]
    after = meetings.following(work, consultation=found.consultation)
    header = _header(found.consultation, found.body)
    header += [("Volgende bijeenkomst", moment(after.starts))] if after else []
    sent = max(one.sent_at for one in told if one.sent_at)
    return Paper("minutes", f"Verslag {found.body.name} {day(found.consultation.starts)}", tuple(header), tuple(parts), FOOTER, sent)


def outcomes_paper(work: Work, *, consultation: UUID) -> Paper:
    """What was decided, promised, agreed and held over so far, for the acting partner; NotFound for a meeting of others."""
    meeting = meetings.consultation(work, id=consultation)
    body, found = meetings.body(work, slug=meeting.body), of_consultation(work, consultation=consultation)
    decisions, promises = (_entries(found, kind) for kind in ("decision", "commitment"))
    parts = (
        _listed("Besluiten", decisions, "Er is niets besloten."),
        _listed("Actiepunten", _actions(found), "Er zijn geen actiepunten afgesproken."),
        _listed("Toezeggingen", promises, "Er is niets toegezegd."),
        _listed("Aangehouden", _held_over(work, consultation), "Er is niets aangehouden."),
    )
    ended = meeting.actual_end or meeting.ends
    header = _header(meeting, body)
    header += [] if meeting.state in OVER else [("Let op", "De bijeenkomst is nog niet afgesloten. Deze lijst kan nog veranderen.")]
    title = f"Besluiten en actiepunten {body.name} {day(meeting.starts)}"
    return Paper("outcomes", title, tuple(header), parts, LIST_FOOTER, ended)


def spaced(digits: str) -> str:
    """A long number in groups of eight, as people compare it and as a narrow screen can break it."""
    return " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))


def checkable(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What of a text stands under its leaf."""
    return {name: entry[name] for name in ("code", "title", "words", "outcome", "decided", "agreed")}


def _rows(work: Work, consultation: UUID) -> Collection[MinutesRow]:
    asked = select(MinutesRow).where(MinutesRow.partner == work.partner, MinutesRow.consultation == consultation)
    return work.session.scalars(asked.order_by(MinutesRow.block, MinutesRow.number).execution_options(populate_existing=True)).all()


@dataclass(frozen=True, slots=True)
class _View:
    """What the acting partner may read around minutes now: the items that are gone for it, and what the others are called."""

    after: Consultation | None
    gone: Collection[UUID]
    titles: Mapping[UUID, str]


def _view(work: Work, meeting: Consultation, rows: Iterable[MinutesRow]) -> _View:
    items = {UUID(entry["item"]) for row in rows for entry in row.texts["entries"] if entry["item"]}
    gone = gone_items(work, items=items)
    return _View(adopting_meeting(work, meeting=meeting), gone, item_titles(work, consultation=meeting.id, items=items - gone))


def _minutes(work: Work, row: MinutesRow, block: Block, view: _View) -> Minutes:
    leaves = [bytes.fromhex(leaf) for leaf in row.texts.get("leaves", ())]
    passages = tuple(_passage(entry, leaves, view) for entry in row.texts["entries"])
    is_sent, mine = row.state == Stage.SENT, row.writer == work.partner
    return Minutes(
        row.id, row.consultation, row.block, block.name, row.number, Stage(row.state), row.because, row.sent_at, row.remarks_until,
        today(row.adopted_at) if row.adopted_at else None, row.texts.get("root"), row.version, passages,
        () if any(one.is_gone for one in passages) else _remarks(work, row), mine,
        is_sent and row.remarks_until is not None and today(work.now) <= row.remarks_until, is_sent and mine and view.after is not None,
    )  # fmt: skip


def _remarks(work: Work, row: MinutesRow) -> tuple[Remark, ...]:
    asked = select(RemarkRow).where(RemarkRow.partner == work.partner, RemarkRow.minutes == row.id).order_by(RemarkRow.at, RemarkRow.id)
    names = {number: one.name for number, one in partners_by_id(work).items()}
    return tuple(Remark(names.get(one.writer, ""), today(one.at), one.words) for one in work.session.scalars(asked))


def _passage(entry: Mapping[str, Any], leaves: list[bytes], view: _View) -> Passage:
    item, place = UUID(entry["item"]) if entry["item"] else None, entry.get("place")
    proof = tuple(one.hex() for one in path(leaves, place=place)) if place is not None else ()
    leaf = "" if place is None else leaves[place].hex()
    is_gone = bool(entry.get("is_gone")) or item in view.gone
    if is_gone:
        return Passage(item, entry["code"], "Zaak", TAKEN_AWAY, "", (), (), is_gone, leaf, place, proof)
    assert place is None or leaf_of(checkable(entry), salt=entry["salt"]).hex() == leaf, "minutes that changed under their leaf"
    return Passage(
        item, entry["code"], view.titles.get(item, entry["title"]) if item else entry["title"], entry["words"], entry["outcome"],
        _pairs(entry["decided"]), _pairs(entry["agreed"]), is_gone, leaf, place, proof,
    )  # fmt: skip


def _pairs(listed: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((one, other) for one, other in listed)


def _facts(work: Work, consultation: UUID) -> Mapping[UUID, Told]:
    """Per item about a case what all of its block may hear of it today; nothing when that is no longer shared."""
    told = lines(work, consultation=consultation)
    asked = select(ItemRow.id, ItemRow.line).where(ItemRow.partner == work.partner, ItemRow.consultation == consultation)
    return {item: facts_in_words(told[line].facts) for item, line in work.session.execute(asked) if line and line in told}


def _part(one: Minutes, facts: Mapping[UUID, Told]) -> Part:
    stands = f"vastgesteld op {day(one.adopted_on)}" if one.adopted_on else f"versie {one.number}, nog niet vastgesteld"
    note = f"Verslag {stands}. Controlegetal: {spaced(one.root or '')}."
    note += f" Gewijzigd: {one.because}" if one.because else ""
    told = [each for each in one.passages if each.item or any(_notes(each))]
    note += "" if told else " Er is niets genoteerd."
    return Part(one.block_name, note, tuple(_entry(each, facts) for each in told))


def _entry(each: Passage, facts: Mapping[UUID, Told]) -> Entry:
    told = facts.get(each.item, ()) if each.item and not each.is_gone else ()
    return Entry(each.title, each.code, tuple(_notes(each)), told)


def _notes(each: Passage) -> Iterator[str]:
    if each.words:
        yield each.words
    if each.outcome:
        yield f"Uitkomst: {OUTCOME_IN_DUTCH[Outcome(each.outcome)]}."
    yield from (f"{'Toezegging' if code.startswith('T') else 'Besluit'} {code}: {words}" for code, words in each.decided)
    yield from (f"Actiepunt {code}: {words}" for code, words in each.agreed)


def _header(meeting: Consultation, body: Body) -> list[tuple[str, str]]:
    return [("Overleg", body.name), ("Wanneer", moment(meeting.starts)), ("Waar", meeting.place)]


def _presence(work: Work, consultation: UUID) -> Iterator[Entry]:
    asked = select(PresenceRow).where(PresenceRow.partner == work.partner, PresenceRow.consultation == consultation)
    names = {number: one.name for number, one in partners_by_id(work).items()}
    for row in work.session.scalars(asked.order_by(PresenceRow.came_at, PresenceRow.id)):
        until = f" tot {local(row.left_at):%H.%M}" if row.left_at else ""
        yield Entry(
            f"{row.name}, {names.get(PartnerId(row.organisation), 'gast')}", notes=(f"Vanaf {local(row.came_at):%H.%M}{until} uur.",)
        )


def _entries(found: Outcomes, kind: str) -> tuple[Entry, ...]:
    return tuple(Entry(one.words, one.code) for one in found.decisions if one.kind == kind)


def _actions(found: Outcomes) -> tuple[Entry, ...]:
    return tuple(Entry(one.what, one.code, facts=_agreed(one)) for one in found.agreements)


def _agreed(one: Agreement) -> Told:
    return ("Wie", f"{one.owner.name}, {one.owner_name}"), ("Uiterlijk", day(one.due)), ("Gereed als", one.done_when)


def _held_over(work: Work, consultation: UUID) -> tuple[Entry, ...]:
    mine = (ItemRow.partner == work.partner, ItemRow.consultation == consultation, ItemRow.state == "held_over")
    rows = work.session.scalars(select(ItemRow).where(*mine).order_by(ItemRow.code)).all()
    titles = item_titles(work, consultation=consultation, items=[row.id for row in rows])
    return tuple(Entry(titles.get(row.id, "Zaak"), row.code) for row in rows)


def _listed(heading: str, entries: tuple[Entry, ...], otherwise: str) -> Part:
    return Part(heading, "" if entries else otherwise, entries)
