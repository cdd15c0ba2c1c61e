"""Contributions as they stand now: the latest revision, consent, hold-back and ties of each, read for a decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, cast, select
from sqlalchemy.orm import InstrumentedAttribute

from hub.cases.columns import from_cells, with_absence
from hub.cases.house import House
from hub.cases.release import NO_TIES, Release
from hub.cases.tables import ConcernRow, ContributionRow, HoldBackRow, RevisionRow
from hub.kernel.bulk import NULL, read_lines
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.pseudonyms.keys import KeyDestroyed
from hub.sharing.facts import STEERING, Absence, Case, Value
from hub.sharing.policy import Purpose
from hub.sharing.queries import hold_agreements
from hub.sharing.question import Consents, ConsentState, HeldBack, Ties
from hub.sharing.vocabulary import Vocabulary
from hub.threads.queries import loosened
from hub.threads.rules import ThreadKind
from hub.threads.tables import ThreadRow

Held = Mapping[PartnerId, HeldBack]


def revision_context(giver: PartnerId, *, contribution: UUID, no: int) -> bytes:
    """What the giver's own narrative is bound to."""
    return f"revision|{giver}|{contribution}|{no}".encode()


def facts_of(row: Mapping[str, Any], *, house: House) -> dict[str, Value | Absence]:
    """The twenty facts of one stored revision, its narrative opened; erased where the key was destroyed, SealBroken where changed."""
    cells, erased = dict(row), row["erased"]
    if cells["narrative"] is not None:
        context = revision_context(row["giver"], contribution=row["contribution"], no=row["no"])
        try:
            cells["narrative"] = house.keys.open_text(cells["narrative"], context=context)
        except KeyDestroyed:
            cells["narrative"], erased = None, [*erased, "narrative"]
    return with_absence(from_cells(cells), unknown=row["unknown"], erased=erased)


def releases(work: Work, *, contributions: Sequence[UUID], house: House) -> list[Release]:
    """These contributions of the acting partner, locked until this work is over, each as it stands at its latest revision."""
    hold_agreements(work)
    giver = partners_by_id(work)[work.partner]
    cases = {row["contribution"]: (row["no"], _case(row, giver, house)) for row in _latest(work, contributions)}
    return attached(work, cases=cases, house=house)


def attached(work: Work, *, cases: Mapping[UUID, tuple[int, Case]], house: House) -> list[Release]:
    """These cases of the acting partner, each with the number of its revision, and consent, hold-back and ties as they stand."""
    contributions = list(cases)
    ties, consents, held = (
        ties_of(work, contributions=contributions),
        consents_of(work, contributions=contributions),
        held_of(work, contributions=contributions, vocabulary=house.book.vocabulary),
    )
    return [Release(one, no, case, ties.get(one, NO_TIES), consents.get(one, {}), held.get(one, {})) for one, (no, case) in cases.items()]


def _latest(work: Work, contributions: Sequence[UUID]) -> Iterable[Mapping[str, Any]]:
    contribution, revision = ContributionRow.__table__, RevisionRow.__table__
    asked = (
        select(revision, contribution.c.first_released_on, contribution.c.closed_on)
        .join(contribution, (contribution.c.giver == revision.c.giver) & (contribution.c.id == revision.c.contribution)
              & (contribution.c.latest_no == revision.c.no))
        .where(contribution.c.giver == work.partner, is_among(contribution.c.id, contributions=contributions))
        .order_by(contribution.c.id)
        .with_for_update(of=contribution)
    )  # fmt: skip
    return [row._asdict() for row in work.session.execute(asked)]


def is_among(column: ColumnElement[UUID] | InstrumentedAttribute[UUID], *, contributions: Sequence[UUID]) -> ColumnElement[bool]:
    """Whether it is one of these, as one parameter however many there are."""
    return column == any_(cast(list(contributions), ARRAY(Uuid)))


def _case(row: Mapping[str, Any], giver: Partner, house: House) -> Case:
    circumstances = {name: row[name] for name in STEERING if row[name] is not None}
    return Case(giver, facts_of(row, house=house), circumstances, row["first_released_on"], row["closed_on"])


def ties_of(work: Work, *, contributions: Sequence[UUID]) -> dict[UUID, Ties]:
    """Whom the giver tied to each contribution by a concern, or by a referral that was not turned down or withdrawn."""
    names = {partner.id: partner.slug for partner in partners_by_id(work).values()}
    asked = select(ConcernRow).where(ConcernRow.giver == work.partner, is_among(ConcernRow.contribution, contributions=contributions))
    found: dict[UUID, set[str]] = {}
    for row in work.session.scalars(asked):
        found.setdefault(row.contribution, set()).add(names[row.recipient])
    referred: dict[UUID, set[str]] = {}
    mine = (ContributionRow.giver == work.partner, is_among(ContributionRow.id, contributions=contributions))
    same = (ThreadRow.reader == ContributionRow.giver) & (ThreadRow.own_code == ContributionRow.own_code)
    open_ones = select(ContributionRow.id, ThreadRow.recipient).join(ThreadRow, same).where(*mine, ThreadRow.kind == ThreadKind.REFERRAL)
    for contribution, recipient in work.session.execute(open_ones.where(ThreadRow.id.not_in(loosened(work)))):
        referred.setdefault(contribution, set()).add(names[recipient])
    return {
        one: Ties(frozenset(found.get(one, ())), frozenset(referred.get(one, ())))
        for one in (*found, *(one for one in referred if one not in found))
    }


