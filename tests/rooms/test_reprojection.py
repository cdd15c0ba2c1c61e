"""What a changed agreement leaves to do: closed first and opened after, each case is looked at once, what stays is not written."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from time import sleep
from typing import Any

import psycopg
import pytest
from flask import Flask

from hub.cases import intake, reprojection
from hub.cases.expiry import begin_agreements, stop_agreement
from hub.cases.holding import HeldFact, hold_back
from hub.cases.queries import OwnWanted, own_cases
from hub.cases.received import Received, Wanted, received
from hub.cases.reprojection import progress_of, work_off
from hub.demo.agreeing import agree
from hub.sharing.register import agreement
from tests.agreeing import changed, kept_register, officers
from tests.cast import DRENTHE, GRONINGEN, NOON, POLICE, Cast
from tests.make import POLICE_WORDS, Delivery, make_draft

NAME = "politie--bureaus"
DAYS = {"days": "from: 2026-09-01 → from: 2026-11-06"}
NARROWER = {**DAYS, "place": "place:         municipality → place:         province"}
WIDER = {**DAYS, "day": "incident_date: week → incident_date: day", "old": "existing_cases: stay_closed → existing_cases: open_too"}
LESS = {
    **DAYS, "task": "  public_task:   exact\n → ",
    "why": "not_shared:\n → not_shared:\n  public_task: Of het om een publieke taak ging, gaat niet mee.\n",
}  # fmt: skip
FIRST_DAY, AFTER_ALL = datetime(2026, 11, 6, 11, 0, tzinfo=UTC), datetime(2027, 9, 1, 11, 0, tzinfo=UTC)
LINES = """SELECT cause, rows_seen, rows_changed, closed_at IS NULL, done_at IS NULL FROM hub.reprojection
  WHERE giver = %s AND recipient = %s AND kind = 'standing' ORDER BY made_at, from_version NULLS FIRST"""
ROWS = "SELECT contribution, g::text FROM hub.given g WHERE giver = %s AND recipient = %s ORDER BY contribution"


@pytest.fixture(autouse=True)
def register(superuser: psycopg.Connection) -> Iterator[None]:
    with kept_register(superuser):
        yield


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def waits(superuser: psycopg.Connection, done: "Future[Any]") -> bool:
    """Until somebody stands before a lock (True), or the other came to its end without one."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not done.done():
        if superuser.execute(asked).fetchone() != (0,):
            return True
        sleep(0.005)
    return False


def rows(cast: Cast, superuser: psycopg.Connection) -> dict[Any, str]:
    return dict(superuser.execute(ROWS, (cast.id(POLICE), cast.id(GRONINGEN))).fetchall())


def lines(cast: Cast, superuser: psycopg.Connection, *, of: str = GRONINGEN) -> list[tuple[Any, ...]]:
    return superuser.execute(LINES, (cast.id(POLICE), cast.id(of))).fetchall()


def bring_in(cast: Cast, *facts: dict[str, Any], reference: str | None = None, now: datetime = NOON) -> None:
    drafts = [make_draft(reference=reference, circumstances=POLICE_WORDS, **some) for some in facts]
    with cast.as_person(POLICE, now=now) as work:
        intake.take_in(work, reading=Delivery(drafts), house=cast.house)


def sign(cast: Cast, words: dict[str, str]) -> None:
    with cast.as_clerk(None) as work:
        agree(work, policies=[changed(cast, name=NAME, **words)], book=cast.house.book)


def keep(cast: Cast, *, now: datetime) -> int:
    """As the clock does it for the police; tells how many parts there were."""
    with cast.as_clerk(POLICE, now=now) as work:
        begin_agreements(work, house=cast.house)
    parts, some = 0, 1
    while some:
        with cast.as_clerk(POLICE, now=now) as work:
            some = work_off(work, house=cast.house)
        parts += some
    return parts


def seen(cast: Cast, *, now: datetime) -> dict[str, Received]:
    with cast.as_person(GRONINGEN, now=now) as work:
        return {row.code: row for row in received(work, house=cast.house, wanted=Wanted()).rows}


def stop(cast: Cast, *, version: int = 3) -> int:
    with cast.as_clerk(POLICE) as work:
        one = agreement(work, key=f"{POLICE}~{GRONINGEN}~{NAME}~{version}", book=cast.house.book)
    with cast.as_clerk(POLICE) as work:
        return stop_agreement(work, bond=one.bond, person=officers(cast, POLICE)[0], house=cast.house)


