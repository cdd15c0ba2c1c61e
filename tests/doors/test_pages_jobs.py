"""The page of jobs: for the operator alone, with what was done, what failed, what was made up for, and whether a clock runs."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from hub.kernel import clock, ledger
from hub.kernel.database import Work
from hub.kernel.ledger import Due, Waiting
from tests.cast import DRENTHE, NOON, OM, POLICE, Cast
from tests.doors.visitor import Visitor, seat_of, strict

SHORTLY = timedelta(minutes=1)


@pytest.fixture
def operator(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, POLICE, role="operator")


def beat(cast: Cast, *, ago: timedelta) -> None:
    with cast.as_clerk(None) as work:
        ledger.beat(work, worker="klok:1", duty=ledger.HEARTBEAT, at=clock.real_now() - ago)
        ledger.beat(work, worker="klok:1", duty="journaal", at=clock.real_now() - ago, error="Unavailable")


def plan(cast: Cast, period: str, *, due: datetime, job: str = "gather", begun: datetime = NOON) -> None:
    with cast.as_clerk(None, now=begun) as work:
        ledger.since(work, job=job)
    with cast.as_clerk(None) as work:
        ledger.plan(work, job=job, dues=[Due(period, cast.id(OM), due), Due("later", None, NOON + timedelta(days=28))])


def fail(work: Work, period: str) -> None:
    attempt = ledger.note_attempt(work, job="gather", period=period, worker="klok:1")
    ledger.note_failure(work, waiting=Waiting("gather", period, None, NOON), attempt=attempt, kind="Conflict")


def test_an_operator_lands_on_the_jobs_and_sees_no_case(operator: Visitor):
    landed = operator.get("/")

    assert (landed.status_code, landed.location) == (303, "/taken")
    assert {operator.get(path).status_code for path in ("/ontvangen", "/zaken", "/inlezen")} == {403}


@pytest.mark.parametrize("role", ["case_worker", "coordinator", "privacy_officer"])
def test_nobody_else_enters(app: Flask, cast: Cast, role: str):
    assert seat_of(app, POLICE, role=role).get("/taken").status_code == 403
    assert seat_of(app, POLICE, role=role).get("/").status_code == 200


def test_a_hub_on_which_no_clock_ever_ran_says_so_and_is_ready(operator: Visitor):
    page = operator.get("/taken").text

    strict(page)
    assert "nog nooit een klok gelopen" in page
    assert "Er is nog geen taak gepland." in page
    assert operator.get("/gezondheid/klaar").status_code == 200


def test_the_page_tells_of_each_job_when_it_was_done_and_when_it_is_due(cast: Cast, operator: Visitor):
    beat(cast, ago=SHORTLY)
    plan(cast, "2026-10/drenthe/om-noord-nederland", due=NOON)
    with cast.as_clerk(None, now=NOON + SHORTLY) as work:
        ledger.close(work, job="gather", period="2026-10/drenthe/om-noord-nederland")

    page = operator.get("/taken").text

    strict(page)
    for said in (
        "De klok loopt",
        "Verzamelen",
        "4 november 2026 om 12.01 uur",
        "2 december 2026 om 12.00 uur",
        "Alles wat aan de beurt was",
    ):
        assert said in page, said
    assert "Journaal verzegelen" in page
    assert "ingehaald" not in page


def test_the_page_tells_what_failed_by_its_kind_and_how_to_try_again(cast: Cast, operator: Visitor):
    plan(cast, "2026-10/drenthe", due=NOON)
    plan(cast, "2026-10/fryslan", due=NOON)
    for period, times in (("2026-10/drenthe", 5), ("2026-10/fryslan", 1)):
        for _ in range(times):
            with cast.as_clerk(None) as work:
                fail(work, period)

    page = operator.get("/taken").text

    strict(page)
    for said in ("opgegeven", "wordt opnieuw geprobeerd", "<code>Conflict</code>", "schakel jobs run", "2026-10/fryslan"):
        assert said in page, said


def test_after_a_standstill_the_page_tells_what_was_made_up_for(cast: Cast, operator: Visitor):
    plan(cast, "a", due=NOON - timedelta(days=3), begun=NOON - timedelta(days=9))
    plan(cast, "b", due=NOON - timedelta(days=2), job="remind", begun=NOON - timedelta(days=9))
    plan(cast, "c", due=NOON - timedelta(days=2), job="watch")  # of before this hub began
    with cast.as_clerk(None) as work:
        ledger.close(work, job="gather", period="a")
        ledger.close(work, job="watch", period="c")
        ledger.skip(work, job="remind", period="b")

    page = " ".join(operator.get("/taken").text.split())

    assert "1 taak is later alsnog gedaan, 1 taak is overgeslagen omdat het moment voorbij was. Niets is dubbel gedaan." in page
    assert "1 november 2026 om 12.00 uur" in page


def test_the_hub_is_not_ready_five_minutes_after_its_clock_was_last_heard(cast: Cast, operator: Visitor):
    beat(cast, ago=timedelta(minutes=4))
    shortly = operator.get("/gezondheid/klaar")
    with cast.as_clerk(None) as work:
        ledger.beat(work, worker="klok:1", duty=ledger.HEARTBEAT, at=datetime.now(UTC) - timedelta(minutes=6))

    silent = operator.get("/gezondheid/klaar")

    assert (shortly.status_code, silent.status_code) == (200, 503)
    assert "De klok staat stil" in operator.get("/taken").text
    assert Visitor(operator.client.application).get("/gezondheid/leeft").status_code == 200


def test_another_partner_with_an_operator_would_see_the_same_names_and_no_more(app: Flask, cast: Cast, operator: Visitor):
    plan(cast, "2026-10/drenthe", due=NOON)

    assert "2026-10/drenthe" in operator.get("/taken").text
    assert seat_of(app, DRENTHE).get("/taken").status_code == 403
