"""What is done about retention: a term set, a case held or released, what will go announced, and what was announced carried out."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, false, func, select, update

from hub.audit.events import Event
from hub.audit.journal import record, record_many
from hub.cases.actions import locked
from hub.cases.erasing import close_rows, erase, forget, is_settled, is_shown
from hub.cases.leaving import given_leaving, received_leaving
from hub.cases.tables import ContributionRow
from hub.kernel.actor import Person
from hub.kernel.bulk import insert_rows
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.people.words import Role
from hub.retention.queries import active_hold, term
from hub.retention.rules import NOTICE, PROOF_KEPT, HoldReason, Term, check_term, check_until, earliest
from hub.retention.standing import due_day, is_due, is_held
from hub.retention.tables import ErasureRow, LegalHoldRow, TermRow
from hub.sharing.queries import hold_agreements

AT_ONCE = 200
PAGE = "/bewaren"
TOLD = (Role.COORDINATOR, Role.PRIVACY_OFFICER)
ANNOUNCED = ("giver", "contribution", "own_code", "announced_on", "due_on", "goes_on")


@dataclass(frozen=True, slots=True)
class Done:
    """What one run did: rows taken away at recipients, own cases deleted (by their codes), and proof of sharing that was old enough."""

    rows: int
    cases: tuple[str, ...]
    forgotten: int

    @property
    def count(self) -> int:
        """How much that was; nothing left to do is zero."""
        return self.rows + len(self.cases) + self.forgotten


def set_term(work: Work, *, wanted: Term) -> None:
    """Write down how long the acting partner keeps its cases from now on; Invalid for a term that cannot be one."""
    check_term(wanted, day=today(work.now))
    last = work.session.scalar(select(func.max(TermRow.no)).where(TermRow.giver == work.partner)) or 0
    what = {"months": wanted.months, "counted_from": wanted.counted_from, "decision": wanted.decision.strip()}
    when = {"decided_on": wanted.decided_on, "by_person": _person(work), "at": work.now}
    work.session.add(TermRow(giver=work.partner, no=last + 1, **what, **when))
    work.session.flush()
    record(work, Event.RETENTION_SET, number=wanted.months or 0, state=wanted.counted_from or "kept", until=wanted.decided_on)


def hold(work: Work, *, code: str, reason: HoldReason, until: date | None = None) -> None:
    """Keep an own case from being deleted, until that day or until it is released; Conflict when it is held already."""
    row = locked(work, code=code)
    check_until(until, day=today(work.now))
    if active_hold(work, contribution=row.id) is not None:
        raise Conflict("Deze zaak wordt al vastgehouden.")
    mine = (LegalHoldRow.giver == work.partner, LegalHoldRow.contribution == row.id)
    last = work.session.scalar(select(func.max(LegalHoldRow.no)).where(*mine)) or 0
    which = {"giver": work.partner, "contribution": row.id, "no": last + 1}
    work.session.add(LegalHoldRow(**which, reason=reason, until=until, by_person=_person(work), at=work.now))
    work.session.flush()
    record(work, Event.CASE_HELD, contribution=row.id, state=reason)


def release_hold(work: Work, *, code: str) -> None:
    """Let an own case go again; what was announced of it goes thirty days from now at the earliest. Conflict when it is not held."""
    row = locked(work, code=code)
    held = active_hold(work, contribution=row.id)
    if held is None:
        raise Conflict("Deze zaak wordt niet vastgehouden.")
    _end(work, held)


def _end(work: Work, held: LegalHoldRow) -> None:
    held.released_at, held.released_by = work.now, _person(work)
    work.session.flush()
    mine = (ErasureRow.giver == work.partner, ErasureRow.contribution == held.contribution, ErasureRow.gone_on.is_(None))
    again = func.greatest(ErasureRow.goes_on, today(work.now) + NOTICE)
    work.session.execute(update(ErasureRow).where(*mine).values(goes_on=again))
    record(work, Event.CASE_RELEASED, contribution=held.contribution)


def end_old_holds(work: Work) -> int:
    """Release what the acting partner held until a day that is over, and tell how many cases."""
    over = (LegalHoldRow.giver == work.partner, LegalHoldRow.released_at.is_(None), LegalHoldRow.until < today(work.now))
    held = work.session.scalars(select(LegalHoldRow).where(*over).limit(AT_ONCE).with_for_update(skip_locked=True)).all()
    for one in held:
        _end(work, one)
    return len(held)


def announce(work: Work) -> int:
    """
    Announce which own cases go in thirty days or later, and take back what was announced and is not due any more.

    To be done every morning by the clock, or by command; tells how many are new. Who may do something about it hears of it once a day.
    """
    day, mine = today(work.now), (ErasureRow.giver == work.partner, ErasureRow.gone_on.is_(None))
    now = term(work)
    still = _still_due(work, now)
    work.session.execute(delete(ErasureRow).where(*mine, ~still))
    if now is None or now.months is None:
        return 0
    row, due = ContributionRow, due_day(now)
    known = select(ErasureRow.contribution).where(ErasureRow.giver == row.giver, ErasureRow.contribution == row.id).exists()
    asked = select(row.id, row.own_code, due).where(row.giver == work.partner, is_due(now, by=day + NOTICE), ~is_held(row.id), ~known)
    found = work.session.execute(asked.order_by(row.id)).all()
    rows = [(work.partner, case, code, day, due_on, earliest(due_on, announced_on=day)) for case, code, due_on in found]
    insert_rows(work, table="erasure", columns=ANNOUNCED, rows=rows)
    if found:
        record(work, Event.ERASURE_ANNOUNCED, rows=len(found))
        put_down(work, notice=Notice(work.partner, f"{day}", NoticeKind.CASES_LEAVING, PAGE, TOLD, work.now))
    return len(found)


def tell_of_rows(work: Work) -> bool:
    """Tell the acting partner's people, once a month, that rows they gave or received are about to end; whether there are any."""
    day = today(work.now)
    some = given_leaving(work, until=day + NOTICE, most=1) or received_leaving(work, until=day + NOTICE, most=AT_ONCE)
    if some:
        put_down(work, notice=Notice(work.partner, f"{day:%Y-%m}", NoticeKind.ROWS_LEAVING, PAGE, TOLD, work.now))
    return bool(some)


