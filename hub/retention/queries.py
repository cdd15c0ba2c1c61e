"""What a partner knows of its retention: its term, what goes and when, what is held, and what ends at recipients and at itself."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.leaving import Leaving, given_leaving, received_leaving
from hub.cases.tables import ContributionRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.retention.rules import IN_DUTCH, NOTICE, REASONS, CountedFrom, HoldReason, Term, earliest
from hub.retention.standing import due_day, is_due, is_held
from hub.retention.tables import ErasureRow, LegalHoldRow, TermRow

MOST = 200
GONE_SHOWN = 50
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Going:
    """An own case that goes, on which day at the earliest; and whether it was announced already or will be in the morning."""

    code: str
    due_on: date
    goes_on: date
    is_announced: bool


@dataclass(frozen=True, slots=True)
class Held:
    """An own case that is held, why, since when and until which day."""

    code: str
    reason: HoldReason
    since: datetime
    until: date | None


@dataclass(frozen=True, slots=True)
class Gone:
    """An own case that is gone; of it nothing is left but its code."""

    code: str
    gone_on: date


@dataclass(frozen=True, slots=True)
class Board:
    """All that a partner knows of its retention, and its choices; `has_more` tells whether a list holds the first to go alone."""

    term: Term | None
    going: tuple[Going, ...]
    held: tuple[Held, ...]
    gone: tuple[Gone, ...]
    given: tuple[Leaving, ...]
    received: tuple[Leaving, ...]
    has_more: bool
    counted: Choices = tuple((word.value, text) for word, text in IN_DUTCH.items())
    reasons: Choices = tuple((word.value, text) for word, text in REASONS.items())


def term(work: Work) -> Term | None:
    """The term of the acting partner; None when it never said one, and then everything is kept."""
    asked = select(TermRow).where(TermRow.giver == work.partner).order_by(TermRow.no.desc()).limit(1)
    row = work.session.scalar(asked)
    if row is None:
        return None
    return Term(row.months, CountedFrom(row.counted_from) if row.counted_from else None, row.decision, row.decided_on)


def active_hold(work: Work, *, contribution: UUID) -> LegalHoldRow | None:
    """The hold on this contribution, if there is one."""
    row = LegalHoldRow
    asked = select(row).where(row.giver == work.partner, row.contribution == contribution, row.released_at.is_(None))
    return work.session.scalar(asked)


def going(work: Work) -> tuple[Going, ...]:
    """The own cases that go within a while, the first to go first: announced ones, and ones that will be announced in the morning."""
    now = term(work)
    if now is None or now.months is None:
        return ()
    row, line, day = ContributionRow, ErasureRow, today(work.now)
    due = due_day(now)
    same = (line.giver == row.giver) & (line.contribution == row.id) & (line.due_on == due)
    asked = select(row.own_code, due, line.goes_on).outerjoin(line, same)
    mine = (row.giver == work.partner, is_due(now, by=day + NOTICE), ~is_held(row.id))
    first = func.coalesce(line.goes_on, func.greatest(due, day + NOTICE))
    found = work.session.execute(asked.where(*mine).order_by(first, row.own_code).limit(MOST + 1)).all()
    return tuple(Going(code, on, goes or earliest(on, announced_on=day), goes is not None) for code, on, goes in found)


def held(work: Work) -> tuple[Held, ...]:
    """The own cases that are held, the latest first."""
    row, case = LegalHoldRow, ContributionRow
    asked = select(case.own_code, row).join(case, (case.giver == row.giver) & (case.id == row.contribution))
    asked = asked.where(row.giver == work.partner, row.released_at.is_(None)).order_by(row.at.desc(), case.own_code).limit(MOST + 1)
    return tuple(Held(code, HoldReason(one.reason), one.at, one.until) for code, one in work.session.execute(asked))


def gone(work: Work) -> tuple[Gone, ...]:
    """The own cases that went last."""
    row = ErasureRow
    asked = select(row.own_code, row.gone_on).where(row.giver == work.partner, row.gone_on.is_not(None))
    found = work.session.execute(asked.order_by(row.gone_on.desc(), row.own_code).limit(GONE_SHOWN))
    return tuple(Gone(code, day) for code, day in found if day is not None)


def board(work: Work) -> Board:
    """Everything about retention that the acting partner knows today; looking at it is noted."""
    until = today(work.now) + NOTICE
    given, received = given_leaving(work, until=until, most=MOST + 1), received_leaving(work, until=until, most=MOST + 1)
    lists = (going(work), held(work), given, received)
    record(work, Event.LIST_OPENED, page="bewaren", rows=sum(map(len, lists)))
    has_more = any(len(one) > MOST for one in lists)
    return Board(term(work), lists[0][:MOST], lists[1][:MOST], gone(work), given[:MOST], received[:MOST], has_more)
