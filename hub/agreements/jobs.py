"""What the clock does for agreed actions: every morning it tells owners, per partner, that they have one."""

from datetime import time

from hub.agreements.actions import remind
from hub.cases.house import House
from hub.kernel.database import Work
from hub.kernel.ledger import CatchUp
from hub.turns import Job, every_morning

AT = time(8, 30)


def _remind(work: Work, _house: House, _period: str) -> None:
    """The day is that of the work: a reminder whose day has passed is not sent late."""
    remind(work)


AGREEMENT_JOBS = (Job("agreements_due", every_morning(AT), _remind, catch_up=CatchUp.LATEST),)
