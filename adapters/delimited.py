"""Reads CSV as rows of text: streaming, strict about encoding, quotes and control characters, with memory that stays flat."""

import contextlib
import csv
import io
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import IO, Any

from adapters.layout import FORBIDDEN, MOST_ROWS, SEPARATORS, Layout, Row, Table, joined_header, named_header
from hub.cases.draft import Unreadable

LONGEST_LINE = 1_000_000
LONGEST_FIELD = 100_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SHOWN = {"utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252", "latin-1": "Latin-1"}
_QUOTING: Mapping[str, Any] = {
    "double": {},
    "none": {"quoting": csv.QUOTE_NONE},
    "backslash": {"escapechar": "\\", "doublequote": False},
}
_CHUNK = 1 << 20
_PIECE = 1 << 16

csv.field_size_limit(LONGEST_FIELD)


def open_csv(path: Path, *, layout: Layout, wanted: frozenset[str]) -> Table:
    """Open a CSV file; encoding and separator are found or checked now, each pass over `rows` reads the file anew.

    `wanted` are the columns of the mapping: of the possible separators the one is taken whose header fits them best.
    """
    file = path.open("rb")
    try:
        encoding = _encoding_of(file, allowed=layout.encodings)
        if layout.ends_with_newline:
            _refuse_cut_off(file)
        separator = (
            SEPARATORS[layout.separator] if layout.separator else _separator_of(file, encoding=encoding, layout=layout, wanted=wanted)
        )
        cells = _header_of(file, encoding=encoding, separator=separator, layout=layout)
        header = named_header(cells)
        surplus = max(len(cells) - len(header), int(layout.ends_with_separator))

        def rows() -> Iterator[Row]:
            found = _rows(file, encoding=encoding, separator=separator, layout=layout)
            return _without_surplus(found, width=len(header), surplus=surplus) if surplus else found

        return Table(header, rows, file.close)
    except BaseException:
        file.close()
        raise


def _encoding_of(file: IO[bytes], *, allowed: tuple[str, ...]) -> str:
    """The encoding to read with: a byte order mark decides, then the first allowed encoding in which the whole file is valid."""
    start = file.read(4)
    for mark, found in _BOMS:
        if start.startswith(mark):
            if found.removesuffix("-sig") not in allowed:
                raise Unreadable(f"Dit bestand is in {_SHOWN[found.removesuffix('-sig')]} opgeslagen; afgesproken is {_in_words(allowed)}.")
            _decode_whole(file, encoding=found)
            return found
    if start[1:2] == b"\x00" or start[:1] == b"\x00":
        raise Unreadable("Dit bestand bevat nul-tekens. Dat is geen gewone tekst; we lezen het niet.")
    for encoding in (name for name in allowed if name != "utf-16"):
        if _is_valid(file, encoding=encoding) and not _is_other(file, encoding=encoding, allowed=allowed):
            return encoding
    raise Unreadable(f"Dit bestand is niet overal geldig {_in_words(allowed)}. Sla het op in die codering en lever het opnieuw.")


def _is_valid(file: IO[bytes], *, encoding: str) -> bool:
    try:
        _decode_whole(file, encoding=encoding)
    except Unreadable:
        return False
    return True


def _decode_whole(file: IO[bytes], *, encoding: str) -> None:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        while text.read(_CHUNK):
            continue
    except UnicodeError:
        raise Unreadable(f"Dit bestand is niet overal geldig {_SHOWN[encoding.removesuffix('-sig')]}, of het is afgebroken.") from None
    finally:
        text.detach()


def _is_other(file: IO[bytes], *, encoding: str, allowed: tuple[str, ...]) -> bool:
    """Whether a file that we would read byte by byte is really UTF-8: then every accented letter would become two wrong ones."""
    if encoding not in ("cp1252", "latin-1") or "utf-8" in allowed:
        return False
    file.seek(0)
    if all(chunk.isascii() for chunk in iter(lambda: file.read(_CHUNK), b"")):
        return False
    return _is_valid(file, encoding="utf-8")


