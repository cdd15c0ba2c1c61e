"""Explaining, looking ahead and holding back on the command line: safe for a recipient, whole for the giver, one way with the pages."""

import pytest

from hub.cases import intake
from hub.cases.explained import own_page
from hub.cases.queries import OwnWanted, own_cases
from hub.cases.received import Wanted, received
from tests.cast import DRENTHE, EMMEN, OM, POLICE, Cast
from tests.doors.test_commands import Run, is_refused, run, told
from tests.make import Delivery, make_draft
from tests.scaffold import ROOT

__all__ = ["run"]  # the fixture
WHY = "te herkenbaar in een klein dorp"
EXPORT = ROOT / "adapters" / "bureau" / "registratie.example.csv"


@pytest.fixture
def codes(cast: Cast) -> tuple[str, str]:
    """An own case of the police, and how Drenthe knows it."""
    with cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft(place="GM0114")]), house=cast.house)
        [line] = own_cases(work, house=cast.house, wanted=OwnWanted())
    with cast.as_person(DRENTHE) as work:
        [row] = received(work, house=cast.house, wanted=Wanted()).rows
    return line.code, row.code


def test_a_recipient_is_told_what_its_page_says_and_a_giver_every_reason_with_its_source(run: Run, cast: Cast, codes: tuple[str, str]):
    own, theirs = codes
    told(run("holdback", "add", own, "--as", POLICE, "--recipient", DRENTHE, "--fact", "incident_date", "--precision", "month",
             "--because", WHY, "--until", "2026-12-31", "--json"))  # fmt: skip

    safe = told(run("explain", theirs, "--as", DRENTHE, "--json"))
    full = told(run("explain", own, "--as", POLICE, "--receiver", DRENTHE, "--json"))
    with cast.as_person(POLICE) as work:
        page = next(one for one in own_page(work, house=cast.house, code=own).recipients if one.given.recipient.slug == DRENTHE)

    assert safe["facts"]["incident_date"]["value"] == "2026-10" and WHY not in str(safe)
    assert set(safe) == {"code", "giver", "policy", "version", "until", "facts"}
    [row] = full["rows"]
    assert row["policy"]["name"] == "politie--bureaus" and row["state"] == "shown"
    assert {name: one["why"] for name, one in row["facts"].items()} == {one.name: one.why for one in page.facts}
    assert WHY in row["facts"]["incident_date"]["why"] and row["facts"]["incident_date"]["state"] == "k"
    assert any(WHY in ground and "31 december 2026" in ground for ground in row["grounds"])
    assert told(run("explain", theirs, "--as", POLICE, "--receiver", DRENTHE, "--json")) == full
    assert is_refused(run("explain", theirs, "--as", EMMEN)) == is_refused(run("explain", "0" * 11, "--as", EMMEN))
    is_refused(run("explain", own, "--as", POLICE, "--receiver", OM))


def test_a_preview_of_a_case_and_of_an_export_says_who_would_see_it_and_keeps_nothing(run: Run, cast: Cast, codes: tuple[str, str]):
    case = told(run("preview", codes[0], "--as", POLICE, "--json"))
    file = told(run("preview", str(EXPORT), "--as", DRENTHE, "--json"))
    again = told(run("preview", str(EXPORT), "--as", DRENTHE, "--json"))

    drenthe = next(one for one in case["recipients"] if one["recipient"] == DRENTHE)
    assert (drenthe["state"], drenthe["needs_yes"], drenthe["changed"], drenthe["alike"]) == ("shown", False, [], 0)
    assert file == again and file["new"] > 0
    police = next(one for one in file["recipients"] if one["recipient"] == POLICE)
    assert police["shared"] + sum(one["cases"] for one in police["kept"]) == file["new"]
    with cast.as_person(DRENTHE) as work:
        assert own_cases(work, house=cast.house, wanted=OwnWanted()) == ()
    assert "er is niets bewaard" in run("preview", codes[0], "--as", POLICE).stdout


def test_a_hold_back_is_added_listed_and_lifted_once(run: Run, codes: tuple[str, str]):
    own, theirs = codes

    made = told(run("holdback", "add", own, "--as", POLICE, "--because", WHY, "--json"))
    [listed] = told(run("holdback", "list", own, "--as", POLICE, "--json"))
    gone = run("explain", theirs, "--as", DRENTHE)
    lifted = told(run("holdback", "lift", own, "--as", POLICE, "--no", "1", "--json"))

    assert made == {"no": 1, "changed": {}, "gone": sorted([DRENTHE, EMMEN])}
    assert (listed["recipient"], listed["fact"], listed["because"], listed["is_at_work"]) == (None, None, WHY, True)
    assert "niet meer met u gedeeld" in is_refused(gone)
    assert lifted == {"no": 1, "changed": {DRENTHE: 1, EMMEN: 1}}
    is_refused(run("holdback", "lift", own, "--as", POLICE, "--no", "1"))
    is_refused(run("holdback", "lift", own, "--as", POLICE, "--no", "5"))
    is_refused(run("holdback", "add", own, "--as", POLICE, "--because", "kort"))
    is_refused(run("holdback", "list", own, "--as", DRENTHE))
