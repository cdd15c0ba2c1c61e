"""Two worlds that differ only in what is hidden from a recipient give that recipient the same bytes."""

from collections import Counter
from dataclasses import replace
from random import Random

from hub.sharing.coarsen import coarsen
from hub.sharing.decide import decide
from hub.sharing.facts import FACTS, STEERING, Absence, Case, Value
from hub.sharing.policy import Policy, PolicyKind, Reach
from hub.sharing.projection import Answer, Nothing, Projection, Shape, recipient_bytes
from hub.sharing.question import Consents, ConsentState, Occasion, Terms, Ties
from hub.sharing.sentences import explain_to_recipient
from hub.sharing.vocabulary import self_and_above, strict_words
from tests.generated import BOOK, PAIRS, TODAY, any_case, any_held, any_steering, any_value, full_case, terms_of

VOCABULARY, FLOOR = BOOK.vocabulary, BOOK.floor
WORLDS = 2400


def rule_bits(case: Case, kind: PolicyKind) -> tuple[object, ...]:
    """Which rules apply: the one thing about the steering facts that may show."""
    words = strict_words(case.circumstances, vocabulary=VOCABULARY)
    applied = tuple(rule.id for rule in FLOOR.rules if rule.applies(words, giver=case.giver.kind, kind=kind))
    return words["anonymity"] == "known", applied, FLOOR.guardian.applies(words)


def other_steering(chance: Random, case: Case, kind: PolicyKind) -> dict[str, str]:
    """Other words for the steering facts under which the same rules apply."""
    for _ in range(200):
        circumstances = {name: chance.choice([*VOCABULARY.steering[name].words, "unknown"]) for name in STEERING}
        if rule_bits(replace(case, circumstances=circumstances), kind) == rule_bits(case, kind):
            return circumstances
    return dict(case.circumstances)


def other_value(chance: Random, fact: str, shape: Shape) -> Value | Absence | None:
    """Another value that has the same shape; any value at all, or none, where nothing is shown."""
    if shape.value is None:
        return chance.choice([*Absence, None])
    for _ in range(30):
        value = any_value(chance, fact=fact)
        if coarsen(value, fact=fact, precision=shape.precision or "", vocabulary=VOCABULARY) == shape.value:
            return value
    return shape.value


def with_unlisted(chance: Random, value: Value | Absence | None, policy: Policy, fact: str) -> Value | Absence | None:
    """The same words with other ones among them that no condition lists; those are never shown."""
    conditions = [one.words for one in policy.conditions if one.fact == fact]
    codes = VOCABULARY.codes_of(fact)
    if not conditions or not isinstance(value, tuple) or codes is None:
        return value
    unlisted = sorted(
        code for code in codes.codes if not any(words.intersection(self_and_above(code, codes=codes)) for words in conditions)
    )
    return tuple(sorted({*value, *chance.sample(unlisted, chance.randrange(3))}))


def other_world(chance: Random, case: Case, answer: Answer, policy: Policy) -> Case:
    """The same case with everything else that the recipient may not see: finer detail, hidden facts, absences, steering, dates."""
    facts = dict(case.facts)
    gate = {one.fact for one in policy.conditions} | ({"place"} if Reach.RECIPIENT_PROVINCE in policy.reaches else set())
    for fact in FACTS:
        if isinstance(answer, Nothing):
            value = case.facts.get(fact) if fact in gate | {"status"} else any_value(chance, fact=fact)
        else:
            shape = answer.shapes[fact]
            is_free = (shape.value is None and fact not in policy.share) or shape.state in "afth"
            value = any_value(chance, fact=fact) if is_free else with_unlisted(chance, other_value(chance, fact, shape), policy, fact)
        facts.pop(fact, None)
        if value is not None:
            facts[fact] = value
    shows_closing = isinstance(answer, Nothing) or answer.shapes["status"].value == "gesloten"
    closed_on = case.closed_on if shows_closing else chance.choice([None, TODAY])
    return Case(case.giver, facts, other_steering(chance, case, policy.kind), TODAY, closed_on)


