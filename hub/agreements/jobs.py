"""What the clock does for agreed actions: every morning it tells owners, per partner, that they have one."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from hub.agreements.actions import remind
from hub.cases.house import House
from hub.desk import Desk
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import moment
from hub.kernel.ledger import CatchUp, Due
from hub.partners.queries import partners
from hub.turns import Job

AT = time(8, 30)


def daily(desk: Desk, since: datetime, until: datetime) -> Iterable[Due]:
    """Every morning between these moments, for everybody who takes part."""
    with desk.work() as (work, _):
        everybody = partners(work)
    days = [today(since) + timedelta(days=number) for number in range((today(until) - today(since)).days + 1)]
    return [Due(f"{day}/{who.slug}", who.id, moment(day, at=AT)) for day in days for who in everybody]


def _remind(work: Work, _house: House, _period: str) -> None:
    """The day is that of the work: a reminder whose day has passed is not sent late."""
    remind(work)


AGREEMENT_JOBS = (Job("agreements_due", daily, _remind, catch_up=CatchUp.LATEST),)
