"""Prepares a PostgreSQL server for the hub: roles, database and schemas; may be run again and again."""

from collections.abc import Mapping

import psycopg
from psycopg import sql

from hub.kernel.errors import Invalid
from hub.kernel.words import Secret

OWNERS = ("hub_owner", "hub_gate", "hub_post")
LOGINS = {
    "hub_app": "SET statement_timeout = '10s'",
    "hub_door": "SET statement_timeout = '10s'",
    "hub_clerk": "SET statement_timeout = '5min'",
    "hub_log": "SET statement_timeout = '1min'",
    "hub_backup": "SET statement_timeout = '0'",
}
# A statement that fails quotes its row; these keep it out of the server's own log, whatever that server is told otherwise.
UNSAID = (
    "SET log_error_verbosity = 'terse'", "SET log_min_error_statement = 'panic'", "SET log_statement = 'none'",
    "SET log_min_duration_statement = -1", "SET log_parameter_max_length = 0", "SET log_parameter_max_length_on_error = 0",
)  # fmt: skip
# Everybody may call these unless told otherwise; all people of the web share one role, so they would see and end each other's work.
NOBODYS = (
    "pg_stat_get_activity(integer)", "pg_lock_status()", "pg_cancel_backend(integer)", "pg_terminate_backend(integer, bigint)",
    "lo_create(oid)", "lo_creat(integer)", "lo_from_bytea(oid, bytea)",
)  # fmt: skip
OLDEST = {15: 150014, 16: 160010, 17: 170006, 18: 180000}


class ServerTooOld(Invalid):
    """This PostgreSQL lacks fixes that row security leans on (CVE-2025-8713, -8714, -8715)."""


def prepare(*, admin: str, database: str, passwords: Mapping[str, Secret]) -> None:
    """
    Make the roles, the database and its schemas, all without superuser, and only `hub_backup` with BYPASSRLS (security.md 5.1).

    `admin` is a libpq connection text of a superuser; ServerTooOld when the server misses its security floor.
    """
    with psycopg.connect(admin, autocommit=True) as server:
        _check_version(server)
        for role in (*OWNERS, *LOGINS):
            _make_role(server, role=role, password=passwords.get(role))
        for owned in ("hub_gate", "hub_post"):
            server.execute(sql.SQL("GRANT {} TO hub_owner").format(sql.Identifier(owned)))
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
        if found is None:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(sql.Identifier(database))
            )
        server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        for role in LOGINS:
            server.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(database), sql.Identifier(role)))
    with psycopg.connect(admin, dbname=database, autocommit=True) as inside:
        _make_schemas(inside)


def _check_version(server: psycopg.Connection) -> None:
    version = server.info.server_version
    major = version // 10000
    if version < OLDEST.get(major, 0) or major < min(OLDEST):
        raise ServerTooOld("Deze PostgreSQL is te oud: neem 15.14, 16.10, 17.6, 18 of nieuwer.")


def _make_role(server: psycopg.Connection, *, role: str, password: Secret | None) -> None:
    if role in LOGINS and password is None:
        raise Invalid(f"Er is geen wachtwoord voor de rol {role}.")
    found = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    verb = "ALTER ROLE" if found else "CREATE ROLE"
    bypass = "BYPASSRLS" if role == "hub_backup" else "NOBYPASSRLS"
    inherit = "INHERIT" if role in ("hub_owner", "hub_backup") else "NOINHERIT"  # the backup reads by pg_read_all_data
    rights = f"{verb} {{}} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION {bypass} {inherit}"
    if password is None:
        server.execute(sql.SQL(rights + " NOLOGIN").format(sql.Identifier(role)))
        return
    server.execute(sql.SQL(rights + " LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(password.reveal())))
    for setting in (
        LOGINS[role],
        "SET lock_timeout = '3s'",
        "SET idle_in_transaction_session_timeout = '30s'",
        "SET search_path = hub, pg_catalog",
        *UNSAID,
    ):
        server.execute(sql.SQL("ALTER ROLE {} " + setting).format(sql.Identifier(role)))
    if role == "hub_backup":
        server.execute("GRANT pg_read_all_data TO hub_backup")


def _make_schemas(inside: psycopg.Connection) -> None:
    inside.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    for function in NOBODYS:
        inside.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION pg_catalog.{} FROM PUBLIC").format(sql.SQL(function)))
    for schema, owner in (("hub", "hub_owner"), ("audit", "hub_owner"), ("sec", "hub_gate")):
        inside.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(sql.Identifier(schema), sql.Identifier(owner)))
        inside.execute(
            sql.SQL("GRANT USAGE ON SCHEMA {} TO hub_app, hub_door, hub_clerk, hub_log, hub_backup, hub_post, hub_owner, hub_gate").format(
                sql.Identifier(schema)
            )
        )
