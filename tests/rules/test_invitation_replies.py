"""Answers by mail: a plain answer of the invited person counts, all else is set aside, and no bytes make the reading fail."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.invitations.replies import LARGEST, PARKED, PARKED_IN_DUTCH, Asked, Reply, Worth, judge, read
from hub.invitations.rules import Said, Word, are_too_few, read_answer
from hub.kernel.errors import Invalid
from tests.cast import DEMO_DAY
from tests.inviting import reply_to

UID, HER = "5e0c7b1e@schakel.example", "marijke@voorbeeld.invalid"
ASKED = Asked(UID, HER, 2, None)
OUTLOOK = f"""From: Marijke <{HER.upper()}>\r
To: overleg@schakel.example\r
Subject: Geaccepteerd: Overleg\r
Content-Type: multipart/alternative; boundary="_000_"\r
\r
--_000_\r
Content-Type: text/plain; charset="us-ascii"\r
\r
\r
--_000_\r
Content-Type: text/calendar; charset="utf-8"; method=REPLY\r
Content-Transfer-Encoding: 7bit\r
\r
BEGIN:VCALENDAR\r
METHOD:REPLY\r
PRODID:Microsoft Exchange Server 2010\r
VERSION:2.0\r
BEGIN:VTIMEZONE\r
TZID:W. Europe Standard Time\r
BEGIN:STANDARD\r
DTSTART:16010101T030000\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r
END:STANDARD\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
ATTENDEE;PARTSTAT=ACCEPTED;CN="Visser, Marijke":mailto:{HER.upper()}\r
COMMENT;LANGUAGE=nl-NL:\\n\r
UID:5e0c7b1e@scha\r
 kel.example\r
