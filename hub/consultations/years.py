"""The plan of a year of a body: drafted, adjusted, proposed to the members, objected to, and settled into meetings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from hub.audit.events import Event
from hub.audit.journal import record
from hub.consultations.certificate import certificate
from hub.consultations.founding import led, led_with_others
from hub.consultations.planner import Absence, PlanRules, plan_year, price
from hub.consultations.queries import attendees, body, consultations, objections, series, series_of, unavailabilities
from hub.consultations.rules import FELL_OUT, SERIES_IN_DUTCH, Body, Series, SeriesState
from hub.consultations.tables import ConsultationRow, ObjectionRow, SeriesRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import moment, working_days_after
from hub.kernel.errors import Conflict, Invalid, NotFound, Problem

TO_OBJECT = 10  # working days
LONGEST = 300


class NotInThisYear(Conflict):
    """The plan of this year stands elsewhere than where this deed fits."""

    def __init__(self, state: SeriesState) -> None:
        super().__init__(f"Dit kan nu niet: dit jaarplan staat op ‘{SERIES_IN_DUTCH[state]}’.")


class StillOpen(Conflict):
    """Members may still object."""

    def __init__(self, until: date) -> None:
        super().__init__(f"Leden kunnen tot en met {until.day}-{until.month}-{until.year} bezwaar maken. Daarna kunt u vaststellen.")


class Objected(Conflict):
    """Somebody cannot agree with a day, and whoever settles has not said to have read that."""

    def __init__(self) -> None:
        super().__init__("Er staan bezwaren open. Lees ze, en geef aan dat u toch vaststelt.")


def draft_year(work: Work, *, body: str, year: int, previous: date | None = None) -> UUID:
    """
    Plan a year of a body that the acting partner leads; a draft that was there is planned anew, with the days that were locked.

    `previous` is the day of the last meeting before, for a body whose meetings the hub does not know. Raises NoPlan where no plan exists.
    """
    here = led(work, slug=body)
    before = next((one for one in series_of(work, body=body) if one.year == year), None)
    if before is not None:
        return replan(work, series=before.id)
    rules = rules_of(work, body=here, year=year, previous=previous)
    row = SeriesRow(partner=work.partner, id=uuid4(), writer=work.partner, members=[work.partner], body=body, year=year,
                    state=SeriesState.DRAFT.value, previous=rules.previous)  # fmt: skip
    _plan(row, rules)
    work.session.add(row)
    work.session.flush()
    record(work, Event.YEAR_PLANNED, series=row.id, body=body)
    return row.id


def replan(work: Work, *, series: UUID) -> UUID:
    """Plan it anew with what members said since; locked days stay. A plan on the table goes back to the members for ten working days."""
    row = _open_row(work, series)
    said = PlanRules.from_json(row.rules)
    here = led(work, slug=row.body)
    rules = rules_of(work, body=here, year=row.year, previous=row.previous)
    return _replace(work, row, replace(rules, locked=said.locked, weights=said.weights, same_month=said.same_month))


def lock(work: Work, *, series: UUID, place: int, day: date | None) -> UUID:
    """Lock the day of one place, also where a rule is against it, or let it go; the rest of the year is planned around it."""
    row = _open_row(work, series)
    rules = PlanRules.from_json(row.rules)
    locked = {one: fixed for one, fixed in rules.locked.items() if one != place} | ({place: day} if day else {})
    return _replace(work, row, replace(rules, locked=locked))


def lock_all(work: Work, *, series: UUID, days: tuple[date, ...]) -> UUID:
    """Lock every day of the year, as when it was planned together with others."""
    row = _open_row(work, series)
    return _replace(work, row, replace(PlanRules.from_json(row.rules), locked=dict(enumerate(days, start=1))))


def adjust(work: Work, *, series: UUID, place: int, day: date) -> UUID:
    """Take another day for one place and leave the others; Invalid, with the rules it breaks, when it breaks one."""
    row = _open_row(work, series)
    days = adjusted(tuple(row.days), place=place, day=day)
    broken = price(PlanRules.from_json(row.rules), days=days).broken
    if broken:
        raise Invalid("Dit kan niet zonder een regel te breken. Vastzetten kan wel.", (Problem("day", " ".join(broken)),))
    row.days = list(days)
    _tell_anew(work, row)
    work.session.flush()
    record(work, Event.YEAR_PLANNED, series=row.id, body=row.body)
    return row.id


def adjusted(days: tuple[date, ...], *, place: int, day: date) -> tuple[date, ...]:
    """These days with another one at this place; Invalid for a place that is not there."""
    if not 1 <= place <= len(days):
        raise Invalid("Kies een bijeenkomst.", (Problem("place", "Kies een bijeenkomst van dit jaar."),))
    return tuple(day if number == place else one for number, one in enumerate(days, start=1))


def propose(work: Work, *, series: UUID) -> date:
    """Put the plan before the members, who have ten working days to object; tells until when."""
    row = _open_row(work, series)
    if row.state != SeriesState.DRAFT:
        raise NotInThisYear(SeriesState(row.state))
    row.members = sorted(led_with_others(work, slug=row.body).partners)
    return _put_before(work, row)


def settle(work: Work, *, series: UUID, despite: bool) -> tuple[UUID, ...]:
    """
    Fix the year: every day becomes a meeting, about the month before its preparation, and people are invited.

    Raises StillOpen until the ten working days are over, Objected while an objection stands and `despite` does not say it was read.
    """
    row = _open_row(work, series)
    if row.state != SeriesState.PROPOSED or row.object_until is None:
        raise NotInThisYear(SeriesState(row.state))
    if today(work.now) <= row.object_until:
        raise StillOpen(row.object_until)
    if not despite and any(one.day in row.days for one in objections(work, series=series)):
        raise Objected
    here = led(work, slug=row.body)
    row.state, row.settled_at = SeriesState.SETTLED.value, work.now
    made = tuple(_meeting(work, row, here, (day, about)) for day, about in _references(row).items())
    work.session.flush()
    record(work, Event.YEAR_SETTLED, series=row.id, body=row.body)
    return made


def object_to(work: Work, *, series: UUID, day: date, because: str) -> UUID:
    """Say that the acting partner cannot agree with a proposed day, and why in office words; again for a day replaces what was said."""
    found = _proposed(work, series)
    said = because.strip()
    if day not in found.days:
        raise Invalid("Kies een dag.", (Problem("day", "Kies een dag van dit jaarplan."),))
    if not 1 <= len(said) <= LONGEST:
        raise Invalid("Zeg waarom.", (Problem("because", "Zeg waarom, in hoogstens 300 tekens. Alle leden lezen dit."),))
    for before in _own_objections(work, series):
        if before.day == day:
            before.withdrawn_at = work.now
    row = ObjectionRow(partner=work.partner, id=uuid4(), writer=work.partner, members=sorted(body(work, slug=found.body).partners),
                       body=found.body, series=series, day=day, because=said, made_at=work.now)  # fmt: skip
    work.session.add(row)
    work.session.flush()
    record(work, Event.OBJECTED, series=series, body=found.body, state="made")
    return row.id


def take_back(work: Work, *, series: UUID, day: date) -> None:
    """Take back one's objection to this day; NotFound when there is none."""
    found = _proposed(work, series)
    mine = [one for one in _own_objections(work, series) if one.day == day]
    if not mine:
        raise NotFound
    for one in mine:
        one.withdrawn_at = work.now
    record(work, Event.OBJECTED, series=series, body=found.body, state="withdrawn")


