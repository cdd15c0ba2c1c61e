"""An edition as DOCX, ODT, PDF, JSON and a page: the same things in each, every text literal, the same bytes each time."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.agendas.documents import FORMS
from hub.agendas.papers import canonical_json, file_name, fingerprint
from hub.kernel.errors import Invalid
from tests.papers import HOSTILE, PUBLISHED, document_of, make_paper
from tests.rules.test_editions_on_paper import text_of

EVERYTHING = (
    "K7F4",
    "M2QX",
    "Bekladding",
    "Vernieling",
    "Nieuw sinds 1 oktober",
    "Opening",
    "Grond",
    "afkomst",
    "Straat",
    "Alleen voor uw organisatie",
)


def words_of(made: bytes, *, form: str) -> str:
    """All text of a document, in its order, as a reader would find it."""
    if form == "docx":
        with ZipFile(BytesIO(made)) as archive:
            parts = [ElementTree.fromstring(archive.read(f"word/{name}.xml")) for name in ("document", "footer")]
        return " ".join("".join(part.itertext()) for part in parts)
    if form == "odt":
        with ZipFile(BytesIO(made)) as archive:
            return " ".join("".join(ElementTree.fromstring(archive.read(name)).itertext()) for name in ("content.xml", "styles.xml"))
    if form == "html":
        return "".join(ElementTree.fromstring(re.sub(rb"<!doctype html>|<meta[^>]*>", b"", made)).itertext())
    return made.decode()


@pytest.mark.parametrize("form", ["docx", "odt", "html", "json"])
def test_every_form_carries_the_same_items_and_facts(form: str) -> None:
    words = words_of(document_of(make_paper(), form=form), form=form)

    assert [said for said in EVERYTHING if said not in words] == []
    assert words.index("K7F4") < words.index("M2QX")


def test_the_paper_form_carries_the_same_items_and_facts_and_is_tagged() -> None:
    with pikepdf.open(BytesIO(document_of(make_paper(), form="pdf"))) as pdf:
        words = text_of(pdf)
        assert pdf.Root.Lang == "nl-NL"
        assert pdf.Root.MarkInfo.Marked

    assert [said for said in EVERYTHING if said.replace(" ", "") not in words.replace(" ", "")] == []


@pytest.mark.parametrize("form", ["docx", "odt", "html"])
def test_a_text_that_tries_to_be_a_template_or_markup_stands_there_as_it_was_typed(form: str) -> None:
    words = words_of(document_of(make_paper(HOSTILE), form=form), form=form)

    assert words.count(HOSTILE) >= 8
    assert "49" not in words


def test_a_text_that_tries_to_be_a_template_does_not_stop_the_paper_form() -> None:
    assert document_of(make_paper(HOSTILE), form="pdf").startswith(b"%PDF")


@pytest.mark.parametrize("form", FORMS)
def test_the_same_edition_gives_the_same_bytes(form: str) -> None:
    assert document_of(make_paper(HOSTILE), form=form) == document_of(make_paper(HOSTILE), form=form)


def test_another_process_gives_the_same_bytes_too() -> None:
    said = "import sys; from tests.papers import *; sys.stdout.buffer.write(document_of(make_paper(), form='docx'))"
    made = subprocess.run([sys.executable, "-c", said], capture_output=True, check=True, env={"PYTHONHASHSEED": "7"}).stdout

    assert made == document_of(make_paper(), form="docx")


def test_the_word_file_says_its_language_title_headings_and_header_rows_and_that_the_hub_made_it() -> None:
    made = docx.Document(BytesIO(document_of(make_paper(), form="docx")))

    about, styles = made.core_properties, made.styles.element
    assert (about.author, about.last_modified_by, about.language) == ("Schakel", "Schakel", "nl-NL")
    assert (about.title, about.created, about.modified) == (make_paper().title, PUBLISHED, PUBLISHED)
    assert styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}").get(qn("w:val")) == "nl-NL"
    assert [p.style.name for p in made.paragraphs if p.style and str(p.style.name).startswith("Heading")] == [
        "Heading 1", "Heading 2", "Heading 2", "Heading 3", "Heading 3"
    ]  # fmt: skip
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in made.tables)
    assert len(made.tables) == 4


def test_an_archive_names_its_members_in_a_fixed_order_and_bears_no_other_moment_than_that_of_publishing() -> None:
    with ZipFile(BytesIO(document_of(make_paper(), form="docx"))) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert archive.namelist()[1:] == sorted(archive.namelist()[1:])
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with ZipFile(BytesIO(document_of(make_paper(), form="odt"))) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert b"2026-11-19T11:00:00Z" in archive.read("meta.xml")


def test_the_exact_form_is_sorted_json_whose_hash_changes_with_any_word() -> None:
    said = json.loads(canonical_json(make_paper()))

    assert canonical_json(make_paper()) == json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert (said["vorm"], said["soort"], said["gedateerd"]) == ("schakel/agenda/1", "agenda", "2026-11-19T11:00:00Z")
    assert fingerprint(make_paper()) != fingerprint(make_paper("Emmen"))


def test_the_name_of_a_file_says_no_more_than_the_kind_and_the_title() -> None:
    paper = make_paper("é & ß")

    assert file_name(paper, form="docx") == "agenda-casuistiekbespreking-drenthe-e.docx"
    assert file_name(replace(paper, title="Agenda RDO 3 maart 2027"), form="pdf") == "agenda-rdo-3-maart-2027.pdf"


def test_an_unknown_form_is_refused_with_the_forms_there_are() -> None:
    with pytest.raises(Invalid, match="docx, odt, pdf, html of json"):
        document_of(make_paper(), form="doc")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_a_document(text: str) -> None:
    paper = make_paper(text)

    for form in ("docx", "odt"):
        with ZipFile(BytesIO(document_of(paper, form=form))) as archive:
            assert all(ElementTree.fromstring(archive.read(name)) is not None for name in archive.namelist() if name.endswith(".xml"))
