"""The proof that a year plan obeys its rules and that none is cheaper; the checker plans nothing, it adds up and compares."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from hub.consultations.days import Judged, in_dutch, judge_year
from hub.consultations.observances import VERSIONS
from hub.consultations.planner import Planned, potentials_of
from hub.consultations.question import PlanRules, gap_cost
from hub.kernel.errors import Invalid

FORM = "schakel/jaarplan/1"
UNREADABLE = "Dit bewijs is niet te lezen."


@dataclass(frozen=True, slots=True)
class _Proof:
    """A certificate, read: days are days and points are whole numbers."""

    rules: PlanRules
    rules_hash: str
    versions: object
    candidates: Mapping[date, object]
    refused: Mapping[date, object]
    cost: int
    days: tuple[date, ...]
    next_best: tuple[tuple[int, tuple[date, ...]], ...]
    potentials: tuple[Mapping[date, int], ...]


@dataclass(frozen=True, slots=True)
class _Year:
    """The question, every day judged by it, and per place the days that may stand there."""

    rules: PlanRules
    judged: Mapping[date, Judged]
    at: tuple[Mapping[date, int], ...]

    def step(self, place: int, day: date, then: date) -> int | None:
        """What it costs to have `then` at this place after `day`, or None when the rules forbid it."""
        gap, locked = (then - day).days, self.rules.locked
        is_agreed = place in locked and (place == 1 or place - 1 in locked) and gap > 0
        if then not in self.at[place - 1] or not (gap in self.rules.gap or is_agreed):
            return None
        return self.at[place - 1][then] + gap_cost(gap, number=self.rules.number)

    def total(self, days: tuple[date, ...]) -> int | None:
        """What these days cost together, or None when the rules forbid them."""
        pairs = zip((self.rules.previous, *days), days, strict=False)
        steps = [self.step(place, day, then) for place, (day, then) in enumerate(pairs, start=1)] if len(days) == self.rules.number else []
        known = [step for step in steps if step is not None]
        return sum(known) if len(known) == self.rules.number else None


def certificate(rules: PlanRules, *, planned: Planned) -> dict[str, object]:
    """The proof for a plan made with these rules, as plain JSON: question, days judged, plan, and what the rest costs from each."""
    judged = judge_year(rules)
    return {
        "form": FORM,
        "rules": rules.to_json(),
        "rules_sha256": _hash(rules),
        "libraries": dict(VERSIONS),
        "candidates": {day.isoformat(): _costs(one) for day, one in judged.items() if not one.refused},
        "refused": {day.isoformat(): _refusals(one) for day, one in judged.items() if one.refused},
        "plan": {"cost": planned.cost, "days": [day.isoformat() for day in planned.days]},
        "next_best": [{"cost": plan.cost, "days": [day.isoformat() for day in plan.days]} for plan in planned.next_best],
        "potentials": [{day.isoformat(): rest for day, rest in layer.items()} for layer in potentials_of(rules)],
    }


def check_certificate(said: object) -> list[str]:
    """What is wrong with a certificate, in Dutch sentences; an empty list proves that no plan under these rules is cheaper."""
    try:
        proof = _read(said)
        year = _year(proof.rules)
    except Invalid as error:
        return [error.sentence]
    except (KeyError, TypeError, ValueError, AttributeError):
        return [UNREADABLE]
    days = list(_wrong_days(proof, year.judged))
    if days:
        return days
    return [*_wrong_plan(proof, year), *_wrong_next(proof, year), *_wrong_potentials(proof, year)]


def _wrong_days(proof: _Proof, judged: Mapping[date, Judged]) -> Iterator[str]:
    """The question is the one that was hashed, and each day is judged as these rules and calendars judge it."""
    if proof.rules_hash != _hash(proof.rules):
        yield "De planregels zijn veranderd nadat het bewijs werd gemaakt."
    older = "" if proof.versions == dict(VERSIONS) else " Het bewijs is met een andere versie van de kalenders gemaakt."
    for day, one in judged.items():
        if proof.refused.get(day, []) != _refusals(one):
            yield f"{in_dutch(day).capitalize()}: de redenen waarom deze dag niet kan, kloppen niet.{older}"
        elif not one.refused and proof.candidates.get(day) != _costs(one):
            yield f"{in_dutch(day).capitalize()}: de punten van deze dag kloppen niet.{older}"
    if any(day not in judged or judged[day].refused for day in proof.candidates) or proof.refused.keys() - judged.keys():
        yield "Het bewijs noemt dagen als keuze die dat niet zijn."


def _wrong_plan(proof: _Proof, year: _Year) -> Iterator[str]:
    total = year.total(proof.days)
    if total is None:
        yield "Het plan houdt zich niet aan de regels."
    elif total != proof.cost:
        yield f"Het plan kost {total} punten, en niet {proof.cost}."


def _wrong_next(proof: _Proof, year: _Year) -> Iterator[str]:
    """What is offered as next best is a plan, costs what is said and comes after the plan; that nothing lies between is not proved."""
    order = [(proof.cost, proof.days), *proof.next_best]
    if order != sorted(set(order)) or any(year.total(days) != cost for cost, days in proof.next_best):
        yield "De plannen die als volgende worden genoemd, kloppen niet."


def _wrong_potentials(proof: _Proof, year: _Year) -> Iterator[str]:
    """Nothing that is left to pay is said too high, and nothing that can be finished is left out; then the plan is a cheapest one."""
    number = proof.rules.number
    if len(proof.potentials) != number:
        yield "Het bewijs heeft niet voor elke bijeenkomst een rest."
        return
    if dict(proof.potentials[-1]) != dict.fromkeys(year.at[-1], 0):
        yield "Na de laatste bijeenkomst hoort er niets meer te betalen te zijn."
    for place in range(1, number):
        here, ahead = proof.potentials[place - 1], proof.potentials[place]
        for day in year.at[place - 1]:
            onward = [cost + rest for then, rest in ahead.items() if (cost := year.step(place + 1, day, then)) is not None]
            if onward and (day not in here or here[day] > min(onward)):
                yield f"{in_dutch(day).capitalize()} als bijeenkomst {place}: wat het jaar daarna nog kost, is te hoog gezegd of ontbreekt."
    first = [cost + rest for day, rest in proof.potentials[0].items() if (cost := year.step(1, proof.rules.previous, day)) is not None]
    if not first or proof.cost > min(first):
        yield "Het bewijs laat een goedkoper plan toe."


def _year(rules: PlanRules) -> _Year:
    judged = judge_year(rules)
    free = {day: one.cost for day, one in judged.items() if not one.refused or day in rules.locked.values()}
    locked = {place: {day: judged[day].cost} for place, day in rules.locked.items()}
    return _Year(rules, judged, tuple(locked.get(place, free) for place in range(1, rules.number + 1)))


def _costs(one: Judged) -> object:
    return {"cost": one.cost, "reasons": [[reason.rule, reason.points] for reason in one.costs]}


def _refusals(one: Judged) -> object:
    return [[reason.rule, reason.sentence, reason.source] for reason in one.refused]


def _hash(rules: PlanRules) -> str:
    return sha256(json.dumps(rules.to_json(), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _read(said: object) -> _Proof:
    if not isinstance(said, dict) or said["form"] != FORM:
        raise TypeError
    return _Proof(
        rules=PlanRules.from_json(said["rules"]),
        rules_hash=said["rules_sha256"],
        versions=said["libraries"],
        candidates={date.fromisoformat(day): one for day, one in said["candidates"].items()},
        refused={date.fromisoformat(day): one for day, one in said["refused"].items()},
        cost=_whole(said["plan"]["cost"]),
        days=_days(said["plan"]["days"]),
        next_best=tuple((_whole(one["cost"]), _days(one["days"])) for one in said["next_best"]),
        potentials=tuple({date.fromisoformat(day): _whole(rest) for day, rest in layer.items()} for layer in said["potentials"]),
    )


def _days(said: list[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in said)


def _whole(said: object) -> int:
    if isinstance(said, bool) or not isinstance(said, int):
        raise TypeError
    return said
