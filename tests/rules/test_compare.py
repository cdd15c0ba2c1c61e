"""Comparing two versions of a policy: every change is named, in the right direction."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from random import Random

import pytest

from hub.sharing.compare import Change, Way, direction, meet, overall
from hub.sharing.decide import decide
from hub.sharing.facts import FACTS
from hub.sharing.policy import Basis, Condition, ExistingCases, Policy, PolicyKind, Purpose, Reach
from hub.sharing.question import Terms
from tests.generated import BOOK, any_case, any_occasion, is_no_finer

WORDS = BOOK.vocabulary.facts
NARROWER, WIDER, BOTH = Way.NARROWER, Way.WIDER, Way.BOTH
Mutant = tuple[Policy, str, Way]


def fact_mutants(policy: Policy) -> Iterator[Mutant]:
    """Each fact one step finer, one step coarser, from hidden to shown and back."""
    for fact in FACTS:
        words, step = WORDS[fact].words, WORDS[fact].step(policy.share.get(fact))
        for other, way in ((step - 1, WIDER), (step + 1, NARROWER)):
            if other == len(words):
                yield replace(policy, share={one: word for one, word in policy.share.items() if one != fact}), fact, way
            elif 0 <= other < len(words):
                yield replace(policy, share={**policy.share, fact: words[other]}), fact, way


def row_mutants(policy: Policy) -> Iterator[Mutant]:
    """Other reach, conditions, consent, purposes, term, keep, pairs and treatment of older cases."""
    everything = policy.reaches == {Reach.EVERYTHING}
    for reach in set(Reach) - policy.reaches:
        way = WIDER if reach is Reach.EVERYTHING else NARROWER if everything else BOTH
        yield replace(policy, reaches=frozenset({reach})), "reach", way
    one_more = (*policy.conditions, Condition("online", frozenset({"true"})))
    yield replace(policy, conditions=one_more), "only_if", NARROWER
    for condition in policy.conditions:
        rest = tuple(one for one in policy.conditions if one != condition)
        fewer = frozenset(sorted(condition.words)[1:])
        yield replace(policy, conditions=rest), "only_if", WIDER
        yield replace(policy, conditions=(*rest, replace(condition, words=condition.words | {"ras"}))), "only_if", WIDER
        yield replace(policy, conditions=(*rest, replace(condition, words=fewer))), "only_if", NARROWER
        yield replace(policy, conditions=(*rest, replace(condition, words=frozenset({"ras"})))), "only_if", BOTH
        yield replace(policy, conditions=(*rest, replace(condition, words=frozenset({"gender_en_seksualiteit"})))), "only_if", WIDER
    other = Basis.REPORTER if policy.consent is Basis.NONE else Basis.NONE
    yield replace(policy, consent=other), "consent", NARROWER if other is Basis.REPORTER else WIDER
    for purpose in Purpose:
        has_it = purpose in policy.purposes
        yield replace(policy, purposes=policy.purposes ^ {purpose}), "purposes", NARROWER if has_it else WIDER
    day = timedelta(days=1)
    yield replace(policy, valid_until=policy.valid_until + day), "valid", WIDER
    yield replace(policy, valid_from=policy.valid_from + day), "valid", NARROWER
    yield replace(policy, valid_from=policy.valid_from + day, valid_until=policy.valid_until + day), "valid", BOTH
    yield replace(policy, keep=replace(policy.keep, at_most=policy.keep.at_most + 1)), "keep", WIDER
    yield replace(policy, keep=replace(policy.keep, after_closing=1)), "keep", NARROWER
    if policy.keep.after_closing:
        yield replace(policy, keep=replace(policy.keep, after_closing=None)), "keep", WIDER
        yield replace(policy, keep=replace(policy.keep, after_closing=None, at_most=1)), "keep", BOTH
    opened = policy.existing_cases is ExistingCases.OPEN_TOO
    treatment = ExistingCases.STAY_CLOSED if opened else ExistingCases.OPEN_TOO
    yield replace(policy, existing_cases=treatment), "existing_cases", NARROWER if opened else WIDER
    yield replace(policy, recipients=(*policy.recipients, "buitenstaander")), "pairs", WIDER
    yield replace(policy, givers=("buitenstaander",)), "pairs", BOTH
    yield replace(policy, kind=next(kind for kind in PolicyKind if kind is not policy.kind)), "kind", BOTH


MUTANTS = [(policy, *mutant) for policy in BOOK.policies for mutant in (*fact_mutants(policy), *row_mutants(policy))]


def test_every_mutant_is_reported_at_its_point_and_in_the_right_direction() -> None:
    wrong = [
        (policy.name, point, way, changes)
        for policy, mutant, point, way in MUTANTS
        if (changes := direction(policy, new=mutant, vocabulary=BOOK.vocabulary)) != (Change(point, way),)
    ]

    assert wrong == []
    assert len(MUTANTS) > 400


def test_the_way_back_is_the_opposite_way() -> None:
    opposite = {WIDER: NARROWER, NARROWER: WIDER, BOTH: BOTH}

    for policy, mutant, point, way in MUTANTS:
        assert direction(mutant, new=policy, vocabulary=BOOK.vocabulary) == (Change(point, opposite[way]),)


def test_a_change_of_words_only_is_no_change_for_the_recipient() -> None:
    for policy in BOOK.policies:
        other = replace(policy, version=policy.version + 1, title="Een andere titel", text="", sha256="other")
        assert direction(policy, new=other, vocabulary=BOOK.vocabulary) == ()
        assert overall(()) is Way.EQUAL


def test_a_policy_that_gives_more_here_and_less_there_is_both() -> None:
    policy = BOOK.policies[0]
    mixed = replace(policy, share={**policy.share, "place": "municipality", "incident_date": "year"})

    changes = direction(policy, new=mixed, vocabulary=BOOK.vocabulary)

    assert set(changes) == {Change("place", WIDER), Change("incident_date", NARROWER)}
    assert overall(changes) is BOTH
    assert overall(changes[:1]) in (WIDER, NARROWER)


@pytest.mark.parametrize("policy", BOOK.policies, ids=lambda policy: policy.name)
def test_the_meet_is_no_wider_than_either_version(policy: Policy) -> None:
    others = [mutant for one, mutant, point, _ in MUTANTS if one is policy and point not in ("pairs", "kind", "valid", "existing_cases")]
    chance = Random(5)

    for base, present in chance.sample(list(combinations(others, 2)), 40):
        both = meet(base, present=present, vocabulary=BOOK.vocabulary)
        for one in (base, present):
            ways = {change.way for change in direction(one, new=both, vocabulary=BOOK.vocabulary)}
            assert ways <= {NARROWER}, (base, present)
        assert meet(base, present=both, vocabulary=BOOK.vocabulary) == both


def test_a_narrower_version_never_shows_anything_finer() -> None:
    chance = Random(9)
    narrower = [mutant for mutant in MUTANTS if mutant[3] is NARROWER and mutant[2] not in ("pairs", "kind")]

    for policy, mutant, _, _ in chance.sample(narrower, 150):
        giver, recipient = chance.choice(policy.pairs())
        case, occasion = any_case(chance, giver=BOOK.partners[giver]), any_occasion(chance, recipient=BOOK.partners[recipient])
        wide, narrow = (Terms(BOOK.partners[recipient], one, one, BOOK.floor, BOOK.vocabulary) for one in (policy, mutant))
        assert is_no_finer(decide(case, terms=narrow, occasion=occasion), than=decide(case, terms=wide, occasion=occasion))
