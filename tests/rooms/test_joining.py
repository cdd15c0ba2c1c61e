"""Belonging to a body: asked, said yes on one's own basis, said no, left; nobody takes part who did not say yes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

import psycopg
import pytest
from sqlalchemy import update

from hub.consultations import actions, founding, joining, years
from hub.consultations.ordering import PlannedBlock
from hub.consultations.queries import blocks, bodies, body, consultation, consultations, question, questions, seats
from hub.consultations.rules import BlockKind, Level
from hub.consultations.seats import NotAsked, SeatState
from hub.consultations.setup import Setup
from hub.consultations.tables import AccessionRow, ConsultationRow
from hub.kernel.database import Rival
from hub.kernel.errors import Invalid, NotFound, Refused
from tests.cast import COC_GD, DRENTHE, EMMEN, NOON, OM, OUTSIDER, POLICE, Cast
from tests.consulting import CHAIN, TABLE, make_block, make_body, make_consultation

SETUP = Setup(
    "Overleg Assen", Level.CASE, "Voortgang per zaak", "Aanwijzing discriminatie", OM, "drenthe", (CHAIN,), 5, 4, time(13, 30), 150,
    "Provinciehuis, Assen", "", 10, 56, 98, 2,
)  # fmt: skip
ASSEN, HERE = "overleg-assen", "casus-drenthe"
LATER = NOON + timedelta(hours=1)


def founded(cast: Cast) -> None:
    """A body of the police that asked the prosecutor and the bureau, who did not answer yet."""
    with cast.as_person(POLICE) as work:
        founding.found_body(work, setup=SETUP, members={OM: True, DRENTHE: False})


def follow(cast: Cast, slug: str) -> None:
    with cast.as_clerk(POLICE) as work:
        joining.follow(work, body=slug)


def in_the_plan(cast: Cast, who: str, slug: str) -> list[tuple[str, frozenset[str]]]:
    names = {cast.id(one): one for one in (*TABLE, COC_GD)}
    with cast.as_person(who) as work:
        return [(one.name, frozenset(names[seat] for seat in one.seats)) for one in blocks(work, body=slug, consultation=None)]


def test_who_did_not_answer_yet_has_no_seat_sees_no_meeting_and_is_named_in_no_plan(cast: Cast):
    founded(cast)
    follow(cast, ASSEN)
    with cast.as_person(OM) as work:
        joining.say_yes(work, body=ASSEN, basis="Wetboek van Strafvordering")
    follow(cast, ASSEN)
    with cast.as_person(POLICE) as work:
        actions.call_meeting(work, body=ASSEN, day=NOON.date() + timedelta(days=36), because="Kennismaken")

    with cast.as_person(DRENTHE) as work:
        assert (bodies(work), consultations(work), [one.slug for one in questions(work)]) == ((), (), [ASSEN])
        with pytest.raises(NotFound):
            body(work, slug=ASSEN)
    for _, seated in in_the_plan(cast, OM, ASSEN):
        assert seated == {POLICE, OM}
    with pytest.raises(Invalid) as refused, cast.as_person(POLICE) as work:
        sitting = frozenset({POLICE, DRENTHE})
        founding.plan_blocks(work, body=ASSEN, planned=[PlannedBlock("Twee", BlockKind.CASES, sitting, POLICE, 20)])
    assert refused.value.problems[0].sentence == "In een blok zitten alleen leden van dit overleg."


def test_the_database_lets_no_row_of_a_body_reach_who_did_not_say_yes_since_it_was_asked(cast: Cast, superuser: psycopg.Connection):
    make_body(cast)
    made = make_consultation(cast)
    superuser.execute("UPDATE hub.membership SET asked_at = now() WHERE partner = %s", (cast.id(EMMEN),))

    with pytest.raises(Rival), cast.as_person(POLICE) as work:
        work.session.execute(update(ConsultationRow).where(ConsultationRow.id == made).values(place="Elders"))

    follow(cast, HERE)
    copies = superuser.execute("SELECT partner FROM hub.consultation WHERE id = %s ORDER BY partner", (made,)).fetchall()
    assert [number for (number,) in copies] == sorted(cast.id(one) for one in (DRENTHE, POLICE, OM))


@pytest.mark.parametrize("pretends", [POLICE, OUTSIDER])
def test_nobody_says_yes_for_another_not_even_who_leads_the_body(cast: Cast, pretends: str, superuser: psycopg.Connection):
    founded(cast)

    with pytest.raises((Rival, Refused)), cast.as_person(pretends) as work:
        told = {"answer": "yes", "basis": "Verzonnen", "because": "", "answered_at": NOON}
        work.session.add(AccessionRow(partner=cast.id(OM), body=ASSEN, **told))
    with cast.as_person(OM) as work:
        joining.say_no(work, body=ASSEN, because="Wij hebben geen tijd.")
    with cast.as_person(pretends) as work:
        work.session.execute(update(AccessionRow).where(AccessionRow.partner == cast.id(OM)).values(answer="yes", basis="Verzonnen"))

    assert superuser.execute("SELECT answer FROM hub.accession WHERE partner = %s", (cast.id(OM),)).fetchall() == [("no",)]


def test_a_yes_needs_a_basis_and_a_no_a_reason_and_each_is_said_once(cast: Cast, superuser: psycopg.Connection):
    founded(cast)
    with pytest.raises(Invalid, match="grondslag"), cast.as_person(OM) as work:
        joining.say_yes(work, body=ASSEN, basis="  ")
    with pytest.raises(Invalid, match="waarom"), cast.as_person(OM) as work:
        joining.say_no(work, body=ASSEN, because="")
    with pytest.raises(NotAsked), cast.as_person(OM) as work:
        joining.leave(work, body=ASSEN, because="Wij gaan weg.")
    with pytest.raises(NotFound), cast.as_person(OUTSIDER) as work:
        joining.say_yes(work, body=ASSEN, basis="Wij willen ook.")
    with cast.as_person(OM) as work:
        joining.say_yes(work, body=ASSEN, basis="Wetboek  van Strafvordering")
    with cast.as_person(DRENTHE) as work:
        joining.say_no(work, body=ASSEN, because="Wij zitten al in een ander overleg.")

    with pytest.raises(NotAsked, match="doet mee"), cast.as_person(OM) as work:
        joining.say_yes(work, body=ASSEN, basis="Nog eens")
    with cast.as_person(POLICE) as work:
        told = {one.slug: (one.state, one.basis, one.because) for one in seats(work, slugs=(ASSEN,))[ASSEN]}
    assert told == {
        POLICE: (SeatState.YES, "Aanwijzing discriminatie", ""),
        OM: (SeatState.YES, "Wetboek van Strafvordering", ""),
        DRENTHE: (SeatState.NO, "", "Wij zitten al in een ander overleg."),
    }
    words = superuser.execute("SELECT convert_from(data, 'utf8') FROM audit.entry").fetchall()
    said = [line for (line,) in words if "deelname-beantwoord" in line]
    assert len(said) == 3
    assert not any("ander overleg" in line or "Strafvordering" in line for line in said)


def test_who_said_no_is_asked_again_only_when_who_leads_asks_again(cast: Cast):
    founded(cast)
    with cast.as_person(DRENTHE) as work:
        joining.say_no(work, body=ASSEN, because="Nu niet.")
        assert questions(work) == ()
    with cast.as_person(POLICE, now=LATER) as work:
        founding.seat_members(work, body=ASSEN, members={POLICE: True, OM: True, DRENTHE: True})
    with cast.as_person(DRENTHE, now=LATER) as work:
        joining.say_yes(work, body=ASSEN, basis="Wet gemeentelijke antidiscriminatievoorzieningen")

    with cast.as_person(DRENTHE, now=LATER) as work:
        assert [one.slug for one in bodies(work)] == [ASSEN]
        assert question(work, slug=ASSEN).mine.required


def test_an_old_yes_does_not_count_for_who_was_taken_out_and_asked_again(cast: Cast):
    make_body(cast)
    for now, members in ((NOON, (POLICE, DRENTHE, OM)), (LATER, TABLE)):
        with cast.as_person(POLICE, now=now) as work:
            founding.seat_members(work, body=HERE, members=dict.fromkeys(members, True))

    with cast.as_person(EMMEN, now=LATER) as work:
        assert bodies(work) == ()
        assert question(work, slug=HERE).mine.state is SeatState.ASKED


@pytest.mark.parametrize("others", [(POLICE, EMMEN), (POLICE, EMMEN, OM)])
def test_who_leaves_sees_nothing_any_more_and_its_seats_go_with_it(cast: Cast, others: Sequence[str]):
    make_body(cast)
    meeting = make_consultation(cast)
    make_block(cast, consultation=None, seats=TABLE, kind="opening", minutes=5)
    make_block(cast, consultation=None, seats=others, name="Deel", run_by=cast.id(EMMEN))
    with cast.as_person(EMMEN) as work:
        joining.leave(work, body=HERE, because="Wij hebben geen zaken meer.")

    with cast.as_person(EMMEN) as work:
        assert (bodies(work), consultations(work)) == ((), ())
    follow(cast, HERE)
    left = frozenset(others) - {EMMEN}
    kept = [("Deel", left)] if len(left) > 1 else []
    assert sorted(in_the_plan(cast, POLICE, HERE)) == sorted([("Allen", frozenset(TABLE) - {EMMEN}), *kept])
    with cast.as_person(POLICE) as work:
        assert all(one.run_by == cast.id(POLICE) for one in blocks(work, body=HERE, consultation=None))
        assert consultation(work, id=meeting).id == meeting
        assert body(work, slug=HERE).chair == cast.id(DRENTHE)


def test_who_leads_cannot_leave_and_when_the_chair_does_who_leads_takes_the_chair(cast: Cast):
    make_body(cast)
    with pytest.raises(joining.LeadsItself), cast.as_person(POLICE) as work:
        joining.leave(work, body=HERE, because="Wij willen niet meer.")
    with cast.as_person(DRENTHE) as work:
        joining.leave(work, body=HERE, because="Wij willen niet meer.")

    follow(cast, HERE)

    with cast.as_person(OM) as work:
        assert body(work, slug=HERE).chair == cast.id(POLICE)


def test_place_and_rhythm_of_a_body_change_and_meetings_that_are_planned_stay(cast: Cast, superuser: psycopg.Connection):
    make_body(cast)
    meeting = make_consultation(cast)
    with cast.as_person(POLICE) as work:
        before = founding.setup_of(work, body=body(work, slug=HERE))
        changed = founding.change_body(work, body=HERE, to=replace(before, place="Stadhuis, Emmen", weekday=2, quorum=3, name="Anders"))

    with cast.as_person(OM) as work:
        now = body(work, slug=HERE)
        assert consultation(work, id=meeting).place == "Provinciehuis, Assen"
    assert changed == {"place", "weekday", "quorum"}
    assert (now.name, now.place, now.weekday, now.quorum) == (before.name, "Stadhuis, Emmen", 2, 3)
    with pytest.raises(Refused), cast.as_person(OM) as work:
        founding.change_body(work, body=HERE, to=before)
    make_block(cast, consultation=None, seats=TABLE, minutes=140)
    for to, place in (({"quorum": 9}, "quorum"), ({"minutes": 120}, "minutes"), ({"chair": COC_GD}, "chair"),
                      ({"purpose": "Iets anders"}, "purpose"), ({"place": "Stadhuis, Emmen"}, "place")):  # fmt: skip
        with pytest.raises(Invalid) as refused, cast.as_person(POLICE) as work:
            other = replace(founding.setup_of(work, body=body(work, slug=HERE)), **to)
            founding.change_body(work, body=HERE, to=other)
        assert [one.place for one in refused.value.problems] == [place]
    lines = superuser.execute("SELECT convert_from(data, 'utf8') FROM audit.entry").fetchall()
    assert [line for (line,) in lines if "overlegvorm-gewijzigd" in line and '["place","quorum","weekday"]' in line]


def test_another_purpose_asks_every_member_anew_and_until_then_nobody_takes_part(cast: Cast):
    make_body(cast)
    make_block(cast, consultation=None, seats=TABLE)
    with cast.as_person(POLICE) as work:
        before = founding.setup_of(work, body=body(work, slug=HERE))
        founding.change_body(work, body=HERE, to=replace(before, purpose="Alleen cijfers", level=Level.FIGURES))

    assert in_the_plan(cast, POLICE, HERE) == [("Allen", frozenset({POLICE}))]
    with cast.as_person(DRENTHE) as work:
        assert bodies(work) == ()
        assert question(work, slug=HERE).body.purpose == "Alleen cijfers"
        joining.say_yes(work, body=HERE, basis="Wet gemeentelijke antidiscriminatievoorzieningen")
    follow(cast, HERE)
    assert in_the_plan(cast, DRENTHE, HERE) == [("Allen", frozenset({POLICE, DRENTHE}))]


def test_a_year_is_not_put_before_a_body_of_one(cast: Cast):
    founded(cast)

    with cast.as_person(POLICE) as work:
        series = years.draft_year(work, body=ASSEN, year=2027, previous=NOON.date())
        with pytest.raises(founding.NobodyElse):
            years.propose(work, series=series)
        with pytest.raises(founding.NobodyElse):
            actions.call_meeting(work, body=ASSEN, day=NOON.date() + timedelta(days=36), because="Kennismaken")
