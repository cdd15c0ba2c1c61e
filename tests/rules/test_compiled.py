"""The compiled decision gives the same answer as the plain one, to every question."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hub.sharing import compiled
from hub.sharing.compiled import compile_terms
from hub.sharing.decide import decide
from hub.sharing.facts import FACTS, Absence, Case
from hub.sharing.policy import Condition, Policy, Reach
from hub.sharing.projection import NO_POLICY, Nothing
from hub.sharing.question import Occasion, Terms
from tests.generated import BOOK, PAIRS, any_case, any_occasion, full_case, mild_occasion


def any_policy(chance: Random, policy: Policy) -> Policy:
    """The policy as it is, or another that the files do not have: other shapes, reaches and conditions."""
    if chance.random() < 0.5:
        return policy
    words = BOOK.vocabulary.facts
    share = {fact: chance.choice(words[fact].words) for fact in FACTS if chance.random() < 0.7}
    conditions = (
        Condition("ground", frozenset({"ras", "geloof_en_overtuiging"})),
        Condition("online", frozenset({"true"})),
        Condition("status", frozenset({"open"})),
    )
    reaches = frozenset(chance.sample(list(Reach), 2))
    return replace(policy, share=share, conditions=tuple(chance.sample(conditions, chance.randrange(3))), reaches=reaches, sha256="other")


def any_terms(chance: Random) -> tuple[Terms, str]:
    policy, giver, recipient = chance.choice(PAIRS)
    present = any_policy(chance, policy)
    base = chance.choice([None, present, present, policy, any_policy(chance, policy)])
    return Terms(BOOK.partners[recipient], present, base, BOOK.floor, BOOK.vocabulary), giver


@settings(max_examples=60)
@given(seed=some.integers(min_value=0))
def test_the_compiled_decision_answers_every_question_as_the_plain_one_does(seed: int) -> None:
    chance = Random(seed)
    terms, giver = any_terms(chance)
    compiled_terms = compile_terms(terms)
    occasions = [any_occasion(chance, recipient=terms.recipient) for _ in range(3)]

    for _ in range(12):  # many cases on the same terms, so that what is remembered is used
        case, occasion = any_case(chance, giver=BOOK.partners[giver]), chance.choice(occasions)
        assert compiled_terms.decide(case, occasion=occasion) == decide(case, terms=terms, occasion=occasion)


def test_a_pair_without_a_policy_gets_nothing_here_too() -> None:
    policy = BOOK.policy_named("politie--bureaus")
    emmen, outsider = BOOK.partners["bureau-emmen"], BOOK.partners["buitenstaander"]
    case = full_case("politie-noord-nederland", "bureau-emmen")

    for recipient, one, giver in ((emmen, None, case.giver), (outsider, policy, case.giver), (emmen, policy, outsider)):
        terms = Terms(recipient, one, one, BOOK.floor, BOOK.vocabulary)
        answer = compile_terms(terms).decide(replace(case, giver=giver), occasion=mild_occasion(recipient.slug))
        assert answer == Nothing((NO_POLICY,))


def test_what_is_remembered_stays_small_and_is_forgotten_without_changing_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MOST_REMEMBERED", 3)
    chance, policy = Random(1), BOOK.policy_named("coc--bureaus.referral")
    terms = Terms(BOOK.partners["bureau-emmen"], policy, policy, BOOK.floor, BOOK.vocabulary)
    compiled_terms = compile_terms(terms)

    for _ in range(60):
        case, occasion = any_case(chance, giver=BOOK.partners["coc-friesland"]), any_occasion(chance, recipient=terms.recipient)
        assert compiled_terms.decide(case, occasion=occasion) == decide(case, terms=terms, occasion=occasion)

    assert all(len(cells) <= 3 for cells in compiled_terms._cells.values())
    assert len(compiled_terms._plans) <= 3


def test_no_text_of_a_case_is_remembered() -> None:
    policy = BOOK.policy_named("bureaus--politie")
    terms = Terms(BOOK.partners["politie-noord-nederland"], policy, policy, BOOK.floor, BOOK.vocabulary)
    compiled_terms, case = compile_terms(terms), full_case("bureau-emmen", "politie-noord-nederland")

    compiled_terms.decide(case, occasion=mild_occasion("politie-noord-nederland"))

    assert str(case.facts["narrative"]) not in repr((compiled_terms._plans, compiled_terms._cells))


def test_an_absence_is_not_mistaken_for_a_word_that_is_spelt_alike() -> None:
    policy = BOOK.policy_named("politie--bureaus")
    terms = Terms(BOOK.partners["bureau-emmen"], policy, policy, BOOK.floor, BOOK.vocabulary)
    compiled_terms, case = compile_terms(terms), full_case("politie-noord-nederland", "bureau-emmen")
    occasion: Occasion = mild_occasion("bureau-emmen")

    for word in ("unknown", Absence.UNKNOWN, "unknown"):
        asked: Case = replace(case, facts={**case.facts, "terrain": word})
        assert compiled_terms.decide(asked, occasion=occasion) == decide(asked, terms=terms, occasion=occasion)
