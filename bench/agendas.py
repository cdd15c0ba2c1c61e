"""An agenda proposed from many cases: what three readers may all know of each, and the best use of the minutes, beside a plain knapsack.

The floor of the choice is the knapsack over every candidate and every minute, in one table of numbers, which tells the greatest weight
and neither reasons nor order; ours judges every candidate by every rule, chooses, orders and says why not. The floor of what all readers
know is to take the facts of the three rows that are equal, which would be wrong wherever two are told in different precisions.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from bench.words import Figure, figure, processor_seconds_of
from hub.agendas.proposing import Candidate, Moment, Proposed, propose
from hub.agendas.together import together
from hub.sharing.coarsen import coarsen
from hub.sharing.facts import Value, day_of
from hub.sharing.schemas import load_policies
from hub.sharing.vocabulary import Vocabulary

AT, MINUTES = Moment(date(2027, 1, 20), date(2026, 11, 26)), 65
WORDS = load_policies(Path(__file__).parent.parent / "policies").vocabulary
FINE: Mapping[str, str] = {"incident_date": "day", "place": "municipality", "ground": "sub", "nature": "exact", "status": "stage"}
COARSE: Mapping[str, str] = {"incident_date": "week", "place": "municipality", "ground": "ground", "nature": "exact", "status": "phase"}


def measure(*, small: bool) -> list[Figure]:
    """A proposal from 10,000 cases (1,000 when small), and what three readers may all know of as many."""
    many = 1_000 if small else 10_000
    found = list(candidates(many))
    [*items] = (one for one in propose(found, minutes=MINUTES, at=AT) if one.no)
    assert sum(one.weight for one in items if not one.is_must) == greatest(found), "the choice and the table of numbers disagree"
    chosen = processor_seconds_of(lambda: propose(found, minutes=MINUTES, at=AT), times=3)
    table = processor_seconds_of(lambda: (greatest(found),), times=3)
    cases = list(tellings(many, WORDS))
    known = processor_seconds_of(lambda: (together(one, vocabulary=WORDS) for one in cases), times=3)
    equal = processor_seconds_of(lambda: (_equal(one) for one in cases), times=3)
    return [
        figure("agenda_proposal", value=chosen, unit=f"s, {many} cases", floor=table, goal="≤ 2 × a plain knapsack"),
        figure("agenda_together", value=many / known, unit="cases/s", floor=many / equal, goal="≥ 0.015 of comparing"),
    ]


def candidates(many: int) -> Iterator[Candidate]:
    """Cases of every kind, none of them urgent."""
    random = Random(7)
    for number in range(many):
        first = AT.previous + timedelta(days=random.randint(-200, 50))
        changed = max(first, AT.previous + timedelta(days=random.randint(-150, 50)))
        asked = random.random() < 0.05
        yield Candidate(
            UUID(int=number), "case", f"{number:05d}", first, changed, changed if number % 3 == 0 else None,
            is_connected=random.random() < 0.1, nominated_by=("OM",) if asked else (),
            minutes_asked=random.randint(3, 20) if asked else None, repeats=random.randint(0, 4),
        )  # fmt: skip


def greatest(found: list[Candidate]) -> int:
    """The greatest weight that fits, by a table over minutes."""
    best = [0] * (MINUTES + 1)
    for one in _judged(found):
        for used in range(MINUTES, one.minutes - 1, -1):
            best[used] = max(best[used], best[used - one.minutes] + one.weight)
    return best[MINUTES]


def _judged(found: list[Candidate]) -> list[Proposed]:
    key = id(found)
    if key not in _KEPT:
        _KEPT[key] = [one for one in propose(found, minutes=0, at=AT) if one.reasons]
    return _KEPT[key]


_KEPT: dict[int, list[Proposed]] = {}


def tellings(many: int, words: Vocabulary) -> Iterator[list[dict[str, Value]]]:
    """Of each case what three readers have: one of them by the day and the sub-ground, two coarser."""
    random, grounds = Random(11), sorted(words.lists["ground"].codes)
    places = [code for code in sorted(words.lists["place"].codes) if code.startswith("GM")]
    for _ in range(many):
        whole: dict[str, Value] = {
            "incident_date": day_of(date(2026, 1, 1) + timedelta(days=random.randint(0, 364))), "place": random.choice(places),
            "ground": tuple(sorted(random.sample(grounds, 2))), "nature": "bedreiging", "status": "in_behandeling",
        }  # fmt: skip
        yield [_shaped(whole, shapes, words) for shapes in (FINE, COARSE, COARSE)]


def _shaped(whole: Mapping[str, Value], shapes: Mapping[str, str], words: Vocabulary) -> dict[str, Value]:
    shaped = {fact: coarsen(value, fact=fact, precision=shapes[fact], vocabulary=words) for fact, value in whole.items()}
    return {fact: value for fact, value in shaped.items() if value is not None}


def _equal(readers: list[dict[str, Value]]) -> dict[str, Value]:
    first, *others = readers
    return {fact: value for fact, value in first.items() if all(other.get(fact) == value for other in others)}
