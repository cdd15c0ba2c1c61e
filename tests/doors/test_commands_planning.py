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
