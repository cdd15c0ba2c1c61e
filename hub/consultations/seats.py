"""Who was asked to belong to a body, and what they answered: nobody belongs to it who did not say yes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.consultations.rules import Body
from hub.kernel.errors import Conflict
from hub.kernel.words import PartnerId


class SeatState(StrEnum):
    """Where a partner stands that is asked to belong to a body."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"
    LEFT = "left"


SEAT_IN_DUTCH = {SeatState.ASKED: "gevraagd", SeatState.YES: "doet mee", SeatState.NO: "doet niet mee", SeatState.LEFT: "weggegaan"}
WANTED = frozenset({SeatState.ASKED, SeatState.YES})  # who is a member, or may still become one


class NotAsked(Conflict):
    """An answer that does not fit where this partner stands."""

    def __init__(self, state: SeatState) -> None:
        super().__init__(f"Dit kan nu niet: uw organisatie staat bij dit overleg op ‘{SEAT_IN_DUTCH[state]}’.")


@dataclass(frozen=True, slots=True)
class Seat:
    """A partner that is asked to belong to a body, and its answer: on a legal basis of its own, or why not."""

    partner: PartnerId
    slug: str
    name: str
    required: bool
    state: SeatState
    basis: str
    because: str
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    """A body with all who were asked to belong to it, as one of them sees it."""

    body: Body
    mine: Seat
    seats: tuple[Seat, ...]


def state_of(said: SeatState | None, *, asked_at: datetime, answered_at: datetime | None) -> SeatState:
    """Where a partner stands: an answer counts only when it was given after the question that stands now."""
    if said is None or answered_at is None or answered_at < asked_at:
        return SeatState.ASKED
    return said
