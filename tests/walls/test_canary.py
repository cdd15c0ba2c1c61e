"""A marked case travels a whole month; the markers turn up where policy lets them, and nowhere else."""

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask

from hub.cases.house import House
from hub.cases.queries import own_case
from hub.cases.received import Wanted, received
from hub.cli import main
from hub.courier import send_waiting
from hub.desk import Desk
from hub.kernel.settings import Settings
from hub.people.sayings import SAID
from hub.sharing.coarsen import coarsen
from hub.sharing.policy import PolicyKind
from tests.calendar_rules import wrong_in_feed, wrong_in_mail
from tests.cast import COC_F, COC_GD, DEMO_DAY, EMMEN, EVERYBODY, OM, POLICE, Cast
from tests.generated import BOOK
from tests.inviting import read_mail
from tests.postbox import open_postbox
from tests.scaffold import PUBLIC, Place, environment_for
from tests.walls.marked import (
    BECAUSE,
    BROKEN,
    GIVER,
    GROUND,
    LATER,
    NARRATIVE,
    NOTES,
    PERSON,
    REFERENCE,
    Play,
    Told,
    asked_by_command,
    hits,
    overheard,
    play_out,
)
from tests.walls.month import play_month
from tests.walls.seats import seats

ALLOWED = {POLICE: {LATER}, OM: {LATER}}  # what others may read of this case: its summary as it stands now, once the reporter agreed
WAYS_OF_THE_GIVER = {NARRATIVE, LATER, GROUND, REFERENCE, BECAUSE}  # on pages of the giver itself; BROKEN in the file that still waits
KEPT_IN = {GROUND: {"hub.revision"}, BECAUSE: {"hub.hold_back"}, PERSON: {"hub.account"}}  # the giver's own rows; the rest is sealed

FRAME = """Bekijk het in Schakel (u logt eerst in): In onze mail staat met opzet niets over zaken.
    Meldingen kiest u zelf: meteen, wekelijks of niet: Schakel"""


@pytest.fixture(scope="module")
def leftovers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder in which this process makes its temporary files while the month is played."""
    folder, before = tmp_path_factory.mktemp("leftovers"), tempfile.tempdir
    tempfile.tempdir = str(folder)
    yield folder
    tempfile.tempdir = before


@pytest.fixture(scope="module")
def played(app: Flask, house: House, superuser: psycopg.Connection, emptied: str, leftovers: Path) -> Iterator[Play]:
    """The whole month: others' cases, the marked case taken in, failures of each kind, an update, readings and a withdrawal."""
    superuser.execute(emptied)
    told = Told()
    with app.app_context(), overheard(told.logged):
        cast = Cast(house)
        play_month(cast)
        with seats(app, cast, superuser) as found:
            superuser.execute("UPDATE hub.account SET name = %s WHERE subject = %s", (PERSON, f"seat {GIVER} coordinator"))
            yield play_out(Play(cast, superuser, found[GIVER, "coordinator"], found, told, app))
    superuser.execute(emptied)


def test_the_giver_finds_its_own_markers_so_that_the_search_finds_what_is_there(played: Play):
    assert played.told.of(GIVER) >= WAYS_OF_THE_GIVER
    assert played.told.of(GIVER) <= {*WAYS_OF_THE_GIVER, PERSON, BROKEN}
    assert sum(map(len, played.told.pages[GIVER].values())) > 3


@pytest.mark.parametrize("slug", [slug for slug in EVERYBODY if slug != GIVER])
def test_another_partner_finds_what_the_policy_lets_it_read_and_nothing_else(played: Play, slug: str):
    now = [found for place, found in played.told.pages.get(slug, {}).items() if not place.startswith(("before ", "after "))]

    assert set().union(*now) == ALLOWED.get(slug, set())


