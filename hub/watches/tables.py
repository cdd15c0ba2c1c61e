"""Terms that a partner keeps in sight."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, Integer, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base
from hub.kernel.words import PartnerId


class WatchRow(Base):
    """One term: about what, by which rule, from when until when, and whether it is open, passed, met or dropped."""

    __tablename__ = "watch"
    __table_args__ = (UniqueConstraint("partner", "id"),)

    partner: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    reference: Mapped[str] = mapped_column(Text, primary_key=True)
    rule: Mapped[str] = mapped_column(Text, primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid)
    last_day: Mapped[date] = mapped_column(Date)
    certainty: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    warned: Mapped[int] = mapped_column(Integer)
    since: Mapped[date] = mapped_column(Date)
    by_person: Mapped[UUID | None] = mapped_column(Uuid)
