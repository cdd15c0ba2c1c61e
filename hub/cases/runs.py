"""Earlier exports: when they were taken in, with which counts, and how many cases at each recipient still stand as they brought them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from hub.cases.queries import reached_by
from hub.cases.tables import ImportRunRow
from hub.kernel.database import Work
from hub.kernel.errors import NotFound

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
