"""A new version of an agreement: until its first day the old one holds, and from then on nothing of the old one stands open."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from hub.cases import intake
from hub.cases.expiry import renew_rows
from hub.cases.received import Received, Wanted, received
from hub.demo.agreeing import agree
from tests.agreeing import changed, kept_register
from tests.cast import GRONINGEN, NOON, POLICE, Cast
from tests.make import Delivery, make_draft

NAME = "politie--bureaus"
FIRST_DAY = datetime(2026, 11, 6, 11, 0, tzinfo=UTC)


@pytest.fixture
def narrower(cast: Cast, superuser: psycopg.Connection) -> Iterator[None]:
    """Version 4 of what the police share with the bureaus, from 6 November on: the province instead of the municipality."""
    words = {"days": "from: 2026-09-01 → from: 2026-11-06", "place": "place:         municipality → place:         province"}
    with kept_register(superuser):
        with cast.as_clerk(None) as work:
            assert agree(work, policies=[changed(cast, name=NAME, **words)], book=cast.house.book) == 1
        yield


@pytest.fixture
def given(cast: Cast) -> None:
    """A case that was given under version 3, opened by its recipient."""
    bring_in(cast, now=NOON)
    assert [row.facts["place"] for row in seen(cast, now=NOON)] == ["GM1979"]


def bring_in(cast: Cast, *, now: datetime) -> None:
    with cast.as_person(POLICE, now=now) as work:
        intake.take_in(work, reading=Delivery([make_draft()]), house=cast.house)


def seen(cast: Cast, *, now: datetime) -> tuple[Received, ...]:
    with cast.as_person(GRONINGEN, now=now) as work:
        return received(work, house=cast.house, wanted=Wanted()).rows


def renew(cast: Cast, *, now: datetime) -> int:
    with cast.as_clerk(POLICE, now=now) as work:
        return renew_rows(work, house=cast.house)


def test_until_the_first_day_of_the_new_version_the_old_one_holds(cast: Cast, narrower: None):
    bring_in(cast, now=NOON)

    assert renew(cast, now=NOON) == 0
    assert [row.facts["place"] for row in seen(cast, now=NOON)] == ["GM1979"]


def test_from_its_first_day_on_rows_that_were_given_before_show_no_more_than_the_new_version(cast: Cast, given: None, narrower: None):
    renewed = renew(cast, now=FIRST_DAY), renew(cast, now=FIRST_DAY)

    [row] = seen(cast, now=FIRST_DAY)
    assert renewed == (1, 0)
    assert row.facts["place"] == "PV20"
    assert (row.visible_revision, row.changed_on) == (2, FIRST_DAY.date())


def test_an_agreement_that_was_stopped_leaves_no_row_behind(cast: Cast, given: None, narrower: None, superuser: psycopg.Connection):
    superuser.execute("UPDATE hub.policy_pair SET state = 'stopped' WHERE giver = %s", (cast.id(POLICE),))

    renewed = renew(cast, now=FIRST_DAY), renew(cast, now=FIRST_DAY)

    assert renewed == (1, 0)
    assert seen(cast, now=FIRST_DAY) == ()
