"""The played journey as far as it is about consultations: a year, an invitation, an agenda per organisation, actions and minutes."""

import time
from collections.abc import Callable
from io import BytesIO
from zipfile import is_zipfile

from hub.demo.journey import Journey, form_to, persona
from hub.demo.visitor import Visitor
from hub.people.words import Role

DRENTHE, GRONINGEN, OM = "bureau-drenthe", "bureau-groningen", "om-noord-nederland"
IN_DRENTHE, IN_GRONINGEN = "/overleggen/casuistiekbespreking-drenthe", "/overleggen/regionaal-casus-overleg-groningen"
YEAR = ("28 januari 2027", "15 april 2027", "24 juni 2027", "16 september 2027", "25 november 2027")
PATIENCE = 90.0  # seconds: invitations and the courier come round every ten


def _a_year_is_on_the_table(journey: Journey) -> None:
    step = "het jaarplan 2027 van Drenthe noemt vijf dagen met bewijs, en een lid maakt bezwaar tegen een dag"
    bureau = _member(journey, DRENTHE)
    year = _first(bureau, IN_DRENTHE, "/jaarplannen/")
    words = bureau.open(year).words
    journey.expect(all(day in words for day in YEAR), step, met=f"niet alle dagen staan er ({bureau.status})")
    journey.expect("Goedkoper kan niet" in words, step, met="het bewijs ontbreekt")
    bureau.send(form_to(bureau, "/bezwaren"), day="2027-06-24", because="Dan is onze studiedag.")
    words = journey.police.open(year).words
    journey.expect("Dan is onze studiedag." in words, step, met="wie leidt, ziet het bezwaar niet")
    journey.done(step)


def _an_agenda_is_settled(journey: Journey) -> None:
    step = "de agenda van Groningen wordt vastgesteld, en elke organisatie heeft haar eigen editie"
    police, bureau, om = journey.police, _member(journey, GRONINGEN), _member(journey, OM)
    agenda = f"{_ahead(police, IN_GRONINGEN)}/agenda"
    before = police.open(agenda).words
    journey.expect("Niet op de agenda" in before and "Past niet meer" in before, step, met="er is geen voorstel met redenen")
    settle = next(one for one in police.sheet.forms if one.fields.get("deed") == ["settle"])
    police.send(settle)
    journey.expect(police.status == 200, step, met=f"vaststellen geeft {police.status}")
    mine, theirs = bureau.open(agenda).words, om.open(agenda).words
    journey.expect("Bureau en politie" in mine and "Bureau en politie" not in theirs, step, met="de edities verschillen niet")
    document = form_to(bureau, "/document")
    document.fields["form"] = ["docx"]
    bureau.send(document)
    journey.expect(bureau.status == 200 and is_zipfile(BytesIO(bureau.content)), step, met=f"geen Word-bestand ({bureau.status})")
    journey.outsider.open(agenda)
    journey.expect(journey.outsider.status == 404, step, met=f"de buitenstaander krijgt {journey.outsider.status}")
    journey.done(step)


def _an_action_goes_on(journey: Journey) -> None:
    step = "een actiepunt van oktober wordt gereed gemeld, en een ander sluit het"
    bureau = _member(journey, DRENTHE)
    action = _first(bureau, "/actiepunten", "/actiepunten/")
    bureau.open(action)
    bureau.send(form_to(bureau, action), word="reported")
    journey.expect("Gereed gemeld" in bureau.sheet.words, step, met=f"melden geeft {bureau.status}")
    journey.police.open(action)
    words = journey.police.send(form_to(journey.police, action), word="closed").words
    journey.expect(journey.police.status == 200 and "Gesloten" in words, step, met=f"sluiten geeft {journey.police.status}")
    journey.done(step)


def _minutes_are_read(journey: Journey) -> None:
    step = "wie in het blok zat, leest de besluiten en het verslag van oktober; een ander blok blijft dicht"
    bureau = _member(journey, DRENTHE)
    held = next(one for one in _all(bureau, IN_DRENTHE, "/bijeenkomsten/") if "gehouden" in bureau.open(one).words.lower()
                and "22 oktober 2026" in bureau.sheet.words)  # fmt: skip
    words = bureau.open(f"{held}/besluitenlijst").words
    journey.expect("De politie neemt contact op met het OM" in words, step, met=f"het besluit staat er niet ({bureau.status})")
    words = bureau.open(f"{held}/verslag").words
    journey.expect(bureau.status == 200 and "Controlegetal" in words, step, met=f"het verslag staat er niet ({bureau.status})")
    journey.outsider.open(f"{held}/verslag")
    journey.expect(journey.outsider.status == 404, step, met=f"de buitenstaander krijgt {journey.outsider.status}")
    journey.done(step)


def an_invitation_is_answered(journey: Journey) -> None:
    """The mail of the demo is sent by its clock, so this may take a while."""
    step = "een uitnodiging ligt in de postkamer, wordt met één klik beantwoord, en de coördinator ziet het antwoord"
    guest, end = Visitor(journey.place), time.monotonic() + PATIENCE
    while not _stands_before(guest, _invitation(guest, journey)) and time.monotonic() < end:
        time.sleep(0.5)
    journey.expect(guest.sheet.forms, step, met=f"geen uitnodiging die nog geldt ({guest.address} geeft {guest.status})")
    guest.send(guest.sheet.forms[0], answer="accepted")
    journey.expect(guest.status == 200, step, met=f"antwoorden geeft {guest.status}")
    meeting = _ahead(journey.police, IN_GRONINGEN)
    while "aanwezig" not in journey.police.open(meeting).words and time.monotonic() < end:
        time.sleep(0.5)
    journey.expect("aanwezig" in journey.police.sheet.words, step, met="de coördinator ziet geen antwoord")
    journey.done(step)


def _stands_before(guest: Visitor, link: str | None) -> bool:
    """Whether this link opens a question; that of an older mail is dead from when a newer one is written, before that one arrives."""
    return link is not None and bool(guest.open(link).forms)


def _invitation(reader: Visitor, journey: Journey) -> str | None:
    """The link in a mail that invites somebody to the meeting in Groningen."""
    for mail in [link for link in reader.open(journey.place.mailroom).links if link.startswith("/2")]:
        words = reader.open(journey.place.mailroom + mail).words
        if "Regionaal Casus Overleg Groningen" in words and "/uitnodiging/" in words:
            return next(word for word in words.split() if "/uitnodiging/" in word)
    return None


def _member(journey: Journey, slug: str) -> Visitor:
    visitor = Visitor(journey.place)
    visitor.log_in(persona(slug, Role.CASE_WORKER))
    return visitor


def _all(visitor: Visitor, page: str, prefix: str) -> list[str]:
    return [link for link in dict.fromkeys(visitor.open(page).links) if link.startswith(prefix) and link.count("/") == 2]


def _first(visitor: Visitor, page: str, prefix: str) -> str:
    return _all(visitor, page, prefix)[0]


def _ahead(visitor: Visitor, page: str) -> str:
    """The last meeting on the page of a body, which lists them in the order of their days."""
    return _all(visitor, page, "/bijeenkomsten/")[-1]


CONFERRING: tuple[Callable[[Journey], None], ...] = (_a_year_is_on_the_table, _an_agenda_is_settled, _an_action_goes_on, _minutes_are_read)
