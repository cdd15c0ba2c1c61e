"""What of bodies, years and meetings reaches a page or a program: these fields and no others."""

from datetime import date, datetime
from typing import Any

from marshmallow import fields

from hub.consultations.rules import ABSENCE_IN_DUTCH, BLOCK_IN_DUTCH, DUTY_IN_DUTCH, LEVEL_IN_DUTCH, SERIES_IN_DUTCH, STATE_IN_DUTCH
from hub.consultations.seats import SEAT_IN_DUTCH
from hub.consultations.sentences import points
from hub.kernel.clock import AMSTERDAM
from hub.kernel.schemas import HouseSchema
from hub.kernel.words import Month
from hub.sharing.dutch import month

WEEKDAYS = {1: "maandag", 2: "dinsdag", 3: "woensdag", 4: "donderdag", 5: "vrijdag"}
TYPED_WEEKDAYS = {str(number): name for number, name in WEEKDAYS.items()}  # as a form sends them


def weekday(number: int | None) -> str | None:
    """A day of the week in Dutch; None stays None."""
    return None if number is None else WEEKDAYS[number]


class PartnerSchema(HouseSchema):
    """A partner to choose from."""

    slug = fields.String()
    name = fields.String()


class BodySchema(HouseSchema):
    """What a body is."""

    slug = fields.String()
    name = fields.String()
    level = fields.Function(lambda one: LEVEL_IN_DUTCH[one.level])
    purpose = fields.String()
    basis = fields.String()
    per_year = fields.Integer()
    weekday = fields.Function(lambda one: WEEKDAYS[one.weekday])
    starts_at = fields.Function(lambda one: f"{one.starts_at:%H.%M}")
    minutes = fields.Integer()
    place = fields.String()
    link = fields.String()
    lead = fields.Integer()
    min_gap = fields.Function(lambda one: one.gaps.start)
    max_gap = fields.Function(lambda one: one.gaps.stop - 1)
    quorum = fields.Integer()
    members = fields.Function(lambda one: [{"slug": each.slug, "name": each.name, "required": each.required} for each in one.members])


class BlockSchema(HouseSchema):
    """A block of time and who sits in it; the names come from the view."""

    no = fields.Integer()
    name = fields.String()
    kind = fields.Function(lambda one: BLOCK_IN_DUTCH[one.kind])
    minutes = fields.Integer()
    starts = fields.Function(lambda one: f"{local(one.starts):%H.%M}" if one.starts else None)


class MeetingSchema(HouseSchema):
    """A meeting as a member sees it."""

    id = fields.Function(lambda one: str(one.of.id))
    body = fields.String(attribute="body.slug")
    name = fields.String(attribute="body.name")
    starts = fields.Raw(attribute="of.starts")
    ends = fields.Raw(attribute="of.ends")
    day = fields.Function(lambda one: str(local(one.of.starts).date()))
    at = fields.Function(lambda one: f"{local(one.of.starts):%H.%M}")
    until = fields.Function(lambda one: f"{local(one.of.ends):%H.%M}")
    place = fields.String(attribute="of.place")
    link = fields.String(attribute="of.link")
    state = fields.Function(lambda one: one.of.state.value)
    label = fields.Function(lambda one: STATE_IN_DUTCH[one.of.state])
    sequence = fields.Integer(attribute="of.sequence")
    because = fields.Raw(attribute="of.because")
    about = fields.Function(lambda one: month(_first(one.of.reference_month)))
    then = fields.String()
    leads = fields.Boolean()
    before = fields.Function(lambda one: str(one.before) if one.before else None)
    blocks = fields.Function(lambda one: [_block(each, one) for each in one.blocks])
    year = fields.Function(lambda one: str(one.of.series) if one.of.series else None)


class BoardSchema(HouseSchema):
    """The bodies of the reader and their meetings to come."""

    bodies = fields.Function(lambda one: [{**BodySchema().dump(each), "leads": each.slug in one.leads} for each in one.bodies])
    meetings = fields.List(fields.Nested(MeetingSchema))
    questions = fields.List(fields.Nested(BodySchema))


class SeatSchema(HouseSchema):
    """Who was asked to belong to a body, and its answer."""

    slug = fields.String()
    name = fields.String()
    required = fields.Boolean()
    state = fields.Function(lambda one: one.state.value)
    label = fields.Function(lambda one: SEAT_IN_DUTCH[one.state])
    said = fields.Function(lambda one: one.basis or one.because)


class StandingSchema(HouseSchema):
    """A body with all that its members know of it."""

    body = fields.Nested(BodySchema)
    leads = fields.Boolean()
    seats = fields.List(fields.Nested(SeatSchema))
    led_by = fields.Function(lambda one: one.names[one.body.coordinator])
    chaired_by = fields.Function(lambda one: one.names[one.body.chair])
    blocks = fields.Function(lambda one: [_block(each, one) for each in one.blocks])
    total = fields.Function(lambda one: sum(each.minutes for each in one.blocks))
    attendees = fields.Function(lambda one: [_attendee(each, one) for each in one.attendees])
    years = fields.Function(lambda one: [_year(each) for each in one.years])
    meetings = fields.List(fields.Nested(MeetingSchema))
    colleagues = fields.Function(lambda one: [{"slug": str(key), "name": name} for key, name in one.colleagues])


