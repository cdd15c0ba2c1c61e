"""Bodies: set up by who leads them, joined and left, their time divided, and what members say to them."""

from datetime import UTC, date, datetime, time

import psycopg
import pytest

from hub.consultations import actions, founding, joining
from hub.consultations.founding import NameTaken, found_body
from hub.consultations.ordering import PlannedBlock
from hub.consultations.queries import attendees, blocks, bodies, body, consultation, consultations, unavailabilities
from hub.consultations.rules import AbsenceKind, Away, BlockKind, Duty, Level, NotNow, State
from hub.consultations.setup import Setup
from hub.kernel.errors import Invalid, NotFound, Refused
from hub.people.queries import colleagues
from tests.cast import COC_GD, DRENTHE, EMMEN, FRYSLAN, OM, OUTSIDER, POLICE, Cast
from tests.consulting import CHAIN, TABLE, make_block, make_body, make_consultation

SETUP = Setup(
    "Casuïstiek Drénthe", Level.CASE, "Voortgang per zaak", "Aanwijzing discriminatie", OM, "drenthe", (CHAIN,), 5, 4, time(13, 30), 150,
    "Provinciehuis, Assen", "https://vergaderen.voorbeeld.invalid/x", 10, 56, 98, 3,
)  # fmt: skip
SEATED = {DRENTHE: True, EMMEN: False, OM: True}


def test_who_sets_up_a_body_leads_it_and_belongs_to_it_with_a_first_plan_of_its_time(cast: Cast):
    with cast.as_person(POLICE) as work:
        slug = found_body(work, setup=SETUP, members=SEATED)
    for member in SEATED:
        with cast.as_person(member) as work:
            joining.say_yes(work, body=slug, basis="Onze eigen wet")
    with cast.as_clerk(POLICE) as work:
        joining.follow(work, body=slug)

    with cast.as_person(OM) as work:
        made, plan = body(work, slug=slug), blocks(work, body=slug, consultation=None)
    assert (slug, made.coordinator, made.chair, made.link) == ("casuistiek-drenthe", cast.id(POLICE), cast.id(OM), SETUP.link)
    assert {one.slug: one.required for one in made.members} == {POLICE: True, **SEATED}
    assert sum(block.minutes for block in plan) == 150
    assert {block.kind for block in plan} == set(BlockKind)
    with cast.as_person(OUTSIDER) as work:
        assert bodies(work) == ()


def test_a_second_body_of_one_name_and_a_body_that_cannot_meet_are_refused(cast: Cast):
    with cast.as_person(POLICE) as work:
        found_body(work, setup=SETUP, members=SEATED)

    with pytest.raises(NameTaken), cast.as_person(DRENTHE) as work:
        found_body(work, setup=SETUP, members=SEATED)
    alone = Setup(
        **{name: getattr(SETUP, name) for name in Setup.__slots__} | {"name": "X", "min_gap": 20, "quorum": 9, "link": "http://x"}
    )
    with pytest.raises(Invalid) as refused, cast.as_person(POLICE) as work:
        found_body(work, setup=alone, members={})
    assert {one.place for one in refused.value.problems} == {"name", "members", "chair", "min_gap", "quorum", "link"}


def test_only_who_leads_a_body_seats_members_and_who_leaves_loses_every_copy(cast: Cast):
    make_body(cast)
    meeting = make_consultation(cast)
    for when in (None, meeting):
        make_block(cast, consultation=when, seats=TABLE)
    with pytest.raises(Refused), cast.as_person(DRENTHE) as work:
        founding.seat_members(work, body="casus-drenthe", members=SEATED)

    with cast.as_person(POLICE) as work:
        founding.seat_members(work, body="casus-drenthe", members={DRENTHE: True, POLICE: True, OM: True, COC_GD: False})

    with cast.as_person(COC_GD) as work:
        assert bodies(work) == ()
        joining.say_yes(work, body="casus-drenthe", basis="Statuten")
    with cast.as_clerk(POLICE) as work:
        joining.follow(work, body="casus-drenthe")
    with cast.as_person(COC_GD) as work:
        assert consultation(work, id=meeting).body == "casus-drenthe"
        assert cast.id(COC_GD) in blocks(work, body="casus-drenthe", consultation=None)[0].seats
    with pytest.raises(NotFound), cast.as_person(EMMEN) as work:
        consultation(work, id=meeting)
    with pytest.raises(NotFound), cast.as_person(EMMEN) as work:
        body(work, slug="casus-drenthe")


