"""Own cases: entering one, updating it, consent and withdrawal, each through the pages a person uses."""

import re

import pytest
from flask import Flask

from tests.cast import COC_GD, DRENTHE, OM, POLICE, Cast
from tests.doors.visitor import Visitor, seat_of, strict, text_of
from tests.doors.written import typed

EVIDENCE = {"given_by": "reporter", "how": "talk", "asked_on": "", "until": ""}
CONSENT = {f"antwoord-{POLICE}": "alles", f"doel-{POLICE}": ["case_work", "consultation"], **EVIDENCE}


@pytest.fixture
def worker(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, DRENTHE)


@pytest.fixture
def police(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, POLICE)


def enter(visitor: Visitor, **different: str | list[str] | None) -> str:
    """Enters a case by form and answers its code."""
    answer = visitor.post("/zaken/nieuw", data=typed(**different))
    assert answer.status_code == 303, text_of(answer.text)
    return str(re.fullmatch(r"/zaken/([0-9A-Z]{11})\?gedaan=zaak", answer.location)[1])  # type: ignore[index]


def test_a_bureau_enters_a_case_and_sees_every_fact_and_who_receives_what(worker: Visitor, cast: Cast) -> None:
    said = text_of(worker.get(f"/zaken/{enter(worker)}?gedaan=zaak").text)

    assert "De zaak is bewaard." in said
    assert "7 oktober 2026" in said
    assert "Emmen" in said
    assert "Ras (herkomst, huidskleur); Godsdienst: islam" in said or "Godsdienst: islam; Ras (herkomst, huidskleur)" in said
    assert cast.partners[POLICE].name in said
    assert "De melder is voor deze ontvanger nog niet om toestemming gevraagd." in said


def test_a_form_that_is_not_right_keeps_what_was_typed_and_names_each_field(worker: Visitor) -> None:
    answer = worker.post("/zaken/nieuw", data=typed(place="", incident_date="2026-13-45", narrative="Bel Jan op 06-12345678.", ground=None))

    page = strict(answer.text)
    assert answer.status_code == 400
    assert page.find("head/title").text.startswith("Fout: ")
    links = {link.get("href"): "".join(link.itertext()) for link in page.findall(".//div[@class='problems']//a")}
    assert set(links) == {"#place", "#incident_date", "#ground"}
    assert all(page.findall(f".//*[@id='{href[1:]}']") for href in links)
    assert "Bel Jan op 06-12345678." in answer.text
    assert re.search(r'<option value="buurt_wijk" selected>', answer.text)


def test_a_summary_with_a_telephone_number_is_refused_at_its_field(worker: Visitor) -> None:
    answer = worker.post("/zaken/nieuw", data=typed(narrative="Het slachtoffer is te bereiken op 06-12345678."))

    assert answer.status_code == 400
    assert strict(answer.text).findall(".//textarea[@aria-invalid='true']")
    assert "Er is niets" in answer.text or "telefoon" in answer.text


def test_a_summary_must_be_read_again_by_its_author(worker: Visitor) -> None:
    assert "Bevestig dat niemand" in worker.post("/zaken/nieuw", data=typed(narrative_confirmed=None)).text


def test_a_field_that_is_not_on_the_form_is_refused(worker: Visitor) -> None:
    assert worker.post("/zaken/nieuw", data=typed(giver="9")).status_code == 400
    assert worker.post("/zaken/nieuw", data=typed(offence="137c")).status_code == 400


def test_coc_types_cases_and_the_police_and_the_prosecutor_do_not(app: Flask, cast: Cast) -> None:
    assert seat_of(app, COC_GD).get("/zaken/nieuw").status_code == 200
    for slug in (POLICE, OM):
        assert seat_of(app, slug).get("/zaken/nieuw").status_code == 403


