"""Who ought to be invited, what one person was invited to, what was answered, and whose calendar a secret address is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from hub.consultations.queries import blocks, bodies, consultations
from hub.consultations.rules import AHEAD, Consultation
from hub.consultations.tables import AttendeeRow, SeriesRow
from hub.invitations.rules import Wanted
from hub.invitations.tables import AnswerRow, FeedRow, InvitationRow, unanswered
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.partners.tables import PartnerRow
from hub.people.tables import AccountRow


@dataclass(frozen=True, slots=True)
class Invitation:
    """One invitation as its owner sees it."""

    id: UUID
    consultation: UUID
    name: str
    account: UUID
    title: str
    starts: datetime
    ends: datetime
    place: str
    state: str
    sequence: int
    is_neutral: bool
    answer: str | None
    remark: str | None
    is_current: bool  # whether the answer is to the date as it is now
    is_over: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered, for who leads the body; `answer` is None while nobody heard."""

    partner: PartnerId
    organisation: str
    name: str
    answer: str | None
    remark: str | None
    is_current: bool
    parked: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar that was made, and the mark by which a client knows whether it has it already."""

    body: bytes
    etag: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Own:
    """What one person was invited to, and whether she has a calendar address."""

    ahead: tuple[Invitation, ...]
    earlier: tuple[Invitation, ...]
    is_neutral: bool
    feed_since: datetime | None


def wanted_now(work: Work) -> tuple[Wanted, ...]:
    """Everybody of this partner who ought to be invited to a meeting ahead: who has an account that may log in."""
    people = _people(work)
    if not people:
        return ()
    settled = set(work.session.scalars(select(SeriesRow.id).where(SeriesRow.partner == work.partner, SeriesRow.state == "settled")))
    titles = {body.slug: body.name for body in bodies(work)}
    found = []
    for one in consultations(work, since=today(work.now)):
        if one.body in people and one.state in AHEAD and one.ends > work.now and (one.series is None or one.series in settled):
            starts, ends = _span(work, one)
            where = (starts, ends, one.place, one.link)
            found += [
                Wanted(one.body, one.id, row.account, row.attendee, row.name, row.address, titles[one.body], *where, row.is_required)
                for row in people[one.body]
            ]
    return tuple(found)


def own(work: Work, *, account: UUID) -> Own:
    """The invitations of this person, the next meeting first."""
    rows = work.session.scalars(
        select(InvitationRow).where(InvitationRow.partner == work.partner, InvitationRow.account == account).order_by(InvitationRow.starts)
    ).all()
    feed = work.session.get(FeedRow, (work.partner, account))
    told = [_invitation(row, "", work.now) for row in rows]
    ahead = tuple(one for one in told if not one.is_over)
    earlier = tuple(reversed([one for one in told if one.is_over]))[:20]
    return Own(ahead, earlier, any(one.is_neutral for one in told), feed.made_at if feed else None)


def invitations(work: Work) -> tuple[Invitation, ...]:
    """All invitations of this partner, by the moment they are for and then by name."""
    asked = select(InvitationRow, AccountRow.name).join(
        AccountRow, (AccountRow.partner == InvitationRow.partner) & (AccountRow.id == InvitationRow.account)
    )
    rows = work.session.execute(asked.where(InvitationRow.partner == work.partner).order_by(InvitationRow.starts, AccountRow.name))
    return tuple(_invitation(row, name, work.now) for row, name in rows)


def answers(work: Work, *, consultation: UUID) -> tuple[Answer, ...]:
    """What was answered for this meeting: of everybody for who leads the body, of one's own people for others."""
    known = partners_by_id(work)
    mine = select(AnswerRow).where(AnswerRow.partner == work.partner, AnswerRow.consultation == consultation)
    rows = work.session.scalars(mine.order_by(AnswerRow.writer, AnswerRow.name, AnswerRow.id))
    return tuple(
        Answer(
            row.writer, known[row.writer].name, row.name, row.answer, row.remark, row.answered_sequence == row.sequence, row.parked, row.at
        )
        for row in rows
    )


