"""
Two clocks at once, killed, cut off, stopped and left alone for weeks: whatever is due is done once, and nothing is missing.

Every clock is a real `schakel clock`; the effect of a job is two rows without a key, so that a half or a double one shows.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.chaos.starter import is_alive, until
from tests.conftest import drop
from tests.scaffold import Place, environment_for

PROCESS = Path(__file__).parent / "clock_process.py"
KILLS, CUTS, MANY = 15, 12, 300
TABLES = """
    CREATE SCHEMA trial;
    CREATE TABLE trial.effect (id bigserial, job text, period text, half text);
    CREATE TABLE trial.asked (job text, period text);
    GRANT USAGE ON SCHEMA trial TO hub_clerk; GRANT USAGE ON SEQUENCE trial.effect_id_seq TO hub_clerk;
    GRANT INSERT ON trial.effect TO hub_clerk; GRANT SELECT ON trial.asked TO hub_clerk"""
CUT = """
    SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = 'hub_clerk'
     ORDER BY (state = 'idle in transaction' AND query LIKE '%trial.effect%') DESC NULLS LAST, random() LIMIT 1) one"""
HELD = "pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE '%trial.effect%'"
WRONG = "SELECT job, period FROM trial.effect GROUP BY job, period HAVING array_agg(half ORDER BY id) <> ARRAY['first', 'second']"


class Clocks:
    """The clocks of one test, and the database they work in."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.admin = psycopg.connect(make_conninfo(place.admin, dbname=place.database), autocommit=True)
        self.folder = folder
        environment = {**os.environ, **environment_for(place), "TRIAL_FOLDER": str(folder)}
        argv = [sys.executable, str(PROCESS)]
        self.maker = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.made: list[int] = []

    def start(self, *jobs: str, day: str = "2026-11-04", grace: float = 8.0) -> int:
        assert self.maker.stdin is not None and self.maker.stdout is not None
        self.maker.stdin.write(json.dumps({"day": day, "jobs": jobs, "grace": grace}) + "\n")
        self.maker.stdin.flush()
        self.made.append(int(self.maker.stdout.readline()))
        return self.made[-1]

    def asked(self, statement: str) -> list[tuple[object, ...]]:
        return self.admin.execute(statement).fetchall()  # type: ignore[call-overload]

    def count(self, statement: str) -> int:
        return int(str(self.asked(f"SELECT count(*) FROM {statement}")[0][0]))

    def ask(self, period: str) -> Callable[[], bool]:
        """Ask for a slow job and call the clocks; the answer tells whether it was begun."""
        self.admin.execute("INSERT INTO trial.asked VALUES ('slow', %s)", (period,))
        self.admin.execute("NOTIFY hub_jobs")
        return (self.folder / period.replace("/", "-")).exists

    def end(self) -> None:
        for pid in self.made:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert self.maker.stdin is not None and self.maker.stdout is not None
        self.maker.stdin.close()
        self.maker.wait()
        self.maker.stdout.close()
        self.admin.close()


@pytest.fixture
def clocks(request: pytest.FixtureRequest, worker_id: str, tmp_path: Path) -> Iterator[Clocks]:
    """Clocks on a database of their own, in which a silent transaction is ended after a second."""
    house: Place = request.config.schakel  # type: ignore[attr-defined]
    mine = house.clone(f"{house.template}_{worker_id}_clock")
    made = Clocks(mine, tmp_path)
    made.admin.execute(TABLES)
    made.admin.execute(f"ALTER ROLE hub_clerk IN DATABASE {mine.database} SET idle_in_transaction_session_timeout = '1s'")
    yield made
    made.end()
    drop(house.admin, mine.database)


def is_in_the_middle(clocks: Clocks, worker: int, *, after: int) -> bool:
    """Whether this clock began a job after so many others, or nothing is left to begin, or the poisoned one killed it."""
    began = f"hub.job_attempt WHERE worker LIKE '%:{worker}'"
    is_over = not clocks.count("hub.job_run WHERE state = 'due' AND not_before = due_at")
    return is_over or not is_alive(worker) or (clocks.count(began) > after and clocks.count(f"{began} AND ended_at IS NULL") > 0)


