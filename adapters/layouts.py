"""Checks that a file has the layout of its mapping, and that its keys are there and unique, before anything is read from it."""

import hashlib
import os
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from adapters.layout import Table
from adapters.mapping import ExportMapping
from hub.cases.draft import Unreadable

LONGEST_REFERENCE = 64
_POWER_OF_TEN = re.compile(r"\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)


class OtherLayout(Unreadable):
    """The file has columns that the mapping does not know, or lacks some that it needs."""


def places_of(header: tuple[str, ...], *, mapping: ExportMapping) -> Mapping[str, int]:
    """In which cell each column stands; raises OtherLayout naming the first columns that are too many or missing."""
    known = mapping.known_columns() | mapping.optional
    extra = [name for name in header if name not in known]
    missing = sorted(mapping.known_columns() - mapping.optional - set(header))
    if missing or extra:
        parts = ([f"het mist {_listed(missing)}"] if missing else []) + ([f"er is te veel: {_listed(extra)}"] if extra else [])
        raise OtherLayout(f"Dit bestand heeft een andere indeling dan '{mapping.title}': {'; '.join(parts)}.")
    absent = sorted(mapping.used_columns() - set(header))
    return {name: place for place, name in enumerate((*header, *absent))}


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"'{name[:60]}'" for name in names[:3])
    return f"{shown} en nog {len(names) - 3}" if len(names) > 3 else shown


def reference_reader(places: tuple[int, ...]) -> Callable[[list[str]], str]:
    """The function that takes the sender's own reference from a row, its parts joined; empty when the first part is."""
    first, last = places[0], max(places)
    if len(places) == 1:
        return lambda row: " ".join(row[first].split()) if len(row) > first else ""

    def read(row: list[str]) -> str:
        parts = [" ".join(row[place].split()) for place in places] if len(row) > last else [""]
        return "|".join(parts) if parts[0] else ""

    return read


def fault_of_reference(reference: str) -> str | None:
    """Why this cannot be a reference, as a Dutch sentence; nothing when it can."""
    if not reference:
        return "Het kenmerk van deze rij ontbreekt."
    if len(reference) > LONGEST_REFERENCE:
        return f"Het kenmerk van deze rij is langer dan {LONGEST_REFERENCE} tekens."
    if "E" in reference.upper() and _POWER_OF_TEN.fullmatch(reference):
        return "Het kenmerk is als getal opgeslagen en daardoor afgerond. Bewaar de kolom als tekst."
    return None


def check_rows(table: Table, *, mapping: ExportMapping, places: tuple[int, ...]) -> None:
    """Go through the whole file once; raise Unreadable when it is cut off or when a key stands there twice.

    The keys are kept as keyed hashes in a temporary database on disk, so memory does not grow with the file.
    """
    secret = os.urandom(32)
    store = sqlite3.connect("")
    try:
        store.executescript("pragma journal_mode = off; pragma synchronous = off; create table seen (digest blob, line integer)")
        store.executemany("insert into seen values (?, ?)", _digests(table, mapping=mapping, places=places, secret=secret))
        twice = store.execute("select min(line), max(line) from seen group by digest having count(*) > 1 order by 1 limit 1").fetchone()
    finally:
        store.close()
    if twice is not None:
        column = " + ".join(f"'{name}'" for name in mapping.key)
        raise Unreadable(f"Het kenmerk {column} is niet uniek: rij {twice[0]} en rij {twice[1]} hebben hetzelfde. Er is niets ingelezen.")


def _digests(table: Table, *, mapping: ExportMapping, places: tuple[int, ...], secret: bytes) -> Iterator[tuple[bytes, int]]:
    width, reference_of = len(table.header), reference_reader(places)
    number, row = 0, [""] * width
    for number, row in table.rows():
        if reference := reference_of(row):
            canonical = reference.upper() if reference.isascii() else unicodedata.normalize("NFKC", reference).upper()
            yield hashlib.blake2b(canonical.encode(), key=secret, digest_size=16).digest(), number
    if len(row) < width and not mapping.layout.short_rows:
        raise Unreadable(f"Dit bestand is niet helemaal aangekomen: rij {number}, de laatste, heeft {len(row)} van de {width} kolommen.")
