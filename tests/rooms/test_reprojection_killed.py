"""Workers that are killed in the middle of re-projection: every case is looked at once, and until then nobody reads the finer row."""

import time
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess

import psycopg
import pytest

from hub.cases.expiry import begin_agreements
from hub.cases.received import Wanted, received
from tests.agreeing import kept_register
from tests.cast import GRONINGEN, NOON, POLICE, Cast
from tests.rooms.test_reprojection import FIRST_DAY, NARROWER, bring_in, keep, sign
from tests.rooms.worker_process import work_for_ever
from tests.scaffold import Place, environment_for

CASES, KILLS, PATIENCE = 60, 5, 60.0
SEEN = "SELECT rows_seen FROM hub.reprojection WHERE cause = 'changed' AND giver = %s AND recipient = %s"
FORKS = get_context("forkserver")  # one warm process, of which workers are copies: reading the code takes longer than the work
FORKS.set_forkserver_preload(["tests.rooms.worker_process"])


@pytest.fixture(autouse=True)
def register(superuser: psycopg.Connection) -> Iterator[None]:
    with kept_register(superuser):
        yield


def worker(place: Place) -> ForkServerProcess:
    made = FORKS.Process(target=work_for_ever, args=(environment_for(place), POLICE), daemon=True)
    made.start()
    return made


def wait_for(superuser: psycopg.Connection, cast: Cast, looked_at: int) -> None:
    end = time.monotonic() + PATIENCE
    while (superuser.execute(SEEN, (cast.id(POLICE), cast.id(GRONINGEN))).fetchone() or (0,))[0] < looked_at:
        assert time.monotonic() < end, "the workers came no further"
        time.sleep(0.002)


def test_two_workers_that_are_killed_again_and_again_look_at_every_case_once(cast: Cast, place: Place, superuser: psycopg.Connection):
    keep(cast, now=NOON)
    bring_in(cast, *({} for _ in range(CASES)))
    sign(cast, NARROWER)
    with cast.as_clerk(POLICE, now=FIRST_DAY) as work:
        begin_agreements(work, house=cast.house)
    read = []

    for turn in range(1, KILLS + 1):
        several = [worker(place) for _ in range(2)]
        wait_for(superuser, cast, turn * CASES // (KILLS + 2))
        for one in several:
            one.kill()  # SIGKILL: no chance to tidy up
            one.join()
        with cast.as_person(GRONINGEN, now=FIRST_DAY) as work:
            read += received(work, house=cast.house, wanted=Wanted(limit=CASES)).rows
    last = worker(place)
    end = time.monotonic() + PATIENCE
    while superuser.execute("SELECT count(*) FROM hub.reprojection WHERE done_at IS NULL").fetchone() != (0,):
        assert time.monotonic() < end, "not everything was worked off"
        time.sleep(0.02)
    last.kill()
    last.join()

    asked = "SELECT rows_seen, rows_changed FROM hub.reprojection WHERE cause = 'changed' AND giver = %s AND recipient = %s"
    assert superuser.execute(asked, (cast.id(POLICE), cast.id(GRONINGEN))).fetchall() == [(CASES, CASES)]
    rows = "SELECT municipality, province, visible_revision, cardinality(revised_on), count(*) FROM hub.inbox GROUP BY 1, 2, 3, 4"
    assert superuser.execute(rows).fetchall() == [(None, "PV20", 2, 2, CASES)]
    assert {row.facts["place"] for row in read} == {"PV20"}