def bring_to_an_end(clocks: Clocks, running: list[int]) -> None:
    """Two days later, when every next try is due, clocks are started again for as long as one of them dies."""
    for pid in running:
        os.kill(pid, signal.SIGKILL)
    while clocks.count("hub.job_run WHERE state = 'due'"):
        running[:] = [pid if is_alive(pid) else clocks.start("many", day="2026-11-06") for pid in running]
        time.sleep(0.05)


def test_two_clocks_that_are_killed_and_cut_off_do_everything_once_and_nothing_half(clocks: Clocks):
    running = [clocks.start("many"), clocks.start("many")]
    until(lambda: clocks.count("trial.effect") > 0)

    for number in range(KILLS + CUTS):
        victim, before = number % 2, random.randrange(3)
        until(lambda: is_in_the_middle(clocks, running[victim], after=before))  # noqa: B023  called before the next round
        if number % 9 < 5 or not is_alive(running[victim]):
            with suppress(ProcessLookupError):
                os.kill(running[victim], signal.SIGKILL)
            running[victim] = clocks.start("many")
        else:
            clocks.asked(CUT)
    bring_to_an_end(clocks, running)

    assert clocks.asked(WRONG) == []
    assert clocks.count("(SELECT DISTINCT period FROM trial.effect) e") == MANY
    assert clocks.asked("SELECT period FROM hub.job_run WHERE state <> 'done'") == [("many/poison",)]
    assert clocks.count("hub.job_attempt WHERE period = 'many/poison' AND error = 'Killed'") == 5
    assert clocks.count("hub.job_attempt WHERE period <> 'many/poison' AND error IS NOT NULL") > 10


def test_two_clocks_make_up_for_forty_days_once_and_remind_nobody_late(clocks: Clocks):
    jobs = ("freeze", "remind", "look")
    first = clocks.start(*jobs)
    until(lambda: clocks.count("hub.job_run WHERE state = 'done'") == 4 + 1 + 1)
    os.kill(first, signal.SIGKILL)

    clocks.start(*jobs, day="2026-12-14")
    clocks.start(*jobs, day="2026-12-14")
    until(lambda: clocks.count("hub.job_run WHERE state <> 'due'") == 44 * 3)

    assert clocks.asked(WRONG) == []
    counted = dict(clocks.asked("SELECT job, count(*) FROM hub.job_run WHERE state = 'done' GROUP BY job"))  # type: ignore[arg-type]
    assert counted == {"freeze": 44, "remind": 2, "look": 2}
    assert clocks.count("hub.job_attempt") == 48


def test_a_clock_that_stands_still_loses_its_job_to_another_and_cannot_finish_it_too(clocks: Clocks):
    stopped = clocks.start("slow")
    begun = clocks.ask("2026/0-3")
    until(begun)
    os.kill(stopped, signal.SIGSTOP)
    until(lambda: not clocks.count(HELD))  # the database takes back what a silent worker holds
    clocks.start("slow")
    until(lambda: clocks.count("hub.job_run WHERE state = 'done'") == 1)

    os.kill(stopped, signal.SIGCONT)
    until(lambda: clocks.count("hub.job_attempt WHERE ended_at IS NULL") == 0)

    assert clocks.asked("SELECT half FROM trial.effect ORDER BY id") == [("first",), ("second",)]


def test_a_clock_that_is_asked_to_end_finishes_what_it_was_doing(clocks: Clocks):
    asked = clocks.start("slow")
    begun = clocks.ask("2026/0-5")
    until(begun)

    os.kill(asked, signal.SIGTERM)
    until(lambda: not is_alive(asked))

    assert clocks.asked("SELECT half FROM trial.effect ORDER BY id") == [("first",), ("second",)]
    assert clocks.count("hub.job_attempt WHERE ended_at IS NOT NULL AND error IS NULL") == 1


def test_a_clock_that_cannot_finish_in_time_leaves_nothing_and_counts_no_try(clocks: Clocks):
    asked = clocks.start("slow", grace=0.1)
    begun = clocks.ask("2026/30")
    until(begun)

    os.kill(asked, signal.SIGTERM)
    until(lambda: not is_alive(asked))
    until(lambda: clocks.count("pg_stat_activity WHERE datname = current_database() AND usename = 'hub_clerk'") == 0)

    assert (clocks.count("trial.effect"), clocks.count("hub.job_attempt")) == (0, 0)
    assert clocks.count("hub.job_run WHERE state = 'due'") == 1
