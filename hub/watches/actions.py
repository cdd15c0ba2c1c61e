"""Keeping terms in sight: every day from the partner's own rows, and by somebody who says that one was dealt with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import and_, delete, select, update

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.house import House
from hub.kernel.actor import Person
from hub.kernel.bulk import insert_rows, update_rows
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, NotFound
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.people.words import Role
from hub.watches.queries import STANDING, dues
from hub.watches.rules import LOOKED_BACK, TERMS, Due, Rule, warnings
from hub.watches.tables import WatchRow

COLUMNS = ("partner", "reference", "rule", "starts_on", "id", "last_day", "certainty", "state", "warned", "since", "by_person")
KEY = ("partner", "id")
ENDS_BY_ITSELF = frozenset({Rule.SILENT, Rule.POLICY_END, Rule.CONSENT_END})  # when its reason is gone, somebody did what was needed
SETTLED = {"klaar": "met", "niet-nodig": "dropped"}
CASE_WORKERS, PRIVACY = (Role.CASE_WORKER, Role.COORDINATOR), (Role.PRIVACY_OFFICER,)
Key = tuple[str, str, date]


@dataclass(frozen=True, slots=True)
class Held:
    """A term as it stands in the table."""

    id: UUID
    rule: Rule
    last_day: date
    state: str
    warned: int
    since: date
    by_person: UUID | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a day's watch came to: terms new in sight, terms whose reason is gone, terms that passed, and terms warned of."""

    new: int
    gone: int
    passed: int
    warned: int


class NothingToSettle(Conflict):
    """This term is settled already."""

    def __init__(self) -> None:
        super().__init__("Deze termijn is al afgehandeld.")


def keep_watch(work: Work, *, house: House) -> Kept:
    """
    Bring the terms of the acting partner up to this day; done twice on one day it changes nothing the second time.

    New ones that are in sight are kept, those whose reason is gone are met or dropped, those that are over have passed. One message per
    day tells case workers, and one the privacy officers, that something ends soon; it names neither case nor term.
    """
    day, held = today(work.now), _held(work)
    found = {_key(due): due for due in dues(work, house=house)}
    back = {key for key, row in held.items() if key in found and _begins_anew(row, found[key])}
    _remove(work, [held.pop(key) for key in back])
    fresh = [due for key, due in found.items() if key not in held]
    _insert(work, fresh, day)
    lost = [row for key, row in held.items() if row.state in STANDING and key not in found]
    kept = [row for key, row in held.items() if row.state == "open" and key in found]
    late = [row for row in kept + [one for one in lost if _ran_out(one)] if row.last_day < day]
    gone = [row for row in lost if _is_done_with(row, day) and not (_ran_out(row) and row.last_day < day)]
    near = [row for row in kept if row.last_day >= day and _warned(row, day) > row.warned]
    _change(work, ((row, "met" if row.rule in ENDS_BY_ITSELF else "dropped", row.warned, day) for row in gone))
    _change(work, ((row, "passed", row.warned, day) for row in late))
    _change(work, ((row, row.state, _warned(row, day), row.since) for row in near))
    told = {row.rule for row in near} | {due.rule for due in fresh if _tells(due, day)}
    _tell(work, told, day)
    _forget(work, day)
    return Kept(len(fresh), len(gone), len(late), len(near))


def settle(work: Work, *, watch: UUID, how: str) -> None:
    """Say that a term was dealt with, or that nothing is needed; NotFound for another's, NothingToSettle when it is settled already."""
    row = work.session.scalar(select(WatchRow).where(WatchRow.partner == work.partner, WatchRow.id == watch).with_for_update())
    if row is None or how not in SETTLED:
        raise NotFound
    if row.state not in STANDING:
        raise NothingToSettle
    by = work.actor.account if isinstance(work.actor, Person) else None
    mine = and_(WatchRow.partner == work.partner, WatchRow.id == watch)
    work.session.execute(update(WatchRow).where(mine).values(state=SETTLED[how], since=today(work.now), by_person=by))
    record(work, Event.WATCH_SETTLED, watch=watch, state=SETTLED[how])


def _key(due: Due) -> Key:
    return due.reference, due.rule.value, due.starts_on


def _held(work: Work) -> dict[Key, Held]:
    row = WatchRow.__table__.c
    asked = select(row.reference, row.rule, row.starts_on, row.id, row.last_day, row.state, row.warned, row.since, row.by_person)
    rows = work.session.execute(asked.where(row.partner == work.partner))
    return {(one.reference, one.rule, one.starts_on): Held(one.id, Rule(one.rule), *one[4:]) for one in rows}


def _warned(row: Held, day: date) -> int:
    return warnings(row.rule, last_day=row.last_day, on=day)


def _tells(due: Due, day: date) -> bool:
    """A term that comes in sight within its warning is told at once, also when it may have passed; silence is told by the collection."""
    return due.rule is not Rule.SILENT and due.latest >= day and warnings(due.rule, last_day=due.last_day, on=day) > 0


def _begins_anew(row: Held, due: Due) -> bool:
    """Whether a term has another end than it had, or is there again after it went away by itself."""
    return row.last_day != due.last_day or (row.state not in STANDING and row.by_person is None)


def _ran_out(row: Held) -> bool:
    """An agreement that is over is found no more, and was not renewed."""
    return row.rule is Rule.POLICY_END and row.state == "open"


def _is_done_with(row: Held, day: date) -> bool:
    """Whether a term that is not found any more may go; one that passed stays in sight until somebody deals with it, or for two months."""
    return row.state == "open" or row.rule in (Rule.SILENT, Rule.CONSENT_END) or row.last_day < day - LOOKED_BACK


def _insert(work: Work, fresh: Iterable[Due], day: date) -> None:
    rows = (
        (work.partner, due.reference, due.rule.value, due.starts_on, uuid4(), due.last_day, due.certainty.value,
         "passed" if due.last_day < day else "open", warnings(due.rule, last_day=due.last_day, on=day), day, None)
        for due in fresh
    )  # fmt: skip
    insert_rows(work, table="watch", columns=COLUMNS, rows=rows)


def _remove(work: Work, rows: Sequence[Held]) -> None:
    if rows:
        work.session.execute(delete(WatchRow).where(WatchRow.partner == work.partner, WatchRow.id.in_([row.id for row in rows])))


def _change(work: Work, changes: Iterable[tuple[Held, str, int, date]]) -> None:
    rows = [(work.partner, row.id, state, warned, since) for row, state, warned, since in changes]
    update_rows(work, table="watch", key=KEY, columns=("state", "warned", "since"), rows=rows)


def _tell(work: Work, told: Iterable[Rule], day: date) -> None:
    wanted: Mapping[str, tuple[Role, ...]] = {"privacy" if TERMS[rule].for_privacy else "cases": () for rule in told}
    for whom in wanted:
        roles = PRIVACY if whom == "privacy" else CASE_WORKERS
        put_down(work, notice=Notice(work.partner, f"{day}/{whom}", NoticeKind.DEADLINE_NEAR, "/termijnen", roles, work.now))


def _forget(work: Work, day: date) -> None:
    """What was settled long ago goes, but for the last interim message: from that day the next term runs."""
    old = and_(WatchRow.partner == work.partner, WatchRow.state.not_in(STANDING), WatchRow.since < day - 4 * LOOKED_BACK)
    work.session.execute(delete(WatchRow).where(old, WatchRow.last_day < day - 4 * LOOKED_BACK))
