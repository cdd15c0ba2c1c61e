"""Editions as they are built: which case stands in which part, what is copied, what a recall leaves, and that only own rows come in."""

from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import text

from hub.cases import actions as case_actions
from hub.cases.holding import HeldFact, hold_back
from hub.cases.queries import OwnWanted, own_cases
from hub.casuistry import actions, addenda, queries
from hub.casuistry.queries import NotDelivered, Wanted, Which
from hub.casuistry.rules import Mark, Part
from hub.kernel.errors import NotFound, Refused
from hub.sharing.facts import day_of
from tests.cast import DRENTHE, EMMEN, OUTSIDER, POLICE, Cast
from tests.make import BUREAU_WORDS, make_draft
from tests.rooms.collecting import (
    DECEMBER,
    DELIVERY,
    FREEZE,
    IN_DECEMBER,
    JANUARY,
    NEXT_DELIVERY,
    NEXT_FREEZE,
    NOVEMBER,
    bring_in,
    deliver,
    gather,
    now_lines,
    open_month,
    read,
)

ASSEN, EMMEN_PLACE = "GM1680", "GM0114"


def parts(lines):
    return {line.code: line.part for line in lines}


def two_months(cast: Cast, slug: str, *later, **first):
    """A police case of November, what the police brings in of it in December, and the bureau's two editions."""
    bring_in(cast, POLICE, make_draft(reference="A", place=ASSEN, **first))
    gather(cast)
    deliver(cast)
    for step, different in enumerate(later):
        bring_in(cast, POLICE, make_draft(reference="A", **{"place": ASSEN, **first, **different}), now=IN_DECEMBER + timedelta(days=step))
    gather(cast, month=DECEMBER, now=NEXT_FREEZE)
    deliver(cast, month=DECEMBER, now=NEXT_DELIVERY)
    return read(cast, slug, month=DECEMBER, now=NEXT_DELIVERY)[1]


def test_a_first_edition_holds_what_was_given_and_the_own_cases_as_it_said_it_would(cast: Cast):
    bring_in(cast, POLICE, make_draft(place=ASSEN, narrative="Er werd geroepen."), make_draft(place="GM0014"))
    bring_in(cast, DRENTHE, make_draft(place=ASSEN, circumstances=BUREAU_WORDS))
    open_month(cast)
    before = {slug: now_lines(cast, slug) for slug in (POLICE, DRENTHE, EMMEN)}

    gather(cast)
    deliver(cast)

    after = {slug: read(cast, slug)[1] for slug in before}
    assert after == before
    assert [len(after[slug]) for slug in before] == [1, 2, 1]
    assert {line.part for lines in after.values() for line in lines} == {Part.NEW}
    assert [line.facts.get("narrative") for line in after[POLICE]] == ["Er werd geroepen."]
    assert [line.facts.get("narrative") for line in after[EMMEN]] == [None]
    assert {line.facts["incident_date"] for line in after[POLICE]} == {day_of(date(2026, 10, 7))}


@pytest.mark.parametrize(("different", "part", "marks"), [
    ((), Part.UNCHANGED, ()),
    (({"nature": "geweld"},), Part.CHANGED, ()),
    (({"status": "afgesloten"},), Part.CLOSED, ()),
    (({"status": "afgesloten"}, {"status": "in_behandeling"}), Part.CHANGED, ()),
    (({"narrative": "Alleen voor onszelf."},), Part.UNCHANGED, ()),
])  # fmt: skip
def test_a_case_stands_in_the_part_that_its_visible_changes_say(cast: Cast, different, part, marks):
    [line] = two_months(cast, DRENTHE, *different)

    assert (line.part, line.marks) == (part, marks)


def test_a_changed_line_names_what_changed_with_old_and_new(cast: Cast):
    [line] = two_months(cast, DRENTHE, {"nature": "geweld", "narrative": "Alleen voor onszelf."})

    assert line.before == {"nature": "bedreiging"}
    assert line.facts["nature"] == "geweld"


