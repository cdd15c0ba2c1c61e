"""The pages of invitations: answers by a link and behind the login, a calendar address that is shown once, and nothing for strangers."""

import re
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from hub.desk import Desk
from hub.invitations.jobs import send_invitations
from hub.kernel.settings import Settings
from tests.cast import DRENTHE, EMMEN, POLICE, Cast
from tests.consulting import make_body, make_consultation
from tests.doors.visitor import Visitor, seat_of, strict, text_of
from tests.inviting import account_of, bodies_of_mail, change, read_mail, send_somebody

LINK = re.compile(r"/uitnodiging/[A-Za-z0-9_-]{22}")
FEED = re.compile(r"https?://[^<]*(/agenda/abonnement/[A-Za-z0-9_-]{22})")


@pytest.fixture
def desk(app: Flask, settings: Settings, cast: Cast) -> Desk:
    return Desk(app, settings, cast.house)


@pytest.fixture
def meeting(cast: Cast, superuser: psycopg.Connection, desk: Desk) -> UUID:
    """A meeting to which a case worker of Drenthe is invited."""
    make_body(cast)
    made = make_consultation(cast)
    send_somebody(cast, DRENTHE, account_of(superuser, cast, DRENTHE))
    assert send_invitations(desk) == 2  # a mail, and the coordinator hears that nobody answered yet
    return made


