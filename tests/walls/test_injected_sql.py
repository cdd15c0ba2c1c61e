"""SQL that an attacker runs as the role of the web, with its password: what it can reach then, and what not."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import text

from hub.cases import actions, intake
from hub.cases.queries import OwnWanted, own_case, own_cases
from hub.cases.received import Wanted, received, received_case
from hub.kernel.database import Rival
from hub.kernel.errors import Conflict
from hub.sharing.facts import Absence
from tests.cast import DRENTHE, FRYSLAN, GRONINGEN, OUTSIDER, POLICE, Cast, close_engines
from tests.make import BUREAU_WORDS, Delivery, make_draft
from tests.scaffold import Place

# A type of the attacker's own under the name that a privileged function uses; its check would run with that function's powers.
TRAP = """
CREATE FUNCTION pg_temp.catch(value {kind}) RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
  IF current_user <> 'hub_app' THEN RAISE EXCEPTION 'ran as %', current_user; END IF;
  RETURN true;
END $$;
CREATE DOMAIN pg_temp."{name}" AS {kind} CHECK (pg_temp.catch(value));
"""
SHADOWED = {"text": "pg_catalog.text", "bytea": "pg_catalog.bytea", "int4": "pg_catalog.int4", "_text": "pg_catalog.text[]"}


@pytest.fixture
def injected(place: Place, cast: Cast) -> Iterator[psycopg.Connection]:
    """A session of the web's role that belongs to nobody."""
    words = conninfo_to_dict(place.admin)
    told = {"host": words["host"], "port": words.get("port", 5432), "dbname": place.database}
    with psycopg.connect(make_conninfo(user="hub_app", password="hub_app-in-the-suite", **told), autocommit=True) as session:
        yield session


def take_in(cast: Cast, slug: str, *drafts):
    with cast.as_person(slug) as work:
        intake.take_in(work, reading=Delivery(drafts), house=cast.house)


def read(cast: Cast, slug: str):
    with cast.as_person(slug) as work:
        return received(work, house=cast.house, wanted=Wanted()).rows


@pytest.mark.parametrize("name", SHADOWED)
def test_a_type_of_the_attackers_own_is_never_used_by_a_privileged_function(injected: psycopg.Connection, name: str):
    injected.execute(TRAP.format(name=name, kind=SHADOWED[name]))

    injected.execute("SELECT set_config('hub.ctx', '3:1:2:abc', false)")
    me = injected.execute("SELECT sec.me()").fetchone()

    assert me == (None,)


def test_a_giver_who_writes_another_givers_code_learns_nothing_and_touches_nothing(cast: Cast, superuser: psycopg.Connection):
    take_in(cast, FRYSLAN, make_draft(place="GM0080", circumstances=BUREAU_WORDS, consents={POLICE: "given"}))
    take_in(cast, DRENTHE, make_draft(place="GM0114", circumstances=BUREAU_WORDS, consents={POLICE: "given"}))
    codes = {row.giver.slug: row.code for row in read(cast, POLICE)}
    told = {"code": codes[FRYSLAN], "police": cast.id(POLICE)}

    with cast.as_person(DRENTHE) as work:
        work.session.execute(text("UPDATE hub.given SET code = :code WHERE recipient = :police"), told)
    both = superuser.execute("SELECT count(*) FROM hub.inbox WHERE code = %s", (codes[FRYSLAN],)).fetchone()
    with cast.as_person(POLICE) as work, pytest.raises(Conflict):
        received_case(work, house=cast.house, code=codes[FRYSLAN])
    with cast.as_person(DRENTHE) as work:
        work.session.execute(text("DELETE FROM hub.given WHERE recipient = :police"), told)

    assert both == (2,)
    assert [(row.giver.slug, row.code) for row in read(cast, POLICE)] == [(FRYSLAN, codes[FRYSLAN])]