def test_a_summary_that_was_replaced_or_withdrawn_is_found_nowhere_any_more(played: Play):
    def under(slug: str, word: str) -> set[str]:
        return set().union(*(found for place, found in played.told.pages.get(slug, {}).items() if place.startswith(word)))

    assert (under(POLICE, "before "), under(OM, "before ")) == ({NARRATIVE}, {NARRATIVE})
    assert (under(OM, "after "), under(COC_GD, "after ")) == (set(), set())


@pytest.mark.parametrize("slug", [POLICE, COC_GD])
def test_every_fact_that_arrived_is_one_the_policy_names_at_the_precision_it_names(played: Play, slug: str):
    policy = BOOK.policy_between(GIVER, recipient=slug, kind=PolicyKind.STANDING, on=DEMO_DAY)
    with played.cast.as_person(GIVER) as work:
        facts = own_case(work, house=played.cast.house, code=played.code()).facts
    asked = """SELECT i.* FROM hub.inbox i JOIN hub.given g ON g.recipient = i.recipient AND g.code = i.code
                 JOIN hub.contribution c ON c.id = g.contribution WHERE c.own_code = %s AND i.recipient = %s"""
    row = played.superuser.cursor(row_factory=psycopg.rows.dict_row).execute(asked, (played.code(), played.cast.id(slug))).fetchone()
    with played.cast.as_clerk(slug) as work:
        page = {one.code: one for one in received(work, house=played.cast.house, wanted=Wanted(limit=1000)).rows}

    assert policy is not None and row is not None
    for fact, value in page[row["code"]].facts.items() if row["code"] in page else ():
        assert value == coarsen(facts[fact], fact=fact, precision=policy.share[fact], vocabulary=BOOK.vocabulary), fact
    assert slug != POLICE or len(page[row["code"]].facts) >= 8
    for column in ("accused", "residence_municipality", "contact_wish", "reported_by", "reported_elsewhere", "outcome"):
        assert row[column] is None, column


def test_no_answer_to_a_failure_says_anything_of_a_case(played: Play):
    assert set(played.told.errors) == {"absent", "question", "forged", "stranger", "json", "form", "update", "unknown field", "unreadable",
                                       "too large", "constraint", "column", "grant", "seal"}  # fmt: skip
    assert {place: found for place, found in played.told.errors.items() if found} == {}


def test_the_application_logs_nothing_of_a_case_not_even_when_it_breaks(played: Play):
    assert {line for line in played.told.logged if hits(line)} == set()
    assert any("SealBroken at endpoint cases.show_own_case" in line for line in played.told.logged)


def test_the_server_logs_nothing_of_a_case_not_even_the_row_that_failed(played: Play, place: Place):
    log = Path(place.folder) / "pg" / "server.log"
    if not log.exists():  # a server of somebody else: what it writes down is settled per role
        quiet = """SELECT bool_and('log_min_error_statement=panic' = ANY(rolconfig)) FROM pg_roles
                    WHERE rolname IN ('hub_app', 'hub_clerk', 'hub_door')"""
        assert played.superuser.execute(quiet).fetchone() == (True,)
        return
    said = log.read_text("utf-8", errors="replace")

    assert hits(said) == set()
    assert "planted" in said  # the failures are in it, by the name of what refused


def test_the_journal_and_every_table_hold_the_markers_only_sealed_or_in_the_givers_own_rows(played: Play):
    found: dict[str, set[str]] = {}
    tables = played.superuser.execute(
        "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('hub', 'audit', 'sec')"
    ).fetchall()
    for (table,) in tables:
        read = "convert_from(data, 'utf8')" if table == "audit.entry" else "t::text"
        for (row,) in played.superuser.execute(f"SELECT {read} FROM {table} t"):
            for marker in hits(row):
                found.setdefault(marker, set()).add(table)

    assert found == KEPT_IN


