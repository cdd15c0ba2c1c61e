"""The proof of a year plan: it is accepted as made, and refused after every change that would make another plan look as good."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.consultations.certificate import certificate, check_certificate
from hub.consultations.planner import plan_year
from hub.consultations.question import Absence, PlanRules
from tests.planning import BODIES, DRENTHE


@cache
def proof_of(body: str) -> str:
    rules = BODIES[body]
    return json.dumps(certificate(rules, planned=plan_year(rules)))


def proof() -> Any:
    return json.loads(proof_of("drenthe"))


@pytest.mark.parametrize("body", BODIES)
def test_a_proof_is_accepted_as_it_was_made(body: str) -> None:
    assert check_certificate(json.loads(proof_of(body))) == []


def test_the_proof_of_drenthe_has_as_many_numbers_as_the_design_counts() -> None:
    assert sum(len(layer) for layer in proof()["potentials"]) == 126


def test_a_plan_around_locked_days_is_proved_too() -> None:
    rules = replace(DRENTHE, locked={1: date(2027, 1, 8), 2: date(2027, 1, 27), 4: date(2027, 7, 20)})

    assert check_certificate(json.loads(json.dumps(certificate(rules, planned=plan_year(rules))))) == []


def change(deed: Callable[[Any], object]) -> list[str]:
    """What the checker says after this was done to the proof."""
    said = deepcopy(proof())
    deed(said)
    return check_certificate(said)


def use_the_second_best(said: Any) -> None:
    said["plan"], said["next_best"] = said["next_best"][0], said["next_best"][1:]


def move_a_day(said: Any) -> None:
    said["plan"]["days"][1] = "2027-04-22"


def drop_a_rule(said: Any) -> None:
    """Lift what one partner told, in the question and in its hash, and leave the days as they were."""
    rules = PlanRules.from_json(said["rules"])
    other = replace(rules, unavailable=rules.unavailable[1:])
    made = certificate(other, planned=plan_year(other))
    said["rules"], said["rules_sha256"] = made["rules"], made["rules_sha256"]


FORGERIES: dict[str, Callable[[Any], object]] = {
    "the second best plan": use_the_second_best,
    "the second best plan with the cost of the best": lambda said: (use_the_second_best(said), said["plan"].update(cost=1240)),
    "a day that is refused": move_a_day,
    "a day fewer": lambda said: said["plan"]["days"].pop(),
    "a lower cost of the plan": lambda said: said["plan"].update(cost=1239),
    "a day that costs one less": lambda said: said["candidates"]["2027-04-15"].update(cost=-1),
    "a reason left out": lambda said: said["candidates"]["2027-06-29"]["reasons"].pop(),
    "a day left out": lambda said: said["candidates"].pop("2027-06-29"),
    "a refused day as a choice": lambda said: said["candidates"].update({"2027-04-27": {"cost": 0, "reasons": []}}),
    "a refusal left out": lambda said: said["refused"].pop("2027-04-27"),
    "a refusal of a day that may be": lambda said: said["refused"].update({"2027-06-29": [["weekend", "Het is weekend.", ""]]}),
    "a rule dropped": drop_a_rule,
    "a rule changed": lambda said: said["rules"].update(lead=9),
    "a weight changed": lambda said: said["rules"]["weights"].update(weekday=0),
    "a next plan that costs less": lambda said: said["next_best"][0].update(cost=1000),
    "a cost that is no whole number": lambda said: said["plan"].update(cost=1240.0),
    "the plan itself as next best": lambda said: said["next_best"].insert(0, said["plan"]),
    "no numbers at all": lambda said: said["potentials"].clear(),
    "numbers of one place left out": lambda said: said["potentials"][2].clear(),
    "something left to pay at the end": lambda said: said["potentials"][-1].update({"2027-11-25": 1}),
    "a day left out at the end": lambda said: said["potentials"][-1].pop("2027-11-16"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_proof_that_was_tampered_with_is_refused(forgery: str) -> None:
    assert change(FORGERIES[forgery])


def test_a_number_on_any_place_that_is_one_higher_is_refused() -> None:
    for place in range(5):
        day = sorted(proof()["potentials"][place])[-1 - place]
        assert change(lambda said, place=place, day=day: said["potentials"][place].update({day: said["potentials"][place][day] + 1})), day


def test_a_proof_with_lower_numbers_lets_a_cheaper_plan_seem_possible_and_is_refused() -> None:
    first = "2027-01-28"

    assert change(lambda said: said["potentials"][0].update({first: said["potentials"][0][first] - 1})) == [
        "Het bewijs laat een goedkoper plan toe."
    ]


def test_a_question_with_more_rules_has_another_proof() -> None:
    rules = replace(DRENTHE, unavailable=(*DRENTHE.unavailable, Absence("COC", None, date(2027, 6, 21), date(2027, 6, 25))))
    other = json.loads(json.dumps(certificate(rules, planned=plan_year(rules))))

    assert check_certificate(other) == []
    assert check_certificate({**other, "plan": proof()["plan"]})


@given(st.recursive(st.none() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_anything_else_is_no_proof_and_harms_nothing(said: object) -> None:
    assert check_certificate(said)


@pytest.mark.parametrize("key", ["form", "rules", "rules_sha256", "libraries", "candidates", "refused", "plan", "next_best", "potentials"])
@pytest.mark.parametrize("value", [None, 7, "x", [3], {"2027-01-01": "x"}])
def test_a_proof_with_one_part_replaced_by_nonsense_is_refused(key: str, value: object) -> None:
    if key == "libraries":  # which calendars made it is told, and does not decide
        return

    assert check_certificate({**proof(), key: value})
