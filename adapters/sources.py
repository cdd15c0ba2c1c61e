"""Compiles a source of a mapping into a function from cells to an outcome, and refuses a mapping that names a code we do not have."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from adapters.grammar import MappingFault, nearest
from adapters.layout import LIST_MARK
from adapters.mapping import Condition, Source
from adapters.meaning import RESERVED, Found, Token, cleaned, known_words, shown, word_reader
from hub.kernel.errors import Problem

LONGEST_TEXT = 1000

Fault = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True)
class Target:
    """What a source must give: one code, codes, a date, a flag or a text; which codes are accepted (`known`: all of them, if they can be
    told); what an empty cell means."""

    name: str
    kind: str
    accepts: Callable[[str], bool]
    empty: str = "unknown"
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The tokens that the cells of one row gave, what was wrong with them, and the words that no table knew."""

    tokens: tuple[Token, ...] = ()
    faults: tuple[Fault, ...] = ()
    unmapped: tuple[tuple[str, str], ...] = ()
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A source ready to run: the columns it wants, in order, the function over their cells, and the words it knows in each column."""

    columns: tuple[str, ...]
    run: Callable[[tuple[str, ...]], Outcome]
    words: Mapping[str, tuple[str, ...]]


def compile_source(source: Source, *, target: Target, file: Path) -> Compiled:
    """The function of this source; raises MappingFault with file and line when it can never give what the target needs."""
    _refuse_wrong_words(source, target=target, file=file)
    columns = tuple(dict.fromkeys(source.all_columns()))
    try:
        gather = _gatherer(source, target=target, columns=columns)
    except ValueError as error:
        raise _fault(source, f"{error}.", file=file) from None
    empty = source.empty or target.empty

    def run(cells: tuple[str, ...]) -> Outcome:
        gathered = gather(cells)
        return _outcome(gathered or [("", "", Found(empty, "Deze kolom is leeg."))], target=target, columns=columns)

    return Compiled(columns, run, known_words(source, codes=target.known))


Gathered = list[tuple[str, str, Found]]  # column, the word as it stood there, what it means
Gatherer = Callable[[tuple[str, ...]], Gathered]


def _gatherer(source: Source, *, target: Target, columns: tuple[str, ...]) -> Gatherer:
    """Cells to words with their meaning; an empty list means that the cells say nothing at all."""
    if source.how == "always":
        return lambda cells: [("", "", Found(source.always))]
    if source.how == "union":
        return _union_gatherer(source, target=target, columns=columns)
    if source.how == "rules":
        return _rule_gatherer(source, columns=columns)
    read = word_reader(source, known=target.known, accepts=target.accepts, takes_text=target.kind == "text")
    return lambda cells: [(column, word, read(word)) for column, word in _words(source, cells=cells)]


def _union_gatherer(source: Source, *, target: Target, columns: tuple[str, ...]) -> Gatherer:
    """All parts together; when none of them gives more than `nothing`, the union as a whole counts as empty."""
    parts = []
    for part in source.union:
        own = tuple(dict.fromkeys(part.all_columns()))
        parts.append((_gatherer(part, target=target, columns=own), _places(part, columns=columns), part.empty))

    def gather(cells: tuple[str, ...]) -> Gathered:
        gathered = list(chain.from_iterable(_part(cells, part=part) for part in parts))
        return gathered if any(found.token != "nothing" for _, _, found in gathered) else []

    return gather


def _places(part: Source, *, columns: tuple[str, ...]) -> list[int]:
    return [columns.index(name) for name in dict.fromkeys(part.all_columns())]


def _part(cells: tuple[str, ...], *, part: tuple[Gatherer, list[int], str | None]) -> Gathered:
    gather, places, empty = part
    return gather(tuple(cells[place] for place in places)) or ([("", "", Found(empty))] if empty else [])


def _rule_gatherer(source: Source, *, columns: tuple[str, ...]) -> Gatherer:
    def gather(cells: tuple[str, ...]) -> Gathered:
        row = dict(zip(columns, cells, strict=True))
        for rule in source.rules:
            if holds(rule.condition, row=row, ignores_case=source.ignores_case):
                return [(columns[0] if columns else "", "", Found(rule.then, "Deze combinatie hoort niet voor te komen."))]
        column = _strangest(source, row=row)
        return [
            (
                column,
                row[column],
                Found(source.otherwise, "Voor deze combinatie van kolommen staat niets in het koppelbestand.", unmapped=True),
            )
        ]

    return gather


def _strangest(source: Source, *, row: dict[str, str]) -> str:
    """The column to blame when no rule fits: one with a word that no rule names, else the last that says something."""
    named = {(column, word) for rule in source.rules for column, words in rule.condition.words for word in words}
    filled = [column for column, cell in row.items() if cell]
    strange = [column for column in filled if (column, row[column]) not in named]
    return (strange or filled or list(row))[-1]


def holds(condition: Condition, *, row: dict[str, str], ignores_case: bool) -> bool:
    """Whether this row, given as cells by column, meets the condition."""
    fold: Callable[[str], str] = str.casefold if ignores_case else str
    if not all(fold(row[column]) in map(fold, words) for column, words in condition.words):
        return False
    if any(fold(row[column]) in map(fold, words) for column, words in condition.never):
        return False
    if not all(fold(row[column]).startswith(tuple(map(fold, words))) for column, words in condition.openings):
        return False
    return all(row[column] for column in condition.filled) and not any(row[column] for column in condition.empty)


def _words(source: Source, *, cells: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The words of the chosen cell (or joined cells), each with the column it comes from."""
    if source.how == "join":
        parts = [cell for cell in cells if cell or source.dates]  # a date without its month must not read as another date
        column, text = source.columns[0], source.glue.join(parts) if any(parts) else ""
    else:
        filled = [(column, cell) for column, cell in zip(source.columns, cells, strict=True) if cell]
        saying = [(column, cell) for column, cell in filled if cell not in source.absent]
        column, text = next(iter((saying if len(cells) > 1 else []) or filled), ("", ""))
    if source.split is None:
        if text:
            yield column, text
        return
    for word in _split(text, source=source):
        yield column, word


