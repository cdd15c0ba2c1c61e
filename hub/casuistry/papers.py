"""Editions as canonical JSON, which is what is hashed and kept, and as a PDF that a screen reader can follow.

JSON in the shape of RFC 8785: keys sorted, no spaces, UTF-8. It says what was frozen, and neither when that was delivered nor by which
version of the builder, so that it stays the same for ever. What of a case stands in the PDF goes in as data and is set as text: the
markup is our own and never made of values.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from hub.audit import merkle
from hub.casuistry.edition import Counts, Edition, Line, Tally
from hub.casuistry.press import pressed
from hub.casuistry.printed import paper_of
from hub.casuistry.rules import MARK_IN_DUTCH, PART_WORDS
from hub.casuistry.sheets import absence_of
from hub.kernel.errors import Invalid
from hub.sharing.facts import FACTS, Value
from hub.sharing.projection import written

FORM = "schakel/maandverzameling/1"
_LAYOUT = Path(__file__).with_name("papers.typ")
MOST_PRINTED = 2_000  # lines; so many take the compiler 10 seconds and 0.9 GB
STATES = {"given": "gegeven", "coarser": "grover", "not_given": "niet gedeeld", "unknown": "onbekend"}


def canonical_json(edition: Edition) -> Iterator[bytes]:
    """The edition in its exact form, piece by piece; facts are called as policies call them, values are codes as they were given."""
    before = {
        "bevroren_op": _moment(edition.frozen_at),
        "gepland_op": _moment(edition.planned_at),
        "maand": str(edition.month),
        "nummer": edition.number,
        "ontvanger": edition.recipient.slug,
        "provincie": edition.province,
    }
    yield _canonical(before)[:-1] + b',"regels":['
    for place, line in enumerate(edition.lines()):
        yield (b"," if place else b"") + line_json(line)
    yield b"]," + _canonical({"tellingen": _counts(edition.counts), "vorm": FORM})[1:]


def line_json(line: Line) -> bytes:
    """One line in its exact form; one without values says so, and keeps its code."""
    is_bare = bool(absence_of(line))
    return _canonical({
        "code": line.code,
        "dagen_stil": None if is_bare else line.days_silent,
        "eigen": line.is_own,
        "gegevens": {} if is_bare else {fact: _fact(line.facts.get(fact), line.states[fact]) for fact in FACTS},
        "gever": line.giver.slug,
        "ingetrokken_op": line.recalled_on.isoformat() if line.recalled_on else None,
        "kenmerken": [MARK_IN_DUTCH[mark] for mark in line.marks],
        "laatste_wijziging": None if is_bare else line.last_change.isoformat(),
        "onderdeel": PART_WORDS[line.part],
        "regel": line.no,
        "was": {} if is_bare else {fact: written(value) for fact, value in line.before.items()},
        "zelfde_voorval": None if is_bare else line.same_incident,
    })  # fmt: skip


def leaf(line: Line, *, salt: bytes) -> bytes:
    """The hash of one line; without the salt it tells nothing of a line that was emptied."""
    return merkle.leaf_hash(salt + line_json(line))


def root(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree over the lines, in the order of their numbers (RFC 6962)."""
    tree = merkle.Growing()
    tree.add(leaves)
    return tree.root


def json_sha256(edition: Edition) -> bytes:
    """The hash of the whole edition in its exact form."""
    found = sha256()
    for piece in canonical_json(edition):
        found.update(piece)
    return found.digest()


def _canonical(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _fact(value: Value | None, state: str) -> dict[str, object]:
    return {"stand": STATES[state], "waarde": written(value)}


def _tally(tally: Tally) -> dict[str, int]:
    return {"meldingen": tally.reports, "noemingen": tally.mentions, "voorvallen": tally.incidents}


def _counts(counts: Counts) -> dict[str, object]:
    return {
        "aarden": dict(counts.by_nature),
        "gronden": {code: _tally(tally) for code, tally in counts.by_ground.items()},
        "massameldingen": counts.mass_reports,
        "massamelding_niet_gedeeld": counts.mass_unknown,
        "onderdelen": {PART_WORDS[part]: _tally(tally) for part, tally in counts.by_part.items()},
        "terreinen": dict(counts.by_terrain),
        "totaal": _tally(counts.total),
        "voorvallen_hoogste": counts.incidents_highest,
        "voorvallen_laagste": counts.incidents_lowest,
    }


def write_pdf(edition: Edition, *, to: BinaryIO) -> None:
    """Write the edition as a tagged PDF (PDF/UA-1) on A4; Invalid names another form when there are too many lines to print."""
    if edition.rows > MOST_PRINTED:
        most = f"{MOST_PRINTED:,}".replace(",", ".")
        raise Invalid(f"Deze verzameling heeft meer dan {most} regels. Dat is te veel voor een PDF. Neem XLSX of ODS.")
    to.write(pressed(paper_of(edition), layout=_LAYOUT, dated=edition.frozen_at or edition.planned_at))
