"""
Thousands of pairs of worlds that differ in everything hidden, and what three partners can read and ask in each of them.

A class is 28 worlds that three partners watch; what each of them sees of any two is held against each other: 378 pairs a partner.
Of every world all tables are read that row security opens to it; each other outlet is asked in one class or more, in all their worlds.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import psycopg
import pytest
from flask import Flask

from hub.cases.house import House
from hub.kernel import clock
from hub.web import entry
from tests.cast import DEMO_DAY, Cast
from tests.nights import is_night
from tests.walls.crowds import SUPPLIED, Square, first_crowd, twin_crowd
from tests.walls.seats import methods_of, seats
from tests.walls.worlds import LAST_DAY, differences

WORLDS, WATCHING, ASKED = 28, 3, 8
CLASSES = 90 if is_night() else 2
PAIRS = CLASSES * WATCHING * WORLDS * (WORLDS - 1) // 2
MEETINGS = {"agreement", "asked", "attendee", "body", "consultation", "item", "minutes", "nomination", "presence", "series", "unavailable"}
COLLECTIONS = {"addendum", "edition", "gathering", "month", "statement"}
GIVEN = "hub.given g JOIN hub.contribution c ON c.giver = g.giver AND c.id = g.contribution"
LATEST = f"{GIVEN} JOIN hub.revision r ON r.giver = c.giver AND r.contribution = c.id AND r.no = c.latest_no"
OF_ROW = "g.recipient = i.recipient AND g.giver = i.giver AND g.code = i.code AND g.kind = i.kind"
LEAKS = {  # what somebody might write by mistake → the same done by hand to the rows
    "a number that counts hidden changes": f"""
        UPDATE hub.inbox i SET policy_version = i.policy_version + g.revision_no FROM {GIVEN} WHERE {OF_ROW}""",
    "a day where a week was agreed": f"""
        UPDATE hub.inbox i SET incident_from = r.incident_from, incident_to = r.incident_to FROM {LATEST} WHERE {OF_ROW}""",
    "a use that hangs on a wish nobody may see": f"""
        UPDATE hub.inbox i SET for_help = (r.anonymity IS DISTINCT FROM 'known') FROM {LATEST} WHERE {OF_ROW}""",
    "a term that hangs on what a giver decided about its own cases": """
        UPDATE hub.inbox i SET shown_until = i.shown_until - (SELECT count(*)::int FROM hub.retention_term)""",
    "a referral that waits longer where there are more of them": """
        UPDATE hub.thread t SET answer_due = t.answer_due + (SELECT count(*)::int FROM hub.thread o WHERE o.kind = 'referral')""",
    "what the other side answered before we did": """
        UPDATE hub.contact q SET ended = o.ended, ended_on = o.ended_on, due = o.due FROM hub.contact o
         WHERE o.id = q.id AND o.partner = q.other""",
}  # fmt: skip


@pytest.fixture(scope="module")
def square(app: Flask, house: House, superuser: psycopg.Connection, emptied: str) -> Iterator[Square]:
    """The hub two days after the demo's, with everybody logged in."""
    superuser.execute(emptied)
    with app.app_context():
        cast = Cast(house)
        clock.pin(day=LAST_DAY)
        with seats(app, cast, superuser) as found:
            yield Square(app, cast, superuser, found)
        clock.pin(day=DEMO_DAY)
    superuser.execute(emptied)


def asked_of(number: int, place: int, names: tuple[str, ...]) -> tuple[str, ...]:
    """The outlets that this partner is asked in this class: all of them in their turn."""
    first = (number * WATCHING + place) * ASKED
    return tuple(names[(first + step) % len(names)] for step in range(ASKED))


@pytest.mark.parametrize("number", range(CLASSES))
def test_nothing_that_three_partners_can_read_or_ask_tells_in_which_of_28_worlds_they_are(square: Square, number: int):
    first, names = first_crowd(number), tuple(square.outlets)
    views: dict[str, list[dict[str, object]]] = {slug: [] for slug in first.watched}
    behind = set()
    for crowd in (first, *(twin_crowd(first, number * 100 + step) for step in range(1, WORLDS))):
        square.tell_all(crowd)
        behind.add(square.behind())
        for place, slug in enumerate(first.watched):
            views[slug].append(square.view(crowd, slug, asked=asked_of(number, place, names)))

    told_apart = {slug: sorted({name for two in combinations(some, 2) for name in differences(*two)}) for slug, some in views.items()}
    assert told_apart == {slug: [] for slug in first.watched}
    assert len(behind) == WORLDS, "the worlds must differ for their givers, or this proves nothing"


def test_there_are_two_thousand_pairs_and_every_outlet_is_asked_in_378_of_them_or_more(square: Square):
    names = tuple(square.outlets)
    asked = Counter(name for number in range(2) for place in range(WATCHING) for name in asked_of(number, place, names))

    assert PAIRS >= 2000
    assert asked.keys() == set(names)
    assert min(asked.values()) * WORLDS * (WORLDS - 1) // 2 >= 378


def test_every_page_is_an_outlet_here_or_stands_in_the_worlds_of_meetings_or_of_collections(square: Square):
    rules = [rule for rule in square.app.url_map.iter_rules() if entry.ENTRIES[rule.endpoint].roles is not None]
    shows = {rule.endpoint: set(entry.ENTRIES[rule.endpoint].things.values()) for rule in rules if "GET" in methods_of(rule)}
    elsewhere = {endpoint for endpoint, things in shows.items() if things & (MEETINGS | COLLECTIONS)}

    assert shows.keys() - elsewhere <= square.outlets.keys()
    assert not {thing for endpoint in shows.keys() - elsewhere for thing in shows[endpoint]} - SUPPLIED


def test_every_leak_that_is_planted_in_the_rows_is_found_and_nothing_planted_is_nothing_found(square: Square):
    found: set[str] = set()
    for number in range(4):
        first, views = first_crowd(number), []
        todo = {"nothing at all": "SELECT 1", **{leak: done for leak, done in LEAKS.items() if leak not in found}}
        for crowd in (first, twin_crowd(first, number * 100 + 1), twin_crowd(first, number * 100 + 2)):
            square.tell_all(crowd)
            views.append({leak: square.planted(crowd, done) for leak, done in todo.items()})
        for two in combinations(views, 2):
            assert two[0]["nothing at all"] == two[1]["nothing at all"]
            found |= {leak for leak in todo if two[0][leak] != two[1][leak]}
        if found == LEAKS.keys():
            break

    assert LEAKS.keys() - found == set()
