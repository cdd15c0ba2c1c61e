"""A second evaluator, Cedar, answers the same yes/no questions about the same policies, and finds what is planted."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from bench._cedar import QUESTIONS, ROW, Question, answers, answers_to, prepare
from bench.decisions import made_questions, yes_or_no
from hub.sharing.decide import decide
from hub.sharing.facts import FACTS
from hub.sharing.invariants import Floor
from hub.sharing.question import Terms
from hub.sharing.schemas import Book
from tests.generated import BOOK

CASES = 360  # of which everything is asked
SITUATIONS, AT_ONCE = 100_800, 2100  # of which the row is asked and, where there is one, one of the twenty facts in its turn


def differences(book: Book, questions: list[Question]) -> tuple[int, int, int]:
    """How many questions, how many answered with yes, and how many answered otherwise by Cedar, which reads this book."""
    asked = allowed = differ = 0
    for question, theirs in zip(questions, answers(prepare(book), questions), strict=True):
        ours = our_answers(question)
        asked, allowed = asked + len(QUESTIONS), allowed + sum(ours)
        differ += sum(one is not other for one, other in zip(ours, theirs, strict=True))
    return asked, allowed, differ


def our_answers(question: Question) -> list[bool]:
    case, policy, recipient, occasion = question
    base = policy if policy.is_valid(case.first_released_on) else None
    return yes_or_no(decide(case, terms=Terms(BOOK.partners[recipient], policy, base, BOOK.floor, BOOK.vocabulary), occasion=occasion))


def what_rules_look_at(question: Question) -> int:
    """One number for all that either evaluator can look at; two situations with other numbers are two."""
    case, policy, recipient, occasion = question
    steering = tuple(sorted(case.circumstances.items()))
    facts = (case.giver.slug, case.facts["place"], case.facts["ground"], steering, case.first_released_on)
    return hash((policy.name, recipient, facts, occasion.on, occasion.consents.state, occasion.ties))


def test_the_second_evaluator_gives_the_same_answers_in_a_hundred_thousand_situations(record_property: Callable[[str, object], None]):
    """A situation is a case with its circumstances, a file, a recipient, a day, a consent and ties; no two are the same."""
    counted: Counter[str] = Counter()
    made = made_questions(BOOK, count=SITUATIONS, seed=21)
    for policy in BOOK.policies:
        cedar, mine = prepare(replace(BOOK, policies=(policy,))), [one for one in made if one[1] is policy]
        for first in range(0, len(mine), AT_ONCE):
            some = mine[first : first + AT_ONCE]
            whole = [our_answers(question) for question in some]
            asked = [(ROW, FACTS[(first + number) % len(FACTS)]) if ours[0] else (ROW,) for number, ours in enumerate(whole)]
            ours = [answer[QUESTIONS.index(one)] for answer, words in zip(whole, asked, strict=True) for one in words]
            theirs = answers_to(cedar, some, asked=asked)
            counted["asked"] += len(ours)
            counted["rows that are shown"] += sum(answer[0] for answer in whole)
            counted["answered with yes"] += sum(ours)
            counted["answered otherwise"] += sum(one is not other for one, other in zip(ours, theirs, strict=True))
    counted["situations"] = len(set(map(what_rules_look_at, made)))
    record_property("counted", dict(counted))

    assert counted["answered otherwise"] == 0
    assert counted["situations"] >= 100_000
    assert counted["rows that are shown"] > 20_000
    assert counted["answered with yes"] > counted["rows that are shown"] + 10_000


def test_the_second_evaluator_gives_the_same_answers_to_every_question_about_a_case() -> None:
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
