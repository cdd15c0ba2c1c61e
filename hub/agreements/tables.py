"""What was decided and agreed, how agreements go on, and under which code a reader knows the case that they are about."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Date, DateTime, FetchedValue, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import CHAR
from sqlalchemy.orm import Mapped, mapped_column

from hub.consultations.tables import SharedColumns
from hub.kernel.database import Base
from hub.kernel.words import PartnerId

Moment = DateTime(timezone=True)


class PointerRow(SharedColumns, Base):
    """Under which of its own codes one reader knows a case that a meeting spoke of; its line is that of the agenda."""

    __tablename__ = "pointer"

    line: Mapped[UUID] = mapped_column(Uuid)
    code: Mapped[str] = mapped_column(CHAR(11))


class DecisionRow(SharedColumns, Base):
    """What a block decided, or promised."""

    __tablename__ = "decision"

    consultation: Mapped[UUID] = mapped_column(Uuid)
    block: Mapped[UUID] = mapped_column(Uuid)
    item: Mapped[UUID] = mapped_column(Uuid)
    line: Mapped[UUID | None] = mapped_column(Uuid, server_default=FetchedValue())
    code: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)


class AgreementRow(SharedColumns, Base):
    """An agreed action: who, what, when, and what shows that it is done."""

    __tablename__ = "agreement"

    consultation: Mapped[UUID] = mapped_column(Uuid)
    block: Mapped[UUID] = mapped_column(Uuid)
    item: Mapped[UUID] = mapped_column(Uuid)
    line: Mapped[UUID | None] = mapped_column(Uuid, server_default=FetchedValue())
    code: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(Text)
    done_when: Mapped[str] = mapped_column(Text)
    owner: Mapped[PartnerId] = mapped_column(Integer)
    owner_name: Mapped[str] = mapped_column(Text)
    due: Mapped[date] = mapped_column(Date)
    checks: Mapped[list[date]] = mapped_column(ARRAY(Date))
    made_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)


class ProgressRow(SharedColumns, Base):
    """One step in the life of an agreement; added, never changed."""

    __tablename__ = "progress"

    consultation: Mapped[UUID] = mapped_column(Uuid)
    block: Mapped[UUID] = mapped_column(Uuid)
    agreement: Mapped[UUID] = mapped_column(Uuid)
    word: Mapped[str] = mapped_column(Text)
    due: Mapped[date | None] = mapped_column(Date)
    because: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
