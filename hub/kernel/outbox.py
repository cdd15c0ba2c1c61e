"""Puts down that somebody is to be told something, in the transaction of the deed itself; the courier makes mail of it later.

A notice says of what kind it is, whom it is for and which page tells more. It holds no address, no content and no counts, so that the
mail made of it cannot hold any either. What concerns another partner is not put down here: the trigger that writes the other side's row
(owner `hub_post`) inserts the notice beside it, in the columns `partner, kind, dedup, path, roles, at`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, Date, DateTime, FetchedValue, ForeignKeyConstraint, Integer, LargeBinary, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import insert as insert_once
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base, Work
from hub.kernel.errors import Refused
from hub.kernel.words import PartnerId


class NoticeKind(StrEnum):
    """What a notice is about; its sentence in Dutch stands in people/notices.py."""

    COLLECTION_DELIVERED = "collection_delivered"
    REMINDER = "reminder"
    SILENCE_ALARM = "silence_alarm"
    CONTACT_PROPOSED = "contact_proposed"
    CONTACT_CONFIRMED = "contact_confirmed"
    CONTACT_ENDED = "contact_ended"
    ADDENDUM = "addendum"
    DEADLINE_NEAR = "deadline_near"
    JOB_FAILED = "job_failed"
    BODY_ASKED = "body_asked"
    SERIES_PROPOSED = "series_proposed"
    INVITATION = "invitation"
    ANSWER_WANTED = "answer_wanted"
    QUORUM_LOW = "quorum_low"
    NOMINATIONS_OPEN = "nominations_open"
    AGENDA_READY = "agenda_ready"
    OUTCOMES_READY = "outcomes_ready"
    MINUTES_READY = "minutes_ready"
    ACTION_DUE = "action_due"
    RECALL_ASKED = "recall_asked"
    RECALL_ANSWERED = "recall_answered"
    RECALL_OVERDUE = "recall_overdue"
    REFERRAL_OFFERED = "referral_offered"
    REFERRAL_MOVED = "referral_moved"
    REFERRAL_OVERDUE = "referral_overdue"
    NEWS_WANTED = "news_wanted"
    CASES_LEAVING = "cases_leaving"
    ROWS_LEAVING = "rows_leaving"
    POLICY_WAITING = "policy_waiting"
    POLICY_CHANGED = "policy_changed"
    POLICY_ENDING = "policy_ending"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Notice:
    """
    That people of this partner with one of these roles are to be told, not before `at`; or this one account alone.

    `dedup` makes it once per partner and kind, whoever puts it down again: small letters, digits and `:/_-`, for example
    `2026-10/drenthe`. `path` is a page of the hub without a case code: `/verzamelingen/drenthe/2026-10`.
    """

    partner: PartnerId
    dedup: str
    kind: NoticeKind
    path: str
    roles: Collection[str]
    at: datetime
    account: UUID | None = None


class NoticeRow(Base):
    """A notice, and when messages were made of it."""

    __tablename__ = "notice"
    __table_args__ = (ForeignKeyConstraint(["partner", "account"], ["hub.account.partner", "hub.account.id"], ondelete="CASCADE"),)

    partner: Mapped[PartnerId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    dedup: Mapped[str] = mapped_column(Text, primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    account: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    writer: Mapped[PartnerId] = mapped_column(Integer, server_default=FetchedValue())
    expanded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class MessageRow(Base):
    """A message to one account: held for the weekly mail, waiting, or done with; its bytes go when it is sent."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("partner", "dedup"),
        ForeignKeyConstraint(["partner", "account"], ["hub.account.partner", "hub.account.id"], ondelete="CASCADE"),
    )

    partner: Mapped[PartnerId] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    account: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(Text)
    dedup: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    put_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    not_before: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer)
    code: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class UndeliveredRow(Base):
    """What an operator sees of a letter that got stuck: since when, how often it was tried, and what the mail server said."""

    __tablename__ = "undelivered"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    since: Mapped[date] = mapped_column(Date)
    tries: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


def put_down(work: Work, *, notice: Notice) -> None:
    """Tell these people when this work is done; the same notice again changes nothing. Refused for another partner than one's own."""
    if notice.partner != work.partner:
        raise Refused("Een bericht legt de hub neer voor de partner voor wie hij werkt.")
    told = {"partner": notice.partner, "kind": notice.kind.value, "dedup": notice.dedup, "path": notice.path,
            "roles": sorted(notice.roles), "account": notice.account, "at": notice.at}  # fmt: skip
    work.session.execute(insert_once(NoticeRow).values(told).on_conflict_do_nothing())