SUMMARY;LANGUAGE=nl-NL:Geaccepteerd: Overleg\r
DTSTART;TZID=W. Europe Standard Time:20270211T133000\r
DTSTAMP:20261124T101500Z\r
SEQUENCE:2\r
X-MICROSOFT-CDO-APPT-SEQUENCE:2\r
BEGIN:VALARM\r
DESCRIPTION:REMINDER\r
UID:something-else\r
END:VALARM\r
END:VEVENT\r
END:VCALENDAR\r
\r
--_000_--\r
""".encode()
GOOGLE = reply_to(
    UID, sender=HER, sequence=2, status="TENTATIVE", headers="Auto-Submitted: auto-generated\nSender: calendar@elders.example"
)
THUNDERBIRD = reply_to(UID, sender=HER, sequence=2, status="DECLINED").replace(b"\r\n", b"\n")


@pytest.mark.parametrize(("raw", "status"), [(OUTLOOK, "ACCEPTED"), (GOOGLE, "TENTATIVE"), (THUNDERBIRD, "DECLINED")])
def test_an_answer_in_the_style_of_each_program_is_recorded(raw: bytes, status: str) -> None:
    reply = read(raw)

    assert (reply.uid, reply.status, reply.sequence) == (UID, status, 2)
    assert judge(reply, asked=ASKED) is Worth.RECORDED


@pytest.mark.parametrize(("raw", "worth"), [
    (reply_to(UID, sender=HER, sequence=1), Worth.EARLIER),
    (reply_to(UID, sender="ander@voorbeeld.invalid", sequence=2, attendee=HER), Worth.OTHER_SENDER),
    (reply_to(UID, sender=HER, sequence=2, headers="Auto-Submitted: auto-replied"), Worth.AUTOMATIC),
    (reply_to(UID, sender=HER, sequence=2, headers="Precedence: auto_reply"), Worth.AUTOMATIC),
    (reply_to(UID, sender=HER, sequence=2, method="COUNTER"), Worth.COUNTER),
    (reply_to(UID, sender=HER, sequence=2, status="DELEGATED"), Worth.DELEGATED),
    (reply_to(UID, sender=HER, sequence=2, method="REQUEST"), Worth.FORWARDED),
    (reply_to(UID, sender=HER, sequence=2, attendee="ander@voorbeeld.invalid"), Worth.FORWARDED),
    (reply_to(UID, sender=HER, sequence=3), Worth.ODD), (reply_to(UID, sender=HER, sequence=2, status="NEEDS-ACTION"), Worth.ODD),
    (reply_to(UID, sender=HER, sequence=2, method="CANCEL"), Worth.ODD), (reply_to("x@elders", sender=HER), Worth.UNKNOWN),
    (b"From: x@y.example\r\n\r\nIk ben met vakantie.", Worth.UNKNOWN), (b"", Worth.UNKNOWN),
])  # fmt: skip
def test_what_is_no_plain_answer_of_the_invited_person_is_never_recorded(raw: bytes, worth: Worth) -> None:
    assert judge(read(raw), asked=ASKED) is worth


def test_an_answer_that_was_overtaken_by_a_later_one_is_set_aside() -> None:
    late = read(reply_to(UID, sender=HER, sequence=0))

    assert judge(late, asked=Asked(UID, HER, 2, 1)) is Worth.ODD
    assert judge(late, asked=None) is Worth.UNKNOWN


def test_everything_that_is_set_aside_has_a_sentence() -> None:
    assert PARKED_IN_DUTCH.keys() == PARKED


def test_a_thousand_random_changes_of_bytes_never_make_the_reading_fail_or_another_sender_count() -> None:
    chance = Random(20261104)
    counted = 0
    for number in range(1000):
        raw = bytearray((OUTLOOK, GOOGLE, THUNDERBIRD)[number % 3])
        for _ in range(chance.randint(1, 8)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        reply = read(bytes(raw))
        worth = judge(reply, asked=ASKED)
        counted += worth is Worth.RECORDED
        assert worth is not Worth.RECORDED or (reply.sender, reply.uid, reply.sequence) == (HER, UID, 2)

    assert 0 < counted < 1000


@given(some.binary(max_size=400))
def test_no_bytes_at_all_make_the_reading_fail(raw: bytes) -> None:
    assert isinstance(read(raw), Reply)
    assert isinstance(read(b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\n" + raw), Reply)


def test_a_mail_without_end_is_read_no_further_than_its_limit() -> None:
    assert read(reply_to(UID, sender=HER) + b"x" * (3 * LARGEST)).uid == UID


@pytest.mark.parametrize(("said", "expected"), [
    ({"answer": "accepted", "deputy": "niet gebruikt"}, Said(Word.ACCEPTED)),
    ({"answer": "deputy", "deputy": "  B.   Bos "}, Said(Word.DEPUTY, "B. Bos")),
    ({"answer": "other_day", "day": "2026-12-03"}, Said(Word.OTHER_DAY, "2026-12-03")),
])  # fmt: skip
def test_an_answer_carries_only_the_day_or_name_that_belongs_to_it(said: dict[str, str], expected: Said) -> None:
    assert read_answer(said, today=DEMO_DAY) == expected


@pytest.mark.parametrize("said", [
    {}, {"answer": "ja"}, {"answer": "deputy"}, {"answer": "deputy", "deputy": "x\u202e"}, {"answer": "other_day"},
    {"answer": "other_day", "day": "2026-11-04"}, {"answer": "other_day", "day": "2030-01-01"},
])  # fmt: skip
def test_an_answer_that_is_not_right_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        read_answer(said, today=DEMO_DAY)


def test_an_organisation_counts_when_one_of_its_people_comes() -> None:
    said = {1: ["accepted", "declined"], 2: [None], 3: ["declined"], 4: ["deputy"], 5: ["tentative"]}

    assert not are_too_few(said, required=[1, 2, 3, 4], quorum=2)
    assert are_too_few(said, required=[1, 2, 3, 4], quorum=3)
    assert are_too_few(said, required=[2, 3, 6], quorum=1)
