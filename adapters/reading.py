"""One file being read: a stream of drafts and refusals in the order of the file, and the counts of what was met on the way."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from types import TracebackType

from adapters.layout import Row, Table
from adapters.layouts import fault_of_reference, is_blank, reference_of
from adapters.mapping import ExportMapping
from adapters.slots import Seen, Slot, suggestions_of
from adapters.sources import holds
from hub.cases.draft import Draft, Refusal, Unmapped
from hub.kernel.words import Secret
from hub.sharing.facts import Absence, Span, Value

MOST_UNMAPPED = 1_000
_MOST_SUGGESTED = 200
_OTHERS = "(andere woorden)"

Transform = Callable[[dict[str, str]], dict[str, str]]


class Reading:
    """Iterate it once; `rows`, `accepted`, `left_out`, `unmapped` and `fact_counts` are complete after that. Close it, or use `with`."""

    def __init__(self, table: Table, *, mapping: ExportMapping, slots: list[Slot], places: Mapping[str, int]) -> None:
        self.mapping = mapping
        self.rows = self.accepted = self.left_out = 0
        self.transform: Transform | None = None
        self._table, self._slots, self._places = table, slots, places
        self._key = tuple(places[column] for column in mapping.key)
        self._unmapped: Counter[tuple[str, str]] = Counter()
        self._facts = [slot.name for slot in slots if slot.group == "facts"]
        self._steering = [slot.name for slot in slots if slot.group == "circumstances"]
        self._others = slots[len(self._facts) + len(self._steering) :]

    def __enter__(self) -> "Reading":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._table.close()

    def __iter__(self) -> Iterator[Draft | Refusal]:
        lookups = [(slot.cells, slot.memory, slot.look) for slot in self._slots]
        width = len(self._places)
        for number, row in self._rows():
            if is_blank(row) or (self.mapping.leave_out and self._is_left_out(row)):
                continue
            self.rows += 1
            if len(row) != width:
                yield Refusal(number, None, None, f"Deze rij heeft {len(row)} cellen; de kop heeft er {len(self._table.header)}.")
                continue
            reference = reference_of(row, places=self._key)
            seen = [memory.get(cells := get(row)) or look(cells) for get, memory, look in lookups]
            problem = fault_of_reference(reference)
            strange = [one for one in seen if one.is_strange]
            if (strange or problem) and (refusals := self._refusals(number, strange=strange, problem=problem)):
                yield from refusals
                continue
            self.accepted += 1
            for one in seen:
                one.times += 1
            yield self._draft(number, reference=reference, seen=seen)

    @property
    def unmapped(self) -> tuple[Unmapped, ...]:
        """The words that no table knows, most frequent first, with the nearest word that one does know."""
        known = suggestions_of(self.mapping)
        made = []
        for place, ((column, value), count) in enumerate(self._unmapped.most_common()):
            near = get_close_matches(value, known.get(column, ()), n=1, cutoff=0.6) if place < _MOST_SUGGESTED else []
            made.append(Unmapped(column, value, count, near[0] if near else None))
        return tuple(made)

    @property
    def fact_counts(self) -> Mapping[str, Mapping[str, int]]:
        """Per fact how often each value stands in the accepted rows; a row with two grounds counts for both."""
        return {slot.name: slot.counts() for slot in self._slots if slot.group == "facts"}

    def _rows(self) -> Iterator[Row]:
        """The rows of the file, changed by the partner's own transform, with empty cells for optional columns it does not have."""
        header = self._table.header
        missing = [""] * (len(self._places) - len(header))
        if self.transform is None and not missing:
            yield from self._table.rows()
            return
        change = self.transform or dict
        for number, row in self._table.rows():
            if len(row) != len(header):
                yield number, row
                continue
            changed = change(dict(zip(header, row, strict=True)))
            yield number, [changed[name] for name in header] + missing

    def _is_left_out(self, row: list[str]) -> bool:
        if len(row) != len(self._places):
            return False
        for rule in self.mapping.leave_out:
            cells = {column: row[self._places[column]].strip() for column in rule.condition.columns()}
            if holds(rule.condition, row=cells, ignores_case=False):
                self.left_out += 1
                return True
        return False

    def _refusals(self, number: int, *, strange: list[Seen], problem: str | None) -> list[Refusal]:
        for one in strange:
            for key in one.unmapped:
                self._unmapped[key if key in self._unmapped or len(self._unmapped) < MOST_UNMAPPED else (key[0], _OTHERS)] += 1
        refusals = [Refusal(number, column, value, reason) for one in strange for column, value, reason in one.faults]
        if problem is not None:
            refusals.insert(0, Refusal(number, self.mapping.key[0], None, problem))
        return list(dict.fromkeys(refusals))

    def _draft(self, number: int, *, reference: str, seen: list[Seen]) -> Draft:
        facts: dict[str, Value | Absence] = {}
        words: dict[str, str] = {}
        for name, one in zip(self._facts, seen, strict=False):
            if one.value is not None and one.value is not Absence.NOT_ASKED and not isinstance(one.value, date):
                facts[name] = one.value
            if one.word is not None:
                words[name] = one.word
        after = seen[len(self._facts) :]
        circumstances = {name: one.value for name, one in zip(self._steering, after, strict=False) if type(one.value) is str}
        if not self._others:
            return Draft(number, Secret(reference), facts, circumstances, words=words)
        consents, concerns, closed_on = self._ties(after[len(self._steering) :])
        return Draft(number, Secret(reference), facts, circumstances, consents, concerns, closed_on, words)

    def _ties(self, seen: list[Seen]) -> tuple[dict[str, str], tuple[str, ...], date | None]:
        """Consents per recipient, the recipients this case concerns, and the day it was closed."""
        consents: dict[str, str] = {}
        concerns: tuple[str, ...] = ()
        closed_on: date | None = None
        for slot, one in zip(self._others, seen, strict=True):
            value = one.value
            if slot.group == "consents":
                consents[slot.name] = str(value) if type(value) is str else "not_asked"
            elif slot.group == "given_to" and isinstance(value, tuple):
                consents.update(dict.fromkeys(value, "given"))
            elif slot.group == "concerns" and isinstance(value, tuple):
                concerns = value
            elif isinstance(value, date):
                closed_on = value
        return consents, concerns, closed_on


def counted_text(value: Value | Absence) -> str:
    """A value as one text, the same as in the counts and in expected drafts."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, tuple) else str(value) if isinstance(value, Span) else value
