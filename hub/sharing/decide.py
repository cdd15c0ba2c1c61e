"""THE decision: what this recipient may have of this case, and why."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from hub.sharing.coarsen import coarsen
from hub.sharing.compare import meet
from hub.sharing.facts import FACTS, Absence, Case
from hub.sharing.policy import Basis, Condition, ExistingCases, Policy, PolicyKind, Purpose, Reach
from hub.sharing.projection import (
    AGREEMENT,
    ANONYMITY,
    COARSER,
    CONSENT,
    ERASED,
    FLOOR,
    FLOOR_PREFIX,
    GIVEN,
    HOLD_BACK,
    KEPT_LONG_ENOUGH,
    NO_POLICY,
    NOT_ASKED,
    UNKNOWN,
    Answer,
    Nothing,
    Projection,
    Shape,
)
from hub.sharing.question import Consents, ConsentState, Occasion, Terms
from hub.sharing.vocabulary import Vocabulary, self_and_above, step_of_code, strict_words

LETTER_OF_ABSENCE = {Absence.UNKNOWN: UNKNOWN, Absence.NOT_ASKED: NOT_ASKED, Absence.ERASED: ERASED}


@dataclass(frozen=True, slots=True)
class Limit:
    """How fine a fact may be after one step, and why."""

    step: int
    letter: str
    reason: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """What all steps together leave: the reasons against a row, if any, and the strictest limit per fact."""

    closed: tuple[str, ...]
    limits: Mapping[str, Limit]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one step takes away: the row (with reasons), or the fineness of some facts."""

    closes: tuple[str, ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)


class Step(Protocol):
    """One step: looks at the case and says what it takes away; it cannot give anything back."""

    def __call__(self, case: Case, *, policy: Policy, terms: Terms, occasion: Occasion) -> Taken: ...


def anonymity(case: Case, *, policy: Policy, terms: Terms, occasion: Occasion) -> Taken:
    """Step 1: an anonymous reporter stays so."""
    level = strict_words(case.circumstances, vocabulary=terms.vocabulary)["anonymity"]
    rules = [rule for rule in terms.floor.anonymity if rule.level == level]
    return Taken(limits=_hide({fact: rule.id for rule in reversed(rules) for fact in rule.hide}, ANONYMITY, terms))


def legal_floor(case: Case, *, policy: Policy, terms: Terms, occasion: Occasion) -> Taken:
    """Step 2: what the law keeps with the giver, whatever the policy says."""
    words = strict_words(case.circumstances, vocabulary=terms.vocabulary)
    rules = [rule for rule in terms.floor.rules if rule.applies(words, giver=case.giver.kind, kind=policy.kind)]
    hidden = {fact: rule.id for rule in reversed(rules) for fact in rule.hide}
    return Taken(tuple(FLOOR_PREFIX + rule.id for rule in rules if rule.hides_row), _hide(hidden, FLOOR, terms))


def consent(case: Case, *, policy: Policy, terms: Terms, occasion: Occasion) -> Taken:
    """Step 3: the reporter's consent for this recipient, where the policy asks for it."""
    if policy.consent is Basis.NONE:
        return Taken()
    given = occasion.consents
    has_ended = given.until is not None and occasion.on > given.until
    if given.state not in (ConsentState.GIVEN, ConsentState.GIVEN_BY_GUARDIAN) or has_ended:
        return Taken(("no_consent",))
    closes = []
    words = strict_words(case.circumstances, vocabulary=terms.vocabulary)
    if given.state is ConsentState.GIVEN and terms.floor.guardian.applies(words):
        closes.append("guardian_needed")
    if not allowed_purposes(policy, consents=given):
        closes.append("purpose_not_consented")
    narrowed = {} if given.facts is None else {fact: "not_consented" for fact in FACTS if fact not in given.facts}
    return Taken(tuple(closes), _hide(narrowed, CONSENT, terms))


def agreement(case: Case, *, policy: Policy, terms: Terms, occasion: Occasion) -> Taken:
    """Step 4: the policy itself: its term, its reach, its conditions and the facts it shares."""
    closes = []
    if not policy.is_valid(occasion.on):
        closes.append("not_valid")
    elif policy.existing_cases is ExistingCases.STAY_CLOSED and terms.base is None:
        closes.append("stays_closed")
    if Reach.RECIPIENT_PROVINCE in policy.reaches and not _is_in_province(case, terms):
        closes.append("outside_province")
    if Reach.OWN_CASES in policy.reaches and terms.recipient.slug not in occasion.ties.concerns:
        closes.append("not_own_case")
    if policy.kind is PolicyKind.REFERRAL and terms.recipient.slug not in occasion.ties.referrals:
        closes.append("not_referred")
    if not all(listed_words(case, fact=one.fact, policy=policy, vocabulary=terms.vocabulary) for one in policy.conditions):
        closes.append("other_subject")
    return Taken(tuple(closes), {fact: _agreed(fact, policy, terms) for fact in FACTS})


