"""What a decision is asked: on which terms, and what holds for this case and this recipient today."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from hub.partners.rules import Partner
from hub.sharing.invariants import Floor
from hub.sharing.policy import Policy, Purpose
from hub.sharing.vocabulary import Vocabulary

EVERY_PURPOSE = frozenset(Purpose)


class ConsentState(StrEnum):
    """Where the reporter's consent for one recipient stands."""

    NOT_ASKED = "not_asked"
    GIVEN = "given"
    GIVEN_BY_GUARDIAN = "given_by_guardian"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Consents:
    """What the reporter agreed to for this recipient: for which purposes, until when, and perhaps for some facts only."""

    state: ConsentState = ConsentState.NOT_ASKED
    purposes: frozenset[Purpose] = EVERY_PURPOSE
    facts: frozenset[str] | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What the giver keeps back of this case for this recipient: all of it, or facts coarser (None: not at all)."""

    whole: bool = False
    facts: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ties:
    """Whom the giver itself tied to this case: by a concern ("this is about your case"), or by an open referral."""

    concerns: frozenset[str] = frozenset()
    referrals: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Terms:
    """
    On which terms this recipient gets anything: the version in force now, the floor, and the words.

    `base` is the version of this pair and kind that was in force when the case was first released; None when there was none.
    """

    recipient: Partner
    policy: Policy | None
    base: Policy | None
    floor: Floor
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class Occasion:
    """What holds for this case and this recipient on this day; `first_shown_on` is None for a row that does not exist yet."""

    on: date
    consents: Consents = Consents()
    held: HeldBack = HeldBack()
    ties: Ties = Ties()
    first_shown_on: date | None = None
