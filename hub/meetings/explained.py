"""What was said of a case in meetings, for its own page: by whom it is known under which code, the acting partner alone can tell."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from hub.agendas.tables import ItemRow, PlacedRow
from hub.agreements.queries import Agreement, Decision, of_items
from hub.agreements.tables import PointerRow
from hub.agreements.told import TAKEN_AWAY
from hub.cases.tables import ContributionRow
from hub.consultations.queries import bodies, consultations
from hub.consultations.rules import FELL_OUT
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.meetings.told import gone_items


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a meeting led to about one case: how the item ended, what was said, decided and agreed."""

    consultation: UUID
    item: UUID
    body_name: str
    on: date
    code: str
    outcome: str
    discussion: str
    decisions: tuple[Decision, ...]
    agreements: tuple[Agreement, ...]


def of_received(work: Work, *, code: str) -> tuple[Spoken, ...]:
    """What was said of the case that the acting partner received under this code, the latest meeting first."""
    mine = (PointerRow.partner == work.partner, PointerRow.code == code, PointerRow.writer != work.partner)
    return _spoken(work, work.session.scalars(select(PointerRow.line).where(*mine)).all())


def of_own(work: Work, *, code: str) -> tuple[Spoken, ...]:
    """What was said of this own case, the latest meeting first."""
    asked = select(PlacedRow.line).join(
        ContributionRow, (ContributionRow.giver == PlacedRow.partner) & (ContributionRow.id == PlacedRow.contribution)
    )
    return _spoken(work, work.session.scalars(asked.where(PlacedRow.partner == work.partner, ContributionRow.own_code == code)).all())


def _spoken(work: Work, lines: Collection[UUID]) -> tuple[Spoken, ...]:
    """Only of blocks in which the acting partner sits: of others it has no item."""
    if not lines:
        return ()
    asked = select(ItemRow).where(ItemRow.partner == work.partner, ItemRow.line.in_(lines), ItemRow.outcome.is_not(None))
    rows, held = work.session.scalars(asked).all(), {one.id: one for one in consultations(work) if one.state not in FELL_OUT}
    gone = gone_items(work, items=[row.id for row in rows])
    names, told = {one.slug: one.name for one in bodies(work)}, of_items(work, items=[row.id for row in rows])
    found = [
        Spoken(
            row.consultation, row.id, names[row.body], today(held[row.consultation].starts), row.code, row.outcome or "",
            TAKEN_AWAY if row.id in gone and row.discussion else row.discussion,
            tuple(one for one in told.decisions if one.item == row.id), tuple(one for one in told.agreements if one.item == row.id),
        )
        for row in rows if row.consultation in held
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.on, one.code), reverse=True))
