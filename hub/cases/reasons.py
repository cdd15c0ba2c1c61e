"""Why a recipient has what it has of an own case, or has nothing: every reason with its source, for the giver's eyes alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from hub.cases.holding import Hold
from hub.cases.house import House
from hub.cases.queries import Consent, Given
from hub.kernel.clock import today
from hub.partners.rules import Partner
from hub.sharing.dutch import label
from hub.sharing.facts import FACTS, Value
from hub.sharing.policy import Policy, PolicyKind
from hub.sharing.projection import COARSER, FLOOR_PREFIX, HOLD_BACK
from hub.sharing.question import Terms
from hub.sharing.sentences import agreement_in_dutch, day_in_dutch, explain_to_giver, reason_in_dutch
from hub.sharing.vocabulary import Vocabulary, strict_words

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
class RecipientPage:
    """What one recipient has of an own case, with the giver's reasons."""

    given: Given
    policy: Policy | None
    agreement: str
    facts: tuple[Explained, ...]
    because: tuple[str, ...]
    grounds: tuple[str, ...]
    consent: Consent | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class About:
    """What an explanation looks at besides the row: the giver, what only rules look at, what the reporter said, what is held back."""

    giver: Partner
    circumstances: Mapping[str, str]
    consents: tuple[Consent, ...]
    holds: tuple[Hold, ...]


def recipient_page(given: Given, *, policy: Policy | None, about: About, house: House) -> RecipientPage:
    """
    What one recipient has of an own case, or would have, with every reason: for the giver's eyes alone.

    The one way to an explanation: of a row that stands, of an answer that is only foreseen, on pages and on the command line.
    """
    terms = Terms(given.recipient, policy, None, house.book.floor, house.book.vocabulary)
    rules, agreement = _rules_at_work(about, given, house), agreement_in_dutch(policy) if policy else ""
    mine = tuple(one for one in about.holds if one.is_at_work and (one.recipient is None or one.recipient.id == given.recipient.id))
    facts = tuple(Explained(fact, given.shown.get(fact), _why(fact, given, (rules, mine), terms)) for fact in FACTS)
    consent = next((one for one in about.consents if one.recipient.id == given.recipient.id), None)
    obstacles = tuple(_obstacle(reason, consent, house) for reason in sorted(given.because, key=_rank))
    grounds = (
        *(reason_in_dutch(rule, floor=house.book.floor) for rule in rules),
        *((consent_in_dutch(consent),) if consent and consent.history else ()),
        *(hold_in_dutch(one, vocabulary=house.book.vocabulary) for one in mine),
    )
    shown = facts if given.state == "shown" else ()
    return RecipientPage(given, policy, agreement, shown, obstacles, grounds, consent, _counts(given))


def _why(fact: str, given: Given, at_work: tuple[tuple[str, ...], tuple[Hold, ...]], terms: Terms) -> str:
    """The sentence beside one fact; the agreement is named once on the page, a hold-back with its reason at each fact it touches."""
    rules, mine = at_work
    held, state = [one for one in mine if one.fact == fact], given.states[fact]
    because = (*rules, "held_back") if held and state == COARSER else rules
    sentence = explain_to_giver(fact, state=state, because=because, terms=terms)
    if terms.policy is not None:
        sentence = sentence.removesuffix(agreement_in_dutch(terms.policy)).rstrip()
    touched = held if state in (COARSER, HOLD_BACK) else []
    return " ".join([sentence, *(f"Uw reden: {one.because}{_until(one)}." for one in touched)])


def hold_in_dutch(one: Hold, *, vocabulary: Vocabulary) -> str:
    """One hold-back as a sentence: what, in which shape, for whom, why, and until when."""
    whom = one.recipient.name if one.recipient else "alle ontvangers"
    if one.fact is None:
        return f"U houdt de hele zaak tegen voor {whom}: {one.because}{_until(one)}."
    words = vocabulary.facts[one.fact]
    how = f"geeft {words.dutch} niet preciezer dan {words.precisions[words.step(one.precision)].dutch}" if one.precision else ""
    return f"U {how or f'houdt {words.dutch} tegen'} voor {whom}: {one.because}{_until(one)}."


def _until(one: Hold) -> str:
    return f" (tot en met {day_in_dutch(one.until)})" if one.until else ""


def consent_in_dutch(consent: Consent) -> str:
    """Where the reporter's consent stands as a sentence: the evidence of it (AVG art. 7 lid 1), in closed words."""
    said = consent.history[0]
    asked = said.asked_on or today(said.at)
    who = "de wettelijk vertegenwoordiger" if said.given_by == "guardian" else "de melder"
    until = f", geldig tot en met {day_in_dutch(said.until)}" if said.until else ""
    how = f"{day_in_dutch(asked)}, {label(said.how, of='how')}, aan {who}{until}"
    return f"Toestemming: {label(consent.state, of='consent').lower()}. Gevraagd op {how}."


def _rank(reason: str) -> int:
    """What the agreement leaves out stands first, then the law, and last what the reporter can still change."""
    return 2 if reason in ASKS_CONSENT else int(reason.startswith(FLOOR_PREFIX))


def _obstacle(reason: str, consent: Consent | None, house: House) -> str:
    if reason == "no_consent" and consent is not None and consent.state in NO_CONSENT:
        return NO_CONSENT[consent.state]
    return reason_in_dutch(reason, floor=house.book.floor)


def _rules_at_work(about: About, given: Given, house: House) -> tuple[str, ...]:
    """The rules of the floor that apply to this case and recipient; a shown row keeps its letters, not its reasons."""
    words, floor, kind = strict_words(about.circumstances, vocabulary=house.book.vocabulary), house.book.floor, PolicyKind(given.kind)
    levels = tuple(rule.id for rule in floor.anonymity if rule.level == words["anonymity"])
    return levels + tuple(rule.id for rule in floor.rules if rule.applies(words, giver=about.giver.kind, kind=kind))


def _counts(given: Given) -> dict[str, int]:
    letters = Counter(given.states.values() if given.state == "shown" else ())
    return {"given": letters["g"], "coarser": letters["k"], "withheld": sum(letters[letter] for letter in WITHHELD)}
