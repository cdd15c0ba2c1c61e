"""Days on which people work in the Netherlands, and the moments of a monthly collection that follow from them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from hub.kernel.words import Month

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LIBERATION = "Bevrijdingsdag"  # a day off once in five years, by custom; here people work on it
OPENS, REMINDS, FREEZES, DELIVERS = time(0, 5), time(9), time(17), time(9)
REMINDERS = (5, 2, 0)  # working days before the freeze
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CollectionDates:
    """When the collection of one month opens, reminds, freezes and is delivered, if nobody moves it; moments in UTC."""

    opening: datetime
    reminders: tuple[datetime, ...]
    freeze: datetime
    delivery: datetime


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no public holiday; 5 May is a working day unless it is Ascension Day as well."""
    return day.weekday() < 5 and day not in _days_off(day.year)


def first_working_day(month: Month) -> date:
    """The first day of this month on which people work."""
    return working_days_after(date(month.year, month.number, 1) - A_DAY, count=1)


def working_days_after(day: date, *, count: int) -> date:
    """The working day that is so many working days later; with none it is the day itself, whatever day that is."""
    return _step(day, count, A_DAY)


def working_days_before(day: date, *, count: int) -> date:
    """The working day that is so many working days earlier; with none it is the day itself, whatever day that is."""
    return _step(day, count, -A_DAY)


def month_after(month: Month) -> Month:
    """The next month."""
    return Month(month.year + 1, 1) if month.number == 12 else Month(month.year, month.number + 1)


def month_before(month: Month) -> Month:
    """The month before."""
    return Month(month.year - 1, 12) if month.number == 1 else Month(month.year, month.number - 1)


def moment(day: date, *, at: time) -> datetime:
    """This time of this day in the Netherlands, in UTC: an hour that is skipped lands after the gap, of a double hour it is the first."""
    return datetime.combine(day, at.replace(fold=0), tzinfo=AMSTERDAM).astimezone(UTC)


def collection_dates(month: Month) -> CollectionDates:
    """What is planned for this month: open from its first day, frozen on the first working day after it, delivered a working day later."""
    freeze = first_working_day(month_after(month))
    return CollectionDates(
        opening=moment(date(month.year, month.number, 1), at=OPENS),
        reminders=reminders_before(moment(freeze, at=FREEZES)),
        freeze=moment(freeze, at=FREEZES),
        delivery=delivery_after(moment(freeze, at=FREEZES)),
    )


def reminders_before(freeze: datetime) -> tuple[datetime, ...]:
    """The moments at which givers without a statement are reminded of this freeze, the earliest first."""
    day = freeze.astimezone(AMSTERDAM).date()
    return tuple(moment(working_days_before(day, count=count), at=REMINDS) for count in REMINDERS)


def delivery_after(freeze: datetime) -> datetime:
    """When what was frozen then is delivered: the next working day in the morning."""
    return moment(working_days_after(freeze.astimezone(AMSTERDAM).date(), count=1), at=DELIVERS)


def _step(day: date, count: int, step: timedelta) -> date:
    if count < 0:
        raise ValueError("a number of days is not negative")
    while count:
        day += step
        count -= is_working_day(day)
    return day


@cache
def _days_off(year: int) -> frozenset[date]:
    known = country_holidays("NL", years=year, language="nl")
    return frozenset(day for day in known if known.get_list(day) != [LIBERATION])
