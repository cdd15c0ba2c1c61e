"""Who will see this: the preview of a case, an update and a hold-back; holding back itself; and who saw what, when."""

import re
from datetime import date

import pytest
from flask import Flask

from hub.cases import intake
from hub.cases.queries import OwnWanted, own_cases
from tests.cast import COC_GD, DRENTHE, EMMEN, GRONINGEN, POLICE, Cast
from tests.doors.months import EDITION, on, play_november
from tests.doors.visitor import Visitor, seat_of, strict, text_of
from tests.doors.written import typed
from tests.make import Delivery, make_draft

HOLD = {"recipient": DRENTHE, "what": "incident_date:month", "because": "te herkenbaar in een klein dorp", "until": ""}


@pytest.fixture
def code(cast: Cast) -> str:
    """An own case of the police that two bureaus receive."""
    with cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft(place="GM0114")]), house=cast.house)
        [line] = own_cases(work, house=cast.house, wanted=OwnWanted())
    return line.code


def test_a_bureau_sees_beforehand_what_a_yes_of_the_reporter_would_open_and_nothing_is_kept(app: Flask, cast: Cast) -> None:
    worker = seat_of(app, DRENTHE)

    answer = worker.post("/zaken/nieuw/voorbeeld", data=typed())
    said = text_of(answer.text)

    assert answer.status_code == 200
    assert "Er is nog niets bewaard" in said and "Pas als de melder ja zegt" in said
    assert "Nee, dit is de enige" in said
    assert "week van 1 tot en met 7 oktober 2026" in said  # as the police would have it
    assert re.search(r'<option value="buurt_wijk" selected>', answer.text), "what was typed stays"
    assert not re.findall(r'href="/zaken/[0-9A-Z]{11}"', worker.get("/zaken").text)


def test_a_preview_of_a_form_that_is_not_right_names_its_fields(app: Flask, cast: Cast) -> None:
    answer = seat_of(app, DRENTHE).post("/zaken/nieuw/voorbeeld", data=typed(place=""))

    assert answer.status_code == 400
    assert strict(answer.text).findall(".//div[@class='problems']//a[@href='#place']")


def test_a_preview_of_an_update_says_what_changes_and_keeps_the_revision_it_stands_on(app: Flask, cast: Cast) -> None:
    worker = seat_of(app, DRENTHE)
    code = str(re.search(r"/zaken/([0-9A-Z]{11})", worker.post("/zaken/nieuw", data=typed()).location)[1])  # type: ignore[index]

    seen = worker.post(f"/zaken/{code}/aanvulling/voorbeeld", data={**typed(nature="geweld"), "revisie": "1"})
    none = worker.post(f"/zaken/{code}/aanvulling/voorbeeld", data={**typed(), "revisie": "1"})
    made = worker.post(f"/zaken/{code}/aanvulling", data={**typed(nature="geweld"), "revisie": "1"})
    late = worker.post(f"/zaken/{code}/aanvulling/voorbeeld", data={**typed(nature="bedreiging"), "revisie": "1"})

    assert seen.status_code == 200 and 'name="revisie" value="1"' in seen.text
    assert none.location.endswith("gedaan=ongewijzigd")
    assert made.status_code == 303
    assert late.status_code == 409 and 'name="revisie" value="2"' in late.text
    assert seat_of(app, GRONINGEN).post(f"/zaken/{code}/aanvulling/voorbeeld", data={**typed(), "revisie": "1"}).status_code == 404


def test_a_fact_is_made_coarser_for_one_recipient_after_a_look_ahead_and_comes_back_when_it_is_lifted(
    app: Flask, cast: Cast, code: str
) -> None:
    police, drenthe, emmen = seat_of(app, POLICE), seat_of(app, DRENTHE), seat_of(app, EMMEN)

    def dates(visitor: Visitor) -> str:
        theirs = str(re.search(r'href="/ontvangen/([0-9A-Z]{11})"', visitor.get("/ontvangen").text)[1])  # type: ignore[index]
        return text_of(visitor.get(f"/ontvangen/{theirs}").text)

    ahead = police.post(f"/zaken/{code}/inhouden/voorbeeld", data=HOLD)
    before = dates(drenthe)
    done = police.post(f"/zaken/{code}/inhouden", data=HOLD)
    page = police.get(done.location).text

    assert "1 gegeven verandert" in text_of(ahead.text) and "week van 1 tot en met 7" in before
    assert done.location == f"/zaken/{code}/inhouden?gedaan=ingehouden"
    assert "Datum van het voorval: hoogstens de maand" in text_of(page)
    assert "week van 1 tot en met 7" not in dates(drenthe) and "week van 1 tot en met 7" in dates(emmen)
    assert "Uw reden: te herkenbaar in een klein dorp." in text_of(police.get(f"/zaken/{code}").text)
    assert "te herkenbaar" not in dates(drenthe)
    assert police.post(f"/zaken/{code}/inhouden/1/opheffen").location.endswith("gedaan=opgeheven")
    assert "week van 1 tot en met 7" in dates(drenthe)
    assert police.post(f"/zaken/{code}/inhouden/1/opheffen").status_code == 409
    assert police.post(f"/zaken/{code}/inhouden/7/opheffen").status_code == 404


