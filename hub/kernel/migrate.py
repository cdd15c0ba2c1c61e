"""Brings the schema to the newest version as `hub_owner`, and refuses to serve on any other."""

import os
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from hub.kernel.errors import Unavailable

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


class OtherSchema(Unavailable):
    """The database stands on another version of the schema than this program."""


@cache
def newest() -> str:
    """The number of the newest migration in the program."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    assert head is not None
    return head


def standing(connection: Connection) -> str | None:
    """The number of the migration on which this database stands, None on an empty one."""
    found = connection.execute(text("SELECT to_regclass('hub.schema_version') IS NOT NULL")).scalar_one()
    return connection.execute(text("SELECT version_num FROM hub.schema_version")).scalar() if found else None


def check(connection: Connection) -> None:
    """Raise OtherSchema unless the database stands on the newest migration."""
    if standing(connection) != newest():
        raise OtherSchema("De database staat op een andere versie dan dit programma. Draai eerst: schakel migrate.")


def upgrade(*, admin: str, to: str = "head") -> tuple[str | None, str]:
    """
    Run every migration that was not run yet, in one transaction; the answer is the version before and after.

    `admin` is an SQLAlchemy address of a role that may become hub_owner, hub_gate and hub_post.
    """
    return _run(admin, to=to, forward=True)


def downgrade(*, admin: str, to: str) -> tuple[str | None, str]:
    """Undo migrations down to this one; for the tests of each migration and for a failed release."""
    return _run(admin, to=to, forward=False)


def _run(admin: str, *, to: str, forward: bool) -> tuple[str | None, str]:
    engine = create_engine(admin, hide_parameters=True)
    try:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            connection.execute(text("SET LOCAL ROLE hub_owner"))
            before = standing(connection)
            config = Config()
            config.set_main_option("script_location", str(FOLDER))
            config.attributes["connection"] = connection
            (command.upgrade if forward else command.downgrade)(config, to)
            if forward:
                connection.execute(text("GRANT SELECT ON hub.schema_version TO hub_app, hub_clerk, hub_door, hub_log"))
                _fill_pads(connection)
            return before, standing(connection) or ""
    finally:
        engine.dispose()


def _fill_pads(connection: Connection) -> None:
    """Give the database its own key for signing contexts, once: two HMAC pads of 64 bytes (RFC 2104)."""
    connection.execute(text("SET LOCAL ROLE hub_gate"))
    if connection.execute(text("SELECT count(*) FROM sec.pad")).scalar_one() == 0:
        key = os.urandom(64)
        pads = {"ip": bytes(b ^ 0x36 for b in key), "op": bytes(b ^ 0x5C for b in key)}
        connection.execute(text("INSERT INTO sec.pad (ip, op) VALUES (:ip, :op)"), pads)
    connection.execute(text("SET LOCAL ROLE hub_owner"))
