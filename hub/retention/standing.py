"""How a case of the acting partner stands today: when its term is over, and whether it is held; as terms of a question to the database."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from hub.cases.tables import ContributionRow
from hub.retention.rules import CountedFrom, Term
from hub.retention.tables import LegalHoldRow


def due_day(now: Term) -> ColumnElement[date]:
    """The day on which the term of a contribution is over; NULL for one that is not closed, where it counts from that day."""
    row = ContributionRow
    days: dict[CountedFrom | None, ColumnElement[date]] = {
        CountedFrom.CLOSED: cast(row.closed_on, Date),
        CountedFrom.CHANGED: cast(func.timezone("Europe/Amsterdam", row.changed_at), Date),
        CountedFrom.RELEASED: cast(row.first_released_on, Date),
    }
    return cast(days[now.counted_from] + func.make_interval(0, now.months), Date)


def is_due(now: Term, *, by: date) -> ColumnElement[bool]:
    """Whether the term of a contribution is over on this day."""
    return due_day(now) <= by


def is_held(case: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether this contribution of the acting partner is held."""
    row = LegalHoldRow
    return select(row.no).where(row.contribution == case, row.released_at.is_(None)).exists()
