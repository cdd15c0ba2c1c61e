"""What is different for a recipient: two values of a fact, and two versions of a policy pair by pair, with Dutch sentences."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hub.partners.rules import Partner
from hub.sharing.coarsen import coarsen
from hub.sharing.compare import Change, Way, direction, overall
from hub.sharing.facts import FACTS, Value
from hub.sharing.policy import Basis, ExistingCases, Policy
from hub.sharing.sentences import REACHES, capital, condition_in_dutch, day_in_dutch, listed, precision_in_dutch
from hub.sharing.vocabulary import Vocabulary

WAYS: Mapping[Way, str] = {
    Way.EQUAL: "blijft gelijk",
    Way.WIDER: "ruimer",
    Way.NARROWER: "nauwer",
    Way.BOTH: "op punten ruimer en op punten nauwer",
}
NOTHING = "niet gedeeld"
PAIR_OPENS, PAIR_CLOSES = Change("pairs", Way.WIDER), Change("pairs", Way.NARROWER)


@dataclass(frozen=True, slots=True)
class PairChange:
    """One ordered pair: the way of the whole, and every point that differs; the pair itself where it opens or closes as a whole."""

    giver: str
    recipient: str
    way: Way
    changes: tuple[Change, ...]


def by_pair(old: Policy | None, *, new: Policy | None, vocabulary: Vocabulary) -> tuple[PairChange, ...]:
    """Every pair of either version with what changes for it; a pair that only one of them knows opens or closes as a whole."""
    before, after = (set(one.pairs()) if one else set() for one in (old, new))
    told = []
    for pair in sorted(before | after):
        versions = old if pair in before else None, new if pair in after else None
        changes = changes_of_pair(versions[0], new=versions[1], vocabulary=vocabulary)
        told.append(PairChange(*pair, overall(changes), changes))
    return tuple(told)


def changes_of_pair(old: Policy | None, *, new: Policy | None, vocabulary: Vocabulary) -> tuple[Change, ...]:
    """What changes for one pair that goes from the old version to the new one; None where it has or gets none."""
    if old is not None and new is not None:
        return tuple(change for change in direction(old, new=new, vocabulary=vocabulary) if change.point != "pairs")
    if old is None and new is None:
        return ()
    return (PAIR_OPENS,) if old is None else (PAIR_CLOSES,)


def way_of(before: Value | None, *, after: Value | None, fact: str, vocabulary: Vocabulary) -> Way:
    """Whether the later value of this fact tells more, less, the same, or something that cannot be laid beside it."""
    if before == after:
        return Way.EQUAL
    if before is None or (after is not None and _holds(after, before, fact, vocabulary)):
        return Way.WIDER
    return Way.NARROWER if after is None or _holds(before, after, fact, vocabulary) else Way.BOTH


def _holds(fine: Value, coarse: Value, fact: str, vocabulary: Vocabulary) -> bool:
    """Whether the coarser value follows from the finer one; of several codes it may be some."""
    for word in vocabulary.facts[fact].words:
        shaped = coarsen(fine, fact=fact, precision=word, vocabulary=vocabulary)
        if shaped == coarse or (isinstance(shaped, tuple) and isinstance(coarse, tuple) and set(coarse) <= set(shaped)):
            return True
    return False


def changes_in_dutch(old: Policy, *, new: Policy, vocabulary: Vocabulary, partners: Mapping[str, Partner]) -> tuple[str, ...]:
    """Every point in which the versions differ as one sentence that says from what to what, and whether that is wider or narrower."""
    changes = direction(old, new=new, vocabulary=vocabulary)
    if not changes:
        return ("Voor de ontvanger verandert er niets.",)
    return tuple(change_in_dutch(change, versions=(old, new), vocabulary=vocabulary, partners=partners) for change in changes)


def change_in_dutch(change: Change, *, versions: tuple[Policy, Policy], vocabulary: Vocabulary, partners: Mapping[str, Partner]) -> str:
    """One point as a sentence."""
    old, new = versions
    if change.point in FACTS:
        was, becomes = (_shared(change.point, one, vocabulary) for one in versions)
        return f"{capital(vocabulary.facts[change.point].dutch)}: {was} wordt {becomes} ({WAYS[change.way]})."
    was, becomes = (_said(change.point, one, vocabulary, partners) for one in (old, new))
    return f"{POINTS[change.point]}: {was} wordt: {becomes} ({WAYS[change.way]})."


POINTS = {
    "kind": "Soort afspraak",
    "pairs": "Wie aan wie",
    "reach": "Welke zaken",
    "only_if": "Onder welke voorwaarde",
    "consent": "Toestemming van de melder",
    "purposes": "Waarvoor",
    "valid": "Hoe lang de afspraak geldt",
    "existing_cases": "Zaken van eerder",
    "keep": "Hoe lang een zaak te zien is",
}


def _shared(fact: str, policy: Policy, vocabulary: Vocabulary) -> str:
    word = policy.share.get(fact)
    return NOTHING if word is None else precision_in_dutch(fact, word=word, vocabulary=vocabulary)


def _said(point: str, policy: Policy, vocabulary: Vocabulary, partners: Mapping[str, Partner]) -> str:
    return listed(_words(point, policy, vocabulary, partners)).rstrip(".")


def _words(point: str, policy: Policy, vocabulary: Vocabulary, partners: Mapping[str, Partner]) -> Iterator[str]:
    """What a version says of one point that is no fact."""
    keep = policy.keep
    said: Mapping[str, Iterable[str]] = {
        "kind": (policy.kind.value,),
        "pairs": (f"{partners[giver].name} aan {partners[recipient].name}" for giver, recipient in policy.pairs()),
        "reach": (REACHES[reach] for reach in sorted(policy.reaches)),
        "only_if": [condition_in_dutch(one, vocabulary=vocabulary) for one in policy.conditions] or ["zonder voorwaarde"],
        "consent": ("nodig, per ontvanger" if policy.consent is Basis.REPORTER else "niet nodig",),
        "purposes": [vocabulary.purposes[purpose] for purpose in sorted(policy.purposes)] or ["niets"],
        "valid": (f"van {day_in_dutch(policy.valid_from)} tot en met {day_in_dutch(policy.valid_until)}",),
        "existing_cases": ("doen ook mee" if policy.existing_cases is ExistingCases.OPEN_TOO else "krijgen niet meer dan toen",),
        "keep": (f"hoogstens {keep.at_most} maanden" + (f", na sluiting {keep.after_closing}" if keep.after_closing is not None else ""),),
    }
    yield from said[point]
