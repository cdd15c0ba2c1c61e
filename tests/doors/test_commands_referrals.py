"""Referrals on the command line: offered with a code for the reporter, answered, arrived and completed, and nothing for anybody else."""

import pytest

from tests.cast import COC_GD, DRENTHE, EMMEN, Cast
from tests.doors.test_commands import Run, is_refused, run, told
from tests.rooms.referring import own_case_of

__all__ = ["run"]  # the fixture
NEVER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def own(cast: Cast) -> str:
    """The own code of a case of the COC whose reporter wants help in Drenthe."""
    return own_case_of(cast)


def test_a_reporter_is_referred_by_command_shows_up_with_its_code_and_is_helped(run: Run, own: str):
    offered = told(run("referral", "offer", own, DRENTHE, "--as", COC_GD, "--json"))
    [line] = told(run("referral", "list", "--as", DRENTHE, "--json"))
    thread = offered["id"]
    accepted = told(run("referral", "answer", thread, "--as", DRENTHE, "--json"))
    arrived = told(run("referral", "arrived", offered["receipt"], "--as", DRENTHE, "--json"))
    begun = told(run("referral", "begin", thread, "--as", DRENTHE, "--json"))
    completed = told(run("referral", "complete", thread, "helped", "--as", DRENTHE, "--json"))
    [mine] = told(run("referral", "list", "--all", "--as", COC_GD, "--json"))
    plain = run("referral", "list", "--all", "--as", COC_GD).stdout

    assert len(offered["receipt"]) == 16 and offered["receipt"].isdigit() and line["id"] == thread
    assert [one["state"] for one in (accepted, arrived, begun, completed)] == ["accepted", "arrived", "in_progress", "completed"]
    assert (mine["side"], mine["other"], mine["state"]) == ("giver", DRENTHE, "completed")
    assert offered["receipt"] not in plain and DRENTHE in plain
    assert told(run("referral", "list", "--as", COC_GD, "--json")) == []


def test_a_bureau_says_no_and_names_the_right_one(run: Run, own: str):
    thread = told(run("referral", "offer", own, DRENTHE, "--as", COC_GD, "--json"))["id"]
    unnamed = run("referral", "answer", thread, "--decline", "other_region", "--as", DRENTHE)
    declined = told(run("referral", "answer", thread, "--decline", "other_region", "--names", EMMEN, "--as", DRENTHE, "--json"))
    late = run("referral", "begin", thread, "--as", DRENTHE)

    assert is_refused(unnamed) and declined == {"id": thread, "state": "declined"} and is_refused(late)
    assert told(run("referral", "list", "--as", DRENTHE, "--json")) == []


def test_a_giver_takes_a_referral_back_and_is_not_answered_any_more(run: Run, own: str):
    offered = told(run("referral", "offer", own, DRENTHE, "--as", COC_GD, "--fact", "ground", "--given-by", "guardian", "--json"))
    seen = told(run("referral", "open", offered["id"], "--as", DRENTHE, "--json"))
    withdrawn = told(run("referral", "withdraw", offered["id"], "--as", COC_GD, "--json"))

    assert (seen["state"], withdrawn["state"]) == ("seen", "withdrawn")
    assert is_refused(run("referral", "answer", offered["id"], "--as", DRENTHE))
    assert "Er is niets vastgelegd" in is_refused(run("referral", "arrived", offered["receipt"], "--as", DRENTHE))


def test_a_referral_of_others_is_absent_and_so_is_its_code(run: Run, own: str):
    offered = told(run("referral", "offer", own, DRENTHE, "--as", COC_GD, "--json"))
    theirs, never = (run("referral", "answer", thread, "--as", EMMEN) for thread in (offered["id"], NEVER))
    code, nonsense = (run("referral", "arrived", receipt, "--as", EMMEN) for receipt in (offered["receipt"], "0" * 16))

    assert told(run("referral", "list", "--all", "--as", EMMEN, "--json")) == []
    assert is_refused(theirs) == is_refused(never) and is_refused(code) == is_refused(nonsense)
    assert is_refused(run("referral", "offer", own, EMMEN, "--as", EMMEN))
    assert is_refused(run("referral", "offer", own, "nergens", "--as", COC_GD))
    assert is_refused(run("referral", "arrived", "12", "--as", DRENTHE))
