"""What the clock does for referrals: every morning, per partner, what time does to them, and who waits for news."""

from datetime import time

from hub.cases.house import House
from hub.kernel.database import Work
from hub.kernel.ledger import CatchUp
from hub.referrals.actions import pass_time
from hub.referrals.feedback import remind
from hub.turns import Job, every_morning

AT = time(8, 20)


def _tend(work: Work, house: House, _period: str) -> None:
    """The day is that of the work, so a morning that was missed is made up for by the next one alone."""
    pass_time(work)
    remind(work, house=house)


REFERRAL_JOBS = (Job("referrals", every_morning(AT), _tend, catch_up=CatchUp.LATEST),)
