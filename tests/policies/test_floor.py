"""The legal floor holds: whoever deletes a rule of it makes a sentence fail, and nobody can write a policy below it."""

from dataclasses import replace

import pytest

from hub.sharing.examples import run_sentences
from hub.sharing.grammar import FaultyFile
from hub.sharing.invariants import Floor, GuardianRule
from hub.sharing.schemas import Book, parse_policy
from tests.generated import BOOK, POLICIES

FLOOR = BOOK.floor
NEVER = GuardianRule({"reporter_age": frozenset()}, "", "", "")
BELOW = {  # demand → file, and the change that goes below it
    "zaken-alleen-met-toestemming": ("bureaus--politie", "consent: reporter_per_recipient", "consent: none"),
    "doorverwijzen-alleen-met-toestemming": ("politie--bureaus.referral", "consent: reporter_per_recipient", "consent: none"),
    "instemming-hoofdofficier": ("politie--coc.counts", "  agreed_by: hoofdofficier van justitie (VOORBEELD)\n", ""),
    "hoogstens-twee-jaar": ("om--bureaus", "until: 2027-08-31", "until: 2028-09-01"),
    "tellingen-zonder-tekst": ("om--monitor.counts", "consent: none", "consent: reporter_per_recipient"),
    "uitkomst-heel-of-niet": ("om--bureaus", "reach: own_cases", "only_if: {outcome: [sanctie]}\nreach: own_cases"),
}


def failing(floor: Floor) -> set[str]:
    outcomes = run_sentences(POLICIES / "tests", book=replace(BOOK, floor=floor))
    return {outcome.says for outcome in outcomes if outcome.fault}


def faults_of(text: str, *, name: str, book: Book) -> str:
    try:
        parse_policy(text, name=name, book=book)
    except FaultyFile as refused:
        return refused.sentence
    return ""


@pytest.mark.parametrize("name", [rule.id for rule in FLOOR.anonymity])
def test_deleting_a_rule_on_anonymity_makes_its_sentence_fail(name: str) -> None:
    assert name in failing(replace(FLOOR, anonymity=tuple(rule for rule in FLOOR.anonymity if rule.id != name)))


@pytest.mark.parametrize("name", [rule.id for rule in FLOOR.rules])
def test_deleting_a_rule_of_the_floor_makes_its_sentence_fail(name: str) -> None:
    assert name in failing(replace(FLOOR, rules=tuple(rule for rule in FLOOR.rules if rule.id != name)))


@pytest.mark.parametrize("name", [rule.id for rule in FLOOR.rules if rule.unless])
def test_deleting_the_exception_of_a_rule_makes_a_sentence_fail(name: str) -> None:
    rules = tuple(replace(rule, unless={}) if rule.id == name else rule for rule in FLOOR.rules)

    assert failing(replace(FLOOR, rules=rules))


def test_deleting_the_rule_on_guardians_makes_a_sentence_fail() -> None:
    assert "Voor een melder jonger dan 16 jaar is toestemming van de vertegenwoordiger nodig." in failing(replace(FLOOR, guardian=NEVER))


def test_every_demand_of_the_floor_has_a_file_that_goes_below_it() -> None:
    assert set(BELOW) == {demand.id for demand in FLOOR.demands}


@pytest.mark.parametrize("name", BELOW)
def test_a_policy_below_a_demand_is_refused_by_that_demand_alone(name: str) -> None:
    file, old, new = BELOW[name]
    text = (POLICIES / f"{file}.yaml").read_text("utf-8")
    assert old in text
    without = replace(BOOK, floor=replace(FLOOR, demands=tuple(demand for demand in FLOOR.demands if demand.id != name)))

    assert f"ondergrens '{name}'" in faults_of(text.replace(old, new, 1), name=file, book=BOOK)
    assert faults_of(text.replace(old, new, 1), name=file, book=without) == ""


def test_every_rule_says_what_it_does_on_which_ground_and_what_it_reveals() -> None:
    for rule in (*FLOOR.anonymity, *FLOOR.rules, FLOOR.guardian):
        assert rule.says.endswith(".")
        assert rule.source
        assert rule.reveals == "niets" or rule.reveals.endswith(".")
