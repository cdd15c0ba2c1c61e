"""An edition as a file: DOCX, ODT, PDF, JSON or a page that stands by itself; the same edition gives the same bytes.

Documents are filled in by sandboxed templates that escape every value and know no name but those of the edition. What a value says is
never read as a template, not even by docxtpl, which turns `{_{` into `{{` after it is done: that one sign goes in disguised.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final
from zipfile import ZipFile

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docxtpl import DocxTemplate
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from hub.agendas.edition import Paper
from hub.agendas.papers import canonical_json, told
from hub.casuistry.press import pressed
from hub.casuistry.printed import printable
from hub.kernel.archive import store_all
from hub.kernel.errors import Invalid

_LAYOUT: Final = Path(__file__).with_name("layout")
_PARTS: Final = Path(__file__).parent.parent / "web" / "templates" / "_parts"
_DISGUISE: Final = "\ue00f"
_MEANT: Final = re.compile(r"(?<=\{)_(?=[{%])|(?<=[}%])_(?=\})")
_IMPOSSIBLE: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ue00e\ue010-\ufffd\U00010000-\U0010ffff]")  # XML cannot hold these
_BLANKS: Final = re.compile(r"^ +| +$|(?<= ) +")  # blanks that OpenDocument would fold into one
_LANGUAGE, _AUTHOR = "nl-NL", "Schakel"
_OPENDOCUMENT = "application/vnd.oasis.opendocument.text"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PLAIN_PAGE = """<!doctype html>
{% from "paper.html" import header, parts %}<html lang="nl"><head><meta charset="utf-8"><title>{{ paper.titel }}</title></head>
<body><main><h1>{{ paper.titel }}</h1>
{{ header(paper) }}{{ parts(paper) }}</main><footer><p>{{ paper.voettekst }}</p></footer></body></html>
"""


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file: how browsers call it, and how it is made of an edition."""

    media: str
    made: Callable[[Paper, bytes | None], bytes]


def write_document(paper: Paper, *, form: str, template: bytes | None = None, to: BinaryIO) -> None:
    """Write the edition in this form; a template is a Word file that `stationery.check` accepted. Invalid for an unknown form."""
    if form not in FORMS:
        raise Invalid("Deze vorm bestaat niet. Kies docx, odt, pdf, html of json.")
    to.write(FORMS[form].made(paper, template))


def standard_template() -> bytes:
    """The hub's own Word template: what is used where a body has none, and where a coordinator begins."""
    made = BytesIO()
    store_all(((name, (content,)) for name, content in _template_members()), to=made)
    return made.getvalue()


def sandbox() -> SandboxedEnvironment:
    """Where templates run: nothing unsafe, every value escaped, an unknown name is an error."""
    found = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, loader=FileSystemLoader(_PARTS), cache_size=0)
    found.globals.clear()
    found.filters["pieces"] = _pieces
    return found


def _template_members() -> Iterator[tuple[str, bytes]]:
    parts = {"document": "document.main", "styles": "styles", "footer": "footer"}
    kinds = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{kind}+xml"/>' for name, kind in parts.items())
    yield (
        "[Content_Types].xml",
        (
            f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>'
            f"{kinds}</Types>"
        ).encode(),
    )
    yield "_rels/.rels", _relations({"officeDocument": "word/document.xml"})
    for name in parts:
        yield f"word/{name}.xml", (_LAYOUT / f"docx-{name}.xml").read_bytes()
    yield "word/_rels/document.xml.rels", _relations({"styles": "styles.xml", "footer": "footer.xml"})


