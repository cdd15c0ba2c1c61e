"""A mapping as frozen values: what one export looks like, and from which columns each fact comes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.layout import Layout


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds for a row when each named column has (`never`: has not) one of its words, and the others say something or nothing as named."""

    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    filled: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    never: tuple[tuple[str, tuple[str, ...]], ...] = ()
    openings: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def columns(self) -> tuple[str, ...]:
        """The columns it looks at."""
        return (*(column for column, _ in (*self.words, *self.never, *self.openings)), *self.filled, *self.empty)


@dataclass(frozen=True, slots=True)
class Rule:
    """If the condition holds, this is the result; or, for a row that is left out, the reason."""

    condition: Condition
    then: str
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where one fact comes from and how its words are read; see docs/adding-an-export.md for every word."""

    how: str  # column, first_of, join, rules, union, always
    line: int
    columns: tuple[str, ...] = ()
    always: str = ""
    glue: str = " "
    cleaning: tuple[tuple[str, str], ...] = ()
    split: str | None = None
    keep: tuple[str, ...] = ()
    ignores_case: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    starts_with: tuple[tuple[str, str], ...] = ()
    contains: tuple[tuple[str, str], ...] = ()
    ranges: tuple[tuple[float, float, str], ...] = ()
    decimal: str = "."
    same: bool = False
    any: str | None = None
    dates: tuple[str, ...] = ()
    precision: str | None = None
    timezone: str | None = None
    municipality: bool = False
    absent: Mapping[str, str] = field(default_factory=dict)
    empty: str | None = None
    otherwise: str = "refuse"
    rules: tuple[Rule, ...] = ()
    union: "tuple[Source, ...]" = ()

    def all_columns(self) -> Iterator[str]:
        """Every column this source reads, its parts included."""
        yield from self.columns
        for rule in self.rules:
            yield from rule.condition.columns()
        for part in self.union:
            yield from part.all_columns()


@dataclass(frozen=True, slots=True)
class ExportMapping:
    """One export of one partner, understood: the whole mapping file."""

    file: Path
    export: str
    version: str
    title: str
    layout: Layout
    key: tuple[str, ...]
    facts: Mapping[str, Source]
    circumstances: Mapping[str, Source]
    consents: Mapping[str, Source]
    given_to: Source | None
    concerns: Source | None
    closed_on: Source | None
    leave_out: tuple[Rule, ...]
    ignored: Mapping[str, str]
    optional: frozenset[str]
    empty_words: frozenset[str]
    has_transform: bool
    folds: bool
    joins_rows: bool

    def sources(self) -> Iterator[Source]:
        """Every source in the file."""
        yield from (*self.facts.values(), *self.circumstances.values(), *self.consents.values())
        yield from (source for source in (self.given_to, self.concerns, self.closed_on) if source is not None)

    def used_columns(self) -> frozenset[str]:
        """The columns from which something is read."""
        found = {column for source in self.sources() for column in source.all_columns()}
        found.update(self.key, *(rule.condition.columns() for rule in self.leave_out))
        return frozenset(found)

    def known_columns(self) -> frozenset[str]:
        """The columns that the export has: those that are used and those that are ignored with a reason."""
        return self.used_columns() | frozenset(self.ignored)
