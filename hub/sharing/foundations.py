"""Reads the three files that every policy stands on: the vocabulary, the partners and the legal floor."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from marshmallow import fields

from hub.kernel.words import PartnerId
from hub.partners.rules import PROVINCES, Kind, Partner
from hub.sharing.demands import DEMANDS
from hub.sharing.facts import FACTS, STEERING
from hub.sharing.grammar import Fault, Line, OneOf, Page, Strict, instead, lines, number, open_page, part, refuse, texts
from hub.sharing.invariants import AnonymityRule, Demand, Floor, FloorRule, GuardianRule
from hub.sharing.policy import PolicyKind
from hub.sharing.vocabulary import About, CodeList, FactType, FactWords, Precision, SteeringWords, Vocabulary

VOCABULARY, PARTNERS, FLOOR = "_vocabulary.yaml", "_partners.yaml", "_legal_floor.yaml"
ALL = "all"
Steps = tuple[str | int, ...]


class FactGrammar(Strict):
    type = OneOf(FactType, required=True)
    about = OneOf(About, required=True)
    known_by = fields.List(OneOf(Kind), required=True)
    codes = Line(required=True)
    nl = Line(required=True)
    precisions = fields.List(texts(), required=True)


class SteeringGrammar(Strict):
    required_of = fields.List(OneOf(Kind), required=True)
    words = lines(required=True)
    unknown_counts_as = Line(required=True)
    nl = Line(required=True)


class VocabularyGrammar(Strict):
    vocabulary = Line(required=True)
    version = number(required=True)
    facts = texts(part(FactGrammar), required=True)
    steering = texts(part(SteeringGrammar), required=True)
    purposes = texts(required=True)
    codes = texts(fields.Raw(), required=True)


class PartnerGrammar(Strict):
    kind = OneOf(Kind, required=True)
    provinces = lines(required=True)
    nl = Line(required=True)


class PartnersGrammar(Strict):
    partners = texts(part(PartnerGrammar), required=True)


class AnonymityGrammar(Strict):
    id = Line(required=True)
    level = Line(required=True)
    hide = lines(required=True)
    says = Line(required=True)
    source = Line(required=True)
    reveals = Line(required=True)


class RuleGrammar(Strict):
    id = Line(required=True)
    givers = fields.List(OneOf(Kind), required=True)
    kinds = fields.List(OneOf(PolicyKind), required=True)
    when = texts(lines(), required=True)
    unless = texts(lines())
    hide = fields.Raw(required=True)
    says = Line(required=True)
    source = Line(required=True)
    reveals = Line(required=True)


class GuardianGrammar(Strict):
    guardian_needed_when = texts(lines(), required=True)
    says = Line(required=True)
    source = Line(required=True)
    reveals = Line(required=True)


class DemandGrammar(Strict):
    id = Line(required=True)
    givers = fields.List(OneOf(Kind), required=True)
    kinds = fields.List(OneOf(PolicyKind), required=True)
    must = texts(required=True)
    source = Line(required=True)


class CountsGrammar(Strict):
    at_least = number(required=True)
    round_to = number(required=True)
    source = Line(required=True)


class FloorGrammar(Strict):
    floor = Line(required=True)
    version = number(required=True)
    anonymity = fields.List(part(AnonymityGrammar), required=True)
    rules = fields.List(part(RuleGrammar), required=True)
    consent = part(GuardianGrammar, required=True)
    demands = fields.List(part(DemandGrammar), required=True)
    counts = part(CountsGrammar, required=True)


def load_vocabulary(directory: Path) -> Vocabulary:
    """The vocabulary of `_vocabulary.yaml`; raises FaultyFile when it is not exactly the twenty facts the house knows."""
    page = open_page(directory / VOCABULARY, schema=VocabularyGrammar())
    values = page.values
    refuse(_faults_of_vocabulary(page))
    code_lists = {name: _code_list(name, words, values["codes"]) for name, words in values["codes"].items()}
    facts = {
        name: FactWords(name, one["type"], one["about"], frozenset(one["known_by"]), None if one["codes"] == "none" else one["codes"],
                        one["nl"], tuple(Precision(word, dutch) for pair in one["precisions"] for word, dutch in pair.items()))
        for name, one in values["facts"].items()
    }  # fmt: skip
    steering = {
        name: SteeringWords(name, frozenset(one["required_of"]), tuple(one["words"]), one["unknown_counts_as"], one["nl"])
        for name, one in values["steering"].items()
    }
    return Vocabulary(values["vocabulary"], values["version"], facts, steering, values["purposes"], code_lists)


def load_partners(directory: Path) -> dict[str, Partner]:
    """The partners of `_partners.yaml` by their short name; their numbers and code marks follow the order of the file."""
    page = open_page(directory / PARTNERS, schema=PartnersGrammar())
    known = page.values["partners"]
    refuse(
        page.fault(("partners", slug, "provinces"), f"'{province}' is geen provincie van dit overleg{instead(province, of=PROVINCES)}")
        for slug, one in known.items()
        for province in one["provinces"]
        if province not in PROVINCES
    )
    return {
        slug: Partner(PartnerId(number), slug, one["nl"], one["kind"], tuple(one["provinces"]), number)
        for number, (slug, one) in enumerate(known.items(), 1)
    }


def load_floor(directory: Path, *, vocabulary: Vocabulary) -> Floor:
    """The legal floor of `_legal_floor.yaml`; raises FaultyFile on a rule about a word that does not exist."""
    page = open_page(directory / FLOOR, schema=FloorGrammar())
    values, guardian = page.values, page.values["consent"]
    refuse(_faults_of_floor(page, vocabulary))
    return Floor(
        values["floor"],
        values["version"],
        tuple(AnonymityRule(**{**one, "hide": tuple(one["hide"])}) for one in values["anonymity"]),
        tuple(_rule(one) for one in values["rules"]),
        GuardianRule(_words(guardian["guardian_needed_when"]), guardian["says"], guardian["source"], guardian["reveals"]),
        tuple(
            Demand(one["id"], frozenset(one["givers"]), frozenset(one["kinds"]), one["must"], one["source"]) for one in values["demands"]
        ),
        values["counts"]["at_least"],
        values["counts"]["round_to"],
        page.sha256,
    )


def _words(conditions: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    return {fact: frozenset(words) for fact, words in conditions.items()}


def _rule(one: Mapping[str, Any]) -> FloorRule:
    hide = () if one["hide"] == ALL else tuple(one["hide"])
    return FloorRule(one["id"], frozenset(one["givers"]), frozenset(one["kinds"]), _words(one["when"]), _words(one.get("unless", {})),
                     hide, one["hide"] == ALL, one["says"], one["source"], one["reveals"])  # fmt: skip


def _code_list(name: str, words: Any, lists: Mapping[str, Any]) -> CodeList:
    """A plain list, a list with labels, or families with either of them below."""
    if isinstance(words, list):
        return CodeList(name, frozenset(words), frozenset(), {}, {})
    if all(isinstance(word, str) for word in words.values()):
        return CodeList(name, frozenset(words), frozenset(), {}, words)
    parents = {code: family for family, codes in words.items() for code in codes}
    labels = {code: label for codes in words.values() if isinstance(codes, dict) for code, label in codes.items()}
    coarse = frozenset(lists["province"]) if name == "place" else frozenset(words)
    return CodeList(name, frozenset(parents), coarse, parents, {**labels, **(lists["province"] if name == "place" else {})})


def _faults_of_vocabulary(page: Page) -> Iterator[Fault]:
    values = page.values
    for part_of, expected in (("facts", FACTS), ("steering", STEERING)):
        if tuple(values[part_of]) != expected:
            yield page.fault((part_of,), f"hier horen, in deze volgorde: {', '.join(expected)}")
    for name, one in values["facts"].items():
        if one["codes"] not in ("none", *values["codes"]) or (one["codes"] == "none") == (one["type"] in (FactType.CODE, FactType.CODES)):
            yield page.fault(("facts", name, "codes"), f"'{one['codes']}' past niet bij een gegeven van het type {one['type']}")
    for name, one in values["steering"].items():
        if one["unknown_counts_as"] not in one["words"]:
            yield page.fault(("steering", name, "unknown_counts_as"), f"'{one['unknown_counts_as']}' staat niet bij de woorden")
    for name, words in values["codes"].items():
        if not isinstance(words, dict | list) or not words:
            yield page.fault(("codes", name), "hier hoort een lijst met codes")


def _faults_of_floor(page: Page, vocabulary: Vocabulary) -> Iterator[Fault]:
    for place in ("anonymity", "rules"):
        for number_of, one in enumerate(page.values[place]):
            hidden = one["hide"] if isinstance(one["hide"], list) else []
            if not hidden and one["hide"] != ALL:
                yield page.fault((place, number_of, "hide"), "noem de gegevens, of schrijf 'all'")
            for fact in (fact for fact in hidden if fact not in FACTS):
                yield page.fault((place, number_of, "hide"), f"'{fact}' is geen gegeven{instead(str(fact), of=FACTS)}")
            for key in ("when", "unless"):
                yield from _faults_of_steering(one.get(key, {}), (place, number_of, key), page=page, vocabulary=vocabulary)
    guardian = page.values["consent"]["guardian_needed_when"]
    yield from _faults_of_steering(guardian, ("consent", "guardian_needed_when"), page=page, vocabulary=vocabulary)
    levels = vocabulary.steering["anonymity"].words
    for number_of in (number_of for number_of, one in enumerate(page.values["anonymity"]) if one["level"] not in levels):
        yield page.fault(("anonymity", number_of, "level"), f"kies uit {', '.join(levels)}")
    for number_of, one in enumerate(page.values["demands"]):
        for key in (key for key, value in one["must"].items() if (key, value) not in DEMANDS):
            yield page.fault(("demands", number_of, "must", key), f"'{key}: {one['must'][key]}' is geen eis die het programma kent")


def _faults_of_steering(conditions: Mapping[str, list[str]], path: Steps, *, page: Page, vocabulary: Vocabulary) -> Iterator[Fault]:
    for fact, words in conditions.items():
        if fact not in STEERING:
            yield page.fault((*path, fact), f"'{fact}' is geen stuurgegeven{instead(fact, of=STEERING)}")
            continue
        known = vocabulary.steering[fact].words
        for word in (word for word in words if word not in known):
            yield page.fault((*path, fact), f"'{word}' is geen woord van {fact}{instead(word, of=known)}")
