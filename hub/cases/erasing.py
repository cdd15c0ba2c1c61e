"""
Own cases that go: first what recipients have of them, a day later the cases themselves; and proof of sharing that is old enough.

A recipient that was still reading while its row went leaves its receipt within minutes, and is then asked back by `expiry.recall_late`;
that needs the case, so a case goes no sooner than the day after its last row. Its texts were sealed under a key of their own that stands
in the same cell, and goes with it; what is older than the backups and the keys of its month can be opened by nobody.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from hub.audit.events import Event
from hub.audit.journal import record_many
from hub.cases.columns import COLUMNS
from hub.cases.inbox import TOLD_CAUSE, TOMBSTONE_COLUMNS, TOMBSTONE_KEPT, Gone, Opened, recall
from hub.cases.rows import FLAGS
from hub.cases.standing import is_among
from hub.cases.tables import ConsentRow, ContributionRow, DisclosureRow, GivenRow, TombstoneRow
from hub.kernel.bulk import insert_rows
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.partners.queries import partners_by_id

ENDED = "ended"
BECAUSE = "kept_long_enough"
Case = InstrumentedAttribute[UUID]


def is_shown(work: Work, *, case: Case) -> ColumnElement[bool]:
    """Whether a recipient has a row of this case of the acting partner."""
    mine = (GivenRow.giver == work.partner, GivenRow.contribution == case, GivenRow.state == "shown")
    return select(GivenRow.code).where(*mine).exists()


def is_settled(work: Work, *, case: Case) -> ColumnElement[bool]:
    """Whether no recipient has a row of this case, and none had one today."""
    late = (GivenRow.state == "shown") | (GivenRow.changed_on >= today(work.now))
    return ~select(GivenRow.recipient).where(GivenRow.giver == work.partner, GivenRow.contribution == case, late).exists()


def close_rows(work: Work, *, contributions: Sequence[UUID]) -> tuple[Gone, ...]:
    """
    Take away what every recipient has of these cases of the acting partner, with a tombstone, and ask back what was opened.

    As at the end of a term: a row that nobody opened leaves no trace at its recipient.
    """
    day, row = today(work.now), GivenRow
    mine = (row.giver == work.partner, is_among(row.contribution, contributions=contributions), row.state == "shown")
    asked = select(row.contribution, row.recipient, row.code, row.kind).where(*mine).order_by(row.contribution, row.recipient)
    found = [(case, who, str(code), kind) for case, who, code, kind in work.session.execute(asked.with_for_update())]
    if not found:
        return ()
    opened = _opened(work, [code for _, _, code, _ in found])
    nothing = dict.fromkeys((*COLUMNS, "base_version")) | dict.fromkeys(FLAGS, False)
    closed = {"state": "closed", "because": [BECAUSE], "states": "p" * 20, "changed_on": day, "shown_until": day}
    work.session.execute(update(row).where(*mine).values(**nothing, **closed))
    partners = partners_by_id(work)
    gone = tuple(Gone(partners[who], code, kind, was_opened=(who, code, kind) in opened) for _, who, code, kind in found)
    _bury(work, gone)
    told = [
        {"contribution": case, "recipient": partners[who].slug, "code": code, "reason": "einde-termijn"} for case, who, code, _ in found
    ]
    record_many(work, Event.ROW_REMOVED, told)
    recall(work, contributions=[case for case, _, _, _ in found], gone=gone, opened=opened, cause=ENDED)
    return gone


def _bury(work: Work, gone: Sequence[Gone]) -> None:
    day, me = today(work.now), work.partner
    keep = (day, day + TOMBSTONE_KEPT)
    stones = [(me, one.recipient.id, one.code, one.kind, uuid4(), me, ENDED, *keep) for one in gone]
    stones += [(one.recipient.id, me, one.code, one.kind, uuid4(), me, TOLD_CAUSE, *keep) for one in gone if one.was_opened]
    insert_rows(work, table="tombstone", columns=TOMBSTONE_COLUMNS, rows=stones)


def _opened(work: Work, codes: Sequence[str]) -> Opened:
    row = (DisclosureRow.recipient, DisclosureRow.code, DisclosureRow.kind)
    asked = select(*row, func.max(DisclosureRow.at)).where(DisclosureRow.giver == work.partner, DisclosureRow.code.in_(codes))
    return {(recipient, code, kind): at for recipient, code, kind, at in work.session.execute(asked.group_by(*row))}


def erase(work: Work, *, contributions: Sequence[UUID]) -> int:
    """
    Delete these cases of the acting partner, with their revisions, references, hold-backs and concerns; tells how many.

    The clerk alone may. The database refuses a case that is held, or that was not announced: then nothing of this work happened.
    """
    of_these = is_among(GivenRow.contribution, contributions=contributions)
    work.session.execute(delete(GivenRow).where(GivenRow.giver == work.partner, of_these))
    gone = delete(ContributionRow).where(ContributionRow.giver == work.partner, is_among(ContributionRow.id, contributions=contributions))
    return len(work.session.scalars(gone.returning(ContributionRow.id)).all())


def forget(work: Work, *, before: date, contributions: Sequence[UUID]) -> int:
    """
    Forget the proof of sharing from before this day: receipts of rows that are gone, stones past their time, consents of these cases.

    A receipt stays as long as its row is shown, since who looked has to be asked back one day. Tells how many rows went.
    """
    row, shown = DisclosureRow, GivenRow
    same = (shown.giver == row.giver, shown.recipient == row.recipient, shown.code == row.code, shown.kind == row.kind)
    stands = select(shown.code).where(*same, shown.state == "shown").exists()
    receipts = delete(row).where(row.giver == work.partner, func.date(row.at) < before, ~stands).returning(row.id)
    stones = delete(TombstoneRow).where(TombstoneRow.reader == work.partner, TombstoneRow.keep_until < today(work.now))
    consents = delete(ConsentRow).where(ConsentRow.giver == work.partner, is_among(ConsentRow.contribution, contributions=contributions))
    told = (receipts, stones.returning(TombstoneRow.id), consents.returning(ConsentRow.no))
    return sum(len(work.session.scalars(one).all()) for one in told)
