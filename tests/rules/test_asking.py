"""What is read out to a reporter: every fact that would go, whom it goes to and how to take a yes back; nothing that does not go."""

import pytest

from hub.sharing.asking import FREE, GUARDIAN, NEVER, NOTHING_OF_YOU, asked_in_dutch
from hub.sharing.policy import Basis
from hub.sharing.vocabulary import About
from tests.generated import BOOK

ASKED = [policy for policy in BOOK.policies if policy.consent is Basis.REPORTER]


@pytest.mark.parametrize("policy", ASKED, ids=lambda policy: policy.name)
def test_the_words_to_read_out_name_every_fact_that_would_go_and_no_other(policy):
    text = " ".join(asked_in_dutch(policy, name="Bureau Proef", vocabulary=BOOK.vocabulary))

    for fact, words in BOOK.vocabulary.facts.items():
        assert (words.dutch in text) is (fact in policy.share), fact
    assert all(BOOK.vocabulary.purposes[purpose] in text for purpose in policy.purposes)
    assert NEVER in text and FREE in text and "intrekken" in text and f"{policy.keep.at_most} maanden" in text
    of_reporter = any(BOOK.vocabulary.facts[fact].about is About.REPORTER for fact in policy.share)
    assert (NOTHING_OF_YOU in text) is not of_reporter


def test_a_guardian_is_told_why_the_question_comes_to_it():
    said = asked_in_dutch(ASKED[0], name="Bureau Proef", vocabulary=BOOK.vocabulary, by_guardian=True)

    assert said[0] == GUARDIAN and GUARDIAN not in asked_in_dutch(ASKED[0], name="Bureau Proef", vocabulary=BOOK.vocabulary)
