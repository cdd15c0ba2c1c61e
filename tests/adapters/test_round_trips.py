"""Whatever stands in a cell comes out as it went in, through CSV in every encoding, XLSX, ODS and JSON; reading is the same each time."""

import csv
import io
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from adapters.files import open_table
from adapters.layout import FORBIDDEN, Layout
from adapters.writing import write_json, write_ods, write_xlsx
from hub.cases.draft import Unreadable

CELLS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12).filter(
    lambda text: not FORBIDDEN.search(text) and "\r" not in text
)
LETTERS = st.text(st.characters(codec="cp1252"), max_size=12).filter(lambda text: not FORBIDDEN.search(text) and "\r" not in text)


def tables(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(cells, min_size=3, max_size=3), max_size=6)


def read_back(content: bytes, *, layout: Layout) -> list[list[str]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(content)
        table = open_table(path, layout=layout, wanted=frozenset("abc"))
        try:
            first = [row for _, row in table.rows()]
            assert first == [row for _, row in table.rows()]
            return first
        finally:
            table.close()


def written(rows: list[list[str]], *, separator: str) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=separator, lineterminator="\n").writerows([list("abc"), *rows])
    return file.getvalue()


@settings(max_examples=60, deadline=None)
@given(tables(CELLS), st.sampled_from(";,\t|"), st.sampled_from(("utf-8", "utf-8-sig", "utf-16")))
def test_cells_come_out_of_csv_as_they_went_in_whatever_the_separator(rows: list[list[str]], separator: str, encoding: str) -> None:
    content = written(rows, separator=separator).encode(encoding)

    assert read_back(content, layout=Layout("csv")) == rows


@settings(max_examples=40, deadline=None)
@given(tables(LETTERS))
def test_windows_letters_come_out_as_they_went_in(rows: list[list[str]]) -> None:
    text = written(rows, separator=";")

    assert (
        read_back(text.encode("cp1252"), layout=Layout("csv", encodings=("utf-8", "cp1252"), separator=";")) == rows or not text.isascii()
    )


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_typed_cells_of_a_workbook_become_the_same_text_on_every_machine(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"export.{kind}"
    write = write_xlsx if kind == "xlsx" else write_ods
    rows = [
        ["Titel"],
        [],
        ["a", "b", "c"],
        [date(2026, 10, 7), 12, 2.5],
        [True, "x < y & z\ntwee", None],
        [None] * 3,
        ["=1+1", 10**14, "  "],
    ]
    rows = rows if kind == "ods" else [*rows[:-1], ["is", 10**14, "  "]]  # a spreadsheet would make the text a formula
    write(path, rows=rows, sheet="Blad")  # type: ignore[arg-type]

    table = open_table(path, layout=Layout(kind, sheet="#1", header_row=3), wanted=frozenset())
    try:
        found = list(table.rows())
    finally:
        table.close()

    assert table.header == ("a", "b", "c")
    assert found[:2] == [(4, ["2026-10-07", "12", "2.5"]), (5, ["TRUE", "x < y & z\ntwee", ""])]
    assert found[2][0] == 7 and found[2][1][1] == "100000000000000"


def test_a_time_beside_a_day_stays_and_a_day_before_excel_can_count_is_no_date(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    write_xlsx(path, rows=[["a", "b"], [datetime(2026, 10, 7, 22, 15), date(1900, 1, 15)]], sheet="Blad")

    table = open_table(path, layout=Layout("xlsx"), wanted=frozenset())
    try:
        ((_, cells),) = list(table.rows())
    finally:
        table.close()

    assert cells[0] == "2026-10-07 22:15:00"
    assert cells[1].startswith("datum vóór 1900-03-01")


@pytest.mark.parametrize("counts_from", [WINDOWS_EPOCH, MAC_EPOCH])
def test_a_workbook_as_excel_writes_it_is_read_with_its_shared_texts_styles_and_epoch(counts_from: datetime, tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = counts_from
    page = book.create_sheet("Zaken")
    page.append(["a", "b", "a", "=1+1"])
    page.append([CellRichText("half ", TextBlock(InlineFont(b=True), "vet")), date(2026, 10, 7), 46302, "_x0041_"])
    page["B2"].number_format = "d mmmm yyyy"
    page["F9"] = 0.5
    book["Sheet"].sheet_state = "hidden"
    book.save(tmp_path / "export.xlsx")

    with pytest.raises(Unreadable, match="2 werkbladen"):
        open_table(tmp_path / "export.xlsx", layout=Layout("xlsx"), wanted=frozenset())
    with pytest.raises(Unreadable, match="formule zonder uitkomst"):
        open_table(tmp_path / "export.xlsx", layout=Layout("xlsx", sheet="Zaken"), wanted=frozenset())
    page["D1"] = "d"
    book.save(tmp_path / "export.xlsx")
    table = open_table(tmp_path / "export.xlsx", layout=Layout("xlsx", sheet="#2"), wanted=frozenset())
    try:
        found = list(table.rows())
    finally:
        table.close()

    assert table.header == ("a", "b", "a (2)", "d")
    assert found[0] == (2, ["half vet", "2026-10-07", "46302", "A"])
    assert found[1] == (9, ["", "", "", "", "", "0.5"])


def test_json_values_become_text_as_they_were_written_and_nesting_becomes_names(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    records = [{"nr": 1, "deel": {"aan": True, "lijst": ["x", "y"]}}, {"nr": "0012", "prijs": 1.5, "deel": None, "rest": []}]
    write_json(path, content={"result": {"records": records}})

    table = open_table(path, layout=Layout("json", path="result.records"), wanted=frozenset())
    try:
        found = list(table.rows())
    finally:
        table.close()

    assert table.header == ("nr", "deel.aan", "deel.lijst", "prijs", "deel", "rest")
    assert found == [(1, ["1", "true", "x\x1fy", "", "", ""]), (2, ["0012", "", "", "1.5", "", ""])]
