"""What a body, a year and a meeting are, and in which order each of them goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from hub.kernel.days import first_working_day, month_before, working_days_after
from hub.kernel.errors import Conflict
from hub.kernel.words import Month, PartnerId, month_of


class Level(StrEnum):
    """What a body speaks of: cases, a theme and cases about it, or figures only."""

    CASE = "case"
    THEME = "theme"
    FIGURES = "figures"


LEVEL_IN_DUTCH = {Level.CASE: "zaken", Level.THEME: "een thema, en zaken daarover", Level.FIGURES: "alleen cijfers"}


class SeriesState(StrEnum):
    """Where the plan of a year stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    SETTLED = "settled"
    CLOSED = "closed"


SERIES_IN_DUTCH = {
    SeriesState.DRAFT: "concept", SeriesState.PROPOSED: "voorgesteld", SeriesState.SETTLED: "vastgesteld", SeriesState.CLOSED: "afgesloten",
}  # fmt: skip


class State(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    PREPARING = "preparing"
    PUBLISHED = "published"
    GOING = "going"
    HELD = "held"
    MINUTED = "minuted"
    ADOPTED = "adopted"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    NOT_HELD = "not_held"


STATE_IN_DUTCH = {
    State.PLANNED: "gepland", State.PREPARING: "agenda in voorbereiding", State.PUBLISHED: "agenda gepubliceerd", State.GOING: "bezig",
    State.HELD: "gehouden", State.MINUTED: "verslag in concept", State.ADOPTED: "verslag vastgesteld", State.CLOSED: "afgesloten",
    State.CANCELLED: "geannuleerd", State.NOT_HELD: "niet doorgegaan",
}  # fmt: skip
AHEAD = frozenset({State.PLANNED, State.PREPARING, State.PUBLISHED})  # still to come
MOVABLE = frozenset({State.PLANNED, State.PREPARING})  # once its agenda is settled a meeting stays where it is, or falls out
FELL_OUT = frozenset({State.CANCELLED, State.NOT_HELD})
FOLLOWS: Mapping[State, frozenset[State]] = {  # what may come after what (consultations.md 3); a move goes back to planned
    State.PLANNED: frozenset({State.PREPARING, State.CANCELLED}),
    State.PREPARING: frozenset({State.PUBLISHED, State.PLANNED, State.CANCELLED}),
    State.PUBLISHED: frozenset({State.GOING, State.CANCELLED, State.NOT_HELD}),
    State.GOING: frozenset({State.HELD, State.NOT_HELD}),
    State.HELD: frozenset({State.MINUTED}),
    State.MINUTED: frozenset({State.ADOPTED}),
    State.ADOPTED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
    State.CANCELLED: frozenset(),
    State.NOT_HELD: frozenset(),
}


class BlockKind(StrEnum):
    """What a block of time is for."""

    OPENING = "opening"
    AGREEMENTS = "agreements"
    CASES = "cases"
    BREAK = "break"
    RESERVE = "reserve"
    CLOSING = "closing"


BLOCK_IN_DUTCH = {
    BlockKind.OPENING: "opening", BlockKind.AGREEMENTS: "actiepunten en verslag", BlockKind.CASES: "zaken en thema's",
    BlockKind.BREAK: "pauze", BlockKind.RESERVE: "uitloop", BlockKind.CLOSING: "rondvraag en sluiting",
}  # fmt: skip


class Duty(StrEnum):
    """What somebody does in the meetings of a body."""

    ATTENDEE = "attendee"
    CHAIR = "chair"
    NOTE_TAKER = "note_taker"


DUTY_IN_DUTCH = {Duty.ATTENDEE: "deelnemer", Duty.CHAIR: "voorzitter", Duty.NOTE_TAKER: "notulist"}


class AbsenceKind(StrEnum):
    """Why an organisation cannot come, as far as anybody asks; never a person's faith or health."""

    DUTY = "duty"
    HOLIDAY = "holiday"
    OTHER = "other"


ABSENCE_IN_DUTCH = {AbsenceKind.DUTY: "dienst of zitting", AbsenceKind.HOLIDAY: "vakantie", AbsenceKind.OTHER: "andere afspraak"}


@dataclass(frozen=True, slots=True)
class Away:
    """When an organisation cannot come: on a weekday (1 is Monday), or from a first to a last day."""

    weekday: int | None
    first: date | None
    last: date | None


class NotNow(Conflict):
    """A meeting is in a state in which this deed is not possible."""

    def __init__(self, state: State) -> None:
        super().__init__(f"Dit kan nu niet: deze bijeenkomst staat op ‘{STATE_IN_DUTCH[state]}’.")
        self.state = state


class AgendaSettled(Conflict):
    """A meeting whose agenda is settled is moved no more."""

    def __init__(self) -> None:
        super().__init__(
            "De agenda is vastgesteld. Verplaatsen kan daarna niet meer. Annuleer deze bijeenkomst met een reden, en roep een nieuwe "
            "bijeen. Wat op de agenda stond, komt vanzelf terug in de volgende bijeenkomst."
        )


@dataclass(frozen=True, slots=True)
class Member:
    """A partner that belongs to a body; a consultation needs it or not."""

    partner: PartnerId
    slug: str
    name: str
    required: bool


@dataclass(frozen=True, slots=True)
class Body:
    """A body with who leads it, its members of today and the defaults of its meetings; `starts_at` is Dutch local time."""

    slug: str
    name: str
    level: Level
    purpose: str
    basis: str
    coordinator: PartnerId
    chair: PartnerId
    province: str | None
    collaborations: tuple[str, ...]
    per_year: int
    weekday: int
    starts_at: time
    minutes: int
    place: str
    lead: int
    gaps: range
    quorum: int
    members: tuple[Member, ...]
    link: str = ""

    @property
    def partners(self) -> tuple[PartnerId, ...]:
        """The numbers of all members."""
        return tuple(member.partner for member in self.members)


@dataclass(frozen=True, slots=True)
class Attendee:
    """A person whom a member sends; with an account this person can be invited by mail."""

    partner: PartnerId
    name: str
    account: UUID | None
    duty: Duty
    is_required: bool
    id: UUID


@dataclass(frozen=True, slots=True)
class Series:
    """The plan of a year as it stands; `rules` and `certificate` are what the planner wrote."""

    id: UUID
    body: str
    writer: PartnerId
    year: int
    state: SeriesState
    days: tuple[date, ...]
    rules: object
    certificate: object
    proposed_at: datetime | None
    object_until: date | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Objection:
    """That a member cannot agree with a proposed day."""

    partner: PartnerId
    day: date
    because: str


@dataclass(frozen=True, slots=True)
class Unavailability:
    """That a member cannot come on a weekday or within a period."""

    id: UUID
    partner: PartnerId
    body: str
    weekday: int | None
    first: date | None
    last: date | None
    kind: AbsenceKind


@dataclass(frozen=True, slots=True)
class Consultation:
    """One meeting; moments in UTC. `sequence` rises when start, end, place, link or state changes, `version` at every change."""

    id: UUID
    body: str
    writer: PartnerId
    series: UUID | None
    state: State
    starts: datetime
    ends: datetime
    place: str
    link: str
    sequence: int
    because: str | None
    reference_month: Month
    published_at: datetime | None
    actual_start: datetime | None
    actual_end: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Block:
    """Some of the time of a meeting and who sits in it; `starts` is None in the plan of a body."""

    id: UUID
    body: str
    consultation: UUID | None
    no: int
    name: str
    kind: BlockKind
    seats: frozenset[PartnerId]
    run_by: PartnerId
    minutes: int
    starts: datetime | None


def step(state: State, *, to: State) -> State:
    """The next state, or NotNow when it may not follow."""
    if to not in FOLLOWS[state]:
        raise NotNow(state)
    return to


def reference_month(day: date, *, lead: int) -> Month:
    """The last month whose collection was frozen so many working days before this day."""
    frozen = month_of(day)
    while working_days_after(first_working_day(frozen), count=lead) > day:
        frozen = month_before(frozen)
    return month_before(frozen)
