"""What of a contact reaches a page: these fields and no others."""

from typing import Any

from marshmallow import fields

from hub.contacts.rules import CHANNELS, OUTCOMES, REASONS, STATES, STEPS
from hub.kernel.schemas import HouseSchema


class Word(fields.Field[Any]):
    """A word in Dutch; None stays None."""

    def __init__(self, words: Any, **more: Any) -> None:
        super().__init__(**more)
        self.words = words

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else self.words[value]


class DeskSchema(HouseSchema):
    """A contact person."""

    person = fields.String()
    channel = Word(CHANNELS)
    reach = fields.String()
    moment = fields.String()


class ContactSchema(HouseSchema):
    """A contact as one side sees it."""

    id = fields.String()
    other = fields.String(attribute="other.name")
    state = fields.String()
    label = fields.Function(lambda contact: STATES[contact.state])
    step = fields.Function(lambda contact: STEPS.get(contact.state, 0))
    is_asker = fields.Boolean()
    code = fields.String()
    case_is_open = fields.Boolean()
    proposed_on = fields.Raw()
    due = fields.Raw()
    days_left = fields.Raw()
    answered = fields.Raw()
    because = Word(REASONS)
    ours = fields.Nested(DeskSchema, allow_none=True)
    theirs = fields.Nested(DeskSchema, allow_none=True)
    agreed_on = fields.Raw()
    contact_on = fields.Raw()
    stands_on = fields.Raw()
    outcome = Word(OUTCOMES)
    their_outcome = Word(OUTCOMES)
    ended_on = fields.Raw()


class PairSchema(HouseSchema):
    """Our contacts with one partner, in figures."""

    other = fields.String(attribute="other.name")
    proposed = fields.Integer()
    agreed = fields.Integer()
    made = fields.Integer()
    median_days = fields.Raw()


class BoardSchema(HouseSchema):
    """All contacts of one side."""

    to_do = fields.List(fields.Nested(ContactSchema))
    waiting = fields.List(fields.Nested(ContactSchema))
    over = fields.List(fields.Nested(ContactSchema))
    pairs = fields.List(fields.Nested(PairSchema))


class QuestionSchema(HouseSchema):
    """About which case, and whom, somebody is going to ask for contact."""

    code = fields.String()
    giver = fields.String()
    before = fields.String(allow_none=True)
