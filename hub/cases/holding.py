"""Holding back: in one case coarser than the agreement, or not at all; it only narrows, and ends by itself or when it is lifted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import func, select

from hub.audit.events import Event
from hub.audit.journal import record, record_many
from hub.cases.actions import locked
from hub.cases.house import House
from hub.cases.inbox import Delivery, share
from hub.cases.queries import own_case
from hub.cases.standing import releases
from hub.cases.tables import HoldBackRow
from hub.kernel.actor import Person
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid, NotFound, Problem
from hub.kernel.schemas import HouseSchema
from hub.kernel.words import PartnerId
from hub.partners.queries import partner_named, partners_by_id
from hub.partners.rules import Partner
from hub.sharing.queries import policies_loaded
from hub.sharing.vocabulary import FactWords

AT_ONCE = 500
LONGEST_NO = 2**31
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class HeldFact:
    """What is held back: one fact (at this precision, or not at all), or with no fact the whole case."""

    because: str
    fact: str | None = None
    precision: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold-back of an own case; without a recipient it is for everybody, without a fact for the whole case."""

    no: int
    recipient: Partner | None
    fact: str | None
    precision: str | None
    because: str
    until: date | None
    at: datetime
    lifted_at: datetime | None
    is_over: bool

    @property
    def is_at_work(self) -> bool:
        """Whether it holds today."""
        return self.lifted_at is None and not self.is_over

    def is_about(self, recipient: PartnerId, *, fact: str | None) -> bool:
        """Whether it holds for this recipient, about this fact or (None) about the whole case."""
        return self.is_at_work and self.fact == fact and (self.recipient is None or self.recipient.id == recipient)


def holds(work: Work, *, contribution: UUID) -> tuple[Hold, ...]:
    """Everything that was ever held back of this own case, the newest first."""
    names, day = partners_by_id(work), today(work.now)
    mine = (HoldBackRow.giver == work.partner, HoldBackRow.contribution == contribution)
    return tuple(
        Hold(
            row.no, names[row.recipient] if row.recipient is not None else None, row.fact, row.precision, row.because, row.until, row.at,
            row.lifted_at, row.until is not None and row.until < day,
        )
        for row in work.session.scalars(select(HoldBackRow).where(*mine).order_by(HoldBackRow.no.desc()))
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class HoldPage:
    """An own case: what is held back of it, from whom something can be, which facts go to anybody, and the words of all facts."""

    code: str
    holds: tuple[Hold, ...]
    recipients: tuple[Partner, ...]
    facts: tuple[FactWords, ...]
    words: tuple[FactWords, ...]


def hold_page(work: Work, *, code: str, house: House) -> HoldPage:
    """What is held back of this own case, and what could be; NotFound for any other code."""
    case = own_case(work, house=house, code=code)
    policies = policies_loaded(work, version_ids=(one.policy_version for one in case.given), book=house.book)
    shared = {fact for policy in policies.values() for fact in policy.share}
    recipients = {one.recipient.id: one.recipient for one in case.given}
    words = tuple(house.book.vocabulary.facts.values())
    facts = tuple(one for one in words if one.name in shared)
    return HoldPage(case.code, holds(work, contribution=case.id), tuple(recipients.values()), facts, words)


def hold_back(work: Work, *, code: str, recipient: str | None, held: HeldFact, house: House) -> Delivery:
    """
    Hold back from one recipient, or from everybody, and share anew at once (sharing.md 6.4).

    Raises Invalid for an unknown fact or precision, a reason of fewer than 10 signs or an end in the past; NotFound for another's code.
    """
    row = locked(work, code=code)
    check(held, house=house, day=today(work.now))
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
    return share(work, releases=releases(work, contributions=[row.id], house=house), house=house, cause="held_back")


def check(held: HeldFact, *, house: House, day: date) -> None:
    """Raise Invalid, with the field it is about, for what cannot be held back."""
    words = house.book.vocabulary.facts.get(held.fact) if held.fact is not None else None
    if held.fact is not None and words is None:
        raise _wrong("what", f"Het gegeven ‘{held.fact}’ bestaat niet.")
    if held.precision is not None and (words is None or held.precision not in words.words):
        raise _wrong("what", f"‘{held.precision}’ is geen vorm van dit gegeven.")
    if len(held.because.strip()) < 10:
        raise _wrong("because", "Zeg in ten minste tien tekens waarom u dit inhoudt.")
    if len(held.because) > LONGEST_REASON or "\0" in held.because:
        raise _wrong("because", f"Houd de reden korter dan {LONGEST_REASON} tekens.")
    if held.until is not None and held.until < day:
        raise _wrong("until", "De einddatum ligt in het verleden.")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, (Problem(field, sentence),))


def lift(work: Work, *, code: str, no: int, house: House) -> Delivery:
    """Lift one hold-back of an own case, and share anew; NotFound without one under this number, Conflict when it was lifted before."""
    row = locked(work, code=code)
    held = work.session.get(HoldBackRow, (work.partner, row.id, no)) if 0 < no < LONGEST_NO else None
    if held is None:
        raise NotFound
    if held.lifted_at is not None:
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


class HoldSchema(HouseSchema):
    """One hold-back of an own case."""

    no = fields.Integer()
    recipient = fields.Function(lambda one: one.recipient.name if one.recipient else None)
    fact = fields.Raw()
    precision = fields.Raw()
    because = fields.String()
    until = fields.Raw()
    at = fields.Raw()
    lifted_at = fields.Raw()
    is_at_work = fields.Boolean()


class ShapesSchema(HouseSchema):
    """A fact with the shapes that something can be made of it: not at all, or coarser than it is known."""

    name = fields.String()
    shapes = fields.Function(lambda words: [(one.word, one.dutch) for one in words.precisions[1:]])


class HoldPageSchema(HouseSchema):
    """What is held back of an own case, and what could be."""

    code = fields.String()
    holds = fields.List(fields.Nested(HoldSchema))
    recipients = fields.Function(lambda page: [(one.slug, one.name) for one in page.recipients])
    facts = fields.List(fields.Nested(ShapesSchema))
    shapes = fields.Function(lambda page: {words.name: {one.word: one.dutch for one in words.precisions} for words in page.words})
