"""One case as a page shows it: each fact with the sentence that explains it; the giver reads all, the recipient what it may know."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hub.cases.actions import TYPES_CASES
from hub.cases.forms import NOT_TYPED, questions_for
from hub.cases.house import House
from hub.cases.queries import Consent, Given, OwnCase, OwnLine, OwnWanted, own_case, own_cases
from hub.cases.received import Received, Wanted, news, received, received_case
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.partners.queries import partners_by_id
from hub.partners.rules import Kind, Partner
from hub.sharing.facts import FACTS, Absence, Value
from hub.sharing.policy import Policy, PolicyKind
from hub.sharing.projection import FLOOR_PREFIX
from hub.sharing.queries import givers_in_force, policies_loaded, policy_loaded
from hub.sharing.question import Terms
from hub.sharing.sentences import agreement_in_dutch, explain_to_giver, explain_to_recipient, reason_in_dutch, shared_as
from hub.sharing.vocabulary import Vocabulary, strict_words

SECRECY = "Deze gegevens komen van de politie. U houdt ze geheim, behalve als een wet u verplicht ze te geven (Wpg art. 7 lid 2)."
LATEST = 6
WITHHELD = frozenset("aftph")
NO_CONSENT = {  # what the giver reads instead of one sentence for all of these
    "not_asked": "De melder is voor deze ontvanger nog niet om toestemming gevraagd.",
    "refused": "De melder wil niet dat deze ontvanger de zaak krijgt.",
    "withdrawn": "De melder trok de toestemming voor deze ontvanger in.",
    "expired": "De toestemming voor deze ontvanger is verlopen.",
}
ASKS_CONSENT = frozenset({"no_consent", "guardian_needed", "purpose_not_consented"})


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
    agreement: str
    facts: tuple[Explained, ...]
    because: tuple[str, ...]
    consent: Consent | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """An own case with everything about who receives it."""

    case: OwnCase
    facts: Mapping[str, Value | Absence]
    answers: Mapping[str, str]
    recipients: tuple[RecipientPage, ...]


@dataclass(frozen=True, slots=True)
class OwnList:
    """A page of the list of own cases."""

    lines: tuple[OwnLine, ...]
    has_more: bool
    can_type: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page after logging in."""

    today: date
    new: int
    changed: int
    received: tuple[Received, ...]
    own: tuple[OwnLine, ...]
    can_type: bool
    givers: tuple[Partner, ...]


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
        Explained(fact, value, _to_recipient(fact, value, policy, vocabulary))
        for fact, value in ((fact, row.facts.get(fact)) for fact in FACTS)
    )
    latest = frozenset(fact for fact, revision in row.fact_revisions.items() if revision == row.visible_revision)
    steps = tuple(
        Step(day, tuple(fact for fact in FACTS if row.fact_revisions[fact] == revision)) for revision, day in enumerate(row.revised_on, 1)
    )
    purposes = tuple(vocabulary.purposes[purpose] for purpose in row.purposes)
    secrecy = SECRECY if row.giver.kind is Kind.POLICE else ""
    return ReceivedPage(row, facts, latest if row.news == "changed" else frozenset(), steps[::-1], policy, purposes, secrecy)


def _to_recipient(fact: str, value: Value | None, policy: Policy, vocabulary: Vocabulary) -> str:
    """The page shows the value itself, so beside it stands only in which precision it is shared."""
    if value is not None:
        return shared_as(fact, policy=policy, vocabulary=vocabulary)
    return explain_to_recipient(fact, value=None, policy=policy, vocabulary=vocabulary)


def own_page(work: Work, *, house: House, code: str) -> OwnPage:
    """The own case under this code, with per recipient what arrives there and why."""
    found = own_case(work, house=house, code=code)
    giver = partners_by_id(work)[work.partner]
    can_know = {fact for fact, words in house.book.vocabulary.facts.items() if giver.kind in words.known_by and fact not in NOT_TYPED}
    facts = {fact: value for fact, value in found.facts.items() if fact in can_know or not isinstance(value, Absence)}
    policies = policies_loaded(work, version_ids=(given.policy_version for given in found.given), book=house.book)
    pages = (_recipient_page(house, (giver, found), given, policies.get(given.policy_version)) for given in found.given)
    asked = questions_for(giver.kind, vocabulary=house.book.vocabulary)
    return OwnPage(found, facts, {name: found.circumstances.get(name, "unknown") for name in asked}, tuple(pages))


