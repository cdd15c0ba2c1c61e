"""A body set up and kept: what it is, who belongs to it, how its time is divided, whom members send and when they cannot come."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from hub.audit.events import Event
from hub.audit.journal import record
from hub.consultations import joining
from hub.consultations.ordering import PlannedBlock, check_blocks, standing_blocks
from hub.consultations.queries import attendees, blocks, bodies, body, consultations, seats, series_of
from hub.consultations.rules import AHEAD, BLOCK_IN_DUTCH, AbsenceKind, Away, BlockKind, Body, Duty, SeriesState, State
from hub.consultations.seats import WANTED, Seat, SeatState
from hub.consultations.setup import TERMS, Setup, changes, check_setup, slug_of
from hub.consultations.tables import AttendeeRow, BlockRow, BodyRow, MembershipRow, UnavailableRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused
from hub.partners.queries import partner_named, partners_by_id
from hub.people.queries import colleagues

TAKEN = frozenset({"nieuw"})  # words that pages use where a body is named


class NameTaken(Conflict):
    """Another body has this name."""

    def __init__(self) -> None:
        super().__init__("Er is al een overleg met deze naam. Kies een andere naam.")


class NobodyElse(Conflict):
    """No other partner said yes to this body yet."""

    def __init__(self) -> None:
        super().__init__("Nog geen ander lid zei ja tegen dit overleg. Een bijeenkomst of een jaarplan kan pas als er twee leden zijn.")


def led(work: Work, *, slug: str) -> Body:
    """A body that the acting partner leads; NotFound when it is no member, Refused when another leads it."""
    found = body(work, slug=slug)
    if found.coordinator != work.partner:
        raise Refused("Dit doet de organisatie die dit overleg leidt.")
    return found


def led_with_others(work: Work, *, slug: str) -> Body:
    """The same, when at least one other partner said yes; else NobodyElse."""
    found = led(work, slug=slug)
    if len(found.members) < 2:
        raise NobodyElse
    return found


def found_body(work: Work, *, setup: Setup, members: Mapping[str, bool]) -> str:
    """
    Set up a body that the acting partner leads and belongs to, with a first plan of its time; tells its short name.

    `members` says per partner that is asked to belong to it whether a meeting needs it: each of them belongs to it once it said yes.
    Raises NameTaken, Invalid for a body that cannot meet.
    """
    mine = partners_by_id(work)[work.partner].slug
    seated = {mine: True} | dict(members)
    check_setup(setup, members=seated)
    slug = slug_of(setup.name)
    if slug in TAKEN or work.session.get(BodyRow, slug) is not None:
        raise NameTaken
    row = BodyRow(slug=slug, coordinator=work.partner, made_at=work.now, **_told(work, setup))
    work.session.add(row)
    work.session.flush()
    record(work, Event.BODY_FOUNDED, body=slug)
    _ask(work, slug, seated)
    joining.answer(work, body=slug, state=SeatState.YES, words=(setup.basis, ""))
    made = body(work, slug=slug)
    _divide(work, made, standing_blocks(made.minutes, members=(mine,), run_by=mine))
    return slug


def change_body(work: Work, *, body: str, to: Setup) -> frozenset[str]:
    """
    Set up a body otherwise from now on; tells what changed. Its name and its province stay; meetings that are planned stay as they are.

    What members said yes to (level, purpose, basis, collaborations) changes only while no meeting is ahead and no year is on the table:
    then each of them is asked anew and belongs to it again after another yes. Raises Invalid for a body that cannot meet so.
    """
    here, everybody = led(work, slug=body), _wanted(work, body)
    check_setup(to, members=[one.slug for one in everybody.values()])
    changed = changes(setup_of(work, body=here), after=to)
    if not changed:
        raise Invalid("Er verandert niets.", (Problem("place", "Wijzig iets, of ga terug."),))
    if to.chair not in [one.slug for one in here.members]:
        raise _wrong("chair", "De voorzitter komt van een lid dat ja zei.")
    used = sum(block.minutes for block in blocks(work, body=body, consultation=None))
    if to.minutes < used:
        raise _wrong("minutes", f"De blokken duren samen {used} minuten. Maak eerst de blokken korter.")
    if changed & TERMS and _is_bound(work, body):
        place = min(changed & TERMS)
        raise _wrong(place, "Hier zeiden de leden ja op. Dit kan pas anders als er geen bijeenkomst en geen jaarplan meer open staat.")
    work.session.execute(update(BodyRow).where(BodyRow.slug == body).values(**{word: _told(work, to)[word] for word in changed}))
    record(work, Event.BODY_CHANGED, body=body, fields=sorted(changed))
    if changed & TERMS:
        _ask_anew(work, body, everybody)
        joining.answer(work, body=body, state=SeatState.YES, words=(to.basis, ""))
        joining.follow(work, body=body)
    return changed


def setup_of(work: Work, *, body: Body) -> Setup:
    """What this body is set up as."""
    told = {one.name: getattr(body, one.name) for one in fields(Setup) if one.name not in ("chair", "min_gap", "max_gap")}
    return Setup(**told, chair=partners_by_id(work)[body.chair].slug, min_gap=body.gaps.start, max_gap=body.gaps.stop - 1)


def seat_members(work: Work, *, body: str, members: Mapping[str, bool]) -> None:
    """
    Say who is to belong to this body, and which of them a meeting needs: who is new, or said no, is asked; who is not named leaves.

    Its year and its meetings ahead follow. Raises Invalid while somebody who would leave sits in a block for cases, or leads or chairs it.
    """
    before, everybody = led(work, slug=body), _wanted(work, body)
    gone = [one for slug, one in everybody.items() if slug not in members]
    if len(members) < 2 or any(one.partner in (before.coordinator, before.chair) for one in gone):
        raise _wrong("members", "Een overleg heeft minstens twee leden, met wie het leidt en wie voorzit.")
    bound = [block for block in _all_blocks(work, before) if block.kind is BlockKind.CASES]
    for one in gone:
        if any(one.partner in block.seats and len(block.seats) < len(before.members) for block in bound):
            raise _wrong("members", f"{one.name} zit nog in een blok. Wijzig eerst de blokken van dit overleg.")
    for one in gone:
        record(work, Event.MEMBER_LEFT, body=body, partner=one.slug)
        left = (MembershipRow.body == body, MembershipRow.partner == one.partner)
        work.session.execute(update(MembershipRow).where(*left).values(until=today(work.now) - timedelta(days=1)))
    _ask(work, body, {partners_by_id(work)[work.partner].slug: True} | dict(members))
    joining.follow(work, body=body)


def plan_blocks(work: Work, *, body: str, planned: Sequence[PlannedBlock]) -> None:
    """Divide the time of this body anew, for meetings that are not prepared yet; Invalid when it does not fit."""
    here = led(work, slug=body)
    numbers = {one.slug: one.partner for one in here.members}
    check_blocks(planned, minutes=here.minutes, members=frozenset(numbers))
    _divide(work, here, planned)


def _divide(work: Work, here: Body, planned: Sequence[PlannedBlock]) -> None:
    numbers = {one.slug: one.partner for one in here.members}
    mine = (BlockRow.partner == work.partner, BlockRow.body == here.slug, BlockRow.consultation.is_(None))
    work.session.execute(delete(BlockRow).where(*mine))
    for no, one in enumerate(planned, start=1):
        seats = sorted(numbers[slug] for slug in one.seats)
        readers = sorted({*seats, work.partner})
        work.session.add(BlockRow(
            partner=work.partner, id=uuid4(), writer=work.partner, members=readers, body=here.slug, consultation=None, no=no,
            name=one.name or BLOCK_IN_DUTCH[one.kind].capitalize(), kind=one.kind.value, seats=seats, run_by=numbers[one.run_by],
            minutes=one.minutes, starts=None,
        ))  # fmt: skip
    work.session.flush()
    record(work, Event.BLOCKS_PLANNED, body=here.slug, rows=len(planned))


def name_attendee(work: Work, *, body: str, who: str, duty: Duty, is_required: bool) -> UUID:
    """Send somebody to the meetings of this body: a colleague by the key of the account, who is invited by mail, or a name alone."""
    here, people = _here(work, body), {str(key): name for key, name in colleagues(work)}
    name = people.get(who, who).strip()
    if not 1 <= len(name) <= 80:
        raise _wrong("who", "Kies een collega, of schrijf een naam van hoogstens 80 tekens.")
    if duty is Duty.CHAIR and here.chair != work.partner:
        raise _wrong("duty", "De voorzitter komt van de organisatie die dit overleg voorzit.")
    account = UUID(who) if who in people else None
    if account is not None and any(one.account == account for one in attendees(work, body=body)):
        raise _wrong("who", "Deze collega staat er al bij.")
    row = AttendeeRow(**_row(work, here), account=account, name=name, duty=duty.value, is_required=is_required)
    work.session.add(row)
    work.session.flush()
    record(work, Event.ATTENDEE_NAMED, body=body, state="named", **({"account": account} if account else {}))
    return row.id


def drop_attendee(work: Work, *, attendee: UUID) -> str:
    """Send this person no longer; tells of which body. NotFound for somebody of another partner."""
    row = work.session.get(AttendeeRow, (work.partner, attendee))
    if row is None or row.writer != work.partner:
        raise NotFound
    work.session.delete(row)
    record(work, Event.ATTENDEE_NAMED, body=row.body, state="dropped")
    return row.body


def tell_absence(work: Work, *, away: Away, kind: AbsenceKind, bodies: Sequence[str]) -> None:
    """Say to these bodies of one's own that the acting partner cannot come then; every later plan of a year keeps to it."""
    if not bodies:
        raise _wrong("bodies", "Kies voor welk overleg dit geldt.")
    for slug in bodies:
        row = _row(work, _here(work, slug))
        told = {"weekday": away.weekday, "first": away.first, "last": away.last, "kind": kind.value, "told_at": work.now}
        work.session.add(UnavailableRow(**row, **told))
        record(work, Event.ABSENCE_TOLD, body=slug, state="told")


