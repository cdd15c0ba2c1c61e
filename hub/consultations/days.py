"""Every day of a year judged: why no consultation may fall on it, or what it costs and which month it would be about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

from hub.consultations.observances import Observance, observances
from hub.consultations.question import Absence, PlanRules
from hub.kernel.days import first_working_day, is_working_day, month_before, working_days_after
from hub.kernel.words import Month, month_of

A_DAY = timedelta(days=1)
MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
WEEKDAYS = "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag".split()
HARD = frozenset({"public_holiday", "liberation_day", "school_holiday", "religious_day", "keti_koti"})
SENTENCES: Mapping[str, str] = {
    "public_holiday": "Het is {}.", "liberation_day": "Het is {}.", "school_holiday": "Het is {}, regio Noord.", "keti_koti": "Het is {}.",
    "religious_day": "Rekening houden met {}.", "ramadan": "Rekening houden met de ramadan: liever klaar voor 16.30 uur.",
    "ashura": "Rekening houden met {}.", "jewish_day": "Rekening houden met {}.", "jewish_eve": "Rekening houden met de avond voor {}.",
    "after_divali": "Rekening houden met de dag na {}.", "beside_public_holiday": "De dag voor of na {}.",
    "near_school_holiday": "Vlak voor of na de {}.", "partner_day": "Partners zijn die dag vaak ergens anders: {}.",
    "memorial_day": "Rekening houden met {}.", "fifth_of_december": "Rekening houden met {}.",
    "keti_koti_eve": "Rekening houden met de dag voor {}.", "pride_week": "Partners zijn rond die tijd vaak ergens anders: {}.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is refused or costs points: the rule, one Dutch sentence, the points in hundredths, and where the rule is written."""

    rule: str
    sentence: str
    points: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One day: what refuses it, what it costs, and the last month whose cases can be prepared in time, with that freeze."""

    day: date
    refused: tuple[Reason, ...]
    costs: tuple[Reason, ...]
    reference: Month
    frozen: date
    earliest: date

    @property
    def cost(self) -> int:
        """All wishes that this day does not meet, in hundredths of a point."""
        return sum(reason.points for reason in self.costs)


@dataclass(frozen=True, slots=True)
class _Freeze:
    month: Month  # in which is frozen; the cases are of the month before
    day: date
    earliest: date


def judge_year(rules: PlanRules) -> Mapping[date, Judged]:
    """Every day of the year, in order; raises NoSchoolHolidays when they are not all known."""
    special = observances(rules.year, entered=rules.schools)
    freezes = _freezes(rules.year, rules.freeze_day, rules.lead)
    first = date(rules.year, 1, 1)
    days = [first + number * A_DAY for number in range((date(rules.year + 1, 1, 1) - first).days)]
    return {day: _judged(day, rules, special.get(day, ()), freezes) for day in days}


def in_dutch(day: date) -> str:
    """A day as people say it: donderdag 28 januari."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def short(day: date) -> str:
    """A day without its weekday: 28 januari."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def why_absent(absence: Absence) -> str:
    """Who cannot come and when, as a sentence."""
    on = "" if absence.weekday is None else f" op {WEEKDAYS[absence.weekday - 1]}"
    if absence.first is None or absence.last is None:
        return f"{absence.who} kan niet{on}."
    if absence.first == absence.last:
        return f"{absence.who} kan niet op {in_dutch(absence.first)}."
    return f"{absence.who} kan niet{on} van {short(absence.first)} tot en met {short(absence.last)}."


def _judged(day: date, rules: PlanRules, special: tuple[Observance, ...], freezes: tuple[_Freeze, ...]) -> Judged:
    freeze = next(one for one in reversed(freezes) if one.earliest <= day)
    refused = [*_calendar(day, special), *_own(day, rules)]
    own = next(one for one in freezes if one.month == month_of(day))
    if rules.same_month and day < own.earliest:
        refused.append(_too_early(own, rules))
    costs = [Reason(one.rule, _said(one), rules.weight(one.rule), one.source) for one in special if one.rule not in HARD]
    if day.isoweekday() != rules.weekday:
        costs.append(Reason("weekday", f"Het is geen {WEEKDAYS[rules.weekday - 1]}.", rules.weight("weekday")))
    if waited := _working_days_between(freeze.earliest, day):
        many = "1 werkdag" if waited == 1 else f"{waited} werkdagen"
        costs.append(Reason("freshness", f"De zaken liggen {many} langer dan nodig is.", waited * rules.weight("freshness")))
    fresh = tuple(one for one in costs if one.points)
    return Judged(day, tuple(refused), fresh, month_before(freeze.month), freeze.day, freeze.earliest)


def _calendar(day: date, special: tuple[Observance, ...]) -> Iterator[Reason]:
    if day.isoweekday() > 5:
        yield Reason("weekend", "Het is weekend.")
    yield from (Reason(one.rule, _said(one), source=one.source) for one in special if one.rule in HARD)


def _own(day: date, rules: PlanRules) -> Iterator[Reason]:
    for number, absence in enumerate(rules.unavailable):
        if absence.is_on(day):
            yield Reason(f"absent/{number}", why_absent(absence), source="verhindering")
    for body in rules.taken.get(day, ()):
        yield Reason("taken", f"Er is die dag al een ander overleg met dezelfde mensen: {body}.", source="andere jaarplannen")


def _too_early(freeze: _Freeze, rules: PlanRules) -> Reason:
    month = MONTHS[month_before(freeze.month).number - 1]
    frozen = f"de zaken van {month} worden bevroren op {short(freeze.day)}"
    sentence = f"Te vroeg: {frozen}; na {rules.lead} werkdagen kan het, vanaf {short(freeze.earliest)}."
    return Reason("lead", sentence, source="planregels van de jaarreeks")


def _said(observance: Observance) -> str:
    return SENTENCES[observance.rule].format(observance.name)


@cache
def _freezes(year: int, freeze_day: int, lead: int) -> tuple[_Freeze, ...]:
    months = [*(Month(year - 1, number) for number in range(6, 13)), *(Month(year, number) for number in range(1, 13))]
    days = [working_days_after(first_working_day(month), count=freeze_day - 1) for month in months]
    return tuple(_Freeze(month, day, working_days_after(day, count=lead)) for month, day in zip(months, days, strict=True))


def _working_days_between(first: date, day: date) -> int:
    return _worked(day.year)[day] - _worked(day.year)[first]


@cache
def _worked(year: int) -> Mapping[date, int]:
    """Per day from the middle of the year before: how many working days have come by then."""
    start = date(year - 1, 6, 1)
    days = [start + number * A_DAY for number in range((date(year + 1, 1, 1) - start).days)]
    return dict(zip(days, accumulate(map(is_working_day, days)), strict=True))
