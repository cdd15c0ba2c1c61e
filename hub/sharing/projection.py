"""What a decision answers: per fact a shape with its reason, or nothing with the reasons why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hub.sharing.facts import FACTS, Span, Value
from hub.sharing.policy import Purpose

GIVEN, COARSER = "g", "k"
ANONYMITY, FLOOR, CONSENT, AGREEMENT, HOLD_BACK = "a", "f", "t", "p", "h"
UNKNOWN, NOT_ASKED, ERASED = "u", "n", "e"

NO_POLICY, KEPT_LONG_ENOUGH = "no_policy", "kept_long_enough"
FLOOR_PREFIX = "floor:"
LETTER_OF_REASON = {
    "no_consent": CONSENT,
    "guardian_needed": CONSENT,
    "purpose_not_consented": CONSENT,
    "held_back": HOLD_BACK,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """One fact as it leaves: the state, the value in its precision when there is one, and the reason for the state."""

    state: str
    value: Value | None
    precision: str | None
    reason: str

    @property
    def is_shown(self) -> bool:
        """Whether the recipient gets a value."""
        return self.state in (GIVEN, COARSER)


@dataclass(frozen=True, slots=True)
class Projection:
    """What this recipient may have: all twenty facts, the purposes it may be used for, and the last day it is shown."""

    shapes: Mapping[str, Shape]
    purposes: frozenset[Purpose]
    until: date

    @property
    def states(self) -> str:
        """One letter per fact in the order of the vocabulary; only the giver may read it."""
        return "".join(self.shapes[fact].state for fact in FACTS)

    @property
    def shown(self) -> dict[str, Value]:
        """The facts that have a value for the recipient."""
        return {fact: shape.value for fact, shape in self.shapes.items() if shape.value is not None}

    @property
    def because(self) -> tuple[str, ...]:
        """Why some of it is missing or coarser: the reasons, each once; only the giver may read it."""
        plain = (GIVEN, UNKNOWN, NOT_ASKED, ERASED)
        return tuple(dict.fromkeys(shape.reason for shape in self.shapes.values() if shape.state not in plain))


@dataclass(frozen=True, slots=True)
class Nothing:
    """This recipient gets no row; every obstacle is named, so that the giver sees all of them at once."""

    because: tuple[str, ...]

    @property
    def states(self) -> str:
        """Twenty times the letter of the first obstacle."""
        first = self.because[0]
        return len(FACTS) * (FLOOR if first.startswith(FLOOR_PREFIX) else LETTER_OF_REASON.get(first, AGREEMENT))


Answer = Projection | Nothing


def written(value: Value | None) -> str | bool | list[str] | None:
    """A value as JSON can hold it: a period as its text, codes as a list."""
    if isinstance(value, Span):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def recipient_bytes(answer: Answer) -> bytes:
    """Everything the recipient can learn from the answer, always in the same bytes: nothing of reasons, nothing of absence."""
    if isinstance(answer, Nothing):
        return b"null"
    body = {
        "facts": {fact: [shape.state, shape.precision, written(shape.value)] for fact, shape in answer.shapes.items() if shape.is_shown},
        "purposes": sorted(answer.purposes),
        "until": answer.until.isoformat(),
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