def invited_by(work: Work, *, token_hash: bytes) -> Invitation | None:
    """The invitation behind the link of a mail, for the doorkeeper; None when it opens nothing now."""
    row = InvitationRow
    about = (
        row.id,
        row.consultation,
        row.account,
        row.title,
        row.starts,
        row.ends,
        row.place,
        row.state,
        row.sequence,
        row.answer,
        row.remark,
    )
    asked = select(*about).join(AccountRow, (AccountRow.partner == row.partner) & (AccountRow.id == row.account))
    asked = asked.join(PartnerRow, PartnerRow.id == row.partner).where(*_may_log_in(today(work.now)))
    found = work.session.execute(asked.where(row.token_hash == token_hash, row.token_ends >= today(work.now))).one_or_none()
    if found is None:
        return None
    is_over = found.state != "invited" or found.ends <= work.now
    return Invitation(
        found.id, found.consultation, "", found.account, found.title, found.starts, found.ends, found.place, found.state, found.sequence,
        is_neutral=False, answer=found.answer, remark=found.remark, is_current=True, is_over=is_over,
    )  # fmt: skip


def calendar(work: Work, *, token_hash: bytes) -> Calendar | None:
    """The calendar behind a secret address, for the doorkeeper; None when it was revoked, or its owner may log in no longer."""
    row = FeedRow
    asked = select(row.body, row.etag, row.changed_at).join(
        AccountRow, (AccountRow.partner == row.partner) & (AccountRow.id == row.account)
    )
    asked = asked.join(PartnerRow, PartnerRow.id == row.partner).where(*_may_log_in(today(work.now)))
    found = work.session.execute(asked.where(row.token_hash == token_hash)).one_or_none()
    return None if found is None else Calendar(found.body, found.etag, found.changed_at)


def feed_of(work: Work, *, account: UUID) -> Calendar | None:
    """The calendar of one of this partner's people as it is handed out; None when she has no address."""
    row = work.session.get(FeedRow, (work.partner, account))
    return None if row is None else Calendar(row.body, row.etag, row.changed_at)


def unanswered_ahead(work: Work) -> dict[UUID, datetime]:
    """The meetings ahead for which somebody of this partner has not answered, or for another date; and when each begins."""
    rows = work.session.scalars(select(InvitationRow).where(InvitationRow.partner == work.partner, *unanswered(work.now)))
    return {row.consultation: row.starts for row in rows}


def led_ahead(work: Work) -> tuple[Consultation, ...]:
    """The meetings ahead of the bodies that this partner leads."""
    return tuple(one for one in consultations(work, since=today(work.now)) if one.writer == work.partner and one.state in AHEAD)


@dataclass(frozen=True, slots=True)
class _Sent:
    """One person whom this partner sends to a body."""

    account: UUID
    attendee: UUID
    name: str
    address: str
    is_required: bool


def _people(work: Work) -> dict[str, list[_Sent]]:
    """Per body the people of this partner with an account, each once; required when any of their duties is."""
    asked = (
        select(AttendeeRow, AccountRow.id, AccountRow.name, AccountRow.email)
        .join(AccountRow, (AccountRow.partner == AttendeeRow.partner) & (AccountRow.id == AttendeeRow.account))
        .where(AttendeeRow.partner == work.partner, AttendeeRow.writer == work.partner, AccountRow.active)
    )
    found: dict[tuple[str, UUID], _Sent] = {}
    for row, account, name, email in work.session.execute(asked.order_by(AttendeeRow.is_required, AttendeeRow.id)):
        found[row.body, account] = _Sent(account, row.id, name, email or "", row.is_required)
    told: dict[str, list[_Sent]] = {}
    for (body, _), one in found.items():
        told.setdefault(body, []).append(one)
    return told


def _span(work: Work, one: Consultation) -> tuple[datetime, datetime]:
    """From the start of the first block in which this partner sits to the end of its last; the whole meeting while there are none."""
    mine = [block for block in blocks(work, body=one.body, consultation=one.id) if work.partner in block.seats]
    times = [(block.starts, block.starts + timedelta(minutes=block.minutes)) for block in mine if block.starts is not None]
    return (min(first for first, _ in times), max(last for _, last in times)) if times else (one.starts, one.ends)


def _invitation(row: InvitationRow, name: str, now: datetime) -> Invitation:
    about = (row.id, row.consultation, name, row.account, row.title, row.starts, row.ends, row.place, row.state, row.sequence)
    is_over = row.state != "invited" or row.ends <= now
    return Invitation(*about, row.is_neutral, row.answer, row.remark, row.answered_sequence == row.sequence, is_over)


def _may_log_in(day: date) -> tuple[ColumnElement[bool], ...]:
    """Only somebody who may log in, at a partner that takes part on this day."""
    takes_part = PartnerRow.active_until.is_(None) | (PartnerRow.active_until >= day)
    return (AccountRow.active.is_(True), PartnerRow.active_from <= day, takes_part)
