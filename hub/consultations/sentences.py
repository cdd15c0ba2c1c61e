"""A year plan in words: lines for a terminal and for people, and the same as plain JSON with keys that stay."""

from collections.abc import Iterable, Iterator
from datetime import date

from hub.consultations.days import MONTHS, Reason, in_dutch, short
from hub.consultations.joint import Joint
from hub.consultations.planner import Explained, Place, Planned, Priced


def points(hundredths: int) -> str:
    """An amount of points as people write it: 12,40."""
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100},{abs(hundredths) % 100:02d}"


def lines_of(planned: Planned) -> tuple[str, ...]:
    """The plan for a terminal: a line per consultation with its reserves, why each day costs something, and the plans that come next."""
    head = f"Jaarplan {planned.rules.year}: {len(planned.places)} bijeenkomsten, {points(planned.cost)} punten. Goedkoper kan niet."
    others = [f"  {points(plan.cost)}  {', '.join(short(day) for day in plan.days)}" for plan in planned.next_best]
    following = ["De plannen die daarna komen:", *others] if others else []
    refused = f"{len(planned.candidates)} dagen konden, {len(planned.refused)} niet; --explain DATUM zegt waarom."
    return (head, *(line for place in planned.places for line in _place(place)), *following, refused)


def lines_of_day(explained: Explained) -> tuple[str, ...]:
    """One day for a terminal: why it cannot be, or what it costs and the cheapest plan that holds it."""
    one = explained.judged
    day = in_dutch(one.day).capitalize()
    about = f"De zaken van {MONTHS[one.reference.number - 1]} {one.reference.year} zijn dan op tijd voorbereid."
    if not explained.is_candidate:
        return (f"{day} kan niet.", *(f"  {_sourced(reason)}" for reason in one.refused))
    cost = f"{day} kan, en kost {points(one.cost)} punten. {about}"
    reasons = tuple(f"  {_costing(reason)}" for reason in one.costs)
    if explained.best is None or explained.extra is None:
        return (cost, *reasons, "Geen plan heeft deze dag: er zijn geen andere dagen op de goede afstand.")
    with_it = ", ".join(short(other) for other in explained.best.days)
    if not explained.extra:
        return (cost, *reasons, f"Een goedkoopste plan heeft deze dag: {with_it}.")
    return (cost, *reasons, f"Het goedkoopste plan met deze dag kost {points(explained.extra)} punten meer: {with_it}.")


def lines_of_price(priced: Priced) -> tuple[str, ...]:
    """What days of somebody's own choice cost beside the cheapest plan, and which rules they break."""
    more = "" if priced.difference is None else f", {points(priced.difference)} meer dan het goedkoopste plan"
    broken = ("Deze regels houdt het niet:", *(f"  {sentence}" for sentence in priced.broken)) if priced.broken else ()
    return (f"Dit plan kost {points(priced.cost)} punten{more}.", *broken)


def lines_of_joint(joint: Joint) -> tuple[str, ...]:
    """The years of several bodies: a line for each, and how far from the best they can be at most."""
    proof = "Goedkoper kan niet." if joint.is_proven else f"Er is hoogstens {points(joint.gap)} punten te winnen."
    years = [f"  {body}: {', '.join(short(day) for day in days)} ({points(joint.costs[body])})" for body, days in joint.days.items()]
    return (f"{len(years)} overleggen samen: {points(joint.cost)} punten. {proof}", *years)


def as_json(planned: Planned) -> dict[str, object]:
    """The plan with `year, cost, days, places, candidates, refused, next_best`; costs are whole hundredths of a point."""
    return {
        "year": planned.rules.year,
        "cost": planned.cost,
        "days": [day.isoformat() for day in planned.days],
        "places": [_place_as_json(place) for place in planned.places],
        "candidates": len(planned.candidates),
        "refused": {day.isoformat(): [_reason_as_json(one) for one in reasons] for day, reasons in planned.refused.items()},
        "next_best": [{"cost": plan.cost, "days": _iso(plan.days)} for plan in planned.next_best],
    }


def joint_as_json(joint: Joint) -> dict[str, object]:
    """The years with `cost, alone, bound, gap, proven, weeks, bodies`; a body has its `days` and `cost`, in whole hundredths of a point."""
    return {
        "cost": joint.cost,
        "alone": joint.alone,
        "bound": joint.bound,
        "gap": joint.gap,
        "proven": joint.is_proven,
        "weeks": joint.weeks,
        "bodies": {body: {"days": _iso(days), "cost": joint.costs[body]} for body, days in joint.days.items()},
    }


def day_as_json(explained: Explained) -> dict[str, object]:
    """One day with `day, can, refused, cost, reasons, reference_month, plan, extra`; the last two are null when no plan holds it."""
    one = explained.judged
    return {
        "day": one.day.isoformat(),
        "can": explained.is_candidate,
        "refused": [_reason_as_json(reason) for reason in one.refused],
        "cost": one.cost,
        "reasons": [_reason_as_json(reason) for reason in one.costs],
        "reference_month": str(one.reference),
        "plan": None if explained.best is None else _iso(explained.best.days),
        "extra": explained.extra,
    }


def _place(place: Place) -> Iterator[str]:
    spare = " of ".join(f"{in_dutch(one.day)} (+{points(one.extra)})" for one in place.reserves)
    month = f"zaken van {MONTHS[place.reference.number - 1]}, bevroren op {short(place.frozen)}, kan vanaf {short(place.earliest)}"
    cost = f"{points(place.day_cost)} voor de dag, {points(place.gap_cost)} voor de afstand"
    yield f"{place.number}. {in_dutch(place.day)}: {place.gap} dagen na de vorige; {month}; {cost}"
    yield from (f"   {_costing(reason)}" for reason in place.reasons)
    yield from (f"   Vastgezet, al geldt: {reason.sentence}" for reason in place.broken)
    if spare:
        yield f"   in reserve: {spare}"


def _costing(reason: Reason) -> str:
    return f"{reason.sentence} (+{points(reason.points)})"


def _sourced(reason: Reason) -> str:
    return f"{reason.sentence} [{reason.source}]" if reason.source else reason.sentence


def _place_as_json(place: Place) -> dict[str, object]:
    return {
        "number": place.number, "day": place.day.isoformat(), "gap": place.gap, "day_cost": place.day_cost, "gap_cost": place.gap_cost,
        "reasons": [_reason_as_json(one) for one in place.reasons], "broken": [_reason_as_json(one) for one in place.broken],
        "reserves": [{"day": one.day.isoformat(), "extra": one.extra} for one in place.reserves],
        "reference_month": str(place.reference), "frozen": place.frozen.isoformat(), "earliest": place.earliest.isoformat(),
    }  # fmt: skip


def _reason_as_json(reason: Reason) -> dict[str, object]:
    return {"rule": reason.rule, "sentence": reason.sentence, "points": reason.points, "source": reason.source}


def _iso(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]
