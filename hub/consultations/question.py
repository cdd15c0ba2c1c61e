"""What a year plan is asked: how many days, how far apart, and everything that it has to keep to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Self

from hub.kernel.errors import Invalid, Problem

WEIGHTS: Mapping[str, int] = {  # hundredths of a point per day; each may be changed for one series
    "ramadan": 300, "ashura": 200, "jewish_day": 600, "jewish_eve": 200, "after_divali": 400, "beside_public_holiday": 400,
    "near_school_holiday": 200, "partner_day": 500, "keti_koti_eve": 400, "memorial_day": 300, "fifth_of_december": 200,
    "pride_week": 600, "weekday": 100, "freshness": 30,
}  # fmt: skip
MOST = 12
YEARS = range(2020, 2036)  # after them the calendars lack Holi, without saying so
LEAST_GAP = 32  # so that two consultations of a body never speak of the same month
LEAST_GAP_WITH_OLDER = 45  # the same, where a consultation may use an older collection


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody who is needed and cannot come: on a weekday (1 is Monday), from a first to a last day, or that weekday within those days."""

    who: str
    weekday: int | None = None
    first: date | None = None
    last: date | None = None

    def is_on(self, day: date) -> bool:
        """Whether it keeps a consultation from this day."""
        return (
            (self.weekday is None or day.isoweekday() == self.weekday)
            and (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
        )


@dataclass(frozen=True, slots=True)
class SchoolBreak:
    """A school holiday with its first and last day, and where that is written."""

    name: str
    first: date
    last: date
    source: str


@dataclass(frozen=True, slots=True)
class PlanRules:
    """The question of a year plan; places are counted from 1, weekdays from Monday = 1, and `gap` holds every number of days allowed.

    Raises Invalid, with a problem per field, when no plan could ever be meant by it.
    """

    year: int
    number: int
    previous: date
    gap: range
    lead: int
    freeze_day: int = 1
    weekday: int = 4
    same_month: bool = True
    unavailable: tuple[Absence, ...] = ()
    taken: Mapping[date, tuple[str, ...]] = field(default_factory=dict)
    locked: Mapping[int, date] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    schools: tuple[SchoolBreak, ...] = ()

    def __post_init__(self) -> None:
        problems = tuple(Problem(place, sentence) for place, sentence in _wrong(self))
        if problems:
            raise Invalid("Met deze regels kan geen jaar worden gepland.", problems)

    def weight(self, rule: str) -> int:
        """What breaking this wish costs, in hundredths of a point."""
        return self.weights.get(rule, WEIGHTS[rule])

    def to_json(self) -> dict[str, object]:
        """The same question as plain JSON; `from_json` gives back an equal one."""
        return {
            "year": self.year, "number": self.number, "previous": self.previous.isoformat(), "gap": [self.gap.start, self.gap.stop - 1],
            "lead": self.lead, "freeze_day": self.freeze_day, "weekday": self.weekday, "same_month": self.same_month,
            "unavailable": [[one.who, one.weekday, _text(one.first), _text(one.last)] for one in self.unavailable],
            "taken": {day.isoformat(): list(who) for day, who in sorted(self.taken.items())},
            "locked": {str(place): day.isoformat() for place, day in sorted(self.locked.items())},
            "weights": dict(sorted(self.weights.items())),
            "schools": [[one.name, one.first.isoformat(), one.last.isoformat(), one.source] for one in self.schools],
        }  # fmt: skip

    @classmethod
    def from_json(cls, said: object) -> Self:
        """The question that was written so; raises Invalid when it is anything else."""
        try:
            return cls(**_read(said))  # type: ignore[arg-type]  # each field is read as its own type below
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Invalid("Deze planregels zijn niet te lezen.") from None


def gap_cost(gap: int, *, number: int) -> int:
    """What a distance in days costs that is not an equal part of the year: 100 for a week squared, in whole hundredths, rounded."""
    off = number * gap - 365
    return (200 * off * off + 49 * number * number) // (98 * number * number)


def _wrong(rules: PlanRules) -> list[tuple[str, str]]:
    least = LEAST_GAP if rules.same_month else LEAST_GAP_WITH_OLDER
    order = [day for _, day in sorted(rules.locked.items())]
    unknown = [*rules.weights.keys() - WEIGHTS.keys(), *[name for name, points in rules.weights.items() if not 0 <= points <= 100_000]]
    found = {
        "year": (f"Kies een jaar van {YEARS[0]} tot en met {YEARS[-1]}; verder gaan de kalenders niet.", rules.year in YEARS),
        "number": (f"Kies 1 tot en met {MOST} bijeenkomsten.", 1 <= rules.number <= MOST),
        "previous": (
            "De vorige bijeenkomst ligt voor dit jaar, en niet meer dan twee jaar.", rules.year - 3 < rules.previous.year < rules.year,
        ),
        "gap": (
            f"Tussen twee bijeenkomsten liggen minstens {least} dagen, anders bespreken ze dezelfde maand.",
            rules.gap.step == 1 and least <= rules.gap.start < rules.gap.stop <= 401,
        ),
        "lead": ("De voorbereiding duurt 0 tot en met 40 werkdagen.", 0 <= rules.lead <= 40),
        "freeze_day": ("De zaken worden bevroren op de 1e tot en met de 15e werkdag.", 1 <= rules.freeze_day <= 15),
        "weekday": ("De voorkeursdag is maandag tot en met vrijdag (1 tot en met 5).", 1 <= rules.weekday <= 5),
        "unavailable": (
            "Een verhindering is een werkdag (1 tot en met 5), of een periode waarvan de laatste dag niet voor de eerste ligt.",
            all(_is_clear(one) for one in rules.unavailable),
        ),
        "locked": (
            "Vastgezette dagen liggen in het jaar, op volgorde, op een plaats die er is.",
            all(1 <= place <= rules.number and day.year == rules.year for place, day in rules.locked.items())
            and all(a < b for a, b in pairwise(order)),
        ),
        "weights": ("Een weging heeft een bekende naam en 0 tot en met 100000 punten.", not unknown),
        "schools": ("Een schoolvakantie eindigt niet voor zij begint.", all(one.first <= one.last for one in rules.schools)),
    }  # fmt: skip
    return [(place, sentence) for place, (sentence, is_fine) in found.items() if not is_fine]


def _is_clear(absence: Absence) -> bool:
    has_period = absence.first is not None and absence.last is not None and absence.first <= absence.last
    no_period = absence.first is None and absence.last is None
    return (has_period or (no_period and absence.weekday is not None)) and absence.weekday in (None, 1, 2, 3, 4, 5)


def _read(said: object) -> dict[str, object]:
    if not isinstance(said, dict):
        raise TypeError
    first, last = said["gap"]
    return {
        **{name: _whole(said[name]) for name in ("year", "number", "lead", "freeze_day", "weekday")},
        "previous": date.fromisoformat(said["previous"]),
        "gap": range(_whole(first), _whole(last) + 1),
        "same_month": _yes_or_no(said["same_month"]),
        "unavailable": tuple(_absence(*one) for one in said["unavailable"]),
        "taken": {date.fromisoformat(day): tuple(_word(one) for one in who) for day, who in said["taken"].items()},
        "locked": {int(place): date.fromisoformat(day) for place, day in said["locked"].items()},
        "weights": {_word(name): _whole(points) for name, points in said["weights"].items()},
        "schools": tuple(_school(*one) for one in said["schools"]),
    }  # fmt: skip


def _absence(who: object, weekday: object, first: object, last: object) -> Absence:
    return Absence(_word(who), None if weekday is None else _whole(weekday), _day(first), _day(last))


def _school(name: object, first: object, last: object, source: object) -> SchoolBreak:
    return SchoolBreak(_word(name), date.fromisoformat(_word(first)), date.fromisoformat(_word(last)), _word(source))


def _whole(said: object) -> int:
    if isinstance(said, bool) or not isinstance(said, int):
        raise TypeError
    return said


def _yes_or_no(said: object) -> bool:
    if not isinstance(said, bool):
        raise TypeError
    return said


def _word(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError
    return said


def _day(said: object) -> date | None:
    return None if said is None else date.fromisoformat(_word(said))


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
