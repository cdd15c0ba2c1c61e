"""The pages of contacts and terms: from a received case to an outcome, by forms alone, and what each side reads meanwhile."""

import re
from datetime import UTC, datetime

import psycopg
import pytest
from flask import Flask

from hub.watches.actions import keep_watch
from tests.cast import COC_F, DRENTHE, OUTSIDER, POLICE, Cast
from tests.doors.visitor import Visitor, seat_of, text_of
from tests.rooms.contacting import Play

NOBODY = {"person": "", "reach": "", "moment": ""}
OURS = {"person": "A. Bakker, meldpunt", "channel": "phone", "reach": "0592 12 34 56", "moment": "dinsdag na 13.00 uur"}
THEIRS = {"person": "P. Jansen, politie", "channel": "mail", "reach": "p.jansen@voorbeeld.invalid", "moment": "elke ochtend"}
SETTLED = re.compile(r'action="(/termijnen/[0-9a-f-]{36})"')


@pytest.fixture
def play(cast: Cast, superuser: psycopg.Connection) -> Play:
    made = Play(cast, superuser)
    made.share()
    return made


@pytest.fixture
def drenthe(app: Flask, play: Play) -> Visitor:
    return seat_of(app, DRENTHE)


@pytest.fixture
def police(app: Flask, play: Play) -> Visitor:
    return seat_of(app, POLICE)


def ask(visitor: Visitor, code: str, **said: str) -> str:
    answer = visitor.post(f"/contacten/nieuw/{code}", data={"when": "later", **NOBODY, **said})
    assert answer.status_code == 303, text_of(answer.text)
    return answer.location.partition("?")[0]