def question(chance: Random) -> tuple[Case, Terms, Policy, Occasion]:
    policy, giver, recipient = chance.choice(PAIRS)
    case = any_case(chance, giver=BOOK.partners[giver])
    if chance.random() < 0.7:  # in reach, so that there is something to see
        case = replace(case, facts={**case.facts, "place": full_case(giver, recipient).facts["place"], "ground": ("seksuele_gerichtheid",)})
    ties = Ties(frozenset({recipient}), frozenset({recipient}))
    occasion = Occasion(TODAY, Consents(chance.choice(list(ConsentState)[:3])), any_held(chance), ties)
    return case, terms_of(policy, recipient=recipient), policy, occasion


def test_what_is_hidden_does_not_speak() -> None:
    chance, seen, differ = Random(20261104), Counter[str](), 0

    for _ in range(WORLDS):
        case, terms, policy, occasion = question(chance)
        answer = decide(case, terms=terms, occasion=occasion)
        twin = other_world(chance, case, answer, policy)
        others = replace(
            occasion.ties, concerns=occasion.ties.concerns | {"bureau-fryslan"} if len(policy.recipients) == 1 else occasion.ties.concerns
        )
        other = decide(twin, terms=terms, occasion=replace(occasion, ties=others))
        assert recipient_bytes(answer) == recipient_bytes(other), (policy.name, case, twin)
        seen[f"{policy.name} {type(answer).__name__}"] += 1
        differ += answer.states != other.states

    assert sum(count for what, count in seen.items() if what.endswith("Projection")) > WORLDS / 4
    assert len({what for what in seen if what.endswith("Projection")}) == len(BOOK.policies)
    assert differ > WORLDS / 10, "the worlds must differ in what only the giver sees, or this test proves nothing"


def test_a_leak_of_the_absence_or_of_the_reason_would_be_found() -> None:
    chance, found = Random(7), Counter[str]()

    for _ in range(300):
        case, terms, policy, occasion = question(chance)
        answer = decide(case, terms=terms, occasion=occasion)
        other = decide(other_world(chance, case, answer, policy), terms=terms, occasion=occasion)
        if isinstance(answer, Projection) and isinstance(other, Projection):
            found["states"] += answer.states != other.states
            found["because"] += answer.because != other.because

    assert found["states"] > 10
    assert found["because"] > 0


def test_the_recipients_explanation_is_the_same_for_every_absence_and_every_case_of_the_pair() -> None:
    chance = Random(11)

    for _ in range(200):
        case, terms, policy, occasion = question(chance)
        answer = decide(case, terms=terms, occasion=occasion)
        if not isinstance(answer, Projection):
            continue
        for fact, shape in answer.shapes.items():
            said = explain_to_recipient(fact, value=shape.value, policy=policy, vocabulary=VOCABULARY)
            if shape.value is None:
                assert said == policy.not_shared.get(fact, "Niet gedeeld.")
            else:
                assert said.startswith(VOCABULARY.facts[fact].dutch[:1].upper())


def test_unanswered_steering_facts_count_as_the_strictest() -> None:
    chance = Random(3)
    for _ in range(100):
        words = strict_words(any_steering(chance), vocabulary=VOCABULARY)
        assert all(words[name] in VOCABULARY.steering[name].words for name in STEERING)
    strictest = {"anonymity": "full", "reporter_age": "under_16", "inquiry": "preliminary", "police_regime": "art9", "prosecution": "open"}

    assert strict_words({}, vocabulary=VOCABULARY) == {**strictest, "weighty_interest": "none"}
    assert strict_words(dict.fromkeys(STEERING, "unknown"), vocabulary=VOCABULARY) == strict_words({}, vocabulary=VOCABULARY)
