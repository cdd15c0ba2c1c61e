"""The parts of an OpenDocument spreadsheet, written as text.

A table is a row of rows and a row is a row of cells: plain enough to write down. Packages for it build a tree of the whole first, and
take a minute and more for 10,000 lines.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from hub.casuistry.cells import safe_text
from hub.casuistry.sheets import TALLEST, Cell, Row, Sheet
from hub.sharing.dutch import day

KIND = "application/vnd.oasis.opendocument.spreadsheet"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{word}:1.0"'
    for prefix, word in {
        "office": "office", "table": "table", "text": "text", "style": "style", "meta": "meta", "config": "config",
        "number": "datastyle", "fo": "xsl-fo-compatible", "manifest": "manifest",
    }.items()
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:ooo="http://openoffice.org/2004/office" office:version="1.3"'  # fmt: skip
_PAGES = {"fits": ' style:scale-to-X="1" style:scale-to-Y="0"', "flows": ""}  # all columns on one page across, or on as many as it takes
_CELL_STYLE = (
    '<style:style style:name="{}" style:family="table-cell"{}><style:table-cell-properties fo:wrap-option="wrap" '
    'style:vertical-align="top"/>{}</style:style>'
)
_CELL_STYLES = (
    '<number:date-style style:name="N1" number:language="nl" number:country="NL"><number:day/><number:text> </number:text>'
    '<number:month number:style="long" number:textual="true"/><number:text> </number:text><number:year number:style="long"/>'
    "</number:date-style>"
    + _CELL_STYLE.format("text", "", "")
    + _CELL_STYLE.format("day", ' style:data-style-name="N1"', "")
    + _CELL_STYLE.format("head", "", '<style:text-properties fo:font-weight="bold"/>')
    + "".join(
        f'<style:style style:name="{name}" style:family="table" style:master-page-name="{name}"><style:table-properties '
        'table:display="true"/></style:style>'
        for name in _PAGES
    )
)
_LAYOUT = (
    '<style:page-layout style:name="{}"><style:page-layout-properties fo:page-width="29.7cm" fo:page-height="21cm" '
    'style:print-orientation="landscape" fo:margin="1.5cm"{}/><style:footer-style/></style:page-layout>'
)
_MASTER = (
    '<style:master-page style:name="{0}" style:page-layout-name="{0}"><style:footer><text:p>{1}: <text:sheet-name>?</text:sheet-name>, '
    "bladzijde <text:page-number>1</text:page-number> van <text:page-count>1</text:page-count></text:p></style:footer></style:master-page>"
)
_FROZEN = (  # 2: a split that holds its place; headings above, the kept columns at the left
    '<config:config-item-map-entry config:name={}><config:config-item config:name="HorizontalSplitMode" config:type="short">2'
    '</config:config-item><config:config-item config:name="VerticalSplitMode" config:type="short">2</config:config-item>'
    '<config:config-item config:name="HorizontalSplitPosition" config:type="int">{kept}</config:config-item>'
    '<config:config-item config:name="VerticalSplitPosition" config:type="int">1</config:config-item>'
    '<config:config-item config:name="PositionRight" config:type="int">{kept}</config:config-item>'
    '<config:config-item config:name="PositionBottom" config:type="int">1</config:config-item>'
    '<config:config-item config:name="ActiveSplitRange" config:type="short">3</config:config-item></config:config-item-map-entry>'
)
_FOLDED = re.compile(r"^ +| +$|(?<= ) +")  # spaces that OpenDocument would fold into one, or into none
_SIGN, _LINE = 0.2, 0.45  # centimetres


def parts_of(sheets: Sequence[Sheet], *, title: str, dated: datetime) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The members of the archive in the order that the format asks; `dated` is the moment that the document bears, in UTC."""
    yield "mimetype", (KIND.encode(),)
    yield "META-INF/manifest.xml", (_manifest(),)
    yield "meta.xml", (_document("meta", f"<office:meta>{_facts_about(title, dated)}</office:meta>"),)
    yield "settings.xml", (_document("settings", _settings(sheets)),)
    yield "styles.xml", (_document("styles", _pages(title)),)
    yield "content.xml", _content(sheets)


def _document(name: str, body: str) -> bytes:
    return f"{_HEAD}<office:document-{name} {_SPACES}>{body}</office:document-{name}>".encode()


