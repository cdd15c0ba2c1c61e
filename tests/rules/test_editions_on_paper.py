"""An edition as a PDF: one that a screen reader can follow, in which every text of anybody is only text."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from unicodedata import category

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.casuistry import papers, press
from hub.casuistry.edition import Edition
from hub.casuistry.papers import MOST_PRINTED, write_pdf
from hub.casuistry.printed import SQUARE, paper_of, printable
from hub.kernel.errors import Invalid, Unavailable
from tests.editions import an_edition, bytes_of, make_edition, make_line

LAYOUT = Path(papers.__file__).with_name("papers.typ")
MARKUP = [
    "#panic()",
    "$x$",
    "*b*",
    "@ref",
    "<label>",
    "= Kop",
    '#read("/etc/passwd")',
    "\\u{41}",
    "// niets",
    "/* niets */",
    "`x`",
    "~",
    "---",
    "'a'",
]


@pytest.fixture(scope="module")
def paper() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(bytes_of(an_edition(), form="pdf"))) as opened:
        yield opened


def tags(pdf: pikepdf.Pdf) -> list[str]:
    """The names of all elements of the structure, in the order of reading."""
    found, waiting = [], [pdf.Root.StructTreeRoot]
    while waiting:
        element = waiting.pop()
        if not isinstance(element, pikepdf.Dictionary):
            continue
        found.append(str(element.get("/S", "")))
        kids = element.get("/K", [])
        waiting.extend(reversed(list(kids) if isinstance(kids, pikepdf.Array) else [kids]))
    return found


def text_of(pdf: pikepdf.Pdf) -> str:
    """What is drawn on the pages, sign by sign, as the fonts say that it is to be read; without blanks."""
    found = []
    for page in pdf.pages:
        signs: dict[str, str] = {}
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                signs = read_as(page.Resources.Font[str(operands[0])])
            shown = (
                [one for one in operands[0] if isinstance(one, pikepdf.String)]
                if str(operator) == "TJ"
                else operands[:1]
                if str(operator) == "Tj"
                else []
            )
            for one in shown:
                codes = bytes(one).hex()
                found.extend(signs.get(codes[at : at + 4], "") for at in range(0, len(codes), 4))
    return "".join("".join(found).split()).replace("\u200b", "")


def read_as(font: pikepdf.Object) -> dict[str, str]:
    """The table of a font from codes to signs."""
    signs: dict[str, str] = {}
    for line in font.ToUnicode.read_bytes().decode().splitlines():
        codes = [part.strip("<>") for part in line.replace("> <", ">\n<").splitlines()]
        if line.startswith("<") and len(codes) == 2:
            signs[codes[0].lower()] = bytes.fromhex(codes[1]).decode("utf-16-be")
        elif line.startswith("<") and len(codes) == 3:
            first, last, to = int(codes[0], 16), int(codes[1], 16), int(codes[2], 16)
            signs |= {f"{code:04x}": chr(to + code - first) for code in range(first, last + 1)}
    return signs


def test_a_paper_says_its_language_and_title_and_that_it_is_tagged_for_screen_readers(paper: pikepdf.Pdf) -> None:
    with paper.open_metadata() as about:
        assert about["dc:title"] == "Maandverzameling casuïstiek Drenthe, oktober 2026"
        assert about["pdfuaid:part"] == "1"
    assert str(paper.Root.Lang).lower().startswith("nl")
    assert paper.Root.ViewerPreferences.DisplayDocTitle
    assert paper.Root.MarkInfo.Marked
    assert "/StructTreeRoot" in paper.Root


def test_every_table_has_headings_and_every_part_a_heading_in_the_outline(paper: pikepdf.Pdf) -> None:
    found = tags(paper)
    with paper.open_outline() as outline:
        titles = [item.title for item in outline.root[0].children]

    assert found.count("/Table") == 13
    assert found.count("/TH") >= 13 * 2
    assert found.count("/H1") == 1
    assert titles[:2] == ["Nieuw (3 zaken)", "Afgesloten (1 zaak)"]
    assert titles[-3:] == ["Wijzigingen", "Tellingen", "Leeswijzer"]
    assert {str(page.MediaBox[2]) > str(page.MediaBox[3]) for page in paper.pages} == {True}


def test_what_is_given_stands_on_paper_and_what_is_not_is_said_in_words(paper: pikepdf.Pdf) -> None:
    text = text_of(paper)

    told = (
        "0123-4567-891", "week van 1 tot en met 7 oktober 2026", "Een buurman riep iets over geloof.", "ingetrokken op 3 maart 2027",
        "niet gedeeld", "Woonplaats van de melder: Emmen", "Lees ‘niet gedeeld’ dus nooit als", "Telt niet op:",
    )  # fmt: skip
    for words in told:
        assert words.replace(" ", "").replace("-", "") in text.replace("-", ""), words


def test_no_text_is_taken_for_markup_and_each_stands_there_as_it_was_written() -> None:
    lines = [make_line(number, facts={"narrative": text, "place": text}, before={"outcome": text}) for number, text in enumerate(MARKUP, 1)]

    with pikepdf.open(BytesIO(bytes_of(make_edition(lines), form="pdf"))) as pdf:
        text = text_of(pdf)

    for written in MARKUP:
        assert text.count(f"Samenvatting:{written.replace(' ', '')}") == 1, written


def test_every_sign_that_counts_as_printable_can_be_printed_alone_and_after_any_other() -> None:
    signs = [
        chr(code)
        for code in range(0x20, 0x2C00)
        if category(chr(code)) not in ("Cn", "Cc", "Cs", "Co") and printable(chr(code)) == chr(code)
    ]
    texts = [" ".join(signs[at : at + 250]) for at in range(0, len(signs), 250)] + ["".join(signs[at::13]) for at in range(13)]

    with pikepdf.open(
        BytesIO(bytes_of(make_edition([make_line(n, facts={"narrative": text}) for n, text in enumerate(texts, 1)]), form="pdf"))
    ) as pdf:
        assert len(pdf.pages) > 1
    assert len(signs) > 2000


@given(st.text())
def test_what_cannot_be_printed_is_a_square_and_nothing_else_changes(text: str) -> None:
    shown = printable(text)

    assert printable(shown) == shown
    assert all(sign in (SQUARE, "\n", " ") or sign in text for sign in shown)
    assert printable("Ünal, café – ‘ja’ € 5\n's-Gravenhage") == "Ünal, café – ‘ja’ € 5\n's-Gravenhage"
    assert printable("a😀\x00\t中\r\nb") == f"a{SQUARE}{SQUARE} {SQUARE}\nb"


def test_signs_without_a_letter_of_their_own_do_not_stop_a_paper() -> None:
    lines = [make_line(1, facts={"narrative": "😀中文\x00\x07\u202e\ufeff\ufffe ملح " + "x" * 400, "place": "\u0301\u0301\u200d"})]

    assert bytes_of(make_edition(lines), form="pdf").startswith(b"%PDF")


def test_an_edition_without_lines_is_a_paper_that_says_so() -> None:
    with pikepdf.open(BytesIO(bytes_of(make_edition(()), form="pdf"))) as pdf:
        assert "Erzijngeenzakenindezeverzameling." in text_of(pdf)


def test_an_edition_too_long_to_print_is_refused_with_the_forms_that_hold_it() -> None:
    edition = an_edition()
    long = Edition(**{name: getattr(edition, name) for name in Edition.__slots__} | {"rows": MOST_PRINTED + 1})

    with pytest.raises(Invalid, match="meer dan 2.000 regels.*XLSX of ODS"):
        write_pdf(long, to=BytesIO())


def test_a_paper_that_cannot_be_made_is_refused_without_a_word_of_its_content() -> None:
    with pytest.raises(Unavailable) as refused:
        press.pressed(paper_of(an_edition()) | {"sections": "geheim"}, layout=LAYOUT, dated=datetime(2026, 11, 2, tzinfo=UTC))

    assert "geheim" not in refused.value.sentence
    assert refused.value.__cause__ is None
