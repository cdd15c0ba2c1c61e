"""Which word may follow which in a thread, who may write it, with which reason, and by which day an answer is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hub.kernel.days import working_days_after
from hub.kernel.errors import Conflict, Invalid, Problem
from hub.kernel.words import PartnerId


class ThreadKind(StrEnum):
    """What a thread is about."""

    RECALL = "recall"
    REFERRAL = "referral"
    QUESTION = "question"


class Word(StrEnum):
    """What a letter says; the last one is the state of its thread."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    NOT_POSSIBLE = "not_possible"
    CLOSED = "closed"
    OFFERED = "offered"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ARRIVED = "arrived"
    NOT_ARRIVED = "not_arrived"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    ANSWERED = "answered"


class Side(StrEnum):
    """Whose fact the case is, and who got it."""

    GIVER = "giver"
    RECIPIENT = "recipient"


class NotInThisState(Conflict):
    """Somebody wrote before, or this word never fitted here."""

    def __init__(self) -> None:
        super().__init__("Dit kan niet (meer): het staat er intussen anders voor. Kijk opnieuw wat u nu kunt doen.")


class Cause(StrEnum):
    """Why a row went, in words for its giver alone."""

    WITHDRAWN = "withdrawn"
    HELD_BACK = "held_back"
    CLOSED = "closed"
    ENDED = "ended"
    STOPPED = "stopped"
    ERROR = "error"


class Request(StrEnum):
    """What a recall asks of its recipient; never why."""

    REMOVE = "remove"
    CORRECT = "correct"
    ENDED = "ended"


_G, _R = Side.GIVER, Side.RECIPIENT
Steps = Mapping[Word | None, Mapping[Word, Side]]
_END: Mapping[Word, Side] = {Word.WITHDRAWN: _G}
FOLLOWS: Mapping[ThreadKind, Steps] = {  # per kind: after which word which others may be written, and by whom; None is the beginning
    ThreadKind.RECALL: {
        None: {Word.ASKED: _G},
        Word.ASKED: {Word.CONFIRMED: _R, Word.NOT_POSSIBLE: _R},
        Word.NOT_POSSIBLE: {Word.CONFIRMED: _R, Word.CLOSED: _G},
    },
    ThreadKind.REFERRAL: {
        None: {Word.OFFERED: _G},
        Word.OFFERED: {Word.SEEN: _R, **_END},
        Word.SEEN: {Word.ACCEPTED: _R, Word.DECLINED: _R, **_END},
        Word.ACCEPTED: {Word.ARRIVED: _R, Word.NOT_ARRIVED: _R, **_END},
        Word.NOT_ARRIVED: {Word.ARRIVED: _R, **_END},
        Word.ARRIVED: {Word.IN_PROGRESS: _R, **_END},
        Word.IN_PROGRESS: {Word.COMPLETED: _R, **_END},
    },
    ThreadKind.QUESTION: {
        None: {Word.ASKED: _R},
        Word.ASKED: {Word.ANSWERED: _G, Word.DECLINED: _G},
    },
}
REASONS: Mapping[tuple[ThreadKind, Word], Mapping[str, str]] = {  # words that need a reason, and the only ones there are
    (ThreadKind.RECALL, Word.NOT_POSSIBLE): {
        "criminal_file": "Het staat in een strafdossier",
        "legal_duty": "De wet verplicht ons om het te bewaren",
    },
    (ThreadKind.REFERRAL, Word.DECLINED): {
        "other_region": "Hoort bij een andere regio",
        "not_discrimination": "Geen discriminatie",
        "no_capacity": "Nu geen ruimte",
    },
    (ThreadKind.REFERRAL, Word.COMPLETED): {
        "helped": "Geholpen",
        "advice_given": "Advies gegeven",
        "handed_on_with_consent": "Met toestemming overgedragen",
        "stopped_by_reporter": "De melder stopte",
    },
}
REQUEST_OF: Mapping[Cause, Request] = {
    Cause.WITHDRAWN: Request.REMOVE,
    Cause.HELD_BACK: Request.REMOVE,
    Cause.CLOSED: Request.REMOVE,
    Cause.ERROR: Request.CORRECT,
    Cause.ENDED: Request.ENDED,
    Cause.STOPPED: Request.ENDED,
}
CAUSES: Mapping[str, str] = {  # what the giver reads
    Cause.WITHDRAWN: "De melder trok de toestemming in",
    Cause.HELD_BACK: "U houdt deze zaak in",
    Cause.CLOSED: "De zaak mag niet meer naar deze ontvanger",
    Cause.ENDED: "De termijn of de afspraak is voorbij",
    Cause.STOPPED: "De afspraak is gestopt",
    Cause.ERROR: "U verbeterde een fout",
}
REQUESTS: Mapping[str, str] = {  # what the recipient reads: a list's word
    Request.REMOVE: "Verwijderen",
    Request.CORRECT: "Vervangen door de nieuwe versie",
    Request.ENDED: "Verwijderen, de termijn is voorbij",
}
STATES: Mapping[str, str] = {  # of a recall
    Word.ASKED: "Wacht op antwoord",
    Word.CONFIRMED: "Verwijdering bevestigd",
    Word.NOT_POSSIBLE: "Kan niet worden verwijderd",
    Word.CLOSED: "Afgesloten",
}
ANSWER_WITHIN = {ThreadKind.RECALL: 5, ThreadKind.REFERRAL: 5, ThreadKind.QUESTION: 5}  # working days
OPEN = frozenset({Word.ASKED, Word.NOT_POSSIBLE})  # the states of a recall in which somebody still has to do something


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wants to write: a word, the reason that belongs to it, and the bureau that a referral should have gone to."""

    word: Word
    reason: str | None = None
    names: PartnerId | None = None


def may_follow(kind: ThreadKind, *, state: Word | None, side: Side) -> frozenset[Word]:
    """The words that this side may write now; none in a thread that is over."""
    return frozenset(word for word, writer in FOLLOWS[kind].get(state, {}).items() if writer is side)


def check(kind: ThreadKind, *, state: Word | None, side: Side, said: Said) -> None:
    """NotInThisState when this side may not write this word now; Invalid when its reason is missing, unknown or not wanted."""
    if said.word not in may_follow(kind, state=state, side=side):
        raise NotInThisState
    reasons = REASONS.get((kind, said.word), {})
    if reasons and said.reason not in reasons:
        sentence = "Kies waarom." if said.word is not Word.NOT_POSSIBLE else "Kies waarom verwijderen niet kan."
        raise Invalid(sentence, (Problem("reason", sentence),))
    if not reasons and said.reason is not None:
        raise Invalid("Bij dit antwoord hoort geen reden.", (Problem("reason", "Bij dit antwoord hoort geen reden."),))


def answer_due(kind: ThreadKind, *, on: date) -> date:
    """The last day on which an answer is in time, for a thread that was opened on this day."""
    return working_days_after(on, count=ANSWER_WITHIN[kind])


def is_overdue(state: Word, *, due: date, on: date) -> bool:
    """Whether an answer should have come by now; what was answered is never late again."""
    return state is Word.ASKED and on > due
