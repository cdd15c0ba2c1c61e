"""What pages and commands tell of bodies, years and meetings: how far each is, in the reader's own rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from hub.consultations import queries
from hub.consultations.certificate import check_certificate
from hub.consultations.clashing import NoPlan
from hub.consultations.planner import Place, PlanRules, explain, plan_year, price
from hub.consultations.rules import AHEAD, Attendee, Block, Body, Consultation, Objection, Series, SeriesState, State, Unavailability
from hub.consultations.seats import Seat
from hub.consultations.sentences import lines_of_day, lines_of_price
from hub.consultations.years import adjusted
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import working_days_before
from hub.kernel.words import PartnerId
from hub.partners.queries import partners, partners_by_id
from hub.partners.rules import Kind, Partner
from hub.people.queries import colleagues
from hub.sharing.dutch import day as day_in_dutch
from hub.sharing.schemas import Book

PREPARED, SHOWN_PAST = 12, timedelta(days=400)
NEXT = {
    State.PREPARING: "De agenda wordt gemaakt.", State.PUBLISHED: "De agenda staat klaar.", State.GOING: "De bijeenkomst is bezig.",
    State.HELD: "Het verslag wordt gemaakt.", State.MINUTED: "Het verslag wordt de volgende keer vastgesteld.",
    State.ADOPTED: "Het verslag is vastgesteld.", State.CLOSED: "Alles is afgerond.", State.CANCELLED: "Deze bijeenkomst gaat niet door.",
    State.NOT_HELD: "Deze bijeenkomst is niet doorgegaan.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as a member sees it; `blocks` are those in which it sits, and all for who leads."""

    of: Consultation
    body: Body
    leads: bool
    blocks: tuple[Block, ...]
    names: Mapping[PartnerId, str]
    prepared_on: date
    before: UUID | None

    @property
    def then(self) -> str:
        """What comes next."""
        return NEXT.get(self.of.state, f"De voorbereiding begint op {day_in_dutch(self.prepared_on)}.")


@dataclass(frozen=True, slots=True)
class Board:
    """The bodies of the reader and their meetings that are still to come."""

    bodies: tuple[Body, ...]
    meetings: tuple[Meeting, ...]
    leads: frozenset[str]
    questions: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A body with all that its members know of it."""

    body: Body
    me: PartnerId
    names: Mapping[PartnerId, str]
    blocks: tuple[Block, ...]
    attendees: tuple[Attendee, ...]
    years: tuple[Series, ...]
    meetings: tuple[Meeting, ...]
    colleagues: tuple[tuple[UUID, str], ...]
    next_year: int
    seats: tuple[Seat, ...]

    @property
    def leads(self) -> bool:
        """Whether the reader leads it."""
        return self.body.coordinator == self.me


@dataclass(frozen=True, slots=True)
class Year:
    """The plan of a year with its reasons, what it was compared with, and what was asked about it."""

    of: Series
    body: Body
    leads: bool
    names: Mapping[PartnerId, str]
    me: PartnerId
    rules: PlanRules
    places: tuple[Place, ...]
    cost: int
    difference: int | None
    broken: tuple[str, ...]
    reserves: Mapping[date, tuple[tuple[date, int], ...]]
    next_best: tuple[tuple[int, tuple[date, ...]], ...]
    refused: int
    wrong: tuple[str, ...]
    objections: tuple[Objection, ...]
    answer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know of a year: of one day, or of one place on another day."""

    day: date | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """That one cannot come, and the name of the body that was told."""

    of: Unavailability
    told: str


def board(work: Work) -> Board:
    """The bodies of the acting partner, and their meetings to come."""
    mine = queries.bodies(work)
    found = queries.consultations(work, since=today(work.now))
    ahead = tuple(_meeting(work, one) for one in found if one.state in AHEAD or one.state is State.GOING)
    return Board(mine, ahead, frozenset(one.slug for one in mine if one.coordinator == work.partner), queries.questions(work))


