"""
The house under test: one real PostgreSQL per run, a clone per worker, the fixed cast in it, and no network beyond loopback.

`SCHAKEL_TEST_DATABASE_ADMIN` (libpq text of a superuser) names an external server; without it the embedded one is started. A
missing PostgreSQL fails every test that needs it. Only this file speaks to the database as superuser.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as properties
from psycopg import sql
from psycopg.conninfo import make_conninfo

from hub.app import create_app
from hub.cases.house import House
from hub.kernel import clock, server
from hub.kernel.settings import Settings
from hub.kernel.words import Month
from hub.pseudonyms.keys import load_keys, make_keys
from hub.sharing.schemas import load_policies
from tests.cast import DEMO_DAY, Cast, close_engines, load_cast
from tests.nights import NIGHTLY
from tests.scaffold import Place, make_template, settings_for
from tests.shares import Shares

ROOT = Path(__file__).parent.parent
# A busy machine is slow; how long an example took says nothing about what it shows.
properties.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.register_profile(NIGHTLY, parent=properties.get_profile("unhurried"), max_examples=2000)  # `make nightly`
properties.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "unhurried"))
AFTERNOON = time(15)  # when every test begins, whatever the hour is: after what is told to happen at noon
KEPT = {"partner", "policy_version", "policy_pair", "policy_signature", "account", "schema_version"}


def pytest_configure(config: pytest.Config) -> None:
    """Once per run, before any worker: the server stands and holds a template with the schema and the cast."""
    if hasattr(config, "workerinput"):
        told = json.loads(config.workerinput["schakel"])  # null in a run of nothing but pure tests
        config.schakel = Place(**told) if told else None  # type: ignore[attr-defined]
        return
    config.schakel = None  # type: ignore[attr-defined]
    if not config.option.collectonly and _needs_database(config):
        config.schakel = _raise_house(config)  # type: ignore[attr-defined]


def _needs_database(config: pytest.Config) -> bool:
    """Runs of nothing but pure tests need no server; any other run gets one."""
    pure = ("tests/rules", "tests/adapters", "tests/policies", "tests/browser", "tests/test_")  # browser tests start a demo of their own
    asked = [
        str(Path(word.split("::")[0]).resolve().relative_to(ROOT)) if Path(word.split("::")[0]).exists() else word for word in config.args
    ]
    serious = ("tests/test_migrations", "tests/test_doors")
    return not all(word.startswith(pure) and not word.startswith(serious) for word in asked)


def _raise_house(config: pytest.Config) -> Place:
    folder = Path(tempfile.mkdtemp(prefix="schakel-test-"))
    folder.chmod(0o755)
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    admin = os.environ.get("SCHAKEL_TEST_DATABASE_ADMIN", "")
    if not admin:
        running = server.start(data=folder / "pg", settings={"fsync": "off", "synchronous_commit": "off", "max_connections": "150"})
        config.add_cleanup(running.stop)
        admin = running.admin_dsn
    place = Place(admin=admin, folder=str(folder), template=f"schakel_t{os.getpid()}")
    config.add_cleanup(lambda: drop(place.admin, place.template))
    make_keys(folder / "keys", month=Month(2026, 11))
    make_template(place)
    load_cast(place)
    return place


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """A worker of xdist learns where the house stands."""
    node.workerinput["schakel"] = node.config.schakel.as_text() if node.config.schakel else "null"  # type: ignore[attr-defined]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Shares | None:
    """Files are shared out with the longest first."""
    return Shares(config, log) if config.getoption("dist") == "loadfile" else None


def drop(admin: str, database: str) -> None:
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Place]:
    """This worker's own database, cloned from the template."""
    house: Place = request.config.schakel  # type: ignore[attr-defined]
    mine = house.clone(f"{house.template}_{worker_id}")
    yield mine
    drop(house.admin, mine.database)


@pytest.fixture(scope="session")
def settings(place: Place) -> Settings:
    return settings_for(place)


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    """The real application on the roles it has in production, on the day the demo lives on."""
    clock.turn_to(at=AFTERNOON)
    made = create_app(settings)
    clock.pin(day=DEMO_DAY)
    yield made
    with made.app_context():
        close_engines()


@pytest.fixture(scope="session")
def house(settings: Settings) -> House:
    return House(load_keys(settings.keys), load_policies(settings.policies))


@pytest.fixture(scope="session")
def superuser(place: Place) -> Iterator[psycopg.Connection]:
    """For emptying tables and for looking at what no role of the application may see."""
    with psycopg.connect(make_conninfo(place.admin, dbname=place.database), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def emptied(superuser: psycopg.Connection) -> str:
    """The statement that empties every table but the register."""
    asked = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('hub', 'audit', 'sec') AND tablename <> 'pad'"
    names = [
        f'"{schema}"."{table}"' for schema, table in superuser.execute(asked) if table not in KEPT and (schema, table) != ("audit", "head")
    ]
    return (
        "SET session_replication_role = replica; "
        + "; ".join(f"DELETE FROM {name}" for name in names)
        + "; UPDATE audit.head SET size = 0, root = sha256(''::bytea), note = NULL; RESET session_replication_role"
    )


@pytest.fixture
def cast(app: Flask, house: House, superuser: psycopg.Connection, emptied: str) -> Iterator[Cast]:
    """The fixed cast on an empty hub, inside the application's context; what the test leaves behind is taken away."""
    superuser.execute(emptied)  # the template holds what was written while the cast was admitted
    with app.app_context():
        yield Cast(house)
    superuser.execute(emptied)
