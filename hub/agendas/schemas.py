"""What of an agenda reaches a page: these fields and no others."""

from typing import Any, NamedTuple

from marshmallow import fields

from hub.agendas.paper import facts_in_words, title_of
from hub.agendas.rules import Item
from hub.consultations.rules import BLOCK_IN_DUTCH, STATE_IN_DUTCH, BlockKind, State
from hub.kernel.schemas import HouseSchema

ABOUT = {"own": "Een eigen zaak", "received": "Een zaak die u ontving", "theme": "Een thema"}
TAKES = (BlockKind.CASES, BlockKind.AGREEMENTS)


class Fact(NamedTuple):
    """A fact in words."""

    label: str
    value: str


class FactSchema(HouseSchema):
    """A fact in words."""

    label = fields.String()
    value = fields.String()


def _facts(item: Item) -> Any:
    """What everybody in the block has of the case."""
    told = facts_in_words(item.line.facts) if item.line else ()
    return FactSchema(many=True).dump([Fact(*pair) for pair in told])


class ItemSchema(HouseSchema):
    """An item or a candidate, as everybody in its block may read it."""

    id = fields.String()
    code = fields.String()
    title = fields.Function(lambda item: title_of(item, agreements=None))
    state = fields.String()
    minutes = fields.Integer(strict=True)
    is_must = fields.Boolean()
    is_changed = fields.Boolean()
    is_withdrawn = fields.Boolean()
    reasons = fields.List(fields.String())
    because = fields.Raw()
    words = fields.Function(lambda item: item.line.because if item.line else None)
    brought_by = fields.Raw()
    facts = fields.Function(_facts)


class PartSchema(HouseSchema):
    """A block with its items and what is not on the agenda."""

    id = fields.String(attribute="block.id")
    name = fields.String(attribute="block.name")
    kind = fields.Function(lambda part: BLOCK_IN_DUTCH[part.block.kind])
    starts = fields.Raw(attribute="block.starts")
    minutes = fields.Integer(strict=True, attribute="block.minutes")
    used = fields.Integer(strict=True, attribute="minutes")
    is_too_long = fields.Function(lambda part: part.minutes > part.block.minutes)
    seats = fields.List(fields.String())
    items = fields.List(fields.Nested(ItemSchema))
    left_out = fields.List(fields.Nested(ItemSchema))
    is_ours = fields.Boolean()
    takes_items = fields.Function(lambda part: part.block.kind in TAKES)


class EditionSchema(HouseSchema):
    """What was published to the reader."""

    number = fields.Integer(strict=True)
    published_at = fields.Raw()
    is_outdated = fields.Boolean()


class AgendaSchema(HouseSchema):
    """The agenda as its reader may have it."""

    id = fields.String(attribute="consultation.id")
    name = fields.String(attribute="body.name")
    starts = fields.Raw(attribute="consultation.starts")
    label = fields.Function(lambda agenda: STATE_IN_DUTCH[agenda.consultation.state])
    is_preparing = fields.Function(lambda agenda: agenda.consultation.state is State.PREPARING)
    is_ahead = fields.Function(lambda agenda: agenda.consultation.state in (State.PLANNED, State.PREPARING))
    is_published = fields.Function(lambda agenda: agenda.consultation.published_at is not None)
    leads = fields.Boolean()
    runs = fields.Function(lambda agenda: any(part.is_ours and part.block.kind in TAKES for part in agenda.parts))
    parts = fields.List(fields.Nested(PartSchema))
    edition = fields.Nested(EditionSchema, allow_none=True)


class NominationSchema(HouseSchema):
    """A nomination as who made or got it reads it."""

    id = fields.String()
    about = fields.Function(lambda one: ABOUT[one.about])
    theme = fields.Raw()
    code = fields.Raw()
    because = fields.String()
    minutes = fields.Integer(strict=True)
    is_urgent = fields.Boolean()
    is_ours = fields.Boolean()
    by = fields.String()


class PlaceSchema(HouseSchema):
    """An own case, and why it stands in no block."""

    code = fields.String()
    reason = fields.String()


class DeskSchema(HouseSchema):
    """The page of nominations."""

    agenda = fields.Nested(AgendaSchema)
    nominations = fields.List(fields.Nested(NominationSchema))
    without = fields.List(fields.Nested(PlaceSchema))
