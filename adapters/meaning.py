"""Turns the words of one source into a value of one fact: tables, dates, municipalities, and what the mapping says of all other words."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapters.dates import NotADate, date_reader
from adapters.layout import LIST_MARK
from adapters.mapping import Source
from adapters.places import gazetteer, plain_name
from hub.sharing.facts import Span

RESERVED = ("unknown", "not_asked", "nothing", "refuse")
UNKNOWN_WORD = "Dit woord staat niet in het koppelbestand van deze export. Verbeter het, of laat het daarin opnemen."
_SHOWN = 100
_NUMBERS = {  # 1.234,5 and 1,234.5: a separator of thousands stands only where thousands begin
    ",": re.compile(r"[+-]?(?:\d{1,15}|\d{1,3}(?:\.\d{3}){1,4})(?:,\d{1,30})?"),
    ".": re.compile(r"[+-]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,30})?"),
}

Token = str | Span


@dataclass(frozen=True, slots=True)
class Found:
    """What one word means: a code, a span or a reserved word; why it was refused; and whether no table knew it."""

    token: Token
    reason: str | None = None
    unmapped: bool = False


WordReader = Callable[[str], Found]


def cleaned(cell: str) -> str:
    """A cell without what cannot be seen: spaces around it, hard spaces, zero-width signs; letters composed in one way."""
    if not cell.isascii():
        cell = unicodedata.normalize("NFC", cell).replace("\u00a0", " ").replace("\u200b", "").replace("\ufeff", "")
    return cell.strip()


def shown(text: str) -> str:
    """A value as it may stand in a report to its own sender: cut when it is long."""
    text = text.replace(LIST_MARK, ", ")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def known_words(source: Source, *, codes: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Per column the words that this source knows there, for suggestions; `codes` are the words themselves where they are the same."""
    names = gazetteer().names if source.municipality else ()
    tables = (*source.values, *(word for word, _ in (*source.starts_with, *source.contains)), *source.absent)
    found = dict.fromkeys(source.columns, (*tables, *names, *(sorted(codes) if source.same else ())))
    for rule in source.rules:
        for column, words in (*rule.condition.words, *rule.condition.openings):
            found[column] = (*found.get(column, ()), *words)
    for part in source.union:
        for column, words in known_words(part, codes=codes).items():
            found[column] = (*found.get(column, ()), *words)
    return found


def word_reader(source: Source, *, known: frozenset[str], accepts: Callable[[str], bool], takes_text: bool) -> WordReader:
    """A function that reads one word as this source says; tables come first, then dates and places, then `otherwise`."""
    clean = _cleaner(source.cleaning)
    fold: Callable[[str], str] = str.casefold if source.ignores_case else str
    tables = _folded(source, fold=fold)
    openings = [(fold(word), token) for word, token in source.starts_with]
    holdings = [(fold(word), token) for word, token in source.contains]
    codes = {fold(code): code for code in known} if source.same else {}

    def same(text: str) -> Found:
        return Found(codes.get(fold(text)) or (text if accepts(text) else "refuse"))

    computes = bool(source.dates or source.ranges or source.municipality)
    special = same if source.same and not computes else _special_reader(source, takes_text=takes_text)
    has_tables = bool(source.values or openings or holdings or source.municipality or source.same)

    def read(text: str) -> Found:
        text = clean(text)
        word = fold(text)
        if (token := tables.get(word)) is not None:
            return Found(token)
        for opening, token in openings:
            if word.startswith(opening):
                return Found(token)
        for holding, token in holdings:
            if holding in word:
                return Found(token)
        found = special(text)
        if found.token != "refuse":
            return found
        if source.any is not None:
            return Found(source.any)
        return Found(source.otherwise, found.reason or UNKNOWN_WORD, has_tables)

    return read


def _folded(source: Source, *, fold: Callable[[str], str]) -> dict[str, str]:
    """Both tables as one; raises ValueError when a word stands there twice with different meanings."""
    tables: dict[str, str] = {}
    for word, token in (*source.values.items(), *source.absent.items()):
        if tables.setdefault(fold(word), token) != token:
            raise ValueError(f"het woord '{word}' heeft twee betekenissen")
    return tables


def _special_reader(source: Source, *, takes_text: bool) -> WordReader:
    """The part that computes instead of looking up; answers `refuse` when it does not know."""
    if source.dates:
        return _date_words(source)
    if source.ranges:
        return _number_words(source)
    if source.municipality:
        return _place_words
    if takes_text:
        return Found
    return lambda text: Found("refuse")


def _date_words(source: Source) -> WordReader:
    read = date_reader(source.dates, precision=source.precision, timezone=source.timezone)

    def found(text: str) -> Found:
        try:
            return Found(read(text))
        except NotADate as error:
            return Found("refuse", str(error))

    return found


def _number_words(source: Source) -> WordReader:
    def found(text: str) -> Found:
        if not _NUMBERS[source.decimal].fullmatch(text):
            return Found("refuse", f"Dit is geen getal met een decimale {'komma' if source.decimal == ',' else 'punt'}.")
        plain = text.replace(".", "").replace(",", ".") if source.decimal == "," else text.replace(",", "")
        number = float(plain)
        fitting = (token for low, high, token in source.ranges if low <= number <= high)
        return Found(next(fitting, "refuse"), "Dit getal valt buiten de afgesproken reeksen.")

    return found


def _place_words(text: str) -> Found:
    places, name = gazetteer(), plain_name(text)
    if (code := places.codes.get(name)) is not None:
        return Found(code)
    return Found("refuse", places.split.get(name, "Deze gemeente kennen we niet."))


def _cleaner(steps: tuple[tuple[str, str], ...]) -> Callable[[str], str]:
    if not steps:
        return str

    def clean(text: str) -> str:
        for step, word in steps:
            text = _CLEAN[step](text, word).strip()
        return text

    return clean


def _after(text: str, word: str) -> str:
    return text.partition(word)[2] if word in text else text


def _replaced(text: str, words: str) -> str:
    old, _, new = words.partition("\x00")
    return text.replace(old, new)


_CLEAN: Mapping[str, Callable[[str, str], str]] = {
    "strip_prefix": str.removeprefix,
    "strip_suffix": str.removesuffix,
    "drop_after": lambda text, word: text.partition(word)[0],
    "drop_before": _after,
    "replace": _replaced,
}