def test_a_closed_case_is_printed_once_and_comes_back_when_it_is_reopened(cast: Cast):
    lines = two_months(cast, DRENTHE, status="afgesloten")
    assert lines == []

    bring_in(cast, POLICE, make_draft(reference="A", place=ASSEN, status="in_behandeling"), now=NEXT_DELIVERY)
    open_month(cast, month=JANUARY, now=NEXT_DELIVERY)
    [line] = now_lines(cast, DRENTHE, month=JANUARY, now=NEXT_DELIVERY)

    assert (line.part, line.marks) == (Part.CHANGED, (Mark.REOPENED,))


def test_a_narrower_sharing_reads_as_shared_otherwise_and_not_as_a_change_of_the_case(cast: Cast):
    bring_in(cast, POLICE, make_draft(place=ASSEN))
    gather(cast)
    deliver(cast)
    with cast.as_person(POLICE, now=IN_DECEMBER) as work:
        [mine] = own_cases(work, house=cast.house, wanted=OwnWanted())[:1]
        hold_back(work, code=mine.code, recipient=None, held=HeldFact("op verzoek", "nature"), house=cast.house)

    gather(cast, month=DECEMBER, now=NEXT_FREEZE)
    deliver(cast, month=DECEMBER, now=NEXT_DELIVERY)

    [line] = read(cast, DRENTHE, month=DECEMBER, now=NEXT_DELIVERY)[1]
    assert (line.part, line.before) == (Part.SHARED_OTHERWISE, {"nature": "bedreiging"})
    assert "nature" not in line.facts


def recall(cast: Cast, *, now=IN_DECEMBER) -> None:
    """The bureau's reporter takes the consent for the police back."""
    with cast.as_person(DRENTHE, now=now) as work:
        [mine] = own_cases(work, house=cast.house, wanted=OwnWanted())
        case_actions.withdraw_consent(work, code=mine.code, recipient=POLICE, house=cast.house)


def with_a_consented_case(cast: Cast) -> None:
    draft = make_draft(place=ASSEN, circumstances=BUREAU_WORDS, consents={POLICE: "given"}, narrative="Iemand riep iets.")
    bring_in(cast, DRENTHE, draft)
    gather(cast)
    deliver(cast)


def test_a_recall_empties_every_copy_and_the_line_says_since_when(cast: Cast, superuser: psycopg.Connection):
    with_a_consented_case(cast)
    [before] = read(cast, POLICE)[1]

    recall(cast)

    said, [after] = read(cast, POLICE, now=IN_DECEMBER)
    assert before.facts
    assert (after.code, after.part, after.facts, after.recalled_on) == (before.code, Part.NEW, {}, IN_DECEMBER.date())
    assert said.counts.total.reports == 0
    kept = superuser.execute("SELECT coalesce(grounds::text, terrain, states, salt::text, narrative::text) FROM hub.collected "
                             "WHERE giver <> recipient AND recipient = %s", (cast.id(POLICE),)).fetchall()  # fmt: skip
    assert kept == [(None,)]


def test_a_withdrawn_case_comes_in_an_addendum_once_and_in_no_later_edition(cast: Cast):
    with_a_consented_case(cast)
    recall(cast)

    for _ in range(2):
        with cast.as_clerk(POLICE, now=IN_DECEMBER) as work:
            made = addenda.withdrawn(work)
    gather(cast, month=DECEMBER, now=NEXT_FREEZE)
    deliver(cast, month=DECEMBER, now=NEXT_DELIVERY)

    assert made == ()
    said, [line] = read(cast, POLICE, number=1, now=IN_DECEMBER)
    assert (line.part, line.facts, said.rows) == (Part.NO_LONGER, {}, 1)
    assert read(cast, POLICE, month=DECEMBER, now=NEXT_DELIVERY)[1] == []
    with pytest.raises(NotFound):
        read(cast, EMMEN, number=1, now=IN_DECEMBER)


