"""What a partner brought in itself: the list of own cases, and one case with its history and with who has what of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.columns import from_cells
from hub.cases.house import House
from hub.cases.rows import narrative_context
from hub.cases.standing import facts_of
from hub.cases.tables import ConsentRow, ContributionRow, DisclosureRow, GivenRow, RevisionRow, SourceReferenceRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import Month, PartnerId, Secret
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.sharing.facts import FACTS, STEERING, Absence, Value, month_span
from hub.sharing.policy import Basis, PolicyKind, Purpose
from hub.sharing.queries import InForce, policies_in_force
from hub.sharing.sentences import shared_in_dutch


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One own case in the list."""

    code: str
    state: str
    facts: Mapping[str, Value | Absence]
    first_released_on: date
    changed_at: datetime
    revisions: int


@dataclass(frozen=True, slots=True)
class Revision:
    """One step in the history of an own case: when, by a person or an import, what it changed and how that was before."""

    no: int
    made_at: datetime
    by_import: bool
    facts: Mapping[str, Value | Absence]
    before: Mapping[str, Value | Absence]
    answers_changed: bool

    @property
    def changed(self) -> tuple[str, ...]:
        """The facts that this step changed."""
        return tuple(self.before)


@dataclass(frozen=True, slots=True)
class Given:
    """What one recipient has of an own case, for the giver's eyes: state and reason per fact, or why there is no row."""

    recipient: Partner
    kind: str
    state: str
    because: tuple[str, ...]
    code: str | None
    states: Mapping[str, str]
    shown: Mapping[str, Value]
    first_given_on: date | None
    shown_until: date | None
    policy_version: int
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Consent:
    """Where the reporter's consent for one recipient stands, and every step that led there (the newest first)."""

    recipient: Partner
    state: str
    purposes: tuple[Purpose, ...]
    history: tuple[ConsentRow, ...]
    opens: str


@dataclass(frozen=True, slots=True)
class OwnCase:
    """An own case whole: facts, circumstances, history, who has what of it, and consent per recipient that needs it."""

    id: UUID
    code: str
    state: str
    facts: Mapping[str, Value | Absence]
    circumstances: Mapping[str, str]
    words: Mapping[str, str]
    reference: Secret | None
    closed_on: date | None
    revisions: tuple[Revision, ...]
    given: tuple[Given, ...]
    consents: tuple[Consent, ...]


@dataclass(frozen=True, slots=True)
class OwnWanted:
    """Which own cases: in a state, in a province, of a month, at most so many, after a place in the order (moment and code)."""

    state: str | None = None
    province: str | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 50
    month: Month | None = None


def own_cases(work: Work, *, house: House, wanted: OwnWanted) -> tuple[OwnLine, ...]:
    """The acting partner's own cases, the last changed first; one more than the limit tells that there are more."""
    contribution, revision = ContributionRow.__table__, RevisionRow.__table__
    latest = and_(
        revision.c.giver == contribution.c.giver, revision.c.contribution == contribution.c.id, revision.c.no == contribution.c.latest_no
    )
    asked = (
        select(revision, contribution.c.own_code, contribution.c.state, contribution.c.first_released_on, contribution.c.changed_at)
        .join(revision, latest)
        .where(contribution.c.giver == work.partner)
        .order_by(contribution.c.changed_at.desc(), contribution.c.own_code)
        .limit(wanted.limit + 1)
    )
    if wanted.state is not None:
        asked = asked.where(contribution.c.state == wanted.state)
    if wanted.province is not None:
        asked = asked.where(revision.c.province == wanted.province)
    if wanted.month is not None:
        span = month_span(date(wanted.month.year, wanted.month.number, 1))
        asked = asked.where(revision.c.incident_from >= span.first, revision.c.incident_to <= span.last)
    if wanted.after is not None:
        moment, code = wanted.after
        same_moment = and_(contribution.c.changed_at == moment, contribution.c.own_code > code)
        asked = asked.where(contribution.c.changed_at <= moment, (contribution.c.changed_at < moment) | same_moment)
    rows = [row._asdict() for row in work.session.execute(asked)]
    return tuple(
        OwnLine(row["own_code"], row["state"], facts_of(row, house=house), row["first_released_on"], row["changed_at"], row["no"])
        for row in rows
    )


