"""The words of a collection: its provinces, the states of a gathering, the parts of an edition and the marks of a line."""

from enum import StrEnum

from hub.kernel.errors import Invalid
from hub.kernel.words import Month
from hub.partners.rules import PROVINCES
from hub.sharing.sentences import MONTHS

NO_PLACE = "zonder-plaats"
NAMES = {"drenthe": "Drenthe", "groningen": "Groningen", "fryslan": "Fryslân", NO_PLACE: "Zonder plaats"}  # word in addresses → on screen
CODES = {"drenthe": "PV22", "groningen": "PV20", "fryslan": "PV21"}  # word → the code that a row's province holds
SILENT_AFTER = 90  # days without a change that the recipient can see (own rule of the consultation, to be confirmed)
BUILDER_VERSION = "1"  # rises whenever the bytes of a rebuilt edition become others

assert set(CODES.values()) == set(PROVINCES)


class State(StrEnum):
    """Where a gathering stands."""

    OPEN = "open"
    FROZEN = "frozen"
    DELIVERED = "delivered"
    SUPPLEMENTED = "supplemented"


STATE_IN_DUTCH = {State.OPEN: "open", State.FROZEN: "bevroren", State.DELIVERED: "bezorgd", State.SUPPLEMENTED: "met aanvulling"}


class Part(StrEnum):
    """In which part of an edition a case stands: exactly one, the first rule that fits (casuistry.md 4), in the order of printing."""

    NEW = "new"
    CLOSED = "closed"
    CHANGED = "changed"
    SHARED_OTHERWISE = "shared_otherwise"
    SILENT = "silent"
    UNCHANGED = "unchanged"
    NO_LONGER = "no_longer"


PART_IN_DUTCH = {
    Part.NEW: "Nieuw", Part.CLOSED: "Afgesloten", Part.CHANGED: "Gewijzigd", Part.SHARED_OTHERWISE: "Anders gedeeld",
    Part.SILENT: "Te lang stil", Part.UNCHANGED: "Ongewijzigd", Part.NO_LONGER: "Niet meer gedeeld",
}  # fmt: skip

PART_WORDS = {  # the part → its word in addresses
    Part.NEW: "nieuw", Part.CLOSED: "afgesloten", Part.CHANGED: "gewijzigd", Part.SHARED_OTHERWISE: "anders-gedeeld",
    Part.SILENT: "te-lang-stil", Part.UNCHANGED: "ongewijzigd", Part.NO_LONGER: "niet-meer-gedeeld",
}  # fmt: skip


class Mark(StrEnum):
    """What a line says besides its part."""

    AGAIN = "again"
    REOPENED = "reopened"


MARK_IN_DUTCH = {Mark.AGAIN: "opnieuw", Mark.REOPENED: "heropend"}


def province_named(word: str) -> str:
    """The province word as it stands in addresses; Invalid names the known words for any other."""
    if word not in NAMES:
        raise Invalid(f"De provincie ‘{word}’ is niet bekend. Kies uit: {', '.join(NAMES)}.")
    return word


def month_named(text: str) -> Month:
    """The month written as 2026-10; Invalid says how to write it for any other text."""
    year, dash, number = text.partition("-")
    if dash and len(year) == 4 and len(number) == 2 and (year + number).isdecimal() and 1 <= int(number) <= 12 and int(year) > 0:
        return Month(int(year), int(number))
    raise Invalid("Schrijf een maand als jaar en maandnummer, bijvoorbeeld 2026-10.")


def month_in_dutch(month: Month) -> str:
    """The month as people write it: oktober 2026."""
    return f"{MONTHS[month.number - 1]} {month.year}"
