"""An edition as a workbook: every value is there, in words, in a table one can filter, and no text of anybody calculates."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from odfdo import Document
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from hub.casuistry.cells import CUT, LONGEST, safe_text
from hub.casuistry.edition import Edition, Line
from hub.casuistry.papers import canonical_json
from hub.casuistry.sheets import GUIDE, file_name, guide_of, sheets_of
from hub.casuistry.workbooks import MOST_ROWS, write_ods, write_xlsx
from hub.kernel.errors import Invalid
from hub.sharing.dutch import LABELS, day, fact_text
from hub.sharing.facts import FACTS
from hub.sharing.schemas import load_policies
from tests.editions import an_edition, bytes_of, make_edition, make_line

NAMES = ["Leeswijzer", "Zaken", "Wijzigingen", "Tellingen"]
PLAIN = [
    "'s-Gravenhage",
    "a=b",
    "1E5",
    "0012",
    "1-2",
    "http://voorbeeld.invalid",
    "{=1}",
    "😀",
    "Ünal",
    "mailto:x@y.nl",
    "_x0041_",
    "<b>&amp;",
]
FORMULAS = [
    "=1+1", "+31 6", "-1", "@SUM(A1)", "\t=1", "\n=1", "\r=1", " =1", "\u00a0=1", "\ufeff=1", "＝1", "＋1", "－1", "＠1", " \u00a0\u2003+1",
    "\u200b=1", "\x00=1", "\x01-2", "-",
]  # fmt: skip
WORDS = {"niet gedeeld": "niet gedeeld", "onbekend": "onbekend"}
nasty = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)


def opened(edition: Edition) -> Workbook:
    return load_workbook(BytesIO(bytes_of(edition, form="xlsx")))


def cells(page: Worksheet) -> list[list[object]]:
    return [[as_day(cell.value) for cell in row] for row in page.iter_rows(min_row=2)]


def as_day(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


def ods_cells(edition: Edition, *, sheet: str) -> list[list[object]]:
    table = Document(BytesIO(bytes_of(edition, form="ods"))).body.get_table(name=sheet)
    return [[as_day(value) for value in row] for row in table.get_values(complete=False)][1:]


def told(line: Line) -> Edition:
    return make_edition((line,))


def narrative_in_both(text: str) -> Iterator[object]:
    edition, place = told(make_line(1, facts={"narrative": text})), 4 + FACTS.index("narrative")
    found = opened(edition)["Zaken"].cell(2, place + 1)
    assert found.data_type == "s"
    yield found.value
    yield ods_cells(edition, sheet="Zaken")[0][place]


def test_a_workbook_has_four_sheets_each_one_filterable_table_that_begins_at_the_first_cell() -> None:
    book = opened(an_edition())

    assert book.sheetnames == NAMES
    for page in book.worksheets:
        (table,) = page.tables.values()
        assert table.ref == page.dimensions
        assert table.ref.startswith("A1:")
        assert table.autoFilter.ref == table.ref
        assert table.displayName == page.title
        assert [column.name for column in table.tableColumns] == [cell.value for cell in page[1]]
        assert not page.merged_cells.ranges


def test_headings_and_code_stay_in_sight_and_are_printed_again_on_every_page_of_a4_across() -> None:
    book = opened(an_edition())

    assert book["Zaken"].freeze_panes == book["Wijzigingen"].freeze_panes == "D2"
    for page in book.worksheets:
        assert page.print_title_rows == "$1:$1"
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.paperSize == 9
        assert all(cell.alignment.wrap_text for row in page.iter_rows() for cell in row)
    assert book["Zaken"].print_title_cols == "$A:$C"


def test_a_workbook_says_what_it_is_who_made_it_and_in_which_language() -> None:
    about = opened(an_edition()).properties

    assert about.title == "Maandverzameling casuïstiek Drenthe, oktober 2026"
    assert about.creator == "Schakel"
    assert about.language == "nl-NL"
    assert about.created == datetime(2026, 11, 2, 16, 0, 3)


def test_no_cell_is_empty_and_none_holds_a_formula_or_a_link() -> None:
    for edition in (an_edition(), make_edition(())):
        for page in opened(edition).worksheets:
            found = [cell for row in page.iter_rows() for cell in row]
            assert {cell.data_type for cell in found} <= {"s", "n", "d"}
            assert all(cell.value not in (None, "") and cell.hyperlink is None for cell in found)
            assert page.max_row >= 2


def test_the_columns_of_cases_are_the_facts_of_the_vocabulary_in_its_order() -> None:
    vocabulary = load_policies(Path(__file__).parent.parent.parent / "policies").vocabulary

    headings = [cell.value for cell in opened(an_edition())["Zaken"][1]]

    assert headings[:4] == ["Regel", "Onderdeel", "Code", "Gever"]
    assert headings[4:24] == [LABELS["facts"][fact] for fact in vocabulary.facts]
    assert headings[24:] == ["Bijzonderheid", "Zelfde voorval", "Laatste wijziging", "Dagen stil"]


def test_a_workbook_says_of_every_case_what_the_exact_form_says() -> None:
    lines = json.loads(b"".join(canonical_json(an_edition())))["regels"]

    for row, line in zip(cells(opened(an_edition())["Zaken"]), lines, strict=True):
        facts = [line["gegevens"].get(fact, {"stand": "", "waarde": None}) for fact in FACTS]
        expected = [WORDS.get(one["stand"]) or fact_text(one["waarde"], fact=fact) for fact, one in zip(FACTS, facts, strict=True)]
        absent = "ingetrokken" if line["ingetrokken_op"] else "niet meer gedeeld"
        assert row[0] == line["regel"]
        assert str(row[2]).replace("-", "") == line["code"]
        assert row[4:24] == (expected if line["gegevens"] else [absent] * 20)
        assert row[24] == "; ".join(
            [*line["kenmerken"], *([f"ingetrokken op {day(line['ingetrokken_op'])}"] if row[4] == "ingetrokken" else [])] or ["geen"]
        )
        assert row[26] == (date.fromisoformat(line["laatste_wijziging"]) if line["gegevens"] else absent)
        assert row[27] == (line["dagen_stil"] if line["gegevens"] else absent)


def test_what_is_coarser_not_shared_unknown_or_taken_back_is_said_in_words() -> None:
    rows = cells(opened(an_edition())["Zaken"])
    when, where, home = (4 + FACTS.index(fact) for fact in ("incident_date", "place", "residence"))

    assert (rows[1][when], rows[1][where], rows[1][home]) == ("week van 1 tot en met 7 oktober 2026", "Drenthe (provincie)", "niet gedeeld")
    assert rows[4][home] == "onbekend"
    assert (rows[2][home], rows[2][24]) == ("ingetrokken", "ingetrokken op 3 maart 2027")
    assert rows[8][home] == "niet meer gedeeld"
    assert (rows[0][25], rows[1][25]) == ("V1", "geen koppeling")


def test_changes_stand_in_their_own_sheet_with_what_stood_there_and_what_stands_there_now() -> None:
    rows = [(row[0], row[1], *row[4:]) for row in cells(opened(an_edition())["Wijzigingen"])]

    assert rows == [
        (4, "Afgesloten", "Stand van de zaak", "Open", "Gesloten"),
        (5, "Gewijzigd", "Discriminatiegrond", "Ras (herkomst, huidskleur)", "Ras (herkomst, huidskleur); Godsdienst: islam"),
        (5, "Gewijzigd", "Stand van de zaak", "Afgesloten", "In onderzoek"),
        (5, "Gewijzigd", "Afdoening", "onbekend", "Beleidssepot"),
        (6, "Anders gedeeld", "Plaats van het voorval", "Assen", "Drenthe (provincie)"),
        (6, "Anders gedeeld", "Samenvatting", "Een tekst.", "niet gedeeld"),
    ]


def test_counts_are_numbers_and_a_table_of_grounds_says_that_it_does_not_add_up() -> None:
    rows = cells(opened(an_edition())["Tellingen"])

    assert ["Per onderdeel", "Nieuw", 4, 3, 5] in rows
    assert ["Samen", "Samen zonder massameldingen", 6, "niet geteld", "niet geteld"] in rows
    grounds = [row for row in rows if str(row[0]).startswith("Per grond")]
    assert {row[0] for row in grounds} == {"Per grond (telt niet op: een zaak kan meer gronden hebben)"}
    assert [row[1] for row in grounds] == ["Ras (herkomst, huidskleur)", "Godsdienst: islam", "niet gedeeld"]


@pytest.mark.parametrize("sheet", NAMES)
def test_an_open_document_has_the_same_cells_as_the_excel_workbook(sheet: str) -> None:
    assert ods_cells(an_edition(), sheet=sheet) == cells(opened(an_edition())[sheet])


def test_an_open_document_is_filterable_keeps_its_headings_and_says_what_it_is() -> None:
    document = Document(BytesIO(bytes_of(an_edition(), form="ods")))
    content = document.content.serialize().decode()
    ranges = document.content.get_elements("//table:database-range")

    assert [one.get_attribute("table:name") for one in ranges] == NAMES
    assert {one.get_attribute("table:display-filter-buttons") for one in ranges} == {True}
    assert ranges[1].get_attribute("table:target-range-address") == "Zaken.A1:Zaken.AB10"
    assert content.count("<table:table-header-rows>") == len(NAMES)
    assert "table:formula" not in content
    views = document.get_part("settings.xml").serialize().decode()
    assert 'xmlns:ooo="http://openoffice.org/2004/office"' in views  # or LibreOffice does not keep the headings in sight
    assert re.findall(r'"HorizontalSplitPosition" config:type="int">(\d)<', views) == ["1", "3", "3", "1"]
    assert document.meta.title == "Maandverzameling casuïstiek Drenthe, oktober 2026"
    assert document.meta.language == "nl-NL"
    assert document.get_type() == "spreadsheet"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_would_calculate_gets_an_apostrophe(text: str) -> None:
    assert safe_text(text).startswith("'")
    assert list(narrative_in_both(text)) == [safe_text(text)] * 2


@pytest.mark.parametrize("text", PLAIN)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert list(narrative_in_both(text)) == [text] * 2


@settings(max_examples=60, deadline=None)
@given(nasty)
@example("  twee  spaties  ")
@example("een\ttab\nen een regel\r\nof twee\rdrie")
@example("\x1f\ufffe\x0b")
def test_whatever_stands_in_a_text_comes_out_of_both_workbooks_as_the_same_text(text: str) -> None:
    expected = safe_text(text)

    assert [str(found) for found in narrative_in_both(text)] == [expected] * 2


def test_a_text_of_which_a_cell_can_hold_nothing_or_not_all_says_so() -> None:
    assert list(narrative_in_both("\x0b")) == ["leeg"] * 2
    assert list(narrative_in_both("a" * (LONGEST + 1))) == ["a" * LONGEST + CUT] * 2
    assert list(narrative_in_both("😀" * LONGEST)) == ["😀" * LONGEST] * 2


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_members_of_a_workbook_are_stored_in_a_fixed_order_and_dated_1980(form: str) -> None:
    with ZipFile(BytesIO(bytes_of(an_edition(), form=form))) as archive:
        members = archive.infolist()

    assert {(member.date_time, member.compress_type, member.create_system) for member in members} == {
        ((1980, 1, 1, 0, 0, 0), ZIP_STORED, 3)
    }
    assert members[0].filename == ("mimetype" if form == "ods" else "[Content_Types].xml")


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_an_edition_too_long_for_a_workbook_is_refused_with_the_form_that_holds_it(write) -> None:
    edition = an_edition()
    long = Edition(**{name: getattr(edition, name) for name in Edition.__slots__} | {"rows": MOST_ROWS + 1})

    with pytest.raises(Invalid, match="meer dan 50.000 regels.*JSON"):
        write(long, to=BytesIO())


def test_the_reading_guide_explains_every_part_and_every_word_for_what_is_absent() -> None:
    guide = dict(guide_of(an_edition(), form="sheets"))

    for about in ("Wat dit is", "Onderdeel Te lang stil", "Niet gedeeld", "Onbekend", "Ingetrokken", "Gronden tellen niet op", "Vragen"):
        assert len(guide[about]) > 40
    assert "Openbaar Ministerie Noord-Nederland" in guide["Wat dit is"]
    assert "2 november 2026 om 17.00 uur" in guide["Bevroren"]
    assert not [text for text in guide.values() if "{" in text or "}" in text]
    assert list(sheets_of(an_edition())[0].rows()) == list(guide.items())


def test_the_reading_guide_says_when_an_edition_is_late_a_supplement_or_only_how_it_would_be_now() -> None:
    late = dict(guide_of(an_edition(planned_at=datetime.fromisoformat("2026-10-30T16:00+00:00")), form="paper"))
    supplement = dict(guide_of(an_edition(number=2, delivered_at=None), form="paper"))
    now = dict(guide_of(an_edition(frozen_at=None, province="zonder-plaats"), form="paper"))

    assert "Gepland was 30 oktober 2026" in late["Bevroren"]
    assert supplement["Wat dit is"].startswith("Dit is een aanvulling op")
    assert supplement["Bezorgd"] == GUIDE["moments"]["not_delivered"]
    assert "voorlopig beeld" in now["Wat dit is"]
    assert "zonder plaats in Groningen, Fryslân of Drenthe" in now["Wat dit is"]
    assert now["Bevroren"].startswith("Nog niet bevroren")


def test_the_name_of_a_file_holds_no_partner_count_or_code() -> None:
    assert file_name(an_edition(), form="xlsx") == "zaaksoverzicht-drenthe-2026-10.xlsx"
    assert file_name(an_edition(number=1), form="pdf") == "zaaksoverzicht-drenthe-2026-10-aanvulling-1.pdf"
