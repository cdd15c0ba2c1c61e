"""Reads one sheet of an OpenDocument spreadsheet as rows of text; runs only in the confined child process."""

from collections.abc import Iterator
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from adapters.layout import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Row
from adapters.workbook import number_text, refuse_declaration
from hub.cases.draft import Unreadable

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_ERROR = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_CHUNK = 1 << 16
_SKIPPED = (f"{_OFFICE}annotation", f"{_TABLE}shapes", f"{_TEXT}tracked-changes")
_STRANGE = (f"{_TABLE}table-source", f"{_OFFICE}dde-source", f"{_TABLE}cell-range-source")


class _Sheet:
    """Follows the XML of `content.xml` and keeps the finished rows of one sheet until they are fetched."""

    def __init__(self, *, sheet: str | None, header_row: int) -> None:
        self.wanted, self.header_row = sheet, header_row
        self.names: list[str] = []
        self.finished: list[Row] = []
        self.number = 0
        self.is_found = False
        self._inside = False
        self._skipping = 0
        self._cells: list[tuple[str, int]] = []
        self._row_repeats = 1
        self._attributes: dict[str, str] = {}
        self._paragraphs: list[str] = []
        self._in_paragraph = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._skipping or tag in _SKIPPED:
            self._skipping += 1
            return
        if tag in _STRANGE:
            raise Unreadable("Dit rekenblad verwijst naar andere bestanden. Sla het op zonder verwijzingen.")
        if tag == f"{_TABLE}table":
            self._open_table(attributes.get(f"{_TABLE}name", ""))
        elif not self._inside:
            return
        elif tag == f"{_TABLE}table-row":
            self._cells, self._row_repeats = [], _count(attributes.get(f"{_TABLE}number-rows-repeated"))
        elif tag in _CELLS:
            self._open_cell(attributes)
        elif tag == f"{_TEXT}p":
            self._in_paragraph += 1
            self._paragraphs.append("")
        elif self._in_paragraph:
            self.text(
                {f"{_TEXT}s": " " * _count(attributes.get(f"{_TEXT}c")), f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}.get(tag, "")
            )

    def end(self, tag: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif not self._inside:
            return
        elif tag == f"{_TABLE}table":
            self._inside = False
        elif tag == f"{_TABLE}table-row":
            self._close_row()
        elif tag in _CELLS:
            self._cells.append((self._value(), _count(self._attributes.get(f"{_TABLE}number-columns-repeated"))))
        elif tag == f"{_TEXT}p":
            self._in_paragraph -= 1

    def text(self, data: str) -> None:
        if self._in_paragraph and not self._skipping:
            self._paragraphs[-1] += data
            if len(self._paragraphs[-1]) > LONGEST_CELL:
                raise Unreadable(f"In dit rekenblad staat een cel met meer dan {LONGEST_CELL} tekens. We lezen het niet.")

    def _open_table(self, name: str) -> None:
        self.names.append(name)
        self._inside = self.wanted in (None, name, f"#{len(self.names)}")
        self.is_found = self.is_found or self._inside
        if self.wanted is None and len(self.names) > 1:
            raise Unreadable("Dit bestand heeft meer werkbladen; het koppelbestand moet zeggen welk blad wordt gelezen.")

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._attributes, self._paragraphs = attributes, []
        wide, high = (_count(attributes.get(f"{_TABLE}number-{side}-spanned")) for side in ("columns", "rows"))
        if (wide > 1 or high > 1) and self.number + high > self.header_row:
            raise Unreadable(f"In rij {self.number + 1} van dit rekenblad zijn cellen samengevoegd. Splits ze en lever het opnieuw.")
        if f"{_TABLE}formula" in attributes and f"{_OFFICE}value-type" not in attributes:
            raise Unreadable(
                f"In rij {self.number + 1} staat een formule zonder uitkomst. Open het bestand, sla het op en lever het opnieuw."
            )

    def _value(self) -> str:
        attributes, kind = self._attributes, self._attributes.get(f"{_OFFICE}value-type")
        if kind in ("float", "currency", "percentage") and attributes.get(_ERROR) != "error":
            try:
                return number_text(float(attributes.get(f"{_OFFICE}value", "")))
            except ValueError:
                raise Unreadable(f"In rij {self.number + 1} staat een getal dat geen getal is. We lezen het niet.") from None
        if kind == "date":
            return attributes.get(f"{_OFFICE}date-value", "").replace("T00:00:00", "").replace("T", " ")
        if kind == "boolean":
            return attributes.get(f"{_OFFICE}boolean-value", "").upper()
        return "\n".join(self._paragraphs)

    def _close_row(self) -> None:
        while self._cells and not self._cells[-1][0]:
            self._cells.pop()  # a sheet ends with thousands of repeated empty cells
        first, self.number = self.number + 1, self.number + self._row_repeats
        if not self._cells:
            return
        if sum(repeats for _, repeats in self._cells) > MOST_COLUMNS:
            raise Unreadable(f"Dit rekenblad is te breed: we lezen hoogstens {MOST_COLUMNS} kolommen.")
        if self.number > MOST_ROWS["ods"]:
            raise Unreadable(f"Dit rekenblad gaat verder dan rij {MOST_ROWS['ods']}. Lever het in delen of als CSV.")
        row = [value for value, repeats in self._cells for _ in range(repeats)]
        self.finished.extend((number, row) for number in range(first, self.number + 1))


def sheet_rows(file: IO[bytes], *, sheet: str | None, header_row: int) -> Iterator[Row]:
    """The filled rows of the named sheet (or of the only one), each value as text; raises Unreadable for what we would have to guess."""
    reader = _Sheet(sheet=sheet, header_row=header_row)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = reader.start, reader.end, reader.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse_declaration
    with ZipFile(file) as archive, archive.open("content.xml") as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk)
            yield from reader.finished
            reader.finished.clear()
        parser.Parse(b"", True)  # noqa: FBT003 - expat takes it by position only
    if not reader.is_found:
        raise Unreadable(f"Het werkblad '{sheet}' ontbreekt; dit bestand heeft: {', '.join(reader.names)}.")


def _count(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdigit() and len(text) < 9 else 1
