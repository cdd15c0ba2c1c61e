"""What of a referral reaches a page or a command: these fields and no others."""

from marshmallow import fields

from hub.kernel.schemas import HouseSchema
from hub.referrals.rules import DECLINED_BECAUSE, OUTCOMES, STATES, TO_DO, shown_code
from hub.threads.rules import Side

REASONS = {**DECLINED_BECAUSE, **OUTCOMES}
TERMS = {"working days": "werkdagen", "weeks": "weken", "months": "maanden"}


class LetterSchema(HouseSchema):
    """One letter of a referral."""

    writer = fields.String(attribute="writer.name")
    word = fields.String()
    label = fields.Function(lambda letter: STATES[letter.word])
    reason = fields.Function(lambda letter: REASONS[letter.reason] if letter.reason else None)
    names = fields.Function(lambda letter: letter.names.name if letter.names else None)
    written_on = fields.Raw()


class ReferralSchema(HouseSchema):
    """A referral as one side sees it."""

    id = fields.String()
    is_giver = fields.Function(lambda one: one.side is Side.GIVER)
    is_ours_to_do = fields.Function(lambda one: one.state in TO_DO[one.side])
    other = fields.String(attribute="other.name")
    code = fields.String()
    opened_on = fields.Raw()
    answer_due = fields.Raw()
    outcome_due = fields.Raw()
    due = fields.Raw()
    state = fields.String()
    label = fields.Function(lambda one: STATES[one.state])
    is_late = fields.Boolean()
    has_facts = fields.Boolean()
    letters = fields.List(fields.Nested(LetterSchema))
    last = fields.Nested(LetterSchema)
    may = fields.Function(lambda one: sorted(one.may))


class PairSchema(HouseSchema):
    """What went between us and one other."""

    other = fields.String(attribute="other.name")
    is_ours = fields.Boolean()
    offered = fields.Integer()
    accepted = fields.Integer()
    declined = fields.Integer()
    arrived = fields.Integer()
    completed = fields.Integer()
    median_days = fields.Raw()


class BoardSchema(HouseSchema):
    """All referrals of one side."""

    to_do = fields.List(fields.Nested(ReferralSchema))
    waiting = fields.List(fields.Nested(ReferralSchema))
    over = fields.List(fields.Nested(ReferralSchema))
    pairs = fields.List(fields.Nested(PairSchema))
    takes_codes = fields.Boolean()


class BureauSchema(HouseSchema):
    """A bureau to choose."""

    slug = fields.String()
    name = fields.String()


class ChoiceSchema(HouseSchema):
    """An own case with the bureaus that its reporter can be referred to."""

    code = fields.String(attribute="case.code")
    bureaus = fields.List(fields.Nested(BureauSchema))
    before = fields.List(fields.Nested(ReferralSchema))


class OfferSchema(HouseSchema):
    """The question to a reporter about one bureau."""

    code = fields.String()
    slug = fields.String(attribute="recipient.slug")
    name = fields.String(attribute="recipient.name")
    spoken = fields.List(fields.String())
    facts = fields.Function(lambda one: dict(one.facts))
    needs_guardian = fields.Boolean()
    answer_within = fields.Function(lambda one: _term(one.answer_within))
    outcome_within = fields.Function(lambda one: _term(one.outcome_within))


def _term(term: str) -> str:
    number, unit = term.split(" ", 1)
    return f"{number} {TERMS[unit]}"


class ConcernSchema(HouseSchema):
    """That an own case is about another's."""

    code = fields.String()
    recipient = fields.String(attribute="recipient.name")
    their_code = fields.Raw()
    stated_on = fields.Raw()
    is_shown = fields.Boolean()
    changed_on = fields.Raw()
    due = fields.Raw()
    is_late = fields.Boolean()


class AboutSchema(HouseSchema):
    """An own case, and whose cases it is said to be about."""

    code = fields.String()
    concerns = fields.List(fields.Nested(ConcernSchema))
    may_state = fields.Boolean()


class LineSchema(HouseSchema):
    """A referral for a program: keys that stay, words of the rules and not of a page."""

    id = fields.String()
    side = fields.String()
    other = fields.String(attribute="other.slug")
    code = fields.String()
    since = fields.Date(attribute="opened_on")
    due = fields.Date(allow_none=True)
    state = fields.String()
    reason = fields.Function(lambda one: one.last.reason)
    names = fields.Function(lambda one: one.last.names.slug if one.last.names else None)
    overdue = fields.Boolean(attribute="is_late")


class ConcernLineSchema(HouseSchema):
    """A concern for a program."""

    code = fields.String()
    recipient = fields.String(attribute="recipient.slug")
    their_code = fields.Raw()
    stated_on = fields.Date()
    shown = fields.Boolean(attribute="is_shown")
    changed_on = fields.Date(allow_none=True)
    due = fields.Date(allow_none=True)
    overdue = fields.Boolean(attribute="is_late")


class ConcernsSchema(HouseSchema):
    """What was said about whose cases own ones are, and whether an agreement asks for it at all."""

    concerns = fields.List(fields.Nested(ConcernSchema))
    may_state = fields.Boolean()


class OfferedSchema(HouseSchema):
    """A referral that was just offered, with the reporter's code: the one time that it is shown."""

    one = fields.Nested(ReferralSchema)
    receipt = fields.Function(lambda told: shown_code(told.receipt))
