"""What injected SQL may try on the role of the web, and what the database answers: nothing, no row, or 42501."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg.conninfo import make_conninfo
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.cases.house import House
from hub.kernel.actor import Clerk, Doorkeeper
from hub.kernel.database import Work, begin_work
from hub.kernel.words import PartnerId
from tests.cast import DRENTHE, EMMEN, NOON, POLICE, Cast
from tests.scaffold import Place
from tests.walls.month import play_month

REFUSED, NOT_THERE, ODD_ROW, NO_COPY = "42501", "23503", "23514", "0A000"
NOWHERE = "00000000-0000-4000-8000-000000000000"
Known = dict[str, Any]


@pytest.fixture(scope="module")
def known(app: Flask, house: House, superuser: psycopg.Connection, emptied: str) -> Iterator[Known]:
    """A month of data, and the keys in it that an attacker happens to know: the police's own, and those of Drenthe and Emmen."""
    superuser.execute(emptied)
    with app.app_context():
        cast = Cast(house)
        play_month(cast)
        me, drenthe, emmen = cast.id(POLICE), cast.id(DRENTHE), cast.id(EMMEN)
        asked = "SELECT giver, min(id::text) FROM hub.contribution GROUP BY 1"
        cases = dict(superuser.execute(asked).fetchall())
        code = superuser.execute("SELECT min(code) FROM hub.inbox WHERE recipient = %s AND giver = %s", (drenthe, me)).fetchone()
        yield {
            "cast": cast,
            "me": me,
            "drenthe": drenthe,
            "emmen": emmen,
            "mine": cases[me],
            "theirs": cases[drenthe],
            "code": code[0],
            "nowhere": NOWHERE,
        }
    superuser.execute(emptied)


def answer(work: Work, attempt: str, known: Known) -> Any:
    """What comes of this statement: how many rows it gave or touched, or the SQLSTATE of the refusal; nothing of it stays."""
    told = {name: value for name, value in known.items() if f":{name}" in attempt}
    nested = work.session.begin_nested()
    try:
        result = work.session.execute(text(attempt), told)
        return len(result.all()) if result.returns_rows else result.rowcount
    except DBAPIError as error:
        return error.orig.sqlstate  # type: ignore[union-attr]
    finally:
        if nested.is_active:
            nested.rollback()


GIVEN = """INSERT INTO hub.given SELECT {giver}, {contribution}, :emmen, kind, code, state, because, states, revision_no, base_version,
    floor_version, {facts} FROM hub.given WHERE giver = :me AND contribution = :mine AND recipient = :drenthe AND kind = 'standing'"""
FACTS = """incident_from, incident_to, municipality, province, online, grounds, ground_families, terrain, nature, report_kind, public_task,
    mass_report, reported_by, residence_municipality, residence_province, contact_wish, reported_elsewhere, reported_elsewhere_any,
    also_known_to, also_known_to_any, narrative, accused, status, phase, handling, offences, offence_families, outcome, outcome_kind,
    visible_revision, fact_revisions, revised_on, first_given_on, changed_on, shown_until, policy_version, for_case_work, for_collection,
    for_consultation, for_help, for_monitor, content_revision"""
CONSENT = """INSERT INTO hub.consent VALUES (:me, {}, :drenthe, 9, 'given', '{{}}', now(), NULL, 'reporter', 'talk', NULL, NULL)"""
STONE = (
    "INSERT INTO hub.tombstone VALUES (:{}, :{}, '00000000000', 'standing', gen_random_uuid(), :{}, 'closed', '2026-11-04', '2026-11-04')"
)
RECEIPT = "INSERT INTO hub.disclosure VALUES (:{}, gen_random_uuid(), :{}, '00000000000', 'standing', 1, 'page', now(), 1)"

