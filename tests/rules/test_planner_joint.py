"""The years of several bodies together: the case of the design, small cases against every combination, and a bound that holds."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import chain, combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.consultations import joint
from hub.consultations.cheapest import best_plans
from hub.consultations.clashing import NoPlan, board_of
from hub.consultations.days import judge_year
from hub.consultations.joint import NoJointPlan, Progress, plan_together
from hub.consultations.question import Absence, PlanRules
from hub.consultations.sentences import lines_of_joint
from hub.kernel.errors import Invalid
from tests.planning import ALL_SHARE, BODIES, DRENTHE, DRENTHE_DAYS


def of(*days: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(f"2027-{day}") for day in days)


def test_five_bodies_of_the_north_come_out_as_in_the_design_and_it_is_proved() -> None:
    heard: list[Progress] = []

    together = plan_together(BODIES, shared=ALL_SHARE, told=heard.append)

    assert (together.cost, together.alone, together.gap, together.width) == (6704, 5164, 0, 1500)
    assert together.is_proven
    assert together.days == {
        "drenthe": DRENTHE_DAYS,
        "groningen": of("01-19", "03-23", "06-15", "08-31", "11-16"),
        "fryslan": of("01-21", "03-30", "06-17", "08-26", "11-18"),
        "rdo": of("04-20", "10-26"),
        "homofoob-geweld": of("02-16", "05-20", "08-24", "11-23"),
    }
    assert [one.width for one in heard] == [200, 600, 1500]
    assert all(earlier.bound <= later.bound <= 6704 for earlier, later in pairwise(heard))
    assert lines_of_joint(together)[0] == "5 overleggen samen: 67,04 punten. Goedkoper kan niet."


def few_days(rules: PlanRules, kept: frozenset[date]) -> PlanRules:
    """The same body, that can only meet on these days."""
    return replace(rules, unavailable=(), taken={day: ("elders",) for day in judge_year(rules) if day not in kept})


@st.composite
def small_years(draw: st.DrawFn) -> dict[str, PlanRules]:
    """Two or three bodies that want two days each, out of so few that they collide."""
    free = [day for day, one in judge_year(replace(DRENTHE, unavailable=())).items() if not one.refused]
    bodies = {}
    for name in ("a", "b", "c")[: draw(st.integers(2, 3))]:
        start = draw(st.integers(0, 8))
        kept = frozenset(free[start : start + 3] + free[40 + start : 44 + start])
        bodies[name] = few_days(replace(DRENTHE, number=2, gap=range(32, 300), weekday=draw(st.integers(1, 5))), kept)
    return bodies


def everything(bodies: dict[str, PlanRules], shared: set[frozenset[str]]) -> int | None:
    """The cheapest combination, found by trying all of them."""
    names = sorted(bodies)
    found = []
    for chosen in product(*(best_plans(board_of(judge_year(bodies[name]), rules=bodies[name]), keep=10_000) for name in names)):
        days = dict(zip(names, (plan.days for plan in chosen), strict=True))
        if any(frozenset(pair) in shared and set(days[pair[0]]) & set(days[pair[1]]) for pair in combinations(names, 2)):
            continue
        weeks = [day.isocalendar()[:2] for day in chain.from_iterable(days.values())]
        crowded = sum(max(0, weeks.count(week) - 2) for week in set(weeks))
        found.append(sum(plan.cost for plan in chosen) + 400 * crowded)
    return min(found, default=None)


@settings(max_examples=20)
@given(small_years(), st.data())
def test_a_joint_year_costs_what_trying_every_combination_finds(bodies: dict[str, PlanRules], data: st.DataObject) -> None:
    pairs = [frozenset(pair) for pair in combinations(bodies, 2)]
    shared = set(data.draw(st.lists(st.sampled_from(pairs), unique=True)))
    best = everything(bodies, shared)

    together = plan_together(bodies, shared=dict.fromkeys(shared, ("OM",)), told=lambda _: None)

    assert (together.cost, together.gap) == (best, 0)
    assert together.cost == sum(together.costs.values()) + together.weeks
    assert not [pair for pair in shared if len({*chain.from_iterable(together.days[name] for name in pair)}) < 4]


def test_a_third_consultation_in_one_week_costs_points_even_without_shared_people() -> None:
    week = frozenset(date(2027, 4, 19) + timedelta(days) for days in range(3))
    bodies = {name: few_days(replace(DRENTHE, number=1, gap=range(32, 300)), week) for name in ("a", "b", "c")}

    together = plan_together(bodies, shared={}, told=lambda _: None)

    assert together.weeks == 400


def test_bodies_that_can_only_meet_on_one_day_cannot_share_people() -> None:
    one = frozenset({date(2027, 4, 20)})
    bodies = {name: few_days(replace(DRENTHE, number=1, gap=range(32, 300)), one) for name in ("a", "b")}

    with pytest.raises(NoJointPlan):
        plan_together(bodies, shared={frozenset(bodies): ("OM",)}, told=lambda _: None)


def test_a_body_without_a_year_of_its_own_is_refused_with_its_reasons() -> None:
    away = replace(DRENTHE, unavailable=tuple(Absence("OM", day) for day in range(1, 6)))

    with pytest.raises(NoPlan):
        plan_together({"drenthe": DRENTHE, "elders": away}, shared={}, told=lambda _: None)


def test_different_years_are_not_planned_together() -> None:
    with pytest.raises(Invalid):
        plan_together({"a": DRENTHE, "b": replace(DRENTHE, year=2028, previous=date(2027, 11, 25))}, shared={}, told=lambda _: None)


def test_a_search_that_is_cut_short_answers_with_a_gap_that_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "WIDTHS", (200, 600))

    together = plan_together(BODIES, shared=ALL_SHARE, told=lambda _: None)

    assert together.bound <= 6704 <= together.cost
    assert not together.is_proven
    assert "te winnen" in lines_of_joint(together)[0]


def test_a_search_with_too_many_combinations_stops_and_says_what_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "MOST_STEPS", 4_000)
    monkeypatch.setattr(joint, "WIDTHS", (200,))

    together = plan_together(BODIES, shared=ALL_SHARE, told=lambda _: None)

    assert together.bound == 5164
    assert together.gap == together.cost - 5164
