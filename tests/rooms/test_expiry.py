"""What ends by itself: a row past its last day is hidden by date at once, and taken away by the clock with a tombstone."""

from datetime import UTC, date, datetime

from hub.cases import actions, intake
from hub.cases.expiry import end_rows
from hub.cases.queries import OwnWanted, own_cases
from hub.cases.received import Wanted, received
from tests.cast import FRYSLAN, GRONINGEN, POLICE, Cast
from tests.make import BUREAU_WORDS, Delivery, make_draft

AFTER_THE_POLICY = datetime(2027, 9, 1, 8, 0, tzinfo=UTC)
ON_ITS_LAST_DAY = datetime(2027, 8, 31, 20, 0, tzinfo=UTC)


def share_one(cast: Cast) -> None:
    with cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft()]), house=cast.house)


def seen(cast: Cast, now: datetime, slug: str = GRONINGEN) -> int:
    with cast.as_person(slug, now=now) as work:
        return len(received(work, house=cast.house, wanted=Wanted()).rows)


def test_a_row_is_seen_on_its_last_day_and_hidden_on_the_next_even_if_the_clock_stands_still(cast: Cast):
    share_one(cast)

    assert (seen(cast, ON_ITS_LAST_DAY), seen(cast, AFTER_THE_POLICY)) == (1, 0)


def test_the_clock_takes_the_row_away_and_leaves_a_tombstone_at_the_giver(cast: Cast, superuser):
    share_one(cast)

    with cast.as_clerk(POLICE, now=AFTER_THE_POLICY) as work:
        gone = end_rows(work, house=cast.house)
    with cast.as_clerk(POLICE, now=AFTER_THE_POLICY) as work:
        again = end_rows(work, house=cast.house)

    assert [one.recipient.slug for one in gone] == [GRONINGEN]
    assert again == ()
    assert superuser.execute("SELECT count(*) FROM hub.inbox").fetchone() == (0,)
    assert superuser.execute("SELECT cause, keep_until FROM hub.tombstone").fetchall() == [("ended", date(2032, 8, 30))]


def test_nothing_ends_before_its_day(cast: Cast):
    share_one(cast)

    with cast.as_clerk(POLICE, now=ON_ITS_LAST_DAY) as work:
        gone = end_rows(work, house=cast.house)

    assert gone == ()


def test_a_row_ends_with_the_consent_it_rests_on_without_any_deed(cast: Cast, superuser):
    with cast.as_person(FRYSLAN) as work:
        draft = make_draft(place="GM0080", circumstances=BUREAU_WORDS)
        intake.take_in(work, reading=Delivery([draft]), house=cast.house)
        [case] = own_cases(work, house=cast.house, wanted=OwnWanted())
    said = actions.ConsentAsked("given", ("case_work",), until=date(2026, 12, 24))
    with cast.as_person(FRYSLAN) as work:
        actions.record_consent(work, code=case.code, recipient=POLICE, asked=said, house=cast.house)

    days = [datetime(2026, 12, day, 9, 0, tzinfo=UTC) for day in (24, 25)]
    shown = [seen(cast, day, POLICE) for day in days]
    with cast.as_clerk(FRYSLAN, now=days[1]) as work:
        gone = end_rows(work, house=cast.house)

    assert shown == [1, 0]
    assert [one.recipient.slug for one in gone] == [POLICE]
    assert superuser.execute("SELECT state, because FROM hub.given WHERE recipient = %s", [cast.id(POLICE)]).fetchall() == [
        ("closed", ["no_consent"])
    ]