@pytest.fixture
def link(meeting: UUID, superuser: psycopg.Connection) -> str:
    [raw] = bodies_of_mail(superuser)
    found = LINK.search(read_mail(raw).get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert found
    return found[0]


def answered(superuser: psycopg.Connection) -> list[tuple[str | None, str | None]]:
    return superuser.execute("SELECT answer, remark FROM hub.invitation").fetchall()


def test_looking_at_a_link_changes_nothing_and_answering_by_it_needs_no_login(app: Flask, link: str, superuser: psycopg.Connection):
    stranger = Visitor(app)
    page = stranger.get(link)
    stranger.client.open(link, method="HEAD", base_url="https://localhost:8000")
    before = answered(superuser)
    done = stranger.post(link, data={"answer": "accepted"})

    strict(page.text)
    assert "Casuïstiekbespreking Drenthe" in text_of(page.text)
    assert "donderdag 26 november 2026, 13.30 tot 15.30 uur" in text_of(page.text)
    assert before == [(None, None)]
    assert (done.status_code, answered(superuser)) == (303, [("accepted", None)])
    assert "Uw antwoord is bewaard." in stranger.get(done.location).text


@pytest.mark.parametrize(("said", "sentence"), [
    ({"day": ""}, "Kies een antwoord."), ({"answer": "ja"}, "Kies een antwoord."),
    ({"answer": "deputy"}, "Vul in wie er in uw plaats komt."),
    ({"answer": "deputy", "deputy": "x" * 81}, "hooguit 80 tekens"), ({"answer": "other_day", "day": "morgen"}, "Vul een datum in."),
    ({"answer": "other_day", "day": "2020-01-01"}, "Kies een dag na vandaag"),
])  # fmt: skip
def test_an_answer_that_is_not_right_says_at_its_field_what_is_wrong(
    app: Flask, link: str, superuser: psycopg.Connection, said: dict[str, str], sentence: str
):
    answer = Visitor(app).post(link, data=said)

    assert (answer.status_code, answered(superuser)) == (400, [(None, None)])
    assert sentence in text_of(answer.text)


def test_who_is_logged_in_answers_by_the_link_too(app: Flask, link: str, superuser: psycopg.Connection):
    visitor = seat_of(app, DRENTHE)

    assert visitor.post(link, data={"answer": "other_day", "day": "2026-12-03"}).status_code == 303
    assert answered(superuser) == [("other_day", "2026-12-03")]


def test_every_wrong_link_and_every_wrong_calendar_address_gets_one_answer(app: Flask, link: str):
    stranger = Visitor(app)
    odd = (
        "x",
        "A" * 22,
        "%00",
        "a" * 4000,
        link.rpartition("/")[2],
        "..%2f",
    )
    feeds = {(found.status_code, found.data) for one in odd for found in [stranger.get(f"/agenda/abonnement/{one}")]}
    links = {(found.status_code, found.data) for one in (*odd[:4], odd[5]) for found in [stranger.get(f"/uitnodiging/{one}")]}

    assert [status for status, _ in feeds] == [404]
    assert {status for status, _ in links} == {404}


def test_an_invitation_is_answered_behind_the_login_by_its_owner_alone(app: Flask, meeting: UUID, superuser: psycopg.Connection):
    [(invitation,)] = superuser.execute("SELECT id FROM hub.invitation").fetchall()
    told = {"invitation": str(invitation), "answer": "declined"}
    others = [seat_of(app, DRENTHE, role="coordinator"), seat_of(app, EMMEN), seat_of(app, POLICE)]
    refused = [one.post("/uitnodigingen/antwoord", data=told).status_code for one in others]
    mine = seat_of(app, DRENTHE)
    done = mine.post("/uitnodigingen/antwoord", data=told)

    assert refused == [404, 404, 404]
    assert (done.status_code, answered(superuser)) == (303, [("declined", None)])
    page = mine.get("/uitnodigingen").text
    strict(page)
    assert "afwezig" in text_of(page)
    assert "geen bijeenkomst uitgenodigd" in text_of(others[1].get("/uitnodigingen").text)


@pytest.mark.parametrize(("told", "shown"), [
    ({"answer": "other_day", "day": "2026-12-03"}, ("liever een andere datum", "Stelt voor: 3 december 2026.")),
    ({"answer": "deputy", "deputy": "J. de Boer"}, ("een vervanger komt", "Vervanger: J. de Boer")),
])  # fmt: skip
def test_who_leads_reads_which_day_or_person_somebody_proposes(
    app: Flask, meeting: UUID, desk: Desk, superuser: psycopg.Connection, told: dict[str, str], shown: tuple[str, str]
):
    [(invitation,)] = superuser.execute("SELECT id FROM hub.invitation").fetchall()
    answer = seat_of(app, DRENTHE).post("/uitnodigingen/antwoord", data={"invitation": str(invitation), **told})
    send_invitations(desk)

    page = seat_of(app, POLICE, role="coordinator").get(f"/bijeenkomsten/{meeting}").text
    assert answer.status_code == 303 and all(words in text_of(page) for words in shown)


def test_a_neutral_title_reaches_the_calendar_by_a_new_mail(app: Flask, meeting: UUID, desk: Desk, superuser: psycopg.Connection):
    assert seat_of(app, DRENTHE).post("/uitnodigingen/titel", data={"neutral": "ja"}).status_code == 303
    send_invitations(desk)

    assert [("Drenthe" in str(read_mail(raw))) for raw in bodies_of_mail(superuser)].count(False) == 1


def test_a_calendar_address_is_shown_once_answers_a_mark_and_dies_when_it_is_revoked(app: Flask, meeting: UUID, cast: Cast, desk: Desk):
    visitor, program = seat_of(app, DRENTHE), Visitor(app)
    found = FEED.search(visitor.post("/uitnodigingen/agenda-adres").text)
    assert found
    first = program.get(found[1])
    again = program.get(found[1], headers={"If-None-Match": first.headers["ETag"]})
    head = program.client.head(found[1], base_url="https://localhost:8000")
    change(cast, meeting, state="cancelled", because="ziekte")
    send_invitations(desk)
    changed = program.get(found[1], headers={"If-None-Match": first.headers["ETag"]})
    shown_again = FEED.search(visitor.get("/uitnodigingen").text)
    visitor.post("/uitnodigingen/agenda-adres/intrekken")

    assert (first.status_code, first.mimetype, first.headers["Referrer-Policy"]) == (200, "text/calendar", "no-referrer")
    assert (again.status_code, again.data, head.status_code, head.data) == (304, b"", 200, b"")
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "private, no-cache"
    assert (changed.status_code, b"STATUS:CANCELLED" in changed.data) == (200, True)
    assert not re.search(rb"^(METHOD|ORGANIZER|ATTENDEE)", first.data, re.MULTILINE)
    assert shown_again is None
    assert program.get(found[1]).status_code == 404
    assert visitor.post("/uitnodigingen/agenda-adres/intrekken").status_code == 303


def test_a_calendar_dies_with_the_account_of_its_owner(app: Flask, meeting: UUID, superuser: psycopg.Connection):
    found = FEED.search(seat_of(app, DRENTHE).post("/uitnodigingen/agenda-adres").text)
    assert found
    superuser.execute("UPDATE hub.account SET active = false WHERE partner = (SELECT partner FROM hub.feed)")

    status = Visitor(app).get(found[1]).status_code
    superuser.execute("UPDATE hub.account SET active = true")
    assert status == 404
