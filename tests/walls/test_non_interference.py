"""Two worlds that differ in what is hidden from a recipient, and in what rules look at, are one world to that recipient."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import psycopg
import pytest
from flask import Flask

from hub.cases.house import House
from hub.kernel import clock
from tests.cast import DEMO_DAY, Cast
from tests.walls.seats import seats
from tests.walls.worlds import LAST_DAY, Stage, differences, first_world, twin_world

CLASSES, TWINS = 8, 4  # eight times five worlds, each held against each: eighty pairs
LONGEST_SEARCH = 16
GIVEN = "hub.given g JOIN hub.contribution c ON c.giver = g.giver AND c.id = g.contribution"
LATEST = f"{GIVEN} JOIN hub.revision r ON r.giver = c.giver AND r.contribution = c.id AND r.no = c.latest_no"
OF_ROW = "g.recipient = i.recipient AND g.giver = i.giver AND g.code = i.code AND g.kind = i.kind"
LEAKS = {  # what somebody might write by mistake → the same done by hand to the recipients' rows
    "a letter of its own for what is unknown": f"""
        UPDATE hub.inbox i SET states = translate(g.states, 'ukgaftphne', 'kkg-------') FROM {GIVEN} WHERE {OF_ROW}""",
    "an empty text instead of nothing where something is withheld": f"""
        UPDATE hub.inbox i SET accused = '' FROM {LATEST} WHERE {OF_ROW} AND r.accused IS NOT NULL AND i.accused IS NULL""",
    "a number that counts hidden changes": f"""
        UPDATE hub.inbox i SET policy_version = i.policy_version + g.revision_no FROM {GIVEN} WHERE {OF_ROW}""",
    "the day on which the giver last changed anything": f"""
        UPDATE hub.inbox i SET changed_on = (c.changed_at)::date FROM {GIVEN} WHERE {OF_ROW}""",
    "the day on which the case was brought in": f"""
        UPDATE hub.inbox i SET first_given_on = c.first_released_on FROM {GIVEN} WHERE {OF_ROW}""",
    "a day where a week was agreed": f"""
        UPDATE hub.inbox i SET incident_from = r.incident_from, incident_to = r.incident_to FROM {LATEST} WHERE {OF_ROW}""",
    "a use that hangs on the wish to be anonymous": f"""
        UPDATE hub.inbox i SET for_help = (r.anonymity IS DISTINCT FROM 'known') FROM {LATEST} WHERE {OF_ROW}""",
    "a term that hangs on consents for others": f"""
        UPDATE hub.inbox i SET shown_until = i.shown_until - (SELECT count(*)::int FROM hub.consent n WHERE n.giver = c.giver
          AND n.contribution = c.id AND n.recipient <> i.recipient AND n.state = 'given') FROM {GIVEN} WHERE {OF_ROW}""",
    "a stone for a row that nobody had opened": """
        INSERT INTO hub.tombstone SELECT g.recipient, g.giver, g.code, g.kind, gen_random_uuid(), g.giver, 'ended', '2026-11-05',
          '2027-11-05' FROM hub.given g WHERE g.state = 'closed' AND g.code IS NOT NULL""",
    "the giver's cause on a stone": """
        UPDATE hub.tombstone t SET cause = o.cause FROM hub.tombstone o WHERE o.code = t.code AND o.reader = o.writer""",
}  # fmt: skip


@pytest.fixture(scope="module")
def stage(app: Flask, house: House, superuser: psycopg.Connection, emptied: str) -> Iterator[Stage]:
    """The hub two days after the demo's, with everybody logged in."""
    superuser.execute(emptied)
    with app.app_context():
        cast = Cast(house)
        clock.pin(day=LAST_DAY)
        with seats(app, cast, superuser) as found:
            yield Stage(app, cast, superuser, found)
        clock.pin(day=DEMO_DAY)
    superuser.execute(emptied)


@pytest.mark.parametrize("seed", range(CLASSES))
def test_no_page_command_row_or_header_tells_a_recipient_which_world_it_is_in(stage: Stage, seed: int):
    first = first_world(seed)
    views, behind = [], []
    for world in [first, *(twin_world(first, seed * 100 + number) for number in range(TWINS))]:
        stage.tell(world)
        views.append(stage.seen(first))
        behind.append(stage.behind())

    assert [differences(one, other) for one, other in combinations(views, 2)] == [[]] * (TWINS * (TWINS + 1) // 2)
    assert len(set(behind)) == TWINS + 1, "the worlds must differ for their givers, or this proves nothing"


def test_the_recipients_have_something_to_see_in_these_worlds(stage: Stage):
    rows: Counter[str] = Counter()
    for seed in range(3):
        stage.tell(first_world(seed))
        rows.update(stage.counts())

    assert rows["inbox"] >= 6
    assert rows["seen"] >= 6
    assert rows["tombstone"] > 0


def test_every_leak_that_is_planted_in_the_rows_is_found(stage: Stage):
    """In one pair of worlds or another the recipient sees a difference that was not there before."""
    found: set[str] = set()
    for seed in range(LONGEST_SEARCH):
        first, views = first_world(seed), []
        for world in (first, twin_world(first, seed * 100)):
            stage.tell(world)
            views.append({leak: stage.glance(first, planted=LEAKS[leak]) for leak in LEAKS if leak not in found})
        found |= {leak for leak in views[0] if differences(views[0][leak], views[1][leak])}
        if found == LEAKS.keys():
            break

    assert found == LEAKS.keys()


def test_a_glance_at_rows_in_which_nothing_is_planted_finds_nothing(stage: Stage):
    first, views = first_world(0), []
    for world in (first, twin_world(first, 0)):
        stage.tell(world)
        views.append(stage.glance(first, planted="SELECT 1"))

    assert differences(*views) == []
