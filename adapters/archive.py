"""Looks through a zipped workbook (XLSX, ODS) before anything reads it, and refuses what could harm or mislead."""

import re
import zipfile
import zlib
from typing import IO

from hub.cases.draft import Unreadable

MOST_PARTS = 200
LARGEST_PART = 60_000_000
LARGEST_WHOLE = 120_000_000
SMALL_PART = 1_000_000
HIGHEST_RATIO = 200
CHUNK = 1 << 16

_XML = (".xml", ".rels", ".rdf", ".vml")
_OVERLAP = 16
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.:-]+)["']""")
_FORBIDDEN_PARTS = (
    (("vbaproject", "vbadata", "macrosheets/", "basic/", "scripts/"), "Deze werkmap bevat macro's. Sla hem op zonder macro's."),
    (("externallinks/", "connections.xml", "querytables/"), "Deze werkmap verwijst naar andere bestanden. Sla hem op zonder verwijzingen."),
    (("embeddings/", "activex/", "oleobject"), "Deze werkmap bevat ingesloten bestanden. Sla hem op zonder die bestanden."),
)
_FORBIDDEN_BYTES = (
    ("", b"<!doctype", "In deze werkmap staat een documenttype-verklaring. Dat hoort niet in een werkmap; we lezen hem niet."),
    ("", b"<!entity", "In deze werkmap staan zelfgemaakte tekens (entiteiten). Dat hoort niet in een werkmap; we lezen hem niet."),
    ("[content_types].xml", b"macroenabled", "Deze werkmap bevat macro's. Sla hem op zonder macro's."),
    ("meta-inf/manifest.xml", b"encryption-data", "Deze werkmap is met een wachtwoord beveiligd. Sla hem op zonder wachtwoord."),
)
BROKEN = "Deze werkmap is beschadigd of niet helemaal aangekomen. Maak de export opnieuw."
TOO_LARGE = "Deze werkmap wordt bij het uitpakken te groot. Maak de export kleiner, of lever CSV."


def inspect_archive(file: IO[bytes], *, needed: str) -> None:
    """Read every part once, counting what really comes out; raise Unreadable for bombs, macros, links, passwords and damage.

    `needed` is the part without which it is no workbook of its kind. The file is left where it was found: at its beginning.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            _look_at_names(archive.infolist(), needed=needed)
            _look_at_contents(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        raise Unreadable(BROKEN) from None
    file.seek(0)


def _look_at_names(parts: list[zipfile.ZipInfo], *, needed: str) -> None:
    names = [part.filename for part in parts]
    if needed not in names:
        raise Unreadable("Dit zip-bestand is geen werkmap van de soort die is afgesproken.")
    if len(parts) > MOST_PARTS:
        raise Unreadable(f"Deze werkmap heeft {len(parts)} onderdelen; we lezen er hoogstens {MOST_PARTS}.")
    if len({name.casefold() for name in names}) < len(names):
        raise Unreadable("In deze werkmap heeft een onderdeel twee keer dezelfde naam. We lezen hem niet.")
    for part in parts:
        name = part.filename.casefold()
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
            raise Unreadable("In deze werkmap wijst een onderdeel naar een andere map. We lezen hem niet.")
        for marks, sentence in _FORBIDDEN_PARTS:
            if any(mark in name for mark in marks):
                raise Unreadable(sentence)
        if part.flag_bits & 1:
            raise Unreadable("Deze werkmap is met een wachtwoord beveiligd. Sla hem op zonder wachtwoord.")
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("Deze werkmap is ingepakt op een manier die we niet lezen. Sla hem opnieuw op.")
        if part.file_size > LARGEST_PART:
            raise Unreadable(TOO_LARGE)


def _look_at_contents(archive: zipfile.ZipFile) -> None:
    whole = 0
    for part in archive.infolist():
        whole += _look_inside(archive, part)
        if whole > LARGEST_WHOLE:
            raise Unreadable(TOO_LARGE)


def _look_inside(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    is_xml = part.filename.casefold().endswith(_XML)
    allowed = min(LARGEST_PART, max(SMALL_PART, HIGHEST_RATIO * part.compress_size))
    read, tail = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            if not read:
                _look_at_beginning(chunk, is_xml=is_xml)
            read += len(chunk)
            if read > allowed:
                raise Unreadable(TOO_LARGE)
            if is_xml:
                _look_at_bytes(tail + chunk, name=part.filename.casefold())
                tail = chunk[-_OVERLAP:]
    if is_xml and not read:
        raise Unreadable(BROKEN)
    return read


def _look_at_beginning(chunk: bytes, *, is_xml: bool) -> None:
    if chunk.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF")):
        raise Unreadable("Deze werkmap bevat ingesloten bestanden. Sla hem op zonder die bestanden.")
    if not is_xml:
        return
    start = chunk.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _DECLARED.match(start)
    if not start.startswith(b"<") or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")):
        raise Unreadable("Een onderdeel van deze werkmap is geen XML in UTF-8. We lezen hem niet.")


def _look_at_bytes(chunk: bytes, *, name: str) -> None:
    if b"\x00" in chunk:
        raise Unreadable("Een onderdeel van deze werkmap is geen XML in UTF-8. We lezen hem niet.")
    lowered = chunk.lower()
    for place, mark, sentence in _FORBIDDEN_BYTES:
        if mark in lowered and place in ("", name):
            raise Unreadable(sentence)
