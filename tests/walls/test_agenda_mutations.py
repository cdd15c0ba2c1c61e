"""Each leak that somebody could build into agendas by mistake shows on an outlet: two worlds that OM must not tell apart, it then can."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import Any

import psycopg
import pytest
from flask import Flask

from hub.agendas import candidates, placing, settling
from hub.agendas import queries as agendas
from hub.cases.house import House
from hub.invitations import queries as inviting
from hub.meetings import actions as room
from hub.meetings import queries as hall
from hub.sharing.facts import day_of
from tests.cast import DRENTHE, EMMEN, NOON, OM, POLICE, Cast
from tests.consulting import MEETS
from tests.make import FACTS
from tests.walls.leaving import calendar, differences, mail, papers, rows
from tests.walls.stories import BLOCKS, FIRST_WEEK, Case, Deed, Story
from tests.walls.telling import Teller, teller_on

Patch = pytest.MonkeyPatch
COMMON = {**FACTS, "incident_date": day_of(FIRST_WEEK), "place": "GM0114", "accused": "buur", "handling": ("bemiddeling",)}
SHOWN = (  # what OM knows of, in both worlds; what it does not get of the first differs
    Case("kwartel1", DRENTHE, frozenset({POLICE, OM}), COMMON),
    Case("kwartel2", EMMEN, frozenset({POLICE, OM}), {**COMMON, "place": "GM1680", "ground": ("leeftijd",)}),
    Case("kwartel3", DRENTHE, frozenset({POLICE, OM}), {**COMMON, "place": "GM1731", "ground": ("handicap",)}),
)
HIDDEN = (
    Case("kwartel4", DRENTHE, frozenset({POLICE}), {**COMMON, "place": "GM0106"}),
    Case("kwartel5", POLICE, frozenset({DRENTHE, EMMEN}), {**FACTS, "incident_date": day_of(FIRST_WEEK), "place": "GM1699"}),
)
SEEN = (Deed("withdraw late", DRENTHE, frozenset({DRENTHE, POLICE, OM}), "kwartel3", to=OM, at=30),)
UNSEEN = (
    Deed("theme", DRENTHE, frozenset({DRENTHE, POLICE}), "Drenthe en politie", "Verborgen thema", 9, at=1),
    Deed("withdraw late", DRENTHE, frozenset({DRENTHE, POLICE}), "kwartel4", to=POLICE, at=31),
)
OTHER = replace(SHOWN[0], facts={**COMMON, "accused": "vreemde", "handling": ("registratie",)})
ANOTHER = replace(SHOWN[2], facts={**SHOWN[2].facts, "accused": "vreemde", "handling": ("registratie",)})
WORLDS = (Story((*SHOWN, *HIDDEN), (*UNSEEN, *SEEN)), Story((OTHER, SHOWN[1], ANOTHER), SEEN))


@dataclass(frozen=True)
class Leak:
    """A mistake in the program, and the outlet on which it must be seen."""

    plant: Callable[[Patch, Teller], None]
    outlet: str
    is_late: bool = False  # whether it needs a case that goes after the agenda was published
    is_spoken: bool = False  # whether it shows in the room alone


def behind(teller: Teller) -> int:
    """What a program could know that counts everybody's lines and wishes at once."""
    return int(teller.look("SELECT (SELECT count(DISTINCT id) FROM hub.block_line) + (SELECT count(DISTINCT id) FROM hub.nomination)"))


def after(patch: Patch, where: Any, name: str, change: Callable[..., Any]) -> None:
    """From now on this function of the product answers what `change` makes of its answer."""
    was = getattr(where, name)
    patch.setattr(where, name, lambda *said, **more: change(was(*said, **more), *said, **more))


def rank_from_the_givers_own_row(patch: Patch, teller: Teller) -> None:
    def own(spoken: Any, desk: Any, case: Any, *_: object) -> Any:
        asked = "SELECT accused FROM hub.revision WHERE contribution = %s ORDER BY no DESC LIMIT 1"
        return replace(spoken, is_urgent=teller.look(asked, case.contribution) == "vreemde")

    after(patch, placing, "_spoken", own)


