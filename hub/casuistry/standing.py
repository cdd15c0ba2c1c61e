"""How collections stand for one partner: which months are open and what it still has to do, what was delivered, and what it leads."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from hub.cases.house import House
from hub.casuistry.actions import FARTHEST
from hub.casuistry.lifecycle import NotTheCollector, day_of_month, recipients
from hub.casuistry.progress import Giver, Word, progress
from hub.casuistry.queries import Step, Summary, editions, gathering_of, history
from hub.casuistry.rows import PART_NO
from hub.casuistry.rules import Part, State
from hub.casuistry.statements import Asked, statements_asked
from hub.casuistry.tables import CollectedRow, CollectionRow, GatheringRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import collection_dates, month_after, working_days_after
from hub.kernel.errors import NotFound
from hub.kernel.words import Month
from hub.partners.rules import Partner

MOST_EDITIONS = 100
CHANGED = tuple(PART_NO[part] for part in (Part.CLOSED, Part.CHANGED, Part.SHARED_OTHERWISE))


@dataclass(frozen=True, slots=True)
class OpenOne:
    """One gathering that is not delivered yet, and what this partner is asked about it, if anything."""

    summary: Summary
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class DeliveredOne:
    """One edition or addendum that was delivered: how many cases are new in it, how many changed, how many lines it has."""

    province: str
    month: Month
    number: int
    new: int
    changed: int
    rows: int
    delivered_at: datetime
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """An edition with cases in it that was delivered and that nobody of this partner opened."""

    province: str
    month: Month


@dataclass(frozen=True, slots=True)
class Collections:
    """All collections of one partner; `takes_part` is no for a partner that no agreement for the collection names."""

    takes_part: bool
    leads: bool
    open: tuple[OpenOne, ...]
    delivered: tuple[DeliveredOne, ...]


@dataclass(frozen=True, slots=True)
class Led:
    """One gathering that the acting partner leads."""

    province: str
    month: Month
    state: State
    planned_freeze_at: datetime
    planned_delivery_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class GatheringPage:
    """A gathering for its coordinator: how far it is, what may be done now, and how it went."""

    led: Led
    givers: tuple[Giver, ...]
    silent: tuple[Partner, ...]
    done: int
    total: int
    is_busy: bool
    may_freeze: bool
    may_freeze_from: date
    last_day: date
    frozen_because: str | None
    steps: tuple[Step, ...]


def collections(work: Work, *, house: House) -> Collections:
    """What there is for the acting partner, the newest month first."""
    found = editions(work)
    takes_part = work.partner in {one.id for one in recipients(work, house=house)}
    asked = {(one.province, one.month): one for one in statements_asked(work, house=house)}
    waiting = [one for one in found if one.delivered_at is None] if takes_part else []
    opened = tuple(OpenOne(one, asked.get((one.province, one.month))) for one in waiting)
    return Collections(takes_part, bool(_led_rows(work, most=1)), opened, _delivered(work))


def _delivered(work: Work) -> tuple[DeliveredOne, ...]:
    mine = select(CollectionRow).where(CollectionRow.recipient == work.partner, CollectionRow.delivered_at.is_not(None))
    order = (CollectionRow.month.desc(), CollectionRow.province, CollectionRow.number)
    rows = work.session.scalars(mine.order_by(*order).limit(MOST_EDITIONS)).all()
    edition, copy = CollectionRow, CollectedRow
    key = (edition.province, edition.month, edition.number)
    since = min((row.month for row in rows), default=date.max)
    new, changed = func.count().filter(copy.part == PART_NO[Part.NEW]), func.count().filter(copy.part.in_(CHANGED))
    same = (copy.recipient == edition.recipient) & (copy.area == edition.province)
    made = same & copy.copy.between(edition.first_copy, edition.last_copy)
    asked = select(*key, new, changed).join(copy, made).where(edition.recipient == work.partner, edition.month >= since).group_by(*key)
    counts = {(province, month, number): (fresh, other) for province, month, number, fresh, other in work.session.execute(asked)}
    return tuple(
        DeliveredOne(
            row.province, Month(row.month.year, row.month.month), row.number, *counts.get((row.province, row.month, row.number), (0, 0)),
            row.rows, row.delivered_at, row.first_opened_at is None,
        )
        for row in rows if row.delivered_at is not None
    )  # fmt: skip


def unread(work: Work) -> tuple[Unread, ...]:
    """The newest month's editions that wait to be opened by the acting partner."""
    mine = (CollectionRow.recipient == work.partner, CollectionRow.number == 0, CollectionRow.delivered_at.is_not(None))
    newest = select(func.max(CollectionRow.month)).where(*mine).scalar_subquery()
    asked = select(CollectionRow.province, CollectionRow.month).where(*mine, CollectionRow.month == newest, CollectionRow.rows > 0)
    found = work.session.execute(asked.where(CollectionRow.first_opened_at.is_(None)).order_by(CollectionRow.province))
    return tuple(Unread(province, Month(month.year, month.month)) for province, month in found)


def led_gatherings(work: Work) -> tuple[Led, ...]:
    """The gatherings that the acting partner leads, the newest first."""
    return tuple(_led(row) for row in _led_rows(work, most=MOST_EDITIONS))


def gathering_page(work: Work, *, province: str, month: Month, house: House) -> GatheringPage:
    """A gathering that the acting partner leads; NotFound for any other, as if it were not there."""
    try:
        row = gathering_of(work, province=province, month=month)
        givers = progress(work, province=province, month=month, house=house)
    except (NotFound, NotTheCollector):
        raise NotFound from None
    is_frozen = row.state != State.OPEN
    is_busy = row.delivered_at is None and (row.planned_delivery_at if is_frozen else row.planned_freeze_at) <= work.now
    first = day_of_month(month_after(month))
    return GatheringPage(
        _led(row), givers, tuple(one.partner for one in givers if one.word in (Word.SILENT, Word.AWAITED)),
        len(row.gathered), len(recipients(work, house=house)), is_busy, today(work.now) >= first, first,
        working_days_after(today(collection_dates(month).freeze), count=FARTHEST), row.frozen_because,
        history(work, province=province, month=month),
    )  # fmt: skip


def _led_rows(work: Work, *, most: int) -> list[GatheringRow]:
    mine = select(GatheringRow).where(GatheringRow.collector == work.partner)
    return list(work.session.scalars(mine.order_by(GatheringRow.month.desc(), GatheringRow.province).limit(most)))


def _led(row: GatheringRow) -> Led:
    month = Month(row.month.year, row.month.month)
    return Led(row.province, month, State(row.state), row.planned_freeze_at, row.planned_delivery_at, row.delivered_at)