def test_an_update_is_a_new_step_in_the_history_and_a_form_without_news_is_none(worker: Visitor) -> None:
    code = enter(worker)
    form = worker.get(f"/zaken/{code}/aanvulling").text
    assert re.search(r'<option value="in_behandeling" selected>', form)

    same = worker.post(f"/zaken/{code}/aanvulling", data={**typed(), "revisie": "1"})
    news = worker.post(f"/zaken/{code}/aanvulling", data={**typed(status="afgesloten"), "revisie": "1"})
    late = worker.post(f"/zaken/{code}/aanvulling", data={**typed(status="in_onderzoek"), "revisie": "1"})

    assert same.location.endswith("gedaan=ongewijzigd")
    assert news.location == f"/zaken/{code}?gedaan=aanvulling"
    assert "Aangevuld Stand van de zaak: van ‘In behandeling’ naar ‘Afgesloten’" in text_of(worker.get(f"/zaken/{code}").text)
    assert late.status_code == 409
    assert "Iemand anders heeft deze zaak intussen bijgewerkt" in late.text


def test_a_case_without_a_summary_comes_back_in_a_form_without_one(worker: Visitor) -> None:
    code = enter(worker, narrative="", narrative_confirmed=None)
    form = worker.get(f"/zaken/{code}/aanvulling").text

    same = worker.post(f"/zaken/{code}/aanvulling", data={**typed(narrative="", narrative_confirmed=None), "revisie": "1"})

    assert strict(form).find(".//textarea[@id='narrative']").text is None
    assert same.location.endswith("gedaan=ongewijzigd")


def test_a_reason_that_consent_cannot_take_away_stands_before_the_one_it_can(worker: Visitor, cast: Cast) -> None:
    row = next(
        row
        for row in strict(worker.get(f"/zaken/{enter(worker)}").text).findall(".//tr")
        if cast.partners[COC_GD].name in "".join(row.itertext())
    )

    assert "De zaak gaat niet over het onderwerp van de afspraak. En nog 1 reden." in " ".join("".join(row.itertext()).split())


def test_the_form_for_consent_says_what_a_yes_opens_and_whose_yes_counts(worker: Visitor) -> None:
    adult, child = (worker.get(f"/zaken/{enter(worker, reporter_age=age)}/toestemming").text for age in ("16_or_older", "under_16"))

    assert "ziet dan: de datum van het voorval (de week van de maand), de plaats van het voorval (de gemeente)" in text_of(adult)
    assert "Mogen wij deze melding delen met Politie Noord-Nederland?" in text_of(adult)
    assert "Daarom vragen wij het aan de ouder of voogd." in text_of(child)
    assert not re.findall(r"\schecked\b", adult)
    assert "Alleen een ja van de wettelijk vertegenwoordiger telt dan." not in text_of(adult)
    assert "Alleen een ja van de wettelijk vertegenwoordiger telt dan." in text_of(child)


def test_consent_lets_the_case_appear_and_withdrawal_takes_it_away_with_a_receipt(worker: Visitor, police: Visitor) -> None:
    code = enter(worker)
    assert "Niemand deelt op dit moment een zaak met u" in text_of(police.get("/ontvangen").text)

    given = worker.post(f"/zaken/{code}/toestemming", data=CONSENT)
    assert given.location == f"/zaken/{code}?gedaan=toestemming"
    theirs = str(re.search(r'href="/ontvangen/([0-9A-Z]{11})"', police.get("/ontvangen").text)[1])  # type: ignore[index]
    assert police.get(f"/ontvangen/{theirs}").status_code == 200

    asked = text_of(worker.get(f"/zaken/{code}/toestemming/{POLICE}/intrekken").text)
    gone = worker.post(f"/zaken/{code}/toestemming/{POLICE}/intrekken")
    receipt = text_of(worker.get(gone.location).text)

    assert "verdwijnt meteen" in asked
    assert "Bewijs van intrekking" in receipt
    assert f"{theirs[:4]}-{theirs[4:8]}-{theirs[8:]}" in receipt
    assert police.get(f"/ontvangen/{theirs}").status_code == 404
    assert "Niemand deelt op dit moment een zaak met u" in text_of(police.get("/ontvangen").text)


