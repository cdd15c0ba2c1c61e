"""In which order the blocks of a meeting come, so that people seldom have to come back and wait little."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.consultations.rules import Block, BlockKind
from hub.kernel.words import PartnerId

BEFORE, AFTER = (BlockKind.OPENING, BlockKind.AGREEMENTS), (BlockKind.RESERVE, BlockKind.CLOSING)
MOST = 12  # beyond this the exact order would take too long to find
Way = tuple[int, int, tuple[int, ...]]


def order_of_blocks(blocks: Sequence[Block], *, everyone: frozenset[PartnerId]) -> Way:
    """
    Say in which order people least often have to come back, and wait least: (re-entries, minutes waited, order).

    Everybody is inside when it begins. Exact; ties go to the order in which the blocks were given.
    """
    wants = {who: {i for i, block in enumerate(blocks) if who in block.seats} for who in everyone}

    def then(way: Way, i: int) -> Way:
        returns, waited, order = way
        inside = blocks[order[-1]].seats if order else everyone
        outside = [who for who in everyone - blocks[i].seats if wants[who].difference(order)]
        return returns + len(blocks[i].seats - inside), waited + blocks[i].minutes * len(outside), (*order, i)

    ways: dict[tuple[frozenset[int], int | None], Way] = {(frozenset(), None): (0, 0, ())}
    for _ in blocks:
        longer = [then(way, i) for way in ways.values() for i in range(len(blocks)) if i not in way[2]]
        ways = {(frozenset(way[2]), way[2][-1]): way for way in sorted(longer, reverse=True)}  # the cheapest comes last and stays
    return min(ways.values())


def in_order(blocks: Sequence[Block], *, everyone: frozenset[PartnerId]) -> tuple[Block, ...]:
    """The blocks as they follow each other: opening, agreements, cases in the best order with the break amid, reserve, closing."""
    cases = [block for block in blocks if block.kind is BlockKind.CASES]
    ordered = [cases[i] for i in order_of_blocks(cases, everyone=everyone)[2]]
    breaks = [block for block in blocks if block.kind is BlockKind.BREAK]
    middle = _middle(ordered) if breaks else 0
    amid = [*ordered[:middle], *breaks, *ordered[middle:]]
    first, last = ([block for kind in kinds for block in blocks if block.kind is kind] for kinds in (BEFORE, AFTER))
    return (*first, *amid, *last)


def moments(blocks: Sequence[Block], *, starts: datetime) -> tuple[datetime, ...]:
    """When each of these blocks begins, one after the other; their minutes are those of the plan and never those of what is in them."""
    passed = [sum(block.minutes for block in blocks[:number]) for number in range(len(blocks))]
    return tuple(starts + timedelta(minutes=minutes) for minutes in passed)


def _middle(blocks: Sequence[Block]) -> int:
    """After how many of these blocks about half of their time is over."""
    half = sum(block.minutes for block in blocks) / 2
    return min(range(1, len(blocks) + 1), key=lambda number: abs(sum(one.minutes for one in blocks[:number]) - half), default=0)
