"""Every job that is due gets its turn: planned, claimed, worked and closed once, however many clocks run and whatever kills them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

import click

from hub.cases.house import House
from hub.desk import Desk
from hub.kernel import clock as watch
from hub.kernel import ledger
from hub.kernel.actor import Clerk
from hub.kernel.database import Work, act_for, begin_work
from hub.kernel.days import moment
from hub.kernel.errors import Conflict
from hub.kernel.ledger import Attempt, CatchUp, Due, Waiting
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.partners.queries import partners
from hub.people.words import Role

LOOKS_AHEAD = timedelta(days=40)  # only to tell people when a job is due next


@dataclass(frozen=True)
class Job:
    """
    One thing that is done once for every period: `periods` says which come to be due between two moments, of which the second lies ahead;
    `deed` does one of them.

    The deed runs as the clerk of the partner that its period names, and everything it writes stands or falls with the ledger's row. What
    has been due for longer than `stale_after` is skipped.
    """

    name: str
    periods: Callable[[Desk, datetime, datetime], Iterable[Due]]
    deed: Callable[[Work, House, str], None]
    catch_up: CatchUp = CatchUp.EACH
    stale_after: timedelta | None = None


def every_morning(at: time) -> Callable[[Desk, datetime, datetime], Iterable[Due]]:
    """A period for each day at this time in the Netherlands, for everybody who takes part."""

    def periods(desk: Desk, since: datetime, until: datetime) -> Iterable[Due]:
        with desk.work() as (work, _):
            everybody = partners(work)
        days = [watch.today(since) + timedelta(days=number) for number in range((watch.today(until) - watch.today(since)).days + 1)]
        return [Due(f"{day}/{who.slug}", who.id, moment(day, at=at)) for day in days for who in everybody]

    return periods


class Outcome(StrEnum):
    """How it went with one job that was due."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    LATER = "later"
    TAKEN = "taken"


def plan_jobs(desk: Desk, *, jobs: tuple[Job, ...]) -> int:
    """Write down every period that came to be due, also those that passed while no clock ran; the answer is how many are new."""
    return sum(_plan(desk, job) for job in jobs)


def _plan(desk: Desk, job: Job) -> int:
    try:
        with begin_work(Clerk(), now=watch.now()) as work:
            since, until = ledger.since(work, job=job.name), work.now
        dues = [due for due in job.periods(desk, since, until + LOOKS_AHEAD) if due.at >= since]
        with begin_work(Clerk(), now=until) as work:
            new = ledger.plan(work, job=job.name, dues=dues)
            if new:
                ledger.wake(work)
            if job.stale_after is not None:
                ledger.skip_stale(work, job=job.name, after=job.stale_after)
            if job.catch_up is CatchUp.LATEST:
                ledger.skip_older(work, job=job.name)
            return new
    except Exception as error:  # noqa: BLE001  one job that cannot be planned holds no other up; its text may quote a row
        click.echo(f"{job.name}: {type(error).__name__}", err=True)
        return 0


def run_due(desk: Desk, *, jobs: tuple[Job, ...], worker: str, is_over: Callable[[], bool] = lambda: False) -> int:
    """Do every job that is due, the oldest first, until nothing is left that can be done now; the answer is how many were done."""
    by_name, done = {job.name: job for job in jobs}, 0
    while not is_over():
        with begin_work(Clerk(), now=watch.now()) as work:
            waiting = ledger.due(work, jobs=tuple(by_name))
        ended = [run_one(desk, job=by_name[one.job], waiting=one, worker=worker) for one in waiting if not is_over()]
        done += ended.count(Outcome.DONE)
        if all(outcome is Outcome.TAKEN for outcome in ended):
            break
    return done


def run_one(desk: Desk, *, job: Job, waiting: Waiting, worker: str) -> Outcome:
    """Do this job once: its row is claimed, worked and closed in one transaction; attempts are written beside it."""
    attempt: Attempt | None = None
    try:
        with begin_work(Clerk(waiting.partner), now=watch.now()) as work:
            if not ledger.claim(work, job=job.name, period=waiting.period):
                return Outcome.TAKEN
            if job.stale_after is not None and work.now - waiting.due_at > job.stale_after:
                ledger.skip(work, job=job.name, period=waiting.period)
                return Outcome.SKIPPED
            with begin_work(Clerk(), now=work.now) as aside:  # another connection: it survives what kills this one
                attempt = ledger.note_attempt(aside, job=job.name, period=waiting.period, worker=worker)
            if attempt.tries > ledger.MOST_TRIES:  # this one was always killed
                ledger.give_up(work, job=job.name, period=waiting.period)
            else:
                job.deed(work, desk.house, waiting.period)
                ledger.close(work, job=job.name, period=waiting.period)
    except ledger.NotYet:
        return _put_off(waiting, attempt)
    except Exception as error:  # noqa: BLE001  the next try follows by itself; the text may quote a row, so only the kind is kept
        return _fail(waiting, attempt, error)
    return _end(waiting, attempt)


def _put_off(waiting: Waiting, attempt: Attempt | None) -> Outcome:
    if attempt is not None:
        with begin_work(Clerk(), now=watch.now()) as aside:
            ledger.put_off(aside, waiting=waiting, attempt=attempt)
    return Outcome.LATER


def _fail(waiting: Waiting, attempt: Attempt | None, error: Exception) -> Outcome:
    if attempt is None:  # nothing was begun: somebody else was first, or the database went away
        if not isinstance(error, Conflict):
            click.echo(f"{waiting.job} {waiting.period}: {type(error).__name__}", err=True)
        return Outcome.TAKEN
    click.echo(f"{waiting.job} {waiting.period}: {type(error).__name__}", err=True)
    with begin_work(Clerk(), now=watch.now()) as aside:
        if ledger.note_failure(aside, waiting=waiting, attempt=attempt, kind=type(error).__name__):
            _tell_operators(aside, waiting)
    return Outcome.FAILED


def _end(waiting: Waiting, attempt: Attempt) -> Outcome:
    has_failed = attempt.tries > ledger.MOST_TRIES
    with begin_work(Clerk(), now=watch.now()) as aside:
        ledger.note_end(aside, attempt=attempt)
        if has_failed:
            _tell_operators(aside, waiting)
    return Outcome.FAILED if has_failed else Outcome.DONE


def _tell_operators(aside: Work, waiting: Waiting) -> None:
    """Who keeps the hub running hears of a job that failed for good, at whichever partner they work."""
    dedup = f"{waiting.job}:{waiting.period}:{watch.today(aside.now)}"
    for partner in partners(aside):
        with act_for(aside, partner.id) as work:
            told = Notice(partner.id, dedup, NoticeKind.JOB_FAILED, "/taken", (Role.OPERATOR,), aside.now)
            put_down(work, notice=told)
