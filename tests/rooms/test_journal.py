"""The journal in the database: with its deed or not at all, read by its own partner, numbered once, sealed, and checked."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Thread
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from hub.audit.actions import Integrated, integrate
from hub.audit.events import Event
from hub.audit.facts import FactRefused
from hub.audit.journal import record, record_many
from hub.audit.merkle import leaf_hash
from hub.audit.queries import entries, hub_entries, verdict
from hub.audit.schemas import EntrySchema
from hub.audit.seal import Seal, load_seal, make_seal, open_checkpoint
from hub.kernel.actor import Doorkeeper, LogKeeper
from hub.kernel.database import Work, begin_work
from hub.kernel.errors import Refused
from tests.cast import DRENTHE, NOON, OM, POLICE, Cast

KEY = UUID("0192f0c1-0000-7000-8000-000000000001")
AsLog = Callable[[], AbstractContextManager[Work]]


@pytest.fixture
def empty(cast: Cast, superuser: psycopg.Connection) -> Cast:
    """The cast with a journal in which nothing was ever written."""
    superuser.execute("DELETE FROM audit.entry; DELETE FROM audit.tile; DELETE FROM audit.checkpoint")
    superuser.execute("UPDATE audit.head SET size = 0, root = sha256(''::bytea), note = NULL")
    return cast


@pytest.fixture
def as_log(cast: Cast) -> AsLog:
    """A work on the role of the log."""
    return lambda: begin_work(LogKeeper(), now=NOON)


@pytest.fixture(scope="module")
def seal(tmp_path_factory: pytest.TempPathFactory) -> Seal:
    file: Path = tmp_path_factory.mktemp("journal") / "journaal.key"
    make_seal(file, name="schakel.example.nl/journaal")
    return load_seal(file)


def write(cast: Cast, slug: str, count: int) -> None:
    with cast.as_clerk(slug) as work:
        record_many(work, Event.SHARED, ({"contribution": number, "recipients": [OM]} for number in range(count)))


def finish(as_log: AsLog, seal: Seal, *, most: int = 2_000) -> list[Integrated]:
    """Integrate until nothing is left, each round in a work of its own."""
    rounds = []
    while True:
        with as_log() as work:
            rounds.append(integrate(work, seal=seal, most=most))
        if not rounds[-1].added:
            return rounds[:-1]


def test_a_deed_leaves_a_line_that_its_own_partner_reads(empty: Cast) -> None:
    with empty.as_person(DRENTHE) as work:
        record(work, Event.SHARED, contribution=KEY, revision=2, recipients=[POLICE, OM])

    with empty.as_person(DRENTHE) as work:
        [entry] = entries(work, limit=10)
    with empty.as_person(POLICE) as work:
        assert entries(work, limit=10) == ()
    assert (entry.event, entry.reason, entry.outcome) == ("verstrekken/bijdrage-gedeeld", "beleid", "gedaan")
    assert (entry.subject, entry.recipients) == ({"bijdrage": str(KEY), "revisie": 2}, (OM, POLICE))
    assert (entry.at, entry.actor, entry.seq) == (NOON, str(UUID(int=1)), None)


def test_no_deed_means_no_line(empty: Cast) -> None:
    with pytest.raises(Refused), empty.as_person(DRENTHE) as work:
        record(work, Event.SHARED, contribution=KEY)
        raise Refused("Toch niet.")

    with empty.as_person(DRENTHE) as work:
        assert entries(work, limit=10) == ()


def test_a_wrong_fact_stops_the_deed_before_anything_is_written(empty: Cast) -> None:
    with pytest.raises(FactRefused), empty.as_person(DRENTHE) as work:
        record_many(work, Event.SHARED, [{"contribution": KEY}, {"contribution": "Jan Jansen"}])

    with empty.as_person(DRENTHE) as work:
        assert entries(work, limit=10) == ()


def test_the_newest_lines_come_first_and_no_more_than_asked(empty: Cast) -> None:
    write(empty, DRENTHE, 12)

    with empty.as_clerk(DRENTHE) as work:
        newest = entries(work, limit=5)

    assert [entry.subject["bijdrage"] for entry in newest] == [11, 10, 9, 8, 7]


def test_a_refused_login_stands_in_the_journal_of_the_hub_and_no_partner_sees_it(empty: Cast) -> None:
    with begin_work(Doorkeeper(), now=NOON) as work:
        record(work, Event.SIGN_IN_REFUSED, provider="demo", origin="loopback")

    with empty.as_clerk(None) as work:
        [entry] = hub_entries(work, limit=10)
    assert (entry.event, entry.outcome, entry.roles) == ("inloggen/aanmelding-geweigerd", "geweigerd", ("portier",))
    for slug in (DRENTHE, POLICE):
        with empty.as_person(slug) as work:
            assert hub_entries(work, limit=10) == ()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit.entry SET data = NULL", "DELETE FROM audit.entry", "UPDATE audit.entry SET seq = 0", "SELECT id FROM audit.entry",
     "INSERT INTO audit.entry (partner, leaf) VALUES (1, sha256(''))", "TRUNCATE audit.entry", "SELECT * FROM audit.head"],
)  # fmt: skip
def test_nobody_at_a_page_changes_removes_or_forges_a_line(empty: Cast, statement: str) -> None:
    write(empty, DRENTHE, 1)

    with pytest.raises(Refused), empty.as_person(DRENTHE) as work:
        work.session.execute(text(statement))


def test_a_line_is_stored_as_it_was_written_with_its_hash_made_by_the_database(empty: Cast, superuser: psycopg.Connection) -> None:
    write(empty, DRENTHE, 3)

    for data, leaf in superuser.execute("SELECT data, leaf FROM audit.entry"):
        assert leaf == leaf_hash(data)
        assert data == json.dumps(json.loads(data), sort_keys=True, separators=(",", ":")).encode()


def test_lines_are_numbered_in_order_added_to_the_tree_and_sealed(empty: Cast, as_log: AsLog, seal: Seal) -> None:
    write(empty, DRENTHE, 700)
    write(empty, POLICE, 20)

    rounds = finish(as_log, seal, most=300)

    assert [(each.added, each.size) for each in rounds] == [(300, 300), (300, 600), (120, 720)]
    assert [open_checkpoint(each.note or "", verifier=seal.verifier).size for each in rounds] == [300, 600, 720]
    with as_log() as work:
        assert verdict(work, verifier=seal.verifier).faults == ()
        assert verdict(work, verifier=seal.verifier).size == 720
        assert verdict(work, verifier=seal.verifier).checkpoints == 3
        assert work.session.execute(text("SELECT level, n FROM audit.tile ORDER BY level, n")).all() == [(0, 0), (0, 1)]
    with empty.as_person(POLICE) as work:
        assert sorted(entry.seq or 0 for entry in entries(work, limit=50)) == list(range(700, 720))


def test_a_journal_in_which_nothing_happened_is_not_sealed_again(empty: Cast, as_log: AsLog, seal: Seal) -> None:
    write(empty, DRENTHE, 1)
    finish(as_log, seal)

    with as_log() as work:
        assert integrate(work, seal=seal) == Integrated(0, 1, None)


def test_two_integrators_at_once_give_every_line_one_number(empty: Cast, as_log: AsLog, seal: Seal, app: Flask) -> None:
    write(empty, DRENTHE, 600)

    def work_along() -> None:
        for _ in range(20):
            with app.app_context(), as_log() as work:
                integrate(work, seal=seal, most=40)

    rival = Thread(target=work_along)
    rival.start()
    finish(as_log, seal, most=40)
    rival.join()

    with as_log() as work:
        found = verdict(work, verifier=seal.verifier)
    assert (found.size, found.faults) == (600, ())


def test_an_integrator_that_is_cut_off_leaves_everything_as_it_was(empty: Cast, as_log: AsLog, seal: Seal) -> None:
    write(empty, DRENTHE, 10)

    with pytest.raises(RuntimeError), as_log() as work:
        integrate(work, seal=seal)
        raise RuntimeError("cut off")

    with as_log() as work:
        assert verdict(work, verifier=seal.verifier).size == 0
        assert integrate(work, seal=seal).size == 10


TAMPERING = {
    "a line changed": "UPDATE audit.entry SET data = 'x', leaf = sha256('\\x00'::bytea || 'x') WHERE seq = 5",
    "a line removed": "DELETE FROM audit.entry WHERE seq = 5",
    "the tail cut off": "DELETE FROM audit.entry WHERE seq > 300",
    "two swapped": "UPDATE audit.entry SET seq = -1 WHERE seq = 5; UPDATE audit.entry SET seq = 5 WHERE seq = 6; "
                   "UPDATE audit.entry SET seq = 6 WHERE seq = -1",
    "a tile changed": "UPDATE audit.tile SET h = repeat('x', 8192)::bytea",
    "a tile removed": "DELETE FROM audit.tile",
    "the head changed": "UPDATE audit.head SET root = sha256('x')",
    "the seal of the head removed": "UPDATE audit.head SET note = NULL",
    "a checkpoint changed": "UPDATE audit.checkpoint SET root = sha256('x')",
    "a checkpoint without a seal": "INSERT INTO audit.checkpoint (size, root, note) VALUES (7, sha256('x'), 'x')",
    "a line slipped in": "UPDATE audit.entry SET seq = seq + 1000 WHERE seq >= 5; UPDATE audit.entry SET seq = seq - 999 WHERE seq > 1000; "
                         "INSERT INTO audit.entry (partner, seq, data, leaf) VALUES (1, 5, 'x', sha256('\\x00'::bytea || 'x'))",
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERING)
def test_whoever_writes_into_the_database_past_everything_is_found_out(
    empty: Cast, as_log: AsLog, seal: Seal, superuser: psycopg.Connection, how: str
) -> None:
    write(empty, DRENTHE, 320)
    finish(as_log, seal)

    superuser.execute(TAMPERING[how])

    with as_log() as work:
        assert verdict(work, verifier=seal.verifier).faults != ()


def test_a_line_without_its_data_is_still_proved_and_says_only_that_it_was_there(
    empty: Cast, as_log: AsLog, seal: Seal, superuser: psycopg.Connection
) -> None:
    write(empty, DRENTHE, 3)
    finish(as_log, seal)

    superuser.execute("UPDATE audit.entry SET data = NULL WHERE seq = 1")

    with as_log() as work:
        assert verdict(work, verifier=seal.verifier).faults == ()
    with empty.as_person(DRENTHE) as work:
        [pruned] = [entry for entry in entries(work, limit=10) if entry.seq == 1]
    assert (pruned.event, pruned.subject, pruned.actor) == (None, {}, None)


def test_a_line_is_dumped_under_its_dutch_names(empty: Cast) -> None:
    with empty.as_person(DRENTHE) as work:
        record(work, Event.ROW_OPENED, code="7K2MQ4XD9E6", giver=POLICE)
        [entry] = entries(work, limit=1)

    dumped = EntrySchema().dump(entry)

    assert len(dumped.pop("afdruk")) == 64
    assert dumped == {
        "volgnummer": None, "tijd": "2026-11-04T11:00:00+00:00", "gebeurtenis": "raadplegen/rij-geopend", "account": str(UUID(int=1)),
        "rollen": ["case_worker", "coordinator"], "onderwerp": {"code": "7K2MQ4XD9E6"}, "ontvangers": [], "gever": POLICE,
        "reden": "behandeling", "uitkomst": "gedaan", "verder": {},
    }  # fmt: skip
