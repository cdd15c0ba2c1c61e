"""What the hub does by itself: seal the journal, end what is over its term, sweep sessions. Web processes never do any of it."""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click
from apscheduler.schedulers.blocking import BlockingScheduler

from hub.audit.actions import integrate
from hub.audit.seal import JOURNAL_KEY, load_seal
from hub.cases.expiry import end_rows, renew_rows
from hub.cases.holding import end_holds
from hub.cases.house import House
from hub.cases.uploads import empty_old
from hub.desk import Desk, answer, as_json, open_desk
from hub.kernel import clock as watch
from hub.kernel.actor import Doorkeeper, LogKeeper
from hub.kernel.database import Work, begin_work
from hub.kernel.errors import HubError
from hub.partners.queries import partners
from hub.people.actions import sweep


@dataclass(frozen=True)
class Duty:
    """One thing the hub does by itself: its name, how often in seconds, and the deed that tells how much it did."""

    name: str
    every: int
    deed: Callable[[Desk], int]


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


def end_terms(desk: Desk) -> int:
    """End what is past its last day, giver by giver: rows, versions of agreements, hold-backs, and files that nobody confirmed."""
    with desk.work() as (work, _):
        slugs = [partner.slug for partner in partners(work)]
    return sum(_end_some(desk, slug, end) for slug in slugs for end in ENDS)


def _end_some(desk: Desk, slug: str, end: Callable[[Work, House], int]) -> int:
    """Again and again, each time in a work of its own, until nothing is left to end."""
    ended = 0
    while True:
        with desk.work(slug) as (work, _):
            some = end(work, desk.house)
        ended += some
        if not some:
            return ended


def sweep_sessions(_: Desk) -> int:
    """Remove sessions that are over."""
    with begin_work(Doorkeeper(), now=watch.now()) as work:
        return sweep(work)


ENDS: tuple[Callable[[Work, House], int], ...] = (
    lambda work, house: len(end_rows(work, house=house)),
    lambda work, house: renew_rows(work, house=house),
    lambda work, house: end_holds(work, house=house),
    lambda work, _: empty_old(work),
)
DUTIES = (Duty("journaal", 20, seal_journal), Duty("termijnen", 300, end_terms), Duty("sessies", 900, sweep_sessions))


@click.command()
@click.option("--once", is_flag=True, help="Doe alles één keer, en stop.")
@as_json
def clock(once: bool) -> None:  # noqa: FBT001  the flag of the command
    """Doe wat de hub uit zichzelf doet: het journaal verzegelen, en beëindigen wat verlopen is: rijen, inhoudingen, bestanden, sessies."""
    with open_desk() as desk:
        if once:
            done = {duty.name: duty.deed(desk) for duty in DUTIES}
            answer(done, lines=[f"{name}: {count}" for name, count in done.items()])
            return
        answer({duty.name: duty.every for duty in DUTIES}, lines=[f"{duty.name}: elke {duty.every} seconden" for duty in DUTIES])
        _run(desk)


def _run(desk: Desk) -> None:
    """Until somebody asks this process to end; every duty runs at once and then at its interval, never beside itself."""
    scheduler = BlockingScheduler(timezone=watch.AMSTERDAM)
    for duty in DUTIES:
        how: dict[str, Any] = {"seconds": duty.every, "next_run_time": watch.real_now(), "max_instances": 1, "coalesce": True}
        scheduler.add_job(_doing(duty, desk), "interval", misfire_grace_time=None, id=duty.name, **how)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: scheduler.shutdown(wait=False))
    scheduler.start()


def _doing(duty: Duty, desk: Desk) -> Callable[[], None]:
    def do() -> None:
        with desk.app.app_context():
            try:
                duty.deed(desk)
            except HubError as error:
                click.echo(f"{duty.name}: {error.sentence}", err=True)
            except Exception as error:  # noqa: BLE001  the next run tries again; the text may quote a row, so only the kind is said
                click.echo(f"{duty.name}: {type(error).__name__}", err=True)

    return do
