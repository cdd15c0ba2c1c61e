"""
What the clock does for consultations: prepare a meeting twelve working days before it, tell of a proposed year, keep readers in step.

It tells a partner that a body asks for it, and lets the meetings and blocks of a body follow when a partner answered or left.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from uuid import UUID

from hub.cases.house import House
from hub.consultations.actions import prepare
from hub.consultations.founding import keep_in_step
from hub.consultations.joining import follow
from hub.consultations.progress import PREPARED
from hub.consultations.queries import bodies, consultation, consultations, questions, seats, series, series_of
from hub.consultations.rules import SeriesState, State
from hub.desk import Desk
from hub.kernel.clock import today
from hub.kernel.database import Work, act_for
from hub.kernel.days import moment, working_days_before
from hub.kernel.errors import NotFound
from hub.kernel.ledger import CatchUp, Due
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.partners.queries import partners, partners_by_id
from hub.people.words import Role
from hub.turns import Job, every_morning

PREPARES_AT, KEEPS_AT = time(7), time(6)
TOLD, ANSWERS = (Role.CASE_WORKER, Role.COORDINATOR), (Role.COORDINATOR, Role.PRIVACY_OFFICER)


def _preparing(desk: Desk, since: datetime, _until: datetime) -> Iterable[Due]:
    """Every planned meeting, for who leads it; one that was settled or moved late is prepared at once. Another day is another period."""
    dues = []
    for work in _each(desk):
        mine = [one for one in consultations(work, since=today(work.now)) if one.writer == work.partner and one.state is State.PLANNED]
        days = [(one, working_days_before(today(one.starts), count=PREPARED)) for one in mine]
        dues += [Due(f"{one.id}/{today(one.starts)}", work.partner, max(moment(day, at=PREPARES_AT), since)) for one, day in days]
    return dues


def _telling(desk: Desk, _since: datetime, _until: datetime) -> Iterable[Due]:
    """Every year that is before the members, once for each of them and once for each time it was put there."""
    dues = []
    for work in _each(desk):
        slug = partners_by_id(work)[work.partner].slug
        found = [one for here in bodies(work) for one in series_of(work, body=here.slug) if one.writer != work.partner]
        dues += [
            Due(f"{one.id}/{slug}/{one.proposed_at:%Y%m%d%H%M%S}", work.partner, one.proposed_at)
            for one in found if one.state is SeriesState.PROPOSED and one.proposed_at is not None
        ]  # fmt: skip
    return dues


def _asking(desk: Desk, _since: datetime, _until: datetime) -> Iterable[Due]:
    """Every body that waits for the yes of a partner, once for each time it asked."""
    dues = []
    for work in _each(desk):
        slug, found = partners_by_id(work)[work.partner].slug, questions(work)
        asked = seats(work, slugs=[one.slug for one in found]) if found else {}
        mine = [(here, one) for here, some in asked.items() for one in some if one.partner == work.partner]
        dues += [Due(f"{here}/{slug}/{one.asked_at:%Y%m%d%H%M%S}", work.partner, one.asked_at) for here, one in mine]
    return dues


def _following(desk: Desk, _since: datetime, _until: datetime) -> Iterable[Due]:
    """Every answer of a partner, for who leads the body: its meetings and blocks follow."""
    dues = []
    for work in _each(desk):
        led = [one.slug for one in bodies(work) if one.coordinator == work.partner]
        for here, some in (seats(work, slugs=led) if led else {}).items():
            told = [(one.slug, one.answered_at) for one in some if one.answered_at and one.partner != work.partner]
            dues += [Due(f"{here}/{slug}/{at:%Y%m%d%H%M%S}", work.partner, at) for slug, at in told]
    return dues


def _each(desk: Desk) -> Iterator[Work]:
    """A work for every partner in turn, all of one moment."""
    with desk.work() as (work, _):
        for one in partners(work):
            with act_for(work, one.id):
                yield work


def _prepare(work: Work, _house: House, period: str) -> None:
    """The meeting is looked at again: somebody may have moved, prepared or cancelled it since."""
    key, day = period.split("/")
    try:
        found = consultation(work, id=UUID(key))
    except NotFound:
        return
    if found.state is State.PLANNED and str(today(found.starts)) == day:
        prepare(work, consultation=found.id)


def _tell(work: Work, _house: House, period: str) -> None:
    key, _, stamp = period.split("/")
    try:
        found = series(work, id=UUID(key))
    except NotFound:  # no member any more, or taken back
        return
    if found.state is SeriesState.PROPOSED:
        notice = Notice(work.partner, f"{key}/{stamp}", NoticeKind.SERIES_PROPOSED, f"/jaarplannen/{key}", TOLD, work.now)
        put_down(work, notice=notice)


def _ask(work: Work, _house: House, period: str) -> None:
    slug, _, stamp = period.split("/")
    if any(one.slug == slug for one in questions(work)):
        notice = Notice(work.partner, f"{slug}/{stamp}", NoticeKind.BODY_ASKED, f"/overleggen/{slug}/deelname", ANSWERS, work.now)
        put_down(work, notice=notice)


def _follow(work: Work, _house: House, period: str) -> None:
    slug = period.split("/")[0]
    if any(one.slug == slug and one.coordinator == work.partner for one in bodies(work)):
        follow(work, body=slug)


def _keep(work: Work, _house: House, _period: str) -> None:
    keep_in_step(work)


CONSULTATION_JOBS = (
    Job("prepare", _preparing, _prepare),
    Job("series_proposed", _telling, _tell),
    Job("body_asked", _asking, _ask),
    Job("body_answered", _following, _follow),
    Job("members", every_morning(KEEPS_AT), _keep, catch_up=CatchUp.LATEST),
)