INBOX = (  # the police, a giver, on what stands in the inboxes of others
    ("SELECT * FROM hub.inbox WHERE giver = :me", 0),
    ("SELECT * FROM hub.inbox WHERE recipient <> :me", 0),
    ("INSERT INTO hub.inbox (recipient, giver, code, kind) VALUES (:drenthe, :me, '00000000000', 'standing')", REFUSED),
    ("INSERT INTO hub.inbox SELECT * FROM hub.inbox", REFUSED),
    ("UPDATE hub.inbox SET accused = 'buur' WHERE giver = :me", REFUSED),
    ("UPDATE hub.inbox SET accused = 'buur'", REFUSED),
    ("DELETE FROM hub.inbox WHERE giver = :me", REFUSED),
    ("SELECT * FROM hub.inbox FOR UPDATE", REFUSED),
    ("TRUNCATE hub.inbox", REFUSED),
    ("MERGE INTO hub.inbox i USING (SELECT 1) s ON i.giver = :me WHEN MATCHED THEN DELETE", REFUSED),
    ("SELECT hub.post_new()", REFUSED),
    ("SELECT hub.post_end()", REFUSED),
    ("ALTER TABLE hub.inbox DISABLE ROW LEVEL SECURITY", REFUSED),
    ("DROP POLICY read ON hub.inbox", REFUSED),
    ("CREATE POLICY wide ON hub.inbox USING (true)", REFUSED),
    ("CREATE TRIGGER spy AFTER INSERT ON hub.inbox FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()", REFUSED),
    ("CREATE INDEX ON hub.inbox (code)", REFUSED),
    ("LOCK hub.inbox IN EXCLUSIVE MODE", REFUSED),
)
GIVEN_AWAY = (  # a third partner, on what others give: in another's name, or on another's case
    (GIVEN.format(giver=":drenthe", contribution="CAST(:theirs AS uuid)", facts=FACTS), REFUSED),
    (GIVEN.format(giver=":me", contribution="CAST(:theirs AS uuid)", facts=FACTS), NOT_THERE),
    (GIVEN.format(giver=":me", contribution="CAST(:nowhere AS uuid)", facts=FACTS), NOT_THERE),
    ("UPDATE hub.given SET giver = :drenthe", REFUSED),
    ("UPDATE hub.given SET accused = 'buur' WHERE giver = :drenthe", 0),
    ("DELETE FROM hub.given WHERE giver = :drenthe", 0),
    ("INSERT INTO hub.contribution SELECT :drenthe, gen_random_uuid(), '00000000000', 'released', 1, now(), NULL, now(), '\\x00'", REFUSED),
    ("UPDATE hub.contribution SET state = 'withdrawn' WHERE giver = :drenthe", 0),
    ("UPDATE hub.contribution SET giver = :drenthe", REFUSED),
    ("DELETE FROM hub.contribution", REFUSED),
    ("UPDATE hub.revision SET accused = 'buur'", REFUSED),
    ("DELETE FROM hub.consent", REFUSED),
    (CONSENT.format("CAST(:theirs AS uuid)"), NOT_THERE),
    (CONSENT.format("CAST(:nowhere AS uuid)"), NOT_THERE),
    (CONSENT.format("CAST(:mine AS uuid)"), 1),
    (STONE.format("drenthe", "emmen", "emmen"), REFUSED),
    (STONE.format("drenthe", "emmen", "me"), ODD_ROW),
    (STONE.format("drenthe", "me", "me") + " RETURNING id", REFUSED),
    (RECEIPT.format("drenthe", "emmen"), REFUSED),
    (RECEIPT.format("drenthe", "me") + " RETURNING id", REFUSED),
    ("SELECT * FROM hub.seen WHERE recipient <> :me", 0),
)
JOURNAL = (
    ("UPDATE audit.entry SET data = NULL", REFUSED),
    ("UPDATE audit.entry SET seq = 1", REFUSED),
    ("DELETE FROM audit.entry", REFUSED),
    ("TRUNCATE audit.entry", REFUSED),
    ("INSERT INTO audit.entry (partner, leaf) VALUES (:me, sha256('x'))", REFUSED),
    ("SELECT id FROM audit.entry", REFUSED),
    ("SELECT * FROM audit.head", REFUSED),
    ("SELECT * FROM audit.tile", REFUSED),
    ("INSERT INTO audit.checkpoint (size, root, note) VALUES (1, sha256('x'), '')", REFUSED),
    ("SELECT nextval('audit.entry_id_seq')", REFUSED),
    ("SELECT last_value FROM audit.entry_id_seq", REFUSED),
    ("SELECT partner FROM audit.entry WHERE partner <> :me", 0),
)
SECRETS = (
    ("SELECT * FROM sec.pad", REFUSED),
    ("SELECT * FROM sec.pass", REFUSED),
    ("DELETE FROM sec.pass", REFUSED),
    ("INSERT INTO sec.pass VALUES ('\\x00', :drenthe, now() + interval '1 hour')", REFUSED),
    ("SELECT sec.mac('3:1:1')", REFUSED),
    ("SELECT sec.sign(:drenthe)", REFUSED),
    ("SELECT sec.enter_as(:drenthe)", REFUSED),
    ("SELECT sec.open_pass('x', :drenthe, now() + interval '1 hour')", REFUSED),
    ("SELECT sec.close_pass('\\x00')", REFUSED),
    ("CREATE OR REPLACE FUNCTION sec.me() RETURNS int LANGUAGE sql AS 'SELECT 1'", REFUSED),
    ("SELECT * FROM hub.account", REFUSED),
    ("SELECT * FROM hub.session", REFUSED),
    ("SELECT * FROM hub.login_attempt", REFUSED),
)
POWERS = (
    ("SET LOCAL ROLE hub_owner", REFUSED),
    ("SET LOCAL ROLE hub_post", REFUSED),
    ("SET LOCAL ROLE hub_backup", REFUSED),
    ("SET LOCAL SESSION AUTHORIZATION hub_owner", REFUSED),
    ("ALTER ROLE hub_app BYPASSRLS", REFUSED),
    ("GRANT hub_post TO hub_app", REFUSED),
    ("CREATE TABLE hub.stash (x int)", REFUSED),
    ("CREATE TABLE public.stash (x int)", REFUSED),
    ("CREATE FUNCTION hub.peep() RETURNS int LANGUAGE sql AS 'SELECT 1'", REFUSED),
    ("COPY hub.inbox FROM PROGRAM 'true'", REFUSED),
    ("COPY hub.contribution FROM '/etc/hostname'", REFUSED),
    ("COPY (SELECT 1) TO '/tmp/schakel-planted'", REFUSED),
    ("SELECT pg_read_file('/etc/hostname')", REFUSED),
    ("SELECT pg_ls_dir('.')", REFUSED),
    ("SELECT lo_import('/etc/hostname')", REFUSED),
    ("SELECT rolpassword FROM pg_authid", REFUSED),
    ("SELECT * FROM pg_statistic", REFUSED),
    ("SELECT * FROM pg_stats WHERE schemaname IN ('hub', 'audit', 'sec')", 0),
    ("DO $$ BEGIN EXECUTE 'SET ROLE hub_owner'; END $$", REFUSED),
)
ATTEMPTS = (*INBOX, *GIVEN_AWAY, *JOURNAL, *SECRETS, *POWERS)
NAMES = [f"{number} {' '.join(one.split()[:4])}" for number, (one, _) in enumerate(ATTEMPTS)]


