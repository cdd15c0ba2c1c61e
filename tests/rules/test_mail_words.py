"""The words of a mail: the same bytes for the same message, a link and never a case, and no name that brings a header of its own."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import courier
from hub.kernel.days import AMSTERDAM
from hub.kernel.outbox import MessageRow, NoticeKind
from hub.people.notices import HOW, WHY, Letterhead, next_monday, why, written
from hub.people.sayings import DIGEST, SAID
from hub.people.tables import AccountRow

HEAD = Letterhead("schakel@voorbeeld.invalid", "https://schakel.voorbeeld.invalid")
ACCOUNT = UUID(int=7)


def message(kind: str = NoticeKind.REMINDER, *, path: str = "/aanleverberichten") -> MessageRow:
    at = datetime(2026, 11, 4, 8, tzinfo=UTC)
    return MessageRow(partner=1, id=UUID(int=1), account=ACCOUNT, kind=kind, dedup=f"{kind}:x:{ACCOUNT}", path=path, put_at=at)


def somebody(name: str = "Anja B.") -> AccountRow:
    return AccountRow(partner=1, id=ACCOUNT, name=name, email="anja.b@voorbeeld.invalid", roles=["case_worker"], notices="at_once")


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)  # type: ignore[return-value]


@pytest.mark.parametrize("kind", SAID)
def test_every_kind_has_words_of_its_own_and_leads_to_a_page_and_to_the_choice(kind: str):
    mail = read(written(message(kind), account=somebody(), head=HEAD))

    assert mail.get_content_type() == "text/plain"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "nl")
    assert mail["Subject"] == SAID[kind].subject
    said = mail.get_content().replace("\r\n", "\n")
    assert "https://schakel.voorbeeld.invalid/aanleverberichten\n" in said
    assert "https://schakel.voorbeeld.invalid/meldingen\n" in said
    assert said.startswith("Beste Anja B.,\n\n")
    assert set(SAID) == {*NoticeKind, DIGEST}


def test_the_same_message_gives_the_same_bytes_and_another_one_another_name():
    first, again = (written(message(), account=somebody(), head=HEAD) for _ in range(2))
    other = written(message(NoticeKind.ADDENDUM), account=somebody(), head=HEAD)

    assert first == again
    assert read(first)["Message-ID"] != read(other)["Message-ID"]
    assert read(first)["Message-ID"].endswith("@schakel.voorbeeld.invalid>")


@given(st.text(max_size=60))
def test_whatever_somebody_is_called_the_mail_has_the_headers_and_the_recipient_we_gave_it(name: str):
    mail = read(written(message(), account=somebody(name), head=HEAD))

    assert sorted(mail.keys()) == sorted(read(written(message(), account=somebody(), head=HEAD)).keys())
    assert [address.addr_spec for address in mail["To"].addresses] == ["anja.b@voorbeeld.invalid"]


@pytest.mark.parametrize("name", ["A\r\nBcc: x@voorbeeld.invalid", "A\nSubject: x", "A <x@voorbeeld.invalid>, B", "=?utf-8?q?A=0ABcc:?= x"])
def test_a_name_that_would_be_a_header_is_a_name(name: str):
    mail = read(written(message(), account=somebody(name), head=HEAD))

    assert mail["Bcc"] is None
    assert mail["Subject"] == SAID[NoticeKind.REMINDER].subject
    assert len(mail["To"].addresses) == 1


def test_a_weekly_mail_names_every_page_once_by_kind_and_counts_nothing():
    links = [("addendum", "/b"), ("collection_delivered", "/a"), ("addendum", "/b"), ("addendum", "/c")]

    said = read(written(message(DIGEST), account=somebody(), head=HEAD, links=links)).get_content().replace("\r\n", "\n")

    assert said.index(SAID["collection_delivered"].sentence) < said.index(SAID["addendum"].sentence)
    assert [said.count(f"{HEAD.public_url}{path}\n") for path in ("/a", "/b", "/c")] == [1, 1, 1]
    assert not any(letter.isdigit() for letter in said)


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_the_weekly_mail_comes_on_the_first_monday_morning_at_eight_in_summer_and_winter(moment: datetime):
    monday = next_monday(moment)

    local = monday.astimezone(AMSTERDAM)
    assert (local.weekday(), local.hour, local.minute) == (0, 8, 0)
    assert moment < monday
    assert monday - moment <= timedelta(days=7, hours=1)


def test_every_word_of_the_courier_is_explained_to_the_operator():
    own = {courier.UNREACHED, courier.BROKEN_OFF, courier.NO_TLS, courier.BAD_TLS, courier.GAVE_UP, courier.ODD}

    assert own <= set(WHY)
    assert {why(code)[-1] for code in (*own, "421", "550", "999")} == {"."}
    assert set(HOW) == {"held", "told", "waiting", "sent", "dead", "skipped"}
