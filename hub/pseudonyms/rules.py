"""
Looks through free text before it is released: what may never stand in it, and which words its author must look at again.

Layer 1 blocks numbers, addresses and accounts by their form. Layer 2 asks about every word that a Dutch word list does not know,
or that stands where a name would; the list is handed in. Neither says that a text is clean: names that are ordinary words pass.
"""

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

GONE = "Haal het weg."
OUTSIDE = "Contactgegevens gaan buiten Schakel om."
SENTENCES = {
    "bsn": f"Hier staat een burgerservicenummer. {GONE}",
    "iban": f"Hier staat een rekeningnummer. {GONE}",
    "plate": f"Hier staat een kenteken. {GONE}",
    "phone": f"Hier staat een telefoonnummer. {OUTSIDE}",
    "email": f"Hier staat een e-mailadres. {OUTSIDE}",
    "url": f"Hier staat een webadres. {OUTSIDE}",
    "handle": f"Hier staat een accountnaam. {OUTSIDE}",
    "address": f"Hier staat een adres. {GONE}",
    "case_number": "Hier staat een zaaknummer. Gebruik het veld ‘kenmerk’.",
}
PLATES = frozenset("XX9999 9999XX 99XX99 XX99XX XXXX99 99XXXX 99XXX9 9XXX99 XX999X X999XX XXX99X X99XXX 9XX999 999XX9".split())
PLATE_GROUPS = frozenset("2-2-2 2-3-1 1-3-2 3-2-1 1-2-3".split())
MONTHS = frozenset("jan feb mrt mar apr mei may jun jul aug sep okt oct nov dec".split())
_COUNTED = "uur mensen personen mannen vrouwen jongens meisjes kinderen jongeren jaar keer maal dagen weken maanden minuten meter euro"
_NUMBER = (r"\s+(?:nr\.?\s*|nummer\s+)?(?!(?:19|20)\d\d\b)\d{1,4}(?:\s?[a-zA-Z])?(?:[-/]\d+)?\b"
           rf"(?!\s+(?:{_COUNTED.replace(' ', '|')}))")  # fmt: skip
_STREETS = "straat|straatweg|laan|plein|singel|gracht|kade|steeg|dreef|plantsoen|boulevard"
_STREETS_IN_CAPITALS = "weg|dijk|hof|pad|park|ring|wal|markt|baan|haven|veld|kamp|brink|wijk|erf"
_STREETS_ALONE = "Markt|Brink|Singel|Gracht|Kade|Boulevard|Laan|Plein|Hof"
_OF = r"(?: van(?: de| den| der| het)?(?: [A-Z][\w-]*)+)?"
_PLATE = r"[A-Za-z0-9]{6}\b|[A-Za-z0-9]{1,3}([ -])[A-Za-z0-9]{2,3}\2[A-Za-z0-9]{1,3}"
_CASE = r"(?i:zaak|dossier|meld|melding|aangifte|parket|registratie|bvh|proces-verbaal|pv|v)-?(?i:nummer|nr\.?)"


@dataclass(frozen=True, slots=True)
class Block:
    """Something that may not stand in the text: its kind, where it stands, and the sentence for its author."""

    kind: str
    start: int
    end: int

    @property
    def sentence(self) -> str:
        """What the author reads; it names the kind and never repeats the value."""
        return SENTENCES[self.kind]


@dataclass(frozen=True, slots=True)
class Question:
    """A word that may be a name: where it stands. Its author replaces or confirms it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found. Without a word list `questions` is None: then the author confirms the text as a whole."""

    blocks: tuple[Block, ...]
    questions: tuple[Question, ...] | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """One sentence per kind that blocks, each once, in the order of the text."""
        return tuple(dict.fromkeys(block.sentence for block in self.blocks))


def screen(text: str, *, known_words: Set[str] | None = None) -> Findings:
    """Everything in this text that blocks its release, and everything that its author has to look at."""
    even = _evened(text)
    blocks = tuple(sorted(_without_overlap(_blocks(even)), key=lambda block: block.start))
    if known_words is None:
        return Findings(blocks, None)
    inside = [(block.start, block.end) for block in blocks]
    asked = (Question(*span) for span in sorted(set(_suspect(even, known_words))))
    return Findings(blocks, tuple(each for each in asked if not any(start <= each.start < end for start, end in inside)))


