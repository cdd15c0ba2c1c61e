"""Bodies, years and meetings on the command line, and what the clock does for them by itself."""

from datetime import date, time, timedelta

import psycopg
import pytest
from flask import Flask

from hub.consultations import actions, years
from hub.consultations.jobs import CONSULTATION_JOBS
from hub.consultations.queries import blocks, consultation
from hub.consultations.rules import State
from hub.desk import Desk
from hub.kernel.clock import placed_at
from hub.turns import plan_jobs, run_due
from tests.cast import DRENTHE, NOON, OM, OUTSIDER, POLICE, Cast
from tests.consulting import CHAIN, TABLE, make_block, make_body, make_consultation
from tests.doors.test_commands import Run, is_refused, run, told
from tests.doors.visitor import seat_of

__all__ = ["run"]  # the fixture
FOUND = (
    "consultations", "found", "--as", POLICE, "--name", "Casus Drenthe", "--purpose", "Voortgang", "--basis", "Aanwijzing",
    "--place", "Assen",
    "--needs", DRENTHE, "--needs", OM, "--collaboration", CHAIN, "--province", "drenthe",
)  # fmt: skip
YEAR = ("consultations", "plan-year", "--body", "casus-drenthe", "--year", "2027", "--previous", "2026-11-26")


def test_a_body_is_founded_planned_and_explained_by_commands(run: Run):
    made = told(run(*FOUND, "--json"))
    listed = told(run("consultations", "bodies", "--json"))
    planned = told(run(*YEAR, "--save", "--json"))
    why = told(run(*YEAR, "--explain", "2027-04-27", "--json"))
    lines = run(*YEAR)

    assert (made["slug"], [one["slug"] for one in made["members"]]) == ("casus-drenthe", [POLICE])  # the others are asked
    assert [(one["slug"], one["led_by"]) for one in listed] == [("casus-drenthe", POLICE)]
    assert len(planned["days"]) == 5 and planned["series"]
    assert why["can"] is False and {"public_holiday", "school_holiday"} <= {one["rule"] for one in why["refused"]}
    assert lines.exit_code == 0 and "Goedkoper kan niet." in lines.output


def test_what_cannot_be_is_refused_with_one_sentence(run: Run):
    assert is_refused(run(*FOUND, "--minutes", "lang"))
    assert is_refused(run("consultations", "plan-year", "--body", "bestaat-niet", "--year", "2027"))
    told(run(*FOUND, "--json"))
    assert is_refused(run(*FOUND))
    assert is_refused(run(*YEAR[:-3], "2099", *YEAR[-2:]))


def test_a_meeting_is_listed_shown_moved_and_cancelled_by_commands(run: Run, cast: Cast):
    make_body(cast)
    meeting = str(make_consultation(cast))
    move = ("sessions", "move", meeting, "--to", "2026-12-15", "--because", "De zaal is bezet.")
    listed = told(run("sessions", "list", "--as", DRENTHE, "--json"))
    moved = told(run(*move, "--as", POLICE, "--at", "10.00", "--json"))
    shown = told(run("sessions", "show", meeting, "--as", OM, "--json"))
    foreign, unled = run("sessions", "show", meeting, "--as", OUTSIDER), run(*move, "--as", OM)
    cancelled = told(run("sessions", "cancel", meeting, "--as", POLICE, "--because", "Te weinig zaken.", "--json"))

    assert [(one["id"], one["day"], one["state"]) for one in listed] == [(meeting, "2026-11-26", "planned")]
    assert (moved["day"], moved["at"], moved["place"], moved["sequence"]) == ("2026-12-15", "10.00", "Provinciehuis, Assen", 1)
    assert shown == {**moved, "leads": False}
    assert is_refused(foreign) and is_refused(unled)
    assert (cancelled["state"], cancelled["sequence"], cancelled["because"]) == ("cancelled", 2, "Te weinig zaken.")
    assert is_refused(run(*move, "--as", POLICE))


