"""The pages of a meeting in the room and of agreed actions: by forms alone, from the first who comes in to an action that is closed."""

import re
from datetime import date

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from hub.agendas.tables import PlacedRow
from hub.cases.tables import ContributionRow
from tests.cast import COC_GD, DRENTHE, EMMEN, OM, OUTSIDER, POLICE, Cast
from tests.doors.visitor import Visitor, seat_of, text_of
from tests.meeting import DUE, Room, make_item, make_line, point_at
from tests.rooms.contacting import Play

ACTION = {"what": "Bel de gemeente over het plein", "owner": DRENTHE, "owner_name": "A. Bakker", "due": str(DUE),
          "done_when": "De gemeente gaf antwoord", "check": ""}  # fmt: skip
PRESENCE = re.compile(r'action="(/bijeenkomsten/[^"]+/weg)"')


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


@pytest.fixture
def police(app: Flask, room: Room) -> Visitor:
    return seat_of(app, POLICE)


@pytest.fixture
def drenthe(app: Flask, room: Room) -> Visitor:
    return seat_of(app, DRENTHE)


def hall(room: Room, *more: object) -> str:
    return "/".join((f"/bijeenkomsten/{room.id}/zaal", *map(str, more)))


def said(visitor: Visitor, path: str, *, status: int = 200) -> str:
    answer = visitor.get(path)
    assert answer.status_code == status, text_of(answer.text)
    return text_of(answer.text)


def do(visitor: Visitor, path: str, **data: str) -> str:
    answer = visitor.post(path, data=data)
    assert answer.status_code == 303, text_of(answer.text)
    return answer.location


def let_in(visitor: Visitor, room: Room, slug: str) -> str:
    do(visitor, hall(room, "aanwezig"), organisation=slug, name=f"Iemand van {slug}")
    return PRESENCE.findall(visitor.get(hall(room)).text)[-1]


def test_a_meeting_goes_from_its_beginning_to_an_action_that_another_closes(
    app: Flask, room: Room, police: Visitor, drenthe: Visitor
) -> None:
    item = make_item(room.cast, block=room.all, code="K7F4")
    do(police, hall(room, "begin"))
    let_in(police, room, OM)
    do(police, hall(room, item, "verloop"), move="begin")
    shown = said(police, f"/bijeenkomsten/{room.id}/scherm")
    do(police, hall(room, item, "bespreking"), version="1", discussion="De gemeente weet ervan.", outcome="discussed")
    do(police, hall(room, item, "besluit"), kind="besluit", words="De gemeente wordt gebeld.")
    do(police, hall(room, item, "actiepunt"), **ACTION)
    theirs = said(drenthe, hall(room, item))
    do(police, hall(room, "einde"))
    [path] = re.findall(r'href="(/actiepunten/[0-9a-f-]{36})"', drenthe.get("/actiepunten").text)
    do(drenthe, path, word="reported")
    assert drenthe.post(path, data={"word": "closed"}).status_code == 409
    do(police, path, word="closed")

    assert "Agendapunt K7F4 Jaarwisseling" in shown
    assert "De gemeente weet ervan." in theirs and "Besluit B26-" in theirs and "Bel de gemeente over het plein" in theirs
    assert "Wat is er gezegd?" not in theirs
    assert "gesloten" in said(drenthe, path) and "Er zijn hier geen actiepunten." in said(drenthe, "/actiepunten")
    assert "Bel de gemeente" in said(drenthe, "/actiepunten?stand=klaar&van=alle&overleg=casus-drenthe")
    assert "gehouden" in said(police, hall(room))


