"""Several bodies that one partner leads, planned together: nobody twice on a day, open plans keep what is locked, nothing is written."""

from datetime import UTC, date, datetime

import pytest

from hub.consultations import founding, years
from hub.consultations.combined import planned_together
from hub.consultations.joint import Progress
from hub.consultations.queries import series, series_of
from hub.consultations.rules import Duty
from hub.kernel.errors import Conflict, Invalid, Refused
from tests.cast import NOON, OM, POLICE, Cast
from tests.consulting import make_body, make_consultation

BODIES = ("casus-drenthe", "casus-groningen")


def two_bodies(cast: Cast) -> None:
    """Both on Thursdays, both after 26 November, both led by the police."""
    for slug in BODIES:
        make_body(cast, slug=slug, name=slug)
        make_consultation(cast, body=slug, starts=datetime(2026, 11, 26, 12, 30, tzinfo=UTC))


def days_of(cast: Cast, *, year: int = 2027) -> dict[str, tuple[date, ...]]:
    with cast.as_person(POLICE) as work:
        return dict(planned_together(work, bodies=BODIES, year=year, told=lambda _: None).days)


def test_two_bodies_with_the_same_members_never_meet_on_one_day_and_it_is_proved(cast: Cast):
    two_bodies(cast)
    heard: list[Progress] = []

    with cast.as_person(POLICE) as work:
        together = planned_together(work, bodies=BODIES, year=2027, told=heard.append)

    assert together.is_proven
    assert together.cost > together.alone
    assert not set(together.days[BODIES[0]]) & set(together.days[BODIES[1]])
    assert heard
    with cast.as_person(POLICE) as work:
        assert [series_of(work, body=slug) for slug in BODIES] == [(), ()]


def test_bodies_to_which_everybody_sends_other_people_may_meet_on_one_day(cast: Cast):
    two_bodies(cast)
    for slug in BODIES:
        with cast.as_person(POLICE) as work:
            members = [one.slug for one in founding.led(work, slug=slug).members]
        for member in members:
            with cast.as_person(member) as work:
                founding.name_attendee(work, body=slug, who=f"Medewerker {slug}", duty=Duty.ATTENDEE, is_required=True)

    days = days_of(cast)

    assert days[BODIES[0]] == days[BODIES[1]]


def test_a_day_that_is_locked_in_an_open_plan_stays(cast: Cast):
    two_bodies(cast)
    with cast.as_person(POLICE) as work:
        made = years.draft_year(work, body=BODIES[0], year=2027)
        years.lock(work, series=made, place=2, day=date(2027, 4, 20))
        before = series(work, id=made).days

    assert days_of(cast)[BODIES[0]][1] == date(2027, 4, 20)
    with cast.as_person(POLICE) as work:
        assert series(work, id=made).days == before


def test_one_body_and_a_body_of_another_are_refused(cast: Cast):
    two_bodies(cast)

    with cast.as_person(POLICE) as work, pytest.raises(Invalid):
        planned_together(work, bodies=BODIES[:1], year=2027, told=lambda _: None)
    with cast.as_person(OM) as work, pytest.raises(Refused):
        planned_together(work, bodies=BODIES, year=2027, told=lambda _: None)


def test_a_year_that_is_settled_is_not_planned_again(cast: Cast):
    two_bodies(cast)
    with cast.as_person(POLICE) as work:
        made = years.draft_year(work, body=BODIES[0], year=2027)
        years.propose(work, series=made)
    with cast.as_person(POLICE, now=NOON.replace(day=25)) as work:
        years.settle(work, series=made, despite=False)

    with pytest.raises(Conflict):
        days_of(cast)
