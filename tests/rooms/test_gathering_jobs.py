"""What the clock does for the collection, through the ledger: everything once, nothing before its time, and made up for after a pause."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from flask import Flask

from hub.casuistry import statements
from hub.casuistry.jobs import COLLECTION_JOBS
from hub.desk import Desk
from hub.kernel import clock
from hub.kernel.settings import Settings
from hub.turns import plan_jobs, run_due
from tests.cast import DEMO_DAY, DRENTHE, EMMEN, OUTSIDER, POLICE, Cast
from tests.make import make_draft
from tests.rooms.collecting import FREEZE, IN_NOVEMBER, NOVEMBER, bring_in, open_month, read

PLAYED = tuple(job for job in COLLECTION_JOBS if job.name != "papers")  # a PDF for each of a hundred editions takes its time
EDITIONS = "SELECT p.slug, to_char(c.month, 'YYYY-MM'), c.province FROM hub.collection c JOIN hub.partner p ON p.id = c.recipient"


@pytest.fixture
def desk(app: Flask, settings: Settings, cast: Cast) -> Desk:
    return Desk(app, settings, cast.house)


@pytest.fixture(autouse=True)
def back_to_the_demo_day() -> Iterator[None]:
    yield
    clock.pin(day=DEMO_DAY)


def live_on(desk: Desk, day: date) -> int:
    """It is this day; the clock plans and does what is due, twice as a clock would."""
    clock.pin(day=day)
    plan_jobs(desk, jobs=PLAYED)
    done = run_due(desk, jobs=PLAYED, worker="proef")
    plan_jobs(desk, jobs=PLAYED)
    return done + run_due(desk, jobs=PLAYED, worker="proef")


def test_the_clock_opens_gathers_and_delivers_every_month_once_also_after_a_pause(cast: Cast, desk: Desk, superuser: psycopg.Connection):
    bring_in(cast, POLICE, make_draft(place="GM1680"), now=datetime(2026, 11, 4, 12, tzinfo=UTC))
    live_on(desk, DEMO_DAY)
    after_the_start = superuser.execute(EDITIONS).fetchall()
    live_on(desk, DEMO_DAY + timedelta(days=2))
    again = live_on(desk, DEMO_DAY + timedelta(days=2))

    live_on(desk, date(2027, 1, 20))  # two months in which no clock ran
    live_on(desk, date(2027, 1, 22))

    found = Counter(superuser.execute(EDITIONS).fetchall())
    states = superuser.execute(
        "SELECT to_char(month, 'YYYY-MM'), state FROM hub.gathering WHERE province = 'drenthe' ORDER BY 1"
    ).fetchall()
    failed = superuser.execute("SELECT job, period FROM hub.job_run WHERE state = 'failed'").fetchall()
    assert {month for _, month, _ in after_the_start} == {"2026-10"}
    assert again == 0
    assert set(found.values()) == {1}
    assert {month for slug, month, province in found if (slug, province) == (DRENTHE, "drenthe")} == {"2026-10", "2026-11", "2026-12"}
    assert not {slug for slug, _, _ in found} & {OUTSIDER}
    assert states == [("2026-10", "delivered"), ("2026-11", "delivered"), ("2026-12", "delivered"), ("2027-01", "open")]
    assert failed == []
    assert len(read(cast, DRENTHE, now=clock.now())[1]) == 1


def test_a_month_that_was_over_before_anybody_agreed_to_the_collection_is_not_collected(desk: Desk):
    since, until = datetime(2026, 8, 31, 22, tzinfo=UTC), datetime(2026, 10, 5, 12, tzinfo=UTC)  # agreements hold from 1 September
    asked = {job.name: job.periods for job in COLLECTION_JOBS if job.name in ("open", "gather")}

    months = {name: {due.period[:7] for due in periods(desk, since, until)} for name, periods in asked.items()}

    assert months == {"open": {"2026-09", "2026-10"}, "gather": {"2026-09", "2026-10"}}


def test_reminders_go_five_two_and_no_working_days_before_the_freeze_to_givers_without_a_statement(
    cast: Cast, desk: Desk, superuser: psycopg.Connection
):
    open_month(cast)
    with cast.as_person(DRENTHE, now=IN_NOVEMBER) as work:
        statements.state_nothing(work, province="drenthe", month=NOVEMBER, house=cast.house)
    [job] = [job for job in COLLECTION_JOBS if job.name == "remind"]
    slugs = {partner.id: slug for slug, partner in cast.partners.items()}
    dues = [due for due in job.periods(desk, IN_NOVEMBER, FREEZE) if due.period.startswith("2026-11/drenthe/")]

    for due in dues:
        with cast.as_clerk(slugs[due.partner], now=due.at) as work:
            job.deed(work, cast.house, due.period)

    asked = "SELECT p.slug, n.at FROM hub.notice n JOIN hub.partner p ON p.id = n.partner WHERE n.kind = 'reminder'"
    moments = [datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 11, 27, 8, tzinfo=UTC), datetime(2026, 12, 1, 8, tzinfo=UTC)]
    assert {slugs[due.partner] for due in dues} == {POLICE, DRENTHE, EMMEN}
    assert sorted(superuser.execute(asked).fetchall()) == sorted((slug, at) for slug in (POLICE, EMMEN) for at in moments)
