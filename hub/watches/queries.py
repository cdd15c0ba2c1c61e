"""The terms of a partner: what follows from its own rows today, and what stands in sight."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.house import House
from hub.cases.readable import unchanged_since
from hub.cases.tables import ConsentRow, ContributionRow, RevisionRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.partners.queries import partners_by_id
from hub.partners.rules import Kind
from hub.sharing.facts import Span
from hub.sharing.queries import policies_in_force
from hub.watches.rules import SILENCE, TERMS, Certainty, Due, OwnCase, Rule, case_dues, ending, is_in_sight, silence, yearly_figures
from hub.watches.tables import WatchRow

SEPOTS = ("sepot_technisch", "sepot_beleid")
OUTCOMES_AGO = timedelta(days=220)  # beyond that no term of an outcome is in sight
MOST = 200
STANDING = ("open", "passed")


@dataclass(frozen=True, slots=True)
class Watch:
    """A term in sight; `case` is the code of the own or received case it is about, `about` the partner or the year, if there is one."""

    id: UUID
    rule: Rule
    about: str
    case: str | None
    is_own: bool
    last_day: date
    days_left: int
    certainty: Certainty
    is_near: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """The terms of a partner: over, near, and later; and whether more stand there than are shown."""

    over: tuple[Watch, ...]
    near: tuple[Watch, ...]
    later: tuple[Watch, ...]
    has_more: bool


def sight(work: Work) -> Sight:
    """Every term of the acting partner that is open or over, the nearest last day first."""
    rows = _standing(work, until=None, most=MOST + 1)
    shown = _values(work, rows[:MOST])
    record(work, Event.LIST_OPENED, page="termijnen", rows=len(shown))
    over = tuple(one for one in shown if one.days_left < 0)
    near = tuple(one for one in shown if one.days_left >= 0 and one.is_near)
    later = tuple(one for one in shown if one.days_left >= 0 and not one.is_near)
    return Sight(over, near, later, len(rows) > MOST)


def near(work: Work, *, until: date) -> tuple[Watch, ...]:
    """The terms of the acting partner about its cases that end by this day, for beside an edition; those that are over stand first."""
    return tuple(one for one in _values(work, _standing(work, until=until, most=MOST)) if one.case is not None)


def dues(work: Work, *, house: House) -> Iterator[Due]:
    """Every term of the acting partner that is in sight today, from its own rows alone."""
    day, partner = today(work.now), partners_by_id(work)[work.partner]
    found = [yearly_figures(day)] if partner.kind is Kind.BUREAU else []
    found += [_of_cases(work, partner.kind), _of_consents(work), _of_policies(work, house)]
    found.append(silence(code, changed_on=changed) for code, changed in unchanged_since(work, day=day - SILENCE))
    yield from (due for some in found for due in some if is_in_sight(due, on=day))


def _standing(work: Work, *, until: date | None, most: int) -> list[WatchRow]:
    mine = and_(WatchRow.partner == work.partner, WatchRow.state.in_(STANDING))
    asked = select(WatchRow).where(mine if until is None else and_(mine, WatchRow.last_day <= until))
    return list(work.session.scalars(asked.order_by(WatchRow.last_day, WatchRow.rule, WatchRow.reference).limit(most)))


def _values(work: Work, rows: Iterable[WatchRow]) -> tuple[Watch, ...]:
    names = {partner.slug: partner.name for partner in partners_by_id(work).values()}
    return tuple(_value(row, today(work.now), names) for row in rows)


def _value(row: WatchRow, day: date, names: Mapping[str, str]) -> Watch:
    rule, left = Rule(row.rule), (row.last_day - day).days
    first, _, second = row.reference.partition("/")
    is_near = left <= max(TERMS[rule].warn)
    case = None if rule in (Rule.POLICY_END, Rule.FIGURES) else first
    about = {Rule.POLICY_END: names.get(first, first), Rule.FIGURES: first}.get(rule, names.get(second, ""))
    return Watch(row.id, rule, about, case, rule is not Rule.SILENT, row.last_day, left, Certainty(row.certainty), is_near)


def _of_cases(work: Work, kind: Kind) -> Iterator[Due]:
    case, latest = ContributionRow.__table__.c, RevisionRow.__table__.c
    asked = (
        select(case.own_code, case.id, case.first_released_on, case.state, latest.incident_from, latest.incident_to, latest.report_kind,
               latest.nature, latest.offences, latest.outcome)
        .join(RevisionRow.__table__, and_(latest.giver == case.giver, latest.contribution == case.id, latest.no == case.latest_no))
        .where(case.giver == work.partner)
        .where(or_(case.state != "closed", and_(latest.outcome.in_(SEPOTS), latest.made_at > work.now - OUTCOMES_AGO)))
    )  # fmt: skip
    told, sent = _outcomes(work) if kind is Kind.OM else {}, _messages(work) if kind is Kind.OM else {}
    for row in work.session.execute(asked):
        incident = Span(row.incident_from, row.incident_to) if row.incident_from and row.incident_to else None
        found = OwnCase(
            row.own_code, row.first_released_on, row.state == "closed", incident, row.report_kind, row.nature,
            tuple(row.offences or ()), row.outcome, told.get(row.id), sent.get(row.own_code),
        )  # fmt: skip
        yield from case_dues(found, kind=kind)


def _outcomes(work: Work) -> Mapping[UUID, date]:
    """Since when each own case says that there will be no prosecution: the day its giver first brought that in."""
    first = select(RevisionRow.contribution, func.min(RevisionRow.made_at)).where(
        RevisionRow.giver == work.partner, RevisionRow.outcome.in_(SEPOTS), RevisionRow.made_at > work.now - OUTCOMES_AGO
    )
    return {row[0]: today(row[1]) for row in work.session.execute(first.group_by(RevisionRow.contribution))}


def _messages(work: Work) -> Mapping[str, date]:
    """When somebody last said of each case that the interim message was sent."""
    said = select(WatchRow.reference, func.max(func.greatest(WatchRow.since, WatchRow.starts_on + 1))).where(
        WatchRow.partner == work.partner, WatchRow.rule == Rule.INTERIM_MESSAGE.value, WatchRow.state == "met"
    )
    return {row[0]: row[1] for row in work.session.execute(said.group_by(WatchRow.reference))}


def _of_consents(work: Work) -> Iterator[Due]:
    """Of the latest consent per case and recipient, when it ends."""
    row, case, names = ConsentRow.__table__.c, ContributionRow.__table__.c, partners_by_id(work)
    key = (row.contribution, row.recipient)
    latest = select(*key, func.max(row.no).label("no")).where(row.giver == work.partner).group_by(*key).subquery()
    asked = (
        select(row.recipient, row.until, row.at, case.own_code)
        .join(latest, and_(latest.c.contribution == row.contribution, latest.c.recipient == row.recipient, latest.c.no == row.no))
        .join(ContributionRow.__table__, and_(case.giver == row.giver, case.id == row.contribution))
        .where(row.giver == work.partner, case.state != "closed", row.state.in_(("given", "narrowed")), row.until.is_not(None))
    )
    for one in work.session.execute(asked):
        reference = f"{one.own_code}/{names[one.recipient].slug}"
        yield ending(Rule.CONSENT_END, reference=reference, until=one.until, since=today(one.at))


def _of_policies(work: Work, house: House) -> Iterator[Due]:
    """Of the agreements under which the acting partner gives, when they end; one that has a following version is renewed."""
    day, names = today(work.now), partners_by_id(work)
    for (recipient, kind), force in policies_in_force(work, giver=work.partner, on=day, book=house.book).items():
        until = force.policy.valid_until
        renewed = policies_in_force(work, giver=work.partner, on=until + timedelta(days=1), book=house.book)
        if (recipient, kind) not in renewed:
            reference = f"{names[recipient].slug}/{kind.value}"
            yield ending(Rule.POLICY_END, reference=reference, until=until, since=force.policy.valid_from)
