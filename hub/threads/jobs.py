"""What the clock does for recalls: every morning, per partner, coordinators hear which ones were not answered in time."""

from datetime import time

from hub.cases.house import House
from hub.kernel.database import Work
from hub.kernel.ledger import CatchUp
from hub.threads.actions import chase
from hub.turns import Job, every_morning

AT = time(8, 15)


def _chase(work: Work, _house: House, _period: str) -> None:
    """The day is that of the work, so a morning that was missed is made up for by the next one alone."""
    chase(work)


RECALL_JOBS = (Job("recalls", every_morning(AT), _chase, catch_up=CatchUp.LATEST),)
