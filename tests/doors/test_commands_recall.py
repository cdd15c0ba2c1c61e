"""Recalls on the command line: listed on both sides, confirmed once, and refused with one sentence to anybody else."""

import pytest

from tests.cast import DRENTHE, EMMEN, POLICE, Cast
from tests.doors.test_commands import Run, is_refused, run, told
from tests.rooms.recalling import look, share, take_back

__all__ = ["run"]  # the fixture


@pytest.fixture
def own(cast: Cast) -> str:
    """The police's own code of a case that Drenthe has to remove."""
    [code] = share(cast)
    look(cast, DRENTHE)
    take_back(cast, code)
    return code


def test_a_recall_is_listed_on_both_sides_and_confirmed_once(run: Run, own: str):
    [asked] = told(run("recall", "list", "--as", DRENTHE, "--json"))
    [mine] = told(run("recall", "list", "--as", POLICE, "--json"))
    line = run("recall", "list", "--as", DRENTHE).stdout

    impossible = told(run("recall", "confirm", asked["id"], "--as", DRENTHE, "--not-possible", "criminal_file", "--json"))
    confirmed = told(run("recall", "confirm", asked["id"], "--as", DRENTHE, "--json"))
    again = run("recall", "confirm", asked["id"], "--as", DRENTHE)

    assert set(asked) == set("id side other code cause since due state overdue".split())
    assert (asked["side"], asked["other"], asked["cause"], asked["due"]) == ("recipient", POLICE, "remove", "2026-11-11")
    assert (mine["id"], mine["side"], mine["code"], mine["cause"]) == (asked["id"], "giver", own, "held_back")
    assert "Wacht op antwoord" in line and own not in line
    assert impossible == {"id": asked["id"], "state": "not_possible"} and confirmed == {"id": asked["id"], "state": "confirmed"}
    assert "Dit kan niet (meer)" in is_refused(again)
    assert told(run("recall", "list", "--as", DRENTHE, "--json")) == told(run("recall", "list", "--as", POLICE, "--json")) == []


def test_a_recall_of_others_is_absent(run: Run, own: str):
    [asked] = told(run("recall", "list", "--as", DRENTHE, "--json"))

    theirs = run("recall", "confirm", asked["id"], "--as", EMMEN)
    absent = run("recall", "confirm", "00000000-0000-4000-8000-000000000000", "--as", EMMEN)

    assert told(run("recall", "list", "--as", EMMEN, "--json")) == []
    assert is_refused(theirs) == is_refused(absent)