@pytest.mark.parametrize(("attempt", "expected"), ATTEMPTS, ids=NAMES)
def test_an_attempt_by_injected_sql_has_its_answer(known: Known, attempt: str, expected: object):
    with known["cast"].as_person(POLICE) as work:
        found = answer(work, attempt, known)

    assert found == expected


def test_anothers_key_and_no_key_are_refused_in_the_same_words(known: Known):
    said = []
    for which in ("theirs", "nowhere"):
        with known["cast"].as_person(POLICE) as work, pytest.raises(DBAPIError) as error, work.session.begin_nested():
            work.session.execute(text(CONSENT.format(f"CAST(:{which} AS uuid)")), {name: known[name] for name in ("me", "drenthe", which)})
        said.append(str(error.value.orig).replace(known[which], "KEY"))

    assert said[0] == said[1]


def test_anothers_key_may_be_used_for_a_case_of_ones_own_so_that_a_conflict_tells_nothing(known: Known):
    taken = """INSERT INTO hub.contribution SELECT :me, CAST(:theirs AS uuid), '00000000000', 'released', 1, first_released_on, NULL,
        changed_at, fingerprint FROM hub.contribution LIMIT 1"""
    reference = """INSERT INTO hub.source_reference SELECT :me, 'update', 1, '\\x{}', '\\x00', contribution, export, seen_run
        FROM hub.source_reference LIMIT 1"""
    with known["cast"].as_person(POLICE) as work:
        by_key = answer(work, taken, known)
        by_reference = answer(work, reference.format("00" * 32), known)

    assert (by_key, by_reference) == (1, 1)


