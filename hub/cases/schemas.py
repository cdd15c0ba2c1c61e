"""What of a case reaches a page, an export or a command: these fields and no others; and what a list or a consent form may ask."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from marshmallow import ValidationError, fields, validate

from hub.cases.explained import OwnList
from hub.cases.queries import Consent, OwnWanted
from hub.cases.received import After, Wanted
from hub.kernel.schemas import HouseSchema
from hub.kernel.words import Month
from hub.partners.rules import PROVINCES
from hub.sharing.facts import FACTS, Absence, Value
from hub.sharing.projection import written

STATES = {"open": "released", "gesloten": "closed"}


class ShownFacts(fields.Field[Any]):
    """All twenty facts in the shape a recipient has them; what is not there is null, whatever the reason."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> dict[str, Any]:
        return {fact: written(value.get(fact)) for fact in FACTS}


class OwnFacts(fields.Field[Any]):
    """The facts of an own case: a value, or the word for why there is none."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> dict[str, Any]:
        return {fact: _own(found) for fact, found in value.items()}


def _own(value: Value | Absence) -> object:
    return value.value if isinstance(value, Absence) else written(value)


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
        if len(code) != 11 or (isinstance(found, datetime) and found.tzinfo is None):
            raise ValidationError("Deze plaats in de lijst bestaat niet. Begin weer bij het begin.")
        return found, code


def cursor(place: date, *, code: str) -> str:
    """The word that `Cursor` reads back to this place."""
    return urlsafe_b64encode(f"{place.isoformat()}|{code}".encode("ascii")).decode("ascii")


class PartnerName(fields.Field[Any]):
    """A partner by the name people know."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> str:
        return str(value.name)


class ReceivedSchema(HouseSchema):
    """One received case in a list."""

    code = fields.String()
    giver = PartnerName()
    facts = ShownFacts()
    changed_on = fields.Raw()
    news = fields.Raw()


class ReceivedListSchema(HouseSchema):
    """A page of received cases, and the address of the next one."""

    lines = fields.List(fields.Nested(ReceivedSchema), attribute="rows")
    onward = fields.Function(lambda page: _address("/ontvangen", page.following))


def _address(path: str, place: Any) -> str:
    return f"{path}?na={cursor(place.changed_on, code=place.code)}" if place else ""


class OwnSchema(HouseSchema):
    """One own case in a list."""

    code = fields.String()
    facts = OwnFacts()
    changed_at = fields.Raw()


class OwnListPageSchema(HouseSchema):
    """A page of own cases."""

    lines = fields.List(fields.Nested(OwnSchema))
    can_type = fields.Boolean()


class OverviewSchema(HouseSchema):
    """The first page after logging in."""

    today = fields.Raw()
    new = fields.Integer()
    changed = fields.Integer()
    received = fields.List(fields.Nested(ReceivedSchema))
    own = fields.List(fields.Nested(OwnSchema))
    can_type = fields.Boolean()


class ExplainedFacts(fields.Field[Any]):
    """Facts with their explanations, by name."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> dict[str, Any]:
        return {fact.name: {"value": written(fact.value), "why": fact.why} for fact in value}


class StepSchema(HouseSchema):
    """A step in the history of a received case."""

    on = fields.Raw()
    facts = fields.List(fields.String())


class ReceivedPageSchema(HouseSchema):
    """A received case on its own page; nothing in it comes from the giver's side of the row."""

    code = fields.String(attribute="row.code")
    giver = PartnerName(attribute="row.giver")
    first_given_on = fields.Raw(attribute="row.first_given_on")
    changed_on = fields.Raw(attribute="row.changed_on")
    shown_until = fields.Raw(attribute="row.shown_until")
    news = fields.Raw(attribute="row.news")
    facts = ExplainedFacts()
    changed = fields.List(fields.String())
    history = fields.List(fields.Nested(StepSchema))
    policy_title = fields.String(attribute="policy.title")
    policy_version = fields.Integer(attribute="policy.version")
    purposes = fields.List(fields.String())
    secrecy = fields.String()


class RevisionSchema(HouseSchema):
    """A step in the history of an own case."""

    made_at = fields.Raw()
    by_import = fields.Boolean()
    changed = fields.List(fields.String())


