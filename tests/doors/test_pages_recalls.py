"""The pages of recalls: what a recipient has to remove, its answer, and what its giver reads meanwhile."""

import re

import pytest
from flask import Flask

from tests.cast import DRENTHE, EMMEN, FRYSLAN, POLICE, Cast
from tests.doors.visitor import Visitor, seat_of, text_of
from tests.rooms.recalling import look, share, take_back
from tests.walls.seats import essence

ONE = re.compile(r'href="(/terugroepingen/[0-9a-f-]{36})"')


@pytest.fixture
def path(app: Flask, cast: Cast) -> str:
    """The address of a recall that Drenthe has to answer; Emmen never opened the case."""
    [code] = share(cast)
    look(cast, DRENTHE)
    take_back(cast, code)
    found = ONE.findall(seat_of(app, DRENTHE).get("/terugroepingen").text)
    return str(found[0])


def said(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.status_code
    return text_of(answer.text)


def test_a_recall_goes_from_the_overview_to_a_receipt_on_both_sides(app: Flask, path: str) -> None:
    drenthe, police = seat_of(app, DRENTHE), seat_of(app, POLICE)
    overview, asked, waiting = said(drenthe, "/"), said(drenthe, path), said(police, path)

    answer = drenthe.post(f"{path}/antwoord", data={"word": "confirmed"})

    assert "1 terugroeping wacht op u" in overview
    assert "Verwijder wat u overnam" in asked and "Antwoord uiterlijk op woensdag 11 november 2026" in asked.replace(
        "op 11", "op woensdag 11"
    )
    assert "Wacht op" in waiting and "U houdt deze zaak in" in waiting and "U houdt deze zaak in" not in asked
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, path)
    for visitor in (drenthe, police):
        assert "Bewijs van verwijdering" in said(visitor, path) and "Verwijdering bevestigd" in said(visitor, "/terugroepingen")
    assert "terugroeping wacht" not in said(drenthe, "/")


def test_without_a_reason_it_cannot_be_impossible_and_with_one_the_giver_closes_it(app: Flask, path: str) -> None:
    drenthe, police = seat_of(app, DRENTHE), seat_of(app, POLICE)
    without = drenthe.post(f"{path}/antwoord", data={"word": "not_possible", "reason": ""})
    prose = drenthe.post(f"{path}/antwoord", data={"word": "not_possible", "reason": "ligt bij J. de Vries"})
    nothing = drenthe.post(f"{path}/antwoord", data={"word": "weet niet"})

    drenthe.post(f"{path}/antwoord", data={"word": "not_possible", "reason": "legal_duty"})
    settle = said(police, path)
    police.post(f"{path}/antwoord", data={"word": "closed"})

    assert {without.status_code, prose.status_code, nothing.status_code} == {400}
    assert 'href="#reason"' in without.text and "Kies waarom verwijderen niet kan." in text_of(prose.text)
    assert "de wet verplicht ons om het te bewaren" in settle and "Niet te verwijderen" not in said(police, "/terugroepingen")
    assert "sloot" in said(drenthe, path)


def test_a_side_cannot_write_the_words_of_the_other(app: Flask, path: str) -> None:
    police = seat_of(app, POLICE)

    assert police.post(f"{path}/antwoord", data={"word": "confirmed"}).status_code == 409
    assert seat_of(app, DRENTHE).post(f"{path}/antwoord", data={"word": "closed"}).status_code == 409


def test_a_privacy_officer_may_answer_too(app: Flask, path: str) -> None:
    officer = seat_of(app, DRENTHE, role="privacy_officer")

    assert "Ja, alles is verwijderd" in said(officer, path)
    assert officer.post(f"{path}/antwoord", data={"word": "confirmed"}).status_code == 303


@pytest.mark.parametrize("slug", [EMMEN, FRYSLAN])
def test_who_never_opened_the_case_finds_nothing_of_it(app: Flask, path: str, slug: str) -> None:
    other = seat_of(app, slug)
    absent = other.get(f"{path[:-4]}0000")

    assert "Er zijn geen terugroepingen." in said(other, "/terugroepingen")
    assert absent.status_code == 404 and essence(other.get(path)) == essence(absent)
    assert other.post(f"{path}/antwoord", data={"word": "confirmed"}).status_code == 404
