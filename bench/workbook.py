"""Documents of a large edition: 10,000 lines with all columns as a workbook, each form in a process of its own.

Measured are the seconds of the processor from the edition to the finished bytes in memory, and what the process held at most beyond
what it held after a workbook of one line. The lines are made while they are read, as the database hands them over.
"""

import json
import subprocess
import sys
from pathlib import Path

from bench.words import Figure, figure

FORMS = {"xlsx": "workbook", "ods": "workbook_ods"}


def measure(*, small: bool) -> list[Figure]:
    """Seconds and memory of both kinds of workbook."""
    lines = 1_000 if small else 10_000
    figures = []
    for form, name in FORMS.items():
        done = told(form, lines)
        figures.append(figure(name, value=done["seconds"], unit=f"s, {lines} lines", floor=None, goal="≤ 5 s"))
        figures.append(figure(f"{name}_memory", value=done["megabytes"], unit=f"MB, {lines} lines", floor=None, goal="≤ 150 MB"))
    return figures


def told(form: str, lines: int) -> dict[str, float]:
    """What writing an edition of so many lines took."""
    command = [sys.executable, "-m", "bench._workbook", form, str(lines)]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found
