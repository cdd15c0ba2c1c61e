"""
A new version of an agreement: until its first day the old one holds, and from its first minute on nothing of the old one is read.

Every reader goes one road: lists, pages, search, exports, the gathering of a month, and what a giver tells others at an agenda. All of
them are asked here in the last second of the old version, and in the first of the new one, before anything ran that could look at the rows.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from hub.cases import intake
from hub.cases.expiry import begin_agreements
from hub.cases.readable import count_alike, giver_of, is_received, news, still_received, still_shared, unchanged_since, waits_to_close
from hub.cases.received import Received, Wanted, received, received_case, received_cases
from hub.cases.reprojection import work_off
from hub.cases.told import told
from hub.casuistry.rows import sorted_rows
from hub.casuistry.rows import told as gathered_by
from hub.demo.agreeing import agree
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from tests.agreeing import changed, kept_register
from tests.cast import GRONINGEN, NOON, POLICE, Cast
from tests.make import Delivery, make_draft

NAME = "politie--bureaus"
DAYS = {"days": "from: 2026-09-01 → from: 2026-11-06"}
NARROWER = {**DAYS, "place": "place:         municipality → place:         province"}
WIDER = {**DAYS, "day": "incident_date: week → incident_date: day"}
JUST_BEFORE, JUST_AFTER = datetime(2026, 11, 5, 22, 59, 59, tzinfo=UTC), datetime(2026, 11, 5, 23, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def register(superuser: psycopg.Connection) -> Iterator[None]:
    with kept_register(superuser):
        yield


def sign(cast: Cast, words: dict[str, str]) -> None:
    """Version 4 of what the police share with the bureaus, in force from 6 November."""
    with cast.as_clerk(None) as work:
        assert agree(work, policies=[changed(cast, name=NAME, **words)], book=cast.house.book) == 1


def bring_in(cast: Cast, *, now: datetime = NOON) -> None:
    with cast.as_person(POLICE, now=now) as work:
        intake.take_in(work, reading=Delivery([make_draft()]), house=cast.house)


def seen(cast: Cast, *, now: datetime) -> tuple[Received, ...]:
    with cast.as_person(GRONINGEN, now=now) as work:
        return received(work, house=cast.house, wanted=Wanted()).rows


def keep(cast: Cast, *, now: datetime) -> int:
    """What the clock does for the police."""
    with cast.as_clerk(POLICE, now=now) as work:
        begin_agreements(work, house=cast.house)
    parts = 0
    while True:
        with cast.as_clerk(POLICE, now=now) as work:
            some = work_off(work, house=cast.house)
        if not some:
            return parts
        parts += some


def rows_to_gather(work: Work) -> list[Any]:
    asked = "WITH" + sorted_rows("groningen") + "SELECT giver, code FROM s"
    return list(work.session.execute(text(asked), gathered_by("groningen", me=work.partner, day=today(work.now))))


def of_page(work: Work, cast: Cast, code: str) -> object:
    try:
        return received_case(work, house=cast.house, code=code).facts
    except NotFound:
        return ()


def of_giver(work: Work, code: str) -> object:
    try:
        return giver_of(work, code=code)
    except NotFound:
        return ()


READERS: dict[str, Callable[[Work, Cast, str], object]] = {
    "news": lambda work, _, __: sum(news(work).values()),
    "list and export": lambda work, cast, _: received(work, house=cast.house, wanted=Wanted()).rows,
    "list of one province": lambda work, cast, _: received(work, house=cast.house, wanted=Wanted(province="PV20")).rows,
    "page": of_page,
    "page of the giver": lambda work, _, code: of_giver(work, code),
    "papers of an agenda": lambda work, cast, code: received_cases(work, house=cast.house, codes=[code]),
    "search by code": lambda work, _, code: is_received(work, code=code),
    "still to open": lambda work, _, code: still_received(work, codes=[code]),
    "still shared": lambda work, _, code: still_shared(work, codes=[code]),
    "uniqueness": lambda work, _, __: count_alike(work, alike=lambda row: row.terrain == "openbare_ruimte"),
    "terms": lambda work, _, __: list(unchanged_since(work, day=today(work.now))),
    "gathering": lambda work, _, __: rows_to_gather(work),
}


@pytest.mark.parametrize("words", [NARROWER, {**WIDER, "place": "place:         municipality → place:         province"}])
def test_at_midnight_no_reader_finds_what_an_older_version_gave_though_nothing_ran(cast: Cast, words: dict[str, str]):
    bring_in(cast)
    [row] = seen(cast, now=NOON)
    sign(cast, words)

    found: dict[datetime, dict[str, object]] = {}
    for moment in (JUST_BEFORE, JUST_AFTER):
        with cast.as_person(GRONINGEN, now=moment) as work:
            found[moment] = {name: read(work, cast, row.code) for name, read in READERS.items()}
        with cast.as_person(POLICE, now=moment) as work:
            tellings = [one for case in told(work, house=cast.house) for one in case.tellings]
            found[moment]["told at an agenda"] = [one for one in tellings if one.code == row.code]

    blind = [name for name, answer in found[JUST_BEFORE].items() if not answer]
    assert blind == []
    assert {name: answer for name, answer in found[JUST_AFTER].items() if answer} == {}


def test_once_looked_at_the_row_is_back_under_its_code_and_shows_no_more_than_the_new_version(cast: Cast):
    bring_in(cast)
    [before] = seen(cast, now=NOON)
    sign(cast, NARROWER)

    parts = keep(cast, now=JUST_AFTER), keep(cast, now=JUST_AFTER)

    [after] = seen(cast, now=JUST_AFTER)
    assert parts[1] == 0
    assert (before.facts["place"], after.facts["place"]) == ("GM1979", "PV20")
    assert (after.code, after.first_given_on, after.visible_revision) == (before.code, before.first_given_on, 2)
    assert after.policy_version > before.policy_version


def test_while_rows_are_hidden_the_recipient_is_known_to_wait_and_nothing_is_taken_for_gone(cast: Cast):
    bring_in(cast)
    sign(cast, NARROWER)

    waits = []
    for moment in (JUST_BEFORE, JUST_AFTER):
        with cast.as_clerk(GRONINGEN, now=moment) as work:
            waits.append(waits_to_close(work))
    keep(cast, now=JUST_AFTER)
    with cast.as_clerk(GRONINGEN, now=JUST_AFTER) as work:
        waits.append(waits_to_close(work))

    assert waits == [False, True, False]


def test_what_only_gives_more_hides_nothing_when_the_clock_saw_it_coming(cast: Cast):
    keep(cast, now=NOON)
    bring_in(cast)
    sign(cast, WIDER)
    keep(cast, now=NOON)

    assert [row.facts["place"] for row in seen(cast, now=JUST_AFTER)] == ["GM1979"]


def test_what_gives_more_after_something_narrower_that_nobody_looked_at_yet_uncovers_nothing(cast: Cast, superuser: psycopg.Connection):
    keep(cast, now=NOON)
    bring_in(cast)
    sign(cast, NARROWER)
    keep(cast, now=NOON)
    asked = "SELECT covers FROM hub.policy_pair WHERE giver = %s AND recipient = %s AND kind = 'standing' ORDER BY version_id"

    covers = superuser.execute(asked, (cast.id(POLICE), cast.id(GRONINGEN))).fetchall()

    assert covers == [(True,), (False,)]
    assert seen(cast, now=JUST_AFTER) == ()


def test_an_agreement_that_was_stopped_is_read_no_more_though_its_rows_stand(cast: Cast, superuser: psycopg.Connection):
    bring_in(cast)
    superuser.execute("UPDATE hub.policy_pair SET state = 'stopped' WHERE giver = %s", (cast.id(POLICE),))

    assert seen(cast, now=NOON) == ()


def test_a_recipient_cannot_uncover_rows_for_itself(cast: Cast):
    bring_in(cast)
    sign(cast, NARROWER)
    asked = f"UPDATE hub.policy_pair SET covers = true WHERE recipient = {cast.id(GRONINGEN)} AND giver = {cast.id(POLICE)}"

    for work_as in (cast.as_person, cast.as_clerk):
        with pytest.raises(Exception, match="weigert|voor, of dit bestaat"), work_as(GRONINGEN, now=JUST_AFTER) as work:
            work.session.connection().exec_driver_sql(asked)