def standing(work: Work, *, body: str) -> Standing:
    """One body of the acting partner; NotFound for any other."""
    here = queries.body(work, slug=body)
    found = queries.consultations(work, body=body, since=today(work.now) - SHOWN_PAST)
    years = queries.series_of(work, body=body)
    unplanned = max([today(work.now).year, *(one.year for one in years)]) + 1
    return Standing(
        here, work.partner, names_of(work), queries.blocks(work, body=body, consultation=None), queries.attendees(work, body=body),
        years, tuple(_meeting(work, one) for one in found), colleagues(work), unplanned,
        queries.seats(work, slugs=(body,))[body],
    )  # fmt: skip


def meeting(work: Work, *, consultation: UUID) -> Meeting:
    """One meeting of a body of the acting partner; NotFound for any other."""
    return _meeting(work, queries.consultation(work, id=consultation))


def meetings(work: Work, *, body: str | None = None) -> tuple[Meeting, ...]:
    """All meetings that the acting partner knows of, of one body or of all, the earliest first."""
    return tuple(_meeting(work, one) for one in queries.consultations(work, body=body))


def year(work: Work, *, series: UUID, asked: Asked) -> Year:
    """The plan of a year with what is asked about it; Invalid for a day of another year."""
    found = queries.series(work, id=series)
    here, rules = queries.body(work, slug=found.body), PlanRules.from_json(found.rules)
    priced = price(rules, days=found.days)
    try:
        planned = plan_year(rules)
    except NoPlan:  # what was locked breaks a rule that no plan can keep
        planned = None
    alike = planned is not None and planned.days == found.days
    reserves = {one.day: tuple((two.day, two.extra) for two in one.reserves) for one in planned.places} if planned and alike else {}
    return Year(
        of=found, body=here, leads=here.coordinator == work.partner, names=names_of(work), me=work.partner, rules=rules,
        places=priced.places, cost=priced.cost, difference=priced.difference, broken=priced.broken, reserves=reserves,
        next_best=tuple((one.cost, one.days) for one in planned.next_best) if planned and alike else (),
        refused=len(planned.refused) if planned else 0,
        wrong=tuple(check_certificate(found.certificate)) if found.state is not SeriesState.CLOSED else (),
        objections=queries.objections(work, series=series), answer=_answer(rules, found.days, asked),
    )  # fmt: skip


def absences(work: Work) -> tuple[Absent, ...]:
    """When the acting partner cannot come, each with the name of the body that was told."""
    names = {one.slug: one.name for one in queries.bodies(work)}
    return tuple(Absent(one, names[one.body]) for one in queries.unavailabilities(work) if one.body in names)


def candidates(work: Work) -> tuple[Partner, ...]:
    """Who can belong to a body: every partner with people, and not the acting one, who always does."""
    return tuple(one for one in partners(work) if one.kind is not Kind.STATISTICS and one.id != work.partner)


def collaborations(book: Book) -> tuple[str, ...]:
    """The collaborations that policies name: a body may speak of what is shared under one of them."""
    return tuple(sorted({one.decision.collaboration for one in book.policies}))


def block_rows(work: Work, *, body: str) -> tuple[tuple[str, str, tuple[str, ...], str, int], ...]:
    """The blocks of the plan by words: name, kind, who sits in it, who runs it, minutes."""
    slugs = {number: one.slug for number, one in partners_by_id(work).items()}
    found = queries.blocks(work, body=body, consultation=None)
    return tuple(
        (one.name, one.kind.value, tuple(sorted(slugs[who] for who in one.seats)), slugs[one.run_by], one.minutes) for one in found
    )


def names_of(work: Work) -> Mapping[PartnerId, str]:
    """The names of all partners."""
    return {number: one.name for number, one in partners_by_id(work).items()}


def _meeting(work: Work, found: Consultation) -> Meeting:
    here, before = queries.body(work, slug=found.body), queries.previous(work, consultation=found)
    own = queries.blocks(work, body=found.body, consultation=found.id)
    prepared = working_days_before(today(found.starts), count=PREPARED)
    leads = here.coordinator == work.partner
    return Meeting(found, here, leads, own, names_of(work), prepared, before.id if before else None)


def _answer(rules: PlanRules, days: tuple[date, ...], asked: Asked) -> tuple[str, ...]:
    if asked.day is None:
        return ()
    if asked.place is None:
        return lines_of_day(explain(rules, day=asked.day))
    return lines_of_price(price(rules, days=adjusted(days, place=asked.place, day=asked.day)))
