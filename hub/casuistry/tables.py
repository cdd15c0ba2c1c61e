"""Gatherings and statements, and what each recipient was given: numbered copies of its rows."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Date, DateTime, ForeignKey, Integer, LargeBinary, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import CHAR
from sqlalchemy.orm import Mapped, mapped_column

from hub.cases.tables import FactColumns
from hub.kernel.database import Base
from hub.kernel.words import PartnerId

Moment = DateTime(timezone=True)


class GatheringRow(Base):
    """One province and one month: dates and state, known to all partners; holds nothing about cases."""

    __tablename__ = "gathering"

    province: Mapped[str] = mapped_column(Text, primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    collector: Mapped[PartnerId] = mapped_column(Integer, ForeignKey("hub.partner.id"))
    state: Mapped[str] = mapped_column(Text)
    round: Mapped[int] = mapped_column(Integer)
    gathered: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    planned_freeze_at: Mapped[datetime] = mapped_column(Moment)
    planned_delivery_at: Mapped[datetime] = mapped_column(Moment)
    frozen_at: Mapped[datetime | None] = mapped_column(Moment)
    frozen_because: Mapped[str | None] = mapped_column(Text)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    moved_because: Mapped[str | None] = mapped_column(Text)
    reopened_because: Mapped[str | None] = mapped_column(Text)


class GatheringStepRow(Base):
    """One step in the life of a gathering: which, when, by whom and why; inserted once, never changed."""

    __tablename__ = "gathering_step"

    province: Mapped[str] = mapped_column(Text, primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    collector: Mapped[PartnerId] = mapped_column(Integer)
    word: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    by_person: Mapped[UUID | None] = mapped_column(Uuid)
    because: Mapped[str | None] = mapped_column(Text)
    about: Mapped[int | None] = mapped_column(Integer)


class ReadinessRow(Base):
    """The collecting partner's receipt that a giver made its statement; what it stated is not in it."""

    __tablename__ = "readiness"

    collector: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    province: Mapped[str] = mapped_column(Text, primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class StatementRow(Base):
    """What a giver said about its own month: complete, or nothing to report; inserted once, the highest number counts."""

    __tablename__ = "statement"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    province: Mapped[str] = mapped_column(Text, primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[UUID | None] = mapped_column(Uuid)


class CollectionRow(Base):
    """One edition (number 0) or addendum of one recipient: its interval, its proof, and when it was delivered and opened."""

    __tablename__ = "collection"

    recipient: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    province: Mapped[str] = mapped_column(Text, primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    because: Mapped[str | None] = mapped_column(Text)
    round: Mapped[int] = mapped_column(Integer)
    interval_from: Mapped[datetime | None] = mapped_column(Moment)
    frozen_at: Mapped[datetime] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    agreements: Mapped[bytes] = mapped_column(LargeBinary)
    builder_version: Mapped[str] = mapped_column(Text)
    first_copy: Mapped[int] = mapped_column(Integer)
    last_copy: Mapped[int] = mapped_column(Integer)
    rows: Mapped[int] = mapped_column(Integer)
    root: Mapped[bytes | None] = mapped_column(LargeBinary)
    json_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    xlsx_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    ods_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    pdf_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    leaves: Mapped[bytes | None] = mapped_column(LargeBinary)
    first_opened_at: Mapped[datetime | None] = mapped_column(Moment)


class CollectedRow(FactColumns, Base):
    """
    A case in one shape as its recipient was given it at a freeze; `area` is the province of the gathering, `province` a fact.

    `part` and the marks are those of the edition that made the copy. Later editions show it as unchanged until a newer copy replaces it,
    unless it stands once: a case that was closed, or is no longer shared.
    """

    __tablename__ = "collected"

    recipient: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    area: Mapped[str] = mapped_column(Text, primary_key=True)
    copy: Mapped[int] = mapped_column(Integer, primary_key=True)
    giver: Mapped[PartnerId] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(CHAR(11))
    kind: Mapped[str] = mapped_column(Text)
    replaced_by: Mapped[int | None] = mapped_column(Integer)
    before_copy: Mapped[int | None] = mapped_column(Integer)
    part: Mapped[int] = mapped_column(SmallInteger)
    is_again: Mapped[bool] = mapped_column(Boolean)
    is_reopened: Mapped[bool] = mapped_column(Boolean)
    is_gone: Mapped[bool] = mapped_column(Boolean)
    stands_once: Mapped[bool] = mapped_column(Boolean)
    contribution: Mapped[UUID | None] = mapped_column(Uuid)
    visible_revision: Mapped[int] = mapped_column(Integer)
    content_revision: Mapped[int] = mapped_column(Integer)
    changed_on: Mapped[date] = mapped_column(Date)
    is_closed: Mapped[bool | None] = mapped_column(Boolean)
    states: Mapped[str | None] = mapped_column(CHAR(20))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    recalled_on: Mapped[date | None] = mapped_column(Date)
