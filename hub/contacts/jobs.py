"""What the clock does for contacts: every morning, per partner, it reminds, and lets pass what was not done in time."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from hub.cases.house import House
from hub.contacts.actions import tend
from hub.desk import Desk
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import moment
from hub.kernel.ledger import CatchUp, Due
from hub.partners.queries import partners
from hub.turns import Job

AT = time(9)


def daily(desk: Desk, since: datetime, until: datetime) -> Iterable[Due]:
    """Every morning between these moments, for everybody who takes part."""
    with desk.work() as (work, _):
        everybody = partners(work)
    days = [today(since) + timedelta(days=number) for number in range((today(until) - today(since)).days + 1)]
    return [Due(f"{day}/{who.slug}", who.id, moment(day, at=AT)) for day in days for who in everybody]


def _tend(work: Work, _house: House, _period: str) -> None:
    """The day is that of the work, so a morning that was missed is made up for by the next one alone."""
    tend(work)


CONTACT_JOBS = (Job("contacts", daily, _tend, catch_up=CatchUp.LATEST),)
