"""The time of a meeting in blocks: what is wrong with a plan of them, and the order in which people seldom have to come back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.consultations.rules import BLOCK_IN_DUTCH, Block, BlockKind
from hub.kernel.errors import Invalid, Problem
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


@dataclass(frozen=True, slots=True)
class PlannedBlock:
    """Some of the time of a body as somebody plans it: who sits in it and who runs it, by their short names."""

    name: str
    kind: BlockKind
    seats: frozenset[str]
    run_by: str
    minutes: int


MOST_BLOCKS = 10  # for cases; beyond this nobody keeps track, and the best order takes too long to find
ALL = "Allen"


def standing_blocks(minutes: int, *, members: tuple[str, ...], run_by: str) -> tuple[PlannedBlock, ...]:
    """A first plan of the time: everybody in everything, with a break in a long meeting; the cases get what is left."""
    seats, long = frozenset(members), minutes >= 120
    apart = {BlockKind.OPENING: 5, BlockKind.AGREEMENTS: 15 if long else 5, BlockKind.BREAK: 10 if long else 0,
             BlockKind.RESERVE: 15 if long else 5, BlockKind.CLOSING: 10 if long else 5}  # fmt: skip
    apart[BlockKind.CASES] = minutes - sum(apart.values())
    names = {BlockKind.CASES: ALL}
    kinds = [kind for kind in BlockKind if apart[kind]]
    return tuple(PlannedBlock(names.get(kind, BLOCK_IN_DUTCH[kind].capitalize()), kind, seats, run_by, apart[kind]) for kind in kinds)


def check_blocks(planned: Sequence[PlannedBlock], *, minutes: int, members: frozenset[str]) -> None:
    """Invalid unless these blocks fit in the meeting, somebody runs each of them, and what is for all is for all."""
    total = sum(one.minutes for one in planned)
    cases = [one for one in planned if one.kind is BlockKind.CASES]
    kinds = [one.kind for one in planned if one.kind is not BlockKind.CASES]
    found = [Problem(f"block-{no}", sentence) for no, one in enumerate(planned, start=1) for sentence in _wrong(one, members)]
    if total > minutes:
        found.append(Problem("", f"De blokken duren samen {total} minuten, en een bijeenkomst {minutes}. Haal er {total - minutes} af."))
    if not 1 <= len(cases) <= MOST_BLOCKS:
        found.append(Problem("", f"Maak 1 tot en met {MOST_BLOCKS} blokken voor zaken en thema's."))
    if len({one.seats for one in cases}) < len(cases):
        found.append(Problem("", "Twee blokken hebben dezelfde deelnemers. Voeg ze samen."))
    if len(kinds) > len(set(kinds)):
        found.append(Problem("", "Opening, actiepunten, pauze, uitloop en sluiting komen hoogstens één keer voor."))
    if found:
        raise Invalid("Deze blokken kunnen zo niet.", tuple(found))


def _wrong(block: PlannedBlock, members: frozenset[str]) -> Iterator[str]:
    if not 1 <= block.minutes <= 480:
        yield "Kies 1 tot en met 480 minuten."
    if not block.seats <= members:
        yield "In een blok zitten alleen leden van dit overleg."
    if block.kind is not BlockKind.CASES and block.seats != members:
        yield "Dit blok is voor alle leden."
    if block.kind is BlockKind.CASES and len(block.seats) < 2:
        yield "Kies minstens twee deelnemers."
    if block.run_by not in block.seats:
        yield "Wie het blok leidt, zit er zelf in."
    if len(block.name) > 60:
        yield "De naam telt hoogstens 60 tekens."
