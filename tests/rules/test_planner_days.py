"""The days that a plan avoids: school and public holidays, religious and memorial days, weekends, absences and other bodies."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hub.consultations.days import judge_year, why_absent
from hub.consultations.observances import BREAKS, NoSchoolHolidays, observances, public_days, school_breaks
from hub.consultations.planner import plan_year
from hub.consultations.question import WEIGHTS, YEARS, Absence, SchoolBreak
from hub.kernel.words import Month
from tests.planning import DRENTHE

A_DAY = timedelta(days=1)


def on(day: str) -> set[str]:
    """The rules that speak of this day of 2027."""
    return {one.rule for one in observances(2027).get(date.fromisoformat(f"2027-{day}"), ())}


def refused(day: str, **different: object) -> set[str]:
    judged = judge_year(replace(DRENTHE, **different))
    return {reason.rule for reason in judged[date.fromisoformat(f"2027-{day}")].refused}


def costs(day: str, **different: object) -> dict[str, int]:
    judged = judge_year(replace(DRENTHE, **different))
    return {reason.rule: reason.points for reason in judged[date.fromisoformat(f"2027-{day}")].costs}


@pytest.mark.parametrize(("name", "first", "last"), [
    ("Kerstvakantie", "2026-12-19", "2027-01-03"), ("Voorjaarsvakantie", "2027-02-20", "2027-02-28"),
    ("Meivakantie", "2027-04-24", "2027-05-02"), ("Zomervakantie", "2027-07-10", "2027-08-22"),
    ("Herfstvakantie", "2027-10-16", "2027-10-24"), ("Kerstvakantie", "2027-12-25", "2028-01-09"),
])  # fmt: skip
def test_the_school_holidays_of_the_north_are_those_of_the_ministry(name: str, first: str, last: str) -> None:
    found = {(one.name, one.first.isoformat(), one.last.isoformat()) for one in school_breaks(2027)}

    assert (name, first, last) in found
    assert len(found) == 6
    assert all("2024, 19237" in one.source for one in school_breaks(2027))


def test_the_year_after_has_the_holidays_of_its_own_school_year() -> None:
    found = {one.name: (one.first, one.last) for one in school_breaks(2028)}

    assert found["Voorjaarsvakantie"] == (date(2028, 2, 19), date(2028, 2, 27))
    assert found["Meivakantie"] == (date(2028, 4, 29), date(2028, 5, 7))
    assert found["Zomervakantie"] == (date(2028, 7, 15), date(2028, 8, 27))


@pytest.mark.parametrize(("year", "missing"), [
    (2030, ("Herfstvakantie",)), (2031, ("Voorjaarsvakantie", "Meivakantie", "Zomervakantie", "Herfstvakantie", "Kerstvakantie")),
])  # fmt: skip
def test_a_year_whose_school_holidays_are_not_all_known_is_refused_with_the_missing_ones(year: int, missing: tuple[str, ...]) -> None:
    with pytest.raises(NoSchoolHolidays) as refusal:
        plan_year(replace(DRENTHE, year=year, previous=date(year - 1, 11, 26)))

    assert refusal.value.missing == missing
    assert all(name.lower() in refusal.value.sentence for name in missing)


def test_a_coordinator_may_enter_a_missing_school_holiday_with_its_source_and_then_the_year_is_planned() -> None:
    autumn = SchoolBreak("Herfstvakantie", date(2030, 10, 12), date(2030, 10, 20), "brief van het ministerie")
    rules = replace(DRENTHE, year=2030, previous=date(2029, 11, 22), schools=(autumn,))

    planned = plan_year(rules)

    assert len(planned.days) == 5
    assert "brief van het ministerie" in {reason.source for reason in planned.refused[date(2030, 10, 15)]}


def test_the_public_holidays_of_2027_are_all_there_and_5_may_is_a_rule_of_its_own() -> None:
    assert {day.strftime("%m-%d") for day in public_days(2027)} == {
        "01-01", "03-26", "03-28", "03-29", "04-27", "05-06", "05-16", "05-17", "12-25", "12-26",
    }  # fmt: skip
    assert "liberation_day" in on("05-05")
    assert "public_holiday" not in on("05-05")


def test_a_holiday_that_ends_on_sunday_leaves_monday_free_but_dearer() -> None:
    monday = "08-23"

    assert "school_holiday" not in on(monday)
    assert "school_holiday" in on("08-22")
    assert {"near_school_holiday"} == on(monday) == on("08-25")
    assert on("08-26") == set()
    assert {"near_school_holiday"} == on("07-08") == on("07-09")
    assert on("07-07") == set()


@pytest.mark.parametrize(("rule", "days"), [
    ("religious_day", [
        "03-08", "03-09", "03-10", "03-22", "04-22", "04-23", "05-15", "05-16", "05-17", "10-02", "10-03", "10-11", "10-28",
    ]),
    ("jewish_day", ["04-28", "04-29", "06-11", "06-12", "10-16", "10-17", "10-23", "10-24"]),
    ("jewish_eve", ["04-21", "04-27", "06-10", "10-01", "10-10", "10-15", "10-22"]),
    ("ashura", ["06-15"]), ("after_divali", ["10-29"]), ("keti_koti", ["07-01"]), ("keti_koti_eve", ["06-30"]),
    ("memorial_day", ["05-04", "11-20", "12-10"]), ("partner_day", ["01-27", "03-21", "05-17", "10-11"]), ("fifth_of_december", ["12-05"]),
])  # fmt: skip
def test_the_days_of_2027_that_matter_to_people_are_these(rule: str, days: list[str]) -> None:
    assert [day.strftime("%m-%d") for day, found in observances(2027).items() if rule in {one.rule for one in found}] == days


def test_ramadan_and_pride_are_stretches_of_days() -> None:
    ramadan, pride = (
        [day for day, found in observances(2027).items() if rule in {one.rule for one in found}] for rule in ("ramadan", "pride_week")
    )

    assert (ramadan[0], ramadan[-1], len(ramadan)) == (date(2027, 2, 8), date(2027, 3, 8), 29)
    assert (pride[0], pride[-1], len(pride)) == (date(2027, 7, 31), date(2027, 8, 8), 9)


@pytest.mark.parametrize("year", range(2026, 2030))
def test_every_year_has_both_eids_with_a_day_on_each_side_and_every_weight_is_a_rule_that_occurs(year: int) -> None:
    names = [one.name for found in observances(year).values() for one in found if one.rule == "religious_day"]
    rules = {one.rule for found in observances(year).values() for one in found}

    assert names.count("Suikerfeest") >= 3
    assert names.count("Offerfeest") >= 3
    assert WEIGHTS.keys() - rules == {"weekday", "freshness"}


@pytest.mark.parametrize("year", YEARS)
def test_no_calendar_is_silent_about_a_year_that_may_be_planned(year: int) -> None:
    entered = tuple(SchoolBreak(name, date(year, month, 1), date(year, month, 5), "zelf") for month, name in enumerate(BREAKS, start=1))
    days = [(day, one) for day, found in observances(year, entered=entered).items() for one in found]
    names = [one.name for _, one in days if one.rule == "religious_day"]

    assert {name: names.count(name) for name in ("Divali", "Holi-Phagwa", "Jom Kipoer", "Rosj Hasjana", "Pesach")} == {
        "Divali": 1, "Holi-Phagwa": 1, "Jom Kipoer": 1, "Rosj Hasjana": 2, "Pesach": 2,
    }  # fmt: skip
    assert {"Suikerfeest", "Offerfeest"} <= set(names)
    assert {one.rule for _, one in days} >= {"ramadan", "ashura", "public_holiday", "pride_week"}


def test_a_day_is_refused_by_each_rule_that_forbids_it_and_by_no_other() -> None:
    assert refused("01-28") == set()
    assert refused("01-30") == {"weekend"}
    assert refused("01-29") == {"absent/1", "absent/3"}
    assert refused("04-14") == {"lead", "absent/2"}
    assert refused("01-28", taken={date(2027, 1, 28): ("Groningen",)}) == {"taken"}
    assert refused("01-28", unavailable=(Absence("COC", None, date(2027, 1, 25), date(2027, 1, 28)),)) == {"absent/0"}
    assert refused("01-29", unavailable=(Absence("COC", None, date(2027, 1, 25), date(2027, 1, 28)),)) == set()


def test_a_weekday_within_a_period_is_refused_only_there() -> None:
    away = (Absence("COC", 4, date(2027, 1, 25), date(2027, 2, 5)),)

    assert [refused(day, unavailable=away, same_month=False) for day in ("01-27", "01-28", "02-04", "02-11")] == [
        set(), {"absent/0"}, {"absent/0"}, set(),
    ]  # fmt: skip


def test_costs_of_one_day_add_up_and_weights_may_be_changed() -> None:
    assert costs("03-30") == {"beside_public_holiday": 400, "weekday": 100, "freshness": 9 * 30}
    assert costs("03-30", weights={"beside_public_holiday": 1000, "freshness": 0}) == {"beside_public_holiday": 1000, "weekday": 100}
    assert costs("02-18", same_month=True)["near_school_holiday"] == 200


def test_preparing_takes_working_days_so_the_earliest_day_skips_weekends_and_holidays() -> None:
    judged = judge_year(DRENTHE)

    assert judged[date(2027, 5, 18)].earliest == date(2027, 4, 15)
    assert judged[date(2027, 5, 19)].earliest == date(2027, 5, 19)
    assert judged[date(2027, 5, 19)].reference == Month(2027, 4)
    assert refused("05-18") == {"lead"}
    assert judged[date(2027, 1, 4)].reference == Month(2026, 11)


def test_without_the_rule_of_the_month_every_day_has_an_older_collection_that_is_ready() -> None:
    judged = judge_year(replace(DRENTHE, same_month=False))

    assert not [day for day, one in judged.items() if "lead" in {reason.rule for reason in one.refused}]
    assert all(one.earliest <= day for day, one in judged.items())
    assert all(a.reference <= b.reference for a, b in zip(judged.values(), list(judged.values())[1:], strict=False))


def test_a_second_week_that_is_entered_joins_the_holiday_before_it() -> None:
    second = SchoolBreak("Meivakantie, tweede week", date(2027, 5, 3), date(2027, 5, 9), "afspraak van de partners")

    assert "school_holiday" in refused("05-04", schools=(second,))
    assert "near_school_holiday" in costs("05-03")
    assert "near_school_holiday" not in costs("05-03", schools=(second,))
    assert "near_school_holiday" in costs("05-12", schools=(second,))


@pytest.mark.parametrize(("absence", "sentence"), [
    (Absence("OM", 1), "OM kan niet op maandag."),
    (Absence("OM", None, date(2027, 5, 3), date(2027, 5, 3)), "OM kan niet op maandag 3 mei."),
    (Absence("OM", None, date(2027, 5, 3), date(2027, 5, 7)), "OM kan niet van 3 mei tot en met 7 mei."),
    (Absence("OM", 2, date(2027, 5, 3), date(2027, 6, 7)), "OM kan niet op dinsdag van 3 mei tot en met 7 juni."),
])  # fmt: skip
def test_an_absence_is_said_as_people_say_it(absence: Absence, sentence: str) -> None:
    assert why_absent(absence) == sentence
