"""Every door × role × partner × own things, things of others and things that never were: what is hidden looks like what is absent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from flask import Flask
from werkzeug.routing import Rule

from hub.cases.house import House
from hub.people.words import Role
from hub.web import entry
from tests.cast import COC_GD, DRENTHE, EVERYBODY, FRYSLAN, OUTSIDER, POLICE, Cast
from tests.walls.month import play_month
from tests.walls.seats import Seat, Things, addresses, doors, essence, seats, things_of

EVERY_SORT = ("own", "hidden", "absent")
Essence = tuple[int, bytes, frozenset[str]]


@dataclass(frozen=True)
class Standing:
    """The app after a month, with everybody at its doors."""

    app: Flask
    seats: dict[tuple[str, str], Seat]
    things: dict[str, Things]


@pytest.fixture(scope="module")
def standing(app: Flask, house: House, superuser: psycopg.Connection, emptied: str) -> Iterator[Standing]:
    superuser.execute(emptied)
    with app.app_context():
        cast = Cast(house)
        play_month(cast)
        things = {slug: things_of(cast, slug, superuser) for slug in EVERYBODY}
        with seats(app, cast, superuser) as found:
            yield Standing(app, found, things)
    superuser.execute(emptied)


THOROUGH = (POLICE, OUTSIDER)  # in every role; the table of entries knows no partner, so two roles a door say it for the others


def tried(slug: str, rule: Rule) -> list[str]:
    """In which roles this door is tried: all of them, or one that may enter and one that may not, other ones for each partner."""
    turn = EVERYBODY.index(slug)
    roles = [str(role) for role in Role]
    turned = roles[turn % len(roles) :] + roles[: turn % len(roles)]
    either = [next((role for role in turned if may(rule.endpoint, role) is wanted), None) for wanted in (True, False)]
    return roles if slug in THOROUGH else [role for role in either if role is not None]


def may(endpoint: str, role: str) -> bool:
    return role in (entry.ENTRIES[endpoint].roles or Role)


def answers(seat: Seat, things: Things, door: tuple[Rule, str], *, sorts: Iterable[str]) -> dict[str, list[Essence]]:
    """What this seat is answered at one door, per sort of thing."""
    rule, method = door
    return {sort: [essence(seat.ask(method, path, things.typed)) for path in addresses(rule, things, sort)] for sort in sorts}


def faults(told: dict[str, list[Essence]], *, allowed: bool) -> list[str]:
    """What is wrong with the answers at one door that names a thing, or that this role may not enter."""
    everything = [one for some in told.values() for one in some]
    if not allowed:
        return [f"{one[0]} beside 403" for one in everything if one[0] != 403 or one != everything[0]]
    outside = [*told["hidden"], *told["absent"]]
    return [f"{one[0]} beside {outside[-1][0]}" for one in outside if one != outside[-1] or one[0] != 404]


@pytest.mark.parametrize("slug", EVERYBODY)
def test_what_is_anothers_looks_like_what_never_was_and_who_may_not_enter_hears_the_same_of_everything(standing: Standing, slug: str):
    cells, wrong, things = 0, [], standing.things[slug]
    for rule, method in doors(standing.app):
        for role in tried(slug, rule):
            allowed = may(rule.endpoint, role)
            if allowed and not entry.ENTRIES[rule.endpoint].things:
                continue
            told = answers(standing.seats[slug, role], things, (rule, method), sorts=EVERY_SORT[1:] if allowed else EVERY_SORT)
            cells += sum(map(len, told.values()))
            wrong += [f"{role} {method} {rule.rule}: {fault}" for fault in faults(told, allowed=allowed)]

    assert wrong == []
    assert cells >= 240


def test_a_stranger_is_asked_to_log_in_whatever_the_address_names(standing: Standing):
    stranger, told = Seat(standing.app), {}
    for slug in (DRENTHE, POLICE):
        for rule, method in doors(standing.app):
            for path in [path for sort in EVERY_SORT for path in addresses(rule, standing.things[slug], sort)]:
                told[method, path] = essence(stranger.ask(method, path, {"a": "b"}))

    assert len(told) > 100
    assert {one[0] for one in told.values()} == {401}
    assert len(set(told.values())) == 1


def test_who_may_enter_does_enter_with_things_of_its_own(standing: Standing):
    """The matrix says something: the same doors open for what is one's own, to look at and to change."""
    statuses: dict[tuple[str, str], set[int]] = {}
    told = sorted(doors(standing.app), key=lambda door: door[1])
    for (slug, role), seat in standing.seats.items():
        for rule, method in told:
            watched = role == "coordinator" or (role in ("auditor", "operator") and slug in (FRYSLAN, POLICE))
            if method == "GET" and watched and may(rule.endpoint, role):
                found = answers(seat, standing.things[slug], (rule, method), sorts=("own",))["own"]
                statuses.setdefault((method, rule.endpoint), set()).update(one[0] for one in found)
    for slug in (FRYSLAN, COC_GD, POLICE):
        for rule, method in told:
            if method == "POST":
                role = next((role for role in ("coordinator", "privacy_officer", "operator") if may(rule.endpoint, role)), "coordinator")
                found = answers(standing.seats[slug, role], standing.things[slug], (rule, method), sorts=("own",))["own"]
                statuses.setdefault((method, rule.endpoint), set()).update(one[0] for one in found)

    never = {door: some for door, some in statuses.items() if not some & {200, 303, 400, 409}}
    assert never == {}
    assert {status for some in statuses.values() for status in some} <= {200, 303, 400, 403, 404, 409}
    assert {door[1] for door in statuses} == {rule.endpoint for rule, _ in told}


def test_the_comparison_notices_a_status_a_byte_and_a_header():
    absent = (404, b"weg", frozenset({"Content-Type"}))
    planted = [(403, b"weg", absent[2]), (404, b"weg.", absent[2]), (404, b"weg", absent[2] | {"ETag"}), (200, b"weg", absent[2])]

    for hidden in planted:
        assert faults({"hidden": [hidden], "absent": [absent]}, allowed=True) != []
        assert faults({"own": [hidden], "hidden": [absent], "absent": [absent]}, allowed=False) != []
    assert faults({"hidden": [absent], "absent": [absent]}, allowed=True) == []