def placed_without_asking_who_may_know(patch: Patch, teller: Teller) -> None:
    def also_om(cases: Any, *_: object, **__: object) -> Iterator[Any]:
        for case in cases:
            known = {one.recipient for one in case.tellings}
            more = [replace(case.tellings[0], recipient=teller.cast.id(OM))] if teller.cast.id(OM) not in known else []
            yield replace(case, tellings=(*case.tellings, *more))

    after(patch, placing, "told", also_om)


def running_numbers_as_codes(patch: Patch, teller: Teller) -> None:
    numbers = count()
    patch.setattr(settling, "_draw", lambda taken: "".join("23456789"[next(numbers) // 8**place % 8] for place in (3, 2, 1, 0)))


def starts_counted_from_items(patch: Patch, teller: Teller) -> None:
    def counted(blocks: Any, *_: object, **__: object) -> Any:
        asked = "SELECT coalesce(sum(minutes), 0) FROM hub.item WHERE partner = %s AND block = ANY (%s) AND state <> 'left_out'"
        before = [[one.id for one in blocks if one.no < block.no] for block in blocks]
        used = [int(teller.look(asked, teller.cast.id(POLICE), ids)) for ids in before]
        return tuple(replace(block, starts=MEETS + timedelta(minutes=minutes)) for block, minutes in zip(blocks, used, strict=True))

    after(patch, settling, "blocks", counted)


def the_screen_of_who_was_there_first(patch: Patch, teller: Teller) -> None:
    late = teller.cast.id(OM)
    patch.setattr(hall, "may_be_shown", lambda kind, *, seats, present: bool(set(present) - {late}))


def so_many_hidden(patch: Patch, teller: Teller) -> None:
    after(patch, settling, "_sentences", lambda said, *_: [*said, f"{behind(teller)} verborgen"])


def pages_of_a_master(patch: Patch, teller: Teller) -> None:
    after(patch, agendas, "paper_of", lambda paper, *_, **__: replace(paper, footer=f"{paper.footer} Bladzijde 1 van {behind(teller)}"))


def an_invitation_as_long_as_the_items(patch: Patch, teller: Teller) -> None:
    after(patch, inviting, "_span", lambda span, *_: (span[0], span[1] + timedelta(minutes=behind(teller))))


def a_code_in_the_address_of_a_mail(patch: Patch, teller: Teller) -> None:
    was = settling.put_down

    def told(work: Any, *, notice: Any) -> None:
        code = str(teller.look("SELECT max(own_code) FROM hub.contribution WHERE giver <> %s", teller.cast.id(OM))).lower()
        was(work, notice=replace(notice, path=f"{notice.path}/{code}"))

    patch.setattr(settling, "put_down", told)


def a_new_edition_whenever_anything_happens(patch: Patch, teller: Teller) -> None:
    def hashed(_: bytes, paper: Any) -> bytes:
        gone = teller.look("SELECT count(*) FROM hub.placed WHERE block IS NULL OR is_gone")
        return sha256(f"{gone}".encode()).digest()

    after(patch, settling, "digest", hashed)


def facts_of_one_reader_for_all(patch: Patch, teller: Teller) -> None:
    def anything(readers: Any, *, words: object) -> Any:
        facts = {fact: value for one in readers for fact, value in one.facts.items()}
        return facts, dict.fromkeys(facts, readers[0].first_given_on)

    patch.setattr(placing, "spoken_facts", anything)


def a_theme_in_the_fullest_block(patch: Patch, teller: Teller) -> None:
    fullest = frozenset(teller.cast.id(slug) for slug in BLOCKS["Drenthe, politie en OM"])
    after(patch, candidates, "nominations", lambda found, *_, **__: tuple(replace(one, readers=fullest) for one in found))


def a_line_that_keeps_its_key_in_another_block(patch: Patch, teller: Teller) -> None:
    patch.setattr(placing, "_line_in", lambda _work, _block, row: row.line if row else placing.uuid4())


LEAKS = {
    "rank read from the giver's own row": Leak(rank_from_the_givers_own_row, "agenda.json"),
    "placement without audience check": Leak(placed_without_asking_who_may_know, "agenda.json"),
    "running item numbers": Leak(running_numbers_as_codes, "agenda.json"),
    "block start computed from items": Leak(starts_counted_from_items, "agenda.json"),
    "room line kept after a late comer": Leak(the_screen_of_who_was_there_first, "screen", is_spoken=True),
    "'n verborgen'": Leak(so_many_hidden, "agenda.json"),
    "page count of a master": Leak(pages_of_a_master, "agenda.json"),
    "invitation as long as the items": Leak(an_invitation_as_long_as_the_items, "calendar"),
    "code of a case in the address of a mail": Leak(a_code_in_the_address_of_a_mail, "mail"),
    "new edition whenever anything happens": Leak(a_new_edition_whenever_anything_happens, "rows of edition", is_late=True),
    "facts of one reader told to all": Leak(facts_of_one_reader_for_all, "agenda.json"),
    "theme in the fullest block": Leak(a_theme_in_the_fullest_block, "agenda.json"),
    "line that keeps its key in another block": Leak(a_line_that_keeps_its_key_in_another_block, "screen", is_late=True, is_spoken=True),
}
NOTHING = Leak(lambda _patch, _teller: None, "", is_late=True, is_spoken=True)


@pytest.fixture(scope="module")
def found(app: Flask, house: House, superuser: psycopg.Connection, emptied: str) -> Iterator[dict[str, list[str]]]:
    """Per leak the outlets on which OM can tell the two worlds apart."""
    superuser.execute(emptied)
    seen: dict[str, list[dict[str, Any]]] = {}
    with app.app_context(), teller_on(app, Cast(house), superuser, emptied) as teller:
        for world in WORLDS:
            teller.begin(world)
            keep = [f"DROP TABLE IF EXISTS kept_{name}; CREATE TEMP TABLE kept_{name} AS TABLE hub.{name}" for name in TOUCHED]
            superuser.execute("; ".join(keep))
            for name, leak in {"nothing": NOTHING, **LEAKS}.items():
                with pytest.MonkeyPatch.context() as patch:
                    leak.plant(patch, teller)
                    seen.setdefault(name, []).append(glance(teller, world, leak))
                back = [f"DELETE FROM hub.{name}; INSERT INTO hub.{name} SELECT * FROM kept_{name}" for name in TOUCHED]
                superuser.execute("; ".join(["SET session_replication_role = replica", *back, "RESET session_replication_role"]))
    superuser.execute(emptied)
    yield {name: differences(*views) for name, views in seen.items()}


TOUCHED = (  # what an agenda and a withdrawal write
    "block_line", "pointer", "placed", "item", "edition", "notice", "message", "invitation", "answer", "feed", "presence", "consultation",
    "contribution", "given", "inbox", "consent", "tombstone", "seen", "disclosure",
)  # fmt: skip


def glance(teller: Teller, world: Story, leak: Leak) -> dict[str, Any]:
    """What OM gets of this meeting, and what the room shows with OM in it."""
    teller.table.now = NOON
    teller.lay(world)
    teller.table.propose()
    teller.table.settle(overrun="yes")
    teller.publish([OM])
    if leak.is_late:
        teller.go_on(world, to=[OM])
    told = dict(papers(teller, OM, forms=("json",))) | dict(rows(teller, OM))
    told |= {"mail": mail(teller, OM), "calendar": calendar(teller, OM)}
    return told | ({"screen": screens(teller)} if leak.is_spoken else {})


def screens(teller: Teller) -> list[str]:
    """What the screen shows while OM is inside, whichever item of its block or of the smaller one is spoken of."""
    meeting, now = teller.table.meeting, MEETS
    with teller.cast.as_person(POLICE, now=now) as work:
        room.start(work, consultation=meeting)
        for slug in (POLICE, DRENTHE, OM):
            room.let_in(work, consultation=meeting, organisation=teller.cast.id(slug), name="Iemand")
    asked = "SELECT id FROM hub.item WHERE partner = %s AND block = ANY (%s) AND state = 'published'"
    blocks, shown = [teller.table.blocks[name] for name in ("Drenthe, politie en OM", "Drenthe en politie")], set()
    for (item,) in teller.superuser.execute(asked, (teller.cast.id(POLICE), blocks)).fetchall():
        with teller.cast.as_person(POLICE, now=now) as work:
            room.begin_item(work, consultation=meeting, item=item)
            point = hall.screen(work, consultation=meeting).point
        shown.add(str(point and (point.code, point.title, point.facts)))
    return sorted(shown - {"None"})


def test_without_a_leak_om_tells_nothing_apart(found: dict[str, list[str]]):
    assert found["nothing"] == []


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_seen_where_it_leaves(found: dict[str, list[str]], leak: str):
    assert LEAKS[leak].outlet in found[leak]
