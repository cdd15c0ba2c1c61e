"""The table of the decision, written out once more from the papers, in other words than the code; nothing here asks the code anything."""

from dataclasses import dataclass
from datetime import date

from hub.sharing.facts import Span, Value, day_of, month_span, year_of

ABOUT_REPORTER = ("reported_by", "residence", "contact_wish", "reported_elsewhere")
OCTOBER, YEAR = month_span(date(2026, 10, 7)), year_of(date(2026, 10, 7))
KINDS = ("coc", "police")
# fact → its precisions from fine to coarse, and per value how it reads in each of them (None: not to be told)
LADDERS: dict[str, tuple[tuple[str, ...], list[tuple[Value, tuple[object, ...]]]]] = {
    "incident_date": (
        ("day", "week", "month", "quarter", "year"),
        [
            (day_of(date(2026, 10, 7)), ("2026-10-07", "2026-10-01/2026-10-07", "2026-10", "2026-Q4", "2026")),
            (OCTOBER, ("2026-10", "2026-10", "2026-10", "2026-Q4", "2026")),
            (YEAR, ("2026",) * 5),
        ],
    ),
    "place": (("municipality", "province"), [("GM0014", ("GM0014", "PV20")), ("elsewhere", ("elsewhere",) * 2), ("GM9999", (None, None))]),
    "ground": (
        ("sub", "ground", "family"),
        [
            (
                ("geslacht/genderidentiteit", "ras"),
                (("geslacht/genderidentiteit", "ras"), ("geslacht", "ras"), ("gender_en_seksualiteit", "herkomst")),
            ),
            ((), ((), (), ())),
            (("ras", "nooit_van_gehoord"), (None, None, None)),
        ],
    ),
    "reported_elsewhere": (("kinds", "flag"), [(KINDS, (KINDS, True)), ((), ((), False)), (("buren",), (None, None))]),
    "also_known_to": (("partner_kind", "flag"), [(KINDS, (KINDS, True)), ((), ((), False)), (True, (None, True))]),
    "residence": (("municipality", "province"), [("GM0080", ("GM0080", "PV21")), ("PV22", ("PV22", "PV22")), ("Parijs", (None, None))]),
    "status": (
        ("stage", "phase"),
        [("bij_rechter", ("bij_rechter", "open")), ("afgesloten", ("afgesloten", "gesloten")), ("klaar", (None, None))],
    ),
    "offence": (
        ("article", "family"),
        [(("137c", "285"), (("137c", "285"), ("codis", "specifiek"))), (("137d",), (("137d",), ("specifiek",))), (("1",), (None, None))],
    ),
    "outcome": (
        ("exact", "kind"),
        [
            ("veroordeling", ("veroordeling", "sanctie")),
            ("vrijspraak", ("vrijspraak", "geen_sanctie")),
            ("sepot", (None, None)),
        ],
    ),
    "narrative": (("summary",), [("Iemand werd bedreigd.", ("Iemand werd bedreigd.",)), (False, (None,))]),
    "terrain": (("exact",), [("horeca_amusement", ("horeca_amusement",)), ("kroeg", (None,))]),
    "nature": (("exact",), [("geweld", ("geweld",)), ("ruzie", (None,))]),
    "report_kind": (("exact",), [("klacht", ("klacht",)), ("brief", (None,))]),
    "reported_by": (("exact",), [("getuige", ("getuige",)), ("tante", (None,))]),
    "contact_wish": (("exact",), [("advies", ("advies",)), ("wraak", (None,))]),
    "accused": (("exact",), [("buur", ("buur",)), ("Jansen", (None,))]),
    "handling": (("exact",), [(("bemiddeling",), (("bemiddeling",),)), (("niets",), (None,))]),
    "online": (("exact",), [(True, (True,)), (False, (False,)), ("ja", (None,))]),
    "public_task": (("exact",), [(True, (True,)), (False, (False,)), ("ja", (None,))]),
    "mass_report": (("exact",), [(True, (True,)), (False, (False,)), ("ja", (None,))]),
}
ABSENCES = {"unknown": "u", "not_asked": "n", "erased": "e", "missing": "n"}


