"""From notice to message: who gets one, how she wants it, and what no notice can say."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from hub.kernel.actor import Doorkeeper
from hub.kernel.database import Rival, begin_work
from hub.kernel.errors import Conflict, Invalid, NotFound, Refused
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.people.actions import admit, ask_test, choose_notices, set_mail, switch_off
from hub.people.notices import Letterhead, expand, next_monday, tell_weekly
from hub.people.queries import accounts, latest_messages, mailbox
from hub.people.words import Choice, Mailbox, Role
from tests.cast import DRENTHE, GRONINGEN, NOON, Cast
from tests.scaffold import ISSUER

HEAD = Letterhead("schakel@voorbeeld.invalid", "https://schakel.voorbeeld.invalid")
Tell = Callable[..., None]


@pytest.fixture
def anna(cast: Cast, superuser: psycopg.Connection) -> Iterator[UUID]:
    """A coordinator of Drenthe beside the fixed cast, with an address; she goes again afterwards."""
    with cast.as_clerk(DRENTHE) as work:
        account = admit(work, issuer=ISSUER, subject="anna", name="Anna X.", roles=[Role.COORDINATOR])
        set_mail(work, account=account, email="anna@voorbeeld.invalid")
    yield account
    superuser.execute("DELETE FROM hub.account WHERE subject = 'anna'")


def tell(cast: Cast, *, kind: NoticeKind = NoticeKind.COLLECTION_DELIVERED, dedup: str = "2026-10/drenthe",
         path: str = "/verzamelingen/drenthe/2026-10", later: timedelta = timedelta()) -> None:  # fmt: skip
    with cast.as_clerk(DRENTHE, now=NOON + later) as work:
        put_down(work, notice=Notice(cast.id(DRENTHE), dedup, kind, path, ("coordinator",), NOON))
        expand(work, head=HEAD)


def chooses(account: UUID, choice: Choice) -> None:
    with begin_work(Doorkeeper(), now=NOON) as work:
        choose_notices(work, account=account, choice=choice)


def told(superuser: psycopg.Connection, account: UUID) -> list[tuple[str, str]]:
    asked = "SELECT kind, state FROM hub.message WHERE account = %s ORDER BY put_at, kind"
    return superuser.execute(asked, (account,)).fetchall()


def test_who_chose_weekly_gets_one_mail_on_monday_with_every_page_in_it(cast: Cast, anna: UUID, superuser: psycopg.Connection):
    chooses(anna, Choice.WEEKLY)
    tell(cast)
    tell(cast, kind=NoticeKind.ADDENDUM, path="/verzamelingen/drenthe/2026-09")

    sunday, monday = next_monday(NOON) - timedelta(hours=9), next_monday(NOON)
    with cast.as_clerk(DRENTHE, now=sunday) as work:
        assert tell_weekly(work, head=HEAD) == 0
    with cast.as_clerk(DRENTHE, now=monday) as work:
        assert tell_weekly(work, head=HEAD) == 1
    with cast.as_clerk(DRENTHE, now=monday) as work:
        assert tell_weekly(work, head=HEAD) == 0

    assert told(superuser, anna) == [("addendum", "told"), ("collection_delivered", "told"), ("weekly_digest", "waiting")]
    [(body,)] = superuser.execute("SELECT convert_from(body, 'utf8') FROM hub.message WHERE kind = 'weekly_digest'").fetchall()
    assert "/verzamelingen/drenthe/2026-10" in body
    assert "/verzamelingen/drenthe/2026-09" in body


def test_a_clock_that_stood_still_for_weeks_sends_one_weekly_mail_and_not_one_a_week(cast: Cast, anna: UUID, superuser: psycopg.Connection):
    chooses(anna, Choice.WEEKLY)
    tell(cast)
    tell(cast, dedup="2026-11/drenthe", later=timedelta(days=8))

    with cast.as_clerk(DRENTHE, now=NOON + timedelta(days=40)) as work:
        assert tell_weekly(work, head=HEAD) == 1
    assert [kind for kind, _ in told(superuser, anna)].count("weekly_digest") == 1


def test_who_chose_nothing_is_left_alone_but_for_what_nobody_can_switch_off(cast: Cast, anna: UUID, superuser: psycopg.Connection):
    chooses(anna, Choice.NONE)
    for kind in (NoticeKind.COLLECTION_DELIVERED, NoticeKind.REMINDER, NoticeKind.SILENCE_ALARM, NoticeKind.CONTACT_PROPOSED):
        tell(cast, kind=kind)

    assert sorted(told(superuser, anna)) == [("reminder", "waiting"), ("silence_alarm", "waiting")]


def test_who_stops_in_the_middle_of_the_week_gets_no_weekly_mail_either(cast: Cast, anna: UUID, superuser: psycopg.Connection):
    chooses(anna, Choice.WEEKLY)
    tell(cast)
    chooses(anna, Choice.NONE)

    with cast.as_clerk(DRENTHE, now=next_monday(NOON)) as work:
        assert tell_weekly(work, head=HEAD) == 0
    assert told(superuser, anna) == [("collection_delivered", "skipped")]


def test_a_reminder_whose_moment_has_passed_is_not_sent_late(cast: Cast, anna: UUID, superuser: psycopg.Connection):
    tell(cast, kind=NoticeKind.REMINDER, later=timedelta(hours=9))

    assert told(superuser, anna) == [("reminder", "skipped")]


def test_a_notice_for_later_waits(cast: Cast, anna: UUID, superuser: psycopg.Connection):
    with cast.as_clerk(DRENTHE) as work:
        later = NOON + timedelta(hours=1)
        put_down(work, notice=Notice(cast.id(DRENTHE), "x", NoticeKind.ADDENDUM, "/", ("coordinator",), later))
        assert expand(work, head=HEAD) == 0

    with cast.as_clerk(DRENTHE, now=later) as work:
        assert expand(work, head=HEAD) == 2


def test_whoever_is_switched_off_or_has_no_address_is_not_told(cast: Cast, anna: UUID, superuser: psycopg.Connection):
    with cast.as_clerk(DRENTHE) as work:
        switch_off(work, account=anna)
    tell(cast)

    assert told(superuser, anna) == []


@pytest.mark.parametrize(("path", "dedup"), [
    ("/ontvangen/4F7Q2K9D3HW", "x"), ("//elders.invalid/", "X"), ("https://elders.invalid/", "x"), ("/a?b=c", "x"), ("/a b", "x"),
    ("/a", "Iemand uit Emmen"), ("/a", ""),
])  # fmt: skip
def test_a_notice_names_no_case_and_no_place_elsewhere(cast: Cast, path: str, dedup: str):
    with pytest.raises(Rival), cast.as_person(DRENTHE) as work:
        put_down(work, notice=Notice(work.partner, dedup, NoticeKind.ADDENDUM, path, ("coordinator",), NOON))


def test_nobody_puts_a_notice_down_for_another_partner(cast: Cast, superuser: psycopg.Connection):
    other = Notice(cast.id(GRONINGEN), "x", NoticeKind.ADDENDUM, "/", ("coordinator",), NOON)
    with pytest.raises(Refused), cast.as_person(DRENTHE) as work:
        put_down(work, notice=other)
    for open_work in (cast.as_person, cast.as_clerk):
        with pytest.raises(Refused), open_work(DRENTHE) as work:
            work.session.connection().exec_driver_sql(
                "INSERT INTO hub.notice (partner, kind, dedup, path, roles, at) VALUES (%s, 'addendum', 'x', '/', '{coordinator}', now())",
                (cast.id(GRONINGEN),),
            )
    assert superuser.execute("SELECT count(*) FROM hub.notice").fetchone() == (0,)


def test_a_web_process_reads_no_notice_no_address_and_no_bytes(cast: Cast):
    for asked in (
        "SELECT * FROM hub.notice",
        "SELECT address FROM hub.message",
        "SELECT body FROM hub.message",
        "SELECT email FROM hub.account",
    ):
        with pytest.raises(Refused), cast.as_person(DRENTHE) as work:
            work.session.connection().exec_driver_sql(asked)


def test_a_test_message_goes_to_who_asked_and_comes_once_for_two_clicks(cast: Cast, anna: UUID, superuser: psycopg.Connection):
    box = Mailbox("anna@voorbeeld.invalid", Choice.NONE)
    for _ in range(2):
        with cast.as_person(DRENTHE) as work:
            ask_test(work, account=anna, mailbox=box)
    with cast.as_clerk(DRENTHE) as work:
        assert expand(work, head=HEAD) == 1
    with cast.as_person(DRENTHE) as work:
        [message] = latest_messages(work, account=anna)

    assert (message.subject, message.how) == ("Proefbericht van Schakel", "onderweg")
    with pytest.raises(Conflict, match="mailadres"), cast.as_person(DRENTHE) as work:
        ask_test(work, account=anna, mailbox=Mailbox(None, Choice.AT_ONCE))


def test_a_choice_and_an_address_stay_with_their_account(cast: Cast, anna: UUID):
    chooses(anna, Choice.WEEKLY)
    with begin_work(Doorkeeper(), now=NOON) as work:
        assert mailbox(work, account=anna) == Mailbox("anna@voorbeeld.invalid", Choice.WEEKLY)
        with pytest.raises(NotFound):
            mailbox(work, account=uuid4())
    with cast.as_clerk(DRENTHE) as work:
        set_mail(work, account=anna, email=None)
        assert {one.name: one.email for one in accounts(work)}["Anna X."] is None


@pytest.mark.parametrize("email", ["anna", "anna@x\nBcc: b@x.nl", "Anna <anna@x.nl>"])
def test_an_address_that_is_more_than_an_address_is_refused(cast: Cast, anna: UUID, email: str):
    with pytest.raises(Invalid), cast.as_clerk(DRENTHE) as work:
        set_mail(work, account=anna, email=email)


def test_the_address_of_another_partners_account_is_not_there(cast: Cast, anna: UUID):
    with pytest.raises(NotFound), cast.as_clerk(GRONINGEN) as work:
        set_mail(work, account=anna, email="a@voorbeeld.invalid")


@pytest.mark.parametrize("name", ["Anna\r\nBcc: x@voorbeeld.invalid", "Anna\x00", "Anna\u2028B."])
def test_a_name_with_a_line_end_in_it_is_no_name(cast: Cast, name: str):
    with pytest.raises(Invalid), cast.as_clerk(DRENTHE) as work:
        admit(work, issuer=ISSUER, subject="anna", name=name, roles=[Role.COORDINATOR])


def test_what_was_told_long_ago_is_forgotten_but_never_told_again(cast: Cast, anna: UUID, superuser: psycopg.Connection):
    tell(cast)
    superuser.execute("UPDATE hub.message SET state = 'sent', body = NULL, address = NULL, done_at = %s", (NOON,))

    tell(cast, dedup="2027-01/drenthe", later=timedelta(days=91))
    tell(cast, later=timedelta(days=91))

    assert len(told(superuser, anna)) == 1
