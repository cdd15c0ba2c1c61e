"""The consultations of the demo: bodies that meet, a meeting held in October, an agenda in preparation, and a year on the table."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from hub.agendas import actions as agendas
from hub.agendas.queries import items
from hub.agreements.actions import Spot, agree, decide, promise
from hub.agreements.rules import Wording
from hub.consultations import actions, founding, joining, years
from hub.consultations.ordering import PlannedBlock
from hub.consultations.queries import blocks, body, consultations, series_of
from hub.consultations.rules import AbsenceKind, Away, BlockKind, Duty, Level
from hub.consultations.setup import Setup
from hub.demo.personas import PERSONAS
from hub.desk import Desk
from hub.kernel.clock import placed_at, today
from hub.kernel.database import Work
from hub.kernel.days import moment
from hub.kernel.words import PartnerId
from hub.meetings import actions as room
from hub.meetings import adoption
from hub.meetings.minutes import record_of
from hub.meetings.rules import Noted, Outcome
from hub.partners.queries import partner_named
from hub.people.queries import colleagues

Deed = Callable[[Desk], None]
POLICE, OM, COC_GD, COC_F = "politie-noord-nederland", "om-noord-nederland", "coc-groningen-drenthe", "coc-friesland"
DRENTHE, EMMEN, GRONINGEN, FRYSLAN = ("bureau-drenthe", "bureau-emmen", "bureau-groningen", "bureau-fryslan")
CHAIN, THEME = "Ketenoverleg discriminatie Noord-Nederland", "Noordelijk overleg homofoob geweld"
HELD, NEXT, IN_GRONINGEN = date(2026, 10, 22), date(2026, 11, 26), date(2026, 11, 12)
FIRST_IN_GRONINGEN = date(2026, 9, 24)
BEGIN = "Het overleg begint in Schakel; het jaarplan volgt voor 2027."
SAID = (
    "De politie sprak met de melder. Het bureau belt de melder terug.",
    "Beide organisaties kennen het voorval. Zij stemmen af wie de melder bijpraat.",
    "Er is nog geen nieuws. Het punt komt terug.",
    "De zaak blijft bij de organisatie die haar inbracht.",
)


@dataclass(frozen=True, slots=True)
class Meets:
    """A body of the demo: who leads it, who belongs to it and whether a meeting needs it, and what it is."""

    led_by: str
    members: Mapping[str, bool]
    setup: Setup


def _setup(name: str, level: Level, *, province: str | None, place: str, **other: object) -> Setup:
    told: dict[str, object] = {
        "name": name, "level": level, "purpose": "Voortgang per zaak, en wie wat doet", "chair": OM, "province": province, "link": "",
        "basis": "Aanwijzing discriminatie (2018A009); afspraken van het ketenoverleg", "collaborations": (CHAIN,), "per_year": 5,
        "weekday": 4, "starts_at": time(13, 30), "minutes": 150, "place": place, "lead": 10, "min_gap": 56, "max_gap": 98, "quorum": 3,
    }  # fmt: skip
    return Setup(**{**told, **other})  # type: ignore[arg-type]


BODIES: Mapping[str, Meets] = {
    "casuistiekbespreking-drenthe": Meets(
        POLICE, {DRENTHE: True, EMMEN: False, OM: True},
        _setup("Casuïstiekbespreking Drenthe", Level.CASE, province="drenthe", place="Provinciehuis, Assen")),
    "regionaal-casus-overleg-groningen": Meets(
        POLICE, {GRONINGEN: True, OM: True},
        _setup("Regionaal Casus Overleg Groningen", Level.CASE, province="groningen", place="Politiebureau, Groningen", weekday=2, lead=5,
               minutes=120, quorum=3)),
    "casuistiekbespreking-fryslan": Meets(
        POLICE, {FRYSLAN: True, OM: True},
        _setup("Casuïstiekbespreking Fryslân", Level.CASE, province="fryslan", place="Provinsjehûs, Leeuwarden")),
    "regionaal-discriminatie-overleg": Meets(
        POLICE, {DRENTHE: True, EMMEN: False, GRONINGEN: True, FRYSLAN: True, OM: True, COC_GD: False},
        _setup("Regionaal Discriminatie Overleg", Level.CASE, province=None, place="Parket, Groningen", per_year=2, weekday=2,
               min_gap=120, max_gap=240, purpose="Criminaliteitsbeeld, samenwerking en afdoening")),
    "noordelijk-overleg-homofoob-geweld": Meets(
        COC_GD, {COC_F: True, POLICE: True, OM: False, GRONINGEN: True, FRYSLAN: True, DRENTHE: False},
        _setup("Noordelijk overleg homofoob geweld", Level.THEME, province=None, place="COC, Groningen", per_year=4, weekday=2,
               chair=COC_GD, min_gap=63, max_gap=120, collaborations=(THEME,),
               purpose="Signalen, en hoe COC meldingen aanneemt en doorverwijst")),
    "lvtd-noord": Meets(
        GRONINGEN, {DRENTHE: True, FRYSLAN: True, EMMEN: False},
        _setup("LVTD Noord", Level.FIGURES, province=None, place="Online", per_year=2, weekday=1, chair=GRONINGEN, quorum=2, min_gap=120,
               max_gap=240, collaborations=(), purpose="Cijfers en kennis van de bureaus")),
}  # fmt: skip
WAITING = {("noordelijk-overleg-homofoob-geweld", DRENTHE), ("regionaal-discriminatie-overleg", COC_GD)}
DECLINED = ("lvtd-noord", EMMEN)
LOCAL = "Wet gemeentelijke antidiscriminatievoorzieningen"
GROUNDS = {
    POLICE: "Politiewet 2012, artikel 3", OM: "Aanwijzing discriminatie (2018A009)",
    **dict.fromkeys((DRENTHE, EMMEN, GRONINGEN, FRYSLAN), LOCAL),
}  # fmt: skip
IN_DRENTHE, AT_GRONINGEN = "casuistiekbespreking-drenthe", "regionaal-casus-overleg-groningen"
BLOCKS: Mapping[str, Sequence[tuple[BlockKind, str, Sequence[str], int]]] = {
    IN_DRENTHE: (
        (BlockKind.CASES, "Thema's, allen", (POLICE, OM, DRENTHE, EMMEN), 10),
        (BlockKind.CASES, "Politie en bureaus", (POLICE, DRENTHE, EMMEN), 40),
        (BlockKind.CASES, "Drenthe, politie en OM", (POLICE, DRENTHE, OM), 30),
        (BlockKind.CASES, "Emmen, politie en OM", (POLICE, EMMEN, OM), 15),
    ),
    AT_GRONINGEN: (
        (BlockKind.CASES, "Bureau, politie en OM", (POLICE, GRONINGEN, OM), 45),
        (BlockKind.CASES, "Bureau en politie", (POLICE, GRONINGEN), 30),
    ),
}


def found_bodies(desk: Desk) -> None:
    """The six bodies, who comes to them, and the first meetings."""
    for slug, meets in BODIES.items():
        with desk.work(meets.led_by) as (work, _):
            made = founding.found_body(work, setup=meets.setup, members=meets.members)
            assert made == slug, made
        come = [one for one in meets.members if not _answers(desk, slug, one)]
        with desk.work(meets.led_by) as (work, _):
            joining.follow(work, body=slug)
            if slug in BLOCKS:
                founding.plan_blocks(work, body=slug, planned=_blocks(slug, meets))
        for member in (meets.led_by, *come):
            with desk.work(member) as (work, _):
                _send_people(work, slug, member)
    for slug, day in ((IN_DRENTHE, HELD), (IN_DRENTHE, NEXT), (AT_GRONINGEN, IN_GRONINGEN)):
        with desk.work(POLICE) as (work, _):
            actions.call_meeting(work, body=slug, day=day, because=BEGIN)


def _answers(desk: Desk, slug: str, member: str) -> bool:
    """What this partner says to the question of the body; tells whether it stays away. Some have not answered yet."""
    if (slug, member) in WAITING:
        return True
    with desk.work(member) as (work, _):
        if (slug, member) == DECLINED:
            joining.say_no(work, body=slug, because="Onze cijfers gaan mee met die van bureau Drenthe.")
            return True
        joining.say_yes(work, body=slug, basis=GROUNDS.get(member, "Statuten: opkomen voor wie gediscrimineerd wordt"))
    return False


def _blocks(slug: str, meets: Meets) -> list[PlannedBlock]:
    planned = (
        (BlockKind.OPENING, "", (meets.led_by, *meets.members), 5), (BlockKind.AGREEMENTS, "", (meets.led_by, *meets.members), 15),
        *BLOCKS[slug], (BlockKind.BREAK, "", (meets.led_by, *meets.members), 10),
        (BlockKind.CLOSING, "", (meets.led_by, *meets.members), 10),
    )  # fmt: skip
    return [PlannedBlock(name, kind, frozenset(seats), POLICE, minutes) for kind, name, seats, minutes in planned]


def _send_people(work: Work, slug: str, member: str) -> None:
    """Everybody of this member who brings in cases or coordinates; the chair's organisation has its chair, who leads sends a note-taker."""
    names = {one.name for one in PERSONAS if one.partner == member and {"case_worker", "coordinator"} & set(one.roles)}
    here = body(work, slug=slug)
    for number, key in enumerate(key for key, name in colleagues(work) if name in names):
        is_chair, is_lead = here.chair == work.partner, here.coordinator == work.partner
        duty = Duty.CHAIR if is_chair and not number else Duty.NOTE_TAKER if is_lead and not number else Duty.ATTENDEE
        founding.name_attendee(work, body=slug, who=str(key), duty=duty, is_required=not number)


