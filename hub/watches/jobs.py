"""What the clock does for terms: every morning, per partner, it brings them up to that day."""

from datetime import time

from hub.cases.house import House
from hub.kernel.database import Work
from hub.kernel.ledger import CatchUp
from hub.turns import Job, every_morning
from hub.watches.actions import keep_watch

AT = time(6, 10)


def _keep(work: Work, house: House, _period: str) -> None:
    """The day is that of the work, so a morning that was missed is made up for by the next one alone."""
    keep_watch(work, house=house)


WATCH_JOBS = (Job("watch", every_morning(AT), _keep, catch_up=CatchUp.LATEST),)
