"""What is published to one organisation, as plain values in Dutch: the one source of page, PDF, DOCX, ODT and JSON."""

from dataclasses import dataclass
from datetime import datetime

Told = tuple[tuple[str, str], ...]  # a label and what stands behind it, both in words


@dataclass(frozen=True, slots=True)
class Entry:
    """One item, decision, action or text; `own` is for the reader's organisation alone, `facts` may be spoken of in the block."""

    title: str
    code: str = ""
    notes: tuple[str, ...] = ()
    facts: Told = ()
    own: Told = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with entries under it; an empty part says so in its note."""

    heading: str
    note: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """
    One edition for one organisation. Nothing in it counts what the reader does not have: no totals, no running numbers of a master.

    `kind` is agenda, outcomes or minutes; `dated` (UTC) is the moment of publishing, the only moment that documents bear.
    """

    kind: str
    title: str
    header: Told
    parts: tuple[Part, ...]
    footer: str
    dated: datetime