def own_list(work: Work, *, house: House, wanted: OwnWanted) -> OwnList:
    """A page of own cases, whether there are more, and whether this partner types cases."""
    lines = own_cases(work, house=house, wanted=wanted)
    can_type = partners_by_id(work)[work.partner].kind in TYPES_CASES
    return OwnList(lines[: wanted.limit], len(lines) > wanted.limit, can_type)


def overview(work: Work, *, house: House) -> Overview:
    """What somebody sees first: how much is news, the last that was received, and the last of our own."""
    counts = news(work)
    latest = received(work, house=house, wanted=Wanted(limit=LATEST)).rows
    own = own_list(work, house=house, wanted=OwnWanted(limit=LATEST))
    return Overview(today(work.now), counts["new"], counts["changed"], latest, own.lines, own.can_type, () if latest else givers(work))


def givers(work: Work) -> tuple[Partner, ...]:
    """Who may share cases with the acting partner under an agreement of today; told where nothing was received."""
    partners = partners_by_id(work)
    return tuple(partners[giver] for giver in givers_in_force(work, recipient=work.partner, on=today(work.now)))


def before_withdrawal(work: Work, *, house: House, code: str, recipient: str) -> WithdrawalReceipt:
    """What a withdrawal for this recipient would take away; NotFound when there is no consent to withdraw."""
    return _about_withdrawal(own_case(work, house=house, code=code), recipient, states=("given", "narrowed"))


def withdrawal_receipt(work: Work, *, house: House, code: str, recipient: str) -> WithdrawalReceipt:
    """The receipt of the latest withdrawal for this recipient; NotFound when consent stands otherwise."""
    return _about_withdrawal(own_case(work, house=house, code=code), recipient, states=("withdrawn",))


def _about_withdrawal(case: OwnCase, recipient: str, *, states: tuple[str, ...]) -> WithdrawalReceipt:
    consent = next((one for one in case.consents if one.recipient.slug == recipient and one.state in states), None)
    if consent is None:
        raise NotFound
    given = next((one for one in case.given if one.recipient.slug == recipient), None)
    opened = given.opened_at if given else None
    return WithdrawalReceipt(case.code, consent.recipient, consent.history[0].at, given.code if given else None, opened)


def _recipient_page(house: House, about: tuple[Partner, OwnCase], given: Given, policy: Policy | None) -> RecipientPage:
    giver, case = about
    terms = Terms(given.recipient, policy, None, house.book.floor, house.book.vocabulary)
    because, agreement = _rules_at_work(case, giver, given, house), agreement_in_dutch(policy) if policy else ""
    sentences = ((fact, explain_to_giver(fact, state=given.states[fact], because=because, terms=terms)) for fact in FACTS)
    facts = tuple(Explained(fact, given.shown.get(fact), sentence.removesuffix(agreement).rstrip()) for fact, sentence in sentences)
    consent = next((one for one in case.consents if one.recipient.id == given.recipient.id), None)
    obstacles = tuple(_obstacle(reason, consent, house) for reason in sorted(given.because, key=_rank))
    return RecipientPage(given, agreement, facts if given.state == "shown" else (), obstacles, consent, _counts(given))


def _rank(reason: str) -> int:
    """What the agreement leaves out stands first, then the law, and last what the reporter can still change."""
    return 2 if reason in ASKS_CONSENT else int(reason.startswith(FLOOR_PREFIX))


def _obstacle(reason: str, consent: Consent | None, house: House) -> str:
    if reason == "no_consent" and consent is not None and consent.state in NO_CONSENT:
        return NO_CONSENT[consent.state]
    return reason_in_dutch(reason, floor=house.book.floor)


def _rules_at_work(case: OwnCase, giver: Partner, given: Given, house: House) -> tuple[str, ...]:
    """The rules of the floor that apply to this case and recipient; a shown row keeps its letters, not its reasons."""
    words, floor, kind = strict_words(case.circumstances, vocabulary=house.book.vocabulary), house.book.floor, PolicyKind(given.kind)
    levels = tuple(rule.id for rule in floor.anonymity if rule.level == words["anonymity"])
    return levels + tuple(rule.id for rule in floor.rules if rule.applies(words, giver=giver.kind, kind=kind))


def _counts(given: Given) -> dict[str, int]:
    letters = Counter(given.states.values() if given.state == "shown" else ())
    return {"given": letters["g"], "coarser": letters["k"], "withheld": sum(letters[letter] for letter in WITHHELD)}
