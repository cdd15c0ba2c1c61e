"""The plan of a year: drafted, objected to, adjusted, settled into meetings; and meetings moved and cancelled."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from hub.consultations import actions, founding, years
from hub.consultations.actions import Moved
from hub.consultations.certificate import check_certificate
from hub.consultations.ordering import standing_blocks
from hub.consultations.queries import consultation, consultations, objections, previous, series
from hub.consultations.rules import AbsenceKind, AgendaSettled, Away, NotNow, SeriesState, State
from hub.kernel.clock import today
from hub.kernel.errors import Invalid, NotFound, Refused
from hub.kernel.words import Month
from tests.cast import DRENTHE, EMMEN, NOON, OM, OUTSIDER, POLICE, Cast
from tests.consulting import TABLE, make_body, make_consultation

LATER = NOON + timedelta(days=15)  # ten working days after the proposal are over
DAYS = (date(2027, 1, 28), date(2027, 4, 15), date(2027, 6, 24), date(2027, 9, 16), date(2027, 11, 25))
CALLED = Moved(date(2027, 2, 2), time(10), "Stadhuis, Emmen", "", "De zaal is bezet.")


def drafted(cast: Cast) -> UUID:
    """The year 2027 of Drenthe with the absences of the acceptance case."""
    make_body(cast)
    make_consultation(cast)
    for slug, weekdays in ((OM, (1, 5)), (POLICE, (3,)), (DRENTHE, (5,))):
        with cast.as_person(slug) as work:
            for weekday in weekdays:
                founding.tell_absence(work, away=Away(weekday, None, None), kind=AbsenceKind.DUTY, bodies=["casus-drenthe"])
    with cast.as_person(POLICE) as work:
        return years.draft_year(work, body="casus-drenthe", year=2027)


def settled(cast: Cast) -> list[UUID]:
    made = drafted(cast)
    with cast.as_person(POLICE) as work:
        years.propose(work, series=made)
    with cast.as_person(POLICE, now=LATER) as work:
        return list(years.settle(work, series=made, despite=False))


def test_a_drafted_year_is_the_cheapest_with_its_proof_and_known_to_nobody_yet(cast: Cast):
    made = drafted(cast)

    with cast.as_person(POLICE) as work:
        found = series(work, id=made)
    assert (found.state, found.days) == (SeriesState.DRAFT, DAYS)
    assert check_certificate(found.certificate) == []
    with pytest.raises(NotFound), cast.as_person(OM) as work:
        series(work, id=made)


def test_members_object_to_a_proposed_day_and_take_it_back_and_others_never_hear_of_it(cast: Cast):
    made = drafted(cast)
    with cast.as_person(POLICE) as work:
        until = years.propose(work, series=made)
    with cast.as_person(EMMEN) as work:
        years.object_to(work, series=made, day=DAYS[1], because="Dan is de opening van ons kantoor.")
        years.object_to(work, series=made, day=DAYS[1], because="Dan is het kantoor dicht.")
    with cast.as_person(OM) as work:
        told = [(one.partner, one.day, one.because) for one in objections(work, series=made)]
        with pytest.raises(NotFound):
            years.take_back(work, series=made, day=DAYS[1])
    with pytest.raises(years.Objected), cast.as_person(POLICE, now=LATER) as work:
        years.settle(work, series=made, despite=False)
    with cast.as_person(EMMEN) as work:
        years.take_back(work, series=made, day=DAYS[1])

    assert until == date(2026, 11, 18)
    assert told == [(cast.id(EMMEN), DAYS[1], "Dan is het kantoor dicht.")]
    with cast.as_person(POLICE) as work:
        assert objections(work, series=made) == ()
    with pytest.raises(NotFound), cast.as_person(OUTSIDER) as work:
        years.object_to(work, series=made, day=DAYS[1], because="x")


def test_a_year_is_settled_after_ten_working_days_and_every_day_becomes_a_meeting(cast: Cast):
    made = drafted(cast)
    with cast.as_person(POLICE) as work:
        years.propose(work, series=made)
    with pytest.raises(years.StillOpen), cast.as_person(POLICE, now=NOON + timedelta(days=14)) as work:
        years.settle(work, series=made, despite=True)
    with pytest.raises(Refused), cast.as_person(OM, now=LATER) as work:
        years.settle(work, series=made, despite=True)
    with cast.as_person(POLICE, now=LATER) as work:
        years.settle(work, series=made, despite=False)
    with pytest.raises(years.NotInThisYear), cast.as_person(POLICE, now=LATER) as work:
        years.settle(work, series=made, despite=False)

    with cast.as_person(EMMEN) as work:
        found = [one for one in consultations(work) if one.series == made]
        before = previous(work, consultation=found[1])
    assert [today(one.starts) for one in found] == list(DAYS)
    assert {(one.starts.astimezone().utcoffset() is not None, one.sequence, one.state) for one in found} == {(True, 0, State.PLANNED)}
    assert [one.starts.hour for one in found] == [12, 11, 11, 11, 12]  # half past one, in winter and in summer
    assert [one.reference_month for one in found] == [Month(2026, 12), Month(2027, 3), Month(2027, 5), Month(2027, 8), Month(2027, 10)]
    assert before is not None and before.id == found[0].id


def test_another_day_is_taken_at_its_price_or_refused_with_the_rule_that_it_breaks(cast: Cast):
    made = drafted(cast)
    with pytest.raises(Invalid) as refused, cast.as_person(POLICE) as work:
        years.adjust(work, series=made, place=2, day=date(2027, 4, 27))
    with cast.as_person(POLICE) as work:
        years.adjust(work, series=made, place=3, day=date(2027, 6, 29))
        found = series(work, id=made)

    assert "Koningsdag" in refused.value.problems[0].sentence
    assert found.days == (*DAYS[:2], date(2027, 6, 29), *DAYS[3:])


def test_a_locked_day_stays_when_the_year_is_planned_around_it_and_a_proposal_goes_to_the_members_again(cast: Cast):
    made = drafted(cast)
    with cast.as_person(POLICE) as work:
        years.propose(work, series=made)
    with cast.as_person(POLICE, now=NOON + timedelta(days=5)) as work:
        years.lock(work, series=made, place=1, day=date(2027, 1, 26))
    with cast.as_person(DRENTHE) as work:
        founding.tell_absence(work, away=Away(None, DAYS[4], DAYS[4]), kind=AbsenceKind.HOLIDAY, bodies=["casus-drenthe"])
    with cast.as_person(POLICE, now=NOON + timedelta(days=6)) as work:
        years.replan(work, series=made)

    with cast.as_person(OM) as work:
        found = series(work, id=made)
    assert found.days[0] == date(2027, 1, 26) and DAYS[4] not in found.days
    assert found.object_until == date(2026, 11, 24)
    assert check_certificate(found.certificate) == []


def test_a_day_on_which_the_same_people_meet_elsewhere_is_refused_for_the_year(cast: Cast):
    make_body(cast, slug="regionaal", members=(POLICE, OM))
    make_consultation(cast, body="regionaal", members=(POLICE, OM), starts=datetime(2027, 1, 28, 9, tzinfo=UTC))
    made = drafted(cast)

    with cast.as_person(POLICE) as work:
        assert DAYS[0] not in series(work, id=made).days


def test_a_body_without_a_past_asks_for_the_day_of_its_last_meeting(cast: Cast):
    make_body(cast)
    with pytest.raises(Invalid, match="vorige bijeenkomst"), cast.as_person(POLICE) as work:
        years.draft_year(work, body="casus-drenthe", year=2027)

    with cast.as_person(POLICE) as work:
        made = years.draft_year(work, body="casus-drenthe", year=2027, previous=date(2026, 11, 26))
        again = years.draft_year(work, body="casus-drenthe", year=2027)
    assert made == again


def test_a_moved_meeting_is_planned_again_with_a_reason_and_its_blocks_move_along(cast: Cast):
    first, *_ = settled(cast)
    with cast.as_person(POLICE, now=LATER) as work:
        founding.plan_blocks(work, body="casus-drenthe", planned=standing_blocks(150, members=TABLE, run_by=POLICE))
        actions.prepare(work, consultation=first)
        actions.move(work, consultation=first, to=CALLED)

    with cast.as_person(EMMEN) as work:
        moved = consultation(work, id=first)
        begins = [block.starts for block in actions.blocks(work, body=moved.body, consultation=first)]
    assert (moved.state, moved.sequence, moved.place, moved.because) == (State.PLANNED, 1, "Stadhuis, Emmen", "De zaal is bezet.")
    assert (moved.starts, moved.ends - moved.starts) == (datetime(2027, 2, 2, 9, tzinfo=UTC), timedelta(minutes=150))
    assert moved.reference_month == Month(2026, 12)
    assert begins[0] == moved.starts and len(begins) == 6


def test_a_meeting_whose_agenda_is_settled_stays_where_it_is_and_says_what_to_do_instead(cast: Cast):
    first, *_ = settled(cast)
    with cast.as_person(POLICE, now=LATER) as work:
        actions.prepare(work, consultation=first)
        actions.step_to(work, consultation=first, to=State.PUBLISHED)

    with pytest.raises(AgendaSettled) as refused, cast.as_person(POLICE, now=LATER) as work:
        actions.move(work, consultation=first, to=CALLED)

    assert "Annuleer deze bijeenkomst" in refused.value.sentence
    with cast.as_person(POLICE, now=LATER) as work:
        actions.cancel(work, consultation=first, because="De zaal is bezet.")
        called = actions.call_meeting(work, body="casus-drenthe", day=CALLED.day, because="In plaats van de geannuleerde.")
        assert consultation(work, id=called).state is State.PLANNED


@pytest.mark.parametrize(("different", "field"), [
    ({"because": " "}, "because"), ({"day": date(2027, 2, 6)}, "day"), ({"day": date(2026, 11, 3)}, "day"), ({"day": DAYS[1]}, "day"),
    ({"day": date(2027, 4, 16)}, "day"), ({"place": ""}, "place"), ({"link": "http://x"}, "link"),
])  # fmt: skip
def test_a_meeting_cannot_be_moved_without_a_reason_or_to_a_day_that_cannot_be(cast: Cast, different: dict[str, object], field: str):
    first, *_ = settled(cast)
    said = {name: getattr(CALLED, name) for name in Moved.__slots__} | different

    with pytest.raises(Invalid) as refused, cast.as_person(POLICE, now=LATER) as work:
        actions.move(work, consultation=first, to=Moved(**said))

    assert refused.value.problems[0].place == field


def test_a_cancelled_meeting_keeps_its_reason_rises_in_sequence_and_moves_no_more(cast: Cast):
    first, *_ = settled(cast)
    with pytest.raises(Invalid), cast.as_person(POLICE) as work:
        actions.cancel(work, consultation=first, because="")
    with pytest.raises(Refused), cast.as_person(OM) as work:
        actions.cancel(work, consultation=first, because="Nee.")
    with cast.as_person(POLICE) as work:
        actions.cancel(work, consultation=first, because="Te weinig zaken.")

    with cast.as_person(DRENTHE) as work:
        found = consultation(work, id=first)
    assert (found.state, found.sequence, found.because) == (State.CANCELLED, 1, "Te weinig zaken.")
    with pytest.raises(NotNow), cast.as_person(POLICE) as work:
        actions.move(work, consultation=first, to=CALLED)
    with pytest.raises(NotFound), cast.as_person(OUTSIDER) as work:
        actions.cancel(work, consultation=first, because="x")
