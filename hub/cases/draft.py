"""What an adapter hands over: a draft per accepted row, a refusal per row it could not read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from hub.kernel.errors import Invalid
from hub.kernel.words import Secret
from hub.sharing.facts import Facts


@dataclass(frozen=True, slots=True)
class Draft:
    """One row of a partner's export, understood; `row` is the line as the sender sees it (the header is line 1)."""

    row: int
    reference: Secret
    facts: Facts
    circumstances: Mapping[str, str]
    consents: Mapping[str, str] = field(default_factory=dict)
    concerns: tuple[str, ...] = ()
    closed_on: date | None = None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row, or one cell of it, that was not taken in, with the reason in Dutch; by its reference it still counts as delivered."""

    row: int
    column: str | None
    value: str | None
    reason: str
    reference: Secret | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A word in a column that no value table knows, how often it stands there, and the nearest known word."""

    column: str
    value: str
    count: int
    suggestion: str | None


class Unreadable(Invalid):
    """The file as a whole cannot be taken in; one sentence says why, and nothing was changed."""


class Reading(Protocol):
    """An export that is being read: drafts and refusals in the order of the file, and which export it is."""

    @property
    def export(self) -> str:
        """The name of the mapping that read it."""

    @property
    def version(self) -> str:
        """The version of that mapping."""

    @property
    def file_hash(self) -> bytes:
        """SHA-256 of the file."""

    def __iter__(self) -> Iterator[Draft | Refusal]: ...
