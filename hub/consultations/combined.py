"""The years of several bodies that one partner leads, planned together: what each is asked, and who sits in two of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from hub.consultations.founding import led
from hub.consultations.joint import Joint, Progress, plan_together
from hub.consultations.planner import PlanRules
from hub.consultations.queries import attendees, series_of
from hub.consultations.rules import SERIES_IN_DUTCH, Body, SeriesState
from hub.consultations.years import rules_of
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid

OPEN = frozenset({SeriesState.DRAFT, SeriesState.PROPOSED})


def planned_together(work: Work, *, bodies: Sequence[str], year: int, told: Callable[[Progress], None]) -> Joint:
    """
    The cheapest years of these bodies together, by slug; nothing is written, and locked days of a plan that is open stay.

    Raises Refused for a body that another leads, Conflict for a year that is settled, NoPlan and NoJointPlan where there is none.
    """
    if len(set(bodies)) < 2:
        raise Invalid("Noem minstens twee overleggen.")
    here = {slug: led(work, slug=slug) for slug in sorted(set(bodies))}
    asked = {slug: _asked(work, one, year) for slug, one in here.items()}
    return plan_together(asked, shared=_shared(work, here), told=told)


def _asked(work: Work, body: Body, year: int) -> PlanRules:
    found = next((one for one in series_of(work, body=body.slug) if one.year == year), None)
    if found is None:
        return rules_of(work, body=body, year=year)
    if found.state not in OPEN:
        raise Conflict(f"Het jaarplan {year} van {body.name} staat op ‘{SERIES_IN_DUTCH[found.state]}’.")
    said = PlanRules.from_json(found.rules)
    fresh = rules_of(work, body=body, year=year, previous=said.previous)
    return replace(fresh, locked=said.locked, weights=said.weights, same_month=said.same_month, schools=said.schools)


def _shared(work: Work, bodies: Mapping[str, Body]) -> Mapping[frozenset[str], tuple[str, ...]]:
    """Per two bodies the partners whose people sit in both; a needed member that named nobody in one of them may send anybody."""
    named = {slug: {(one.partner, str(one.account or one.name.lower())) for one in attendees(work, body=slug)} for slug in bodies}
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for one, other in combinations(bodies, 2):
        twice = {partner for partner, _ in named[one] & named[other]}
        for here, there in ((one, other), (other, one)):
            silent = {member.partner for member in bodies[here].members if member.required} - {partner for partner, _ in named[here]}
            twice |= silent & {member.partner for member in bodies[there].members}
        if twice:
            found[frozenset({one, other})] = tuple(sorted(member.name for member in bodies[one].members if member.partner in twice))
    return found
