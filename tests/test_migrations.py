"""Migrations: numbered, on their own feet, up and down and up again with data in, and at the end the schema that the models describe."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.dialects import postgresql

from hub.app import create_app
from hub.cases.house import House
from hub.desk import open_desk
from hub.kernel import migrate
from hub.kernel.database import Base
from tests.cast import Cast, close_engines
from tests.conftest import drop
from tests.scaffold import Place, settings_for
from tests.walls.month import play_month

FOLDER = Path(__file__).parent.parent / "migrations" / "versions"
FILES = sorted(FOLDER.glob("*.py"))
NUMBERS = [file.name[:4] for file in FILES]
MADE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?((?:hub|audit|sec)\.\w+)")
EVERYTHING = """
    SELECT 'column', c.oid::regclass::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull::text, a.attgenerated::text,
           pg_get_expr(d.adbin, d.adrelid), array_to_string(a.attacl, ' ')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE n.nspname IN ('hub', 'audit', 'sec') AND c.relkind IN ('r', 'v') AND NOT a.attisdropped
    UNION ALL SELECT 'table', c.oid::regclass::text, c.relkind::text, c.relrowsecurity::text, c.relforcerowsecurity::text,
           pg_get_userbyid(c.relowner)::text, (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(c.relacl) x), ''
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('hub', 'audit', 'sec') AND c.relkind IN ('r', 'v', 'S')
    UNION ALL SELECT 'constraint', o.conrelid::regclass::text, o.conname::text, pg_get_constraintdef(o.oid), '', '', '', ''
      FROM pg_constraint o JOIN pg_namespace n ON n.oid = o.connamespace WHERE n.nspname IN ('hub', 'audit', 'sec') AND o.contype <> 'n'
    UNION ALL SELECT 'index', schemaname::text, indexname::text, indexdef, '', '', '', '' FROM pg_indexes
     WHERE schemaname IN ('hub', 'audit', 'sec')
    UNION ALL SELECT 'policy', schemaname || '.' || tablename, policyname::text, permissive, roles::text, cmd, qual, with_check
      FROM pg_policies
    UNION ALL SELECT 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid), pg_get_userbyid(p.proowner)::text,
           p.proacl::text, '', '', ''
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('hub', 'audit', 'sec')
    UNION ALL SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid), '', '', '', '', '' FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1, 2, 3, 4"""


def looked(place: Place, asked: str) -> list[tuple[object, ...]]:
    with psycopg.connect(make_conninfo(place.admin, dbname=place.database), autocommit=True) as connection:
        return connection.execute(asked).fetchall()


def filled(place: Place) -> dict[str, int]:
    """How many rows each table holds."""
    asked = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('hub', 'audit', 'sec')"
    names = [str(name) for (name,) in looked(place, asked)]
    return {name: int(str(looked(place, f"SELECT count(*) FROM {name}")[0][0])) for name in names}


@pytest.fixture(scope="module")
def played(place: Place, house: House) -> Iterator[Place]:
    """A database with the cast and a month of data in it, to be copied by each test."""
    full = place.clone(f"{place.database}_month")
    app = create_app(settings_for(full))
    with app.app_context():
        play_month(Cast(house))
        close_engines()
    yield full
    drop(place.admin, full.database)


@pytest.fixture
def copy(played: Place) -> Iterator[Place]:
    """A copy of the database with a month in it."""
    mine = replace(played, template=played.database).clone(f"{played.database}_{uuid4().hex[:8]}")
    yield mine
    drop(played.admin, mine.database)


def test_each_migration_has_the_number_of_its_file_and_follows_the_one_before():
    assert [(number, int(number)) for number in NUMBERS] == [(f"{number:04}", number) for number in range(1, len(FILES) + 1)]
    for file, number, before in zip(FILES, NUMBERS, [None, *NUMBERS], strict=False):
        assigned = [node for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.Assign)]
        said = {ast.unparse(node.targets[0]): node.value.value for node in assigned if isinstance(node.value, ast.Constant)}
        assert (said["revision"], said["down_revision"]) == (number, before)
    assert migrate.newest() == NUMBERS[-1]


def test_a_migration_stands_on_its_own_feet():
    for file in FILES:
        tree = ast.parse(file.read_text("utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {f"{node.module}.{alias.name}" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        assert names == {"alembic.op"}, file.name
        assert ast.get_docstring(tree), file.name


def test_every_table_is_locked_in_the_migration_that_makes_it():
    for file in FILES:
        said = file.read_text("utf-8")
        made = [name for name in MADE.findall(said) if not name.startswith("sec.")]
        locked = all(word in said for word in ("ENABLE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY", "CREATE POLICY"))
        assert locked or not made, file.name


def test_every_migration_goes_down_and_up_again_over_the_data_of_those_before_it(copy: Place):
    own = {"hub.schema_version", "audit.head", "sec.pad"}  # these hold rows of the hub itself
    before, whole = filled(copy), looked(copy, EVERYTHING)
    for index, number in reversed(list(enumerate(NUMBERS))):
        gone = {table for file in FILES[index:] for table in MADE.findall(file.read_text("utf-8"))}
        below = NUMBERS[index - 1] if index else "base"
        for _ in range(2):  # what was made anew goes again as easily
            assert migrate.downgrade(admin=copy.admin_url(), to=below)[1] == below.removesuffix("base")
            down = filled(copy)
            assert down.keys() == before.keys() - gone, number
            assert all(down[table] == before[table] for table in down.keys() - own), number
            assert migrate.upgrade(admin=copy.admin_url(), to=number)[1] == number
        migrate.downgrade(admin=copy.admin_url(), to=below)

    migrate.upgrade(admin=copy.admin_url())

    assert filled(copy).keys() == before.keys()
    assert {table for table, rows in filled(copy).items() if rows} == own
    assert looked(copy, EVERYTHING) == whole


def test_the_month_that_was_copied_fills_every_table_so_that_the_data_says_something(played: Place):
    empty = {table for table, number in filled(played).items() if not number}

    assert empty <= {"audit.tile", "audit.checkpoint", "hub.session", "hub.login_attempt", "hub.logout_token", "hub.undelivered"}


def test_after_down_and_up_again_the_hub_works_as_before(copy: Place, house: House):
    migrate.downgrade(admin=copy.admin_url(), to=NUMBERS[3])
    migrate.upgrade(admin=copy.admin_url())
    app = create_app(settings_for(copy))
    with app.app_context():
        play_month(Cast(house))
        close_engines()

    assert filled(copy)["hub.inbox"] > 10


Described = dict[str, tuple[dict[str, tuple[str, bool]], list[str]]]  # table → its columns with type and whether they may be empty; its key


def standing(connection: Connection) -> Described:
    """The tables of schema hub as they stand in the database."""
    looks, found = inspect(connection), {}
    for name in looks.get_table_names(schema="hub"):
        columns = {
            one["name"]: (one["type"].compile(postgresql.dialect()), one["nullable"]) for one in looks.get_columns(name, schema="hub")
        }
        found[name] = (columns, looks.get_pk_constraint(name, schema="hub")["constrained_columns"])
    return found


@pytest.fixture
def owner(place: Place) -> Iterator[Connection]:
    """A connection that may change everything, and leaves nothing changed."""
    engine = create_engine(place.admin_url())
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def modelled() -> Described:
    """The same as the models describe them."""
    return {
        table.name: (
            {column.name: (column.type.compile(postgresql.dialect()), column.nullable) for column in table.columns},
            [column.name for column in table.primary_key.columns],
        )
        for table in Base.metadata.tables.values()
    }


def test_the_schema_after_all_migrations_is_the_one_that_the_models_describe(owner: Connection):
    found, said = standing(owner), modelled()

    assert found.keys() - said.keys() == {"schema_version"}
    for name, described in said.items():
        assert found[name] == described, name


@pytest.mark.parametrize("planted", [
    "ALTER TABLE hub.seen ADD COLUMN spy text", "ALTER TABLE hub.consent ALTER how DROP NOT NULL", "DROP TABLE hub.concern",
    "ALTER TABLE hub.given ALTER phase TYPE varchar", "ALTER TABLE hub.upload DROP CONSTRAINT upload_pkey",
])  # fmt: skip
def test_a_schema_that_drifts_from_the_models_is_noticed(owner: Connection, planted: str):
    owner.execute(text(planted))

    found = standing(owner)
    assert {name: found.get(name) for name in modelled()} != modelled()


@pytest.mark.parametrize("planted", ["UPDATE hub.schema_version SET version_num = '0001'", "DELETE FROM hub.schema_version"])
def test_the_hub_does_not_serve_on_another_version_of_the_schema(copy: Place, planted: str):
    with psycopg.connect(make_conninfo(copy.admin, dbname=copy.database), autocommit=True) as connection:
        connection.execute(planted)

    with pytest.raises(migrate.OtherSchema, match="schakel migrate"), open_desk(settings_for(copy)):
        pytest.fail("the desk opened")


def test_the_hub_serves_on_its_own_version(copy: Place):
    with open_desk(settings_for(copy)) as desk, desk.work() as (work, _):
        migrate.check(work.session.connection())


def test_a_second_run_of_all_migrations_changes_nothing(copy: Place):
    before, rows = looked(copy, EVERYTHING), filled(copy)

    assert migrate.upgrade(admin=copy.admin_url()) == (NUMBERS[-1], NUMBERS[-1])
    assert (looked(copy, EVERYTHING), filled(copy)) == (before, rows)
