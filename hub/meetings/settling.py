"""What time does to a meeting that is over: its list is published, its minutes are begun, and editions of both are kept."""

from datetime import date, timedelta

from sqlalchemy import func, select

from hub.agendas.edition import Paper
from hub.agendas.papers import fingerprint
from hub.agendas.tables import EditionRow
from hub.consultations.queries import consultations
from hub.consultations.rules import Consultation, State
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import working_days_after
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.meetings.adoption import draft, follow
from hub.meetings.minutes import OVER, Stage, minutes_paper, outcomes_paper, record_of
from hub.people.words import Role

LIST_AFTER, DRAFT_AFTER = 1, 5  # working days
LOOKS_BACK = timedelta(days=200)
TOLD = (Role.CASE_WORKER, Role.COORDINATOR)
PLACES = {"outcomes": ("besluitenlijst", NoticeKind.OUTCOMES_READY), "minutes": ("verslag", NoticeKind.MINUTES_READY)}


def settle_meetings(work: Work) -> int:
    """
    Do for the acting partner what is due after its meetings; to be done every working day, and what was done stays done.

    One working day after a meeting its list of decisions and actions is published; after five the minutes of the own blocks are begun; what
    changed since becomes a new edition, of which its people are told. Tells how many editions it made.
    """
    made = 0
    for meeting in consultations(work, since=today(work.now) - LOOKS_BACK):
        if meeting.state not in OVER or today(work.now) < _after(meeting, LIST_AFTER):
            continue
        made += _keep(work, meeting, outcomes_paper(work, consultation=meeting.id))
        if meeting.state in (State.HELD, State.MINUTED) and today(work.now) >= _after(meeting, DRAFT_AFTER):
            draft(work, consultation=meeting.id)
        if any(one.stage is not Stage.DRAFT for one in record_of(work, consultation=meeting.id).minutes):
            made += _keep(work, meeting, minutes_paper(work, consultation=meeting.id))
        follow(work, consultation=meeting.id)
    return made


def _after(meeting: Consultation, count: int) -> date:
    return working_days_after(today(meeting.actual_end or meeting.ends), count=count)


def _keep(work: Work, meeting: Consultation, paper: Paper) -> int:
    mine = (EditionRow.partner == work.partner, EditionRow.consultation == meeting.id, EditionRow.kind == paper.kind)
    last = work.session.scalar(select(func.max(EditionRow.number)).where(*mine)) or 0
    before = work.session.scalar(select(EditionRow.sha256).where(*mine, EditionRow.number == last))
    if before == fingerprint(paper):
        return 0
    codes = sorted({entry.code for part in paper.parts for entry in part.entries if entry.code})
    work.session.add(EditionRow(
        partner=work.partner, consultation=meeting.id, kind=paper.kind, number=last + 1, body=meeting.body, sha256=fingerprint(paper),
        holds={"items": codes}, published_at=work.now,
    ))  # fmt: skip
    work.session.flush()
    place, kind = PLACES[paper.kind]
    path = f"/bijeenkomsten/{meeting.id}/{place}"
    put_down(work, notice=Notice(work.partner, f"{meeting.id}/{last + 1}", kind, path, TOLD, work.now))
    return 1
