"""What the clock does for the monthly collection: open, remind, gather, deliver, make papers and addenda; each once per period."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from hub.cases.house import House
from hub.casuistry import addenda, lifecycle
from hub.casuistry.actions import gather_month
from hub.casuistry.gathering import LATE
from hub.casuistry.queries import gathering_of
from hub.casuistry.rules import NAMES, State, month_named, province_named
from hub.casuistry.seal import seal, seal_addenda
from hub.casuistry.statements import is_silent
from hub.casuistry.tables import GatheringRow
from hub.desk import Desk
from hub.kernel.clock import AMSTERDAM, today
from hub.kernel.database import Work
from hub.kernel.days import collection_dates, moment, month_after, month_before, reminders_before
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.ledger import CatchUp, Due
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.kernel.words import Month, month_of
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.turns import Job

ADDENDA_AT = time(6, 20)
REMINDERS_STALE = timedelta(hours=8)
BACK = "terug"


@dataclass(frozen=True, slots=True)
class Planned:
    """One gathering as it is planned, opened or not: its row if there is one, and when it is frozen."""

    province: str
    month: Month
    row: GatheringRow | None
    freeze_at: datetime

    @property
    def name(self) -> str:
        """Under which name it stands in the ledger."""
        return f"{self.month}/{self.province}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be frozen."""
        return self.row is None or self.row.state == State.OPEN

    def period(self, recipient: Partner) -> str:
        """The name of the freeze of one recipient's edition."""
        return lifecycle.gather_period(self.row, recipient=recipient) if self.row else f"{self.name}/{recipient.slug}"


def _planned(work: Work, *, house: House, until: datetime, since: datetime) -> Iterator[Planned]:
    """
    The gatherings between these moments, and every one that stands open; none where nobody takes part or nobody collects.

    A month that was over before the first agreement for the collection took force is not collected.
    """
    if not lifecycle.recipients(work, house=house):
        return
    new = [month for month in _months(since, until) if lifecycle.recipients(work, house=house, on=_last_day(month))]
    rows = {(row.province, row.month): row for row in work.session.scalars(select(GatheringRow))}
    for province in NAMES:
        try:
            lifecycle.collector_of(work, province=province)
        except Invalid:
            continue
        months = {Month(month.year, month.month) for where, month in rows if where == province} | set(new)
        for month in sorted(months):
            row = rows.get((province, lifecycle.day_of_month(month)))
            yield Planned(province, month, row, row.planned_freeze_at if row else collection_dates(month).freeze)


def _months(since: datetime, until: datetime) -> Iterator[Month]:
    """The months that begin or end between these moments: from the one before the first."""
    month, first = month_of(today(until)), month_before(month_of(today(since)))
    while month >= first:
        yield month
        month = month_before(month)


def _last_day(month: Month) -> date:
    return lifecycle.day_of_month(month_after(month)) - timedelta(days=1)


def _opening(desk: Desk, since: datetime, until: datetime) -> Iterable[Due]:
    with desk.work() as (work, _):
        found = list(_planned(work, house=desk.house, since=since, until=until))
    return [Due(one.name, None, collection_dates(one.month).opening) for one in found if one.row is None]


def _gathering(desk: Desk, since: datetime, until: datetime) -> Iterable[Due]:
    with desk.work() as (work, _):
        everybody = lifecycle.recipients(work, house=desk.house)
        found = list(_planned(work, house=desk.house, since=since, until=until))
    return [Due(one.period(who), who.id, one.freeze_at) for one in found if one.is_open for who in everybody]


def _reminding(desk: Desk, since: datetime, until: datetime) -> Iterable[Due]:
    dues = []
    with desk.work() as (work, _):
        for one in _planned(work, house=desk.house, since=since, until=until):
            for giver in lifecycle.expected_givers(work, province=one.province, house=desk.house) if one.is_open else ():
                dues += [Due(f"{one.name}/{giver.slug}/{at:%Y-%m-%d}", giver.id, at) for at in reminders_before(one.freeze_at)]
    return dues