def test_a_consent_form_that_is_not_right_says_what_is_missing(worker: Visitor) -> None:
    code = enter(worker)

    empty = worker.post(f"/zaken/{code}/toestemming", data={"until": "31-31", "asked_on": "ooit"})
    half = {f"antwoord-{POLICE}": "deel", f"doel-{POLICE}": ["case_work"], f"doel-{OM}": ["case_work"]}
    answer = worker.post(f"/zaken/{code}/toestemming", data={**EVIDENCE, **half})

    assert empty.status_code == answer.status_code == 400
    for sentence in (
        "Kies bij een ontvanger",
        "Kies wie er antwoord gaf.",
        "Kies hoe het is gevraagd.",
        "geldige einddatum",
        "geldige dag",
    ):
        assert sentence in empty.text
    assert "Kruis aan welke gegevens" in answer.text and "Kies wat de melder zei over" in answer.text
    assert re.search(rf'name="antwoord-{POLICE}" value="deel" checked', answer.text)
    assert worker.post(f"/zaken/{code}/toestemming", data={**CONSENT, "asked_on": "2027-01-01"}).status_code == 400
    assert worker.post(f"/zaken/{code}/toestemming", data={**CONSENT, "until": "2026-01-01"}).status_code == 400


def test_one_form_holds_the_answers_about_all_recipients_with_who_was_asked_how_and_when(worker: Visitor, police: Visitor) -> None:
    code = enter(worker)
    some = {f"antwoord-{POLICE}": "deel", f"doel-{POLICE}": ["case_work"], f"gegeven-{POLICE}": ["incident_date", "place", "ground"]}
    evidence = {**EVIDENCE, "how": "phone", "asked_on": "2026-11-02", "until": "2026-12-31"}

    worker.post(f"/zaken/{code}/toestemming", data={**some, f"antwoord-{OM}": "nee", **evidence})
    page = text_of(worker.get(f"/zaken/{code}/toestemming").text)
    theirs = str(re.search(r'href="/ontvangen/([0-9A-Z]{11})"', police.get("/ontvangen").text)[1])  # type: ignore[index]
    seen = text_of(police.get(f"/ontvangen/{theirs}").text)

    assert "Gegeven, voor een deel van de gegevens" in page and "Geweigerd" in page
    assert "Gevraagd op 2 november 2026, aan de telefoon, aan de melder, geldig tot en met 31 december 2026." in page
    assert "Alleen: Discriminatiegrond, Datum van het voorval, Plaats van het voorval." in page
    assert "Emmen" in seen and "uitgescholden" not in seen


def test_of_a_reporter_under_16_only_the_guardians_yes_counts_and_a_no_may_be_its_own(worker: Visitor, police: Visitor) -> None:
    code = enter(worker, reporter_age="under_16")

    own = worker.post(f"/zaken/{code}/toestemming", data=CONSENT)
    no = worker.post(f"/zaken/{code}/toestemming", data={**EVIDENCE, f"antwoord-{OM}": "nee"})
    guardian = worker.post(f"/zaken/{code}/toestemming", data={**CONSENT, "given_by": "guardian"})

    assert own.status_code == 400 and "alleen de wettelijk vertegenwoordiger kan ja zeggen" in own.text
    assert no.status_code == guardian.status_code == 303
    assert re.search(r'href="/ontvangen/([0-9A-Z]{11})"', police.get("/ontvangen").text)


def test_the_list_of_own_cases_filters_by_month_province_and_state(worker: Visitor) -> None:
    drenthe, groningen = enter(worker), enter(worker, place="GM0014", incident_date="2026-09-03")

    def listed(asked: str) -> set[str]:
        return set(re.findall(r'href="/zaken/([0-9A-Z]{11})"', worker.get(f"/zaken{asked}").text))

    assert listed("") == {drenthe, groningen}
    assert listed("?maand=2026-10") == {drenthe}
    assert listed("?provincie=PV20") == {groningen}
    assert listed("?stand=gesloten") == set()
    assert listed("?maand=&provincie=&stand=open") == {drenthe, groningen}
    assert worker.get("/zaken?maand=okt").status_code == 400
    assert worker.get("/zaken?maand=2026-10&maand=2026-09").status_code == 400
    assert worker.get("/zaken?grond=ras").status_code == 400


def test_another_partners_case_looks_exactly_like_one_that_does_not_exist(app: Flask, worker: Visitor, cast: Cast) -> None:
    code, other = enter(worker), seat_of(app, "bureau-groningen")

    for path in ("/zaken/{}", "/zaken/{}/aanvulling", "/zaken/{}/toestemming", "/ontvangen/{}"):
        theirs, absent = other.get(path.format(code)), other.get(path.format("0" * 11))
        assert theirs.status_code == absent.status_code == 404
        assert theirs.data == absent.data
