"""Couriers that are killed in the middle of a letter: nothing is lost, and whatever comes twice comes under the same name."""

import time
from collections import defaultdict
from collections.abc import Iterable
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess

import psycopg

from hub.kernel.outbox import Notice, NoticeKind, put_down
from tests.cast import DRENTHE, GRONINGEN, NOON, Cast
from tests.postbox import Postbox, open_postbox
from tests.rooms.courier_process import send_for_ever
from tests.scaffold import Place, environment_for

KILLS, NOTICES = 10, 60
PATIENCE = 60.0


FORKS = get_context("forkserver")  # one warm process, of which couriers are copies: reading the code takes longer than the work
FORKS.set_forkserver_preload(["tests.rooms.courier_process"])


def courier(place: Place, box: Postbox) -> ForkServerProcess:
    environment = {**environment_for(place), "SCHAKEL_SMTP": f"smtp://127.0.0.1:{box.port}"}
    made = FORKS.Process(target=send_for_ever, args=(environment,), daemon=True)
    made.start()
    return made


def kill(several: Iterable[ForkServerProcess]) -> None:
    for one in several:
        one.kill()  # SIGKILL: no chance to tidy up
        one.join()


def wait_for(box: Postbox, letters: int) -> None:
    end = time.monotonic() + PATIENCE
    while len(box.letters) < letters:
        assert time.monotonic() < end, f"{len(box.letters)} of {letters} letters came"
        time.sleep(0.002)


def test_two_couriers_that_are_killed_again_and_again_lose_nothing_and_rename_nothing(
    cast: Cast, place: Place, superuser: psycopg.Connection
):
    for slug in (DRENTHE, GRONINGEN):
        for number in range(NOTICES // 2):
            with cast.as_clerk(slug) as work:
                roles = ("case_worker", "coordinator")
                put_down(work, notice=Notice(work.partner, f"n{number}", NoticeKind.ADDENDUM, "/", roles, NOON))
    expected = NOTICES * 2  # a case worker and a coordinator at each

    with open_postbox() as box:
        for turn in range(1, KILLS + 1):
            several = [courier(place, box) for _ in range(2)]
            wait_for(box, turn * (expected // (KILLS + 2)))
            kill(several)
            # the ten minutes pass after which another courier takes up what a dead one had in hand
            superuser.execute("UPDATE hub.message SET not_before = not_before - interval '1 hour' WHERE state = 'waiting'")
        last = courier(place, box)
        end = time.monotonic() + PATIENCE
        while superuser.execute("SELECT count(*) FROM hub.message WHERE state = 'sent'").fetchone() != (expected,):
            assert time.monotonic() < end, "not everything was sent"
            time.sleep(0.02)
        kill([last])

    copies = defaultdict(set)
    for mail, (recipient, content) in zip(box.mails, box.letters, strict=True):
        copies[mail["Message-ID"]].add((recipient, content))
    assert len(copies) == expected
    assert all(len(same) == 1 for same in copies.values())
    assert len(box.letters) - expected <= 2 * KILLS  # what came twice is what somebody had in hand
    assert superuser.execute("SELECT state, count(*) FROM hub.message GROUP BY state").fetchall() == [("sent", expected)]
