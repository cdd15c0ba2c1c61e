"""Reading collections: which there are, one edition with its counts and lines, a page of its lines, and how its gathering went."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text, update

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.house import House
from hub.casuistry.edition import Edition, Line
from hub.casuistry.rows import AS_IT_IS_NOW, COUNTED, COUNTS, FROZEN, PART_NO, counts_value, line_value, sorted_rows, told, whole
from hub.casuistry.rules import BUILDER_VERSION, Part, State, month_in_dutch
from hub.casuistry.tables import CollectionRow, GatheringRow, GatheringStepRow
from hub.kernel.actor import Person
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, NotFound
from hub.kernel.words import Month, PartnerId
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.sharing.sentences import day_in_dutch

AT_ONCE = 1_000  # rows that come from the database together
MOST = 2**31 - 1
_WANTED = {  # what may be asked of the lines → its condition; values that are no longer shown are never matched
    "part": "x.part = :w_part",
    "giver": "x.giver = :w_giver",
    "ground": "x.has_values AND (:w_ground = ANY (x.grounds) OR :w_ground = ANY (x.ground_families))",
    "place": "x.has_values AND (x.municipality = :w_place OR x.province = :w_place)",
    "state": "x.has_values AND coalesce(x.status = 'afgesloten', x.phase = 'gesloten') = (:w_state = 'closed')",
    "text": "(strpos(x.code, upper(replace(:w_text, '-', ''))) > 0 OR x.has_values AND lower(:w_text) = ANY (ARRAY[x.terrain, x.nature, "
            "x.report_kind, x.reported_by, x.status, x.phase, x.accused, x.outcome]))",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """One gathering as the acting partner sees it: its dates and state, and which editions it has of it (0 the edition, then addenda)."""

    province: str
    month: Month
    state: State
    collector: Partner
    planned_freeze_at: datetime
    planned_delivery_at: datetime
    frozen_at: datetime | None
    delivered_at: datetime | None
    numbers: tuple[int, ...]
    first_opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Which:
    """Which edition: of a province and month, its number, or None for the edition as it would be now."""

    province: str
    month: Month
    number: int | None = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of it: each condition narrows, `after` is the number of the line after which they begin."""

    part: Part | None = None
    giver: PartnerId | None = None
    ground: str | None = None
    place: str | None = None
    state: str | None = None
    text: str | None = None
    after: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class LinePage:
    """Some lines, and after which number the next ones begin (None: these were the last)."""

    lines: tuple[Line, ...]
    following: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a gathering: what, when, by a person of the collecting partner or by the hub, why, and about which giver."""

    word: str
    at: datetime
    by_person: UUID | None
    because: str | None
    about: Partner | None


@dataclass(frozen=True, slots=True)
class _Source:
    """Where lines come from: the statement's beginning, what it has to be told, and the day of the freeze."""

    opening: str
    values: Mapping[str, object] = field(repr=False)
    day: date


class NotDelivered(Conflict):
    """The edition stands, and is read by nobody before its delivery."""

    def __init__(self, gathering: GatheringRow) -> None:
        on = day_in_dutch(today(gathering.planned_delivery_at))
        super().__init__(f"Deze maandverzameling is bevroren. U kunt haar lezen zodra zij bezorgd is: {on}.")


def gathering_of(work: Work, *, province: str, month: Month) -> GatheringRow:
    """The gathering of this province and month; NotFound when it was not opened."""
    row = work.session.get(GatheringRow, (province, date(month.year, month.number, 1)), populate_existing=True)
    if row is None:
        raise NotFound(f"Er is nog geen inzameling van {month_in_dutch(month)} voor deze provincie.")
    return row


def editions(work: Work) -> tuple[Summary, ...]:
    """The gatherings of which the acting partner has an edition, and those that are not frozen yet; the newest month first."""
    mine: dict[tuple[str, date], list[CollectionRow]] = {}
    asked = select(CollectionRow).where(CollectionRow.recipient == work.partner).order_by(CollectionRow.number)
    for row in work.session.scalars(asked):
        mine.setdefault((row.province, row.month), []).append(row)
    found = work.session.scalars(select(GatheringRow).order_by(GatheringRow.month.desc(), GatheringRow.province))
    return tuple(
        _summary(work, row, mine.get((row.province, row.month), []))
        for row in found
        if row.state == State.OPEN or (row.province, row.month) in mine
    )


