"""What an agenda is made of: lines that a block may hear, items and candidates, and the blocks that hold them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hub.consultations.rules import Block, Body, Consultation
from hub.kernel.words import PartnerId

ON_IT = frozenset({"published", "discussed", "held_over", "withdrawn", "done", "in_writing"})  # an item once its agenda was published
NO_CASES = "Dit overleg bespreekt alleen cijfers, geen zaken."
NO_BLOCK = "Er is geen blok waarin iedereen dit mag weten."
NO_PLACE = "Niet iedereen in het blok mag weten in welke provincie deze zaak speelt."
ELSEWHERE = "Deze zaak speelt in een andere provincie."


@dataclass(frozen=True, slots=True)
class Line:
    """What everybody in a block may hear of one case; `facts` as JSON holds them, `days` since when each is as it is."""

    id: UUID
    block: UUID
    giver: PartnerId
    revision: int
    facts: Mapping[str, Any]
    days: Mapping[str, date]
    first_on: date
    changed_on: date
    is_urgent: bool
    is_connected: bool
    nominated_by: tuple[str, ...]
    minutes_asked: int | None
    because: str | None
    follows: UUID | None


@dataclass(frozen=True, slots=True)
class Item:
    """An item or a candidate of one block; without a line its giver took the case back. `is_changed` when people did so."""

    id: UUID
    block: UUID
    code: str
    kind: str
    state: str
    no: int
    minutes: int
    is_must: bool
    reasons: tuple[str, ...]
    because: str | None
    title: str | None
    line: Line | None
    agreement: UUID | None
    brought_by: str | None
    starts: datetime | None
    held_over: int
    is_changed: bool
    version: int

    @property
    def is_withdrawn(self) -> bool:
        """Whether it is about a case that may not be spoken of any more."""
        return self.kind == "case" and self.line is None


@dataclass(frozen=True, slots=True)
class Part:
    """One block of a meeting with its items in order, and the candidates that are not on the agenda."""

    block: Block
    seats: tuple[str, ...]
    items: tuple[Item, ...]
    left_out: tuple[Item, ...]
    is_ours: bool

    @property
    def minutes(self) -> int:
        """How long the items take together."""
        return sum(item.minutes for item in self.items)


@dataclass(frozen=True, slots=True)
class Source:
    """What a paper is made of: a meeting of a body, and the blocks in which its reader sits with what stands in them."""

    consultation: Consultation
    body: Body
    parts: tuple[Part, ...]
