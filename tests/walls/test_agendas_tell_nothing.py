"""Two worlds that differ in what an organisation may not see give it the same meeting: pages, documents, rows, mail, calendar."""

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from hub.agendas import actions
from hub.agendas.rules import Line
from hub.agendas.tables import PlacedRow
from hub.agendas.together import is_no_finer
from hub.cases import actions as giving
from hub.cases.house import House
from hub.cases.told import told
from hub.meetings import actions as room
from hub.meetings import queries as hall
from hub.sharing.facts import Value, parse_span
from tests.agendas import Table, lay_table
from tests.cast import DRENTHE, OM, POLICE, Cast
from tests.consulting import TABLE, make_block, make_consultation
from tests.meeting import make_item
from tests.walls.leaving import differences, everything
from tests.walls.stories import Story, first_story, twin_of
from tests.walls.telling import BEFORE, Teller, teller_on

SEEDS = (0,)
THREE = {"Allen": (DRENTHE, POLICE, OM), "Bureau en politie": (DRENTHE, POLICE), "Politie en OM": (POLICE, OM)}


@pytest.fixture(scope="module")
def teller(app: Flask, house: House, superuser: psycopg.Connection, emptied: str) -> Iterator[Teller]:
    superuser.execute(emptied)
    with app.app_context(), teller_on(app, Cast(house), superuser, emptied) as made:
        yield made
    superuser.execute(emptied)


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_at_the_table_tells_a_world_from_one_without_what_it_may_not_see(teller: Teller, seed: int):
    story = first_story(seed)
    teller.tell(story, to=TABLE)
    first, behind = {slug: everything(teller, slug) for slug in TABLE}, {spoken_of(teller)}

    apart = {}
    for slug in TABLE:
        twin = twin_of(story, slug, Random(f"{seed} {slug}"))
        teller.tell(twin, to=[slug])
        apart[slug] = differences(first[slug], everything(teller, slug))
        behind.add(spoken_of(teller))
        assert twin.hidden > 5, "the worlds must differ, or this proves nothing"

    assert apart == {slug: [] for slug in TABLE}
    assert len(behind) == len(TABLE) + 1
    check_mail(first, story)
    for view in first.values():
        check_there_is_something(view)


def check_there_is_something(view: Mapping[str, Any]) -> None:
    assert view["agenda.pdf"].startswith(b"%PDF")
    assert len(view["rows of item"]) >= 4 and view["rows of block_line"]
    assert "Reden: " in view["meeting/agenda"] and "is besproken." in view["meeting/verslag"]


def spoken_of(teller: Teller) -> str:
    """A fingerprint of all items and lines together, which nobody may see whole."""
    asked = """SELECT md5(string_agg(code || minutes || state, ',' ORDER BY code)) FROM hub.item"""
    return str(teller.look(asked))


def check_mail(views: Mapping[str, Mapping[str, Any]], story: Story) -> None:
    """No word of a case, a theme or an action in anything that leaves by mail or calendar; and there is mail."""
    for view in views.values():
        said = json.dumps([view["mail"], view["calendar"]], ensure_ascii=False).casefold()
        assert len(view["mail"]) >= 3 and view["calendar"]
        assert [word for word in ("kwartel", "verborgen", "jaarwisseling", "zaak-", "gm0", "gm1") if word in said] == []
        for case in story.cases:
            assert [fact for fact in ("nature", "terrain", "accused") if str(case.facts.get(fact, "geen feit")) in said] == []


def test_every_common_fact_stands_in_the_rows_of_everybody_in_the_block_with_at_least_that_precision(cast: Cast):
    table = lay_table(cast, blocks=THREE, minutes=30)
    for place, who in (("GM0114", (POLICE, OM)), ("GM1680", (POLICE,)), ("GM0106", (POLICE, OM)), ("GM0109", (POLICE,))):
        table.bring(DRENTHE, place=place, consents=dict.fromkeys(who, "given"), handling=("bemiddeling",))
    table.place()
    words = cast.house.book.vocabulary
    with cast.as_person(DRENTHE) as work:
        cases = {case.contribution: case for case in told(work, house=cast.house)}
        placed = {row.line: row.contribution for row in work.session.scalars(select(PlacedRow).where(PlacedRow.partner == work.partner))}
    lines = {line.id: line for slug in (DRENTHE, POLICE, OM) for line in table.lines(slug)}

    assert len(lines) == 4
    for line in lines.values():
        seats = next(seats for name, seats in THREE.items() if table.blocks[name] == line.block)
        for telling in cases[placed[line.id]].tellings:
            if telling.recipient in {cast.id(seat) for seat in seats}:
                assert is_no_finer(read(line), than=telling.facts, vocabulary=words)