def test_row_security_that_is_switched_off_is_an_error_and_no_open_door(known: Known):
    with known["cast"].as_person(POLICE) as work:
        work.session.execute(text("SET LOCAL row_security = off"))
        found = [answer(work, f"SELECT count(*) FROM {table}", known) for table in ("hub.inbox", "hub.given", "hub.contribution")]

    assert found == [REFUSED] * 3


def test_a_table_with_row_security_takes_nothing_from_copy_and_gives_only_own_rows_to_it(known: Known):
    with known["cast"].as_person(POLICE) as work:
        raw = work.session.connection().connection.driver_connection
        answers = []
        for table in ("hub.contribution", "hub.given", "hub.inbox", "audit.entry"):
            with pytest.raises(psycopg.Error) as error, raw.transaction(), raw.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(b"\n")
            answers.append(error.value.sqlstate)
        with raw.cursor().copy("COPY hub.given (giver) TO STDOUT") as rows:
            given = {int(bytes(row)) for row in rows}

    assert answers == [NO_COPY, NO_COPY, REFUSED, REFUSED]
    assert given == {known["me"]}


def test_nobody_writes_in_the_journal_who_does_not_act(place: Place, settings: Any, known: Known):
    password = settings.role_passwords["hub_app"].reveal()
    address = make_conninfo(place.admin, dbname=place.database, user="hub_app", password=password)
    with psycopg.connect(address, autocommit=True) as nobody, pytest.raises(psycopg.Error) as error:
        nobody.execute("SELECT audit.append(ARRAY['\\x7b7d'::bytea])")

    assert error.value.sqlstate == REFUSED


@pytest.mark.parametrize("actor", [Clerk(), Doorkeeper()], ids=["clerk", "doorkeeper"])
def test_the_hub_itself_writes_no_inbox_and_changes_no_line_either(known: Known, actor: Clerk | Doorkeeper):
    with begin_work(actor, now=NOON) as work:
        found = {attempt: answer(work, attempt, known) for attempt, _ in (*INBOX[2:10], *JOURNAL[:5], *SECRETS[:6], *POWERS)}

    assert {attempt: said for attempt, said in found.items() if said != REFUSED} == {POWERS[-2][0]: 0}


def test_the_doorkeeper_knows_accounts_and_no_cases(known: Known):
    with begin_work(Doorkeeper(), now=NOON) as work:
        found = [
            answer(work, f"SELECT * FROM hub.{table}", known) for table in ("inbox", "given", "contribution", "seen", "upload", "consent")
        ]

    assert found == [REFUSED] * 6


def test_a_partner_that_does_not_exist_has_nothing(known: Known):
    with begin_work(Clerk(PartnerId(999_999)), now=NOON) as work:
        found = [answer(work, f"SELECT * FROM hub.{table}", known) for table in ("inbox", "given", "contribution")]

    assert found == [0, 0, 0]
