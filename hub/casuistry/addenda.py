"""
Addenda to editions that were delivered: cases that were withdrawn since, or that a giver was allowed to bring in late.

That one recipient got an addendum is nobody else's to know: a case was withdrawn from it, or shared with it. So the gathering, which all
partners read, stays as it is, and no job of the ledger is named after it.
"""

from sqlalchemy import select

from hub.casuistry import gathering as building
from hub.casuistry.gathering import LATE, SHARED_OTHERWISE, WITHDRAWN, Made
from hub.casuistry.lifecycle import PEOPLE
from hub.casuistry.queries import gathering_of
from hub.casuistry.tables import CollectedRow, CollectionRow, GatheringRow, GatheringStepRow
from hub.kernel.database import Work
from hub.kernel.errors import Conflict
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.kernel.words import Month


def withdrawn(work: Work) -> tuple[Made, ...]:
    """
    An addendum to each latest delivered edition of the acting partner of which a case was withdrawn since: own codes, no values.

    What is listed so counts as known: the next edition does not list it again. Nothing is made where nothing was withdrawn.
    """
    gone = select(CollectedRow.area).where(
        CollectedRow.recipient == work.partner, CollectedRow.replaced_by.is_(None), CollectedRow.recalled_on.is_not(None),
        ~CollectedRow.is_gone,
    )  # fmt: skip
    made = []
    for area in sorted(set(work.session.scalars(gone))):
        row = _latest(work, area)
        if row is not None and (one := _add(work, row, WITHDRAWN)):
            made.append(one)
    return tuple(made)


def late(work: Work, *, province: str, month: Month, step: int) -> Made | None:
    """
    An addendum to the acting partner's edition with what a giver brought in since, as the coordinator allowed in this step.

    None when that is nothing which the acting partner may see; Conflict when nobody allowed it.
    """
    row = gathering_of(work, province=province, month=month)
    allowed = work.session.get(GatheringStepRow, (province, row.month, step))
    if allowed is None or allowed.word != LATE:
        raise Conflict("De coördinator heeft deze late levering niet toegestaan.")
    return _add(work, row, LATE, because=allowed.because, giver=allowed.about) if _has_edition(work, row) else None


def shared_otherwise(work: Work, *, province: str, month: Month) -> Made | None:
    """An addendum with the cases of which only the sharing became another since; None when there are none."""
    row = gathering_of(work, province=province, month=month)
    return _add(work, row, SHARED_OTHERWISE) if _has_edition(work, row) else None


def _add(work: Work, row: GatheringRow, kind: str, because: str | None = None, giver: int | None = None) -> Made | None:
    made = building.build(work, gathering=row, kind=kind, because=because, giver=giver)
    if made is None:
        return None
    month = f"{row.month:%Y-%m}"
    path, dedup = f"/verzamelingen/{row.province}/{month}", f"{month}/{row.province}/{made.number}"
    put_down(work, notice=Notice(work.partner, dedup, NoticeKind.ADDENDUM, path, PEOPLE, work.now))
    return made


def _latest(work: Work, province: str) -> GatheringRow | None:
    """The gathering of the newest edition of this province, if it was delivered: before that a withdrawn case is simply in the next one."""
    mine = select(CollectionRow).where(
        CollectionRow.recipient == work.partner, CollectionRow.province == province, CollectionRow.number == 0
    )
    row = work.session.scalars(mine.order_by(CollectionRow.month.desc()).limit(1)).first()
    if row is None or row.delivered_at is None:
        return None
    return work.session.get(GatheringRow, (province, row.month))


def _has_edition(work: Work, row: GatheringRow) -> bool:
    return work.session.get(CollectionRow, (work.partner, row.province, row.month, 0)) is not None
