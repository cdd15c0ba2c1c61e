"""A year without a plan: where it gets stuck, what clashes there, and the smallest set of rules that helps when lifted."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest

from hub.consultations.cheapest import has_plan
from hub.consultations.clashing import NEVER, NoPlan, board_of
from hub.consultations.days import judge_year
from hub.consultations.planner import Absence, plan_year
from hub.consultations.question import PlanRules
from tests.planning import DRENTHE

IMPOSSIBLE = {
    "OM never on a Tuesday or Thursday": replace(DRENTHE, unavailable=(*DRENTHE.unavailable, Absence("OM", 4), Absence("OM", 2))),
    "ADV away from May to September": replace(
        DRENTHE, unavailable=(*DRENTHE.unavailable, Absence("ADV Drenthe", None, date(2027, 5, 20), date(2027, 9, 30)))
    ),
    "nine consultations": replace(DRENTHE, number=9),
    "two partners who never come": replace(DRENTHE, unavailable=tuple(Absence(who, day) for who in ("OM", "COC") for day in range(1, 6))),
    "a locked day too early": replace(DRENTHE, locked={4: date(2027, 4, 15)}),
    "every day of the year taken": replace(DRENTHE, taken=dict.fromkeys(judge_year(DRENTHE), ("Groningen",))),
    "a year long holiday of three partners": replace(
        DRENTHE, unavailable=tuple(Absence(who, None, date(2027, 1, 1), date(2027, 12, 31)) for who in ("OM", "COC", "Politie"))
    ),
}  # fmt: skip


def refusal_of(rules: PlanRules) -> NoPlan:
    with pytest.raises(NoPlan) as refusal:
        plan_year(rules)
    return refusal.value


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_the_sets_that_are_named_give_a_plan_and_nothing_smaller_does(name: str) -> None:
    rules = IMPOSSIBLE[name]
    judged = judge_year(rules)
    refusal = refusal_of(rules)

    liftable = {reason.rule for one in judged.values() for reason in one.refused} - NEVER | {"gap", "locked"}
    helps = {
        way
        for size in (1, 2)
        for way in combinations(sorted(liftable), size)
        if has_plan(board_of(judged, rules=rules, lifted=frozenset(way)))
    }
    least = min((len(way) for way in helps), default=0)
    assert all(len(way) == least and tuple(sorted(way)) in helps for way in refusal.relax)
    assert bool(refusal.relax) == bool(helps)
    assert len(refusal.ways) == len(refusal.relax) == len(refusal.problems)


def test_a_weekday_too_many_is_named_with_each_weekday_that_would_help() -> None:
    refusal = refusal_of(IMPOSSIBLE["OM never on a Tuesday or Thursday"])

    assert refusal.stuck == 1
    assert {"absent/0", "absent/4"} <= set(refusal.clashes)
    assert ("absent/4",) in refusal.relax
    assert "‘OM kan niet op donderdag’" in refusal.ways
    assert "Er is geen dag voor bijeenkomst 1 van 5" in refusal.sentence
    assert "de schoolvakanties (9 dagen)" in refusal.sentence


def test_a_long_absence_is_named_with_its_days() -> None:
    refusal = refusal_of(IMPOSSIBLE["ADV away from May to September"])

    assert refusal.clashes[0] == "absent/4"
    assert "‘ADV Drenthe kan niet van 20 mei tot en met 30 september’" in refusal.ways


def test_a_year_too_short_for_so_many_says_so_and_offers_another_distance() -> None:
    refusal = refusal_of(IMPOSSIBLE["nine consultations"])

    assert refusal.relax == (("gap",),)
    assert refusal.sentence.startswith("Het jaar is te kort voor bijeenkomst 7 van 9")
    assert refusal.clashes == ("gap",)


def test_a_locked_day_that_nothing_reaches_is_itself_the_clash() -> None:
    refusal = refusal_of(IMPOSSIBLE["a locked day too early"])

    assert refusal.clashes == ("locked", "gap")
    assert refusal.sentence.startswith("Bijeenkomst 4 staat vast op 15 april")
    assert ("locked",) in refusal.relax


def test_when_two_rules_do_not_help_the_sentence_says_that() -> None:
    refusal = refusal_of(IMPOSSIBLE["a year long holiday of three partners"])

    assert refusal.relax == ()
    assert refusal.sentence.endswith("Ook als u twee regels loslaat is er geen plan.")


def test_two_rules_are_named_together_when_one_is_not_enough() -> None:
    refusal = refusal_of(
        replace(
            DRENTHE, unavailable=tuple(Absence(who, None, date(2027, 3, 1), date(2027, 7, 31)) for who in ("OM", "Politie")), number=5
        )
    )  # fmt: skip

    assert all(len(way) == 2 for way in refusal.relax) or ("gap",) in refusal.relax
    assert refusal.relax
