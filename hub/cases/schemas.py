"""What of a case reaches a page, an export or a command: these fields and no others."""

from typing import Any

from marshmallow import fields

from hub.cases.consenting import QuestionSchema
from hub.cases.queries import Consent
from hub.cases.reasons import consent_in_dutch
from hub.kernel.schemas import HouseSchema
from hub.sharing.facts import Absence, Value
from hub.sharing.projection import written
from hub.threads.schemas import RecallSchema

LISTED = ("incident_date", "place", "ground", "nature", "status")


class ListedFacts(fields.Field[Any]):
    """The facts of a list in the shape a recipient has them; what is not there is null, whatever the reason."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> dict[str, Any]:
        return {fact: written(value.get(fact)) for fact in LISTED}


class OwnFacts(fields.Field[Any]):
    """The facts of an own case: a value, or the word for why there is none."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> dict[str, Any]:
        return {fact: _own(found) for fact, found in value.items()}


def _own(value: Value | Absence) -> object:
    return value.value if isinstance(value, Absence) else written(value)


class PartnerName(fields.Field[Any]):
    """A partner by the name people know."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> str:
        return str(value.name)


class ReceivedSchema(HouseSchema):
    """One received case in a list."""

    code = fields.String()
    giver = PartnerName()
    facts = ListedFacts()
    changed_on = fields.Raw()
    news = fields.Raw()


class OwnListedFacts(fields.Field[Any]):
    """The facts of a list of own cases: a value, or the word for why there is none."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> dict[str, Any]:
        return {fact: _own(value[fact]) for fact in LISTED}


class OwnSchema(HouseSchema):
    """One own case in a list."""

    code = fields.String()
    facts = OwnListedFacts()
    changed_at = fields.Raw()


class OwnListPageSchema(HouseSchema):
    """A page of own cases."""

    lines = fields.List(fields.Nested(OwnSchema))
    can_type = fields.Boolean()


class GiverSchema(HouseSchema):
    """A partner that an agreement lets share cases with us."""

    name = fields.String()


class OverviewSchema(HouseSchema):
    """The first page after logging in."""

    today = fields.Raw()
    new = fields.Integer()
    changed = fields.Integer()
    received = fields.List(fields.Nested(ReceivedSchema))
    own = fields.List(fields.Nested(OwnSchema))
    can_type = fields.Boolean()
    givers = fields.List(fields.Nested(GiverSchema))


class ExplainedFacts(fields.Field[Any]):
    """Facts with their explanations, by name."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> dict[str, Any]:
        return {fact.name: {"value": written(fact.value), "why": fact.why} for fact in value}


class StepSchema(HouseSchema):
    """A step in the history of a received case."""

    on = fields.Raw()
    facts = fields.List(fields.String())


class ReceivedPageSchema(HouseSchema):
    """A received case on its own page; nothing in it comes from the giver's side of the row."""

    code = fields.String(attribute="row.code")
    giver = PartnerName(attribute="row.giver")
    first_given_on = fields.Raw(attribute="row.first_given_on")
    changed_on = fields.Raw(attribute="row.changed_on")
    shown_until = fields.Raw(attribute="row.shown_until")
    news = fields.Raw(attribute="row.news")
    facts = ExplainedFacts()
    changed = fields.List(fields.String())
    history = fields.List(fields.Nested(StepSchema))
    policy_title = fields.String(attribute="policy.title")
    policy_version = fields.Integer(attribute="policy.version")
    purposes = fields.List(fields.String())
    secrecy = fields.String()


class RevisionSchema(HouseSchema):
    """A step in the history of an own case."""

    made_at = fields.Raw()
    by_import = fields.Boolean()
    changes = fields.Function(
        lambda step: {fact: {"before": _own(old), "after": _own(step.facts[fact])} for fact, old in step.before.items()}
    )
    answers_changed = fields.Boolean()


class RecipientSchema(HouseSchema):
    """What one recipient has of an own case."""

    slug = fields.String(attribute="given.recipient.slug")
    name = fields.String(attribute="given.recipient.name")
    kind = fields.String(attribute="given.kind")
    state = fields.String(attribute="given.state")
    code = fields.Raw(attribute="given.code")
    opened_at = fields.Raw(attribute="given.opened_at")
    shown_until = fields.Raw(attribute="given.shown_until")
    agreement = fields.String()
    facts = ExplainedFacts()
    because = fields.List(fields.String())
    grounds = fields.List(fields.String())
    counts = fields.Raw()
    consent = fields.Function(lambda page: page.consent.state if page.consent else None)


