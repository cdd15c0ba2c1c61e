"""What a benchmark says: one figure, the floor it is held against, their ratio and the goal."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from statistics import median
from time import process_time


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside the cheapest thing that could do the same work, measured in the same run on the same machine.

    `ratio` is value to floor as `goal` reads it: "≤ 3" means at most three times the floor, "≥ 100" at least a hundred times.
    """

    name: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    goal: str
    command: str

    def is_met(self) -> bool:
        """Whether the ratio (or the value, where there is no floor) keeps the goal."""
        sign, number = self.goal.split()[:2]
        measured = self.value if self.ratio is None else self.ratio
        return measured <= float(number) if sign == "≤" else measured >= float(number)

    def as_dict(self) -> dict[str, object]:
        """For --json: name, value, unit, floor, ratio, goal, command."""
        return asdict(self)


Measure = Callable[..., Iterable[Figure]]


def figure(name: str, *, value: float, unit: str, floor: float | None, goal: str) -> Figure:
    """A figure whose ratio is value / floor, rounded to what a reader can use."""
    ratio = None if floor is None else round(value / floor, 2)
    return Figure(name, _rounded(value), unit, None if floor is None else _rounded(floor), ratio, goal, f"python -m bench {name}")


def processor_seconds_of(work: Callable[[], Iterable[object]], *, times: int) -> float:
    """The median of so many runs to the end of what this makes, nothing of which is kept; one run before them warms up.

    Seconds of the processor, for work of one process alone: what else the machine does meanwhile is not counted.
    """
    deque(work(), maxlen=0)
    taken = []
    for _ in range(times):
        start = process_time()
        deque(work(), maxlen=0)
        taken.append(process_time() - start)
    return median(taken)


def _rounded(number: float) -> float:
    return float(f"{number:.4g}")