@dataclass(frozen=True)
class Cell:
    """One fact of one case: what is known of it, and everything that may stand in its way."""

    fact: str
    agreed: str | None
    before: str | None
    held: str | None  # a precision, "nothing at all", or None for nothing held back
    consented: str  # "all", "with it" or "without it"
    anonymity: str
    inquiry: str
    absence: str | None
    shapes: tuple[object, ...]


def cell(one: Cell) -> tuple[str, object, str]:
    """The letter, what is told, and why."""
    words = LADDERS[one.fact][0]
    if one.anonymity != "known" and one.fact in ABOUT_REPORTER:
        return "a", None, {"full": "anoniem-voor-iedereen", "towards_others": "anoniem-voor-derden"}[one.anonymity]
    if one.inquiry == "preliminary" and one.fact == "accused":
        return "f", None, "vooronderzoek"
    if one.consented == "without it":
        return "t", None, "not_consented"
    if one.agreed is None:
        return "p", None, "not_shared"
    if one.before is None:
        return "p", None, "stays_closed"
    if one.held == "nothing at all":
        return "h", None, "held_back"
    if one.absence is not None:
        return ABSENCES[one.absence], None, "not_asked" if one.absence == "missing" else one.absence
    allowed = max(words.index(one.agreed), words.index(one.before))
    shown = max(allowed, words.index(one.held) if one.held else 0)
    if one.shapes[shown] is None:
        return "p", None, "not_in_vocabulary"
    if shown == words.index(one.agreed):
        return "g", one.shapes[shown], "shared"
    return "k", one.shapes[shown], "stays_closed" if shown == allowed else "held_back"


@dataclass(frozen=True)
class Gate:
    """One case before the gate: everything on which it may depend whether there is a row."""

    kind: str
    asks_reporter: bool
    consent: str
    has_ended: bool
    purpose_fits: bool
    is_young: bool
    concern: bool
    referral: bool
    reach: str
    place: str  # "inside", "outside" or "absent"
    condition: str  # "none", "met", "not met" or "absent"
    in_term: bool
    earlier: str  # "open too", "was there" or "was not there"
    held: bool


def gate(one: Gate) -> list[str]:
    """Every obstacle in the order of the steps; an empty list opens the row."""
    found = []
    if one.asks_reporter:
        if one.consent not in ("given", "given_by_guardian") or one.has_ended:
            found.append("no_consent")
        else:
            if one.is_young and one.consent == "given":
                found.append("guardian_needed")
            if not one.purpose_fits:
                found.append("purpose_not_consented")
    if not one.in_term:
        found.append("not_valid")
    elif one.earlier == "was not there":
        found.append("stays_closed")
    if one.reach == "recipient_province" and one.place != "inside":
        found.append("outside_province")
    if one.reach == "own_cases" and not one.concern:
        found.append("not_own_case")
    if one.kind == "referral" and not one.referral:
        found.append("not_referred")
    if one.condition in ("not met", "absent"):
        found.append("other_subject")
    if one.held:
        found.append("held_back")
    return found


def floor(giver: str, kind: str, words: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """What the law takes from a case with these circumstances: reasons against the row, and hidden facts with the letter."""
    row, hidden = [], {}
    if words["anonymity"] in ("full", "towards_others", "unknown"):
        hidden = dict.fromkeys(ABOUT_REPORTER, "a")
    if giver == "bureau" and words["inquiry"] in ("preliminary", "unknown"):
        hidden["accused"] = "f"
    if giver == "om" and kind != "counts":
        weight = words["weighty_interest"]
        if words["prosecution"] in ("dismissed", "acquitted") and weight not in ("recorded", "recorded_urgent"):
            row.append("floor:geen-onherroepelijke-sanctie")
        if words["prosecution"] in ("open", "unknown") and weight != "recorded_urgent":
            row.append("floor:zaak-loopt-nog")
    if giver == "police" and words["police_regime"] in ("art9", "art10", "unknown"):
        row.append("floor:alleen-wpg-8-en-13")
    return row, hidden


def as_told(value: object) -> object:
    """A value as the ladders write it."""
    return str(value) if isinstance(value, Span) else value
