"""What a body is set up as, what of that can be changed later, and when it cannot be so."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import time
from unicodedata import normalize

from hub.consultations.rules import Level
from hub.kernel.errors import Invalid, Problem

LONGEST_SLUG = 40
TERMS = frozenset({"level", "purpose", "basis", "collaborations"})  # what members say yes to: changed, each of them is asked anew
FIXED = frozenset({"name", "province"})  # what others know a body by


@dataclass(frozen=True, slots=True)
class Setup:
    """What a body is set up as; `starts_at` is Dutch local time, `chair` the short name of a member."""

    name: str
    level: Level
    purpose: str
    basis: str
    chair: str
    province: str | None
    collaborations: tuple[str, ...]
    per_year: int
    weekday: int
    starts_at: time
    minutes: int
    place: str
    link: str
    lead: int
    min_gap: int
    max_gap: int
    quorum: int


def changes(before: Setup, *, after: Setup) -> frozenset[str]:
    """The names of what differs between two setups, and can be changed."""
    return frozenset(one.name for one in fields(Setup) if getattr(before, one.name) != getattr(after, one.name)) - FIXED


def check_setup(setup: Setup, *, members: Collection[str]) -> None:
    """Invalid, with a sentence per field, for a body that cannot meet; `members` are all who are asked, with who leads."""
    problems = {
        "name": ("Geef het overleg een naam van 3 tot en met 80 tekens, die met een letter begint.", len(slug_of(setup.name)) >= 3
                 and len(setup.name) <= 80),
        "purpose": ("Zeg waarvoor het overleg is, in hoogstens 300 tekens.", 0 < len(setup.purpose) <= 300),
        "basis": ("Noem de grondslag, in hoogstens 300 tekens.", 0 < len(setup.basis) <= 300),
        "members": ("Kies minstens één ander lid.", len(members) >= 2),
        "chair": ("De voorzitter komt van een lid.", setup.chair in members),
        "place": ("Noem de plaats, in hoogstens 120 tekens.", 0 < len(setup.place) <= 120),
        "link": ("Een link begint met https:// en telt hoogstens 300 tekens.", not setup.link or _is_link(setup.link)),
        "per_year": ("Kies 1 tot en met 12 keer per jaar.", 1 <= setup.per_year <= 12),
        "minutes": ("Kies 30 tot en met 480 minuten.", 30 <= setup.minutes <= 480),
        "lead": ("Kies 0 tot en met 40 werkdagen.", 0 <= setup.lead <= 40),
        "min_gap": ("Tussen twee bijeenkomsten liggen minstens 32 dagen.", 32 <= setup.min_gap <= setup.max_gap),
        "max_gap": ("Kies hoogstens 400 dagen, en niet minder dan het minste.", setup.min_gap <= setup.max_gap <= 400),
        "quorum": ("Kies hoeveel leden er minstens zijn: 1 tot en met alle leden.", 1 <= setup.quorum <= len(members)),
    }  # fmt: skip
    wrong = tuple(Problem(place, sentence) for place, (sentence, is_right) in problems.items() if not is_right)
    if wrong:
        raise Invalid("Dit overleg kan zo niet worden ingesteld.", wrong)


def slug_of(name: str) -> str:
    """The short name under which a body of this name is known; empty when there is none."""
    plain = normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    words = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    return "-".join(words)[:LONGEST_SLUG].strip("-") if words and words[0][0].isalpha() else ""


def _is_link(text: str) -> bool:
    return text.startswith("https://") and len(text) <= 300 and text.isprintable() and " " not in text
