"""The years of several bodies planned together: nobody twice on a day, few consultations in one week, with a proven bound."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain, islice

from hub.consultations.cheapest import Plan, plans
from hub.consultations.clashing import board_of, why_none
from hub.consultations.days import judge_year
from hub.consultations.question import PlanRules
from hub.kernel.errors import Invalid

WIDTHS = (200, 600, 1500, 4000)  # how many of the cheapest plans of each body are looked at, until the answer is proven
WEEK_HOLDS, BEYOND = 2, 400  # consultations in one week before another costs points, and how many
MOST_STEPS = 1_000_000  # combinations looked at per width; a question that needs more is answered with its gap


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
class _Body:
    """The cheapest plans of one body, their weeks, and per day which of them hold it: bit n stands for plan n."""

    plans: Sequence[Plan]
    weeks: Sequence[tuple[int, ...]]
    holding: Mapping[date, int]


@dataclass(slots=True)
class _Search:
    """Branch and bound over bodies in this order; `apart` holds per body those after it that share people with it."""

    bodies: Sequence[_Body]
    apart: Sequence[frozenset[int]]
    best: int
    found: tuple[Plan, ...] = ()
    steps: int = 0
    weeks: dict[int, int] = field(default_factory=dict)

    def start(self) -> None:
        """Find the cheapest combination, if any is cheaper than the best that is known."""
        self._look(0, (), tuple((1 << len(body.plans)) - 1 for body in self.bodies))

    def _look(self, spent: int, chosen: tuple[Plan, ...], left: tuple[int, ...]) -> None:
        """Try every plan of the next body that can still beat the best; `left` holds per body to come the plans that still fit."""
        if not left:
            self.best, self.found = spent, chosen
            return
        body, mine = self.bodies[len(chosen)], left[0]
        rest = self._least(left[1:], len(chosen) + 1)
        while mine:
            lowest = mine & -mine
            mine ^= lowest
            number = lowest.bit_length() - 1
            self.steps += 1
            if spent + body.plans[number].cost + rest >= self.best or self.steps > MOST_STEPS:
                return
            self._take(spent, (*chosen, body.plans[number]), (left[1:], body.weeks[number]))

    def _take(self, spent: int, chosen: tuple[Plan, ...], then: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
        ahead, weeks = then
        left = self._fitting(chosen, ahead)
        crowded = sum(self.weeks.get(week, 0) >= WEEK_HOLDS for week in weeks)
        total = spent + chosen[-1].cost + BEYOND * crowded
        if not all(left) or total + self._least(left, len(chosen)) >= self.best:
            return
        for week in weeks:
            self.weeks[week] = self.weeks.get(week, 0) + 1
        self._look(total, chosen, left)
        for week in weeks:
            self.weeks[week] -= 1

    def _least(self, left: tuple[int, ...], level: int) -> int:
        """What the bodies to come cost at least, each with the cheapest plan that still fits."""
        return sum(self.bodies[level + n].plans[(mine & -mine).bit_length() - 1].cost for n, mine in enumerate(left))

    def _fitting(self, chosen: tuple[Plan, ...], ahead: tuple[int, ...]) -> tuple[int, ...]:
        """The plans of the bodies to come that hold none of the days that were just given to one they share people with."""
        apart, left = self.apart[len(chosen) - 1], []
        for level, mine in enumerate(ahead, start=len(chosen)):
            if level in apart:
                for day in chosen[-1].days:
                    mine &= ~self.bodies[level].holding.get(day, 0)  # noqa: PLW2901  # what is left shrinks day by day
            left.append(mine)
        return tuple(left)


def plan_together(
    bodies: Mapping[str, PlanRules],
    *,
    shared: Mapping[frozenset[str], tuple[str, ...]],
    told: Callable[[Progress], None],
    widths: Sequence[int] = (),
) -> Joint:
    """The cheapest years of these bodies together; `shared` says which two have people in common, `told` hears how far it is.

    The search widens step by step and stops when its answer is proven, or with a gap after the last of these `widths`, or of all.

    Raises NoPlan for a body that has no year of its own, NoJointPlan when they cannot be combined, Invalid for different years.
    """
    if not bodies or len({rules.year for rules in bodies.values()}) != 1:
        raise Invalid("Plan overleggen samen die in hetzelfde jaar vallen.")
    streams = {name: _plans(rules) for name, rules in sorted(bodies.items())}
    known: dict[str, list[Plan]] = {name: [] for name in streams}
    joint: Joint | None = None
    for width in widths or WIDTHS:
        for name, stream in streams.items():
            known[name].extend(islice(stream, width - len(known[name])))
        joint, bound = _joined(known, shared, (width, joint))
        told(Progress(width, joint.cost if joint else None, bound))
        if (joint and joint.is_proven) or all(len(one) < width for one in known.values()):
            break
    if joint is None:
        raise NoJointPlan("Er is geen combinatie van jaarplannen gevonden waarin niemand op een dag in twee overleggen zit.")
    return joint


def _joined(
    known: Mapping[str, Sequence[Plan]], shared: Iterable[frozenset[str]], before: tuple[int, Joint | None]
) -> tuple[Joint | None, int]:
    """The cheapest combination of these plans, or the one from before; and what no combination of any plans can be cheaper than."""
    width, earlier = before
    order = sorted(known, key=lambda name: (len(known[name]), name))
    pairs = set(shared)
    apart = [
        frozenset(later for later, other in enumerate(order) if later > level and frozenset({name, other}) in pairs)
        for level, name in enumerate(order)
    ]
    search = _Search([_body(known[name]) for name in order], apart, earlier.cost if earlier else 1 << 60)
    search.start()
    alone = sum(found[0].cost for found in known.values())
    beyond = [alone - known[name][0].cost + known[name][-1].cost for name in order if len(known[name]) == width]
    bound = alone if search.steps > MOST_STEPS else min([search.best, *beyond])
    if not search.found:
        return (earlier and _again(earlier, bound, width)), bound
    chosen = dict(sorted(zip(order, search.found, strict=True)))
    costs = {name: plan.cost for name, plan in chosen.items()}
    days = {name: plan.days for name, plan in chosen.items()}
    return Joint(days, costs, search.best - sum(costs.values()), search.best, alone, bound, width), bound


def _again(joint: Joint, bound: int, width: int) -> Joint:
    return Joint(joint.days, joint.costs, joint.weeks, joint.cost, joint.alone, max(bound, joint.bound), width)


def _plans(rules: PlanRules) -> Iterator[Plan]:
    """The plans of one body, cheapest first; raises NoPlan at once when there is none."""
    judged = judge_year(rules)
    stream = plans(board_of(judged, rules=rules))
    first = next(stream, None)
    if first is None:
        raise why_none(judged, rules=rules)
    return chain((first,), stream)


def _body(found: Sequence[Plan]) -> _Body:
    holding: defaultdict[date, int] = defaultdict(int)
    for number, plan in enumerate(found):
        for day in plan.days:
            holding[day] |= 1 << number
    return _Body(found, [tuple(_week(day) for day in plan.days) for plan in found], dict(holding))


def _week(day: date) -> int:
    return (day - timedelta(day.weekday())).toordinal()
