"""Working days in the Netherlands, and the dates of the monthly collection over years and over changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.kernel.days import (
    AMSTERDAM,
    CollectionDates,
    collection_dates,
    delivery_after,
    first_working_day,
    is_working_day,
    moment,
    month_after,
    month_before,
    reminders_before,
    working_days_after,
    working_days_before,
)
from hub.kernel.words import Month, month_of

# The freeze and the delivery of 24 months, taken from a calendar by hand: January 2026 up to and including December 2027.
BY_HAND = """
2026-01 2026-02-02 2026-02-03 · 2026-02 2026-03-02 2026-03-03 · 2026-03 2026-04-01 2026-04-02 · 2026-04 2026-05-01 2026-05-04
2026-05 2026-06-01 2026-06-02 · 2026-06 2026-07-01 2026-07-02 · 2026-07 2026-08-03 2026-08-04 · 2026-08 2026-09-01 2026-09-02
2026-09 2026-10-01 2026-10-02 · 2026-10 2026-11-02 2026-11-03 · 2026-11 2026-12-01 2026-12-02 · 2026-12 2027-01-04 2027-01-05
2027-01 2027-02-01 2027-02-02 · 2027-02 2027-03-01 2027-03-02 · 2027-03 2027-04-01 2027-04-02 · 2027-04 2027-05-03 2027-05-04
2027-05 2027-06-01 2027-06-02 · 2027-06 2027-07-01 2027-07-02 · 2027-07 2027-08-02 2027-08-03 · 2027-08 2027-09-01 2027-09-02
2027-09 2027-10-01 2027-10-04 · 2027-10 2027-11-01 2027-11-02 · 2027-11 2027-12-01 2027-12-02 · 2027-12 2028-01-03 2028-01-04
"""
MONTHS = [line.split() for line in BY_HAND.strip().replace("\n", " · ").split(" · ")]
DAYS = some.dates(date(2026, 1, 1), date(2035, 12, 31))


def month(text: str) -> Month:
    return Month(int(text[:4]), int(text[5:]))


def in_amsterdam(year: int, number: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, number, day, hour, minute, tzinfo=AMSTERDAM)


def test_december_2026_freezes_on_monday_4_january_and_reminds_around_christmas() -> None:
    dates = collection_dates(Month(2026, 12))

    assert dates == CollectionDates(
        opening=in_amsterdam(2026, 12, 1, 0, 5),
        reminders=(in_amsterdam(2026, 12, 24, 9), in_amsterdam(2026, 12, 30, 9), in_amsterdam(2027, 1, 4, 9)),
        freeze=in_amsterdam(2027, 1, 4, 17),
        delivery=in_amsterdam(2027, 1, 5, 9),
    )


@pytest.mark.parametrize(("name", "frozen", "delivered"), MONTHS, ids=[line[0] for line in MONTHS])
def test_a_month_freezes_on_the_first_working_day_after_it_and_is_delivered_on_the_next(name: str, frozen: str, delivered: str) -> None:
    dates = collection_dates(month(name))

    assert dates.freeze == datetime.combine(date.fromisoformat(frozen), time(17), AMSTERDAM)
    assert dates.delivery == datetime.combine(date.fromisoformat(delivered), time(9), AMSTERDAM)
    assert dates.opening < dates.reminders[0] < dates.reminders[1] < dates.reminders[2] < dates.freeze < dates.delivery


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-01-01", False),  # New Year
        ("2026-04-06", False),  # Easter Monday
        ("2026-04-27", False),  # King's Day
        ("2026-05-05", True),  # Liberation Day
        ("2030-05-05", False),  # a Sunday
        ("2025-05-05", True),  # Liberation Day of a year in which many have it off
        ("2016-05-05", False),  # Ascension Day on Liberation Day
        ("2026-05-14", False),  # Ascension Day
        ("2026-12-25", False),
        ("2026-12-24", True),
        ("2026-11-04", True),
        ("2026-11-07", False),  # a Saturday
    ],
)
def test_a_working_day_is_told_from_a_weekend_and_a_holiday(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is works


@given(DAYS, some.integers(1, 30))
def test_so_many_working_days_later_and_as_many_earlier_is_where_one_was(day: date, count: int) -> None:
    later = working_days_after(day, count=count)

    assert is_working_day(later)
    assert sum(is_working_day(day + timedelta(days=n)) for n in range(1, (later - day).days + 1)) == count
    if is_working_day(day):
        assert working_days_before(later, count=count) == day


@given(DAYS)
def test_no_working_day_later_is_the_day_itself(day: date) -> None:
    assert working_days_after(day, count=0) == working_days_before(day, count=0) == day


def test_a_negative_number_of_days_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        working_days_after(date(2026, 11, 4), count=-1)


@given(DAYS)
def test_the_first_working_day_of_a_month_has_none_before_it(day: date) -> None:
    first = first_working_day(month_of(day))

    assert month_of(first) == month_of(day)
    assert is_working_day(first)
    assert not any(is_working_day(first.replace(day=n)) for n in range(1, first.day))
    assert month_before(month_after(month_of(day))) == month_of(day)


def test_an_hour_that_is_skipped_lands_after_the_gap() -> None:
    assert moment(date(2027, 3, 28), at=time(2, 30)) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # 03:30 in Amsterdam
    assert moment(date(2027, 3, 28), at=time(1, 59)) == datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert moment(date(2027, 3, 28), at=time(3)) == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_of_a_double_hour_the_first_is_meant() -> None:
    assert moment(date(2027, 10, 31), at=time(2, 30)) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert moment(date(2027, 10, 31), at=time(2, 30, fold=1)) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert moment(date(2027, 10, 31), at=time(3)) == datetime(2027, 10, 31, 2, tzinfo=UTC)


@given(DAYS, some.times())
def test_later_days_are_later_moments_and_each_falls_on_its_own_day(day: date, at: time) -> None:
    at = at.replace(microsecond=0)

    assert moment(day, at=at) < moment(day + timedelta(days=1), at=at)
    assert moment(day, at=at).astimezone(AMSTERDAM).date() == day


def test_a_freeze_that_was_moved_takes_its_reminders_and_its_delivery_along() -> None:
    freeze = in_amsterdam(2026, 5, 8, 17)  # a Friday, shortly after King's Day and Liberation Day

    assert reminders_before(freeze) == (in_amsterdam(2026, 5, 1, 9), in_amsterdam(2026, 5, 6, 9), in_amsterdam(2026, 5, 8, 9))
    assert delivery_after(freeze) == in_amsterdam(2026, 5, 11, 9)
