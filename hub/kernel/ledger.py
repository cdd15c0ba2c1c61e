"""
The ledger of jobs: each job is done once for each of its periods, however many clocks run and whatever kills them.

A row says that something is due. Who does it claims the row, does the deed and closes the row in one transaction: so the deed and its
ending are there together or not at all. Attempts are written on a connection of their own, so that a killed one leaves a line. Nothing
here looks at what a job does. A row that is due is claimed by one worker at a time: others step over it and never wait.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import psycopg
from sqlalchemy import CursorResult, TextClause, text

from hub.kernel.actor import Clerk
from hub.kernel.clock import AMSTERDAM
from hub.kernel.database import Work, db
from hub.kernel.errors import Conflict
from hub.kernel.words import PartnerId

CHANNEL = "hub_jobs"
MOST_TRIES = 5
PAUSE = timedelta(minutes=1)  # and then four times as long after every next failure
LOOKS_BACK = timedelta(days=62)  # what came to be due in the past is still found this long
AT_ONCE = 200
KILLED = "Killed"
HEARTBEAT = "hartslag"  # the duty by which a clock that goes on running is known

PLANNED = text("INSERT INTO hub.job_plan (job, begun_at, since, until) VALUES (:job, :now, :since, :since) ON CONFLICT DO NOTHING")
WINDOW = text("SELECT since, until FROM hub.job_plan WHERE job = :job")
PLANNED_UNTIL = text("UPDATE hub.job_plan SET until = greatest(until, :now), next_at = :next WHERE job = :job")
PUT = text("""
    INSERT INTO hub.job_run (job, period, partner, due_at, not_before)
    SELECT :job, d.period, d.partner, d.at, d.at
      FROM unnest(CAST(:periods AS text[]), CAST(:partners AS int[]), CAST(:moments AS timestamptz[])) AS d (period, partner, at)
     ORDER BY d.period
    ON CONFLICT DO NOTHING""")
WAITING = text("""
    SELECT job, period, partner, due_at FROM hub.job_run
     WHERE state = 'due' AND not_before <= :now AND job = ANY(:jobs) ORDER BY due_at, job, period LIMIT :most""")
CLAIM = text("""
    SELECT 1 FROM hub.job_run WHERE job = :job AND period = :period AND state = 'due' AND not_before <= :now
       FOR NO KEY UPDATE SKIP LOCKED""")
END = text("UPDATE hub.job_run SET state = :state, finished_at = :now WHERE job = :job AND period = :period AND state = 'due'")
ONE = "period = :period"  # which of the rows of a job that are due; those that somebody holds are stepped over
STALE = "due_at < :before"
OLDER = """due_at < (
    SELECT max(n.due_at) FROM hub.job_run n WHERE n.job = :job AND n.partner IS NOT DISTINCT FROM job_run.partner)"""
SET = """
    UPDATE hub.job_run SET {what} WHERE job = :job AND period IN
      (SELECT period FROM hub.job_run WHERE job = :job AND state = 'due' AND {which} FOR NO KEY UPDATE SKIP LOCKED)"""
SKIP_STALE = text(SET.format(what="state = 'skipped', finished_at = :now", which=STALE))
SKIP_OLDER = text(SET.format(what="state = 'skipped', finished_at = :now", which=OLDER))
FAILED = text(SET.format(what="state = 'failed', finished_at = :now", which=ONE))
LATER = text(SET.format(what="not_before = :later", which=ONE))
SOONER = text(SET.format(what="not_before = least(not_before, :now)", which=ONE))
WITHOUT_END = text("UPDATE hub.job_attempt SET ended_at = :now, error = :error WHERE job = :job AND period = :period AND ended_at IS NULL")
ATTEMPT = text("INSERT INTO hub.job_attempt (job, period, worker, started_at) VALUES (:job, :period, :worker, :now) RETURNING id")
TRIES = text("""
    SELECT count(*) - (SELECT forgiven FROM hub.job_run WHERE job = :job AND period = :period)
      FROM hub.job_attempt WHERE job = :job AND period = :period""")
ENDED = text("UPDATE hub.job_attempt SET ended_at = :now, error = :error WHERE id = :id AND ended_at IS NULL")
TAKE_BACK = text("DELETE FROM hub.job_attempt WHERE id = :id AND ended_at IS NULL")
TAKE_BACK_ALL = text("DELETE FROM hub.job_attempt WHERE worker = :worker AND ended_at IS NULL")
AGAIN = text("""
    UPDATE hub.job_run SET state = 'due', finished_at = NULL, due_at = :now, not_before = :now,
           forgiven = (SELECT count(*) FROM hub.job_attempt a WHERE a.job = :job AND a.period = :period)
     WHERE job = :job AND period = :period AND state <> 'due'""")
WAKE = text(f"SELECT pg_notify('{CHANNEL}', '')")
BEAT = text("""
    INSERT INTO hub.pulse (worker, duty, at, error) VALUES (:worker, :duty, :at, :error)
    ON CONFLICT (worker, duty) DO UPDATE SET at = EXCLUDED.at, error = EXCLUDED.error""")
FORGET = text("DELETE FROM hub.pulse WHERE at < :before")
LAST_BEAT = text("SELECT max(at) FROM hub.pulse WHERE duty = :duty")


class CatchUp(StrEnum):
    """What is done about periods that passed while no clock ran: each of them, or the latest alone."""

    EACH = "each"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Due:
    """A period of a job, for whom it is done (None: for the hub itself), and the moment at which it is due."""

    period: str
    partner: PartnerId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that is due and was not claimed yet when it was looked for."""

    job: str
    period: str
    partner: PartnerId | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a job: its line, and how many tries there were by now."""

    id: int
    tries: int


class NotYet(Conflict):
    """What this job waits for is not there yet: it is tried again in a minute, and this try does not count."""


def since(work: Work, *, job: str) -> datetime:
    """
    From which moment on the periods of this job are to be planned.

    A job that was never planned begins with the calendar month in which that is done first: a new hub makes up for nothing older.
    """
    month = work.now.astimezone(AMSTERDAM).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    work.session.execute(PLANNED, {"job": job, "now": work.now, "since": month})
    first: datetime
    until: datetime
    first, until = work.session.execute(WINDOW, {"job": job}).one()
    return max(first, until - LOOKS_BACK)


def plan(work: Work, *, job: str, dues: Iterable[Due]) -> int:
    """
    Write down what is due, each period once whoever plans it; the answer is how many are new. Tells that it was done until now.

    Of what is due later only the first moment is kept, for people who want to know.
    """
    known = sorted(dues, key=lambda due: (due.at, due.period))
    found, later = [due for due in known if due.at <= work.now], [due.at for due in known if due.at > work.now]
    columns = {"periods": [due.period for due in found], "partners": [due.partner for due in found], "moments": [due.at for due in found]}
    new = _changed(work, PUT, {"job": job, **columns}) if found else 0
    work.session.execute(PLANNED_UNTIL, {"job": job, "now": work.now, "next": min(later, default=None)})
    return new


def skip_older(work: Work, *, job: str) -> int:
    """Skip what is due while something later of this job is planned for the same partner."""
    return _changed(work, SKIP_OLDER, {"job": job, "now": work.now})


def skip_stale(work: Work, *, job: str, after: timedelta) -> int:
    """Skip what has been due for longer than this: its moment has passed."""
    return _changed(work, SKIP_STALE, {"job": job, "now": work.now, "before": work.now - after})


def due(work: Work, *, jobs: Sequence[str]) -> tuple[Waiting, ...]:
    """What may be done now of these jobs, the oldest first; nothing is locked yet."""
    found = work.session.execute(WAITING, {"now": work.now, "jobs": list(jobs), "most": AT_ONCE})
    return tuple(Waiting(*row) for row in found)


def claim(work: Work, *, job: str, period: str) -> bool:
    """Take this job for the rest of this transaction; False when it is no longer due, or somebody else has it."""
    return work.session.execute(CLAIM, {"job": job, "period": period, "now": work.now}).first() is not None


def close(work: Work, *, job: str, period: str) -> None:
    """The job is done, together with all that this transaction did."""
    _end(work, job=job, period=period, state="done")


def give_up(work: Work, *, job: str, period: str) -> None:
    """The job has failed too often; it waits for somebody to look at it."""
    _end(work, job=job, period=period, state="failed")


def skip(work: Work, *, job: str, period: str) -> None:
    """The moment for this job has passed; it is not done any more."""
    _end(work, job=job, period=period, state="skipped")


def note_attempt(work: Work, *, job: str, period: str, worker: str) -> Attempt:
    """
    Write down that somebody begins, in a work beside the claim itself; attempts without an end were killed, since the claim was free.

    Only who holds the claim may call this.
    """
    which = {"job": job, "period": period, "now": work.now}
    work.session.execute(WITHOUT_END, {**which, "error": KILLED})
    number = work.session.execute(ATTEMPT, {**which, "worker": worker}).scalar_one()
    return Attempt(number, work.session.execute(TRIES, which).scalar_one())


def note_end(work: Work, *, attempt: Attempt) -> None:
    """This attempt ended well."""
    work.session.execute(ENDED, {"id": attempt.id, "now": work.now, "error": None})


def note_failure(work: Work, *, waiting: Waiting, attempt: Attempt, kind: str) -> bool:
    """
    Write down what kind of error ended this attempt, and when the next one may be: after 1, 4, 16 and 64 minutes.

    True when it was the last one and the job has failed now. Never waits: when somebody else has the job by now, its end decides.
    """
    which = {"job": waiting.job, "period": waiting.period}
    work.session.execute(ENDED, {"id": attempt.id, "now": work.now, "error": kind[:64]})
    if attempt.tries >= MOST_TRIES:
        return _changed(work, FAILED, {**which, "now": work.now}) > 0
    _changed(work, LATER, {**which, "later": work.now + PAUSE * 4 ** (attempt.tries - 1)})
    return False


def put_off(work: Work, *, waiting: Waiting, attempt: Attempt) -> None:
    """Take this attempt back, as if nobody had begun; the next one may be in a minute."""
    work.session.execute(TAKE_BACK, {"id": attempt.id})
    _changed(work, LATER, {"job": waiting.job, "period": waiting.period, "later": work.now + PAUSE})


def take_back(work: Work, *, worker: str) -> None:
    """Take back what this worker began and will not finish, since it was asked to end: that counts as no try."""
    work.session.execute(TAKE_BACK_ALL, {"worker": worker})


def put_due(work: Work, *, job: str, period: str, partner: PartnerId | None) -> bool:
    """
    Ask for this job as soon as this transaction ends; False when it stands in the ledger already, and then it is not done twice.

    A clerk also brings forward what waits for its next try. A person may ask for `gather` and `deliver` alone; the deed itself looks
    whether its moment has come.
    """
    told: dict[str, object] = {"job": job, "periods": [period], "partners": [partner], "moments": [work.now]}
    is_new = _changed(work, PUT, told) > 0
    if not is_new and isinstance(work.actor, Clerk):
        _changed(work, SOONER, {"job": job, "period": period, "now": work.now})
    wake(work)
    return is_new


def again(work: Work, *, job: str, period: str) -> bool:
    """
    Let a job that is done, failed or skipped be done once more, with all its tries; clerks only.

    False when there is no such job, or it is due already.
    """
    found = _changed(work, AGAIN, {"job": job, "period": period, "now": work.now}) > 0
    wake(work)
    return found


def wake(work: Work) -> None:
    """Tell the clocks, once this transaction has ended, that there is something to plan or to do."""
    work.session.execute(WAKE)


@contextmanager
def listening() -> Iterator[Callable[[float], bool]]:
    """A connection that hears `wake`: called with a number of seconds it waits for that long, and tells whether somebody called."""
    held = db.engines["hub_clerk"].raw_connection()
    connection = held.driver_connection
    assert isinstance(connection, psycopg.Connection)
    held.detach()  # it goes back to no pool
    try:
        connection.autocommit = True
        connection.execute(f"LISTEN {CHANNEL}")
        yield lambda seconds: any(True for _ in connection.notifies(timeout=seconds, stop_after=1))
    finally:
        connection.close()


def beat(work: Work, *, worker: str, duty: str, at: datetime, error: str | None = None) -> None:
    """This clock did this duty at this moment of the world outside, or an error of this kind kept it from doing so."""
    work.session.execute(BEAT, {"worker": worker, "duty": duty, "at": at, "error": error})


def forget_pulses(work: Work, *, before: datetime) -> int:
    """Remove what clocks told before this moment: they are long gone."""
    return _changed(work, FORGET, {"before": before})


def last_pulse(work: Work) -> datetime | None:
    """When a clock that goes on running was last heard of; None when none ever ran."""
    found: datetime | None = work.session.execute(LAST_BEAT, {"duty": HEARTBEAT}).scalar()
    return found


def _end(work: Work, *, job: str, period: str, state: str) -> None:
    if not _changed(work, END, {"job": job, "period": period, "state": state, "now": work.now}):
        raise Conflict("Deze taak is niet meer aan de beurt.")


def _changed(work: Work, statement: TextClause, told: dict[str, object]) -> int:
    done = work.session.execute(statement, told)
    assert isinstance(done, CursorResult)
    return done.rowcount
