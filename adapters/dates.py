"""Reads dates by patterns without guessing: a pattern says which parts a date has, and with that how precise it is."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from hub.sharing.facts import Span, day_of, month_span, quarter_of, week_of, year_of

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
_EXCEL_ZERO = date(1899, 12, 30)
_MONTHS = (
    ("januari", "jan", "january", "jannewaris"),
    ("februari", "feb", "february", "febrewaris"),
    ("maart", "mrt", "mar", "march", "maaie"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "jun", "june"),
    ("juli", "jul", "july"),
    ("augustus", "aug", "august"),
    ("september", "sep", "sept", "septimber"),
    ("oktober", "okt", "oct", "october"),
    ("november", "nov"),
    ("december", "dec", "desimber"),
)
_NUMBER_OF_MONTH = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_TOKENS = {
    "yyyy": r"(?P<year>\d{4})",
    "yy": r"(?P<short>\d{2})",
    "mm": r"(?P<month>\d{1,2})",
    "dd": r"(?P<day>\d{1,2})",
    "month": r"(?P<name>[^\W\d_]+)\.?",
    "weekday": r"[^\W\d_]+\.?",
    "week": r"(?P<week>\d{1,2})",
    "quarter": r"(?P<quarter>[1-4])",
    "time": r"\d{1,2}(?:[:.]\d{2}){1,2}(?:[.,]\d{1,9})?(?: ?[AaPp]\.?[Mm]\.?)?",
    "zone": r"(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)",
    "excel": r"(?P<excel>\d{1,7}(?:\.\d+)?)",
    "epoch_ms": r"(?P<epoch_ms>-?\d{1,14})",
    "epoch_s": r"(?P<epoch_s>-?\d{1,11})",
}
PARTS = tuple(_TOKENS)
_WORD = re.compile("'[^']*'|" + "|".join(sorted(_TOKENS, key=len, reverse=True)) + r"|\s+|.", re.DOTALL)
_COARSER: dict[str, Callable[[date], Span]] = {"week": week_of, "month": month_span, "quarter": quarter_of, "year": year_of}


_MOMENT = re.compile(r"epoch_m?s|time.*zone")


class NotADate(ValueError):
    """A text that fits no pattern, or a day that does not exist; the text of the error is a Dutch sentence."""


def date_reader(patterns: tuple[str, ...], *, precision: str | None, timezone: str | None = None) -> Callable[[str], Span]:
    """A function that reads a text by the first pattern that fits; raises ValueError here for a pattern that names no date.

    The function raises NotADate. A `precision` coarser than what is written makes the date that coarse. With a `timezone` a moment
    that says how far it is from Greenwich is the day that it was there; without one, the day is taken as it is written.
    """
    compiled = [_compiled(pattern, is_moment=timezone is not None) for pattern in patterns]
    there = _zone_of(timezone, patterns=patterns)

    def read(text: str) -> Span:
        for pattern in compiled:
            if (found := pattern.fullmatch(text)) is not None:
                return _coarsened(_span_of(found.groupdict(), there=there), precision=precision)
        raise NotADate(f"Dit is geen datum zoals afgesproken ({' of '.join(patterns)}).")

    return read


def _zone_of(name: str | None, *, patterns: tuple[str, ...]) -> tzinfo:
    if name is None:
        return UTC
    if not any(_MOMENT.search(pattern) for pattern in patterns):
        raise ValueError("naast 'timezone' hoort een patroon met 'time' en 'zone', of met 'epoch_ms' of 'epoch_s'")
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ValueError(f"de tijdzone '{name}' bestaat niet; schrijf bijvoorbeeld Europe/Amsterdam") from None


def _compiled(pattern: str, *, is_moment: bool) -> re.Pattern[str]:
    words = _WORD.findall(pattern)
    parts = []
    for place, word in enumerate(words):
        if word.isspace():
            parts.append(r"\s+")
        elif word not in _TOKENS:
            parts.append(re.escape(word.strip("'") or word))
        else:
            neighbours = (words[place - 1 : place] if place else []) + words[place + 1 : place + 2]
            touches = any(neighbour in ("yyyy", "yy", "mm", "dd") for neighbour in neighbours)
            parts.append(_TOKENS[word].replace("{1,2}", "{2}") if touches and word in ("mm", "dd") else _TOKENS[word])
    names = {word for word in words if word in _TOKENS}
    if not names & {"yyyy", "yy", "excel", "epoch_ms", "epoch_s"}:
        raise ValueError(f"het datumpatroon '{pattern}' noemt geen jaar")
    if "dd" in names and not names & {"mm", "month"}:
        raise ValueError(f"het datumpatroon '{pattern}' noemt een dag maar geen maand")
    if is_moment and {"time", "zone", "dd"} <= names:
        parts = [f"(?P<{word}>{part})" if word in ("time", "zone") else part for word, part in zip(words, parts, strict=True)]
    try:
        return re.compile("".join(parts))
    except re.error:
        raise ValueError(f"het datumpatroon '{pattern}' noemt een deel twee keer") from None


def _span_of(parts: dict[str, str | None], *, there: tzinfo) -> Span:
    try:
        span = _span_of_parts(parts, there=there)
    except (ValueError, OverflowError):
        raise NotADate("Deze dag bestaat niet in de kalender.") from None
    if span.first < EARLIEST or span.last > LATEST:
        raise NotADate(f"Deze datum ligt niet tussen {EARLIEST.year} en {LATEST.year}.")
    return span


def _span_of_parts(parts: dict[str, str | None], *, there: tzinfo) -> Span:
    if (moment := parts.get("epoch_ms")) is not None:
        return day_of(datetime.fromtimestamp(int(moment) / 1000, there).date())
    if (moment := parts.get("epoch_s")) is not None:
        return day_of(datetime.fromtimestamp(int(moment), there).date())
    if (number := parts.get("excel")) is not None:
        if float(number) < 61:
            raise ValueError
        return day_of(_EXCEL_ZERO + timedelta(days=int(float(number))))
    year = _year(parts)
    if (week := parts.get("week")) is not None:
        return _holding(date.fromisocalendar(year, int(week), 1))
    if (quarter := parts.get("quarter")) is not None:
        return quarter_of(date(year, int(quarter) * 3, 1))
    month = _month(parts)
    if month is None:
        return year_of(date(year, 1, 1))
    if (day := parts.get("day")) is None:
        return month_span(date(year, month, 1))
    written = date(year, month, int(day))
    if (time := parts.get("time")) is None:
        return day_of(written)
    return day_of(_moment(written, time=time, zone=parts.get("zone") or "Z").astimezone(there).date())


def _moment(day: date, *, time: str, zone: str) -> datetime:
    """The moment in Greenwich of a time that is written with how far it is from there."""
    numbers = [int(number) for number in re.findall(r"\d+", time)]
    hour, minute, second = numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else 0
    if half := re.search("[AaPp]", time):
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    digits = zone[1:].replace(":", "") if zone[0] in "+-" else ""
    ahead = timedelta(hours=int(digits[:2] or 0), minutes=int(digits[2:] or 0))
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=UTC) - (-ahead if zone[0] == "-" else ahead)


def _year(parts: dict[str, str | None]) -> int:
    if (written := parts.get("year")) is not None:
        return int(written)
    short = int(parts.get("short") or "")
    return 2000 + short if short < 70 else 1900 + short


def _month(parts: dict[str, str | None]) -> int | None:
    if (name := parts.get("name")) is not None:
        if name.casefold() not in _NUMBER_OF_MONTH:
            raise NotADate(f"'{name[:20]}' is geen maand.")
        return _NUMBER_OF_MONTH[name.casefold()]
    return int(written) if (written := parts.get("month")) is not None else None


def _holding(monday: date) -> Span:
    """The finest stretch that we know which holds this whole ISO week; such a week is no week of a month, so it becomes coarser."""
    sunday = monday + timedelta(days=6)
    return next(
        (shape(monday) for shape in (month_span, quarter_of) if shape(monday) == shape(sunday)), year_of(monday + timedelta(days=3))
    )


def _coarsened(span: Span, *, precision: str | None) -> Span:
    if precision in (None, "day"):
        return span
    wider = _COARSER[precision or "year"](span.first)
    return wider if wider.last >= span.last else span