def _still_due(work: Work, now: Term | None) -> ColumnElement[bool]:
    """Whether an announced case is there, not held, and due on the day that was announced."""
    row = ContributionRow
    if now is None or now.months is None:
        return false()
    same = and_(row.giver == ErasureRow.giver, row.id == ErasureRow.contribution, due_day(now) == ErasureRow.due_on)
    return select(row.id).where(same).exists()


def carry_out(work: Work) -> Done:
    """
    Do what was announced and is due today, at most so many cases at once: their rows at recipients go, and the day after the cases.

    A case that is held, that is not due any more, or that nobody was told of for thirty days, stays. The clerk alone may; call it again
    until it did nothing.
    """
    hold_agreements(work)
    rows = len(close_rows(work, contributions=[case for case, _ in _ready(work, is_shown(work, case=ErasureRow.contribution))]))
    ready = _ready(work, is_settled(work, case=ErasureRow.contribution))
    cases = [case for case, _ in ready]
    if cases:
        lines = (ErasureRow.giver == work.partner, ErasureRow.contribution.in_(cases))
        work.session.execute(update(ErasureRow).where(*lines).values(gone_on=today(work.now)))
        erase(work, contributions=cases)
        record_many(work, Event.CASE_ERASED, [{"contribution": case, "code": code} for case, code in ready])
    return Done(rows, tuple(code for _, code in ready), _forget(work))


def _ready(work: Work, may: ColumnElement[bool]) -> list[tuple[UUID, str]]:
    """Announced cases whose day has come, and of which this holds; locked until the work is over."""
    now, line = term(work), ErasureRow
    mine = (line.giver == work.partner, line.gone_on.is_(None), line.goes_on <= today(work.now))
    asked = select(line.contribution, line.own_code).where(*mine, _still_due(work, now), ~is_held(line.contribution), may)
    found = work.session.execute(asked.order_by(line.goes_on, line.own_code).limit(AT_ONCE).with_for_update(of=line)).all()
    cases = [case for case, _ in found]
    row = ContributionRow
    work.session.execute(select(row.id).where(row.giver == work.partner, row.id.in_(cases)).order_by(row.id).with_for_update())
    return [(case, code) for case, code in found]


def _forget(work: Work) -> int:
    before = today(work.now) - PROOF_KEPT
    line = ErasureRow
    old = select(line.contribution).where(line.giver == work.partner, line.gone_on < before).order_by(line.gone_on).limit(AT_ONCE)
    cases = work.session.scalars(old).all()
    forgotten = forget(work, before=before, contributions=cases)
    gone = delete(line).where(line.giver == work.partner, line.contribution.in_(cases)).returning(line.contribution)
    forgotten += len(work.session.scalars(gone).all())
    if forgotten:
        record(work, Event.PROOF_FORGOTTEN, rows=forgotten)
    return forgotten


def _person(work: Work) -> UUID | None:
    return work.actor.account if isinstance(work.actor, Person) else None
