"""What the clock does for agendas: givers lay lines, blocks are proposed and published, editions are kept, and what went is made anew."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from uuid import UUID

from hub.agendas.actions import settle
from hub.agendas.placing import MADE, needs_placing, place
from hub.agendas.queries import agenda
from hub.agendas.settling import TOLD, keep_edition, let_go, may_be_kept, propose_items, publish_items
from hub.cases.house import House
from hub.consultations.queries import body, consultation, consultations
from hub.consultations.rules import FELL_OUT, Consultation, Level, State
from hub.desk import Desk
from hub.kernel import clock as watch
from hub.kernel.clock import today
from hub.kernel.database import Work, act_for
from hub.kernel.days import moment, working_days_before
from hub.kernel.errors import HubError
from hub.kernel.ledger import Due, NotYet
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.partners.queries import partners
from hub.partners.rules import Partner
from hub.turns import Job

LINES, LINES_AGAIN, PROPOSE, PUBLISH, RENEW = (9, time(12)), (6, time(5)), (6, time(7)), (5, time(12)), (1, time(12))
STALE, LOOKS_BACK = timedelta(days=2), timedelta(days=40)
A_MOMENT = timedelta(seconds=1)
LATE = {LINES: timedelta(0), PROPOSE: A_MOMENT, PUBLISH: 2 * A_MOMENT, RENEW: 3 * A_MOMENT}
Step = tuple[int, time]  # so many working days before the meeting, at this time


def _due(*steps: Step, leads: bool = False) -> Callable[[Desk, datetime, datetime], Iterable[Due]]:
    """
    These moments before every meeting to come, for every member or for who leads; a meeting that moves has other moments.

    A meeting that was settled or moved so late that a moment is over already has it at once, each step a little after the one before.
    """

    def periods(desk: Desk, since: datetime, until: datetime) -> Iterable[Due]:
        found, now = [], watch.now()
        for who, one in _known(desk, since):
            if one.state not in FELL_OUT and (one.writer == who.id or not leads):
                late = since + LATE[steps[0]] if since < now - A_MOMENT and one.starts > now else None
                found += [Due(_name(one, who.slug, step), who.id, _moment(one, step, late=late, since=since)) for step in steps]
        return [one for one in found if since <= one.at <= until]

    return periods


def _known(desk: Desk, since: datetime) -> list[tuple[Partner, Consultation]]:
    """Every meeting that was not over then, with each of its members."""
    found = []
    with desk.work() as (work, _):
        for who in partners(work):
            with act_for(work, who.id):
                found += [(who, one) for one in consultations(work, since=since.date())]
    return found


def _moment(meeting: Consultation, step: Step, *, late: datetime | None, since: datetime) -> datetime:
    planned = moment(working_days_before(today(meeting.starts), count=step[0]), at=step[1])
    return late if late is not None and planned < since else planned


def _name(meeting: Consultation, slug: str, step: Step) -> str:
    return f"{meeting.id}/{today(meeting.starts)}/{step[0]}/{slug}"


def _meeting(work: Work, period: str) -> Consultation | None:
    """The meeting of a period; None when it moved or fell out since. Raises NotYet before it is prepared."""
    key, day, *_ = period.split("/")
    found = consultation(work, id=UUID(key))
    if str(today(found.starts)) != day or found.state in FELL_OUT:
        return None
    if found.state is State.PLANNED:
        raise NotYet("Deze bijeenkomst wordt nog niet voorbereid.")
    return found


def _lay(work: Work, house: House, period: str) -> None:
    meeting = _meeting(work, period)
    if meeting is None:
        return
    place(work, house=house, meeting=meeting)
    if meeting.state is State.PREPARING and body(work, slug=meeting.body).level is not Level.FIGURES:
        path = f"/bijeenkomsten/{meeting.id}/aanmelden"
        put_down(work, notice=Notice(work.partner, str(meeting.id), NoticeKind.NOMINATIONS_OPEN, path, TOLD, work.now))


def _propose(work: Work, _house: House, period: str) -> None:
    if meeting := _meeting(work, period):
        propose_items(work, meeting=meeting)


def _publish(work: Work, _house: House, period: str) -> None:
    """What does not fit by then is published as people left it: that it is too long stands on the page."""
    meeting = _meeting(work, period)
    if meeting is not None and meeting.state is State.PREPARING:
        settle(work, consultation=meeting.id, overrun="yes")


def _renew(work: Work, _house: House, period: str) -> None:
    meeting = _meeting(work, period)
    if meeting is not None and agenda(work, consultation=meeting.id).edition is not None:
        keep_edition(work, meeting=meeting)


def keep_agendas(desk: Desk) -> int:
    """Make anew what went or was asked for since, publish what others settled, keep editions; twice in a row does nothing more."""
    near = [(who, one) for who, one in _known(desk, watch.now() - LOOKS_BACK) if one.state in MADE or one.state in FELL_OUT]
    return sum(_try(desk, who.slug, one.id, deed) for deed in (_relay, _follow, _keep) for who, one in near)


def _try(desk: Desk, slug: str, id: UUID, deed: Callable[[Work, House, Consultation], int]) -> int:
    """In a work of its own; what is refused holds nothing else up: somebody else is at it, or it went on; the next round looks again."""
    try:
        with desk.work(slug) as (work, _):
            return deed(work, desk.house, consultation(work, id=id))
    except HubError:
        return 0


def _relay(work: Work, house: House, meeting: Consultation) -> int:
    return place(work, house=house, meeting=meeting) if needs_placing(work, meeting=meeting) else 0


def _follow(work: Work, _house: House, meeting: Consultation) -> int:
    return publish_items(work, meeting=meeting) if meeting.state is State.PUBLISHED else let_go(work, meeting=meeting)


def _keep(work: Work, _house: House, meeting: Consultation) -> int:
    return int(may_be_kept(work, meeting=meeting) and keep_edition(work, meeting=meeting) is not None)


AGENDA_JOBS = (
    Job("agenda_lines", _due(LINES, LINES_AGAIN), _lay, stale_after=STALE),
    Job("agenda_propose", _due(PROPOSE), _propose, stale_after=STALE),
    Job("agenda_publish", _due(PUBLISH, leads=True), _publish, stale_after=STALE),
    Job("agenda_renew", _due(RENEW), _renew, stale_after=STALE),
)
