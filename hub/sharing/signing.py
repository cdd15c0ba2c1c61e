"""Signing, accepting and stopping an agreement: two persons of the giver, then the recipient, and only then it is valid."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from hub.audit.events import Event
from hub.audit.journal import record
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, NotFound, Refused
from hub.partners.queries import partners_by_id
from hub.partners.rules import Kind
from hub.people.queries import roles_of
from hub.people.words import Role
from hub.sharing.register import of_bond, signatures
from hub.sharing.rules import HANDS, MAY_SIGN, OPEN, Bond, Hand, Read, State, next_hand
from hub.sharing.sentences import day_in_dutch
from hub.sharing.tables import PolicyPairRow, PolicySignatureRow, PolicyVersionRow


class NotOurTurn(Conflict):
    """Somebody else signs first, or nobody signs any more."""

    def __init__(self, hand: Hand | None) -> None:
        super().__init__(f"Eerst tekent {HANDS[hand]}." if hand else "Deze afspraak wacht niet (meer) op een handtekening.")


class SignedBefore(Conflict):
    """One person signs an agreement once."""

    def __init__(self) -> None:
        super().__init__("U hebt deze afspraak al getekend. De volgende handtekening is van iemand anders: niemand stemt alleen in.")


class TooLate(Conflict):
    """The first day of a proposal has passed before everybody signed."""

    def __init__(self, first: date) -> None:
        super().__init__(
            f"Deze afspraak zou ingaan op {day_in_dutch(first)}, en die dag is voorbij. Zij gaat nooit met terugwerkende kracht in: "
            "stel een nieuwe versie voor, met een dag vanaf vandaag."
        )


class OtherText(Conflict):
    """What was signed is not what was read."""

    def __init__(self) -> None:
        super().__init__("De tekst of het gevolg is veranderd sinds u deze pagina opende. Lees de afspraak opnieuw.")


class Overlap(Conflict):
    """Another policy, or a newer version, holds for the same pair in the same days."""

    def __init__(self, name: str, version: int) -> None:
        super().__init__(
            f"Voor deze twee partners geldt in dezelfde dagen al {name}, versie {version}. Er is hoogstens één afspraak per dag: "
            "stop die afspraak eerst, of kies een latere eerste dag."
        )


class NoOfficer(Refused):
    """This person may not do this for her organisation."""

    def __init__(self, who: str) -> None:
        super().__init__(f"Dit doet {who}.")


def approve(work: Work, *, bond: Bond, person: UUID, read: Read) -> State:
    """
    Sign for the acting partner in the next open place; with the last signature the agreement is accepted and holds from its first day.

    Tells the state after it. Raises NotFound for a pair of others, NotOurTurn, SignedBefore for a second signature of one person,
    NoOfficer without the role, TooLate after the first day, OtherText when it is not what was read, Overlap beside another policy.
    """
    row, version = held(work, bond=bond)
    signed = {Hand(one.role): one.person for one in signatures(work, bond=bond)}
    by_recipient = partners_by_id(work)[bond.recipient].kind is not Kind.STATISTICS
    hand = next_hand(signed, by_recipient=by_recipient) if State(row.state) in OPEN else None
    if person in signed.values():
        raise SignedBefore
    if hand is None or work.partner != (bond.recipient if hand is Hand.RECIPIENT else bond.giver):
        raise NotOurTurn(hand)
    if not roles_of(work, account=person) & MAY_SIGN[hand]:
        raise NoOfficer(HANDS[hand])
    if row.valid.lower is None or row.valid.lower < today(work.now):
        raise TooLate(row.valid.lower or today(work.now))
    if read.text_sha256 != version.sha256:
        raise OtherText
    _sign(work, bond, hand, (person, read))
    record(work, Event.POLICY_SIGNED, **_told(work, row, version), state=hand.value, account=person)
    state = State(row.state)
    if hand is Hand.GIVER_SECOND:
        state = _move(work, row, State.SIGNED)
    if next_hand({*signed, hand}, by_recipient=by_recipient) is None:
        _make_room(work, row, version)
        state = _move(work, row, State.VALID)
    return state


def stop(work: Work, *, bond: Bond, person: UUID) -> State:
    """
    Stop it at once, or withdraw its proposal: one privacy officer of the giver, and no reason; tells the state it was in.

    Takes away the agreement alone; `cases` takes away the rows in the same work. Raises NotFound, NoOfficer, or Conflict when it is over.
    """
    row, version = held(work, bond=bond)
    if work.partner != bond.giver or Role.PRIVACY_OFFICER not in roles_of(work, account=person):
        raise NoOfficer(HANDS[Hand.GIVER_FIRST])
    before = State(row.state)
    if before not in OPEN and (before is not State.VALID or row.valid.upper is None or row.valid.upper <= today(work.now)):
        raise Conflict("Deze afspraak geldt niet meer. Er is niets te stoppen.")
    _move(work, row, State.STOPPED)
    record(work, Event.POLICY_STOPPED, **_told(work, row, version), account=person)
    return before


def held(work: Work, *, bond: Bond) -> tuple[PolicyPairRow, PolicyVersionRow]:
    """The pair, locked until this work is over, and its version; NotFound for a pair of others, as for one that never was."""
    if work.partner not in (bond.giver, bond.recipient):
        raise NotFound
    row = work.session.scalar(select(PolicyPairRow).where(of_bond(bond)).with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row, work.session.get_one(PolicyVersionRow, bond.version_id)


def _sign(work: Work, bond: Bond, hand: Hand, by: tuple[UUID, Read]) -> None:
    person, read = by
    work.session.add(
        PolicySignatureRow(
            giver=bond.giver, recipient=bond.recipient, kind=bond.kind.value, version_id=bond.version_id, person=person,
            partner=work.partner, role=hand.value, at=work.now, text_sha256=read.text_sha256, effect_sha256=read.effect_sha256,
        )
    )  # fmt: skip
    work.session.flush()


def _move(work: Work, row: PolicyPairRow, state: State) -> State:
    row.state, row.changed_at = state.value, work.now
    work.session.flush()
    return state


def _make_room(work: Work, row: PolicyPairRow, version: PolicyVersionRow) -> None:
    """The older version ends the day before, or never begins; beside another policy, or a newer version, there is no room."""
    pair, versions = PolicyPairRow, PolicyVersionRow
    older = (pair.giver == row.giver, pair.recipient == row.recipient, pair.kind == row.kind, pair.state == State.VALID.value)
    beside = select(pair, versions).join(versions, versions.id == pair.version_id).where(*older, pair.valid.overlaps(row.valid))
    first = row.valid.lower
    for one, other in work.session.execute(beside.order_by(pair.version_id)).all():
        if other.name != version.name or other.version > version.version:
            raise Overlap(other.name, other.version)
        assert one.valid.lower is not None and first is not None, "a term has a first day; the database checks it"
        if one.valid.lower < first:
            one.valid, one.changed_at = Range(one.valid.lower, first, bounds="[)"), work.now
        else:
            one.state, one.changed_at = State.REPLACED.value, work.now
    work.session.flush()


def _told(work: Work, row: PolicyPairRow, version: PolicyVersionRow) -> dict[str, object]:
    names = partners_by_id(work)
    return {"policy": version.name, "policy_version": version.version, "policy_hash": version.sha256.hex(),
            "giver": names[row.giver].slug, "recipient": names[row.recipient].slug}  # fmt: skip
