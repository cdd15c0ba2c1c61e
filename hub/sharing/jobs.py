"""What the clock does for agreements: every morning, per partner, it tells its officers what waits for them, what changed and what ends."""

from datetime import time

from hub.cases.house import House
from hub.kernel.database import Work
from hub.kernel.ledger import CatchUp
from hub.sharing.telling import tell_of_agreements
from hub.turns import Job, every_morning

AT = time(7, 30)


def _tell(work: Work, house: House, _period: str) -> None:
    """The day is that of the work, so a morning that was missed is made up for by the next one alone."""
    tell_of_agreements(work, book=house.book)


POLICY_JOBS = (Job("policies", every_morning(AT), _tell, catch_up=CatchUp.LATEST),)