def own_case(work: Work, *, house: House, code: str) -> OwnCase:
    """The acting partner's own case under this code, whole; NotFound for any other code."""
    row = work.session.scalar(select(ContributionRow).where(ContributionRow.giver == work.partner, ContributionRow.own_code == code))
    if row is None:
        raise NotFound
    history, latest = _history(work, row.id, house)
    record(work, Event.CONTRIBUTION_OPENED, contribution=row.id, revision=row.latest_no)
    answers = {name: latest[name] for name in STEERING if latest[name] is not None}
    given, agreed = _given(work, row.id, house), consents(work, contribution=row.id, house=house)
    reference = _reference(work, row.id, house)
    return OwnCase(
        row.id, row.own_code, row.state, history[0].facts, answers, latest["words"], reference, row.closed_on, history, given, agreed
    )


def own_code_behind(work: Work, *, code: str) -> str | None:
    """The own case that this code means: its own code, or the one by which a recipient knows it."""
    given = select(GivenRow.contribution).where(GivenRow.giver == work.partner, GivenRow.code == code)
    mine = select(ContributionRow.own_code).where(ContributionRow.giver == work.partner)
    return work.session.scalar(mine.where((ContributionRow.own_code == code) | ContributionRow.id.in_(given)).limit(1))


def own_codes_behind(work: Work, *, codes: Sequence[str]) -> Mapping[str, str]:
    """Per code by which a recipient knows an own case, the own code of that case; a code that means none is left out."""
    same = and_(ContributionRow.giver == GivenRow.giver, ContributionRow.id == GivenRow.contribution)
    asked = select(GivenRow.code, ContributionRow.own_code).join(ContributionRow, same)
    rows = work.session.execute(asked.where(GivenRow.giver == work.partner, GivenRow.code.in_(codes))) if codes else ()
    return {code: own for code, own in rows if code is not None}


def _history(work: Work, contribution: UUID, house: House) -> tuple[tuple[Revision, ...], Mapping[str, Any]]:
    asked = select(RevisionRow.__table__).where(RevisionRow.giver == work.partner, RevisionRow.contribution == contribution)
    rows = [row._asdict() for row in work.session.execute(asked.order_by(RevisionRow.no))]
    steps: list[Revision] = []
    for row in rows:
        facts = facts_of(row, house=house)
        old, older = (steps[-1].facts, rows[len(steps) - 1]) if steps else (facts, row)
        before = {fact: old[fact] for fact in FACTS if old[fact] != facts[fact]}
        answers_changed = any(older[name] != row[name] for name in STEERING)
        steps.append(Revision(row["no"], row["made_at"], row["run"] is not None, facts, before, answers_changed))
    return tuple(reversed(steps)), rows[-1]


def _reference(work: Work, contribution: UUID, house: House) -> Secret | None:
    """The partner's own case number, which only that partner's pages may show."""
    asked = select(SourceReferenceRow).where(SourceReferenceRow.giver == work.partner, SourceReferenceRow.contribution == contribution)
    row = work.session.scalars(asked).first()
    if row is None:
        return None
    giver = partners_by_id(work)[work.partner]
    bound = {"giver": giver.slug, "kind": row.kind, "contribution": str(contribution)}
    return house.keys.open_reference(row.cipher, version=row.index_version, **bound)


def _given(work: Work, contribution: UUID, house: House) -> tuple[Given, ...]:
    partners = partners_by_id(work)
    asked = select(GivenRow.__table__).where(GivenRow.giver == work.partner, GivenRow.contribution == contribution)
    rows = [row._asdict() for row in work.session.execute(asked.order_by(GivenRow.recipient, GivenRow.kind))]
    opened = _opened_at(work, [row["code"] for row in rows if row["code"]])
    return tuple(_given_value(row, partners[row["recipient"]], opened.get(row["code"]), house) for row in rows)


