"""Contributions and what belongs to them at the giver, and the rows that recipients read."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Date, DateTime, Integer, LargeBinary, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import CHAR, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base
from hub.kernel.words import PartnerId

Moment = DateTime(timezone=True)


class FactColumns:
    """One column per shape of a fact; which fact stands where is told by `columns.py`."""

    incident_from: Mapped[date | None] = mapped_column(Date)
    incident_to: Mapped[date | None] = mapped_column(Date)
    municipality: Mapped[str | None] = mapped_column(Text)
    province: Mapped[str | None] = mapped_column(Text)
    online: Mapped[bool | None] = mapped_column(Boolean)
    grounds: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    ground_families: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    terrain: Mapped[str | None] = mapped_column(Text)
    nature: Mapped[str | None] = mapped_column(Text)
    report_kind: Mapped[str | None] = mapped_column(Text)
    public_task: Mapped[bool | None] = mapped_column(Boolean)
    mass_report: Mapped[bool | None] = mapped_column(Boolean)
    reported_by: Mapped[str | None] = mapped_column(Text)
    residence_municipality: Mapped[str | None] = mapped_column(Text)
    residence_province: Mapped[str | None] = mapped_column(Text)
    contact_wish: Mapped[str | None] = mapped_column(Text)
    reported_elsewhere: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    reported_elsewhere_any: Mapped[bool | None] = mapped_column(Boolean)
    also_known_to: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    also_known_to_any: Mapped[bool | None] = mapped_column(Boolean)
    narrative: Mapped[bytes | None] = mapped_column(LargeBinary)
    accused: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text)
    phase: Mapped[str | None] = mapped_column(Text)
    handling: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    offences: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    offence_families: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    outcome: Mapped[str | None] = mapped_column(Text)
    outcome_kind: Mapped[str | None] = mapped_column(Text)


class ShownColumns(FactColumns):
    """What both sides of a given row hold besides the facts."""

    visible_revision: Mapped[int] = mapped_column(Integer)
    content_revision: Mapped[int] = mapped_column(Integer)
    fact_revisions: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    revised_on: Mapped[list[date]] = mapped_column(ARRAY(Date))
    first_given_on: Mapped[date] = mapped_column(Date)
    changed_on: Mapped[date] = mapped_column(Date)
    shown_until: Mapped[date] = mapped_column(Date)
    policy_version: Mapped[int] = mapped_column(Integer)
    for_case_work: Mapped[bool] = mapped_column(Boolean)
    for_collection: Mapped[bool] = mapped_column(Boolean)
    for_consultation: Mapped[bool] = mapped_column(Boolean)
    for_help: Mapped[bool] = mapped_column(Boolean)
    for_monitor: Mapped[bool] = mapped_column(Boolean)


class ImportRunRow(Base):
    """One export that was taken in, with its counts."""

    __tablename__ = "import_run"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    export: Mapped[str] = mapped_column(Text)
    mapping_version: Mapped[str] = mapped_column(Text)
    file_hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)
    received: Mapped[int] = mapped_column(Integer)
    accepted_new: Mapped[int] = mapped_column(Integer)
    updated: Mapped[int] = mapped_column(Integer)
    unchanged: Mapped[int] = mapped_column(Integer)
    vanished: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)


class UploadRow(Base):
    """An export offered on a page and not yet confirmed: sealed, and emptied at once when it is taken in or discarded."""

    __tablename__ = "upload"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    export: Mapped[str] = mapped_column(Text)
    suffix: Mapped[str] = mapped_column(Text)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    file_hash: Mapped[bytes] = mapped_column(LargeBinary)
    offered_at: Mapped[datetime] = mapped_column(Moment)
    offered_by: Mapped[UUID] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(Text)
    run: Mapped[UUID | None] = mapped_column(Uuid)


class ContributionRow(Base):
    """One case as its giver brought it in; the facts stand in its revisions."""

    __tablename__ = "contribution"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    own_code: Mapped[str] = mapped_column(CHAR(11))
    state: Mapped[str] = mapped_column(Text)
    latest_no: Mapped[int] = mapped_column(Integer)
    first_released_on: Mapped[date] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)


class SourceReferenceRow(Base):
    """The partner's own case number: a keyed index to find it again, a ciphertext to show it to that partner only."""

    __tablename__ = "source_reference"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    index_version: Mapped[int] = mapped_column(Integer, primary_key=True)
    index: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    cipher: Mapped[bytes] = mapped_column(LargeBinary)
    contribution: Mapped[UUID] = mapped_column(Uuid)
    export: Mapped[str] = mapped_column(Text)
    seen_run: Mapped[UUID] = mapped_column(Uuid)


