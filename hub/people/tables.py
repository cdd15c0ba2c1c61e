"""Accounts, sessions and begun logins as they stand in the database; the doorkeeper's alone."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    DateTime,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    Text,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base
from hub.kernel.words import PartnerId, Secret

SILENCE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
RENEWAL = timedelta(minutes=1)
NOW = literal_column("now()", DateTime(timezone=True))  # PostgreSQL's own clock: sessions do not follow the pinned date of the demo


class AccountRow(Base):
    """A person whom one partner admitted, known by what its identity provider calls her."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    partner: Mapped[PartnerId] = mapped_column(ForeignKey("hub.partner.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(UuidType, primary_key=True)
    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    active: Mapped[bool] = mapped_column(Boolean)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    email: Mapped[str | None] = mapped_column(Text)
    notices: Mapped[str] = mapped_column(Text, server_default=FetchedValue())


class SessionRow(Base):
    """An open session; the browser holds the name of which this keeps the hash."""

    __tablename__ = "session"
    __table_args__ = (ForeignKeyConstraint(["partner", "account"], ["hub.account.partner", "hub.account.id"], ondelete="CASCADE"),)

    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    partner: Mapped[PartnerId]
    account: Mapped[UUID] = mapped_column(UuidType)
    issuer: Mapped[str] = mapped_column(Text)
    sid: Mapped[str | None] = mapped_column(Text)
    acr: Mapped[str | None] = mapped_column(Text)
    auth_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    form_token: Mapped[bytes] = mapped_column(LargeBinary)
    opened: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AttemptRow(Base):
    """A login that was begun in one browser, until it is answered or ten minutes old."""

    __tablename__ = "login_attempt"

    cookie_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    state_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    provider: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    expires: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LogoutTokenRow(Base):
    """A logout notice that was seen, so that it works once."""

    __tablename__ = "logout_token"

    issuer: Mapped[str] = mapped_column(Text, primary_key=True)
    jti: Mapped[str] = mapped_column(Text, primary_key=True)
    expires: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def is_alive() -> ColumnElement[bool]:
    """The condition under which a session is neither silent for too long nor too old."""
    return (SessionRow.last_seen + SILENCE > NOW) & (SessionRow.opened + LONGEST > NOW)


def ending(*, opened: datetime, last_seen: datetime) -> datetime:
    """When a session is over if nobody comes any more: half an hour after it was last seen, eight hours after login at the latest."""
    return min(opened + LONGEST, last_seen + SILENCE)


def hash_of(cookie: Secret) -> bytes:
    """Under which name the database knows a session."""
    return sha256(cookie.reveal().encode()).digest()