def _given_value(row: dict[str, Any], recipient: Partner, opened_at: datetime | None, house: House) -> Given:
    if row["narrative"] is not None:
        context = narrative_context(row["giver"], recipient=recipient.id, code=row["code"])
        row["narrative"] = house.keys.text_if_it_opens(row["narrative"], context=context)
    is_shown = row["state"] == "shown"
    states, first = dict(zip(FACTS, row["states"], strict=True)), row["first_given_on"] if row["visible_revision"] else None
    until = row["shown_until"] if is_shown else None
    return Given(
        recipient, row["kind"], row["state"], tuple(row["because"]), row["code"], states, from_cells(row), first, until,
        row["policy_version"], opened_at,
    )  # fmt: skip


def _opened_at(work: Work, codes: Sequence[str]) -> dict[str, datetime]:
    asked = select(DisclosureRow.code, DisclosureRow.at).where(DisclosureRow.giver == work.partner, DisclosureRow.code.in_(codes))
    return {row.code: row.at for row in work.session.execute(asked.order_by(DisclosureRow.at))}


def consents(work: Work, *, contribution: UUID, house: House) -> tuple[Consent, ...]:
    """Per recipient whose policy asks for the reporter's consent: where it stands, and its history."""
    partners = partners_by_id(work)
    mine = and_(ConsentRow.giver == work.partner, ConsentRow.contribution == contribution)
    steps: dict[PartnerId, list[ConsentRow]] = {}
    for row in work.session.scalars(select(ConsentRow).where(mine).order_by(ConsentRow.no.desc())):
        steps.setdefault(PartnerId(row.recipient), []).append(row)
    asked_for = {force.recipient: force for force in consent_policies(work, house=house)}
    return tuple(
        Consent(
            partners[recipient],
            _state_on(steps[recipient][0], today(work.now)) if recipient in steps else "not_asked",
            tuple(sorted(asked_for[recipient].policy.purposes)) if recipient in asked_for else (),
            tuple(steps.get(recipient, ())),
            shared_in_dutch(asked_for[recipient].policy, vocabulary=house.book.vocabulary) if recipient in asked_for else "",
        )
        for recipient in sorted({*steps, *asked_for})
    )


def _state_on(row: ConsentRow, day: date) -> str:
    return "expired" if row.state in ("given", "narrowed") and row.until is not None and row.until < day else row.state


def consent_policies(work: Work, *, house: House) -> tuple[InForce, ...]:
    """The standing policies of the acting partner that share only with the reporter's consent."""
    found = policies_in_force(work, giver=work.partner, on=today(work.now), book=house.book).values()
    return tuple(one for one in found if one.policy.consent is Basis.REPORTER and one.kind is PolicyKind.STANDING)


def reached_by(work: Work, *, run: UUID) -> tuple[tuple[Partner, int], ...]:
    """At which recipients cases of the acting partner still stand as this export brought them, and how many at each."""
    names, same = (
        partners_by_id(work),
        and_(
            GivenRow.giver == RevisionRow.giver, GivenRow.contribution == RevisionRow.contribution, GivenRow.revision_no == RevisionRow.no
        ),
    )
    asked = select(GivenRow.recipient, func.count()).join(RevisionRow, same)
    asked = asked.where(RevisionRow.giver == work.partner, RevisionRow.run == run, GivenRow.state == "shown")
    found = work.session.execute(asked.group_by(GivenRow.recipient).order_by(GivenRow.recipient))
    return tuple((names[recipient], number) for recipient, number in found)


def standing_of(work: Work, *, run: UUID) -> tuple[tuple[Partner, str, tuple[str, ...], int], ...]:
    """Of the cases in this export, per recipient and kind: the reasons why it has no row (none: it has one), and of how many cases."""
    names = partners_by_id(work)
    brought = select(RevisionRow.contribution).where(RevisionRow.giver == work.partner, RevisionRow.run == run)
    asked = select(GivenRow.recipient, GivenRow.kind, GivenRow.because, func.count()).where(GivenRow.giver == work.partner)
    asked = asked.where(GivenRow.contribution.in_(brought)).group_by(GivenRow.recipient, GivenRow.kind, GivenRow.because)
    found = work.session.execute(asked.order_by(GivenRow.recipient, GivenRow.kind, func.count().desc(), GivenRow.because))
    return tuple((names[recipient], kind, tuple(because), number) for recipient, kind, because, number in found)