def _relations(targets: Mapping[str, str]) -> bytes:
    numbered = enumerate(targets.items(), 1)
    each = "".join(f'<Relationship Id="rId{no}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for no, (kind, target) in numbered)
    return f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{each}</Relationships>'.encode()


def _docx(paper: Paper, template: bytes | None) -> bytes:
    filled = DocxTemplate(BytesIO(standard_template() if template is None else template))
    filled.render(_safe(told(paper), _disguised), sandbox(), autoescape=True)
    _sign(filled.docx, paper)
    made = BytesIO()
    filled.docx.save(made)
    whole = BytesIO()
    with ZipFile(made) as archive:
        names = sorted(archive.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        store_all(((name, (_undisguised(name, archive.read(name)),)) for name in names), to=whole)
    return whole.getvalue()


def _sign(document: Document, paper: Paper) -> None:
    """Whose it is, of when, in which language and what it is called; whatever a template said about its maker goes."""
    about, moment = document.core_properties, _moment(paper)
    about.author = about.last_modified_by = _AUTHOR
    about.title, about.language = _clean(paper.title)[:255], _LANGUAGE
    about.created = about.modified = about.last_printed = moment
    about.revision = 1
    about.comments = about.keywords = about.category = about.subject = about.content_status = about.identifier = about.version = ""
    styles = document.styles.element
    defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is None:
        raise Invalid("Dit sjabloon mist de standaardopmaak van Word. Maak het opnieuw, vanuit het sjabloon van Schakel.")
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    language.set(qn("w:val"), _LANGUAGE)


def _undisguised(name: str, content: bytes) -> bytes:
    return content.replace(_DISGUISE.encode(), b"_") if name.endswith(".xml") else content


def _odt(paper: Paper, _: bytes | None) -> bytes:
    values, made = _safe(told(paper), _clean), BytesIO()
    jinja = sandbox()
    filled = {
        name: jinja.from_string((_LAYOUT / f"odt-{name}.xml").read_text("utf-8")).render(values).encode()
        for name in ("meta", "styles", "content")
    }
    members = {"mimetype": _OPENDOCUMENT.encode(), "META-INF/manifest.xml": (_LAYOUT / "odt-manifest.xml").read_bytes()}
    members |= {f"{name}.xml": content for name, content in filled.items()}
    store_all(((name, (content,)) for name, content in members.items()), to=made)
    return made.getvalue()


def _pdf(paper: Paper, _: bytes | None) -> bytes:
    return pressed(_safe(told(paper), printable), layout=_LAYOUT / "paper.typ", dated=paper.dated)


def _html(paper: Paper, _: bytes | None) -> bytes:
    return sandbox().from_string(_PLAIN_PAGE).render(paper=_safe(told(paper), _clean)).encode()


def _json(paper: Paper, _: bytes | None) -> bytes:
    return canonical_json(paper)


def _moment(paper: Paper) -> datetime:
    return paper.dated.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def _safe(value: Any, cleaned: Callable[[str], str]) -> Any:
    """The same values with every text made fit for one form."""
    if isinstance(value, dict):
        return {name: _safe(each, cleaned) for name, each in value.items()}
    if isinstance(value, list):
        return [_safe(each, cleaned) for each in value]
    return cleaned(value) if isinstance(value, str) else value


def _clean(text: str) -> str:
    """The text with line ends as XML has them and without what XML cannot hold; every other sign stays."""
    return _IMPOSSIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _disguised(text: str) -> str:
    return _MEANT.sub(_DISGUISE, _clean(text))


def _pieces(text: str) -> list[list[tuple[str, int]]]:
    """A text for OpenDocument: per line its words, each with the number of blanks after it that would be folded."""
    return [_line(line.replace("\t", " ")) for line in text.split("\n")]


def _line(line: str) -> list[tuple[str, int]]:
    found, last = list[tuple[str, int]](), 0
    for blanks in _BLANKS.finditer(line):
        found.append((line[last : blanks.start()], len(blanks.group())))
        last = blanks.end()
    return [*found, (line[last:], 0)]


FORMS: Final[Mapping[str, Form]] = {
    "docx": Form(f"{_WORD}.document", _docx),
    "odt": Form(_OPENDOCUMENT, _odt),
    "pdf": Form("application/pdf", _pdf),
    "json": Form("application/json", _json),
    "html": Form("text/html; charset=utf-8", _html),
}
