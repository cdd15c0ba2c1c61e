"""Agendas on the command line: proposed, settled, shown per partner in every form, and refused with one sentence."""

from pathlib import Path
from uuid import uuid4

from tests.agendas import lay_table
from tests.cast import DRENTHE, EMMEN, OM, OUTSIDER, POLICE, Cast
from tests.doors.test_commands import Run, is_refused, run, told

__all__ = ["run"]  # the fixture


def test_an_agenda_is_proposed_settled_and_shown_to_each_partner_as_its_own(run: Run, cast: Cast, tmp_path: Path):
    table = lay_table(cast)
    table.bring(DRENTHE)
    table.bring(DRENTHE, place="GM1680")
    meeting = str(table.meeting)

    proposed = told(run("agenda", "propose", meeting, "--json"))
    again = told(run("agenda", "propose", meeting, "--json"))
    settled = told(run("agenda", "settle", meeting, "--json"))
    shown = {slug: told(run("agenda", "show", meeting, "--as", slug, "--json")) for slug in (DRENTHE, OM, EMMEN)}
    made = told(run("agenda", "show", meeting, "--as", OM, "--format", "docx", "--to", str(tmp_path), "--json"))

    assert (proposed, again["lines"]) == ({"meeting": meeting, "lines": 2, "candidates": 2}, 0)
    assert settled == {"meeting": meeting, "state": "published", "editions": dict.fromkeys((DRENTHE, EMMEN, POLICE, OM), 1)}
    assert {slug: sum(len(part["punten"]) for part in one["delen"][:-1]) for slug, one in shown.items()} == {DRENTHE: 2, OM: 2, EMMEN: 0}
    assert Path(made["file"]).read_bytes()[:2] == b"PK"
    assert "Bedreiging" in run("agenda", "show", meeting, "--as", OM).stdout


def test_what_cannot_be_is_refused_with_a_sentence(run: Run, cast: Cast):
    table = lay_table(cast)
    meeting = str(table.meeting)

    assert "bestaat niet" in is_refused(run("agenda", "propose", str(uuid4())))
    assert "niet voor u" in is_refused(run("agenda", "show", meeting, "--as", OUTSIDER))
    assert "--to" in is_refused(run("agenda", "show", meeting, "--as", OM, "--format", "pdf"))
    run("agenda", "settle", meeting, "--overrun")
    assert "agenda gepubliceerd" in is_refused(run("agenda", "settle", meeting))
