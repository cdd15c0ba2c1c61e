"""A meeting as it goes: who is inside decides what is on the screen, two note-takers lose nothing, and what is held over says so."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import delete, update

from hub.agendas.tables import BlockLineRow
from hub.consultations.queries import consultation
from hub.consultations.rules import NotNow, State
from hub.kernel.errors import Conflict, NotFound, Refused
from hub.meetings import actions, queries
from hub.meetings.rules import GUEST, Noted, Outcome, Overtaken
from hub.meetings.tables import PresenceRow
from tests.cast import COC_GD, DRENTHE, EMMEN, NOON, OM, OUTSIDER, POLICE, Cast
from tests.consulting import TABLE
from tests.meeting import Room, make_item, make_line


@pytest.fixture
def room(cast: Cast) -> Room:
    made = Room(cast)
    with cast.as_person(POLICE) as work:
        actions.start(work, consultation=made.id)
    return made


def let_in(room: Room, slug: str | None, name: str = "Iemand") -> UUID:
    with room.cast.as_person(POLICE) as work:
        return actions.let_in(work, consultation=room.id, organisation=room.cast.id(slug) if slug else GUEST, name=name)


def begin(room: Room, item: UUID) -> None:
    with room.cast.as_person(POLICE) as work:
        actions.begin_item(work, consultation=room.id, item=item)


def on_screen(room: Room, slug: str = POLICE) -> str | None:
    with room.cast.as_person(slug) as work:
        point = queries.screen(work, consultation=room.id).point
    return point.code if point else None


def hidden(room: Room, slug: str = POLICE) -> tuple[str, ...]:
    with room.cast.as_person(slug) as work:
        return queries.hall(work, consultation=room.id).hidden


def case(room: Room, block: UUID, code: str) -> UUID:
    return make_item(room.cast, block=block, kind="case", title=None, line=make_line(room.cast, block=block), code=code)


def test_a_late_comer_narrows_the_screen_at_once_and_a_guest_takes_every_case_from_it(room: Room):
    begin(room, case(room, room.small, "K7F4"))
    told = [on_screen(room)]
    let_in(room, OM)
    told.append(on_screen(room))
    late = let_in(room, DRENTHE)
    told.append(on_screen(room))
    assert hidden(room) == ("K7F4",) and hidden(room, DRENTHE) == ()
    with room.cast.as_person(POLICE) as work:
        actions.let_out(work, consultation=room.id, presence=late)
    told.append(on_screen(room))
    let_in(room, None, "Een gast")
    told.append(on_screen(room))

    assert told == [None, "K7F4", None, "K7F4", None]


def test_whoever_came_and_went_before_the_screen_shows_no_more_than_every_one_inside_has(room: Room):
    codes = {room.small: "K7F4", room.all: "M2QX"}
    items = {block: case(room, block, code) for block, code in codes.items()}
    seats = {room.small: {POLICE, OM}, room.all: set(TABLE)}
    inside: dict[str, UUID] = {}
    for slug in (OM, DRENTHE, OM, EMMEN, OM, DRENTHE, OM, EMMEN, DRENTHE, OM):  # through every company that these three can make
        if slug in inside:
            with room.cast.as_person(POLICE) as work:
                actions.let_out(work, consultation=room.id, presence=inside.pop(slug))
        else:
            inside[slug] = let_in(room, slug)
        for block, item in items.items():
            begin(room, item)
            assert on_screen(room) == (codes[block] if inside and set(inside) <= seats[block] else None)


def test_an_organisation_that_does_not_sit_there_reads_nothing_of_an_item_that_goes_on(room: Room, superuser: psycopg.Connection):
    item = case(room, room.small, "K7F4")
    let_in(room, OM)
    begin(room, item)

    with room.cast.as_person(DRENTHE) as work:
        found = queries.hall(work, consultation=room.id)
        assert [part.block.id for part in found.parts] == [room.all]
        assert queries.screen(work, consultation=room.id).point is None
        with pytest.raises(NotFound):
            queries.point(work, consultation=room.id, item=item)
    for slug in (OUTSIDER, COC_GD):
        with room.cast.as_person(slug) as work, pytest.raises(NotFound):
            queries.hall(work, consultation=room.id)


def test_a_case_that_is_shared_no_more_goes_from_page_and_screen_at_once(room: Room):
    line = make_line(room.cast, block=room.all)
    begin(room, make_item(room.cast, block=room.all, kind="case", title=None, line=line, code="K7F4"))
    let_in(room, OM)
    with room.cast.as_person(OM) as work:
        before = queries.screen(work, consultation=room.id).point
    with room.cast.as_person(POLICE) as work:
        work.session.execute(delete(BlockLineRow).where(BlockLineRow.id == line))
    with room.cast.as_person(OM) as work:
        after = queries.screen(work, consultation=room.id).point

    assert before and before.facts and "Emmen" in before.title
    assert after and (after.facts, after.title) == ((), "Zaak")


def test_only_who_leads_starts_ends_and_lets_in_and_each_only_when_it_fits(cast: Cast):
    room = Room(cast)
    with pytest.raises(Refused), cast.as_person(OM) as work:
        actions.start(work, consultation=room.id)
    with pytest.raises(NotFound), cast.as_person(OUTSIDER) as work:
        actions.start(work, consultation=room.id)
    with pytest.raises(NotNow):
        let_in(room, OM)
    with cast.as_person(POLICE) as work:
        actions.start(work, consultation=room.id)
    with pytest.raises(NotNow), cast.as_person(POLICE) as work:
        actions.start(work, consultation=room.id)
    let_in(room, OM)
    with pytest.raises(Conflict):
        let_in(room, OM)
    with pytest.raises(Refused), cast.as_person(OM) as work:
        actions.end(work, consultation=room.id)


def test_the_end_lets_everybody_out_and_holds_over_what_was_not_reached(room: Room):
    reached, left = make_item(room.cast, block=room.all), make_item(room.cast, block=room.all)
    let_in(room, OM)
    begin(room, reached)
    with room.cast.as_person(POLICE) as work:
        actions.note(work, consultation=room.id, item=reached, noted=Noted(1, "Besproken.", Outcome.DISCUSSED))
    with room.cast.as_person(POLICE, now=NOON + timedelta(hours=2)) as work:
        actions.end(work, consultation=room.id)

    with room.cast.as_person(DRENTHE) as work:
        found = queries.hall(work, consultation=room.id)
        assert consultation(work, id=room.id).state is State.HELD
        assert {one.id: one.state for part in found.parts for one in part.points} == {reached: "discussed", left: "held_over"}
        assert found.inside == () and [one.left_at for one in found.gone] == [NOON + timedelta(hours=2)]


def test_of_two_note_takers_the_second_hears_of_the_first_and_the_text_of_neither_is_lost(app: Flask, room: Room):
    item, together = make_item(room.cast, block=room.all), Barrier(2)

    def write(text: str) -> str:
        with app.app_context():
            try:
                with room.cast.as_person(POLICE) as work:
                    together.wait()
                    actions.note(work, consultation=room.id, item=item, noted=Noted(1, text, None))
            except Overtaken:
                return f"not {text}"
            return text

    with ThreadPoolExecutor(2) as threads:
        told = sorted(threads.map(write, ("one", "two")))

    [written] = [one for one in told if not one.startswith("not")]
    assert len(told) == 2 and f"not {written}" not in told
    with room.cast.as_person(OM) as work:
        _, point = queries.point(work, consultation=room.id, item=item)
        assert (point.discussion, point.version) == (written, 2)


def test_who_does_not_run_the_block_writes_nothing_of_it_but_its_own_notes(room: Room):
    item = make_item(room.cast, block=room.all)
    with pytest.raises(Refused), room.cast.as_person(OM) as work:
        actions.note(work, consultation=room.id, item=item, noted=Noted(1, "Iets", None))
    with pytest.raises(Refused), room.cast.as_person(OM) as work:
        actions.begin_item(work, consultation=room.id, item=item)
    for words in ("Ons eerste idee", "Ons tweede idee"):
        with room.cast.as_person(OM) as work:
            actions.keep_own_note(work, item=item, words=words)
    with pytest.raises(NotFound), room.cast.as_person(COC_GD) as work:
        actions.keep_own_note(work, item=item, words="Wij ook")

    seen = {}
    for slug in TABLE:
        with room.cast.as_person(slug) as work:
            seen[slug] = queries.point(work, consultation=room.id, item=item)[1].own_note
    assert seen == {DRENTHE: "", EMMEN: "", POLICE: "", OM: "Ons tweede idee"}


def test_one_item_goes_on_at_a_time_and_one_that_ended_is_not_on_the_screen(room: Room):
    first, second = make_item(room.cast, block=room.all, code="K7F4"), make_item(room.cast, block=room.all, code="M2QX")
    let_in(room, OM)
    begin(room, first)
    begin(room, second)
    assert on_screen(room) == "M2QX"
    with room.cast.as_person(POLICE) as work:
        actions.end_item(work, consultation=room.id, item=second)
    assert on_screen(room) is None
    with room.cast.as_person(POLICE) as work:
        _, point = queries.point(work, consultation=room.id, item=first)
    assert point.ended_at is not None


def test_nobody_but_who_leads_writes_who_is_there(room: Room):
    let_in(room, OM)

    with pytest.raises(Refused), room.cast.as_person(OM) as work:
        work.session.execute(update(PresenceRow).values(name="Een ander"))
    with pytest.raises(Refused), room.cast.as_person(OM) as work:
        actions.let_in(work, consultation=room.id, organisation=work.partner, name="Nog iemand")
