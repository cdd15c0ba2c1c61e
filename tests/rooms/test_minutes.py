"""Minutes from draft to adoption: who reads them, what stays for ever, and how a correction is a version of its own."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import update

from hub.agendas.papers import canonical_json
from hub.consultations.queries import consultation
from hub.consultations.rules import NotNow, State
from hub.kernel.database import Rival
from hub.kernel.errors import Conflict, HubError, Invalid, NotFound, Refused
from hub.meetings import actions, adoption, minutes
from hub.meetings.leaves import is_under
from hub.meetings.minutes import Stage
from hub.meetings.settling import settle_meetings
from hub.meetings.tables import MinutesRow
from tests.cast import DRENTHE, EMMEN, NOON, OM, OUTSIDER, POLICE, Cast
from tests.consulting import MEETS, make_consultation
from tests.meeting import Room, make_item

AFTER = timedelta(days=30)


@pytest.fixture
def room(cast: Cast) -> Room:
    """A meeting that is over, with an item in either block and one action."""
    made = Room(cast, state="going")
    for block, code, said in ((made.all, "K7F4", "De politie sprak met de gemeente."), (made.small, "M2QX", "OM vraagt om het dossier.")):
        make_item(cast, block=block, code=code, title=f"Punt {code}", state="discussed", outcome="discussed", discussion=said, no=0)
    made.agreed()
    with cast.as_person(POLICE) as work:
        actions.end(work, consultation=made.id)
    return made


def drafted(room: Room) -> dict[str, UUID]:
    """The minutes of each block by its name, begun by the police."""
    with room.cast.as_person(POLICE) as work:
        adoption.draft(work, consultation=room.id)
        return {one.block_name: one.id for one in minutes.record_of(work, consultation=room.id).minutes}


def sent(room: Room) -> dict[str, UUID]:
    found = drafted(room)
    with room.cast.as_person(POLICE) as work:
        for one in found.values():
            adoption.send(work, minutes=one, is_confirmed=True)
    return found


def seen(room: Room, slug: str) -> dict[str, minutes.Minutes]:
    with room.cast.as_person(slug) as work:
        return {one.block_name: one for one in minutes.record_of(work, consultation=room.id).minutes}


def refused(room: Room, slug: str, deed: str, **told: object) -> type[HubError]:
    with pytest.raises(HubError) as error, room.cast.as_person(slug) as work:
        getattr(adoption, deed)(work, **told)
    return error.type


def test_a_draft_is_made_of_what_was_noted_and_nobody_else_has_a_copy_of_it(room: Room, superuser: psycopg.Connection) -> None:
    drafted(room)

    told = seen(room, POLICE)["Allen"].passages
    assert [one.title for one in told][:2] == ["Algemeen", "Punt K7F4"] and told[1].words == "De politie sprak met de gemeente."
    assert told[2].agreed[0][1].startswith("Bel de gemeente")
    assert seen(room, OM) == {}
    assert superuser.execute("SELECT count(DISTINCT partner) FROM hub.minutes").fetchone() == (1,)


def test_minutes_reach_who_sits_in_the_block_there_or_not_and_nobody_else(room: Room) -> None:
    found = sent(room)

    assert (set(seen(room, OM)), set(seen(room, EMMEN))) == ({"Allen", "Politie en OM"}, {"Allen"})
    with room.cast.as_person(DRENTHE) as work, pytest.raises(NotFound) as hidden:
        minutes.minutes_row(work, minutes=found["Politie en OM"])
    with room.cast.as_person(DRENTHE) as work, pytest.raises(NotFound) as absent:
        minutes.minutes_row(work, minutes=UUID(int=1))
    assert hidden.value.sentence == absent.value.sentence
    with room.cast.as_person(OUTSIDER) as work, pytest.raises(NotFound):
        minutes.minutes_paper(work, consultation=room.id)


def test_minutes_say_when_nobody_was_written_down_as_present(room: Room) -> None:
    sent(room)
    with room.cast.as_person(DRENTHE) as work:
        there = minutes.minutes_paper(work, consultation=room.id).parts[0]

    assert (there.heading, there.note, there.entries) == ("Aanwezig", "Er is niemand ingeschreven.", ())


def test_an_edition_holds_only_the_own_blocks_and_is_equal_whatever_is_said_in_another(room: Room) -> None:
    found = drafted(room)
    with room.cast.as_person(POLICE) as work:
        adoption.send(work, minutes=found["Allen"], is_confirmed=True)
    with room.cast.as_person(EMMEN) as work:
        before = canonical_json(minutes.minutes_paper(work, consultation=room.id))
    with room.cast.as_person(POLICE) as work:
        adoption.write(work, minutes=found["Politie en OM"], version=1, texts={0: "Geheim tussen ons."})
        adoption.send(work, minutes=found["Politie en OM"], is_confirmed=True)
    with room.cast.as_person(EMMEN) as work:
        assert canonical_json(minutes.minutes_paper(work, consultation=room.id)) == before
    with room.cast.as_person(OM) as work:
        assert "Geheim tussen ons." in canonical_json(minutes.minutes_paper(work, consultation=room.id)).decode()


def test_every_edition_carries_one_root_and_each_text_proves_itself_by_a_path_of_six(room: Room) -> None:
    sent(room)

    ours, theirs = seen(room, POLICE)["Allen"], seen(room, EMMEN)["Allen"]
    assert ours.root == theirs.root and ours.passages == theirs.passages
    for one in theirs.passages:
        proof = [bytes.fromhex(step) for step in one.proof]
        assert len(proof) == 6 and one.place is not None and theirs.root
        assert is_under(bytes.fromhex(one.leaf), place=one.place, path=proof, root=bytes.fromhex(theirs.root))


def test_sending_asks_a_confirmation_and_refuses_a_text_that_says_who_somebody_is(room: Room) -> None:
    found = drafted(room)["Allen"]
    with room.cast.as_person(POLICE) as work:
        adoption.write(work, minutes=found, version=1, texts={1: "Bel 06-12345678 of mail jan@voorbeeld.nl."})

    with pytest.raises(Invalid) as wrong, room.cast.as_person(POLICE) as work:
        adoption.send(work, minutes=found, is_confirmed=False)

    assert {one.place for one in wrong.value.problems} == {"text-1", "confirmed"}
    assert seen(room, POLICE)["Allen"].stage is Stage.DRAFT


def test_two_note_takers_cannot_overwrite_each_other(room: Room) -> None:
    found = drafted(room)["Allen"]
    with room.cast.as_person(POLICE) as work:
        adoption.write(work, minutes=found, version=1, texts={0: "Eerst"})

    assert refused(room, POLICE, "write", minutes=found, version=1, texts={0: "Later"}) is adoption.WrittenMeanwhile
    assert seen(room, POLICE)["Allen"].passages[0].words == "Eerst"


def test_members_remark_until_the_day_and_all_of_the_block_read_it(room: Room) -> None:
    found = sent(room)["Allen"]
    with room.cast.as_person(EMMEN) as work:
        adoption.remark(work, minutes=found, words="Het ging over de gemeente Emmen.")

    assert [(one.by, one.words) for one in seen(room, OM)["Allen"].remarks] == [
        (room.cast.partners[EMMEN].name, "Het ging over de gemeente Emmen.")
    ]
    assert seen(room, OM)["Allen"].remarks_until == NOON.date() + timedelta(days=14)
    with pytest.raises(adoption.NotInThisStage), room.cast.as_person(EMMEN, now=NOON + AFTER) as work:
        adoption.remark(work, minutes=found, words="Te laat.")
    assert refused(room, OUTSIDER, "remark", minutes=found, words="Van buiten") is NotFound


def test_minutes_are_adopted_in_the_next_meeting_that_began_and_the_meeting_follows(room: Room, superuser: psycopg.Connection) -> None:
    found = sent(room)
    assert refused(room, POLICE, "adopt", minutes=found["Allen"]) is Conflict
    following = make_consultation(room.cast, starts=MEETS + timedelta(days=60), state="going")

    assert refused(room, OM, "adopt", minutes=found["Allen"]) is Refused
    with room.cast.as_person(POLICE) as work:
        assert consultation(work, id=room.id).state is State.MINUTED
        for one in found.values():
            adoption.adopt(work, minutes=one)
        assert consultation(work, id=room.id).state is State.ADOPTED

    assert seen(room, OM)["Allen"].stage is Stage.ADOPTED
    assert superuser.execute("SELECT DISTINCT adopted_in FROM hub.minutes").fetchall() == [(following,)]
    lines = [
        row for (row,) in superuser.execute("SELECT convert_from(data, 'utf8') FROM audit.entry").fetchall() if "verslag-vastgesteld" in row
    ]
    assert len(lines) == 2 and any(str(seen(room, OM)["Allen"].root) in line for line in lines)


def test_what_was_adopted_stays_as_it_is_whoever_tries(room: Room) -> None:
    found = sent(room)["Allen"]
    make_consultation(room.cast, starts=MEETS + timedelta(days=60), state="held")
    with room.cast.as_person(POLICE) as work:
        adoption.adopt(work, minutes=found)

    for change in ({"state": "sent", "adopted_at": None}, {"texts": {"entries": []}}, {"adopted_at": NOON + AFTER}):
        with pytest.raises(Rival) as rival, room.cast.as_person(POLICE) as work:
            work.session.execute(update(MinutesRow).where(MinutesRow.partner == work.partner, MinutesRow.id == found).values(change))
        assert rival.value.constraint == "minutes_adopted_stay_check"


def test_a_correction_is_a_new_version_with_a_reason_and_the_old_one_stays(room: Room) -> None:
    found = sent(room)["Allen"]

    assert refused(room, POLICE, "correct", minutes=found, because="") is Invalid
    assert refused(room, EMMEN, "correct", minutes=found, because="Ik wil het anders") is Refused
    with room.cast.as_person(POLICE) as work:
        new = adoption.correct(work, minutes=found, because="De gemeente was Emmen")
    assert seen(room, EMMEN)["Allen"].number == 1
    with room.cast.as_person(POLICE) as work:
        adoption.send(work, minutes=new, is_confirmed=True)

    told = seen(room, EMMEN)["Allen"]
    assert (told.number, told.because) == (2, "De gemeente was Emmen")
    assert refused(room, POLICE, "adopt", minutes=found) is adoption.NotInThisStage


def test_the_list_of_outcomes_holds_what_the_own_blocks_decided_and_says_when_it_may_still_change(room: Room, cast: Cast) -> None:
    with cast.as_person(OM) as work:
        told = canonical_json(minutes.outcomes_paper(work, consultation=room.id)).decode()
    assert "Bel de gemeente" in told and "A27-" in told.replace("A26-", "A27-")

    coming = make_consultation(cast, starts=MEETS + timedelta(days=60))
    with cast.as_person(OM) as work:
        early = canonical_json(minutes.outcomes_paper(work, consultation=coming)).decode()
    assert "Bel de gemeente" not in early and "Deze lijst kan nog veranderen" in early
    with cast.as_person(OUTSIDER) as work, pytest.raises(NotFound):
        minutes.outcomes_paper(work, consultation=room.id)
    assert refused(room, POLICE, "draft", consultation=coming) is NotNow


def test_time_publishes_the_list_begins_the_minutes_and_tells_each_member_once(room: Room, superuser: psycopg.Connection) -> None:
    def pass_time(days: int) -> list[int]:
        made = []
        for slug in (POLICE, OM, EMMEN):
            with room.cast.as_clerk(slug, now=NOON + timedelta(days=days)) as work:
                made.append(settle_meetings(work))
        return made

    assert pass_time(0) == [0, 0, 0]
    assert pass_time(1) == [1, 1, 1]
    assert pass_time(2) == [0, 0, 0] and seen(room, POLICE) == {}
    assert pass_time(7) == [0, 0, 0]
    assert set(seen(room, POLICE)) == {"Allen", "Politie en OM"} and seen(room, EMMEN) == {}
    with room.cast.as_person(POLICE) as work:
        adoption.send(work, minutes=seen(room, POLICE)["Politie en OM"].id, is_confirmed=True)
    assert pass_time(8) == [1, 1, 0]

    told = superuser.execute("SELECT kind, count(*) FROM hub.notice WHERE kind LIKE '%_ready' GROUP BY kind ORDER BY kind").fetchall()
    assert told == [("minutes_ready", 2), ("outcomes_ready", 3)]
    paths = {path for (path,) in superuser.execute("SELECT path FROM hub.notice WHERE kind = 'outcomes_ready'").fetchall()}
    assert paths == {f"/bijeenkomsten/{room.id}/besluitenlijst"}