def _summary(work: Work, row: GatheringRow, mine: list[CollectionRow]) -> Summary:
    is_delivered = row.state == State.DELIVERED
    state = State.SUPPLEMENTED if is_delivered and len(mine) > 1 else State(row.state)  # of others' addenda nobody hears
    return Summary(
        row.province, Month(row.month.year, row.month.month), state, partners_by_id(work)[row.collector],
        row.planned_freeze_at, row.planned_delivery_at, row.frozen_at, row.delivered_at,
        tuple(one.number for one in mine) if is_delivered else (), mine[0].first_opened_at if mine else None,
    )  # fmt: skip


def edition(work: Work, *, province: str, month: Month, number: int = 0, house: House) -> Edition:
    """
    The acting partner's edition or addendum, as it was frozen; its lines are read anew at every call, within this same work.

    A person reads it once it was delivered (NotDelivered before), which is written down; the first time its givers get a receipt per row.
    NotFound when this partner has no such edition.
    """
    which = Which(province, month, number)
    gathering, row = _readable(work, which)
    _note_reading(work, row, month)
    return _edition(work, gathering, row, which, house)


def edition_now(work: Work, *, province: str, month: Month, house: House) -> Edition:
    """The acting partner's edition as it would be if it were frozen at this moment; only while the gathering is open."""
    gathering = _open(work, province, month)
    return _edition(work, gathering, None, Which(province, month, None), house)


def line_page(work: Work, *, which: Which, wanted: Wanted, house: House) -> LinePage:
    """Some lines of one edition, in its order; who reads is written down as for the edition itself."""
    if which.number is None:
        _open(work, which.province, which.month)
        row = None
    else:
        _, row = _readable(work, which)
    found = list(_lines(work, _source(work, which, row), house, replace(wanted, limit=wanted.limit + 1)))
    shown = tuple(found[: wanted.limit])
    return LinePage(shown, shown[-1].no if len(found) > wanted.limit else None)


def history(work: Work, *, province: str, month: Month) -> tuple[Step, ...]:
    """How the gathering went, step by step, the first step first; the same for every partner."""
    gathering_of(work, province=province, month=month)
    names = partners_by_id(work)
    here = (GatheringStepRow.province == province, GatheringStepRow.month == date(month.year, month.number, 1))
    found = work.session.scalars(select(GatheringStepRow).where(*here).order_by(GatheringStepRow.no))
    return tuple(
        Step(row.word, row.at, row.by_person, row.because, names[PartnerId(row.about)] if row.about is not None else None) for row in found
    )


def collection_row(work: Work, *, province: str, month: Month, number: int = 0) -> CollectionRow:
    """What is kept about this edition of the acting partner: its interval and its proof; NotFound when there is none."""
    row = work.session.get(CollectionRow, (work.partner, province, date(month.year, month.number, 1), number), populate_existing=True)
    if row is None:
        raise NotFound(f"Uw organisatie heeft geen maandverzameling van {month_in_dutch(month)} voor deze provincie.")
    return row


def _readable(work: Work, which: Which) -> tuple[GatheringRow, CollectionRow]:
    gathering = gathering_of(work, province=which.province, month=which.month)
    row = collection_row(work, province=which.province, month=which.month, number=which.number or 0)
    if isinstance(work.actor, Person) and row.delivered_at is None:
        raise NotDelivered(gathering)
    return gathering, row


def _open(work: Work, province: str, month: Month) -> GatheringRow:
    gathering = gathering_of(work, province=province, month=month)
    if gathering.state != State.OPEN or work.partner in gathering.gathered:
        raise NotDelivered(gathering)
    here = (work.partner, province, gathering.month, 0)
    if work.session.get(CollectionRow, here) is not None:
        raise Conflict("Deze verzameling wordt juist heropend. Kijk over een minuut opnieuw.")
    return gathering


def _source(work: Work, which: Which, row: CollectionRow | None) -> _Source:
    if row is not None:
        return _Source(f"WITH {FROZEN}", _bounds(work, row), today(row.frozen_at))
    day = today(work.now)
    return _Source(f"WITH {sorted_rows(which.province)}, {AS_IT_IS_NOW}", told(which.province, me=work.partner, day=day), day)


