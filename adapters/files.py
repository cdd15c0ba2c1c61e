"""Opens any export as rows of text: looks what the file really is, then hands it to the bounded reader of its kind."""

from pathlib import Path

from adapters.archive import inspect_archive
from adapters.confined import open_confined
from adapters.delimited import open_csv
from adapters.layout import IN_DUTCH, SUFFIXES, Layout, Table, refuse_by_size
from hub.cases.draft import Unreadable

_NEEDED_PART = {"xlsx": "xl/workbook.xml", "ods": "content.xml"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STARTS = (
    (b"%PDF", "een PDF"),
    (b"\x1f\x8b", "een ingepakt bestand (gzip)"),
    (b"7z\xbc\xaf", "een ingepakt bestand (7-Zip)"),
    (b"Rar!", "een ingepakt bestand (RAR)"),
    (b"\x89PNG", "een afbeelding"),
    (b"\xff\xd8\xff", "een afbeelding"),
    (b"\x7fELF", "een programma"),
    (b"MZ\x90", "een programma"),
    (b"SQLite format 3", "een database"),
    (b"PAR1", "een Parquet-bestand"),
)


def open_table(path: Path, *, layout: Layout, wanted: frozenset[str]) -> Table:
    """Open the file as the layout says; raises Unreadable with one Dutch sentence when it is not that, or not safe to read.

    `wanted` are the names of columns that the mapping knows; a separator that is not fixed is found with them.
    """
    refuse_by_size(path, kind=layout.kind)
    _refuse_other_kind(path, kind=layout.kind)
    if layout.kind in _NEEDED_PART:
        with path.open("rb") as file:
            inspect_archive(file, needed=_NEEDED_PART[layout.kind])
    if layout.kind == "csv":
        return open_csv(path, layout=layout, wanted=wanted)
    return open_confined(path, layout=layout)


def _refuse_other_kind(path: Path, *, kind: str) -> None:
    suffix = path.suffix.lower()
    if suffix in (".xls", ".xlsm", ".xlsb", ".zip", ".pdf", ".doc", ".docx") or (suffix in SUFFIXES and kind not in SUFFIXES[suffix]):
        raise Unreadable(f"De naam van dit bestand eindigt op '{suffix}'; afgesproken is {IN_DUTCH[kind]}.")
    with path.open("rb") as file:
        start = file.read(4096)
    found = _what_it_is(start, kind=kind)
    if found is not None:
        raise Unreadable(f"Dit is {found}; afgesproken is {IN_DUTCH[kind]}.")


def _what_it_is(start: bytes, *, kind: str) -> str | None:
    """What a file with this beginning is, if it is something else than this kind."""
    if start.startswith(_OLE):
        return "een oud Excel-bestand (.xls) of een werkmap met een wachtwoord"
    if (named := next((name for mark, name in _STARTS if start.startswith(mark)), None)) is not None:
        return named
    if start.startswith(b"PK"):
        return None if kind in _NEEDED_PART else "een Excel-werkmap of een zip-bestand"
    if kind in _NEEDED_PART:
        return "geen werkmap (of een beschadigde)"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta")):
        return "een webpagina of XML-bestand"
    if kind == "csv" and text.startswith((b"{", b"[{", b"[[")):
        return "een JSON-bestand"
    return None
