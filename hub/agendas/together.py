"""What all of several readers may know of one case: per fact the shape that each of them has, and nothing that one of them lacks."""

from collections.abc import Iterable, Mapping, Sequence

from hub.sharing.facts import FACTS, Span, Value, day_of, month_span, quarter_of, week_of, year_of
from hub.sharing.vocabulary import CodeList, FactType, Vocabulary, self_and_above

Known = frozenset[Span | str]  # everything that a value says, from fine to coarse; what two know together is what both sets hold
_NONE, _SOME, _EMPTY = " none", " some", " empty"  # of a fact with several values: that it has none, or at least one; no code begins so
_YES, _NO = " yes", " no"
_PERIODS = (day_of, week_of, month_span, quarter_of, year_of)


def together(tellings: Iterable[Mapping[str, Value]], *, vocabulary: Vocabulary) -> dict[str, Value]:
    """
    The facts that every one of these readers has, each in the finest shape that all of them know.

    One reader more never adds a fact, and the order does not matter. Texts are never told together: they were written for one reader each.
    """
    readers = list(tellings)
    shared = [fact for fact in FACTS if readers and all(fact in reader for reader in readers)]
    found = {fact: meet([reader[fact] for reader in readers], fact=fact, vocabulary=vocabulary) for fact in shared}
    return {fact: value for fact, value in found.items() if value is not None}


def meet(values: Sequence[Value], *, fact: str, vocabulary: Vocabulary) -> Value | None:
    """What all of these values of one fact say; None when that is nothing."""
    if vocabulary.facts[fact].type is FactType.TEXT or not values:
        return None
    words, codes = vocabulary.facts[fact], vocabulary.codes_of(fact)
    common = frozenset.intersection(*(_known(value, codes) for value in values))
    if "flag" not in words.words:  # only of these facts 'at least one' is a shape that anybody agreed to
        common -= {_SOME, _NONE}
    return _value(common, words.type, codes)


def is_no_finer(one: Mapping[str, Value], *, than: Mapping[str, Value], vocabulary: Vocabulary) -> bool:
    """Whether everything that `one` says is said by `than` too."""
    return all(
        fact in than and _known(value, vocabulary.codes_of(fact)) <= _known(than[fact], vocabulary.codes_of(fact))
        for fact, value in one.items()
    )


def _known(value: Value, codes: CodeList | None) -> Known:
    if isinstance(value, Span):
        return frozenset(wider for period in _PERIODS if (wider := period(value.first)).last >= value.last and wider.first <= value.first)
    if isinstance(value, bool):
        return frozenset({_SOME if codes else _YES} if value else {_NONE if codes else _NO})
    if isinstance(value, str):
        return frozenset((value,) if codes is None else self_and_above(value, codes=codes))
    assert codes is not None
    if not value:
        return frozenset({_EMPTY, _NONE})
    return frozenset({_SOME}).union(*(self_and_above(code, codes=codes) for code in value))


def _value(known: Known, kind: FactType, codes: CodeList | None) -> Value | None:
    """The finest value that says just this; periods and codes form a tree, so there is one."""
    spans = [one for one in known if isinstance(one, Span)]
    if spans:
        return min(spans, key=lambda span: span.last - span.first)
    words = [one for one in known if isinstance(one, str) and not one.startswith(" ")]
    if not words or codes is None:
        return _flag(known, kind)
    coarser = {above for word in words for above in self_and_above(word, codes=codes)[1:]}
    finest = tuple(sorted(set(words) - coarser))
    return finest if kind is FactType.CODES else finest[0]


def _flag(known: Known, kind: FactType) -> Value | None:
    if _EMPTY in known:
        return ()
    if kind is FactType.FLAG:
        return _YES in known if known else None
    return _SOME in known if known & {_SOME, _NONE} else None
