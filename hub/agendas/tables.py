"""What may be said of cases in a block, nominations, items, and what was published to whom."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Date, DateTime, FetchedValue, Integer, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import CHAR, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.consultations.tables import SharedColumns
from hub.kernel.database import Base
from hub.kernel.words import PartnerId

Moment = DateTime(timezone=True)


class BlockLineRow(SharedColumns, Base):
    """What all who sit in a block may hear of one case; written by its giver."""

    __tablename__ = "block_line"

    consultation: Mapped[UUID] = mapped_column(Uuid)
    block: Mapped[UUID] = mapped_column(Uuid)
    revision: Mapped[int] = mapped_column(Integer)
    facts: Mapped[Any] = mapped_column(JSONB)
    first_on: Mapped[date] = mapped_column(Date)
    changed_on: Mapped[date] = mapped_column(Date)
    is_urgent: Mapped[bool] = mapped_column(Boolean)
    is_connected: Mapped[bool] = mapped_column(Boolean)
    nominated_by: Mapped[list[str]] = mapped_column(ARRAY(Text))
    minutes_asked: Mapped[int | None] = mapped_column(Integer)
    because: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    days: Mapped[Any] = mapped_column(JSONB, server_default=FetchedValue())
    until: Mapped[date] = mapped_column(Date, server_default=FetchedValue())
    follows: Mapped[UUID | None] = mapped_column(Uuid)


class PlacedRow(Base):
    """The giver's own note of which case stands behind a line, or why a case has none."""

    __tablename__ = "placed"

    partner: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    line: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    contribution: Mapped[UUID] = mapped_column(Uuid)
    body: Mapped[str] = mapped_column(Text)
    consultation: Mapped[UUID] = mapped_column(Uuid)
    block: Mapped[UUID | None] = mapped_column(Uuid)
    revision: Mapped[int] = mapped_column(Integer)
    is_gone: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str | None] = mapped_column(Text)
    held: Mapped[bytes | None] = mapped_column(LargeBinary)


class NominationRow(SharedColumns, Base):
    """That somebody wants a case or a theme to be spoken of."""

    __tablename__ = "nomination"

    consultation: Mapped[UUID] = mapped_column(Uuid)
    about: Mapped[str] = mapped_column(Text)
    contribution: Mapped[UUID | None] = mapped_column(Uuid)
    code: Mapped[str | None] = mapped_column(CHAR(11))
    theme: Mapped[str | None] = mapped_column(Text)
    because: Mapped[str] = mapped_column(Text)
    minutes: Mapped[int] = mapped_column(Integer)
    is_urgent: Mapped[bool] = mapped_column(Boolean)
    made_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class ItemRow(SharedColumns, Base):
    """One item of the agenda of a block, or a candidate that is not on it and why."""

    __tablename__ = "item"

    consultation: Mapped[UUID] = mapped_column(Uuid)
    block: Mapped[UUID] = mapped_column(Uuid)
    code: Mapped[str] = mapped_column(CHAR(4))
    kind: Mapped[str] = mapped_column(Text)
    line: Mapped[UUID | None] = mapped_column(Uuid)
    agreement: Mapped[UUID | None] = mapped_column(Uuid)
    title: Mapped[str | None] = mapped_column(Text)
    brought_by: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(Text)
    no: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[int] = mapped_column(Integer)
    weight: Mapped[int] = mapped_column(Integer)
    is_must: Mapped[bool] = mapped_column(Boolean)
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    because: Mapped[str | None] = mapped_column(Text)
    computed: Mapped[Any] = mapped_column(JSONB)
    starts: Mapped[datetime | None] = mapped_column(Moment)
    held_over: Mapped[int] = mapped_column(Integer)
    follows: Mapped[UUID | None] = mapped_column(Uuid)
    begun_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    discussion: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    outcome: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)


class EditionRow(Base):
    """That an agenda, a list or minutes were published to this partner, and what they held."""

    __tablename__ = "edition"

    partner: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    consultation: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    holds: Mapped[Any] = mapped_column(JSONB)
    published_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)


class StationeryRow(SharedColumns, Base):
    """The Word template of a body, as its coordinator chose it; members make their documents with it."""

    __tablename__ = "stationery"

    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment)
