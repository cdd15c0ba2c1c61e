"""Editions as workbooks: XLSX for Excel, ODS for everything else, with the same sheets and the same cells.

The same edition gives the same bytes, in any process and on any machine: members of the archive stand in a fixed order, dated 1980, and
are stored, not packed, since compressors differ. Nothing is written to the disk on the way: rows of cases do not belong in /tmp.
Numbers and days are only those that the hub counted itself; every text is a text, never a formula, a link or a number.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import BinaryIO
from zipfile import ZipFile

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hub.casuistry.cells import safe_text
from hub.casuistry.edition import Edition
from hub.casuistry.opendocument import parts_of
from hub.casuistry.sheets import Sheet, sheets_of, title_of
from hub.kernel.archive import store_all
from hub.kernel.errors import Invalid

MOST_ROWS = 50_000
_A4, _LINE, _AUTHOR, _LANGUAGE = 9, 15, "Schakel", "nl-NL"
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_xlsx(edition: Edition, *, to: BinaryIO) -> None:
    """Write the edition as an Excel workbook; Invalid names another form when there are too many lines for one."""
    _check_size(edition)
    made = BytesIO()
    book = Workbook(made, _PLAIN)
    book.set_properties({"title": title_of(edition), "author": _AUTHOR, "subject": edition.recipient.name, "created": _dated(edition)})
    common = {"text_wrap": True, "valign": "top"}
    extra: tuple[dict[str, object], ...] = ({}, {"num_format": "[$-413]d mmmm yyyy"}, {"bold": True})
    formats = [book.add_format({**common, **one}) for one in extra]
    for sheet in sheets_of(edition):
        _fill(book.add_worksheet(sheet.name), sheet=sheet, formats=formats, footer=title_of(edition))
    book.close()
    with ZipFile(made) as archive:
        store_all(((name, (_with_our_name(name, archive.read(name)),)) for name in archive.namelist()), to=to)


def write_ods(edition: Edition, *, to: BinaryIO) -> None:
    """Write the edition as an OpenDocument spreadsheet; Invalid names another form when there are too many lines for one."""
    _check_size(edition)
    store_all(parts_of(sheets_of(edition), title=title_of(edition), dated=_dated(edition)), to=to)


def _check_size(edition: Edition) -> None:
    if edition.rows > MOST_ROWS:
        most = f"{MOST_ROWS:,}".replace(",", ".")
        raise Invalid(f"Deze verzameling heeft meer dan {most} regels. Dat past niet in een rekenblad. Neem de vorm JSON.")


def _dated(edition: Edition) -> datetime:
    """The moment that a document bears: of the freeze, or of the planned one."""
    return (edition.frozen_at or edition.planned_at).astimezone(UTC).replace(tzinfo=None, microsecond=0)


def _fill(page: Worksheet, *, sheet: Sheet, formats: Sequence[Format], footer: str) -> None:
    """One table from A1 on: headings and kept columns stay in sight, headings stand on every printed page."""
    text, days, bold = formats
    last = 0
    for last, row in enumerate(sheet.rows(), 1):
        page.set_row(last, _LINE * sheet.height(row))
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(last, place, safe_text(cell), text)
            elif isinstance(cell, date):
                page.write_datetime(last, place, cell, days)
            else:
                page.write_number(last, place, cell, text)
    headings = [{"header": heading, "header_format": bold} for heading, _ in sheet.columns]
    style = {"name": sheet.name, "columns": headings, "style": "Table Style Light 1"}
    page.add_table(0, 0, last, len(headings) - 1, style)
    page.table_cells.clear()  # a note per cell, only there to find a second table over this one: a third of the memory
    for place, (_, width) in enumerate(sheet.columns):
        page.set_column(place, place, width)
    page.set_row(0, _LINE * sheet.height(tuple(heading for heading, _ in sheet.columns)))
    page.freeze_panes(1, sheet.kept)
    page.repeat_rows(0)
    page.repeat_columns(0, sheet.kept - 1)
    page.set_landscape()
    page.set_paper(_A4)
    if sheet.fits:
        page.fit_to_pages(1, 0)
    page.set_footer(f"&L{footer.replace('&', '&&')}: {sheet.name}&RBladzijde &P van &N")


def _with_our_name(name: str, content: bytes) -> bytes:
    """In which language it is, and that Excel did not make it."""
    if name == "docProps/core.xml":
        return content.replace(b"</cp:coreProperties>", f"<dc:language>{_LANGUAGE}</dc:language></cp:coreProperties>".encode())
    if name == "docProps/app.xml":
        return content.replace(b"<Application>Microsoft Excel<", f"<Application>{_AUTHOR}<".encode())
    return content