class ForeseenSchema(HouseSchema):
    """What one recipient would have of an own case."""

    page = fields.Nested(RecipientSchema)
    needs_yes = fields.Boolean()
    changed = fields.Function(lambda one: None if one.changed is None else sorted(one.changed))
    alike = fields.Raw()


def _state(consent: Consent) -> str:
    by_guardian = consent.state == "given" and consent.history[0].given_by == "guardian"
    return "given_by_guardian" if by_guardian else consent.state


class ConsentSchema(HouseSchema):
    """Where consent for one recipient stands."""

    slug = fields.String(attribute="recipient.slug")
    name = fields.String(attribute="recipient.name")
    state = fields.Function(_state)
    purposes = fields.List(fields.String())
    how = fields.Function(lambda consent: consent.history[0].how if consent.history else None)
    at = fields.Function(lambda consent: consent.history[0].at if consent.history else None)
    until = fields.Function(lambda consent: consent.history[0].until if consent.history else None)
    opens = fields.String()
    evidence = fields.Function(lambda consent: consent_in_dutch(consent) if consent.history else "")
    only_facts = fields.Function(lambda consent: list(consent.history[0].facts or ()) if consent.history else [])
    can_withdraw = fields.Function(lambda consent: consent.state in ("given", "narrowed"))


class OwnPageSchema(HouseSchema):
    """An own case on its own page, for its giver only."""

    code = fields.String(attribute="case.code")
    state = fields.String(attribute="case.state")
    reference = fields.Function(lambda page: page.case.reference.reveal() if page.case.reference else None)
    facts = OwnFacts()
    circumstances = fields.Raw(attribute="answers")
    words = fields.Raw(attribute="case.words")
    revision = fields.Function(lambda page: page.case.revisions[0].no)
    history = fields.List(fields.Nested(RevisionSchema), attribute="case.revisions")
    recipients = fields.List(fields.Nested(RecipientSchema))
    consents = fields.List(fields.Nested(ConsentSchema), attribute="case.consents")
    holds = fields.Function(lambda page: sum(one.is_at_work for one in page.holds))
    may_refer = fields.Boolean()
    may_concern = fields.Boolean()


class ConsentPageSchema(HouseSchema):
    """Consent at an own case, per recipient that needs it."""

    code = fields.String(attribute="case.code")
    consents = fields.List(fields.Nested(ConsentSchema), attribute="case.consents")
    questions = fields.List(fields.Nested(QuestionSchema))
    needs_guardian = fields.Boolean()


class ReceiptSchema(HouseSchema):
    """The receipt of a withdrawal."""

    code = fields.String()
    recipient = PartnerName()
    slug = fields.String(attribute="recipient.slug")
    at = fields.Raw()
    their_code = fields.Raw()
    opened_at = fields.Raw()
    recall = fields.Nested(RecallSchema, allow_none=True)


class RefusalSchema(HouseSchema):
    """One row of an export, or one cell of it, that is not taken in."""

    row = fields.Integer()
    column = fields.Raw()
    value = fields.Raw()
    reason = fields.String()


class IntakeSchema(HouseSchema):
    """What taking in an export comes to."""

    received = fields.Integer()
    new = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    vanished = fields.Integer()
    refused = fields.List(fields.Nested(RefusalSchema))
    refused_count = fields.Integer()
    shared = fields.Raw()


class RunSchema(HouseSchema):
    """One export that was taken in."""

    id = fields.String()
    export = fields.String()
    at = fields.Raw()
    received = fields.Integer()
    new = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    vanished = fields.Integer()
    refused = fields.Integer()


class ReachedSchema(HouseSchema):
    """One recipient of an export's cases."""

    name = fields.String()
    cases = fields.Integer()


class RunPageSchema(HouseSchema):
    """One export that was taken in, and where its cases went."""

    run = fields.Nested(RunSchema)
    reached = fields.List(fields.Nested(ReachedSchema))
