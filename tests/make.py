"""Small fictional things that tests bring in: a draft, an export that is being read, a release by form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from hub.cases.draft import Draft, Refusal
from hub.kernel.words import Secret
from hub.sharing.facts import Absence, Value, day_of

_numbers = count(1)
FACTS: dict[str, Value | Absence] = {
    "incident_date": day_of(date(2026, 10, 7)), "place": "GM1979", "online": False, "ground": ("ras",), "terrain": "openbare_ruimte",
    "nature": "bedreiging", "report_kind": "melding", "status": "in_behandeling",
}  # fmt: skip
POLICE_WORDS = {"police_regime": "art8", "anonymity": "known", "reporter_age": "16_or_older"}
BUREAU_WORDS = {"anonymity": "known", "reporter_age": "16_or_older", "inquiry": "none"}
OM_WORDS = {"prosecution": "irrevocable_sanction", "weighty_interest": "none"}


def make_draft(*, reference: str | None = None, circumstances: dict[str, str] = POLICE_WORDS, consents: dict[str, str] | None = None,
               concerns: tuple[str, ...] = (), **different: Value | Absence) -> Draft:  # fmt: skip
    """A draft like any other, but for what is named."""
    number = next(_numbers)
    facts = {**FACTS, **different}
    return Draft(number, Secret(reference or f"ZAAK-{number}"), facts, circumstances, consents or {}, concerns)


@dataclass
class Delivery:
    """An export as the adapters would hand it over."""

    rows: Sequence[Draft | Refusal]
    export: str = "proef"
    version: str = "1"
    file_hash: bytes = field(default=bytes(32))

    def __iter__(self) -> Iterator[Draft | Refusal]:
        return iter(self.rows)