def test_who_sits_in_a_block_of_its_own_choice_cannot_be_made_to_leave_unnoticed(cast: Cast):
    make_body(cast)
    make_block(cast, consultation=None, seats=(POLICE, EMMEN))

    with pytest.raises(Invalid, match="zit nog in een blok"), cast.as_person(POLICE) as work:
        founding.seat_members(work, body="casus-drenthe", members={DRENTHE: True, POLICE: True, OM: True})


def test_blocks_must_fit_the_meeting_and_hold_members_only(cast: Cast):
    make_body(cast)
    everybody, some = frozenset(TABLE), frozenset({POLICE, OM})
    wrong = [
        PlannedBlock("Opening", BlockKind.OPENING, some, POLICE, 5),
        PlannedBlock("Allen", BlockKind.CASES, everybody, POLICE, 140),
        PlannedBlock("Twee", BlockKind.CASES, some, DRENTHE, 20),
        PlannedBlock("Vreemd", BlockKind.CASES, frozenset({POLICE, COC_GD}), POLICE, 20),
    ]

    with pytest.raises(Invalid) as refused, cast.as_person(POLICE) as work:
        founding.plan_blocks(work, body="casus-drenthe", planned=wrong)

    assert [one.place for one in refused.value.problems] == ["block-1", "block-3", "block-4", ""]
    assert "185 minuten" in refused.value.problems[3].sentence


def test_a_block_of_two_is_known_to_them_and_to_who_leads(cast: Cast):
    make_body(cast)
    planned = [
        PlannedBlock("Allen", BlockKind.CASES, frozenset(TABLE), POLICE, 60),
        PlannedBlock("OM en meldpunt", BlockKind.CASES, frozenset({OM, DRENTHE}), OM, 20),
    ]
    with cast.as_person(POLICE) as work:
        founding.plan_blocks(work, body="casus-drenthe", planned=planned)

    seen = {}
    for slug in TABLE:
        with cast.as_person(slug) as work:
            seen[slug] = [block.name for block in blocks(work, body="casus-drenthe", consultation=None)]
    assert seen == {
        DRENTHE: ["Allen", "OM en meldpunt"],
        EMMEN: ["Allen"],
        POLICE: ["Allen", "OM en meldpunt"],
        OM: ["Allen", "OM en meldpunt"],
    }


def test_a_member_sends_its_own_people_and_nobody_takes_them_back_for_it(cast: Cast):
    make_body(cast)
    with cast.as_person(OM) as work:
        key, name = colleagues(work)[0]
        invited = founding.name_attendee(work, body="casus-drenthe", who=str(key), duty=Duty.ATTENDEE, is_required=True)
        founding.name_attendee(work, body="casus-drenthe", who="P. Vervanger", duty=Duty.NOTE_TAKER, is_required=False)

    with cast.as_person(DRENTHE) as work:
        told = {(one.name, one.account, one.duty) for one in attendees(work, body="casus-drenthe")}
    assert told == {(name, key, Duty.ATTENDEE), ("P. Vervanger", None, Duty.NOTE_TAKER)}
    with pytest.raises(NotFound), cast.as_person(POLICE) as work:
        founding.drop_attendee(work, attendee=invited)
    with pytest.raises(Invalid, match="voorzit"), cast.as_person(OM) as work:
        founding.name_attendee(work, body="casus-drenthe", who="Iemand", duty=Duty.CHAIR, is_required=True)
    with pytest.raises(Invalid, match="staat er al"), cast.as_person(OM) as work:
        founding.name_attendee(work, body="casus-drenthe", who=str(key), duty=Duty.ATTENDEE, is_required=True)
    with pytest.raises(NotFound), cast.as_person(FRYSLAN) as work:
        founding.name_attendee(work, body="casus-drenthe", who="Iemand", duty=Duty.ATTENDEE, is_required=True)