def meet_in_groningen(desk: Desk) -> None:
    """In September the overleg of Groningen met for the first time, about a theme; its minutes wait to be adopted by the next one."""
    with placed_at(moment(FIRST_IN_GRONINGEN, at=time(9))), desk.work(POLICE) as (work, _):
        meeting = actions.call_meeting(work, body=AT_GRONINGEN, day=FIRST_IN_GRONINGEN, because=BEGIN)
        actions.prepare(work, consultation=meeting)
        block = next(one for one in blocks(work, body=AT_GRONINGEN, consultation=meeting) if one.kind is BlockKind.CASES)
        item = agendas.add_theme(work, consultation=meeting, block=block.id, theme="Hoe wij samenwerken in Schakel", minutes=30)
        agendas.settle(work, consultation=meeting)
    with placed_at(moment(FIRST_IN_GRONINGEN, at=time(15, 30))), desk.work(POLICE) as (work, _):
        room.start(work, consultation=meeting)
        row = next(one for one in items(work, consultation=meeting) if one.id == item)
        room.note(work, consultation=meeting, item=item, noted=Noted(row.version, "Ieder brengt zijn zaken in.", Outcome.DISCUSSED))
        room.end(work, consultation=meeting)
        adoption.draft(work, consultation=meeting)
        for one in record_of(work, consultation=meeting).minutes:
            adoption.send(work, minutes=one.id, is_confirmed=True)


