"""Plays the whole journey over HTTP against a running demo, with real logins; the first difference ends it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub.demo.collecting import COLLECTING, a_test_notice_is_asked, it_lies_in_the_mailroom
from hub.demo.journey import COC, FRYSLAN, OUTSIDER, POLICE, Journey, form_to, persona
from hub.demo.personas import PERSONAS
from hub.demo.place import Place
from hub.demo.sessions import CONFERRING, an_invitation_is_answered
from hub.demo.visitor import Visitor
from hub.people.words import Role

SUMMARY = "Iemand werd op straat nageroepen en liep door."
TYPED: dict[str, Any] = {
    "incident_date": "2026-10-21", "incident_date_sharpness": "day", "place": "GM0080", "online": "no", "ground": ["ras"],
    "terrain": "openbare_ruimte", "nature": "vijandige_bejegening", "report_kind": "melding", "mass_report": "no",
    "narrative": SUMMARY, "narrative_confirmed": "ja", "reported_by": "slachtoffer", "residence": "GM0080", "contact_wish": "gesprek",
    "reported_elsewhere": "nowhere", "accused": "vreemde", "status": "in_behandeling", "handling": "advies_informatie",
    "anonymity": "known", "reporter_age": "16_or_older", "inquiry": "none",
}  # fmt: skip
GONE = "niet meer met u gedeeld"


def play(place: Place) -> list[str]:
    """The steps that were played, in Dutch; Different at the first that does not end as it should."""
    journey = Journey(place)
    for step in STEPS:
        journey.play(step)
    return journey.steps


def _strangers_stay_out(journey: Journey) -> None:
    step = "zonder inloggen is er niets te zien"
    stranger = Visitor(journey.place)
    for path in ("/ontvangen", "/zaken", "/zaken/nieuw", "/inlezen"):
        stranger.open(path)
        journey.expect("/aanmelden" in stranger.address or stranger.status == 401, step, met=f"{path} geeft {stranger.status}")
    journey.done(step)


def _everybody_logs_in(journey: Journey) -> None:
    step = "iedereen van het overleg kan inloggen"
    for one in PERSONAS:
        visitor = Visitor(journey.place)
        words = visitor.log_in(one).words
        journey.expect(visitor.status == 200 and one.name in words, step, met=f"{one.name} komt niet binnen ({visitor.status})")
    journey.bureau.log_in(persona(FRYSLAN, Role.CASE_WORKER))
    journey.police.log_in(persona(POLICE, Role.COORDINATOR))
    journey.outsider.log_in(persona(OUTSIDER, Role.CASE_WORKER))
    journey.coc.log_in(persona(COC, Role.CASE_WORKER))
    journey.done(step)


def _the_month_is_there(journey: Journey) -> None:
    step = "de zaken van september en oktober staan bij de bureaus"
    received = _cases(journey.bureau, "/ontvangen")
    journey.expect(len(received) >= 10, step, met=f"Tûmba ziet {len(received)} zaken")
    words = journey.bureau.open(received[0]).words
    journey.expect("niet gedeeld" in words and "Geschiedenis" in words, step, met="‘niet gedeeld’ of de geschiedenis ontbreekt")
    journey.expect(len(_cases(journey.bureau, "/zaken")) >= 10, step, met="Tûmba ziet de eigen zaken niet")
    journey.done(step)


def _the_outsider_sees_nothing(journey: Journey) -> None:
    step = "wie geen afspraak heeft, ziet niets"
    theirs = _cases(journey.bureau, "/ontvangen")[0]
    journey.expect(not _cases(journey.outsider, "/ontvangen"), step, met="de buitenstaander heeft ontvangen zaken")
    hidden = journey.outsider.open(theirs)
    absent = Visitor(journey.place)
    absent.cookies = journey.outsider.cookies
    nothing = absent.open("/ontvangen/0000000000W")
    journey.expect(journey.outsider.status == absent.status == 404, step, met=f"{journey.outsider.status} en {absent.status}")
    journey.expect(hidden.words == nothing.words, step, met="een verborgen zaak ziet er anders uit dan geen zaak")
    journey.done(step)


def _a_case_is_entered(journey: Journey) -> None:
    step = "een bureau voert een zaak in met het formulier"
    bureau = journey.bureau
    bureau.open("/zaken/nieuw")
    bureau.send(form_to(bureau, "/zaken/nieuw"), **TYPED)
    journey.own = "/zaken/" + bureau.address.split("?")[0].rsplit("/", 1)[-1]
    journey.expect(bureau.status == 200 and SUMMARY in bureau.sheet.words, step, met=f"status {bureau.status} op {bureau.address}")
    journey.done(step)


def _consent_opens_it(journey: Journey) -> None:
    step = "pas na toestemming ziet de politie de zaak, grover en met een eigen code"
    before = _cases(journey.police, "/ontvangen")
    bureau = journey.bureau
    bureau.open(f"{journey.own}/toestemming")
    form = form_to(bureau, "/toestemming")
    said: dict[str, Any] = {
        f"antwoord-{POLICE}": "alles",
        f"doel-{POLICE}": ["case_work", "consultation"],
        "given_by": "reporter",
        "how": "talk",
    }
    bureau.send(form, **said)
    new = [path for path in _cases(journey.police, "/ontvangen") if path not in before]
    journey.expect(len(new) == 1, step, met=f"bij de politie kwamen er {len(new)} zaken bij")
    [journey.theirs] = new
    words = journey.police.open(journey.theirs).words
    journey.expect("week van 15 tot en met 21 oktober 2026" in words and SUMMARY in words, step, met="de week of de samenvatting ontbreekt")
    journey.expect("Slachtoffer" not in words, step, met="de politie ziet wie er meldde")
    journey.expect(journey.theirs.rsplit("/", 1)[-1] != journey.own.rsplit("/", 1)[-1], step, met="beide partners hebben dezelfde code")
    journey.done(step)


def _an_update_arrives(journey: Journey) -> None:
    step = "een aanvulling komt bij de politie aan"
    bureau = journey.bureau
    bureau.open(f"{journey.own}/aanvulling")
    bureau.send(form_to(bureau, "/aanvulling"), status="afgesloten", narrative_confirmed="ja")
    journey.expect(bureau.status == 200, step, met=f"status {bureau.status}")
    words = journey.police.open(journey.theirs).words
    journey.expect("Gesloten" in words, step, met="de politie ziet niet dat de zaak gesloten is")
    journey.done(step)


def _withdrawal_takes_it_back(journey: Journey) -> None:
    step = "na intrekking is de zaak bij de politie weg, met een bewijs bij het bureau"
    bureau = journey.bureau
    bureau.open(f"{journey.own}/toestemming/{POLICE}/intrekken")
    words = bureau.send(form_to(bureau, "/intrekken")).words
    journey.expect(bureau.status == 200 and "Politie Noord-Nederland" in words, step, met="er is geen bewijs")
    words = journey.police.open(journey.theirs).words
    journey.expect(journey.police.status == 404 and GONE in words, step, met=f"de politie krijgt {journey.police.status}")
    journey.expect(journey.theirs not in _cases(journey.police, "/ontvangen"), step, met="de zaak staat nog in de lijst van de politie")
    journey.done(step)


def _the_same_export_changes_nothing(journey: Journey) -> None:
    step = "dezelfde export nog eens inlezen wijzigt niets"
    police, file = journey.police, _export(journey.place)
    police.open("/inlezen")
    police.send(form_to(police, "/inlezen"), file=(file.name, file.read_bytes()))
    journey.expect(police.status == 200 and "/inlezen/" in police.address, step, met=f"geen voorbeeld ({police.status})")
    words = police.send(form_to(police, police.address.rsplit("/", 1)[-1])).words
    journey.expect(police.status == 200 and "0 nieuw" in words.lower().replace("nieuw: 0", "0 nieuw"), step, met=words[-300:])
    journey.done(step)


def _logout_ends_it(journey: Journey) -> None:
    step = "na uitloggen is een bewaarde sessie niets meer waard"
    coc = journey.coc
    kept = dict(coc.cookies)
    coc.open("/")
    coc.send(form_to(coc, "/afmelden"))
    coc.cookies = kept
    coc.open("/ontvangen")
    journey.expect("/aanmelden" in coc.address or coc.status == 401, step, met=f"de oude sessie geeft {coc.status}")
    journey.done(step)


STEPS: tuple[Callable[[Journey], None], ...] = (
    _strangers_stay_out, _everybody_logs_in, a_test_notice_is_asked, _the_month_is_there, _the_outsider_sees_nothing, _a_case_is_entered,
    _consent_opens_it, _an_update_arrives, _withdrawal_takes_it_back, _the_same_export_changes_nothing, *COLLECTING, *CONFERRING,
    _logout_ends_it, it_lies_in_the_mailroom, an_invitation_is_answered,
)  # fmt: skip


def _cases(visitor: Visitor, path: str) -> list[str]:
    """The cases that stand in this list, by their addresses."""
    links = visitor.open(path).links
    return list(dict.fromkeys(link for link in links if link.startswith(f"{path}/") and len(link.rsplit("/", 1)[-1]) == 11))


def _export(place: Place) -> Path:
    """The last export that the police sent."""
    return sorted((place.path / "exports").glob("*.xlsx"))[-1]