def _delivering(desk: Desk, _since: datetime, _until: datetime) -> Iterable[Due]:
    with desk.work() as (work, _):
        rows = work.session.scalars(select(GatheringRow).where(GatheringRow.state == State.FROZEN.value)).all()
    return [Due(f"{row.month:%Y-%m}/{row.province}", None, row.planned_delivery_at) for row in rows]


def _adding(desk: Desk, since: datetime, until: datetime) -> Iterable[Due]:
    with desk.work() as (work, _):
        everybody = lifecycle.recipients(work, house=desk.house)
    first, last = since.astimezone(AMSTERDAM).date(), today(until)
    days: list[date] = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [Due(f"{day}/{who.slug}", who.id, moment(day, at=ADDENDA_AT)) for day in days for who in everybody]


def _open(work: Work, _house: House, period: str) -> None:
    month, province = period.split("/")
    lifecycle.open_month(work, province=province_named(province), month=month_named(month))


def _gather(work: Work, house: House, period: str) -> None:
    """The freeze of one recipient, its undoing after a reopening, or an addendum that a coordinator allowed: the period says which."""
    month_text, province, slug, *rest = period.split("/")
    month, word = month_named(month_text), rest[0] if rest else ""
    _check_partner(work, slug)
    if word.startswith(f"{BACK}-"):
        lifecycle.undo_older_round(work, row=gathering_of(work, province=province_named(province), month=month))
    elif word.startswith(f"{LATE}-"):
        addenda.late(work, province=province_named(province), month=month, step=int(word.removeprefix(f"{LATE}-")))
    elif not lifecycle.is_gathered(work, province=province_named(province), month=month):  # else somebody did so by command
        gather_month(work, province=province, month=month, house=house)


def _check_partner(work: Work, slug: str) -> None:
    """A period names its own partner: who asks for a job under another one's name gets nothing done."""
    if partners_by_id(work)[work.partner].slug != slug:
        raise Conflict("Deze taak hoort bij een andere partner.")


def _remind(work: Work, house: House, period: str) -> None:
    month_text, province, _, day = period.split("/")
    month = month_named(month_text)
    row = gathering_of(work, province=province_named(province), month=month)
    if row.state == State.OPEN and is_silent(work, province=province, month=month):
        dedup = f"{month}/{province}/{day}"
        notice = Notice(work.partner, dedup, NoticeKind.REMINDER, "/aanleverberichten", lifecycle.PEOPLE, work.now)
        put_down(work, notice=notice)


def _deliver(work: Work, _house: House, period: str) -> None:
    month, province = period.split("/")
    row = gathering_of(work, province=province_named(province), month=month_named(month))
    if row.delivered_at is None:  # else somebody did so by command
        lifecycle.deliver_month(work, province=province, month=month_named(month))


def _seal(work: Work, house: House, period: str) -> None:
    month, province, slug = period.split("/")
    _check_partner(work, slug)
    seal(work, province=province_named(province), month=month_named(month), house=house)


def _never(_desk: Desk, _since: datetime, _until: datetime) -> Iterable[Due]:
    """Asked for by the delivery alone."""
    return ()


def _withdraw(work: Work, _house: House, _period: str) -> None:
    addenda.withdrawn(work)


def _seal_addenda(work: Work, house: House, _period: str) -> None:
    """Of whatever there is by now: everybody has this job every day, so that it tells nobody who got an addendum."""
    seal_addenda(work, house=house)


COLLECTION_JOBS = (
    Job("open", _opening, _open),
    Job("remind", _reminding, _remind, catch_up=CatchUp.LATEST, stale_after=REMINDERS_STALE),
    Job("gather", _gathering, _gather),
    Job("deliver", _delivering, _deliver),
    Job(lifecycle.PAPERS, _never, _seal),
    Job("addenda", _adding, _withdraw, catch_up=CatchUp.LATEST),
    Job("addenda_papers", _adding, _seal_addenda, catch_up=CatchUp.LATEST),
)
