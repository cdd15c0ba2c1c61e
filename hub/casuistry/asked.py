"""What an edition may be asked: a part, a giver, a ground, a place, a state, and where to go on; every word from a list, never a text."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from marshmallow import fields, validate

from hub.casuistry.schemas import PART_WORDS
from hub.kernel.schemas import HouseSchema
from hub.sharing.dutch import ALL_CODES

ODD = "Dit adres klopt niet. Begin opnieuw bij de verzameling."
NOWHERE = "Deze plaats in de lijst bestaat niet. Begin weer bij het begin."
KEPT = ("deel", "gever", "grond", "plaats", "stand", "per")  # what stays when one goes on
LONGEST = 10**7


def _one_of(words: object, sentence: str) -> fields.String:
    return fields.String(load_default="", validate=validate.OneOf(["", *words], error=sentence))  # type: ignore[misc]


class EditionListSchema(HouseSchema):
    """What the list of an edition may ask."""

    deel = _one_of(PART_WORDS.values(), "Kies een onderdeel uit de lijst.")
    gever = fields.String(load_default="", validate=validate.Regexp(r"([a-z][a-z0-9-]{0,60})?\Z", error="Kies een partner uit de lijst."))
    grond = _one_of(ALL_CODES["ground"], "Kies een grond uit de lijst.")
    plaats = _one_of(ALL_CODES["place"], "Kies een plaats uit de lijst.")
    stand = _one_of(("open", "gesloten"), "Kies open of gesloten.")
    per = _one_of(("grond",), "Kies op datum of per grond.")
    na = fields.Integer(load_default=0, validate=validate.Range(0, LONGEST, error=NOWHERE), error_messages={"invalid": NOWHERE})
    gedaan = fields.String()


def onward(address: str, *, said: Mapping[str, Any], after: int | None) -> str:
    """The address of the next page under the same choices; empty on the last one."""
    return "" if after is None else f"{address}?{urlencode({**kept(said), 'na': after})}"


def kept(said: Mapping[str, Any]) -> dict[str, str]:
    """The choices that somebody made, without where to go on."""
    return {name: said[name] for name in KEPT if said[name]}
