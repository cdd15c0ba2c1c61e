"""The agenda of one organisation as a value in Dutch: what its blocks may speak of, and apart from that what only it may read."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hub.agendas.edition import Entry, Paper, Part, Told
from hub.agendas.rules import Item, Source
from hub.agendas.rules import Part as BlockPart
from hub.agendas.tables import PlacedRow
from hub.agreements.queries import open_agreements
from hub.agreements.tables import PointerRow
from hub.cases.house import House
from hub.cases.received import COMMAND, PAGE, received_cases
from hub.cases.told import own_facts
from hub.consultations.rules import BLOCK_IN_DUTCH, BlockKind
from hub.contacts.queries import asked_of_us
from hub.kernel.actor import Person
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.partners.queries import partners_by_id
from hub.pseudonyms import mint
from hub.sharing.dutch import count, day, fact_text, label, local, moment, short_day, short_span
from hub.sharing.facts import FACTS, parse_span
from hub.sharing.projection import written
from hub.threads.queries import overdue
from hub.threads.rules import Side
from hub.watches.queries import Watch, near
from hub.watches.rules import TERMS

Facts = Mapping[str, Any]  # as JSON holds them
Own = Mapping[UUID, tuple[str, Facts]]  # per line the reader's own code, and its own facts
TITLED = ("nature", "ground", "terrain")  # the first of these that everybody has leads the title
GONE = "De inbrenger trok deze zaak in, of zij is intussen veranderd."
FOOTER = "Wat bij een punt staat, mag in dat blok worden besproken. ‘Alleen voor uw organisatie’ is niet voor de anderen."
TERMS_AHEAD = timedelta(days=14)
TERMS_SHOWN = 5


def paper_of(work: Work, *, source: Source, house: House | None) -> Paper:
    """The paper of the acting partner; without a house only what all of a block may read, so that nothing of a case is opened for it."""
    meeting, name = source.consultation, partners_by_id(work)[work.partner].name
    own = _own(work, source, house) if house else {}
    said = _agreements(work, source)
    parts = [_part(part, own, said) for part in source.parts]
    if house:
        parts = [_with_actions(one, of, work) for one, of in zip(parts, source.parts, strict=True)]
        parts.append(Part("Alleen voor uw organisatie", "Deze bladzijde is niet voor de anderen.", tuple(_aside(work, source))))
    header = [("Overleg", source.body.name), ("Wanneer", moment(meeting.starts)), ("Waar", meeting.place)]
    header += [("Online", meeting.link)] if meeting.link else []
    title = f"Agenda {source.body.name} {day(meeting.starts)}"
    return Paper("agenda", title, (*header, ("Voor", name)), tuple(parts), FOOTER, meeting.published_at or work.now)


def digest(paper: Paper) -> bytes:
    """What tells one paper from another, whenever it was published."""
    told = {name: value for name, value in asdict(paper).items() if name != "dated"}
    return sha256(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).digest()


def title_of(item: Item, *, agreements: Mapping[UUID, str] | None = None) -> str:
    """What an item is called in its block; of a case only in facts that all of the block have."""
    if item.agreement is not None:
        return (agreements or {}).get(item.agreement, "Actiepunt")
    if item.kind != "case":
        return item.title or "Thema"
    if item.line is None:
        return "Zaak die niet meer mag worden besproken"
    return case_title(item.line.facts)


def case_title(facts: Facts) -> str:
    """A case in a few words: what, where and when, as far as told."""
    led = next((fact_text(facts[fact], fact=fact) for fact in TITLED if facts.get(fact)), "zaak")
    where = [fact_text(facts["place"], fact="place")] if "place" in facts else []
    when = [short_span(parse_span(facts["incident_date"]))] if "incident_date" in facts else []
    words = ", ".join([led, *where, *when])
    return words[:1].upper() + words[1:]


def facts_in_words(facts: Facts) -> Told:
    """Facts as label and text, in the order of the vocabulary."""
    return tuple((label(fact, of="facts"), fact_text(facts[fact], fact=fact)) for fact in FACTS if fact in facts)


def clock_words(at: datetime) -> str:
    """A time of day in the Netherlands: 13.30 uur."""
    return f"{local(at):%H.%M} uur"


def _part(part: BlockPart, own: Own, said: Mapping[UUID, str]) -> Part:
    block = part.block
    until = block.starts + timedelta(minutes=block.minutes) if block.starts else None
    times = f"{local(block.starts):%H.%M}–{local(until):%H.%M} " if block.starts and until else ""
    heading = f"{times}{block.name}"
    note = f"{BLOCK_IN_DUTCH[block.kind].capitalize()}. Hier zitten: {', '.join(part.seats)}."
    if block.kind is BlockKind.CASES and not part.items:
        note += " Er staan geen punten in dit blok."
    return Part(heading, note, tuple(_entry(item, own, said) for item in part.items))


def _with_actions(part: Part, of: BlockPart, work: Work) -> Part:
    """The block for actions with what is still open of earlier meetings, as far as everybody there knows it, after its items."""
    if of.block.kind is not BlockKind.AGREEMENTS:
        return part
    items = {item.agreement for item in of.items}
    still = [one for one in open_agreements(work, body=of.block.body) if of.block.seats <= one.readers and one.id not in items]
    told = (
        Entry(f"Open: {one.what}", one.code, (f"{one.owner_name}, {one.owner.name}. Uiterlijk {short_day(one.due)}.",))
        for one in sorted(still, key=lambda one: (one.due, one.code))
    )
    return replace(part, entries=(*part.entries, *told))


def _entry(item: Item, own: Own, said: Mapping[UUID, str]) -> Entry:
    title = title_of(item, agreements=said)
    if item.is_withdrawn:
        return Entry(title, item.code, (GONE,))
    facts = item.line.facts if item.line else {}
    return Entry(title, item.code, tuple(_notes(item)), facts_in_words(facts), _only_ours(item, facts, own))


def _notes(item: Item) -> Iterator[str]:
    begins = f", vanaf {clock_words(item.starts)}" if item.starts else ""
    yield f"{count(item.minutes, one='minuut', many='minuten')}{begins}"
    if item.reasons:
        yield f"Reden: {'; '.join(item.reasons)}"
    if item.line and item.line.because:
        yield f"Toelichting: {item.line.because}"
    if item.brought_by:
        yield f"Ingebracht door: {item.brought_by}"


def _only_ours(item: Item, facts: Facts, own: Own) -> Told:
    """Under which code the reader itself has the case, and what it has beyond what the block may hear."""
    if item.line is None or item.line.id not in own:
        return ()
    code, ours = own[item.line.id]
    more = {fact: value for fact, value in ours.items() if facts.get(fact) != value}
    return (("Uw code", mint.show(code)), *facts_in_words(more))


def _own(work: Work, source: Source, house: House) -> Own:
    """Per line of these blocks the reader's own case, or its own row of somebody else's."""
    lines = [item.line.id for part in source.parts for item in part.items if item.line]
    placed = select(PlacedRow.line, PlacedRow.contribution).where(PlacedRow.partner == work.partner, PlacedRow.line.in_(lines))
    pointer = select(PointerRow.line, PointerRow.code).where(PointerRow.partner == work.partner, PointerRow.line.in_(lines))
    given = {row[0]: row[1] for row in work.session.execute(placed)}
    got = {row[0]: row[1] for row in work.session.execute(pointer) if row[0] not in given}
    ours = own_facts(work, contributions=list(given.values()))
    outlet = PAGE if isinstance(work.actor, Person) else COMMAND
    theirs = received_cases(work, house=house, codes=list(got.values()), outlet=outlet)
    found = {line: (ours[key].code, _as_json(ours[key].facts)) for line, key in given.items() if key in ours}
    return found | {line: (code, _as_json(theirs[code].facts)) for line, code in got.items() if code in theirs}


def _as_json(facts: Mapping[str, Any]) -> Facts:
    return {fact: written(value) for fact, value in facts.items() if fact != "narrative"}


def _agreements(work: Work, source: Source) -> Mapping[UUID, str]:
    """What the actions on this agenda are called; whoever has the item sits in their block."""
    wanted = {item.agreement for part in source.parts for item in part.items if item.agreement}
    found = open_agreements(work, body=source.body.slug) if wanted else ()
    return {one.id: f"Actiepunt {one.code}: {one.what}" for one in found if one.id in wanted}


def _aside(work: Work, source: Source) -> Iterator[Entry]:
    """What only the reader has: contacts that wait, recalls that nobody answered, its own terms, and its own cases that are in no block."""
    if waiting := asked_of_us(work):
        yield Entry(f"{count(waiting, one='contact wacht', many='contacten wachten')} op uw organisatie")
    for one in overdue(work):
        title = f"Onbeantwoorde terugroeping {'aan' if one.side is Side.GIVER else 'van'} {one.other.name}"
        yield Entry(title, "", (f"Zaak {mint.show(one.code)}, uiterlijk {short_day(one.answer_due)}",))
    yield from _terms(near(work, until=today(source.consultation.starts) + TERMS_AHEAD))
    mine = (PlacedRow.partner == work.partner, PlacedRow.consultation == source.consultation.id, PlacedRow.block.is_(None))
    rows = {row.contribution: row.reason or "" for row in work.session.scalars(select(PlacedRow).where(*mine))}
    known = own_facts(work, contributions=list(rows))
    for key, own in sorted(known.items(), key=lambda one: one[1].code):
        yield Entry(f"Zaak {mint.show(own.code)} staat niet op de agenda", "", (rows[key],))


def _terms(watches: Iterable[Watch]) -> Iterator[Entry]:
    """The own terms, a heading for each kind: the first few by their last day, and how many more there are."""
    for rule, some in groupby(sorted(watches, key=lambda one: (one.rule, one.last_day)), key=lambda one: one.rule):
        terms = list(some)
        told = [f"Zaak {mint.show(one.case)}, uiterlijk {short_day(one.last_day)}" for one in terms[:TERMS_SHOWN] if one.case]
        more = len(terms) - TERMS_SHOWN
        rest = [f"En nog {count(more, one='zaak', many='zaken')}; alle staan bij Termijnen."] if more > 0 else []
        yield Entry(f"{TERMS[rule].title}: {count(len(terms), one='zaak', many='zaken')}", "", (*told, *rest))
