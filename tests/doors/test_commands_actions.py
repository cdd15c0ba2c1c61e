"""Agreed actions on the command line: listed for who may see them, gone on with, and refused with one sentence."""

import pytest

from tests.cast import COC_GD, DRENTHE, OM, Cast
from tests.doors.test_commands import Run, is_refused, run, told
from tests.meeting import Room

__all__ = ["run"]  # the fixture


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def test_an_action_is_listed_reported_by_its_owner_and_closed_by_another(run: Run, room: Room):
    made = room.agreed()

    [mine] = told(run("actions", "list", "--as", DRENTHE, "--json"))
    reported = told(run("actions", "update", made.code.lower(), "--as", DRENTHE, "--word", "reported", "--json"))
    own = run("actions", "update", made.code, "--as", DRENTHE, "--word", "closed")
    closed = told(run("actions", "update", made.code, "--as", OM, "--word", "closed", "--json"))

    assert set(mine) == set("id code body what done_when owner owner_name due stand deferrals days_late".split())
    assert (mine["code"], mine["owner"], mine["due"], mine["stand"], mine["days_late"]) == (made.code, DRENTHE, "2026-12-18", "open", None)
    assert reported == {"code": made.code, "stand": "reported"} and closed == {"code": made.code, "stand": "closed"}
    assert "Dit doet een andere organisatie dan de eigenaar." in is_refused(own)
    assert (
        told(run("actions", "list", "--as", DRENTHE, "--json"))
        == told(run("actions", "list", "--as", COC_GD, "--whose", "alle", "--json"))
        == []
    )
    assert made.code in run("actions", "list", "--as", OM, "--whose", "alle", "--stand", "klaar").stdout


def test_putting_off_wants_a_reason_and_another_block_is_absent(run: Run, room: Room):
    made = room.agreed(block=room.small, owner=room.cast.id(OM))

    without = run("actions", "update", made.code, "--as", OM, "--word", "deferred", "--due", "2027-01-15")
    hidden = run("actions", "update", made.code, "--as", DRENTHE, "--word", "closed")
    absent = run("actions", "update", "A26-2222", "--as", DRENTHE, "--word", "closed")
    put_off = told(
        run("actions", "update", made.code, "--as", OM, "--word", "deferred", "--due", "2027-01-15", "--because", "Nog niet", "--json")
    )

    assert "waarom" in is_refused(without)
    assert is_refused(hidden) == is_refused(absent)
    assert put_off["stand"] == "open"
