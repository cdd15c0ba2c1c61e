"""The contract of adapters/: each mapping has an example export beside it that gives exactly the drafts and refusals beside that."""

import json
from pathlib import Path

import pytest

from adapters.engine import FOLDER, find_mapping, load_mapping, mappings_of
from hub.cases.draft import Unreadable
from tests.adapters.plainly import POLICIES, VOCABULARY, outcome_of

MAPPINGS = sorted(FOLDER.glob("*/*.yaml"))
every_mapping = pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda path: f"{path.parent.name}/{path.stem}")


def example_of(mapping: Path) -> Path:
    (example,) = mapping.parent.glob(f"{mapping.stem}.example.*")
    return example


def test_there_is_an_export_of_each_kind_of_partner() -> None:
    assert {path.parent.name for path in MAPPINGS} == {"bureau", "politie-noord-nederland", "om", "coc"}


@every_mapping
def test_an_example_gives_exactly_the_drafts_and_refusals_beside_it(mapping: Path) -> None:
    expected = json.loads(mapping.with_suffix(".expected.json").read_text("utf-8"))

    made = outcome_of(mapping, example=example_of(mapping))

    assert made == expected


@every_mapping
def test_an_example_is_a_believable_month_with_rows_that_are_refused(mapping: Path) -> None:
    found = json.loads(mapping.with_suffix(".expected.json").read_text("utf-8"))["summary"]

    assert 12 <= found["rows"] <= 30
    assert 0 < len({one["row"] for one in found["refused"]}) < found["rows"] / 2
    assert found["accepted"] + len({one["row"] for one in found["refused"]}) == found["rows"]


@every_mapping
def test_a_mapping_says_why_it_leaves_columns_unread_and_asks_what_its_kind_must_answer(mapping: Path) -> None:
    understood = load_mapping(mapping)
    kind = "police" if mapping.parent.name.startswith("politie") else mapping.parent.name
    required = {name for name, words in VOCABULARY.steering.items() if kind in words.required_of}

    assert all(len(reason.split()) > 3 for reason in understood.ignored.values())
    assert required <= set(understood.circumstances)
    assert all(kind in VOCABULARY.facts[fact].known_by for fact in understood.facts)


def test_a_partner_without_a_folder_of_its_own_uses_that_of_its_kind() -> None:
    own = mappings_of("politie-noord-nederland", kind="police")
    shared = mappings_of("bureau-drenthe", kind="bureau")

    assert [mapping.export for mapping in own] == ["zaaksoverzicht"]
    assert [mapping.export for mapping in shared] == ["registratie"]
    assert find_mapping(FOLDER / "bureau" / "registratie.example.csv", partner="bureau-drenthe", kind="bureau").export == "registratie"


def test_a_partner_for_whom_nothing_was_agreed_hears_so() -> None:
    with pytest.raises(Unreadable, match="nog geen export"):
        find_mapping(POLICIES / "_vocabulary.yaml", partner="monitor-noord", kind="statistics")
