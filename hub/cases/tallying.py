"""Rows before and after a change, counted: what became of each, at which points, with a few examples, and which could be joined."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from hub.cases.alike import Outcome
from hub.cases.columns import COLUMNS, FINE_AND_COARSE
from hub.cases.inputs import MOST_REMEMBERED, Standing, Values
from hub.kernel.words import PartnerId
from hub.sharing.compare import Way
from hub.sharing.differing import NOTHING, way_of
from hub.sharing.dutch import fact_text, label
from hub.sharing.facts import FACTS
from hub.sharing.invariants import Floor
from hub.sharing.linking import BY, Joined, Key, Side, joined
from hub.sharing.queries import Pair
from hub.sharing.sentences import reason_in_dutch
from hub.sharing.vocabulary import Vocabulary

MOST_EXAMPLES = 3
PURPOSES = "purposes"
A_TEXT = "de samenvatting"
_PLACES = {fact: slice(COLUMNS.index(names[0]), COLUMNS.index(names[-1]) + 1) for fact, names in FINE_AND_COARSE.items()}
_FACT_AT = [fact for fact, names in FINE_AND_COARSE.items() for _ in names]
_LAST_OF_KEY = max(_PLACES[fact].stop for fact in BY)


Held = tuple[tuple[PartnerId, int], ...]  # by recipient, in order, the number of what its row shows


class Became(StrEnum):
    """What becomes of a row; one that is wider at one point and narrower at another is both."""

    APPEARS = "appears"
    VANISHES = "vanishes"
    WIDER = "wider"
    NARROWER = "narrower"
    BOTH = "both"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Moved:
    """In how many rows, shown before and after, one point (a fact, or the purposes) tells more, less, or something else."""

    wider: int
    narrower: int
    both: int


@dataclass(frozen=True, slots=True)
class Example:
    """One case by the giver's own code: what becomes of the row, why it goes, and per fact (name, before, after) in words."""

    own_code: str
    became: Became
    because: str
    facts: tuple[tuple[str, str, str], ...]


