"""Earlier exports: when they were taken in, with which counts, and how many cases at each recipient still stand as they brought them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from marshmallow import fields
from sqlalchemy import select

from hub.cases.house import House
from hub.cases.queries import reached_by, standing_of
from hub.cases.tables import ImportRunRow
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.schemas import HouseSchema
from hub.partners.rules import Partner
from hub.sharing.sentences import reason_in_dutch

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Run:
    """One export that was taken in, with its counts."""

    id: UUID
    export: str
    at: datetime
    received: int
    new: int
    updated: int
    unchanged: int
    vanished: int
    refused: int


@dataclass(frozen=True, slots=True)
class Reached:
    """One recipient, and how many cases it has as this export brought them."""

    name: str
    cases: int


@dataclass(frozen=True, slots=True)
class RunPage:
    """One export that was taken in, and where its cases went."""

    run: Run
    reached: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """What becomes of an export at one recipient: of how many cases it has a row, and why of how many it has none."""

    recipient: Partner
    kind: str
    shared: int
    kept: tuple[tuple[str, int], ...]


def outlook(work: Work, *, run: UUID, house: House) -> tuple[Bound, ...]:
    """Per recipient what it has of the new and changed cases of this export; asked in a work that is undone, what it would have."""
    found: dict[tuple[Partner, str], tuple[int, Counter[str]]] = {}
    for recipient, kind, because, number in standing_of(work, run=run):
        shared, kept = found.get((recipient, kind), (0, Counter()))
        if because:
            kept[reason_in_dutch(because[0], floor=house.book.floor)] += number
        found[recipient, kind] = shared + (0 if because else number), kept
    return tuple(Bound(recipient, kind, shared, tuple(kept.most_common())) for (recipient, kind), (shared, kept) in found.items())


class BoundSchema(HouseSchema):
    """What becomes of an export at one recipient."""

    name = fields.String(attribute="recipient.name")
    kind = fields.String()
    shared = fields.Integer()
    kept = fields.Function(lambda one: [{"why": why, "cases": number} for why, number in one.kept])


def latest_runs(work: Work) -> Sequence[Run]:
    """The last exports that the acting partner took in, the newest first."""
    asked = select(ImportRunRow).where(ImportRunRow.giver == work.partner).order_by(ImportRunRow.at.desc(), ImportRunRow.id).limit(SHOWN)
    return [_run(row) for row in work.session.scalars(asked)]


def run_page(work: Work, *, run: UUID) -> RunPage:
    """One export of the acting partner; NotFound for another's or none."""
    row = work.session.scalar(select(ImportRunRow).where(ImportRunRow.giver == work.partner, ImportRunRow.id == run))
    if row is None:
        raise NotFound
    return RunPage(_run(row), tuple(Reached(partner.name, cases) for partner, cases in reached_by(work, run=run)))


def _run(row: ImportRunRow) -> Run:
    return Run(row.id, row.export, row.at, row.received, row.accepted_new, row.updated, row.unchanged, row.vanished, row.refused)
