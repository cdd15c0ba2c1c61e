"""Invitations, their answers, and calendars that are fetched with a secret address."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Date, DateTime, Integer, LargeBinary, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from hub.consultations.tables import SharedColumns
from hub.invitations.invitation import Meeting
from hub.kernel.database import Base
from hub.kernel.words import PartnerId

Moment = DateTime(timezone=True)


class InvitationRow(Base):
    """An invitation to one person of the partner, with what that person answered."""

    __tablename__ = "invitation"

    partner: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    consultation: Mapped[UUID] = mapped_column(Uuid)
    account: Mapped[UUID] = mapped_column(Uuid)
    attendee: Mapped[UUID] = mapped_column(Uuid)
    uid: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(Integer)
    stamped_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(Text)
    starts: Mapped[datetime] = mapped_column(Moment)
    ends: Mapped[datetime] = mapped_column(Moment)
    place: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    is_neutral: Mapped[bool] = mapped_column(Boolean)
    title: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    is_required: Mapped[bool] = mapped_column(Boolean)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    token_ends: Mapped[date] = mapped_column(Date)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_sequence: Mapped[int | None] = mapped_column(Integer)
    remark: Mapped[str | None] = mapped_column(Text)
    parked: Mapped[str | None] = mapped_column(Text)
    told_at: Mapped[datetime | None] = mapped_column(Moment)


class AnswerRow(SharedColumns, Base):
    """What an invited person answered, as the coordinating partner may know it."""

    __tablename__ = "answer"

    consultation: Mapped[UUID] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(Integer)
    answered_sequence: Mapped[int | None] = mapped_column(Integer)
    remark: Mapped[str | None] = mapped_column(Text)
    parked: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class FeedRow(Base):
    """The calendar of one person, found by the hash of a secret address."""

    __tablename__ = "feed"

    partner: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    account: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    etag: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)


def unanswered(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Invitations to what is still to come, of which nobody heard, or only for an earlier date."""
    row = InvitationRow
    return (row.state == "invited", row.starts > now, row.answer.is_(None) | (row.answered_sequence < row.sequence))


def meeting_of(row: InvitationRow, *, public_url: str) -> Meeting:
    """An invitation as a calendar is told of it. A video link stays behind the login; that there is one stands with the place."""
    place = f"{row.place} (ook online, zie Schakel)" if row.link else row.place
    url = f"{public_url}/bijeenkomsten/{row.consultation}"
    return Meeting(row.uid, row.sequence, row.stamped_at, row.starts, row.ends, row.title, place, url, row.state == "cancelled")
