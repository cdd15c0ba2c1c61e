"""Which files react to which hidden steering fact: a golden list, found by varying every steering fact alone."""

from collections import defaultdict
from dataclasses import replace
from itertools import product

from hub.sharing.compiled import compile_terms
from hub.sharing.facts import STEERING
from hub.sharing.policy import Policy
from hub.sharing.projection import Answer, Projection, recipient_bytes
from tests.generated import BOOK, full_case, mild_occasion, terms_of

WITH_CONSENT = {"bureaus--politie", "bureaus--om", "bureaus--coc", "coc--bureaus.referral", "politie--bureaus.referral"}
FROM_THE_POLICE = {"politie--bureaus", "politie--bureaus.referral", "politie--coc.counts", "politie--monitor.counts"}
GOLDEN = {
    "anonymity": {"politie--bureaus.referral", "coc--bureaus.referral"},
    "reporter_age": WITH_CONSENT,
    "inquiry": set(),
    "police_regime": FROM_THE_POLICE,
    "prosecution": {"om--bureaus"},
    "weighty_interest": {"om--bureaus"},
}
WORDS = [BOOK.vocabulary.steering[name].words for name in STEERING]


def answers(policy: Policy) -> dict[tuple[str, ...], Answer]:
    """The answer in every combination of words of the six steering facts."""
    giver, recipient = policy.pairs()[0]
    decider, case, occasion = compile_terms(terms_of(policy, recipient=recipient)), full_case(giver, recipient), mild_occasion(recipient)
    return {
        words: decider.decide(replace(case, circumstances=dict(zip(STEERING, words, strict=True))), occasion=occasion)
        for words in product(*WORDS)
    }


ANSWERS = {policy.name: answers(policy) for policy in BOOK.policies}


def variants(name: str, place: int) -> list[list[Answer]]:
    """Groups of answers that differ in this one steering fact only."""
    groups = defaultdict(list)
    for words, answer in ANSWERS[name].items():
        groups[words[:place] + words[place + 1 :]].append(answer)
    return list(groups.values())


def test_only_the_files_of_the_golden_list_react_to_a_steering_fact() -> None:
    found = {
        steering: {name for name in ANSWERS if any(len(set(map(recipient_bytes, group))) > 1 for group in variants(name, place))}
        for place, steering in enumerate(STEERING)
    }

    assert found == GOLDEN


def test_anonymity_changes_nothing_but_the_facts_on_the_reporter() -> None:
    on_the_reporter = {fact for fact, words in BOOK.vocabulary.facts.items() if words.about == "reporter"}

    for name in GOLDEN["anonymity"]:
        for group in variants(name, STEERING.index("anonymity")):
            rests = {
                tuple((fact, value) for fact, value in answer.shown.items() if fact not in on_the_reporter)
                if isinstance(answer, Projection)
                else answer
                for answer in group
            }
            assert len(rests) == 1


def test_every_other_rule_shows_a_row_whole_or_not_at_all() -> None:
    for name, by_words in ANSWERS.items():
        for steering in ("reporter_age", "police_regime", "prosecution", "weighty_interest"):
            for group in variants(name, STEERING.index(steering)):
                assert len({recipient_bytes(answer) for answer in group if isinstance(answer, Projection)}) <= 1
        assert len(by_words) == 3 * 2 * 3 * 4 * 4 * 3
