"""What leads the agenda of a block: rules with their reasons, the best use of the minutes, the order, and why the rest is not on it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

SILENCE, REPEATED_WITHIN = timedelta(days=90), timedelta(days=183)
LONGEST_ASKED = 15
ORDINALS = {3: "Derde", 4: "Vierde", 5: "Vijfde", 6: "Zesde", 7: "Zevende", 8: "Achtste", 9: "Negende", 10: "Tiende"}
Case = tuple[str, str, date]  # of a case in the block: its municipality, one of its grounds, and the first day of the incident


@dataclass(frozen=True, slots=True)
class Candidate:
    """What everybody in a block knows of one thing that could be spoken of; nothing else may weigh."""

    id: UUID
    kind: str  # case, theme or agreement
    code: str
    first_on: date | None = None
    changed_on: date | None = None
    outcome_on: date | None = None  # since when its status or outcome is as it is
    is_urgent: bool = False
    is_connected: bool = False
    nominated_by: tuple[str, ...] = ()
    minutes_asked: int | None = None
    held_over: int = 0
    minutes_left: int | None = None
    due: date | None = None
    deferrals: int = 0
    repeats: int = 0  # which one it is of the same place and ground within half a year
    deadline: date | None = None  # the first day on which a term may end, computed from what all of the block know


@dataclass(frozen=True, slots=True)
class Moment:
    """When the agenda is made: today, the day of the meeting before, and until when a term cannot wait for the meeting after it."""

    today: date
    previous: date
    horizon: date = date.min


@dataclass(frozen=True, slots=True)
class Rule:
    """One ground for an item: when it holds, what is said, its weight and its minutes; a must goes before all weighing."""

    word: str
    holds: Callable[[Candidate, Moment], bool]
    says: Callable[[Candidate, Moment], str]
    weighs: Callable[[Candidate, Moment], int]
    takes: Callable[[Candidate], int]
    is_must: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that held for a candidate, in words."""

    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A candidate with its place in the block (from 1), or with why it is not on the agenda."""

    candidate: Candidate
    no: int
    minutes: int
    weight: int
    is_must: bool
    reasons: tuple[Reason, ...]
    because: str | None


def day_in_words(day: date) -> str:
    """A day in Dutch, without a year: the agenda is about this winter, not another."""
    months = "januari februari maart april mei juni juli augustus september oktober november december".split()
    return f"{day.day} {months[day.month - 1]}"


def _is_new(one: Candidate, at: Moment) -> bool:
    return one.first_on is not None and one.first_on > at.previous


def _has_outcome(one: Candidate, at: Moment) -> bool:
    return not _is_new(one, at) and one.outcome_on is not None and one.outcome_on > at.previous


def _has_changed(one: Candidate, at: Moment) -> bool:
    is_other = not _is_new(one, at) and not _has_outcome(one, at)
    return is_other and one.changed_on is not None and one.changed_on > at.previous


def _is_late(one: Candidate, at: Moment) -> bool:
    return one.kind == "agreement" and ((one.due is not None and one.due < at.today) or one.deferrals >= 2)


def _late_days(one: Candidate, at: Moment) -> int:
    return min(max((at.today - one.due).days, 0), 30) if one.due else 0


def _late_in_words(one: Candidate, at: Moment) -> str:
    put_off = f"{one.deferrals} keer uitgesteld" if one.deferrals else ""
    over = f"{one.code} verlopen" if one.due is not None and one.due < at.today else one.code
    return ", ".join(part for part in (over, put_off) if part)


RULES = (
    Rule("urgent", lambda one, at: one.is_urgent, lambda one, at: "Onrust of veiligheid",
         lambda one, at: 100, lambda one: 15, is_must=True),
    Rule("held_over", lambda one, at: one.held_over > 0,
         lambda one, at: "Aangehouden" if one.held_over == 1 else f"{one.held_over} keer aangehouden",
         lambda one, at: 90 + 20 * one.held_over, lambda one: one.minutes_left or 8),
    Rule("nominated", lambda one, at: bool(one.nominated_by), lambda one, at: f"Aangemeld door {_listed(one.nominated_by)}",
         lambda one, at: 80, lambda one: min(one.minutes_asked or 10, LONGEST_ASKED)),
    Rule("connected", lambda one, at: one.is_connected, lambda one, at: "Contact hierover afgesproken", lambda one, at: 70, lambda one: 10),
    Rule("deadline", lambda one, at: one.deadline is not None and at.today <= one.deadline <= at.horizon,
         lambda one, at: f"Termijn kan aflopen op {day_in_words(one.deadline)}" if one.deadline else "", lambda one, at: 65, lambda one: 8),
    Rule("new", _is_new, lambda one, at: f"Nieuw sinds {day_in_words(at.previous)}", lambda one, at: 60, lambda one: 12),
    Rule("late", _is_late, _late_in_words, lambda one, at: 50 + _late_days(one, at) + 20 * one.deferrals, lambda one: 5),
    Rule("repeated", lambda one, at: one.repeats >= 3,
         lambda one, at: f"{ORDINALS.get(one.repeats, f'{one.repeats}e')} melding met deze plaats en grond in een half jaar",
         lambda one, at: 50, lambda one: 12),
    Rule("outcome", _has_outcome,  # what it is now stands among the facts; a reason holds no fact that could go
         lambda one, at: f"Stand gewijzigd op {day_in_words(one.outcome_on)}" if one.outcome_on else "", lambda one, at: 40, lambda one: 7),
    Rule("changed", _has_changed, lambda one, at: f"Bijgewerkt sinds {day_in_words(at.previous)}", lambda one, at: 30, lambda one: 5),
    Rule("silent", lambda one, at: one.changed_on is not None and at.today - one.changed_on > SILENCE,
         lambda one, at: f"Geen beweging sinds {day_in_words(one.changed_on)}" if one.changed_on else "",
         lambda one, at: 20, lambda one: 3),
)  # fmt: skip
BY_WORD: Mapping[str, Rule] = {rule.word: rule for rule in RULES}


def holds(word: str, *, candidate: Candidate, at: Moment) -> bool:
    """Whether the rule of this word holds for the candidate; so every reason can be asked again."""
    return BY_WORD[word].holds(candidate, at)


def propose(candidates: Iterable[Candidate], *, minutes: int, at: Moment) -> tuple[Proposed, ...]:
    """
    Everybody of them once: first the items in their order, then what is left out, each with its one reason.

    Musts always stay, also beyond the minutes; of the rest the choice of the greatest weight that fits. Nothing depends on the order in
    which the candidates come.
    """
    judged = [_judged(one, at) for one in sorted(candidates, key=lambda one: one.code)]
    musts = [one for one in judged if one.is_must]
    rest = [one for one in judged if one.reasons and not one.is_must]
    left = max(minutes - sum(one.minutes for one in musts), 0)
    chosen = {one.candidate.id for one in best(rest, minutes=left)}
    picked = [*sorted(musts, key=_by_worth), *sorted((one for one in rest if one.candidate.id in chosen), key=_by_worth)]
    unused = max(minutes - sum(one.minutes for one in picked), 0)
    items = [_at(one, number, None) for number, one in enumerate(picked, 1)]
    others = [one for one in judged if one.candidate.id not in {item.candidate.id for item in items}]
    return (*items, *(_at(one, 0, _why_not(one, unused, at)) for one in others))


def best(choices: Sequence[Proposed], *, minutes: int) -> list[Proposed]:
    """Those that together weigh most within the minutes; of equal weight the fewest minutes, then the first codes. Exact."""
    useful = sorted(_useful(choices, minutes), key=lambda one: one.candidate.code, reverse=True)
    ways: dict[int, tuple[int, tuple[str, ...]]] = {0: (0, ())}  # minutes used → the best way to use just these: less weight is worse
    for one in useful:
        for used, (weight, codes) in sorted(ways.items(), reverse=True):
            if (total := used + one.minutes) <= minutes:
                way = (weight - one.weight, (one.candidate.code, *codes))
                ways[total] = min(way, ways.get(total, way))
    _, _, codes = min((weight, used, codes) for used, (weight, codes) in ways.items())
    return [one for one in choices if one.candidate.code in set(codes)]


def repeats(cases: Mapping[UUID, Sequence[Case]], *, today: date) -> dict[UUID, int]:
    """Per case how many in the block have its place and one of its grounds within half a year, itself included."""
    since = today - REPEATED_WITHIN
    counts = Counter((place, ground) for told in cases.values() for place, ground, day in set(told) if day >= since)
    return {id: max((counts[place, ground] for place, ground, day in told if day >= since), default=0) for id, told in cases.items()}


def _useful(choices: Sequence[Proposed], minutes: int) -> Iterable[Proposed]:
    """Of those of equal length no more than could ever fit; one that is passed over could always be replaced by one that is not."""
    seen: Counter[int] = Counter()
    for one in sorted(choices, key=lambda one: (-one.weight, one.candidate.code)):
        seen[one.minutes] += 1
        if seen[one.minutes] * one.minutes <= minutes:
            yield one


def _judged(one: Candidate, at: Moment) -> Proposed:
    found = [rule for rule in RULES if rule.holds(one, at)]
    takes = max((rule.takes(one) for rule in found), default=0)
    weight = sum(rule.weighs(one, at) for rule in found)
    reasons = tuple(Reason(rule.word, rule.says(one, at)) for rule in found)
    return Proposed(one, 0, takes, weight, any(rule.is_must for rule in found), reasons, None)


def _at(one: Proposed, no: int, because: str | None) -> Proposed:
    return Proposed(one.candidate, no, one.minutes, one.weight, one.is_must, one.reasons, because)


def _by_worth(one: Proposed) -> tuple[float, str]:
    return -one.weight / one.minutes, one.candidate.code


def _why_not(one: Proposed, unused: int, at: Moment) -> str:
    if not one.reasons:
        return f"Geen verandering sinds {day_in_words(at.previous)}."
    return f"Past niet meer (nog {unused} {'minuut' if unused == 1 else 'minuten'})."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} en {names[-1]}"
