"""The search under the planner gives what trying everything gives: the best, the next best, ties, reserves and days held."""

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from hub.consultations.cheapest import Board, Plan, best_plans, cheapest_with, has_plan, potentials, reserves
from hub.consultations.question import gap_cost
from tests.planning import DRENTHE_DAYS

FIRST = date(2027, 1, 1)


@st.composite
def boards(draw: st.DrawFn) -> Board:
    numbers = draw(st.lists(st.integers(0, 180), min_size=1, max_size=14, unique=True))
    cost = {FIRST + timedelta(number): draw(st.integers(0, 6)) * 100 for number in numbers}
    number, least = draw(st.integers(1, 4)), draw(st.integers(10, 40))
    locked: dict[int, date] = {}
    if draw(st.booleans()):
        locked = {draw(st.integers(1, number)): draw(st.sampled_from(sorted(cost)))}
    before = FIRST - timedelta(draw(st.integers(1, 40)))
    return Board(cost, number, range(least, least + draw(st.integers(0, 60)) + 1), before, locked, frozenset(locked))


def everything(board: Board) -> list[Plan]:
    """Every plan, found by trying every choice of days."""
    found = []
    for days in combinations(sorted(board.cost), board.number):
        if any(days[place - 1] != day for place, day in board.locked.items()):
            continue
        gaps = [(day - before).days for before, day in zip((board.before, *days), days, strict=False)]
        free = [n for n in range(board.number) if not (n + 1 in board.agreed and (n == 0 or n in board.agreed))]
        if all(gaps[n] in board.gap for n in free):
            found.append(Plan(sum(board.cost[day] for day in days) + sum(gap_cost(gap, number=board.number) for gap in gaps), days))
    return sorted(found, key=lambda plan: (plan.cost, plan.days))


@given(boards(), st.integers(1, 30))
def test_the_best_plans_are_those_that_trying_everything_finds_in_the_same_order(board: Board, keep: int) -> None:
    best = best_plans(board, keep=keep)

    assert list(best) == everything(board)[:keep]
    assert has_plan(board) == bool(best)


@given(boards())
def test_what_the_rest_costs_is_never_said_too_high_or_too_low(board: Board) -> None:
    rest, plans = potentials(board), everything(board)

    for place, layer in enumerate(rest):
        for day in board.cost:
            after = [
                sum(board.step(n + 1, plan.days[n - 1], plan.days[n]) or 0 for n in range(place + 1, board.number))
                for plan in plans
                if plan.days[place] == day
            ]
            assert not after or layer[day] == min(after)


@given(boards(), st.data())
def test_the_cheapest_plan_that_holds_a_day_is_the_first_of_all_that_hold_it(board: Board, data: st.DataObject) -> None:
    day = data.draw(st.sampled_from(sorted(board.cost)))

    assert cheapest_with(board, day=day) == next((plan for plan in everything(board) if day in plan.days), None)


@given(boards())
def test_reserves_are_the_plans_that_differ_in_one_place_the_cheapest_first(board: Board) -> None:
    plans = everything(Board(board.cost, board.number, board.gap, board.before))
    if board.locked or not plans:
        return

    for place, spare in enumerate(reserves(board, days=plans[0].days, keep=3)):
        same = [one for one in plans if [n for n in range(board.number) if one.days[n] != plans[0].days[n]] == [place]]
        assert list(spare) == same[:3]


def test_a_distance_of_exactly_the_least_or_the_most_is_allowed_and_a_day_less_or_more_is_not() -> None:
    start = DRENTHE_DAYS[0]

    allowed = [days for days in (55, 56, 98, 99) if best_plans(Board({start + timedelta(days): 0}, 1, range(56, 99), start), keep=1)]

    assert allowed == [56, 98]


def test_a_distance_costs_a_point_per_week_squared_that_it_is_off_an_equal_part_of_the_year() -> None:
    assert [gap_cost(gap, number=5) for gap in (73, 63, 77, 70, 84, 80)] == [0, 204, 33, 18, 247, 100]
    assert all(
        gap_cost(gap, number=number) == round(100 * ((gap - 365 / number) / 7) ** 2) for gap in range(32, 200) for number in (2, 3, 5, 7)
    )
