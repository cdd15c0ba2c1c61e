"""What a giver holds back in one case: only narrower, at once, and given back when it is lifted or over."""

from datetime import UTC, date, datetime

import pytest

from hub.audit.queries import entries
from hub.cases import intake
from hub.cases.holding import HeldFact, end_holds, hold_back, lift
from hub.cases.inbox import share
from hub.cases.queries import OwnWanted, own_case, own_cases
from hub.cases.received import Wanted, received
from hub.cases.standing import releases
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.sharing.facts import parse_span
from tests.cast import DRENTHE, EMMEN, POLICE, Cast
from tests.make import Delivery, make_draft

WHY = "te herkenbaar in een klein dorp"
ON_ITS_LAST_DAY = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def code(cast: Cast) -> str:
    """An own case of the police that two bureaus receive."""
    with cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft(place="GM0114")]), house=cast.house)
        [line] = own_cases(work, house=cast.house, wanted=OwnWanted())
    return line.code


def seen(cast: Cast, slug: str):
    with cast.as_person(slug) as work:
        return received(work, house=cast.house, wanted=Wanted()).rows


def hold(cast: Cast, code: str, recipient: str | None, **what: object):
    with cast.as_person(POLICE) as work:
        return hold_back(work, code=code, recipient=recipient, held=HeldFact(WHY, **what), house=cast.house)  # type: ignore[arg-type]


def test_a_fact_becomes_coarser_for_one_recipient_and_stays_for_the_other(cast: Cast, code: str):
    hold(cast, code, DRENTHE, fact="incident_date", precision="month")

    assert seen(cast, DRENTHE)[0].facts["incident_date"] == parse_span("2026-10")
    assert seen(cast, EMMEN)[0].facts["incident_date"] == parse_span("2026-10-01/2026-10-07")


def test_the_whole_case_goes_for_everybody_and_the_giver_reads_why(cast: Cast, code: str):
    delivery = hold(cast, code, None)

    with cast.as_person(POLICE) as work:
        given = own_case(work, house=cast.house, code=code).given
    assert {gone.recipient.slug for gone in delivery.gone} == {DRENTHE, EMMEN}
    assert seen(cast, DRENTHE) == seen(cast, EMMEN) == ()
    assert all("held_back" in one.because for one in given)


def test_a_held_back_ground_takes_the_row_when_its_existence_would_announce_it(cast: Cast, code: str):
    hold(cast, code, DRENTHE, fact="place")

    assert seen(cast, DRENTHE) == ()


def test_lifting_gives_it_back_under_the_same_code_and_only_once(cast: Cast, code: str):
    [before] = seen(cast, DRENTHE)
    hold(cast, code, DRENTHE)

    with cast.as_person(POLICE) as work:
        lift(work, code=code, no=1, house=cast.house)

    with cast.as_clerk(POLICE) as work:
        assert "wijzigen/inhouding-opgeheven" in {entry.event for entry in entries(work, limit=9)}
    assert [row.code for row in seen(cast, DRENTHE)] == [before.code]
    with cast.as_person(POLICE) as work, pytest.raises(Conflict):
        lift(work, code=code, no=1, house=cast.house)


def test_the_clock_ends_it_after_its_last_day_and_the_journal_says_so(cast: Cast, code: str):
    hold(cast, code, DRENTHE, until=date(2026, 12, 1))
    assert seen(cast, DRENTHE) == ()

    ended = []
    for now in (ON_ITS_LAST_DAY, LATER, LATER):
        with cast.as_clerk(POLICE, now=now) as work:
            ended.append(end_holds(work, house=cast.house))

    assert ended == [0, 1, 0]
    assert len(seen(cast, DRENTHE)) == 1
    with cast.as_clerk(POLICE) as work:
        assert "wijzigen/inhouding-opgeheven" in {entry.event for entry in entries(work, limit=9)}


def test_an_update_on_its_last_day_is_held_back_and_one_on_the_next_is_not(cast: Cast, code: str):
    hold(cast, code, DRENTHE, until=date(2026, 12, 1))

    shown = []
    for now in (ON_ITS_LAST_DAY, LATER):
        with cast.as_person(POLICE, now=now) as work:
            case = own_case(work, house=cast.house, code=code)
            share(work, releases=releases(work, contributions=[case.id], house=cast.house), house=cast.house)
        shown.append(len(seen(cast, DRENTHE)))

    assert shown == [0, 1]


def test_of_two_hold_backs_on_one_fact_the_coarser_counts_in_either_order(cast: Cast, code: str):
    for precision in ("quarter", "month"):
        hold(cast, code, DRENTHE, fact="incident_date", precision=precision)
        hold(cast, code, EMMEN, fact="incident_date", precision={"quarter": "month", "month": "quarter"}[precision])

    assert [seen(cast, slug)[0].facts["incident_date"] for slug in (DRENTHE, EMMEN)] == [parse_span("2026-Q4")] * 2


@pytest.mark.parametrize(
    "what",
    [{"fact": "verzonnen"}, {"fact": "place", "precision": "straat"}, {"precision": "month"}, {"until": date(2026, 1, 1)}],
    ids=["unknown fact", "unknown precision", "precision without fact", "over already"],
)
def test_what_cannot_be_held_back_is_refused_and_changes_nothing(cast: Cast, code: str, what: dict[str, object]):
    with pytest.raises(Invalid):
        hold(cast, code, DRENTHE, **what)

    assert len(seen(cast, DRENTHE)) == 1


def test_a_reason_is_asked_and_another_partners_case_does_not_exist(cast: Cast, code: str):
    with pytest.raises(Invalid, match="waarom"), cast.as_person(POLICE) as work:
        hold_back(work, code=code, recipient=None, held=HeldFact("kort"), house=cast.house)
    with pytest.raises(NotFound), cast.as_person(DRENTHE) as work:
        hold_back(work, code=code, recipient=None, held=HeldFact(WHY), house=cast.house)
