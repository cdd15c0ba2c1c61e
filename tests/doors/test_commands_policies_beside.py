"""Agreements on the command line: in sentences, beside another version, and what a change would do to the cases of its giver."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.cases import intake
from hub.cli import main
from tests.cast import GRONINGEN, POLICE, Cast
from tests.doors.test_commands import Run, is_refused, run, told
from tests.make import Delivery, make_draft
from tests.scaffold import ROOT

__all__ = ["run"]  # the fixture
FILE = ROOT / "policies/politie--bureaus.yaml"
KEYS = {
    "policy", "version", "title", "kind", "givers", "recipients", "from", "until", "existing_cases", "purposes", "reach", "consent",
    "only_if", "share", "not_shared", "keep", "reference", "sha256", "sentences",
}  # fmt: skip


@pytest.fixture
def coarser(tmp_path: Path) -> str:
    """The next version in a file: the province instead of the municipality, from today on."""
    text = FILE.read_text("utf-8").replace("version: 3", "version: 4").replace("from: 2026-09-01", "from: 2026-11-04")
    file = tmp_path / FILE.name
    file.write_text(text.replace("place:         municipality", "place:         province"), "utf-8")
    return str(file)


def test_an_agreement_is_shown_in_sentences_by_file_by_version_and_by_pair(run: Run):
    of_file, of_version = told(run("policies", "show", str(FILE), "--json")), told(run("policies", "show", "politie--bureaus@3", "--json"))
    of_pair = told(run("policies", "show", "--pair", POLICE, GRONINGEN, "--json"))
    lines = run("policies", "show", "politie--bureaus").stdout

    assert set(of_file) == KEYS and of_file == of_version
    assert of_file in of_pair and {one["kind"] for one in of_pair} == {"standing", "referral"}
    assert all(sentence in lines for sentence in of_file["sentences"])
    assert "wordt niets gedeeld" in run("policies", "show", "--pair", POLICE, "buitenstaander").stdout


def test_files_are_compared_without_any_database(coarser: str):
    result = CliRunner().invoke(main, ["policies", "diff", str(FILE), coarser, "--json"], env={})

    compared = json.loads(result.stdout)
    assert compared["way"] == "narrower" and compared["effect"] is None
    assert {(one["giver"], one["recipient"]) for one in compared["pairs"]} >= {(POLICE, GRONINGEN)}
    [place] = [change for one in compared["pairs"][:1] for change in one["changes"] if change["point"] == "place"]
    assert place == {
        "point": "place", "way": "narrower", "sentence": "De plaats van het voorval: de gemeente wordt de provincie (nauwer)."
    }  # fmt: skip


def test_the_effect_is_counted_for_the_giver_with_its_own_codes(cast: Cast, run: Run, coarser: str):
    with cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft(place="GM0014"), make_draft(place="GM0114")]), house=cast.house)

    effect = told(run("policies", "diff", "politie--bureaus@3", coarser, "--effect", "--as", POLICE, "--json"))["effect"]
    lines = run("policies", "diff", "politie--bureaus", coarser, "--effect", "--as", POLICE).stdout

    [groningen] = [one for one in effect["recipients"] if one["recipient"] == GRONINGEN]
    assert effect["cases"] == 2 and effect["giver"] == POLICE
    assert groningen["rows"] == {"appears": 0, "vanishes": 0, "wider": 0, "narrower": 1, "both": 0, "stays": 0}
    assert groningen["points"] == {"place": {"wider": 0, "narrower": 1, "both": 0}}
    [shown] = groningen["examples"]
    assert shown["facts"][0]["before"] == "Groningen" and shown["code"] in lines
    assert "1 vertellen minder" in lines


@pytest.mark.parametrize(
    "words",
    [
        ("show",),
        ("show", "bestaat--niet"),
        ("show", "politie--bureaus@77"),
        ("show", "weg.yaml"),
        ("diff", "politie--bureaus@3", "politie--bureaus@drie"),
        ("diff", "politie--bureaus", "politie--bureaus", "--effect"),
        ("diff", "politie--bureaus", "politie--bureaus", "--effect", "--as", GRONINGEN),
    ],
)
def test_what_cannot_be_shown_or_compared_is_refused_with_a_sentence(run: Run, words: tuple[str, ...]):
    assert is_refused(run("policies", *words, "--json"))
