"""Plays the tests-as-sentences of `policies/tests/`, and checks the whole folder for `schakel policies check`."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from marshmallow import fields

from hub.sharing.decide import decide
from hub.sharing.facts import FACTS, STEERING, Absence, Case, NotASpan, Value, parse_span
from hub.sharing.grammar import Fault, FaultyFile, Line, OneOf, Page, Strict, day, instead, lines, open_page, part, refuse, texts
from hub.sharing.policy import Policy, PolicyKind
from hub.sharing.projection import Answer, Nothing, written
from hub.sharing.question import Consents, ConsentState, HeldBack, Occasion, Terms, Ties
from hub.sharing.schemas import Book, load_policies, policy_files
from hub.sharing.vocabulary import FactType, Vocabulary

FLOOR_TESTS = "_legal_floor"
NOTHING = "nothing"
ALL = "all"


class WithPolicyGrammar(Strict):
    policy = Line(required=True)
    share_also = texts(required=True)


class SentenceGrammar(Strict):
    says = Line(required=True)
    on = day(required=True)
    giver = Line(required=True, data_key="from")
    recipient = Line(required=True, data_key="to")
    kind = OneOf(PolicyKind)
    with_policy = part(WithPolicyGrammar)
    first_released = day()
    first_shown = day()
    closed_on = day()
    consent = OneOf(ConsentState)
    consent_for = lines()
    held_back = fields.Raw()
    concerns = fields.List(Line())
    referred = fields.List(Line())
    given = texts(fields.Raw(), required=True)
    sees = fields.Raw()
    counted_as = fields.Raw()
    because = lines()
    not_shared = lines()


class SentencesGrammar(Strict):
    tests_of = fields.Raw(required=True)
    usual = texts(required=True)
    tests = fields.List(part(SentenceGrammar), required=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One sentence that was played: which policy it is about, whether anything was shown, and what went wrong, if anything."""

    file: str
    line: int
    says: str
    policy: str | None
    is_shown: bool
    answer: Answer
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Checked:
    """One policy file for a person: its name, version and pairs, the sentences that were played, and every fault."""

    file: str
    name: str
    version: int | None
    pairs: tuple[tuple[str, str], ...]
    tests: int
    faults: tuple[Fault, ...]


def check_directory(directory: Path) -> tuple[Checked, ...]:
    """Read and play the whole folder; never raises on a faulty file but says what is wrong in it, file by file."""
    try:
        book = load_policies(directory)
        outcomes = run_sentences(directory / "tests", book=book)
    except FaultyFile as error:
        return _refused(directory, error.faults)
    played = Counter(outcome.policy for outcome in outcomes)
    faults = [outcome.fault for outcome in outcomes if outcome.fault] + list(_untested(book, outcomes))
    own = {f"{policy.name}.yaml": policy for policy in book.policies}
    checked = [
        Checked(file, policy.name, policy.version, policy.pairs(), played[policy.name], tuple(one for one in faults if one.file == file))
        for file, policy in own.items()
    ]
    others = sorted({fault.file for fault in faults} - set(own))
    return (*checked, *(Checked(file, file, None, (), 0, tuple(one for one in faults if one.file == file)) for file in others))


def run_sentences(directory: Path, *, book: Book) -> tuple[Outcome, ...]:
    """Play every sentence of every file in the folder; raises FaultyFile for a file that cannot be read as sentences."""
    return tuple(
        outcome
        for file in sorted(directory.glob("*.yaml"))
        for outcome in _play(open_page(file, schema=SentencesGrammar()), f"tests/{file.name}", book)
    )


def _play(page: Page, file: str, book: Book) -> Iterator[Outcome]:
    page = replace(page, file=file)
    about = [page.values["tests_of"]] if isinstance(page.values["tests_of"], str) else page.values["tests_of"]
    known = [policy.name for policy in book.policies] + [FLOOR_TESTS]
    refuse(page.fault(("tests_of",), f"'{name}' is geen afspraak{instead(name, of=known)}") for name in about if name not in known)
    for number, one in enumerate(page.values["tests"]):
        refuse(page.fault(("tests", number, *path), sentence) for path, sentence in _misspelt(one, page.values["usual"], about, book))
        yield _played(one, ("tests", number), page, about, book)


