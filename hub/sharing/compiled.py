"""The same decision with what repeats worked out beforehand; a property test holds it to `decide`, answer by answer."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from hub.sharing.decide import (
    LETTER_OF_ABSENCE,
    Weighed,
    allowed_purposes,
    closing_is_shown,
    effective,
    facts_of_the_gate,
    shape,
    shown_until,
    weigh,
)
from hub.sharing.facts import FACTS, STEERING, Absence, Case
from hub.sharing.policy import Basis, Policy, Purpose
from hub.sharing.projection import KEPT_LONG_ENOUGH, NO_POLICY, Answer, Nothing, Projection, Shape
from hub.sharing.question import ConsentState, Occasion, Terms
from hub.sharing.vocabulary import FactType

MOST_REMEMBERED = 4096
ABSENT = {absence: Shape(letter, None, None, absence.value) for absence, letter in LETTER_OF_ABSENCE.items()}
NO_POLICY_AT_ALL = Nothing((NO_POLICY,))
GIVEN, BY_GUARDIAN = ConsentState.GIVEN, ConsentState.GIVEN_BY_GUARDIAN
KEPT = Nothing((KEPT_LONG_ENOUGH,))

Cells = dict[Hashable, Shape]
Kept = TypeVar("Kept")


@dataclass(slots=True)
class Plan:
    """What the steps decide about all cases with the same circumstances: nothing, or a shape per fact that is worked out once."""

    nothing: Nothing | None
    hidden: dict[str, Shape]
    open_facts: tuple[tuple[str, Cells], ...]
    weighed: Weighed
    purposes: frozenset[Purpose]


@dataclass(slots=True)
class Compiled:
    """One recipient's terms, ready for many cases; remembers at most a few thousand answers of each sort."""

    terms: Terms
    policy: Policy | None
    gate: tuple[str, ...]
    _plans: dict[Hashable, Plan] = field(default_factory=dict, repr=False)
    _cells: dict[Hashable, Cells] = field(default_factory=dict, repr=False)
    _untils: dict[Hashable, date] = field(default_factory=dict, repr=False)

    def decide(self, case: Case, *, occasion: Occasion) -> Answer:
        """Exactly what `decide` answers to the same question."""
        policy, facts = self.policy, case.facts
        if policy is None or case.giver.slug not in policy.givers:
            return NO_POLICY_AT_ALL
        plan = self.plan(case, occasion=occasion)
        if plan.nothing is not None:
            return plan.nothing
        shapes = plan.hidden.copy()
        for fact, cells in plan.open_facts:
            value = facts.get(fact, Absence.NOT_ASKED)
            if value.__class__ is Absence:
                shapes[fact] = ABSENT[value]
            else:
                shapes[fact] = cells.get(value) or self._new_cell(fact, cells, case, plan, policy)
        until = self._until(case, occasion, shapes["status"], policy)
        return Projection(shapes, plan.purposes, until) if until >= occasion.on else KEPT

    def plan(self, case: Case, *, occasion: Occasion) -> Plan:
        """What is decided about this case and all that are like it but for facts that no rule looks at; only where there is a policy."""
        assert self.policy is not None, "asked only where there is a policy"
        key = self._key(case, occasion, self.policy)
        return self._plans.get(key) or self._new_plan(key, case, occasion, self.policy)

    def _key(self, case: Case, occasion: Occasion, policy: Policy) -> Hashable:
        """All that the steps look at, and nothing that they do not; enums by identity, since hashing them is slow."""
        said, held, ties, slug, given = case.circumstances, occasion.held, occasion.ties, self.terms.recipient.slug, occasion.consents
        asked = policy.consent is Basis.REPORTER
        return (
            case.giver.slug,
            tuple(map(said.get, STEERING)),
            occasion.on,
            (given.state is GIVEN, given.state is BY_GUARDIAN, given.purposes, given.facts, given.until) if asked else None,
            held.whole,
            tuple(sorted(held.facts.items())) if held.facts else None,
            slug in ties.concerns,
            slug in ties.referrals,
            tuple([case.facts.get(fact) for fact in self.gate]) if self.gate else None,
        )

    def _new_plan(self, key: Hashable, case: Case, occasion: Occasion, policy: Policy) -> Plan:
        weighed = weigh(case, policy=policy, terms=self.terms, occasion=occasion)
        purposes = allowed_purposes(policy, consents=occasion.consents)
        plan = Plan(Nothing(weighed.closed) if weighed.closed else None, {}, (), weighed, purposes)
        if plan.nothing is None:
            words = self.terms.vocabulary.facts
            limits = weighed.limits
            plan.hidden = {fact: Shape(limits[fact].letter, None, None, limits[fact].reason) for fact in FACTS}  # open ones are filled in
            shown = (fact for fact in FACTS if limits[fact].step < words[fact].hidden)
            plan.open_facts = tuple((fact, self._cells.setdefault((fact, limits[fact]), {})) for fact in shown)
        _remember(self._plans, key, plan)
        return plan

    def _new_cell(self, fact: str, cells: Cells, case: Case, plan: Plan, policy: Policy) -> Shape:
        cell = shape(case, fact=fact, limit=plan.weighed.limits[fact], policy=policy, terms=self.terms)
        if self.terms.vocabulary.facts[fact].type is not FactType.TEXT:  # no two texts are the same
            _remember(cells, case.facts[fact], cell)
        return cell

    def _until(self, case: Case, occasion: Occasion, status: Shape, policy: Policy) -> date:
        closed_on = case.closed_on
        if closed_on is not None and not closing_is_shown(status, terms=self.terms):
            closed_on = None
        key = (occasion.first_shown_on or occasion.on, closed_on, occasion.consents.until)
        until = self._untils.get(key)
        if until is None:
            until = shown_until(policy, occasion=occasion, closed_on=closed_on)
            _remember(self._untils, key, until)
        return until


def _remember(memory: dict[Hashable, Kept], key: Hashable, value: Kept) -> None:
    if len(memory) >= MOST_REMEMBERED:
        memory.clear()
    memory[key] = value


def compile_terms(terms: Terms) -> Compiled:
    """Prepare these terms for many cases; the answers are those of `decide`."""
    policy = effective(terms) if terms.policy is not None and terms.recipient.slug in terms.policy.recipients else None
    return Compiled(terms, policy, facts_of_the_gate(policy) if policy else ())
