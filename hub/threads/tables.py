"""A thread as one side reads it, and the letters in it; the other side has rows of its own. And which referrals still tie."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BindParameter, Date, DateTime, Integer, Select, Text, Uuid, select
from sqlalchemy.dialects.postgresql import CHAR
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base
from hub.kernel.words import PartnerId
from hub.threads.rules import ThreadKind, Word


class ThreadRow(Base):
    """One side of a thread; inserted once, by who opens it, and never changed. Only the opener's own side holds the moment."""

    __tablename__ = "thread"

    reader: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    other: Mapped[PartnerId] = mapped_column(Integer)
    giver: Mapped[PartnerId] = mapped_column(Integer)
    recipient: Mapped[PartnerId] = mapped_column(Integer)
    opener: Mapped[PartnerId] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(CHAR(11))
    own_code: Mapped[str | None] = mapped_column(CHAR(11))
    cause: Mapped[str | None] = mapped_column(Text)
    opened_on: Mapped[date] = mapped_column(Date)
    opened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer_due: Mapped[date] = mapped_column(Date)
    outcome_due: Mapped[date | None] = mapped_column(Date)


class LetterRow(Base):
    """One side's copy of a letter: a word, and what closed words belong to it."""

    __tablename__ = "letter"

    reader: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    thread: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    giver: Mapped[PartnerId] = mapped_column(Integer)
    recipient: Mapped[PartnerId] = mapped_column(Integer)
    writer: Mapped[PartnerId] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    word: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    fact: Mapped[str | None] = mapped_column(Text)
    names: Mapped[PartnerId | None] = mapped_column(Integer)
    written_on: Mapped[date] = mapped_column(Date)


def loose(*, reader: PartnerId | BindParameter[int]) -> Select[UUID]:
    """The referrals that were turned down or withdrawn, by the letters on this reader's side."""
    over = (LetterRow.kind == ThreadKind.REFERRAL, LetterRow.word.in_((Word.DECLINED, Word.WITHDRAWN)))
    return select(LetterRow.thread).where(LetterRow.reader == reader, *over)


def tied(*, reader: PartnerId | BindParameter[int]) -> Select[PartnerId, str]:
    """Giver and code of what was referred to this reader and neither turned down nor withdrawn, by the referrals on its own side."""
    mine = (ThreadRow.reader == reader, ThreadRow.recipient == reader, ThreadRow.kind == ThreadKind.REFERRAL)
    return select(ThreadRow.giver, ThreadRow.code).where(*mine, ThreadRow.id.not_in(loose(reader=reader)))
