"""Terms: months counted as the law counts them, the earliest day where a case is not precise, and warnings that come in time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.partners.rules import Kind
from hub.sharing.facts import Span, day_of, month_span, quarter_of, week_of, year_of
from hub.watches.rules import (
    IN_SIGHT,
    TERMS,
    Certainty,
    Due,
    OwnCase,
    Rule,
    add_months,
    case_dues,
    is_in_sight,
    silence,
    warnings,
    yearly_figures,
)

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
HOLDERS = (Kind.POLICE, Kind.OM, Kind.BUREAU)
COARSER = (week_of, month_span, quarter_of, year_of)


def case(incident: Span | None = None, **different: object) -> OwnCase:
    found: dict[str, object] = {
        "code": "0123456789A", "first_released_on": date(2020, 1, 1), "is_closed": False, "incident": incident, "report_kind": "aangifte",
        "nature": None, "offences": (), "outcome": None, "outcome_on": None,
    }  # fmt: skip
    return OwnCase(**{**found, **different})  # type: ignore[arg-type]


def found(one: OwnCase, kind: Kind) -> dict[Rule, Due]:
    return {due.rule: due for due in case_dues(one, kind=kind)}


@pytest.mark.parametrize(("start", "months", "last"), [
    (date(2027, 1, 31), 1, date(2027, 2, 28)), (date(2026, 11, 30), 3, date(2027, 2, 28)), (date(2028, 2, 29), 12, date(2029, 2, 28)),
    (date(2026, 10, 7), 3, date(2027, 1, 7)), (date(2026, 12, 31), 72, date(2032, 12, 31)), (date(2026, 12, 15), 1, date(2027, 1, 15)),
])  # fmt: skip
def test_months_are_added_on_the_same_day_or_the_last_of_the_month(start: date, months: int, last: date) -> None:
    assert add_months(start, months=months) == last


@given(day=DAYS, months=st.integers(0, 120))
def test_more_months_never_end_sooner_and_land_in_the_right_month(day: date, months: int) -> None:
    last = add_months(day, months=months)

    assert (last.year * 12 + last.month) - (day.year * 12 + day.month) == months
    assert last.day <= day.day
    assert last <= add_months(day + timedelta(days=1), months=months)


@given(
    day=DAYS,
    coarser=st.sampled_from(COARSER),
    kind=st.sampled_from([Kind.POLICE, Kind.OM, Kind.BUREAU]),
    later=st.integers(0, 200),
    on=DAYS,
)
def test_a_coarser_day_never_warns_later_than_the_day_itself(day: date, coarser: object, kind: Kind, later: int, on: date) -> None:
    released = day + timedelta(days=later)
    facts = {"nature": "vijandige_bejegening", "offences": ("137c", "266"), "report_kind": "melding", "first_released_on": released}
    exact, vague = found(case(day_of(day), **facts), kind), found(case(coarser(day), **facts), kind)  # type: ignore[operator]

    assert exact.keys() <= vague.keys()
    for rule, due in ((rule, vague[rule]) for rule in exact):
        assert due.last_day <= exact[rule].last_day <= due.latest
        assert is_in_sight(due, on=on) or not is_in_sight(exact[rule], on=on)
        assert warnings(rule, last_day=due.last_day, on=on) >= warnings(rule, last_day=exact[rule].last_day, on=on)


def test_each_kind_of_partner_watches_its_own_terms() -> None:
    facts = {"nature": "vijandige_bejegening", "offences": ("137c", "266"), "report_kind": "melding"}
    one = case(day_of(date(2026, 10, 7)), **facts)

    assert {kind: set(found(one, kind)) for kind in (Kind.POLICE, Kind.OM, Kind.BUREAU, Kind.STATISTICS)} == {
        Kind.POLICE: {Rule.CONTACT_OFFICER, Rule.COMPLAINT, Rule.PRESCRIPTION},
        Kind.OM: {Rule.INTERIM_MESSAGE, Rule.COMPLAINT, Rule.PRESCRIPTION},
        Kind.BUREAU: {Rule.COMPLAINT},
        Kind.STATISTICS: {Rule.COMPLAINT},
    }


@pytest.mark.parametrize(("offences", "last"), [
    (("429quater",), date(2029, 10, 7)), (("137c",), date(2032, 10, 7)), (("137c", "429quater"), date(2029, 10, 7)),
])  # fmt: skip
def test_an_infraction_expires_after_three_years_and_a_crime_after_six(offences: tuple[str, ...], last: date) -> None:
    due = found(case(day_of(date(2026, 10, 7)), offences=offences), Kind.OM)[Rule.PRESCRIPTION]

    assert (due.last_day, due.certainty) == (last, Certainty.EXACT)
    vague = found(case(month_span(date(2026, 10, 7)), offences=offences), Kind.OM)[Rule.PRESCRIPTION]
    assert (vague.last_day.day, vague.certainty) == (1, Certainty.EARLIEST)


def test_the_end_of_a_case_leaves_the_term_that_begins_with_it() -> None:
    closed = case(day_of(date(2026, 10, 7)), is_closed=True, outcome="sepot_beleid", outcome_on=date(2026, 11, 30), offences=("137c",))

    assert {rule: due.last_day for rule, due in found(closed, Kind.OM).items()} == {Rule.NO_PROSECUTION: date(2027, 2, 28)}
    assert found(case(is_closed=True, outcome="veroordeling", outcome_on=date(2026, 11, 30)), Kind.OM) == {}


def test_a_term_is_kept_from_four_months_before_its_end_or_sooner_where_its_warning_is() -> None:
    last = date(2027, 3, 31)
    near = Due(Rule.FIGURES, "2026", date(2027, 1, 1), last, last, Certainty.EXACT)
    far = Due(Rule.PRESCRIPTION, "x", date(2024, 3, 31), last, last, Certainty.EXACT)

    assert [is_in_sight(near, on=last - timedelta(days=days)) for days in (IN_SIGHT + 1, IN_SIGHT, 0, -60, -61)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert [is_in_sight(far, on=last - timedelta(days=days)) for days in (184, 183)] == [False, True]


def test_silence_is_in_sight_only_once_ninety_days_are_over() -> None:
    due = silence("x", changed_on=date(2026, 8, 5))

    assert due.last_day == date(2026, 11, 3)
    assert [is_in_sight(due, on=date(2026, 11, day)) for day in (3, 4)] == [False, True]


def test_yearly_figures_are_due_before_the_first_of_april() -> None:
    assert [(due.reference, due.last_day) for due in yearly_figures(date(2026, 11, 4))] == [
        ("2025", date(2026, 3, 31)), ("2026", date(2027, 3, 31)),
    ]  # fmt: skip


def test_every_rule_has_its_words_and_a_last_warning_no_later_than_its_end() -> None:
    assert set(TERMS) == set(Rule)
    for term in TERMS.values():
        assert min(term.warn) >= 0 and list(term.warn) == sorted(term.warn, reverse=True)
        assert term.title and term.todo.endswith(".") and not term.source.endswith(".")
