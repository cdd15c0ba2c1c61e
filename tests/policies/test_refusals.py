"""A fault in a policy file is refused, with the file, the line and the word, and with the nearest word that does exist."""

from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest

from hub.sharing.examples import check_directory
from hub.sharing.grammar import FaultyFile
from hub.sharing.schemas import load_policies, parse_policy
from tests.generated import BOOK, POLICIES


@dataclass(frozen=True)
class Planted:
    """In this file this text becomes that one; the fault stands on the line of `at` and says `says`."""

    what: str
    file: str
    old: str
    new: str
    at: str
    says: str


POLICE, BUREAUS, REFERRAL, COUNTS = "politie--bureaus", "bureaus--politie", "coc--bureaus.referral", "politie--coc.counts"
PLANTED = [
    Planted("a misspelt precision", POLICE, "incident_date: week", "incident_date: weeek", "weeek", "bedoelt u 'week'?"),
    Planted("a misspelt fact", POLICE, "  terrain:       exact", "  terain:       exact", "terain", "bedoelt u 'terrain'?"),
    Planted("a fact left out", POLICE, "  nature:        exact\n", "", "share:", "'nature' staat nergens"),
    Planted(
        "a fact twice", POLICE, "not_shared:\n", "not_shared:\n  nature: Dit is een hele zin.\n", "nature: Dit", "staat ook onder 'share'"
    ),
    Planted(
        "a key twice", POLICE, "  nature:        exact\n", "  nature: exact\n  nature: exact\n", "  nature: exact\n  nature", "twee keer"
    ),
    Planted("an anchor", POLICE, "valid: {", "valid: &term {", "valid: &term", "ankers"),
    Planted("an alias", POLICE, "title: De", "title: *De", "title: *De", "verwijzingen"),
    Planted("a merge key", POLICE, "share:\n", "share:\n  <<: {a: b}\n", "<<:", "samenvoegen"),
    Planted("a tag", POLICE, "version: 3", "version: !!int 3", "!!int", "typen"),
    Planted("a second document", POLICE, "reach:", "---\nreach:", "---", "tweede document"),
    Planted("a steering fact shared", POLICE, "share:\n", "share:\n  anonymity: exact\n", "anonymity:", "stuurgegeven"),
    Planted("a condition on a steering fact", POLICE, "reach: r", "only_if: {inquiry: [none]}\nreach: r", "only_if", "stuurgegeven"),
    Planted("an unknown partner", POLICE, "bureau-emmen, ", "bureau-emen, ", "bureau-emen", "bedoelt u 'bureau-emmen'?"),
    Planted("a partner called any", POLICE, "from: [politie-noord-nederland]", "from: [any]", "from: [any]", "geen partner"),
    Planted(
        "a partner on both sides", BUREAUS, "to: [politie-noord-nederland]", "to: [bureau-emmen]", "to: [bureau-emmen]", "beide kanten"
    ),
    Planted("givers of two kinds", BUREAUS, "from: [bureau-drenthe,", "from: [coc-friesland,", "coc-friesland", "van één soort"),
    Planted("an unknown key", POLICE, "reach: r", "exceptions: none\nreach: r", "exceptions", "onbekende sleutel 'exceptions'"),
    Planted("a misspelt key", POLICE, "existing_cases:", "existing_case:", "existing_case:", "bedoelt u 'existing_cases'?"),
    Planted("a key left out", POLICE, "existing_cases: stay_closed\n", "", "policy:", "'existing_cases': deze sleutel ontbreekt"),
    Planted("a part of the decision missing", POLICE, "  receiving_basis: Wga art. 2\n", "", "decision:", "receiving_basis"),
    Planted("an empty sentence", POLICE, "De politie kent deze gegevens niet.", "''", "handling:", "hier staat niets"),
    Planted(
        "a sentence without a full stop", POLICE, "kent deze gegevens niet.", "kent deze gegevens niet", "handling:", "eindigt met een punt"
    ),
    Planted(
        "police without the hoofdofficier", POLICE, "  agreed_by: hoofdofficier van justitie (VOORBEELD)\n", "", "decision:", "agreed_by"
    ),
    Planted("three years", POLICE, "until: 2027-08-31", "until: 2029-08-31", "valid:", "hoogstens 24 maanden"),
    Planted("an end before the start", POLICE, "until: 2027-08-31", "until: 2026-08-31", "valid:", "ligt voor de eerste"),
    Planted("a day that does not exist", POLICE, "until: 2027-08-31", "until: 2027-06-31", "2027-06-31", "een dag die bestaat"),
    Planted(
        "a fact the giver cannot know",
        POLICE,
        "  handling:           De politie kent deze gegevens niet.\n",
        "",
        "handling: exact",
        "kan 'handling' niet kennen",
    ),
    Planted("a purpose that does not fit the kind", POLICE, "consultation, monitor]", "help]", "purposes:", "help past niet bij"),
    Planted(
        "a purpose that does not exist", POLICE, "consultation, monitor]", "consultatoin]", "consultatoin", "bedoelt u 'consultation'?"
    ),
    Planted("a condition on a hidden fact", BUREAUS, "reach: e", "only_if: {accused: [buur]}\nreach: e", "only_if", "zou het verraden"),
    Planted("a condition too fine", BUREAUS, "reach: e", "only_if: {ground: [godsdienst/islam]}\nreach: e", "only_if", "fijner"),
    Planted(
        "a condition with a word that does not exist",
        BUREAUS,
        "reach: e",
        "only_if: {ground: [rass]}\nreach: e",
        "only_if",
        "bedoelt u 'ras'?",
    ),
    Planted("a condition on a day", BUREAUS, "reach: e", "only_if: {incident_date: ['2026']}\nreach: e", "only_if", "geen woorden"),
    Planted("decided after the start", POLICE, "decided_on: 2026-08-12", "decided_on: 2026-09-12", "decided_on", "na de eerste dag"),
    Planted(
        "a bureau without consent", BUREAUS, "consent: reporter_per_recipient", "consent: none", "consent:", "zaken-alleen-met-toestemming"
    ),
    Planted("cases for the monitor", BUREAUS, "to: [politie-noord-nederland]", "to: [monitor-noord]", "to: [monitor", "alleen tellingen"),
    Planted("an end by a hidden closing", "om--bureaus", "keep: {", "keep: {after_closing: 3 months, ", "keep:", "'after_closing'"),
    Planted("no longest keep", POLICE, ", at_most: 48 months", "", "keep:", "at_most"),
    Planted("a keep in years", POLICE, "at_most: 48 months", "at_most: 4 years", "keep:", "24 months"),
    Planted("passing on", POLICE, "onward: forbidden", "onward: allowed", "onward:", "forbidden"),
    Planted(
        "a referral without terms",
        REFERRAL,
        "expects: {answer_within: 5 working days, outcome_within: 6 weeks}\n",
        "",
        "policy:",
        "answer_within",
    ),
    Planted("a referral without a word on contact", REFERRAL, "contact_data: outside_the_hub\n", "", "policy:", "contact_data"),
    Planted(
        "a term of a referral in a standing flow",
        POLICE,
        "onward:",
        "expects: {answer_within: 6 weeks}\nonward:",
        "expects",
        "doorverwijzing",
    ),
    Planted("a text in a count", "bureaus--monitor.counts", "  narrative:          Tekst is geen cijfer.\n", "", "share:", "geen tekst"),
    Planted("a kind that does not fit the name", COUNTS, "kind: counts", "kind: standing", "kind: standing", "heet"),
    Planted(
        "another name than the file",
        POLICE,
        "policy: politie--bureaus",
        "policy: politie--adv",
        "policy: politie--adv",
        "naam van het bestand",
    ),
    Planted(
        "outcomes of one sort only",
        "om--bureaus",
        "reach: own",
        "only_if: {outcome: [sanctie]}\nreach: own",
        "only_if",
        "uitkomst-heel-of-niet",
    ),
    Planted("a version that is no number", POLICE, "version: 3", "version: drie", "version:", "een heel getal"),
    Planted("a list where a text belongs", POLICE, "reach: recipient_province", "reach: [everything]", "reach:", "kies uit"),
    Planted(
        "a text where a list belongs", POLICE, "from: [politie-noord-nederland]", "from: politie-noord-nederland", "from:", "rechte haken"
    ),
]
MORE = {  # the rest of a change that one replacement cannot make
    "a fact the giver cannot know": ("  nature:        exact\n", "  nature:        exact\n  handling: exact\n"),
    "a text in a count": ("  handling:           exact\n", "  handling:           exact\n  narrative: summary\n"),
}


