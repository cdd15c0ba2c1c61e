"""What of an edition, a statement and a gathering reaches a page: these fields and no others; lines have a file of their own."""

from typing import Any

from marshmallow import fields

from hub.casuistry.edition import Edition
from hub.casuistry.explained import EditionPage
from hub.casuistry.lines import OTHERS, CountsSchema, named
from hub.casuistry.progress import WORD_IN_DUTCH, Word
from hub.casuistry.rules import CODES, NAMES, PART_IN_DUTCH, PART_WORDS, STATE_IN_DUTCH, Part, State, month_in_dutch
from hub.casuistry.statements import KIND_IN_DUTCH
from hub.kernel.schemas import HouseSchema
from hub.kernel.words import Month
from hub.sharing.dutch import PLACES, day, moment

ADDENDA = {"withdrawn": "ingetrokken", "corrected": "gecorrigeerd", "late": "nagekomen", "shared_otherwise": "anders gedeeld"}


FORMS = {"root": "De regels, één voor één", "json": "JSON", "xlsx": "XLSX", "ods": "ODS", "pdf": "PDF"}


def title_of(*, province: str, month: Month, number: int = 0) -> str:
    """What a page calls an edition: Drenthe, oktober 2026."""
    return f"{NAMES[province]}, {month_in_dutch(month)}" + (f", aanvulling {number}" if number else "")


def address_of(*, province: str, month: Month, number: int = 0) -> str:
    """Where an edition stands."""
    return f"/verzamelingen/{province}/{month}" + (f"/aanvulling/{number}" if number else "")


class UnreadSchema(HouseSchema):
    """An edition that waits to be opened."""

    name = fields.Function(lambda one: title_of(province=one.province, month=one.month))
    href = fields.Function(lambda one: address_of(province=one.province, month=one.month))


def _title(edition: Edition) -> str:
    return title_of(province=edition.province, month=edition.month, number=edition.number)


def address_of_edition(edition: Edition) -> str:
    """Where this edition stands."""
    return address_of(province=edition.province, month=edition.month, number=edition.number)


def subtitle_of(page: EditionPage) -> str:
    """When an edition was frozen and delivered; of one that is not there yet, that it is a preview."""
    edition = page.edition
    if page.is_now:
        return "Zo zou uw maandverzameling er nu uitzien."
    kind = next((f" ({ADDENDA[one.kind]})" for one in page.addenda if one.number == edition.number), "")
    what = f"Aanvulling{kind}" if edition.number else "Uw maandverzameling"
    frozen = moment(edition.frozen_at) if edition.frozen_at else ""
    late = f" (gepland was {moment(edition.planned_at)})" if _is_late(edition) else ""
    return f"{what}: bevroren op {frozen}{late} en bezorgd op {day(edition.delivered_at) if edition.delivered_at else '–'}."


def _is_late(edition: Edition) -> bool:
    return edition.number == 0 and edition.frozen_at is not None and day(edition.frozen_at) != day(edition.planned_at)


class ProofSchema(HouseSchema):
    """What a rebuild came to, form by form; an edition that was not noted yet says so."""

    title = fields.Function(lambda proof: _title(proof.edition))
    address = fields.Function(lambda proof: address_of_edition(proof.edition))
    is_whole = fields.Function(lambda proof: all(one.is_same for one in proof.forms))
    forms = fields.Function(lambda proof: [{"name": FORMS[one.form], "is_same": one.is_same} for one in proof.forms])


class EditionSchema(HouseSchema):
    """An edition as the head of its page, and what of it one may choose."""

    title = fields.Function(lambda page: _title(page.edition))
    address = fields.Function(lambda page: address_of_edition(page.edition))
    up = fields.Function(
        lambda page: address_of(province=page.edition.province, month=page.edition.month) if page.edition.number else "/verzamelingen"
    )
    up_text = fields.Function(
        lambda page: title_of(province=page.edition.province, month=page.edition.month) if page.edition.number else "Verzamelingen"
    )
    recipient = fields.String(attribute="edition.recipient.name")
    can_be_rebuilt = fields.Function(lambda page: not page.is_now and page.edition.number == 0)
    is_now = fields.Boolean()
    state_name = fields.Function(lambda page: "voorlopig" if page.is_now else "bezorgd")
    subtitle = fields.Function(subtitle_of)
    planned_at = fields.Raw(attribute="edition.planned_at")
    rows = fields.Integer(attribute="edition.rows")
    withdrawn = fields.Function(lambda page: page.edition.rows - sum(one.reports for one in page.edition.counts.by_part.values()))
    counts = fields.Nested(CountsSchema, attribute="edition.counts")
    part_choices = fields.Function(lambda page: _parts(page.edition))
    giver_choices = fields.Function(
        lambda page: [(one.slug, "Uw organisatie" if one.id == page.edition.recipient.id else one.name) for one in page.givers]
    )
    ground_choices = fields.Function(
        lambda page: [(code, named(code, of="ground")) for code in page.edition.counts.by_ground if code not in OTHERS]
    )
    place_choices = fields.Function(lambda page: list(PLACES.get(CODES.get(page.edition.province, ""), {}).items()))
    addenda = fields.Function(lambda page: [_addendum(page.edition, one) for one in page.addenda if one.number != page.edition.number])


