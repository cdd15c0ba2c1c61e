"""What may stand on the screen, over every order in which people come and go, and what is read of a form in the room."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kernel.errors import Invalid
from hub.kernel.words import PartnerId
from hub.meetings.rules import GUEST, LONGEST, Noted, Outcome, may_be_shown, read_noted

ORGANISATIONS = [PartnerId(number) for number in range(1, 7)]
MOVES = [(who, inside) for who in (*ORGANISATIONS[:4], GUEST) for inside in (True, False)]
KINDS = ("case", "theme", "agreement", "standing")
walks = st.lists(st.sampled_from(MOVES), max_size=6)
FIRST = frozenset(ORGANISATIONS[:3])


@given(walks, st.sampled_from(KINDS), st.frozensets(st.sampled_from(ORGANISATIONS), min_size=1))
def test_after_every_coming_and_going_the_screen_holds_only_what_each_who_is_inside_may_read(
    moves: list[tuple[PartnerId, bool]], kind: str, seats: frozenset[PartnerId]
):
    inside: set[PartnerId] = set()
    for who, comes in moves:
        (inside.add if comes else inside.discard)(who)

        shown = may_be_shown(kind, seats=seats, present=inside)

        alone = [may_be_shown(kind, seats=seats, present={one}) for one in inside]
        assert shown == (bool(alone) and all(alone))


def test_every_room_of_at_most_six_shows_what_its_members_share_and_one_more_never_shows_more():
    everybody = [*ORGANISATIONS, GUEST]
    for size in range(1, 7):
        for room in combinations(everybody, size):
            for kind in KINDS:
                shown = may_be_shown(kind, seats=FIRST, present=room)
                strangers = set(room) - FIRST - {GUEST}
                assert shown == (not strangers and not (GUEST in room and kind in ("case", "agreement")))
                assert shown or not any(may_be_shown(kind, seats=FIRST, present=(*room, more)) for more in everybody)


def test_an_empty_room_has_an_empty_screen():
    assert not any(may_be_shown(kind, seats=ORGANISATIONS, present=()) for kind in KINDS)


def test_a_form_is_read_with_its_version_and_an_outcome_that_there_is():
    said = {"version": "3", "discussion": " Besproken.\r\nGoed. ", "outcome": "held_over"}

    assert read_noted(said) == Noted(3, "Besproken.\nGoed.", Outcome.HELD_OVER)
    assert read_noted({"version": "1"}) == Noted(1, "", None)


@pytest.mark.parametrize(("different", "field"), [
    ({"discussion": "x" * (LONGEST + 1)}, "discussion"), ({"outcome": "vergeten"}, "outcome"), ({"version": "nieuw"}, "discussion"),
    ({"version": "-1"}, "discussion"),
])  # fmt: skip
def test_a_form_that_is_not_right_names_its_field(different: dict[str, str], field: str):
    with pytest.raises(Invalid) as refused:
        read_noted({"version": "1", **different})

    assert [problem.place for problem in refused.value.problems] == [field]
