"""The monthly collection on the command line: gathered, delivered, read, exported and rebuilt; and refused with one sentence."""

import json
from pathlib import Path
from zipfile import is_zipfile

import pytest

from hub.cases import intake
from tests.cast import DRENTHE, OUTSIDER, POLICE, Cast
from tests.doors.test_commands import Run, is_refused, run, told
from tests.make import Delivery, make_draft

__all__ = ["run"]  # the fixture
OCTOBER = ("--province", "drenthe", "--month", "2026-10")
EDITION = f"2026-10/drenthe/{DRENTHE}"


@pytest.fixture
def gathered(run: Run, cast: Cast) -> Run:
    """October in Drenthe, with one case of the police."""
    with cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft(place="GM1680")]), house=cast.house)
    told(run("collections", "gather", *OCTOBER, "--json"))
    return run


def test_a_collection_is_gathered_delivered_shown_exported_and_rebuilt(gathered: Run, tmp_path: Path):
    delivered = told(gathered("collections", "deliver", *OCTOBER, "--json"))
    listed = told(gathered("collections", "list", "--as", DRENTHE, "--json"))
    shown = told(gathered("collections", "show", EDITION, "--json"))
    rebuilt = told(gathered("collections", "rebuild", EDITION, "--json"))
    for form in ("xlsx", "ods", "pdf", "json"):
        told(gathered("collections", "export", EDITION, "--as", DRENTHE, "--format", form, "--out", str(tmp_path / f"e.{form}"), "--json"))

    assert {POLICE, DRENTHE} <= set(delivered["recipients"])
    assert [(one["id"], one["state"], one["editions"]) for one in listed] == [(EDITION, "delivered", [EDITION])]
    assert (shown["rows"], shown["parts"]["new"], [step["word"] for step in shown["history"]]) == (1, 1, ["opened", "frozen", "delivered"])
    assert rebuilt == {"root": True, "json": True, "xlsx": True, "ods": True, "pdf": True}
    assert is_zipfile(tmp_path / "e.xlsx")
    assert is_zipfile(tmp_path / "e.ods")
    assert (tmp_path / "e.pdf").read_bytes().startswith(b"%PDF")
    assert len(json.loads((tmp_path / "e.json").read_bytes())["regels"]) == 1


def test_a_freeze_is_taken_back_with_a_reason_and_done_again(gathered: Run):
    without = gathered("collections", "reopen", *OCTOBER)
    undone = told(gathered("collections", "reopen", *OCTOBER, "--because", "Er komt nog iets.", "--json"))
    silent = gathered("collections", "freeze", *OCTOBER)
    frozen = told(gathered("collections", "freeze", *OCTOBER, "--because", "Het overleg is morgen.", "--json"))

    assert "Schrijf een reden" in is_refused(without)
    assert DRENTHE in undone["undone"]
    assert "nog geen bericht gegeven" in is_refused(silent)
    assert frozen["editions"][DRENTHE] == 1


@pytest.mark.parametrize(("words", "says"), [
    (("collections", "gather", *OCTOBER), "al bevroren"),
    (("collections", "gather", "--province", "drenthe", "--month", "2026-11"), "nog niet voorbij"),
    (("collections", "gather", "--province", "utrecht", "--month", "2026-10"), "niet bekend"),
    (("collections", "gather", "--province", "drenthe", "--month", "oktober"), "2026-10"),
    (("collections", "export", EDITION, "--as", DRENTHE, "--format", "json", "--out", "nieuw.json"), "nog niet bezorgd"),
    (("collections", "export", EDITION, "--as", POLICE, "--format", "json", "--out", "/nergens/x"), "niet van deze partner"),
    (("collections", "export", EDITION, "--as", DRENTHE, "--format", "json", "--out", "/nergens/x"), "bestaat niet"),
    (("collections", "show", "2026-10/drenthe"), "maand/provincie/partner"),
    (("collections", "show", f"2026-10/drenthe/{OUTSIDER}"), "geen maandverzameling"),
    (("collections", "rebuild", f"{EDITION}/1"), "geen maandverzameling"),
    (("nothing-to-report", "--as", POLICE, *OCTOBER), "1 wijziging"),
    (("nothing-to-report", "--as", OUTSIDER, *OCTOBER), "levert niet aan"),
])  # fmt: skip
def test_what_cannot_be_done_with_a_collection_is_refused_with_a_sentence(gathered: Run, words: tuple[str, ...], says: str):
    assert says in is_refused(gathered(*words))


def test_nothing_to_report_is_stated(gathered: Run):
    assert told(gathered("nothing-to-report", "--as", DRENTHE, *OCTOBER, "--json"))["kind"] == "nothing"
