"""Years of several bodies at once on the command line: the answer alone on standard output, refusals with one sentence."""

import json
from datetime import UTC, datetime

from tests.cast import OM, POLICE, Cast
from tests.consulting import make_body, make_consultation
from tests.doors.test_commands import Run, is_refused, run

__all__ = ["run"]  # the fixture
TOGETHER = ("consultations", "plan-together", "--body", "casus-drenthe", "--body", "casus-groningen", "--year", "2027")


def test_two_bodies_are_planned_together_by_a_command_that_tells_how_far_it_is(run: Run, cast: Cast):
    for slug in ("casus-drenthe", "casus-groningen"):
        make_body(cast, slug=slug, name=slug)
        make_consultation(cast, body=slug, starts=datetime(2026, 11, 26, 12, 30, tzinfo=UTC))

    said, lines = run(*TOGETHER, "--as", POLICE, "--json"), run(*TOGETHER, "--as", POLICE)

    answer = json.loads(said.stdout)
    assert (answer["proven"], answer["gap"], sorted(answer["bodies"])) == (True, 0, ["casus-drenthe", "casus-groningen"])
    assert not set(answer["bodies"]["casus-drenthe"]["days"]) & set(answer["bodies"]["casus-groningen"]["days"])
    assert said.stderr.startswith("De 200 goedkoopste plannen van elk")
    assert lines.stdout.startswith("2 overleggen samen: ")
    assert is_refused(run(*TOGETHER, "--as", OM))
    assert is_refused(run(*TOGETHER[:4], "--year", "2027", "--as", POLICE))


def test_a_year_is_put_forward_with_a_locked_day_and_settled_by_commands_that_refuse_with_a_sentence(run: Run, cast: Cast):
    make_body(cast)
    make_consultation(cast)
    year = ("--body", "casus-drenthe", "--year", "2027")

    assert "Er is geen jaarplan 2027" in run("consultations", "settle-year", *year).stderr
    assert "Schrijf bijvoorbeeld: --lock" in run("consultations", "propose-year", *year, "--lock", "twee").stderr
    said = json.loads(run("consultations", "propose-year", *year, "--lock", "2=2027-04-20", "--json").stdout)
    again = run("consultations", "propose-year", *year)
    early = run("consultations", "settle-year", *year, "--despite-objections")

    assert (said["state"], said["days"][1], said["object_until"]) == ("proposed", "2027-04-20", "2026-11-18")
    assert is_refused(again)
    assert is_refused(early)
    assert "bezwaar maken" in early.stderr


def test_a_partner_answers_a_body_by_command(run: Run, cast: Cast):
    make_body(cast)
    leave = ("consultations", "answer", "--body", "casus-drenthe", "--as", OM, "--leave", "Wij stoppen.")

    assert json.loads(run(*leave, "--json").stdout) == {"body": "casus-drenthe", "partner": OM, "state": "left"}
    assert is_refused(run(*leave))
    assert is_refused(run("consultations", "answer", "--body", "casus-drenthe", "--as", POLICE, "--yes", "Ja"))
    assert run("consultations", "answer", "--body", "casus-drenthe", "--as", OM).exit_code == 2
