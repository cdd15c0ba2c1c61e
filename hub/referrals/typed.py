"""What somebody typed about a referral, done: a form and its deed; and the form as it stands before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hub.cases.actions import ConsentAsked
from hub.cases.consenting import EvidenceForm
from hub.cases.forms import FormRefused
from hub.cases.house import House
from hub.cases.queries import OwnCase, own_case
from hub.cases.referring import referral_policies
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, NotFound, Problem
from hub.kernel.schemas import load
from hub.kernel.words import Secret
from hub.partners.queries import partners_by_id
from hub.partners.rules import Kind, Partner
from hub.referrals.actions import Entered, enter_code, give_new_code, offer, say
from hub.referrals.feedback import Concern, concerns, may_state, state_concern
from hub.referrals.queries import Referral, of_case, referral
from hub.referrals.rules import read_code
from hub.sharing.asking import asked_in_dutch, in_shape
from hub.sharing.vocabulary import strict_words
from hub.threads.rules import Said, Word

Typed = Mapping[str, Sequence[str]]
ALL, SOME = "alles", "deel"
NOT_YET = "Nog niet alles is goed ingevuld. Er is niets doorverwezen."
NOT_CHOSEN = "Kies wat u doet."
NEEDS_GUARDIAN = "Deze melder is jonger dan 16 jaar, of de leeftijd is niet bekend: vraag het de ouder of voogd."
STEPS = {word.value: word for word in (Word.SEEN, Word.ACCEPTED, Word.DECLINED, Word.IN_PROGRESS, Word.COMPLETED, Word.WITHDRAWN)}
OF_AGE = "16_or_older"


@dataclass(frozen=True, slots=True)
class Choice:
    """An own case, the bureaus to which its reporter can be referred, and the referrals that there were."""

    case: OwnCase
    bureaus: tuple[Partner, ...]
    before: tuple[Referral, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What is asked of the reporter about one bureau: the words to read out, and what it may see."""

    code: str
    recipient: Partner
    spoken: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    needs_guardian: bool
    answer_within: str
    outcome_within: str


@dataclass(frozen=True, slots=True)
class About:
    """An own case, and whose cases it is said to be about."""

    code: str
    concerns: tuple[Concern, ...]
    may_state: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """What was said about all own cases, and whether an agreement asks for it."""

    concerns: tuple[Concern, ...]
    may_state: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A referral with the code that its reporter takes along."""

    one: Referral
    receipt: Secret


def choice(work: Work, *, code: str, house: House) -> Choice:
    """To whom the reporter of this own case can be referred; NotFound for any other code."""
    case, partners = own_case(work, house=house, code=code), partners_by_id(work)
    return Choice(case, tuple(partners[one] for one in sorted(referral_policies(work, house=house))), of_case(work, code=code))


def offer_form(work: Work, *, code: str, recipient: str, house: House) -> Offer:
    """The question about this bureau; NotFound where no policy lets us refer to it, or the case is not ours."""
    case, partners = own_case(work, house=house, code=code), partners_by_id(work)
    found = next((one for one in referral_policies(work, house=house).values() if partners[one.recipient].slug == recipient), None)
    if found is None:
        raise NotFound
    words, policy, whom = house.book.vocabulary, found.policy, partners[found.recipient]
    by_guardian = strict_words(case.circumstances, vocabulary=words)["reporter_age"] != OF_AGE
    spoken = asked_in_dutch(policy, name=whom.name, vocabulary=words, by_guardian=by_guardian)
    facts = tuple((fact, in_shape(fact, policy=policy, vocabulary=words)) for fact in policy.share)
    return Offer(case.code, whom, spoken, facts, by_guardian, policy.expects["answer_within"], policy.expects["outcome_within"])


def offer_as_typed(work: Work, *, code: str, recipient: str, typed: Typed, house: House) -> Told:
    """Refer the reporter as typed: what it agreed to, who said so and how; FormRefused names every field that is not right."""
    asked = offer_form(work, code=code, recipient=recipient, house=house)
    which, facts = next(iter(typed.get("which", ())), ""), tuple(dict.fromkeys(typed.get("facts", ())))
    evidence, problems = _evidence(typed)
    if which not in (ALL, SOME):
        problems.append(Problem("which", "Kies wat het bureau mag zien."))
    elif which == SOME and not (facts and set(facts) <= {fact for fact, _ in asked.facts}):
        problems.append(Problem("facts", "Kruis aan welke gegevens het bureau mag zien."))
    if asked.needs_guardian and evidence.get("given_by") == "reporter":
        problems.append(Problem("given_by", NEEDS_GUARDIAN))
    if problems:
        raise FormRefused(problems)
    said = ConsentAsked("given", (), facts=facts if which == SOME else None, **evidence)
    done = offer(work, code=code, recipient=recipient, asked=said, house=house)
    return Told(referral(work, thread=done.thread), done.receipt)


def _evidence(typed: Typed) -> tuple[dict[str, Any], list[Problem]]:
    said = {name: typed[name][0] for name in ("given_by", "how", "asked_on") if typed.get(name) and typed[name][0]}
    try:
        return load(EvidenceForm(), said=said, otherwise=NOT_YET), []
    except Invalid as error:
        return {}, list(error.problems)


def step(work: Work, *, thread: UUID, typed: Typed, house: House) -> Word:
    """Do the next step in a referral as typed: a word, its reason, and the bureau where it belongs."""
    one = {name: values[0] for name, values in typed.items() if len(values) == 1}
    word = STEPS.get(one.get("word", ""))
    if word is None:
        raise Invalid(NOT_CHOSEN, (Problem("word", NOT_CHOSEN),))
    reason = one.get("reason") or None if word in (Word.DECLINED, Word.COMPLETED) else None
    slugs = {partner.slug: partner.id for partner in partners_by_id(work).values()}
    names = slugs.get(one.get("names", "")) if word is Word.DECLINED else None
    return say(work, thread=thread, said=Said(word, reason, names), house=house)


def enter(work: Work, *, typed: Typed, origin: str | None, house: House) -> Entered:
    """Look for the referral behind the code as typed; Invalid for what cannot be a code, and that is no try."""
    return enter_code(work, receipt=read_code("".join(typed.get("receipt", ()))), origin=origin, house=house)


def bureaus(work: Work) -> tuple[Partner, ...]:
    """The bureaus besides the acting one: to which a referral may have to go instead."""
    everybody = sorted(partners_by_id(work).values(), key=lambda one: one.name)
    return tuple(one for one in everybody if one.kind is Kind.BUREAU and one.id != work.partner)


def about(work: Work, *, code: str, house: House) -> About:
    """Whose cases this own case is said to be about; NotFound for any other code."""
    case = own_case(work, house=house, code=code)
    return About(case.code, concerns(work, house=house, contribution=case.id), may_state(work, house=house))


def sight(work: Work, *, house: House) -> Sight:
    """What the acting partner said about whose cases its own are."""
    return Sight(concerns(work, house=house), may_state(work, house=house))


def new_code(work: Work, *, thread: UUID, house: House) -> Told:
    """Another receipt code for an own referral, with what it belongs to."""
    receipt = give_new_code(work, thread=thread, house=house)
    return Told(referral(work, thread=thread), receipt)


def state_as_typed(work: Work, *, code: str, typed: Typed, house: House) -> Partner:
    """Say whose case this own case is about, by the code under which we received that one."""
    return state_concern(work, code=code, theirs="".join(typed.get("theirs", ())).strip(), house=house)
