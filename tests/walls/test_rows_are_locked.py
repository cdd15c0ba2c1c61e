"""The catalogue keeps its promises: every row locked to a partner, every role without powers, every privileged function known by name."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from hub.kernel.roles import LOGINS, OWNERS
from tests.walls.catalogue import (
    APP,
    ASKERS,
    DEFINERS,
    LOCKED_SCHEMAS,
    MEMBERS,
    OPEN_KEYS,
    OPEN_POLICIES,
    OTHER_SIDE,
    PARTNER_COLUMNS,
    TRIGGERS,
    UNLOCKED,
    WEB_MAY,
    WEB_MAY_COLUMNS,
)

ME = re.compile(r"\((\w+) = \( SELECT sec\.me\(\) AS me\)\)")
OURS = [*OWNERS, *LOGINS]
Look = Callable[..., list[Any]]


@pytest.fixture
def look(superuser: psycopg.Connection) -> Look:
    """Asks the catalogue."""
    return lambda asked, *values: superuser.execute(asked, values or None).fetchall()


def relations(look: Look, *, kinds: str) -> dict[str, tuple[bool, bool]]:
    asked = """SELECT n.nspname || '.' || c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c
                 JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY(%s) AND c.relkind = ANY(%s)"""
    return {name: (enabled, forced) for name, enabled, forced in look(asked, [*LOCKED_SCHEMAS, "public"], list(kinds))}


def policies(look: Look) -> Iterator[tuple[tuple[str, str], str, set[str], str, list[str]]]:
    """Per policy: its table and name, whether it permits, whom, for what, and its conditions."""
    asked = "SELECT schemaname || '.' || tablename, policyname, permissive, roles::text[], cmd, qual, with_check FROM pg_policies"
    for table, name, permissive, roles, command, using, check in look(asked):
        yield (table, name), permissive, set(roles), command, [text for text in (using, check) if text is not None]


def keys(look: Look, *, primary: bool = False) -> dict[str, list[str]]:
    """Every unique or excluding index by its table, with its columns in order."""
    asked = f"""
        SELECT n.nspname || '.' || c.relname, array_agg(coalesce(a.attname, '-')::text ORDER BY k.place), i.indexrelid FROM pg_index i
          JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)
          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number AND k.number > 0
         WHERE n.nspname = ANY(%s) AND i.indisunique {"AND i.indisprimary" if primary else ""} GROUP BY 1, i.indexrelid"""
    return {f"{table} ({', '.join(columns)})": [table, *columns] for table, columns, _ in look(asked, list(LOCKED_SCHEMAS))}


def test_every_table_is_under_row_security_also_for_its_owner_and_has_a_policy(look: Look):
    tables = relations(look, kinds="rp")
    ruled = {table for (table, _), *_ in policies(look)}

    assert {name for name, flags in tables.items() if flags != (True, True)} == UNLOCKED
    assert tables.keys() - ruled == UNLOCKED
    assert len(tables) >= 20


def test_every_policy_says_that_one_column_is_me_or_is_an_exception_with_a_reason(look: Look):
    first = {table: column for table, column, *_ in keys(look, primary=True).values()}
    named = OPEN_POLICIES.keys() | OTHER_SIDE.keys()
    found, wrong = set(), []
    for which, permissive, roles, command, conditions in policies(look):
        found.add(which)
        if which in OPEN_POLICIES:
            wrong += [which] if roles != OPEN_POLICIES[which][0] else []
            continue
        column, mine = (OTHER_SIDE[which][0], OTHER_SIDE[which][1]) if which in OTHER_SIDE else (first[which[0]], {APP, "hub_clerk"})
        is_right = all(text == f"({column} = ( SELECT sec.me() AS me))" for text in conditions) and conditions
        complete = command in ("SELECT", "INSERT", "DELETE") or len(conditions) == 2
        wrong += [which] if not (is_right and complete and roles <= mine and permissive == "PERMISSIVE") else []

    assert wrong == []
    assert named <= found


def test_nobody_but_the_door_the_log_and_commands_reads_what_is_not_locked_to_a_partner(look: Look):
    asked = """SELECT tablename FROM pg_policies WHERE 'hub_app' = ANY(roles) AND qual = 'true' AND cmd IN ('SELECT', 'ALL')"""
    announced = {
        "body",
        "membership",
        "accession",
        "gathering",
        "gathering_step",
        "job_run",
        "job_attempt",
        "job_plan",
        "pulse",
    }  # names and moments, nothing of a case

    assert {table for (table,) in look(asked)} - announced == {
        "partner",
        "policy_version",
        "policy_pair",
        "policy_signature",
        "checkpoint",
        "undelivered",
    }


def test_every_key_begins_with_the_partner_so_that_a_conflict_tells_nothing_about_others(look: Look):
    found = keys(look)

    assert {text for text, (_, first, *_) in found.items() if first not in PARTNER_COLUMNS} == OPEN_KEYS.keys()
    assert {table for table, *_ in keys(look, primary=True).values()} == relations(look, kinds="rp").keys()


def test_a_foreign_key_between_locked_tables_leads_with_the_same_partner(look: Look):
    asked = """
        SELECT c.conname::text, f.attname::text, t.attname::text, c.confrelid::regclass::text FROM pg_constraint c
          JOIN pg_attribute f ON f.attrelid = c.conrelid AND f.attnum = c.conkey[1]
          JOIN pg_attribute t ON t.attrelid = c.confrelid AND t.attnum = c.confkey[1] WHERE c.contype = 'f'"""
    published = ("hub.partner", "partner", "hub.policy_version", "policy_version", "job_run", "hub.job_run", "body", "hub.body")

    assert [row for row in look(asked) if row[1] not in PARTNER_COLUMNS and row[3] not in published] == []
    assert [row for row in look(asked) if row[1] != row[2] and row[3] not in published] == []


def test_no_role_of_ours_has_a_power_and_only_the_backup_passes_row_security(look: Look):
    asked = """SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin
                 FROM pg_roles WHERE rolname ~ '^hub_'"""
    found = {name: flags for name, *flags in look(asked)}

    assert found.keys() == set(OURS)
    assert {name for name, flags in found.items() if any(flags[:4])} == set()
    assert {name for name, flags in found.items() if flags[4]} == {"hub_backup"}
    assert {name for name, flags in found.items() if flags[5]} == set(LOGINS)


def test_no_role_of_ours_is_a_member_of_another_but_for_the_owner_and_the_backup(look: Look):
    asked = """SELECT g.rolname, m.rolname FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
                WHERE m.rolname ~ '^hub_' OR (g.rolname ~ '^hub_' AND NOT m.rolsuper)"""

    assert {(group, member) for group, member in look(asked)} == MEMBERS
    assert [row for row in MEMBERS if row[1] == APP] == []


def test_no_role_writes_a_row_into_the_log_of_the_server_whatever_the_server_is_told(look: Look):
    quiet = {"log_error_verbosity=terse", "log_min_error_statement=panic", "log_statement=none", "log_min_duration_statement=-1",
             "log_parameter_max_length=0", "log_parameter_max_length_on_error=0"}  # fmt: skip

    for role, settings in look("SELECT rolname, rolconfig FROM pg_roles WHERE rolname = ANY(%s)", list(LOGINS)):
        assert quiet <= set(settings), role


def test_the_backup_reads_every_table_and_writes_none(look: Look):
    asked = """SELECT c.relname, has_table_privilege('hub_backup', c.oid, 'SELECT'),
                      has_table_privilege('hub_backup', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname IN ('hub', 'audit', 'sec') AND c.relkind IN ('r', 'p', 'S')"""

    assert {(reads, writes) for _, reads, writes in look(asked)} == {(True, False)}


def grants(look: Look) -> Iterator[tuple[str, str, str, bool]]:
    asked = """SELECT n.nspname || '.' || c.relname, coalesce(r.rolname, 'PUBLIC'), x.privilege_type, x.is_grantable FROM pg_class c
                 JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) x
                 LEFT JOIN pg_roles r ON r.oid = x.grantee
                WHERE n.nspname IN ('hub', 'audit', 'sec') AND x.grantee <> c.relowner AND c.relkind IN ('r', 'p', 'v', 'm', 'S')"""
    yield from look(asked)


def test_nobody_but_an_owner_may_truncate_refer_set_triggers_or_hand_grants_on(look: Look):
    found = list(grants(look))

    assert [row for row in found if row[2] in ("TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN") or row[3] or row[1] == "PUBLIC"] == []
    assert len(found) > 50


def test_the_role_of_the_web_may_exactly_what_is_listed(look: Look):
    whole: dict[str, set[str]] = {}
    for table, role, privilege, _ in grants(look):
        if role == APP:
            whole.setdefault(table, set()).add(privilege)
    asked = """SELECT n.nspname || '.' || c.relname, x.privilege_type, a.attname::text
                 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                 JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(a.attacl) x
                 JOIN pg_roles r ON r.oid = x.grantee WHERE r.rolname = 'hub_app'"""
    parts: dict[str, dict[str, set[str]]] = {}
    for table, privilege, column in look(asked):
        parts.setdefault(table, {}).setdefault(privilege, set()).add(column)

    assert whole == WEB_MAY
    assert parts == WEB_MAY_COLUMNS


def test_the_secrets_of_the_context_are_kept_by_grants_alone_and_nobody_has_one(look: Look):
    """Schema sec has no row policies: nobody but its owner has any right on its tables. The backup reads pads as it reads all; a pad
    signs contexts and opens no data, and `hub_app` of another server does not know it."""
    asked = """SELECT r.rolname, c.relname FROM pg_roles r, pg_class c WHERE c.relnamespace = 'sec'::regnamespace AND c.relkind = 'r'
                AND r.rolname ~ '^hub_' AND (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
                     OR has_table_privilege(r.oid, c.oid, 'DELETE, TRUNCATE, TRIGGER')) AND pg_get_userbyid(c.relowner) = 'hub_gate'"""
    tables = {table for (table,) in look("SELECT relname FROM pg_class WHERE relnamespace = 'sec'::regnamespace AND relkind = 'r'")}
    behind = {"hub_gate", "hub_owner", "hub_backup"}

    assert tables == {"pad", "pass"}
    assert {(role, table) for role, table in look(asked)} == {(role, table) for role in behind for table in tables}
    assert [row for row in grants(look) if row[0].startswith("sec.")] == []


def test_every_view_asks_with_the_rights_of_who_looks_and_nothing_is_materialised(look: Look):
    asked = """SELECT c.oid::regclass::text, c.reloptions FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname IN ('hub', 'audit', 'sec', 'public') AND c.relkind = 'v'"""

    assert [name for name, options in look(asked) if "security_invoker=true" not in (options or [])] == []
    assert relations(look, kinds="mf") == {}


def test_the_functions_with_another_owners_rights_are_exactly_those_of_the_list(look: Look):
    asked = """
        SELECT n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_userbyid(p.proowner)::text,
               p.prosecdef, p.proconfig, ARRAY(SELECT coalesce(r.rolname, 'PUBLIC')::text
                 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                 LEFT JOIN pg_roles r ON r.oid = x.grantee WHERE x.grantee <> p.proowner)
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('hub', 'audit', 'sec', 'public')"""
    found = {name: (owner, definer, config, set(allowed)) for name, owner, definer, config, allowed in look(asked)}

    assert {name: (owner, allowed) for name, (owner, _, _, allowed) in found.items()} == DEFINERS
    assert {name for name, (_, definer, _, _) in found.items() if not definer} == ASKERS
    assert [name for name, (_, _, config, _) in found.items() if config != ["search_path=pg_catalog, pg_temp"]] == []


def test_the_triggers_are_exactly_those_of_the_list(look: Look):
    asked = """SELECT n.nspname || '.' || c.relname || ' ' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                 JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND t.tgenabled = 'O'"""

    assert {name for (name,) in look(asked)} == TRIGGERS


def test_nobody_may_make_anything_in_our_schemas_or_connect_unasked(look: Look):
    made = """SELECT n.nspname, r.rolname FROM pg_namespace n, pg_roles r
               WHERE n.nspname IN ('hub', 'audit', 'sec', 'public') AND r.rolname = ANY(%s)
                 AND has_schema_privilege(r.oid, n.oid, 'CREATE')"""
    door = "SELECT count(*) FROM pg_database, aclexplode(datacl) x WHERE datname = current_database() AND x.grantee = 0"

    assert {(schema, role) for schema, role in look(made, OURS)} == {
        ("hub", "hub_owner"), ("audit", "hub_owner"), ("sec", "hub_gate"), ("sec", "hub_owner"),
    }  # fmt: skip
    assert look(door) == [(0,)]


@pytest.mark.parametrize(("planted", "guard"), [
    ("ALTER TABLE hub.seen NO FORCE ROW LEVEL SECURITY", test_every_table_is_under_row_security_also_for_its_owner_and_has_a_policy),
    ("CREATE TABLE hub.forgotten (giver int PRIMARY KEY)", test_every_table_is_under_row_security_also_for_its_owner_and_has_a_policy),
    ("CREATE POLICY wide ON hub.inbox FOR SELECT TO hub_app USING (recipient = (SELECT sec.me()) OR giver = (SELECT sec.me()))",
     test_every_policy_says_that_one_column_is_me_or_is_an_exception_with_a_reason),
    ("CREATE POLICY wide ON hub.inbox FOR SELECT TO PUBLIC USING (recipient = (SELECT sec.me()))",
     test_every_policy_says_that_one_column_is_me_or_is_an_exception_with_a_reason),
    ("CREATE UNIQUE INDEX ON hub.inbox (code)", test_every_key_begins_with_the_partner_so_that_a_conflict_tells_nothing_about_others),
    ("ALTER ROLE hub_app BYPASSRLS", test_no_role_of_ours_has_a_power_and_only_the_backup_passes_row_security),
    ("GRANT hub_post TO hub_app", test_no_role_of_ours_is_a_member_of_another_but_for_the_owner_and_the_backup),
    ("GRANT TRUNCATE ON hub.given TO hub_clerk", test_nobody_but_an_owner_may_truncate_refer_set_triggers_or_hand_grants_on),
    ("GRANT DELETE ON hub.contribution TO hub_app", test_the_role_of_the_web_may_exactly_what_is_listed),
    ("GRANT UPDATE (at) ON hub.consent TO hub_app", test_the_role_of_the_web_may_exactly_what_is_listed),
    ("GRANT SELECT ON sec.pass TO hub_door", test_the_secrets_of_the_context_are_kept_by_grants_alone_and_nobody_has_one),
    ("CREATE VIEW hub.everything AS SELECT * FROM hub.inbox",
     test_every_view_asks_with_the_rights_of_who_looks_and_nothing_is_materialised),
    ("CREATE MATERIALIZED VIEW hub.everything AS SELECT * FROM hub.inbox",
     test_every_view_asks_with_the_rights_of_who_looks_and_nothing_is_materialised),
    ("CREATE FUNCTION hub.peep() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
     test_the_functions_with_another_owners_rights_are_exactly_those_of_the_list),
    ("ALTER FUNCTION sec.me() RESET search_path", test_the_functions_with_another_owners_rights_are_exactly_those_of_the_list),
    ("GRANT EXECUTE ON FUNCTION sec.enter_as(int) TO hub_app", test_the_functions_with_another_owners_rights_are_exactly_those_of_the_list),
    ("ALTER TABLE hub.given DISABLE TRIGGER given_delete", test_the_triggers_are_exactly_those_of_the_list),
    ("GRANT CREATE ON SCHEMA hub TO hub_clerk", test_nobody_may_make_anything_in_our_schemas_or_connect_unasked),
])  # fmt: skip
def test_a_lock_that_is_taken_off_is_noticed(superuser: psycopg.Connection, look: Look, planted: str, guard: Callable[[Look], None]):
    with pytest.raises(AssertionError), superuser.transaction(force_rollback=True):
        superuser.execute(planted)
        guard(look)
