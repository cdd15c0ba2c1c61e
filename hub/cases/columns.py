"""Facts as typed columns and back: one place that knows in which columns a fact stands, at each precision."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from hub.sharing.facts import FACTS, Absence, Facts, Span, Value
from hub.sharing.vocabulary import CodeList, Vocabulary

FINE_AND_COARSE: Mapping[str, tuple[str, ...]] = {  # fact → its columns, the finest first
    "incident_date": ("incident_from", "incident_to"),
    "place": ("municipality", "province"),
    "online": ("online",),
    "ground": ("grounds", "ground_families"),
    "terrain": ("terrain",),
    "nature": ("nature",),
    "report_kind": ("report_kind",),
    "public_task": ("public_task",),
    "mass_report": ("mass_report",),
    "reported_by": ("reported_by",),
    "residence": ("residence_municipality", "residence_province"),
    "contact_wish": ("contact_wish",),
    "reported_elsewhere": ("reported_elsewhere", "reported_elsewhere_any"),
    "also_known_to": ("also_known_to", "also_known_to_any"),
    "narrative": ("narrative",),
    "accused": ("accused",),
    "status": ("status", "phase"),
    "handling": ("handling",),
    "offence": ("offences", "offence_families"),
    "outcome": ("outcome", "outcome_kind"),
}
COLUMNS: tuple[str, ...] = tuple(column for fact in FACTS for column in FINE_AND_COARSE[fact])
_FINEST_AND_COARSER = [(fact, FINE_AND_COARSE[fact][0], "".join(FINE_AND_COARSE[fact][1:])) for fact in FACTS]
_AT = {column: place for place, column in enumerate(COLUMNS)}
_FLAGS = ("reported_elsewhere", "also_known_to")
Cells = tuple[Any, ...]  # one value per column of COLUMNS, in that order


def columns_of(fact: str, *, value: Value, vocabulary: Vocabulary) -> tuple[Any, ...]:
    """
    The cells of one fact, finest first; a finer value fills the coarser columns too, so that a filter on them finds it.

    The narrative comes out as text; who stores it seals it first.
    """
    if isinstance(value, Span):
        return (value.first, value.last)
    if isinstance(value, bool):
        return (None, value) if fact in _FLAGS else (value,)
    names = FINE_AND_COARSE[fact]
    if len(names) == 1:
        return (list(value) if isinstance(value, tuple) else value,)
    if fact in _FLAGS:
        return (list(value), bool(value))
    codes = vocabulary.codes_of(fact)
    assert codes is not None
    return _with_family(value, codes)


def _with_family(value: str | tuple[str, ...], codes: CodeList) -> tuple[Any, ...]:
    if isinstance(value, str):
        return (value, _family(value, codes)) if value in codes.codes else (None, value)
    if all(code in codes.codes for code in value):
        return (list(value), sorted({_family(code, codes) for code in value}))
    return (None, list(value))


def _family(code: str, codes: CodeList) -> str:
    return codes.parents.get(code, codes.parents.get(code.partition("/")[0], code))


def to_cells(values: Mapping[str, Value], *, vocabulary: Vocabulary) -> list[Any]:
    """All cells of a row in the order of COLUMNS; facts that are not there leave NULL."""
    cells: list[Any] = [None] * len(COLUMNS)
    for fact, value in values.items():
        start = _AT[FINE_AND_COARSE[fact][0]]
        for place, cell in enumerate(columns_of(fact, value=value, vocabulary=vocabulary), start):
            cells[place] = cell
    return cells


def from_cells(row: Mapping[str, Any]) -> dict[str, Value]:
    """The values that stand in a row, each at the finest precision it was given; the narrative must have been opened already."""
    values: dict[str, Value] = {}
    for fact, finest, coarser in _FINEST_AND_COARSER:
        found = row[finest]
        if found is None and coarser:
            found = row[coarser]
        if found is not None:
            values[fact] = _value(fact, found, row)
    return values


def _value(fact: str, found: Any, row: Mapping[str, Any]) -> Value:
    if isinstance(found, date):
        return _stored_span(found, row["incident_to"])
    if isinstance(found, list):
        return tuple(found)
    assert isinstance(found, str | bool), f"{fact} was not opened"
    return found


@lru_cache(maxsize=4096)
def _stored_span(first: date, last: date) -> Span:
    """The same few periods stand in many rows, and each is looked at whether it is one."""
    return Span(first, last)


def known(facts: Facts) -> dict[str, Value]:
    """The facts that have a value."""
    return {fact: value for fact, value in facts.items() if not isinstance(value, Absence)}


def with_absence(values: Mapping[str, Value], *, unknown: list[str], erased: list[str]) -> dict[str, Value | Absence]:
    """All twenty facts, those without a value with the reason why there is none."""
    facts: dict[str, Value | Absence] = {}
    for fact in FACTS:
        if fact in values:
            facts[fact] = values[fact]
        else:
            facts[fact] = Absence.UNKNOWN if fact in unknown else Absence.ERASED if fact in erased else Absence.NOT_ASKED
    return facts