class QuestionSchema(HouseSchema):
    """A body as a partner sees it that is asked to belong to it."""

    body = fields.Nested(BodySchema)
    mine = fields.Nested(SeatSchema)
    leads = fields.Function(lambda one: one.mine.partner == one.body.coordinator)
    led_by = fields.Function(lambda one: next(seat.name for seat in one.seats if seat.partner == one.body.coordinator))
    collaborations = fields.List(fields.String(), attribute="body.collaborations")
    seats = fields.List(fields.Nested(SeatSchema))


class TogetherSchema(HouseSchema):
    """The years of several bodies, planned together; costs in words."""

    led = fields.Function(lambda one: [(each.slug, each.name) for each in one.led])
    year = fields.Integer(attribute="asked.year")
    slugs = fields.List(fields.String(), attribute="asked.slugs")
    cost = fields.Function(lambda one: points(one.joint.cost) if one.joint else None)
    gap = fields.Function(lambda one: points(one.joint.gap) if one.joint else None)
    more = fields.Function(lambda one: points(one.joint.cost - one.joint.alone) if one.joint else None)
    is_proven = fields.Function(lambda one: bool(one.joint and one.joint.is_proven))
    bodies = fields.Function(lambda one: _years(one) if one.joint else [])
    steps = fields.Function(lambda one: [_step(each) for each in one.steps])


class AbsenceSchema(HouseSchema):
    """That one cannot come."""

    id = fields.Function(lambda one: str(one.of.id))
    body = fields.Function(lambda one: one.told)
    weekday = fields.Function(lambda one: weekday(one.of.weekday))
    first = fields.Function(lambda one: one.of.first)
    last = fields.Function(lambda one: one.of.last)
    kind = fields.Function(lambda one: ABSENCE_IN_DUTCH[one.of.kind])


class ProofSchema(HouseSchema):
    """The proof of a plan as the planner wrote it: rules, days, costs and potentials; no case stands in it."""

    certificate = fields.Raw()


class YearSchema(HouseSchema):
    """The plan of a year with its reasons; costs in words."""

    id = fields.Function(lambda one: str(one.of.id))
    body = fields.String(attribute="body.slug")
    name = fields.String(attribute="body.name")
    year = fields.Integer(attribute="of.year")
    state = fields.Function(lambda one: one.of.state.value)
    label = fields.Function(lambda one: SERIES_IN_DUTCH[one.of.state])
    leads = fields.Boolean()
    object_until = fields.Raw(attribute="of.object_until")
    places = fields.Function(lambda one: [_place(each, one) for each in one.places])
    cost = fields.Function(lambda one: points(one.cost))
    more = fields.Function(lambda one: points(one.difference) if one.difference else None)
    broken = fields.Function(lambda one: list(one.broken))
    next_best = fields.Function(lambda one: [{"more": points(cost - one.cost), "days": list(days)} for cost, days in one.next_best])
    refused = fields.Integer()
    wrong = fields.Function(lambda one: list(one.wrong))
    objections = fields.Function(lambda one: [_objection(each, one) for each in one.objections])
    absences = fields.Function(lambda one: [_absence(each) for each in one.rules.unavailable])
    answer = fields.Function(lambda one: list(one.answer))


def local(moment: datetime) -> datetime:
    """A moment on the clocks of the Netherlands."""
    return moment.astimezone(AMSTERDAM)


def _first(about: Month) -> date:
    return date(about.year, about.number, 1)


def _block(one: Any, of: Any) -> dict[str, Any]:
    seats = [of.names[number] for number in sorted(one.seats)]
    is_for_all = one.seats == frozenset(of.body.partners)
    return {**BlockSchema().dump(one), "seats": seats, "is_for_all": is_for_all, "run_by": of.names[one.run_by]}


def _attendee(one: Any, of: Any) -> dict[str, Any]:
    told = {"id": str(one.id), "name": one.name, "partner": of.names[one.partner], "duty": DUTY_IN_DUTCH[one.duty]}
    return {**told, "is_required": one.is_required, "is_invited": one.account is not None, "is_mine": one.partner == of.me}


def _year(one: Any) -> dict[str, Any]:
    return {"id": str(one.id), "year": one.year, "label": SERIES_IN_DUTCH[one.state], "state": one.state.value}


def _years(one: Any) -> list[dict[str, Any]]:
    names, joint = {each.slug: each.name for each in one.led}, one.joint
    return [{"slug": slug, "name": names[slug], "cost": points(joint.costs[slug]), "days": list(days)} for slug, days in joint.days.items()]


def _step(one: Any) -> dict[str, Any]:
    return {"width": one.width, "cost": None if one.cost is None else points(one.cost), "bound": points(one.bound)}


def _place(one: Any, of: Any) -> dict[str, Any]:
    return {
        "number": one.number, "day": one.day, "weekday": WEEKDAYS.get(one.day.isoweekday(), "weekend"),
        "gap": one.gap, "about": month(_first(one.reference)),
        "cost": points(one.day_cost + one.gap_cost),
        "reasons": [{"sentence": each.sentence, "points": points(each.points)} for each in one.reasons],
        "broken": [each.sentence for each in one.broken], "gap_cost": points(one.gap_cost), "is_locked": one.number in of.rules.locked,
        "reserves": [{"day": day, "more": points(extra)} for day, extra in of.reserves.get(one.day, ())],
    }  # fmt: skip


def _objection(one: Any, of: Any) -> dict[str, Any]:
    told = {"partner": of.names[one.partner], "day": one.day, "because": one.because, "is_mine": one.partner == of.me}
    return {**told, "is_current": one.day in of.of.days}


def _absence(one: Any) -> dict[str, Any]:
    return {"who": one.who, "weekday": weekday(one.weekday), "first": one.first, "last": one.last}