def _refuse_cut_off(file: IO[bytes]) -> None:
    """Raise Unreadable when the last line has no end, where the mapping says that this export always ends its lines."""
    file.seek(0, io.SEEK_END)
    file.seek(max(0, file.tell() - 2))
    if b"\n" not in file.read():
        raise Unreadable("Dit bestand is niet helemaal aangekomen: de laatste regel is niet af. Maak de export opnieuw.")


def _separator_of(file: IO[bytes], *, encoding: str, layout: Layout, wanted: frozenset[str]) -> str:
    """The separator whose header has most of the wanted columns; of equals, the one that makes most columns."""
    best, separator = (-1, -1), ","
    for candidate in SEPARATORS.values():
        try:
            header = named_header(_header_of(file, encoding=encoding, separator=candidate, layout=layout))
        except Unreadable:
            continue
        score = (len(wanted.intersection(header)), len(header))
        if score > best:
            best, separator = score, candidate
    return separator


def _header_of(file: IO[bytes], *, encoding: str, separator: str, layout: Layout) -> list[str]:
    found: list[list[str]] = []
    for number, cells in _records(file, encoding=encoding, separator=separator, quotes=layout.quotes):
        if layout.header_row == 0:
            width = len(cells) - int(layout.ends_with_separator)
            return [f"kolom {place}" for place in range(1, width + 1)]
        if number >= (layout.header_top or layout.header_row):
            found.append(cells)
        if number == layout.header_row:
            break
    header = joined_header(found)
    if not any(map(str.strip, header)):
        raise Unreadable(f"Op regel {layout.header_row} staan geen kolomnamen.")
    return header


def _rows(file: IO[bytes], *, encoding: str, separator: str, layout: Layout) -> Iterator[Row]:
    for number, cells in _records(file, encoding=encoding, separator=separator, quotes=layout.quotes):
        if number > layout.header_row and cells:
            yield number, cells
            if number > MOST_ROWS["csv"]:
                raise Unreadable(f"Dit bestand heeft meer dan {MOST_ROWS['csv']} rijen. Lever het in delen.")


def _without_surplus(rows: Iterator[Row], *, width: int, surplus: int) -> Iterator[Row]:
    """The rows without the empty cells that every line of this export has at its end; any other row stays as strange as it is."""
    whole = width + surplus
    for number, cells in rows:
        yield number, cells[:width] if len(cells) == whole and not any(cells[width:]) else cells


def _records(file: IO[bytes], *, encoding: str, separator: str, quotes: str) -> Iterator[Row]:
    """Every record with its number, as a spreadsheet would number them: a cell with line ends in it is one row."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding)  # every line end becomes one sign, also within a cell
    try:
        reader = csv.reader(chain.from_iterable(_clean_lines(text)), delimiter=separator, strict=True, **_QUOTING[quotes])
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise Unreadable(_sentence(str(error))) from None
    except UnicodeError:
        raise Unreadable("Dit bestand is niet overal in dezelfde codering geschreven. Sla het op als UTF-8.") from None
    finally:
        with contextlib.suppress(ValueError):  # the file may have been closed while this pass was still open
            text.detach()


def _clean_lines(text: IO[str]) -> Iterator[list[str]]:
    """The lines in lists of many, since looking at a large piece at once is far faster than line by line."""
    rest = ""
    while chunk := text.read(_PIECE):
        if FORBIDDEN.search(chunk):
            raise Unreadable("Dit bestand bevat tekens die niet in een tekst horen (besturingstekens). We lezen het niet.")
        *lines, rest = (rest + chunk).split("\n")
        if len(rest) > LONGEST_LINE:
            raise Unreadable(f"Dit bestand heeft een regel van meer dan {LONGEST_LINE} tekens. We lezen het niet.")
        yield [f"{line}\n" for line in lines]
    if rest:
        yield [rest]


def _sentence(error: str) -> str:
    if "field larger" in error:
        return f"In dit bestand staat een cel met meer dan {LONGEST_FIELD} tekens. We lezen het niet."
    if "unexpected end of data" in error:
        return "Dit bestand is niet helemaal aangekomen: een aanhalingsteken wordt nergens gesloten. Maak de export opnieuw."
    return "In dit bestand staan aanhalingstekens op een plaats waar dat niet kan. Maak de export opnieuw."


def _in_words(encodings: tuple[str, ...]) -> str:
    return " of ".join(_SHOWN[name] for name in encodings)