def test_a_case_that_is_no_longer_shared_is_told_once_and_marked_when_it_comes_back(cast: Cast):
    with_a_consented_case(cast)
    recall(cast)
    gather(cast, month=DECEMBER, now=NEXT_FREEZE)
    deliver(cast, month=DECEMBER, now=NEXT_DELIVERY)
    again = case_actions.ConsentAsked("given", ("case_work", "collection"), "reporter", "talk", None)
    with cast.as_person(DRENTHE, now=NEXT_DELIVERY) as work:
        [mine] = own_cases(work, house=cast.house, wanted=OwnWanted())
        case_actions.record_consent(work, code=mine.code, recipient=POLICE, asked=again, house=cast.house)
    open_month(cast, month=JANUARY, now=NEXT_DELIVERY)

    [gone] = read(cast, POLICE, month=DECEMBER, now=NEXT_DELIVERY)[1]
    [back] = now_lines(cast, POLICE, month=JANUARY, now=NEXT_DELIVERY)

    assert (gone.part, gone.facts, gone.marks) == (Part.NO_LONGER, {}, ())
    assert (back.part, back.marks, back.code) == (Part.NEW, (Mark.AGAIN,), gone.code)


def test_a_change_leaves_the_older_edition_as_it_was(cast: Cast):
    bring_in(cast, POLICE, make_draft(reference="A", place=ASSEN))
    gather(cast)
    deliver(cast)
    before = read(cast, DRENTHE)[1]

    bring_in(cast, POLICE, make_draft(reference="A", place=EMMEN_PLACE, nature="geweld"), now=IN_DECEMBER)

    assert read(cast, DRENTHE, now=IN_DECEMBER)[1] == before


def test_the_outsider_has_no_edition_and_no_row_of_any_table_of_the_collection(cast: Cast, superuser: psycopg.Connection):
    bring_in(cast, POLICE, make_draft(place=ASSEN))
    gather(cast)
    deliver(cast)

    with cast.as_person(OUTSIDER, now=DELIVERY) as work:
        assert queries.editions(work) == ()
        with pytest.raises(NotFound):
            queries.edition(work, province="drenthe", month=NOVEMBER, house=cast.house)
        for table in ("collection", "collected", "statement", "readiness"):
            assert work.session.execute(text(f"SELECT count(*) FROM hub.{table}")).scalar_one() == 0


def test_a_clerk_for_nobody_gathers_nothing(cast: Cast):
    bring_in(cast, POLICE, make_draft(place=ASSEN))
    open_month(cast)

    with cast.as_clerk(None, now=FREEZE) as work, pytest.raises(Refused):
        actions.gather_month(work, province="drenthe", month=NOVEMBER, house=cast.house)


def test_lines_are_found_by_part_giver_ground_place_state_and_code_and_come_page_by_page(cast: Cast):
    bring_in(cast, POLICE, *(make_draft(place=ASSEN if number % 2 else EMMEN_PLACE) for number in range(5)))
    gather(cast)
    deliver(cast)
    which, everything = Which("drenthe", NOVEMBER), read(cast, DRENTHE)[1]

    def found(**asked):
        with cast.as_person(DRENTHE, now=DELIVERY) as work:
            return queries.line_page(work, which=which, wanted=Wanted(**asked), house=cast.house)

    assert found(limit=2).lines == tuple(everything[:2])
    assert found(limit=3, after=found(limit=2).following).lines == tuple(everything[2:])
    assert len(found(place=ASSEN, ground="ras", state="open", part=Part.NEW, giver=cast.id(POLICE)).lines) == 2
    assert found(text=everything[3].code[:6].lower()).lines == (everything[3],)
    assert found(ground="leeftijd").lines == found(part=Part.CLOSED).lines == found(state="closed").lines == ()


def test_the_first_reading_leaves_its_givers_a_receipt_and_every_reading_a_line_in_the_journal(cast: Cast, superuser: psycopg.Connection):
    bring_in(cast, POLICE, make_draft(place=ASSEN))
    gather(cast)
    deliver(cast)

    read(cast, DRENTHE)
    read(cast, DRENTHE)

    receipts = superuser.execute("SELECT giver, recipient FROM hub.disclosure WHERE outlet = 'collection'").fetchall()
    assert receipts == [(cast.id(POLICE), cast.id(DRENTHE))]
    asked = "SELECT count(*) FROM audit.entry WHERE convert_from(data, 'utf8') LIKE '%maandverzameling-geopend%'"
    assert superuser.execute(asked).fetchone() == (2,)


def test_nobody_reads_an_edition_before_its_delivery(cast: Cast):
    bring_in(cast, POLICE, make_draft(place=ASSEN))
    gather(cast)

    with pytest.raises(NotDelivered):
        read(cast, DRENTHE, now=FREEZE)
