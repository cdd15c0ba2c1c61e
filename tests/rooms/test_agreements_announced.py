"""What the officers hear of their agreements: one waits, one began or stopped, one ends in sixty, thirty and seven days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import psycopg
import pytest

from hub.cases.expiry import stop_agreement
from hub.demo.agreeing import agree
from hub.sharing.actions import propose
from hub.sharing.register import agreement
from hub.sharing.rules import announcement
from hub.sharing.telling import tell_of_agreements
from tests.agreeing import changed, kept_register, officers
from tests.cast import COC_F, FRYSLAN, NOON, POLICE, Cast

NAME, SHORT = "politie--bureaus", "bureaus--coc"
LAST = date(2027, 2, 28)  # of what the bureaus share with the COCs


@pytest.fixture(autouse=True)
def register(cast: Cast, superuser: psycopg.Connection) -> Iterator[None]:
    with kept_register(superuser):
        yield


def told(cast: Cast, superuser: psycopg.Connection, slug: str, *, on: date) -> set[tuple[str, str]]:
    """What this partner has heard by the end of this morning: the kind and the last word of each notice."""
    for _ in range(2):
        with cast.as_clerk(slug, now=datetime.combine(on, time(8), UTC)) as work:
            tell_of_agreements(work, book=cast.house.book)
    asked = "SELECT kind, dedup, path FROM hub.notice WHERE partner = %s AND kind LIKE 'policy%%'"
    rows = superuser.execute(asked, (cast.id(slug),)).fetchall()
    assert {path for _, _, path in rows} <= {"/afspraken"}
    return {(str(kind), str(dedup).rsplit("/", 1)[1]) for kind, dedup, _ in rows}


@pytest.mark.parametrize(("days", "heard"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)])
def test_the_end_is_announced_sixty_thirty_and_seven_days_before(days: int, heard: int | None):
    assert announcement(LAST, on=LAST - timedelta(days=days)) == heard


@pytest.mark.parametrize("slug", [FRYSLAN, COC_F])
def test_both_sides_hear_that_it_ends_and_each_word_once(cast: Cast, superuser: psycopg.Connection, slug: str):
    heard = [told(cast, superuser, slug, on=LAST - timedelta(days=days)) for days in (61, 60, 30, 7)]

    ends = [{word for kind, word in one if kind == "policy_ending"} for one in heard]
    assert ends == [set(), {"60"}, {"60", "30"}, {"60", "30", "7"}]


def test_who_is_followed_by_a_next_version_hears_of_no_end(cast: Cast, superuser: psycopg.Connection):
    with cast.as_clerk(None) as work:
        words = {"days": "from: 2026-09-01, until: 2027-02-28 → from: 2027-03-01, until: 2027-08-31"}
        agree(work, policies=[changed(cast, name=SHORT, **words)], book=cast.house.book)

    assert told(cast, superuser, FRYSLAN, on=LAST - timedelta(days=7)) == set()


def test_who_has_to_sign_hears_that_something_waits_and_nobody_else_does(cast: Cast, superuser: psycopg.Connection):
    with cast.as_clerk(None) as work:
        policy = changed(cast, name=NAME, days="from: 2026-09-01 → from: 2026-11-20")
        propose(work, policies=[policy], book=cast.house.book, demo=True)

    heard = [told(cast, superuser, slug, on=NOON.date()) for slug in (POLICE, FRYSLAN)]

    assert heard == [{("policy_waiting", "giver-first")}, set()]


def test_the_recipient_hears_that_it_was_stopped(cast: Cast, superuser: psycopg.Connection):
    with cast.as_clerk(POLICE) as work:
        one = agreement(work, key=f"{POLICE}~{FRYSLAN}~{NAME}~3", book=cast.house.book)
    with cast.as_clerk(POLICE) as work:
        stop_agreement(work, bond=one.bond, person=officers(cast, POLICE)[0], house=cast.house)

    assert told(cast, superuser, FRYSLAN, on=NOON.date()) == {("policy_changed", "stopped")}
