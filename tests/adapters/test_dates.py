"""Dates are read by agreed patterns: what fits becomes the day or the stretch that was written, anything else is refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.dates import NotADate, date_reader
from hub.sharing.facts import day_of

READ = (
    ("dd-mm-yyyy", "07-10-2026", "2026-10-07"),
    ("dd-mm-yyyy", "7-1-2026", "2026-01-07"),
    ("dd/mm/yy", "07/10/26", "2026-10-07"),
    ("dd-month-yy", "07-AUG-91", "1991-08-07"),
    ("dd month yyyy", "7 oktober 2026", "2026-10-07"),
    ("dd month yyyy", "7 okt. 2026", "2026-10-07"),
    ("dd month yyyy", "7 Mrt 2026", "2026-03-07"),
    ("weekday dd month yyyy", "woensdag 7 oktober 2026", "2026-10-07"),
    ("month dd, yyyy", "Jan 3, 2018", "2018-01-03"),
    ("mm/dd/yyyy time", "10/07/2026 12:00:00 AM", "2026-10-07"),
    ("yyyy-mm-ddTtime", "2026-10-07T22:15:00.000", "2026-10-07"),
    ("yyyy/mm/dd timezone", "2018/01/03 05:00:00+00", "2018-01-03"),
    ("yyyymmdd", "20261007", "2026-10-07"),
    ("ddmmyyyy", "07102026", "2026-10-07"),
    ("mm-yyyy", "10-2026", "2026-10"),
    ("month yyyy", "oktober 2026", "2026-10"),
    ("Kquarter yyyy", "K4 2026", "2026-Q4"),
    ("yyyy", "2026", "2026"),
    ("yyyy-Wweek", "2026-W41", "2026-10"),  # the whole week lies in October
    ("yyyy-Wweek", "2026-W40", "2026"),  # September and October: two quarters
    ("yyyy-Wweek", "2026-W44", "2026-Q4"),  # October and November
    ("'week' week 'van' yyyy", "week 41 van 2026", "2026-10"),
    ("excel", "46302", "2026-10-07"),
    ("excel", "46302.75", "2026-10-07"),
    ("epoch_ms", "1514764800000", "2018-01-01"),
    ("epoch_s", "1514764800", "2018-01-01"),
)
REFUSED = (
    ("dd-mm-yyyy", "31-02-2026"),
    ("dd-mm-yyyy", "10-31-2026"),
    ("dd-mm-yyyy", "2026-10-07"),
    ("dd-mm-yyyy", "07-10-26"),
    ("dd-mm-yyyy", "07-10-2026 12:00"),
    ("dd-mm-yyyy", "07-10-1026"),
    ("dd-mm-yyyy", "٠٧-١٠-٢٠٢٦x"),
    ("dd month yyyy", "7 brumaire 2026"),
    ("yyyymmdd", "2026107"),
    ("yyyy-Wweek", "2026-W54"),
    ("excel", "60"),
    ("excel", "9999999"),
    ("epoch_ms", "99999999999999"),
    ("yyyy", ""),
)


@pytest.mark.parametrize(("pattern", "text", "expected"), READ)
def test_a_date_in_an_agreed_pattern_becomes_this_stretch(pattern: str, text: str, expected: str) -> None:
    assert str(date_reader((pattern,), precision=None)(text)) == expected


@pytest.mark.parametrize(("pattern", "text"), REFUSED)
def test_a_date_that_does_not_fit_or_does_not_exist_is_refused_with_a_sentence(pattern: str, text: str) -> None:
    with pytest.raises(NotADate) as refusal:
        date_reader((pattern,), precision=None)(text)

    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("precision", "expected"),
    [("day", "2026-10-07"), ("week", "2026-10-01/2026-10-07"), ("month", "2026-10"), ("quarter", "2026-Q4"), ("year", "2026")],
)
def test_a_precision_makes_a_day_as_coarse_as_it_really_is(precision: str, expected: str) -> None:
    assert str(date_reader(("yyyy-mm-dd",), precision=precision)("2026-10-07")) == expected


def test_a_precision_never_makes_a_date_finer_than_it_was_written() -> None:
    assert str(date_reader(("yyyy",), precision="month")("2026")) == "2026"


DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
SHAPES = (
    ("dd-mm-yyyy", "%d-%m-%Y"),
    ("yyyy-mm-dd", "%Y-%m-%d"),
    ("mm/dd/yyyy", "%m/%d/%Y"),
    ("yyyymmdd", "%Y%m%d"),
    ("dd.mm.yyyy time", "%d.%m.%Y 13:37"),
)


@given(DAYS, st.sampled_from(SHAPES))
def test_every_day_written_in_a_pattern_is_read_back_as_that_day(day: date, shape: tuple[str, str]) -> None:
    pattern, written = shape

    assert date_reader((pattern,), precision=None)(day.strftime(written)) == day_of(day)


@given(DAYS)
def test_a_week_becomes_a_stretch_that_holds_each_of_its_seven_days_or_its_year(day: date) -> None:
    year, week, weekday = day.isocalendar()
    if not 1901 <= year <= 2099:
        return
    monday = day - timedelta(days=weekday - 1)

    span = date_reader(("yyyy-Wweek",), precision=None)(f"{year}-W{week}")

    assert (span.first <= monday and monday + timedelta(days=6) <= span.last) or str(span) == str(year)


@given(st.text(max_size=30))
def test_no_text_whatsoever_gives_anything_but_a_date_or_a_refusal(text: str) -> None:
    read = date_reader(("dd-mm-yyyy", "dd month yyyy", "yyyy-Wweek", "excel", "epoch_ms"), precision=None)

    try:
        span = read(text)
    except NotADate:
        return
    assert span.first <= span.last
