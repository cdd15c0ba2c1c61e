"""Periods of time have one spelling, and a week never crosses a month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.sharing.facts import FACTS, NotASpan, Span, day_of, month_span, parse_span, quarter_of, week_of, year_of

days = some.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31))
periods = some.builds(lambda period, day: period(day), some.sampled_from([day_of, week_of, month_span, quarter_of, year_of]), days)


@given(periods)
def test_a_period_is_read_back_as_it_was_written(span: Span) -> None:
    assert parse_span(str(span)) == span
    assert Span(span.first, span.last) == span


@given(days)
def test_every_day_lies_in_its_week_and_the_week_in_its_month(day: date) -> None:
    week, month = week_of(day), month_span(day)

    assert week.first <= day <= week.last
    assert month.first <= week.first
    assert week.last <= month.last
    assert week.first.day in (1, 8, 15, 22)


@given(days, days)
def test_a_stretch_of_days_that_is_no_period_is_refused(one: date, other: date) -> None:
    known = {day_of(one), week_of(one), month_span(one), quarter_of(one), year_of(one)}
    if all((span.first, span.last) != (one, other) for span in known):
        with pytest.raises(NotASpan):
            Span(one, other)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-10-07", date(2026, 10, 7), date(2026, 10, 7)),
        ("2026-10-01/2026-10-07", date(2026, 10, 1), date(2026, 10, 7)),
        ("2026-02-22/2026-02-28", date(2026, 2, 22), date(2026, 2, 28)),
        ("2028-02-22/2028-02-29", date(2028, 2, 22), date(2028, 2, 29)),
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_written_like_this(text: str, first: date, last: date) -> None:
    assert parse_span(text) == Span(first, last)
    assert str(Span(first, last)) == text


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-13", "2026-Q5", "2026-10-32", "2026-02-29", "2026-10-01/2026-10-08", "2026-10-02/2026-10-07", "2026-10-29/2026-11-04",
     "2026-10-7", "07-10-2026", " 2026", "2026\n", "２０２６", "0000", "2026-10/2026-11", "2026-10-22/2026-10-30"],
)  # fmt: skip
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(NotASpan):
        parse_span(text)


def test_consecutive_days_share_a_week_unless_a_border_lies_between() -> None:
    first = date(2026, 1, 1)
    starts = {week_of(first + timedelta(number)).first for number in range(365)}

    assert len(starts) == 48


def test_there_are_twenty_facts() -> None:
    assert len(FACTS) == len(set(FACTS)) == 20
