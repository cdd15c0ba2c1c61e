"""The vocabulary: which facts exist, in which precisions from fine to coarse, and which codes they may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hub.partners.rules import Kind
from hub.sharing.facts import STEERING, Circumstances

UNKNOWN = "unknown"


class FactType(StrEnum):
    """What sort of value a fact has."""

    DATE = "date"
    CODE = "code"
    CODES = "codes"
    FLAG = "flag"
    TEXT = "text"


class About(StrEnum):
    """Whom or what a fact describes."""

    INCIDENT = "incident"
    REPORTER = "reporter"
    ACCUSED = "accused"
    HANDLING = "handling"


@dataclass(frozen=True, slots=True)
class Precision:
    """One shape of a fact, with the Dutch words for it."""

    word: str
    dutch: str


@dataclass(frozen=True, slots=True)
class FactWords:
    """One fact: its type, its precisions from fine to coarse, and the kinds of partner that can know it."""

    name: str
    type: FactType
    about: About
    known_by: frozenset[Kind]
    code_list: str | None
    dutch: str
    precisions: tuple[Precision, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The precision words, fine to coarse."""
        return tuple(precision.word for precision in self.precisions)

    @property
    def hidden(self) -> int:
        """The step below the coarsest precision: not shared at all."""
        return len(self.precisions)

    def step(self, word: str | None) -> int:
        """How far down this precision is, 0 being the finest; a word that is no precision of this fact means not at all."""
        words = self.words
        return words.index(word) if word in words else self.hidden


@dataclass(frozen=True, slots=True)
class SteeringWords:
    """One steering fact: who must answer it, its words, and as what an unanswered one counts."""

    name: str
    required_of: frozenset[Kind]
    words: tuple[str, ...]
    unknown_counts_as: str
    dutch: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of a list, the family above each, the words that only say something coarser, and Dutch labels where a code is none."""

    name: str
    codes: frozenset[str]
    coarse: frozenset[str]
    parents: Mapping[str, str]
    labels: Mapping[str, str]

    def knows(self, code: str) -> bool:
        """Whether the word is in the list, as a code or as something coarser."""
        return code in self.codes or code in self.coarse

    def label(self, code: str) -> str:
        """The Dutch words for a code."""
        if code in self.labels:
            return self.labels[code]
        broad, _, narrow = code.partition("/")
        return (f"{broad} ({narrow})" if narrow else broad).replace("_", " ")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything a policy may name; a word that is not in here does not exist."""

    name: str
    version: int
    facts: Mapping[str, FactWords]
    steering: Mapping[str, SteeringWords]
    purposes: Mapping[str, str]
    lists: Mapping[str, CodeList]

    def codes_of(self, fact: str) -> CodeList | None:
        """The code list of a fact; nothing for dates, flags and texts."""
        name = self.facts[fact].code_list
        return self.lists[name] if name else None


def self_and_above(code: str, *, codes: CodeList) -> tuple[str, ...]:
    """The code, the broader code before its slash, and the family above it, from fine to coarse."""
    broad = code.partition("/")[0]
    up = [code] if broad == code else [code, broad]
    parent = codes.parents.get(code, codes.parents.get(broad))
    return tuple(up if parent is None else [*up, parent])


def step_of_code(code: str, *, fact: str, vocabulary: Vocabulary) -> int | None:
    """The finest precision at which this code can be told from its neighbours; nothing for a word that is no code of the fact."""
    words, codes = vocabulary.facts[fact], vocabulary.codes_of(fact)
    if words.type is FactType.FLAG:
        return 0 if code in ("true", "false") else None
    if codes is None:
        return None
    if code in codes.codes:
        return 1 if words.words[:2] == ("sub", "ground") and "/" not in code else 0
    return words.hidden - 1 if code in codes.coarse else None


def strict_words(circumstances: Circumstances, *, vocabulary: Vocabulary) -> dict[str, str]:
    """Every steering fact with the word the rules go by: one that is missing, unknown or misspelt counts as the strictest."""
    words = {}
    for name in STEERING:
        steering = vocabulary.steering[name]
        word = circumstances.get(name, UNKNOWN)
        words[name] = word if word in steering.words else steering.unknown_counts_as
    return words