def rules_of(work: Work, *, body: Body, year: int, previous: date | None = None) -> PlanRules:
    """The question of this year: its rhythm, when needed members cannot come, and days with another body of the same people."""
    held = [today(one.starts) for one in consultations(work, body=body.slug) if one.state not in FELL_OUT]
    last = max((day for day in held if day.year < year), default=None) or previous
    if last is None:
        raise Invalid("Wanneer was de vorige bijeenkomst?", (Problem("previous", "Noem de dag van de laatste bijeenkomst voor dit jaar."),))
    needed = {one.partner: one.name for one in body.members if one.required}
    absent = tuple(
        Absence(needed[one.partner], one.weekday, one.first, one.last)
        for one in unavailabilities(work, body=body.slug) if one.partner in needed
    )  # fmt: skip
    return PlanRules(
        year=year, number=body.per_year, previous=last, gap=body.gaps, lead=body.lead, weekday=body.weekday, unavailable=absent,
        taken=_taken(work, body, year),
    )  # fmt: skip


def _taken(work: Work, here: Body, year: int) -> Mapping[date, tuple[str, ...]]:
    """Days on which another body that the acting partner knows of meets with the same people."""
    people, found = _people(work, here), dict[date, tuple[str, ...]]()
    names = {one.slug: one.name for one in _others(work, here) if people & _people(work, one)}
    for one in consultations(work):
        day = today(one.starts)
        if one.body in names and one.state not in FELL_OUT and day.year == year:
            found[day] = (*found.get(day, ()), names[one.body])
    return found


