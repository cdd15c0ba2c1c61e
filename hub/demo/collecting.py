"""The played journey as far as it is about the monthly collection: editions, statements, progress, contact, mail and jobs."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile, is_zipfile

from hub.demo.journey import EMMEN, FRYSLAN, POLICE, Journey, form_to, persona
from hub.demo.visitor import Form, Visitor
from hub.people.words import Role

EDITION = "/verzamelingen/fryslan/2026-10"
NOVEMBER = "/inzamelingen/drenthe/2026-11"
TEST_MAIL = "Proefbericht van Schakel"
PATIENCE = 60.0  # seconds: the courier comes round every ten, and has the mail of two months to bring first
OFFICE: dict[str, Any] = {
    "person": "N. Oosting, netwerk diversiteit",
    "channel": "phone",
    "reach": "het nummer van kantoor",
    "moment": "op dinsdag",
}


def a_test_notice_is_asked(journey: Journey) -> None:
    """It is asked for early, so that it can travel while the journey goes on."""
    step = "iemand vraagt een proefbericht"
    bureau = journey.bureau
    bureau.open("/meldingen")
    bureau.send(form_to(bureau, "/meldingen/proefbericht"))
    journey.expect(bureau.status == 200 and "proefbericht" in bureau.address, step, met=f"status {bureau.status} op {bureau.address}")
    journey.done(step)


def it_lies_in_the_mailroom(journey: Journey) -> None:
    """The mail of the demo is sent by its clock, so this may take a while."""
    step = "het proefbericht ligt in de postkamer, en in geen enkele mail staat een zaak"
    reader, end = Visitor(journey.place), time.monotonic() + PATIENCE
    while TEST_MAIL not in reader.open(journey.place.mailroom).words and time.monotonic() < end:
        time.sleep(0.5)
    to = persona(FRYSLAN, Role.CASE_WORKER).email
    journey.expect(TEST_MAIL in reader.sheet.words and to in reader.sheet.words, step, met="er ligt geen proefbericht")
    codes = [link.rsplit("/", 1)[-1] for link in journey.bureau.open("/zaken").links if link.startswith("/zaken/")]
    mails = [link for link in reader.sheet.links if link.startswith("/2")][:20]
    words = " ".join(reader.open(journey.place.mailroom + mail).words for mail in mails)
    journey.expect(mails and not any(code in words for code in codes if len(code) == 11), step, met="in een mail staat een code")
    journey.done(step)


def _an_edition_is_read(journey: Journey) -> None:
    step = "een bureau opent zijn verzameling van oktober: nieuw en gewijzigd, en het meldpunt leest alleen de eigen editie"
    bureau = journey.bureau
    journey.expect(EDITION in bureau.open("/verzamelingen").links, step, met="de verzameling staat niet in de lijst")
    words = bureau.open(EDITION).words
    journey.expect(bureau.status == 200 and "Bezorgd" in words, step, met=f"status {bureau.status}")
    counted = [f"{EDITION}?deel={part}" in bureau.sheet.links for part in ("nieuw", "gewijzigd", "afgesloten")]
    journey.expect(all(counted), step, met=f"nieuw, gewijzigd, afgesloten: {counted}")
    changed = bureau.open(f"{EDITION}?deel=gewijzigd").words
    journey.expect("was:" in changed and "nu:" in changed, step, met="bij gewijzigd staat niet wat er veranderde")
    journey.done(step)


def _it_is_downloaded(journey: Journey) -> None:
    step = "het zaaksoverzicht is een werkboek met een tabel per blad"
    bureau = journey.bureau
    bureau.open(EDITION)
    bureau.send(form_to(bureau, "/zaaksoverzicht"), button="XLSX")
    is_workbook = bureau.status == 200 and is_zipfile(BytesIO(bureau.content))
    journey.expect(is_workbook, step, met=f"status {bureau.status}, geen werkboek")
    with ZipFile(BytesIO(bureau.content)) as book:
        names = book.namelist()
        said = book.read("xl/tables/table2.xml").decode()
    sheets, tables = (sum(name.startswith(f"xl/{part}/") and name.endswith(".xml") for name in names) for part in ("worksheets", "tables"))
    journey.expect(sheets == tables == 4 and "autoFilter" in said, step, met=f"{sheets} bladen en {tables} tabellen")
    journey.done(step)


def _the_outsider_has_no_edition(journey: Journey) -> None:
    step = "wie geen afspraak heeft, heeft geen verzameling"
    words = journey.outsider.open("/verzamelingen").words
    journey.expect("Er is geen verzameling voor uw organisatie" in words, step, met="er staat iets in de lijst")
    journey.outsider.open(EDITION)
    journey.expect(journey.outsider.status == 404, step, met=f"de editie geeft {journey.outsider.status}")
    journey.done(step)


def _nothing_to_report(journey: Journey) -> None:
    step = "een meldpunt zegt met één klik dat er in november niets te melden is"
    emmen = Visitor(journey.place)
    emmen.log_in(persona(EMMEN, Role.CASE_WORKER))
    emmen.open("/aanleverberichten")
    words = emmen.send(form_to(emmen, "/drenthe/2026-11"), button="Niets te melden").words
    journey.expect(emmen.status == 200 and "Niets te melden gegeven op" in words, step, met=f"status {emmen.status}")
    journey.done(step)


def _progress_is_seen(journey: Journey) -> None:
    step = "de coördinator ziet wie klaar is, en bevriest geen maand die nog bezig is"
    police = journey.police
    words = police.open("/inzamelingen/groningen/2026-10").words
    journey.expect("Stil gebleven: Discriminatie Meldpunt Groningen" in words, step, met="wie stil bleef, staat er niet")
    words = police.open(NOVEMBER).words
    journey.expect("meldpunt Emmen Niets te melden" in words, step, met="de klik van Emmen staat er niet")
    words = police.send(form_to(police, "/verplaatsen"), dag="2026-12-03").words
    journey.expect(police.status == 400 and "Schrijf een reden" in words, step, met=f"verplaatsen zonder reden geeft {police.status}")
    police.open(NOVEMBER)
    early = Form(f"{NOVEMBER}/bevriezen", dict(form_to(police, "/verplaatsen").fields))
    early.fields = {name: values for name, values in early.fields.items() if name not in ("dag", "reden-verplaatsen")}
    early.fields["reden-bevriezen"] = ["wij willen vooruit"]
    words = police.send(early).words
    journey.expect(police.status == 400 and "nog niet voorbij" in words, step, met=f"te vroeg bevriezen geeft {police.status}")
    journey.done(step)


def _a_contact_is_answered(journey: Journey) -> None:
    step = "de politie antwoordt op een verzoek om contact, en pas dan zien beide kanten elkaars contactpersoon"
    police, bureau = journey.police, journey.bureau
    asked = next((link for link in _contacts(police) if "Wilt u contact?" in police.open(link).words), None)
    journey.expect(asked, step, met="er wacht geen verzoek op de politie")
    mine = next((link for link in _contacts(bureau) if link == asked), None)
    journey.expect(mine and OFFICE["person"] not in bureau.open(mine).words, step, met="Tûmba ziet al wie er bij de politie antwoordt")
    words = police.send(form_to(police, "/antwoord"), **OFFICE).words
    journey.expect(police.status == 200 and "M. Veenstra" in words, step, met=f"status {police.status}")
    journey.expect(OFFICE["person"] in bureau.open(str(mine)).words, step, met="Tûmba ziet de contactpersoon niet")
    journey.done(step)


def _contacts(visitor: Visitor) -> list[str]:
    links = visitor.open("/contacten").links
    return list(dict.fromkeys(link for link in links if link.startswith("/contacten/") and "/nieuw/" not in link))


def _jobs_are_seen(journey: Journey) -> None:
    step = "de beheerder ziet dat de klok loopt en wat zij deed, en geen zaken"
    operator = Visitor(journey.place)
    operator.log_in(persona(POLICE, Role.OPERATOR))
    words = operator.open("/taken").words
    journey.expect("De klok loopt" in words and "gather" in words, step, met=f"status {operator.status}")
    journey.expect("Mislukt" not in words, step, met="er is een taak mislukt")
    operator.open("/ontvangen")
    journey.expect(operator.status in (403, 404), step, met=f"de beheerder komt bij de zaken ({operator.status})")
    journey.done(step)


COLLECTING: tuple[Callable[[Journey], None], ...] = (
    _an_edition_is_read, _it_is_downloaded, _the_outsider_has_no_edition, _nothing_to_report, _progress_is_seen, _a_contact_is_answered,
    _jobs_are_seen,
)  # fmt: skip
