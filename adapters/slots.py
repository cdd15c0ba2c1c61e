"""What one row of an export fills: facts, steering words, consents and ties; each compiled once, each word looked up once."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from adapters.mapping import ExportMapping, Source
from adapters.meaning import Token, cleaned
from adapters.sources import Compiled, Fault, Target, compile_source
from hub.sharing.facts import Absence, NotASpan, Span, Value, parse_span
from hub.sharing.vocabulary import FactType, Vocabulary

CONSENT_WORDS = ("not_asked", "given", "given_by_guardian", "refused", "withdrawn", "expired")
MOST_REMEMBERED = 20_000
_ABSENT = {"unknown": Absence.UNKNOWN, "not_asked": Absence.NOT_ASKED}

_PLACES = "place"
_ANSWERS = frozenset(("yes", "no"))

Filled = Value | Absence | date | None


@dataclass(slots=True)
class Seen:
    """What one set of cells means, ready for use, and in how many accepted rows it stood since it was last counted."""

    value: Filled
    pair: tuple[str, Filled] | None
    counted_as: tuple[str, ...]
    faults: tuple[Fault, ...]
    unmapped: tuple[tuple[str, str], ...]
    word: str | None
    is_strange: bool
    times: int = 0


class Slot:
    """One thing that a row fills, with what it has seen before; forgets when it has seen too much, so memory stays flat."""

    def __init__(self, group: str, name: str, *, compiled: Compiled, mapping: ExportMapping, places: Mapping[str, int]) -> None:
        self.group, self.name = group, name
        self.compiled = compiled
        self.memory: dict[object, Seen] = {}
        self._finish = finisher_of(group, name)
        self._counts: Counter[str] = Counter()
        self._empty_words = mapping.empty_words
        numbers = [places[column] for column in compiled.columns]
        self.cells: Callable[[list[str]], object] = itemgetter(*numbers) if numbers else lambda row: ()
        self._is_one = len(numbers) == 1

    def look(self, cells: object) -> Seen:
        """Read cells that were not met before and remember what they mean."""
        asked: Iterable[object] = (cells,) if self._is_one or not isinstance(cells, tuple) else cells
        outcome = self.compiled.run(tuple(self._normal(str(cell)) for cell in asked))
        value, counted_as = (None, ()) if outcome.faults else self._finish(outcome.tokens)
        if len(self.memory) > MOST_REMEMBERED:
            self._settle()
        strange = bool(outcome.faults or outcome.unmapped)
        seen = self.memory[cells] = Seen(value, self._pair(value), counted_as, outcome.faults, outcome.unmapped, outcome.word, strange)
        return seen

    def _pair(self, value: Filled) -> tuple[str, Filled] | None:
        """The value under its name, if it is to stand in the draft: what was not asked is left out, as is an unknown steering word."""
        if self.group == "consents":
            return self.name, value if type(value) is str else "not_asked"
        if value is None or value is Absence.NOT_ASKED or (self.group != "facts" and isinstance(value, Absence)):
            return None
        return self.name, value

    def seen_of(self, value: Filled, *, counted_as: tuple[str, ...], word: str | None) -> Seen:
        """A value that several rows gave together, as if one row had said it."""
        return Seen(value, self._pair(value), counted_as, (), (), word, word is not None)

    def count(self, seen: Seen) -> None:
        """Count what a case of several rows said."""
        self._counts.update(seen.counted_as)

    def counts(self) -> Mapping[str, int]:
        """How often each value stood in an accepted row."""
        self._settle()
        return dict(self._counts.most_common())

    def _settle(self) -> None:
        for seen in self.memory.values():
            for word in seen.counted_as:
                self._counts[word] += seen.times
        self.memory.clear()
        self._counts = +self._counts

    def _normal(self, cell: str) -> str:
        text = cleaned(cell)
        return "" if text in self._empty_words else text


def slots_of(mapping: ExportMapping, *, places: Mapping[str, int], vocabulary: Vocabulary) -> list[Slot]:
    """Every slot of this mapping, compiled against the vocabulary; raises MappingFault for a code that does not exist.

    `places` tells in which cell of a row each column stands.
    """
    slots = []
    for group, source, target in _wanted(mapping, vocabulary=vocabulary):
        compiled = compile_source(source, target=target, file=mapping.file)
        slots.append(Slot(group, target.name, compiled=compiled, mapping=mapping, places=places))
    return slots


def suggestions_of(slots: Iterable[Slot]) -> Mapping[str, tuple[str, ...]]:
    """Per column the words that its tables know."""
    words: dict[str, tuple[str, ...]] = {}
    for slot in slots:
        for column, known in slot.compiled.words.items():
            words[column] = (*words.get(column, ()), *known)
    return words


def _wanted(mapping: ExportMapping, *, vocabulary: Vocabulary) -> Iterable[tuple[str, Source, Target]]:
    for name, source in mapping.facts.items():
        yield "facts", source, _fact_target(name, vocabulary=vocabulary)
    for name, source in mapping.circumstances.items():
        yield "circumstances", source, _words_target(name, frozenset(vocabulary.steering[name].words))
    for slug, source in mapping.consents.items():
        yield "consents", source, _words_target(slug, frozenset(CONSENT_WORDS), "not_asked")
    if mapping.given_to is not None:
        yield "given_to", mapping.given_to, Target("given_to", "slugs", _is_slug, "nothing")
    if mapping.concerns is not None:
        yield "concerns", mapping.concerns, Target("concerns", "slugs", _is_slug, "nothing")
    if mapping.closed_on is not None:
        yield "closed_on", mapping.closed_on, Target("closed_on", "day", _is_span, "nothing")


def _words_target(name: str, words: frozenset[str], empty: str = "unknown") -> Target:
    return Target(name, "word", words.__contains__, empty, words)


def _fact_target(name: str, *, vocabulary: Vocabulary) -> Target:
    words, codes = vocabulary.facts[name], vocabulary.codes_of(name)
    if words.type is FactType.FLAG:
        return Target(name, "flag", _ANSWERS.__contains__, known=_ANSWERS)
    if words.type is FactType.DATE:
        return Target(name, "date", _is_span)
    if words.type is FactType.TEXT:
        return Target(name, "text", lambda text: True)
    if codes is None:
        return Target(name, words.type.value, lambda code: False)
    known = codes.codes | codes.coarse if words.code_list == _PLACES else codes.codes  # of a place the province may be all that is known
    return Target(name, words.type.value, known.__contains__, known=frozenset(known))


def _is_span(text: str) -> bool:
    try:
        parse_span(text)
    except NotASpan:
        return False
    return True


def _is_slug(text: str) -> bool:
    return text == text.lower() and text.replace("-", "").isalnum()


Finished = tuple[Filled, tuple[str, ...]]


def finisher_of(group: str, name: str) -> Callable[[tuple[Token, ...]], Finished]:
    """The function that makes the value of a slot from its tokens, with the words under which it is counted."""
    if group == "facts":
        return _FACTS.get(name, _code)
    return {"given_to": _codes, "concerns": _codes, "closed_on": _day}.get(group, _code)


def _code(tokens: tuple[Token, ...]) -> Finished:
    token = str(tokens[0])
    return _ABSENT.get(token, token), (token,)


def _codes(tokens: tuple[Token, ...]) -> Finished:
    if tokens[0] in _ABSENT:
        return _code(tokens)
    value = tuple(sorted(str(token) for token in tokens if token != "nothing"))
    return value, value or ("(geen)",)


def _flag(tokens: tuple[Token, ...]) -> Finished:
    token = str(tokens[0])
    return _ABSENT.get(token, token == "yes"), ({"yes": "true", "no": "false"}.get(token, token),)


def _date(tokens: tuple[Token, ...]) -> Finished:
    token = tokens[0]
    if token in _ABSENT:
        return _code(tokens)
    span = token if isinstance(token, Span) else parse_span(token)
    return span, (str(span),)


def _day(tokens: tuple[Token, ...]) -> Finished:
    return (tokens[0].last if isinstance(tokens[0], Span) else None), ()


def _text(tokens: tuple[Token, ...]) -> Finished:
    token = str(tokens[0])
    return _ABSENT.get(token, token), (token if token in _ABSENT else "(tekst)",)


_FACTS: Mapping[str, Callable[[tuple[Token, ...]], Finished]] = {
    "incident_date": _date,
    "narrative": _text,
    **dict.fromkeys(("online", "public_task", "mass_report"), _flag),
    **dict.fromkeys(("ground", "reported_elsewhere", "handling", "offence"), _codes),
}