def hold_back(case: Case, *, policy: Policy, terms: Terms, occasion: Occasion) -> Taken:
    """Step 5: what the giver keeps back of this one case."""
    limits = {
        fact: Limit(terms.vocabulary.facts[fact].step(precision), HOLD_BACK, "held_back") for fact, precision in occasion.held.facts.items()
    }
    return Taken(("held_back",) if occasion.held.whole else (), limits)


STEPS: tuple[Step, ...] = (anonymity, legal_floor, consent, agreement, hold_back)


def decide(case: Case, *, terms: Terms, occasion: Occasion, steps: tuple[Step, ...] = STEPS) -> Answer:
    """
    Decide what this recipient may have of this case, and why.

    Five steps; each can only take away. The first step that takes something away gives the reason; every obstacle to the
    row is named. Pure and total: the same question always has the same answer, and no well-formed question raises.
    """
    if terms.policy is None or not terms.policy.is_between(case.giver.slug, recipient=terms.recipient.slug):
        return Nothing((NO_POLICY,))
    policy = effective(terms)
    weighed = weigh(case, policy=policy, terms=terms, occasion=occasion, steps=steps)
    if weighed.closed:
        return Nothing(weighed.closed)
    shapes = {fact: shape(case, fact=fact, limit=weighed.limits[fact], policy=policy, terms=terms) for fact in FACTS}
    until = shown_until(policy, occasion=occasion, closed_on=case.closed_on if closing_is_shown(shapes["status"], terms=terms) else None)
    if until < occasion.on:
        return Nothing((KEPT_LONG_ENOUGH,))
    return Projection(shapes, allowed_purposes(policy, consents=occasion.consents), until)


def weigh(case: Case, *, policy: Policy, terms: Terms, occasion: Occasion, steps: tuple[Step, ...] = STEPS) -> Weighed:
    """All steps put together; of the facts themselves they look at no others than `facts_of_the_gate` names."""
    taken = [step(case, policy=policy, terms=terms, occasion=occasion) for step in steps]
    limits = {fact: _strictest([one.limits[fact] for one in taken if fact in one.limits]) for fact in FACTS}
    closed = tuple(reason for one in taken for reason in one.closes)
    return Weighed(closed or _announces(policy, limits, terms.vocabulary), limits)


def facts_of_the_gate(policy: Policy) -> tuple[str, ...]:
    """The facts on which it depends whether there is a row at all."""
    place = ("place",) if Reach.RECIPIENT_PROVINCE in policy.reaches else ()
    return tuple(dict.fromkeys((*place, *(one.fact for one in policy.conditions))))


def effective(terms: Terms) -> Policy:
    """The policy that counts for this case: an older case sees no more than the version of its time gave."""
    present, base = terms.policy, terms.base
    assert present is not None, "asked only where there is a policy"
    if present.existing_cases is ExistingCases.OPEN_TOO or base is None or base.sha256 == present.sha256:
        return present
    return meet(base, present=present, vocabulary=terms.vocabulary)


def allowed_purposes(policy: Policy, *, consents: Consents) -> frozenset[Purpose]:
    """What the row may be used for: the purposes of the policy, as far as the reporter agreed where that is asked."""
    return policy.purposes if policy.consent is Basis.NONE else policy.purposes & consents.purposes


def closing_is_shown(status: Shape, *, terms: Terms) -> bool:
    """Whether the recipient can see that the case is closed; otherwise the end of the row would tell it."""
    codes = terms.vocabulary.codes_of("status")
    return isinstance(status.value, str) and codes is not None and self_and_above(status.value, codes=codes)[-1] == "gesloten"


def shown_until(policy: Policy, *, occasion: Occasion, closed_on: date | None) -> date:
    """The last day of the row: the end of the policy or the consent, the longest keep, or a while after a closing that is shown."""
    ends = [policy.valid_until, months_after(occasion.first_shown_on or occasion.on, months=policy.keep.at_most)]
    if policy.consent is Basis.REPORTER and occasion.consents.until is not None:
        ends.append(occasion.consents.until)
    if closed_on is not None and policy.keep.after_closing is not None:
        ends.append(months_after(closed_on, months=policy.keep.after_closing))
    return min(ends)


