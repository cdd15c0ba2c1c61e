"""What a partner without a part in it tries by SQL of its own on collections, contacts, terms and messages: nothing comes of it."""

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import CursorResult, text

from hub.cases.house import House
from hub.kernel.errors import Refused
from tests.cast import DRENTHE, EMMEN, OUTSIDER, POLICE, Cast
from tests.walls.month import play_month

TABLES = "gathering gathering_step readiness statement collection collected contact watch notice message job_run job_attempt job_plan pulse"
MONTH = "'drenthe', '2026-10-01'"
REFUSED = (  # what is refused aloud: it writes a row of another, or a table that is not the web's to change
    f"INSERT INTO hub.gathering_step (province, month, no, collector, word, at) VALUES ({MONTH}, 90, :police, 'late', now())",
    f"INSERT INTO hub.readiness (collector, province, month, giver, no, at) VALUES (:police, {MONTH}, :drenthe, 9, now())",
    f"INSERT INTO hub.statement (giver, province, month, no, kind, made_at) VALUES (:drenthe, {MONTH}, 9, 'nothing', now())",
    "INSERT INTO hub.notice (partner, kind, dedup, path, roles, at) VALUES (:police, 'addendum', 'x', '/', '{coordinator}', now())",
    "INSERT INTO hub.contact (partner, id, other, origin, side, code, proposed_at, due, acted_at) SELECT :police, gen_random_uuid(),"
    " :drenthe, 'request', 'asker', '00000000000', now(), current_date, now()",
    "UPDATE hub.collected SET recalled_on = current_date", "DELETE FROM hub.collected", "DELETE FROM hub.collection",
    "UPDATE hub.collection SET rows = 0", "UPDATE hub.gathering SET delivered_at = now()", "DELETE FROM hub.gathering",
    "UPDATE hub.readiness SET at = now()", "DELETE FROM hub.statement", "UPDATE hub.watch SET last_day = current_date",
    "UPDATE hub.contact SET agreed_at = now(), their_person = 'x'", "UPDATE hub.message SET state = 'dead'", "SELECT body FROM hub.message",
    "SELECT * FROM hub.notice", "UPDATE hub.job_run SET not_before = 'infinity'", "SELECT hub.step_contact()",
)  # fmt: skip
IN_VAIN = (  # what is not refused and finds no row, since all rows there are others'
    "UPDATE hub.gathering SET planned_freeze_at = now() + interval '1 year'", "UPDATE hub.gathering SET state = 'open', frozen_at = NULL",
    "UPDATE hub.collection SET first_opened_at = now() WHERE recipient = :police",
    "UPDATE hub.contact SET answer = 'declined', because = 'other' WHERE partner = :police OR other = :police AND partner = :drenthe",
    "UPDATE hub.watch SET state = 'dropped' WHERE partner = :police",
    "SELECT FROM hub.collected WHERE recipient = :police", "SELECT FROM hub.readiness", "SELECT FROM hub.statement WHERE giver = :drenthe",
    "SELECT FROM hub.contact WHERE partner = :police", "SELECT id FROM hub.message WHERE partner = :police",
)  # fmt: skip


@pytest.fixture(scope="module")
def played(app: Flask, house: House, superuser: psycopg.Connection, emptied: str) -> Iterator[Cast]:
    """A month in which the police and Drenthe have rows in every one of these tables."""
    superuser.execute(emptied)
    with app.app_context():
        cast = Cast(house)
        play_month(cast)
        yield cast
    superuser.execute(emptied)


def all_rows(superuser: psycopg.Connection) -> list[object]:
    asked = "SELECT coalesce(sum(hashtextextended(t::text, 0)), 0)::text, count(*) FROM hub.{} t"
    return [superuser.execute(asked.format(table)).fetchone() for table in TABLES.split()]


@pytest.mark.parametrize("slug", [OUTSIDER, EMMEN])
def test_who_has_no_part_in_it_changes_nothing_and_sees_nothing(played: Cast, superuser: psycopg.Connection, slug: str):
    told, before, let_through, found = {"police": played.id(POLICE), "drenthe": played.id(DRENTHE)}, all_rows(superuser), [], []
    for asked in REFUSED:
        try:
            with played.as_person(slug) as work:
                work.session.execute(text(asked), told)
            let_through.append(asked)
        except Refused:
            continue
    for asked in IN_VAIN:
        with played.as_person(slug) as work:
            answer = work.session.execute(text(asked), told)
            assert isinstance(answer, CursorResult)
            found += [asked] * (answer.rowcount != 0)

    assert (let_through, found) == ([], [])
    assert all_rows(superuser) == before


def test_the_rows_that_nobody_else_touches_are_there(played: Cast, superuser: psycopg.Connection):
    told = {"police": played.id(POLICE), "drenthe": played.id(DRENTHE)}
    kept = {"gathering", "readiness", "statement", "collection", "collected", "contact", "watch", "message"}

    assert all(superuser.execute(f"SELECT count(*) FROM hub.{table}").fetchone() > (0,) for table in kept)
    with played.as_person(POLICE) as work:
        assert work.session.execute(text("SELECT count(*) FROM hub.readiness WHERE giver = :drenthe"), told).scalar_one() > 0
