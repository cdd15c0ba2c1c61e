"""What of agreements reaches a page: these fields and no others."""

from typing import Any

from marshmallow import fields

from hub.kernel.schemas import HouseSchema
from hub.sharing.differing import WAYS
from hub.sharing.dutch import label
from hub.sharing.policy import PolicyKind
from hub.sharing.rules import HANDS, STAGES, Hand

KINDS = {PolicyKind.STANDING: "lopende deling", PolicyKind.REFERRAL: "doorverwijzing", PolicyKind.COUNTS: "alleen tellingen"}
BECAME = {
    "appears": "komen erbij",
    "vanishes": "verdwijnen",
    "wider": "tonen meer",
    "narrower": "tonen minder",
    "both": "tonen op punten meer en op punten minder",
    "stays": "blijven zoals ze zijn",
}


class SignatureSchema(HouseSchema):
    """Who signed, in which place, when."""

    place = fields.Function(lambda one: HANDS[one.hand])
    by = fields.String(attribute="by.name")
    name = fields.String(allow_none=True)
    at = fields.Raw()


class AgreementSchema(HouseSchema):
    """One agreement in a list."""

    key = fields.String()
    giver = fields.String(attribute="giver.name")
    recipient = fields.String(attribute="recipient.name")
    title = fields.String(attribute="policy.title")
    version = fields.Integer(attribute="policy.version")
    kind = fields.Function(lambda one: KINDS[one.bond.kind])
    stage = fields.String()
    stage_in_dutch = fields.Function(lambda one: STAGES[one.stage])
    valid_from = fields.Raw()
    valid_until = fields.Raw()
    changed_on = fields.Raw(attribute="changed_at")
    next = fields.Function(lambda one: HANDS[one.next] if one.next else None)
    accepts = fields.Function(lambda one: one.next is Hand.RECIPIENT)
    signatures = fields.List(fields.Nested(SignatureSchema))
    text = fields.String(attribute="policy.sha256")


class BoardSchema(HouseSchema):
    """All agreements of one partner, by what they ask for."""

    waiting = fields.List(fields.Nested(AgreementSchema))
    elsewhere = fields.List(fields.Nested(AgreementSchema))
    received = fields.List(fields.Nested(AgreementSchema))
    given = fields.List(fields.Nested(AgreementSchema))
    over = fields.List(fields.Nested(AgreementSchema))


class ProposedSchema(HouseSchema):
    """What a proposal would change: sentences, and to its giver numbers and examples."""

    way = fields.Function(lambda one: WAYS[one.way])
    changes = fields.List(fields.String())
    hash = fields.Function(lambda one: one.sha256.hex())
    effect = fields.Function(lambda one: effect_in_dutch(one.effect) if one.effect else None)


class AgreementPageSchema(HouseSchema):
    """One agreement."""

    one = fields.Nested(AgreementSchema)
    sentences = fields.List(fields.String())
    shared = fields.List(fields.Raw())
    not_shared = fields.List(fields.Raw())
    others = fields.List(fields.Nested(AgreementSchema))
    proposed = fields.Nested(ProposedSchema, allow_none=True)
    is_ours = fields.Boolean()
    waits_for_us = fields.Boolean()
    may_sign = fields.Boolean()
    may_stop = fields.Boolean()
    progress = fields.Function(lambda page: [(one.made_at, one.said) for one in page.progress])


def effect_in_dutch(effect: Any) -> dict[str, Any]:
    """The effect on the giver's own rows in words and numbers; of one recipient, since an agreement has one."""
    told = effect.as_dict()
    [one] = told["recipients"]
    points = [
        {"point": label(point, of="facts"), **moved} for point, moved in one["points"].items() if any(moved.values())
    ]  # fmt: skip
    return {
        "cases": told["cases"],
        "on": effect.on,
        "rows": [(BECAME[word], number) for word, number in one["rows"].items() if number],
        "points": points,
        "examples": [_example(shown) for shown in one["examples"]],
        "linkable": [_linkable(pair) for pair in effect.linkable if pair.before.common or pair.after.common],
    }


def _example(shown: dict[str, Any]) -> dict[str, Any]:
    facts = [{"fact": label(one["fact"], of="facts"), "before": one["before"], "after": one["after"]} for one in shown["facts"]]
    return {"code": shown["code"], "became": BECAME[shown["became"]], "because": shown["because"], "facts": facts}


def _linkable(pair: Any) -> dict[str, Any]:
    counts = {"before": f"{pair.before.certain} van {pair.before.common}", "after": f"{pair.after.certain} van {pair.after.common}"}
    return {"one": pair.one.name, "other": pair.other.name, **counts}