def drop_absence(work: Work, *, absence: UUID) -> None:
    """Take back that one cannot come; NotFound for what another partner said."""
    row = work.session.get(UnavailableRow, (work.partner, absence))
    if row is None or row.writer != work.partner:
        raise NotFound
    work.session.delete(row)
    record(work, Event.ABSENCE_TOLD, body=row.body, state="dropped")


def keep_in_step(work: Work) -> int:
    """Let what the acting partner said to its bodies reach who belongs to them now; tells how many rows went on."""
    everybody = {one.slug: sorted(one.partners) for one in bodies(work)}
    changed = 0
    for row in _said(work):
        readers = everybody.get(row.body, [])
        if not readers:
            work.session.delete(row)
        elif readers != sorted(row.members):
            row.members, changed = [int(one) for one in readers], changed + 1
    return changed


def _said(work: Work) -> list[AttendeeRow | UnavailableRow]:
    people = select(AttendeeRow).where(AttendeeRow.partner == work.partner, AttendeeRow.writer == work.partner)
    days = select(UnavailableRow).where(UnavailableRow.partner == work.partner, UnavailableRow.writer == work.partner)
    return [*work.session.scalars(people), *work.session.scalars(days)]


def _here(work: Work, slug: str) -> Body:
    return body(work, slug=slug)


