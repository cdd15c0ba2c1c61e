"""What the clock does for terms: every morning, per partner, it brings them up to that day."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from hub.cases.house import House
from hub.desk import Desk
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import moment
from hub.kernel.ledger import CatchUp, Due
from hub.partners.queries import partners
from hub.turns import Job
from hub.watches.actions import keep_watch

AT = time(6, 10)


def daily(desk: Desk, since: datetime, until: datetime) -> Iterable[Due]:
    """Every morning between these moments, for everybody who takes part."""
    with desk.work() as (work, _):
        everybody = partners(work)
    days = [today(since) + timedelta(days=number) for number in range((today(until) - today(since)).days + 1)]
    return [Due(f"{day}/{who.slug}", who.id, moment(day, at=AT)) for day in days for who in everybody]


def _keep(work: Work, house: House, _period: str) -> None:
    """The day is that of the work, so a morning that was missed is made up for by the next one alone."""
    keep_watch(work, house=house)


WATCH_JOBS = (Job("watch", daily, _keep, catch_up=CatchUp.LATEST),)
