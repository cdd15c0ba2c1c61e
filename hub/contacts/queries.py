"""What one side knows of its contacts: what asks for an answer, what waits, what was agreed, what is over, and figures per partner."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, cast, func, select

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.queries import own_codes_behind
from hub.cases.readable import still_received
from hub.contacts.rules import TO_DO, Desk, State, standing
from hub.contacts.tables import ContactRow, side_of
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner

MOST = 50  # of those that are over, the latest
OPEN_AT_ONCE = 500
TIME_ZONE = "Europe/Amsterdam"


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as one side sees it; `own_code` is the case under our own code where we gave it, else the code we received it by."""

    id: UUID
    other: Partner
    state: State
    is_asker: bool
    code: str
    case_is_open: bool  # whether the case can be looked at
    proposed_on: date
    due: date | None
    days_left: int | None
    answered: str | None
    because: str | None
    ours: Desk | None
    theirs: Desk | None
    agreed_on: date | None
    contact_on: date | None
    stands_on: date | None
    outcome: str | None
    their_outcome: str | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Pair:
    """What came of our contacts with one partner: how many were proposed, agreed and made, and the median of days until they were."""

    other: Partner
    proposed: int
    agreed: int
    made: int
    median_days: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """All contacts of one side, by what they ask for."""

    to_do: tuple[Contact, ...]
    waiting: tuple[Contact, ...]
    over: tuple[Contact, ...]
    pairs: tuple[Pair, ...]


def board(work: Work) -> Board:
    """The contacts of the acting partner: open ones with the nearest last day first, and the latest that are over."""
    mine = select(ContactRow).where(ContactRow.partner == work.partner)
    still = mine.where(ContactRow.ended.is_(None)).order_by(ContactRow.due, ContactRow.id).limit(OPEN_AT_ONCE)
    ended = mine.where(ContactRow.ended.is_not(None)).order_by(ContactRow.ended_on.desc(), ContactRow.id).limit(MOST)
    found = _values(work, [*work.session.scalars(still), *work.session.scalars(ended)])
    record(work, Event.LIST_OPENED, page="contacten", rows=len(found))
    return Board(
        tuple(one for one in found if one.state in TO_DO),
        tuple(one for one in found if one.state not in TO_DO and one.ended_on is None),
        tuple(one for one in found if one.ended_on is not None),
        _pairs(work),
    )


def asked_of_us(work: Work) -> int:
    """How many contacts wait for the acting partner; of no contact anything more is told."""
    mine = select(ContactRow).where(ContactRow.partner == work.partner, ContactRow.ended.is_(None)).limit(OPEN_AT_ONCE)
    return sum(standing(side_of(row)) in TO_DO for row in work.session.scalars(mine))


def contact(work: Work, *, contact: UUID) -> Contact:
    """One contact of the acting partner; NotFound for any other key."""
    row = own_row(work, contact=contact)
    [found] = _values(work, [row])
    record(work, Event.CONTACT_OPENED, contact=contact, partner=found.other.slug)
    return found


def open_about(work: Work, *, code: str) -> UUID | None:
    """The open contact for which the acting partner asked about this received case, if there is one."""
    mine = (ContactRow.partner == work.partner, ContactRow.code == code, ContactRow.side == "asker", ContactRow.ended.is_(None))
    return work.session.scalar(select(ContactRow.id).where(*mine).limit(1))


def agreed_about_own(work: Work) -> frozenset[tuple[PartnerId, str]]:
    """With whom the acting partner agreed to have contact about a case that it gave, and under which code the other knows that case."""
    mine = (ContactRow.partner == work.partner, ContactRow.side == "asked", ContactRow.ended.is_(None), ContactRow.agreed_at.is_not(None))
    rows = work.session.execute(select(ContactRow.other, ContactRow.code).where(*mine))
    return frozenset((PartnerId(other), code) for other, code in rows)


def own_row(work: Work, *, contact: UUID) -> ContactRow:
    """The own side of a contact; NotFound when there is none."""
    row = work.session.get(ContactRow, (work.partner, contact))
    if row is None:
        raise NotFound
    return row


def _values(work: Work, rows: Iterable[ContactRow]) -> tuple[Contact, ...]:
    found = list(rows)
    there = still_received(work, codes=[row.code for row in found if row.side == "asker"])
    own = own_codes_behind(work, codes=[row.code for row in found if row.side == "asked"])
    cases = {row.id: _case(row, there, own) for row in found}
    return tuple(_value(work, row, cases[row.id]) for row in found)


def _case(row: ContactRow, there: Collection[str], own: Mapping[str, str]) -> tuple[str, bool]:
    """The case under the code that this side knows it by, and whether it can be looked at."""
    return (row.code, row.code in there) if row.side == "asker" else (own.get(row.code, ""), row.code in own)


def _value(work: Work, row: ContactRow, case: tuple[str, bool]) -> Contact:
    theirs = _desk(row.their_person, row.their_channel, row.their_reach, row.their_moment)
    return Contact(
        row.id, partners_by_id(work)[row.other], standing(side_of(row)), row.side == "asker", *case, today(row.proposed_at), row.due,
        (row.due - today(work.now)).days if row.due else None, row.answer, row.because,
        _desk(row.person, row.channel, row.reach, row.moment), theirs,
        _day(row.agreed_at), row.contact_on, _day(row.stands_at), row.outcome, row.their_outcome, row.ended_on,
    )  # fmt: skip


def _desk(person: str | None, channel: str | None, reach: str | None, moment: str | None) -> Desk | None:
    return Desk(person, channel, reach, moment) if person and channel and reach and moment else None


def _day(moment: datetime | None) -> date | None:
    return today(moment) if moment else None


def _pairs(work: Work) -> tuple[Pair, ...]:
    """Counted from the own rows alone; so each side counts what it knows."""
    days = ContactRow.contact_on - cast(func.timezone(TIME_ZONE, ContactRow.proposed_at), Date)
    median = func.percentile_disc(0.5).within_group(days).filter(ContactRow.stands_at.is_not(None))
    asked = select(ContactRow.other, func.count(), func.count(ContactRow.agreed_at), func.count(ContactRow.stands_at), median).where(
        ContactRow.partner == work.partner
    )
    names = partners_by_id(work)
    found = work.session.execute(asked.group_by(ContactRow.other).order_by(ContactRow.other))
    return tuple(Pair(names[other], proposed, agreed, made, middle) for other, proposed, agreed, made, middle in found)
