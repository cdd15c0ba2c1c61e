"""Which policies are in force: read from the database, parsed once per text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.dialects.postgresql import Range

from hub.kernel.database import Work
from hub.kernel.words import PartnerId
from hub.sharing.policy import Policy, PolicyKind, Purpose
from hub.sharing.schemas import Book, parse_policy
from hub.sharing.tables import PolicyPairRow, PolicyVersionRow, ReprojectionRow


@dataclass(frozen=True, slots=True)
class InForce:
    """One policy version between a giver and one recipient, with the number under which it was loaded."""

    recipient: PartnerId
    kind: PolicyKind
    version_id: int
    policy: Policy


Pair = tuple[PartnerId, PolicyKind]
_HOLD = text("SELECT pg_advisory_xact_lock_shared(21, :giver)")  # the other half of migration 0021: a change takes the same lock alone


def policies_in_force(work: Work, *, giver: PartnerId, on: date, book: Book) -> Mapping[Pair, InForce]:
    """What binds this giver on this day, per recipient and kind; a pair that is not here shares nothing (absent means no)."""
    found = _bound(work, book, PolicyPairRow.giver == giver, PolicyPairRow.valid.contains(on))
    return {(force.recipient, force.kind): force for _, force in found}


def ever_in_force(work: Work, *, giver: PartnerId, book: Book) -> tuple[tuple[Range[date], InForce], ...]:
    """What binds this giver, bound it or will bind it, each with its days: for who asks about many days."""
    return tuple(_bound(work, book, PolicyPairRow.giver == giver))


def _bound(work: Work, book: Book, *which: ColumnElement[bool]) -> Iterator[tuple[Range[date], InForce]]:
    asked = (
        select(PolicyPairRow, PolicyVersionRow)
        .join(PolicyVersionRow, PolicyVersionRow.id == PolicyPairRow.version_id)
        .where(*which, PolicyPairRow.state == "valid")
        .order_by(PolicyPairRow.recipient, PolicyPairRow.kind)
    )
    for pair, version in work.session.execute(asked):
        policy = _parsed(version.text, version.name, book)
        yield pair.valid, InForce(PartnerId(pair.recipient), PolicyKind(pair.kind), version.id, policy)


def hold_agreements(work: Work) -> None:
    """
    Let no agreement of the acting giver change until this work is over; waits for who is changing one.

    To be called before any row of a contribution is locked: who stops an agreement locks it first and the contributions after it.
    """
    work.session.execute(_HOLD, {"giver": work.partner})


def settled_versions(work: Work) -> frozenset[tuple[PartnerId, PolicyKind, int]]:
    """For which recipients, kinds and versions the acting giver's cases were all looked at again."""
    row = ReprojectionRow
    asked = select(row.recipient, row.kind, row.to_version).where(row.giver == work.partner, row.done_at.is_not(None))
    return frozenset((PartnerId(one), PolicyKind(kind), to) for one, kind, to in work.session.execute(asked) if to is not None)


def givers_in_force(work: Work, *, recipient: PartnerId, on: date) -> tuple[PartnerId, ...]:
    """Who shares cases with this recipient under an agreement of this day; agreements are no secret among partners."""
    asked = select(PolicyPairRow.giver).where(
        PolicyPairRow.recipient == recipient, PolicyPairRow.kind == PolicyKind.STANDING.value, PolicyPairRow.valid.contains(on)
    )
    return tuple(work.session.scalars(asked.where(PolicyPairRow.state == "valid").order_by(PolicyPairRow.giver)))


def pairs_sharing(work: Work, *, purpose: Purpose, on: date, book: Book) -> tuple[tuple[PartnerId, PartnerId], ...]:
    """Between whom (giver, recipient) cases travel for this purpose on this day; agreements are no secret among partners."""
    asked = (
        select(PolicyPairRow, PolicyVersionRow)
        .join(PolicyVersionRow, PolicyVersionRow.id == PolicyPairRow.version_id)
        .where(PolicyPairRow.kind == PolicyKind.STANDING.value, PolicyPairRow.valid.contains(on), PolicyPairRow.state == "valid")
        .order_by(PolicyPairRow.giver, PolicyPairRow.recipient)
    )
    return tuple(
        (PartnerId(pair.giver), PartnerId(pair.recipient))
        for pair, version in work.session.execute(asked)
        if purpose in _parsed(version.text, version.name, book).purposes
    )


def policy_loaded(work: Work, *, version_id: int, book: Book) -> Policy:
    """The policy that was loaded under this number, also when it is over."""
    version = work.session.get_one(PolicyVersionRow, version_id)
    return _parsed(version.text, version.name, book)


def versions_named(work: Work, *, name: str, book: Book) -> Mapping[int, Policy]:
    """Every version of this policy that was ever loaded, by its number."""
    found = work.session.scalars(select(PolicyVersionRow).where(PolicyVersionRow.name == name))
    return {version.version: _parsed(version.text, version.name, book) for version in found}


def policies_loaded(work: Work, *, version_ids: Iterable[int], book: Book) -> Mapping[int, Policy]:
    """The policies that were loaded under these numbers, also those that are over."""
    wanted = set(version_ids)
    if not wanted:
        return {}
    found = work.session.scalars(select(PolicyVersionRow).where(PolicyVersionRow.id.in_(wanted)))
    return {version.id: _parsed(version.text, version.name, book) for version in found}


@lru_cache(maxsize=512)
def _parsed(text: str, name: str, book: Book) -> Policy:
    return parse_policy(text, name=name, book=book)