class Tally:
    """One recipient's rows, counted as they are noted."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._values, self._vocabulary = Values(vocabulary), vocabulary
        self.rows: Counter[Became] = Counter()
        self.longer = self.shorter = 0
        self._points: Counter[tuple[str, Way]] = Counter()
        self._ways: dict[tuple[str, str, str], Way] = {}
        self._moves: dict[tuple[str, str, str, str], tuple[tuple[str, Way], ...]] = {}
        self._examples: dict[Became, list[tuple[str, str, str, str]]] = {became: [] for became in Became}

    def note(self, own_code: str, *, standing: Standing | None, outcome: Outcome) -> None:
        """One case: the row that stands, if any, and what the recipient would be told."""
        before = standing.cells if standing is not None and standing.is_shown else None
        cells = outcome.cells
        if before is None and cells is None:
            return
        if cells is None:
            became = Became.VANISHES
        elif standing is None or before is None:
            became = Became.APPEARS
        else:
            became = self._became(before, cells, standing.flags, outcome.flags)
            self.longer += outcome.until > standing.until
            self.shorter += outcome.until < standing.until
        self.rows[became] += 1
        if became is not Became.STAYS and len(self._examples[became]) < MOST_EXAMPLES:
            self._examples[became].append((own_code, before or "", cells or "", outcome.because))

    def moved(self) -> dict[str, Moved]:
        """The points at which any row that stays with its recipient changes."""
        points = (point for point in (*FACTS, PURPOSES) if any((point, way) in self._points for way in Way))
        return {point: Moved(*(self._points[point, way] for way in (Way.WIDER, Way.NARROWER, Way.BOTH))) for point in points}

    def examples(self, *, floor: Floor) -> tuple[Example, ...]:
        """At most three: one of each fate first."""
        turns = ((became, some[turn]) for turn in range(MOST_EXAMPLES) for became, some in self._examples.items() if turn < len(some))
        return tuple(
            Example(code, became, reason_in_dutch(reason, floor=floor) if reason else "", tuple(self._in_words(before, after)))
            for became, (code, before, after, reason) in list(turns)[:MOST_EXAMPLES]
        )

    def _became(self, before: str, after: str, flags: str, new_flags: str) -> Became:
        if before == after and flags == new_flags:
            return Became.STAYS
        key = (before, after, flags, new_flags)
        moves = self._moves.get(key)
        if moves is None:
            if len(self._moves) >= MOST_REMEMBERED:
                self._moves.clear()
            moves = self._moves[key] = tuple(self._moves_of(*key))
        for move in moves:
            self._points[move] += 1
        ways = {way for _, way in moves}
        return Became.BOTH if len(ways) > 1 else Became(ways.pop().value)

    def _moves_of(self, before: str, after: str, flags: str, new_flags: str) -> Iterator[tuple[str, Way]]:
        """The points that change, each with its way."""
        for fact, was, becomes in _differing(before, after):
            yield fact, self._way(fact, was, becomes)
        if flags != new_flags:
            yield PURPOSES, _way_of_flags(flags, new_flags)

    def _way(self, fact: str, was: str, becomes: str) -> Way:
        key = (fact, was, becomes)
        if key not in self._ways:
            values = (self._values.value(text, fact=fact) for text in (was, becomes))
            before, after = values
            self._ways[key] = way_of(before, after=after, fact=fact, vocabulary=self._vocabulary)
        return self._ways[key]

    def _in_words(self, before: str, after: str) -> Iterator[tuple[str, str, str]]:
        empty = "\t".join(["\\N"] * len(COLUMNS))
        for fact, was, becomes in _differing(before or empty, after or empty):
            yield label(fact, of="facts"), self._words(fact, was), self._words(fact, becomes)

    def _words(self, fact: str, text: str) -> str:
        value = self._values.value(text, fact=fact)
        if value is None:
            return NOTHING
        return A_TEXT if fact == "narrative" else fact_text(value, fact=fact)


class Links:
    """What each recipient holds of every case, before and after, by the facts that a row could be recognised by."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._values, self._vocabulary = Values(vocabulary), vocabulary
        self._numbers: dict[str, int] = {}
        self._of_row: dict[str, int] = {}
        self._before: Counter[Held] = Counter()
        self._after: Counter[Held] = Counter()

    def note(self, before: Mapping[Pair, str], *, after: Mapping[Pair, str]) -> None:
        """One case: the cells that each recipient has of it, and those that it would have."""
        had = self._held(before)
        held = had if before == after else self._held(after)
        if had:
            self._before[had] += 1
        if held:
            self._after[held] += 1

    def joined(self) -> Iterator[tuple[tuple[PartnerId, PartnerId], Joined, Joined]]:
        """For each two recipients with a case in common, what they could join before and after."""
        recipients = sorted({one for cases in (self._before, self._after) for held in cases for one, _ in held})
        keys = {number: self._key(text) for text, number in self._numbers.items()}
        sides = [{one: self._side(cases, one, keys) for one in recipients} for cases in (self._before, self._after)]
        for two in combinations(recipients, 2):
            found = [
                joined(_common(cases, two, keys), one=side[two[0]], other=side[two[1]])
                for cases, side in zip((self._before, self._after), sides, strict=True)
            ]
            if any(one.common for one in found):
                yield two, found[0], found[1]

    def _held(self, rows: Mapping[Pair, str]) -> Held:
        """By recipient the number of what its row shows; of two rows on one case the lasting one counts."""
        found = {}
        for pair in sorted(rows) if len(rows) > 1 else rows:
            row = rows[pair]
            number = self._of_row.get(row)
            found[pair[0]] = self._number(row) if number is None else number
        return tuple(found.items())

    def _number(self, row: str) -> int:
        """One number for all rows that are the same in the facts to recognise a case by."""
        text = "\t".join(row.split("\t", _LAST_OF_KEY)[:_LAST_OF_KEY])
        number = self._numbers.setdefault(text, len(self._numbers))
        if len(self._of_row) >= MOST_REMEMBERED:
            self._of_row.clear()
        self._of_row[row] = number
        return number

    def _key(self, text: str) -> Key:
        cells = text.split("\t")
        return tuple(self._values.value("\t".join(cells[_PLACES[fact]]), fact=fact) for fact in BY)

    def _side(self, cases: Counter[Held], recipient: PartnerId, keys: Mapping[int, Key]) -> Side:
        rows: Counter[Key] = Counter()
        for held, count in cases.items():
            for one, number in held:
                if one == recipient:
                    rows[keys[number]] += count
        return Side(rows, self._vocabulary)


def _common(cases: Counter[Held], two: tuple[PartnerId, PartnerId], keys: Mapping[int, Key]) -> Counter[tuple[Key, Key]]:
    found: Counter[tuple[Key, Key]] = Counter()
    for held, count in cases.items():
        by_recipient = dict(held)
        if two[0] in by_recipient and two[1] in by_recipient:
            found[keys[by_recipient[two[0]]], keys[by_recipient[two[1]]]] += count
    return found


def _differing(before: str, after: str) -> Iterator[tuple[str, str, str]]:
    old, new = before.split("\t"), after.split("\t")
    for fact in dict.fromkeys([fact for fact, was, becomes in zip(_FACT_AT, old, new, strict=True) if was != becomes]):
        place = _PLACES[fact]
        yield fact, "\t".join(old[place]), "\t".join(new[place])


def _way_of_flags(before: str, after: str) -> Way:
    old, new = ({at for at, flag in enumerate(flags.split("\t")) if flag == "t"} for flags in (before, after))
    if old < new:
        return Way.WIDER
    return Way.NARROWER if new < old else Way.BOTH
