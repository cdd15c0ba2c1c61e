"""What somebody typed about an action, done: which ones are listed, and the next step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hub.agreements.actions import take_step
from hub.agreements.queries import Agreement, Wanted, agreement, agreements
from hub.agreements.rules import Stand, Word
from hub.audit.events import Event
from hub.audit.journal import record
from hub.consultations.queries import bodies
from hub.consultations.rules import Body
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, Problem

Typed = Mapping[str, Sequence[str]]
WHOSE = {"eigen": "own", "anderen": "others", "alle": "all"}
STANDS = {"open": "open", "te-laat": "late", "klaar": "over", "alle": "all"}


@dataclass(frozen=True, slots=True)
class Listed:
    """The actions that were asked for, the bodies to choose from, and what was asked, in the words of the address."""

    agreements: tuple[Agreement, ...]
    bodies: tuple[Body, ...]
    whose: str
    stand: str
    body: str


def listed(work: Work, *, said: Typed) -> Listed:
    """The list as its address asks for it; a word that is no choice is the first choice."""
    asked = {name: values[0] for name, values in said.items() if values}
    whose, stand, known = asked.get("van", ""), asked.get("stand", ""), bodies(work)
    whose, stand = whose if whose in WHOSE else "eigen", stand if stand in STANDS else "open"
    body = asked.get("overleg", "") if asked.get("overleg") in {one.slug for one in known} else ""
    found = agreements(work, wanted=Wanted(WHOSE[whose], STANDS[stand], body or None))
    record(work, Event.LIST_OPENED, page="actiepunten", rows=len(found))
    return Listed(found, known, whose, stand, body)


def go_on(work: Work, *, id: UUID, typed: Typed) -> Stand:
    """Take the next step with an action as typed."""
    said = {name: values[0].strip() for name, values in typed.items() if len(values) == 1}
    agreement(work, id=id)
    if said.get("word") not in tuple(Word):
        raise Invalid("Kies wat u vastlegt.", (Problem("word", "Kies wat u vastlegt."),))
    word = Word(said["word"])
    return take_step(work, agreement=id, word=word, because=said.get("because") or None, due=read_day(said.get("due", "")))


def read_day(text: str) -> date | None:
    """A day as typed, in the form of a date field; None for nothing or anything else."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
