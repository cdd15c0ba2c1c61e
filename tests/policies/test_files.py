"""The folder `policies/` as it stands: every file readable, every sentence true, one vocabulary everywhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.partners.rules import Kind
from hub.sharing.decide import decide
from hub.sharing.examples import Outcome, check_directory, run_sentences
from hub.sharing.facts import FACTS, STEERING
from hub.sharing.policy import Policy
from hub.sharing.projection import Nothing, Projection
from hub.sharing.question import Occasion
from hub.sharing.vocabulary import step_of_code
from tests.generated import BOOK, PAIRS, POLICIES, full_case, mild_occasion, terms_of

OUTCOMES = run_sentences(POLICIES / "tests", book=BOOK)


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: f"{outcome.file}: {outcome.says}")
def test_every_sentence_holds(outcome: Outcome) -> None:
    assert outcome.fault is None


def test_the_check_of_the_folder_finds_no_fault_and_counts_what_it_played() -> None:
    checked = check_directory(POLICIES)

    assert [one.file for one in checked if one.faults] == []
    assert len(checked) == len(BOOK.policies)
    assert all(one.tests >= 2 and one.pairs for one in checked)


def test_every_policy_has_a_sentence_that_shows_and_one_that_refuses() -> None:
    shown = {(outcome.policy, outcome.is_shown) for outcome in OUTCOMES}

    assert {(policy.name, is_shown) for policy in BOOK.policies for is_shown in (True, False)} <= shown


def test_the_partners_stand_in_the_order_of_their_numbers() -> None:
    slugs = (
        "bureau-drenthe bureau-emmen bureau-groningen bureau-fryslan politie-noord-nederland om-noord-nederland "
        "coc-groningen-drenthe coc-friesland buitenstaander monitor-noord"
    ).split()

    assert list(BOOK.partners) == slugs
    assert [partner.id for partner in BOOK.partners.values()] == list(range(1, 11))
    assert [partner.code_mark for partner in BOOK.partners.values()] == list(range(1, 11))


def test_no_policy_names_the_outsider() -> None:
    assert not any("buitenstaander" in (*policy.givers, *policy.recipients) for policy in BOOK.policies)


def test_the_monitor_is_reached_by_counts_only_and_gives_nothing() -> None:
    reached = {policy.kind for policy in BOOK.policies if "monitor-noord" in policy.recipients}

    assert {str(kind) for kind in reached} == {"counts"}
    assert BOOK.partners["monitor-noord"].kind is Kind.STATISTICS
    assert not any("monitor-noord" in policy.givers for policy in BOOK.policies)


def test_every_bureau_has_the_same_agreements() -> None:
    bureaus = {slug for slug, partner in BOOK.partners.items() if partner.kind is Kind.BUREAU} - {"buitenstaander"}

    for policy in BOOK.policies:
        for side in (policy.givers, policy.recipients):
            assert not bureaus & set(side) or bureaus == set(side), policy.name


def test_all_examples_say_that_they_are_examples() -> None:
    assert all(policy.example and "VOORBEELD" in policy.decision.reference for policy in BOOK.policies)


@pytest.mark.parametrize("policy", BOOK.policies, ids=lambda policy: policy.name)
def test_a_policy_holds_on_its_first_and_last_day_and_on_no_day_around_them(policy: Policy) -> None:
    giver, recipient = policy.pairs()[0]
    terms = terms_of(replace(policy, keep=replace(policy.keep, at_most=240)), recipient=recipient)
    days = {policy.valid_from: True, policy.valid_until: True}
    days |= {policy.valid_from - timedelta(1): False, policy.valid_until + timedelta(1): False}

    for day, is_valid in days.items():
        occasion: Occasion = replace(mild_occasion(recipient), on=day)
        answer = decide(full_case(giver, recipient), terms=terms, occasion=occasion)
        assert isinstance(answer, Projection) is is_valid, day
        assert is_valid or answer == Nothing(("not_valid",))


def test_every_fact_stands_exactly_once_in_every_policy() -> None:
    for policy in BOOK.policies:
        assert sorted([*policy.share, *policy.not_shared]) == sorted(FACTS), policy.name


def test_no_file_shares_a_steering_fact_or_a_fact_its_giver_cannot_know() -> None:
    for policy, giver, _ in PAIRS:
        assert not set(STEERING) & set(policy.share)
        assert all(BOOK.partners[giver].kind in BOOK.vocabulary.facts[fact].known_by for fact in policy.share)


def test_a_sub_code_stands_in_the_family_of_its_code() -> None:
    for codes in BOOK.vocabulary.lists.values():
        for code in codes.codes:
            broad = code.partition("/")[0]
            assert broad in codes.codes
            assert codes.parents.get(code) == codes.parents.get(broad)


def test_every_code_has_a_precision_at_which_it_can_be_told() -> None:
    for fact in FACTS:
        codes = BOOK.vocabulary.codes_of(fact)
        for code in codes.codes | codes.coarse if codes else ():
            assert step_of_code(code, fact=fact, vocabulary=BOOK.vocabulary) is not None, (fact, code)
