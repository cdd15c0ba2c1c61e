"""What the hub does by itself, and when. Web processes never do any of it."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import click

from hub.agendas.jobs import AGENDA_JOBS, keep_agendas
from hub.agreements.jobs import AGREEMENT_JOBS
from hub.audit.actions import integrate
from hub.audit.seal import JOURNAL_KEY, load_seal
from hub.cases.expiry import begin_agreements, end_rows, recall_late
from hub.cases.holding import end_holds
from hub.cases.house import House
from hub.cases.reprojection import work_off
from hub.cases.uploads import empty_old
from hub.casuistry.jobs import COLLECTION_JOBS
from hub.consultations.jobs import CONSULTATION_JOBS
from hub.contacts.jobs import CONTACT_JOBS
from hub.courier import send_waiting
from hub.desk import Desk, answer, as_json, open_desk
from hub.invitations.jobs import INVITATION_JOBS, send_invitations
from hub.kernel import clock as watch
from hub.kernel import ledger
from hub.kernel.actor import Clerk, Doorkeeper, LogKeeper
from hub.kernel.database import Work, begin_work
from hub.kernel.errors import HubError
from hub.meetings.adoption import take_away
from hub.meetings.jobs import RECORD_JOBS
from hub.partners.queries import partners
from hub.people.actions import sweep
from hub.referrals.actions import settle as settle_referrals
from hub.referrals.jobs import REFERRAL_JOBS
from hub.retention.actions import carry_out
from hub.retention.jobs import RETENTION_JOBS
from hub.sharing.jobs import POLICY_JOBS
from hub.threads.jobs import RECALL_JOBS
from hub.ticking import Ending, heeding, tick
from hub.turns import Job, plan_jobs, run_due
from hub.watches.jobs import WATCH_JOBS

OLD_PULSE = timedelta(days=7)
TOLD_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True)
class Duty:
    """One thing that is done again and again: its name, how often in seconds, and the deed that tells how much it did."""

    name: str
    every: int
    deed: Callable[[Desk], int]


JOBS: tuple[Job, ...] = (
    *COLLECTION_JOBS,
    *CONTACT_JOBS,
    *CONSULTATION_JOBS,
    *WATCH_JOBS,
    *INVITATION_JOBS,
    *AGREEMENT_JOBS,
    *AGENDA_JOBS,
    *RECORD_JOBS,
    *RECALL_JOBS,
    *REFERRAL_JOBS,
    *POLICY_JOBS,
    *RETENTION_JOBS,
)  # what is done once for every period: a line a job


def seal_journal(desk: Desk) -> int:
    """Number and seal every line that waits; the key stands beside the pseudonym keys, outside the database."""
    seal = load_seal(desk.settings.keys / JOURNAL_KEY)
    sealed = 0
    while True:
        with begin_work(LogKeeper(), now=watch.now()) as work:
            done = integrate(work, seal=seal)
        sealed += done.added
        if not done.added:
            return sealed


def end_terms(desk: Desk, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """End what is past its last day, giver by giver: rows, hold-backs, and files that nobody confirmed."""
    return _for_everybody(desk, ENDS, is_over)


def keep_agreements(desk: Desk, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Let begin and end what does so today, giver by giver, and work off what that leaves to do; what closes comes before what opens."""
    return _for_everybody(desk, AGREEMENTS, is_over)


