"""What a policy must satisfy beyond its grammar: known words, facts its giver can know, and the demands of the legal floor."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from hub.partners.rules import Kind, Partner
from hub.sharing.decide import months_after
from hub.sharing.facts import FACTS, STEERING
from hub.sharing.grammar import Fault, Page, Path, instead
from hub.sharing.invariants import Floor
from hub.sharing.policy import PURPOSES_OF_KIND, Basis, Policy, PolicyKind, Purpose, Reach
from hub.sharing.vocabulary import FactType, Vocabulary, step_of_code

Found = Iterator[tuple[Path, str]]
SUFFIXES = {PolicyKind.STANDING: "", PolicyKind.REFERRAL: ".referral", PolicyKind.COUNTS: ".counts"}
SHORTEST, LONGEST = 10, 160


@dataclass(frozen=True)
class Ground:
    """What every policy stands on."""

    vocabulary: Vocabulary
    floor: Floor
    partners: Mapping[str, Partner]


def faults_of_policy(page: Page, *, ground: Ground) -> list[Fault]:
    """Everything that is wrong in one file that has the right grammar."""
    one = page.values
    found = [*_name(one, page), *_partners(one, ground), *_terms(one), *_kind(one), *_words(one, ground)]
    if not found:  # what follows reads the words that were checked above
        found = [*_sentences(one), *_reach(one), *_conditions(one, ground), *_demands(one, ground)]
    return [page.fault(path, sentence) for path, sentence in found]


def faults_between(policies: Iterable[Policy]) -> Iterator[Fault]:
    """Two files that decide about the same pair and kind on the same day."""
    for one, other in combinations(policies, 2):
        overlap = one.valid_from <= other.valid_until and other.valid_from <= one.valid_until
        pairs = sorted(set(one.pairs()) & set(other.pairs()))
        if one.kind is other.kind and overlap and pairs:
            giver, recipient = pairs[0]
            yield Fault(f"{other.name}.yaml", 1, f"voor {giver} en {recipient} geldt op dezelfde dag al '{one.name}'")


def _name(one: Mapping[str, Any], page: Page) -> Found:
    stem = page.file.removesuffix(".yaml")
    if one["policy"] != stem:
        yield ("policy",), f"'{one['policy']}' is niet de naam van het bestand"
    suffix = SUFFIXES[one["kind"]]
    if ("." + stem.partition(".")[2] if "." in stem else "") != suffix:
        yield ("kind",), f"een bestand van de soort {one['kind']} heet <gevers>--<ontvangers>{suffix}.yaml"


def _partners(one: Mapping[str, Any], ground: Ground) -> Found:
    for key, slugs in (("from", one["givers"]), ("to", one["recipients"])):
        for slug in slugs:
            if slug not in ground.partners:
                yield (key,), f"'{slug}' is geen partner uit _partners.yaml{instead(slug, of=ground.partners)}"
            elif ground.partners[slug].kind is Kind.STATISTICS and (key == "from" or one["kind"] is not PolicyKind.COUNTS):
                yield (key,), f"'{slug}' krijgt alleen tellingen, en geeft niets"
        if len(set(slugs)) != len(slugs):
            yield (key,), "een partner staat hier twee keer"
    for slug in sorted(set(one["givers"]) & set(one["recipients"])):
        yield ("to",), f"'{slug}' staat aan beide kanten"
    if len({ground.partners[slug].kind for slug in one["givers"] if slug in ground.partners}) > 1:
        yield ("from",), "de gevers in één bestand zijn van één soort"


def _terms(one: Mapping[str, Any]) -> Found:
    first, last = one["valid"]["first"], one["valid"]["last"]
    if last < first:
        yield ("valid", "until"), "de laatste dag ligt voor de eerste"
    if one["decision"]["decided_on"] > first:
        yield ("decision", "decided_on"), "het besluit is genomen na de eerste dag"


def _kind(one: Mapping[str, Any]) -> Found:
    kind, expects = one["kind"], one.get("expects", {})
    if not one["purposes"]:
        yield ("purposes",), "noem ten minste één doel"
    for purpose in (purpose for purpose in one["purposes"] if purpose not in PURPOSES_OF_KIND[kind]):
        allowed = ", ".join(sorted(PURPOSES_OF_KIND[kind]))
        yield ("purposes",), f"het doel {purpose} past niet bij de soort {kind}; kies uit {allowed}"
    is_referral = kind is PolicyKind.REFERRAL
    for key in ("answer_within", "outcome_within"):
        if is_referral and key not in expects:
            yield ("expects",), f"een doorverwijzing noemt '{key}' onder 'expects'"
        if not is_referral and key in expects:
            yield ("expects", key), f"'{key}' hoort alleen bij een doorverwijzing"
    if "news_within" in expects and kind is not PolicyKind.STANDING:
        yield ("expects", "news_within"), "'news_within' hoort alleen bij een lopende deling"
    if is_referral != ("contact_data" in one):
        yield ("contact_data",), "contactgegevens: een doorverwijzing zegt 'contact_data: outside_the_hub', een ander bestand niet"


def _words(one: Mapping[str, Any], ground: Ground) -> Found:
    kinds = {ground.partners[slug].kind for slug in one["givers"] if slug in ground.partners}
    for key in ("share", "not_shared", "only_if"):
        for fact in (fact for fact in one.get(key, {}) if fact not in FACTS):
            steering = fact in STEERING and key != "not_shared"
            what = "is een stuurgegeven en gaat nooit mee" if steering else f"is geen gegeven{instead(fact, of=FACTS)}"
            yield (key, fact), f"'{fact}' {what}"
    for fact, precision in one["share"].items():
        if fact in FACTS:
            words = ground.vocabulary.facts[fact]
            if precision not in words.words:
                known = ", ".join(words.words)
                yield ("share", fact), f"'{precision}' is geen precisie van {fact}; kies uit {known}{instead(precision, of=words.words)}"
            if not kinds <= words.known_by:
                yield ("share", fact), f"de gever kan '{fact}' niet kennen"
    for fact in FACTS:
        places = [key for key in ("share", "not_shared") if fact in one[key]]
        if not places:
            yield ("share",), f"'{fact}' staat nergens; zet het onder 'share' of onder 'not_shared'"
        if len(places) == 2:
            yield ("not_shared", fact), f"'{fact}' staat ook onder 'share'"


def _sentences(one: Mapping[str, Any]) -> Found:
    for fact, sentence in one["not_shared"].items():
        if not SHORTEST <= len(sentence) <= LONGEST or not sentence.endswith("."):
            yield ("not_shared", fact), f"schrijf bij '{fact}' een zin van {SHORTEST} tot {LONGEST} tekens die eindigt met een punt"


def _reach(one: Mapping[str, Any]) -> Found:
    if one["reach"] is Reach.RECIPIENT_PROVINCE and "place" not in one["share"]:
        yield ("reach",), "'recipient_province' vraagt om 'place' onder 'share'; anders verraadt de rij de plaats"
    if "after_closing" in one["keep"] and "status" not in one["share"]:
        yield ("keep", "after_closing"), "'after_closing' vraagt om 'status' onder 'share'; anders verraadt het einde de sluiting"


def _conditions(one: Mapping[str, Any], ground: Ground) -> Found:
    for fact, words in one.get("only_if", {}).items():
        if fact not in one["share"]:
            yield ("only_if", fact), f"'{fact}' staat niet onder 'share'; de voorwaarde zou het verraden"
            continue
        known = ground.vocabulary.facts[fact]
        if known.type in (FactType.DATE, FactType.TEXT):
            yield ("only_if", fact), f"'{fact}' heeft geen woorden om uit te kiezen"
            continue
        for word in words:
            step, codes = step_of_code(word, fact=fact, vocabulary=ground.vocabulary), ground.vocabulary.codes_of(fact)
            if step is None:
                near = instead(word, of=(codes.codes | codes.coarse) if codes else ("true", "false"))
                yield ("only_if", fact), f"'{word}' is geen woord van {fact}{near}"
            elif step < known.step(one["share"][fact]):
                yield ("only_if", fact), f"'{word}' is fijner dan wat gedeeld wordt; de voorwaarde zou het verraden"


def _demands(one: Mapping[str, Any], ground: Ground) -> Found:
    giver = ground.partners[one["givers"][0]].kind
    asked = [demand for demand in ground.floor.demands if giver in demand.givers and one["kind"] in demand.kinds]
    for demand, must in ((one_demand, must) for one_demand in asked for must in one_demand.must.items()):
        path, sentence, is_met = DEMANDS[must]
        if not is_met(one, ground.vocabulary):
            yield path, f"{sentence} (ondergrens '{demand.id}': {demand.source})"


def _is_short(one: Mapping[str, Any], vocabulary: Vocabulary) -> bool:
    return bool(one["valid"]["last"] < months_after(one["valid"]["first"], months=24))


def _has_no_text(one: Mapping[str, Any], vocabulary: Vocabulary) -> bool:
    return all(vocabulary.facts[fact].type is not FactType.TEXT for fact in one["share"])


Met = Callable[[Mapping[str, Any], Vocabulary], bool]
DEMANDS: Mapping[tuple[str, str], tuple[Path, str, Met]] = {
    ("consent", "reporter_per_recipient"): (
        ("consent",), "hier is toestemming van de melder per ontvanger nodig", lambda one, _: one["consent"] is Basis.REPORTER),
    ("consent", "none"): (
        ("consent",), "tellingen gaan niet over toestemming van de melder: schrijf 'none'", lambda one, _: one["consent"] is Basis.NONE),
    ("contact_data", "outside_the_hub"): (
        ("contact_data",), "contactgegevens gaan buiten de hub om", lambda one, _: one.get("contact_data") == "outside_the_hub"),
    ("decision.agreed_by", "present"): (
        ("decision",), "hier hoort 'agreed_by': wie met het besluit instemde", lambda one, _: "agreed_by" in one["decision"]),
    ("valid", "at most 24 months"): (("valid",), "een afspraak duurt hoogstens 24 maanden", _is_short),
    ("share", "no text"): (("share",), "een telling bevat geen tekst", _has_no_text),
    ("purposes", "monitor"): (("purposes",), "een telling dient alleen cijfers", lambda one, _: set(one["purposes"]) == {Purpose.MONITOR}),
    ("only_if", "no outcome"): (  # telling of some outcomes only makes silence tell of the others
        ("only_if", "outcome"), "zo gaat zwijgen spreken", lambda one, _: "outcome" not in one.get("only_if", ())),
}  # fmt: skip
