"""How values look on a page: dates and periods in Dutch words, codes by their label, and what was not shared."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date
from markupsafe import Markup, escape

from hub.kernel.clock import AMSTERDAM
from hub.kernel.plainyaml import Plain, plain, read
from hub.partners.rules import PROVINCES
from hub.pseudonyms import mint
from hub.sharing.facts import FACTS, Span, parse_span
from hub.sharing.sentences import listed

QUARTERS = ("eerste", "tweede", "derde", "vierde")
LIST_OF = {"residence": "place", "reported_elsewhere": "partner_kind", "also_known_to": "partner_kind"}  # others are called as their fact
NOT_SHARED = Markup('<span class="not-shared"><span aria-hidden="true">—</span> niet gedeeld</span>')
NOT_SHARED_SHORT = Markup('<span class="not-shared"><span aria-hidden="true">—</span><span class="aloud">niet gedeeld</span></span>')
SPELLED = '<span class="code" translate="no"><span aria-hidden="true">%s</span><span class="aloud">%s</span></span>'
DONE = {  # what a page says after a deed; the word stands in its address, the sentence does not
    "zaak": "De zaak is bewaard. Hieronder ziet u wie wat ontvangt.",
    "aanvulling": "De aanvulling is bewaard en gedeeld volgens de afspraken.",
    "ongewijzigd": "Er is niets veranderd: alles stond er al zo.",
    "toestemming": "De toestemming is vastgelegd. De wijziging werkt meteen.",
    "weggegooid": "Het bestand is weggegooid. Er is niets ingelezen.",
    "ingelezen": "Het bestand is ingelezen.",
    "aangemeld": "U bent aangemeld.",
}
MOST_TALLIED = 8
CODE_GROUPS = ((0, 4), (4, 8), (8, 11))


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


SHELVES = _shelves()
LABELS: Labels = {name: _flat(SHELVES[name]) for name in ("facts", "steering", "about", "absence", "news")} | _lists(SHELVES["words"])
CODES, COARSE = _lists(SHELVES["codes"]), _lists(SHELVES["coarse"])
ALL_CODES: Labels = {name: {**COARSE.get(name, {}), **words} for name, words in CODES.items()}


def label(word: str, of: str) -> str:
    """The Dutch label of a word: of a fact ("facts"), an absence ("absence"), a steering word ("anonymity") and the like."""
    return LABELS[of].get(word, word)


def choices(of: str) -> list[tuple[str, str]]:
    """The codes of a list, or the words of a question, with their labels, in the order of the file."""
    return list((CODES.get(of) or LABELS[of]).items())


def coarse(of: str) -> list[tuple[str, str]]:
    """The words of a list that say something coarser, with their labels."""
    return list(COARSE[of].items())


def capitals(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Words with their sentences as the choices of a form, each beginning with a capital."""
    return [(word, text[:1].upper() + text[1:]) for word, text in words.items()]


def provinces() -> list[tuple[str, str]]:
    """The three provinces with their names."""
    return list(PROVINCES.items())