def test_rows_in_which_nothing_changes_are_not_written_and_can_be_read_again(cast: Cast, superuser: psycopg.Connection):
    bring_in(cast, {}, {"public_task": True})
    before = rows(cast, superuser)
    first = seen(cast, now=NOON)
    sign(cast, LESS)

    keep(cast, now=FIRST_DAY)

    after, now = rows(cast, superuser), seen(cast, now=FIRST_DAY)
    assert [after[key] == row for key, row in before.items()].count(True) == 1
    assert {code: (row.visible_revision, row.first_given_on) for code, row in now.items()} == {
        code: (1 + ("public_task" in row.facts), row.first_given_on) for code, row in first.items()
    }
    assert (
        {row.policy_version for row in now.values()}
        == {max(row.policy_version for row in now.values())}
        != {row.policy_version for row in first.values()}
    )  # each is read under the version of today
    assert lines(cast, superuser) == [("changed", 2, 1, False, False)]


def test_a_later_revision_counts_as_news_of_the_case_also_in_a_row_that_was_not_written(cast: Cast, superuser: psycopg.Connection):
    bring_in(cast, {}, reference="ZAAK-1")
    sign(cast, LESS)
    keep(cast, now=FIRST_DAY)

    bring_in(cast, {"terrain": "onderwijs"}, reference="ZAAK-1", now=FIRST_DAY)

    asked = "SELECT visible_revision, content_revision FROM hub.inbox WHERE recipient = %s"
    assert superuser.execute(asked, (cast.id(GRONINGEN),)).fetchall() == [(2, 2)]


def test_older_cases_open_only_where_the_agreement_says_so_and_none_is_left_out(
    cast: Cast, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reprojection, "AT_ONCE", 2)
    keep(cast, now=NOON)
    bring_in(cast, *({} for _ in range(5)))
    sign(cast, WIDER)

    parts = keep(cast, now=FIRST_DAY)

    found = seen(cast, now=FIRST_DAY)
    assert {str(row.facts["incident_date"]) for row in found.values()} == {str(make_draft().facts["incident_date"])}
    assert (parts >= 3, keep(cast, now=FIRST_DAY)) == (True, 0)
    assert ("changed", 5, 5, True, False) in lines(cast, superuser)


def test_a_part_that_breaks_off_leaves_nothing_and_is_done_again_from_where_it_began(
    cast: Cast, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reprojection, "AT_ONCE", 2)
    keep(cast, now=NOON)
    bring_in(cast, *({} for _ in range(5)))
    sign(cast, NARROWER)
    with cast.as_clerk(POLICE, now=FIRST_DAY) as work:
        begin_agreements(work, house=cast.house)
    while not any(line[1] == 2 for line in lines(cast, superuser)):
        with cast.as_clerk(POLICE, now=FIRST_DAY) as work:
            work_off(work, house=cast.house)
    before = rows(cast, superuser)

    with pytest.raises(KeyboardInterrupt), cast.as_clerk(POLICE, now=FIRST_DAY) as work:
        work_off(work, house=cast.house)
        raise KeyboardInterrupt

    with cast.as_person(POLICE, now=FIRST_DAY) as work:
        [one] = [one for one in progress_of(work) if one.recipient.slug == GRONINGEN and one.cause == "changed"]
    assert (one.is_closing, one.looked_at, one.changed, one.left, len(seen(cast, now=FIRST_DAY))) == (True, 2, 2, 3, 2)
    assert rows(cast, superuser) == before
    keep(cast, now=FIRST_DAY)
    assert ("changed", 5, 5, False, False) in lines(cast, superuser)
    assert {row.visible_revision for row in seen(cast, now=FIRST_DAY).values()} == {2}


def test_a_stop_and_an_end_stand_on_the_list_of_work_with_their_cause(cast: Cast, superuser: psycopg.Connection):
    bring_in(cast, {}, {})
    keep(cast, now=NOON)

    gone = stop(cast)
    keep(cast, now=AFTER_ALL)

    assert gone == 2
    assert lines(cast, superuser)[-1] == ("stopped", 2, 2, False, False)
    assert lines(cast, superuser, of=DRENTHE)[-1] == ("ended", 0, 0, False, False)