def _parts(edition: Edition) -> list[tuple[str, str]]:
    told = edition.counts.by_part
    return [(PART_WORDS[part], f"{PART_IN_DUTCH[part]} ({told[part].reports})") for part in Part if part in told and told[part].reports]


def _addendum(edition: Edition, one: Any) -> dict[str, Any]:
    href = address_of(province=edition.province, month=edition.month, number=one.number)
    return {"number": one.number, "href": href, "kind_name": ADDENDA.get(one.kind, one.kind), "frozen_at": one.frozen_at}


class OpenSchema(HouseSchema):
    """A gathering that is not delivered yet, for one that takes part in it."""

    month = fields.Function(lambda one: str(one.summary.month))
    month_name = fields.Function(lambda one: month_in_dutch(one.summary.month))
    province_name = fields.Function(lambda one: NAMES[one.summary.province])
    href = fields.Function(
        lambda one: address_of(province=one.summary.province, month=one.summary.month) if one.summary.state is State.OPEN else ""
    )
    state_name = fields.Function(lambda one: STATE_IN_DUTCH[one.summary.state])
    is_asked = fields.Function(lambda one: one.asked is not None)
    statement = fields.Function(lambda one: KIND_IN_DUTCH[one.asked.statement.kind] if one.asked and one.asked.statement else "")
    next_text = fields.Function(lambda one: "Bevriezen" if one.summary.state is State.OPEN else "Bezorgen")
    next_at = fields.Function(
        lambda one: one.summary.planned_freeze_at if one.summary.state is State.OPEN else one.summary.planned_delivery_at
    )


class DeliveredSchema(HouseSchema):
    """An edition or addendum that was delivered, in the list of them."""

    month = fields.String()
    month_name = fields.Function(lambda one: month_in_dutch(one.month))
    title = fields.Function(lambda one: NAMES[one.province] + (f", aanvulling {one.number}" if one.number else ""))
    href = fields.Function(lambda one: address_of(province=one.province, month=one.month, number=one.number))
    new = fields.Integer()
    changed = fields.Integer()
    rows = fields.Integer()
    delivered_at = fields.Raw()
    is_unread = fields.Boolean()


class CollectionsSchema(HouseSchema):
    """All collections of one partner."""

    takes_part = fields.Boolean()
    leads = fields.Boolean()
    open = fields.List(fields.Nested(OpenSchema))
    delivered = fields.List(fields.Nested(DeliveredSchema))


class AskedSchema(HouseSchema):
    """A month and province about which a partner is asked."""

    month = fields.String()
    month_name = fields.Function(lambda asked: month_in_dutch(asked.month))
    province = fields.String()
    province_name = fields.Function(lambda asked: NAMES[asked.province])
    place = fields.Function(lambda asked: f"{asked.province}-{asked.month}")
    is_open = fields.Function(lambda asked: asked.state is State.OPEN)
    closes_at = fields.Raw(attribute="planned_freeze_at")
    statement = fields.Function(lambda asked: KIND_IN_DUTCH[asked.statement.kind] if asked.statement else "")
    made_at = fields.Function(lambda asked: asked.statement.made_at if asked.statement else None)
    by_hub = fields.Function(lambda asked: asked.statement.by_hub if asked.statement else False)
    released = fields.Integer()


STEPS = {
    "opened": "Geopend.", "asked": "De coördinator vroeg om nu te bevriezen.",
    "frozen": "Bevroren.", "moved": "Het bevriezen is verplaatst.",
    "reopened": "Heropend.", "delivered": "Bezorgd.", "late": "Een late levering is toegestaan",
}  # fmt: skip
LOOKS = {Word.DELIVERED: "good", Word.NOTHING: "good", Word.SILENT: "bad", Word.AWAITED: "new"}


class LedSchema(HouseSchema):
    """A gathering in the list of those that a partner leads."""

    title = fields.Function(lambda led: title_of(province=led.province, month=led.month))
    href = fields.Function(lambda led: f"/inzamelingen/{led.province}/{led.month}")
    state = fields.String()
    state_name = fields.Function(lambda led: STATE_IN_DUTCH[led.state])
    step = fields.Function(lambda led: 1 if led.state is State.OPEN else 2 if led.state is State.FROZEN else 4)
    next_text = fields.Function(lambda led: "Klaar" if led.delivered_at else "Bevriezen" if led.state is State.OPEN else "Bezorgen")
    next_at = fields.Function(
        lambda led: None if led.delivered_at else led.planned_freeze_at if led.state is State.OPEN else led.planned_delivery_at
    )


class GatheringSchema(HouseSchema):
    """A gathering for its coordinator."""

    led = fields.Nested(LedSchema)
    givers = fields.Function(
        lambda page: [
            {
                "name": one.partner.name,
                "slug": one.partner.slug,
                "word": WORD_IN_DUTCH[one.word],
                "look": LOOKS[one.word],
                "at": one.ready_at,
            }
            for one in page.givers
        ]
    )
    silent = fields.Function(lambda page: [one.name for one in page.silent])
    done = fields.Integer()
    total = fields.Integer()
    is_busy = fields.Boolean()
    may_freeze = fields.Boolean()
    may_freeze_from = fields.Raw()
    last_day = fields.Raw()
    frozen_because = fields.Raw()
    steps = fields.Function(
        lambda page: [
            {"at": one.at, "text": STEPS.get(one.word, one.word) + (f": {one.about.name}." if one.about else ""), "because": one.because}
            for one in reversed(page.steps)
        ]
    )