def test_nothing_is_left_in_temporary_files_or_in_what_the_server_shows_of_running_statements(played: Play, leftovers: Path):
    running = "\n".join(
        str(query) for (query,) in played.superuser.execute("SELECT query FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    )

    assert list(leftovers.iterdir()) == []
    assert hits(running) == set()


@pytest.mark.parametrize(("slug", "expected"), [(POLICE, {LATER}), (COC_F, set())])
def test_the_commands_themselves_tell_no_more(played: Play, place: Place, slug: str, expected: set[str]):
    environment, asked = environment_for(place), "SELECT code FROM hub.inbox WHERE recipient = %s AND for_case_work"
    codes = [code for (code,) in played.superuser.execute(asked, (played.cast.id(slug),))]
    runs = [("cases", "list", "--inbox", "--limit", "1000"), ("cases", "list", "--own"), ("journal", "list"),
            *(("cases", "show", code) for code in [played.code(), *codes[:1]])]  # fmt: skip
    results = [CliRunner().invoke(main, [*words, "--as", slug, "--json"], env=environment) for words in runs]

    assert set().union(*(hits(result.output) for result in results)) == expected
    assert [result.exit_code for result in results] == [0, 0, 0, *([1, 0] if codes else [1])]


def test_no_mail_of_the_month_says_anything_of_a_case_or_of_somebody_else(played: Play, settings: Settings):
    """What is left of a mail without its reader's name, its fixed words and the hub's own addresses is nothing at all."""
    names = dict(played.superuser.execute("SELECT email, name FROM hub.account WHERE email IS NOT NULL").fetchall())
    fixed = sorted((sentence for said in SAID.values() for sentence in (said.subject, said.sentence)), key=len, reverse=True)
    with open_postbox() as box:
        sent = send_waiting(Desk(played.app, replace(settings, mail=box.mail()), played.cast.house))

    assert sent == len(box.mails) >= len(EVERYBODY)
    invited = [raw for _, raw in box.letters if read_mail(raw).is_multipart()]
    assert len(invited) >= 4
    for raw in invited:  # its words are those of the rules, the name and place of the meeting, and the reader's own name
        parts = [part.get_content() for part in read_mail(raw).iter_parts()]
        assert wrong_in_mail(raw) == set()
        assert hits("\n".join([raw.decode(), *(part if isinstance(part, str) else part.decode() for part in parts)])) == set()
    for mail in (one for one in box.mails if not one.is_multipart()):
        assert hits(mail.as_string()) == set()
        text = mail.get_content().replace("\r\n", "\n").replace(f"Beste {names[str(mail['To'])]},", "")
        text = text.replace("Dit bericht krijgt u altijd. Andere meldingen", "Meldingen")
        for sentence in fixed:
            text = text.replace(sentence, "")
        assert re.sub(rf"{PUBLIC}/[a-z0-9/-]*", "", text).split() == FRAME.split()
        assert str(mail["Subject"]) in fixed


def test_no_calendar_of_the_month_says_anything_of_a_case(played: Play):
    feeds = [bytes(body) for (body,) in played.superuser.execute("SELECT body FROM hub.feed")]

    assert [(wrong_in_feed(body), hits(body.decode())) for body in feeds] == [(set(), set())] * 4


def test_a_marker_is_found_however_it_is_written():
    for text in ("KWARTELVERHAAL", "kwartel&#118;erhaal", "kwartel\nverhaal", "kwartel-ver\u00adhaal", json.dumps({"a": "kwartelverhaal"})):
        assert hits(text) == {NARRATIVE}


def test_a_marker_that_was_planted_in_anothers_row_is_found_on_its_page_and_by_its_commands(played: Play):
    asked = "SELECT code, nature FROM hub.inbox WHERE recipient = %s AND for_case_work AND nature IS NOT NULL ORDER BY code LIMIT 1"
    [(code, nature)] = played.superuser.execute(asked, (played.cast.id(EMMEN),)).fetchall()
    plant = "UPDATE hub.inbox SET nature = %s WHERE code = %s"
    played.superuser.execute(plant, (NOTES, code))

    page = played.seats[EMMEN, "auditor"].get(f"/ontvangen/{code}").text
    command = asked_by_command(played.cast, EMMEN, [])
    played.superuser.execute(plant, (nature, code))

    assert (hits(page), hits(command)) == ({NOTES}, {NOTES})
