"""Two sides at the same moment, in real transactions: one waits for the other, nothing is lost, and it ends as if they came in turn."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from time import sleep

import psycopg
import pytest
from flask import Flask

from hub.cases.holding import HeldFact, hold_back
from hub.contacts import actions
from hub.contacts.actions import NotInThisState
from hub.kernel.errors import Conflict
from tests.cast import DRENTHE, POLICE, Cast
from tests.rooms import pair_model
from tests.rooms.contacting import SLUGS, Play, deed
from tests.rooms.pair_model import ASKED, ASKER, Pair

AGREED = ((ASKER, "yes"), (ASKED, "yes"))
MADE = (*AGREED, (ASKER, "said"), (ASKED, "right"))
MEETINGS = [  # what went before, what one side does, what the other does at the same time
    ((), (ASKER, "yes"), (ASKED, "yes")), ((), (ASKED, "yes"), (ASKER, "yes")), ((), (ASKER, "yes"), (ASKED, "no")),
    ((), (ASKED, "no"), (ASKER, "yes")), ((), (ASKER, "no"), (ASKED, "no")), (AGREED, (ASKER, "said"), (ASKED, "said")),
    (AGREED, (ASKED, "none"), (ASKER, "said")), (AGREED, (ASKER, "said"), (ASKED, "none")),
    (MADE, (ASKER, "together"), (ASKED, "none")), (((ASKER, "yes"),), (ASKER, "no"), (ASKED, "yes")),
    (((ASKER, "yes"),), (ASKED, "yes"), (ASKER, "no")),
]  # fmt: skip


@pytest.fixture
def play(cast: Cast, superuser: psycopg.Connection) -> Play:
    made = Play(cast, superuser)
    made.share()
    made.ask()
    return made


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def waits(superuser: psycopg.Connection, done: "Future[None]") -> bool:
    """Until somebody stands before a lock (True), or the other came to its end without one."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not done.done():
        found = superuser.execute(asked).fetchone()
        if found and found[0]:
            return True
        sleep(0.005)
    return False


def ended_as(play: Play) -> list[str]:
    return [str(play.seen(who).state) for who in (ASKER, ASKED)]


def expected(before: tuple[tuple[int, str], ...], *deeds: tuple[int, str]) -> list[str]:
    """How it ends when these deeds come in this order, those that do not fit any more left out."""
    pair = Pair()
    for who, word in (*before, *deeds):
        pair = pair_model.after(pair, who, word) if pair_model.fits(pair, who, word) else pair
    return [pair_model.state(pair, who) for who in (ASKER, ASKED)]


@pytest.mark.parametrize(("before", "first", "second"), MEETINGS)
def test_the_second_waits_for_the_first_and_it_ends_as_if_they_came_in_turn(
    app: Flask, play: Play, pool: ThreadPoolExecutor, before: tuple[tuple[int, str], ...], first: tuple[int, str], second: tuple[int, str]
):
    for who, word in before:
        play.do(who, word)

    def other() -> None:
        with app.app_context(), play.cast.as_person(SLUGS[second[0]]) as work:
            deed(work, play.id, *second)

    with play.cast.as_person(SLUGS[first[0]]) as work:
        deed(work, play.id, *first)
        running = pool.submit(other)
        assert waits(play.superuser, running)
    error = running.exception(timeout=20)

    assert ended_as(play) == expected(before, first, second)
    assert error is None or isinstance(error, NotInThisState)


@pytest.mark.parametrize("round", range(6))
def test_two_that_begin_together_end_in_one_of_the_two_orders_and_nobody_meets_a_deadlock(
    app: Flask, play: Play, pool: ThreadPoolExecutor, round: int
):
    start = Event()
    sides = ((ASKER, "yes"), (ASKED, ("yes", "no")[round % 2]))

    def run(who: int, word: str) -> None:
        with app.app_context(), play.cast.as_person(SLUGS[who]) as work:
            start.wait(5)
            deed(work, play.id, who, word)

    running = [pool.submit(run, *side) for side in sides]
    start.set()
    errors = [one.exception(timeout=20) for one in running]

    assert errors == [None, None]
    assert ended_as(play) in (expected((), *sides), expected((), *sides[::-1]))


def test_a_recall_waits_for_an_answer_and_ends_it_all(app: Flask, play: Play, pool: ThreadPoolExecutor):
    play.do(ASKED, "yes")

    def recall() -> None:
        with app.app_context():
            play.recall()

    with play.cast.as_person(DRENTHE) as work:
        deed(work, play.id, ASKER, "yes")
        running = pool.submit(recall)
        assert waits(play.superuser, running)
    assert running.exception(timeout=20) is None

    assert ended_as(play) == ["recalled", "recalled"]
    assert "KANARIE" not in str(play.row(ASKER)) + str(play.row(ASKED))


def test_an_answer_that_comes_behind_a_recall_finds_it_over(app: Flask, play: Play, pool: ThreadPoolExecutor):
    def say_yes() -> None:
        with app.app_context(), play.cast.as_person(DRENTHE) as work:
            deed(work, play.id, ASKER, "yes")

    with play.cast.as_person(POLICE) as work:
        hold_back(work, code=play.own, recipient=None, held=HeldFact("op verzoek van de melder"), house=play.cast.house)
        running = pool.submit(say_yes)
        assert waits(play.superuser, running)

    assert isinstance(running.exception(timeout=20), NotInThisState)
    assert ended_as(play) == ["recalled", "recalled"]


def test_a_question_that_is_asked_while_its_case_is_recalled_does_not_come_to_stand(
    app: Flask, play: Play, pool: ThreadPoolExecutor, superuser: psycopg.Connection
):
    play.do(ASKER, "no")

    def ask() -> None:
        with app.app_context(), play.cast.as_person(DRENTHE) as work:
            actions.propose(work, code=play.code)

    with play.cast.as_person(POLICE) as work:
        hold_back(work, code=play.own, recipient=None, held=HeldFact("op verzoek van de melder"), house=play.cast.house)
        running = pool.submit(ask)
        assert waits(superuser, running)

    assert isinstance(running.exception(timeout=20), Conflict)
    assert superuser.execute("SELECT count(*) FROM hub.contact WHERE ended IS NULL").fetchone() == (0,)


def test_a_recall_that_comes_behind_a_question_ends_it(app: Flask, play: Play, pool: ThreadPoolExecutor, superuser: psycopg.Connection):
    play.do(ASKER, "no")

    def recall() -> None:
        with app.app_context():
            play.recall()

    with play.cast.as_person(DRENTHE) as work:
        play.id = actions.propose(work, code=play.code)
        running = pool.submit(recall)
        assert waits(superuser, running)
    assert running.exception(timeout=20) is None

    assert ended_as(play) == ["recalled", "recalled"]


def test_two_colleagues_who_ask_at_once_ask_once(app: Flask, play: Play, pool: ThreadPoolExecutor, superuser: psycopg.Connection):
    play.do(ASKER, "no")

    def ask() -> None:
        with app.app_context(), play.cast.as_person(DRENTHE) as work:
            actions.propose(work, code=play.code)

    with play.cast.as_person(DRENTHE) as work:
        actions.propose(work, code=play.code)
        running = pool.submit(ask)
        assert waits(superuser, running)

    assert isinstance(running.exception(timeout=20), Conflict)
    assert superuser.execute("SELECT count(*) FROM hub.contact WHERE ended IS NULL AND side = 'asker'").fetchone() == (1,)
