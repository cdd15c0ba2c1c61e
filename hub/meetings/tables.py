"""Who was there, own notes, and the minutes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.consultations.tables import SharedColumns
from hub.kernel.database import Base
from hub.kernel.words import PartnerId

Moment = DateTime(timezone=True)


class PresenceRow(SharedColumns, Base):
    """That somebody is in the room, from when to when."""

    __tablename__ = "presence"

    consultation: Mapped[UUID] = mapped_column(Uuid)
    organisation: Mapped[PartnerId] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Text)
    came_at: Mapped[datetime] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)


class MinutesRow(SharedColumns, Base):
    """The minutes of one block, version by version."""

    __tablename__ = "minutes"

    consultation: Mapped[UUID] = mapped_column(Uuid)
    block: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(Text)
    texts: Mapped[Any] = mapped_column(JSONB)
    because: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    remarks_until: Mapped[date | None] = mapped_column(Date)
    adopted_at: Mapped[datetime | None] = mapped_column(Moment)
    adopted_in: Mapped[UUID | None] = mapped_column(Uuid)
    version: Mapped[int] = mapped_column(Integer)


class RemarkRow(SharedColumns, Base):
    """What a member remarks about draft minutes."""

    __tablename__ = "remark"

    consultation: Mapped[UUID] = mapped_column(Uuid)
    block: Mapped[UUID] = mapped_column(Uuid)
    minutes: Mapped[UUID] = mapped_column(Uuid)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class OwnNoteRow(Base):
    """An organisation's own note at an item; nobody else reads it."""

    __tablename__ = "own_note"

    partner: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    item: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
