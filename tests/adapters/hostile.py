"""A corpus of files that must be refused, made by code: bombs, lies, half files, other layouts, and what only looks like an export."""

import gzip
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.writing import write_ods, write_xlsx

Made = tuple[str, bytes]  # file name, content
HEADER, ROWS = ["nummer", "grond"], [["A-1", "Ras"], ["A-2", "Geslacht"]]
GOOD_CSV = "nummer;grond\r\nA-1;Ras\r\nA-2;Geslacht\r\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEET = "xl/worksheets/sheet1.xml"
_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
_XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def good_xlsx(rows: list[list[object]] | None = None) -> bytes:
    return _written(lambda path: write_xlsx(path, rows=rows or [HEADER, *ROWS], sheet="Zaken"), suffix=".xlsx")  # type: ignore[arg-type]


def good_ods(rows: list[list[object]] | None = None) -> bytes:
    return _written(lambda path: write_ods(path, rows=rows or [HEADER, *ROWS], sheet="Zaken"), suffix=".ods")  # type: ignore[arg-type]


def _written(write: Callable[[Path], None], *, suffix: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"goed{suffix}"
        write(path)
        return path.read_bytes()


def rebuilt(archive: bytes, *, change: dict[str, Callable[[str], str]] | None = None, add: dict[str, bytes] | None = None) -> bytes:
    """The same archive with some of its parts changed, left out (an empty answer) or added."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if change and part.filename in change:
                text = change[part.filename](text.decode()).encode()
            new.writestr(part.filename, text)
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return made.getvalue()


def _without(archive: bytes, name: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
    return made.getvalue()


def _sheet(change: Callable[[str], str]) -> bytes:
    return rebuilt(good_xlsx(), change={_SHEET: change})


def _cells(cells: str) -> bytes:
    return _sheet(lambda text: text.replace("</sheetData>", f"{cells}</sheetData>"))


def _content(old: str, new: str) -> bytes:
    return rebuilt(good_ods(), change={"content.xml": lambda text: text.replace(old, new, 1)})


def _lying() -> bytes:
    """A part of 80 MB whose headers say that it is 100 bytes."""
    archive = rebuilt(good_xlsx(), add={"xl/media.xml": b"<a>" + b" " * 80_000_000 + b"</a>"})
    real = struct.pack("<L", 80_000_007)
    assert archive.count(real) >= 1
    return archive.replace(real, struct.pack("<L", 100))


def _encrypted() -> bytes:
    archive = bytearray(good_xlsx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := archive.find(mark, place + 1)) >= 0:
            archive[place + offset] |= 1
    return bytes(archive)


def _compressed(method: int) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(good_xlsx())) as old, zipfile.ZipFile(made, "w", method) as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part))
    return made.getvalue()


def _wrong_sum() -> bytes:
    archive = bytearray(_compressed(zipfile.ZIP_STORED))
    place = archive.find(b"<sheetData>")
    archive[place + 5] ^= 1
    return bytes(archive)


def csv_files() -> Iterator[tuple[str, Made]]:
    text = GOOD_CSV.encode()
    bodies = {
        "empty": b"",
        "only-a-mark": b"\xef\xbb\xbf",
        "only-blank-lines": b"\r\n\r\n\r\n",
        "nul-in-a-cell": text.replace(b"Ras", b"R\x00s"),
        "nul-at-the-start": b"\x00" + text,
        "bell": text.replace(b"Ras", b"R\x07s"),
        "escape-codes": text.replace(b"Ras", b"\x1b[2JRas"),
        "c1-control": text.replace(b"Ras", "R\x85s".encode()),
        "not-a-character": text.replace(b"Ras", "R\ufffes".encode()),
        "windows-letters": text.replace(b"Ras", "Privésfeer".encode("cp1252")),
        "mixed-encodings": text.replace(b"Ras", "é".encode() + "é".encode("cp1252")),
        "overlong": text.replace(b"Ras", b"\xc0\xafRas"),
        "surrogate": text.replace(b"Ras", b"\xed\xa0\x80"),
        "utf16-without-mark": GOOD_CSV.encode("utf-16-le"),
        "utf16-cut-in-a-letter": GOOD_CSV.encode("utf-16")[:-1],
        "utf32": GOOD_CSV.encode("utf-32"),
        "open-quote": text.replace(b"Ras", b'"Ras'),
        "text-after-a-quote": text.replace(b"Ras", b'"Ras" en meer'),
        "line-of-two-million": text + b"A-3;" + b"x" * 2_000_000 + b"\r\n",
        "cell-of-five-million": text + b'A-3;"' + b"x\n" * 2_500_000 + b'"\r\n',
        "fifty-thousand-columns": ";".join(f"k{n}" for n in range(50_000)).encode() + b"\r\n",
        "key-twice": text + b"A-1;Ras\r\n",
        "key-twice-in-other-letters": text + b"  a-1 ;Ras\r\n",
        "missing-column": b"nummer\r\nA-1\r\n",
        "extra-column": b"nummer;grond;naam\r\nA-1;Ras;x\r\n",
        "column-twice": b"nummer;grond;grond\r\nA-1;Ras;Ras\r\n",
        "other-columns": b"id;bias\r\n1;x\r\n",
        "no-header": b"A-1;Ras\r\nA-2;Geslacht\r\n",
        "header-in-capitals": text.replace(b"nummer;grond", b"NUMMER;GROND"),
        "cut-in-the-last-row": text + b"A-3",
        "cut-in-the-last-cell": text[:-4],
        "cut-in-the-header": b"nummer;gro",
        "workbook": good_xlsx(),
        "gzip": gzip.compress(text),
        "pdf": b"%PDF-1.7\n" + text,
        "web-page": b"<!DOCTYPE html><html><table><tr><td>A-1</td></tr></table></html>",
        "excel-as-xml": b"<?xml version='1.0'?><Workbook></Workbook>",
        "picture": b"\x89PNG\r\n\x1a\n" + text,
        "program": b"\x7fELF" + text,
        "database": b"SQLite format 3\x00" + text,
        "json": b'{"nummer": 1}',
        "old-excel": OLE + b"\x00" * 600,
    }
    yield from ((f"csv-{name}", ("export.csv", body)) for name, body in bodies.items())
    yield "csv-wrong-suffix", ("export.xlsx", text)
    yield "csv-suffix-of-a-zip", ("export.zip", text)


def xlsx_files() -> Iterator[tuple[str, Made]]:
    good = good_xlsx()
    bodies = {
        "empty": b"",
        "text": GOOD_CSV.encode(),
        "noise": bytes(range(256)) * 40,
        "old-excel-or-password": OLE + b"\x00" * 4096,
        "cut-at-a-quarter": good[: len(good) // 4],
        "cut-at-half": good[: len(good) // 2],
        "cut-near-the-end": good[: len(good) * 9 // 10],
        "last-bytes-missing": good[:-30],
        "bomb": rebuilt(good, add={"xl/worksheets/sheet9.xml": b"<a>" + b" " * 100_000_000 + b"</a>"}),
        "many-middling-parts": rebuilt(good, add={f"xl/p{n}.bin": b"\x01" * 900_000 for n in range(150)}),
        "lying-sizes": _lying(),
        "wrong-sum": _wrong_sum(),
        "three-hundred-parts": rebuilt(good, add={f"xl/p{n}.xml": b"<a/>" for n in range(300)}),
        "part-twice": rebuilt(good, add={"XL/workbook.xml": b"<a/>"}),
        "way-out": rebuilt(good, add={"../../tmp/x.xml": b"<a/>"}),
        "way-from-the-root": rebuilt(good, add={"/etc/x.xml": b"<a/>"}),
        "zip-in-zip": rebuilt(good, add={"xl/data.bin": good}),
        "embedded-file": rebuilt(good, add={"xl/embeddings/oleObject1.bin": OLE}),
        "ole-in-a-part": rebuilt(good, add={"xl/data.bin": OLE}),
        "macros": rebuilt(good, add={"xl/vbaProject.bin": b"x"}),
        "macro-type": rebuilt(good, change={"[Content_Types].xml": lambda text: text.replace("main+xml", "main.macroEnabled+xml")}),
        "external-link": rebuilt(good, add={"xl/externalLinks/externalLink1.xml": b"<a/>"}),
        "billion-laughs": rebuilt(good, change={"xl/workbook.xml": lambda text: _LAUGHS + text}),
        "reads-etc-passwd": _sheet(lambda text: _XXE + text),
        "doctype-behind-a-long-comment": _sheet(lambda text: f"<!--{'x' * 200_000}-->{_XXE}{text}"),
        "utf16-parts": _replaced(_SHEET, "<worksheet/>".encode("utf-16")),
        "latin-parts": _replaced(_SHEET, b"<?xml version='1.0' encoding='iso-8859-1'?><worksheet/>"),
        "part-of-nothing": _replaced(_SHEET, b""),
        "no-xml": _replaced(_SHEET, b"hallo"),
        "broken-xml": _sheet(lambda text: text.replace("</row>", "", 1)),
        "deep-xml": _replaced(_SHEET, b"<a>" * 300_000),
        "no-workbook": _without(good, "xl/workbook.xml"),
        "no-sheet": _without(good, _SHEET),
        "word-document": rebuilt(_without(good, "xl/workbook.xml"), add={"word/document.xml": b"<a/>"}),
        "far-column": _cells('<row r="9"><c r="XFD9" t="inlineStr"><is><t>x</t></is></c></row>'),
        "far-row": _cells('<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>'),
        "formula-without-outcome": _cells('<row r="9"><c r="A9"><f>1+1</f></c></row>'),
        "merged-cells": _sheet(
            lambda text: text.replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>')
        ),
        "cell-of-forty-thousand": _cells(f'<row r="9"><c r="A9" t="inlineStr"><is><t>{"xy" * 20_000}</t></is></c></row>'),
        "other-sheet": rebuilt(good, change={"xl/workbook.xml": lambda text: text.replace("Zaken", "Blad1")}),
        "with-a-password-bit": _encrypted(),
        "packed-by-bzip2": _compressed(zipfile.ZIP_BZIP2),
        "packed-by-lzma": _compressed(zipfile.ZIP_LZMA),
        "key-twice": good_xlsx([HEADER, *ROWS, ["A-2", "Ras"]]),
        "other-layout": good_xlsx([["nummer", "bias"], ["A-1", "Ras"]]),
    }
    yield from ((f"xlsx-{name}", ("export.xlsx", body)) for name, body in bodies.items())
    yield "xlsx-macro-suffix", ("export.xlsm", good)


def _replaced(name: str, body: bytes) -> bytes:
    return rebuilt(_without(good_xlsx(), name), add={name: body})


def ods_files() -> Iterator[tuple[str, Made]]:
    good, row, cell = good_ods(), "<table:table-row>", '<table:table-cell office:value-type="string">'
    bodies = {
        "cut-at-half": good[: len(good) // 2],
        "rows-without-end": _content(row, '<table:table-row table:number-rows-repeated="2000000">'),
        "columns-without-end": _content(cell, cell.replace(">", ' table:number-columns-repeated="16384">')),
        "password": rebuilt(good, change={"META-INF/manifest.xml": lambda text: text.replace("/></", "><m:encryption-data/></x></", 1)}),
        "macros": rebuilt(good, add={"Basic/Standard/Module1.xml": b"<a/>"}),
        "doctype": _content("<office:document-content", f"{_XXE}<office:document-content"),
        "broken-xml": _content("</table:table-row>", ""),
        "formula-without-outcome": _content(cell, '<table:table-cell table:formula="of:=1+1">'),
        "merged-cells": _content(cell, cell.replace(">", ' table:number-rows-spanned="2">')),
        "other-sheet": _content('"Zaken"', '"Blad1"'),
        "linked-table": _content(row, f"<table:table-source/>{row}"),
        "no-number": _content(cell, '<table:table-cell office:value-type="float" office:value="veel">'),
        "no-content": _without(good, "content.xml"),
        "key-twice": good_ods([HEADER, *ROWS, ["A-1", "Ras"]]),
        "cell-of-a-million": good_ods([HEADER, ["A-1", "xy" * 500_000]]),
    }
    yield from ((f"ods-{name}", ("export.ods", body)) for name, body in bodies.items())


def json_files() -> Iterator[tuple[str, Made]]:
    records = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    good = json.dumps({"zaken": records}).encode()
    bodies = {
        "cut-in-a-record": good[: len(good) // 2],
        "cut-before-the-end": good[:-2],
        "repeated-key": good.replace(b'"grond": "Ras"', b'"grond": "Ras", "grond": "Geslacht"'),
        "not-a-number": good.replace(b'"Ras"', b"NaN"),
        "infinity": good.replace(b'"Ras"', b"-Infinity"),
        "sixty-deep": good.replace(b'"Ras"', b"[" * 60 + b"]" * 60),
        "hundred-thousand-deep": b"[" * 100_000,
        "list-is-elsewhere": good.replace(b"zaken", b"cases"),
        "list-is-no-list": b'{"zaken": {"nummer": "A-1"}}',
        "records-are-lists": b'{"zaken": [["A-1", "Ras"]]}',
        "a-word-alone": b'"zaken"',
        "nul-in-a-text": good.replace(b"Ras", b"R\\u0000s"),
        "lone-surrogate": good.replace(b"Ras", b"\\ud800"),
        "list-mark-in-a-text": good.replace(b"Ras", b"R\\u001fs"),
        "not-utf8": good.replace(b"Ras", b"R\xe9s"),
        "utf16": good.decode().encode("utf-16"),
        "something-behind": good + b" en nog iets",
        "two-documents": good + good,
        "three-hundred-fields": json.dumps({"zaken": [{f"veld{n}": 1 for n in range(300)}]}).encode(),
        "field-of-a-million": good.replace(b"Ras", b"x" * 1_000_000),
        "key-twice": json.dumps({"zaken": [*records, records[0]]}).encode(),
        "other-fields": good.replace(b"grond", b"bias"),
        "workbook": good_xlsx(),
    }
    yield from ((f"json-{name}", ("export.json", body)) for name, body in bodies.items())
    lines = "\n".join(json.dumps(record) for record in records).encode()
    yield "jsonl-cut", ("export.jsonl", lines[:-5])
    yield "jsonl-list-in-a-line", ("export.jsonl", lines + b"\n[1]")
    yield "jsonl-long-line", ("export.jsonl", lines + b'\n{"nummer": "' + b"x" * 1_100_000 + b'"}')


CORPUS: dict[str, Made] = {name: made for files in (csv_files, xlsx_files, ods_files, json_files) for name, made in files()}
