"""Checks a Word template that a coordinator offers: read within bounds, nothing that runs or fetches, only the names of an edition.

What is refused is refused with a sentence that says what to change. A template that passes was filled in with hostile texts, and what came
out of that passed the same checks; so a template cannot make a field, a link or another template of what somebody wrote in an item.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Final, TypeAlias
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from docxtpl import DocxTemplate
from jinja2 import TemplateError, nodes
from marshmallow import Schema, fields

from hub.agendas.documents import sandbox, write_document
from hub.agendas.edition import Entry, Paper, Part
from hub.agendas.papers import PaperSchema
from hub.kernel.errors import Invalid

MOST_BYTES: Final = 1_000_000
_MOST_UNPACKED, _MOST_MEMBERS, _MOST_WORDS, _MOST_TAGS = 8_000_000, 150, 400_000, 400
_MEMBER: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(core|app|custom)\.xml|word/[A-Za-z0-9]+\.xml|word/_rels/[A-Za-z0-9]+\.xml\.rels|"
    r"word/theme/[A-Za-z0-9]+\.xml|word/media/[A-Za-z0-9._-]+\.(png|jpe?g)|customXml/[A-Za-z0-9]+\.xml|customXml/_rels/[A-Za-z0-9]+\.xml\.rels"
)
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATIONS: Final = frozenset(
    "officeDocument core-properties extended-properties custom-properties styles stylesWithEffects settings webSettings fontTable theme "
    "numbering header footer footnotes endnotes image customXml customXmlProps".split()
)
_MAY_NOT: Final = frozenset("altChunk subDoc object control mailMerge attachedTemplate OLEObject hyperlink dataBinding".split())
_FIELDS: Final = re.compile(r"(\s|PAGE|NUMPAGES|\\\*|MERGEFORMAT|Arabic)*")
_TAG: Final = re.compile(r"\{\{|\{%|\{#")
_MARKUP: Final = re.compile(r"<[^>]*>")
_DATED: Final = datetime(2026, 1, 1, tzinfo=UTC)
_HOSTILE: Final = "{{ 7*7 }} {% raw %} {# #} &<>\"' {_{ 7*7 }_} INCLUDETEXT \u202e"
Shape: TypeAlias = "Mapping[str, Shape] | list[Shape] | None"  # None is a text


class NotThisTemplate(Invalid):
    """A template that may not be used, and why."""


def check(content: bytes) -> None:
    """Accept this Word file as a template by saying nothing; NotThisTemplate says in one sentence what is wrong with it."""
    members = _members(content)
    _check_members(members)
    _check_tags(members)
    made = BytesIO()
    try:
        write_document(_hostile_paper(), form="docx", template=content, to=made)
    except (TemplateError, BadZipFile, ValueError, KeyError, AttributeError, TypeError, IndexError, SyntaxError, OSError):
        raise NotThisTemplate("Dit sjabloon kan niet worden ingevuld. Begin opnieuw vanuit het sjabloon van Schakel.") from None
    _check_members(_members(made.getvalue(), most=_MOST_UNPACKED))


def names() -> tuple[str, ...]:
    """The names that a template may use, as they are written in it."""
    return tuple(_named(_shape_of(PaperSchema()), ""))


def _members(content: bytes, most: int = MOST_BYTES) -> dict[str, bytes]:
    """The members of the file, none of them read further than the bounds."""
    if len(content) > most:
        raise NotThisTemplate("Dit bestand is groter dan 1 MB. Maak de plaatjes kleiner.")
    try:
        with ZipFile(BytesIO(content)) as archive:
            listed = archive.infolist()
            if len(listed) > _MOST_MEMBERS or len({one.filename for one in listed}) < len(listed):
                raise NotThisTemplate("Dit bestand heeft te veel onderdelen.")
            return dict(_read_all(archive, listed))
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise NotThisTemplate("Dit is geen Word-bestand (.docx).") from None


def _read_all(archive: ZipFile, listed: Sequence[ZipInfo]) -> Iterator[tuple[str, bytes]]:
    left = _MOST_UNPACKED
    for one in listed:
        if one.flag_bits & 1 or one.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise NotThisTemplate("Dit bestand is versleuteld of vreemd ingepakt.")
        if one.is_dir():
            continue
        if not _MEMBER.fullmatch(one.filename):
            raise NotThisTemplate(
                "Dit bestand heeft een onderdeel dat niet mag: macro's, ingesloten bestanden, opmerkingen en lettertypen."
            )
        with archive.open(one) as opened:
            found = opened.read(left + 1)
        left -= len(found)
        if left < 0:
            raise NotThisTemplate("Dit bestand is uitgepakt te groot.")
        yield one.filename, found


def _check_members(members: Mapping[str, bytes]) -> None:
    """Nothing that runs, fetches or refers outside the file."""
    if not {"[Content_Types].xml", "_rels/.rels", "word/document.xml"} <= members.keys():
        raise NotThisTemplate("Dit is geen Word-bestand (.docx).")
    for name, content in members.items():
        if name.startswith("word/media/"):
            continue
        tree = _tree(content)
        if name == "[Content_Types].xml":
            _check_kinds(tree)
        elif name.endswith(".rels"):
            _check_relations(tree)
        else:
            _check_elements(tree)


def _tree(content: bytes) -> ElementTree.Element:
    """Read as XML without a document type: so without entities, whatever the parser would do with them."""
    try:
        text = content.decode("utf-8")
        declared = re.match(r"\ufeff?<\?xml[^>]*encoding=[\"']([^\"']+)", text)
        if "<!DOCTYPE" in text or "<!ENTITY" in text or (declared and declared.group(1).lower() != "utf-8"):
            raise NotThisTemplate("Dit bestand bevat XML die niet mag.")
        return ElementTree.fromstring(text.encode())  # noqa: S314  there is no document type in it
    except (UnicodeDecodeError, ElementTree.ParseError):
        raise NotThisTemplate("Dit bestand is beschadigd.") from None


def _check_kinds(tree: ElementTree.Element) -> None:
    kinds = [one.get("ContentType", "") for one in tree]
    if _MAIN not in kinds or any(word in kind.lower() for kind in kinds for word in ("macro", "vba", "activex", "oleobject")):
        raise NotThisTemplate("Dit bestand is een ander soort Word-bestand, of het heeft macro's. Bewaar het als .docx.")


def _check_relations(tree: ElementTree.Element) -> None:
    for one in tree:
        if one.get("TargetMode", "Internal") != "Internal" or "//" in one.get("Target", "") or ".." in one.get("Target", "").lstrip("./"):
            raise NotThisTemplate("Dit bestand verwijst naar iets buiten het bestand: een link, een plaatje of een ander sjabloon.")
        if one.get("Type", "").rpartition("/")[2] not in _RELATIONS:
            raise NotThisTemplate("Dit bestand heeft een onderdeel dat niet mag, zoals een ingesloten bestand of een opmerking.")


def _check_elements(tree: ElementTree.Element) -> None:
    said = ""
    for one in tree.iter():
        name = one.tag.rpartition("}")[2]
        if name in _MAY_NOT:
            raise NotThisTemplate(
                "Dit bestand heeft een onderdeel dat niet mag: een link, een ingesloten bestand of samenvoegen met gegevens."
            )
        if name in ("instrText", "delInstrText"):
            said += one.text or ""
        said += "".join(f" {value} " for place, value in one.attrib.items() if place.rpartition("}")[2] == "instr")
    if not _FIELDS.fullmatch(said):
        raise NotThisTemplate("Dit bestand heeft een veld dat niet mag. Alleen het bladzijdenummer en het aantal bladzijden mogen.")


def _check_tags(members: Mapping[str, bytes]) -> None:
    """Template words stand only where the hub fills them in, once, and say nothing but names, conditions and loops."""
    filled = {"word/document.xml", *_headers_and_footers(members)}
    for name, content in members.items():
        if name.startswith("word/media/"):
            continue
        text = content.decode()
        if name not in filled and (_TAG.search(text) or _TAG.search(_MARKUP.sub("", text))):
            raise NotThisTemplate("Sjabloonwoorden mogen alleen in de tekst zelf en in kop- en voetteksten staan.")
        if name in filled:
            _check_words(text)


def _headers_and_footers(members: Mapping[str, bytes]) -> Iterator[str]:
    relations = members.get("word/_rels/document.xml.rels")
    for one in () if relations is None else _tree(relations):
        if one.get("Type", "").rpartition("/")[2] in ("header", "footer"):
            yield "word/" + one.get("Target", "").removeprefix("/word/")


def _check_words(text: str) -> None:
    if len(text) > _MOST_WORDS or len(_TAG.findall(text)) > _MOST_TAGS:
        raise NotThisTemplate("Dit sjabloon is te lang.")
    patched = DocxTemplate(BytesIO()).patch_xml(text)
    if re.search(r"\{%[-+]?\s*(end)?raw\b", patched):
        raise NotThisTemplate("Dit sjabloon gebruikt een opdracht die niet mag: raw.")
    try:
        parsed = sandbox().parse(patched)
    except TemplateError:
        raise NotThisTemplate("Een sjabloonwoord is niet goed geschreven. Kijk of elke {% for %} en {% if %} is afgesloten.") from None
    _walk(parsed.body, {**_top(), "": None}, "")


def _walk(body: Sequence[nodes.Node], known: Mapping[str, Shape], inner: str) -> None:
    """`inner` is the loop variable that stands nearest: only its lists may be looped over, so the work is never more than the edition."""
    for node in body:
        if isinstance(node, nodes.Output):
            _check_texts(node, known)
        elif isinstance(node, nodes.If):
            _check_condition(node.test, known)
            _walk([*node.body, *node.elif_, *node.else_], known, inner)
        elif isinstance(node, nodes.For) and isinstance(node.target, nodes.Name) and not (node.else_ or node.test or node.recursive):
            _walk(node.body, {**known, node.target.name: _one_of(node.iter, known, inner)}, node.target.name)
        else:
            raise NotThisTemplate(f"Dit sjabloon gebruikt een opdracht die niet mag: {type(node).__name__}.")


def _check_texts(node: nodes.Output, known: Mapping[str, Shape]) -> None:
    if any(_shape(one, known) is not None for one in node.nodes if not isinstance(one, nodes.TemplateData)):
        raise NotThisTemplate("Een sjabloonwoord noemt een lijst waar een tekst hoort.")


def _one_of(over: nodes.Node, known: Mapping[str, Shape], inner: str) -> Shape:
    shape = _shape(over, known)
    owner = over.node.name if isinstance(over, nodes.Getattr) and isinstance(over.node, nodes.Name) else ""
    if not isinstance(shape, list) or owner != inner:
        raise NotThisTemplate("Een {% for %} mag alleen over een lijst van de editie, of van de lus waarin hij staat.")
    return shape[0]


def _check_condition(node: nodes.Node, known: Mapping[str, Shape]) -> None:
    if isinstance(node, nodes.Not):
        _check_condition(node.node, known)
    elif isinstance(node, nodes.And | nodes.Or):
        _check_condition(node.left, known)
        _check_condition(node.right, known)
    else:
        _shape(node, known)


def _shape(node: nodes.Node, known: Mapping[str, Shape]) -> Shape:
    """What a name of the template stands for; refused when it is not the name of something in an edition."""
    if isinstance(node, nodes.Name) and node.name and node.name in known:
        return known[node.name]
    if isinstance(node, nodes.Getattr):
        owner = _shape(node.node, known)
        if isinstance(owner, Mapping) and node.attr in owner:
            return owner[node.attr]
    raise NotThisTemplate("Dit sjabloon noemt iets dat niet in een editie staat. Gebruik alleen de namen van de lijst.")


def _top() -> Mapping[str, Shape]:
    shape = _shape_of(PaperSchema())
    assert isinstance(shape, Mapping)
    return shape


def _shape_of(schema: Schema) -> Shape:
    return {field.data_key or name: _shape_of_field(field) for name, field in schema.fields.items()}


def _shape_of_field(field: fields.Field) -> Shape:  # type: ignore[type-arg]
    if isinstance(field, fields.List):
        return [_shape_of_field(field.inner)]
    return _shape_of(field.schema) if isinstance(field, fields.Nested) else None


def _named(shape: Shape, before: str) -> Iterator[str]:
    if isinstance(shape, list):
        yield f"{before}[]"
        yield from _named(shape[0], f"{before}[]") if shape[0] is not None else ()
    elif isinstance(shape, Mapping):
        for name, one in shape.items():
            yield from _named(one, f"{before}.{name}" if before else name)
    else:
        yield before


def _hostile_paper() -> Paper:
    """Every list has something in it, and every text tries to be more than text."""
    row = ((_HOSTILE, _HOSTILE),)
    entry = Entry(_HOSTILE, "K7F4", (_HOSTILE,), row, row)
    return Paper("agenda", _HOSTILE, row, (Part(_HOSTILE, _HOSTILE, (entry,)),), _HOSTILE, _DATED)
