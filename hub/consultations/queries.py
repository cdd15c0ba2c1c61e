"""Bodies, their meetings and blocks, as far as the acting partner is a member of them."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from hub.consultations.rules import (
    FELL_OUT,
    AbsenceKind,
    Attendee,
    Block,
    BlockKind,
    Body,
    Consultation,
    Duty,
    Level,
    Member,
    Objection,
    Series,
    SeriesState,
    State,
    Unavailability,
)  # fmt: skip
from hub.consultations.tables import (
    AttendeeRow,
    BlockRow,
    BodyRow,
    ConsultationRow,
    MembershipRow,
    ObjectionRow,
    SeriesRow,
    UnavailableRow,
)  # fmt: skip
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import PartnerId, month_of
from hub.partners.queries import partners_by_id


def bodies(work: Work) -> tuple[Body, ...]:
    """The bodies of which the acting partner is a member today, by name; none for a partner that is in none."""
    mine = [row.body for row in _memberships(work, partner=work.partner)]
    rows = work.session.scalars(select(BodyRow).where(BodyRow.slug.in_(mine)).order_by(BodyRow.name)).all()
    return _bodies(work, rows)


def body(work: Work, *, slug: str) -> Body:
    """One body of which the acting partner is a member today; NotFound for any other."""
    found = [one for one in bodies(work) if one.slug == slug]
    if not found:
        raise NotFound
    return found[0]


def consultations(work: Work, *, body: str | None = None, since: date | None = None) -> tuple[Consultation, ...]:
    """The meetings that the acting partner knows of, of one body or of all, the earliest first; of bodies that it leads or belongs to."""
    asked: Select[ConsultationRow] = select(ConsultationRow).where(ConsultationRow.partner == work.partner)
    if body is not None:
        asked = asked.where(ConsultationRow.body == body)
    if since is not None:
        asked = asked.where(ConsultationRow.ends >= since)
    known = {one.slug: one.coordinator for one in bodies(work)}
    rows = work.session.scalars(asked.order_by(ConsultationRow.starts, ConsultationRow.id)).all()
    return tuple(_consultation(row) for row in rows if known.get(row.body) == row.writer)


def consultation(work: Work, *, id: UUID) -> Consultation:
    """One meeting of which the acting partner is a member; NotFound for any other."""
    row = work.session.get(ConsultationRow, (work.partner, id), populate_existing=True)
    if row is None or body(work, slug=row.body).coordinator != row.writer:
        raise NotFound
    return _consultation(row)


def blocks(work: Work, *, body: str, consultation: UUID | None) -> tuple[Block, ...]:
    """The blocks of a meeting in which the acting partner sits, or all if it leads the body; without a meeting the plan of the body."""
    mine = (BlockRow.partner == work.partner, BlockRow.body == body, BlockRow.consultation == consultation)
    return tuple(_block(row) for row in work.session.scalars(select(BlockRow).where(*mine).order_by(BlockRow.no, BlockRow.id)))


def attendees(work: Work, *, body: str) -> tuple[Attendee, ...]:
    """Whom the members of a body send, as far as the acting partner is one of them: by partner, then by name."""
    mine = (AttendeeRow.partner == work.partner, AttendeeRow.body == body)
    rows = work.session.scalars(select(AttendeeRow).where(*mine).order_by(AttendeeRow.writer, AttendeeRow.name, AttendeeRow.id))
    return tuple(Attendee(PartnerId(row.writer), row.name, row.account, Duty(row.duty), row.is_required, row.id) for row in rows)


def previous(work: Work, *, consultation: Consultation) -> Consultation | None:
    """The last meeting of the same body before this one that was not cancelled; None when there is none."""
    before = [one for one in consultations(work, body=consultation.body) if one.starts < consultation.starts and one.state not in FELL_OUT]
    return before[-1] if before else None


def series_of(work: Work, *, body: str) -> tuple[Series, ...]:
    """The plans of the years of a body that the acting partner knows of, the latest year first."""
    rows = work.session.scalars(select(SeriesRow).where(SeriesRow.partner == work.partner, SeriesRow.body == body))
    return tuple(_series(row) for row in sorted(rows, key=lambda row: -row.year))


def series(work: Work, *, id: UUID) -> Series:
    """One plan of a year of a body to which the acting partner belongs; NotFound for any other."""
    row = work.session.get(SeriesRow, (work.partner, id), populate_existing=True)
    if row is None or body(work, slug=row.body).coordinator != row.writer:
        raise NotFound
    return _series(row)


def objections(work: Work, *, series: UUID) -> tuple[Objection, ...]:
    """What members have against days of this plan and did not take back, by day."""
    mine = (ObjectionRow.partner == work.partner, ObjectionRow.series == series, ObjectionRow.withdrawn_at.is_(None))
    rows = work.session.scalars(select(ObjectionRow).where(*mine).order_by(ObjectionRow.day, ObjectionRow.writer, ObjectionRow.id))
    return tuple(Objection(PartnerId(row.writer), row.day, row.because) for row in rows)


def unavailabilities(work: Work, *, body: str | None = None) -> tuple[Unavailability, ...]:
    """When members of a body cannot come; without a body, when the acting partner itself cannot, for all its bodies."""
    asked = select(UnavailableRow).where(UnavailableRow.partner == work.partner)
    asked = asked.where(UnavailableRow.body == body) if body else asked.where(UnavailableRow.writer == work.partner)
    rows = work.session.scalars(asked.order_by(UnavailableRow.body, UnavailableRow.weekday, UnavailableRow.first, UnavailableRow.id))
    return tuple(
        Unavailability(row.id, PartnerId(row.writer), row.body, row.weekday, row.first, row.last, AbsenceKind(row.kind)) for row in rows
    )


def _memberships(work: Work, **wanted: Any) -> Iterable[MembershipRow]:
    day = today(work.now)
    current = (MembershipRow.since <= day, or_(MembershipRow.until.is_(None), MembershipRow.until >= day))
    return work.session.scalars(select(MembershipRow).filter_by(**wanted).where(*current).order_by(MembershipRow.partner)).all()


def _bodies(work: Work, rows: Iterable[BodyRow]) -> tuple[Body, ...]:
    known, members = partners_by_id(work), list[MembershipRow](_memberships(work))
    return tuple(_body(row, [one for one in members if one.body == row.slug], known) for row in rows)


def _body(row: BodyRow, members: list[MembershipRow], known: Any) -> Body:
    told = tuple(Member(PartnerId(one.partner), known[one.partner].slug, known[one.partner].name, one.required) for one in members)
    return Body(
        row.slug, row.name, Level(row.level), row.purpose, row.basis, PartnerId(row.coordinator), PartnerId(row.chair), row.province,
        tuple(row.collaborations), row.per_year, row.weekday, row.starts_at, row.minutes, row.place, row.lead,
        range(row.min_gap, row.max_gap + 1), row.quorum, told, row.link,
    )  # fmt: skip


def _series(row: SeriesRow) -> Series:
    return Series(
        row.id, row.body, PartnerId(row.writer), row.year, SeriesState(row.state), tuple(row.days), row.rules, row.certificate,
        row.proposed_at, row.object_until, row.settled_at,
    )  # fmt: skip


def _consultation(row: ConsultationRow) -> Consultation:
    return Consultation(
        row.id, row.body, PartnerId(row.writer), row.series, State(row.state), row.starts, row.ends, row.place, row.link, row.sequence,
        row.because, month_of(row.reference_month), row.published_at, row.actual_start, row.actual_end, row.version,
    )  # fmt: skip


def _block(row: BlockRow) -> Block:
    seats = frozenset(PartnerId(number) for number in row.seats)
    return Block(
        row.id, row.body, row.consultation, row.no, row.name, BlockKind(row.kind), seats, PartnerId(row.run_by), row.minutes, row.starts
    )
