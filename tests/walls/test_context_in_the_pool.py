"""A context lives for one transaction: no pool, no thread, no savepoint and no replay carries it further."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from time import sleep
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from hub.cases import intake
from hub.kernel.actor import Doorkeeper, Person
from hub.kernel.database import SessionEnded, Work, begin_work, bind_engines, db, flask_settings
from hub.kernel.errors import Unavailable
from hub.kernel.settings import Settings
from hub.kernel.words import PartnerId, Secret
from tests.cast import DRENTHE, EMMEN, NOON, POLICE, Cast, close_engines
from tests.make import Delivery
from tests.walls.month import drafts_of

ME = text("SELECT sec.me()")
OWN_CONTEXT = text("SELECT current_setting('hub.ctx')")
SAY = text("SELECT set_config('hub.ctx', :said, :local)")
GIVERS = text("SELECT array(SELECT DISTINCT giver FROM hub.contribution)")
NOBODY = Secret("no-such-pass")
ENDINGS = ("commit", "rollback", "error", "sql error", "lost")
Tickets = dict[PartnerId, Secret]


@contextmanager
def small_pool(settings: Settings, *, size: int) -> Iterator[Flask]:
    """The hub's own engines with so many connections per role, and not one more."""
    app, told = Flask("small"), flask_settings(settings)
    for options in told["SQLALCHEMY_BINDS"].values():  # type: ignore[attr-defined]
        options |= {"pool_size": size, "max_overflow": 0}
    app.config.update(told)
    db.init_app(app)
    with app.app_context():
        bind_engines()
        yield app
        close_engines()


@pytest.fixture
def tickets(cast: Cast) -> Tickets:
    """Three partners, each with a case and an open pass."""
    numbers, found = count(2), {}
    for slug in (DRENTHE, EMMEN, POLICE):
        with cast.as_person(slug) as work:
            intake.take_in(work, reading=Delivery(drafts_of(slug, numbers=numbers, places=("GM0114",))), house=cast.house)
        found[cast.id(slug)] = open_pass(cast.id(slug))
    return found


def open_pass(partner: PartnerId) -> Secret:
    ticket = Secret(f"pass-{uuid4()}")
    told = {"token": ticket.reveal(), "partner": partner, "expires": datetime.now(UTC) + timedelta(minutes=5)}
    with begin_work(Doorkeeper(), now=NOON) as work:
        work.session.execute(text("SELECT sec.open_pass(:token, :partner, :expires)"), told)
    return ticket


def person(partner: PartnerId, ticket: Secret) -> Person:
    return Person(partner, UUID(int=1), frozenset({"case_worker"}), ticket)


def seen(work: Work) -> tuple[int | None, list[int]]:
    """Who the database thinks acts, and whose cases it shows."""
    return work.session.execute(ME).scalar_one(), work.session.execute(GIVERS).scalar_one()


def one_request(partner: PartnerId, ticket: Secret, ending: str) -> tuple[int | None, list[int]]:
    """A request that looks, and then ends in this way."""
    found: tuple[int | None, list[int]] = (None, [])
    try:
        with begin_work(person(partner, ticket), now=NOON) as work:
            found = seen(work)
            if ending == "sql error":
                work.session.execute(text("SELECT 1 / 0"))
            if ending == "lost":
                work.session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 1"))
                sleep(0.02)  # the server ends the session meanwhile
                work.session.execute(ME)
            if ending == "rollback":
                work.session.rollback()
            if ending == "error":
                raise ZeroDivisionError
    except (ZeroDivisionError, Unavailable):
        pass
    return found


def nobody_looks() -> tuple[int | None, list[int]]:
    """The web's own connection on which nobody acts: what a forgotten actor would see."""
    with db.engines["hub_app"].connect() as connection:
        return connection.execute(ME).scalar_one(), connection.execute(GIVERS).scalar_one()


def test_on_one_connection_four_hundred_requests_leave_nothing_to_the_next(settings: Settings, tickets: Tickets):
    chance, leaks, backends = Random(20261104), [], set()
    with small_pool(settings, size=1):
        for _ in range(400):
            partner = chance.choice([*tickets, None])
            if partner is None:
                leaks += [found for found in [nobody_looks()] if found != (None, [])]
                continue
            found = one_request(partner, tickets[partner], chance.choice(ENDINGS))
            leaks += [found] if found != (partner, [partner]) else []
            with db.engines["hub_app"].connect() as connection:
                backends.add(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())

    assert leaks == []
    assert len(backends) > 1  # connections were lost and replaced on the way