def is_bsn(digits: str) -> bool:
    """Nine digits that pass the eleven test and are not all zero."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return int(digits) > 0 and sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 == 0


def is_iban(text: str) -> bool:
    """An account number of ISO 13616: the rest modulo 97 is 1."""
    turned = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _evened(text: str) -> str:
    """The same text, sign for sign, with one kind of space, hyphen and digit; line ends stay."""
    return re.sub(r"\d", lambda digit: str(int(digit[0])), re.sub(r"[^\S\n]", " ", re.sub("[‐‑‒–—―−]", "-", text)))


def _bsn(found: re.Match[str]) -> int:
    digits = re.sub(r"\D", "", found[1])
    return found.end(1) if is_bsn(digits.zfill(9)) else 0


def _iban(found: re.Match[str]) -> int:
    """The end of the longest beginning of these signs that is an account number; words may follow it without a break."""
    for end in range(len(found[0]), 14, -1):
        bare = re.sub("[ .-]", "", found[0][:end]).upper()
        if found[0][end - 1].isalnum() and 15 <= len(bare) <= 34 and is_iban(bare):
            return found.start() + end
    return 0


def _plate(found: re.Match[str]) -> int:
    groups = found[1].replace(" ", "-").split("-")
    shape = "".join("9" if sign.isdigit() else "X" for sign in "".join(groups))
    is_split_well = len(groups) == 1 or "-".join(str(len(group)) for group in groups) in PLATE_GROUPS
    return found.end(1) if shape in PLATES and is_split_well and not MONTHS & {group.lower() for group in groups} else 0


def _whole(found: re.Match[str]) -> int:
    return found.end()


def _street(found: re.Match[str]) -> int:
    return 0 if re.match(r"(?i:\w*slaan|onderweg|halverwege|vanwege|inmiddels)\b", found[0]) else found.end()


_LAYER: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], int]], ...] = tuple(
    (kind, re.compile(pattern), judged)
    for kind, pattern, judged in (
        ("email", r"[\w.+'-]+(?:@| @ | ?[\[(] ?(?i:at|apenstaartje) ?[\])] ?)[\w-]+(?: ?\. ?[\w-]+)+", _whole),
        ("url", r"\b(?i:https?://|www\.)\S+", _whole),
        ("url", r"\b[\w-]+(?:\.[\w-]+)*\.(?:nl|com|org|net|eu|info|frl|tv|app|io)\b(?:/\S*)?", _whole),
        ("url", r"\b[\w-]+\.(?:[a-z]{2,10})/\w\S*", _whole),
        ("handle", r"(?<![\w@.])@[^\W\d][\w.]{1,29}", _whole),
        ("case_number", r"\bPL ?\d{4}[- ]?\d{4,}(?:-\d{1,3})?\b", _whole),
        ("case_number", r"(?<![\d/-])\d{2}[/.-]\d{6}-\d{2}(?![\d-])", _whole),
        ("case_number", r"\b[A-NP-Z]{2}(?=[A-NP-Z]{0,5}\d)[A-NP-Z0-9]{6}\d\b", _whole),
        ("case_number", rf"\b{_CASE}(?: is| was|:)? ?[A-Z]{{0,4}}[-/ ]?\d[\d./ -]{{3,}}\d", _whole),
        ("iban", r"\b[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z0-9]){11,30}", _iban),
        ("phone", r"(?<!\w)(?:(?:\+|00)31[ .-]*(?:\(0\))?[ .-]*|\(?0)[1-9](?:[ ./()-]{0,3}\d){8}(?!\d)", _whole),
        ("phone", r"(?<!\w)(?:\+|00)[1-9]\d{0,2}(?:[ .()-]{0,2}\d){7,11}(?!\d)", _whole),
        ("bsn", r"(?<![\d.,-])(\d{9}|\d{3}[ .-]\d{3}[ .-]\d{3}|\d{4}[ .-]\d{2}[ .-]\d{3}|\d{2}[ .-]\d{3}[ .-]\d{4})(?!\d|[.,-]\d)", _bsn),
        ("bsn", r"(?i:\bbsn|burgerservicenummer|sofinummer)[^\w\n]{0,4}(?:is |van |nummer )?(\d{8})(?!\d)", _bsn),
        ("plate", r"(?<![\w-])([A-Za-z0-9]{1,3}-[A-Za-z0-9]{2,3}-[A-Za-z0-9]{1,3})(?![\w-])", _plate),
        ("plate", rf"(?i:kenteken)[^\w\n]{{0,4}}(?:is |was |met |nummer )?({_PLATE})\b", _plate),
        ("address", r"\b[1-9]\d{3} (?!SA|SD|SS)[A-Z]{2}\b[ ,]{1,3}(?:nr\.? ?|huisnummer )?\d+\w?\b", _whole),
        ("address", r"\b[1-9]\d{3}(?!(?i:SA|SD|SS))[A-Za-z]{2}[ ,]{1,3}(?:nr\.? ?|huisnummer )?\d+\w?\b", _whole),
        ("address", rf"\b[\w'’-]{{2,}}(?i:{_STREETS}){_NUMBER}", _street),
        ("address", rf"\b[A-ZÀ-Þ][\w'’-]*(?:{_STREETS_IN_CAPITALS}){_NUMBER}", _street),
        ("address", rf"\b(?:{_STREETS_ALONE}){_OF}{_NUMBER}", _whole),
    )
)  # fmt: skip


_DOTS = frozenset({"email", "url", "handle"})
_DOTTED = re.compile(r"\w ?\. ?\w|https?:", re.IGNORECASE)


def _blocks(text: str) -> Iterator[Block]:
    has_digit, has_dot = any(map(text.__contains__, "0123456789")), "@" in text or _DOTTED.search(text) is not None
    for kind, pattern, judged in _LAYER:
        if not (has_dot if kind in _DOTS else has_digit):
            continue
        for found in pattern.finditer(text):
            if end := judged(found):
                yield Block(kind, found.start(1) if found.re.groups else found.start(), end)


def _without_overlap(blocks: Iterator[Block]) -> list[Block]:
    """The first kind that claims a place keeps it: the patterns stand in order of how certain they are."""
    kept: list[Block] = []
    for block in blocks:
        if not any(block.start < other.end and other.start < block.end for other in kept):
            kept.append(block)
    return kept


_WORD = re.compile(r"\[[^\]\n]{1,30}\]|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BEGIN = re.compile(r"(?:\A|[.!?:…][\"'”’)]*\s+|\n\s*)[\"'“‘(-]*\s?$")
_CUE = re.compile(
    r"\b(?:dhr\.?|mw\.?|mevr\.?|heet|heette|heten|genaamd|genoemd|voornaam|achternaam|naam is|noemt zich|noemde zich) +([^\W\d_]+)",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"\b(?:[A-ZÀ-Þ]\. ?)+(?:(?:van|de|der|den|ter|ten|el|al) )*([^\W\d_]{2,}(?:-[^\W\d_]+)*)")
_DIGITS = re.compile(r"\d(?:[ .-]?\d){5,}")


def _suspect(text: str, known: Set[str]) -> Iterator[tuple[int, int]]:
    """Spans of words that may be names: unknown, with a capital in mid sentence, after a cue or initials, and long numbers."""
    for found in _WORD.finditer(text):
        word = found[0]
        if word[0] != "[" and (not _is_known(word.lower(), known) or _is_capital_in_mid_sentence(text, found)):
            yield found.span()
    for pattern in (_CUE, _INITIALS):
        yield from (found.span(1) for found in pattern.finditer(text))
    yield from (found.span() for found in _DIGITS.finditer(text))


def _is_capital_in_mid_sentence(text: str, found: re.Match[str]) -> bool:
    word, start = found[0], found.start()
    if len(word) == 1 or not word[0].isupper() or word.lower() in _trade_words():
        return False
    return not _BEGIN.search(text[start - 8 : start] if start > 8 else text[:start])


def _is_known(word: str, known: Set[str]) -> bool:
    if word in known or len(word) == 1 or word in _trade_words():
        return True
    parts = re.split("['’-]", word)
    return all(_is_known(part, known) for part in parts) if len(parts) > 1 else _is_compound(word, known)


def _is_compound(word: str, known: Set[str]) -> bool:
    """Two known words of three letters or more written as one, with or without a linking s."""
    for at in range(3, len(word) - 2):
        if word[:at] in known and (word[at:] in known or (word[at] == "s" and len(word) - at > 3 and word[at + 1 :] in known)):
            return True
    return False


@cache
def _trade_words() -> frozenset[str]:
    """The words of the trade; the list stands beside this file."""
    lines = files("hub.pseudonyms").joinpath("vakwoorden.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
