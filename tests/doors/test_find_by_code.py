"""A code that somebody reads out leads to the case, or to the one sentence that may be said about it."""

import pytest
from flask import Flask

from hub.pseudonyms.mint import ALPHABET, complete, show
from tests.cast import COC_GD, DRENTHE, POLICE, Cast
from tests.doors.test_pages_received import LINK, share
from tests.doors.visitor import Visitor, seat_of, strict, text_of

NOBODYS = "ZZZZZZZZZ"


@pytest.fixture
def worker(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, DRENTHE)


@pytest.fixture
def police(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, POLICE)


def said(visitor: Visitor, text: str) -> str:
    """What the page says about a code that leads nowhere."""
    answer = visitor.post("/ontvangen/zoek", data={"code": text})
    assert answer.status_code == 400
    return text_of(answer.text)


def one_wrong(code: str) -> str:
    """The code with another third sign."""
    return code[:2] + ALPHABET[(ALPHABET.index(code[2]) + 7) % 32] + code[3:]


def received_code(worker: Visitor, police: Visitor) -> str:
    share(worker)
    return str(LINK.findall(police.get("/ontvangen").text)[0])


def test_a_code_leads_to_the_case_however_it_was_typed(worker: Visitor, police: Visitor) -> None:
    code = received_code(worker, police)

    for text in (code, show(code), show(code).lower(), f" {code[:4]} {code[4:8]}\u2013{code[8:]} "):
        assert police.post("/ontvangen/zoek", data={"code": text}).location == f"/ontvangen/{code}"


def test_a_giver_finds_its_case_under_its_own_code_and_under_that_of_a_recipient(worker: Visitor, police: Visitor) -> None:
    theirs = received_code(worker, police)
    ours = worker.post("/ontvangen/zoek", data={"code": theirs}).location

    assert ours.startswith("/zaken/")
    assert worker.post("/ontvangen/zoek", data={"code": ours.removeprefix("/zaken/")}).location == ours


def test_what_can_be_no_code_is_said_in_a_sentence_at_the_field(police: Visitor) -> None:
    answer = police.post("/ontvangen/zoek", data={"code": "7K2M-Q4XD-9E"})

    page = strict(answer.text)
    assert page.find("head/title").text.startswith("Fout: ")
    assert page.find(".//input[@id='code']").get("value") == "7K2M-Q4XD-9E"
    assert page.find(".//input[@id='code']").get("aria-invalid") == "true"
    assert "Een code heeft 11 tekens. U gaf er 10." in text_of(answer.text)
    assert "Het teken ‘U’ komt in een code niet voor." in said(police, "7K2M-U4XD-9E6")
    assert "Een code heeft 11 tekens. U gaf er 0." in said(police, "")


def test_a_typing_error_is_set_right_only_if_the_asker_has_that_case(worker: Visitor, police: Visitor, cast: Cast) -> None:
    code = received_code(worker, police)
    wrong = one_wrong(code)

    own = police.post("/ontvangen/zoek", data={"code": wrong})

    sentence = f"Deze code bestaat niet. Bedoelt u {show(code)}? Teken 3 is dan {code[2]} en niet {wrong[2]}."
    assert sentence in text_of(own.text)
    assert f'href="/ontvangen/{code}"' in own.text
    absent = one_wrong(complete(NOBODYS, mark=cast.partners[POLICE].code_mark))
    assert "In deze code zit een fout. Laat hem nog eens voorlezen." in said(police, absent)


def test_a_code_of_another_and_one_that_never_was_read_the_same_to_everybody_else(
    app: Flask, worker: Visitor, police: Visitor, cast: Cast
) -> None:
    theirs, coc = received_code(worker, police), seat_of(app, COC_GD)
    name, mark = cast.partners[COC_GD].name, cast.partners[POLICE].code_mark

    hidden, absent = said(coc, theirs), said(coc, complete(NOBODYS, mark=mark))

    assert f"Deze code is niet voor {name} gemaakt, of er zitten meer fouten in. Vraag de gever om uw code." in hidden
    assert hidden.replace(theirs, "") == absent.replace(complete(NOBODYS, mark=mark), "")


def test_a_well_formed_code_that_nobody_has_is_unknown_and_one_that_went_away_has_ended(
    worker: Visitor, police: Visitor, cast: Cast
) -> None:
    name, mark = cast.partners[POLICE].name, cast.partners[POLICE].code_mark
    assert f"Deze code klopt van vorm, maar is bij {name} niet bekend." in said(police, complete(NOBODYS, mark=mark))

    code = received_code(worker, police)
    police.get(f"/ontvangen/{code}")
    ours = worker.post("/ontvangen/zoek", data={"code": code}).location
    worker.post(f"{ours}/toestemming/{POLICE}/intrekken")

    assert "Deze zaak wordt sinds " in said(police, code)
    assert f" niet meer met {name} gedeeld." in said(police, code)
    assert worker.post("/ontvangen/zoek", data={"code": code}).location == ours