def test_eight_threads_on_two_connections_see_each_their_own(settings: Settings, tickets: Tickets):
    def visits(app: Flask, seed: int) -> list[object]:
        chance, wrong = Random(seed), []
        with app.app_context():
            for _ in range(25):
                partner = chance.choice(list(tickets))
                found = one_request(partner, tickets[partner], chance.choice(ENDINGS[:4]))
                wrong += [found] if found != (partner, [partner]) else []
        return wrong

    with small_pool(settings, size=2) as app, ThreadPoolExecutor(8) as threads:
        wrong = list(threads.map(lambda seed: visits(app, seed), range(8)))

    assert wrong == [[]] * 8


def test_a_pass_that_ended_stops_the_first_statement_and_spoils_nothing(settings: Settings, tickets: Tickets):
    partner, ticket = next(iter(tickets.items()))
    with small_pool(settings, size=1):
        with pytest.raises(SessionEnded), begin_work(person(partner, NOBODY), now=NOON) as work:
            seen(work)
        found = one_request(partner, ticket, "commit")

    assert found == (partner, [partner])


@pytest.mark.parametrize("local", [True, False])
def test_a_context_that_was_read_is_worth_nothing_in_a_later_transaction(settings: Settings, tickets: Tickets, local: bool):
    (first, one), (second, other), *_ = tickets.items()
    with small_pool(settings, size=1):
        with begin_work(person(first, one), now=NOON) as work:
            held = work.session.execute(OWN_CONTEXT).scalar_one()
        with begin_work(person(second, other), now=NOON) as work:
            before = seen(work)
            work.session.execute(SAY, {"said": held, "local": local})
            replayed = seen(work)
        after = nobody_looks()

    assert before == (second, [second])
    assert replayed == (None, [])
    assert after == (None, [])


def test_a_context_that_was_left_on_the_connection_serves_nobody(settings: Settings, tickets: Tickets):
    """Injected SQL of one partner keeps its own valid context for the session; the next on this connection is not helped by it."""
    (first, one), (second, other), *_ = tickets.items()
    with small_pool(settings, size=1):
        with begin_work(person(first, one), now=NOON) as work:
            held = work.session.execute(OWN_CONTEXT).scalar_one()
            work.session.execute(SAY, {"said": held, "local": False})
        left, mine = nobody_looks(), one_request(second, other, "commit")

    assert left == (None, [])
    assert mine == (second, [second])


def test_a_context_is_bound_to_its_own_connection(settings: Settings, tickets: Tickets):
    (first, one), (second, other), *_ = tickets.items()
    with begin_work(person(first, one), now=NOON) as work, begin_work(person(second, other), now=NOON) as beside:
        held = work.session.execute(OWN_CONTEXT).scalar_one()
        beside.session.execute(SAY, {"said": held, "local": True})
        found = seen(beside)

    assert found == (None, [])


def test_the_first_three_parts_of_a_context_are_all_signed(cast: Cast, tickets: Tickets):
    with cast.as_person(DRENTHE) as work:
        partner, pid, moment, mac = work.session.execute(OWN_CONTEXT).scalar_one().split(":")
        answers = []
        for forged in ((str(cast.id(POLICE)), pid, moment, mac), (partner, pid, moment, mac.upper()), (partner, pid, moment, mac, ""),
                       (partner, pid, moment), (partner, pid, moment, mac[:-1]), ("", pid, moment, mac)):  # fmt: skip
            work.session.execute(SAY, {"said": ":".join(forged), "local": True})
            answers.append(work.session.execute(ME).scalar_one())

    assert answers == [None] * 6


def test_savepoints_neither_lose_nor_win_a_context(cast: Cast, tickets: Tickets):
    me, found = cast.id(DRENTHE), []
    with cast.as_person(DRENTHE) as work:
        with work.session.begin_nested():
            found.append(seen(work))
        with pytest.raises(ZeroDivisionError), work.session.begin_nested():
            work.session.execute(SAY, {"said": "", "local": True})
            found.append(seen(work))
            raise ZeroDivisionError
        found.append(seen(work))

    assert found == [(me, [me]), (None, []), (me, [me])]


def test_without_a_transaction_there_is_no_context_either(tickets: Tickets):
    (_, ticket), *_ = tickets.items()
    with db.engines["hub_app"].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SELECT sec.enter(%s)", (ticket.reveal(),))
        found = connection.execute(ME).scalar_one(), connection.execute(GIVERS).scalar_one()

    assert found == (None, [])