def _split(text: str, *, source: Source) -> Iterator[str]:
    for number, kept in enumerate(source.keep):
        text = text.replace(kept, f"\x1e{number}\x1e")
    for part in text.split(source.split):
        whole = part
        for number, kept in enumerate(source.keep):
            whole = whole.replace(f"\x1e{number}\x1e", kept)
        if word := cleaned(whole):
            yield word


def _outcome(gathered: Gathered, *, target: Target, columns: tuple[str, ...]) -> Outcome:
    faults: list[Fault] = []
    unmapped: list[tuple[str, str]] = []
    kept: list[str] = []
    tokens: list[Token] = []
    for column, word, found in gathered:
        if found.unmapped:
            unmapped.append((column, shown(word)))
        if found.token == "refuse":
            faults.append((column or columns[0], shown(word) or None, found.reason or "Deze rij wordt niet gelezen."))
        elif target.kind == "text" and len(str(found.token)) > LONGEST_TEXT and found.token not in RESERVED:
            faults.append((column or columns[0], None, f"Deze tekst is langer dan {LONGEST_TEXT} tekens."))
        else:
            tokens.extend(found.token.split(LIST_MARK) if isinstance(found.token, str) else [found.token])
            if found.unmapped and found.token not in RESERVED:
                kept.append(word)
    real = tuple(dict.fromkeys(token for token in tokens if token not in RESERVED))
    if len(real) > 1 and target.kind not in ("codes", "slugs"):
        faults.append(
            (columns[0], "; ".join(shown(word) for _, word, _ in gathered), "Hier staan verschillende waarden, terwijl er één hoort.")
        )
    return Outcome(real or _absence(tokens), tuple(faults), tuple(unmapped), "; ".join(kept) or None)


def _absence(tokens: list[Token]) -> tuple[Token, ...]:
    """Unknown outweighs not asked, and both outweigh nothing."""
    return next(((word,) for word in ("unknown", "not_asked", "nothing") if word in tokens), ("unknown",))


def _refuse_wrong_words(source: Source, *, target: Target, file: Path) -> None:
    """Every result that the source names must be a code of the target, and its dates and columns must make sense for it."""
    results = [
        *source.values.values(),
        *(token for _, token in (*source.starts_with, *source.contains)),
        *(token for *_, token in source.ranges),
    ]
    results.extend([source.otherwise, *(rule.then for rule in source.rules)])
    results.extend(text for text in (source.any, source.empty, source.always) if text)
    for result in chain.from_iterable(result.split(LIST_MARK) for result in results):
        if result not in RESERVED and not target.accepts(result):
            hint = f" {nearest(result, sorted(target.known))}" if target.known else ""
            raise _fault(source, f"'{result}' is geen waarde van '{target.name}'.{hint}", file=file)
        if result == "nothing" and target.kind not in ("codes", "slugs", "day") and source.how != "always":
            raise _fault(source, f"'nothing' kan alleen bij een lijst; '{target.name}' is dat niet.", file=file)
    if (source.dates == ()) is (target.kind in ("date", "day")) and source.how in ("column", "first_of", "join"):
        raise _fault(
            source, f"'{target.name}' {'heeft een datumpatroon nodig (dates)' if not source.dates else 'is geen datum'}.", file=file
        )
    if source.how == "union" and target.kind not in ("codes", "slugs"):
        raise _fault(source, f"'union' kan alleen bij een lijst; '{target.name}' is dat niet.", file=file)
    for part in source.union:
        _refuse_wrong_words(part, target=target, file=file)


def _fault(source: Source, what: str, *, file: Path) -> MappingFault:
    place = f"{file.name}, regel {source.line}"
    return MappingFault(f"{place}: {what}", problems=(Problem(place, what),))