def planted_text(planted: Planted) -> str:
    text = (POLICIES / f"{planted.file}.yaml").read_text("utf-8")
    assert planted.old in text
    text = text.replace(planted.old, planted.new, 1)
    return text.replace(*MORE[planted.what], 1) if planted.what in MORE else text


def line_of(marker: str, text: str) -> int:
    at = text.index(marker) + (marker.rindex("\n") + 1 if "\n" in marker else 0)
    return text.count("\n", 0, at) + 1


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.what)
def test_a_planted_fault_is_refused_with_file_line_and_word(planted: Planted) -> None:
    text = planted_text(planted)

    with pytest.raises(FaultyFile) as refused:
        parse_policy(text, name=planted.file, book=BOOK)

    about = [fault for fault in refused.value.faults if planted.says in fault.sentence]
    assert about, refused.value.sentence
    assert {fault.file for fault in about} == {f"{planted.file}.yaml"}
    assert line_of(planted.at, text) in {fault.line for fault in about}, about


def test_a_reach_by_province_without_the_place_would_announce_it() -> None:
    text = (POLICIES / "politie--bureaus.yaml").read_text("utf-8")
    place = next(line for line in text.splitlines() if line.startswith("  place:"))
    text = text.replace(f"{place}\n", "").replace("not_shared:\n", "not_shared:\n  place: De plaats gaat in deze afspraak niet mee.\n")

    with pytest.raises(FaultyFile, match="anders verraadt de rij de plaats"):
        parse_policy(text, name="politie--bureaus", book=BOOK)


