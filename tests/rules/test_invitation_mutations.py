"""A mail as it is made breaks no rule; and each fault that could be planted in one is caught by the check of that name."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hub.invitations.invitation import Invited, Meeting, feed, invitation, mail
from tests.calendar_rules import unfolded, with_calendar, wrong_in_feed, wrong_in_mail
from tests.inviting import calendar_in

PAGE = "https://schakel.example/bijeenkomsten/0f3b6a52-6d0e-4d0b-9a35-6a8f1f0c2b77"
MEETING = Meeting(
    "5e0c7b1e-6f0a-4c39-9d0e-2f1f6f0a7c11@schakel.example", 0, datetime(2026, 11, 23, 9, tzinfo=UTC),
    datetime(2027, 1, 28, 12, 30, tzinfo=UTC), datetime(2027, 1, 28, 15, tzinfo=UTC),
    "Casuïstiekbespreking Drenthe; met een lange naam, zodat de regel ërgens gevouwen moet worden", "Provinciehuis, Assen", PAGE,
)  # fmt: skip
TO = Invited('Politie "Noord", DD', "p@politie.example", "overleg@schakel.example", "https://schakel.example/uitnodiging/x")
RAW = mail(MEETING, to=TO)
CANCELLED = mail(replace(MEETING, is_cancelled=True), to=TO)
Spoil = Callable[[bytes], bytes]


def line(name: str, other: bytes = b"") -> Spoil:
    """Another line, or none, in the place of this property of the event, folded or not."""

    def spoil(ics: bytes) -> bytes:
        head, event = ics.split(b"BEGIN:VEVENT\r\n")
        found = re.compile(rb"^" + name.encode() + rb"[;:].*\r\n(?: .*\r\n)*", re.MULTILINE)
        assert found.search(event), name
        return head + b"BEGIN:VEVENT\r\n" + found.sub(lambda _: other, event)

    return spoil


def put(before: bytes, after: bytes) -> Spoil:
    def spoil(ics: bytes) -> bytes:
        assert before in ics, before
        return ics.replace(before, after)

    return spoil


END = b"END:VEVENT\r\n"
CALENDAR_FAULTS: tuple[tuple[str, Spoil, str], ...] = (
    ("no ORGANIZER", line("ORGANIZER"), "each property once"), ("no ATTENDEE", line("ATTENDEE"), "each property once"),
    ("no UID", line("UID"), "each property once"), ("no DTSTAMP", line("DTSTAMP"), "each property once"),
    ("two ATTENDEEs", put(END, b'ATTENDEE;CN="B":mailto:b@politie.example\r\n' + END), "each property once"),
    ("double SUMMARY", put(END, b"SUMMARY:nog een\r\n" + END), "each property once"),
    ("DTEND before DTSTART", line("DTEND", b"DTEND;TZID=Europe/Amsterdam:20270128T120000\r\n"), "times in order"),
    ("RDATE in VTIMEZONE", put(b"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", b"RDATE:19970330T020000"), "the zone"),
    ("RRULE without BYDAY", put(b";BYDAY=-1SU", b""), "the zone"),
    ("no VTIMEZONE", lambda ics: re.sub(rb"BEGIN:VTIMEZONE.*END:VTIMEZONE\r\n", b"", ics, flags=re.DOTALL), "the zone"),
    ("two VEVENTs", lambda ics: ics.replace(END, END + ics[ics.index(b"BEGIN:VEVENT") : ics.index(END)] + END), "one event"),
    ("METHOD in VEVENT", put(END, b"METHOD:REQUEST\r\n" + END), "method of the calendar"),
    ("METHOD PUBLISH", put(b"METHOD:REQUEST", b"METHOD:PUBLISH"), "method of the calendar"),
    ("SEQUENCE from a clock", line("SEQUENCE", b"SEQUENCE:1795424400\r\n"), "sequence is a count"),
    ("ORGANIZER = ATTENDEE", put(b":mailto:overleg@schakel.example", b":mailto:p@politie.example"), "one organizer, one attendee"),
    ("bare LF", put(b"CLASS:CONFIDENTIAL\r\n", b"CLASS:CONFIDENTIAL\n"), "line ends"),
    ("line of 76 octets", line("LOCATION", b"LOCATION:" + b"x" * 67 + b"\r\n"), "75 octets"),
    ("split UTF-8", line("SUMMARY", "SUMMARY:Casu\u00ef".encode()[:-1] + b"\r\n " + "\u00ef".encode()[1:] + b"\r\n"), "whole letters"),
    ("token in URL", line("URL", b"URL:" + PAGE.encode() + b"?t=Zx81\r\n"), "no token"),
    ("case word in DESCRIPTION", line("DESCRIPTION", b"DESCRIPTION:De zaak in de Kerkstraat\r\n"), "constant words"),
)  # fmt: skip
MAIL_FAULTS: tuple[tuple[str, Spoil, str], ...] = (
    ("method parameter differs", put(b'method="REQUEST"', b'method="CANCEL"'), "method of the part"),
    ("Content-Disposition attachment", put(b'"REQUEST"', b'"REQUEST"\r\nContent-Disposition: attachment'), "no disposition"),
    ("calendar part not last", lambda raw: turned(raw), "parts in order"),
)  # fmt: skip


def turned(raw: bytes) -> bytes:
    mark = b"\r\n--schakel-"
    top, plain, html, calendar, end = raw.split(mark)
    return mark.join((top, calendar, plain, html, end))


@pytest.mark.parametrize("raw", [RAW, CANCELLED], ids=["request", "cancel"])
def test_a_mail_as_it_is_made_breaks_no_rule_and_is_made_alike_again(raw: bytes) -> None:
    assert wrong_in_mail(raw) == set()
    assert mail(MEETING, to=TO) == RAW


@pytest.mark.parametrize(("spoil", "check"), [fault[1:] for fault in CALENDAR_FAULTS], ids=[fault[0] for fault in CALENDAR_FAULTS])
def test_a_fault_planted_in_a_calendar_is_caught_by_its_check(spoil: Spoil, check: str) -> None:
    spoilt = with_calendar(RAW, spoil(calendar_in(RAW)))

    assert with_calendar(RAW, calendar_in(RAW)) == RAW
    assert check in wrong_in_mail(spoilt)


@pytest.mark.parametrize(("spoil", "check"), [fault[1:] for fault in MAIL_FAULTS], ids=[fault[0] for fault in MAIL_FAULTS])
def test_a_fault_planted_in_a_mail_is_caught_by_its_check(spoil: Spoil, check: str) -> None:
    assert check in wrong_in_mail(spoil(RAW))


def test_a_cancellation_without_a_sequence_is_caught() -> None:
    assert "each property once" in wrong_in_mail(with_calendar(CANCELLED, line("SEQUENCE")(calendar_in(CANCELLED))))


@pytest.mark.parametrize("planted", [b"METHOD:PUBLISH", b"ORGANIZER:mailto:a@b.example", b"ATTENDEE:mailto:a@b.example"])
def test_a_feed_asks_for_no_answer_and_one_that_does_is_caught(planted: bytes) -> None:
    made = feed([MEETING], name="Overleggen")

    assert wrong_in_feed(made) == set()
    assert "nothing to answer" in wrong_in_feed(made.replace(b"CALSCALE:GREGORIAN", planted))


def test_no_name_or_title_brings_a_line_of_its_own() -> None:
    hostile = 'X"\r\nATTENDEE:mailto:evil@elders.example\r\n;CN="\u202e'
    strange = replace(MEETING, title=hostile, place=hostile)
    to = replace(TO, name=hostile)

    lines = unfolded(invitation(strange, to=to))
    assert wrong_in_mail(mail(strange, to=to)) == set()
    assert [one for one in lines if one.startswith("ATTENDEE:")] == []
