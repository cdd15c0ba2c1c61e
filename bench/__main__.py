"""Runs the benchmarks: `python -m bench [NAME …] [--small] [--json]`; a benchmark is a module of bench/ with `measure(*, small)`."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from bench.words import Figure, Measure

NAMES = sorted(file.stem for file in Path(__file__).parent.glob("*.py") if "\ndef measure(" in file.read_text("utf-8"))


def measured(names: Sequence[str], *, small: bool) -> list[Figure]:
    """The figures of these benchmarks, or of all; an unknown name is a SystemExit that lists the known ones."""
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        raise SystemExit(f"No benchmark is called {', '.join(unknown)}; there are: {', '.join(NAMES)}.")
    found: list[Figure] = []
    for name in names or NAMES:
        measure: Measure = import_module(f"bench.{name}").measure
        again = f"python -m bench {name}{' --small' if small else ''}"
        found.extend(replace(one, command=again) for one in measure(small=small))
    return found


def table(figures: Sequence[Figure]) -> str:
    """For people: a line per figure."""
    lines = [f"{'name':<28}{'value':>12} {'unit':<14}{'floor':>12}{'ratio':>9}  goal"]
    for one in figures:
        floor, ratio = (f"{one.floor:g}" if one.floor is not None else "–"), (f"{one.ratio:g}" if one.ratio is not None else "–")
        met = "met" if one.is_met() else "NOT met"
        lines.append(f"{one.name:<28}{one.value:>12g} {one.unit:<14}{floor:>12}{ratio:>9}  {one.goal}: {met}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print; a goal that is not met is said, not hidden, and is no failure of the command."""
    parser = ArgumentParser(prog="python -m bench", description="What is fast, measured beside the cheapest way to do the same.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of: {', '.join(NAMES)}; without a name all of them")
    parser.add_argument("--small", action="store_true", help="fewer rows: all of them within 40 seconds")
    parser.add_argument("--json", action="store_true", help="a list of {name, value, unit, floor, ratio, goal, command}")
    asked = parser.parse_args()
    figures = measured(asked.names, small=asked.small)
    said = json.dumps([one.as_dict() for one in figures], ensure_ascii=False, indent=2) if asked.json else table(figures)
    sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    main()