def _manifest() -> bytes:
    kinds = {"/": KIND, **dict.fromkeys(("meta.xml", "settings.xml", "styles.xml", "content.xml"), "text/xml")}
    entries = (f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>' for path, kind in kinds.items())
    space = _SPACES.split('xmlns:manifest="')[1].split('"')[0]
    return f'{_HEAD}<manifest:manifest xmlns:manifest="{space}" manifest:version="1.3">{"".join(entries)}</manifest:manifest>'.encode()


def _facts_about(title: str, dated: datetime) -> str:
    moment = f"{dated:%Y-%m-%dT%H:%M:%SZ}"
    return (
        f"<meta:generator>Schakel</meta:generator><dc:title>{escape(title)}</dc:title><meta:initial-creator>Schakel</meta:initial-creator>"
        f"<dc:creator>Schakel</dc:creator><meta:creation-date>{moment}</meta:creation-date><dc:date>{moment}</dc:date>"
        "<dc:language>nl-NL</dc:language>"
    )


def _pages(title: str) -> str:
    layouts = "".join(_LAYOUT.format(name, scale) for name, scale in _PAGES.items())
    masters = "".join(_MASTER.format(name, escape(title)) for name in _PAGES)
    return (
        '<office:styles><style:default-style style:family="table-cell"><style:text-properties fo:language="nl" fo:country="NL"/>'
        f"</style:default-style></office:styles><office:automatic-styles>{layouts}</office:automatic-styles>"
        f"<office:master-styles>{masters}</office:master-styles>"
    )


def _settings(sheets: Sequence[Sheet]) -> str:
    views = "".join(_FROZEN.format(quoteattr(sheet.name), kept=sheet.kept) for sheet in sheets)
    return (
        '<office:settings><config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views">'
        '<config:config-item-map-entry><config:config-item config:name="ViewId" config:type="string">view1</config:config-item>'
        f'<config:config-item-map-named config:name="Tables">{views}</config:config-item-map-named></config:config-item-map-entry>'
        "</config:config-item-map-indexed></config:config-item-set></office:settings>"
    )


def _content(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    widths = sorted({width for sheet in sheets for _, width in sheet.columns})
    columns = "".join(
        f'<style:style style:name="w{width}" style:family="table-column"><style:table-column-properties '
        f'style:column-width="{width * _SIGN:.1f}cm"/></style:style>'
        for width in widths
    )
    heights = "".join(
        f'<style:style style:name="h{height}" style:family="table-row"><style:table-row-properties '
        f'style:row-height="{height * _LINE:.2f}cm" style:use-optimal-row-height="false"/></style:style>'
        for height in range(1, TALLEST + 1)
    )
    styles = f"<office:automatic-styles>{columns}{heights}{_CELL_STYLES}</office:automatic-styles>"
    yield f"{_HEAD}<office:document-content {_SPACES}>{styles}<office:body><office:spreadsheet>".encode()
    ranges = []
    for sheet in sheets:
        length = 1
        yield _opening(sheet).encode()
        for row in sheet.rows():
            length += 1
            yield _row(row, sheet.height(row)).encode()
        yield b"</table:table>"
        ranges.append(_range(sheet, length))
    yield f"<table:database-ranges>{''.join(ranges)}</table:database-ranges></office:spreadsheet></office:body>".encode()
    yield b"</office:document-content>"


def _opening(sheet: Sheet) -> str:
    columns = [f'<table:table-column table:style-name="w{width}" table:default-cell-style-name="text"/>' for _, width in sheet.columns]
    kept, others = "".join(columns[: sheet.kept]), "".join(columns[sheet.kept :])
    heads = "".join(
        f'<table:table-cell table:style-name="head" office:value-type="string"><text:p>{escape(name)}</text:p></table:table-cell>'
        for name, _ in sheet.columns
    )
    height = sheet.height(tuple(name for name, _ in sheet.columns))
    page = "fits" if sheet.fits else "flows"
    return (
        f'<table:table table:name={quoteattr(sheet.name)} table:style-name="{page}"><table:table-header-columns>{kept}'
        f"</table:table-header-columns>{others}<table:table-header-rows>"
        f'<table:table-row table:style-name="h{height}">{heads}</table:table-row></table:table-header-rows>'
    )


def _row(row: Row, height: int) -> str:
    return f'<table:table-row table:style-name="h{height}">{"".join(map(_cell, row))}</table:table-row>'


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return _text_cell(cell) if len(cell) < 100 else _text_cell.__wrapped__(cell)
    if isinstance(cell, date):
        kind, text = f'table:style-name="day" office:value-type="date" office:date-value="{cell.isoformat()}"', day(cell)
    else:
        kind, text = f'office:value-type="float" office:value="{cell}"', str(cell)
    return f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"


@lru_cache(maxsize=4096)
def _text_cell(text: str) -> str:
    """Short words stand in many cells."""
    lines = "<text:line-break/>".join(map(_line, safe_text(text).split("\n")))
    return f'<table:table-cell office:value-type="string"><text:p>{lines}</text:p></table:table-cell>'


def _line(text: str) -> str:
    folded = _FOLDED.sub(lambda found: f"\0{len(found.group())}\0", text)
    safe = escape(folded).replace("\t", "<text:tab/>")
    return re.sub("\0(\\d+)\0", r'<text:s text:c="\1"/>', safe) if "\0" in safe else safe


def _range(sheet: Sheet, length: int) -> str:
    column = _column_name(len(sheet.columns))
    return (
        f"<table:database-range table:name={quoteattr(sheet.name)} "
        f'table:target-range-address="{sheet.name}.A1:{sheet.name}.{column}{length}" table:display-filter-buttons="true" '
        'table:contains-header="true"/>'
    )


def _column_name(number: int) -> str:
    """The letters of the column with this number, from 1."""
    first, last = divmod(number - 1, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)
