"""When a case may go: what a term is, which reasons there are to hold a case, and how long the proof of sharing is kept."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hub.kernel.errors import Invalid, Problem

NOTICE = timedelta(days=30)  # between the announcement and the day on which a case goes
PROOF_KEPT = timedelta(days=5 * 365)  # Wpg 25(1)(c) and Wjsg 39j ask to answer for 4 years
LONGEST_TERM = 600  # months
SHORTEST_DECISION, LONGEST_DECISION = 10, 500


class CountedFrom(StrEnum):
    """From which day of a case its term is counted."""

    CLOSED = "closed"
    CHANGED = "changed"
    RELEASED = "released"


class HoldReason(StrEnum):
    """Why a case may not be deleted; words from a list, so that no reason tells anything of the case."""

    PROCEEDINGS = "proceedings"
    COMPLAINT = "complaint"
    REQUEST = "request"
    INSPECTION = "inspection"
    ARCHIVE = "archive"


IN_DUTCH = {
    CountedFrom.CLOSED: "nadat de zaak is afgesloten",
    CountedFrom.CHANGED: "na de laatste wijziging van de zaak",
    CountedFrom.RELEASED: "nadat de zaak in Schakel kwam",
}
REASONS = {
    HoldReason.PROCEEDINGS: "er loopt een rechtszaak of een onderzoek",
    HoldReason.COMPLAINT: "er loopt een klacht of een bezwaar",
    HoldReason.REQUEST: "de melder of een ander vroeg erom",
    HoldReason.INSPECTION: "een toezichthouder heeft de zaak nodig",
    HoldReason.ARCHIVE: "de wet op archieven vraagt het",
}


@dataclass(frozen=True, slots=True)
class Term:
    """So many months, counted from that day of a case, by which decision; without months everything is kept."""

    months: int | None
    counted_from: CountedFrom | None
    decision: str
    decided_on: date

    def sentence(self) -> str:
        """The term as a privacy officer reads it."""
        if self.months is None or self.counted_from is None:
            return "Uw organisatie bewaart haar zaken. Er gaat niets vanzelf weg."
        many = f"{self.months} {'maand' if self.months == 1 else 'maanden'}"
        return f"Uw organisatie verwijdert een zaak {many} {IN_DUTCH[self.counted_from]}."


def check_term(term: Term, *, day: date) -> None:
    """Raise Invalid, with the fields it is about, for a term that cannot be one."""
    found = []
    if (term.months is None) != (term.counted_from is None):
        found.append(Problem("counted_from", "Kies ook vanaf welke dag de termijn telt."))
    if term.months is not None and not 1 <= term.months <= LONGEST_TERM:
        found.append(Problem("months", f"Noem een aantal maanden van 1 tot en met {LONGEST_TERM}."))
    if not SHORTEST_DECISION <= len(term.decision.strip()) <= LONGEST_DECISION or "\0" in term.decision:
        sentence = f"Noem het besluit in {SHORTEST_DECISION} tot {LONGEST_DECISION} tekens: wie besloot, en waarop het rust."
        found.append(Problem("decision", sentence))
    if term.decided_on > day:
        found.append(Problem("decided_on", "De dag van het besluit ligt in de toekomst."))
    if found:
        raise Invalid("De bewaartermijn is nog niet goed ingevuld. Er is niets gewijzigd.", tuple(found))


def check_until(until: date | None, *, day: date) -> None:
    """Raise Invalid for a hold that would be over before it began."""
    if until is not None and until < day:
        raise Invalid("De einddatum ligt in het verleden.", (Problem("until", "De einddatum ligt in het verleden."),))


def earliest(due_on: date, *, announced_on: date) -> date:
    """The day on which a case goes: not before its term is over, and not before people could have seen that it would."""
    return max(due_on, announced_on + NOTICE)
