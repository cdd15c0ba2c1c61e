"""
Makes clocks to be killed: imports the hub once, and then forks a real `schakel clock` for every line it is given.

The clock is that of the hub, with its scheduler, its ear and its end; only the jobs in its timetable are those of the trial, since no test
job lives in hub/. A line is JSON: `day` (on which its watch is pinned) and `grace`. The answer is the process id.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import text

from hub import ticking, timetable
from hub.cases.house import House
from hub.cli import main
from hub.desk import Desk
from hub.kernel import clock as watch
from hub.kernel.database import Work
from hub.kernel.days import moment
from hub.kernel.ledger import CatchUp, Due
from hub.turns import Job

FIRST, MANY = date(2026, 11, 1), 300
NOTED = text("INSERT INTO trial.effect (job, period, half) VALUES (:job, :period, :half)")
ASKED = text("SELECT period FROM trial.asked WHERE job = :job")
REMINDERS = timedelta(hours=12)


def note(work: Work, job: str, period: str, half: str) -> None:
    work.session.execute(NOTED, {"job": job, "period": period, "half": half})


def many(_: Desk, since: datetime, until: datetime) -> Iterator[Due]:
    """So many periods that came to be due within a few hours; one of them kills whoever does it."""
    first = moment(FIRST, at=datetime.min.time())
    yield from (Due(f"many/{number:03}", None, first + timedelta(minutes=number)) for number in range(MANY))
    yield Due("many/poison", None, first + timedelta(days=1))


def daily(_: Desk, since: datetime, until: datetime) -> Iterator[Due]:
    """One period every day at nine."""
    days = (FIRST + timedelta(days=number) for number in range(90))
    yield from (Due(str(day), None, moment(day, at=datetime.min.time().replace(hour=9))) for day in days)


def do_briefly(work: Work, _: House, period: str) -> None:
    """Two rows with a moment in between, in which anything may happen."""
    note(work, "many", period, "first")
    if period.endswith("poison"):
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(random.uniform(0, 0.06))
    note(work, "many", period, "second")


def do_slowly(work: Work, _: House, period: str) -> None:
    """Tells that it began by a file, and then takes the time that its period says."""
    Path(os.environ["TRIAL_FOLDER"], period.replace("/", "-")).touch()
    note(work, "slow", period, "first")
    time.sleep(float(period.rpartition("/")[2].replace("-", ".")))
    note(work, "slow", period, "second")


def slow(desk: Desk, since: datetime, until: datetime) -> Iterator[Due]:
    """What the test asks for."""
    with desk.work() as (work, _):
        asked = list(work.session.execute(ASKED, {"job": "slow"}).scalars())
    yield from (Due(period, None, since) for period in asked)


def note_day(name: str):
    return lambda work, _, period: (note(work, name, period, "first"), note(work, name, period, "second"))


JOBS = {
    "many": Job("many", many, do_briefly),
    "slow": Job("slow", slow, do_slowly),
    "freeze": Job("freeze", daily, note_day("freeze")),
    "remind": Job("remind", daily, note_day("remind"), stale_after=REMINDERS),
    "look": Job("look", daily, note_day("look"), CatchUp.LATEST),
}


def become_clock(day: str, jobs: list[str], grace: float) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ["SCHAKEL_DEMO_DATE"] = day
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silence, descriptor)
    timetable.JOBS = tuple(JOBS[name] for name in jobs)
    timetable.ENDS = timetable.AGREEMENTS = ()  # what ends by itself is not on trial here, and takes time at every start
    ticking.GRACE = grace
    random.seed()
    watch.pin(day=date.fromisoformat(day))
    main(["clock"])


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # what is killed leaves no zombie
    watch.turn_to(at=datetime.min.time().replace(hour=10))  # after nine, when what is daily is due, and before it is stale
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if not child:
            become_clock(told["day"], told["jobs"], told.get("grace", 8.0))
            os._exit(0)
        print(child, flush=True)