def propose_a_year(desk: Desk) -> None:
    """The year 2027 of the regional overleg is put before its members in October; in November nobody can object any more."""
    with desk.work(POLICE) as (work, _):
        made = years.draft_year(work, body="regionaal-discriminatie-overleg", year=2027, previous=date(2026, 10, 13))
        years.propose(work, series=made)


def hold_meeting(desk: Desk) -> None:
    """The meeting of October from its beginning to its end, item by item, with a decision, a promise and two actions."""
    with _after(0), desk.work(POLICE) as (work, _):
        meeting = _meeting(work, HELD)
        room.start(work, consultation=meeting)
        for slug in (POLICE, DRENTHE, EMMEN, OM):
            who = next(one.name for one in PERSONAS if one.partner == slug)
            room.let_in(work, consultation=meeting, organisation=_number(work, slug), name=who)
    points = _points(desk, meeting)
    for number in range(points):
        with _after(20 + 120 * number // points), desk.work(POLICE) as (work, _):
            _speak_of(work, meeting, number)
    with _after(145), desk.work(POLICE) as (work, _):
        room.end(work, consultation=meeting)


def _after(minutes: int) -> AbstractContextManager[None]:
    """So many minutes after the meeting of October began."""
    return placed_at(moment(HELD, at=time(13, 30)) + timedelta(minutes=minutes))


def _points(desk: Desk, meeting: UUID) -> int:
    with desk.work(POLICE) as (work, _):
        return len([one for one in items(work, consultation=meeting) if one.state == "published"])


def _speak_of(work: Work, meeting: UUID, number: int) -> None:
    owner = next(one for one in body(work, slug=IN_DRENTHE).members if one.slug == DRENTHE)
    theirs = {block.id for block in blocks(work, body=IN_DRENTHE, consultation=meeting) if owner.partner in block.seats}
    waiting = [one for one in items(work, consultation=meeting) if one.state == "published"]
    found = next((one for one in waiting if one.block in theirs), waiting[0])  # the bureau's first: it gets something to do
    room.begin_item(work, consultation=meeting, item=found.id)
    spot = Spot(meeting, found.block, found.id)
    if number == 0:
        decide(work, spot=spot, words="De politie neemt contact op met het OM over de aangifte.")
        agree(work, spot=spot, wording=Wording("Terugbellen van de melder over het vervolg", "de melder weet wat er gebeurt", owner.partner,
                                               "Marijke V.", date(2026, 10, 30)))  # fmt: skip
    elif number == 1:
        promise(work, spot=spot, words="Het bureau laat weten als de melder zich bedenkt.")
        agree(work, spot=spot, wording=Wording("Uitzoeken of er camerabeelden zijn", "het bureau weet of er beelden zijn", work.partner,
                                               "Rick T.", date(2026, 11, 20)))  # fmt: skip
    outcome = Outcome.HELD_OVER if number == 2 else Outcome.DISCUSSED
    fresh = next(one for one in items(work, consultation=meeting) if one.id == found.id)
    room.note(work, consultation=meeting, item=found.id, noted=Noted(fresh.version, SAID[number % len(SAID)], outcome))


def send_minutes(desk: Desk) -> None:
    """The minutes of October go round."""
    with desk.work(POLICE) as (work, _):
        meeting = _meeting(work, HELD)
        adoption.draft(work, consultation=meeting)
        for one in record_of(work, consultation=meeting).minutes:
            adoption.send(work, minutes=one.id, is_confirmed=True)


def propose_years(desk: Desk) -> None:
    """The year 2027 of Drenthe is put before its members, who said when they cannot come; that of Fryslân is still a draft."""
    absences = ((OM, (1, 5)), (POLICE, (3,)), (DRENTHE, (5,)))
    for slug, weekdays in absences:
        for weekday in weekdays:
            with desk.work(slug) as (work, _):
                founding.tell_absence(work, away=Away(weekday, None, None), kind=AbsenceKind.DUTY, bodies=[IN_DRENTHE])
    with desk.work(POLICE) as (work, _):
        years.propose(work, series=years.draft_year(work, body=IN_DRENTHE, year=2027))
        years.draft_year(work, body="casuistiekbespreking-fryslan", year=2027, previous=date(2026, 11, 19))
        assert series_of(work, body=IN_DRENTHE)


def _meeting(work: Work, day: date) -> UUID:
    return next(one.id for one in consultations(work) if today(one.starts) == day)


def _number(work: Work, slug: str) -> PartnerId:
    return partner_named(work, slug=slug).id
