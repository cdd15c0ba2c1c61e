"""An edition as plain values under Dutch names: what pages, templates and JSON are all given, and its canonical form.

JSON in the shape of RFC 8785: keys sorted, no spaces, UTF-8. The same edition gives the same bytes for ever.
"""

import json
import re
from datetime import UTC
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from marshmallow import fields

from hub.agendas.edition import Paper
from hub.kernel.schemas import HouseSchema

KINDS = {"agenda": "agenda", "outcomes": "besluitenlijst", "minutes": "verslag"}
SHARED = {"agenda": "Mag in dit blok besproken worden"}
RECORDED = "Vastgelegd"
OWN = dict.fromkeys(KINDS, "Alleen voor uw organisatie")


def _both(pair: object) -> tuple[str, str]:
    if not isinstance(pair, tuple):
        raise AttributeError("no label with a value")
    return pair


class ToldSchema(HouseSchema):
    """A label and what stands behind it."""

    label = fields.Function(lambda pair: _both(pair)[0])
    value = fields.Function(lambda pair: _both(pair)[1], data_key="waarde")


class EntrySchema(HouseSchema):
    """One item, decision, action or text."""

    title = fields.String(data_key="titel")
    code = fields.String()
    notes = fields.List(fields.String(), data_key="regels")
    facts = fields.List(fields.Nested(ToldSchema), data_key="feiten")
    own = fields.List(fields.Nested(ToldSchema), data_key="eigen")


class PartSchema(HouseSchema):
    """A heading with entries under it."""

    heading = fields.String(data_key="kop")
    note = fields.String(data_key="toelichting")
    entries = fields.List(fields.Nested(EntrySchema), data_key="punten")


class PaperSchema(HouseSchema):
    """One edition for one organisation; pages and documents get this and nothing else."""

    form = fields.Function(lambda paper: f"schakel/{KINDS[paper.kind]}/1", data_key="vorm")
    kind = fields.Function(lambda paper: KINDS[paper.kind], data_key="soort")
    title = fields.String(data_key="titel")
    header = fields.List(fields.Nested(ToldSchema), data_key="kop")
    parts = fields.List(fields.Nested(PartSchema), data_key="delen")
    footer = fields.String(data_key="voettekst")
    dated = fields.Function(lambda paper: f"{paper.dated.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", data_key="gedateerd")
    shared = fields.Function(lambda paper: SHARED.get(paper.kind, RECORDED), data_key="feitenkop")
    mine = fields.Function(lambda paper: OWN[paper.kind], data_key="eigenkop")


def told(paper: Paper) -> dict[str, Any]:
    """The edition as plain values under Dutch names."""
    found: dict[str, Any] = PaperSchema().dump(paper)
    return found


def canonical_json(paper: Paper) -> bytes:
    """The edition in its exact form: the one that is hashed."""
    return json.dumps(told(paper), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def fingerprint(paper: Paper) -> bytes:
    """The SHA-256 of the edition in its exact form."""
    return sha256(canonical_json(paper)).digest()


def file_name(paper: Paper, *, form: str) -> str:
    """The same name for every organisation that gets this kind of edition of this meeting: its kind, and words of its title only."""
    plain = normalize("NFKD", paper.title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain.removeprefix(KINDS[paper.kind])).strip("-")[:90].strip("-")
    return f"{KINDS[paper.kind]}-{words}.{form}"
