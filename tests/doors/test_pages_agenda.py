"""Agendas in a browser: the coordinator orders and settles, everybody reads its own edition, and people put cases and themes forward."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from tests.agendas import Table, lay_table
from tests.cast import DRENTHE, EMMEN, OM, OUTSIDER, POLICE, Cast
from tests.doors.visitor import Visitor, seat_of, strict


@pytest.fixture
def table(cast: Cast) -> Iterator[Table]:
    made = lay_table(cast)
    for place in ("GM0114", "GM1680", "GM0106"):
        made.bring(DRENTHE, place=place)
    made.place()
    made.propose()
    return made


def at(table: Table, word: str = "agenda") -> str:
    return f"/bijeenkomsten/{table.meeting}/{word}"


def leader(app: Flask) -> Visitor:
    return seat_of(app, POLICE, role="coordinator")


def test_the_coordinator_orders_the_agenda_with_buttons_and_takes_it_all_back(app: Flask, table: Table):
    seat, items = leader(app), table.items(POLICE)
    page = seat.get(at(table))
    strict(page.text)
    moved = seat.post(f"{at(table)}/{items[2].id}", data={"deed": "up"})
    timed = seat.post(f"{at(table)}/{items[0].id}", data={"deed": "minutes", "minutes": "20"})
    declined = seat.post(f"{at(table)}/{items[1].id}", data={"deed": "decline", "because": "Komt volgende keer."})
    themed = seat.post(at(table, "agenda/thema"), data={"theme": "Meldingen op scholen", "minutes": "10", "block": table.blocks["Allen"]})

    assert [one.status_code for one in (page, moved, timed, declined, themed)] == [200, 303, 303, 303, 303]
    assert [item.title or item.code for item in table.items(POLICE) if item.state == "proposed"] == [
        items[0].code, items[2].code, "Meldingen op scholen",
    ]  # fmt: skip
    text = seat.get(at(table)).text
    assert "Afgewezen door de coördinator: Komt volgende keer." in text
    assert "Aangepast" in text

    assert seat.post(at(table), data={"deed": "reset"}).status_code == 303
    assert [(item.code, item.minutes) for item in table.items(POLICE)] == [(item.code, item.minutes) for item in items]


def test_an_agenda_that_is_too_long_asks_for_a_tick_and_a_wrong_number_is_said(app: Flask, table: Table):
    seat = leader(app)
    for item in table.items(POLICE):
        seat.post(f"{at(table)}/{item.id}", data={"deed": "minutes", "minutes": "30"})
    wrong = seat.post(f"{at(table)}/{table.items(POLICE)[0].id}", data={"deed": "minutes", "minutes": "veel"})
    refused = seat.post(at(table), data={"deed": "settle"})
    settled = seat.post(at(table), data={"deed": "settle", "overrun": "ja"})

    assert (wrong.status_code, refused.status_code, settled.status_code) == (400, 400, 303)
    assert "de punten samen 90" in refused.text
    strict(refused.text)


def test_everybody_reads_its_own_edition_with_what_is_for_it_alone_and_downloads_it(app: Flask, table: Table):
    before = seat_of(app, OM).get(at(table)).text
    leader(app).post(at(table), data={"deed": "settle"})
    table.publish()
    seat = seat_of(app, OM)
    page, file = seat.get(at(table)), seat.post(at(table, "agenda/document"), data={"form": "docx"})

    assert "nog niet vastgesteld" in before
    strict(page.text)
    assert page.text.count("Uw code") == 3
    assert page.text.count("Ingebracht door: ") == 3
    assert (file.status_code, file.data[:2]) == (200, b"PK")
    assert "attachment" in file.headers["Content-Disposition"]
    assert seat.post(at(table, "agenda/document"), data={"form": "exe"}).status_code == 400
    assert seat_of(app, EMMEN).get(at(table)).text.count("Uw code") == 0
    assert seat_of(app, OUTSIDER).get(at(table)).status_code == 404


def test_somebody_puts_a_case_forward_and_takes_it_back(app: Flask, table: Table):
    code, seat = table.bring(DRENTHE, place="GM1701"), seat_of(app, DRENTHE)
    empty = seat.post(at(table, "aanmelden"), data={"about": "own", "code": code, "because": "", "minutes": "10"})
    made = seat.post(at(table, "aanmelden"), data={"about": "own", "code": code, "because": "Loopt vast.", "minutes": "10", "urgent": "ja"})
    page = seat.get(at(table, "aanmelden"))
    [line] = [line for line in table.lines(POLICE) if line.is_urgent]
    key = page.text.partition("/aanmelden/")[2].partition('"')[0]
    table.now += timedelta(minutes=5)
    gone = seat.post(at(table, f"aanmelden/{key}"))

    assert (empty.status_code, made.status_code, page.status_code, gone.status_code) == (400, 303, 200, 303)
    strict(page.text)
    assert f'value="{code}"' in empty.text
    assert line.because == "Loopt vast."
    assert not [line for line in table.lines(POLICE) if line.is_urgent]


def test_what_is_not_on_the_agenda_says_why_to_who_may_know(app: Flask, table: Table):
    table.bring(DRENTHE, place="GM0014")
    table.bring(EMMEN, consents={})
    table.place()
    leader(app).post(f"{at(table)}/{table.items(POLICE)[0].id}", data={"deed": "decline", "because": "Al opgelost."})
    leader(app).post(at(table), data={"deed": "settle"})
    table.publish()

    ours, theirs = seat_of(app, DRENTHE).get(at(table, "niet-op-de-agenda")), seat_of(app, EMMEN).get(at(table, "niet-op-de-agenda"))
    strict(ours.text)
    assert "Al opgelost." in ours.text
    assert "in een andere provincie" in ours.text
    assert "Al opgelost." not in theirs.text
    assert "in een andere provincie" not in theirs.text