def months_after(day: date, *, months: int) -> date:
    """The same day so many months later, or the last day of that month where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    if day.year + years > date.max.year:
        return date.max
    return date(day.year + years, month + 1, min(day.day, monthrange(day.year + years, month + 1)[1]))


def _hide(reasons: Mapping[str, str], letter: str, terms: Terms) -> dict[str, Limit]:
    return {fact: Limit(terms.vocabulary.facts[fact].hidden, letter, reason) for fact, reason in reasons.items()}


def _agreed(fact: str, policy: Policy, terms: Terms) -> Limit:
    """The precision of the policy; where an older version narrows it, that is the reason."""
    words = terms.vocabulary.facts[fact]
    step = words.step(policy.share.get(fact))
    return Limit(step, AGREEMENT, "not_shared" if step == words.step(agreed_precision(fact, terms=terms)) else "stays_closed")


def _strictest(limits: list[Limit]) -> Limit:
    return max(limits, key=lambda limit: limit.step)  # of equals the first, so the first step gives the reason


def _is_in_province(case: Case, terms: Terms) -> bool:
    place = case.facts.get("place", Absence.NOT_ASKED)
    if isinstance(place, Absence):
        return False
    return coarsen(place, fact="place", precision="province", vocabulary=terms.vocabulary) in terms.recipient.provinces


def listed_words(case: Case, *, fact: str, policy: Policy, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The words of this fact that every condition on it lists; none when the fact has no value."""
    value = case.facts.get(fact, Absence.NOT_ASKED)
    if isinstance(value, Absence):
        return ()
    conditions = [one.words for one in policy.conditions if one.fact == fact]
    words = value if isinstance(value, tuple) else (str(value).lower() if isinstance(value, bool) else str(value),)
    codes = vocabulary.codes_of(fact)
    return tuple(
        word
        for word in words
        if all(allowed.intersection(self_and_above(word, codes=codes) if codes else (word,)) for allowed in conditions)
    )


def _announces(policy: Policy, limits: Mapping[str, Limit], vocabulary: Vocabulary) -> tuple[str, ...]:
    """A row must not exist by grace of a fact that its reader may not see that finely."""
    finest = {one.fact: min(finest_step(one, vocabulary=vocabulary)) for one in policy.conditions}
    if Reach.RECIPIENT_PROVINCE in policy.reaches:
        finest["place"] = min(finest.get("place", 9), vocabulary.facts["place"].step("province"))
    return ("would_announce",) if any(limits[fact].step > step for fact, step in finest.items()) else ()


def finest_step(condition: Condition, *, vocabulary: Vocabulary) -> tuple[int, ...]:
    """Per word of a condition the finest precision at which it can be told; the fact must be shown at least that finely."""
    steps = (step_of_code(word, fact=condition.fact, vocabulary=vocabulary) for word in condition.words)
    return tuple(-1 if step is None else step for step in steps)


def shape(case: Case, *, fact: str, limit: Limit, policy: Policy, terms: Terms) -> Shape:
    """One fact of the case under its limit; of the case this looks at no other fact."""
    words, value = terms.vocabulary.facts[fact], case.facts.get(fact, Absence.NOT_ASKED)
    if limit.step >= words.hidden:
        return Shape(limit.letter, None, None, limit.reason)
    if isinstance(value, Absence):
        return Shape(LETTER_OF_ABSENCE[value], None, None, value.value)
    if isinstance(value, tuple) and any(one.fact == fact for one in policy.conditions):
        value = listed_words(case, fact=fact, policy=policy, vocabulary=terms.vocabulary)
    precision = words.words[limit.step]
    shaped = coarsen(value, fact=fact, precision=precision, vocabulary=terms.vocabulary)
    if shaped is None:
        return Shape(AGREEMENT, None, None, "not_in_vocabulary")
    if limit.step > words.step(agreed_precision(fact, terms=terms)):
        return Shape(COARSER, shaped, precision, limit.reason)
    return Shape(GIVEN, shaped, precision, "shared")


def agreed_precision(fact: str, *, terms: Terms) -> str | None:
    """The precision of the policy in force now, before any older version narrows it."""
    return None if terms.policy is None else terms.policy.share.get(fact)
