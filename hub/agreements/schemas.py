"""What of decisions and actions reaches a page or a program: these fields and no others."""

from marshmallow import fields

from hub.agreements.rules import ASKED_IN_DUTCH, STAND_IN_DUTCH, WORD_IN_DUTCH
from hub.kernel.schemas import HouseSchema

KIND_IN_DUTCH = {"decision": "besluit", "commitment": "toezegging"}


class DecisionSchema(HouseSchema):
    """A decision or a promise."""

    code = fields.String()
    kind = fields.String()
    label = fields.Function(lambda one: KIND_IN_DUTCH[one.kind])
    words = fields.String()
    made_on = fields.Raw()


class TakenSchema(HouseSchema):
    """A step in the life of an action."""

    by = fields.String(attribute="by.name")
    word = fields.String()
    label = fields.Function(lambda one: WORD_IN_DUTCH[one.word])
    on = fields.Raw()
    due = fields.Raw()
    because = fields.Raw()


class AgreementSchema(HouseSchema):
    """An action as who sits in its block sees it."""

    id = fields.String()
    code = fields.String()
    body = fields.String()
    consultation = fields.String()
    what = fields.String()
    done_when = fields.String()
    owner = fields.String(attribute="owner.name")
    owner_name = fields.String()
    first_due = fields.Raw()
    due = fields.Raw()
    checks = fields.Raw()
    made_on = fields.Raw()
    stand = fields.String()
    label = fields.Function(lambda one: STAND_IN_DUTCH[one.stand])
    deferrals = fields.Integer()
    days_late = fields.Raw()
    steps = fields.List(fields.Nested(TakenSchema))
    can = fields.Function(lambda one: [(word.value, ASKED_IN_DUTCH[word]) for word in one.can])
    is_own = fields.Boolean()


class ChoiceSchema(HouseSchema):
    """A body to choose from."""

    slug = fields.String()
    name = fields.String()


class ActionsPageSchema(HouseSchema):
    """The list of actions with what it was asked."""

    agreements = fields.List(fields.Nested(AgreementSchema))
    bodies = fields.List(fields.Nested(ChoiceSchema))
    whose = fields.String()
    stand = fields.String()
    body = fields.String()


class ActionSchema(HouseSchema):
    """An action as the command tells it; the keys stay as they are."""

    id = fields.String()
    code = fields.String()
    body = fields.String()
    what = fields.String()
    done_when = fields.String()
    owner = fields.String(attribute="owner.slug")
    owner_name = fields.String()
    due = fields.Date()
    stand = fields.String()
    deferrals = fields.Integer()
    days_late = fields.Raw()
