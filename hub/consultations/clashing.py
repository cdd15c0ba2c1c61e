"""Why a year has no plan: where it gets stuck, what stands in the way there, and the fewest hard rules whose lifting gives one."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations

from hub.consultations.cheapest import Board, has_plan, reachable
from hub.consultations.days import Judged, short, why_absent
from hub.consultations.question import LEAST_GAP, LEAST_GAP_WITH_OLDER, PlanRules
from hub.kernel.errors import Invalid, Problem

NEVER = frozenset({"weekend", "public_holiday"})  # nobody is asked to lift these
GAP, LOCKED = "gap", "locked"
LABELS: Mapping[str, str] = {
    "lead": "de voorbereidingstijd na de bevriezing", GAP: "de grenzen aan de afstand tussen twee bijeenkomsten",
    LOCKED: "de vastgezette dagen", "taken": "de dagen met een ander overleg van dezelfde mensen", "school_holiday": "de schoolvakanties",
    "liberation_day": "5 mei", "keti_koti": "Keti Koti", "religious_day": "de religieuze feestdagen", "weekend": "het weekend",
    "public_holiday": "de feestdagen",
}  # fmt: skip
ORDER = ("absent", "lead", LOCKED, "taken", GAP, "school_holiday", "liberation_day", "keti_koti", "religious_day")
MOST_SHOWN = 5


class NoPlan(Invalid):
    """No plan obeys all hard rules. `stuck` names the first place that no day can take, `clashes` the rules that refuse days there.

    `relax` holds every smallest set (one rule or two) whose lifting gives a plan; it is empty when even two do not help.
    """

    def __init__(
        self, sentence: str, *, stuck: int, clashes: tuple[str, ...], relax: tuple[tuple[str, ...], ...], ways: tuple[str, ...]
    ) -> None:
        super().__init__(sentence, tuple(Problem("relax", way) for way in ways))
        self.stuck, self.clashes, self.relax, self.ways = stuck, clashes, relax, ways


def board_of(judged: Mapping[date, Judged], *, rules: PlanRules, lifted: frozenset[str] = frozenset()) -> Board:
    """The days that may be chosen, with these hard rules lifted; a day that people locked may be chosen whatever refuses it."""
    locked = {} if LOCKED in lifted else dict(rules.locked)
    least = LEAST_GAP if rules.same_month and "lead" not in lifted else LEAST_GAP_WITH_OLDER
    free = {day for day, one in judged.items() if {reason.rule for reason in one.refused} <= lifted}
    cost = {day: judged[day].cost for day in sorted(free | set(locked.values()))}
    gap = range(least, 367) if GAP in lifted else range(max(least, rules.gap.start), rules.gap.stop)
    return Board(cost, rules.number, gap, rules.previous, locked, frozenset(locked))


def why_none(judged: Mapping[date, Judged], *, rules: PlanRules) -> NoPlan:
    """The refusal of a year that has no plan, with what clashes and the smallest sets of rules that would give one when lifted."""
    board = board_of(judged, rules=rules)
    layers = reachable(board)
    stuck = next(place for place, days in enumerate(layers, start=1) if not days)
    came = layers[stuck - 2] if stuck > 1 else (board.before,)
    first, last = _window(board, came, rules.year)
    if stuck in board.locked:
        last = first - timedelta(1)  # what stands in the way is that day, not the days around it
    against = Counter(reason.rule for day, one in judged.items() if first <= day <= last for reason in one.refused)
    relax = tuple(_smallest(judged, rules))
    ways = tuple(" en ".join(_label(rule, rules) for rule in way) for way in relax)
    counted = "; ".join(f"{_label(rule, rules)} ({count} {'dag' if count == 1 else 'dagen'})" for rule, count in against.most_common())
    what = f" Daar vallen dagen weg door {counted}." if counted else ""
    helps = f"Het lukt wel zonder {' of zonder '.join(ways)}." if ways else "Ook als u twee regels loslaat is er geen plan."
    clashes = tuple(rule for rule, _ in against.most_common()) or ((LOCKED, GAP) if stuck in board.locked else (GAP,))
    return NoPlan(f"{_where(board, stuck, first, last)}{what} {helps}", stuck=stuck, clashes=clashes, relax=relax, ways=ways)


def _where(board: Board, stuck: int, first: date, last: date) -> str:
    allowed = f"{board.gap.start} tot en met {board.gap.stop - 1} dagen na de vorige"
    if stuck in board.locked:
        return f"Bijeenkomst {stuck} staat vast op {short(board.locked[stuck])}, en geen dag voor de vorige past daarbij ({allowed})."
    if first > last:
        return f"Het jaar is te kort voor bijeenkomst {stuck} van {board.number}: die valt {allowed}, en dat is in een ander jaar."
    return f"Er is geen dag voor bijeenkomst {stuck} van {board.number} ({allowed}: {short(first)} tot en met {short(last)})."


def _window(board: Board, came: tuple[date, ...], year: int) -> tuple[date, date]:
    """The days that could have followed the place before."""
    first, last = came[0] + timedelta(board.gap.start), came[-1] + timedelta(board.gap.stop - 1)
    return max(first, date(year, 1, 1)), min(last, date(year, 12, 31))


def _smallest(judged: Mapping[date, Judged], rules: PlanRules) -> Iterator[tuple[str, ...]]:
    """Every set of the smallest size, at most two, that gives a plan when lifted; few days lost first."""
    said = {reason.rule for one in judged.values() for reason in one.refused} - NEVER
    known = sorted([*said, GAP, *([LOCKED] if rules.locked else [])], key=_place_of)
    for size in (1, 2):
        found = [way for way in combinations(known, size) if has_plan(board_of(judged, rules=rules, lifted=frozenset(way)))]
        if found:
            yield from found[:MOST_SHOWN]
            return


def _place_of(rule: str) -> tuple[int, str]:
    return ORDER.index(rule.partition("/")[0]), rule


def _label(rule: str, rules: PlanRules) -> str:
    if rule.startswith("absent/"):
        return f"‘{why_absent(rules.unavailable[int(rule.partition('/')[2])]).rstrip('.')}’"
    return LABELS[rule]
