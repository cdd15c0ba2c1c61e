"""Gathering an edition, and what the coordinator does to a gathering: freeze early, move, reopen, deliver, allow a late giver."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.house import House
from hub.casuistry.gathering import LATE, Made
from hub.casuistry.lifecycle import (
    DELIVER,
    GATHER,
    check_over,
    day_of_month,
    expected_givers,
    freeze_own,
    gather_period,
    locked,
    note_step,
    open_month,
    ready_givers,
    recipients,
)
from hub.casuistry.rules import State, month_in_dutch
from hub.casuistry.statements import turn_if_released
from hub.casuistry.tables import GatheringRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import FREEZES, collection_dates, delivery_after, is_working_day, moment, month_after, working_days_after
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.ledger import put_due
from hub.kernel.words import Month
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.sharing.sentences import day_in_dutch

LONGEST_REASON = 500
FARTHEST = 5  # working days that a freeze may be moved


class SilentPartners(Invalid):
    """Some givers made no statement yet, and nobody said why the freeze does not wait for them."""

    def __init__(self, silent: tuple[Partner, ...]) -> None:
        names = ", ".join(one.name for one in silent)
        super().__init__(f"Deze partners hebben nog geen bericht gegeven: {names}. Schrijf waarom u toch bevriest.")


class NotOpen(Conflict):
    """The gathering is frozen or delivered already."""

    def __init__(self, month: Month) -> None:
        super().__init__(f"De verzameling van {month_in_dutch(month)} is al bevroren. Er is niets gewijzigd.")


@dataclass(frozen=True, slots=True)
class LateGiver:
    """A giver whose late cases come as an addendum, and why."""

    giver: Partner
    because: str


def gather_month(work: Work, *, province: str, month: Month, house: House) -> Made:
    """
    Freeze the acting partner's own edition of this month, in one statement; what it said of its own month is made true first.

    Raises MonthNotOver, NotYet before the planned moment, GatheredAlready the second time; then nothing was changed.
    """
    row = open_month(work, province=province, month=month)
    if row.state == State.OPEN and work.now >= row.planned_freeze_at:
        turn_if_released(work, row=row)
    return freeze_own(work, province=province, month=month, house=house)


def freeze(work: Work, *, province: str, month: Month, because: str, house: House) -> tuple[Partner, ...]:
    """
    Freeze now instead of on the planned moment: each recipient's edition is asked for; tells who those are.

    MonthNotOver while the month goes on, NotOpen afterwards; SilentPartners when a giver made no statement and `because` is empty.
    """
    check_over(work, month=month)
    row = _still_open(work, province, month)
    ready = ready_givers(work, row=row)
    silent = tuple(one for one in expected_givers(work, province=province, house=house) if one.id not in ready)
    if silent and not because.strip():
        raise SilentPartners(silent)
    said = _reason(because) if because.strip() else None
    row.planned_freeze_at, row.frozen_because = min(row.planned_freeze_at, work.now), said
    work.session.flush()
    note_step(work, row=row, word="asked", because=said)
    everybody = recipients(work, house=house)
    for one in everybody:
        put_due(work, job=GATHER, period=gather_period(row, recipient=one), partner=one.id)
    return everybody


def move(work: Work, *, province: str, month: Month, to: date, because: str) -> None:
    """Freeze on another working day than planned, at the same hour, at most five working days later and not in the past."""
    row, planned = _still_open(work, province, month), collection_dates(month).freeze
    last = working_days_after(today(planned), count=FARTHEST)
    if row.gathered:
        raise NotOpen(month)
    if not is_working_day(to) or to > last or to < day_of_month(month_after(month)):
        raise Invalid(f"Kies een werkdag na het einde van de maand, en niet later dan {day_in_dutch(last)}.")
    if moment(to, at=FREEZES) <= work.now:
        raise Invalid("Deze dag is al voorbij. Kies een latere dag, of bevries nu.")
    row.planned_freeze_at, row.moved_because = moment(to, at=FREEZES), _reason(because)
    row.planned_delivery_at = delivery_after(row.planned_freeze_at)
    work.session.flush()
    note_step(work, row=row, word="moved", because=row.moved_because)
    record(work, Event.GATHERING_MOVED, province=province, month=str(month), until=to)


def reopen(work: Work, *, province: str, month: Month, because: str) -> tuple[Partner, ...]:
    """
    Undo a freeze that was not delivered yet, with a reason: every recipient's edition is taken back, as if it had never been.

    The new freeze is planned for the next working day at the same hour; it may be hastened or moved as ever.
    """
    row = locked(work, province=province, month=month)
    if row.state == State.OPEN:
        raise Conflict(f"De verzameling van {month_in_dutch(month)} is nog open. Er valt niets te heropenen.")
    if row.delivered_at is not None:
        raise Conflict("Deze verzameling is al bezorgd en gaat niet meer open. Wat er nog bij hoort, komt in een aanvulling.")
    names, done = partners_by_id(work), tuple(row.gathered)
    row.reopened_because, row.frozen_because = _reason(because), None
    row.state, row.frozen_at, row.gathered, row.round = State.OPEN.value, None, [], row.round + 1
    row.planned_freeze_at = moment(working_days_after(today(work.now), count=1), at=FREEZES)
    row.planned_delivery_at = delivery_after(row.planned_freeze_at)
    work.session.flush()
    note_step(work, row=row, word="reopened", because=row.reopened_because)
    record(work, Event.GATHERING_REOPENED, province=province, month=str(month))
    undone = tuple(one for number, one in names.items() if number in done)
    for one in undone:
        put_due(work, job=GATHER, period=f"{row.month:%Y-%m}/{province}/{one.slug}/terug-{row.round}", partner=one.id)
    return undone


def deliver(work: Work, *, province: str, month: Month) -> None:
    """Deliver now instead of on the planned moment; only what is frozen."""
    row = locked(work, province=province, month=month)
    if row.state == State.OPEN:
        raise Conflict("Deze verzameling is nog niet bevroren. Bevries haar eerst.")
    if row.delivered_at is not None:
        raise Conflict(f"De maandverzameling van {month_in_dutch(month)} is al bezorgd. Er is niets gewijzigd.")
    row.planned_delivery_at = min(row.planned_delivery_at, work.now)
    work.session.flush()
    put_due(work, job=DELIVER, period=f"{month}/{province}", partner=None)


def allow_late(work: Work, *, province: str, month: Month, late: LateGiver, house: House) -> tuple[Partner, ...]:
    """Let what this giver brought in since the freeze come as an addendum; after the delivery, and before the next freeze."""
    row = locked(work, province=province, month=month)
    if row.delivered_at is None:
        raise Conflict("Deze verzameling is nog niet bezorgd. Heropen haar als er nog iets bij moet.")
    later = (GatheringRow.province == province, GatheringRow.month > row.month, GatheringRow.state != State.OPEN.value)
    if work.session.scalars(select(GatheringRow.month).where(*later).limit(1)).first() is not None:
        raise Conflict("Er is al een nieuwere verzameling. Wat later kwam, staat daarin.")
    if late.giver.id not in {one.id for one in expected_givers(work, province=province, house=house)}:
        raise Invalid(f"{late.giver.name} levert niet aan voor deze verzameling.")
    no = note_step(work, row=row, word=LATE, because=_reason(late.because), about=late.giver.id)
    record(work, Event.LATE_ALLOWED, province=province, month=str(month), partner=late.giver.slug)
    everybody = recipients(work, house=house)
    for one in everybody:
        put_due(work, job=GATHER, period=f"{month}/{province}/{one.slug}/{LATE}-{no}", partner=one.id)
    return everybody


def _still_open(work: Work, province: str, month: Month) -> GatheringRow:
    row = locked(work, province=province, month=month)
    if row.state != State.OPEN:
        raise NotOpen(month)
    return row


def _reason(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Invalid("Schrijf een reden: alle partners kunnen haar lezen. Noem er geen zaken in.")
    if len(said) > LONGEST_REASON:
        raise Invalid(f"De reden is langer dan {LONGEST_REASON} tekens. Maak haar korter.")
    return said
