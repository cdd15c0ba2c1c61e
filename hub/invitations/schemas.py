"""What of an invitation, an answer and a calendar address reaches a page or a command: these fields and no others."""

from typing import Any

from marshmallow import fields

from hub.invitations.invitation import when
from hub.invitations.replies import PARKED_IN_DUTCH, Worth
from hub.invitations.rules import COMES, IN_DUTCH, Word
from hub.kernel.schemas import HouseSchema
from hub.sharing.dutch import day

STATES = {"invited": "uitgenodigd", "cancelled": "geannuleerd"}


def answer_in_dutch(one: Any) -> str:
    """An answer with the day or the name that belongs to it; empty while there is none."""
    if one.answer is None:
        return ""
    said = IN_DUTCH[one.answer]
    if one.remark is None:
        return said
    return f"{said}: {day(one.remark) if one.answer == Word.OTHER_DAY else one.remark}"


def remark_in_dutch(one: Any) -> str:
    """What somebody added to an answer; empty when that is nothing."""
    if one.remark is None:
        return ""
    if one.answer == Word.OTHER_DAY:
        return f"Stelt voor: {day(one.remark)}."
    return f"{'Vervanger' if one.answer == Word.DEPUTY else 'Opmerking'}: {one.remark}"


class InvitationSchema(HouseSchema):
    """An invitation as its owner sees it."""

    id = fields.String()
    consultation = fields.String()
    title = fields.String()
    when = fields.Function(lambda one: when(one.starts, ends=one.ends))
    place = fields.String()
    state = fields.Function(lambda one: STATES[one.state])
    answer = fields.Function(answer_in_dutch)
    is_current = fields.Boolean()
    is_over = fields.Boolean()


class OwnSchema(HouseSchema):
    """What one person was invited to."""

    ahead = fields.List(fields.Nested(InvitationSchema))
    earlier = fields.List(fields.Nested(InvitationSchema))
    is_neutral = fields.Boolean()
    feed_since = fields.Raw()


class AnswerSchema(HouseSchema):
    """What somebody answered, for who leads the body."""

    organisation = fields.String()
    name = fields.String()
    answer = fields.Function(lambda one: IN_DUTCH[one.answer] if one.answer else "")
    comes = fields.Function(lambda one: one.answer in COMES)
    remark = fields.Function(remark_in_dutch)
    is_current = fields.Boolean()
    parked = fields.Function(lambda one: PARKED_IN_DUTCH[Worth(one.parked)] if one.parked else "")


class AddressSchema(HouseSchema):
    """A calendar address, the one time that it is shown."""

    https = fields.String()
    webcal = fields.String()


class ListedSchema(HouseSchema):
    """An invitation as a command tells it."""

    id = fields.String()
    consultation = fields.String()
    name = fields.String()
    account = fields.String()
    starts = fields.AwareDateTime()
    ends = fields.AwareDateTime()
    state = fields.String()
    sequence = fields.Integer(strict=True)
    answer = fields.String(allow_none=True)
    is_current = fields.Boolean()
