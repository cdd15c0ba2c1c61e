"""What the clock does for contacts: every morning, per partner, it reminds, and lets pass what was not done in time."""

from datetime import time

from hub.cases.house import House
from hub.contacts.actions import tend
from hub.kernel.database import Work
from hub.kernel.ledger import CatchUp
from hub.turns import Job, every_morning

AT = time(9)


def _tend(work: Work, _house: House, _period: str) -> None:
    """The day is that of the work, so a morning that was missed is made up for by the next one alone."""
    tend(work)


CONTACT_JOBS = (Job("contacts", every_morning(AT), _tend, catch_up=CatchUp.LATEST),)
