"""Programs that others wrote read an invitation as it was meant: the same moment, words and number, wherever they run."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import ics
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as some
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from hub.invitations.invitation import CONSTANT, NEUTRAL, Invited, Meeting, feed, invitation, mail, when
from hub.kernel.days import AMSTERDAM
from tests.calendar_rules import unfolded, wrong_in_calendar, wrong_in_mail

TITLE = "Casuïstiekbespreking; Drenthe, \\ met\nregels"
PAGE = "https://schakel.example/bijeenkomsten/0f3b6a52-6d0e-4d0b-9a35-6a8f1f0c2b77"
STAMP = datetime(2026, 11, 23, 9, tzinfo=UTC)
TO = Invited("A. Bakker", "p@politie.example", "overleg@schakel.example", "https://schakel.example/uitnodiging/x")
DAYS = ("2027-02-11", "2027-06-10", "2027-10-28", "2027-11-04", "2027-03-27", "2027-03-28", "2027-10-30", "2027-10-31")
Read = tuple[datetime, datetime, str, str, int]


def meeting(day: str = "2027-02-11", **different: object) -> Meeting:
    starts = datetime.fromisoformat(f"{day}T13:30").replace(tzinfo=AMSTERDAM).astimezone(UTC)
    made = Meeting("5e0c7b1e@schakel.example", 3, STAMP, starts, starts + timedelta(minutes=150), TITLE, "Provinciehuis, Assen", PAGE)
    return replace(made, **different)  # type: ignore[arg-type]


def by_icalendar(text: str) -> Read:
    [event] = Calendar.from_ical(text).walk("VEVENT")
    return event.decoded("dtstart"), event.decoded("dtend"), str(event["summary"]), str(event["uid"]), int(event["sequence"])


def by_ical(text: str) -> Read:
    [event] = IcsCalendarStream.calendar_from_ics(text).events
    return event.dtstart, event.dtend, event.summary, event.uid, event.sequence  # type: ignore[return-value]


def by_vobject(text: str) -> Read:
    event = vobject.readOne(text).vevent
    return event.dtstart.value, event.dtend.value, event.summary.value, event.uid.value, int(event.sequence.value)


def by_ics(text: str) -> Read:
    [event] = ics.Calendar(text).events
    [sequence] = [line.value for line in event.extra if line.name == "SEQUENCE"]
    return event.begin.datetime, event.end.datetime, event.name, event.uid, int(sequence)


@pytest.fixture(params=["UTC", "Europe/Amsterdam", "America/New_York"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The machine stands in this zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("read", [by_icalendar, by_ical, by_vobject, by_ics], ids=lambda read: read.__name__)
def test_every_reader_finds_the_same_moment_in_winter_summer_and_when_the_clocks_change(read: Callable[[str], Read], zone: str) -> None:
    for day in DAYS:
        made = meeting(day)
        for text in (invitation(made, to=TO).decode(), feed([made], name="Overleggen").decode()):
            starts, ends, *rest = read(text)
            assert (starts.astimezone(UTC), ends.astimezone(UTC)) == (made.starts, made.ends), day
            assert rest == [TITLE, made.uid, 3]


WORDS = some.text(some.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=90).map(str.strip).filter(bool)
MOMENTS = some.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=some.just(AMSTERDAM)).map(
    lambda moment: moment.replace(second=0, microsecond=0, hour=8 + moment.hour // 3)
)


@settings(max_examples=1000)
@given(WORDS, WORDS, MOMENTS, some.integers(5, 480), some.integers(0, 999_999))
def test_any_meeting_is_read_alike_by_two_readers(title: str, place: str, starts: datetime, minutes: int, sequence: int) -> None:
    first = starts.astimezone(UTC)
    made = meeting(title=title, place=place, starts=first, ends=first + timedelta(minutes=minutes), sequence=sequence)

    text = invitation(made, to=replace(TO, name=title)).decode()
    assert wrong_in_calendar(text.encode()) == set()
    found = [(one[0].astimezone(UTC), one[1].astimezone(UTC), *one[2:]) for one in (by_icalendar(text), by_ical(text))]
    assert found == [(made.starts, made.ends, title, made.uid, sequence)] * 2


def keep(calendar: dict[str, tuple[tuple[int, str], str]], raw: bytes) -> None:
    """A calendar as RFC 5546 2.1.5 wants it: the higher sequence wins, and of equal ones the later stamp."""
    lines = dict(line.partition(":")[::2] for line in unfolded(raw) if re.match("UID|SEQUENCE|DTSTAMP|METHOD|DTSTART;TZID", line))
    rank = (int(lines["SEQUENCE"]), lines["DTSTAMP"])
    if lines["UID"] not in calendar or rank > calendar[lines["UID"]][0]:
        calendar[lines["UID"]] = (rank, f"{lines['METHOD']} {lines['DTSTART;TZID=Europe/Amsterdam']}")


def test_mails_of_one_meeting_end_alike_in_whatever_order_they_arrive() -> None:
    days = [(0, "2027-02-11", False), (1, "2027-02-18", False), (2, "2027-02-11", False), (2, "2027-02-11", False), (3, "2027-02-11", True)]
    sent = [
        invitation(meeting(day, sequence=number, is_cancelled=gone, stamped_at=STAMP + timedelta(seconds=at)), to=TO)
        for at, (number, day, gone) in enumerate(days)
    ]
    ends = set()
    for order in permutations(sent):
        calendar: dict[str, tuple[tuple[int, str], str]] = {}
        for raw in order:
            keep(calendar, raw)
        ends.add(str(calendar))

    assert ends == {str({"5e0c7b1e@schakel.example": ((3, "20261123T090004Z"), "CANCEL 20270211T133000")})}


def test_a_mail_holds_no_word_but_those_of_the_meeting_and_the_constant_ones() -> None:
    one, other = (mail(meeting(title=NEUTRAL, uid=f"{number}@schakel.example"), to=TO) for number in (1, 2))
    text = "\n".join(unfolded(invitation(meeting(title=NEUTRAL), to=TO)))

    assert wrong_in_mail(one) == wrong_in_mail(other) == set()
    assert "Casu" not in one.decode() + text
    assert CONSTANT in text


def test_the_time_in_words_is_that_of_the_netherlands() -> None:
    assert when(meeting().starts, ends=meeting().ends) == "donderdag 11 februari 2027, 13.30 tot 16.00 uur"
    assert when(meeting("2027-06-10").starts, ends=meeting("2027-06-10").ends) == "donderdag 10 juni 2027, 13.30 tot 16.00 uur"
