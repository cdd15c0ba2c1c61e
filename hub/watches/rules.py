"""The terms that are watched: from which day they run, how long, whom they concern, and when a warning belongs to them."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hub.partners.rules import Kind
from hub.sharing.facts import Span


class Rule(StrEnum):
    """The word of a term, as it stands in the table."""

    CONTACT_OFFICER = "contact-officer"
    INTERIM_MESSAGE = "interim-message"
    COMPLAINT = "complaint-offence"
    NO_PROSECUTION = "non-prosecution"
    PRESCRIPTION = "prescription"
    SILENT = "case-silent"
    POLICY_END = "policy-end"
    CONSENT_END = "consent-end"
    FIGURES = "yearly-figures"


class Certainty(StrEnum):
    """How sure the last day is: computed from a known day, the earliest that is possible, or from the day the hub learnt of it."""

    EXACT = "exact"
    EARLIEST = "earliest"
    ENTERED = "entered"


@dataclass(frozen=True, slots=True)
class Term:
    """What is watched, in the words of a page: what to do, by what rule, and how many days before the end a warning comes."""

    title: str
    todo: str
    source: str
    warn: tuple[int, ...]
    for_privacy: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One term of one partner: about what, from when, until when at the earliest and at the latest, and how sure that is."""

    rule: Rule
    reference: str
    starts_on: date
    last_day: date
    latest: date
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class OwnCase:
    """What of an own case the terms look at."""

    code: str
    first_released_on: date
    is_closed: bool
    incident: Span | None
    report_kind: str | None
    nature: str | None
    offences: tuple[str, ...]
    outcome: str | None
    outcome_on: date | None
    messaged_on: date | None = None  # when somebody last said that the interim message was sent


IN_SIGHT = 120  # days before its end that a term is kept at the latest: about four months
LOOKED_BACK = timedelta(days=60)  # a term that ended longer ago than this was nobody's to watch any more
SILENCE = timedelta(days=90)
INSULT = "266"
TERMS: Mapping[Rule, Term] = {
    Rule.CONTACT_OFFICER: Term(
        "Contactambtenaar op de hoogte", "Laat de contactambtenaar discriminatie deze zaak kennen.",
        "Aanwijzing discriminatie, Opsporing 1: binnen een maand na melding of aangifte", (7,)),
    Rule.INTERIM_MESSAGE: Term(
        "Tussenbericht aan het slachtoffer", "Stuur een tussenbericht en meld het hier. Daarna begint een nieuwe termijn.",
        "Aanwijzing discriminatie, Vervolging 7: elke drie maanden", (14,)),
    Rule.COMPLAINT: Term(
        "Klacht bij belediging", "Is dit een klachtdelict, zorg dan dat de klacht op tijd wordt gedaan.",
        "Artikel 66 en 269 Wetboek van Strafrecht: drie maanden nadat iemand van het feit weet", (21, 7)),
    Rule.NO_PROSECUTION: Term(
        "Beklag over niet vervolgen", "Wijs het slachtoffer op beklag bij het gerechtshof.",
        "Artikel 12 Wetboek van Strafvordering; laat uw jurist de termijn bevestigen", (21, 7)),
    Rule.PRESCRIPTION: Term(
        "Verjaring van het feit", "Beslis over vervolging voordat het feit verjaart. Stuiting is niet meegerekend.",
        "Artikel 70 en 71 Wetboek van Strafrecht: drie jaar bij een overtreding, zes jaar bij een misdrijf", (183,)),
    Rule.SILENT: Term(
        "Lang stil", "Vraag de gever hoe het staat, of sluit uw eigen deel af.",
        "Eigen regel van het ketenoverleg: negentig dagen zonder zichtbare wijziging", (0,)),
    Rule.POLICY_END: Term(
        "Afspraak over delen loopt af", "Spreek een nieuwe versie af. Zonder nieuwe afspraak stopt het delen vanzelf.",
        "De afspraak zelf", (60, 30, 7), for_privacy=True),
    Rule.CONSENT_END: Term(
        "Toestemming loopt af", "Vraag de melder of de toestemming mag doorlopen. Anders verdwijnt de zaak bij de ontvanger.",
        "De toestemming zelf", (60, 30, 7), for_privacy=True),
    Rule.FIGURES: Term(
        "Jaarcijfers", "Lever de cijfers over het vorige kalenderjaar op tijd aan.",
        "Wet gemeentelijke antidiscriminatievoorzieningen, artikel 3: vóór 1 april", (60,)),
}  # fmt: skip


