"""Reads a workbook or JSON file in a child process with little memory and little time, into a spool of rows that the parent reads."""

import json
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from adapters.layout import FORBIDDEN, IN_DUTCH, LIST_MARK, Layout, Row, Table, joined_header, named_header
from adapters.opendocument import sheet_rows
from adapters.records import line_rows, record_rows
from adapters.workbook import workbook_rows
from hub.cases.draft import Unreadable

MEMORY = 1_500_000_000
SECONDS = 30
LARGEST_SPOOL = 1_000_000_000
_REFUSED = 3
_TOO_HEAVY = "Dit bestand vraagt te veel geheugen of rekentijd. Maak de export kleiner, of lever CSV."


def open_confined(path: Path, *, layout: Layout) -> Table:
    """Let a child process turn the file into rows of text, once; raises Unreadable with its sentence when it refuses or fails."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the table
    try:
        _run_child(path, layout=layout, spool=spool)
        header = _header_of(spool, layout=layout)
    except BaseException:
        spool.close()
        raise
    after = 0 if layout.kind in ("json", "jsonl") else layout.header_row
    return Table(header, lambda: _rows(spool, width=len(header), after=after), spool.close)


def _run_child(path: Path, *, layout: Layout, spool: IO[bytes]) -> None:
    command = [sys.executable, "-m", "adapters.confined", layout.kind, str(layout.header_row), layout.path, layout.sheet or ""]
    home = {"PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    with path.open("rb") as file:
        try:
            child = subprocess.run(  # noqa: S603 - our own module with words from the mapping
                command, stdin=file, stdout=spool, stderr=subprocess.PIPE, env=home, timeout=4 * SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise Unreadable(_TOO_HEAVY) from None
    if child.returncode == _REFUSED:
        raise Unreadable(child.stderr.decode("utf-8", "replace").strip())
    if child.returncode < 0 or b"MemoryError" in child.stderr:
        raise Unreadable(_TOO_HEAVY)
    if child.returncode:
        raise Unreadable(f"Dit bestand is beschadigd of geen {IN_DUTCH[layout.kind].removeprefix('een ')}. Maak de export opnieuw.")


def _spooled(spool: IO[bytes]) -> Iterator[Row]:
    spool.seek(0)
    for line in spool:
        number, cells = json.loads(line)
        yield number, cells


def _header_of(spool: IO[bytes], *, layout: Layout) -> tuple[str, ...]:
    wanted = 0 if layout.kind in ("json", "jsonl") else layout.header_row
    above: list[list[str]] = []
    top = layout.header_top or wanted
    for number, cells in _spooled(spool):
        if wanted and top <= number < wanted:
            above.append(cells)
        if number == wanted:
            return named_header(joined_header([*above, cells]))
        if wanted == 0:
            return named_header([f"kolom {place}" for place in range(1, len(cells) + 1)])
    raise Unreadable(f"Op rij {layout.header_row} staan geen kolomnamen.")


def _rows(spool: IO[bytes], *, width: int, after: int) -> Iterator[Row]:
    for number, cells in _spooled(spool):
        if number > after:
            while len(cells) > width and not cells[-1]:
                cells.pop()
            yield number, cells + [""] * (width - len(cells))


def _read(layout: Layout, *, file: IO[bytes]) -> Iterator[Row]:
    if layout.kind == "xlsx":
        return workbook_rows(file, sheet=layout.sheet, header_row=layout.header_row)
    if layout.kind == "ods":
        return sheet_rows(file, sheet=layout.sheet, header_row=layout.header_row)
    return record_rows(file, path=layout.path) if layout.kind == "json" else line_rows(file)


def _be_small() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_SPOOL, LARGEST_SPOOL))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def _main(arguments: list[str]) -> int:
    kind, header_row, path, sheet = arguments
    _be_small()
    layout = Layout(kind, header_row=int(header_row), path=path, sheet=sheet or None)
    try:
        for number, cells in _read(layout, file=sys.stdin.buffer):
            if FORBIDDEN.search("".join(cells).replace(LIST_MARK, "")):
                raise Unreadable("Dit bestand bevat tekens die niet in een tekst horen (besturingstekens). We lezen het niet.")
            if number == 0 or any(cells):
                sys.stdout.write(json.dumps([number, cells]) + "\n")
        sys.stdout.flush()
    except Unreadable as refusal:
        sys.stderr.write(refusal.sentence)
        return _REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
