"""Planning a year: one body beside trying every choice of days, and six bodies together, with how far the answer is from proven.

The year is Drenthe 2027 of the design. Trying everything is held against the same question without its calendar work: 501,942
combinations of five of the 38 days, each priced until it breaks a rule; the search has to find the same plan.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations

from bench.words import Figure, figure, processor_seconds_of
from hub.consultations.certificate import certificate, check_certificate
from hub.consultations.cheapest import Board, Plan, best_plans
from hub.consultations.clashing import board_of
from hub.consultations.days import judge_year
from hub.consultations.joint import Joint, plan_together
from hub.consultations.planner import Absence, PlanRules, plan_year

AWAY = (Absence("OM", 1), Absence("OM", 5), Absence("Politie", 3), Absence("ADV", 5))
DRENTHE = PlanRules(2027, 5, date(2026, 11, 26), range(56, 99), 10, weekday=4, unavailable=AWAY)
SIX = {
    "drenthe": DRENTHE,
    "groningen": replace(DRENTHE, previous=date(2026, 11, 24), weekday=2),
    "fryslan": replace(DRENTHE, previous=date(2026, 11, 19)),
    "rdo": replace(DRENTHE, previous=date(2026, 10, 13), weekday=2, number=2, gap=range(120, 241)),
    "homofoob-geweld": replace(DRENTHE, previous=date(2026, 11, 17), weekday=2, number=4, gap=range(63, 121)),
    "lvtd": replace(DRENTHE, previous=date(2026, 11, 10), weekday=1, number=4, gap=range(63, 121), unavailable=AWAY[2:]),
}


def measure(*, small: bool) -> list[Figure]:
    """The search beside every choice, the whole plan with its reasons, its proof made and checked, and six bodies together."""
    board = board_of(judge_year(DRENTHE), rules=DRENTHE)
    if small:
        board = replace(board, number=4)
    searched, tried = best_plans(board, keep=1), min(every_choice(board), key=lambda plan: (plan.cost, plan.days))
    assert searched == (tried,), "the search and every choice disagree"
    search = processor_seconds_of(lambda: best_plans(board, keep=1), times=9)
    everything = processor_seconds_of(lambda: every_choice(board), times=1 if small else 3)
    plan = processor_seconds_of(lambda: (plan_year(DRENTHE),), times=5)
    proof = processor_seconds_of(lambda: check_certificate(certificate(DRENTHE, planned=plan_year(DRENTHE))), times=3)
    together: list[Joint] = []
    bodies = {name: rules for name, rules in SIX.items() if name != "lvtd"} if small else SIX
    joint = processor_seconds_of(lambda: _joint(bodies, together), times=1)
    return [
        figure("planning_search", value=1 / search, unit="years/s", floor=1 / everything, goal="≥ 50 × every choice"),
        figure("planning_year", value=plan, unit="s", floor=None, goal="≤ 1 s"),
        figure("planning_proof", value=proof, unit="s, made+checked", floor=None, goal="≤ 1 s"),
        figure("planning_joint", value=joint, unit=f"s, {len(bodies)} bodies", floor=None, goal="≤ 60 s"),
        figure("planning_joint_gap", value=together[-1].gap / 100, unit="points to win", floor=None, goal="≤ 0 points"),
    ]


def every_choice(board: Board) -> Iterator[Plan]:
    """Every plan there is, by trying every choice of days."""
    for days in combinations(sorted(board.cost), board.number):
        cost = board.price(days)
        if cost is not None:
            yield Plan(cost, days)


def _joint(bodies: Mapping[str, PlanRules], together: list[Joint]) -> list[Joint]:
    shared = {frozenset(pair): ("OM",) for pair in combinations(bodies, 2)}
    together.append(plan_together(bodies, shared=shared, told=lambda _: None))
    return together
