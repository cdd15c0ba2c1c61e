"""What of a recall reaches a page or a command: these fields and no others."""

from typing import Any

from marshmallow import fields

from hub.kernel.schemas import HouseSchema
from hub.threads.rules import CAUSES, REASONS, REQUESTS, STATES, Side, ThreadKind, Word

REASON_WORDS = {word: text for (kind, _), words in REASONS.items() if kind is ThreadKind.RECALL for word, text in words.items()}


def _cause(recall: Any) -> str:
    return CAUSES[recall.cause] if recall.side is Side.GIVER else REQUESTS[recall.cause]


class LetterSchema(HouseSchema):
    """One letter of a recall."""

    writer = fields.String(attribute="writer.name")
    word = fields.String()
    label = fields.Function(lambda letter: STATES[letter.word])
    reason = fields.Function(lambda letter: REASON_WORDS[letter.reason] if letter.reason else None)
    written_on = fields.Raw()


class RecallSchema(HouseSchema):
    """A recall as one side sees it."""

    id = fields.String()
    is_giver = fields.Function(lambda recall: recall.side is Side.GIVER)
    other = fields.String(attribute="other.name")
    code = fields.String()
    asks = fields.String(attribute="cause")
    cause = fields.Function(_cause)
    opened_on = fields.Raw()
    answer_due = fields.Raw()
    state = fields.String()
    label = fields.Function(lambda recall: STATES[recall.state])
    is_late = fields.Boolean()
    letters = fields.List(fields.Nested(LetterSchema))
    last = fields.Nested(LetterSchema)
    may_confirm = fields.Function(lambda recall: Word.CONFIRMED in recall.may)
    may_refuse = fields.Function(lambda recall: Word.NOT_POSSIBLE in recall.may)
    reasons = fields.Function(lambda recall: dict(REASON_WORDS) if Word.NOT_POSSIBLE in recall.may else {})
    may_close = fields.Function(lambda recall: Word.CLOSED in recall.may)


class BoardSchema(HouseSchema):
    """All recalls of one side."""

    to_answer = fields.List(fields.Nested(RecallSchema))
    to_settle = fields.List(fields.Nested(RecallSchema))
    waiting = fields.List(fields.Nested(RecallSchema))
    over = fields.List(fields.Nested(RecallSchema))
    has_more = fields.Boolean()


class LineSchema(HouseSchema):
    """A recall for a program: keys that stay, words of the rules and not of a page."""

    id = fields.String()
    side = fields.String()
    other = fields.String(attribute="other.slug")
    code = fields.String()
    cause = fields.String()
    since = fields.Date(attribute="opened_on")
    due = fields.Date(attribute="answer_due")
    state = fields.String()
    overdue = fields.Boolean(attribute="is_late")
