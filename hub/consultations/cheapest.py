"""The search under a year plan: the cheapest ways to choose days at a distance from each other, best first, exactly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from heapq import heapify, heappop, heappush
from itertools import islice

from hub.consultations.question import gap_cost


@dataclass(frozen=True, slots=True)
class Plan:
    """Some days in order and what they cost together, in hundredths of a point."""

    cost: int
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Days with their cost, how many to choose and how far apart; a locked day is the only one at its place (counted from 1).

    A distance between two days that people agreed on is as it is; `before` is always such a day.
    """

    cost: Mapping[date, int]
    number: int
    gap: range
    before: date
    locked: Mapping[int, date] = field(default_factory=dict)
    agreed: frozenset[int] = frozenset()

    def at(self, place: int) -> tuple[date, ...]:
        """The days that may stand at this place, earliest first."""
        return (self.locked[place],) if place in self.locked else tuple(sorted(self.cost))

    def step(self, place: int, day: date, then: date) -> int | None:
        """What it costs to have `then` at this place when `day` stood before it; None when that may not be."""
        days = (then - day).days
        is_agreed = place in self.agreed and (place == 1 or place - 1 in self.agreed)
        if days not in self.gap and not (is_agreed and days > 0):
            return None
        return self.cost[then] + gap_cost(days, number=self.number)

    def price(self, days: tuple[date, ...]) -> int | None:
        """What this choice costs, or None when it may not be."""
        steps = [self.step(place, day, then) for place, (day, then) in enumerate(zip((self.before, *days), days, strict=False), start=1)]
        known = [step for step in steps if step is not None]
        return sum(known) if len(known) == len(steps) == self.number else None


Potentials = tuple[Mapping[date, int], ...]


def reachable(board: Board) -> tuple[tuple[date, ...], ...]:
    """Per place the days at which one can arrive from the consultation before this year; empty from the place that nobody reaches."""
    here: tuple[date, ...] = (board.before,)
    found = []
    for place in range(1, board.number + 1):
        here = tuple(then for then in board.at(place) if any(board.step(place, day, then) is not None for day in here))
        found.append(here)
    return tuple(found)


def potentials(board: Board) -> Potentials:
    """Per place, for every day from which the year can be finished: the least that the rest of it costs."""
    found: list[dict[date, int]] = [dict.fromkeys(board.at(board.number), 0)]
    for place in range(board.number, 1, -1):
        ahead = found[0]
        least: dict[date, int] = {}
        for day in board.at(place - 1):
            steps = ((board.step(place, day, then), rest) for then, rest in ahead.items())
            totals = [cost + rest for cost, rest in steps if cost is not None]
            if totals:
                least[day] = min(totals)
        found.insert(0, least)
    return tuple(found)


def plans(board: Board) -> Iterator[Plan]:
    """Every plan, the cheapest first; of equally dear ones those with the earlier days. As lazy as its reader."""
    rest = potentials(board)
    heap: list[tuple[int, tuple[date, ...]]] = []
    for day, ahead in rest[0].items():
        cost = board.step(1, board.before, day)
        if cost is not None:
            heap.append((cost + ahead, (day,)))
    heapify(heap)
    while heap:
        total, days = heappop(heap)
        if len(days) == board.number:
            yield Plan(total, days)
            continue
        place, spent = len(days) + 1, total - rest[len(days) - 1][days[-1]]
        for then, ahead in rest[place - 1].items():
            cost = board.step(place, days[-1], then)
            if cost is not None:
                heappush(heap, (spent + cost + ahead, (*days, then)))


def best_plans(board: Board, *, keep: int) -> tuple[Plan, ...]:
    """So many of the cheapest plans, or all when there are fewer."""
    return tuple(islice(plans(board), keep))


def has_plan(board: Board) -> bool:
    """Whether there is any."""
    return bool(reachable(board)[-1])


def cheapest_with(board: Board, *, day: date) -> Plan | None:
    """The cheapest plan that holds this day, at whichever place; None when there is none."""
    places = [place for place in range(1, board.number + 1) if day in board.at(place)] if day in board.cost else []
    held = [best_plans(replace(board, locked={**board.locked, place: day}), keep=1) for place in places]
    return min((one[0] for one in held if one), key=lambda plan: (plan.cost, plan.days), default=None)


def reserves(board: Board, *, days: tuple[date, ...], keep: int) -> tuple[tuple[Plan, ...], ...]:
    """Per place the cheapest plans in which only that day differs; of a locked place any other day that is free."""
    found = []
    for place in range(board.number):
        free = replace(board, locked={}, agreed=board.agreed - {place + 1})
        changed = [(*days[:place], day, *days[place + 1 :]) for day in board.cost if day != days[place]]
        priced = [Plan(cost, one) for one in changed if (cost := free.price(one)) is not None]
        found.append(tuple(sorted(priced, key=lambda plan: (plan.cost, plan.days))[:keep]))
    return tuple(found)
