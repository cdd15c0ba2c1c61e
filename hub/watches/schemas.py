"""What of a term reaches a page: these fields and no others."""

from marshmallow import fields

from hub.kernel.schemas import HouseSchema
from hub.watches.queries import Sight
from hub.watches.rules import TERMS, Certainty

CERTAINTIES = {
    Certainty.EXACT: "",
    Certainty.EARLIEST: "op zijn vroegst",
    Certainty.ENTERED: "gerekend vanaf de dag dat dit in Schakel kwam",
}


class WatchSchema(HouseSchema):
    """One term."""

    id = fields.String()
    title = fields.Function(lambda watch: TERMS[watch.rule].title)
    about = fields.String()
    case = fields.Raw()
    is_own = fields.Boolean()
    last_day = fields.Raw()
    days_left = fields.Integer()
    certainty = fields.Function(lambda watch: CERTAINTIES[watch.certainty])


class TermSchema(HouseSchema):
    """What a term is, and by what rule."""

    title = fields.String()
    todo = fields.String()
    source = fields.String()


class SightSchema(HouseSchema):
    """The terms of a partner, and what those terms are."""

    over = fields.List(fields.Nested(WatchSchema))
    near = fields.List(fields.Nested(WatchSchema))
    later = fields.List(fields.Nested(WatchSchema))
    has_more = fields.Boolean()
    terms = fields.Function(lambda sight: TermSchema(many=True).dump(_terms(sight)))


def _terms(sight: Sight) -> list[object]:
    found = {watch.rule for watch in (*sight.over, *sight.near, *sight.later)}
    return [term for rule, term in TERMS.items() if rule in found]