class RecipientSchema(HouseSchema):
    """What one recipient has of an own case."""

    slug = fields.String(attribute="given.recipient.slug")
    name = fields.String(attribute="given.recipient.name")
    kind = fields.String(attribute="given.kind")
    state = fields.String(attribute="given.state")
    code = fields.Raw(attribute="given.code")
    opened_at = fields.Raw(attribute="given.opened_at")
    shown_until = fields.Raw(attribute="given.shown_until")
    facts = ExplainedFacts()
    because = fields.List(fields.String())
    counts = fields.Raw()
    consent = fields.Function(lambda page: page.consent.state if page.consent else None)


def _state(consent: Consent) -> str:
    by_guardian = consent.state == "given" and consent.history[0].given_by == "guardian"
    return "given_by_guardian" if by_guardian else consent.state


class ConsentSchema(HouseSchema):
    """Where consent for one recipient stands."""

    slug = fields.String(attribute="recipient.slug")
    name = fields.String(attribute="recipient.name")
    state = fields.Function(_state)
    purposes = fields.List(fields.String())
    how = fields.Function(lambda consent: consent.history[0].how if consent.history else None)
    at = fields.Function(lambda consent: consent.history[0].at if consent.history else None)
    until = fields.Function(lambda consent: consent.history[0].until if consent.history else None)
    can_withdraw = fields.Function(lambda consent: consent.state in ("given", "narrowed"))


class OwnPageSchema(HouseSchema):
    """An own case on its own page, for its giver only."""

    code = fields.String(attribute="case.code")
    state = fields.String(attribute="case.state")
    reference = fields.Function(lambda page: page.case.reference.reveal() if page.case.reference else None)
    facts = OwnFacts(attribute="case.facts")
    circumstances = fields.Raw(attribute="case.circumstances")
    words = fields.Raw(attribute="case.words")
    revision = fields.Function(lambda page: page.case.revisions[0].no)
    history = fields.List(fields.Nested(RevisionSchema), attribute="case.revisions")
    recipients = fields.List(fields.Nested(RecipientSchema))
    consents = fields.List(fields.Nested(ConsentSchema), attribute="case.consents")


class ConsentPageSchema(HouseSchema):
    """Consent at an own case, per recipient that needs it."""

    code = fields.String()
    consents = fields.List(fields.Nested(ConsentSchema))


class ReceiptSchema(HouseSchema):
    """The receipt of a withdrawal."""

    code = fields.String()
    recipient = PartnerName()
    slug = fields.String(attribute="recipient.slug")
    at = fields.Raw()
    their_code = fields.Raw()
    opened_at = fields.Raw()


class ListSchema(HouseSchema):
    """What a list of received cases may ask: where to go on."""

    na = Cursor(date, load_default=None)
    gedaan = fields.String()


class OwnListSchema(HouseSchema):
    """What the list of own cases may ask: a month, a province, a state, and where to go on; nothing about persons."""

    maand = fields.String(
        load_default="", validate=validate.Regexp(r"(20\d\d-(0[1-9]|1[0-2]))?\Z", error="Kies een maand, bijvoorbeeld oktober 2026.")
    )
    provincie = fields.String(load_default="", validate=validate.OneOf(["", *PROVINCES], error="Kies een provincie uit de lijst."))
    stand = fields.String(load_default="", validate=validate.OneOf(["", *STATES], error="Kies open of gesloten."))
    na = Cursor(datetime, load_default=None)
    gedaan = fields.String()


class ConsentForm(HouseSchema):
    """What the reporter said about one recipient."""

    recipient = fields.String(required=True, validate=validate.Length(min=1, error="Kies een ontvanger."))
    state = fields.String(
        required=True,
        validate=validate.OneOf(["given", "given_by_guardian", "refused"], error="Kies wat de melder zei."),
        error_messages={"required": "Kies wat de melder zei."},
    )
    purposes = fields.List(fields.String(), load_default=())
    how = fields.String(
        required=True,
        validate=validate.OneOf(["talk", "phone", "letter", "code"], error="Kies hoe het is gevraagd."),
        error_messages={"required": "Kies hoe het is gevraagd."},
    )
    until = fields.Date(load_default=None, allow_none=True, error_messages={"invalid": "Vul een geldige einddatum in, of laat die leeg."})


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


def onward(page: OwnList, *, asked: Mapping[str, Any]) -> str:
    """The address of the next page of own cases, under the same filters; empty on the last one."""
    if not page.has_more:
        return ""
    last = page.lines[-1]
    kept = {name: asked[name] for name in ("maand", "provincie", "stand") if asked[name]}
    return f"/zaken?{urlencode({**kept, 'na': cursor(last.changed_at, code=last.code)})}"
