"""Holding back: in one case coarser than the agreement, or not at all; it only narrows, and ends by itself or when it is lifted."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from hub.audit.events import Event
from hub.audit.journal import record, record_many
from hub.cases.actions import locked
from hub.cases.house import House
from hub.cases.inbox import Delivery, share
from hub.cases.standing import releases
from hub.cases.tables import HoldBackRow
from hub.kernel.actor import Person
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid
from hub.partners.queries import partner_named

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class HeldFact:
    """What is held back: one fact (at this precision, or not at all), or with no fact the whole case."""

    because: str
    fact: str | None = None
    precision: str | None = None
    until: date | None = None


def hold_back(work: Work, *, code: str, recipient: str | None, held: HeldFact, house: House) -> Delivery:
    """
    Hold back from one recipient, or from everybody, and share anew at once (sharing.md 6.4).

    Raises Invalid for an unknown fact or precision, a reason of fewer than 10 signs or an end in the past; NotFound for another's code.
    """
    row = locked(work, code=code)
    words = house.book.vocabulary.facts.get(held.fact) if held.fact is not None else None
    if held.fact is not None and words is None:
        raise Invalid(f"Het gegeven ‘{held.fact}’ bestaat niet.")
    if held.precision is not None and (words is None or held.precision not in words.words):
        raise Invalid(f"‘{held.precision}’ is geen vorm van dit gegeven.")
    if len(held.because.strip()) < 10:
        raise Invalid("Zeg in ten minste tien tekens waarom u dit inhoudt.")
    if held.until is not None and held.until < today(work.now):
        raise Invalid("De einddatum ligt in het verleden.")
    whom = partner_named(work, slug=recipient) if recipient is not None else None
    mine = (HoldBackRow.giver == work.partner, HoldBackRow.contribution == row.id)
    last = work.session.scalar(select(func.max(HoldBackRow.no)).where(*mine)) or 0
    which: dict[str, Any] = {"giver": work.partner, "contribution": row.id, "no": last + 1, "recipient": whom.id if whom else None}
    what = {"fact": held.fact, "precision": held.precision, "because": held.because.strip(), "until": held.until}
    by = work.actor.account if isinstance(work.actor, Person) else None
    work.session.add(HoldBackRow(**which, **what, by_person=by, at=work.now, lifted_at=None))
    work.session.flush()
    told = {"recipient": whom.slug} if whom else {}
    record(work, Event.HELD_BACK, contribution=row.id, fields=[held.fact] if held.fact else [], **told)
    return share(work, releases=releases(work, contributions=[row.id], house=house), house=house)


def lift(work: Work, *, code: str, no: int, house: House) -> Delivery:
    """Lift one hold-back of an own case, and share anew; Conflict when there is none under this number or it was lifted before."""
    row = locked(work, code=code)
    held = work.session.get(HoldBackRow, (work.partner, row.id, no))
    if held is None or held.lifted_at is not None:
        raise Conflict("Dit wordt niet (meer) ingehouden.")
    held.lifted_at = work.now
    work.session.flush()
    record(work, Event.HOLD_BACK_LIFTED, contribution=row.id, fields=[held.fact] if held.fact else [])
    return share(work, releases=releases(work, contributions=[row.id], house=house), house=house)


def end_holds(work: Work, *, house: House) -> int:
    """Lift every hold-back of the acting partner that is past its last day, share those cases anew, and tell how many it lifted."""
    over = (HoldBackRow.giver == work.partner, HoldBackRow.lifted_at.is_(None), HoldBackRow.until < today(work.now))
    held = work.session.scalars(
        select(HoldBackRow).where(*over).order_by(HoldBackRow.contribution).limit(AT_ONCE).with_for_update(skip_locked=True)
    ).all()
    if not held:
        return 0
    for one in held:
        one.lifted_at = work.now
    work.session.flush()
    told = [{"contribution": one.contribution, "fields": [one.fact] if one.fact else [], "reason": "einde-termijn"} for one in held]
    record_many(work, Event.HOLD_BACK_LIFTED, told)
    share(work, releases=releases(work, contributions=sorted({one.contribution for one in held}), house=house), house=house)
    return len(held)
