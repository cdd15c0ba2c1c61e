"""What the ledger and the clocks tell: what was done, what waits, what failed, what was made up for, and whether a clock runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from hub.kernel.database import Work
from hub.kernel.ledger import HEARTBEAT, last_pulse
from hub.kernel.tables import JobAttemptRow, JobPlanRow, JobRunRow, PulseRow
from hub.kernel.words import PartnerId

LATE = timedelta(minutes=15)
RECENT = timedelta(days=7)
SILENT = timedelta(minutes=5)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class JobSight:
    """One job: when it was done last, when it is due next, how many wait and how many failed."""

    job: str
    last_at: datetime | None
    next_at: datetime | None
    waiting: int
    failed: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A job that failed for good, or waits for its next try after a failure."""

    job: str
    period: str
    is_given_up: bool
    tries: int
    error: str | None
    tried_at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What could not be done on time of late: between which moments, how much was done after all, and how much was skipped."""

    first: datetime
    last: datetime
    done: int
    skipped: int


@dataclass(frozen=True, slots=True)
class DutySight:
    """One duty of a clock that was heard of of late: when it was last done, and what kind of error ended it."""

    worker: str
    duty: str
    at: datetime
    seconds_ago: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Oldest:
    """The job that has been due the longest."""

    job: str
    period: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """How one job stands for one period, and for whom it is done."""

    state: str
    partner: PartnerId | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Pulse:
    """When a clock was last heard of, and whether that is too long ago; a hub on which none ever ran is not silent."""

    at: datetime | None
    seconds_ago: int | None
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that somebody who keeps the hub running wants to know of its jobs."""

    pulse: Pulse
    jobs: tuple[JobSight, ...]
    oldest: Oldest | None
    caught_up: CaughtUp | None
    troubles: tuple[Trouble, ...]
    duties: tuple[DutySight, ...]


def pulse(work: Work, *, real_now: datetime) -> Pulse:
    """Whether a clock runs, by the time of the world outside."""
    heard = last_pulse(work)
    if heard is None:
        return Pulse(None, None, is_silent=False)
    return Pulse(heard, _seconds(real_now - heard), is_silent=real_now - heard > SILENT)


def sight_of_jobs(work: Work, *, real_now: datetime) -> Sight:
    """All of it at once; a few statements, whatever the number of rows."""
    return Sight(
        pulse(work, real_now=real_now), job_sights(work), oldest_due(work), caught_up(work), troubles(work), _duties(work, real_now)
    )


def job_sights(work: Work) -> tuple[JobSight, ...]:
    """Every job that was ever planned or asked for, by name."""
    counted = select(
        JobRunRow.job,
        func.max(JobRunRow.finished_at).filter(JobRunRow.state == "done"),
        func.count().filter(JobRunRow.state == "due"),
        func.count().filter(JobRunRow.state == "failed"),
    ).group_by(JobRunRow.job)
    runs = {job: (last, waiting, failed) for job, last, waiting, failed in work.session.execute(counted)}
    plans = {job: at for job, at in work.session.execute(select(JobPlanRow.job, JobPlanRow.next_at))}  # noqa: C416
    found = [(job, *runs.get(job, (None, 0, 0))) for job in sorted({*runs, *plans})]
    return tuple(JobSight(job, last, plans.get(job), waiting, failed) for job, last, waiting, failed in found)


def run_of(work: Work, *, job: str, period: str) -> Run | None:
    """How this job stands for this period; None when the ledger does not know it."""
    found = work.session.get(JobRunRow, (job, period))
    return Run(found.state, found.partner, found.due_at) if found else None


def oldest_due(work: Work) -> Oldest | None:
    """What has been due the longest and is not done, if anything is."""
    asked = select(JobRunRow.job, JobRunRow.period, JobRunRow.due_at).where(JobRunRow.state == "due")
    found = work.session.execute(asked.order_by(JobRunRow.due_at, JobRunRow.job, JobRunRow.period).limit(1)).first()
    return Oldest(*found) if found else None


def caught_up(work: Work) -> CaughtUp | None:
    """
    What ended of late more than a quarter of an hour after it was due, done or skipped; None when all was on time.

    What was due before its job was planned for the first time is no matter of being late: a new hub begins with its month.
    """
    new = select(JobPlanRow.job).where(JobPlanRow.job == JobRunRow.job, JobPlanRow.begun_at > JobRunRow.due_at)
    late = JobRunRow.finished_at > JobRunRow.due_at + LATE
    asked = select(
        func.min(JobRunRow.due_at),
        func.max(JobRunRow.finished_at),
        func.count().filter(JobRunRow.state == "done"),
        func.count().filter(JobRunRow.state == "skipped"),
    ).where(JobRunRow.state.in_(("done", "skipped")), late, ~new.exists(), JobRunRow.finished_at > work.now - RECENT)
    first, last, done, skipped = work.session.execute(asked).one()
    return CaughtUp(first, last, done, skipped) if first and last else None


def troubles(work: Work) -> tuple[Trouble, ...]:
    """The jobs that failed, the latest first: those that were given up, and those that are still tried."""
    last = select(JobAttemptRow.job, JobAttemptRow.period, func.max(JobAttemptRow.id).label("id"), func.count().label("tries"))
    each = last.group_by(JobAttemptRow.job, JobAttemptRow.period).subquery()
    asked = (
        select(JobRunRow, JobAttemptRow, each.c.tries)
        .join(each, (each.c.job == JobRunRow.job) & (each.c.period == JobRunRow.period))
        .join(JobAttemptRow, JobAttemptRow.id == each.c.id)
        .where((JobRunRow.state == "failed") | (JobRunRow.state == "due") & JobAttemptRow.error.is_not(None))
        .order_by(JobAttemptRow.id.desc())
        .limit(SHOWN)
    )
    return tuple(_trouble(run, attempt, tries) for run, attempt, tries in work.session.execute(asked))


def _trouble(run: JobRunRow, attempt: JobAttemptRow, tries: int) -> Trouble:
    is_over = run.state == "failed"
    counted = tries - run.forgiven
    return Trouble(run.job, run.period, is_over, counted, attempt.error, attempt.started_at, None if is_over else run.not_before)


def _duties(work: Work, real_now: datetime) -> tuple[DutySight, ...]:
    """What the clocks that are still there did last; a clock that ended an hour ago is not shown."""
    alive = select(PulseRow.worker).where(PulseRow.duty == HEARTBEAT, PulseRow.at > real_now - SILENT)
    rows = work.session.scalars(select(PulseRow).where(PulseRow.worker.in_(alive)).order_by(PulseRow.worker, PulseRow.duty))
    return tuple(DutySight(row.worker, row.duty, row.at, _seconds(real_now - row.at), row.error) for row in rows)


def _seconds(ago: timedelta) -> int:
    return max(0, int(ago.total_seconds()))
