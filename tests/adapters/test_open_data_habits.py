"""Habits of real exports, met while trying rebuilt public files by mapping alone: footers, quotes, moments, headers of two rows."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

from adapters.dates import date_reader
from adapters.engine import read
from adapters.files import open_table
from adapters.grammar import MappingFault
from adapters.layout import Layout
from adapters.writing import write_ods
from hub.cases.draft import Unreadable
from tests.adapters.plainly import VOCABULARY
from tests.adapters.reading_of import HEAD, Outcome, mapping_of

NATURE = "facts: {nature: {column: aard, values: same}}\n"


def with_file(words: str, body: str = NATURE) -> str:
    return HEAD.replace("{kind: csv}", f"{{kind: csv{words}}}") + body


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("", "\ufeffnr;aard;\r\n1;geweld;\r\n2;geweld;\r\n"),
        (", ends_with_separator: yes", "nr;aard\n1;geweld;\n2;geweld;\n"),
        (", ends_with_separator: yes", "nr;aard;\n1;geweld;\n2;geweld;\n"),
        (", header_row: 2", "sep=;\r\nnr;aard\r\n1;geweld\r\n2;geweld\r\n"),
    ],
)
def test_a_separator_at_the_end_of_each_line_makes_no_column(words: str, text: str, tmp_path: Path) -> None:
    made = Outcome(tmp_path, mapping=mapping_of("", head=with_file(words)), text=text)

    assert made.values("nature") == ["geweld", "geweld"]


def test_a_row_with_a_stray_separator_is_still_refused(tmp_path: Path) -> None:
    made = Outcome(tmp_path, mapping=mapping_of("", head=with_file("")), text="nr;aard;\n1;a;geweld;\n2;geweld;x\n3;geweld;\n")

    assert [one.row for one in made.refusals] == [2, 3]


@pytest.mark.parametrize(
    ("quotes", "cell", "text"),
    [("none", '"Ga weg" riep hij', '"Ga weg" riep hij'), ("backslash", '"zei \\"nee\\", en; ging"', 'zei "nee", en; ging')],
)
def test_quotes_may_be_ordinary_signs_or_stand_behind_a_backslash(quotes: str, cell: str, text: str, tmp_path: Path) -> None:
    head = with_file(f", separator: tab, quotes: {quotes}", "facts: {narrative: {column: tekst}}\n")

    assert Outcome(tmp_path, mapping=mapping_of("", head=head), text=f"nr\ttekst\n1\t{cell}\n").values("narrative") == [text]


def test_a_footer_is_left_out_by_its_beginning_and_a_file_that_is_cut_off_is_not(tmp_path: Path) -> None:
    mapping = mapping_of(NATURE + "leave_out:\n  - {starts_with: {nr: '©'}, because: voetregel}\n  - {empty: aard, because: leeg}\n")

    made = Outcome(tmp_path, mapping=mapping, text="nr,aard,\n1,geweld,\n2,,\n© CBS 7-10-2026\n")

    assert (made.rows, made.values("nature"), made.left_out) == (1, ["geweld"], 2)
    with pytest.raises(Unreadable, match="niet helemaal aangekomen"):
        Outcome(tmp_path, mapping=mapping, text="nr,aard\n1,geweld\n2")


def test_capitals_in_what_is_left_out_matter_as_the_mapping_says(tmp_path: Path) -> None:
    body = NATURE + "leave_out: [{when: {nr: totaal}, because: telt op}]\ncase: ignore"

    assert Outcome(tmp_path, mapping=mapping_of(body), text="nr,aard\n1,Geweld\nTOTAAL,\n").values("nature") == ["geweld"]


@pytest.mark.parametrize(
    ("pattern", "text", "day"),
    [
        ("yyyy-mm-ddTtimezone", "2026-10-06T22:30:00Z", "2026-10-07"),
        ("yyyy-mm-ddTtimezone", "2026-10-06T21:30:00.000Z", "2026-10-06"),
        ("yyyy-mm-dd time zone", "2026-12-31 23:00 +00", "2027-01-01"),
        ("yyyy-mm-ddTtimezone", "2026-10-07T01:30:00+05:30", "2026-10-06"),
        ("mm/dd/yyyy time zone", "10/06/2026 10:15:00 PM -0400", "2026-10-07"),
        ("epoch_ms", "1791324000000", "2026-10-07"),
        ("epoch_s", "1791324000", "2026-10-07"),
        ("dd-mm-yyyy", "06-10-2026", "2026-10-06"),
    ],
)
def test_a_moment_of_greenwich_is_the_day_that_it_was_here(pattern: str, text: str, day: str) -> None:
    assert str(date_reader((pattern, "epoch_ms"), precision=None, timezone="Europe/Amsterdam")(text)) == day


@pytest.mark.parametrize(
    ("zone", "pattern"), [("Europe/Amstelveen", "epoch_ms"), ("../etc/passwd", "epoch_s"), ("Europe/Amsterdam", "yyyy-mm-dd")]
)
def test_a_time_zone_that_does_not_exist_or_has_no_moment_is_refused(zone: str, pattern: str) -> None:
    with pytest.raises(ValueError, match="zone"):
        date_reader((pattern,), precision=None, timezone=zone)


@pytest.mark.parametrize(("decimal", "text", "age"), [
    ("comma", "12,5", "under_16"), ("comma", "1.016,0", "16_or_older"), ("comma", "12.5", None), ("point", "1,016.0", "16_or_older"),
    ("point", "12,5", None), ("point", "nan", None), ("point", "inf", None), ("point", "1_0", None), ("point", "9" * 400, None),
])  # fmt: skip
def test_a_number_is_read_only_as_it_was_agreed(decimal: str, text: str, age: str | None, tmp_path: Path) -> None:
    ages = f"circumstances: {{reporter_age: {{column: l, decimal: {decimal}, ranges: {{..15.99: under_16, 16..: 16_or_older}}}}}}"

    made = Outcome(tmp_path, mapping=mapping_of(f"facts: {{}}\n{ages}"), text=f'nr;l\n1;"{text}"\n')

    assert [draft["circumstances"].get("reporter_age") for draft in made.drafts] == ([age] if age else [])


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_header_of_two_rows_with_merged_cells_gives_joined_names(kind: str, tmp_path: Path) -> None:
    path, rows = (
        tmp_path / f"export.{kind}",
        [["Jaarformulier"], ["nr", "Grond", None, "Plaats"], [None, "ras", "leeftijd", None], [1, 1, 0, "x"]],
    )
    if kind == "ods":
        write_ods(path, rows=rows, sheet="Blad")  # type: ignore[arg-type]
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        spanned = b'<table:table-cell table:number-rows-spanned="2" table:number-columns-spanned="1" office:value-type="string"><text:p>nr<'
        parts["content.xml"] = parts["content.xml"].replace(b'<table:table-cell office:value-type="string"><text:p>nr<', spanned)
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)  # type: ignore[union-attr, arg-type]
        for area in ("A1:D1", "A2:A3", "B2:C2"):
            book.active.merge_cells(area)  # type: ignore[union-attr]
        book.save(path)

    table = open_table(path, layout=Layout(kind, header_row=3, header_top=2), wanted=frozenset())
    try:
        assert (table.header, list(table.rows())) == (("nr", "Grond ras", "leeftijd", "Plaats"), [(4, ["1", "1", "0", "x"])])
    finally:
        table.close()
    with pytest.raises(Unreadable, match="samengevoegd"):
        open_table(path, layout=Layout(kind, header_row=2), wanted=frozenset())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nr,Aard\n1,x\n", "het mist 'aard'; er is te veel: 'Aard'. Heet 'aard' nu 'Aard'?"),
        ("Meldingen\nnr,aard\n1,x\n", "Geen enkele afgesproken kolom staat op rij 1; daar staat: 'Meldingen'."),
    ],
)
def test_another_layout_says_what_may_have_been_meant(text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as fault:
        Outcome(tmp_path, mapping=mapping_of(NATURE), text=text)

    assert sentence in fault.value.sentence


def test_a_code_that_does_not_exist_comes_with_the_nearest_and_a_word_with_its_nearest(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("nr,aard\n1,geweld\n")
    with pytest.raises(MappingFault, match="Bedoelt u 'vijandige_bejegening'?"):
        read(path, mapping=mapping_of("facts: {nature: {column: aard, any: vijandige_bejegning}}"), vocabulary=VOCABULARY)

    made = Outcome(tmp_path, mapping=mapping_of(NATURE + "case: ignore"), text="nr,aard\n1,Geweld\n2,gewled\n")

    assert made.values("nature") == ["geweld"]
    assert [(one.row, one.column, one.value) for one in made.refusals] == [(3, "aard", "gewled")]
    assert "laat het daarin opnemen" in made.refusals[0].reason
    assert [(one.value, one.suggestion) for one in made.unmapped] == [("gewled", "geweld")]
