"""The legal floor as values: rules no policy goes below, each with its Dutch sentence and its source."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.partners.rules import Kind
from hub.sharing.policy import PolicyKind


@dataclass(frozen=True, slots=True)
class AnonymityRule:
    """What a level of anonymity hides, whoever asks."""

    id: str
    level: str
    hide: tuple[str, ...]
    says: str
    source: str
    reveals: str


@dataclass(frozen=True, slots=True)
class FloorRule:
    """When these circumstances hold, and none of the exceptions, these facts (or the whole row) stay with the giver."""

    id: str
    givers: frozenset[Kind]
    kinds: frozenset[PolicyKind]
    when: Mapping[str, frozenset[str]]
    unless: Mapping[str, frozenset[str]]
    hide: tuple[str, ...]
    hides_row: bool
    says: str
    source: str
    reveals: str

    def applies(self, words: Mapping[str, str], *, giver: Kind, kind: PolicyKind) -> bool:
        """Whether the rule takes something away from a case with these (strict) words of the steering facts."""
        if giver not in self.givers or kind not in self.kinds:
            return False
        return _holds(self.when, words) and not (self.unless and _holds(self.unless, words))


@dataclass(frozen=True, slots=True)
class GuardianRule:
    """When the reporter's own consent is not enough."""

    when: Mapping[str, frozenset[str]]
    says: str
    source: str
    reveals: str

    def applies(self, words: Mapping[str, str]) -> bool:
        """Whether a guardian has to give the consent."""
        return _holds(self.when, words)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a policy file of these givers and kinds must say; checked when the file is read."""

    id: str
    givers: frozenset[Kind]
    kinds: frozenset[PolicyKind]
    must: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class Floor:
    """The whole legal floor of one version."""

    name: str
    version: int
    anonymity: tuple[AnonymityRule, ...]
    rules: tuple[FloorRule, ...]
    guardian: GuardianRule
    demands: tuple[Demand, ...]
    counts_at_least: int
    counts_round_to: int
    sha256: str


def _holds(conditions: Mapping[str, frozenset[str]], words: Mapping[str, str]) -> bool:
    return all(words[fact] in allowed for fact, allowed in conditions.items())
