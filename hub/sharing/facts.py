"""Facts: the typed values of one contribution, and the circumstances that rules may look at but never share."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hub.kernel.errors import Invalid
from hub.partners.rules import Partner

FACTS = (
    "incident_date",
    "place",
    "online",
    "ground",
    "terrain",
    "nature",
    "report_kind",
    "public_task",
    "mass_report",
    "reported_by",
    "residence",
    "contact_wish",
    "reported_elsewhere",
    "also_known_to",
    "narrative",
    "accused",
    "status",
    "handling",
    "offence",
    "outcome",
)
STEERING = ("anonymity", "reporter_age", "inquiry", "police_regime", "prosecution", "weighty_interest")

WEEK_STARTS = (1, 8, 15, 22)
_WRITTEN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d\d)(?:-(\d\d)(?:/(\d{4})-(\d\d)-(\d\d))?)?))?")


class NotASpan(Invalid):
    """A text that names no day, week of a month, month, quarter or year."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of days, both included: one day, a week of a month (1–7, 8–14, 15–21, 22–end), a month, a quarter or a year."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self not in (day_of(self.first), week_of(self.first), month_span(self.first), quarter_of(self.first), year_of(self.first)):
            raise NotASpan("Dit is geen dag, week van een maand, maand, kwartaal of jaar.")

    def __str__(self) -> str:
        first, last = self.first, self.last
        if first == last:
            return first.isoformat()
        if last.day - first.day < 10 and first.month == last.month:
            return f"{first.isoformat()}/{last.isoformat()}"
        if first.month == last.month:
            return f"{first.year:04d}-{first.month:02d}"
        if first.month == last.month - 2:
            return f"{first.year:04d}-Q{(first.month + 2) // 3}"
        return f"{first.year:04d}"


def _span(first: date, last: date) -> Span:
    made = object.__new__(Span)
    object.__setattr__(made, "first", first)
    object.__setattr__(made, "last", last)
    return made


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def day_of(day: date) -> Span:
    """This one day."""
    return _span(day, day)


def week_of(day: date) -> Span:
    """The week of the month in which this day lies; it never crosses a month, so that it is a function of the day and the month of it."""
    start = max(number for number in WEEK_STARTS if number <= day.day)
    first = day.replace(day=start)
    return _span(first, first + timedelta(days=6) if start < WEEK_STARTS[-1] else _end_of_month(day.year, day.month))


def month_span(day: date) -> Span:
    """The month in which this day lies."""
    return _span(day.replace(day=1), _end_of_month(day.year, day.month))


def quarter_of(day: date) -> Span:
    """The quarter in which this day lies."""
    opening = (day.month - 1) // 3 * 3 + 1
    return _span(date(day.year, opening, 1), _end_of_month(day.year, opening + 2))


def year_of(day: date) -> Span:
    """The year in which this day lies."""
    return _span(date(day.year, 1, 1), date(day.year, 12, 31))


def parse_span(text: str) -> Span:
    """Read back what `str(span)` writes; anything else is `NotASpan`, also a week that is not a week of a month."""
    written = _WRITTEN.fullmatch(text)
    if written is None or not text.isascii():
        raise NotASpan("Dit is geen datum of periode zoals 2026-10-07, 2026-10-01/2026-10-07, 2026-10, 2026-Q4 of 2026.")
    year, quarter, month, day, *last = written.groups()
    try:
        if quarter:
            return quarter_of(date(int(year), int(quarter) * 3, 1))
        if month is None:
            return year_of(date(int(year), 1, 1))
        if day is None:
            return month_span(date(int(year), int(month), 1))
        first = date(int(year), int(month), int(day))
        span = day_of(first) if last[0] is None else week_of(first)
        asked = first if last[0] is None else date(*(int(part) for part in last))
    except ValueError:
        raise NotASpan("Deze dag bestaat niet in de kalender.") from None
    if (span.first, span.last) != (first, asked):
        raise NotASpan("Een week loopt van dag 1, 8, 15 of 22 tot de volgende, binnen één maand.")
    return span


class Absence(StrEnum):
    """Why a fact has no value; the giver sees which, a recipient never does."""

    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"
    ERASED = "erased"


Value = Span | str | bool | tuple[str, ...]
Facts = Mapping[str, Value | Absence]
Circumstances = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One contribution as its giver knows it: everything a decision may look at, and nothing about any recipient."""

    giver: Partner
    facts: Facts
    circumstances: Circumstances
    first_released_on: date
    closed_on: date | None = None