def test_a_hold_back_without_a_choice_or_a_reason_is_refused_at_its_fields(app: Flask, code: str) -> None:
    answer = seat_of(app, POLICE).post(f"/zaken/{code}/inhouden", data={"recipient": "", "what": "", "because": "", "until": "31-31"})
    bare = seat_of(app, POLICE).post(f"/zaken/{code}/inhouden", data={"recipient": DRENTHE, "because": "te herkenbaar in een dorp"})
    short = seat_of(app, POLICE).post(f"/zaken/{code}/inhouden", data={**HOLD, "because": "kort"})

    assert answer.status_code == bare.status_code == short.status_code == 400
    assert "Kies wat u inhoudt." in bare.text
    for sentence in ("Kies een ontvanger", "Kies wat u inhoudt.", "geldige einddatum"):
        assert sentence in answer.text
    assert "Zeg in ten minste tien tekens waarom u dit inhoudt." in short.text


def test_the_link_beside_a_fact_fills_in_whom_and_what(app: Flask, code: str) -> None:
    police = seat_of(app, POLICE)
    link = str(re.search(rf'href="(/zaken/{code}/inhouden\?ontvanger={DRENTHE}&amp;gegeven=place:)"', police.get(f"/zaken/{code}").text)[1])  # type: ignore[index]

    page = police.get(link.replace("&amp;", "&")).text

    assert f'<option value="{DRENTHE}" selected>' in page and '<option value="place:" selected>' in page
    assert "onzin" not in police.get(f"/zaken/{code}/inhouden?ontvanger=onzin&gegeven=onzin").text


def test_the_giver_and_its_privacy_officer_read_who_saw_the_case_where_and_when_and_who_did_not(app: Flask, cast: Cast, code: str) -> None:
    nobody = text_of(seat_of(app, POLICE).get(f"/zaken/{code}/inzage").text)
    drenthe = seat_of(app, DRENTHE)
    theirs = str(re.search(r'href="/ontvangen/([0-9A-Z]{11})"', drenthe.get("/ontvangen").text)[1])  # type: ignore[index]
    drenthe.get(f"/ontvangen/{theirs}")

    pages = [text_of(seat_of(app, POLICE, role=role).get(f"/zaken/{code}/inzage").text) for role in ("case_worker", "privacy_officer")]

    assert "Niemand heeft deze zaak nog gezien." in nobody
    for page in pages:
        assert "in de lijst van ontvangen zaken" in page and "op de pagina van de zaak" in page
        assert cast.partners[DRENTHE].name in page and f"Nog niet gezien door: {cast.partners[EMMEN].name}." in page
    assert seat_of(app, DRENTHE).get(f"/zaken/{theirs}/inzage").status_code == 404
    assert seat_of(app, COC_GD).get(f"/zaken/{code}/inzage").status_code == 404


def test_every_file_that_a_recipient_takes_along_leaves_its_own_line_at_the_giver(app: Flask, cast: Cast) -> None:
    play_november(cast)
    with on(date(2026, 12, 15)):
        drenthe = seat_of(app, DRENTHE)
        for form in ("json", "xlsx"):
            assert drenthe.post(f"{EDITION}/zaaksoverzicht", data={"vorm": form}).status_code == 200
        police = seat_of(app, POLICE)
        codes = re.findall(r'<a href="/zaken/([0-9A-Z]{11})"', police.get("/zaken").text)
        pages = [text_of(police.get(f"/zaken/{code}/inzage").text) for code in codes]

    told = {(page.count("in de maandverzameling"), page.count("in een bestand dat is meegenomen")) for page in pages}
    assert (1, 2) in told and told <= {(0, 0), (1, 2)}
