"""The register of agreements as one partner reads it: its own pairs with their state, signatures and text, and none of others."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.partners.rules import Kind, Partner
from hub.people.queries import colleagues
from hub.sharing.compare import takes_away
from hub.sharing.policy import Policy, PolicyKind
from hub.sharing.queries import policies_loaded
from hub.sharing.rules import STOPPABLE, Bond, Hand, Stage, State, next_hand, stage_of
from hub.sharing.schemas import Book
from hub.sharing.tables import PolicyPairRow, PolicySignatureRow, PolicyVersionRow, ReprojectionRow

KEY = re.compile(r"([a-z][a-z0-9-]{1,62})~([a-z][a-z0-9-]{1,62})~([a-z][a-z0-9.-]{1,100})~([1-9][0-9]{0,4})")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed in which place and when; the name only of somebody of one's own."""

    hand: Hand
    person: UUID
    by: Partner
    at: datetime
    name: str | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version between one giver and one recipient, as it stands on a day; its policy speaks of this pair alone."""

    bond: Bond
    giver: Partner
    recipient: Partner
    policy: Policy
    state: State
    valid_from: date
    valid_until: date
    stage: Stage
    proposed_at: datetime
    changed_at: datetime
    signatures: tuple[Signature, ...]
    covers: bool

    @property
    def key(self) -> str:
        """How its page is called."""
        return f"{self.giver.slug}~{self.recipient.slug}~{self.policy.name}~{self.policy.version}"

    @property
    def next(self) -> Hand | None:
        """Whose signature it waits for; None when it waits for none, or waited too long."""
        if self.stage not in (Stage.PROPOSED, Stage.SIGNED):
            return None
        by_recipient = self.recipient.kind is not Kind.STATISTICS
        return next_hand({one.hand for one in self.signatures}, by_recipient=by_recipient)

    def waits_for(self, partner: Partner) -> bool:
        """Whether this partner is the one to sign now."""
        return self.next is not None and partner == (self.recipient if self.next is Hand.RECIPIENT else self.giver)


def of_bond(bond: Bond) -> ColumnElement[bool]:
    """The pair row of this bond, as a condition."""
    row = PolicyPairRow
    return and_(
        row.giver == bond.giver, row.recipient == bond.recipient, row.kind == bond.kind.value, row.version_id == bond.version_id
    )  # fmt: skip


def signatures(work: Work, *, bond: Bond) -> tuple[PolicySignatureRow, ...]:
    """The signatures under one pair, as they stand."""
    row = PolicySignatureRow
    mine = (row.giver == bond.giver, row.recipient == bond.recipient, row.kind == bond.kind.value, row.version_id == bond.version_id)
    return tuple(work.session.scalars(select(row).where(*mine).order_by(row.at)))


def agreements(work: Work, *, book: Book) -> tuple[Agreement, ...]:
    """Every agreement in which the acting partner gives or receives, with their history; newest version of a pair first."""
    return _read(work, book, or_(PolicyPairRow.giver == work.partner, PolicyPairRow.recipient == work.partner))


@dataclass(frozen=True, slots=True)
class Board:
    """The agreements of one partner: waiting for its own signature, for somebody else's, what it receives and gives, and what is over."""

    waiting: tuple[Agreement, ...]
    elsewhere: tuple[Agreement, ...]
    received: tuple[Agreement, ...]
    given: tuple[Agreement, ...]
    over: tuple[Agreement, ...]


def board(work: Work, *, book: Book) -> Board:
    """Every agreement of the acting partner, by what it asks of it."""
    found, us = agreements(work, book=book), partners_by_id(work)[work.partner]
    held = [one for one in found if one.stage in (Stage.ACCEPTED, Stage.VALID)]
    return Board(
        tuple(one for one in found if one.waits_for(us)),
        tuple(one for one in found if one.next and not one.waits_for(us)),
        tuple(one for one in held if one.recipient == us),
        tuple(one for one in held if one.giver == us),
        tuple(one for one in found if one.stage not in STOPPABLE),
    )


def everything(work: Work, *, book: Book) -> tuple[Agreement, ...]:
    """The whole register, for a command of the hub itself."""
    return _read(work, book)


def agreement(work: Work, *, key: str, book: Book) -> Agreement:
    """The agreement with this key; NotFound for one of others, as for one that never was."""
    found = KEY.fullmatch(key)
    slugs = {partner.slug: partner.id for partner in partners_by_id(work).values()}
    if found is None or not {found[1], found[2]} <= slugs.keys() or work.partner not in (slugs[found[1]], slugs[found[2]]):
        raise NotFound
    pair = (PolicyPairRow.giver == slugs[found[1]], PolicyPairRow.recipient == slugs[found[2]])
    read = _read(work, book, *pair, PolicyVersionRow.name == found[3], PolicyVersionRow.version == int(found[4]))
    if not read:
        raise NotFound
    return read[0]


