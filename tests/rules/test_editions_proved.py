"""The exact form of an edition, the tree over its lines, and that the same edition is the same bytes for ever."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from hub.audit import merkle
from hub.casuistry.papers import canonical_json, json_sha256, leaf, line_json, root
from hub.casuistry.rules import BUILDER_VERSION
from hub.sharing.facts import FACTS
from tests.editions import FEW, an_edition, hashes, make_edition, make_line

HERE = Path(__file__).parent
STORED = json.loads((HERE / "edition_hashes.json").read_text("utf-8"))
SALTS = [bytes([number]) * 16 for number in range(9)]
ABROAD = {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"}, {"PYTHONHASHSEED": "77", "TZ": "America/Lima", "LC_ALL": "C.UTF-8"}


def exact(edition) -> bytes:
    return b"".join(canonical_json(edition))


def test_the_exact_form_is_canonical_json() -> None:
    written = exact(an_edition())
    read = json.loads(written)

    assert json.dumps(read, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == written
    assert not [value for value in every(read) if isinstance(value, float)]
    assert list(read) == ["bevroren_op", "gepland_op", "maand", "nummer", "ontvanger", "provincie", "regels", "tellingen", "vorm"]
    assert json_sha256(an_edition()) == sha256(written).digest()


def every(value: object) -> list[object]:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [value, *(each for one in inner for each in every(one))]


def test_an_edition_without_lines_and_one_that_is_not_frozen_are_canonical_too() -> None:
    read = json.loads(exact(make_edition((), frozen_at=None)))

    assert read["regels"] == []
    assert read["bevroren_op"] is None


def test_a_line_names_every_fact_with_its_state_and_the_value_as_it_was_given() -> None:
    facts = json.loads(line_json(make_line(2, facts=FEW, states={"place": "coarser", "residence": "unknown"}, is_own=True)))["gegevens"]

    assert sorted(facts) == sorted(FACTS)
    assert facts["incident_date"] == {"stand": "gegeven", "waarde": "2026-10-01/2026-10-07"}
    assert facts["place"] == {"stand": "grover", "waarde": "PV22"}
    assert facts["residence"] == {"stand": "onbekend", "waarde": None}
    assert facts["narrative"] == {"stand": "niet gedeeld", "waarde": None}


def test_a_line_that_was_taken_back_keeps_its_code_and_has_no_value_whatever_it_is_handed() -> None:
    line = json.loads(line_json(make_line(1, recalled_on=date(2027, 3, 3), before={"place": "GM0106"}, same_incident="V1")))

    assert line["code"] == "01234567891"
    assert line["ingetrokken_op"] == "2027-03-03"
    assert (line["gegevens"], line["was"], line["laatste_wijziging"], line["dagen_stil"], line["zelfde_voorval"]) == (
        {},
        {},
        None,
        None,
        None,
    )


def test_a_leaf_is_the_salted_hash_of_a_line_and_the_root_is_the_tree_of_the_journal_over_them() -> None:
    lines = list(an_edition().lines())
    leaves = [leaf(line, salt=salt) for line, salt in zip(lines, SALTS, strict=True)]

    assert leaves[0] == sha256(b"\x00" + SALTS[0] + line_json(lines[0])).digest()
    assert root(leaves) == merkle.root_of(merkle.in_memory(leaves), size=len(leaves))
    assert root([]) == sha256(b"").digest()
    assert leaf(lines[0], salt=SALTS[1]) != leaves[0]


def test_after_a_recall_the_stored_leaves_still_give_the_root_and_the_values_are_in_no_form() -> None:
    before = [make_line(1), make_line(2, facts={"narrative": "Een kanarie."})]
    leaves = [leaf(line, salt=salt) for line, salt in zip(before, SALTS, strict=False)]

    after = make_edition((before[0], replace(before[1], facts={}, before={}, recalled_on=date(2027, 3, 3))))

    assert root([leaf(next(after.lines()), salt=SALTS[0]), leaves[1]]) == root(leaves)
    assert json_sha256(after) != json_sha256(make_edition(before))
    assert b"kanarie" not in exact(after)


def test_one_flipped_sign_is_another_leaf_another_root_and_another_hash() -> None:
    one, other = (make_edition((make_line(1, facts={"narrative": text}),)) for text in ("Een steen.", "Een steem."))

    leaves = [leaf(next(edition.lines()), salt=SALTS[0]) for edition in (one, other)]
    assert leaves[0] != leaves[1]
    assert root(leaves[:1]) != root(leaves[1:])
    assert json_sha256(one) != json_sha256(other)


def test_the_exact_form_does_not_depend_on_delivery_or_on_the_builder() -> None:
    assert exact(an_edition()) == exact(an_edition(delivered_at=None, builder_version="99"))
    assert exact(an_edition()) == exact(an_edition(frozen_at=datetime(2026, 11, 2, 16, 0, 3, tzinfo=UTC)))


def test_documents_are_the_bytes_that_are_stored_for_this_version_of_the_builder() -> None:
    """Other bytes on purpose? Raise BUILDER_VERSION in hub/casuistry/rules.py and add its hashes, as this test shows them."""
    assert {BUILDER_VERSION: hashes()} == {BUILDER_VERSION: STORED.get(BUILDER_VERSION)}
    assert {version["json"] for version in STORED.values()} == {STORED["1"]["json"]}


@pytest.mark.parametrize("abroad", ABROAD, ids=["Tokyo", "Lima"])
def test_documents_are_the_same_bytes_in_another_process_hash_seed_time_zone_and_locale(abroad: dict[str, str]) -> None:
    told = "import json; from tests.editions import hashes; print(json.dumps(hashes()))"

    done = subprocess.run(
        [sys.executable, "-c", told], cwd=HERE.parent.parent, env={**os.environ, **abroad}, capture_output=True, check=True
    )

    assert json.loads(done.stdout) == STORED[BUILDER_VERSION]
