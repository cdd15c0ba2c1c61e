"""Deeds of a person on an own case: release by form, an update, consent, withdrawal, hold-back."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.draft import Draft
from hub.cases.house import House
from hub.cases.inbox import Delivery, Gone, share
from hub.cases.queries import consent_policies
from hub.cases.release import Release
from hub.cases.revisions import Change, write_changes
from hub.cases.rules import CLOSED, canonical, objections, too_late
from hub.cases.standing import latest_consents, releases
from hub.cases.tables import ConsentRow, ContributionRow
from hub.kernel.actor import Person
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused
from hub.kernel.words import PartnerId, Secret
from hub.partners.queries import partner_named, partners_by_id
from hub.partners.rules import Kind, Partner
from hub.sharing.facts import Absence, Circumstances, Facts
from hub.sharing.queries import hold_agreements

TYPES_CASES = frozenset({Kind.BUREAU, Kind.COC})
NO_REFERENCE = Secret("")


class Overtaken(Conflict):
    """Somebody else updated the case while this form was open."""

    def __init__(self) -> None:
        super().__init__("Iemand anders heeft deze zaak intussen bijgewerkt. Bekijk de nieuwe stand en vul uw aanvulling opnieuw in.")


class NothingNew(Conflict):
    """The form says what the case says already."""

    def __init__(self) -> None:
        super().__init__("U hebt niets gewijzigd. Er is niets bewaard.")


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a case that was released or updated by form."""

    code: str
    revision: int
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """
    What the reporter said about one recipient: given or refused, by whom, how and when it was asked, and until when it holds.

    With `facts` the yes is for these facts alone; without a day it was asked on the day of the deed.
    """

    state: str
    purposes: tuple[str, ...]
    given_by: str = "reporter"
    how: str = "talk"
    until: date | None = None
    facts: tuple[str, ...] | None = None
    asked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The receipt of a withdrawal: for which recipient, which row went away, and whether it had been opened there."""

    code: str
    recipient: Partner
    gone: tuple[Gone, ...]


def release(work: Work, *, facts: Facts, circumstances: Circumstances, house: House) -> Written:
    """Bring in a new case by form and share it; only bureaus and COC type cases, and nothing is stored when a fact may not be released."""
    return _write(work, drafted(work, facts=facts, circumstances=circumstances, house=house), uuid4(), (1, house))


def drafted(work: Work, *, facts: Facts, circumstances: Circumstances, house: House) -> Draft:
    """The new case that `release` would bring in from this form, closed today if it says so; refused on the same grounds."""
    giver = partners_by_id(work)[work.partner]
    if giver.kind not in TYPES_CASES:
        raise Refused("Uw organisatie brengt zaken in met een export, niet met dit formulier.")
    return _closing(_checked(facts, circumstances, giver, (house, today(work.now))), today(work.now))


def revise(work: Work, *, code: str, facts: Facts, circumstances: Circumstances, basis: tuple[int, House]) -> Written:
    """
    Add an update to an own case; `basis` is the revision that the form was made from, and the house.

    Raises Overtaken when there is a newer revision, NothingNew when nothing differs, NotFound for a code that is not an own one.
    """
    _, house = basis
    before, draft = redrafted(work, code=code, facts=facts, circumstances=circumstances, basis=basis)
    return _write(work, draft, before.contribution, (before.revision_no + 1, house))


def redrafted(work: Work, *, code: str, facts: Facts, circumstances: Circumstances, basis: tuple[int, House]) -> tuple[Release, Draft]:
    """The own case as it stands, locked, and the draft that `revise` would make of it from this form; refused on the same grounds."""
    seen, house = basis
    row = locked(work, code=code)
    if row.latest_no != seen:
        raise Overtaken
    [before] = releases(work, contributions=[row.id], house=house)
    facts = _as_absent(facts, before.case.facts)
    draft = _checked(facts, circumstances, partners_by_id(work)[work.partner], (house, today(work.now)))
    same = {fact: before.case.facts[fact] for fact in facts} == dict(facts) and dict(before.case.circumstances) == dict(circumstances)
    if same:
        raise NothingNew
    if draft.facts.get("status") == CLOSED:
        draft = replace(draft, closed_on=before.case.closed_on)  # a case that was closed before was closed then, not today
    return before, _closing(draft, today(work.now))


def _closing(draft: Draft, day: date) -> Draft:
    is_closed = draft.facts.get("status") == CLOSED and draft.closed_on is None
    return replace(draft, closed_on=day) if is_closed else draft


def _as_absent(facts: Facts, before: Facts) -> Facts:
    """A form has no word for why a summary is absent; where there was none and is none, the reason stays."""
    old, new = before.get("narrative"), facts.get("narrative")
    return {**facts, "narrative": old} if isinstance(old, Absence) and isinstance(new, Absence) else facts


def record_consent(work: Work, *, code: str, recipient: str, asked: ConsentAsked, house: House) -> Delivery:
    """
    Write down what the reporter said about one recipient, and share anew with it (Besluit art. 5, AVG art. 7).

    Only for recipients whose policy asks for consent. A term that is over, an unknown purpose or a withdrawal by this road is refused.
    """
    row, whom = locked(work, code=code), partner_named(work, slug=recipient)
    policies = {force.recipient: force.policy for force in consent_policies(work, house=house)}
    if whom.id not in policies:
        raise _wrong("recipient", f"Voor {whom.name} vraagt geen enkele afspraak om toestemming. Er is niets vastgelegd.")
    if asked.state not in ("given", "refused"):
        raise Invalid("Leg vast dat de melder toestemming gaf of weigerde. Intrekken gaat apart.")
    allowed = {purpose.value for purpose in policies[whom.id].purposes}
    if asked.state == "given" and not (set(asked.purposes) and set(asked.purposes) <= allowed):
        words = "; ".join(text for word, text in house.book.vocabulary.purposes.items() if word in allowed)
        raise _wrong("purposes", f"Kruis aan waarvoor de melder toestemming gaf. De afspraak met {whom.name} kent: {words}.")
    if asked.until is not None and asked.until < today(work.now):
        raise _wrong("until", "De einddatum van de toestemming ligt in het verleden.")
    if asked.asked_on is not None and asked.asked_on > today(work.now):
        raise _wrong("asked_on", "De dag waarop het is gevraagd, ligt in de toekomst.")
    if asked.facts is not None and not (asked.state == "given" and asked.facts and set(asked.facts) <= set(policies[whom.id].share)):
        raise _wrong("facts", f"Kies bij een ja voor een deel een of meer gegevens die de afspraak met {whom.name} deelt.")
    append_consent(work, contribution=row.id, recipient=whom.id, said=asked)
    told = {"state": _stored_state(asked), "purposes": list(asked.purposes), "fields": list(asked.facts or ())}
    record(work, Event.CONSENT_RECORDED, contribution=row.id, recipient=whom.slug, **told)
    return share(work, releases=releases(work, contributions=[row.id], house=house), house=house)


def withdraw_consent(work: Work, *, code: str, recipient: str, house: House) -> Withdrawal:
    """
    Withdraw the reporter's consent for one recipient: its row goes in this same transaction (AVG art. 7 lid 3).

    Never asks whether there was a reason. Raises Conflict when there is no consent to withdraw.
    """
    row, whom = locked(work, code=code), partner_named(work, slug=recipient)
    latest = latest_consents(work, contributions=[row.id])[row.id].get(whom.id)
    if latest is None or latest.state not in ("given", "narrowed"):
        raise Conflict(f"Er is geen toestemming voor {whom.name} om in te trekken.")
    gone = ConsentAsked("withdrawn", tuple(latest.purposes), latest.given_by)
    append_consent(work, contribution=row.id, recipient=whom.id, said=gone)
    record(work, Event.CONSENT_WITHDRAWN, contribution=row.id, recipient=whom.slug, state="withdrawn")
    delivery = share(work, releases=releases(work, contributions=[row.id], house=house), house=house, cause="withdrawn")
    return Withdrawal(row.own_code, whom, delivery.gone)


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, (Problem(field, sentence),))


def _checked(facts: Facts, circumstances: Circumstances, giver: Partner, basis: tuple[House, date]) -> Draft:
    house, day = basis
    found = objections(facts, circumstances=circumstances, kind=giver.kind, vocabulary=house.book.vocabulary) + too_late(facts, on=day)
    if found:
        problems = tuple(Problem(fact, sentence) for fact, sentence in found)
        raise Invalid("Deze zaak kan zo niet worden gedeeld. Er is niets bewaard.", problems)
    return Draft(0, NO_REFERENCE, facts, circumstances)


def _write(work: Work, draft: Draft, contribution: UUID, basis: tuple[int, House]) -> Written:
    no, house = basis
    giver = partners_by_id(work)[work.partner]
    change = Change(draft, contribution, no, house.keys.digest(canonical(draft), giver=giver.slug))
    released = write_changes(work, changes=[change], house=house, run=None)
    delivery = share(work, releases=released, house=house)
    mine = (ContributionRow.giver == work.partner) & (ContributionRow.id == contribution)
    return Written(work.session.scalars(select(ContributionRow.own_code).where(mine)).one(), no, delivery)


def locked(work: Work, *, code: str) -> ContributionRow:
    """The own case under this code, locked until this work is over; NotFound for any other code."""
    hold_agreements(work)
    mine = (ContributionRow.giver == work.partner) & (ContributionRow.own_code == code)
    row = work.session.scalar(select(ContributionRow).where(mine).with_for_update())
    if row is None:
        raise NotFound
    return row


def append_consent(work: Work, *, contribution: UUID, recipient: PartnerId, said: ConsentAsked) -> None:
    """Add what the reporter said about this recipient, after what was said before."""
    latest = latest_consents(work, contributions=[contribution])[contribution].get(recipient)
    by = work.actor.account if isinstance(work.actor, Person) else None
    which = {"giver": work.partner, "contribution": contribution, "recipient": recipient, "no": latest.no + 1 if latest else 1}
    what = {"state": _stored_state(said), "purposes": list(said.purposes), "given_by": said.given_by, "how": said.how}
    facts = sorted(said.facts) if said.facts is not None else None
    work.session.add(ConsentRow(**which, **what, until=said.until, facts=facts, asked_on=said.asked_on, at=work.now, by_person=by))
    work.session.flush()


def _stored_state(said: ConsentAsked) -> str:
    return "narrowed" if said.facts is not None else said.state
