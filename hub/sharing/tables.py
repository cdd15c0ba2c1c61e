"""Policy versions as they were loaded, which of them is valid between two partners, who signed, and the work that a change leaves."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Computed,
    DateTime,
    ForeignKey,
    FromClause,
    Integer,
    LargeBinary,
    Text,
    and_,
    select,
    tuple_,
)  # fmt: skip
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base
from hub.kernel.words import PartnerId

# The one condition under which a row given to somebody is read: an agreement of today gave it, or covers what an earlier one gave.
AGREED = """EXISTS (SELECT FROM hub.policy_pair a WHERE a.giver = i.giver AND a.recipient = i.recipient AND a.kind = i.kind
  AND a.state = 'valid' AND a.valid @> CAST(:day AS date) AND (a.version_id = i.policy_version OR a.covers))"""


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
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    covers: Mapped[bool] = mapped_column(Boolean, default=False)  # whether rows given under an earlier version may be read under this one
    kind_no: Mapped[int] = mapped_column(Integer, Computed("CASE kind WHEN 'standing' THEN 1 WHEN 'referral' THEN 2 ELSE 3 END"))


class PolicySignatureRow(Base):
    """One person's signature under one pair, with the hashes of the text and the effect that were read; inserted once, never changed."""

    __tablename__ = "policy_signature"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    recipient: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    version_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person: Mapped[UUID] = mapped_column(UuidType, primary_key=True)
    partner: Mapped[PartnerId] = mapped_column(Integer)
    role: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    text_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    effect_sha256: Mapped[bytes] = mapped_column(LargeBinary)


class ReprojectionRow(Base):
    """
    What a change of agreement leaves its giver to do: look again at every case it gave, or could give, to this recipient.

    Promises: from the first minute of a version that takes something away (`narrowing`) nobody reads a row that was given under an earlier
    one, since its pair does not say `covers` yet. Whoever works it off goes through the giver's contributions by id, puts the last one into
    `cursor` and adds to `rows_seen` in the same transaction as the rows: first those that stand under earlier versions, until `closed_at`,
    when the pair says `covers`; then all of them, for what opens, until `done_at`. `to_version` None means that nothing comes after.
    """

    __tablename__ = "reprojection"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(UuidType, primary_key=True)
    recipient: Mapped[PartnerId] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text)
    from_version: Mapped[int | None] = mapped_column(Integer)
    to_version: Mapped[int | None] = mapped_column(Integer)
    narrowing: Mapped[bool] = mapped_column(Boolean)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    cursor: Mapped[UUID | None] = mapped_column(UuidType)
    rows_seen: Mapped[int] = mapped_column(Integer, default=0)
    rows_changed: Mapped[int] = mapped_column(Integer, default=0)
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


def agreed(*, row: FromClause, day: BindParameter[date] | date) -> ColumnElement[bool]:
    """AGREED of a table of given or received rows, joined with the register; at most one version holds on a day."""
    pair = PolicyPairRow.__table__.c
    same = (pair[name] == row.c[name] for name in ("giver", "recipient", "kind"))
    return and_(*same, pair.state == "valid", pair.valid.contains(day), (pair.version_id == row.c.policy_version) | pair.covers)


def agreed_among(*, row: FromClause, recipient: BindParameter[int], day: BindParameter[date]) -> ColumnElement[bool]:
    """`agreed` of many rows of one recipient: they are held against two small sets, looked up once, in whatever order they come."""
    pair = PolicyPairRow.__table__.c
    in_force = select(pair.giver, pair.kind).where(pair.recipient == recipient, pair.state == "valid", pair.valid.contains(day))
    gave = tuple_(row.c.giver, row.c.kind, row.c.policy_version).in_(in_force.add_columns(pair.version_id))
    return gave | tuple_(row.c.giver, row.c.kind).in_(in_force.where(pair.covers))
