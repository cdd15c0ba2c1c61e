"""Retention on the command line: a term with its decision, a preview, a hold, and a run that says what it did."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from hub.cli import main
from hub.kernel import clock
from tests.cast import DEMO_DAY, DRENTHE, NOON, POLICE, Cast
from tests.doors.test_commands import Run, is_refused, run, told
from tests.rooms.recalling import share
from tests.scaffold import Place, environment_for

__all__ = ["run"]  # the fixture
Later = Callable[..., Any]
DECIDED = ("--decision", "Besluit van de directie.", "--decided-on", "2026-11-03")


@pytest.fixture
def codes(cast: Cast) -> list[str]:
    return share(cast, number=2)


@pytest.fixture
def later(cast: Cast, place: Place) -> Later:
    """Runs `schakel retention` for the police on another day."""

    def command(days: int, *words: str) -> Any:
        day = DEMO_DAY + timedelta(days=days)
        environment = {**environment_for(place), "SCHAKEL_DEMO_DATE": day.isoformat()}
        with clock.placed_at(NOON):  # so that the watch of this process is afterwards as it was
            return told(CliRunner().invoke(main, ["retention", *words, "--as", POLICE, "--json"], env=environment))

    return command


def test_from_a_term_to_a_run_nothing_goes_that_was_not_in_a_preview(later: Later, codes: list[str]) -> None:
    held, goes = codes
    kept = later(0, "preview")
    term = later(0, "term", "--months", "1", "--from", "released", *DECIDED)
    unannounced = later(60, "run")
    hold = later(0, "hold", held, "--reason", "proceedings")
    preview = later(0, "preview")
    runs = [later(number, "run") for number in (29, 30, 31)]
    after = later(31, "preview")

    assert kept == {"term": None, "cases": [], "held": [], "given": [], "received": [], "has_more": False}
    assert term == {"months": 1, "counted_from": "released", "decision": "Besluit van de directie.", "decided_on": "2026-11-03"}
    assert unannounced == runs[0] == {"rows": 0, "cases": [], "forgotten": 0}
    assert hold == {"code": held, "reason": "proceedings", "until": None}
    assert preview["cases"] == [{"code": goes, "due_on": "2026-12-04", "goes_on": "2026-12-04", "announced": True}]
    assert preview["held"] == [hold] and after["cases"] == []
    assert runs[1:] == [{"rows": 2, "cases": [], "forgotten": 0}, {"rows": 0, "cases": [goes], "forgotten": 0}]


def test_what_cannot_be_is_refused_with_a_sentence(run: Run, codes: list[str]) -> None:
    [code, _] = codes

    assert "--decided-on" in is_refused(run("retention", "term", "--as", POLICE, "--months", "5"))
    assert "maanden" in run("retention", "term", "--as", POLICE, "--months", "700", "--from", "closed", *DECIDED).stderr
    assert "bestaat niet" in is_refused(run("retention", "hold", code, "--as", DRENTHE, "--reason", "archive"))
    assert "niet vastgehouden" in is_refused(run("retention", "release", code, "--as", POLICE))
    assert run("retention", "hold", code, "--as", POLICE, "--reason", "zomaar").exit_code == 2
    assert "Er is geen partner" in is_refused(run("retention", "run", "--as", "niemand"))
    assert told(run("retention", "term", "--as", POLICE, "--json")) is None
    assert "alles blijft" in run("retention", "term", "--as", POLICE).stdout
