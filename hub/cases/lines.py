"""The cells of a case as text, for rows that travel many at a time: what repeats from row to row is written once."""

from collections.abc import Mapping

from hub.cases.columns import FINE_AND_COARSE, columns_of
from hub.kernel.bulk import line_of
from hub.sharing.facts import FACTS, Value
from hub.sharing.projection import Shape
from hub.sharing.vocabulary import Vocabulary

MOST_REMEMBERED = 4096
NARRATIVE_HOLE = "\0"  # no text of the database holds this sign
_EMPTY = {fact: line_of([None] * len(columns)) for fact, columns in FINE_AND_COARSE.items()}


class Pen:
    """Writes values as `to_cells` orders them; the same value of the same fact is worked out once, texts each time."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._facts: list[tuple[str, dict[Value, str], str]] = [(fact, {}, _EMPTY[fact]) for fact in FACTS]

    def cells(self, values: Mapping[str, Value]) -> str:
        """The cells of these facts, in the order of COLUMNS; where the narrative belongs there is a hole, to be filled by `sealed`."""
        parts = []
        for fact, known, empty in self._facts:
            value = values.get(fact)
            parts.append(empty if value is None else known.get(value) or self._write(fact, known, value))
        return "\t".join(parts)

    def shown(self, shapes: Mapping[str, Shape]) -> tuple[str, str]:
        """The letters of these shapes, and the cells of those that have a value."""
        letters, parts = [], []
        for fact, known, empty in self._facts:
            shape = shapes[fact]
            letters.append(shape.state)
            value = shape.value
            parts.append(empty if value is None else known.get(value) or self._write(fact, known, value))
        return "".join(letters), "\t".join(parts)

    def _write(self, fact: str, known: dict[Value, str], value: Value) -> str:
        if fact == "narrative":
            return NARRATIVE_HOLE
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        cells = known[value] = line_of(columns_of(fact, value=value, vocabulary=self._vocabulary))
        return cells


def sealed(cells: str, *, narrative: bytes) -> str:
    """These cells with the sealed narrative in its place."""
    return cells.replace(NARRATIVE_HOLE, line_of([narrative]))
