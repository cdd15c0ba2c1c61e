"""Contributions as they stand now: the latest revision, consent, hold-back and ties of each, read for a decision."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from hub.cases.columns import from_cells, with_absence
from hub.cases.house import House
from hub.cases.release import Release
from hub.cases.tables import ConcernRow, ConsentRow, ContributionRow, HoldBackRow, RevisionRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.sharing.facts import STEERING, Absence, Case, Value
from hub.sharing.policy import Purpose
from hub.sharing.question import Consents, ConsentState, HeldBack, Ties
from hub.sharing.vocabulary import Vocabulary

Held = Mapping[PartnerId, HeldBack]


def revision_context(giver: PartnerId, *, contribution: UUID, no: int) -> bytes:
    """What the giver's own narrative is bound to."""
    return f"revision|{giver}|{contribution}|{no}".encode()


def facts_of(row: Mapping[str, Any], *, house: House) -> dict[str, Value | Absence]:
    """The twenty facts of one stored revision, its narrative opened."""
    cells = dict(row)
    if cells["narrative"] is not None:
        context = revision_context(row["giver"], contribution=row["contribution"], no=row["no"])
        cells["narrative"] = house.keys.open_text(cells["narrative"], context=context)
    return with_absence(from_cells(cells), unknown=row["unknown"], erased=row["erased"])


def releases(work: Work, *, contributions: Sequence[UUID], house: House) -> list[Release]:
    """These contributions of the acting partner, locked until this work is over, each as it stands at its latest revision."""
    giver = partners_by_id(work)[work.partner]
    latest = _latest(work, contributions)
    ties, consents, held = ties_of(work, contributions=contributions), consents_of(work, contributions=contributions), held_of(
        work, contributions=contributions, vocabulary=house.book.vocabulary
    )
    return [
        Release(
            row["contribution"], row["no"], _case(row, giver, house), ties.get(row["contribution"], Ties()),
            consents.get(row["contribution"], {}), held.get(row["contribution"], {}),
        )
        for row in latest
    ]  # fmt: skip


def _latest(work: Work, contributions: Sequence[UUID]) -> Iterable[Mapping[str, Any]]:
    contribution, revision = ContributionRow.__table__, RevisionRow.__table__
    asked = (
        select(revision, contribution.c.first_released_on, contribution.c.closed_on)
        .join(contribution, (contribution.c.giver == revision.c.giver) & (contribution.c.id == revision.c.contribution)
              & (contribution.c.latest_no == revision.c.no))
        .where(contribution.c.giver == work.partner, contribution.c.id.in_(contributions))
        .order_by(contribution.c.id)
        .with_for_update(of=contribution)
    )  # fmt: skip
    return [row._asdict() for row in work.session.execute(asked)]


def _case(row: Mapping[str, Any], giver: Partner, house: House) -> Case:
    circumstances = {name: row[name] for name in STEERING if row[name] is not None}
    return Case(giver, facts_of(row, house=house), circumstances, row["first_released_on"], row["closed_on"])


def ties_of(work: Work, *, contributions: Sequence[UUID]) -> dict[UUID, Ties]:
    """Whom the giver tied to each contribution by a concern; referrals come with their own issue."""
    names = {partner.id: partner.slug for partner in partners_by_id(work).values()}
    asked = select(ConcernRow).where(ConcernRow.giver == work.partner, ConcernRow.contribution.in_(contributions))
    found: dict[UUID, set[str]] = {}
    for row in work.session.scalars(asked):
        found.setdefault(row.contribution, set()).add(names[row.recipient])
    return {contribution: Ties(concerns=frozenset(slugs)) for contribution, slugs in found.items()}


def latest_consents(work: Work, *, contributions: Sequence[UUID]) -> dict[tuple[UUID, PartnerId], ConsentRow]:
    """The consent that counts, per contribution and recipient: the highest number."""
    asked = (
        select(ConsentRow)
        .ext(distinct_on(ConsentRow.contribution, ConsentRow.recipient))
        .where(ConsentRow.giver == work.partner, ConsentRow.contribution.in_(contributions))
        .order_by(ConsentRow.contribution, ConsentRow.recipient, ConsentRow.no.desc())
    )
    return {(row.contribution, PartnerId(row.recipient)): row for row in work.session.scalars(asked)}


def consents_of(work: Work, *, contributions: Sequence[UUID]) -> dict[UUID, dict[PartnerId, Consents]]:
    """The reporter's consent as a decision looks at it, per contribution and recipient."""
    found: dict[UUID, dict[PartnerId, Consents]] = {}
    for (contribution, recipient), row in latest_consents(work, contributions=contributions).items():
        found.setdefault(contribution, {})[recipient] = consent_value(row, on=today(work.now))
    return found


def consent_value(row: ConsentRow, *, on: date) -> Consents:
    """One stored consent in the words of the decision; over its last day it counts as expired."""
    has_ended = row.until is not None and row.until < on
    if row.state in ("given", "narrowed"):
        by_guardian = row.given_by == "guardian"
        state = ConsentState.EXPIRED if has_ended else ConsentState.GIVEN_BY_GUARDIAN if by_guardian else ConsentState.GIVEN
    else:
        state = ConsentState(row.state)
    purposes = frozenset(Purpose(word) for word in row.purposes)
    return Consents(state, purposes, frozenset(row.facts) if row.facts is not None else None, row.until)


def held_of(work: Work, *, contributions: Sequence[UUID], vocabulary: Vocabulary) -> dict[UUID, Held]:
    """What is held back today, per contribution and recipient; a hold-back for everybody stands at each of them."""
    day, everybody = today(work.now), tuple(partners_by_id(work))
    asked = select(HoldBackRow).where(
        HoldBackRow.giver == work.partner, HoldBackRow.contribution.in_(contributions), HoldBackRow.lifted_at.is_(None)
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
                of_case[row.fact] = _coarser(row.fact, row.precision, of_case, vocabulary)
    return {
        contribution: {
            recipient: HeldBack(recipient in whole.get(contribution, set()), facts.get(contribution, {}).get(recipient, {}))
            for recipient in whole.get(contribution, set()) | set(facts.get(contribution, {}))
        }
        for contribution in set(whole) | set(facts)
    }


def _coarser(fact: str, precision: str | None, held: Mapping[str, str | None], vocabulary: Vocabulary) -> str | None:
    """Of two hold-backs on one fact the coarser counts."""
    if fact not in held:
        return precision
    words = vocabulary.facts[fact]
    return max(precision, held[fact], key=words.step)
