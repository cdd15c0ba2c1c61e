"""`schakel policies`: the life of an agreement by command, and each bad file refused while what is in force stays as it is."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.agreeing import changed, coordinators, kept_register, officers
from tests.cast import GRONINGEN, POLICE, Cast
from tests.doors.test_commands import Run, run

__all__ = ["run"]  # the fixture
NAME = "politie--bureaus"


@pytest.fixture(autouse=True)
def register(cast: Cast, superuser: psycopg.Connection) -> Iterator[None]:
    with kept_register(superuser):
        yield


@pytest.fixture
def file(cast: Cast, tmp_path: Path) -> Path:
    """Version 4 of the policy of the police, from 6 November on."""
    made = tmp_path / f"{NAME}.yaml"
    made.write_text(changed(cast, name=NAME, days="from: 2026-09-01 → from: 2026-11-06").text)
    return made


def test_from_proposal_to_stop(run: Run, cast: Cast, file: Path):
    proposed = json.loads(run("policies", "propose", str(file), "--as", POLICE, "--json").stdout)
    steps = [(POLICE, officers(cast, POLICE)[0]), (POLICE, coordinators(cast, POLICE)[0]), (GRONINGEN, officers(cast, GRONINGEN)[0])]
    for slug, person in steps:
        other = GRONINGEN if slug == POLICE else POLICE
        signed = json.loads(run("policies", "approve", NAME, "--as", slug, "--account", str(person), "--with", other, "--json").stdout)
    stopped = run("policies", "stop", NAME, "--as", POLICE, "--account", str(officers(cast, POLICE)[0]), "--with", GRONINGEN, "--json")
    listed = json.loads(run("policies", "list", "--as", GRONINGEN, "--all", "--json").stdout)["agreements"]

    assert [one["version"] for one in proposed["proposed"]] == [4]
    assert [(one["stage"], one["waits_for"]) for one in signed["signed"]] == [("accepted", None)]
    assert json.loads(stopped.stdout)["versions"] == [4, 3]
    assert {one["stage"] for one in listed if one["policy"] == NAME} == {"stopped"}


@pytest.mark.parametrize(("before", "after", "said"), [
    ("place:         municipality", "place:         gemeente", "gemeente"),
    ("consent: none", "consent: none\nveel: ja", "veel"),
    ("until: 2027-08-31", "until: 2029-08-31", "24"),
    ("from: 2026-11-06", "from: 2026-10-06", "is voorbij"),
])  # fmt: skip
def test_a_bad_file_is_refused_with_file_line_and_sentence_and_nothing_changes(
    run: Run, file: Path, superuser: psycopg.Connection, before: str, after: str, said: str
):
    file.write_text(file.read_text().replace(before, after))

    refused = run("policies", "propose", str(file))

    assert refused.exit_code == 1
    assert said in refused.stderr
    assert f"{NAME}.yaml, regel " in refused.stderr
    assert superuser.execute("SELECT count(*) FROM hub.policy_version WHERE name = %s", (NAME,)).fetchone() == (1,)


def test_a_giver_alone_is_refused_with_a_sentence(run: Run, cast: Cast, file: Path):
    run("policies", "propose", str(file))
    officer = officers(cast, POLICE)[0]
    run("policies", "approve", NAME, "--as", POLICE, "--account", str(officer))

    again = run("policies", "approve", NAME, "--as", POLICE, "--account", str(officer))

    assert again.exit_code == 1
    assert "niemand stemt alleen in" in again.stderr