def test_all_faults_of_a_file_are_named_at_once() -> None:
    text = (
        (POLICIES / "politie--bureaus.yaml")
        .read_text("utf-8")
        .replace("online:        exact", "online: ja")
        .replace("bureau-emmen", "emmen")
    )

    with pytest.raises(FaultyFile) as refused:
        parse_policy(text, name="politie--bureaus", book=BOOK)

    assert len(refused.value.faults) == 2
    assert len(refused.value.problems) == 2


def test_a_second_policy_for_the_same_pair_and_days_is_refused(tmp_path: Path) -> None:
    copytree(POLICIES, tmp_path / "policies")
    text = (POLICIES / "politie--bureaus.yaml").read_text("utf-8")
    (tmp_path / "policies" / "politie--emmen.yaml").write_text(text.replace("policy: politie--bureaus", "policy: politie--emmen"), "utf-8")

    with pytest.raises(FaultyFile, match=r"politie--emmen\.yaml, regel 1: voor .* geldt op dezelfde dag al 'politie--bureaus'"):
        load_policies(tmp_path / "policies")


def test_the_check_names_the_faults_of_every_file_and_does_not_stop_at_the_first(tmp_path: Path) -> None:
    copytree(POLICIES, tmp_path / "policies")
    for name in ("politie--bureaus", "bureaus--om"):
        file = tmp_path / "policies" / f"{name}.yaml"
        file.write_text(file.read_text("utf-8").replace("week\n", "weeek\n"), "utf-8")

    faulty = {checked.name: checked.faults for checked in check_directory(tmp_path / "policies") if checked.faults}

    assert set(faulty) == {"politie--bureaus", "bureaus--om"}


def test_a_sentence_that_does_not_hold_is_a_fault_with_its_line(tmp_path: Path) -> None:
    copytree(POLICIES, tmp_path / "policies")
    file = tmp_path / "policies" / "tests" / "bureaus--om.yaml"
    file.write_text(file.read_text("utf-8").replace("because: [no_consent]", "because: [held_back]"), "utf-8")

    faults = [fault for checked in check_directory(tmp_path / "policies") for fault in checked.faults]

    assert len(faults) == 1
    assert str(faults[0]).startswith("tests/bureaus--om.yaml, regel ")
    assert "de reden is no_consent" in faults[0].sentence


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("given: {incident_date", "given: {incidentdate", "bedoelt u 'incident_date'?"),
        ("from: bureau-drenthe", "from: bureau-drente", "bedoelt u 'bureau-drenthe'?"),
        ("ground: [antisemitisme]}", "ground: [antisemitism]}", "bedoelt u 'antisemitisme'?"),
        ("sees: nothing", "seees: nothing", "bedoelt u 'sees'?"),
        ("    because: [no_consent]\n", "", "bij 'nothing' hoort 'because'"),
        ("incident_date: 2026-10-07", "incident_date: 2026-10-77", "bestaat niet"),
        ("tests_of: bureaus--om", "tests_of: bureaus-om", "bedoelt u 'bureaus--om'?"),
        ("anonymity: known", "anonymity: knwon", "bedoelt u 'known'?"),
    ],
)
def test_a_sentence_with_a_word_that_does_not_exist_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    copytree(POLICIES, tmp_path / "policies")
    file = tmp_path / "policies" / "tests" / "bureaus--om.yaml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")

    faults = [fault for checked in check_directory(tmp_path / "policies") for fault in checked.faults]

    assert any(says in fault.sentence and fault.file.endswith("bureaus--om.yaml") for fault in faults), faults


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("_vocabulary.yaml", "  online: ", "  onlin: ", "hier horen, in deze volgorde"),
        ("_vocabulary.yaml", "unknown_counts_as: art9", "unknown_counts_as: art99", "staat niet bij de woorden"),
        ("_vocabulary.yaml", "codes: terrain,", "codes: terain,", "past niet bij een gegeven"),
        ("_partners.yaml", "provinces: [PV21]", "provinces: [PV24]", "geen provincie"),
        ("_partners.yaml", "kind: coc", "kind: cocc", "bedoelt u 'coc'?"),
        ("_legal_floor.yaml", "hide: [accused]", "hide: [acused]", "bedoelt u 'accused'?"),
        ("_legal_floor.yaml", "police_regime: [art9, art10]", "police_regime: [art9, art11]", "is geen woord van police_regime"),
        ("_legal_floor.yaml", "at most 24 months", "at most 25 months", "geen eis die het programma kent"),
        ("_legal_floor.yaml", "level: full", "level: fully", "kies uit known"),
        ("_legal_floor.yaml", "when: {inquiry:", "when: {inqury:", "bedoelt u 'inquiry'?"),
    ],
)
def test_a_fault_in_what_the_policies_stand_on_is_refused(tmp_path: Path, file: str, old: str, new: str, says: str) -> None:
    copytree(POLICIES, tmp_path / "policies")
    text = (POLICIES / file).read_text("utf-8")
    assert old in text
    (tmp_path / "policies" / file).write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(FaultyFile) as refused:
        load_policies(tmp_path / "policies")

    assert any(says in fault.sentence and fault.file == file for fault in refused.value.faults), refused.value.sentence
