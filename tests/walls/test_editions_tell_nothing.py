"""Two worlds that differ in what is hidden from a recipient give it the same collections: pages, files, counts, commands and mail."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask

from hub.cases.house import House
from hub.cli import main
from hub.kernel import clock
from tests.cast import DEMO_DAY, Cast
from tests.scaffold import Place, environment_for
from tests.walls.editions import READING_DAY, Theatre, parts_in
from tests.walls.seats import seats
from tests.walls.worlds import differences, first_world, twin_world

SEEDS = (6, 9, 5)  # the collecting partner, a bureau, and one that only receives
TWINS = 3  # three times four worlds, each held against each: eighteen pairs


@pytest.fixture(scope="module")
def theatre(app: Flask, house: House, superuser: psycopg.Connection, emptied: str) -> Iterator[Theatre]:
    """The hub in December, with everybody logged in."""
    superuser.execute(emptied)
    with app.app_context():
        cast = Cast(house)
        clock.pin(day=READING_DAY)
        with seats(app, cast, superuser) as found:
            yield Theatre(app, cast, superuser, found)
        clock.pin(day=DEMO_DAY)
    superuser.execute(emptied)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_collection_tells_a_recipient_which_world_it_is_in(theatre: Theatre, seed: int):
    first = first_world(seed)
    views, behind = [], []
    for world in [first, *(twin_world(first, seed * 100 + number) for number in range(TWINS))]:
        theatre.play(world)
        views.append(theatre.everything(first))
        behind.append(theatre.behind())

    assert [differences(one, other) for one, other in combinations(views, 2)] == [[]] * (TWINS * (TWINS + 1) // 2)
    assert len(set(behind)) == TWINS + 1, "the worlds must differ for their givers, or this proves nothing"


GIVEN = "hub.given g JOIN hub.contribution c ON c.giver = g.giver AND c.id = g.contribution"
OF_ROW = "g.recipient = i.recipient AND g.giver = i.giver AND g.code = i.code AND g.kind = i.kind"
OF_COPY = OF_ROW.replace("i.", "d.")
LATEST = f"{GIVEN} JOIN hub.revision r ON r.giver = c.giver AND r.contribution = c.id AND r.no = c.latest_no"
LEAKS = {  # what somebody might write by mistake → the same done by hand to the rows, before the recipient ({me}) looks
    "a word of progress that follows what a giver stated": """
        DELETE FROM hub.readiness w USING hub.statement s
         WHERE (s.giver, s.province, s.month) = (w.giver, w.province, w.month) AND s.kind = 'nothing'""",
    "a receipt for what the hub made true at the freeze": """
        UPDATE hub.readiness w SET at = s.made_at, no = 2 FROM hub.statement s
         WHERE (s.giver, s.province, s.month) = (w.giver, w.province, w.month) AND s.made_by IS NULL AND s.no > 1""",
    "a change of content that is a hidden revision": f"""
        UPDATE hub.inbox i SET content_revision = c.latest_no FROM {GIVEN} WHERE {OF_ROW} AND i.recipient = {{me}}""",
    "silence since the giver's own last change": f"""
        UPDATE hub.inbox i SET changed_on = c.changed_at::date FROM {GIVEN} WHERE {OF_ROW} AND i.recipient = {{me}}""",
    "a last change in a frozen line that only its giver can see": f"""
        UPDATE hub.collected d SET changed_on = c.changed_at::date FROM {GIVEN} WHERE {OF_COPY} AND d.recipient = {{me}}""",
    "a day in a copy where a week was agreed": f"""
        UPDATE hub.collected d SET incident_from = r.incident_from, incident_to = r.incident_to FROM {LATEST} WHERE {OF_COPY}
           AND d.salt IS NOT NULL AND d.recipient = {{me}}""",
    "a number of lines that counts everybody's": """
        UPDATE hub.collection m SET rows = (SELECT count(*) FROM hub.collected o WHERE o.area = m.province)""",
    "a row that is not for the collection of its recipient": f"""
        UPDATE hub.inbox i SET for_collection = (r.anonymity IS NOT DISTINCT FROM 'known') FROM {LATEST}
         WHERE {OF_ROW} AND i.recipient = {{me}}""",
    "a gathering that tells of addenda of others": """
        UPDATE hub.gathering_step p SET because = (SELECT count(*)::text FROM hub.collection m
          WHERE (m.province, m.month) = (p.province, p.month) AND m.number > 0)""",
    "a letter with the code of a case in its address": """
        UPDATE hub.message m SET path = m.path || '/' || (SELECT lower(own_code) FROM hub.contribution
          WHERE giver <> {me} ORDER BY own_code LIMIT 1)""",
    "what the other side answered before we did": """
        UPDATE hub.contact q SET ended = o.ended, ended_on = o.ended_on, due = o.due FROM hub.contact o
         WHERE o.id = q.id AND o.partner = q.other""",
}  # fmt: skip
SEARCHED = (6, 0, 9, 12, 8)


def test_every_leak_that_is_planted_in_the_rows_is_found(theatre: Theatre):
    """In one pair of worlds or another the recipient sees a difference; without anything planted there is none."""
    found: set[str] = set()
    for seed in SEARCHED:
        first, views = first_world(seed), []
        todo = {"nothing at all": "SELECT 1", **{leak: done for leak, done in LEAKS.items() if leak not in found}}
        for world in (first, twin_world(first, seed * 100 + 1)):
            theatre.play(world)
            views.append({leak: theatre.peek(first, planted=done) for leak, done in todo.items()})
        assert differences(views[0]["nothing at all"], views[1]["nothing at all"]) == []
        found |= {leak for leak in todo if differences(views[0][leak], views[1][leak])}
        if found == LEAKS.keys():
            break

    assert LEAKS.keys() - found == set()


def test_there_is_something_to_see_in_these_worlds(theatre: Theatre):
    seen: set[str] = set()
    for seed in (0, 9):
        theatre.play(first_world(seed))
        seen |= parts_in(theatre.everything(first_world(seed)))

    assert seen >= {"nieuw", "gewijzigd", "ongewijzigd", "niet-meer-gedeeld"}


def test_the_commands_themselves_write_the_same_in_both_worlds_the_pdf_included(theatre: Theatre, place: Place, tmp_path: Path):
    first, said = first_world(0), []
    for number, world in enumerate((first, twin_world(first, 3))):
        theatre.play(world)
        name, files = f"2026-11/{theatre.place(first)[0]}/{first.recipient}", []
        runs = [["collections", "list", "--as", first.recipient], ["collections", "show", name]]
        for form in ("pdf", "ods", "json"):
            files.append(tmp_path / f"{number}.{form}")
            runs.append(["collections", "export", name, "--as", first.recipient, "--format", form, "--out", str(files[-1])])
        results = [CliRunner().invoke(main, run, env=environment_for(place)) for run in runs]
        assert [result.exit_code for result in results] == [0] * len(runs), [result.output for result in results]
        said.append(([result.output for result in results[:2]], [file.read_bytes() for file in files]))

    assert said[0] == said[1]
    assert all(said[0][1])