def _row(work: Work, here: Body) -> dict[str, Any]:
    return {"partner": work.partner, "id": uuid4(), "writer": work.partner, "members": sorted(here.partners), "body": here.slug}


def _all_blocks(work: Work, here: Body) -> list[Any]:
    """The blocks of the plan, and of meetings that are being prepared."""
    near = [one.id for one in consultations(work, body=here.slug) if one.state in (State.PREPARING, State.PUBLISHED)]
    return [block for meeting in (None, *near) for block in blocks(work, body=here.slug, consultation=meeting)]


def _wanted(work: Work, slug: str) -> Mapping[str, Seat]:
    """Who belongs to this body, or was asked and may still say yes."""
    return {one.slug: one for one in seats(work, slugs=(slug,))[slug] if one.state in WANTED}


def _ask(work: Work, slug: str, members: Mapping[str, bool]) -> None:
    """Ask who does not belong to it and was not asked yet, or said no before; who leads it needs no question."""
    wanted, day = _wanted(work, slug), today(work.now)
    for member, required in members.items():
        partner = partner_named(work, slug=member)
        row = work.session.get(MembershipRow, (slug, partner.id), populate_existing=True)
        if row is None:
            row = MembershipRow(body=slug, partner=partner.id, coordinator=work.partner, required=required, since=day, asked_at=work.now)
            work.session.add(row)
        elif member not in wanted:
            row.since, row.until, row.asked_at = day, None, work.now
        row.required = required
        if member not in wanted and partner.id != work.partner:
            record(work, Event.MEMBER_ASKED, body=slug, partner=member)
    work.session.flush()


def _ask_anew(work: Work, slug: str, everybody: Mapping[str, Seat]) -> None:
    work.session.execute(update(MembershipRow).where(MembershipRow.body == slug).values(asked_at=work.now))
    for one in everybody.values():
        if one.partner != work.partner:
            record(work, Event.MEMBER_ASKED, body=slug, partner=one.slug)


def _is_bound(work: Work, slug: str) -> bool:
    """Whether members count on a meeting, or on a year that is on the table."""
    near = any(one.state in AHEAD or one.state is State.GOING for one in consultations(work, body=slug))
    return near or any(one.state is SeriesState.PROPOSED for one in series_of(work, body=slug))


def _told(work: Work, setup: Setup) -> dict[str, Any]:
    """A setup as columns."""
    told = {one.name: getattr(setup, one.name) for one in fields(Setup)}
    chair = partner_named(work, slug=setup.chair).id
    return {**told, "chair": chair, "level": setup.level.value, "collaborations": list(setup.collaborations)}


def _wrong(place: str, sentence: str) -> Invalid:
    return Invalid(sentence, (Problem(place, sentence),))
