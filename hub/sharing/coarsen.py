"""Coarser shapes of a value: one pure function per precision, each of them a function of the finer one before it."""

from collections.abc import Callable

from hub.sharing.facts import Span, Value, day_of, month_span, quarter_of, week_of, year_of
from hub.sharing.vocabulary import CodeList, FactType, Vocabulary, self_and_above

_PERIODS = {"day": day_of, "week": week_of, "month": month_span, "quarter": quarter_of, "year": year_of}


def _period(span: Span, precision: str) -> Span:
    """The period around the span; a span that is longer already stays as it is, since nothing finer is known."""
    wider = _PERIODS[precision](span.first)
    return wider if wider.last >= span.last else span


def _exact(code: str, codes: CodeList) -> str:
    return code


def _broad(code: str, codes: CodeList) -> str:
    return code.partition("/")[0]


def _above(code: str, codes: CodeList) -> str:
    return self_and_above(code, codes=codes)[-1]


_CODE_SHAPES: dict[str, Callable[[str, CodeList], str]] = {
    "exact": _exact,
    "municipality": _exact,
    "sub": _exact,
    "kinds": _exact,
    "partner_kind": _exact,
    "stage": _exact,
    "article": _exact,
    "province": _above,
    "ground": _broad,
    "family": _above,
    "phase": _above,
    "kind": _above,
}


def coarsen(value: Value, *, fact: str, precision: str, vocabulary: Vocabulary) -> Value | None:
    """
    The value in this shape, and nothing finer; nothing at all for a value or a precision the vocabulary does not know.

    Coarsening twice is coarsening once to the coarser of the two, so the order of the steps of a decision cannot matter.
    """
    words = vocabulary.facts[fact]
    if precision not in words.words:
        return None
    if words.type is FactType.DATE:
        return _period(value, precision) if isinstance(value, Span) else None
    if words.type is FactType.FLAG:
        return value if isinstance(value, bool) else None
    if words.type is FactType.TEXT:
        return value if isinstance(value, str) else None
    codes = vocabulary.codes_of(fact)
    assert codes is not None, "the vocabulary was read with a list for every fact of codes"
    if words.type is FactType.CODE:
        return _CODE_SHAPES[precision](value, codes) if isinstance(value, str) and codes.knows(value) else None
    return _codes(value, precision, codes)


def _codes(value: Value, precision: str, codes: CodeList) -> Value | None:
    if isinstance(value, bool) and precision == "flag":
        return value
    if not isinstance(value, tuple) or not all(codes.knows(code) for code in value):
        return None
    if precision == "flag":
        return bool(value)
    return tuple(sorted({_CODE_SHAPES[precision](code, codes) for code in value}))