def test_a_meeting_whose_agenda_is_settled_is_not_moved_by_a_command_or_a_page(run: Run, cast: Cast, app: Flask):
    make_body(cast)
    meeting = str(make_consultation(cast, state="published"))
    refused = run("sessions", "move", meeting, "--to", "2026-12-15", "--because", "De zaal is bezet.", "--as", POLICE)
    police, path = seat_of(app, POLICE, role="coordinator"), f"/bijeenkomsten/{meeting}"
    moved = {"day": "2026-12-15", "at": "10.00", "place": "Stadhuis", "link": "", "because": "De zaal is bezet."}
    page, answer = police.get(path).text, police.post(f"{path}/verplaatsing", data=moved)

    assert is_refused(refused) and "Annuleer deze bijeenkomst" in refused.stderr
    assert "Verplaatsen kan daarna niet meer." in page and "/verplaatsing" not in page and f"{path}/annulering" in page
    assert answer.status_code == 409 and "Annuleer deze bijeenkomst" in answer.text


@pytest.fixture
def desk(cast: Cast, app: object) -> Desk:
    return Desk(app, app.extensions["schakel"], cast.house)  # type: ignore[arg-type, attr-defined]


def passes(desk: Desk, days: int) -> None:
    """So many days after the test day a clock comes by."""
    with placed_at(NOON + timedelta(days=days)):
        plan_jobs(desk, jobs=CONSULTATION_JOBS)
        run_due(desk, jobs=CONSULTATION_JOBS, worker="klok")


def test_the_clock_prepares_a_meeting_twelve_working_days_before_it_and_once(cast: Cast, desk: Desk):
    make_body(cast)
    make_block(cast, consultation=None, seats=TABLE, starts=None)
    meeting = make_consultation(cast)  # 26 November: twelve working days before it is 10 November

    passes(desk, 5)
    with cast.as_person(POLICE) as work:
        before = consultation(work, id=meeting).state
    passes(desk, 6)
    passes(desk, 7)

    with cast.as_person(OM) as work:
        after, given = consultation(work, id=meeting), blocks(work, body="casus-drenthe", consultation=meeting)
    assert (before, after.state, len(given)) == (State.PLANNED, State.PREPARING, 1)
    assert given[0].starts == after.starts


def test_a_moved_meeting_is_prepared_for_its_new_day_and_a_cancelled_one_never(cast: Cast, desk: Desk):
    make_body(cast)
    make_block(cast, consultation=None, seats=TABLE, starts=None)
    moved, cancelled = make_consultation(cast), make_consultation(cast, starts=NOON + timedelta(days=21))
    with cast.as_person(POLICE) as work:
        actions.cancel(work, consultation=cancelled, because="Te weinig zaken.")
        later = actions.Moved(date(2026, 12, 15), time(10), "Assen", "", "De zaal is bezet.")
        actions.move(work, consultation=moved, to=later)

    passes(desk, 7)
    with cast.as_person(POLICE) as work:
        early = consultation(work, id=moved).state
    passes(desk, 30)

    with cast.as_person(POLICE) as work:
        assert [early, consultation(work, id=moved).state, consultation(work, id=cancelled).state] == ["planned", "preparing", "cancelled"]


def test_every_member_hears_of_a_proposed_year_once_and_who_proposes_it_does_not(cast: Cast, desk: Desk, superuser: psycopg.Connection):
    make_body(cast)
    make_consultation(cast)
    with cast.as_person(POLICE) as work:
        made = years.draft_year(work, body="casus-drenthe", year=2027)
        years.propose(work, series=made)

    passes(desk, 1)
    passes(desk, 2)

    rows = superuser.execute("SELECT partner, path FROM hub.notice WHERE kind = 'series_proposed'").fetchall()
    assert sorted(rows) == sorted((cast.id(slug), f"/jaarplannen/{made}") for slug in TABLE if slug != POLICE)