def _played(one: Mapping[str, Any], path: tuple[str, int], page: Page, about: list[str], book: Book) -> Outcome:
    policy = _policy(one, about, book)
    case, occasion = _case(one, page.values["usual"], book), _occasion(one)
    base = policy if policy and policy.is_valid(case.first_released_on) else None
    answer = decide(case, terms=Terms(book.partners[one["recipient"]], policy, base, book.floor, book.vocabulary), occasion=occasion)
    sentence = _difference(one, answer, book.vocabulary)
    fault = page.fault(path, f"'{one['says']}' klopt niet: {sentence}") if sentence else None
    name = policy.name if policy else None
    return Outcome(page.file, page.fault(path, "").line, one["says"], name, not isinstance(answer, Nothing), answer, fault)


def _policy(one: Mapping[str, Any], about: list[str], book: Book) -> Policy | None:
    if (other := one.get("with_policy")) is not None:
        named = book.policy_named(other["policy"])
        assert named is not None, "checked before"
        return replace(named, share={**named.share, **other["share_also"]})
    return book.policy_between(one["giver"], recipient=one["recipient"], kind=_kind(one, about, book), on=one["on"])


def _kind(one: Mapping[str, Any], about: list[str], book: Book) -> PolicyKind:
    named = book.policy_named(about[0])
    kind: PolicyKind = one.get("kind") or (named.kind if named else PolicyKind.STANDING)
    return kind


def _case(one: Mapping[str, Any], usual: Mapping[str, str], book: Book) -> Case:
    said = {**usual, **one["given"]}
    facts = {fact: value_from(text, fact=fact, vocabulary=book.vocabulary) for fact, text in said.items() if fact in FACTS}
    steering = {name: word for name, word in said.items() if name in STEERING}
    return Case(book.partners[one["giver"]], facts, steering, one.get("first_released", one["on"]), one.get("closed_on"))


def _occasion(one: Mapping[str, Any]) -> Occasion:
    facts = frozenset(one["consent_for"]) if "consent_for" in one else None
    held = one.get("held_back", {})
    ties = Ties(frozenset(one.get("concerns", ())), frozenset(one.get("referred", (one["recipient"],))))
    kept = HeldBack(whole=True) if held == ALL else HeldBack(facts={fact: None if word == NOTHING else word for fact, word in held.items()})
    return Occasion(one["on"], Consents(one.get("consent", ConsentState.NOT_ASKED), facts=facts), kept, ties, one.get("first_shown"))


def value_from(text: Any, *, fact: str, vocabulary: Vocabulary) -> Value | Absence:
    """A value as a sentence writes it; raises NotASpan for a date that is none."""
    if text in ("unknown", "not_asked", "erased"):
        return Absence(text)
    kind = vocabulary.facts[fact].type
    if kind is FactType.DATE:
        return parse_span(text)
    if text in ("true", "false") and kind is not FactType.TEXT:
        return bool(text == "true")
    return tuple(sorted(set(text))) if isinstance(text, list) else str(text)


def _difference(one: Mapping[str, Any], answer: Answer, vocabulary: Vocabulary) -> str | None:
    """What is otherwise than the sentence says; what it does not list must be absent."""
    expected = one.get("sees", one.get("counted_as"))
    if expected == NOTHING:
        if not isinstance(answer, Nothing):
            return f"er wordt wel gedeeld: {', '.join(answer.shown)}"
        reasons = set(one["because"])
        return None if reasons == set(answer.because) else f"de reden is {', '.join(answer.because)}"
    if isinstance(answer, Nothing):
        return f"er wordt niets gedeeld ({', '.join(answer.because)})"
    shown = {fact: written(value) for fact, value in answer.shown.items()}
    wanted = {fact: written(_value(text, fact, vocabulary)) for fact, text in expected.items()}
    wrong = [fact for fact in FACTS if shown.get(fact) != wanted.get(fact)]
    if wrong:
        return "; ".join(f"{fact} is {shown.get(fact, 'niet gedeeld')}" for fact in wrong)
    leaked = [fact for fact in one.get("not_shared", ()) if fact in shown]
    return f"dit gaat wel mee: {', '.join(leaked)}" if leaked else None


def _value(text: Any, fact: str, vocabulary: Vocabulary) -> Value | None:
    value = value_from(text, fact=fact, vocabulary=vocabulary)
    return None if isinstance(value, Absence) else value


