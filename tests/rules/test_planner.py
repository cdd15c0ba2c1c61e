"""The plan of a year: the case that the design works out to the hundredth, its variants, and what any other choice costs."""

from dataclasses import replace
from datetime import date

import pytest

from hub.consultations.planner import Absence, PlanRules, explain, plan_year, price
from hub.consultations.question import SchoolBreak
from hub.consultations.sentences import as_json, day_as_json, lines_of, lines_of_day, lines_of_price, points
from hub.kernel.errors import Invalid
from hub.kernel.words import Month
from tests.planning import DRENTHE, DRENTHE_DAYS


def of(*days: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(f"2027-{day}") for day in days)


def test_the_year_of_drenthe_is_the_one_of_the_design_to_the_hundredth() -> None:
    planned = plan_year(DRENTHE)

    assert planned.cost == 1240
    assert [
        (
            place.day,
            place.gap,
            place.frozen,
            place.earliest,
            place.day_cost,
            place.gap_cost,
            [(one.day, one.extra) for one in place.reserves],
        )
        for place in planned.places
    ] == [
        (*of("01-28"), 63, *of("01-04", "01-18"), 240, 204, [(date(2027, 1, 26), 170), (date(2027, 1, 21), 450)]),
        (*of("04-15"), 77, *of("04-01", "04-15"), 0, 33, [(date(2027, 4, 20), 435), (date(2027, 3, 30), 1358)]),
        (*of("06-24"), 70, *of("06-01", "06-15"), 210, 18, [(date(2027, 6, 29), 6), (date(2027, 6, 22), 171)]),
        (*of("09-16"), 84, *of("09-01", "09-15"), 30, 247, [(date(2027, 8, 31), 531), (date(2027, 9, 21), 578)]),
        (*of("11-25"), 70, *of("11-01", "11-15"), 240, 18, [(date(2027, 11, 18), 36), (date(2027, 11, 23), 73)]),
    ]
    assert len(planned.candidates) == 38
    assert [plan.cost for plan in planned.next_best] == [1246, 1276, 1282, 1294]
    assert planned.next_best[0].days == of("01-28", "04-15", "06-29", "09-16", "11-25")
    assert [place.reference for place in planned.places] == [
        Month(2026, 12), Month(2027, 3), Month(2027, 5), Month(2027, 8), Month(2027, 10),
    ]  # fmt: skip


def test_every_tuesday_and_thursday_that_was_prepared_in_time_is_refused_for_the_reason_of_the_design() -> None:
    refused = plan_year(DRENTHE).refused

    days = {
        day: {reason.rule for reason in reasons}
        for day, reasons in refused.items()
        if day.isoweekday() in (2, 4) and "lead" not in {reason.rule for reason in reasons}
    }
    school, feast = {"school_holiday"}, {"religious_day"}
    assert days == {
        **dict.fromkeys(of("02-23", "02-25"), school), **dict.fromkeys(of("04-22"), feast),
        date(2027, 4, 27): {"public_holiday", *school}, **dict.fromkeys(of("04-29"), school),
        **dict.fromkeys(of("07-15", "07-20", "07-22", "07-27", "07-29", "08-17", "08-19"), school),
        **dict.fromkeys(of("10-19", "10-21"), school), **dict.fromkeys(of("10-28"), feast), **dict.fromkeys(of("12-28", "12-30"), school),
    }  # fmt: skip
    assert len(refused) + 38 == 365


@pytest.mark.parametrize(("different", "candidates", "days", "cost"), [
    ({"freeze_day": 5}, 23, of("01-28", "03-30", "06-22", "08-31", "11-23"), 2380),
    ({"unavailable": (*DRENTHE.unavailable, Absence("OM", 4))}, 20, of("02-16", "04-20", "06-22", "08-31", "11-16"), 2054),
    ({"same_month": False}, 79, of("02-04", "04-15", "06-24", "09-02", "11-18"), 1185),
])  # fmt: skip
def test_the_variants_of_drenthe_come_out_as_in_the_design(
    different: dict[str, object], candidates: int, days: tuple[date, ...], cost: int
) -> None:
    planned = plan_year(replace(DRENTHE, **different))

    assert (len(planned.candidates), planned.days, planned.cost) == (candidates, days, cost)