@dataclass(frozen=True, slots=True)
class LatestConsent:
    """The consent that counts for one recipient, and the number of the step that gave it."""

    no: int
    state: str
    purposes: tuple[str, ...]
    given_by: str
    how: str
    until: date | None
    facts: tuple[str, ...] | None


def latest_consents(work: Work, *, contributions: Sequence[UUID]) -> dict[UUID, dict[PartnerId, LatestConsent]]:
    """The consent that counts, per contribution and recipient: the highest number."""
    columns = ("contribution", "recipient", "no", "state", "purposes", "given_by", "how", "until", "facts")
    names = {str(contribution): contribution for contribution in contributions}
    found: dict[str, dict[PartnerId, LatestConsent]] = {name: {} for name in names}
    for line in read_lines(work, table="consent", columns=columns, where={"giver": work.partner, "contribution": list(contributions)}):
        name, recipient, rest = line.split("\t", 2)
        of_case, number, one = found[name], PartnerId(int(recipient)), _consent_of(rest)
        if number not in of_case or of_case[number].no < one.no:
            of_case[number] = one
    return {names[name]: of_case for name, of_case in found.items()}


@lru_cache(maxsize=1024)
def _consent_of(line: str) -> LatestConsent:
    no, state, purposes, given_by, how, until, facts = line.split("\t")
    last_day = None if until == NULL else date.fromisoformat(until)
    return LatestConsent(int(no), state, _words(purposes), given_by, how, last_day, None if facts == NULL else _words(facts))


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell[1:-1].split(",") if word)


def consents_of(work: Work, *, contributions: Sequence[UUID]) -> dict[UUID, dict[PartnerId, Consents]]:
    """The reporter's consent as a decision looks at it, per contribution and recipient."""
    day, latest = today(work.now), latest_consents(work, contributions=contributions)
    return {case: {recipient: consent_value(one, on=day) for recipient, one in found.items()} for case, found in latest.items()}


@lru_cache(maxsize=1024)
def consent_value(one: LatestConsent, *, on: date) -> Consents:
    """One stored consent in the words of the decision; over its last day it counts as expired."""
    has_ended = one.until is not None and one.until < on
    if one.state in ("given", "narrowed"):
        by_guardian = one.given_by == "guardian"
        state = ConsentState.EXPIRED if has_ended else ConsentState.GIVEN_BY_GUARDIAN if by_guardian else ConsentState.GIVEN
    else:
        state = ConsentState(one.state)
    purposes = frozenset(Purpose(word) for word in one.purposes)
    return Consents(state, purposes, frozenset(one.facts) if one.facts is not None else None, one.until)


def held_of(work: Work, *, contributions: Sequence[UUID], vocabulary: Vocabulary) -> dict[UUID, Held]:
    """What is held back today, per contribution and recipient; a hold-back for everybody stands at each of them."""
    day, everybody = today(work.now), tuple(partners_by_id(work))
    asked = select(HoldBackRow).where(
        HoldBackRow.giver == work.partner, is_among(HoldBackRow.contribution, contributions=contributions), HoldBackRow.lifted_at.is_(None)
    )
    whole: dict[UUID, set[PartnerId]] = {}
    facts: dict[UUID, dict[PartnerId, dict[str, str | None]]] = {}
    for row in work.session.scalars(asked):
        if row.until is not None and row.until < day:
            continue
        for recipient in everybody if row.recipient is None else (PartnerId(row.recipient),):
            if row.fact is None:
                whole.setdefault(row.contribution, set()).add(recipient)
            else:
                of_case = facts.setdefault(row.contribution, {}).setdefault(recipient, {})
                of_case[row.fact] = coarser(row.fact, precision=row.precision, held=of_case, vocabulary=vocabulary)
    return {
        contribution: {
            recipient: HeldBack(recipient in whole.get(contribution, set()), facts.get(contribution, {}).get(recipient, {}))
            for recipient in whole.get(contribution, set()) | set(facts.get(contribution, {}))
        }
        for contribution in set(whole) | set(facts)
    }


def coarser(fact: str, *, precision: str | None, held: Mapping[str, str | None], vocabulary: Vocabulary) -> str | None:
    """Of two hold-backs on one fact the coarser counts."""
    if fact not in held:
        return precision
    words = vocabulary.facts[fact]
    return max(precision, held[fact], key=words.step)
