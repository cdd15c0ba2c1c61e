"""A partner's own term, what it holds in spite of it, and what was announced and went."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, DateTime, ForeignKeyConstraint, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import CHAR
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base
from hub.kernel.words import PartnerId


class TermRow(Base):
    """How long a partner keeps its cases, and the decision on which that stands; inserted once, the highest number counts."""

    __tablename__ = "retention_term"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    months: Mapped[int | None] = mapped_column(Integer)
    counted_from: Mapped[str | None] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date] = mapped_column(Date)
    by_person: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LegalHoldRow(Base):
    """That a case may not be deleted, whatever the term says; only its release is written later."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        ForeignKeyConstraint(["giver", "contribution"], ["hub.contribution.giver", "hub.contribution.id"], ondelete="CASCADE"),
    )

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    contribution: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date | None] = mapped_column(Date)
    by_person: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    released_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    released_by: Mapped[UUID | None] = mapped_column(Uuid)


class ErasureRow(Base):
    """That a case was announced to go, on which day at the earliest, and when it went; holds its code and no fact."""

    __tablename__ = "erasure"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    contribution: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    own_code: Mapped[str] = mapped_column(CHAR(11))
    announced_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    goes_on: Mapped[date] = mapped_column(Date)
    gone_on: Mapped[date | None] = mapped_column(Date)
