"""Bodies, their meetings and blocks, as far as the acting partner is a member of them."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

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
from hub.consultations.seats import Question, Seat, SeatState, state_of
from hub.consultations.tables import (
    AccessionRow,
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
    return _bodies(work, _mine(work))


def body(work: Work, *, slug: str) -> Body:
    """One body of which the acting partner is a member today; NotFound for any other."""
    found = _bodies(work, _mine(work).where(MembershipRow.body == slug)) if slug.isascii() and slug.isprintable() else ()
    if not found:
        raise NotFound
    return found[0]


def question(work: Work, *, slug: str) -> Question:
    """A body that asked the acting partner to belong to it, whatever it answered, with all who were asked; NotFound for any other."""
    asked = select(MembershipRow.body).where(MembershipRow.partner == work.partner, _is_current(work), MembershipRow.body == slug)
    found = _bodies(work, asked) if slug.isascii() and slug.isprintable() else ()
    if not found:
        raise NotFound
    everybody = seats(work, slugs=(slug,))[slug]
    return Question(found[0], next(one for one in everybody if one.partner == work.partner), everybody)


def questions(work: Work) -> tuple[Body, ...]:
    """The bodies that ask the acting partner to belong to them and wait for its answer, by name."""
    mine = (MembershipRow.partner == work.partner, _is_current(work))
    answered = and_(AccessionRow.body == MembershipRow.body, AccessionRow.partner == MembershipRow.partner)
    since = and_(answered, AccessionRow.answered_at >= MembershipRow.asked_at)
    return _bodies(work, select(MembershipRow.body).outerjoin(AccessionRow, since).where(*mine, AccessionRow.body.is_(None)))


def seats(work: Work, *, slugs: Collection[str]) -> Mapping[str, tuple[Seat, ...]]:
    """Who was asked to belong to these bodies, with their answers; which bodies meet, and with whom, is known to all partners."""
    answered = and_(AccessionRow.body == MembershipRow.body, AccessionRow.partner == MembershipRow.partner)
    asked = select(MembershipRow, AccessionRow).outerjoin(AccessionRow, answered)
    rows = work.session.execute(asked.where(MembershipRow.body.in_(slugs), _is_current(work)).order_by(MembershipRow.partner)).all()
    known = partners_by_id(work)
    return {slug: tuple(_seat(row, said, known) for row, said in rows if row.body == slug) for slug in slugs}


def consultations(work: Work, *, body: str | None = None, since: date | None = None) -> tuple[Consultation, ...]:
    """The meetings that the acting partner knows of, of one body or of all, the earliest first; of bodies that it leads or belongs to."""
    asked = _known(work)
    if body is not None:
        asked = asked.where(ConsultationRow.body == body)
    if since is not None:
        asked = asked.where(ConsultationRow.ends >= since)
    return tuple(_consultation(row) for row in work.session.scalars(asked.order_by(ConsultationRow.starts, ConsultationRow.id)))


def consultation(work: Work, *, id: UUID) -> Consultation:
    """One meeting of which the acting partner is a member; NotFound for any other."""
    asked = _known(work).where(ConsultationRow.id == id).execution_options(populate_existing=True)
    row = work.session.scalars(asked).one_or_none()
    if row is None:
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


def following(work: Work, *, consultation: Consultation) -> Consultation | None:
    """The first meeting of the same body after this one that was not cancelled; None when there is none."""
    later = (one for one in consultations(work, body=consultation.body) if one.starts > consultation.starts and one.state not in FELL_OUT)
    return next(later, None)


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


def _is_current(work: Work) -> ColumnElement[bool]:
    day = today(work.now)
    return and_(MembershipRow.since <= day, or_(MembershipRow.until.is_(None), MembershipRow.until >= day))


def _said_yes() -> ColumnElement[bool]:
    """That a partner said yes since it was asked last."""
    said = (AccessionRow.body == MembershipRow.body, AccessionRow.partner == MembershipRow.partner)
    return exists().where(*said, AccessionRow.answer == SeatState.YES.value, AccessionRow.answered_at >= MembershipRow.asked_at)


def _mine(work: Work) -> Select[Any]:
    """The names of the bodies to which the acting partner belongs today."""
    return select(MembershipRow.body).where(MembershipRow.partner == work.partner, _is_current(work), _said_yes())


def _known(work: Work) -> Select[Any]:
    """The meetings of those bodies, written by who leads them; the database holds a membership to the leader of its body."""
    here = and_(MembershipRow.body == ConsultationRow.body, MembershipRow.partner == work.partner)
    led = and_(ConsultationRow.writer == MembershipRow.coordinator, ConsultationRow.partner == work.partner)
    return select(ConsultationRow).join(MembershipRow, here).where(led, _is_current(work), _said_yes())


def _bodies(work: Work, slugs: Select[Any]) -> tuple[Body, ...]:
    rows = work.session.scalars(select(BodyRow).where(BodyRow.slug.in_(slugs)).order_by(BodyRow.name)).all()
    if not rows:
        return ()
    seated = select(MembershipRow).where(MembershipRow.body.in_([row.slug for row in rows]), _is_current(work), _said_yes())
    members, known = work.session.scalars(seated.order_by(MembershipRow.partner)).all(), partners_by_id(work)
    return tuple(_body(row, [one for one in members if one.body == row.slug], known) for row in rows)


def _seat(row: MembershipRow, said: AccessionRow | None, known: Any) -> Seat:
    at, word = (said.answered_at, SeatState(said.answer)) if said else (None, None)
    state = state_of(word, asked_at=row.asked_at, answered_at=at)
    basis, because = (said.basis, said.because) if said and state is not SeatState.ASKED else ("", "")
    partner = known[row.partner]
    return Seat(PartnerId(row.partner), partner.slug, partner.name, row.required, state, basis, because, row.asked_at, at)


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