def test_an_older_collection_is_used_when_that_is_allowed_and_then_no_month_twice() -> None:
    planned = plan_year(replace(DRENTHE, same_month=False))

    months = [place.reference for place in planned.places]
    assert planned.days[0] == date(2027, 2, 4)
    assert months[0] == Month(2026, 12)
    assert len(set(months)) == len(months)


def test_a_locked_day_stays_and_the_rest_of_the_year_goes_around_it() -> None:
    planned = plan_year(replace(DRENTHE, locked={2: date(2027, 4, 20)}))

    assert planned.days[1] == date(2027, 4, 20)
    assert explain(DRENTHE, day=date(2027, 4, 20)).extra == planned.cost - 1240 == 338
    assert date(2027, 4, 15) in [one.day for one in planned.places[1].reserves]


def test_a_locked_day_may_break_a_rule_and_the_plan_says_which() -> None:
    planned = plan_year(replace(DRENTHE, locked={1: date(2027, 1, 8), 2: date(2027, 1, 20)}))

    assert planned.days[:2] == of("01-08", "01-20")
    assert {reason.rule for reason in planned.places[0].broken} == {"lead", "absent/1", "absent/3"}
    assert any("Vastgezet" in line for line in lines_of(planned))


def test_another_choice_is_priced_with_its_difference_and_the_rules_that_it_breaks() -> None:
    kept, other = price(DRENTHE, days=DRENTHE_DAYS), price(DRENTHE, days=of("01-28", "04-15", "05-06", "09-16"))

    assert (kept.cost, kept.difference, kept.broken) == (1240, 0, ())
    assert other.difference == other.cost - 1240
    assert other.broken[0] == "Het zijn 4 bijeenkomsten in plaats van 5."
    assert "Donderdag 6 mei: Het is Hemelvaartsdag." in other.broken
    assert "Donderdag 6 mei: 21 dagen na de vorige; afgesproken is 56 tot en met 98." in other.broken
    assert any("Hemelvaartsdag" in line for line in lines_of_price(other))


@pytest.mark.parametrize("days", [(), of("04-15", "01-28"), of("04-15", "04-15"), (date(2026, 12, 1),)])
def test_days_out_of_order_or_out_of_the_year_have_no_price(days: tuple[date, ...]) -> None:
    with pytest.raises(Invalid):
        price(DRENTHE, days=days)


def test_a_day_that_can_be_is_explained_with_the_cheapest_plan_that_holds_it() -> None:
    second, chosen, lonely = (explain(DRENTHE, day=day) for day in of("06-29", "06-24", "12-16"))

    assert second.is_candidate
    assert (second.extra, second.judged.cost) == (6, 400)
    assert second.best is not None
    assert second.best.days == of("01-28", "04-15", "06-29", "09-16", "11-25")
    assert chosen.extra == 0
    assert (lonely.is_candidate, lonely.best is None or (lonely.extra or 0) > 0) == (True, True)
    assert "0,06 punten meer" in lines_of_day(second)[-1]
    assert lines_of_day(chosen)[-1].startswith("Een goedkoopste plan heeft deze dag: 28 januari")


def test_a_day_too_far_from_every_other_is_said_to_be_in_no_plan() -> None:
    alone = explain(replace(DRENTHE, number=2, gap=range(300, 401), previous=date(2026, 3, 1)), day=date(2027, 6, 24))

    assert (alone.is_candidate, alone.best) == (True, None)
    assert lines_of_day(alone)[-1] == "Geen plan heeft deze dag: er zijn geen andere dagen op de goede afstand."


