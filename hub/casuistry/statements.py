"""What a giver says about its own month: everything is brought in, or there is nothing to report."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.house import House
from hub.cases.tables import RevisionRow
from hub.casuistry.lifecycle import day_of_month, expected_givers
from hub.casuistry.queries import gathering_of
from hub.casuistry.rules import CODES, State, month_in_dutch
from hub.casuistry.tables import CollectionRow, GatheringRow, ReadinessRow, StatementRow
from hub.kernel.actor import Person
from hub.kernel.clock import AMSTERDAM
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.words import Month

COMPLETE, NOTHING = "complete", "nothing"
KIND_IN_DUTCH = {COMPLETE: "bijgewerkt", NOTHING: "niets te melden"}


class SomethingReported(Conflict):
    """Nothing to report, and yet something was brought in."""

    def __init__(self, count: int) -> None:
        changes = "1 wijziging" if count == 1 else f"{count} wijzigingen"
        super().__init__(f"U hebt deze maand {changes} ingebracht. Kies daarom ‘bijgewerkt’.")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as its giver reads it back; `by_hub` when a later release turned nothing into complete."""

    province: str
    month: Month
    kind: str
    made_at: datetime
    by_hub: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A month about which the acting partner is asked: its last statement, if any, and how much it released since the last freeze."""

    province: str
    month: Month
    state: State
    planned_freeze_at: datetime
    statement: Statement | None
    released: int


def state_complete(work: Work, *, province: str, month: Month, house: House) -> Statement:
    """Say that everything of this month is brought in."""
    return _state(work, _asked_of(work, province, month, house), COMPLETE)


def state_nothing(work: Work, *, province: str, month: Month, house: House) -> Statement:
    """Say that there is nothing to report; SomethingReported when the acting partner released something since the last freeze."""
    row = _asked_of(work, province, month, house)
    if count := released_since(work, row=row):
        raise SomethingReported(count)
    return _state(work, row, NOTHING)


def turn_if_released(work: Work, *, row: GatheringRow) -> None:
    """A release after 'nothing to report' makes it complete: said by the hub in the giver's own work at the freeze; both stay."""
    last = _last(work, row)
    if last is not None and last.kind == NOTHING and released_since(work, row=row):
        _state(work, row, COMPLETE, by_hub=True)


def statements_asked(work: Work, *, house: House) -> tuple[Asked, ...]:
    """The months about which the acting partner is asked and that are not delivered yet, the oldest first; none for who gives nothing."""
    found = work.session.scalars(
        select(GatheringRow).where(GatheringRow.delivered_at.is_(None)).order_by(GatheringRow.month, GatheringRow.province)
    ).all()
    provinces = {row.province for row in found}
    mine = {one for one in provinces if work.partner in {giver.id for giver in expected_givers(work, province=one, house=house)}}
    return tuple(
        Asked(row.province, Month(row.month.year, row.month.month), State(row.state), row.planned_freeze_at, _value(_last(work, row)),
              released_since(work, row=row))
        for row in found if row.province in mine
    )  # fmt: skip


def released_since(work: Work, *, row: GatheringRow) -> int:
    """How many changes the acting partner brought in for this province since its previous freeze there, or since the month began."""
    here = (CollectionRow.recipient == work.partner, CollectionRow.province == row.province, CollectionRow.number == 0)
    last = select(func.max(CollectionRow.frozen_at)).where(*here, CollectionRow.month < row.month)
    since = work.session.scalar(last) or datetime(row.month.year, row.month.month, 1, tzinfo=AMSTERDAM)
    this = select(func.max(CollectionRow.frozen_at)).where(*here, CollectionRow.month == row.month)
    until = work.session.scalar(this) or work.now
    asked = select(func.count()).select_from(RevisionRow).where(RevisionRow.giver == work.partner, RevisionRow.made_at > since)
    return work.session.scalar(asked.where(RevisionRow.made_at <= until, RevisionRow.province == CODES.get(row.province))) or 0


def _asked_of(work: Work, province: str, month: Month, house: House) -> GatheringRow:
    if province not in CODES:
        raise Invalid("Voor zaken zonder plaats is geen bericht nodig.")
    if work.partner not in {one.id for one in expected_givers(work, province=province, house=house)}:
        raise NotFound("Uw organisatie levert niet aan voor deze verzameling, dus er wordt niets van u verwacht.")
    row = gathering_of(work, province=province, month=month)
    if row.delivered_at is not None:
        raise Conflict(f"De maandverzameling van {month_in_dutch(month)} is al bezorgd. Een bericht kan niet meer.")
    return row


def _state(work: Work, row: GatheringRow, kind: str, *, by_hub: bool = False) -> Statement:
    """
    The statement, and the collecting partner's receipt, which does not tell what was stated.

    What the hub makes true later leaves no second one: its moment would tell that nothing was stated first, and something released since.
    """
    last = _last(work, row)
    no, month = last.no + 1 if last else 1, Month(row.month.year, row.month.month)
    by = work.actor.account if isinstance(work.actor, Person) and not by_hub else None
    made = StatementRow(giver=work.partner, province=row.province, month=row.month, no=no, kind=kind, made_at=work.now, made_by=by)
    work.session.add(made)
    work.session.flush()
    if not by_hub:
        told = {"collector": row.collector, "province": row.province, "month": row.month, "giver": work.partner, "no": no, "at": work.now}
        work.session.execute(insert(ReadinessRow).values(told))
    record(work, Event.STATEMENT_MADE, province=row.province, month=str(month), state=kind)
    return Statement(row.province, month, kind, work.now, by_hub)


def _last(work: Work, row: GatheringRow) -> StatementRow | None:
    same = (StatementRow.giver == work.partner, StatementRow.province == row.province, StatementRow.month == row.month)
    return work.session.scalars(select(StatementRow).where(*same).order_by(StatementRow.no.desc()).limit(1)).first()


def _value(row: StatementRow | None) -> Statement | None:
    if row is None:
        return None
    month = Month(row.month.year, row.month.month)
    return Statement(row.province, month, row.kind, row.made_at, by_hub=row.made_by is None and row.no > 1)


def is_silent(work: Work, *, province: str, month: Month) -> bool:
    """Whether the acting partner made no statement about this month."""
    asked = select(StatementRow.no).where(
        StatementRow.giver == work.partner, StatementRow.province == province, StatementRow.month == day_of_month(month)
    )
    return work.session.scalars(asked.limit(1)).first() is None