def said(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.status_code
    return text_of(answer.text)


def test_a_contact_goes_from_a_received_case_to_two_outcomes(drenthe: Visitor, police: Visitor, play: Play) -> None:
    assert f'href="/contacten/nieuw/{play.code}"' in drenthe.get(f"/ontvangen/{play.code}").text
    path = ask(drenthe, play.code, when="now", **OURS)
    waiting = said(drenthe, path)
    at_police = said(police, path)
    police.post(f"{path}/antwoord", data={"answer": "confirmed", **THEIRS})
    agreed = said(drenthe, path)
    drenthe.post(f"{path}/contact", data={"made_on": "2026-11-04"})
    heard = said(police, path)
    police.post(f"{path}/contact")
    drenthe.post(f"{path}/uitkomst", data={"outcome": "together"})
    hidden = said(police, path)
    police.post(f"{path}/uitkomst", data={"outcome": "own_track"})

    assert "Wacht op de andere kant" in waiting
    assert "Wilt u contact?" in at_police and "A. Bakker" not in at_police
    assert "P. Jansen, politie" in agreed and "Neem nu contact op" in agreed
    assert "A. Bakker" in heard and "op 4 november 2026 contact was" in heard
    assert "Samen optrekken" not in hidden.replace("Samen optrekken Ieder een eigen spoor", "")
    for visitor in (drenthe, police):
        done = said(visitor, path)
        assert "Samen optrekken" in done and "Ieder een eigen spoor" in done and "Dit contact is afgerond" in done


def test_each_side_reads_the_case_under_its_own_code(drenthe: Visitor, police: Visitor, play: Play) -> None:
    path = ask(drenthe, play.code)

    mine, theirs = drenthe.get(path).text, police.get(path).text

    assert f'href="/ontvangen/{play.code}"' in mine and play.own not in mine
    assert f'href="/zaken/{play.own}"' in theirs and play.code not in theirs


def test_a_form_that_is_not_right_comes_back_with_what_was_typed_and_changes_nothing(drenthe: Visitor, play: Play) -> None:
    answers = [drenthe.post(f"/contacten/nieuw/{play.code}", data=data) for data in ({}, {"when": "now", **OURS, "person": ""})]
    path = ask(drenthe, play.code)
    answers.append(drenthe.post(f"{path}/antwoord", data={"answer": "confirmed", **OURS, "channel": "fax"}))
    answers.append(drenthe.post(f"{path}/antwoord", data={"answer": "declined"}))
    answers.append(drenthe.post(f"{path}/antwoord", data={}))

    assert [answer.status_code for answer in answers] == [400] * 5
    assert "0592 12 34 56" in answers[1].text and "<title>Fout: " in answers[1].text
    assert "Kies hoe u het contact wilt." in text_of(answers[2].text)
    assert "Kies waarom niet." in text_of(answers[3].text)
    assert "Wilt u contact?" in said(drenthe, path)


def test_a_second_question_about_a_case_leads_to_the_first(drenthe: Visitor, play: Play) -> None:
    path = ask(drenthe, play.code)

    assert path in drenthe.get(f"/contacten/nieuw/{play.code}").text
    assert drenthe.post(f"/contacten/nieuw/{play.code}", data={"when": "later"}).location == path


def test_a_no_is_told_as_nu_niet_without_its_reason(drenthe: Visitor, police: Visitor, play: Play) -> None:
    path = ask(drenthe, play.code, when="now", **OURS)

    police.post(f"{path}/antwoord", data={"answer": "declined", "because": "no_part"})

    assert "wil nu geen contact over deze zaak" in said(drenthe, path)
    assert "niets meer te doen" not in drenthe.get(path).text
    assert "Wij hebben in deze zaak niets meer te doen" in said(police, path)


def test_a_deed_that_came_too_late_is_told_and_changes_nothing(drenthe: Visitor, police: Visitor, play: Play) -> None:
    path = ask(drenthe, play.code, when="now", **OURS)
    police.post(f"{path}/antwoord", data={"answer": "declined", "because": "other"})

    late = drenthe.post(f"{path}/contact", data={"made_on": "2026-11-04"})

    assert late.status_code == 409
    assert "het contact staat er intussen anders voor" in text_of(late.text)


def test_the_list_says_what_is_ones_turn_and_what_waits(drenthe: Visitor, police: Visitor, play: Play) -> None:
    empty = said(drenthe, "/contacten")
    ask(drenthe, play.code, when="now", **OURS)

    mine, theirs = said(drenthe, "/contacten"), said(police, "/contacten")

    assert "Uw organisatie heeft nog geen contacten." in empty
    assert "U hoeft nu niets te doen." in mine and "Nu aan u" not in mine
    assert "Nu aan u" in theirs and "Beantwoorden" in theirs


def test_who_is_no_side_reads_of_no_contact(app: Flask, drenthe: Visitor, play: Play) -> None:
    path = ask(drenthe, play.code)

    for slug in (COC_F, OUTSIDER):
        other = seat_of(app, slug)
        assert other.get(path).status_code == other.post(f"{path}/antwoord", data={"answer": "declined"}).status_code == 404
        assert other.get(f"/contacten/nieuw/{play.code}").status_code == 404
        assert "Uw organisatie heeft nog geen contacten." in said(other, "/contacten")


def test_a_privacy_officer_looks_at_contacts_and_answers_none(app: Flask, drenthe: Visitor, play: Play) -> None:
    path = ask(drenthe, play.code)
    officer = seat_of(app, DRENTHE, role="privacy_officer")

    assert '<form method="post" action="/contacten' not in officer.get(path).text
    assert officer.post(f"{path}/antwoord", data={"answer": "declined", "because": "other"}).status_code == 403
    assert officer.get(f"/contacten/nieuw/{play.code}").status_code == 403


def test_terms_are_listed_with_their_rule_and_settled_by_a_push(app: Flask, police: Visitor, play: Play) -> None:
    empty = said(police, "/termijnen")
    with app.app_context(), play.cast.as_clerk(POLICE, now=datetime(2026, 11, 4, 5, 10, tzinfo=UTC)) as work:
        keep_watch(work, house=play.cast.house)
    page = police.get("/termijnen").text
    [path, *_] = SETTLED.findall(page)

    answer = police.post(path, data={"settled": "klaar"})

    assert "Er staat nu geen termijn open." in empty
    assert "Contactambtenaar op de hoogte" in text_of(page) and "op zijn vroegst" in text_of(page)
    assert f'href="/zaken/{play.own}"' in page
    assert (answer.status_code, answer.location) == (303, "/termijnen?gedaan=termijn")
    assert path not in police.get("/termijnen").text
    assert police.post(path, data={"settled": "klaar"}).status_code == 409
    assert police.post(path, data={"settled": "onzin"}).status_code == 404