def test_an_absence_reaches_the_members_and_later_members_once_the_clock_came_by(cast: Cast):
    make_body(cast)
    with cast.as_person(OM) as work:
        founding.tell_absence(work, away=Away(1, None, None), kind=AbsenceKind.DUTY, bodies=["casus-drenthe"])
        founding.tell_absence(work, away=Away(None, date(2027, 5, 3), date(2027, 5, 7)), kind=AbsenceKind.HOLIDAY, bodies=["casus-drenthe"])
    with cast.as_person(POLICE) as work:
        founding.seat_members(work, body="casus-drenthe", members=dict.fromkeys((*TABLE, COC_GD), True))
    with cast.as_person(COC_GD) as work:
        joining.say_yes(work, body="casus-drenthe", basis="Statuten")
    with cast.as_clerk(OM) as work:
        went_on = founding.keep_in_step(work)

    with cast.as_person(COC_GD) as work:
        known = unavailabilities(work, body="casus-drenthe")
    assert went_on == 2
    assert [(one.weekday, one.kind) for one in known] == [(1, AbsenceKind.DUTY), (None, AbsenceKind.HOLIDAY)]
    with pytest.raises(NotFound), cast.as_person(POLICE) as work:
        founding.drop_absence(work, absence=known[0].id)
    with cast.as_person(OM) as work:
        founding.drop_absence(work, absence=known[0].id)
        assert len(unavailabilities(work)) == 1


def test_a_prepared_meeting_has_its_blocks_one_after_the_other_and_goes_on_step_by_step(cast: Cast, superuser: psycopg.Connection):
    make_body(cast)
    meeting = make_consultation(cast)
    for no, (kind, seats, minutes) in enumerate(
        [("closing", TABLE, 10), ("cases", (POLICE, OM), 15), ("cases", TABLE, 60), ("opening", TABLE, 5)], start=1
    ):
        make_block(cast, consultation=None, seats=seats, kind=kind, minutes=minutes, no=no, starts=None)
    with cast.as_person(POLICE) as work:
        actions.prepare(work, consultation=meeting)
        seen = blocks(work, body="casus-drenthe", consultation=meeting)

    start = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
    told = [(str(one.kind), one.starts and (one.starts - start).seconds // 60) for one in seen]
    assert told == [("opening", 0), ("cases", 5), ("cases", 65), ("closing", 80)]
    assert len(seen[1].seats) == 4
    with pytest.raises(NotNow), cast.as_person(POLICE) as work:
        actions.step_to(work, consultation=meeting, to=State.GOING)
    with pytest.raises(Refused), cast.as_person(OM) as work:
        actions.step_to(work, consultation=meeting, to=State.PUBLISHED)
    with cast.as_person(POLICE) as work:
        for state in (State.PUBLISHED, State.GOING, State.HELD):
            actions.step_to(work, consultation=meeting, to=state)
        held = consultation(work, id=meeting)
    assert (held.state, held.version, held.sequence) == (State.HELD, 5, 0)
    assert held.published_at and held.actual_start and held.actual_end
    rows = superuser.execute("SELECT count(*), count(DISTINCT version) FROM hub.consultation WHERE id = %s", (meeting,)).fetchone()
    assert rows == (4, 1)


def test_a_meeting_is_called_outside_the_year_on_a_day_that_can_be_and_by_who_leads(cast: Cast):
    make_body(cast)
    make_consultation(cast)  # 26 November, about October
    with cast.as_person(POLICE) as work:
        made = actions.call_meeting(work, body="casus-drenthe", day=date(2026, 12, 17), because="Er speelt veel.")
        found = consultation(work, id=made)

    assert (found.state, found.series, str(found.reference_month)) == (State.PLANNED, None, "2026-11")
    assert (found.starts, found.ends) == (datetime(2026, 12, 17, 12, 30, tzinfo=UTC), datetime(2026, 12, 17, 15, 0, tzinfo=UTC))
    with cast.as_person(OM) as work:
        assert [one.because for one in consultations(work) if one.id == made] == ["Er speelt veel."]
    for day, because in ((date(2026, 12, 17), "Nog eens."), (date(2026, 12, 25), "Kerst."), (date(2026, 11, 30), "Zelfde maand."),
                         (date(2026, 11, 3), "Gisteren."), (date(2027, 1, 28), " ")):  # fmt: skip
        with pytest.raises(Invalid), cast.as_person(POLICE) as work:
            actions.call_meeting(work, body="casus-drenthe", day=day, because=because)
    with pytest.raises(Refused), cast.as_person(OM) as work:
        actions.call_meeting(work, body="casus-drenthe", day=date(2027, 1, 28), because="Wij willen ook.")
    with pytest.raises(NotFound), cast.as_person(COC_GD) as work:
        actions.call_meeting(work, body="casus-drenthe", day=date(2027, 1, 28), because="Wij willen ook.")
