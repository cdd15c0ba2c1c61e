"""How a partner's file is built up (its kind, encoding, sheet, header) and the limits within which we read any file."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.cases.draft import Unreadable

KINDS = ("csv", "xlsx", "ods", "json", "jsonl")
ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1")
QUOTES = ("double", "none", "backslash")
SEPARATORS = {";": ";", ",": ",", "|": "|", "tab": "\t"}
SUFFIXES = {
    ".csv": ("csv",),
    ".txt": ("csv", "jsonl"),
    ".tsv": ("csv",),
    ".xlsx": ("xlsx",),
    ".ods": ("ods",),
    ".json": ("json", "jsonl"),
    ".geojson": ("json",),
    ".jsonl": ("jsonl",),
    ".ndjson": ("jsonl",),
}
IN_DUTCH = {
    "csv": "een CSV-bestand",
    "xlsx": "een Excel-werkmap (.xlsx)",
    "ods": "een OpenDocument-rekenblad (.ods)",
    "json": "een JSON-bestand",
    "jsonl": "een bestand met één JSON-object per regel",
}
LONGEST_CELL = 32_767
MOST_COLUMNS = 200
MOST_ROWS = {"csv": 5_000_000, "jsonl": 1_000_000, "json": 100_000, "xlsx": 100_000, "ods": 100_000}
LARGEST_FILE = {"csv": 2_000_000_000, "jsonl": 500_000_000, "json": 50_000_000, "xlsx": 60_000_000, "ods": 60_000_000}
LIST_MARK = "\x1f"  # stands between the items of a list within one cell; no reader lets it through from a file
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """What the mapping says about the file itself; `header_row` 0 means no header, `header_top` the first row of a header of several."""

    kind: str
    encodings: tuple[str, ...] = ("utf-8", "utf-16")
    separator: str | None = None
    sheet: str | None = None
    header_row: int = 1
    header_top: int | None = None
    path: str = ""
    ends_with_newline: bool = False
    short_rows: bool = False
    quotes: str = "double"
    ends_with_separator: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A file opened as rows of text: the names of the columns, and the rows as often as they are asked for."""

    header: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    close: Callable[[], None]


def refuse_by_size(path: Path, *, kind: str) -> None:
    """Raise Unreadable when the file is absent, empty or larger than we read of this kind."""
    if not path.is_file():
        raise Unreadable("Dit bestand is er niet, of het is geen gewoon bestand.")
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("Dit bestand is leeg.")
    if size > LARGEST_FILE[kind]:
        raise Unreadable(f"Dit bestand is te groot: hoogstens {LARGEST_FILE[kind] // 1_000_000} MB voor {IN_DUTCH[kind]}.")


def joined_header(rows: list[list[str]]) -> list[str]:
    """The cells of a header of several rows as one: what stands above each other, with a space between."""
    width = max(map(len, rows), default=0)
    return [" ".join(row[place] for row in rows if len(row) > place and row[place].strip()) for place in range(width)]


def named_header(cells: list[str]) -> tuple[str, ...]:
    """The names of the columns; an empty name becomes `kolom 3`, a name that stands there twice gets ` (2)`."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > MOST_COLUMNS:
        raise Unreadable(f"Dit bestand heeft {len(cells)} kolommen; we lezen er hoogstens {MOST_COLUMNS}.")
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = " ".join(cell.split()) or f"kolom {number}"
        times = 1
        while (unique := name if times == 1 else f"{name} ({times})") in names:
            times += 1
        names.append(unique)
    return tuple(names)
