"""The same policies as Cedar text, for a second evaluator: rows and facts as yes/no questions, without precisions or hold-back.

The text is made from the values of the book by rules of its own (words listed out, days counted as numbers), so that an error in
`hub.sharing.decide` is not copied into it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import cedarpy

from hub.sharing.facts import FACTS, STEERING, Case
from hub.sharing.invariants import FloorRule
from hub.sharing.policy import Basis, Condition, ExistingCases, Policy, PolicyKind, Reach
from hub.sharing.question import Occasion
from hub.sharing.schemas import Book

ROW = "row"
QUESTIONS = (ROW, *FACTS)
EPOCH = date(2000, 1, 1)
Question = tuple[Case, Policy, str, Occasion]


@dataclass(frozen=True)
class Cedar:
    """Parsed once: the policies, and the entities that are the same for every case."""

    policies: cedarpy.PolicySet
    entities: cedarpy.Entities
    book: Book


def prepare(book: Book) -> Cedar:
    """Everything that can be parsed beforehand is parsed beforehand."""
    return Cedar(cedarpy.PolicySet.from_str(text(book)), cedarpy.Entities.from_json_str(json.dumps(_entities(book))), book)


def answers(cedar: Cedar, questions: Sequence[Question]) -> list[list[bool]]:
    """Per question: may this recipient have the row, and each of the twenty facts? All cases go in at once, in one batch."""
    allowed = answers_to(cedar, questions, asked=[QUESTIONS] * len(questions))
    return [allowed[first : first + len(QUESTIONS)] for first in range(0, len(allowed), len(QUESTIONS))]


def answers_to(cedar: Cedar, questions: Sequence[Question], *, asked: Sequence[Sequence[str]]) -> list[bool]:
    """The answers to what is asked of each question (its row, or facts by name), one after the other."""
    cases = [_case(case, occasion, f"{number}", cedar.book) for number, (case, _, _, occasion) in enumerate(questions)]
    entities = cedar.entities.with_added_json_str(json.dumps(cases))
    requests = [
        {
            "principal": _uid("Partner", recipient),
            "action": _uid("Action", f"{policy.name}/{one}"),
            "resource": _uid("Case", f"{number}"),
            "context": {"today": _number(occasion.on), "consent": str(occasion.consents.state)},
        }
        for number, (_, policy, recipient, occasion) in enumerate(questions)
        for one in asked[number]
    ]
    results = cedarpy.is_authorized_batch(requests, cedar.policies, entities)
    assert not any(result.diagnostics.errors for result in results), "a question could not be evaluated"
    return [result.allowed for result in results]


def text(book: Book) -> str:
    """One permit per policy, one forbid for what it does not share, one forbid per rule of the floor."""
    parts = [part for policy in book.policies for part in (_permit(policy, book), _not_shared(policy))]
    for rule in book.floor.anonymity:
        facts = ", ".join(f'Action::"fact/{fact}"' for fact in rule.hide)
        parts.append(f"forbid(principal, action in [{facts}], resource) when {{ {_among('anonymity', [rule.level], book)} }};")
    return "\n".join([*parts, *(_floor(rule, book) for rule in book.floor.rules)])


def _permit(policy: Policy, book: Book) -> str:
    first, last = _number(policy.valid_from), _number(policy.valid_until)
    conditions = [f"context.today >= {first} && context.today <= {last}"]
    if policy.consent is Basis.REPORTER:
        young = " && ".join(_among(name, words, book) for name, words in book.floor.guardian.when.items())
        conditions.append(f'(context.consent == "given_by_guardian" || (context.consent == "given" && !({young})))')
    if Reach.RECIPIENT_PROVINCE in policy.reaches:
        conditions.append("principal.provinces.contains(resource.province)")
    if Reach.OWN_CASES in policy.reaches:
        conditions.append("resource.concerns.contains(principal.slug)")
    if policy.kind is PolicyKind.REFERRAL:
        conditions.append("resource.referrals.contains(principal.slug)")
    if policy.existing_cases is ExistingCases.STAY_CLOSED:
        conditions.append(f"resource.released >= {first} && resource.released <= {last}")
    conditions += [f"resource.ground.containsAny({_set(_below(one, book))})" for one in policy.conditions]
    scope = f'principal in Group::"{policy.name}-to", action in Action::"{policy.name}", resource in Group::"{policy.name}-from"'
    return f"permit({scope}) when {{ {' && '.join(conditions)} }};"


def _not_shared(policy: Policy) -> str:
    actions = ", ".join(f'Action::"{policy.name}/{fact}"' for fact in policy.not_shared)
    return f"forbid(principal, action in [{actions}], resource);"


def _floor(rule: FloorRule, book: Book) -> str:
    kinds = ", ".join(f'Action::"kind/{kind}"' for kind in sorted(rule.kinds))
    conditions = [f"action in [{kinds}]", f"{_set(sorted(rule.givers))}.contains(resource.giver_kind)"]
    conditions += [_among(name, words, book) for name, words in rule.when.items()]
    conditions += [f"!({_among(name, words, book)})" for name, words in rule.unless.items()]
    facts = "" if rule.hides_row else " in [" + ", ".join(f'Action::"fact/{fact}"' for fact in rule.hide) + "]"
    return f"forbid(principal, action{facts}, resource) when {{ {' && '.join(conditions)} }};"


def _among(name: str, words: Iterable[str], book: Book) -> str:
    listed = set(words)
    if book.vocabulary.steering[name].unknown_counts_as in listed:
        listed.add("unknown")
    return f"{_set(sorted(listed))}.contains(resource.{name})"


def _below(condition: Condition, book: Book) -> list[str]:
    """Every code that a condition lists, or that stands below a word it lists."""
    codes = book.vocabulary.codes_of(condition.fact)
    assert codes is not None
    return sorted(code for code in codes.codes if any(code == word or code.startswith(f"{word}/") for word in condition.words))


def _set(words: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def _number(day: date) -> int:
    return (day - EPOCH).days


def _uid(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": name}


def _entities(book: Book) -> list[Mapping[str, object]]:
    partners = [
        {
            "uid": _uid("Partner", slug),
            "attrs": {"slug": slug, "provinces": list(partner.provinces)},
            "parents": [_uid("Group", f"{policy.name}-to") for policy in book.policies if slug in policy.recipients],
        }
        for slug, partner in book.partners.items()
    ]
    actions = [
        {
            "uid": _uid("Action", f"{policy.name}/{one}"),
            "attrs": {},
            "parents": [_uid("Action", above) for above in (policy.name, f"kind/{policy.kind}", f"fact/{one}")],
        }
        for policy in book.policies
        for one in QUESTIONS
    ]
    return [*partners, *actions]


def _case(case: Case, occasion: Occasion, name: str, book: Book) -> Mapping[str, object]:
    place, ground = case.facts["place"], case.facts["ground"]
    assert isinstance(place, str)
    assert isinstance(ground, tuple)
    attributes = {
        **{name: case.circumstances.get(name, "unknown") for name in STEERING},
        "giver_kind": str(case.giver.kind),
        "province": book.vocabulary.lists["place"].parents.get(place, place),
        "ground": list(ground),
        "concerns": sorted(occasion.ties.concerns),
        "referrals": sorted(occasion.ties.referrals),
        "released": _number(case.first_released_on),
    }
    parents = [_uid("Group", f"{policy.name}-from") for policy in book.policies if case.giver.slug in policy.givers]
    return {"uid": _uid("Case", name), "attrs": attributes, "parents": parents}