def test_of_two_note_takers_the_second_sees_both_texts_and_loses_none(app: Flask, room: Room, police: Visitor) -> None:
    item = make_item(room.cast, block=room.all)
    do(police, hall(room, "begin"))
    colleague = seat_of(app, POLICE, role="coordinator")
    do(colleague, hall(room, item, "bespreking"), version="1", discussion="Eerste tekst", outcome="")

    late = police.post(hall(room, item, "bespreking"), data={"version": "1", "discussion": "Tweede tekst", "outcome": "discussed"})

    assert late.status_code == 409
    assert "Eerste tekst" in text_of(late.text) and "Tweede tekst" in late.text and 'name="version" value="2"' in late.text
    do(police, hall(room, item, "bespreking"), version="2", discussion="Eerste tekst. Tweede tekst.", outcome="discussed")
    assert "Eerste tekst. Tweede tekst." in colleague.get(hall(room, item)).text


def test_a_form_that_is_not_right_comes_back_with_what_was_typed(room: Room, police: Visitor) -> None:
    item = make_item(room.cast, block=room.all)
    do(police, hall(room, "begin"))
    tries = {
        "actiepunt": {**ACTION, "what": "De gemeente belt", "due": "2020-01-01"}, "besluit": {"words": "Iets"},
        "bespreking": {"version": "1", "discussion": "x" * 1001}, "notitie": {"own": "y" * 2001},
    }  # fmt: skip
    answers = {where: police.post(hall(room, item, where), data=data) for where, data in tries.items()}
    wrong = police.post(hall(room, "aanwezig"), data={"organisation": OUTSIDER, "name": "Iemand"})

    assert {answer.status_code for answer in (*answers.values(), wrong)} == {400}
    assert "De gemeente belt" in answers["actiepunt"].text and "Begin met wat iemand doet" in text_of(answers["actiepunt"].text)
    assert "<title>Fout: " in answers["besluit"].text and "x" * 1001 in answers["bespreking"].text


def test_what_stands_on_the_screen_follows_who_is_there_and_nothing_says_that_something_is_hidden(
    app: Flask, room: Room, police: Visitor, drenthe: Visitor
) -> None:
    line = make_line(room.cast, block=room.small)
    item = make_item(room.cast, block=room.small, kind="case", title=None, line=line, code="K7F4")
    do(police, hall(room, "begin"))
    let_in(police, room, OM)
    do(police, hall(room, item, "verloop"), move="begin")
    before, screen = said(police, f"/bijeenkomsten/{room.id}/scherm"), f"/bijeenkomsten/{room.id}/scherm"
    out = let_in(police, room, DRENTHE)
    during = [said(police, screen), said(drenthe, screen)]
    told = said(police, hall(room))
    do(police, out)

    assert "K7F4" in before and "Emmen" in before
    for page in during:
        assert "K7F4" not in page and "Emmen" not in page and "Er is nu niets om te tonen." in page
    assert "Mag nu niet op het scherm: K7F4" in told
    assert "K7F4" not in said(drenthe, hall(room))
    assert said(police, screen) == before
    for path in (hall(room), hall(room, item), screen):
        for slug in (COC_GD, OUTSIDER):
            assert seat_of(app, slug).get(path).status_code == 404
    assert drenthe.get(hall(room, item)).status_code == 404
    assert 'http-equiv="refresh"' in police.get(screen).text and 'http-equiv="refresh"' not in police.get(f"{screen}?stil=1").text


def test_who_does_not_run_the_block_or_may_only_look_gets_no_forms_and_is_refused(app: Flask, room: Room, police: Visitor) -> None:
    item = make_item(room.cast, block=room.all)
    do(police, hall(room, "begin"))
    om, officer = seat_of(app, OM), seat_of(app, POLICE, role="privacy_officer")

    assert "/bespreking" not in om.get(hall(room, item)).text and "/aanwezig" not in om.get(hall(room)).text
    assert '<form method="post" action="/bijeenkomsten' not in officer.get(hall(room, item)).text
    for where in ("bespreking", "verloop"):
        assert om.post(hall(room, item, where), data={"version": "1", "move": "begin"}).status_code == 403
        assert officer.post(hall(room, item, where), data={"version": "1"}).status_code == 403
    assert om.post(hall(room, item, "actiepunt"), data=ACTION).status_code == 404
    do(om, hall(room, item, "notitie"), own="Alleen voor ons")
    assert "Alleen voor ons" in om.get(hall(room, item)).text
    assert "Alleen voor ons" not in police.get(hall(room, item)).text


