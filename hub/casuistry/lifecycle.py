"""
The life of a gathering: it is opened, frozen recipient by recipient, delivered; a coordinator may hasten, move or reopen it.

The gathering's own row says when what may happen; a job that comes too early waits, whoever asked for it. Who takes part follows from
the agreements of the day: a partner that no agreement for the collection names is asked nothing, reminded of nothing and listed nowhere.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.house import House
from hub.casuistry import gathering as building
from hub.casuistry.gathering import Made
from hub.casuistry.queries import gathering_of
from hub.casuistry.rules import CODES, State, month_in_dutch, province_named
from hub.casuistry.tables import CollectionRow, GatheringRow, GatheringStepRow, ReadinessRow
from hub.kernel.actor import Person
from hub.kernel.clock import today
from hub.kernel.database import Work, act_for
from hub.kernel.days import collection_dates, delivery_after, month_after
from hub.kernel.errors import Conflict, Invalid, Refused
from hub.kernel.ledger import NotYet, put_due
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.kernel.words import Month, PartnerId
from hub.partners.queries import partners, partners_by_id
from hub.partners.rules import Kind, Partner
from hub.sharing.policy import Purpose
from hub.sharing.queries import pairs_sharing
from hub.sharing.sentences import day_in_dutch

GATHER, DELIVER, PAPERS = "gather", "deliver", "papers"
PEOPLE = ("case_worker", "coordinator")


class MonthNotOver(Invalid):
    """Nobody gathers a month in which things may still happen."""

    def __init__(self, month: Month) -> None:
        after = month_after(month)
        first = day_in_dutch(date(after.year, after.number, 1))
        super().__init__(f"{month_in_dutch(month).capitalize()} is nog niet voorbij. Bevriezen kan vanaf {first}.")


class NotTheCollector(Refused):
    """Only the collecting partner leads a gathering."""

    def __init__(self, collector: Partner) -> None:
        super().__init__(f"Deze inzameling wordt geleid door {collector.name}. Alleen daar kan de coördinator dit doen.")


def day_of_month(month: Month) -> date:
    """The month as it stands in the tables: its first day."""
    return date(month.year, month.number, 1)


def collector_of(work: Work, *, province: str) -> Partner:
    """Who looks after the gatherings of a province: the one police partner there; Invalid when there is none, or more than one."""
    code = CODES.get(province_named(province))
    found = [one for one in partners(work) if one.kind is Kind.POLICE and (code is None or code in one.provinces)]
    if len(found) != 1:
        raise Invalid("Voor deze provincie staat niet precies één politiepartner in het register. Er kan niet worden verzameld.")
    return found[0]


def recipients(work: Work, *, house: House, on: date | None = None) -> tuple[Partner, ...]:
    """Who gets an edition on this day, or else today: who gives or receives cases for the collection, but for those who only count."""
    names, day = partners_by_id(work), on or today(work.now)
    found = {one for pair in pairs_sharing(work, purpose=Purpose.COLLECTION, on=day, book=house.book) for one in pair}
    return tuple(names[number] for number in sorted(found) if names[number].kind is not Kind.STATISTICS)


def expected_givers(work: Work, *, province: str, house: House) -> tuple[Partner, ...]:
    """Who is asked for a statement: who gives cases for the collection and works in this province; none for what has no place."""
    names, code = partners_by_id(work), CODES.get(province)
    givers = {giver for giver, _ in pairs_sharing(work, purpose=Purpose.COLLECTION, on=today(work.now), book=house.book)}
    return tuple(names[number] for number in sorted(givers) if code in names[number].provinces)


def open_month(work: Work, *, province: str, month: Month) -> GatheringRow:
    """Open the gathering of this month, once it has begun; one that is open, or further, stays as it is."""
    if day_of_month(month) > today(work.now):
        raise NotYet(f"{month_in_dutch(month).capitalize()} is nog niet begonnen.")
    collector, dates = collector_of(work, province=province), collection_dates(month)
    told = {"province": province, "month": day_of_month(month), "collector": collector.id, "state": State.OPEN.value, "round": 1,
            "gathered": [], "opened_at": work.now, "planned_freeze_at": dates.freeze, "planned_delivery_at": dates.delivery}  # fmt: skip
    put = insert(GatheringRow).values(told).on_conflict_do_nothing().returning(GatheringRow.month)
    is_new = work.session.execute(put).first() is not None
    row = gathering_of(work, province=province, month=month)
    if is_new:
        note_step(work, row=row, word="opened")
        record(work, Event.GATHERING_OPENED, province=province, month=str(month))
    return row


def freeze_own(work: Work, *, province: str, month: Month, house: House) -> Made:
    """
    Freeze the acting partner's own edition; when it was the last recipient's, the gathering is frozen and silence is told.

    Raises MonthNotOver, NotYet before the planned moment, GatheredAlready when it was frozen before: then nothing was changed.
    """
    check_over(work, month=month)
    row = open_month(work, province=province, month=month)
    if row.state != State.OPEN or work.partner in row.gathered:
        raise building.GatheredAlready(month)
    if work.now < row.planned_freeze_at:
        raise NotYet(f"Deze verzameling wordt bevroren op {day_in_dutch(today(row.planned_freeze_at))}. Eerder kan alleen de coördinator.")
    everybody = recipients(work, house=house)
    if work.partner not in {one.id for one in everybody}:
        raise Conflict("Deze partner doet niet mee aan de verzameling: geen afspraak voor de maandverzameling noemt haar.")
    undo_older_round(work, row=row)
    made = building.build(work, gathering=row)
    assert made is not None, "an edition is made also when it has no lines"
    _note_gathered(work, row, everybody, house)
    return made


def gather_period(row: GatheringRow, *, recipient: Partner) -> str:
    """Under which name the freeze of this recipient's edition stands in the ledger; a reopened gathering has new ones."""
    again = "" if row.round == 1 else f"/ronde-{row.round}"
    return f"{row.month:%Y-%m}/{row.province}/{recipient.slug}{again}"


