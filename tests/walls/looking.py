"""What everybody sees on the stage, laid beside what the plain account says everybody sees."""

from typing import Any

from tests.walls.model import REFERRAL, REQUESTS, Key, World
from tests.walls.playing import Stage

WITH_FACTS = ("seen", "accepted", "arrived", "not_arrived", "in_progress", "completed")
TOLD = ("facts", "letters", "until", "purposes", "version", "first", "changed", "revision")


def look(stage: Stage, world: World, *, reader: str, pick: int) -> None:
    """Raises AssertionError where anybody sees anything else; the reader opens its list, a page under some code, or its boxes."""
    compare_rows(stage, world)
    compare_threads(stage, world)
    if pick % 4 == 3:
        compare_boxes(stage, world, reader)
    elif pick % 4 == 2:
        compare_page(stage, world, reader, is_own=pick < 10)
    else:
        compare_list(stage, world, reader)


def compare_rows(stage: Stage, world: World) -> None:
    """Every stored row of every recipient, by case, and whether it can be read; a row keeps its code for ever, and no two have the same."""
    names = {key: name for name, (key, _, _) in stage.ids.items()}
    found: dict[Key, dict[str, Any]] = {}
    for row in stage.rows():
        key = (names[row["id"]], row["recipient"], row["kind"])
        assert key not in found and row["giver"] == world.cases[key[0]]["giver"]
        found[key] = row
    expected = {key: row for key, row in world.rows.items() if row["shown"]}
    assert found.keys() == expected.keys(), f"rows {found.keys() ^ expected.keys()}"
    for key, row in expected.items():
        hidden = {"narrative": "there"} if "narrative" in row["facts"] else {}
        assert {name: found[key][name] for name in TOLD} == {name: row[name] for name in TOLD} | {"facts": row["facts"] | hidden}, key
        assert found[key]["stands"] == world.stands(key), key
        assert row.setdefault("code", found[key]["code"]) == found[key]["code"]
    codes = [row["code"] for row in world.rows.values()]
    assert len({*codes}) == len(codes)


def compare_threads(stage: Stage, world: World) -> None:
    """Every recall and referral, as both of its sides have it."""
    found = stage.threads()
    expected = [(one, sides_of(stage, world, one)) for one in world.threads]
    for thread, sides in expected:
        if thread["id"] is None:  # a recall that was just opened: the hub named it
            taken = {one["id"] for one in world.threads}
            thread["id"] = next((key for key, told in found.items() if key not in taken and told == sides), None)
    assert {one["id"]: sides for one, sides in expected} == found


def sides_of(stage: Stage, world: World, thread: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    giver, recipient, words = thread["giver"], thread["recipient"], tuple(f"{word}:{why}" if why else word for word, why in thread["words"])
    code, cause = world.rows[thread["key"]]["code"], thread["cause"]
    about = (giver, recipient, thread["kind"], code)
    own = stage.ids[thread["key"][0]][1]
    return {giver: (recipient, *about, own, cause, words), recipient: (giver, *about, None, REQUESTS[cause] if cause else None, words)}


def compare_list(stage: Stage, world: World, reader: str) -> None:
    """What can be read for work on cases, the last changed first."""
    keys = [key for key in world.reads(reader) if "case_work" in world.rows[key]["purposes"]]
    keys.sort(key=lambda key: (-world.rows[key]["changed"].toordinal(), world.rows[key]["code"]))
    assert stage.listed(reader) == [line(world, key) for key in keys], reader
    world.moment = stage.moment
    world.open(keys, "list")


def compare_page(stage: Stage, world: World, reader: str, *, is_own: bool) -> None:
    """Under a code, own or not, long not asked for: the case, that it is gone for who opened it, or as if there never was one."""
    if not world.rows:
        return
    key = min(world.rows, key=lambda one: ((one[1] == reader) != is_own, world.opened.get((one, reader), 0), one))
    row = world.rows[key]
    is_there = key in world.reads(reader) and row["purposes"] & {"case_work", "help"}
    expected = line(world, key)[:5] if is_there else "gone" if key[1] == reader and row.get("buried") else "absent"
    assert stage.page(reader, row["code"]) == expected, reader
    world.moment = world.opened[key, reader] = stage.moment
    if is_there:
        world.open([key], "page")


def compare_boxes(stage: Stage, world: World, reader: str) -> None:
    """Open recalls and all referrals, on either side."""
    recalls, referrals, readable = [], [], world.reads(reader)
    for one in world.threads:
        if reader in (one["giver"], one["recipient"]):
            if one["kind"] == REFERRAL:
                referrals.append(in_box(stage, world, reader, one, readable))
            elif one["words"][-1][0] in ("asked", "not_possible"):
                recalls.append(in_box(stage, world, reader, one, readable))
    assert stage.boxes(reader) == (sorted(recalls), sorted(referrals)), reader


def line(world: World, key: Key) -> tuple[Any, ...]:
    row, noted = world.rows[key], world.noted.get((key, "page"))
    news = "new" if noted is None else "changed" if noted != row["revision"] else None
    return row["code"], world.cases[key[0]]["giver"], row["facts"], row["purposes"], row["until"], row["revision"], news


def in_box(stage: Stage, world: World, reader: str, thread: dict[str, Any], readable: list[Key]) -> tuple[Any, ...]:
    is_giver, state, key = reader == thread["giver"], thread["words"][-1][0], thread["key"]
    code = stage.ids[key[0]][1] if is_giver else world.rows[key]["code"]
    side, other = ("giver", thread["recipient"]) if is_giver else ("recipient", thread["giver"])
    if thread["kind"] == REFERRAL:
        return side, other, code, state, not is_giver and key in readable and state in WITH_FACTS
    return side, other, code, thread["cause"] if is_giver else REQUESTS[thread["cause"]], state
