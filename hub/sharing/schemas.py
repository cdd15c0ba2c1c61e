"""Reads the folder `policies/` strictly into one book: what every policy stands on, and the policies themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hub.partners.rules import Partner
from hub.sharing.demands import Ground, faults_between, faults_of_policy
from hub.sharing.foundations import load_floor as load_floor
from hub.sharing.foundations import load_partners as load_partners
from hub.sharing.foundations import load_vocabulary as load_vocabulary
from hub.sharing.grammar import Fault, FaultyFile, PolicyGrammar, read_page, read_text, refuse
from hub.sharing.invariants import Floor
from hub.sharing.policy import Condition, Decision, Keep, Policy, PolicyKind
from hub.sharing.vocabulary import Vocabulary


@dataclass(frozen=True, eq=False)
class Book:
    """Everything the folder `policies/` says, read and checked; compared by identity, since it is read once."""

    vocabulary: Vocabulary
    floor: Floor
    partners: Mapping[str, Partner]
    policies: tuple[Policy, ...] = ()

    def policy_between(self, giver: str, *, recipient: str, kind: PolicyKind, on: date) -> Policy | None:
        """The version in force on this day; on a day without one the latest, so that the answer is its end and not its absence."""
        found = [one for one in self.policies if one.kind is kind and one.is_between(giver, recipient=recipient)]
        return max(found, key=lambda one: (one.is_valid(on), one.valid_until), default=None)

    def policy_named(self, name: str, *, version: int | None = None) -> Policy | None:
        """The policy of this name; without a version the newest."""
        found = [one for one in self.policies if one.name == name and version in (None, one.version)]
        return max(found, key=lambda one: one.version, default=None)


def load_policies(directory: Path) -> Book:
    """The whole folder; raises FaultyFile with every fault of every policy file, and then nothing of it counts."""
    vocabulary = load_vocabulary(directory)
    ground = Book(vocabulary, load_floor(directory, vocabulary=vocabulary), load_partners(directory))
    policies, faults = [], list[Fault]()
    for file in policy_files(directory):
        try:
            policies.append(parse_policy(read_text(file), name=file.stem, book=ground))
        except FaultyFile as error:
            faults.extend(error.faults)
    refuse([*faults, *faults_between(policies)])
    return Book(vocabulary, ground.floor, ground.partners, tuple(policies))


def policy_files(directory: Path) -> list[Path]:
    """The files that each hold one policy, in the order of their names."""
    return sorted(file for file in directory.glob("*.yaml") if not file.name.startswith("_"))


def parse_policy(text: str, *, name: str, book: Book) -> Policy:
    """One policy; raises FaultyFile with every fault in it: an unknown word, a missing part, a demand of the floor that is not met."""
    page = read_page(text, name=f"{name}.yaml", schema=PolicyGrammar())
    refuse(faults_of_policy(page, ground=Ground(book.vocabulary, book.floor, book.partners)))
    one = page.values
    return Policy(
        one["policy"], one["version"], one["title"], one.get("example", False), one["kind"], tuple(one["givers"]), tuple(one["recipients"]),
        Decision(**one["decision"]), one["valid"]["first"], one["valid"]["last"], one["existing_cases"], frozenset(one["purposes"]),
        frozenset({one["reach"]}), tuple(Condition(fact, frozenset(words)) for fact, words in one.get("only_if", {}).items()),
        one["share"], one["not_shared"], one["consent"], Keep(**one["keep"]), one.get("expects", {}), one.get("contact_data"),
        text, page.sha256,
    )  # fmt: skip
