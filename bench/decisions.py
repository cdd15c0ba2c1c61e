"""Decisions per second of one processor, beside the Cedar engine on the same yes/no questions: the row, and each of the twenty facts."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

from bench._cedar import QUESTIONS, Question, answers, prepare
from bench.words import Figure, figure, processor_seconds_of
from hub.sharing.compiled import Compiled, compile_terms
from hub.sharing.decide import decide
from hub.sharing.facts import FACTS, Case, Value, day_of
from hub.sharing.projection import Answer, Projection
from hub.sharing.question import Consents, ConsentState, Occasion, Terms, Ties
from hub.sharing.schemas import Book, load_policies
from hub.sharing.vocabulary import FactType

POLICIES = Path(__file__).parent.parent / "policies"
TODAY = date(2026, 11, 4)


def measure(*, small: bool) -> list[Figure]:
    """Cases of all givers and files, for recipients that the file names; every fact is known, so both answer the same questions."""
    book = load_policies(POLICIES)
    questions = made_questions(book, count=300 if small else 2000)
    remembered: dict[tuple[str, str, bool], Compiled] = {}
    prepared = [(remembered.setdefault(_key(one), compile_terms(_terms(one, book))), one[0], one[3]) for one in questions]
    repeats = 20 if small else 10
    cedar, few = prepare(book), questions[:300]

    many = prepared * repeats
    ours = processor_seconds_of(lambda: (yes_or_no(one.decide(case, occasion=on)) for one, case, on in many), times=5) / repeats
    theirs = processor_seconds_of(lambda: answers(cedar, few), times=3)
    alone = processor_seconds_of(lambda: (one.decide(case, occasion=on) for one, case, on in many), times=5) / repeats
    plain = processor_seconds_of(lambda: (decide(one[0], terms=_terms(one, book), occasion=one[3]) for one in few), times=3)
    each = len(QUESTIONS)
    return [
        figure("decisions", value=len(questions) * each / ours, unit="answers/s", floor=len(few) * each / theirs, goal="≥ 100 × Cedar"),
        _own("decisions_compiled", len(questions) / alone, "≥ 100000 decisions/s"),
        _own("decisions_plain", len(few) / plain, "≥ 1000 decisions/s"),
    ]


def made_questions(book: Book, *, count: int, seed: int = 4) -> list[Question]:
    """Questions by chance: the files in turn, mild and strict circumstances, consent in every state."""
    chance = Random(seed)
    made = []
    for number in range(count):
        policy = book.policies[number % len(book.policies)]
        giver, recipient = chance.choice(policy.pairs())
        if chance.random() < 0.05:
            giver, recipient = chance.choice(list(book.partners)), chance.choice(list(book.partners))
        steering = {
            name: chance.choice([*words.words, words.words[0], words.words[0], "unknown"])
            for name, words in book.vocabulary.steering.items()
        }
        case = Case(
            book.partners[giver], {fact: _value(chance, fact, book) for fact in FACTS}, steering, TODAY - timedelta(chance.randrange(80))
        )
        tied = frozenset({recipient}) if chance.random() < 0.8 else frozenset({"bureau-fryslan"})
        consents = Consents(chance.choice([ConsentState.GIVEN, ConsentState.GIVEN, ConsentState.GIVEN_BY_GUARDIAN, *ConsentState]))
        on = chance.choice([TODAY, TODAY, TODAY, TODAY, date(2027, 2, 28), date(2027, 3, 1), date(2027, 8, 31), date(2027, 9, 1)])
        made.append((case, policy, recipient, Occasion(on, consents, ties=Ties(tied, tied))))
    return made


def yes_or_no(answer: Answer) -> list[bool]:
    """The row, and each fact in the order of the vocabulary."""
    if not isinstance(answer, Projection):
        return [False] * len(QUESTIONS)
    return [True, *[shape.state in "gk" for shape in answer.shapes.values()]]


def _value(chance: Random, fact: str, book: Book) -> Value:
    words, codes = book.vocabulary.facts[fact], book.vocabulary.codes_of(fact)
    if codes is not None:
        code = chance.choice(sorted(codes.codes) if chance.random() < 0.7 or fact != "ground" else ["seksuele_gerichtheid"])
        return (code,) if words.type is FactType.CODES else code
    if words.type is FactType.DATE:
        return day_of(TODAY - timedelta(chance.randrange(90)))
    return chance.random() < 0.5 if words.type is FactType.FLAG else f"Samenvatting {chance.randrange(999)}."


def _key(question: Question) -> tuple[str, str, bool]:
    case, policy, recipient, _ = question
    return policy.name, recipient, policy.is_valid(case.first_released_on)


def _terms(question: Question, book: Book) -> Terms:
    case, policy, recipient, _ = question
    base = policy if policy.is_valid(case.first_released_on) else None
    return Terms(book.partners[recipient], policy, base, book.floor, book.vocabulary)


def _own(name: str, value: float, goal: str) -> Figure:
    return Figure(name, float(f"{value:.4g}"), "decisions/s", None, None, goal, "python -m bench decisions")
