"""Editions as they are built: which case stands in which part, what is copied, what a recall leaves, and that only own rows come in."""

from datetime import date, timedelta

import pytest

from hub.casuistry.rules import Mark, Part
from hub.sharing.facts import day_of
from tests.cast import DRENTHE, EMMEN, POLICE, Cast
from tests.make import BUREAU_WORDS, make_draft
from tests.rooms.collecting import (
    DECEMBER,
    IN_DECEMBER,
    JANUARY,
    NEXT_DELIVERY,
    NEXT_FREEZE,
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
