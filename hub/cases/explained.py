"""One case as a page shows it: each fact with the sentence that explains it; the giver reads all, the recipient what it may know."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from hub.cases.actions import TYPES_CASES
from hub.cases.forms import NOT_TYPED, questions_for
from hub.cases.holding import Hold, holds
from hub.cases.house import House
from hub.cases.queries import OwnCase, OwnLine, OwnWanted, own_case, own_cases
from hub.cases.readable import news
from hub.cases.reasons import About, Explained, RecipientPage, recipient_page
from hub.cases.received import Received, Wanted, received, received_case
from hub.cases.referring import asks
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.partners.queries import partners_by_id
from hub.partners.rules import Kind, Partner
from hub.sharing.facts import FACTS, Absence, Value
from hub.sharing.policy import Policy
from hub.sharing.queries import givers_in_force, policies_loaded, policy_loaded
from hub.sharing.sentences import explain_to_recipient, shared_as
from hub.sharing.vocabulary import Vocabulary
from hub.threads.queries import Recall, asked_of

SECRECY = "Deze gegevens komen van de politie. U houdt ze geheim, behalve als een wet u verplicht ze te geven (Wpg art. 7 lid 2)."
LATEST = 6


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
class OwnPage:
    """An own case with everything about who receives it."""

    case: OwnCase
    facts: Mapping[str, Value | Absence]
    answers: Mapping[str, str]
    recipients: tuple[RecipientPage, ...]
    holds: tuple[Hold, ...]
    may_refer: bool
    may_concern: bool


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
    """What stands of a withdrawal: when, for whom, which row it took away, when that was last opened, and what was asked back."""

    code: str
    recipient: Partner
    at: datetime
    their_code: str | None
    opened_at: datetime | None
    recall: Recall | None = None


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
    about = About(giver, found.circumstances, found.consents, holds(work, contribution=found.id))
    pages = (recipient_page(given, policy=policies.get(given.policy_version), about=about, house=house) for given in found.given)
    asked = questions_for(giver.kind, vocabulary=house.book.vocabulary)
    answers = {name: found.circumstances.get(name, "unknown") for name in asked}
    return OwnPage(found, facts, answers, tuple(pages), about.holds, *asks(work, house=house))


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
    found = _about_withdrawal(own_case(work, house=house, code=code), recipient, states=("withdrawn",))
    return replace(found, recall=asked_of(work, recipient=found.recipient.id, code=found.their_code)) if found.their_code else found


def _about_withdrawal(case: OwnCase, recipient: str, *, states: tuple[str, ...]) -> WithdrawalReceipt:
    consent = next((one for one in case.consents if one.recipient.slug == recipient and one.state in states), None)
    if consent is None:
        raise NotFound
    given = next((one for one in case.given if one.recipient.slug == recipient), None)
    opened = given.opened_at if given else None
    return WithdrawalReceipt(case.code, consent.recipient, consent.history[0].at, given.code if given else None, opened)
