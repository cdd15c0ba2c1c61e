"""One file being read: a stream of drafts and refusals in the order of the file, and the counts of what was met on the way."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from types import TracebackType
from typing import Any

from adapters.layout import Row, Table
from adapters.layouts import Repeats, fault_of_reference, leaver, reference_reader
from adapters.mapping import ExportMapping
from adapters.slots import Seen, Slot, suggestions_of
from adapters.together import Gathering
from hub.cases.draft import Draft, Refusal, Unmapped
from hub.kernel.words import Secret
from hub.sharing.facts import Absence, Span, Value

MOST_UNMAPPED = 1_000
_MOST_SUGGESTED = 200
_OTHERS = "(andere woorden)"

Transform = Callable[[dict[str, str]], dict[str, str]]


class Reading:
    """Iterate it once; `rows`, `accepted`, `left_out`, `unmapped` and `fact_counts` are complete after that. Close it, or use `with`."""

    def __init__(self, table: Table, *, mapping: ExportMapping, slots: list[Slot], places: Mapping[str, int], repeats: Repeats) -> None:
        self.mapping = mapping
        self.rows = self.accepted = self.left_out = self.cases = 0
        self.transform: Transform | None = None
        self._table, self._slots, self._places = table, slots, places
        self._unmapped: Counter[tuple[str, str]] = Counter()
        self._gathering = Gathering(repeats, slots=slots, key=mapping.key[0]) if mapping.joins_rows else None

    def __enter__(self) -> "Reading":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._table.close()

    def __iter__(self) -> Iterator[Draft | Refusal]:
        lookups = [(slot.cells, slot.memory, slot.look) for slot in self._slots]
        draft_of, gathering, places = _drafter(self._slots), self._gathering, self._places
        is_left_out = leaver(self.mapping.leave_out, places=places, width=len(self._table.header), folds=self.mapping.folds)
        width, reference_of = len(places), reference_reader(tuple(places[column] for column in self.mapping.key))
        for number, row in self._rows():
            reference = reference_of(row)
            if (not reference and not any(map(str.strip, row))) or is_left_out(row):
                self.left_out += bool(reference)
                continue
            self.rows += 1
            seen: list[Seen] | None = None
            if len(row) != width:
                yield Refusal(number, None, None, f"Deze rij heeft {len(row)} cellen; de kop heeft er {len(self._table.header)}.")
            else:
                seen = [memory.get(cells := get(row)) or look(cells) for get, memory, look in lookups]
                problem = fault_of_reference(reference)
                strange = [one for one in seen if one.is_strange]
                if (strange or problem) and (refusals := self._refusals(number, reference, strange=strange, problem=problem)):
                    yield from refusals
                    seen = None
            if gathering is not None:
                yield from self._gathered(number, reference=reference, seen=seen, gathering=gathering)
            elif seen is not None:
                self.accepted += 1
                for one in seen:
                    one.times += 1
                yield draft_of(number, reference, seen, strange)

    def _gathered(self, number: int, *, reference: str, seen: list[Seen] | None, gathering: Gathering) -> Iterator[Draft | Refusal]:
        """The case of which this row was the last, or why its rows cannot be one case; nothing while more rows are to come."""
        rows = gathering.add(number, reference=reference, seen=seen)
        if rows is None:
            return
        if refusals := list(gathering.refusals(rows)):
            yield from (replace(refusal, reference=Secret(reference)) for refusal in refusals)
        elif None not in rows.values():
            self.accepted += len(rows)
            self.cases += 1
            whole = gathering.together(rows)
            yield _drafter(self._slots)(number, reference, whole, [one for one in whole if one.is_strange])

    @property
    def unmapped(self) -> tuple[Unmapped, ...]:
        """The words that no table knows, most frequent first, with the nearest word that one does know."""
        known = suggestions_of(self._slots)
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
        fills = self.mapping.layout.short_rows
        if self.transform is None and not missing and not fills:
            yield from self._table.rows()
            return
        change = self.transform or dict
        for number, cells in self._table.rows():
            row = cells + [""] * (len(header) - len(cells)) if fills else cells
            if len(row) != len(header):
                yield number, row
                continue
            changed = change(dict(zip(header, row, strict=True)))
            yield number, [changed[name] for name in header] + missing

    def _refusals(self, number: int, reference: str, *, strange: list[Seen], problem: str | None) -> list[Refusal]:
        for key in {key for one in strange for key in one.unmapped}:  # a word counts once in a row, whatever it is used for
            self._unmapped[key if key in self._unmapped or len(self._unmapped) < MOST_UNMAPPED else (key[0], _OTHERS)] += 1
        refusals = [Refusal(number, self.mapping.key[0], None, problem)] if problem is not None else []
        refusals.extend(Refusal(number, column, value, reason) for one in strange for column, value, reason in one.faults)
        if problem is None:
            refusals = [replace(refusal, reference=Secret(reference)) for refusal in refusals]
        return list({(refusal.column, refusal.value): refusal for refusal in reversed(refusals)}.values())[::-1]


def _drafter(slots: list[Slot]) -> Callable[[int, str, list[Seen], list[Seen]], Draft]:
    """The function that makes a draft of what a row gave; the slots stand in the order facts, steering words, all others."""
    facts_end = sum(slot.group == "facts" for slot in slots)
    steering_end = facts_end + sum(slot.group == "circumstances" for slot in slots)
    consents_end = steering_end + sum(slot.group == "consents" for slot in slots)
    names = [slot.name for slot in slots]

    def draft(number: int, reference: str, seen: list[Seen], strange: list[Seen]) -> Draft:
        facts: Any = dict([one.pair for one in seen[:facts_end] if one.pair])
        circumstances: Any = dict([one.pair for one in seen[facts_end:steering_end] if one.pair])
        consents: Any = dict([one.pair for one in seen[steering_end:consents_end] if one.pair])
        words = {name: one.word for name, one in zip(names, seen, strict=True) if one.word is not None} if strange else {}
        others: dict[str, Any] = dict([one.pair for one in seen[consents_end:] if one.pair])
        consents.update(dict.fromkeys(others.get("given_to", ()), "given"))
        return Draft(number, Secret(reference), facts, circumstances, consents, others.get("concerns", ()), others.get("closed_on"), words)

    return draft


def counted_text(value: Value | Absence) -> str:
    """A value as one text, the same as in the counts and in expected drafts."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, tuple) else str(value) if isinstance(value, Span) else value
