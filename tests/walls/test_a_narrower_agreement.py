"""A new version of an agreement: until its first day the old one holds, and from then on nothing of the old one stands open."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from hub.cases import intake
from hub.cases.expiry import renew_rows
from hub.cases.received import Received, Wanted, received
from hub.sharing.actions import put_in_force
from hub.sharing.schemas import parse_policy
from tests.cast import GRONINGEN, NOON, POLICE, Cast
from tests.make import Delivery, make_draft

NAME = "politie--bureaus"
FIRST_DAY = datetime(2026, 11, 6, 11, 0, tzinfo=UTC)


@pytest.fixture
def narrower(cast: Cast, superuser: psycopg.Connection) -> Iterator[None]:
    """Version 4 of what the police share with the bureaus, from 6 November on: the province instead of the municipality."""
    before = superuser.execute("SELECT giver, recipient, kind, version_id, valid, state FROM hub.policy_pair").fetchall()
    old = next(policy for policy in cast.house.book.policies if policy.name == NAME)
    text = old.text.replace("version: 3", "version: 4").replace("from: 2026-09-01", "from: 2026-11-06")
    new = parse_policy(text.replace("place:         municipality", "place:         province"), name=NAME, book=cast.house.book)
    with cast.as_clerk(None) as work:
        assert put_in_force(work, book=replace(cast.house.book, policies=(new,)), demo=True) == 1
    yield
    superuser.execute("DELETE FROM hub.policy_pair")
    superuser.execute("DELETE FROM hub.policy_version WHERE name = %s AND version = 4", (NAME,))
    with superuser.cursor() as cursor:
        asked = "INSERT INTO hub.policy_pair (giver, recipient, kind, version_id, valid, state) VALUES (%s, %s, %s, %s, %s, %s)"
        cursor.executemany(asked, before)


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
