"""Memory of an import: `schakel take-in` of a large CSV export in a process of its own, and whether that grows with the file.

Measured is the most that the process ever held (VmHWM), from reading the file by the bureau's mapping to the commit: one transaction for
the whole file. A tenth of the file goes first; what both need alike are the program itself (110 MB before a row is read) and a
batch of 2,000 rows with the rows for their recipients.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._hub import Hub, raised
from bench.files import write_bureau_csv
from bench.words import Figure, figure

GIVERS = ("bureau-drenthe", "bureau-groningen")
LEAST, MOST = "≤ 300 MB", "≤ 1.1 × a tenth"


def measure(*, small: bool) -> list[Figure]:
    """Two files, one ten times the other; a goal for the larger, and one for the two beside each other."""
    rows = 20_000 if small else 1_000_000
    with TemporaryDirectory() as place, raised(is_hasty=True) as hub:
        few, many = (held(hub, Path(place), size, giver=giver) for size, giver in zip((rows // 10, rows), GIVERS, strict=True))
    return [
        figure("memory", value=many, unit=f"MB, {rows} rows", floor=None, goal=LEAST),
        figure("memory_growth", value=many, unit=f"MB, {rows} rows", floor=few, goal=MOST),
    ]


def held(hub: Hub, folder: Path, rows: int, *, giver: str) -> float:
    """The megabytes that taking in so many rows ever held."""
    file = folder / f"{rows}.csv"
    write_bureau_csv(file, rows)
    command = [sys.executable, "-m", "bench._take_in", str(file), "--partner", giver, "--json"]
    done = subprocess.run(command, env=dict(hub.environment), cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["new"] == rows and any(told["shared"].values())
    return int(done.stderr.split()[-1]) / 1024