def read(line: Line) -> dict[str, Value]:
    """Facts as JSON holds them, as values."""
    facts = {fact: tuple(value) if isinstance(value, list) else value for fact, value in line.facts.items()}
    return facts | ({"incident_date": parse_span(line.facts["incident_date"])} if "incident_date" in facts else {})


def test_a_case_that_went_to_a_smaller_block_is_spoken_of_there_alone(cast: Cast):
    """Somebody who may know of it no more sits in the old block: on its agenda and on its screen there is nothing left of the case."""
    table = lay_table(cast, blocks=THREE, minutes=30)
    code = table.bring(DRENTHE)
    table.place()
    table.propose()
    with table.at(DRENTHE) as work:
        giving.withdraw_consent(work, code=code, recipient=OM, house=cast.house)
    table.place()
    table.propose()
    table.settle()
    table.publish()

    with table.at(POLICE) as work:
        room.start(work, consultation=table.meeting)
        room.let_in(work, consultation=table.meeting, organisation=cast.id(OM), name="Iemand")
    [old] = table.items(OM)
    with table.at(POLICE) as work:
        room.begin_item(work, consultation=table.meeting, item=old.id)
        shown = hall.screen(work, consultation=table.meeting).point
    assert {item.block: item.is_withdrawn for item in table.items(POLICE)} == {
        table.blocks["Allen"]: True,
        table.blocks["Bureau en politie"]: False,
    }
    assert shown is not None and (shown.title, shown.facts, shown.case) == ("Zaak", (), "")
    assert all(not entry.facts for part in table.paper(DRENTHE).parts if "Allen" in part.heading for entry in part.entries)


def test_themes_with_one_name_in_two_blocks_stay_two_items_however_often_the_agenda_is_made(cast: Cast):
    table = lay_table(cast, blocks=THREE, minutes=30)
    nominate(table, DRENTHE, "Allen", "Voor allen.")
    nominate(table, POLICE, "Bureau en politie", "Niet voor OM.")
    table.propose()
    [seen] = table.items(OM)
    with table.at(POLICE) as work:
        actions.give_minutes(work, consultation=table.meeting, item=seen.id, minutes=seen.minutes)
    table.propose()

    assert [item.reasons for item in table.items(OM)] == [seen.reasons]
    assert sorted(item.reasons[-1] for item in table.items(POLICE)) == ["Niet voor OM.", "Voor allen."]


def nominate(table: Table, slug: str, block: str, because: str) -> None:
    wish = actions.Wish("theme", "", "Jaarwisseling", table.blocks[block], because, 10, is_urgent=False)
    with table.at(slug) as work:
        actions.nominate(work, consultation=table.meeting, wish=wish, house=table.cast.house)


def test_what_was_held_over_comes_back_once_though_two_organisations_run_blocks_that_could_speak_of_it(cast: Cast):
    """Otherwise the second of them could make no agenda at all."""
    table = lay_table(cast, blocks={"Allen": (DRENTHE, POLICE, OM)}, minutes=30)
    make_block(cast, consultation=table.meeting, seats=(DRENTHE, OM), name="Bureau en OM", no=2, run_by=cast.id(DRENTHE))
    before = make_consultation(cast, state="held", starts=BEFORE)
    block = make_block(cast, consultation=before, seats=(DRENTHE, POLICE, OM), starts=BEFORE)
    make_item(cast, block=block, title="Vuurwerk", state="held_over", outcome="held_over")

    for slug in (POLICE, DRENTHE, POLICE):
        table.propose(slug)

    assert [item.title for item in table.items(OM) if item.block in table.blocks.values()] == ["Vuurwerk"]
    assert len(table.items(OM)) == 1