class RevisionRow(FactColumns, Base):
    """The facts of a contribution as released at one moment; inserted once, never changed."""

    __tablename__ = "revision"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    contribution: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[UUID | None] = mapped_column(Uuid)
    run: Mapped[UUID | None] = mapped_column(Uuid)
    unknown: Mapped[list[str]] = mapped_column(ARRAY(Text))
    erased: Mapped[list[str]] = mapped_column(ARRAY(Text))
    words: Mapped[dict[str, Any]] = mapped_column(JSONB)
    anonymity: Mapped[str | None] = mapped_column(Text)
    reporter_age: Mapped[str | None] = mapped_column(Text)
    inquiry: Mapped[str | None] = mapped_column(Text)
    police_regime: Mapped[str | None] = mapped_column(Text)
    prosecution: Mapped[str | None] = mapped_column(Text)
    weighty_interest: Mapped[str | None] = mapped_column(Text)


class ConsentRow(Base):
    """What the reporter agreed to for one recipient; inserted once, the highest number counts."""

    __tablename__ = "consent"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    contribution: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    recipient: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    purposes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    at: Mapped[datetime] = mapped_column(Moment)
    by_person: Mapped[UUID | None] = mapped_column(Uuid)
    given_by: Mapped[str] = mapped_column(Text)
    how: Mapped[str] = mapped_column(Text)
    asked_on: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    facts: Mapped[list[str] | None] = mapped_column(ARRAY(Text))


class HoldBackRow(Base):
    """What the giver holds back in one case: coarser or not at all; only narrows."""

    __tablename__ = "hold_back"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    contribution: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    recipient: Mapped[PartnerId | None] = mapped_column(Integer)
    fact: Mapped[str | None] = mapped_column(Text)
    precision: Mapped[str | None] = mapped_column(Text)
    because: Mapped[str] = mapped_column(Text)
    until: Mapped[date | None] = mapped_column(Date)
    by_person: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Moment)
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)


class ConcernRow(Base):
    """The giver's own statement to one recipient: this is about your case."""

    __tablename__ = "concern"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    contribution: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    recipient: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    by_person: Mapped[UUID | None] = mapped_column(Uuid)
    their_code: Mapped[str | None] = mapped_column(CHAR(11))


class GivenRow(ShownColumns, Base):
    """The giver's side: what a recipient has of a case, in which state each fact is, and why a row is closed."""

    __tablename__ = "given"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    contribution: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    recipient: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str | None] = mapped_column(CHAR(11))
    state: Mapped[str] = mapped_column(Text)
    because: Mapped[list[str]] = mapped_column(ARRAY(Text))
    states: Mapped[str] = mapped_column(CHAR(20))
    revision_no: Mapped[int] = mapped_column(Integer)
    base_version: Mapped[int | None] = mapped_column(Integer)
    floor_version: Mapped[int] = mapped_column(Integer)


class InboxRow(ShownColumns, Base):
    """The recipient's side, written by the database's own triggers on `given`; nobody else can write it."""

    __tablename__ = "inbox"

    recipient: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(CHAR(11), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    states: Mapped[str] = mapped_column(CHAR(20))


class SeenRow(Base):
    """What a recipient has already looked at, per outlet."""

    __tablename__ = "seen"

    recipient: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(CHAR(11), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    outlet: Mapped[str] = mapped_column(Text, primary_key=True)
    visible_revision: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)


class DisclosureRow(Base):
    """The giver's receipt that a recipient looked at a row: who saw what, when; written by the recipient's own transaction."""

    __tablename__ = "disclosure"

    giver: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    recipient: Mapped[PartnerId] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(CHAR(11))
    kind: Mapped[str] = mapped_column(Text)
    visible_revision: Mapped[int] = mapped_column(Integer)
    outlet: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    policy_version: Mapped[int] = mapped_column(Integer)


class TombstoneRow(Base):
    """That there was a row and is none any more; holds no fact."""

    __tablename__ = "tombstone"

    reader: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    other: Mapped[PartnerId] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(CHAR(11), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    writer: Mapped[PartnerId] = mapped_column(Integer)
    cause: Mapped[str] = mapped_column(Text)
    gone_on: Mapped[date] = mapped_column(Date)
    keep_until: Mapped[date] = mapped_column(Date)
