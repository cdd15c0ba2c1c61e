"""What of a meeting in the room reaches a page: these fields and no others."""

from typing import Any

from marshmallow import fields

from hub.agreements.schemas import AgreementSchema, DecisionSchema
from hub.consultations.rules import BLOCK_IN_DUTCH, STATE_IN_DUTCH
from hub.kernel.schemas import HouseSchema
from hub.meetings.rules import OUTCOME_IN_DUTCH

KIND_IN_DUTCH = {"case": "zaak", "theme": "thema", "agreement": "actiepunt", "standing": "vast punt"}
STANDS = {
    "published": "nog niet besproken",
    "discussed": "besproken",
    "held_over": "aangehouden",
    "withdrawn": "ingetrokken",
    "done": "afgesloten",
}


class FactsField(fields.Field[Any]):
    """Labels with their words."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> list[dict[str, str]]:
        return [{"label": label, "words": words} for label, words in value]


class InRoomSchema(HouseSchema):
    """Somebody in the room."""

    id = fields.String()
    name = fields.String()
    organisation_name = fields.String()
    came_at = fields.Raw()
    left_at = fields.Raw()


class ExpectedSchema(HouseSchema):
    """Somebody who is expected."""

    slug = fields.String()
    organisation_name = fields.String()
    name = fields.String()


class MemberSchema(HouseSchema):
    """A member of the body, to choose from."""

    slug = fields.String()
    name = fields.String()


class PointSchema(HouseSchema):
    """One item in the room."""

    id = fields.String()
    code = fields.String()
    kind = fields.Function(lambda one: KIND_IN_DUTCH[one.kind])
    title = fields.String()
    brought_by = fields.String()
    state = fields.String()
    label = fields.Function(lambda one: "nu aan de orde" if one.begun_at and not one.ended_at else STANDS[one.state])
    minutes = fields.Integer()
    starts = fields.Raw()
    reasons = fields.List(fields.String())
    facts = FactsField()
    case = fields.String()
    begun_at = fields.Raw()
    ended_at = fields.Raw()
    is_going = fields.Function(lambda one: one.begun_at is not None and one.ended_at is None)
    discussion = fields.String()
    outcome = fields.Raw()
    outcome_label = fields.Function(lambda one: OUTCOME_IN_DUTCH[one.outcome] if one.outcome else "")
    version = fields.Integer()
    is_shown = fields.Boolean()
    is_run = fields.Boolean()
    is_gone = fields.Boolean()
    decisions = fields.List(fields.Nested(DecisionSchema))
    agreements = fields.List(fields.Nested(AgreementSchema))
    own_note = fields.String()


class PartSchema(HouseSchema):
    """A block with its items."""

    id = fields.String(attribute="block.id")
    name = fields.String(attribute="block.name")
    kind = fields.Function(lambda part: BLOCK_IN_DUTCH[part.block.kind])
    starts = fields.Raw(attribute="block.starts")
    minutes = fields.Integer(attribute="block.minutes")
    seats = fields.List(fields.String())
    points = fields.List(fields.Nested(PointSchema))


class HallSchema(HouseSchema):
    """A meeting in the room."""

    id = fields.String(attribute="meeting.id")
    body_name = fields.String()
    starts = fields.Raw(attribute="meeting.starts")
    place = fields.String(attribute="meeting.place")
    label = fields.Function(lambda hall: STATE_IN_DUTCH[hall.meeting.state])
    state = fields.String(attribute="meeting.state")
    parts = fields.List(fields.Nested(PartSchema))
    inside = fields.List(fields.Nested(InRoomSchema))
    gone = fields.List(fields.Nested(InRoomSchema))
    expected = fields.List(fields.Nested(ExpectedSchema))
    members = fields.List(fields.Nested(MemberSchema))
    hidden = fields.List(fields.String())
    is_led = fields.Boolean()
    is_going = fields.Boolean()
    may_start = fields.Boolean()


class PointPageSchema(HouseSchema):
    """One item with the meeting around it, and who may own an action of its block."""

    meeting = fields.Nested(HallSchema, only=("id", "body_name", "starts", "state", "label", "is_going"))
    point = fields.Nested(PointSchema)
    owners = fields.List(fields.Nested(MemberSchema))
    onward = fields.String()


class ScreenSchema(HouseSchema):
    """What is on the screen."""

    body_name = fields.String()
    is_going = fields.Boolean()
    point = fields.Nested(PointSchema, only=("code", "kind", "title", "facts", "minutes"), allow_none=True)


class SpokenSchema(HouseSchema):
    """What a meeting led to about one case."""

    consultation = fields.String()
    item = fields.String()
    body_name = fields.String()
    on = fields.Raw()
    code = fields.String()
    outcome = fields.Function(lambda one: OUTCOME_IN_DUTCH[one.outcome])
    discussion = fields.String()
    decisions = fields.List(fields.Nested(DecisionSchema))
    agreements = fields.List(fields.Nested(AgreementSchema))
