"""Facts in Dutch words, as every page and document writes them: codes by their label, dates and periods as people say them.

The names of months stand here and not in a package of locales, so that a document made anew in later years has the same words.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from hub.kernel.clock import AMSTERDAM
from hub.kernel.plainyaml import Plain, plain, read
from hub.sharing.facts import Span, parse_span
from hub.sharing.sentences import MONTHS, QUARTERS, day_in_dutch

SHORT_MONTHS = "jan feb mrt apr mei jun jul aug sep okt nov dec".split()
LIST_OF = {"residence": "place", "reported_elsewhere": "partner_kind", "also_known_to": "partner_kind"}  # others are called as their fact

Labels = dict[str, dict[str, str]]


def _shelves() -> dict[str, Plain]:
    file = Path(__file__).with_name("labels.yaml")
    shelves = plain(read(file.read_text(encoding="utf-8"), name=file.name))
    assert isinstance(shelves, dict)
    return shelves


def _flat(shelf: Plain) -> dict[str, str]:
    """The labels of one list; what stands in groups, without its groups."""
    assert isinstance(shelf, dict)
    nested = [_flat(words) for words in shelf.values() if isinstance(words, dict)]
    return {word: text for word, text in shelf.items() if isinstance(text, str)} | {
        word: text for words in nested for word, text in words.items()
    }


def _lists(shelf: Plain) -> Labels:
    assert isinstance(shelf, dict)
    return {name: _flat(words) for name, words in shelf.items()}


def _places(shelf: Plain) -> Labels:
    assert isinstance(shelf, dict)
    return _lists(shelf["place"])


SHELVES = _shelves()
LABELS: Labels = {name: _flat(SHELVES[name]) for name in ("facts", "steering", "about", "absence", "news")} | _lists(SHELVES["words"])
CODES, COARSE = _lists(SHELVES["codes"]), _lists(SHELVES["coarse"])
ALL_CODES: Labels = {name: {**COARSE.get(name, {}), **words} for name, words in CODES.items()}
PLACES = _places(SHELVES["codes"])  # the municipalities by the code of their province


def label(word: str, *, of: str) -> str:
    """The Dutch label of a word: of a fact ("facts"), an absence ("absence"), a steering word ("anonymity") and the like."""
    return LABELS[of].get(word, word)


def local(value: date | str) -> date:
    """A day, or a moment in Amsterdam; also one that was dumped as text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value.astimezone(AMSTERDAM) if isinstance(value, datetime) else value


def day(value: date | str) -> str:
    """A day in words: 7 oktober 2026; of a moment, the day in Amsterdam."""
    return day_in_dutch(local(value))


@lru_cache(maxsize=4096)
def short_day(value: date | str) -> str:
    """A day for a column of days: 7 okt 2026."""
    there = local(value)
    return f"{there.day} {SHORT_MONTHS[there.month - 1]} {there.year}"


def moment(value: datetime | str) -> str:
    """A moment in words: 7 oktober 2026 om 14.05 uur, in Amsterdam."""
    there = local(value)
    return f"{day(there)} om {there:%H.%M} uur"


def month(value: date) -> str:
    """The month of a day: oktober 2026."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def span(value: Span) -> str:
    """A period in words: a day, 'week van 1 tot en met 7 oktober 2026', 'oktober 2026', 'vierde kwartaal 2026', '2026'."""
    first, last = value.first, value.last
    if first == last:
        return day(first)
    if first.month == last.month and last.day - first.day < 10:
        return f"week van {first.day} tot en met {day(last)}"
    if first.month == last.month:
        return month(first)
    if last.month - first.month == 2:
        return f"{QUARTERS[first.month // 3]} kwartaal {first.year}"
    return str(first.year)


def short_span(value: Span) -> str:
    """A period for a cell of a table: 12 okt 2026, 1–7 okt 2026, okt 2026, 4e kwartaal 2026, 2026."""
    first, last = value.first, value.last
    if first == last:
        return short_day(first)
    if first.month == last.month and last.day - first.day < 10:
        return f"{first.day}–{short_day(last)}"
    if first.month == last.month:
        return f"{SHORT_MONTHS[first.month - 1]} {first.year}"
    return f"{first.month // 3 + 1}e kwartaal {first.year}" if last.month - first.month == 2 else str(first.year)


def fact_text(value: object, *, fact: str) -> str:
    """A value of this fact in Dutch; dumped values (a text for a period, a list for codes) and typed ones read alike."""
    if isinstance(value, bool):
        return "Ja" if value else "Nee"
    if fact == "incident_date" and isinstance(value, Span | str):
        return span(parse_span(str(value)))
    name = LIST_OF.get(fact, fact)
    words = ALL_CODES.get(name, {})
    if isinstance(value, str):
        return words.get(value, value)
    if isinstance(value, Sequence):
        return "; ".join(words.get(str(code), str(code)) for code in value) or ("Nergens" if name == "partner_kind" else "Geen")
    return str(value)


def count(number: int, *, one: str, many: str) -> str:
    """A number with its word: 1 zaak, 2 zaken, 1.350 zaken."""
    return f"{number:,}".replace(",", ".") + " " + (one if number == 1 else many)
