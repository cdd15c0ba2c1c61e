"""The years of several bodies planned together: nobody twice on a day, few consultations in one week, with a proven bound."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from hub.consultations.cheapest import Plan, plans
from hub.consultations.clashing import board_of, why_none
from hub.consultations.days import judge_year
from hub.consultations.question import PlanRules
from hub.kernel.errors import Invalid

WIDTHS = (200, 600, 1500, 4000)  # how many of the cheapest plans of each body are looked at, until the answer is proven
WEEK_HOLDS, BEYOND = 2, 400  # consultations in one week before another costs points, and how many
MOST_STEPS = 6_000_000  # combinations looked at per width; a question that needs more is answered with its gap


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the search is: the width looked at, the cheapest year found, and what no year can be cheaper than."""

    width: int
    cost: int | None
    bound: int


@dataclass(frozen=True, slots=True)
class Joint:
    """A year for every body. No joint year costs less than `bound`; `gap` is what could be won at most, 0 when proven."""

    days: Mapping[str, tuple[date, ...]]
    costs: Mapping[str, int]
    weeks: int
    cost: int
    alone: int
    bound: int
    width: int

    @property
    def gap(self) -> int:
        """What a better year could win at most."""
        return self.cost - self.bound

    @property
    def is_proven(self) -> bool:
        """Whether no joint year is cheaper."""
        return self.gap == 0


class NoJointPlan(Invalid):
    """Each body has a year, but no combination that was looked at keeps people from being in two places on one day."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """One plan of a body, ready to be compared: its days and its weeks as bits and numbers."""

    plan: Plan
    mask: int
    weeks: tuple[int, ...]


@dataclass(slots=True)
class _Search:
    """Branch and bound over bodies in this order; `found` is the best choice per body so far."""

    choices: Sequence[Sequence[_Choice]]
    apart: Sequence[tuple[int, ...]]
    rest: Sequence[int]
    best: int
    found: tuple[_Choice, ...] = ()
    steps: int = 0
    weeks: dict[int, int] = field(default_factory=dict)

    def look(self, spent: int, chosen: tuple[_Choice, ...]) -> None:
        """Try every plan of the next body that can still beat the best."""
        level = len(chosen)
        if level == len(self.choices):
            self.best, self.found = spent, chosen
            return
        blocked = 0
        for other in self.apart[level]:
            blocked |= chosen[other].mask
        for choice in self.choices[level]:
            self.steps += 1
            if spent + choice.plan.cost + self.rest[level + 1] >= self.best or self.steps > MOST_STEPS:
                return
            if not choice.mask & blocked:
                self._take(spent, chosen, choice)

    def _take(self, spent: int, chosen: tuple[_Choice, ...], choice: _Choice) -> None:
        crowded = sum(self.weeks.get(week, 0) >= WEEK_HOLDS for week in choice.weeks)
        total = spent + choice.plan.cost + BEYOND * crowded
        if total + self.rest[len(chosen) + 1] >= self.best:
            return
        for week in choice.weeks:
            self.weeks[week] = self.weeks.get(week, 0) + 1
        self.look(total, (*chosen, choice))
        for week in choice.weeks:
            self.weeks[week] -= 1


def plan_together(
    bodies: Mapping[str, PlanRules],
    *,
    shared: Mapping[frozenset[str], tuple[str, ...]],
    told: Callable[[Progress], None],
) -> Joint:
    """The cheapest years of these bodies together; `shared` says which two have people in common, `told` hears how far it is.

    Raises NoPlan for a body that has no year of its own, NoJointPlan when they cannot be combined, Invalid for different years.
    """
    if not bodies or len({rules.year for rules in bodies.values()}) != 1:
        raise Invalid("Plan overleggen samen die in hetzelfde jaar vallen.")
    streams = {name: _choices(rules) for name, rules in sorted(bodies.items())}
    known: dict[str, list[_Choice]] = {name: [] for name in streams}
    joint: Joint | None = None
    for width in WIDTHS:
        for name, stream in streams.items():
            known[name].extend(islice(stream, width - len(known[name])))
        joint, bound = _joined(known, shared, (width, joint))
        told(Progress(width, joint.cost if joint else None, bound))
        if (joint and joint.is_proven) or all(len(one) < width for one in known.values()):
            break
    if joint is None:
        raise NoJointPlan("Deze overleggen zijn niet samen te plannen zonder iemand twee keer op een dag uit te nodigen.")
    return joint


def _joined(
    known: Mapping[str, Sequence[_Choice]], shared: Iterable[frozenset[str]], before: tuple[int, Joint | None]
) -> tuple[Joint | None, int]:
    """The cheapest combination of these plans, or the one from before; and what no combination of any plans can be cheaper than."""
    width, earlier = before
    order = sorted(known, key=lambda name: (len(known[name]), name))
    pairs = set(shared)
    apart = [tuple(n for n, other in enumerate(order[:level]) if frozenset({name, other}) in pairs) for level, name in enumerate(order)]
    least = [known[name][0].plan.cost for name in order]
    rest = [sum(least[level:]) for level in range(len(order) + 1)]
    search = _Search([known[name] for name in order], apart, rest, earlier.cost if earlier else 1 << 60)
    search.look(0, ())
    alone = rest[0]
    beyond = [alone - known[name][0].plan.cost + known[name][-1].plan.cost for name in order if len(known[name]) == width]
    bound = alone if search.steps > MOST_STEPS else min([search.best, *beyond])
    if not search.found:
        return (earlier and _again(earlier, bound, width)), bound
    chosen = {name: one.plan for name, one in sorted(zip(order, search.found, strict=True))}
    costs = {name: plan.cost for name, plan in chosen.items()}
    days = {name: plan.days for name, plan in chosen.items()}
    return Joint(days, costs, search.best - sum(costs.values()), search.best, alone, bound, width), bound


def _again(joint: Joint, bound: int, width: int) -> Joint:
    return Joint(joint.days, joint.costs, joint.weeks, joint.cost, joint.alone, max(bound, joint.bound), width)


def _choices(rules: PlanRules) -> Iterator[_Choice]:
    """The plans of one body, cheapest first; raises NoPlan at once when there is none."""
    judged = judge_year(rules)
    stream = plans(board_of(judged, rules=rules))
    first = next(stream, None)
    if first is None:
        raise why_none(judged, rules=rules)
    return (_choice(plan) for plan in _and_then(first, stream))


def _and_then(first: Plan, others: Iterator[Plan]) -> Iterator[Plan]:
    yield first
    yield from others


def _choice(plan: Plan) -> _Choice:
    mask = 0
    for day in plan.days:
        mask |= 1 << day.timetuple().tm_yday
    return _Choice(plan, mask, tuple(_week(day) for day in plan.days))


def _week(day: date) -> int:
    year, week, _ = day.isocalendar()
    return year * 100 + week
