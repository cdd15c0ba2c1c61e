"""The plan of a year: the days that obey every hard rule and cost least, why each of them, and what any other day would cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from hub.consultations.cheapest import Board, Plan, best_plans, cheapest_with, potentials, reserves
from hub.consultations.clashing import NoPlan, board_of, why_none
from hub.consultations.days import Judged, Reason, in_dutch, judge_year
from hub.consultations.question import Absence, PlanRules, gap_cost
from hub.kernel.errors import Invalid
from hub.kernel.words import Month

__all__ = ["Absence", "NoPlan", "PlanRules", "Reason"]  # a question is made, and its refusal caught, where it is asked
NEXT_BEST, RESERVES = 4, 2


@dataclass(frozen=True, slots=True)
class Reserve:
    """Another day for one place while the others stay, and how much more the year then costs."""

    day: date
    extra: int


@dataclass(frozen=True, slots=True)
class Place:
    """One consultation of the year: its day, what that costs and why, the month it is about, and what a locked day breaks."""

    number: int
    day: date
    gap: int
    day_cost: int
    gap_cost: int
    reasons: tuple[Reason, ...]
    broken: tuple[Reason, ...]
    reserves: tuple[Reserve, ...]
    reference: Month
    frozen: date
    earliest: date


@dataclass(frozen=True, slots=True)
class Planned:
    """The cheapest year, the days that are refused with every reason, and the plans that come after it."""

    rules: PlanRules
    cost: int
    places: tuple[Place, ...]
    candidates: Mapping[date, Judged]
    refused: Mapping[date, tuple[Reason, ...]]
    next_best: tuple[Plan, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the plan, in order."""
        return tuple(place.day for place in self.places)


@dataclass(frozen=True, slots=True)
class Priced:
    """What days of somebody's own choice cost, how much more than the cheapest plan, and which hard rules they break.

    `difference` is None when these rules allow no plan at all.
    """

    cost: int
    difference: int | None
    places: tuple[Place, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """What one day would mean: refused and why, or its costs, with the cheapest plan that holds it and how much more that costs."""

    judged: Judged
    best: Plan | None
    extra: int | None

    @property
    def is_candidate(self) -> bool:
        """Whether no hard rule refuses the day itself; it may still be too near another consultation."""
        return not self.judged.refused


def plan_year(rules: PlanRules) -> Planned:
    """The cheapest plan of a year, ties going to the earlier days; raises NoPlan, or NoSchoolHolidays for a year that is not known yet."""
    judged = judge_year(rules)
    board = board_of(judged, rules=rules)
    found = best_plans(board, keep=NEXT_BEST + 1)
    if not found:
        raise why_none(judged, rules=rules)
    return Planned(
        rules=rules,
        cost=found[0].cost,
        places=_places(rules, found[0].days, judged, board),
        candidates={day: one for day, one in judged.items() if not one.refused},
        refused={day: one.refused for day, one in judged.items() if one.refused},
        next_best=found[1:],
    )


def price(rules: PlanRules, *, days: tuple[date, ...]) -> Priced:
    """What it costs to take these days instead; raises Invalid when they are not in this year, each once and in order."""
    if not days or list(days) != sorted(set(days)) or any(day.year != rules.year for day in days):
        raise Invalid(f"Noem dagen in {rules.year}, elk één keer en op volgorde.")
    judged = judge_year(rules)
    places = _places(rules, days, judged, None)
    best = best_plans(board_of(judged, rules=rules), keep=1)
    cost = sum(place.day_cost + place.gap_cost for place in places)
    return Priced(cost, cost - best[0].cost if best else None, places, tuple(_broken(rules, places)))


def explain(rules: PlanRules, *, day: date) -> Explained:
    """Why this day is in the plan or not; raises Invalid for a day of another year."""
    if day.year != rules.year:
        raise Invalid(f"Deze dag ligt niet in {rules.year}.")
    judged = judge_year(rules)
    board = board_of(judged, rules=rules)
    best, through = best_plans(board, keep=1), cheapest_with(board, day=day)
    return Explained(judged[day], through, through.cost - best[0].cost if through else None)


def potentials_of(rules: PlanRules) -> tuple[Mapping[date, int], ...]:
    """Per place and day the least that the rest of the year costs: what proves that no plan is cheaper."""
    return potentials(board_of(judge_year(rules), rules=rules))


def _places(rules: PlanRules, days: tuple[date, ...], judged: Mapping[date, Judged], board: Board | None) -> tuple[Place, ...]:
    spare = reserves(board, days=days, keep=RESERVES) if board else tuple(() for _ in days)
    total = board.price(days) if board else None
    gaps = [(day - before).days for before, day in pairwise((rules.previous, *days))]
    return tuple(
        Place(
            number=number,
            day=day,
            gap=gap,
            day_cost=judged[day].cost,
            gap_cost=gap_cost(gap, number=rules.number),
            reasons=judged[day].costs,
            broken=judged[day].refused,
            reserves=tuple(Reserve(plan.days[number - 1], plan.cost - (total or 0)) for plan in others),
            reference=judged[day].reference,
            frozen=judged[day].frozen,
            earliest=judged[day].earliest,
        )
        for number, (day, gap, others) in enumerate(zip(days, gaps, spare, strict=True), start=1)
    )


def _broken(rules: PlanRules, places: tuple[Place, ...]) -> Iterator[str]:
    if len(places) != rules.number:
        yield f"Het zijn {len(places)} bijeenkomsten in plaats van {rules.number}."
    for place in places:
        yield from (f"{in_dutch(place.day).capitalize()}: {reason.sentence}" for reason in place.broken)
        if place.gap not in rules.gap:
            allowed = f"afgesproken is {rules.gap.start} tot en met {rules.gap.stop - 1}"
            yield f"{in_dutch(place.day).capitalize()}: {place.gap} dagen na de vorige; {allowed}."
