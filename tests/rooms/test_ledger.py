"""The ledger: each job once for each of its periods, whoever plans it, however late, and whatever goes wrong on the way."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import psycopg
import pytest
from flask import current_app

from hub.desk import Desk
from hub.kernel import ledger
from hub.kernel.days import moment
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.ledger import CatchUp, Due, NotYet
from hub.kernel.settings import Settings
from hub.turns import Job, plan_jobs, run_due
from tests.cast import DRENTHE, NOON, OM, Cast
from tests.rooms.trials import Killed, Trial, standing_at, trial_table

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _table(superuser: psycopg.Connection) -> Iterator[None]:
    with trial_table(superuser):
        yield


@pytest.fixture
def desk(cast: Cast, settings: Settings) -> Desk:
    return Desk(current_app._get_current_object(), settings, cast.house)  # type: ignore[attr-defined]


def effects(superuser: psycopg.Connection) -> list[str]:
    return [period for (period,) in superuser.execute("SELECT period FROM trial.effect ORDER BY id")]


def ledger_rows(superuser: psycopg.Connection) -> dict[str, str]:
    return dict(superuser.execute("SELECT period, state FROM hub.job_run").fetchall())  # type: ignore[arg-type]


def errors(superuser: psycopg.Connection) -> list[str | None]:
    return [error for (error,) in superuser.execute("SELECT error FROM hub.job_attempt ORDER BY id")]


def turn(desk: Desk, job: Job, *, at: datetime = NOON) -> int:
    """What a clock does: plan, and do what is due."""
    with standing_at(at):
        plan_jobs(desk, jobs=(job,))
        return run_due(desk, jobs=(job,), worker="one")


def daily(first: date, days: int, *, at: time = time(6, 10)) -> list[Due]:
    return [Due(str(first + n * DAY), None, moment(first + n * DAY, at=at)) for n in range(days)]


def test_a_job_is_done_once_for_each_period_however_often_it_is_planned(desk: Desk, superuser):
    trial = Trial(dues=[Due("a", None, NOON - HOUR), Due("b", None, NOON)])
    job = Job("trial", trial.periods, trial.deed)

    done = [turn(desk, job) for _ in range(3)]

    assert (done, effects(superuser)) == ([2, 0, 0], ["a", "b"])


def test_what_is_not_due_yet_is_neither_written_down_nor_done(desk: Desk, superuser):
    trial = Trial(dues=[Due("later", None, NOON + MINUTE)])
    job = Job("trial", lambda *_: trial.dues, trial.deed)

    assert turn(desk, job) == 0
    assert ledger_rows(superuser) == {}
    assert turn(desk, job, at=NOON + MINUTE) == 1


def test_a_deed_is_done_as_the_clerk_of_its_partner(cast: Cast, desk: Desk, superuser):
    trial = Trial(dues=[Due("x/om", cast.id(OM), NOON), Due("x/drenthe", cast.id(DRENTHE), NOON), Due("x", None, NOON)])

    turn(desk, Job("trial", trial.periods, trial.deed))

    found = superuser.execute("SELECT period, partner FROM trial.effect").fetchall()
    assert set(found) == {("x/om", cast.id(OM)), ("x/drenthe", cast.id(DRENTHE)), ("x", None)}


def test_after_forty_days_without_a_clock_each_period_is_made_up_for_the_oldest_first(desk: Desk, superuser):
    trial = Trial(dues=daily(date(2026, 11, 4), 45))
    job = Job("trial", trial.periods, trial.deed)
    turn(desk, job)

    done = turn(desk, job, at=NOON + 40 * DAY)

    assert done == 40
    assert effects(superuser) == [due.period for due in trial.dues][:41]


def test_of_a_job_that_only_counts_now_the_latest_period_of_each_partner_is_done(cast: Cast, desk: Desk, superuser):
    om, drenthe = cast.id(OM), cast.id(DRENTHE)
    dues = [Due(f"{n}/om", om, NOON + n * DAY) for n in range(4)] + [Due(f"{n}/drenthe", drenthe, NOON + n * DAY) for n in range(3)]
    trial = Trial(dues=dues)

    turn(desk, Job("trial", trial.periods, trial.deed, CatchUp.LATEST), at=NOON + 10 * DAY)

    assert set(effects(superuser)) == {"3/om", "2/drenthe"}
    assert list(ledger_rows(superuser).values()).count("skipped") == 5


def test_a_reminder_whose_moment_has_passed_is_skipped_and_never_done_late(desk: Desk, superuser):
    trial = Trial(dues=[Due("passed", None, NOON - HOUR), Due("in-time", None, NOON - 30 * MINUTE)])

    turn(desk, Job("trial", trial.periods, trial.deed, stale_after=timedelta(minutes=45)))

    assert effects(superuser) == ["in-time"]
    assert ledger_rows(superuser) == {"passed": "skipped", "in-time": "done"}


def test_what_grew_stale_between_two_tries_is_skipped(desk: Desk, superuser):
    trial = Trial(dues=[Due("a", None, NOON)], errors=[ValueError()])
    job = Job("trial", trial.periods, trial.deed, stale_after=timedelta(minutes=45))
    turn(desk, job)

    with standing_at(NOON + HOUR):
        run_due(desk, jobs=(job,), worker="one")

    assert (effects(superuser), ledger_rows(superuser)) == ([], {"a": "skipped"})


def test_a_new_hub_makes_up_for_nothing_older_than_its_first_month(desk: Desk, superuser):
    trial = Trial(dues=daily(date(2025, 1, 1), 673))

    turn(desk, Job("trial", trial.periods, trial.deed))

    assert effects(superuser) == ["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04"]


def test_a_failing_deed_leaves_nothing_and_is_tried_after_1_4_16_and_64_minutes_and_then_given_up(desk: Desk, superuser):
    trial = Trial(
        dues=[Due("a", None, NOON)], errors=[KeyError("geheim"), ValueError("geheim"), OSError(), Invalid("x"), ValueError(), ValueError()]
    )
    job, at, tried = Job("trial", trial.periods, trial.deed), NOON, []
    for wait in (0, 1, 4, 16, 64, 256):
        turn(desk, job, at=at + wait * MINUTE - timedelta(seconds=1))
        before = len(errors(superuser))
        turn(desk, job, at=at + wait * MINUTE)
        at += wait * MINUTE
        tried.append((before, len(errors(superuser))))

    assert tried == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 5)]
    assert (effects(superuser), ledger_rows(superuser)) == ([], {"a": "failed"})
    assert errors(superuser) == ["KeyError", "ValueError", "OSError", "Invalid", "ValueError"]
    assert (
        superuser.execute("SELECT count(DISTINCT partner), min(path) FROM hub.notice WHERE kind = 'job_failed'").fetchone()[1] == "/taken"
    )


def test_a_job_that_always_kills_its_worker_is_given_up_after_five(desk: Desk, superuser):
    trial = Trial(dues=[Due("a", None, NOON)], errors=[Killed() for _ in range(9)])
    job = Job("trial", trial.periods, trial.deed)

    for _ in range(5):
        with pytest.raises(Killed):
            turn(desk, job)
    turn(desk, job)

    assert (effects(superuser), ledger_rows(superuser), len(trial.errors)) == ([], {"a": "failed"}, 4)
    assert errors(superuser) == ["Killed"] * 5 + [None]
    assert superuser.execute("SELECT count(*) > 0 FROM hub.notice WHERE kind = 'job_failed'").fetchone() == (True,)


def test_one_failing_job_holds_no_other_up(desk: Desk, superuser):
    poison, sound = Trial("poison", [Due("a", None, NOON)], errors=[ValueError()]), Trial("sound", [Due("b", None, NOON)])
    broken = Job("broken", lambda *_: 1 / 0, sound.deed)  # type: ignore[arg-type, return-value]
    jobs = (broken, Job("poison", poison.periods, poison.deed), Job("sound", sound.periods, sound.deed))

    with standing_at(NOON):
        planned = plan_jobs(desk, jobs=jobs)
        done = run_due(desk, jobs=jobs, worker="one")

    assert (planned, done, effects(superuser)) == (2, 1, ["b"])


def test_a_job_that_has_to_wait_for_another_is_put_off_and_no_try_is_counted(desk: Desk, superuser):
    trial = Trial(dues=[Due("a", None, NOON)], errors=[NotYet("nog niet") for _ in range(7)])
    job = Job("trial", trial.periods, trial.deed)

    for minute in range(7):
        assert turn(desk, job, at=NOON + minute * MINUTE) == 0
    assert turn(desk, job, at=NOON + 7 * MINUTE) == 1

    assert (effects(superuser), errors(superuser)) == (["a"], [None])


def test_who_finds_a_job_taken_steps_over_it_without_waiting(cast: Cast, desk: Desk, superuser):
    trial = Trial(dues=[Due("a", None, NOON), Due("b", None, NOON)])
    job = Job("trial", trial.periods, trial.deed)
    with standing_at(NOON):
        plan_jobs(desk, jobs=(job,))

        with cast.as_clerk(None) as elsewhere:
            assert ledger.claim(elsewhere, job="trial", period="a")
            assert run_due(desk, jobs=(job,), worker="two") == 1

    assert effects(superuser) == ["b"]


def test_a_job_of_a_newer_program_is_left_alone(cast: Cast, desk: Desk, superuser):
    with cast.as_clerk(None) as work:
        ledger.put_due(work, job="unheard", period="2026-10", partner=None)

    assert turn(desk, Job("trial", lambda *_: (), Trial().deed)) == 0
    assert ledger_rows(superuser) == {"2026-10": "due"}


def test_a_clock_that_is_asked_to_end_begins_nothing_new(desk: Desk, superuser):
    trial = Trial(dues=[Due("a", None, NOON), Due("b", None, NOON), Due("c", None, NOON)])
    job = Job("trial", trial.periods, trial.deed)

    with standing_at(NOON):
        plan_jobs(desk, jobs=(job,))
        run_due(desk, jobs=(job,), worker="one", is_over=lambda: len(effects(superuser)) == 2)

    assert effects(superuser) == ["a", "b"]


def test_what_is_done_cannot_be_closed_again(cast: Cast, desk: Desk):
    trial = Trial(dues=[Due("a", None, NOON)])
    turn(desk, Job("trial", trial.periods, trial.deed))

    with pytest.raises(Conflict), cast.as_clerk(None) as work:
        ledger.close(work, job="trial", period="a")


def test_every_day_of_five_years_is_planned_once_also_where_the_clock_goes_forward_and_back(desk: Desk, superuser):
    every_day = daily(date(2026, 11, 1), 1522, at=time(2, 30))
    trial = Trial(dues=every_day)
    job = Job("trial", lambda _, since, until: [due for due in every_day if since <= due.at <= until], trial.deed)

    for year in (2026, 2027, 2028, 2029, 2030):
        for month, day in (
            ((11, 4), (12, 31)) if year == 2026 else ((2, 14), (3, 28), (3, 29), (5, 20), (7, 1), (8, 20), (10, 31), (12, 31))
        ):
            with standing_at(datetime(year, month, day, 12, tzinfo=UTC)):
                plan_jobs(desk, jobs=(job,))
                plan_jobs(desk, jobs=(job,))

    assert set(ledger_rows(superuser)) == {due.period for due in every_day}
