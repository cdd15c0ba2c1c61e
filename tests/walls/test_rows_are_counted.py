"""Asked without any WHERE, every table answers with the asker's own rows: not one too many, and not one too few."""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Connection, Engine, text

from hub.cases.house import House
from hub.kernel.database import Base, db
from hub.sharing.schemas import load_policies
from tests.cast import COC_F, COC_GD, DRENTHE, EMMEN, FRYSLAN, GRONINGEN, OM, OUTSIDER, POLICE, Cast
from tests.scaffold import ROOT
from tests.walls.month import counted, locked_tables, play_month

PUBLISHED = {  # one and the same for all
    "hub.partner", "hub.policy_version", "hub.policy_pair", "hub.policy_signature",
    "audit.checkpoint", "hub.schema_version", "hub.gathering", "hub.gathering_step",
    "hub.body", "hub.membership", "hub.accession",
}  # fmt: skip
COMMON = {"hub.undelivered", "hub.job_run", "hub.job_attempt", "hub.job_plan", "hub.pulse"}  # of no partner: what operators look after
PUT_DOWN = {"hub.notice"}  # the web writes here and reads nothing back
OF_THE_DOOR = {"hub.session", "hub.login_attempt", "hub.logout_token", "hub.key_check"}  # or of commands; never the web's
OF_THE_HUB = {"audit.entry"}  # its lines of no partner are read by the clerk too
P, Q = DRENTHE, POLICE
NOT_A_LINK = {("hub.disclosure", "at"), ("hub.inbox", "states"), ("hub.given", "states")}  # one look tells all its givers; letters per fact
NOT_A_LINK |= {("hub.collected", "states"), ("hub.collection", "delivered_at")}  # delivered to all at once, as the gathering announces
# who was invited to a meeting, or reads its agenda, knows when it is and when that was published
NOT_A_LINK |= {("hub.invitation", "starts"), ("hub.invitation", "ends"), ("hub.edition", "published_at")}
ONE_SIDED = {"hub.readiness"}  # the collecting partner's alone
STAND_IN = str(UUID(int=1))  # the account behind every work of the cast
POLICIES = {policy.sha256 for policy in load_policies(ROOT / "policies").policies}  # the hashes of texts that are published
SIDES = ("giver", "recipient", "partner", "reader", "writer", "other")
READERS = "members"  # a shared row is about everybody who has a copy of it
CODE, SAID = re.compile(r"[0-9A-HJKMNP-TV-Z]{11}"), re.compile(r'"([0-9A-HJKMNP-TV-Z]{11}|[0-9a-f-]{32,64})"')
TELLING = """
    SELECT a.attname::text FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
       AND has_column_privilege('hub_app', a.attrelid, a.attnum, 'SELECT')
       AND (t.typname ~ '^_?(uuid|bpchar|bytea|timestamptz)$' OR a.attname = ANY(%s))"""


class Month:
    """The month as it was played once for all tests of this file, and what each partner's own connection sees of it."""

    def __init__(self, cast: Cast, superuser: psycopg.Connection) -> None:
        play_month(cast)
        self.cast, self.superuser = cast, superuser
        self.tables = {
            table: column for table, column in locked_tables(superuser, role="hub_app").items() if table not in PUBLISHED | COMMON
        }

    def shared_values(self, one: str, other: str) -> set[Any]:
        """What both can read and what could join a row of the one to a row of the other, apart from rows about the two of them."""
        mine, theirs = self._own_values(one, other), self._own_values(other, one)
        return mine & theirs

    def _own_values(self, slug: str, other: str) -> set[Any]:
        number, rows = self.cast.id(other), self.telling(slug)
        between = set().union(*(told for sides, told in rows if number in sides))
        return set().union(*(told for sides, told in rows if number not in sides)) - between

    def telling(self, slug: str) -> list[tuple[set[int], set[Any]]]:
        """Per row that this partner's web role reads: the partners it names, and its values that could be recognised elsewhere."""
        rows = []
        with self.cast.as_person(slug) as work:
            for table in self.tables:
                asked = self.superuser.execute(TELLING, (table, [*SIDES, READERS])).fetchall()
                columns = [name for (name,) in asked if (table, name) not in NOT_A_LINK]
                for row in work.session.execute(text(f"SELECT {', '.join(columns)} FROM {table}")).mappings():
                    rows.append(({row[name] for name in SIDES if name in row} | set(row.get(READERS, ())), set(values(row))))
        return rows