def _others(work: Work, here: Body) -> list[Body]:
    slugs = {one.body for one in consultations(work)} - {here.slug}
    return [body(work, slug=slug) for slug in sorted(slugs)]


def _people(work: Work, here: Body) -> frozenset[tuple[int, str]]:
    """Who comes, by account or name; of a needed member that named nobody it is anybody, the same in every body."""
    named = attendees(work, body=here.slug)
    sent = {(one.partner, str(one.account or one.name.lower())) for one in named}
    silent = {one.partner for one in here.members if one.required} - {one.partner for one in named}
    return frozenset(sent | {(partner, "") for partner in silent})


def _plan(row: SeriesRow, rules: PlanRules) -> None:
    planned = plan_year(rules)
    row.rules, row.days, row.certificate = rules.to_json(), list(planned.days), certificate(rules, planned=planned)


def _replace(work: Work, row: SeriesRow, rules: PlanRules) -> UUID:
    _plan(row, rules)
    _tell_anew(work, row)
    work.session.flush()
    record(work, Event.YEAR_PLANNED, series=row.id, body=row.body)
    return row.id


def _tell_anew(work: Work, row: SeriesRow) -> None:
    """Other days than those on the table are a new proposal."""
    if row.state == SeriesState.PROPOSED:
        _put_before(work, row)


def _put_before(work: Work, row: SeriesRow) -> date:
    until = working_days_after(today(work.now), count=TO_OBJECT)
    row.state, row.proposed_at, row.object_until = SeriesState.PROPOSED.value, work.now, until
    work.session.flush()
    record(work, Event.YEAR_PROPOSED, series=row.id, body=row.body, until=until)
    return until


def _references(row: SeriesRow) -> Mapping[date, date]:
    places = price(PlanRules.from_json(row.rules), days=tuple(row.days)).places
    return {one.day: date(one.reference.year, one.reference.number, 1) for one in places}


def _meeting(work: Work, row: SeriesRow, here: Body, when: tuple[date, date]) -> UUID:
    day, about = when
    starts, made = moment(day, at=here.starts_at), uuid4()
    work.session.add(ConsultationRow(
        partner=work.partner, id=made, writer=work.partner, members=sorted(here.partners), body=here.slug, series=row.id, state="planned",
        starts=starts, ends=starts + timedelta(minutes=here.minutes), place=here.place, link=here.link, sequence=0, reference_month=about,
        version=1,
    ))  # fmt: skip
    return made


def _open_row(work: Work, id: UUID) -> SeriesRow:
    """The plan of a year that can still change, for who leads the body."""
    found = series(work, id=id)
    led(work, slug=found.body)
    if found.state not in (SeriesState.DRAFT, SeriesState.PROPOSED):
        raise NotInThisYear(found.state)
    return work.session.get_one(SeriesRow, (work.partner, id))


def _proposed(work: Work, id: UUID) -> Series:
    found = series(work, id=id)
    if found.state is not SeriesState.PROPOSED:
        raise NotInThisYear(found.state)
    return found


def _own_objections(work: Work, id: UUID) -> list[ObjectionRow]:
    mine = (ObjectionRow.partner == work.partner, ObjectionRow.writer == work.partner, ObjectionRow.series == id)
    return list(work.session.scalars(select(ObjectionRow).where(*mine, ObjectionRow.withdrawn_at.is_(None))))
