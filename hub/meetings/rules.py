"""Who is in the room, what may stand on the screen then, and how an item ends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hub.kernel.errors import Conflict, Invalid, Problem
from hub.kernel.words import PartnerId

GUEST = PartnerId(0)  # somebody of no partner: no case was ever told to them


class Outcome(StrEnum):
    """How an item ended."""

    DISCUSSED = "discussed"
    HELD_OVER = "held_over"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


OUTCOME_IN_DUTCH = {
    Outcome.DISCUSSED: "besproken", Outcome.HELD_OVER: "aangehouden tot de volgende bijeenkomst", Outcome.WITHDRAWN: "ingetrokken",
    Outcome.CLOSED: "afgesloten",
}  # fmt: skip
STATE_AFTER: Mapping[str, str] = {
    Outcome.DISCUSSED: "discussed", Outcome.HELD_OVER: "held_over", Outcome.WITHDRAWN: "withdrawn", Outcome.CLOSED: "done",
}  # fmt: skip
ON_THE_AGENDA = frozenset({"published", *STATE_AFTER.values()})
ABOUT_A_CASE = frozenset({"case", "agreement"})  # what a guest may not read
LONGEST = 1000


class Overtaken(Conflict):
    """Somebody else saved this item meanwhile; both texts are kept, theirs stands."""

    def __init__(self) -> None:
        super().__init__("Iemand anders bewaarde dit agendapunt terwijl u schreef. Beide teksten staan hieronder. Er ging niets verloren.")


class NoLongerShared(Conflict):
    """The case of this item is shared no more, so that nothing more is written about it."""

    def __init__(self) -> None:
        super().__init__("De inbrenger deelt deze zaak niet meer. Leg er niets meer over vast. U kunt wel kiezen hoe het punt eindigt.")


@dataclass(frozen=True, slots=True)
class Noted:
    """What somebody noted at an item, and on which version of it; without an outcome it goes on."""

    version: int
    discussion: str
    outcome: Outcome | None


def may_be_shown(kind: str, *, seats: Collection[PartnerId], present: Collection[PartnerId]) -> bool:
    """
    Whether an item of a block in which these sit may stand on the screen before these organisations.

    Only if everybody present sits in the block; before a guest nothing about a case; before an empty room nothing at all. One more listener
    never makes more to be seen.
    """
    known = {one for one in present if one != GUEST}
    return bool(present) and known <= set(seats) and not (kind in ABOUT_A_CASE and GUEST in present)


def read_noted(typed: Mapping[str, str]) -> Noted:
    """What somebody typed at an item; Invalid when it is too long or no outcome that there is."""
    said, outcome = typed.get("discussion", "").replace("\r\n", "\n").strip(), typed.get("outcome", "")
    if len(said) > LONGEST:
        raise _wrong("discussion", f"Maak dit korter: hoogstens {LONGEST} tekens.")
    if outcome and outcome not in tuple(Outcome):
        raise _wrong("outcome", "Kies hoe het agendapunt eindigt.")
    if not typed.get("version", "").isdecimal():
        raise _wrong("discussion", "Ververs de pagina en bewaar het opnieuw.")
    return Noted(int(typed["version"][:9]), said, Outcome(outcome) if outcome else None)


def _wrong(place: str, sentence: str) -> Invalid:
    return Invalid(sentence, (Problem(place, sentence),))
