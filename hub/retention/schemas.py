"""What of retention reaches a page or a command: these fields and no others."""

from marshmallow import fields

from hub.kernel.schemas import HouseSchema
from hub.retention.rules import REASONS


class TermSchema(HouseSchema):
    """The term of a partner, with the decision it stands on."""

    months = fields.Raw()
    counted_from = fields.Raw()
    decision = fields.String()
    decided_on = fields.Raw()
    sentence = fields.Function(lambda term: term.sentence())


class GoingSchema(HouseSchema):
    """An own case that goes."""

    code = fields.String()
    due_on = fields.Raw()
    goes_on = fields.Raw()
    is_announced = fields.Boolean()


class HeldSchema(HouseSchema):
    """An own case that is held."""

    code = fields.String()
    reason = fields.Function(lambda one: REASONS[one.reason])
    since = fields.Raw()
    until = fields.Raw()


class GoneSchema(HouseSchema):
    """An own case that is gone."""

    code = fields.String()
    gone_on = fields.Raw()


class LeavingSchema(HouseSchema):
    """A row that will not be shown much longer."""

    code = fields.String()
    other = fields.String(attribute="other.name")
    last_day = fields.Raw()


class BoardSchema(HouseSchema):
    """Everything about retention that a partner knows."""

    term = fields.Nested(TermSchema, allow_none=True)
    going = fields.List(fields.Nested(GoingSchema))
    held = fields.List(fields.Nested(HeldSchema))
    gone = fields.List(fields.Nested(GoneSchema))
    given = fields.List(fields.Nested(LeavingSchema))
    received = fields.List(fields.Nested(LeavingSchema))
    has_more = fields.Boolean()
    counted = fields.Raw()
    reasons = fields.Raw()


class RowLineSchema(HouseSchema):
    """A row that will not be shown much longer, for a program."""

    code = fields.String()
    other = fields.String(attribute="other.slug")
    last_day = fields.Date()


class CaseLineSchema(HouseSchema):
    """An own case that goes, for a program."""

    code = fields.String()
    due_on = fields.Date()
    goes_on = fields.Date()
    announced = fields.Boolean(attribute="is_announced")


class HoldLineSchema(HouseSchema):
    """An own case that is held, for a program."""

    code = fields.String()
    reason = fields.String()
    until = fields.Date(allow_none=True)


class TermLineSchema(HouseSchema):
    """The term of a partner, for a program."""

    months = fields.Raw()
    counted_from = fields.Raw()
    decision = fields.String()
    decided_on = fields.Date()


class PreviewSchema(HouseSchema):
    """Everything about retention that a partner knows, for a program."""

    term = fields.Nested(TermLineSchema, allow_none=True)
    cases = fields.List(fields.Nested(CaseLineSchema), attribute="going")
    held = fields.List(fields.Nested(HoldLineSchema))
    given = fields.List(fields.Nested(RowLineSchema))
    received = fields.List(fields.Nested(RowLineSchema))
    has_more = fields.Boolean()
