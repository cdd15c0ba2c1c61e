"""What a list of cases may be asked: where to go on, and a month, a province or a state; nothing about persons."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from marshmallow import ValidationError, fields, validate

from hub.cases.explained import OwnList
from hub.cases.queries import OwnWanted
from hub.cases.received import After, Page, Wanted
from hub.kernel.schemas import HouseSchema
from hub.kernel.words import Month
from hub.partners.rules import PROVINCES

STATES = {"open": "released", "gesloten": "closed"}


class Cursor(fields.Field[Any]):
    """Where a list goes on: the sort key of the last row, as one word for an address; read strictly."""

    def __init__(self, reads: type[date], **more: Any) -> None:
        super().__init__(**more)
        self.reads = reads

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> tuple[date, str]:
        try:
            place, _bar, code = urlsafe_b64decode(str(value).encode("ascii")).decode("ascii").partition("|")
            found = self.reads.fromisoformat(place)
        except ValueError:
            raise ValidationError("Deze plaats in de lijst bestaat niet. Begin weer bij het begin.") from None
        if len(code) != 11 or not code.isalnum() or (isinstance(found, datetime) and found.tzinfo is None):
            raise ValidationError("Deze plaats in de lijst bestaat niet. Begin weer bij het begin.")
        return found, code


def cursor(place: date, *, code: str) -> str:
    """The word that `Cursor` reads back to this place."""
    return urlsafe_b64encode(f"{place.isoformat()}|{code}".encode("ascii")).decode("ascii")


class ListSchema(HouseSchema):
    """What a list of received cases may ask: where to go on."""

    na = Cursor(date, load_default=None)
    gedaan = fields.String()


class OwnListSchema(HouseSchema):
    """What the list of own cases may ask: a month, a province, a state, and where to go on; nothing about persons."""

    maand = fields.String(
        load_default="",
        validate=validate.Regexp(r"(20\d\d-(0[1-9]|1[0-2]))?\Z", error="Vul de maand in als jaar en maand, bijvoorbeeld 2026-10."),
    )
    provincie = fields.String(load_default="", validate=validate.OneOf(["", *PROVINCES], error="Kies een provincie uit de lijst."))
    stand = fields.String(load_default="", validate=validate.OneOf(["", *STATES], error="Kies open of gesloten."))
    na = Cursor(datetime, load_default=None)
    gedaan = fields.String()


def as_said(many: Mapping[str, list[str]]) -> dict[str, str]:
    """The parameters of an address, each at most once; a name that comes twice is refused by its schema as a list."""
    return {name: values[0] if len(values) == 1 else "\0" for name, values in many.items()}


def received_wanted(asked: Mapping[str, Any]) -> Wanted:
    """Which received cases a list asks for."""
    return Wanted(after=After(*asked["na"]) if asked["na"] else None)


def own_wanted(asked: Mapping[str, Any]) -> OwnWanted:
    """Which own cases a list asks for."""
    month = Month(*(int(part) for part in asked["maand"].split("-"))) if asked["maand"] else None
    return OwnWanted(STATES.get(asked["stand"]), asked["provincie"] or None, asked["na"], month=month)


def own_onward(page: OwnList, *, said: Mapping[str, Any]) -> str:
    """The address of the next page of own cases, under the same filters; empty on the last one."""
    if not page.has_more:
        return ""
    last = page.lines[-1]
    kept = {name: said[name] for name in ("maand", "provincie", "stand") if said[name]}
    return f"/zaken?{urlencode({**kept, 'na': cursor(last.changed_at, code=last.code)})}"


def received_onward(page: Page) -> str:
    """The address of the next page of received cases; empty on the last one."""
    place = page.following
    return f"/ontvangen?na={cursor(place.changed_on, code=place.code)}" if place else ""
