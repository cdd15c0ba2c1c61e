"""A case is taken away while editions are being frozen: whoever comes first, no copy outlives its row, and nobody hears of a deadlock."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from flask import Flask

from hub.cases import actions
from hub.cases.draft import Draft
from hub.cases.holding import HeldFact, hold_back
from hub.cases.queries import OwnWanted, own_cases
from hub.casuistry import gathering, queries
from hub.casuistry.actions import gather_month
from hub.kernel.database import Work
from tests.cast import DRENTHE, POLICE, Cast
from tests.make import BUREAU_WORDS, make_draft
from tests.rooms.collecting import DECEMBER, FREEZE, IN_NOVEMBER, NEXT_FREEZE, NOVEMBER, bring_in, open_month

HERE = {"province": "drenthe", "month": NOVEMBER}
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
OUTLIVED = """
    SELECT c.code FROM hub.collected c
     WHERE c.giver <> c.recipient AND (c.salt IS NOT NULL OR c.incident_from IS NOT NULL OR c.narrative IS NOT NULL)
       AND NOT EXISTS (SELECT FROM hub.inbox i WHERE (i.recipient, i.giver, i.code, i.kind) = (c.recipient, c.giver, c.code, c.kind))"""


def case(number: int, **different: str) -> Draft:
    """A case of Drenthe to which its reporter agreed."""
    return make_draft(reference=f"D-{number}", place="GM1680", circumstances=BUREAU_WORDS, consents={POLICE: "given"}, **different)


@pytest.fixture
def shared(cast: Cast) -> list[str]:
    """Three cases of Drenthe that the police receives, by their giver's codes; November is open."""
    bring_in(cast, DRENTHE, *(case(number) for number in range(3)))
    open_month(cast)
    with cast.as_person(DRENTHE, now=IN_NOVEMBER) as work:
        return sorted(line.code for line in own_cases(work, house=cast.house, wanted=OwnWanted()))


@pytest.fixture
def beside(app: Flask) -> Iterator[Callable[..., Future[None]]]:
    """Does something at the same time, on another connection."""

    def run(deed: Callable[..., object], *values: object) -> None:
        with app.app_context():
            deed(*values)

    with ThreadPoolExecutor(4) as pool:
        yield lambda deed, *values: pool.submit(run, deed, *values)


def withdraw(cast: Cast, code: str) -> None:
    with cast.as_person(DRENTHE, now=FREEZE) as work:
        actions.withdraw_consent(work, code=code, recipient=POLICE, house=cast.house)


def keep_back(cast: Cast, code: str) -> None:
    with cast.as_person(DRENTHE, now=FREEZE) as work:
        hold_back(work, code=code, recipient=POLICE, held=HeldFact("wordt nagezocht"), house=cast.house)


def freeze_police(cast: Cast) -> None:
    with cast.as_clerk(POLICE, now=FREEZE) as work:
        gather_month(work, **HERE, house=cast.house)


@contextmanager
def half_way(cast: Cast) -> Iterator[Work]:
    """The police's edition was built, and its transaction is not over."""
    with cast.as_clerk(POLICE, now=FREEZE) as work:
        gathering.build(work, gathering=queries.gathering_of(work, **HERE))
        yield work


def until_it_waits_or_is_done(superuser: psycopg.Connection, one: Future[None]) -> None:
    while not one.done() and superuser.execute(WAITS).fetchone() == (0,):
        wait([one], timeout=0.02)


@pytest.mark.parametrize("take_away", [withdraw, keep_back])
def test_what_is_taken_away_after_the_gathering_looked_leaves_no_copy(cast: Cast, superuser, beside, shared: list[str], take_away):
    with half_way(cast):
        gone = beside(take_away, cast, shared[0])
        until_it_waits_or_is_done(superuser, gone)
    gone.result()

    assert superuser.execute("SELECT count(*) FROM hub.inbox").fetchone() == (2,)
    assert superuser.execute(OUTLIVED).fetchall() == []
    assert superuser.execute("SELECT count(*) FROM hub.collected WHERE recalled_on IS NOT NULL AND states IS NULL").fetchone() == (1,)


def test_what_is_being_taken_away_is_waited_for_and_then_not_copied(cast: Cast, superuser, beside, shared: list[str]):
    with cast.as_person(DRENTHE, now=FREEZE) as work:
        actions.withdraw_consent(work, code=shared[0], recipient=POLICE, house=cast.house)
        frozen = beside(freeze_police, cast)
        until_it_waits_or_is_done(superuser, frozen)
        assert not frozen.done()
    frozen.result()

    assert superuser.execute("SELECT count(*), count(recalled_on) FROM hub.collected").fetchone() == (2, 0)
    assert superuser.execute(OUTLIVED).fetchall() == []


def test_a_freeze_that_is_taken_back_and_a_recall_wait_for_each_other(cast: Cast, superuser, beside, shared: list[str]):
    freeze_police(cast)
    with cast.as_clerk(POLICE, now=FREEZE) as work:
        gathering.undo(work, gathering=queries.gathering_of(work, **HERE))
        gone = beside(withdraw, cast, shared[0])
        until_it_waits_or_is_done(superuser, gone)
        assert not gone.done()
    gone.result()

    assert superuser.execute("SELECT count(*) FROM hub.collected").fetchone() == (0,)


def test_who_only_changes_a_case_waits_for_no_gathering(cast: Cast, superuser, beside, shared: list[str]):
    with half_way(cast):
        beside(lambda: bring_in(cast, DRENTHE, case(1, nature="geweld"), now=FREEZE)).result(timeout=3)

    assert superuser.execute("SELECT count(*) FROM hub.collected WHERE recalled_on IS NULL AND nature = 'bedreiging'").fetchone() == (3,)


def change_and_take_back(cast: Cast, codes: list[str]) -> None:
    """A giver at work: every case changes, and every second one is withdrawn; all of it must succeed."""
    for number, code in enumerate(codes):
        bring_in(cast, DRENTHE, case(number, nature="geweld"), now=FREEZE + timedelta(seconds=number))
        if number % 2 == 0:
            withdraw(cast, code)


def freeze_if_nobody_did(cast: Cast) -> None:
    """A clock: the second one finds it done."""
    try:
        freeze_police(cast)
    except gathering.GatheredAlready:
        return


@pytest.mark.parametrize("run", range(4))
def test_with_two_clocks_and_a_busy_giver_every_change_falls_in_exactly_one_edition(
    cast: Cast, superuser, beside, shared: list[str], run: int
):
    freezing = [beside(freeze_if_nobody_did, cast) for _ in range(2)]
    busy = beside(change_and_take_back, cast, shared if run % 2 else shared[::-1])
    for one in (*freezing, busy):
        one.result()
    open_month(cast, month=DECEMBER, now=NEXT_FREEZE)
    with cast.as_clerk(POLICE, now=NEXT_FREEZE) as work:
        gather_month(work, province="drenthe", month=DECEMBER, house=cast.house)

    assert superuser.execute(OUTLIVED).fetchall() == []
    asked = "SELECT code, array_agg(visible_revision ORDER BY copy) FROM hub.collected WHERE NOT is_gone AND recalled_on IS NULL GROUP BY 1"
    told = dict(superuser.execute(asked).fetchall())
    latest = dict(superuser.execute("SELECT code, visible_revision FROM hub.inbox WHERE for_collection").fetchall())
    assert told.keys() == latest.keys()
    for code, revisions in told.items():
        assert revisions == sorted(set(revisions))
        assert revisions[-1] == latest[code]
    assert superuser.execute("SELECT count(*) FROM hub.collection").fetchone() == (2,)