def add_months(day: date, *, months: int) -> date:
    """So many months later, on the same day of the month or else on its last; never moved for a weekend."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_in_sight(due: Due, *, on: date) -> bool:
    """Whether a term is kept on this day: not long over, and near enough; silence only once it is there."""
    if due.rule is Rule.SILENT:
        return due.last_day < on
    return due.last_day - timedelta(days=max(IN_SIGHT, *TERMS[due.rule].warn)) <= on <= due.latest + LOOKED_BACK


def warnings(rule: Rule, *, last_day: date, on: date) -> int:
    """How many warnings belong to a term by this day; what has passed counts as warned of, so that nothing is told late and twice."""
    return sum(on >= last_day - timedelta(days=days) for days in TERMS[rule].warn)


def case_dues(case: OwnCase, *, kind: Kind) -> Iterator[Due]:
    """The terms of an own case for a partner of this kind."""
    if case.outcome in ("sepot_technisch", "sepot_beleid") and case.outcome_on and kind is Kind.OM:
        yield _since(Rule.NO_PROSECUTION, case, case.outcome_on, Certainty.ENTERED)
    if case.is_closed:
        return
    if kind is Kind.OM:
        known = case.messaged_on is not None
        yield _since(
            Rule.INTERIM_MESSAGE, case, case.messaged_on or case.first_released_on, Certainty.EXACT if known else Certainty.ENTERED
        )
    if case.incident is None:
        return
    found = [_of_incident(Rule.CONTACT_OFFICER, case, case.incident, months=1)] if _asks_officer(case, kind) else []
    if _may_need_complaint(case, kind):
        found.append(_of_incident(Rule.COMPLAINT, case, case.incident, months=3))
    if case.offences and kind in (Kind.OM, Kind.POLICE):
        years = 3 if "429quater" in case.offences else 6
        found.append(_of_incident(Rule.PRESCRIPTION, case, case.incident, months=12 * years))
    # A term that had surely ended before the case came here is nothing the hub could have warned of.
    yield from (due for due in found if due.latest >= case.first_released_on)


def silence(reference: str, *, changed_on: date) -> Due:
    """The term after which a received case counts as silent."""
    return Due(Rule.SILENT, reference, changed_on, changed_on + SILENCE, changed_on + SILENCE, Certainty.EXACT)


def ending(rule: Rule, *, reference: str, until: date, since: date) -> Due:
    """The last day of an agreement or a consent, or of what is due each year."""
    return Due(rule, reference, since, until, until, Certainty.EXACT)


def yearly_figures(on: date) -> Iterator[Due]:
    """The yearly figures that are due before 1 April of this year and of the next."""
    for year in (on.year, on.year + 1):
        yield ending(Rule.FIGURES, reference=str(year - 1), until=date(year, 3, 31), since=date(year, 1, 1))


def _since(rule: Rule, case: OwnCase, start: date, certainty: Certainty) -> Due:
    last = add_months(start, months=3)
    return Due(rule, case.code, start, last, last, certainty)


def _of_incident(rule: Rule, case: OwnCase, incident: Span, *, months: int) -> Due:
    """From the earliest day of the incident; only prescription runs from that day itself, the others from a day that may come later."""
    is_sure = rule is Rule.PRESCRIPTION and incident.first == incident.last
    first, last = (add_months(day, months=months) for day in (incident.first, incident.last))
    return Due(rule, case.code, incident.first, first, last, Certainty.EXACT if is_sure else Certainty.EARLIEST)


def _asks_officer(case: OwnCase, kind: Kind) -> bool:
    return kind is Kind.POLICE and case.report_kind in ("melding", "aangifte")


def _may_need_complaint(case: OwnCase, kind: Kind) -> bool:
    """An insult is prosecuted upon a complaint only; who holds the case sees in time that one may be needed."""
    if kind is Kind.OM:
        return INSULT in case.offences
    return case.nature == "vijandige_bejegening" and case.report_kind in ("melding", "klacht")
