"""The receipt codes of referrals as hashes, one row a side; and the tries with codes that were none, for an hour."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, LargeBinary, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base
from hub.kernel.words import PartnerId


class ReceiptRow(Base):
    """That this code belongs to this referral; inserted once on both sides by its giver."""

    __tablename__ = "receipt"

    reader: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    thread: Mapped[UUID] = mapped_column(Uuid)
    giver: Mapped[PartnerId] = mapped_column(Integer)
    recipient: Mapped[PartnerId] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    until: Mapped[date] = mapped_column(Date)


class ReceiptTryRow(Base):
    """A code that was entered and belongs to no referral to this partner: by whom, and from where as a hash."""

    __tablename__ = "receipt_try"

    partner: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    account: Mapped[UUID | None] = mapped_column(Uuid)
    origin: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
