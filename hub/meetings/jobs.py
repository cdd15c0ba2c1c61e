"""What the clock does after meetings: every morning, per partner, lists and minutes are made ready and people are told."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from hub.cases.house import House
from hub.desk import Desk
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import moment
from hub.kernel.ledger import CatchUp, Due
from hub.meetings.settling import settle_meetings
from hub.partners.queries import partners
from hub.turns import Job

AT = time(8, 45)


def daily(desk: Desk, since: datetime, until: datetime) -> Iterable[Due]:
    """Every morning between these moments, for everybody who takes part."""
    with desk.work() as (work, _):
        everybody = partners(work)
    days = [today(since) + timedelta(days=number) for number in range((today(until) - today(since)).days + 1)]
    return [Due(f"{day}/{who.slug}", who.id, moment(day, at=AT)) for day in days for who in everybody]


def _settle(work: Work, _house: House, _period: str) -> None:
    """The day is that of the work, so a morning that was missed is made up for by the next one alone."""
    settle_meetings(work)


RECORD_JOBS = (Job("minutes", daily, _settle, catch_up=CatchUp.LATEST),)
