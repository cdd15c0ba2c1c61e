"""Two worlds that differ in what an organisation may not see give it the same agenda: page, documents, counts, times and order."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from hub.agendas import actions
from hub.agendas.documents import write_document
from hub.agendas.edition import Paper
from hub.agendas.tables import PlacedRow
from hub.agendas.together import is_no_finer
from hub.cases import actions as giving
from hub.cases.holding import HeldFact, hold_back
from hub.cases.received import Wanted, received
from hub.cases.told import told
from hub.sharing.facts import Value, parse_span
from tests.agendas import Table, lay_table
from tests.cast import DRENTHE, EMMEN, OM, POLICE, Cast
from tests.doors.visitor import seat_of

BLOCKS = {"Allen": (DRENTHE, POLICE, OM), "Bureau en politie": (DRENTHE, POLICE), "Politie en OM": (POLICE, OM)}
FORMS = ("json", "html", "docx", "odt")
CODE = re.compile(r"\b[2-9BCDFGHJ-NP-TV-XZ]{4}\b")
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
OWN = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-?[0-9A-HJKMNP-TV-Z]{4}-?[0-9A-HJKMNP-TV-Z]{3}")
SECONDS = re.compile(r'(name="schakel-session-seconds" content=")\d+')
TOKEN = re.compile(r'(name="formuliercode" value=")[0-9a-f]+')
WISH = actions.Wish("own", "", "", None, "Loopt vast.", 15, is_urgent=False)


@dataclass
class World:
    """One world: the same cases in `Allen`, and something else besides that OM may not see."""

    table: Table
    codes: list[str]

    def nominate(self, slug: str, wish: actions.Wish) -> None:
        with self.table.at(slug) as work:
            actions.nominate(work, consultation=self.table.meeting, wish=wish, house=self.table.cast.house)

    def theme(self, minutes: int) -> None:
        block = self.table.blocks["Bureau en politie"]
        self.nominate(DRENTHE, replace(WISH, about="theme", theme="Verborgen thema", block=block, minutes=minutes))

    def withhold(self, fact: str, *, recipient: str) -> None:
        with self.table.at(DRENTHE) as work:
            held = HeldFact("Te herkenbaar in dit dorp.", fact=fact)
            hold_back(work, code=self.codes[0], recipient=recipient, held=held, house=self.table.cast.house)


def nothing(_: World) -> None:
    pass


def many_hidden_cases(world: World) -> None:
    for place in ("GM0114", "GM1680", "GM0106", "GM0109"):
        world.table.bring(DRENTHE, place=place, consents={POLICE: "given"})


def a_hidden_theme(world: World) -> None:
    world.theme(30)


def a_hidden_urgent_case(world: World) -> None:
    world.nominate(DRENTHE, replace(WISH, code=world.table.bring(DRENTHE, consents={POLICE: "given"}), is_urgent=True))


def a_summary_and_more_for_the_giver_alone(world: World) -> None:
    world.table.bring(DRENTHE, place="GM1699", consents={}, narrative="Alleen voor ons.")


def a_repetition_that_others_do_not_know(world: World) -> None:
    for _ in range(3):
        world.table.bring(DRENTHE, place="GM0114", consents={POLICE: "given"})


def a_case_that_was_taken_back_before(world: World) -> None:
    code = world.table.bring(DRENTHE, consents={POLICE: "given"})
    world.table.place()
    with world.table.at(DRENTHE) as work:
        giving.withdraw_consent(work, code=code, recipient=POLICE, house=world.table.cast.house)


def a_wish_of_the_police_about_a_hidden_case(world: World) -> None:
    world.table.bring(DRENTHE, place="GM1731", consents={POLICE: "given"})
    with world.table.at(POLICE) as work:
        hidden = next(
            row.code for row in received(work, house=world.table.cast.house, wanted=Wanted()).rows if row.facts["place"] == "GM1731"
        )
    world.nominate(POLICE, replace(WISH, about="received", code=hidden))


def other_minutes_in_a_hidden_block(world: World) -> None:
    world.theme(5)


def a_fact_held_back_from_somebody_elsewhere(world: World) -> None:
    world.withhold("terrain", recipient=EMMEN)


WORLDS: tuple[Callable[[World], None], ...] = (
    nothing, many_hidden_cases, a_hidden_theme, a_hidden_urgent_case, a_summary_and_more_for_the_giver_alone,
    a_repetition_that_others_do_not_know, a_case_that_was_taken_back_before, a_wish_of_the_police_about_a_hidden_case,
    other_minutes_in_a_hidden_block, a_fact_held_back_from_somebody_elsewhere,
)  # fmt: skip


def play(cast: Cast, hidden: Callable[[World], None]) -> World:
    table = lay_table(cast, blocks=BLOCKS, minutes=30)
    codes = [table.bring(DRENTHE, place=place) for place in ("GM0114", "GM1680", "GM0106")]
    world = World(table, codes)
    hidden(world)
    for code, minutes in ((codes[1], 15), (codes[2], 10)):  # so that no two weigh alike, and none is told apart by its random code
        world.nominate(DRENTHE, replace(WISH, code=code, minutes=minutes))
    table.place()
    table.propose()
    table.settle()
    table.publish()
    return world


def views(app: Flask, world: World, slug: str, *, forms: Sequence[str] = FORMS) -> dict[str, str | bytes]:
    """Everything of the agenda that leaves for one organisation; random codes and keys told apart by where they first stand."""
    table, seat, found = world.table, seat_of(app, slug), dict[str, str | bytes]()
    for word in ("agenda", "niet-op-de-agenda", "aanmelden"):
        found[word] = even(seat.get(f"/bijeenkomsten/{table.meeting}/{word}").text)
    paper = table.paper(slug)
    for form in forms:
        made = BytesIO()
        write_document(leveled(paper), form=form, to=made)
        found[form] = made.getvalue()
    return found


def leveled(paper: Paper) -> Paper:
    """The same paper with every code in one form: codes are drawn anew in every world."""
    parts = []
    for part in paper.parts:
        entries = []
        for one in part.entries:
            own = tuple((name, OWN.sub("ELVEN", said)) for name, said in one.own)
            entries.append(replace(one, code=one.code and "K7F4", title=OWN.sub("ELVEN", one.title), own=own))
        parts.append(replace(part, entries=tuple(entries)))
    return replace(paper, parts=tuple(parts))


def even(page: str) -> str:
    for pattern, instead in ((SECONDS, r"\1"), (TOKEN, r"\1"), (KEY, "SLEUTEL"), (OWN, "ELVEN")):
        page = pattern.sub(instead, page)
    return re.sub(rf"(?<=[> \"]){CODE.pattern}(?= ·|<|:)", "CODE", page)


@dataclass
class Stage:
    """An empty hub, again and again, with one world played on it."""

    app: Flask
    cast: Cast
    superuser: psycopg.Connection
    emptied: str

    def play(self, hidden: Callable[[World], None]) -> World:
        self.superuser.execute(self.emptied)
        return play(self.cast, hidden)


@pytest.fixture
def stage(app: Flask, cast: Cast, superuser: psycopg.Connection, emptied: str) -> Stage:
    return Stage(app, cast, superuser, emptied)


def test_om_reads_the_same_in_every_world_that_differs_in_what_it_may_not_see(stage: Stage):
    seen, behind = {}, set()
    for hidden in WORLDS:
        world = stage.play(hidden)
        seen[hidden.__name__] = views(stage.app, world, OM)
        behind.add(str([(item.code is None, item.no, item.minutes, item.kind) for item in world.table.items(POLICE)]))

    first = seen["nothing"]
    assert [name for name, one in seen.items() if one != first] == []
    assert "Reden: Aangemeld door" in str(first["agenda"])
    assert len(behind) >= 4, "the worlds must differ for the police, or this proves nothing"


PLANTED = {
    "an item of a hidden block": """
        INSERT INTO hub.item SELECT i.* FROM hub.item o, LATERAL jsonb_populate_record(NULL::hub.item,
               to_jsonb(o) || jsonb_build_object('partner', {om}, 'block', {all})) i WHERE o.partner = {police} AND o.block = {small}""",
    "a time that counts what is hidden": """
        UPDATE hub.item SET starts = starts + make_interval(mins => (SELECT count(*)::int FROM hub.item WHERE block = {small}))
         WHERE partner = {om}""",
    "a rank among everything": """
        UPDATE hub.item i SET reasons = i.reasons || ('nummer ' || (SELECT count(*) FROM hub.item o WHERE o.partner = {police}))::text
         WHERE partner = {om}""",
    "a fact that one of the block lacks": """
        UPDATE hub.block_line SET facts = facts || jsonb_build_object('nature', (SELECT count(*) FROM hub.item WHERE block = {small})::text)
         WHERE partner = {om}""",
}  # fmt: skip


KEPT = "CREATE TEMP TABLE kept_{0} AS SELECT * FROM hub.{0} WHERE partner = {om}"
BACK = "DELETE FROM hub.{0} WHERE partner = {om}; INSERT INTO hub.{0} SELECT * FROM kept_{0}; DROP TABLE kept_{0}"


def test_every_leak_that_is_planted_is_seen(stage: Stage):
    seen: dict[str, list[object]] = {leak: [] for leak in PLANTED}
    for hidden in (nothing, many_hidden_cases):
        world = stage.play(hidden)
        blocks = {"small": world.table.blocks["Bureau en politie"], "all": world.table.blocks["Allen"]}
        words = {word: f"'{key}'::uuid" for word, key in blocks.items()} | {"om": stage.cast.id(OM), "police": stage.cast.id(POLICE)}
        for leak, done in PLANTED.items():
            before, after = ("; ".join(one.format(table, **words) for table in ("item", "block_line")) for one in (KEPT, BACK))
            stage.superuser.execute(f"SET session_replication_role = replica; {before}; {done.format(**words)}")
            seen[leak].append(views(stage.app, world, OM, forms=()))
            stage.superuser.execute(f"{after}; RESET session_replication_role")

    assert [leak for leak, (one, other) in seen.items() if one == other] == []


def test_every_common_fact_stands_in_the_rows_of_everybody_in_the_block_with_at_least_that_precision(cast: Cast):
    world = play(cast, many_hidden_cases)
    words = cast.house.book.vocabulary
    with cast.as_person(DRENTHE) as work:
        cases = {case.contribution: case for case in told(work, house=cast.house)}
        placed = {row.line: row.contribution for row in work.session.scalars(select(PlacedRow).where(PlacedRow.partner == work.partner))}
    lines = {line.id: line for slug in (DRENTHE, POLICE, OM) for line in world.table.lines(slug)}

    assert len(lines) == 7
    for line in lines.values():
        seats = next(seats for name, seats in BLOCKS.items() if world.table.blocks[name] == line.block)
        for telling in cases[placed[line.id]].tellings:
            if telling.recipient in {cast.id(seat) for seat in seats}:
                assert is_no_finer(read(line.facts), than=telling.facts, vocabulary=words)


def read(facts: Mapping[str, Any]) -> dict[str, Value]:
    """Facts as JSON holds them, as values."""
    told = {fact: tuple(value) if isinstance(value, list) else value for fact, value in facts.items()}
    return told | ({"incident_date": parse_span(facts["incident_date"])} if "incident_date" in facts else {})