def _bounds(work: Work, row: CollectionRow) -> dict[str, object]:
    """What FROZEN has to be told of this edition."""
    values = told(row.province, me=work.partner, day=today(row.frozen_at))
    return values | {"number": row.number, "first_copy": row.first_copy, "last_copy": row.last_copy, "today": today(work.now)}


def salts(work: Work, *, edition: CollectionRow) -> tuple[bytes | None, ...]:
    """The salt of each line of this edition of the acting partner, in its order; None for a line without values."""
    return tuple(work.session.scalars(text(f"WITH {FROZEN} SELECT x.salt FROM x ORDER BY x.line_no"), _bounds(work, edition)))


def _edition(work: Work, gathering: GatheringRow, row: CollectionRow | None, which: Which, house: House) -> Edition:
    source = _source(work, which, row)
    counted = f"WITH {COUNTED}" if row else source.opening
    with whole(work):
        counts = counts_value(work.session.execute(text(f"{counted} {COUNTS}"), source.values))

    def lines() -> Iterator[Line]:
        return _lines(work, source, house, Wanted(limit=MOST))

    return Edition(
        recipient=partners_by_id(work)[work.partner], province=which.province, month=which.month, number=which.number or 0,
        planned_at=gathering.planned_freeze_at, frozen_at=row.frozen_at if row else None, delivered_at=row.delivered_at if row else None,
        builder_version=row.builder_version if row else BUILDER_VERSION, counts=counts,
        rows=row.rows if row else sum(tally.reports for tally in counts.by_part.values()), lines=lines,
    )  # fmt: skip


def _lines(work: Work, source: _Source, house: House, wanted: Wanted) -> Iterator[Line]:
    asked = {"part": PART_NO[wanted.part] if wanted.part else None, "giver": wanted.giver, "ground": wanted.ground, "place": wanted.place,
             "state": wanted.state, "text": wanted.text}  # fmt: skip
    given = {name: value for name, value in asked.items() if value is not None}
    conditions = " AND ".join(["x.line_no > :after", *(f"({_WANTED[name]})" for name in given)])
    statement = text(f"{source.opening} SELECT x.* FROM x WHERE {conditions} ORDER BY x.line_no LIMIT :most")
    values = {**source.values, **{f"w_{name}": value for name, value in given.items()}, "after": wanted.after, "most": wanted.limit}
    partners, me = partners_by_id(work), work.partner
    how = {"stream_results": True, "yield_per": AT_ONCE} if wanted.limit > AT_ONCE else {}
    with work.session.execute(statement, values, execution_options=how) as answer:
        names = tuple(answer.keys())
        for row in answer:
            yield line_value(dict(zip(names, row, strict=True)), partners=partners, me=me, house=house, day=source.day)


_RECEIPTS = text(f"""
WITH {COUNTED}
INSERT INTO hub.disclosure (giver, id, recipient, code, kind, visible_revision, outlet, at, policy_version)
SELECT x.giver, gen_random_uuid(), :me, x.code, x.kind, x.visible_revision, :outlet, :now, x.policy_version
  FROM x WHERE x.has_values AND x.giver <> :me""")


def _note_reading(work: Work, row: CollectionRow, month: Month) -> None:
    """A person that opens an edition leaves a line in the journal; the first one, a receipt at the giver of every row in it."""
    if not isinstance(work.actor, Person):
        return
    record(work, Event.COLLECTION_READ, province=row.province, month=str(month), number=row.number)
    same = (CollectionRow.recipient == row.recipient, CollectionRow.province == row.province, CollectionRow.month == row.month)
    first = update(CollectionRow).where(*same, CollectionRow.number == row.number, CollectionRow.first_opened_at.is_(None))
    if work.session.execute(first.values(first_opened_at=work.now).returning(CollectionRow.number)).first() is not None:
        with whole(work):
            work.session.execute(_RECEIPTS, _bounds(work, row) | {"now": work.now, "outlet": "collection"})


def note_file(work: Work, *, province: str, month: Month, number: int, form: str) -> None:
    """An edition goes along as a file: a line in the journal, and each time a receipt at the giver of every row in it."""
    record(work, Event.COLLECTION_EXPORTED, province=province, month=str(month), number=number, form=form)
    row = collection_row(work, province=province, month=month, number=number)
    with whole(work):
        work.session.execute(_RECEIPTS, _bounds(work, row) | {"now": work.now, "outlet": "export"})
