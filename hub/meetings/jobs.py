"""What the clock does after meetings: every morning, per partner, lists and minutes are made ready and people are told."""

from datetime import time

from hub.cases.house import House
from hub.kernel.database import Work
from hub.kernel.ledger import CatchUp
from hub.meetings.settling import settle_meetings
from hub.turns import Job, every_morning

AT = time(8, 45)


def _settle(work: Work, _house: House, _period: str) -> None:
    """The day is that of the work, so a morning that was missed is made up for by the next one alone."""
    settle_meetings(work)


RECORD_JOBS = (Job("minutes", every_morning(AT), _settle, catch_up=CatchUp.LATEST),)