def values(row: Mapping[str, Any]) -> Iterator[Any]:
    """Keys, codes, bytes and moments of a row, also those inside a line of the journal."""
    for name, value in row.items():
        if name in (*SIDES, READERS) or value is None or str(value) == STAND_IN:
            continue
        if name == "data":
            yield from set(SAID.findall(bytes(value).decode())) - {STAND_IN, *POLICIES}
        elif isinstance(value, list):
            yield from map(str, value)
        else:
            yield bytes(value) if isinstance(value, memoryview) else str(value) if not isinstance(value, bytes) else value


@pytest.fixture(scope="module")
def month(app: Any, house: House, superuser: psycopg.Connection, emptied: str) -> Iterator[Month]:
    superuser.execute(emptied)
    with app.app_context():
        yield Month(Cast(house), superuser)
    superuser.execute(emptied)


def raw(role: str) -> Connection:
    """A connection of this role on which nobody acts."""
    engine: Engine = db.engines[role]
    return engine.connect()


def counts(connection: Any, tables: Mapping[str, str]) -> dict[str, int]:
    return {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables}


def test_who_does_not_act_sees_no_row_of_any_partner(month: Month):
    with raw("hub_app") as web, raw("hub_clerk") as clerk:
        seen = [counts(web, month.tables), counts(clerk, month.tables)]

    for found, foreign in zip(seen, (set(), OF_THE_HUB), strict=True):
        assert {table for table, number in found.items() if number} <= foreign


@pytest.mark.parametrize("slug", [P, Q, EMMEN, GRONINGEN, FRYSLAN, OM, COC_GD, COC_F, OUTSIDER])
def test_who_acts_counts_exactly_the_own_rows_of_every_table(month: Month, slug: str):
    me = month.cast.id(slug)
    truth = {table: counted(month.superuser, table=table, column=column, partner=me) for table, column in month.tables.items()}
    with month.cast.as_person(slug) as work:
        on_the_web = counts(work.session, month.tables)
    with month.cast.as_clerk(slug) as work:
        by_command = counts(work.session, month.tables)
    of_the_hub = counted(month.superuser, table="audit.entry", column="partner", partner=0)

    assert on_the_web == truth
    assert {table: number - (of_the_hub if table in OF_THE_HUB else 0) for table, number in by_command.items()} == truth


def test_the_counts_say_something_since_both_partners_have_rows_in_every_table_and_others_too(month: Month):
    for table, column in ((table, column) for table, column in month.tables.items() if table not in ONE_SIDED):
        mine = [counted(month.superuser, table=table, column=column, partner=month.cast.id(slug)) for slug in (P, Q)]
        assert all(mine), f"{table} is not tried"
    assert len(month.tables) >= 14


def test_every_mapped_table_is_one_that_somebody_counts_or_the_doors_own(month: Month):
    mapped = {str(table) for table in Base.metadata.tables.values()}

    assert mapped - month.tables.keys() - PUBLISHED - COMMON == OF_THE_DOOR | PUT_DOWN
    asked = "SELECT has_any_column_privilege('hub_app', %s::text, %s)"
    for table in OF_THE_DOOR | PUT_DOWN:
        privileges = "SELECT, UPDATE" if table in PUT_DOWN else "SELECT, INSERT, UPDATE"
        assert month.superuser.execute(asked, (table, privileges)).fetchone() == (False,)


PAIRS = list(combinations([DRENTHE, EMMEN, GRONINGEN, FRYSLAN, POLICE, OM, COC_GD, COC_F, OUTSIDER], 2))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_partners_side_by_side_find_no_value_by_which_rows_of_a_third_could_be_joined(month: Month, one: str, other: str):
    """Keys, codes, bytes and moments; only the rows that are about the two of them may hold the same."""
    assert month.shared_values(one, other) == set()


def test_the_views_are_not_empty_so_that_nothing_in_common_means_something(month: Month):
    for slug in (DRENTHE, EMMEN, POLICE, OM):
        assert len(set().union(*(told for _, told in month.telling(slug)))) > 50


def test_a_code_that_two_recipients_have_in_common_is_noticed(month: Month):
    """The guard bites: one code for two recipients, planted by hand, is found in both views."""
    drenthe, emmen, police = month.cast.id(DRENTHE), month.cast.id(EMMEN), month.cast.id(POLICE)
    asked = "SELECT code FROM hub.inbox WHERE recipient = %s AND giver = %s ORDER BY code LIMIT 1"
    codes = [month.superuser.execute(asked, (number, police)).fetchone()[0] for number in (drenthe, emmen)]
    plant = "UPDATE hub.inbox SET code = %s WHERE recipient = %s AND code = %s"
    assert month.shared_values(DRENTHE, EMMEN) == set()

    month.superuser.execute(plant, (codes[0], emmen, codes[1]))
    found = month.shared_values(DRENTHE, EMMEN)
    month.superuser.execute(plant, (codes[1], emmen, codes[0]))

    assert found == {codes[0]}
