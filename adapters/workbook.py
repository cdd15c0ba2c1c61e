"""Reads one sheet of an Excel workbook as rows of text; runs only in the confined child process."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO
from xml.etree.ElementTree import Element  # the type only; defusedxml does the parsing
from zipfile import ZipFile

import openpyxl
from defusedxml import ElementTree
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from adapters.layout import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Row
from hub.cases.draft import Unreadable

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FIRST_SURE_DAY = date(1900, 3, 1)  # Excel believes that 29 February 1900 existed; before that day its numbers are off by one


def workbook_rows(file: IO[bytes], *, sheet: str | None, header_row: int) -> Iterator[Row]:
    """The rows of the named sheet (or of the only one), each value as text; raises Unreadable for what we would have to guess."""
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    chosen = _choose(book.sheetnames, sheet=sheet)
    worksheet = book[chosen]
    if not isinstance(worksheet, ReadOnlyWorksheet):
        raise Unreadable(f"Het werkblad '{chosen}' bevat geen rijen maar een grafiek.")
    _look_through(file, part=worksheet._worksheet_path, header_row=header_row)  # type: ignore[attr-defined]
    worksheet.reset_dimensions()
    for number, cells in enumerate(worksheet.iter_rows(values_only=True), start=1):
        yield number, [_text(value) for value in cells]


def _choose(names: list[str], *, sheet: str | None) -> str:
    if sheet is not None and sheet.startswith("#"):
        if not sheet[1:].isdigit() or not 0 < int(sheet[1:]) <= len(names):
            raise Unreadable(f"Het werkblad met nummer {sheet[1:]} ontbreekt; dit bestand heeft er {len(names)}.")
        return names[int(sheet[1:]) - 1]
    if sheet is not None:
        if sheet not in names:
            raise Unreadable(f"Het werkblad '{sheet}' ontbreekt; dit bestand heeft: {', '.join(names)}.")
        return sheet
    if len(names) != 1:
        raise Unreadable(f"Dit bestand heeft {len(names)} werkbladen; het koppelbestand moet zeggen welk blad wordt gelezen.")
    return names[0]


def _look_through(file: IO[bytes], *, part: str, header_row: int) -> None:
    """Refuse a sheet that is too wide or too long, has merged cells below its title, or a formula without an outcome."""
    row = 0
    with ZipFile(file) as archive, archive.open(part) as stream:
        for event, element in ElementTree.iterparse(stream, events=("start", "end"), forbid_dtd=True):
            tag = element.tag.removeprefix(_MAIN)
            if event == "start" and tag == "row":
                row = int(element.get("r") or row + 1)
                _refuse_row(row)
            elif event == "end" and tag in _LOOKS:
                _LOOKS[tag](element, header_row)
            if event == "end" and tag in ("row", "mergeCells"):
                element.clear()


def _refuse_row(row: int) -> None:
    if row > MOST_ROWS["xlsx"]:
        raise Unreadable(f"Dit werkblad gaat verder dan rij {MOST_ROWS['xlsx']}. Lever het in delen of als CSV.")


def _look_at_merge(element: Element, header_row: int) -> None:
    if _row_of(element.get("ref", "").rpartition(":")[2]) >= max(header_row, 1):
        raise Unreadable(f"In dit werkblad zijn cellen samengevoegd ({element.get('ref')}). Splits ze en lever het opnieuw.")


def _look_at_cell(element: Element, header_row: int) -> None:
    reference = element.get("r") or ""
    if element.find(f"{_MAIN}f") is not None and not element.findtext(f"{_MAIN}v"):
        raise Unreadable(f"Cel {reference} bevat een formule zonder uitkomst. Open het bestand in Excel, sla het op en lever het opnieuw.")
    letters = reference.rstrip("0123456789")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    if number > MOST_COLUMNS:
        raise Unreadable(f"Dit werkblad is te breed: we lezen hoogstens {MOST_COLUMNS} kolommen.")


_LOOKS = {"c": _look_at_cell, "mergeCell": _look_at_merge}


def _row_of(reference: str) -> int:
    digits = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz$")
    return int(digits) if digits.isdigit() else 1


def _text(value: object) -> str:
    """One cell as text, the same on every machine: dates as ISO, whole numbers without a point, an empty cell as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number_text(float(value)) if isinstance(value, float) else str(value)
    if isinstance(value, (datetime, date)):
        return day_text(value)
    if isinstance(value, (time, timedelta)):
        return str(value)
    text = str(value)
    if len(text) > LONGEST_CELL:
        raise Unreadable(f"In dit werkblad staat een cel met meer dan {LONGEST_CELL} tekens. We lezen het niet.")
    return text


def number_text(value: float) -> str:
    """A number as a person would write it with a decimal point; whole numbers as such, never in powers of ten below 10^15."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def day_text(value: date) -> str:
    """A day as 2026-10-07, with the time behind it when it is not midnight; a day before March 1900 is refused."""
    day = value.date() if isinstance(value, datetime) else value
    if day < _FIRST_SURE_DAY:
        return f"datum vóór 1900-03-01 ({day.isoformat()})"
    if isinstance(value, datetime) and value.time() != time(0):
        return value.replace(microsecond=0).isoformat(sep=" ")
    return day.isoformat()
