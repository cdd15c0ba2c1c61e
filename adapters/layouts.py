"""Checks that a file has the layout of its mapping, and that its keys are there and unique, before anything is read from it."""

import hashlib
import os
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from adapters.layout import Table
from adapters.mapping import ExportMapping, Rule
from adapters.sources import holds
from hub.cases.draft import Unreadable

LONGEST_REFERENCE = 64
MOST_JOINED = 500_000
MOST_LEFT_OUT = 20_000
ERRORS = frozenset("#N/A #REF! #VALUE! #NAME? #DIV/0! #NULL! #NUM! #N/B #VERW! #WAARDE! #NAAM? #DEEL/0! #LEEG! #GETAL!".split())
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
        hint = _hint(missing, header=header, extra=extra, mapping=mapping)
        raise OtherLayout(f"Dit bestand heeft een andere indeling dan '{mapping.title}': {'; '.join(parts)}.{hint}")
    absent = sorted(mapping.used_columns() - set(header))
    return {name: place for place, name in enumerate((*header, *absent))}


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"'{name[:60]}'" for name in names[:3])
    return f"{shown} en nog {len(names) - 3}" if len(names) > 3 else shown


def _hint(missing: list[str], *, header: tuple[str, ...], extra: list[str], mapping: ExportMapping) -> str:
    """What somebody may have meant: a column with almost the same name, or another row with the names."""
    if len(missing) > 1 and len(missing) == len(mapping.known_columns() - mapping.optional):
        row = mapping.layout.header_row
        place = f"op rij {row}" if mapping.layout.kind in ("csv", "xlsx", "ods") and row else "in dit bestand"
        return f" Geen enkele afgesproken kolom staat {place}; daar staat: {_listed(list(header))}."
    folded = {name.casefold(): name for name in extra}
    pairs = [(name, near[0]) for name in missing if (near := get_close_matches(name.casefold(), folded, n=1))]
    return "".join(f" Heet '{name[:60]}' nu '{folded[near][:60]}'?" for name, near in pairs[:3])


def leaver(rules: tuple[Rule, ...], *, places: Mapping[str, int], width: int, folds: bool) -> Callable[[list[str]], bool]:
    """The function that tells whether a row is left out; of a row with too few cells only when it has words that a rule names."""
    if not rules:
        return lambda row: False
    conditions = [rule.condition for rule in rules]
    columns = {column: places[column] for condition in conditions for column in condition.columns()}
    remembered: dict[tuple[str, ...], bool] = {}

    def is_left_out(row: list[str]) -> bool:
        if len(row) > len(places):
            return False
        cells = (str(len(row) < width), *[row[place] if place < len(row) else "" for place in columns.values()])
        if (answer := remembered.get(cells)) is None:
            words = {column: cell.strip() for column, cell in zip(columns, cells[1:], strict=True)}
            able = [one for one in conditions if len(row) >= width or one.words or one.openings]
            answer = any(holds(condition, row=words, ignores_case=folds) for condition in able)
            if len(remembered) < MOST_LEFT_OUT:
                remembered[cells] = answer
        return answer

    return is_left_out


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
    if reference in ERRORS:
        return f"Op de plaats van het kenmerk staat een fout van het rekenblad ({reference}). Herstel de formule."
    if "E" in reference.upper() and _POWER_OF_TEN.fullmatch(reference):
        return "Het kenmerk is als getal opgeslagen en daardoor afgerond. Bewaar de kolom als tekst."
    return None


@dataclass(frozen=True, slots=True)
class Repeats:
    """The keys that stand in several rows, as keyed hashes, each with its last row."""

    secret: bytes
    last_row: Mapping[bytes, int]

    def digest(self, reference: str) -> bytes:
        """The hash by which this reference is known here; case and shape of letters do not count."""
        canonical = reference.upper() if reference.isascii() else unicodedata.normalize("NFKC", reference).upper()
        return hashlib.blake2b(canonical.encode(), key=self.secret, digest_size=16).digest()


def check_rows(table: Table, *, mapping: ExportMapping, places: Mapping[str, int]) -> Repeats:
    """Go through the whole file once; raise Unreadable when it is cut off, or when a key stands there twice and may not.

    The keys are kept as keyed hashes in a temporary database on disk, so memory does not grow with the file. Rows that the mapping leaves
    out do not count; where a transform still has to change the rows, nothing can be left out yet.
    """
    found = Repeats(os.urandom(32), {})
    store = sqlite3.connect("")
    try:
        store.executescript("pragma journal_mode = off; pragma synchronous = off; create table seen (digest blob, line integer)")
        store.executemany("insert into seen values (?, ?)", _digests(table, mapping=mapping, places=places, repeats=found))
        grouped = store.execute("select min(line), max(line), digest from seen group by digest having count(*) > 1 order by 1")
        if mapping.joins_rows:
            return Repeats(found.secret, _last_rows(grouped))
        twice = grouped.fetchone()
    finally:
        store.close()
    if twice is not None:
        column = " + ".join(f"'{name}'" for name in mapping.key)
        raise Unreadable(f"Het kenmerk {column} is niet uniek: rij {twice[0]} en rij {twice[1]} hebben hetzelfde. Er is niets ingelezen.")
    return found


def _last_rows(grouped: Iterable[tuple[int, int, bytes]]) -> dict[bytes, int]:
    last = {digest: line for _, line, digest in islice(grouped, MOST_JOINED + 1)}
    if len(last) > MOST_JOINED:
        raise Unreadable(f"Dit bestand heeft meer dan {MOST_JOINED} zaken met meer dan één rij. Lever het in delen.")
    return last


def _digests(table: Table, *, mapping: ExportMapping, places: Mapping[str, int], repeats: Repeats) -> Iterator[tuple[bytes, int]]:
    width, reference_of = len(table.header), reference_reader(tuple(places[column] for column in mapping.key))
    is_left_out = leaver(() if mapping.has_transform else mapping.leave_out, places=places, width=width, folds=mapping.folds)
    number, row = 0, [""] * width
    for number, row in table.rows():
        if (reference := reference_of(row)) and reference not in ERRORS and not is_left_out(row):
            yield repeats.digest(reference), number
    if len(row) < width and not mapping.layout.short_rows and not is_left_out(row):
        raise Unreadable(f"Dit bestand is niet helemaal aangekomen: rij {number}, de laatste, heeft {len(row)} van de {width} kolommen.")
