"""A contact as one side has it: what it did itself, and what both know; the other side has a row of its own."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import CHAR
from sqlalchemy.orm import Mapped, mapped_column

from hub.contacts.rules import Side
from hub.kernel.database import Base
from hub.kernel.words import PartnerId


class ContactRow(Base):
    """One side of a contact; the columns from `agreed_at` on are written by the database alone."""

    __tablename__ = "contact"

    partner: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    other: Mapped[PartnerId] = mapped_column(Integer)
    origin: Mapped[str] = mapped_column(Text)
    side: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(CHAR(11))
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due: Mapped[date | None] = mapped_column(Date)
    reminded: Mapped[int] = mapped_column(Integer)
    answer: Mapped[str | None] = mapped_column(Text)
    because: Mapped[str | None] = mapped_column(Text)
    person: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str | None] = mapped_column(Text)
    reach: Mapped[str | None] = mapped_column(Text)
    moment: Mapped[str | None] = mapped_column(Text)
    made_on: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[str | None] = mapped_column(Text)
    next_due: Mapped[date | None] = mapped_column(Date)
    acted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    tended_on: Mapped[date | None] = mapped_column(Date)
    agreed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    their_person: Mapped[str | None] = mapped_column(Text)
    their_channel: Mapped[str | None] = mapped_column(Text)
    their_reach: Mapped[str | None] = mapped_column(Text)
    their_moment: Mapped[str | None] = mapped_column(Text)
    contact_on: Mapped[date | None] = mapped_column(Date)
    stands_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    their_outcome: Mapped[str | None] = mapped_column(Text)
    ended: Mapped[str | None] = mapped_column(Text)
    ended_on: Mapped[date | None] = mapped_column(Date)


def side_of(row: ContactRow) -> Side:
    """What the rules look at of one side."""
    return Side(row.answer, row.agreed_at is not None, row.made_on, row.contact_on, row.stands_at is not None, row.outcome, row.ended)
