"""A meeting moved on by who leads its body: prepared, stepped, moved to another day, cancelled; or called outside the plan."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import update

from hub.audit.events import Event
from hub.audit.journal import record
from hub.consultations.founding import led, led_with_others
from hub.consultations.ordering import in_order, moments
from hub.consultations.queries import blocks, consultation, consultations
from hub.consultations.rules import FELL_OUT, MOVABLE, AgendaSettled, Block, Body, Consultation, NotNow, State, reference_month, step
from hub.consultations.tables import BlockRow, ConsultationRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import is_working_day, moment
from hub.kernel.errors import Invalid, Problem

LONGEST = 300
CANNOT_MOVE = "Kies een werkdag na vandaag."


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a meeting goes, in Dutch local time, and why; its length stays."""

    day: date
    at: time
    place: str
    link: str
    because: str


def call_meeting(work: Work, *, body: str, day: date, because: str) -> UUID:
    """
    Call a meeting outside the plan of the year, at the body's own time and place, with a reason that its members read.

    Invalid for a day that cannot be: no working day to come, taken, or about a month that another meeting speaks of already.
    """
    here = led_with_others(work, slug=body)
    starts, about = moment(day, at=here.starts_at), reference_month(day, lead=here.lead)
    said = _reason(because)
    _check_free(work, here, starts, None)
    made = uuid4()
    work.session.add(ConsultationRow(
        partner=work.partner, id=made, writer=work.partner, members=sorted(here.partners), body=here.slug, series=None,
        state=State.PLANNED.value, starts=starts, ends=starts + timedelta(minutes=here.minutes), place=here.place, link=here.link,
        sequence=0, because=said, reference_month=date(about.year, about.number, 1), version=1,
    ))  # fmt: skip
    work.session.flush()
    record(work, Event.CONSULTATION_CALLED, consultation=made, body=here.slug, until=day)
    return made


def prepare(work: Work, *, consultation: UUID) -> State:
    """Give a planned meeting the blocks of its body, each with its moment, and begin the preparation; tells where it stands now."""
    found = _led(work, consultation)
    step(found.state, to=State.PREPARING)
    if not blocks(work, body=found.body, consultation=found.id):
        _give_blocks(work, found)
    _write(work, found, state=State.PREPARING.value, prepared_at=work.now)
    record(work, Event.CONSULTATION_STEPPED, consultation=found.id, body=found.body, state=State.PREPARING.value)
    return State.PREPARING


def step_to(work: Work, *, consultation: UUID, to: State, because: str = "") -> State:
    """
    Let a meeting go on to this state, as who leads its body; tells where it stands now.

    Raises NotFound for a meeting of others, Refused for a member that does not lead, NotNow when this state cannot follow, and Invalid
    without a reason for what does not take place.
    """
    found = _led(work, consultation)
    step(found.state, to=to)
    said: dict[str, object] = {"state": to.value}
    if to in FELL_OUT:
        said["because"] = _reason(because)
    if to is State.CANCELLED:
        said["sequence"] = found.sequence + 1  # calendars strike it out
    moment_of = {State.PUBLISHED: "published_at", State.GOING: "actual_start", State.HELD: "actual_end"}
    if to in moment_of:
        said[moment_of[to]] = work.now
    _write(work, found, **said)
    record(work, Event.CONSULTATION_STEPPED, consultation=found.id, body=found.body, state=to.value)
    return to


def cancel(work: Work, *, consultation: UUID, because: str) -> State:
    """Cancel a meeting that is still to come, with a reason that its members read."""
    return step_to(work, consultation=consultation, to=State.CANCELLED, because=because)


