"""A second evaluator, Cedar, answers the same yes/no questions about the same policies, and finds what is planted."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bench._cedar import QUESTIONS, Question, answers, prepare
from bench.decisions import made_questions, yes_or_no
from hub.sharing.decide import decide
from hub.sharing.invariants import Floor
from hub.sharing.question import Terms
from hub.sharing.schemas import Book
from tests.generated import BOOK

CASES = 360


def differences(book: Book, questions: list[Question]) -> tuple[int, int, int]:
    """How many questions, how many answered with yes, and how many answered otherwise by Cedar, which reads this book."""
    asked = allowed = differ = 0
    for (case, policy, recipient, occasion), theirs in zip(questions, answers(prepare(book), questions), strict=True):
        base = policy if policy.is_valid(case.first_released_on) else None
        terms = Terms(BOOK.partners[recipient], policy, base, BOOK.floor, BOOK.vocabulary)
        ours = yes_or_no(decide(case, terms=terms, occasion=occasion))
        asked, allowed = asked + len(QUESTIONS), allowed + sum(ours)
        differ += sum(one is not other for one, other in zip(ours, theirs, strict=True))
    return asked, allowed, differ


def test_the_second_evaluator_gives_the_same_answers_to_thousands_of_questions() -> None:
    asked, allowed, differ = differences(BOOK, made_questions(BOOK, count=CASES, seed=20))

    assert asked > 7000
    assert allowed > 500
    assert differ == 0


def unless_forgotten(floor: Floor) -> Floor:
    return replace(floor, rules=tuple(replace(rule, unless={}) for rule in floor.rules))


def regime_forgotten(floor: Floor) -> Floor:
    return replace(floor, rules=tuple(rule for rule in floor.rules if rule.id != "alleen-wpg-8-en-13"))


def guardian_forgotten(floor: Floor) -> Floor:
    return replace(floor, guardian=replace(floor.guardian, when={"reporter_age": frozenset()}))


def anonymity_forgotten(floor: Floor) -> Floor:
    return replace(floor, anonymity=floor.anonymity[1:])


@pytest.mark.parametrize("planted", [unless_forgotten, regime_forgotten, guardian_forgotten, anonymity_forgotten])
def test_a_difference_that_is_planted_in_the_floor_is_found(planted: Callable[[Floor], Floor]) -> None:
    questions = made_questions(BOOK, count=CASES, seed=20)

    assert differences(replace(BOOK, floor=planted(BOOK.floor)), questions)[2] > 0


def test_a_last_day_that_is_one_day_too_late_is_found() -> None:
    policies = tuple(replace(policy, valid_until=policy.valid_until.replace(month=9, day=30)) for policy in BOOK.policies)

    assert differences(replace(BOOK, policies=policies), made_questions(BOOK, count=CASES, seed=20))[2] > 0
