"""A partner that is asked to belong to a body says yes or no, or leaves it later; and who leads it lets its meetings and blocks follow."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, update

from hub.audit.events import Event
from hub.audit.journal import record
from hub.consultations.queries import blocks, body, consultations, question
from hub.consultations.rules import AHEAD, Block, Body, State
from hub.consultations.seats import NotAsked, SeatState
from hub.consultations.tables import AccessionRow, BlockRow, BodyRow, ConsultationRow, SeriesRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid, Problem

LONGEST = 300
BEING_MADE = frozenset({State.PREPARING, State.PUBLISHED})  # meetings with blocks of their own that are still to come


class LeadsItself(Conflict):
    """Who leads a body cannot leave it."""

    def __init__(self) -> None:
        super().__init__("Uw organisatie leidt dit overleg en kan er niet uit weggaan.")


def say_yes(work: Work, *, body: str, basis: str) -> None:
    """
    Belong to this body from now on, on this legal basis of the acting partner; who leads it lets its meetings follow within a minute.

    Raises NotFound for a body that did not ask, NotAsked for a partner that belongs to it already or said no, Invalid without a basis.
    """
    state = question(work, slug=body).mine.state
    if state is not SeatState.ASKED:
        raise NotAsked(state)
    said = " ".join(basis.split())
    if not 1 <= len(said) <= LONGEST:
        raise Invalid("Noem de grondslag.", (Problem("basis", "Noem de grondslag van uw organisatie, in hoogstens 300 tekens."),))
    answer(work, body=body, state=SeatState.YES, words=(said, ""))


def say_no(work: Work, *, body: str, because: str) -> None:
    """Do not belong to this body, with a reason that all partners may read; raises as `say_yes` does."""
    state = question(work, slug=body).mine.state
    if state is not SeatState.ASKED:
        raise NotAsked(state)
    answer(work, body=body, state=SeatState.NO, words=("", _reason(because)))


def leave(work: Work, *, body: str, because: str) -> None:
    """Belong to this body no longer, with a reason that all partners may read; nothing of it can be seen from here on."""
    found = question(work, slug=body)
    if found.mine.state is not SeatState.YES:
        raise NotAsked(found.mine.state)
    if found.body.coordinator == work.partner:
        raise LeadsItself
    answer(work, body=body, state=SeatState.LEFT, words=("", _reason(because)))


def answer(work: Work, *, body: str, state: SeatState, words: tuple[str, str]) -> None:
    """Write down the answer of the acting partner: its legal basis for a yes, its reason for anything else."""
    basis, because = words
    row = AccessionRow(partner=work.partner, body=body, answer=state.value, basis=basis, because=because, answered_at=work.now)
    work.session.merge(row)
    work.session.flush()
    record(work, Event.MEMBERSHIP_ANSWERED, body=body, state=state.value)


def follow(work: Work, *, body: str) -> None:
    """As who leads this body: its year, its meetings ahead and its blocks go to who belongs to it now, and to nobody else."""
    here = _body(work, body)
    readers = sorted(here.partners)
    if here.chair not in readers:
        work.session.execute(update(BodyRow).where(BodyRow.slug == body).values(chair=here.coordinator))
    ahead = [one.value for one in AHEAD]
    meetings = (ConsultationRow.partner == work.partner, ConsultationRow.body == body, ConsultationRow.state.in_(ahead))
    work.session.execute(update(ConsultationRow).where(*meetings, ConsultationRow.members != readers).values(members=readers))
    years = (SeriesRow.partner == work.partner, SeriesRow.body == body, SeriesRow.state != "draft")
    work.session.execute(update(SeriesRow).where(*years, SeriesRow.members != readers).values(members=readers))
    near = [one.id for one in consultations(work, body=body, since=today(work.now) - timedelta(1)) if one.state in BEING_MADE]
    for meeting in (None, *near):
        _seat(work, here, meeting)


def _body(work: Work, slug: str) -> Body:
    return body(work, slug=slug)


def _seat(work: Work, here: Body, meeting: UUID | None) -> None:
    """A block that was for all stays so; from the others go who left. A block of the plan that one partner keeps to itself is none."""
    found = blocks(work, body=here.slug, consultation=meeting)
    everybody = frozenset().union(*(block.seats for block in found))
    now = frozenset(here.partners)
    for block in found:
        seats = now if block.seats == everybody else block.seats & now
        if seats == block.seats:
            continue
        this = (BlockRow.partner == work.partner, BlockRow.id == block.id)
        if meeting is None and block.seats != everybody and len(seats) < 2:
            work.session.execute(delete(BlockRow).where(*this))
        else:
            work.session.execute(update(BlockRow).where(*this).values(**_seated(here, block, seats)))


def _seated(here: Body, block: Block, seats: frozenset[int]) -> dict[str, object]:
    kept = sorted(seats or {here.coordinator})
    leads = block.run_by if block.run_by in kept else here.coordinator if here.coordinator in kept else kept[0]
    return {"seats": kept, "members": sorted({*kept, here.coordinator}), "run_by": leads}


def _reason(text: str) -> str:
    said = " ".join(text.split())
    if not 1 <= len(said) <= LONGEST:
        raise Invalid("Zeg waarom.", (Problem("because", "Zeg waarom, in hoogstens 300 tekens."),))
    return said
