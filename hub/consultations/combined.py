"""The years of several bodies that one partner leads, planned together: what each is asked, and who sits in two of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from uuid import UUID

from hub.consultations.founding import led
from hub.consultations.joint import WIDTHS, Joint, Progress, plan_together
from hub.consultations.planner import PlanRules
from hub.consultations.queries import attendees, bodies, series, series_of
from hub.consultations.rules import SERIES_IN_DUTCH, Body, SeriesState
from hub.consultations.years import draft_year, lock_all, propose, rules_of
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid, Problem

WHILE_WAITING = WIDTHS[:3]  # how wide a page searches while somebody waits; the command searches on
OPEN = frozenset({SeriesState.DRAFT, SeriesState.PROPOSED})


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which bodies, and of which year, somebody wants the plans together; no bodies when nothing was chosen yet."""

    slugs: tuple[str, ...]
    year: int


@dataclass(frozen=True, slots=True)
class Together:
    """The bodies to choose from, what was asked, and the answer with the steps of the search."""

    led: tuple[Body, ...]
    asked: Asked
    joint: Joint | None = None
    steps: tuple[Progress, ...] = ()


class Otherwise(Invalid):
    """The years together are not those that somebody looked at."""

    def __init__(self) -> None:
        super().__init__("Er is intussen iets veranderd, waardoor andere dagen beter zijn. Kijk opnieuw, en stel dan voor.")


def choices(work: Work, *, asked: Asked) -> Together:
    """The bodies that the acting partner leads, with nothing planned yet."""
    mine = tuple(one for one in bodies(work) if one.coordinator == work.partner)
    return Together(mine, asked if asked.year else Asked(asked.slugs, today(work.now).year + 1))


def together(work: Work, *, asked: Asked) -> Together:
    """The same with the cheapest years of the bodies that were chosen; raises as `planned_together` does."""
    found, steps = choices(work, asked=asked), list[Progress]()
    if not asked.slugs:
        return found
    joint = planned_together(work, bodies=asked.slugs, year=found.asked.year, told=steps.append, widths=WHILE_WAITING)
    return replace(found, joint=joint, steps=tuple(steps))


def propose_together(work: Work, *, asked: Asked, shown: Mapping[str, tuple[date, ...]]) -> tuple[UUID, ...]:
    """
    Put the years of these bodies before their members, all of them or none, with their days fixed; tells the plans.

    They are planned again: Otherwise when that gives other days than those that were shown.
    """
    found = together(work, asked=asked)
    if found.joint is None or dict(found.joint.days) != dict(shown):
        raise Otherwise
    return tuple(_put(work, slug, found.asked.year, days) for slug, days in found.joint.days.items())


def _put(work: Work, slug: str, year: int, days: tuple[date, ...]) -> UUID:
    kept = next((one.id for one in series_of(work, body=slug) if one.year == year), None)
    made = lock_all(work, series=kept or draft_year(work, body=slug, year=year), days=days)
    if series(work, id=made).state is SeriesState.DRAFT:
        propose(work, series=made)
    return made


def planned_together(
    work: Work, *, bodies: Sequence[str], year: int, told: Callable[[Progress], None], widths: Sequence[int] = ()
) -> Joint:
    """
    The cheapest years of these bodies together, by slug; nothing is written, and locked days of a plan that is open stay.

    Raises Refused for a body that another leads, Conflict for a year that is settled, NoPlan and NoJointPlan where there is none.
    """
    if len(set(bodies)) < 2:
        raise Invalid("Noem minstens twee overleggen.")
    here = {slug: led(work, slug=slug) for slug in sorted(set(bodies))}
    asked = {slug: _asked(work, one, year) for slug, one in here.items()}
    return plan_together(asked, shared=_shared(work, here), told=told, widths=widths)


def _asked(work: Work, body: Body, year: int) -> PlanRules:
    found = next((one for one in series_of(work, body=body.slug) if one.year == year), None)
    if found is None:
        try:
            return rules_of(work, body=body, year=year)
        except Invalid:
            sentence = f"Schakel kent van {body.name} geen vorige bijeenkomst. Plan dit jaar daar eerst apart; u noemt dan die dag."
            raise Invalid(sentence, (Problem("overleg", sentence),)) from None
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
