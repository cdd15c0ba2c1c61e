"""A body set up and kept: what it is, who belongs to it, how its time is divided, whom members send and when they cannot come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from unicodedata import normalize
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from hub.audit.events import Event
from hub.audit.journal import record
from hub.consultations.ordering import PlannedBlock, check_blocks, standing_blocks
from hub.consultations.queries import attendees, blocks, bodies, body, consultations
from hub.consultations.rules import AHEAD, BLOCK_IN_DUTCH, AbsenceKind, Away, BlockKind, Body, Duty, Level, State
from hub.consultations.tables import AttendeeRow, BlockRow, BodyRow, ConsultationRow, MembershipRow, SeriesRow, UnavailableRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused
from hub.partners.queries import partner_named, partners_by_id
from hub.people.queries import colleagues

LONGEST_SLUG = 40


@dataclass(frozen=True, slots=True)
class Setup:
    """What a body is set up as; `starts_at` is Dutch local time, `chair` the short name of a member."""

    name: str
    level: Level
    purpose: str
    basis: str
    chair: str
    province: str | None
    collaborations: tuple[str, ...]
    per_year: int
    weekday: int
    starts_at: time
    minutes: int
    place: str
    link: str
    lead: int
    min_gap: int
    max_gap: int
    quorum: int


class NameTaken(Conflict):
    """Another body has this name."""

    def __init__(self) -> None:
        super().__init__("Er is al een overleg met deze naam. Kies een andere naam.")


def led(work: Work, *, slug: str) -> Body:
    """A body that the acting partner leads; NotFound when it is no member, Refused when another leads it."""
    found = body(work, slug=slug)
    if found.coordinator != work.partner:
        raise Refused("Dit doet de organisatie die dit overleg leidt.")
    return found


def found_body(work: Work, *, setup: Setup, members: Mapping[str, bool]) -> str:
    """
    Set up a body that the acting partner leads and belongs to, with a first plan of its time; tells its short name.

    `members` says per partner whether a meeting needs it. Raises NameTaken, Invalid for a body that cannot meet.
    """
    mine = partners_by_id(work)[work.partner].slug
    seated = {mine: True} | dict(members)
    _check(setup, seated)
    slug = _slug(setup.name)
    if slug == "nieuw" or work.session.get(BodyRow, slug) is not None:
        raise NameTaken
    chair = partner_named(work, slug=setup.chair).id
    told = {name: getattr(setup, name) for name in Setup.__slots__ if name not in ("chair", "collaborations", "level")}
    row = BodyRow(slug=slug, coordinator=work.partner, chair=chair, made_at=work.now, level=setup.level.value, **told)
    row.collaborations = list(setup.collaborations)
    work.session.add(row)
    work.session.flush()
    _seat(work, slug, seated)
    record(work, Event.BODY_FOUNDED, body=slug)
    made = body(work, slug=slug)
    plan_blocks(work, body=slug, planned=standing_blocks(made.minutes, members=tuple(one.slug for one in made.members), run_by=mine))
    return slug


def seat_members(work: Work, *, body: str, members: Mapping[str, bool]) -> None:
    """
    Say who belongs to this body from today on, and which of them a meeting needs; its year and its meetings ahead follow.

    Raises Invalid while somebody who would leave sits in a block for cases, or leads or chairs the body.
    """
    before = led(work, slug=body)
    slugs = {one.slug: one for one in before.members}
    mine = partners_by_id(work)[work.partner].slug
    gone = [one for slug, one in slugs.items() if slug not in members]
    if len(members) < 2 or any(one.partner in (before.coordinator, before.chair) for one in gone):
        raise _wrong("members", "Een overleg heeft minstens twee leden, met wie het leidt en wie voorzit.")
    bound = [block for block in _all_blocks(work, before) if block.kind is BlockKind.CASES]
    for one in gone:
        if any(one.partner in block.seats and len(block.seats) < len(slugs) for block in bound):
            raise _wrong("members", f"{one.name} zit nog in een blok. Wijzig eerst de blokken van dit overleg.")
    for one in gone:
        record(work, Event.MEMBER_LEFT, body=body, partner=one.slug)
        left = (MembershipRow.body == body, MembershipRow.partner == one.partner)
        work.session.execute(update(MembershipRow).where(*left).values(until=today(work.now) - timedelta(days=1)))
    _seat(work, body, {mine: True} | dict(members))
    _follow(work, before)


def plan_blocks(work: Work, *, body: str, planned: Sequence[PlannedBlock]) -> None:
    """Divide the time of this body anew, for meetings that are not prepared yet; Invalid when it does not fit."""
    here = led(work, slug=body)
    numbers = {one.slug: one.partner for one in here.members}
    check_blocks(planned, minutes=here.minutes, members=frozenset(numbers))
    mine = (BlockRow.partner == work.partner, BlockRow.body == body, BlockRow.consultation.is_(None))
    work.session.execute(delete(BlockRow).where(*mine))
    for no, one in enumerate(planned, start=1):
        seats = sorted(numbers[slug] for slug in one.seats)
        readers = sorted({*seats, work.partner})
        work.session.add(BlockRow(
            partner=work.partner, id=uuid4(), writer=work.partner, members=readers, body=body, consultation=None, no=no,
            name=one.name or BLOCK_IN_DUTCH[one.kind].capitalize(), kind=one.kind.value, seats=seats, run_by=numbers[one.run_by],
            minutes=one.minutes, starts=None,
        ))  # fmt: skip
    work.session.flush()
    record(work, Event.BLOCKS_PLANNED, body=body, rows=len(planned))


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


def _seat(work: Work, slug: str, members: Mapping[str, bool]) -> None:
    for member, required in members.items():
        partner, day = partner_named(work, slug=member), today(work.now)
        row = work.session.get(MembershipRow, (slug, partner.id), populate_existing=True)
        if row is None:
            row = MembershipRow(body=slug, partner=partner.id, coordinator=work.partner, required=required, since=day)
            work.session.add(row)
            record(work, Event.MEMBER_SEATED, body=slug, partner=member)
        elif row.until is not None and row.until < day:
            row.since, row.until = day, None
            record(work, Event.MEMBER_SEATED, body=slug, partner=member)
        row.required = required
    work.session.flush()


def _follow(work: Work, before: Body) -> None:
    """The year and the meetings ahead go to who belongs to the body now; so do the blocks that are for all."""
    now, was = body(work, slug=before.slug), frozenset(before.partners)
    readers = sorted(now.partners)
    ahead = [one.value for one in AHEAD]
    mine = (ConsultationRow.partner == work.partner, ConsultationRow.body == now.slug, ConsultationRow.state.in_(ahead))
    work.session.execute(update(ConsultationRow).where(*mine).values(members=readers))
    years = (SeriesRow.partner == work.partner, SeriesRow.body == now.slug, SeriesRow.state != "draft")
    work.session.execute(update(SeriesRow).where(*years).values(members=readers))
    for block in (block for block in _all_blocks(work, before) if block.seats == was):
        this = (BlockRow.partner == work.partner, BlockRow.id == block.id)
        work.session.execute(update(BlockRow).where(*this).values(members=readers, seats=readers))


def _check(setup: Setup, members: Mapping[str, bool]) -> None:
    problems = {
        "name": ("Geef het overleg een naam van 3 tot en met 80 tekens, die met een letter begint.", len(_slug(setup.name)) >= 3
                 and len(setup.name) <= 80),
        "purpose": ("Zeg waarvoor het overleg is, in hoogstens 300 tekens.", 0 < len(setup.purpose) <= 300),
        "basis": ("Noem de grondslag, in hoogstens 300 tekens.", 0 < len(setup.basis) <= 300),
        "members": ("Kies minstens één ander lid.", len(members) >= 2),
        "chair": ("De voorzitter komt van een lid.", setup.chair in members),
        "place": ("Noem de plaats, in hoogstens 120 tekens.", 0 < len(setup.place) <= 120),
        "link": ("Een link begint met https:// en telt hoogstens 300 tekens.", not setup.link or _is_link(setup.link)),
        "per_year": ("Kies 1 tot en met 12 keer per jaar.", 1 <= setup.per_year <= 12),
        "minutes": ("Kies 30 tot en met 480 minuten.", 30 <= setup.minutes <= 480),
        "lead": ("Kies 0 tot en met 40 werkdagen.", 0 <= setup.lead <= 40),
        "min_gap": ("Tussen twee bijeenkomsten liggen minstens 32 dagen.", 32 <= setup.min_gap <= setup.max_gap),
        "max_gap": ("Kies hoogstens 400 dagen, en niet minder dan het minste.", setup.min_gap <= setup.max_gap <= 400),
        "quorum": ("Kies hoeveel leden er minstens zijn: 1 tot en met alle leden.", 1 <= setup.quorum <= len(members)),
    }  # fmt: skip
    wrong = tuple(Problem(place, sentence) for place, (sentence, is_right) in problems.items() if not is_right)
    if wrong:
        raise Invalid("Dit overleg kan zo niet worden ingesteld.", wrong)


def _is_link(text: str) -> bool:
    return text.startswith("https://") and len(text) <= 300 and text.isprintable() and " " not in text


def _slug(name: str) -> str:
    plain = normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    words = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    return "-".join(words)[:LONGEST_SLUG].strip("-") if words and words[0][0].isalpha() else ""


def _wrong(place: str, sentence: str) -> Invalid:
    return Invalid(sentence, (Problem(place, sentence),))