def move(work: Work, *, consultation: UUID, to: Moved) -> State:
    """
    Put a meeting that is still to come on another day, time or place, with a reason that its members read; it is planned again.

    Its blocks move along. Raises AgendaSettled once its agenda is, NotNow once it goes or went or was cancelled, Invalid for a day that
    cannot be.
    """
    found = _led(work, consultation)
    if found.state is State.PUBLISHED:
        raise AgendaSettled
    if found.state not in MOVABLE:
        raise NotNow(found.state)
    because, starts = _reason(to.because), moment(to.day, at=to.at)
    ends = starts + (found.ends - found.starts)
    if (starts, to.place, to.link) == (found.starts, found.place, found.link):
        raise Invalid("Er verandert niets.", (Problem("day", "Kies een andere dag, tijd, plaats of link."),))
    here = led(work, slug=found.body)
    _check_free(work, here, starts, found.id)
    if not 0 < len(to.place) <= 120:
        raise Invalid("Noem de plaats.", (Problem("place", "Noem de plaats, in hoogstens 120 tekens."),))
    if len(to.link) > LONGEST or not (to.link == "" or to.link.startswith("https://")):
        raise Invalid("Deze link kan niet.", (Problem("link", "Een link begint met https:// en telt hoogstens 300 tekens."),))
    about = reference_month(to.day, lead=here.lead)
    told = {"state": State.PLANNED.value, "starts": starts, "ends": ends, "place": to.place, "link": to.link, "because": because}
    _write(work, found, **told, sequence=found.sequence + 1, reference_month=date(about.year, about.number, 1), published_at=None)
    for block in blocks(work, body=found.body, consultation=found.id):
        if block.starts is not None:
            _write_block(work, block, block.starts + (starts - found.starts))
    record(work, Event.CONSULTATION_MOVED, consultation=found.id, body=found.body, until=to.day)
    return State.PLANNED


def _led(work: Work, id: UUID) -> Consultation:
    found = consultation(work, id=id)
    led(work, slug=found.body)
    return found


def _give_blocks(work: Work, found: Consultation) -> None:
    """Copies of the plan of the body, in the order in which people wait least; a block is known to who sits in it."""
    here = led(work, slug=found.body)
    ordered = in_order(blocks(work, body=found.body, consultation=None), everyone=frozenset(here.partners))
    for no, (block, starts) in enumerate(zip(ordered, moments(ordered, starts=found.starts), strict=True), start=1):
        work.session.add(BlockRow(
            partner=work.partner, id=uuid4(), writer=work.partner, members=sorted({*block.seats, work.partner}), body=found.body,
            consultation=found.id, no=no, name=block.name, kind=block.kind.value, seats=sorted(block.seats), run_by=block.run_by,
            minutes=block.minutes, starts=starts,
        ))  # fmt: skip
    work.session.flush()


def _check_free(work: Work, here: Body, starts: datetime, itself: UUID | None) -> None:
    """A working day to come, on which this body has no other meeting, about a month of its own."""
    day = today(starts)
    others = [one for one in consultations(work, body=here.slug) if one.id != itself and one.state not in FELL_OUT]
    sentence = ""
    if starts <= work.now or not is_working_day(day):
        sentence = CANNOT_MOVE
    elif any(today(one.starts) == day for one in others):
        sentence = "Op deze dag is al een bijeenkomst van dit overleg."
    elif any(one.reference_month == reference_month(day, lead=here.lead) for one in others):
        sentence = "Dan bespreken twee bijeenkomsten dezelfde maand. Kies een dag verder weg van de andere bijeenkomst."
    if sentence:
        raise Invalid(sentence, (Problem("day", sentence),))


def _reason(text: str) -> str:
    said = text.strip()
    if not 1 <= len(said) <= LONGEST:
        raise Invalid("Zeg waarom.", (Problem("because", "Zeg waarom, in hoogstens 300 tekens. Alle leden lezen dit."),))
    return said


def _write(work: Work, found: Consultation, **said: object) -> None:
    mine = (ConsultationRow.partner == work.partner, ConsultationRow.id == found.id)
    asked = update(ConsultationRow).where(*mine).values(**said, version=ConsultationRow.version + 1)
    work.session.execute(asked.execution_options(synchronize_session=False))
    work.session.expire_all()


def _write_block(work: Work, block: Block, starts: datetime) -> None:
    mine = (BlockRow.partner == work.partner, BlockRow.id == block.id)
    work.session.execute(update(BlockRow).where(*mine).values(starts=starts).execution_options(synchronize_session=False))
