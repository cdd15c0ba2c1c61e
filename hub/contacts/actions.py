"""What one side does in a contact: ask for it, answer, write down that there was one, and say what came of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import and_, insert, select, text, update

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.readable import giver_of
from hub.contacts.queries import own_row
from hub.contacts.rules import (
    CHANNELS,
    OUTCOMES,
    REASONS,
    REMEMBERED,
    TO_DO,
    Deed,
    Desk,
    Outcome,
    State,
    due_after,
    may,
    reminders,
    standing,
)
from hub.contacts.tables import ContactRow, side_of
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid, Problem
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.partners.queries import partners_by_id
from hub.people.words import Role

TOLD = (Role.CASE_WORKER, Role.COORDINATOR)
HOLD = text("SELECT hub.hold_contact(:contact)")


class AskedBefore(Conflict):
    """There is an open contact about this case already."""

    def __init__(self, contact: UUID) -> None:
        super().__init__("Uw organisatie vroeg al contact over deze zaak. U gaat verder bij dat contact.")
        self.contact = contact


class NotInThisState(Conflict):
    """The contact moved on, or never was where this deed fits."""

    def __init__(self) -> None:
        super().__init__("Dit kan niet (meer): het contact staat er intussen anders voor. Kijk opnieuw wat u nu kunt doen.")


def propose(work: Work, *, code: str, desk: Desk | None = None) -> UUID:
    """
    Ask the giver of a received case for contact about it, with our contact person at once or later.

    Raises NotFound for a code that is not received today, AskedBefore while another question about it is open.
    """
    mine, giver = ContactRow.partner == work.partner, giver_of(work, code=code)
    open_one = and_(mine, ContactRow.code == code, ContactRow.other == giver, ContactRow.side == "asker", ContactRow.ended.is_(None))
    if (before := work.session.scalar(select(ContactRow.id).where(open_one))) is not None:
        raise AskedBefore(before)
    contact, day = uuid4(), today(work.now)
    row = {"partner": work.partner, "id": contact, "other": giver, "origin": "request", "side": "asker", "code": code,
           "proposed_at": work.now, "acted_at": work.now, "due": due_after("proposed", on=day)}  # fmt: skip
    work.session.execute(insert(ContactRow).values(row))
    record(work, Event.CONTACT_PROPOSED, contact=contact, code=code, partner=partners_by_id(work)[giver].slug)
    if desk is not None:
        confirm(work, contact=contact, desk=desk)
    return contact


def confirm(work: Work, *, contact: UUID, desk: Desk) -> State:
    """Say yes, with our contact person; tells where it stands now. The other side reads of this only once it said yes as well."""
    row = _held(work, contact, Deed.CONFIRM)
    if desk.channel not in CHANNELS:
        raise Invalid("Kies hoe u het contact wilt.", (Problem("channel", "Kies hoe u het contact wilt."),))
    said = {"answer": "confirmed", "person": desk.person, "channel": desk.channel, "reach": desk.reach, "moment": desk.moment}
    state = _write(work, row, said, "agreed")
    record(work, Event.CONTACT_ANSWERED, contact=contact, partner=_slug(work, row), state="confirmed")
    return state


def decline(work: Work, *, contact: UUID, because: str) -> State:
    """Say no for now. The reason stays on this side; the other side reads 'nu niet', and no sooner than it answered itself."""
    row = _held(work, contact, Deed.DECLINE)
    if because not in REASONS:
        raise Invalid("Kies waarom niet.", (Problem("because", "Kies waarom niet. De andere kant ziet dit niet."),))
    state = _write(work, row, {"answer": "declined", "because": because}, "proposed")
    record(work, Event.CONTACT_ANSWERED, contact=contact, partner=_slug(work, row), state="declined")
    return state


def say_made(work: Work, *, contact: UUID, on: date) -> State:
    """Write down that there was contact on this day; the other side confirms it, or after five working days it stands."""
    row = _held(work, contact, Deed.SAY_MADE)
    if not today(row.proposed_at) <= on <= today(work.now):
        raise Invalid("Deze dag kan niet.", (Problem("made_on", "De dag ligt na het voorstel, en niet in de toekomst."),))
    state = _write(work, row, {"made_on": on}, "said")
    record(work, Event.CONTACT_MADE, contact=contact, partner=_slug(work, row), state="said")
    return state


def confirm_made(work: Work, *, contact: UUID) -> State:
    """Confirm the day on which the other side says there was contact."""
    row = _held(work, contact, Deed.CONFIRM_MADE)
    state = _write(work, row, {"made_on": row.contact_on}, "stands")
    record(work, Event.CONTACT_MADE, contact=contact, partner=_slug(work, row), state="stands")
    return state


def review(work: Work, *, contact: UUID, outcome: str) -> State:
    """Say in one word what came of it; the other side reads it once it gave its own. 'No contact' before there was any ends it for both."""
    row = _held(work, contact, Deed.GIVE_UP if outcome == Outcome.NO_CONTACT else Deed.REVIEW)
    if outcome not in OUTCOMES:
        raise Invalid("Kies wat eruit kwam.", (Problem("outcome", "Kies wat eruit kwam."),))
    state = _write(work, row, {"outcome": outcome}, "stands")
    record(work, Event.CONTACT_ENDED, contact=contact, partner=_slug(work, row), state=outcome)
    return state


def tend(work: Work) -> int:
    """
    Do for the acting partner what time does to its contacts: remind, let a contact stand, let it expire, forget old contact persons.

    To be done every working day; what was done stays done. Tells how many contacts it touched.
    """
    day, mine = today(work.now), ContactRow.partner == work.partner
    over = and_(mine, ContactRow.due < day)
    old = and_(mine, ContactRow.ended_on < day - REMEMBERED, (ContactRow.person.is_not(None)) | (ContactRow.their_person.is_not(None)))
    ids = work.session.scalars(select(ContactRow.id).where(over | old).order_by(ContactRow.id)).all()
    for contact in ids:
        _let_pass(work, contact, day)
    waiting = select(ContactRow).where(mine, ContactRow.ended.is_(None), ContactRow.due >= day).order_by(ContactRow.id)
    return len(ids) + sum(_remind(work, row, day) for row in work.session.scalars(waiting.execution_options(populate_existing=True)))


def _let_pass(work: Work, contact: UUID, day: date) -> None:
    row = _row_held(work, contact)
    if row is None or (row.due is not None and row.due >= day):
        return  # the other side was first
    before = side_of(row)
    after = standing(side_of(_changed(work, row, {"tended_on": day, "next_due": due_after("stands", on=day)})))
    if before.ended is None:
        kind = NoticeKind.CONTACT_CONFIRMED if after is State.MADE else NoticeKind.CONTACT_ENDED
        _tell(work, kind, contact, f"{contact}:{after.value}")
        event = Event.CONTACT_MADE if after is State.MADE else Event.CONTACT_ENDED
        record(work, event, contact=contact, partner=_slug(work, row), state=after.value)


def _remind(work: Work, row: ContactRow, day: date) -> int:
    """A reminder says no more than that something waits; one whose moment has passed is not sent late."""
    state = standing(side_of(row))
    wanted = reminders(row.due, on=day) if row.due else 0
    if state not in TO_DO or wanted <= row.reminded:
        return 0
    mine = and_(ContactRow.partner == work.partner, ContactRow.id == row.id)
    work.session.execute(update(ContactRow).where(mine).values(reminded=wanted))
    kind = NoticeKind.CONTACT_PROPOSED if state is State.TO_ANSWER else NoticeKind.CONTACT_CONFIRMED
    _tell(work, kind, row.id, f"{row.id}:{state.value}:{wanted}")
    return 1


def _tell(work: Work, kind: NoticeKind, contact: UUID, dedup: str) -> None:
    put_down(work, notice=Notice(work.partner, dedup, kind, f"/contacten/{contact}", TOLD, work.now))


def _held(work: Work, contact: UUID, deed: Deed) -> ContactRow:
    """The own side of a contact, both locked in the one order; NotFound when it is not ours, NotInThisState when the deed does not fit."""
    row = _row_held(work, contact) or own_row(work, contact=contact)
    state = standing(side_of(row))
    if not may(deed, state=state) and not (deed is Deed.GIVE_UP and may(Deed.REVIEW, state=state)):
        raise NotInThisState
    return row


def _row_held(work: Work, contact: UUID) -> ContactRow | None:
    work.session.execute(HOLD, {"contact": contact})
    mine = select(ContactRow).where(ContactRow.partner == work.partner, ContactRow.id == contact)
    return work.session.scalar(mine.execution_options(populate_existing=True))


def _write(work: Work, row: ContactRow, said: Mapping[str, Any], stage: str) -> State:
    """Write our own columns; the database writes what both may know by now."""
    return standing(side_of(_changed(work, row, {**said, "next_due": due_after(stage, on=today(work.now))})))


def _changed(work: Work, row: ContactRow, said: Mapping[str, Any]) -> ContactRow:
    mine = and_(ContactRow.partner == work.partner, ContactRow.id == row.id)
    asked = update(ContactRow).where(mine).values(**said, acted_at=work.now).execution_options(synchronize_session=False)
    work.session.execute(asked)
    work.session.refresh(row)
    return row


def _slug(work: Work, row: ContactRow) -> str:
    return partners_by_id(work)[row.other].slug
