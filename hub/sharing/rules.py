"""The life of an agreement between two partners: who signs in which order, where it stands on a day, and when its end is announced."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hub.kernel.words import PartnerId
from hub.people.words import Role
from hub.sharing.policy import PolicyKind

ANNOUNCED = (60, 30, 7)  # so many days before its last day both privacy officers hear of it


class Hand(StrEnum):
    """In which place somebody signs: two persons of the giver, then one of the recipient."""

    GIVER_FIRST = "giver_first"
    GIVER_SECOND = "giver_second"
    RECIPIENT = "recipient"


class State(StrEnum):
    """What the database says of a pair; that it began or ended is a matter of days."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    VALID = "valid"
    REPLACED = "replaced"
    STOPPED = "stopped"


class Stage(StrEnum):
    """Where an agreement stands on a day."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    ACCEPTED = "accepted"
    VALID = "valid"
    ENDED = "ended"
    REPLACED = "replaced"
    STOPPED = "stopped"
    LAPSED = "lapsed"


STAGES: Mapping[Stage, str] = {
    Stage.PROPOSED: "voorgesteld",
    Stage.SIGNED: "getekend door de gever",
    Stage.ACCEPTED: "aanvaard, gaat nog in",
    Stage.VALID: "geldt",
    Stage.ENDED: "afgelopen",
    Stage.REPLACED: "vervangen",
    Stage.STOPPED: "gestopt",
    Stage.LAPSED: "niet op tijd getekend",
}
HANDS: Mapping[Hand, str] = {
    Hand.GIVER_FIRST: "de privacyfunctionaris van de gever",
    Hand.GIVER_SECOND: "een tweede persoon van de gever",
    Hand.RECIPIENT: "de privacyfunctionaris van de ontvanger",
}
MAY_SIGN: Mapping[Hand, frozenset[Role]] = {
    Hand.GIVER_FIRST: frozenset({Role.PRIVACY_OFFICER}),
    Hand.GIVER_SECOND: frozenset({Role.PRIVACY_OFFICER, Role.COORDINATOR}),
    Hand.RECIPIENT: frozenset({Role.PRIVACY_OFFICER}),
}
OPEN = frozenset({State.PROPOSED, State.SIGNED})
STOPPABLE = (Stage.PROPOSED, Stage.SIGNED, Stage.ACCEPTED, Stage.VALID)  # what is not over yet


@dataclass(frozen=True, slots=True)
class Bond:
    """One version of one policy between one giver and one recipient: what is signed, takes force and ends."""

    giver: PartnerId
    recipient: PartnerId
    kind: PolicyKind
    version_id: int


@dataclass(frozen=True, slots=True)
class Read:
    """What somebody had before her when she signed: the hash of the text, and of the effect as it was shown."""

    text_sha256: bytes
    effect_sha256: bytes


def next_hand(signed: Collection[Hand], *, by_recipient: bool) -> Hand | None:
    """Whose signature is the next one; None when all are there. A recipient without people (the monitor) does not sign."""
    wanted = list(Hand) if by_recipient else [Hand.GIVER_FIRST, Hand.GIVER_SECOND]
    return next((hand for hand in wanted if hand not in signed), None)


def stage_of(state: State, *, valid_from: date, valid_until: date, on: date) -> Stage:
    """Where it stands on this day: what was signed may not have begun, what was valid may be over, and a proposal can come too late."""
    if state in OPEN:
        return Stage(state) if on <= valid_from else Stage.LAPSED
    if state is not State.VALID:
        return Stage(state)
    if on < valid_from:
        return Stage.ACCEPTED
    return Stage.VALID if on <= valid_until else Stage.ENDED


def announcement(valid_until: date, *, on: date) -> int | None:
    """Which announcement of the end is due: the last one whose day has come, or None when it is too early or over."""
    if on > valid_until:
        return None
    return min((days for days in ANNOUNCED if on >= valid_until - timedelta(days=days)), default=None)
