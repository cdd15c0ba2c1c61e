"""Whatever somebody writes in a file of `policies/`, the answer is a policy or a list of faults, never a crash."""

from pathlib import Path
from random import Random
from shutil import copytree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hub.sharing.examples import check_directory, run_sentences
from hub.sharing.grammar import Fault, FaultyFile
from hub.sharing.policy import Policy
from hub.sharing.schemas import load_policies, parse_policy
from tests.generated import BOOK, POLICIES

TEXTS = {policy.name: policy.text for policy in BOOK.policies}
SCRAPS = [
    "",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "\n",
    "'",
    "nothing",
    "all",
    "[ground]",
    "{ground: sub}",
    "bureau-emmen",
    "99 months",
    "2026-09-01",
    "\t",
    "é",
    "%",
]


def spoilt(chance: Random, text: str) -> str:
    """The text with a few lines or scraps taken out, moved or put in."""
    lines = text.splitlines(keepends=True)
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(lines))
        line, scrap = lines[at], chance.choice(SCRAPS)
        place = chance.randrange(len(line) + 1)
        lines[at] = chance.choice(["", line + line, line[:place] + scrap + line[place:], line[:place] + scrap + "\n", chance.choice(lines)])
    return "".join(lines)


@settings(max_examples=120)
@given(seed=some.integers(min_value=0))
def test_a_spoilt_file_is_a_policy_or_a_list_of_faults(seed: int) -> None:
    chance = Random(seed)
    name = chance.choice(list(TEXTS))
    text = spoilt(chance, TEXTS[name])

    try:
        policy = parse_policy(text, name=name, book=BOOK)
    except FaultyFile as refused:
        assert all(fault.file == f"{name}.yaml" and 1 <= fault.line <= text.count("\n") + 1 and fault.sentence for fault in refused.faults)
    else:
        assert isinstance(policy, Policy)


def check_with(folder: Path, *, file: str, text: str | bytes) -> list[Fault]:
    copytree(POLICIES, folder / "policies", dirs_exist_ok=True)
    place = folder / "policies" / file
    place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [fault for checked in check_directory(folder / "policies") for fault in checked.faults]


@settings(max_examples=60)
@given(seed=some.integers(min_value=0))
def test_spoilt_sentences_are_played_or_refused(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    chance, folder = Random(seed), tmp_path_factory.mktemp("spoilt")
    file = chance.choice(sorted((POLICIES / "tests").glob("*.yaml")))
    (folder / file.name).write_text(spoilt(chance, file.read_text("utf-8")), "utf-8")

    try:
        outcomes = run_sentences(folder, book=BOOK)
    except FaultyFile as refused:
        assert refused.faults
    else:
        assert all(outcome.fault is None or outcome.fault.line >= 1 for outcome in outcomes)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("consent: not_asked", "consent: not_asked\n    held_back: [place]", "schrijf 'all', of per gegeven"),
        ("consent: not_asked", "consent: not_asked\n    held_back: {plaats: province}", "'plaats' is geen gegeven"),
        ("consent: not_asked", "consent: not_asked\n    consent_for: [plaats]", "'plaats' is geen gegeven"),
        ("consent: not_asked", "consent: not_asked\n    with_policy: {policy: geen, share_also: {}}", "'geen' is geen afspraak"),
        (
            "consent: not_asked",
            "consent: not_asked\n    with_policy: {policy: bureaus--om, share_also: {accused: fijn}}",
            "'accused: fijn'",
        ),
        ("consent: not_asked", "consent: not_asked\n    counted_as: nothing", "of 'sees' of 'counted_as'"),
        ("tests_of: bureaus--om", "tests_of: [bureaus--om, bureaus--coc]", "noem hier de soort"),
        ("ground: [antisemitisme]}", "ground: [[antisemitisme]]}", "hier hoort een woord of een lijst met woorden"),
        ("sees: {incident_date", "sees: {place: PV22, nature: geweld}\n    counted_as: {incident_date", "of 'sees' of 'counted_as'"),
        (
            "place: GM0114, ground: [antisemitisme], status: open",
            "place: GM0106, ground: [antisemitisme]",
            "place is GM0114; status is open",
        ),
        ("not_shared: [handling, reported_by, accused]", "not_shared: [place]", "dit gaat wel mee: place"),
        ("consent: given\n", "consent: refused\n", "er wordt niets gedeeld (no_consent)"),
        ("consent: not_asked", "consent: given", "er wordt wel gedeeld: incident_date, place, ground"),
    ],
)
def test_a_sentence_that_says_something_else_is_told_what_is_true(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (POLICIES / "tests" / "bureaus--om.yaml").read_text("utf-8")
    assert old in text

    faults = check_with(tmp_path, file="tests/bureaus--om.yaml", text=text.replace(old, new, 1))

    assert any(says in fault.sentence for fault in faults), faults


def test_an_absence_can_be_written_in_a_sentence(tmp_path: Path) -> None:
    text = (POLICIES / "tests" / "bureaus--om.yaml").read_text("utf-8")

    text = text.replace("handling: [advies_informatie], status: in_behandeling", "status: unknown").replace(", status: open", "")

    assert check_with(tmp_path, file="tests/bureaus--om.yaml", text=text) == []


def test_a_policy_without_sentences_is_not_ready(tmp_path: Path) -> None:
    copytree(POLICIES, tmp_path / "policies")
    (tmp_path / "policies" / "tests" / "bureaus--om.yaml").unlink()

    faults = [fault for checked in check_directory(tmp_path / "policies") for fault in checked.faults]

    assert [fault.file for fault in faults] == ["bureaus--om.yaml"]
    assert "elke afspraak heeft een zin" in faults[0].sentence


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("bureaus--om.yaml", b"policy: \xff\xfe", "geen UTF-8"),
        ("bureaus--om.yaml", "# niets\n", "leeg"),
        ("bureaus--om.yaml", "- policy\n", "hier horen sleutels"),
        ("bureaus--om.yaml", f"policy: {'a' * 70_000}", "groter dan 64 kB"),
        ("bureaus--om.yaml", TEXTS["bureaus--om"].replace("purposes: [case_work, consultation]", "purposes: []"), "ten minste één doel"),
        ("bureaus--om.yaml", TEXTS["bureaus--om"].replace("to: [om-", "to: [om-noord-nederland, om-"), "staat hier twee keer"),
        (
            "bureaus--monitor.counts.yaml",
            TEXTS["bureaus--monitor.counts"] + "expects: {news_within: 3 months}\n",
            "alleen bij een lopende deling",
        ),
        (
            "_vocabulary.yaml",
            (POLICIES / "_vocabulary.yaml").read_text("utf-8").replace("[melding, klacht, aangifte", "melding #"),
            "lijst met codes",
        ),
        (
            "_legal_floor.yaml",
            (POLICIES / "_legal_floor.yaml").read_text("utf-8").replace("hide: [accused]", "hide: everything"),
            "of schrijf 'all'",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "text",
)
def test_a_file_that_is_no_policy_at_all_is_refused_like_any_other(tmp_path: Path, file: str, text: str | bytes, says: str) -> None:
    faults = check_with(tmp_path, file=file, text=text)

    assert any(fault.file == file and says in fault.sentence for fault in faults), faults


def test_a_folder_without_its_vocabulary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultyFile, match=r"_vocabulary\.yaml, regel 1: dit bestand ontbreekt\."):
        load_policies(tmp_path)
