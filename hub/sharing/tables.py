"""Policy versions as they were loaded, and which of them is valid between two partners on a day."""

from datetime import date, datetime

from sqlalchemy import Boolean, Computed, DateTime, ForeignKey, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base
from hub.kernel.words import PartnerId


class PolicyVersionRow(Base):
    """The text of one version of one policy file, as it was signed; inserted once, never changed."""

    __tablename__ = "policy_version"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    text: Mapped[str] = mapped_column(Text)
    floor_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    example: Mapped[bool] = mapped_column(Boolean)
    loaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PolicyPairRow(Base):
    """One version between one giver and one recipient; the database refuses two valid ones on one day."""

    __tablename__ = "policy_pair"

    giver: Mapped[PartnerId] = mapped_column(Integer, ForeignKey("hub.partner.id"), primary_key=True)
    recipient: Mapped[PartnerId] = mapped_column(Integer, ForeignKey("hub.partner.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    version_id: Mapped[int] = mapped_column(Integer, ForeignKey("hub.policy_version.id"), primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    state: Mapped[str] = mapped_column(Text)
    kind_no: Mapped[int] = mapped_column(Integer, Computed("CASE kind WHEN 'standing' THEN 1 WHEN 'referral' THEN 2 ELSE 3 END"))
