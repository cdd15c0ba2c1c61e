"""The command line: every command answers programs with the promised keys, and refuses with one sentence and a status that says so."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hub.cli import main
from tests.cast import EVERYBODY, GRONINGEN, OUTSIDER, POLICE, Cast
from tests.scaffold import Place, environment_for

ADAPTERS = Path(__file__).parents[2] / "adapters"
EXPORT = ADAPTERS / "politie-noord-nederland/zaaksoverzicht.example.xlsx"
BUREAU_EXPORT = ADAPTERS / "bureau/registratie.example.csv"
Run = Callable[..., Result]


@pytest.fixture
def run(cast: Cast, place: Place) -> Run:
    """Runs `schakel` with the settings of this house."""
    environment = environment_for(place)

    def command(*words: str) -> Result:
        return CliRunner().invoke(main, words, env=environment)

    return command


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def is_refused(result: Result) -> str:
    """The one sentence of a refusal."""
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.strip().endswith(".")
    return result.stderr


def test_partners_are_listed_with_their_keys(run: Run):
    found = told(run("partners", "list", "--json"))

    assert {one["slug"] for one in found} == {*EVERYBODY, "monitor-noord"}
    assert all(set(one) == {"slug", "name", "kind", "provinces", "code_mark"} for one in found)


def test_a_partner_is_added_once_and_shares_nothing(run: Run, superuser):
    added = told(run("partners", "add", "bureau-proef", "--name", "Bureau Proef", "--kind", "bureau", "--province", "PV20", "--json"))
    again = run("partners", "add", "bureau-proef", "--name", "Bureau Proef", "--kind", "bureau", "--province", "PV20")
    superuser.execute("DELETE FROM hub.partner WHERE slug = 'bureau-proef'")

    assert added["code_mark"] == 11
    assert "bestaat al" in is_refused(again)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("partners", "add", "x1", "--name", "X", "--kind", "gemeente", "--province", "PV20"), "soort"),
        (("partners", "add", "x1", "--name", "X", "--kind", "bureau", "--province", "PV99"), "provincie"),
        (("cases", "list", "--as", "niemand"), "Er is geen partner"),
        (("cases", "show", "7K2M", "--as", POLICE), "11 tekens"),
        (("adapters", "try", str(EXPORT)), "--partner"),
        (("adapters", "try", str(EXPORT), "--partner", "niemand"), "staat niet in"),
        (("take-in", str(EXPORT), "--partner", OUTSIDER), "."),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(run: Run, words: tuple[str, ...], says: str):
    assert says in is_refused(run(*words))


def test_a_database_that_does_not_answer_is_a_sentence_and_no_stack_of_lines(place: Place):
    elsewhere = {**environment_for(place), "SCHAKEL_DATABASE": "postgresql://127.0.0.1:1/schakel"}

    assert "De database antwoordt niet" in is_refused(CliRunner().invoke(main, ["partners", "list", "--json"], env=elsewhere))


def test_serving_where_another_program_listens_is_refused_before_anything_is_said(place: Place):
    with socket.create_server(("127.0.0.1", 0)) as other:
        bind = f"127.0.0.1:{other.getsockname()[1]}"
        result = CliRunner().invoke(main, ["serve", "--json"], env={**environment_for(place), "SCHAKEL_BIND": bind})

    assert "bezet" in is_refused(result)


def test_a_fault_of_a_mapping_is_said_once(run: Run, tmp_path: Path):
    mapping = tmp_path / "dubbel.yaml"
    mapping.write_text("a: 1\na: 2\n", encoding="utf-8")

    assert is_refused(run("adapters", "try", str(EXPORT), "--mapping", str(mapping))).count("twee keer") == 1


def test_trying_an_export_needs_no_database_and_tells_what_was_understood(run: Run):
    found = told(run("adapters", "try", str(EXPORT), "--partner", POLICE, "--json"))

    assert set(found) == {"rows", "accepted", "refused", "unmapped", "facts"}
    assert all(set(one) == {"row", "column", "value", "reason"} for one in found["refused"])
    assert all(set(one) == {"column", "value", "count", "suggestion"} for one in found["unmapped"])


def test_every_agreed_export_is_listed(run: Run):
    found = told(run("adapters", "list", "--json"))

    assert {one["partner"] for one in found} >= {POLICE, GRONINGEN, "om-noord-nederland", "coc-friesland"}


def test_an_export_is_taken_in_shared_and_the_second_time_unchanged(run: Run):
    first = told(run("take-in", str(EXPORT), "--partner", POLICE, "--json"))
    second = told(run("take-in", str(EXPORT), "--partner", POLICE, "--json"))

    assert set(first) == {"received", "new", "updated", "unchanged", "vanished", "refused", "shared"}
    assert first["new"] > 0
    assert first["shared"]
    assert (second["new"], second["updated"], second["vanished"], second["shared"]) == (0, 0, 0, {})
    assert second["unchanged"] == first["new"]


def test_a_dry_run_tells_the_same_and_keeps_nothing(run: Run, superuser):
    dry = told(run("take-in", str(EXPORT), "--partner", POLICE, "--dry-run", "--json"))

    assert dry["new"] > 0
    assert superuser.execute("SELECT count(*) FROM hub.contribution").fetchone() == (0,)


def test_lists_have_the_promised_keys_and_hold_no_more_than_the_inbox(run: Run):
    told(run("take-in", str(EXPORT), "--partner", POLICE, "--json"))

    received = told(run("cases", "list", "--as", GRONINGEN, "--json"))
    own = told(run("cases", "list", "--as", POLICE, "--own", "--json"))

    assert {"code", "giver", "facts", "updated"} <= set(received[0])
    assert set(received[0]["facts"]["place"]) == {"state", "value"}
    assert {row["facts"]["reported_by"]["value"] for row in received} == {None}
    assert {row["facts"]["reported_by"]["state"] for row in received} == {"not_given"}
    assert len(own) > len(received)


def test_the_outsider_lists_nothing(run: Run):
    told(run("take-in", str(EXPORT), "--partner", POLICE, "--json"))

    assert told(run("cases", "list", "--as", OUTSIDER, "--json")) == []


def test_a_case_is_shown_to_its_giver_with_history_and_reasons_and_to_its_recipient_without(run: Run):
    told(run("take-in", str(EXPORT), "--partner", POLICE, "--json"))
    [theirs, *_] = told(run("cases", "list", "--as", GRONINGEN, "--json"))
    [own, *_] = told(run("cases", "list", "--as", POLICE, "--own", "--json"))

    at_recipient = told(run("cases", "show", theirs["code"], "--as", GRONINGEN, "--json"))
    at_giver = told(run("cases", "show", own["code"], "--as", POLICE, "--json"))

    assert "given" not in at_recipient
    assert at_recipient["history"]
    assert {"history", "given", "consents"} <= set(at_giver)
    assert is_refused(run("cases", "show", own["code"], "--as", GRONINGEN)) == is_refused(
        run("cases", "show", "0000-0000-0WW", "--as", GRONINGEN)
    )


def test_consent_is_given_and_withdrawn_with_a_receipt(run: Run):
    told(run("take-in", str(BUREAU_EXPORT), "--partner", GRONINGEN, "--json"))
    own = told(run("cases", "list", "--as", GRONINGEN, "--own", "--limit", "100", "--json"))
    consents = {row["code"]: told(run("cases", "show", row["code"], "--as", GRONINGEN, "--json"))["consents"] for row in own}
    code = next(code for code, found in consents.items() if {"recipient": POLICE, "state": "refused"} in found)

    given = told(run("consent", "give", code, "--as", GRONINGEN, "--recipient", POLICE, "--purpose", "case_work", "--guardian", "--json"))
    receipt = told(run("consent", "withdraw", code, "--as", GRONINGEN, "--recipient", POLICE, "--json"))

    assert given["shared"] == {POLICE: 1}
    assert [one["recipient"] for one in receipt["gone"]] == [POLICE]
    assert "geen toestemming" in is_refused(run("consent", "withdraw", code, "--as", GRONINGEN, "--recipient", POLICE))


def test_the_policies_are_checked_without_a_database(run: Run, tmp_path: Path):
    found = told(run("policies", "check", "--json"))
    (tmp_path / "_vocabulary.yaml").write_text("vocabulary: x\n")

    assert found["faults"] == 0
    assert sum(one["tests"] for one in found["files"]) >= 49
    assert run("policies", "check", str(tmp_path)).exit_code == 1


def test_the_journal_tells_a_partner_its_own_lines_only(run: Run):
    told(run("take-in", str(EXPORT), "--partner", POLICE, "--json"))

    assert told(run("journal", "list", "--as", POLICE, "--json"))
    assert told(run("journal", "list", "--as", OUTSIDER, "--json")) == []


def test_the_clock_does_its_duties_once_when_asked(run: Run, place: Place):
    told(run("keys", "make", str(Path(place.folder) / "keys"), "--origin", "localhost/journaal", "--json"))

    assert set(told(run("clock", "--once", "--json"))) >= {"plannen", "taken", "termijnen", "sessies", "journaal"}


def test_accounts_are_added_listed_and_switched_off(run: Run, superuser):
    words = (
        "--partner",
        OUTSIDER,
        "--issuer",
        "http://localhost:8401",
        "--subject",
        "nieuw",
        "--name",
        "Nieuw P.",
        "--role",
        "auditor",
        "--json",
    )
    made = told(run("accounts", "add", *words))
    listed = told(run("accounts", "list", "--partner", OUTSIDER, "--json"))

    told(run("accounts", "off", made["id"], "--partner", OUTSIDER, "--json"))

    assert made["id"] in {one["id"] for one in listed}
    assert made["id"] not in {one["id"] for one in told(run("accounts", "list", "--partner", OUTSIDER, "--json"))}
    deeds = [one["gebeurtenis"] for one in told(run("journal", "list", "--as", OUTSIDER, "--json"))]
    assert {"beheren/account-toegevoegd", "beheren/account-uitgezet"} <= set(deeds)
    superuser.execute("DELETE FROM hub.account WHERE subject = 'nieuw'")


@pytest.mark.parametrize("missing", ["SCHAKEL_KEYS", "SCHAKEL_POLICIES", "SCHAKEL_DATABASE", "SCHAKEL_MODE"])
def test_a_missing_setting_refuses_the_start_and_is_named(place: Place, missing: str):
    environment: dict[str, str | None] = {**environment_for(place), missing: None}

    result = CliRunner().invoke(main, ["partners", "list"], env=environment)

    assert missing in is_refused(result)