def choices_of(many: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    """Partners as the choices of a form."""
    return [(one["slug"], one["name"]) for one in many]


def places() -> list[tuple[str, list[tuple[str, str]]]]:
    """The municipalities with their labels, by the label of their province."""
    shelf = SHELVES["codes"]
    assert isinstance(shelf, dict) and isinstance(shelf["place"], dict)
    return [(COARSE["place"][province], list(_flat(words).items())) for province, words in shelf["place"].items()]


def _local(value: date | str) -> date:
    """A day, or a moment in Amsterdam; also one that was dumped as text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value.astimezone(AMSTERDAM) if isinstance(value, datetime) else value


def day(value: date | str) -> str:
    """A day in words: 7 oktober 2026; of a moment, the day in Amsterdam."""
    return format_date(_local(value), "d MMMM y", locale="nl")


@lru_cache(maxsize=4096)
def short_day(value: date | str) -> str:
    """A day for a column of days: 7 okt 2026."""
    return format_date(_local(value), "d MMM y", locale="nl")


def moment(value: datetime | str) -> str:
    """A moment in words: 7 oktober 2026 om 14.05 uur, in Amsterdam."""
    local = _local(value)
    return f"{day(local)} om {local:%H.%M} uur"


def span(value: Span) -> str:
    """A period in words: a day, 'week van 1 tot en met 7 oktober 2026', 'oktober 2026', 'vierde kwartaal 2026', '2026'."""
    first, last = value.first, value.last
    if first == last:
        return day(first)
    if first.month == last.month and last.day - first.day < 10:
        return f"week van {first.day} tot en met {day(last)}"
    if first.month == last.month:
        return format_date(first, "MMMM y", locale="nl")
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
        return format_date(first, "MMM y", locale="nl")
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


def shown(value: object, fact: str) -> Markup:
    """The value of a fact in Dutch, or a dash with 'niet gedeeld'."""
    return NOT_SHARED if value is None else escape(fact_text(value, fact=fact))


def shown_short(value: object, fact: str) -> Markup:
    """As `shown`, for a cell of a table: 'niet gedeeld' is said to a screen reader, a dash to the eye."""
    if value is None:
        return NOT_SHARED_SHORT
    return _cell(tuple(value) if isinstance(value, list) else value, fact)


@lru_cache(maxsize=4096)
def _cell(value: object, fact: str) -> Markup:
    """Lists show codes and periods, and of those there are few; never a text."""
    return escape(short_span(parse_span(str(value))) if fact == "incident_date" else fact_text(value, fact=fact))


def known(value: object, fact: str) -> Markup:
    """The value of an own fact in Dutch, or why there is none: onbekend, niet gevraagd, gewist."""
    if isinstance(value, str) and value in LABELS["absence"]:
        return Markup('<span class="not-shared">{}</span>').format(LABELS["absence"][value])
    return escape(fact_text(value, fact=fact))


def known_short(value: object, fact: str) -> Markup:
    """As `known`, for a cell of a table."""
    absent = fact != "incident_date" or value in LABELS["absence"]
    return known(value, fact) if absent else escape(short_span(parse_span(str(value))))


def spelled_code(code: str) -> Markup:
    """A code in groups of 4, 4 and 3; a screen reader hears the signs one by one."""
    safe = code if code.isalnum() else str(escape(code))
    groups = "-".join(safe[first:last] for first, last in CODE_GROUPS)
    return Markup(SPELLED % (groups, ", ".join(safe)))  # noqa: S704  letters and digits only


def count(number: int, one: str, many: str) -> str:
    """A number with its word: 1 zaak, 2 zaken, 1.350 zaken."""
    return f"{number:,}".replace(",", ".") + " " + (one if number == 1 else many)


def tallied(counts: Mapping[str, int], fact: str) -> list[tuple[str, int]]:
    """How often each value stands in an export, in Dutch and the most frequent first; days by their month, a long tail as one line."""
    told: Counter[str] = Counter()
    for word, number in counts.items():
        told[_tally_word(word, fact)] += number
    most = told.most_common(MOST_TALLIED)
    rest = told.total() - sum(number for _, number in most)
    return [*most, ("Andere", rest)] if rest else most


def _tally_word(word: str, fact: str) -> str:
    if word in LABELS["absence"]:
        return LABELS["absence"][word]
    if word == "(geen)":
        return fact_text((), fact=fact)
    if fact == "incident_date":
        return format_date(parse_span(word).first, "MMMM y", locale="nl")
    return {"true": "Ja", "false": "Nee"}.get(word) or fact_text(word, fact=fact)


FILTERS = {
    "day": day, "short_day": short_day, "moment": moment, "label": label, "known": known, "known_short": known_short, "shown": shown,
    "shown_short": shown_short, "spelled_code": spelled_code, "read_aloud": mint.spell, "listed": listed, "count_of": count,
    "tallied": tallied, "capitals": capitals,
}  # fmt: skip
GLOBALS = {"choices": choices, "coarse": coarse, "places": places, "provinces": provinces, "choices_of": choices_of, "FACTS": FACTS}