def test_what_somebody_leaves_in_a_connection_is_gone_before_the_next_one_uses_it(cast: Cast, superuser: psycopg.Connection):
    left = (
        "CREATE TEMPORARY TABLE load_given_60 (x int)",
        "CREATE DOMAIN pg_temp.text AS pg_catalog.text",
        "SET search_path = pg_temp, hub",
        "PREPARE theirs AS SELECT 1",
        "SELECT pg_advisory_lock(7)",
        "LISTEN somebody",
    )
    close_engines()  # so that there is one connection, and the next one to ask gets it
    with cast.as_person(DRENTHE) as work:
        before = work.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        for statement in left:
            work.session.execute(text(statement))

    with cast.as_person(GRONINGEN) as work:
        look = work.session.execute
        after = look(text("SELECT pg_backend_pid()")).scalar_one()
        found = (
            look(text("SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()")).scalar_one(),
            look(text("SELECT count(*) FROM pg_type WHERE typnamespace = pg_my_temp_schema()")).scalar_one(),
            look(text("SHOW search_path")).scalar_one(),
            look(text("SELECT count(*) FROM pg_prepared_statements WHERE name = 'theirs'")).scalar_one(),
            look(text("SELECT count(*) FROM pg_listening_channels()")).scalar_one(),
        )
        locks = superuser.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = %s", (after,)).fetchone()

    assert before == after
    assert found == (0, 0, "hub, pg_catalog", 0, 0)
    assert locks == (0,)


@pytest.mark.parametrize(
    "asked",
    [
        "SELECT query FROM pg_stat_activity",
        "SELECT * FROM pg_locks",
        "SELECT pg_terminate_backend(pg_backend_pid() + 1)",
        "SELECT pg_cancel_backend(pg_backend_pid() + 1)",
        "SELECT lo_create(0)",
    ],
)
def test_nobody_watches_or_ends_the_sessions_of_others(injected: psycopg.Connection, asked: str):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        injected.execute(asked)


def test_nothing_is_shown_to_a_partner_with_whom_there_is_no_agreement(cast: Cast, superuser: psycopg.Connection):
    take_in(cast, FRYSLAN, make_draft(place="GM0080", circumstances=BUREAU_WORDS, consents={POLICE: "given"}))
    told = {"police": cast.id(POLICE), "outsider": cast.id(OUTSIDER)}

    for change in ("recipient = :outsider", "policy_version = 999", "kind = 'referral'"):
        with pytest.raises(Rival), cast.as_person(FRYSLAN) as work:
            work.session.execute(text(f"UPDATE hub.given SET {change} WHERE recipient = :police"), told)

    assert superuser.execute("SELECT DISTINCT recipient FROM hub.inbox").fetchall() == [(cast.id(POLICE),)]


def test_a_text_whose_key_was_destroyed_takes_no_list_down_and_holds_up_no_withdrawal(cast: Cast, superuser: psycopg.Connection):
    said = make_draft(place="GM0080", circumstances=BUREAU_WORDS, consents={POLICE: "given"}, narrative="Een buur riep iets.")
    take_in(cast, FRYSLAN, said)
    # As if the key of that month were destroyed.
    superuser.execute("SET session_replication_role = replica")  # a trigger would write the inbox as its giver, and this is nobody
    for table in ("revision", "inbox", "given"):
        superuser.execute(f"UPDATE hub.{table} SET narrative = overlay(narrative PLACING '2020-01'::bytea FROM 2)")
    superuser.execute("RESET session_replication_role")

    [row] = read(cast, POLICE)
    with cast.as_person(FRYSLAN) as work:
        [line] = own_cases(work, house=cast.house, wanted=OwnWanted())
        own = own_case(work, house=cast.house, code=line.code)

    assert (row.facts.get("narrative"), row.states["narrative"]) == (None, "not_given")
    with cast.as_person(FRYSLAN) as work:
        actions.withdraw_consent(work, code=line.code, recipient=POLICE, house=cast.house)
    assert own.facts["narrative"] is Absence.ERASED
    assert read(cast, POLICE) == ()
