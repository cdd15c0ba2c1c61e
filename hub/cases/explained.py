"""One case as a page shows it: each fact with the sentence that explains it; the giver reads all, the recipient what it may know."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hub.cases.house import House
from hub.cases.queries import Consent, Given, OwnCase, own_case
from hub.cases.received import Received, received_case
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.partners.queries import partners_by_id
from hub.partners.rules import Kind, Partner
from hub.sharing.facts import FACTS, Value
from hub.sharing.policy import Policy, PolicyKind
from hub.sharing.queries import policy_loaded
from hub.sharing.question import Terms
from hub.sharing.sentences import explain_to_giver, explain_to_recipient, reason_in_dutch
from hub.sharing.vocabulary import strict_words

SECRECY = "Deze gegevens komen van de politie. U houdt ze geheim, behalve als een wet u verplicht ze te geven (Wpg art. 7 lid 2)."
WITHHELD = frozenset("aftph")


@dataclass(frozen=True, slots=True)
class Explained:
    """One fact with its value, if there is one, and why it stands as it stands."""

    name: str
    value: Value | None
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the history of a received case: the day, and which facts it last changed."""

    on: date
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """A received case with the agreement behind it."""

    row: Received
    facts: tuple[Explained, ...]
    changed: frozenset[str]
    history: tuple[Step, ...]
    policy: Policy
    purposes: tuple[str, ...]
    secrecy: str


@dataclass(frozen=True, slots=True)
class RecipientPage:
    """What one recipient has of an own case, with the giver's reasons."""

    given: Given
    facts: tuple[Explained, ...]
    because: tuple[str, ...]
    consent: Consent | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """An own case with everything about who receives it."""

    case: OwnCase
    recipients: tuple[RecipientPage, ...]


@dataclass(frozen=True, slots=True)
class WithdrawalReceipt:
    """What stands of a withdrawal: when, for whom, which row it took away, and when that was last opened there."""

    code: str
    recipient: Partner
    at: datetime
    their_code: str | None
    opened_at: datetime | None


def received_page(work: Work, *, house: House, code: str) -> ReceivedPage:
    """The case that the acting partner received under this code, each fact explained from the value and the agreement alone."""
    row = received_case(work, house=house, code=code)
    policy, vocabulary = policy_loaded(work, version_id=row.policy_version, book=house.book), house.book.vocabulary
    facts = tuple(
        Explained(fact, value, explain_to_recipient(fact, value=value, policy=policy, vocabulary=vocabulary))
        for fact, value in ((fact, row.facts.get(fact)) for fact in FACTS)
    )
    latest = frozenset(fact for fact, revision in row.fact_revisions.items() if revision == row.visible_revision)
    steps = tuple(
        Step(day, tuple(fact for fact in FACTS if row.fact_revisions[fact] == revision)) for revision, day in enumerate(row.revised_on, 1)
    )
    purposes = tuple(vocabulary.purposes[purpose] for purpose in row.purposes)
    secrecy = SECRECY if row.giver.kind is Kind.POLICE else ""
    return ReceivedPage(row, facts, latest if row.news == "changed" else frozenset(), steps[::-1], policy, purposes, secrecy)


def own_page(work: Work, *, house: House, code: str) -> OwnPage:
    """The own case under this code, with per recipient what arrives there and why."""
    found = own_case(work, house=house, code=code)
    giver = partners_by_id(work)[work.partner]
    return OwnPage(found, tuple(_recipient_page(work, house, (giver, found), given) for given in found.given))


def withdrawal_receipt(work: Work, *, house: House, code: str, recipient: str) -> WithdrawalReceipt:
    """The receipt of the latest withdrawal for this recipient; NotFound when consent stands otherwise."""
    found = own_case(work, house=house, code=code)
    consent = next((one for one in found.consents if one.recipient.slug == recipient and one.state == "withdrawn"), None)
    if consent is None:
        raise NotFound
    given = next((one for one in found.given if one.recipient.slug == recipient), None)
    return WithdrawalReceipt(
        found.code, consent.recipient, consent.history[0].at, given.code if given else None, given.opened_at if given else None
    )


def consent_of(case: OwnCase, *, recipient: str) -> Consent:
    """Where the consent for one recipient stands; NotFound for a recipient whose agreement asks for none."""
    found = next((one for one in case.consents if one.recipient.slug == recipient), None)
    if found is None:
        raise NotFound
    return found


def _recipient_page(work: Work, house: House, about: tuple[Partner, OwnCase], given: Given) -> RecipientPage:
    giver, case = about
    policy = policy_loaded(work, version_id=given.policy_version, book=house.book) if given.policy_version else None
    terms = Terms(given.recipient, policy, None, house.book.floor, house.book.vocabulary)
    because = _rules_at_work(case, giver, given, house)
    facts = tuple(
        Explained(fact, given.shown.get(fact), explain_to_giver(fact, state=given.states[fact], because=because, terms=terms))
        for fact in FACTS
    )
    obstacles = tuple(reason_in_dutch(reason, floor=house.book.floor) for reason in given.because)
    consent = next((one for one in case.consents if one.recipient.id == given.recipient.id), None)
    return RecipientPage(given, facts if given.state == "shown" else (), obstacles, consent, _counts(given))


def _rules_at_work(case: OwnCase, giver: Partner, given: Given, house: House) -> tuple[str, ...]:
    """The rules of the floor that apply to this case and recipient; a shown row keeps its letters, not its reasons."""
    words, floor, kind = strict_words(case.circumstances, vocabulary=house.book.vocabulary), house.book.floor, PolicyKind(given.kind)
    levels = tuple(rule.id for rule in floor.anonymity if rule.level == words["anonymity"])
    return levels + tuple(rule.id for rule in floor.rules if rule.applies(words, giver=giver.kind, kind=kind))


def _counts(given: Given) -> dict[str, int]:
    letters = Counter(given.states.values() if given.state == "shown" else ())
    return {"given": letters["g"], "coarser": letters["k"], "withheld": sum(letters[letter] for letter in WITHHELD)}