def before(work: Work, *, one: Agreement, book: Book) -> Policy | None:
    """What holds between these two until this version does: the version valid the day before its first day, if there is one."""
    bond, day = one.bond, max(one.valid_from - timedelta(days=1), today(one.proposed_at))
    pair = and_(PolicyPairRow.giver == bond.giver, PolicyPairRow.recipient == bond.recipient, PolicyPairRow.kind == bond.kind.value)
    held = (PolicyPairRow.state == State.VALID.value, PolicyPairRow.valid.contains(day), PolicyPairRow.version_id != bond.version_id)
    found = _read(work, book, pair, *held)
    return found[0].policy if found else None


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be noted of an agreement: it begins, after this older version, or it ended and nothing follows it today."""

    agreement: Agreement
    older: Bond | None
    has_begun: bool


def changes(work: Work, *, book: Book) -> tuple[Change, ...]:
    """What binds the acting giver today, or bound it until it ended by its day, and does not stand on its list of work as such."""
    on, mine = today(work.now), _valid(work)
    row, pair = ReprojectionRow, PolicyPairRow
    same = (row.giver == pair.giver, row.recipient == pair.recipient, row.kind == pair.kind)
    begun = and_(pair.valid.contains(on), ~select(row.id).where(*same, row.to_version == pair.version_id).exists())
    later = aliased(PolicyPairRow)
    goes_on = and_(later.giver == pair.giver, later.recipient == pair.recipient, later.kind == pair.kind, later.state == State.VALID.value)
    followed = select(later.giver).where(goes_on, later.valid.contains(on)).exists()
    noted = select(row.id).where(*same, row.from_version == pair.version_id).exists()
    ended = and_(func.upper(pair.valid) <= on, pair.kind != PolicyKind.COUNTS.value, ~followed, ~noted)
    found = _read(work, book, *mine, or_(begun, ended))
    if not found:
        return ()
    before = _read(work, book, *mine, pair.kind != PolicyKind.COUNTS.value)
    return tuple(
        Change(one, next((two.bond for two in before if _is_followed(two, one)), None), has_begun=one.valid_until >= on) for one in found
    )


def covering(work: Work, *, book: Book) -> tuple[Bond, ...]:
    """The acting giver's accepted versions, begun or not, under which rows of earlier ones may be read: nothing in them tells too much."""
    pair = PolicyPairRow
    waits = (pair.covers.is_(False), pair.kind != PolicyKind.COUNTS.value, func.upper(pair.valid) > today(work.now))
    if not work.session.scalars(select(pair.version_id).where(*_valid(work), *waits).limit(1)).all():
        return ()
    held, found = _read(work, book, *_valid(work), pair.kind != PolicyKind.COUNTS.value), list[Bond]()
    for one in held:
        if one.covers or one.valid_until < today(work.now):
            continue
        older = next((two for two in held if _is_followed(two, one)), None)
        if older and older.covers and not takes_away(older.policy, new=one.policy, vocabulary=book.vocabulary):
            found.append(one.bond)
    return tuple(found)


def _valid(work: Work) -> tuple[ColumnElement[bool], ...]:
    return PolicyPairRow.giver == work.partner, PolicyPairRow.state == State.VALID.value


def _is_followed(older: Agreement, newer: Agreement) -> bool:
    same = (older.giver, older.recipient, older.bond.kind) == (newer.giver, newer.recipient, newer.bond.kind)
    return same and older.valid_until + timedelta(days=1) == newer.valid_from


def _read(work: Work, book: Book, *which: ColumnElement[bool]) -> tuple[Agreement, ...]:
    pair, version = PolicyPairRow, PolicyVersionRow
    asked = select(pair, version.name, version.version).join(version, version.id == pair.version_id).where(*which)
    rows = work.session.execute(asked.order_by(pair.giver, pair.recipient, version.name, version.version.desc())).all()
    policies = policies_loaded(work, version_ids=(row[0].version_id for row in rows), book=book)
    signed, partners = _signed(work, [row[0] for row in rows]), partners_by_id(work)
    return tuple(_agreement(work, row[0], policies[row[0].version_id], signed, partners) for row in rows)


def _agreement(
    work: Work, row: PolicyPairRow, policy: Policy, signed: Mapping[Bond, list[Signature]], partners: Mapping[PartnerId, Partner]
) -> Agreement:
    bond = _bond_of(row)
    giver, recipient = partners[row.giver], partners[row.recipient]
    first, last, state = _first(row), _last(row), State(row.state)
    mine = replace(policy, givers=(giver.slug,), recipients=(recipient.slug,))
    stage = stage_of(state, valid_from=first, valid_until=last, on=today(work.now))
    return Agreement(
        bond, giver, recipient, mine, state, first, last, stage, row.proposed_at, row.changed_at, tuple(signed.get(bond, ())), row.covers
    )  # fmt: skip


def _signed(work: Work, rows: Collection[PolicyPairRow]) -> dict[Bond, list[Signature]]:
    wanted, row = {_bond_of(one) for one in rows}, PolicySignatureRow
    if not wanted:
        return {}
    partners, names = partners_by_id(work), _own_names(work)
    asked = select(row).where(row.version_id.in_({bond.version_id for bond in wanted})).order_by(row.at, row.role)
    found: dict[Bond, list[Signature]] = {}
    for one in work.session.scalars(asked):
        told = Signature(Hand(one.role), one.person, partners[one.partner], one.at, names.get(one.person))
        found.setdefault(_bond_of(one), []).append(told)
    return {bond: told for bond, told in found.items() if bond in wanted}


def _own_names(work: Work) -> Mapping[UUID, str]:
    partner = getattr(work.actor, "partner", None)
    return dict(colleagues(work)) if partner is not None else {}


def _bond_of(row: PolicyPairRow | PolicySignatureRow) -> Bond:
    return Bond(row.giver, row.recipient, PolicyKind(row.kind), row.version_id)


def _first(row: PolicyPairRow) -> date:
    assert row.valid.lower is not None, "the database lets no agreement begin nowhere"
    return row.valid.lower


def _last(row: PolicyPairRow) -> date:
    assert row.valid.upper is not None, "the database lets no agreement last for ever"
    return row.valid.upper - timedelta(days=1)
