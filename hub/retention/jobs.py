"""What the clock does about retention: every morning, per partner, it announces what will go, and tells who may want to hold it."""

from datetime import time

from hub.cases.house import House
from hub.kernel.database import Work
from hub.kernel.ledger import CatchUp
from hub.retention.actions import announce, end_old_holds, tell_of_rows
from hub.turns import Job, every_morning

AT = time(6, 30)


def _announce(work: Work, _house: House, _period: str) -> None:
    """The day is that of the work, so a morning that was missed is made up for by the next one alone."""
    end_old_holds(work)
    announce(work)
    tell_of_rows(work)


RETENTION_JOBS = (Job("retention", every_morning(AT), _announce, catch_up=CatchUp.LATEST),)
