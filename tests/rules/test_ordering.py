"""The order of blocks: as good as the best of all orders, with everybody inside at the opening and the break amid the cases."""

from datetime import UTC, datetime
from itertools import permutations
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as some

from hub.consultations.ordering import in_order, moments, order_of_blocks, standing_blocks
from hub.consultations.rules import Block, BlockKind
from hub.kernel.words import PartnerId

EVERYBODY = frozenset(PartnerId(number) for number in range(1, 5))
POLICE, OM, BUREAU, COC = (PartnerId(number) for number in range(1, 5))


def block(minutes: int, *seats: int, kind: BlockKind = BlockKind.CASES) -> Block:
    who = frozenset(PartnerId(number) for number in seats) or EVERYBODY
    return Block(UUID(int=1), "casus", None, 1, "", kind, who, min(who), minutes, None)


def tried(blocks: list[Block], order: tuple[int, ...]) -> tuple[int, int, tuple[int, ...]]:
    """What this order costs, worked out person by person."""
    returns = waited = 0
    for who in EVERYBODY:
        places = [place for place, i in enumerate(order) if who in blocks[i].seats]
        is_in = True
        for place, i in enumerate(order):
            sits = who in blocks[i].seats
            returns += sits and not is_in
            waited += blocks[i].minutes if not sits and any(later > place for later in places) else 0
            is_in = sits
    return returns, waited, order


@settings(max_examples=60)
@given(some.lists(some.tuples(some.integers(5, 60), some.frozensets(some.integers(1, 4), min_size=1)), min_size=1, max_size=5))
def test_the_order_is_the_best_of_all_orders(told: list[tuple[int, frozenset[int]]]):
    blocks = [block(minutes, *seats) for minutes, seats in told]

    best = min(tried(blocks, order) for order in permutations(range(len(blocks))))

    assert order_of_blocks(blocks, everyone=EVERYBODY)[:2] == best[:2]
    assert tried(blocks, order_of_blocks(blocks, everyone=EVERYBODY)[2])[:2] == best[:2]


def test_the_example_of_the_design_has_two_returns_and_thirty_minutes_of_waiting():
    blocks = [block(60), block(45, POLICE, OM, BUREAU), block(15, POLICE, OM), block(15, BUREAU, COC)]

    assert order_of_blocks(blocks, everyone=EVERYBODY) == (2, 30, (0, 3, 1, 2))


def test_opening_and_closing_keep_their_place_and_the_break_stands_amid_the_cases():
    kinds = [BlockKind.CLOSING, BlockKind.BREAK, BlockKind.OPENING, BlockKind.RESERVE, BlockKind.AGREEMENTS]
    blocks = [*(block(5, kind=kind) for kind in kinds), block(40), block(40, POLICE, OM)]

    ordered = in_order(blocks, everyone=EVERYBODY)
    begins = moments(ordered, starts=datetime(2027, 1, 28, 12, 30, tzinfo=UTC))

    assert [str(one.kind) for one in ordered] == ["opening", "agreements", "cases", "break", "cases", "reserve", "closing"]
    assert [one.seats for one in ordered if one.kind is BlockKind.CASES] == [EVERYBODY, frozenset({POLICE, OM})]
    assert [f"{one:%H.%M}" for one in begins] == ["12.30", "12.35", "12.40", "13.20", "13.25", "14.05", "14.10"]


def test_a_first_plan_fills_the_meeting_exactly_whether_short_or_long():
    for minutes in (30, 60, 119, 120, 150, 480):
        assert sum(one.minutes for one in standing_blocks(minutes, members=("a", "b"), run_by="a")) == minutes
