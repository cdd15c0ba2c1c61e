"""Puts the rows of one case together, for an export that writes a row per ground, per victim or per arrest."""

from collections.abc import Iterator, Mapping, Sequence

from adapters.layouts import Repeats
from adapters.slots import Filled, Seen, Slot
from hub.cases.draft import Refusal
from hub.sharing.facts import Absence


class Gathering:
    """Holds the rows of a case until its last one has come; a row whose key stands there once is a case at once."""

    def __init__(self, repeats: Repeats, *, slots: Sequence[Slot], key: str) -> None:
        self._repeats, self._slots, self._key = repeats, slots, key
        self._rows: dict[bytes, dict[int, list[Seen] | None]] = {}

    def add(self, number: int, *, reference: str, seen: list[Seen] | None) -> Mapping[int, list[Seen] | None] | None:
        """Keep what a row says (nothing: the row was refused); answers with all rows of its case when this was the last, else with None."""
        digest = self._repeats.digest(reference)
        rows = self._rows.setdefault(digest, {})
        rows[number] = seen
        return self._rows.pop(digest) if self._repeats.last_row.get(digest, number) == number else None

    def refusals(self, rows: Mapping[int, list[Seen] | None]) -> Iterator[Refusal]:
        """Why these rows cannot be one case: one of them was refused, or two of them contradict each other."""
        refused = [number for number, seen in rows.items() if seen is None]
        if refused:
            sentence = f"Rij {refused[0]} hoort bij dezelfde zaak en is geweigerd; daarom wacht deze rij ook."
            yield from (Refusal(number, self._key, None, sentence) for number, seen in rows.items() if seen is not None)
            return
        first, last = min(rows), max(rows)
        for place, slot in enumerate(self._slots):
            parts = [seen[place] for seen in rows.values() if seen is not None]
            if joined(slot, parts=parts) is None:
                words = "; ".join(dict.fromkeys(word for part in parts for word in part.counted_as)) or None
                sentence = (
                    f"De rijen {first} tot en met {last} met dit kenmerk zijn één zaak, maar spreken elkaar tegen over '{slot.name}'."
                )
                column = slot.compiled.columns[0] if slot.compiled.columns else None
                yield Refusal(last, column, words, sentence)

    def together(self, rows: Mapping[int, list[Seen] | None]) -> list[Seen]:
        """The rows as one, when `refusals` has nothing against them; counts every value once for the case."""
        made = []
        for place, slot in enumerate(self._slots):
            one = joined(slot, parts=[seen[place] for seen in rows.values() if seen is not None])
            assert one is not None
            slot.count(one)
            made.append(one)
        return made


def joined(slot: Slot, *, parts: Sequence[Seen]) -> Seen | None:
    """What several rows say of one thing: lists are put together, what is unknown gives way; nothing when they contradict each other."""
    values: list[Filled] = list(dict.fromkeys(part.value for part in parts))
    if len(values) == 1:
        return slot.seen_of(values[0], counted_as=parts[0].counted_as, word=_words(parts))
    lists = [value for value in values if isinstance(value, tuple)]
    if lists:
        whole = tuple(sorted({word for value in lists for word in value}))
        return slot.seen_of(whole, counted_as=whole or ("(geen)",), word=_words(parts))
    known = [part for part in parts if part.value is not None and not isinstance(part.value, Absence)]
    distinct = {part.value for part in known}
    if slot.group == "facts" and len(distinct) <= 1:
        chosen = known[0] if known else next(part for part in parts if part.value is Absence.UNKNOWN)
        return slot.seen_of(chosen.value, counted_as=chosen.counted_as, word=_words(parts))
    if slot.group == "circumstances" and len(distinct) == 1:
        return slot.seen_of(Absence.UNKNOWN, counted_as=(), word=None)  # one row does not say it: the rules assume the strictest
    return None


def _words(parts: Sequence[Seen]) -> str | None:
    return "; ".join(dict.fromkeys(part.word for part in parts if part.word is not None)) or None
