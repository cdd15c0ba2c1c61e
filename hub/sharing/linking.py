"""How far two recipients that lay their views side by side could tell with certainty that two rows are about one case."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hub.sharing.coarsen import coarsen
from hub.sharing.facts import Value
from hub.sharing.vocabulary import Vocabulary

BY = ("incident_date", "place", "ground")
Key = tuple[Value | None, ...]  # what one recipient is shown of these three; None where it is shown nothing
Levels = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Of two recipients: the cases that both hold, and how many of those could be joined with certainty."""

    common: int = 0
    certain: int = 0

    @property
    def share(self) -> float:
        """The part of the common cases that could be joined, between 0 and 1; nothing in common is nothing to join."""
        return self.certain / self.common if self.common else 0.0


@dataclass(slots=True)
class Side:
    """The rows of one recipient, counted by what they show; answers how many of them could be the case behind a given row."""

    rows: Mapping[Key, int]
    vocabulary: Vocabulary
    _levels: dict[Key, Levels] = field(default_factory=dict, repr=False)
    _by_level: dict[Levels, list[Key]] = field(default_factory=dict, repr=False)
    _counted: dict[tuple[Levels, Levels], Counter[Key]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for key in self.rows:
            self._by_level.setdefault(self.levels(key), []).append(key)

    def levels(self, key: Key) -> Levels:
        """How fine each of the three is shown, 0 being the finest."""
        found = self._levels.get(key)
        if found is None:
            found = self._levels[key] = tuple(_level(value, fact, self.vocabulary) for fact, value in zip(BY, key, strict=True))
        return found

    def candidates(self, key: Key) -> int:
        """How many rows of this side agree with the row of another, each read as coarsely as the coarser of both."""
        mine, count = self.levels(key), 0
        for theirs in self._by_level:
            both = tuple(map(max, mine, theirs))
            count += self._counts(theirs, both)[at_levels(key, levels=both, vocabulary=self.vocabulary)]
        return count

    def _counts(self, theirs: Levels, both: Levels) -> Counter[Key]:
        counted = self._counted.get((theirs, both))
        if counted is None:
            counted = self._counted[theirs, both] = Counter()
            for key in self._by_level[theirs]:
                counted[at_levels(key, levels=both, vocabulary=self.vocabulary)] += self.rows[key]
        return counted


def joined(common: Mapping[tuple[Key, Key], int], *, one: Side, other: Side) -> Joined:
    """
    Of the cases that both hold (counted by what each side shows of them) those that agree with one row only, on both sides.

    Two rows agree where date, place and ground do, read as coarsely as the coarser of both; what a side is not shown rules nothing out.
    """
    certain = sum(1 for mine, theirs in _alone(common, one, other) if one.candidates(theirs) == 1 and other.candidates(mine) == 1)
    return Joined(sum(common.values()), certain)


def _alone(common: Mapping[tuple[Key, Key], int], one: Side, other: Side) -> Iterator[tuple[Key, Key]]:
    """The cases whose row is like no other on its own side, and whose two rows do not contradict each other."""
    for (mine, theirs), count in common.items():
        if count == one.rows[mine] == other.rows[theirs] == 1:
            both = tuple(map(max, one.levels(mine), other.levels(theirs)))
            words = one.vocabulary
            if at_levels(mine, levels=both, vocabulary=words) == at_levels(theirs, levels=both, vocabulary=words):
                yield mine, theirs


def at_levels(key: Key, *, levels: Levels, vocabulary: Vocabulary) -> Key:
    """The row read as coarsely as this; a fact below its coarsest shape is left out."""
    return tuple(_at(value, fact, level, vocabulary) for fact, value, level in zip(BY, key, levels, strict=True))


def _at(value: Value | None, fact: str, level: int, vocabulary: Vocabulary) -> Value | None:
    words = vocabulary.facts[fact].words
    return None if value is None or level >= len(words) else coarsen(value, fact=fact, precision=words[level], vocabulary=vocabulary)


def _level(value: Value | None, fact: str, vocabulary: Vocabulary) -> int:
    """The coarsest precision that leaves the value as it is: nothing finer may be known of it."""
    words = vocabulary.facts[fact]
    same = (step for step in range(len(words.words)) if value is not None and _at(value, fact, step, vocabulary) == value)
    return max(same, default=words.hidden)