def keep_retention(desk: Desk, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Delete, giver by giver, the cases that were announced and are due: what recipients have of them first."""
    return _for_everybody(desk, RETENTION, is_over)


def _for_everybody(desk: Desk, deeds: tuple[Callable[[Work, House], int], ...], is_over: Callable[[], bool]) -> int:
    """Each deed for each partner again and again, each time in a work of its own, until nothing is left to do or this worker ends."""
    with desk.work() as (work, _):
        slugs = [partner.slug for partner in partners(work)]
    done = 0
    for slug, deed in ((slug, deed) for slug in slugs for deed in deeds):
        some = 1
        while some and not is_over():
            with desk.work(slug) as (work, _):
                some = deed(work, desk.house)
            done += some
    return done


def sweep_sessions(_: Desk) -> int:
    """Remove sessions that are over."""
    with begin_work(Doorkeeper(), now=watch.now()) as work:
        return sweep(work)


def forget_clocks(_: Desk) -> int:
    """Forget the pulses of clocks that are long gone; that this is done at all is the pulse of this one."""
    with begin_work(Clerk(), now=watch.now()) as work:
        return ledger.forget_pulses(work, before=watch.real_now() - OLD_PULSE)


AGREEMENTS: tuple[Callable[[Work, House], int], ...] = (
    lambda work, house: begin_agreements(work, house=house),
    lambda work, house: work_off(work, house=house),
)
ENDS: tuple[Callable[[Work, House], int], ...] = (
    lambda work, house: len(end_rows(work, house=house)),
    lambda work, house: end_holds(work, house=house),
    lambda work, _: empty_old(work),
    lambda work, house: settle_referrals(work, house=house),
    lambda work, _: recall_late(work),
    lambda work, _: take_away(work),
)
RETENTION: tuple[Callable[[Work, House], int], ...] = (lambda work, _: carry_out(work).count,)
PLANS, RUNS = "plannen", "taken"


def duties(ending: Ending) -> tuple[Duty, ...]:
    """What is done again and again, in the order in which it is done once."""
    return (
        Duty(PLANS, 60, lambda desk: plan_jobs(desk, jobs=JOBS)),
        Duty(RUNS, 5, lambda desk: run_due(desk, jobs=JOBS, worker=ending.worker, is_over=ending.asked.is_set)),
        Duty("uitnodigingen", 10, send_invitations),
        Duty("agenda", 10, keep_agendas),
        Duty("koerier", 10, send_waiting),
        Duty("afspraken", 30, lambda desk: keep_agreements(desk, is_over=ending.asked.is_set)),
        Duty("termijnen", 300, lambda desk: end_terms(desk, is_over=ending.asked.is_set)),
        Duty("bewaren", 3600, lambda desk: keep_retention(desk, is_over=ending.asked.is_set)),
        Duty("sessies", 900, sweep_sessions),
        Duty("journaal", 20, seal_journal),
    )


@click.command()
@click.option("--once", is_flag=True, help="Doe alles één keer, en stop.")
@as_json
def clock(once: bool) -> None:  # noqa: FBT001  the flag of the command
    """Doe wat de hub uit zichzelf doet: taken op hun tijd, het journaal verzegelen, en beëindigen wat verlopen is."""
    ending = Ending()
    with open_desk() as desk:
        if once:
            with heeding(ending):
                done = {duty.name: duty.deed(desk) for duty in duties(ending) if not ending.asked.is_set()}
            answer(done, lines=[f"{name}: {count}" for name, count in done.items()])
            return
        running = (Duty(ledger.HEARTBEAT, 60, forget_clocks), *duties(ending))
        answer({duty.name: duty.every for duty in running}, lines=[f"{duty.name}: elke {duty.every} seconden" for duty in running])
        tickers = {duty.name: (duty.every, _doing(duty, desk, ending)) for duty in running}
        if not tick(desk.app, tickers=tickers, woken=(PLANS, RUNS), ending=ending):
            _break_off(ending)


def _break_off(ending: Ending) -> None:
    """What was not finished in time is rolled back by the end of this process, and counts as no try."""
    with begin_work(Clerk(), now=watch.now()) as work:
        ledger.take_back(work, worker=ending.worker)
    os._exit(0)  # a thread that is still busy would hold this process up


@dataclass
class _Told:
    """When this clock last told that it did a duty, and how that went."""

    at: datetime | None = None
    error: str | None = None
    ending: Ending = field(default_factory=Ending)


def _doing(duty: Duty, desk: Desk, ending: Ending) -> Callable[[], None]:
    told = _Told(ending=ending)

    def do() -> None:
        with desk.app.app_context(), ending.doing(duty.name):
            try:
                error = _tried(duty, desk)
                _tell(duty, told, error)
            except Exception as gone:  # noqa: BLE001  the database is away; the next round tries again
                click.echo(f"{duty.name}: {type(gone).__name__}", err=True)

    return do


def _tried(duty: Duty, desk: Desk) -> str | None:
    """Do it; the kind of error that ended it, if one did: its text may quote a row."""
    try:
        duty.deed(desk)
    except Exception as error:  # noqa: BLE001  the next round tries again
        click.echo(f"{duty.name}: {error.sentence if isinstance(error, HubError) else type(error).__name__}", err=True)
        return type(error).__name__[:64]
    return None


def _tell(duty: Duty, told: _Told, error: str | None) -> None:
    """Tell the database that this was done; what is done every few seconds says so every half a minute, and at once when it changed."""
    now = watch.real_now()
    if told.at is not None and error == told.error and now - told.at < TOLD_AGAIN:
        return
    with begin_work(Clerk(), now=now) as work:
        ledger.beat(work, worker=told.ending.worker, duty=duty.name, at=now, error=error)
    told.at, told.error = now, error
