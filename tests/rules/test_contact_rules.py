"""Contacts: what a side may do in each state, the days it has, its two reminders, and a contact person as typed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.contacts.rules import (
    ALLOWED,
    CHANNELS,
    LONGEST,
    STATES,
    TO_DO,
    WORKING_DAYS,
    Deed,
    Desk,
    DeskRefused,
    State,
    due_after,
    may,
    read_day,
    read_desk,
    reminders,
)
from hub.kernel.errors import Invalid

TYPED = {"person": " M.  de Vries ", "channel": "phone", "reach": "0592 00 00 00", "moment": "dinsdag"}


def test_what_is_over_or_waits_for_the_other_allows_nothing_but_a_change_of_ones_own_answer() -> None:
    assert {state for state in State if not ALLOWED.get(state)} == {
        State.REVIEWED, State.DONE, State.NO_CONTACT, State.DECLINED, State.NOT_NOW, State.EXPIRED, State.RECALLED,
    }  # fmt: skip
    assert ALLOWED[State.WAITING] == {Deed.CONFIRM, Deed.DECLINE}
    assert set(STATES) == set(State)
    assert not may(Deed.REVIEW, state=State.AGREED)


@pytest.mark.parametrize(("stage", "on", "last"), [
    ("proposed", date(2026, 11, 4), date(2026, 11, 11)), ("agreed", date(2026, 12, 18), date(2027, 1, 5)),
    ("said", date(2027, 4, 26), date(2027, 5, 4)),
])  # fmt: skip
def test_stages_are_counted_in_working_days(stage: str, on: date, last: date) -> None:
    assert due_after(stage, on=on) == last


@given(on=st.dates(date(2026, 1, 1), date(2030, 1, 1)), stage=st.sampled_from(sorted(WORKING_DAYS)))
def test_a_side_is_reminded_twice_and_never_after_the_last_day(on: date, stage: str) -> None:
    due = due_after(stage, on=on)
    told = [reminders(due, on=on + timedelta(days=days)) for days in range((due - on).days + 1)]

    assert told[0] == 0
    assert told[-1] == 2
    assert told == sorted(told)
    assert reminders(due, on=due + timedelta(days=1)) == 0


def test_a_side_is_reminded_only_where_it_can_do_something() -> None:
    assert all(ALLOWED[state] for state in TO_DO)


def test_a_contact_person_is_read_with_its_spaces_drawn_together() -> None:
    assert read_desk(TYPED) == Desk("M. de Vries", "phone", "0592 00 00 00", "dinsdag")


@pytest.mark.parametrize(("different", "places"), [
    ({"person": "  "}, {"person"}), ({"channel": "fax"}, {"channel"}), ({"reach": "x" * 121}, {"reach"}),
    ({"moment": "a\x00b"}, {"moment"}),
    ({"person": "", "channel": "", "reach": "", "moment": ""}, {*LONGEST, "channel"}), ({"person": "a\u202eb"}, {"person"}),
])  # fmt: skip
def test_a_contact_person_that_is_not_right_tells_each_field(different: dict[str, str], places: set[str]) -> None:
    with pytest.raises(DeskRefused) as refused:
        read_desk({**TYPED, **different})

    assert {problem.place for problem in refused.value.problems} == places
    assert set(CHANNELS) == {"phone", "mail", "video", "visit"}


@pytest.mark.parametrize("typed", ["", "morgen", "2026-11-05", "2026-10-31", "2026-02-30"])
def test_a_day_of_contact_lies_between_the_proposal_and_today(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_day(typed, since=date(2026, 11, 1), until=date(2026, 11, 4))

    assert refused.value.problems[0].place == "made_on"
    assert read_day("2026-11-04", since=date(2026, 11, 4), until=date(2026, 11, 4)) == date(2026, 11, 4)
