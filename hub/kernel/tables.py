"""The ledger of jobs and the pulse of the clocks as they stand in the database: names and moments, nothing of a case."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, ForeignKeyConstraint, Identity, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base
from hub.kernel.words import PartnerId


class JobRunRow(Base):
    """One job for one period: it is due, done, failed or skipped, and stands here once for ever."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(Text, primary_key=True)
    period: Mapped[str] = mapped_column(Text, primary_key=True)
    partner: Mapped[PartnerId | None] = mapped_column(Integer, ForeignKey("hub.partner.id"))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    not_before: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(Text, server_default="due")
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    forgiven: Mapped[int] = mapped_column(Integer, server_default="0")


class JobAttemptRow(Base):
    """One try at a job by one worker, written beside the work itself so that a killed one leaves a line."""

    __tablename__ = "job_attempt"
    __table_args__ = (ForeignKeyConstraint(["job", "period"], ["hub.job_run.job", "hub.job_run.period"], ondelete="CASCADE"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    job: Mapped[str] = mapped_column(Text)
    period: Mapped[str] = mapped_column(Text)
    worker: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    error: Mapped[str | None] = mapped_column(Text)


class JobPlanRow(Base):
    """When a job was planned for the first time, from when on, until when that was done, and when it is due next as far as one can tell."""

    __tablename__ = "job_plan"

    job: Mapped[str] = mapped_column(Text, primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PulseRow(Base):
    """When one clock last did one of its duties, in the time of the world outside; and what kind of error ended it, if any."""

    __tablename__ = "pulse"

    worker: Mapped[str] = mapped_column(Text, primary_key=True)
    duty: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    error: Mapped[str | None] = mapped_column(Text)
