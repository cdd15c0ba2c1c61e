"""
What an edition may be asked, and what a coordinator types about a gathering.

The choices of a list stand in its address, so that one can go back to it: they are words from lists, never a text and never a code.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from marshmallow import fields, validate

from hub.casuistry.explained import Choice
from hub.casuistry.rules import PART_WORDS
from hub.kernel.schemas import HouseSchema
from hub.sharing.dutch import ALL_CODES

ODD = "Dit adres klopt niet. Begin opnieuw bij de verzameling."
NOWHERE = "Deze plaats in de lijst bestaat niet. Begin weer bij het begin."
KEPT = ("deel", "gever", "grond", "plaats", "stand", "per")  # what stays when one goes on
LONGEST = 10**7
STATES = {"open": "open", "gesloten": "closed"}


def _one_of(words: object, sentence: str) -> fields.String:
    return fields.String(load_default="", validate=validate.OneOf(["", *words], error=sentence))  # type: ignore[misc]


class EditionListSchema(HouseSchema):
    """What the list of an edition may ask."""

    deel = _one_of(PART_WORDS.values(), "Kies een onderdeel uit de lijst.")
    gever = fields.String(load_default="", validate=validate.Regexp(r"([a-z][a-z0-9-]{0,60})?\Z", error="Kies een partner uit de lijst."))
    grond = _one_of(ALL_CODES["ground"], "Kies een grond uit de lijst.")
    plaats = _one_of(ALL_CODES["place"], "Kies een plaats uit de lijst.")
    stand = _one_of(STATES, "Kies open of gesloten.")
    per = _one_of(("grond",), "Kies op datum of per grond.")
    na = fields.Integer(load_default=0, validate=validate.Range(0, LONGEST, error=NOWHERE), error_messages={"invalid": NOWHERE})
    gedaan = fields.String()


def choice(said: Mapping[str, Any]) -> Choice:
    """What somebody wants to see of an edition."""
    part = next((part for part, word in PART_WORDS.items() if word == said["deel"]), None)
    return Choice(
        part,
        said["gever"],
        said["grond"],
        said["plaats"],
        STATES.get(said["stand"], ""),
        is_by_ground=said["per"] == "grond",
        after=said["na"],
    )


def onward(address: str, *, said: Mapping[str, Any], after: int | None) -> str:
    """The address of the next page under the same choices; empty on the last one."""
    return "" if after is None else f"{address}?{urlencode({**kept(said), 'na': after})}"


def is_part(said: Mapping[str, Any]) -> bool:
    """Whether somebody asked for less than the whole list."""
    return bool(kept(said).keys() - {"per"}) or said["na"] > 0


def kept(said: Mapping[str, Any]) -> dict[str, str]:
    """The choices that somebody made, without where to go on."""
    return {name: said[name] for name in KEPT if said[name]}


def as_typed(many: Mapping[str, list[str]]) -> dict[str, str]:
    """What came with a form or an address, each name at most once; one that comes twice is no word of any list."""
    return {name: values[0] if len(values) == 1 else "\0" for name, values in many.items()}


def _reason(name: str) -> fields.String:
    missing = "Schrijf een reden: alle partners kunnen haar lezen. Noem er geen zaken in."
    return fields.String(
        data_key=name, required=True, validate=validate.Regexp(r"\s*\S", error=missing), error_messages={"required": missing}
    )


class DeedForm(HouseSchema):
    """What a coordinator types about a gathering."""


class FreezeForm(DeedForm):
    """To freeze now; whether a reason is needed depends on who is silent."""

    because = fields.String(data_key="reden-bevriezen", load_default="")


class MoveForm(DeedForm):
    """To freeze on another day."""

    to = fields.Date(
        data_key="dag", required=True, error_messages={"required": "Kies een dag.", "invalid": "Kies een dag, bijvoorbeeld 2026-11-05."}
    )
    because = _reason("reden-verplaatsen")


class ReopenForm(DeedForm):
    """To take a freeze back."""

    because = _reason("reden-heropenen")


class DeliverForm(DeedForm):
    """To deliver now: there is nothing to type."""


class LateForm(DeedForm):
    """To let one giver deliver late."""

    giver = fields.String(data_key="gever", required=True, error_messages={"required": "Kies een partner uit de lijst."})
    because = _reason("reden-nakomen")
