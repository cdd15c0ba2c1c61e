"""`schakel doctor` and `schakel jobs`: what is well, what is wrong and what to do about it, and one job done now."""

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from hub import jobs as job_commands
from hub.cli import main
from hub.kernel import ledger
from hub.turns import Job
from tests.cast import NOON, OM, Cast
from tests.rooms.trials import Trial, trial_table
from tests.scaffold import Place, environment_for

Run = Callable[..., Result]
CHECKS = [
    "settings",
    "keys",
    "policies",
    "providers",
    "mail server",
    "database",
    "schema",
    "roles",
    "fitting keys",
    "clock",
    "jobs",
    "letters",
    "journal",
]


@pytest.fixture
def mail_port() -> Iterator[int]:
    """Something that greets as a mail server does, for as long as the test lasts."""
    listening = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            with caller, caller.makefile("rwb", buffering=0) as line:
                line.write(b"220 post.invalid ESMTP\r\n")
                while said := line.readline():
                    line.write(b"221 dag\r\n" if said.upper().startswith(b"QUIT") else b"250 goed\r\n")

    Thread(target=greet, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


@pytest.fixture
def run(cast: Cast, place: Place, mail_port: int) -> Run:
    """Runs `schakel` with the settings of this house, or others; the journal has its key."""
    environment = {**environment_for(place), "SCHAKEL_SMTP": f"smtp://127.0.0.1:{mail_port}"}

    def command(*words: str, **other: str) -> Result:
        return CliRunner().invoke(main, words, env={**environment, **other})

    return command


def found(result: Result) -> dict[str, dict[str, str]]:
    return {one["check"]: one for one in json.loads(result.stdout)}


def beat(cast: Cast, *, ago: timedelta = timedelta(0)) -> None:
    with cast.as_clerk(None) as work:
        ledger.beat(work, worker="klok:1", duty=ledger.HEARTBEAT, at=datetime.now(UTC) - ago)


def test_a_hub_that_is_well_is_told_to_be_well(cast: Cast, run: Run):
    beat(cast)

    told = run("doctor", "--json")
    said = run("doctor")

    assert (told.exit_code, [(one["check"], one["state"]) for one in found(told).values()]) == (0, [(check, "ok") for check in CHECKS])
    assert len(said.stdout.splitlines()) == len(CHECKS)


@pytest.mark.parametrize(("ago", "state", "status"), [(None, "warning", 0), (timedelta(minutes=6), "failure", 1)])
def test_a_clock_that_never_ran_is_a_warning_and_one_that_fell_silent_a_failure(cast: Cast, run: Run, ago: Any, state: str, status: int):
    if ago is not None:
        beat(cast, ago=ago)

    told = run("doctor", "--json")

    assert (found(told)["clock"]["state"], told.exit_code) == (state, status)
    assert "schakel clock" in found(told)["clock"]["advice"]


def test_a_missing_setting_ends_the_visit_with_a_sentence_about_it(run: Run):
    told = run("doctor", "--json", SCHAKEL_POLICIES="/nergens")

    assert (told.exit_code, list(found(told))) == (1, ["settings"])
    assert "SCHAKEL_POLICIES" in found(told)["settings"]["sentence"]


def test_what_cannot_be_looked_at_any_more_is_left_out(run: Run, place: Place):
    told = run("doctor", "--json", SCHAKEL_DATABASE=place.url("nergens"))

    assert (told.exit_code, list(found(told))[-1], found(told)["database"]["state"]) == (1, "database", "failure")
    assert found(told)["keys"]["state"] == "ok"


def test_a_mail_server_that_does_not_answer_is_told_and_the_rest_goes_on(cast: Cast, run: Run):
    beat(cast)

    told = run("doctor", "--json", SCHAKEL_SMTP="smtp://127.0.0.1:9")

    assert [check for check, one in found(told).items() if one["state"] != "ok"] == ["mail server"]
    assert list(found(told)) == CHECKS


def test_another_schema_and_a_role_with_too_much_power_are_failures(cast: Cast, run: Run, superuser: psycopg.Connection):
    superuser.execute("UPDATE hub.schema_version SET version_num = version_num || '!'")
    schema = run("doctor", "--json")
    superuser.execute("UPDATE hub.schema_version SET version_num = rtrim(version_num, '!')")

    assert (schema.exit_code, found(schema)["schema"]["state"]) == (1, "failure")
    assert "schakel migrate" in found(schema)["schema"]["advice"]


def test_jobs_that_wait_or_were_given_up_and_a_journal_without_seal_are_warnings(cast: Cast, run: Run, superuser: psycopg.Connection):
    beat(cast)
    with cast.as_clerk(None) as work:
        ledger.put_due(work, job="gather", period="2026-10/drenthe", partner=None)
        ledger.give_up(work, job="gather", period="2026-10/drenthe")
    superuser.execute("INSERT INTO audit.entry (partner, leaf, at) VALUES (0, sha256('x'), now() - interval '1 hour')")
    failed = found(run("doctor", "--json"))
    superuser.execute("DELETE FROM hub.job_run")
    with cast.as_clerk(None, now=NOON - timedelta(hours=20)) as work:
        ledger.put_due(work, job="gather", period="2026-10/drenthe", partner=None)

    waiting = found(run("doctor", "--json"))

    assert [failed[check]["state"] for check in ("jobs", "journal")] == ["warning", "warning"]
    assert "opgegeven" in failed["jobs"]["sentence"]
    assert waiting["jobs"]["state"] in ("warning", "failure")


@pytest.fixture
def trial(cast: Cast, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    """A job in the timetable whose effect is a row."""
    made = Trial(name="gather")
    with trial_table(superuser):
        monkeypatch.setattr(job_commands, "JOBS", (Job("gather", made.periods, made.deed),))
        yield made


def put(cast: Cast, period: str) -> None:
    with cast.as_clerk(None) as work:
        ledger.put_due(work, job="gather", period=period, partner=cast.id(OM))


def test_one_job_is_done_now_and_not_a_second_time(cast: Cast, run: Run, trial: Trial, superuser: psycopg.Connection):
    put(cast, "2026-10/drenthe")

    done = run("jobs", "run", "gather", "2026-10/drenthe", "--json")
    again = run("jobs", "run", "gather", "2026-10/drenthe")

    assert json.loads(done.stdout) == {"job": "gather", "period": "2026-10/drenthe", "outcome": "done"}
    assert (again.exit_code, again.stderr) == (1, "Deze taak is voor deze periode al gedaan.\n")
    assert superuser.execute("SELECT period, partner FROM trial.effect").fetchall() == [("2026-10/drenthe", cast.id(OM))]


def test_a_job_that_was_given_up_is_done_after_all(cast: Cast, run: Run, trial: Trial, superuser: psycopg.Connection):
    put(cast, "2026-10/drenthe")
    with cast.as_clerk(None) as work:
        ledger.give_up(work, job="gather", period="2026-10/drenthe")

    done = run("jobs", "run", "gather", "2026-10/drenthe", "--json")

    assert json.loads(done.stdout)["outcome"] == "done"
    assert superuser.execute("SELECT state FROM hub.job_run").fetchall() == [("done",)]


def test_a_job_that_fails_says_so_and_its_kind_of_error_stands_in_the_list(cast: Cast, run: Run, trial: Trial):
    put(cast, "2026-10/drenthe")
    trial.errors.append(KeyError("geheim"))

    failed = run("jobs", "run", "gather", "2026-10/drenthe")
    listed = json.loads(run("jobs", "list", "--json").stdout)
    said = run("jobs", "list").stdout

    assert (failed.exit_code, "geheim" in failed.output + said) == (1, False)
    assert [(one["period"], one["error"], one["is_given_up"]) for one in listed["troubles"]] == [("2026-10/drenthe", "KeyError", False)]
    assert set(listed) == {"pulse", "jobs", "oldest", "caught_up", "troubles", "duties"}
    assert "gather 2026-10/drenthe: KeyError" in said


@pytest.mark.parametrize("words", [("gather", "2026-09/drenthe"), ("nergens", "2026-10/drenthe")])
def test_a_job_or_a_period_that_is_not_there_is_refused(run: Run, trial: Trial, words: tuple[str, str]):
    refused = run("jobs", "run", *words)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.strip().endswith(".")


def test_an_empty_ledger_says_so(run: Run):
    assert run("jobs", "list").stdout == "Er is nog geen taak gepland.\n"