def test_an_action_is_put_off_with_a_reason_and_seen_by_its_block_alone(app: Flask, room: Room, drenthe: Visitor) -> None:
    made = room.agreed()
    path = f"/actiepunten/{made.id}"

    wrong = drenthe.post(path, data={"word": "deferred", "because": "", "due": "2026-12-01"})
    do(drenthe, path, word="deferred", because="De gemeente wacht op de provincie.", due=str(date(2027, 1, 15)))

    assert wrong.status_code == drenthe.post(path, data={"word": "vergeten"}).status_code == 400
    assert 'id="fout-because"' in wrong.text and 'id="fout-due"' in wrong.text
    page = said(seat_of(app, EMMEN), path)
    assert "15 januari 2027" in page and "1 keer uitgesteld" in page and "De gemeente wacht op de provincie." in page
    assert seat_of(app, COC_GD).get(path).status_code == 404


def test_vague_words_are_kept_with_a_question(room: Room, police: Visitor) -> None:
    item = make_item(room.cast, block=room.all)
    do(police, hall(room, "begin"))

    assert do(police, hall(room, item, "actiepunt"), **{**ACTION, "what": "Bel z.s.m. de gemeente"}).endswith("gedaan=actiepuntvaag")


def test_nothing_is_written_down_before_the_meeting_begins(room: Room, police: Visitor) -> None:
    item = make_item(room.cast, block=room.all)

    for where, data in {
        "bespreking": {"version": "1"},
        "verloop": {"move": "begin"},
        "besluit": {"kind": "besluit", "words": "Iets"},
    }.items():
        assert police.post(hall(room, item, where), data=data).status_code == 409
    assert police.post(hall(room, "aanwezig"), data={"organisation": OM, "name": "Iemand"}).status_code == 409


def test_what_a_meeting_led_to_stands_on_the_page_of_the_case_on_both_sides(app: Flask, superuser: psycopg.Connection, cast: Cast) -> None:
    play = Play(cast, superuser)
    play.share()
    room, (police, drenthe) = Room(cast), (seat_of(app, POLICE), seat_of(app, DRENTHE))
    with cast.as_person(POLICE) as work:
        contribution = work.session.scalars(select(ContributionRow.id).where(ContributionRow.own_code == play.own)).one()
    line = make_line(cast, block=room.all)
    with cast.as_person(POLICE) as work:
        row = {"body": "casus-drenthe", "consultation": room.id, "block": room.all, "revision": 1, "is_gone": False}
        work.session.add(PlacedRow(partner=work.partner, line=line, contribution=contribution, **row))
    point_at(cast, line=line, reader=DRENTHE, code=play.code)
    item = make_item(cast, block=room.all, kind="case", title=None, line=line)
    before = [said(police, f"/zaken/{play.own}"), said(drenthe, f"/ontvangen/{play.code}")]
    do(police, hall(room, "begin"))
    do(police, hall(room, item, "actiepunt"), **ACTION)
    do(police, hall(room, item, "bespreking"), version="1", discussion="De gemeente weet ervan.", outcome="discussed")

    for page in before:
        assert "Besproken in overleg" not in page
    for page in (said(police, f"/zaken/{play.own}"), said(drenthe, f"/ontvangen/{play.code}")):
        assert "Besproken in overleg" in page and "De gemeente weet ervan." in page and "Bel de gemeente over het plein" in page
    assert f'href="/ontvangen/{play.code}"' in drenthe.get(hall(room, item)).text
    assert f'href="/zaken/{play.own}"' in police.get(hall(room, item)).text
