"""What bodies are, their years, meetings and blocks of time, as they stand in the database; shared rows have a writer and readers."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Date, DateTime, FetchedValue, Integer, SmallInteger, Text, Time, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base
from hub.kernel.words import PartnerId

Moment = DateTime(timezone=True)


class SharedColumns:
    """What every shared row begins with: whose copy it is, who writes it, who reads it, and in which body."""

    partner: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    writer: Mapped[PartnerId] = mapped_column(Integer)
    members: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    body: Mapped[str] = mapped_column(Text)


class BodyRow(Base):
    """A body that meets: what it is for, who leads it, and the rules of its year; known to all partners."""

    __tablename__ = "body"

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    coordinator: Mapped[PartnerId] = mapped_column(Integer)
    chair: Mapped[PartnerId] = mapped_column(Integer)
    province: Mapped[str | None] = mapped_column(Text)
    collaborations: Mapped[list[str]] = mapped_column(ARRAY(Text))
    per_year: Mapped[int] = mapped_column(Integer)
    weekday: Mapped[int] = mapped_column(SmallInteger)
    starts_at: Mapped[time] = mapped_column(Time)
    minutes: Mapped[int] = mapped_column(Integer)
    place: Mapped[str] = mapped_column(Text)
    lead: Mapped[int] = mapped_column(Integer)
    min_gap: Mapped[int] = mapped_column(Integer)
    max_gap: Mapped[int] = mapped_column(Integer)
    quorum: Mapped[int] = mapped_column(Integer)
    link: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    made_at: Mapped[datetime] = mapped_column(Moment)


class MembershipRow(Base):
    """That a partner is asked to belong to a body, and whether a consultation needs it; known to all partners."""

    __tablename__ = "membership"

    body: Mapped[str] = mapped_column(Text, primary_key=True)
    partner: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    coordinator: Mapped[PartnerId] = mapped_column(Integer)
    required: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    asked_at: Mapped[datetime] = mapped_column(Moment)


class AccessionRow(Base):
    """What a partner last answered to a body that asked for it: yes on a legal basis of its own, no, or that it left; known to all."""

    __tablename__ = "accession"

    partner: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    body: Mapped[str] = mapped_column(Text, primary_key=True)
    answer: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    because: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime] = mapped_column(Moment)


class AttendeeRow(SharedColumns, Base):
    """A person whom a member sends: as attendee, chair or note-taker; known to the other members."""

    __tablename__ = "attendee"

    account: Mapped[UUID | None] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(Text)
    duty: Mapped[str] = mapped_column(Text)
    is_required: Mapped[bool] = mapped_column(Boolean)


class SeriesRow(SharedColumns, Base):
    """The plan of one year of a body: its rules, its days, and the proof that no cheaper plan exists."""

    __tablename__ = "series"

    year: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(Text)
    previous: Mapped[date] = mapped_column(Date)
    rules: Mapped[Any] = mapped_column(JSONB)
    days: Mapped[list[date]] = mapped_column(ARRAY(Date))
    certificate: Mapped[Any | None] = mapped_column(JSONB)
    proposed_at: Mapped[datetime | None] = mapped_column(Moment)
    object_until: Mapped[date | None] = mapped_column(Date)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)


class UnavailableRow(SharedColumns, Base):
    """A weekday or a period on which a member cannot come; never why in any person."""

    __tablename__ = "unavailable"

    weekday: Mapped[int | None] = mapped_column(SmallInteger)
    first: Mapped[date | None] = mapped_column(Date)
    last: Mapped[date | None] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(Text)
    told_at: Mapped[datetime] = mapped_column(Moment)


class ObjectionRow(SharedColumns, Base):
    """That a member cannot agree with a proposed day, and why in office words."""

    __tablename__ = "objection"

    series: Mapped[UUID] = mapped_column(Uuid)
    day: Mapped[date] = mapped_column(Date)
    because: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class ConsultationRow(SharedColumns, Base):
    """One meeting of a body: when, where, and how far it is."""

    __tablename__ = "consultation"

    series: Mapped[UUID | None] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(Text)
    starts: Mapped[datetime] = mapped_column(Moment)
    ends: Mapped[datetime] = mapped_column(Moment)
    place: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(Integer)
    because: Mapped[str | None] = mapped_column(Text)
    reference_month: Mapped[date] = mapped_column(Date)
    prepared_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    actual_start: Mapped[datetime | None] = mapped_column(Moment)
    actual_end: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)


class BlockRow(SharedColumns, Base):
    """Some of the time of a consultation and who sits in it; without a consultation it is the plan of the body."""

    __tablename__ = "block"

    consultation: Mapped[UUID | None] = mapped_column(Uuid)
    no: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    seats: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    run_by: Mapped[PartnerId] = mapped_column(Integer)
    minutes: Mapped[int] = mapped_column(Integer)
    starts: Mapped[datetime | None] = mapped_column(Moment)