def is_gathered(work: Work, *, province: str, month: Month) -> bool:
    """Whether the acting partner's edition of this month is frozen; not when the gathering was reopened since."""
    row = work.session.get(GatheringRow, (province, day_of_month(month)), populate_existing=True)
    return row is not None and (row.state != State.OPEN or work.partner in row.gathered)


def check_over(work: Work, *, month: Month) -> None:
    """MonthNotOver while the month still goes on."""
    if today(work.now) < day_of_month(month_after(month)):
        raise MonthNotOver(month)


def undo_older_round(work: Work, *, row: GatheringRow) -> None:
    """Take back the acting partner's edition if the gathering was reopened since it was made."""
    old = work.session.get(CollectionRow, (work.partner, row.province, row.month, 0))
    if old is not None and old.round < row.round:
        building.undo(work, gathering=row)


def _note_gathered(work: Work, row: GatheringRow, everybody: Sequence[Partner], house: House) -> None:
    """This recipient is done; whoever finds all of them done freezes the gathering. The row's lock lets one at a time look."""
    work.session.refresh(row, with_for_update=True)
    row.gathered = sorted({*row.gathered, work.partner})
    month = Month(row.month.year, row.month.month)
    if {one.id for one in everybody} <= set(row.gathered):
        row.state, row.frozen_at = State.FROZEN.value, work.now
        row.planned_delivery_at = max(row.planned_delivery_at, delivery_after(work.now))
        work.session.flush()
        note_step(work, row=row, word="frozen", because=row.frozen_because)
        record(work, Event.GATHERING_FROZEN, province=row.province, month=str(month))
        _tell_silence(work, row, expected_givers(work, province=row.province, house=house))
    work.session.flush()