def test_an_agreement_that_ends_by_its_day_leaves_a_line_and_no_row(cast: Cast, superuser: psycopg.Connection):
    bring_in(cast, {})
    keep(cast, now=NOON)

    keep(cast, now=AFTER_ALL)

    stones = superuser.execute("SELECT cause FROM hub.tombstone WHERE reader = %s", (cast.id(POLICE),)).fetchall()
    assert lines(cast, superuser)[-1] == ("ended", 1, 1, False, False)
    assert (stones, superuser.execute("SELECT count(*) FROM hub.inbox").fetchone()) == ([("ended",)], (0,))


def test_a_stop_of_a_version_that_has_not_begun_leaves_the_rows_of_the_one_before(cast: Cast):
    bring_in(cast, {})
    sign(cast, NARROWER)

    assert stop(cast, version=4) == 0
    assert len(seen(cast, now=NOON)) == 1
    assert seen(cast, now=FIRST_DAY) == {}


def test_a_stop_waits_for_a_release_that_was_first_and_takes_its_rows_too(
    app: Flask, cast: Cast, superuser: psycopg.Connection, pool: ThreadPoolExecutor
):
    def other() -> int:
        with app.app_context():
            return stop(cast)

    with cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft()]), house=cast.house)
        running = pool.submit(other)
        assert waits(superuser, running)

    assert running.result(timeout=20) == 1
    assert superuser.execute("SELECT count(*) FROM hub.inbox").fetchone() == (0,)


@pytest.mark.parametrize("deed", ["take in", "hold back", "update"])
def test_a_release_waits_for_a_stop_that_was_first_and_gives_nothing(
    app: Flask, cast: Cast, superuser: psycopg.Connection, pool: ThreadPoolExecutor, deed: str
):
    bring_in(cast, {}, reference="ZAAK-1")
    begun = Event()

    def other() -> None:
        with app.app_context(), cast.as_person(POLICE) as work:
            begun.set()
            if deed == "hold back":
                code = own_cases(work, house=cast.house, wanted=OwnWanted(limit=1))[0].code
                hold_back(work, code=code, recipient=GRONINGEN, held=HeldFact("Dat is beter zo.", None, None, None), house=cast.house)
            else:
                draft = make_draft(reference="ZAAK-1" if deed == "update" else None, terrain="onderwijs")
                intake.take_in(work, reading=Delivery([draft]), house=cast.house)

    with cast.as_clerk(POLICE) as work:
        one = agreement(work, key=f"{POLICE}~{GRONINGEN}~{NAME}~3", book=cast.house.book)
        assert stop_agreement(work, bond=one.bond, person=officers(cast, POLICE)[0], house=cast.house) == 1
        running = pool.submit(other)
        assert begun.wait(20)
        assert waits(superuser, running)

    running.result(timeout=20)
    assert superuser.execute("SELECT count(*) FROM hub.inbox").fetchone() == (0,)


def test_two_workers_at_once_do_each_part_once(app: Flask, cast: Cast, superuser: psycopg.Connection, pool: ThreadPoolExecutor):
    bring_in(cast, {}, {})
    sign(cast, NARROWER)
    with cast.as_clerk(POLICE, now=FIRST_DAY) as work:
        begin_agreements(work, house=cast.house)
    superuser.execute("DELETE FROM hub.reprojection WHERE recipient <> %s OR cause <> 'changed'", (cast.id(GRONINGEN),))

    def other() -> int:
        with app.app_context(), cast.as_clerk(POLICE, now=FIRST_DAY) as work:
            return work_off(work, house=cast.house)

    with cast.as_clerk(POLICE, now=FIRST_DAY) as work:
        mine = work_off(work, house=cast.house)
        theirs = pool.submit(other).result(timeout=20)

    assert (mine, theirs) == (1, 0)
    assert lines(cast, superuser) == [("changed", 2, 2, True, True)]


def test_a_version_stopped_before_its_rows_were_looked_at_keeps_nothing_else_waiting(cast: Cast, superuser: psycopg.Connection):
    bring_in(cast, {})
    sign(cast, NARROWER)
    with cast.as_clerk(POLICE, now=FIRST_DAY) as work:
        begin_agreements(work, house=cast.house)
        bond = agreement(work, key=f"{POLICE}~{GRONINGEN}~{NAME}~4", book=cast.house.book).bond
    with cast.as_clerk(POLICE, now=FIRST_DAY) as work:
        stop_agreement(work, bond=bond, person=officers(cast, POLICE)[0], house=cast.house)

    keep(cast, now=FIRST_DAY)

    assert {waiting for *_, waiting in lines(cast, superuser)} == {False}
    assert seen(cast, now=FIRST_DAY) == {}
