"""Policies as frozen values: who shares which facts with whom, in which shape, on which ground, until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PolicyKind(StrEnum):
    """What travels: cases that keep flowing, one case at the reporter's wish, or only counts."""

    STANDING = "standing"
    REFERRAL = "referral"
    COUNTS = "counts"


class Reach(StrEnum):
    """Which cases of the giver come into view at all."""

    EVERYTHING = "everything"
    RECIPIENT_PROVINCE = "recipient_province"
    OWN_CASES = "own_cases"


class Basis(StrEnum):
    """Whether the reporter has to agree, recipient by recipient."""

    NONE = "none"
    REPORTER = "reporter_per_recipient"


class ExistingCases(StrEnum):
    """What a new version means for cases that were first released before it."""

    STAY_CLOSED = "stay_closed"
    OPEN_TOO = "open_too"


class Purpose(StrEnum):
    """What a row may be used for."""

    CASE_WORK = "case_work"
    COLLECTION = "collection"
    CONSULTATION = "consultation"
    HELP = "help"
    MONITOR = "monitor"


PURPOSES_OF_KIND: Mapping[PolicyKind, frozenset[Purpose]] = {
    PolicyKind.STANDING: frozenset({Purpose.CASE_WORK, Purpose.COLLECTION, Purpose.CONSULTATION, Purpose.MONITOR}),
    PolicyKind.REFERRAL: frozenset({Purpose.HELP}),
    PolicyKind.COUNTS: frozenset({Purpose.MONITOR}),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on paper behind a policy: the five items that Wpg art. 20 asks for stand in the policy file as a whole."""

    interest: str
    collaboration: str
    aim: str
    basis: str
    receiving_basis: str
    decided_by: str
    decided_on: date
    reference: str
    agreed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Only cases whose fact holds one of these words; of a fact with several values only these are shown."""

    fact: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Keep:
    """How long a row stays with the recipient, in months: at most since it was first shown, and after the closing."""

    at_most: int
    after_closing: int | None = None


@dataclass(frozen=True)
class Policy:
    """One version of one agreement; a meet of two versions is a policy too, with the reaches and conditions of both."""

    name: str
    version: int
    title: str
    example: bool
    kind: PolicyKind
    givers: tuple[str, ...]
    recipients: tuple[str, ...]
    decision: Decision
    valid_from: date
    valid_until: date
    existing_cases: ExistingCases
    purposes: frozenset[Purpose]
    reaches: frozenset[Reach]
    conditions: tuple[Condition, ...]
    share: Mapping[str, str]
    not_shared: Mapping[str, str]
    consent: Basis
    keep: Keep
    expects: Mapping[str, str]
    contact_data: str | None
    text: str
    sha256: str

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every ordered (giver, recipient) this file decides about."""
        return tuple((giver, recipient) for giver in self.givers for recipient in self.recipients)

    def is_between(self, giver: str, *, recipient: str) -> bool:
        """Whether this file is about this pair at all."""
        return giver in self.givers and recipient in self.recipients

    def is_valid(self, on: date) -> bool:
        """Whether the day lies in the term, first and last day included."""
        return self.valid_from <= on <= self.valid_until
