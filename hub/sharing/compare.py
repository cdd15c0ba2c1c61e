"""Two versions of a policy: what both of them allow, and per point whether the new one is wider or narrower."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from hub.sharing.facts import FACTS
from hub.sharing.policy import Basis, Condition, ExistingCases, Keep, Policy, Reach
from hub.sharing.vocabulary import FactType, Vocabulary, self_and_above


class Way(StrEnum):
    """In which way something changes for the recipient."""

    EQUAL = "equal"
    WIDER = "wider"
    NARROWER = "narrower"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Change:
    """One point of a policy: a fact, or one of the conditions of a row."""

    point: str
    way: Way


def meet(base: Policy, *, present: Policy, vocabulary: Vocabulary) -> Policy:
    """The present version, narrowed to what the base version allows too: per fact the coarser, both conditions, the shorter keep."""
    share = {}
    not_shared = {**base.not_shared, **present.not_shared}
    for fact, precision in present.share.items():
        if fact in base.share:
            words = vocabulary.facts[fact]
            share[fact] = max(precision, base.share[fact], key=words.step)
    reaches = (base.reaches | present.reaches) - {Reach.EVERYTHING} or frozenset({Reach.EVERYTHING})
    return replace(
        present,
        reaches=reaches,
        conditions=tuple(dict.fromkeys(present.conditions + base.conditions)),
        share=share,
        not_shared={fact: sentence for fact, sentence in not_shared.items() if fact not in share},
        purposes=present.purposes & base.purposes,
        consent=Basis.REPORTER if Basis.REPORTER in (base.consent, present.consent) else Basis.NONE,
        keep=Keep(
            min(base.keep.at_most, present.keep.at_most),
            min((months for months in (base.keep.after_closing, present.keep.after_closing) if months is not None), default=None),
        ),
    )


def direction(old: Policy, *, new: Policy, vocabulary: Vocabulary) -> tuple[Change, ...]:
    """Every point in which the versions differ for the recipient; empty when a change is only one of words."""
    ways = {fact: _fact(fact, old, new, vocabulary) for fact in FACTS}
    ways["kind"] = Way.EQUAL if old.kind == new.kind else Way.BOTH
    ways["pairs"] = _sets(old.pairs(), new.pairs())
    ways["reach"] = _sets(new.reaches - {Reach.EVERYTHING}, old.reaches - {Reach.EVERYTHING})
    ways["only_if"] = _way(
        wider=_implies(old.conditions, new.conditions, vocabulary), narrower=_implies(new.conditions, old.conditions, vocabulary)
    )
    ways["consent"] = _more(old.consent == Basis.NONE, new.consent == Basis.NONE)
    ways["purposes"] = _sets(old.purposes, new.purposes)
    ways["valid"] = _way(
        wider=new.valid_from <= old.valid_from and new.valid_until >= old.valid_until,
        narrower=new.valid_from >= old.valid_from and new.valid_until <= old.valid_until,
    )
    ways["existing_cases"] = _more(old.existing_cases == ExistingCases.OPEN_TOO, new.existing_cases == ExistingCases.OPEN_TOO)
    ways["keep"] = _keep(old.keep, new.keep)
    return tuple(Change(point, way) for point, way in ways.items() if way is not Way.EQUAL)


def overall(changes: Iterable[Change]) -> Way:
    """The whole in one word: a policy that gives more here and less there is both."""
    ways = {change.way for change in changes}
    if not ways:
        return Way.EQUAL
    return ways.pop() if len(ways) == 1 else Way.BOTH


def takes_away(old: Policy, *, new: Policy, vocabulary: Vocabulary) -> bool:
    """Whether some row under the old version may tell more, to more, or for longer than under the new one."""
    ways = {change.way for change in direction(old, new=new, vocabulary=vocabulary) if change.point != "valid"}
    return bool(ways & {Way.NARROWER, Way.BOTH}) or new.valid_until < old.valid_until


def gives_more(old: Policy, *, new: Policy, vocabulary: Vocabulary) -> bool:
    """Whether some case may come to be shown, more precisely or for longer, under the new version."""
    ways = {change.way for change in direction(old, new=new, vocabulary=vocabulary) if change.point != "valid"}
    return bool(ways & {Way.WIDER, Way.BOTH}) or new.valid_until > old.valid_until


def _fact(fact: str, old: Policy, new: Policy, vocabulary: Vocabulary) -> Way:
    step: Callable[[str | None], int] = vocabulary.facts[fact].step
    return _more(-step(old.share.get(fact)), -step(new.share.get(fact)))


def _implies(strict: tuple[Condition, ...], loose: tuple[Condition, ...], vocabulary: Vocabulary) -> bool:
    """Whether every case that passes the strict conditions passes the loose ones, and shows no other words of them."""
    return all(any(one.fact == other.fact and _covers(other, one, vocabulary) for one in strict) for other in loose)


def _covers(loose: Condition, strict: Condition, vocabulary: Vocabulary) -> bool:
    codes = vocabulary.codes_of(loose.fact)
    if codes is None or vocabulary.facts[loose.fact].type is FactType.FLAG:
        return loose.words >= strict.words
    return all(loose.words.intersection(self_and_above(word, codes=codes)) for word in strict.words)


def _keep(old: Keep, new: Keep) -> Way:
    ways = {_more(old.at_most, new.at_most), _more(_months(old.after_closing), _months(new.after_closing))} - {Way.EQUAL}
    return overall(Change("keep", way) for way in ways)


def _months(months: int | None) -> float:
    return float("inf") if months is None else months


def _sets(old: Iterable[object], new: Iterable[object]) -> Way:
    before, after = frozenset(old), frozenset(new)
    return _way(wider=after >= before, narrower=after <= before)


def _more(old: float, new: float) -> Way:
    return _way(wider=new >= old, narrower=new <= old)


def _way(*, wider: bool, narrower: bool) -> Way:
    if wider and narrower:
        return Way.EQUAL
    if wider:
        return Way.WIDER
    return Way.NARROWER if narrower else Way.BOTH