def _tell_silence(work: Work, row: GatheringRow, givers: Sequence[Partner]) -> None:
    """Who made no statement is told so, whatever it released; and the collecting partner's coordinator is told whom to call."""
    month = f"{row.month:%Y-%m}"
    with act_for(work, row.collector):
        ready = ready_givers(work, row=row)
        silent = [one for one in givers if one.id not in ready]
        for one in silent:
            record(work, Event.SILENCE_MARKED, province=row.province, month=month, partner=one.slug)
        if silent:
            put_down(work, notice=_notice(work, NoticeKind.SILENCE_ALARM, row, f"/inzamelingen/{row.province}/{month}", ("coordinator",)))
    for one in silent:
        if one.id != row.collector:
            with act_for(work, one.id):
                put_down(work, notice=_notice(work, NoticeKind.SILENCE_ALARM, row, "/aanleverberichten", PEOPLE))


def _notice(work: Work, kind: NoticeKind, row: GatheringRow, path: str, roles: Sequence[str]) -> Notice:
    return Notice(work.partner, f"{row.month:%Y-%m}/{row.province}/{row.round}", kind, path, roles, work.now)


def ready_givers(work: Work, *, row: GatheringRow) -> frozenset[PartnerId]:
    """Which givers made a statement, for the collecting partner alone; complete and nothing to report look the same."""
    asked = select(ReadinessRow.giver).where(ReadinessRow.collector == work.partner, ReadinessRow.province == row.province)
    return frozenset(PartnerId(one) for one in work.session.scalars(asked.where(ReadinessRow.month == row.month).distinct()))


def deliver_month(work: Work, *, province: str, month: Month) -> tuple[Partner, ...]:
    """
    Deliver every edition of a frozen gathering: its recipients may read it from now on, are told so, and its papers are asked for.

    The clerk's own work, which acts for each recipient in turn. NotYet before the planned moment or the freeze, Conflict when delivered.
    """
    row = gathering_of(work, province=province, month=month)
    work.session.refresh(row, with_for_update=True)
    if row.delivered_at is not None:
        raise Conflict(f"De maandverzameling van {month_in_dutch(month)} is al bezorgd. Er is niets gewijzigd.")
    if row.state != State.FROZEN:
        raise NotYet("Deze verzameling is nog niet bevroren. Daarna pas kan zij worden bezorgd.")
    if work.now < row.planned_delivery_at:
        raise NotYet(f"Deze verzameling wordt bezorgd op {day_in_dutch(today(row.planned_delivery_at))}. Eerder kan alleen de coördinator.")
    row.state, row.delivered_at = State.DELIVERED.value, work.now
    work.session.flush()
    note_step(work, row=row, word="delivered")
    record(work, Event.GATHERING_DELIVERED, province=province, month=str(month))
    names, everybody, path = partners_by_id(work), list(row.gathered), f"/verzamelingen/{province}/{month}"
    for number in everybody:
        recipient = names[PartnerId(number)]
        with act_for(work, recipient.id):
            if building.delivered(work, gathering=row):
                put_down(work, notice=_notice(work, NoticeKind.COLLECTION_DELIVERED, row, path, PEOPLE))
                put_due(work, job=PAPERS, period=f"{month}/{province}/{recipient.slug}", partner=recipient.id)
    return tuple(names[PartnerId(number)] for number in everybody)


def note_step(work: Work, *, row: GatheringRow, word: str, because: str | None = None, about: PartnerId | None = None) -> int:
    """Write down one step in the life of this gathering, and tell its number; whoever does so holds its row."""
    here = (GatheringStepRow.province == row.province, GatheringStepRow.month == row.month)
    last = work.session.scalar(select(func.max(GatheringStepRow.no)).where(*here)) or 0
    told = {"province": row.province, "month": row.month, "no": last + 1, "collector": row.collector, "word": word, "at": work.now,
            "by_person": work.actor.account if isinstance(work.actor, Person) else None, "because": because, "about": about}  # fmt: skip
    work.session.execute(insert(GatheringStepRow).values(told))
    return last + 1


def locked(work: Work, *, province: str, month: Month) -> GatheringRow:
    """The gathering, led by the acting partner and held until this work is over; NotTheCollector for any other partner."""
    row = gathering_of(work, province=province, month=month)
    if row.collector != work.partner:
        raise NotTheCollector(partners_by_id(work)[row.collector])
    work.session.refresh(row, with_for_update=True)
    return row