def _misspelt(one: Mapping[str, Any], usual: Mapping[str, str], about: list[str], book: Book) -> Iterator[tuple[tuple[str, ...], str]]:
    """Words a sentence uses that do not exist: then it would hold for the wrong reason."""
    expected = one.get("sees", one.get("counted_as"))
    if ("sees" in one) == ("counted_as" in one) or not (expected == NOTHING or isinstance(expected, dict)):
        yield ("says",), "een zin zegt of 'sees' of 'counted_as', met gegevens of met 'nothing'"
        return
    if (expected == NOTHING) != ("because" in one):
        yield ("says",), "bij 'nothing' hoort 'because', en alleen daar"
    if "kind" not in one and (len(about) > 1 or about == [FLOOR_TESTS]):
        yield ("says",), "noem hier de soort: 'kind'"
    held = one.get("held_back", {})
    if held != ALL and not isinstance(held, dict):
        yield ("held_back",), "schrijf 'all', of per gegeven een precisie of 'nothing'"
    yield from _wrong_policy(one, book)
    shown = {} if expected == NOTHING else expected
    for key, words in (("given", one["given"]), ("sees", shown), ("held_back", held if isinstance(held, dict) else {})):
        allowed = (*FACTS, *STEERING) if key == "given" else FACTS
        for fact in words:
            if fact not in allowed:
                yield (key, fact), f"'{fact}' is geen gegeven{instead(fact, of=allowed)}"
    for slug in (one["giver"], one["recipient"], *one.get("concerns", ()), *one.get("referred", ())):
        if slug not in book.partners:
            yield ("from",), f"'{slug}' is geen partner{instead(slug, of=book.partners)}"
    for fact, text in (*usual.items(), *one["given"].items(), *shown.items()):
        yield from _wrong_words(fact, text, book.vocabulary)
    for fact in (*one.get("not_shared", ()), *one.get("consent_for", ())):
        if fact not in FACTS:
            yield ("not_shared",), f"'{fact}' is geen gegeven{instead(fact, of=FACTS)}"


def _wrong_policy(one: Mapping[str, Any], book: Book) -> Iterator[tuple[tuple[str, ...], str]]:
    other = one.get("with_policy", {"policy": book.policies[0].name, "share_also": {}})
    if book.policy_named(other["policy"]) is None:
        yield ("with_policy", "policy"), f"'{other['policy']}' is geen afspraak"
    for fact, word in other["share_also"].items():
        if fact not in FACTS or word not in book.vocabulary.facts[fact].words:
            yield ("with_policy", "share_also", fact), f"'{fact}: {word}' is geen gegeven met een precisie"


def _wrong_words(fact: str, text: Any, vocabulary: Vocabulary) -> Iterator[tuple[tuple[str, ...], str]]:
    if fact in STEERING and text not in (*vocabulary.steering[fact].words, "unknown"):
        yield ("given", fact), f"'{text}' is geen woord van {fact}{instead(str(text), of=vocabulary.steering[fact].words)}"
    if fact not in FACTS:
        return
    if not isinstance(text, str) and not (isinstance(text, list) and all(isinstance(word, str) for word in text)):
        yield ("given", fact), "hier hoort een woord of een lijst met woorden"
        return
    try:
        value = value_from(text, fact=fact, vocabulary=vocabulary)
    except NotASpan as error:
        yield ("given", fact), error.sentence.rstrip(".")
        return
    codes = vocabulary.codes_of(fact)
    if codes is not None and not isinstance(value, Absence | bool):
        for code in (code for code in (value if isinstance(value, tuple) else (str(value),)) if not codes.knows(code)):
            yield ("given", fact), f"'{code}' is geen woord van {fact}{instead(code, of=codes.codes)}"


def _untested(book: Book, outcomes: tuple[Outcome, ...]) -> Iterator[Fault]:
    for policy in book.policies:
        own = {outcome.is_shown for outcome in outcomes if outcome.policy == policy.name}
        if own != {True, False}:
            yield Fault(f"{policy.name}.yaml", 1, "elke afspraak heeft een zin waarin iets gedeeld wordt en een waarin niets gedeeld wordt")


def _refused(directory: Path, faults: tuple[Fault, ...]) -> tuple[Checked, ...]:
    files = dict.fromkeys([file.name for file in policy_files(directory)] + [fault.file for fault in faults])
    return tuple(
        Checked(file, file.removesuffix(".yaml"), None, (), 0, tuple(fault for fault in faults if fault.file == file)) for file in files
    )