def test_a_day_that_cannot_be_is_explained_with_every_rule_and_its_source() -> None:
    kings_day = explain(DRENTHE, day=date(2027, 4, 27))

    assert [(reason.rule, reason.sentence) for reason in kings_day.judged.refused] == [
        ("public_holiday", "Het is Koningsdag."), ("school_holiday", "Het is Meivakantie, regio Noord."),
    ]  # fmt: skip
    assert all(reason.source for reason in kings_day.judged.refused)
    assert kings_day.best is None
    assert lines_of_day(kings_day)[0] == "Dinsdag 27 april kan niet."
    with pytest.raises(Invalid):
        explain(DRENTHE, day=date(2026, 4, 27))


def test_a_question_survives_being_written_as_json_with_everything_in_it() -> None:
    full = replace(
        DRENTHE,
        unavailable=(*DRENTHE.unavailable, Absence("COC", None, *of("05-03", "05-07")), Absence("Zaal", 2, *of("09-01", "09-30"))),
        schools=(SchoolBreak("Herfstvakantie", *of("10-09", "10-15"), "brief"),), taken={date(2027, 9, 16): ("Groningen",)},
        locked={2: date(2027, 4, 20)}, weights={"weekday": 150}, same_month=False,
    )  # fmt: skip

    assert PlanRules.from_json(full.to_json()) == full


@pytest.mark.parametrize("broken", [
    None, [], {}, {**DRENTHE.to_json(), "year": "2027"}, {**DRENTHE.to_json(), "same_month": 1}, {**DRENTHE.to_json(), "gap": [56]},
    {**DRENTHE.to_json(), "unavailable": [["OM", 8, None, None]]}, {**DRENTHE.to_json(), "taken": {"soon": []}},
    {**DRENTHE.to_json(), "unavailable": [[7, 1, None, None]]},
    {**DRENTHE.to_json(), "weights": {"rain": 3}}, {**DRENTHE.to_json(), "previous": "2027-01-02"},
])  # fmt: skip
def test_a_question_that_cannot_be_meant_is_refused(broken: object) -> None:
    with pytest.raises(Invalid):
        PlanRules.from_json(broken)


@pytest.mark.parametrize(("field", "value"), [
    ("number", 0), ("number", 13), ("gap", range(31, 60)), ("gap", range(60, 60)), ("gap", range(56, 98, 7)), ("lead", 41),
    ("freeze_day", 0), ("weekday", 6), ("unavailable", (Absence("OM"),)), ("unavailable", (Absence("OM", None, *of("05-07", "05-03")),)),
    ("locked", {6: date(2027, 4, 20)}), ("locked", {1: date(2027, 4, 20), 2: date(2027, 4, 15)}), ("weights", {"weekday": -1}),
])  # fmt: skip
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        replace(DRENTHE, **{field: value})

    assert [problem.place for problem in refused.value.problems] == [field]


def test_a_year_beyond_the_calendars_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        replace(DRENTHE, year=2036, previous=date(2035, 11, 26))

    assert [problem.place for problem in refused.value.problems] == ["year"]


def test_with_older_collections_two_consultations_stay_further_apart_or_they_would_share_a_month() -> None:
    near = range(40, 99)

    with pytest.raises(Invalid):
        replace(DRENTHE, gap=near, same_month=False)
    assert replace(DRENTHE, gap=near).gap == near


def test_a_wish_that_weighs_nothing_costs_nothing_and_is_not_named() -> None:
    planned = plan_year(replace(DRENTHE, weights={"freshness": 0}))

    assert all(reason.rule != "freshness" for place in planned.places for reason in place.reasons)


def test_a_plan_is_said_in_lines_and_as_json_with_the_same_numbers() -> None:
    planned = plan_year(DRENTHE)
    said, lines = as_json(planned), lines_of(planned)

    assert (said["cost"], said["days"], said["candidates"]) == (1240, [day.isoformat() for day in DRENTHE_DAYS], 38)
    assert lines[0] == "Jaarplan 2027: 5 bijeenkomsten, 12,40 punten. Goedkoper kan niet."
    assert any("in reserve: dinsdag 26 januari (+1,70) of donderdag 21 januari (+4,50)" in line for line in lines)
    assert day_as_json(explain(DRENTHE, day=date(2027, 6, 29)))["extra"] == 6
    assert (points(-5), points(0), points(1240)) == ("-0,05", "0,00", "12,40")
