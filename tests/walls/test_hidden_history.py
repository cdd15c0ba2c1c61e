"""What went before a row was shown, and why it went, is the giver's: no date, word or number at the recipient tells it."""

from datetime import UTC, datetime, timedelta

import psycopg

from hub.cases import actions, intake
from hub.cases.actions import ConsentAsked
from hub.cases.holding import HeldFact, hold_back
from hub.cases.queries import OwnWanted, own_cases
from hub.cases.received import Wanted, received
from tests.cast import FRYSLAN, NOON, POLICE, Cast
from tests.make import BUREAU_WORDS, Delivery, make_draft

DAYS_LATER = datetime(2026, 11, 19, 11, 0, tzinfo=UTC)


def bring_in(cast: Cast, *, now: datetime = NOON, consents: dict[str, str] | None = None) -> str:
    """A case of Fryslân; the answer is its own code."""
    draft = make_draft(place="GM0080", circumstances=BUREAU_WORDS, consents=consents)
    with cast.as_person(FRYSLAN, now=now) as work:
        intake.take_in(work, reading=Delivery([draft]), house=cast.house)
    with cast.as_person(FRYSLAN, now=now) as work:
        return own_cases(work, house=cast.house, wanted=OwnWanted())[0].code


def consent_to(cast: Cast, code: str, *, now: datetime) -> None:
    said = ConsentAsked("given", ("case_work", "collection"))
    with cast.as_person(FRYSLAN, now=now) as work:
        actions.record_consent(work, code=code, recipient=POLICE, asked=said, house=cast.house)


def at_the_police(cast: Cast, *, now: datetime):
    with cast.as_person(POLICE, now=now) as work:
        return received(work, house=cast.house, wanted=Wanted()).rows


def test_a_row_that_is_shown_later_does_not_tell_when_its_case_was_brought_in(cast: Cast):
    consent_to(cast, bring_in(cast), now=DAYS_LATER)
    consent_to(cast, bring_in(cast, now=DAYS_LATER), now=DAYS_LATER)

    rows = at_the_police(cast, now=DAYS_LATER)
    told = {(row.first_given_on, row.changed_on, row.revised_on, row.visible_revision, row.shown_until) for row in rows}

    assert len(rows) == 2
    assert len(told) == 1
    assert rows[0].first_given_on == DAYS_LATER.date()


def test_the_stone_at_a_recipient_does_not_tell_why_its_row_went(cast: Cast, superuser: psycopg.Connection):
    held, withdrawn = (bring_in(cast, now=now, consents={POLICE: "given"}) for now in (NOON, NOON + timedelta(minutes=1)))
    assert len(at_the_police(cast, now=NOON)) == 2

    with cast.as_person(FRYSLAN) as work:
        hold_back(work, code=held, recipient=POLICE, held=HeldFact("dit moet eerst worden nagezocht"), house=cast.house)
    with cast.as_person(FRYSLAN) as work:
        actions.withdraw_consent(work, code=withdrawn, recipient=POLICE, house=cast.house)

    asked = "SELECT cause, keep_until - gone_on FROM hub.tombstone WHERE reader = %s ORDER BY 1"
    at_giver, at_police = (superuser.execute(asked, (cast.id(slug),)).fetchall() for slug in (FRYSLAN, POLICE))
    assert [cause for cause, _ in at_giver] == ["held_back", "withdrawn"]
    assert [cause for cause, _ in at_police] == ["ended", "ended"]
    assert len({days for _, days in [*at_giver, *at_police]}) == 1
