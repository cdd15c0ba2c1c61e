"""Days that matter to people, each with where that is written: public, school, religious and memorial days."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.metadata import version

from hijridate import Hijri
from holidays import country_holidays
from pyluach.dates import GregorianDate, HebrewDate

from hub.consultations.question import SchoolBreak
from hub.kernel.errors import Invalid

A_DAY = timedelta(days=1)
VERSIONS: Mapping[str, str] = {name: version(name) for name in ("holidays", "hijridate", "pyluach")}
BREAKS = ("Voorjaarsvakantie", "Meivakantie", "Zomervakantie", "Herfstvakantie", "Kerstvakantie")  # all five begin in each year
ROLLS = "Regeling vaststelling schoolvakanties 2025-2030, regio Noord (Stcrt. 2024, 19237)"
LAW = "Algemene termijnenwet, artikel 3"
HIJRI, HEBREW, SURINAME = "kalender van Umm al-Qura", "joodse kalender", "kalender van Suriname"
CUSTOM = "afspraak van de partners"


@dataclass(frozen=True, slots=True)
class Observance:
    """Why a day is special: the rule it falls under, its Dutch name and the source."""

    rule: str
    name: str
    source: str


class NoSchoolHolidays(Invalid):
    """The school holidays of a year are not all known, so a plan would fall in one; `missing` names those that begin in no place."""

    def __init__(self, year: int, *, missing: tuple[str, ...]) -> None:
        super().__init__(
            f"Van {year} zijn nog niet alle schoolvakanties van regio Noord bekend: {', '.join(name.lower() for name in missing)}. "
            "Vul ze in met de bron, of wacht tot ze zijn vastgesteld."
        )
        self.year, self.missing = year, missing


def public_days(year: int) -> Mapping[date, str]:
    """The public holidays of this year with their names; 5 May is none of them."""
    return dict(country_holidays("NL", years=year, language="nl", categories=("public",)).items())


def school_breaks(year: int, *, entered: tuple[SchoolBreak, ...] = ()) -> tuple[SchoolBreak, ...]:
    """Every school holiday of region Noord that touches this year; raises NoSchoolHolidays unless all five begin in it."""
    days: dict[date, str] = {}
    for one in (year - 1, year, year + 1):
        days |= dict(country_holidays("NL", subdiv="Noord", years=one, categories=("school",), language="nl").items())
    found = [SchoolBreak(name, first, last, ROLLS) for name, first, last in _runs(days)]
    found += [one for one in entered if not any(one.name == known.name and one.first == known.first for known in found)]
    missing = tuple(name for name in BREAKS if not any(one.name == name and one.first.year == year for one in found))
    if missing:
        raise NoSchoolHolidays(year, missing=missing)
    return tuple(sorted((one for one in found if one.last.year >= year >= one.first.year), key=lambda one: one.first))


@cache
def observances(year: int, *, entered: tuple[SchoolBreak, ...] = ()) -> Mapping[date, tuple[Observance, ...]]:
    """Per day of this year everything that speaks against it; raises NoSchoolHolidays when the school holidays are not all known."""
    found: defaultdict[date, dict[str, Observance]] = defaultdict(dict)
    for day, observance in (*_national(year), *_of_schools(year, entered), *_islamic(year), *_jewish(year), *_other(year)):
        if day.year == year:
            # two wishes of one rule count once; two feasts are both named
            found[day].setdefault(observance.name if observance.rule == "religious_day" else observance.rule, observance)
    return {day: tuple(one.values()) for day, one in sorted(found.items())}


def _runs(days: Mapping[date, str]) -> Iterator[tuple[str, date, date]]:
    first: date | None = None
    for day in sorted(days):
        first = first or day
        if days.get(day + A_DAY) != days[day]:
            yield days[day], first, day
            first = None


def _national(year: int) -> Iterator[tuple[date, Observance]]:
    for near in (year - 1, year, year + 1):
        for day, name in sorted(public_days(near).items()):
            yield day, Observance("public_holiday", name, LAW)
            besides = [one for one in (day - A_DAY, day + A_DAY) if one not in public_days(one.year)]
            yield from ((one, Observance("beside_public_holiday", name, CUSTOM)) for one in besides)
    yield date(year, 5, 5), Observance("liberation_day", "Bevrijdingsdag", CUSTOM)


def _of_schools(year: int, entered: tuple[SchoolBreak, ...]) -> Iterator[tuple[date, Observance]]:
    breaks = school_breaks(year, entered=entered)
    off = {day for one in breaks for day in _span(one.first, one.last)}
    for one in breaks:
        for day in _span(one.first, one.last):
            yield day, Observance("school_holiday", one.name, one.source)
        for day in (*_span(one.first - 2 * A_DAY, one.first - A_DAY), *_span(one.last + A_DAY, one.last + 3 * A_DAY)):
            if day not in off:
                yield day, Observance("near_school_holiday", one.name, CUSTOM)


def _islamic(year: int) -> Iterator[tuple[date, Observance]]:
    latest = 2 + (year - 621) * 33 // 32
    for hijri in range(latest - 4, latest + 1):
        for month, number, name in ((10, 1, "Suikerfeest"), (12, 10, "Offerfeest")):
            feast = _gregorian(hijri, month, number)
            for day in (feast - A_DAY, feast, feast + A_DAY):  # the moon decides, a day earlier or later
                yield day, Observance("religious_day", name, HIJRI)
        for day in _span(_gregorian(hijri, 9, 1), _gregorian(hijri, 10, 1) - A_DAY):
            yield day, Observance("ramadan", "Ramadan", HIJRI)
        yield _gregorian(hijri, 1, 10), Observance("ashura", "Asjoera", HIJRI)


def _gregorian(year: int, month: int, number: int) -> date:
    return date.fromisoformat(Hijri(year, month, number).to_gregorian().isoformat())


JEWISH = (  # month and day in the Jewish calendar, counted from Nisan; the rule they fall under
    (1, 15, "Pesach", "religious_day"), (1, 16, "Pesach", "religious_day"), (1, 21, "Pesach", "jewish_day"),
    (1, 22, "Pesach", "jewish_day"), (3, 6, "Sjavoeot", "jewish_day"), (3, 7, "Sjavoeot", "jewish_day"),
    (7, 1, "Rosj Hasjana", "religious_day"), (7, 2, "Rosj Hasjana", "religious_day"),
    (7, 10, "Jom Kipoer", "religious_day"), (7, 15, "Soekot", "jewish_day"),
    (7, 16, "Soekot", "jewish_day"), (7, 22, "Sjemini Atseret", "jewish_day"), (7, 23, "Simchat Thora", "jewish_day"),
)  # fmt: skip


def _jewish(year: int) -> Iterator[tuple[date, Observance]]:
    first = GregorianDate(year, 1, 1).to_heb().year
    days = {HebrewDate(one, month, number).to_pydate(): (name, rule) for one in (first, first + 1) for month, number, name, rule in JEWISH}
    for day, (name, rule) in sorted(days.items()):
        yield day, Observance(rule, name, HEBREW)
        if day - A_DAY not in days:
            yield day - A_DAY, Observance("jewish_eve", name, HEBREW)


OTHER = (
    (1, 27, "partner_day", "Internationale Holocaustherdenkingsdag"), (3, 21, "partner_day", "Internationale dag tegen racisme"),
    (5, 17, "partner_day", "Internationale dag tegen homofobie, bifobie en transfobie"), (10, 11, "partner_day", "Coming-Outdag"),
    (5, 4, "memorial_day", "Dodenherdenking"), (11, 20, "memorial_day", "Transgender Gedenkdag"),
    (12, 10, "memorial_day", "Dag van de mensenrechten"), (12, 5, "fifth_of_december", "Sinterklaasavond"),
    (6, 30, "keti_koti_eve", "Keti Koti"), (7, 1, "keti_koti", "Keti Koti"),
)  # fmt: skip


def _other(year: int) -> Iterator[tuple[date, Observance]]:
    for month, number, rule, name in OTHER:
        yield date(year, month, number), Observance(rule, name, CUSTOM)
    for day, names in country_holidays("SR", years=year, language="en_US").items():
        if "Diwali" in names:
            yield day, Observance("religious_day", "Divali", SURINAME)
            yield day + A_DAY, Observance("after_divali", "Divali", SURINAME)
        if "Holi" in names.split("; "):
            yield day, Observance("religious_day", "Holi-Phagwa", SURINAME)
    first = next(day for day in _span(date(year, 8, 1), date(year, 8, 7)) if day.isoweekday() == 6)
    for day in _span(first - 7 * A_DAY, first + A_DAY):
        yield day, Observance("pride_week", "Pride", CUSTOM)


def _span(first: date, last: date) -> Iterator[date]:
    return (first + number * A_DAY for number in range((last - first).days + 1))
