"""
What an end does to rows that were given: past their last day they go, and with a stopped agreement at once; what begins is noted.

Rows past their last day were hidden by date already; here they are taken away, with a tombstone. A recipient that was still reading
while its row went may leave its receipt afterwards; here such a row is asked back as well.
"""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, func, select

from hub.cases.house import House
from hub.cases.inbox import TOLD_CAUSE, TOMBSTONE_COLUMNS, TOMBSTONE_KEPT, Gone, recall, share
from hub.cases.standing import releases
from hub.cases.tables import DisclosureRow, GivenRow, TombstoneRow
from hub.kernel.bulk import insert_rows
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.partners.queries import partners_by_id
from hub.sharing.actions import cover, note_change, note_end
from hub.sharing.policy import PolicyKind
from hub.sharing.queries import policies_in_force
from hub.sharing.register import changes, covering
from hub.sharing.rules import Bond, State
from hub.sharing.signing import stop
from hub.threads.rules import ThreadKind
from hub.threads.tables import ThreadRow

AT_ONCE = 500
LOOKED_BACK = timedelta(days=31)  # no transaction lasts that long, and no clock stands still for so long unseen


def end_rows(work: Work, *, house: House) -> tuple[Gone, ...]:
    """
    Take away, of what the acting partner gave, at most so many cases' rows that are past their last day (sharing.md 6.5).

    Asks the decision anew, so a row that a newer policy still allows stays; call again until nothing comes back.
    """
    over = (GivenRow.giver == work.partner, GivenRow.state == "shown", GivenRow.shown_until < today(work.now))
    found = work.session.scalars(select(GivenRow.contribution).where(*over).distinct().limit(AT_ONCE)).all()
    if not found:
        return ()
    return share(work, releases=releases(work, contributions=list(found), house=house), house=house, cause="ended").gone


def stop_agreement(work: Work, *, bond: Bond, person: UUID, house: House) -> int:
    """
    Stop an agreement of the acting giver, and take away every row of this pair in this very work; tells how many rows went.

    Raises what `sharing.signing.stop` raises; then nothing was stopped. A proposal that is withdrawn has no rows, and a version that has
    not begun leaves those of the version before it.
    """
    before, pair = stop(work, bond=bond, person=person), (bond.recipient, bond.kind)
    if before is not State.VALID or bond.kind is PolicyKind.COUNTS:
        return 0
    if pair in policies_in_force(work, giver=work.partner, on=today(work.now), book=house.book):
        return 0
    gone, under = 0, (GivenRow.giver == work.partner, GivenRow.recipient == pair[0], GivenRow.kind == pair[1].value)
    shown = select(GivenRow.contribution).where(*under, GivenRow.state == "shown").limit(AT_ONCE)
    while found := list(work.session.scalars(shown)):
        gone += len(share(work, releases=releases(work, contributions=found, house=house), house=house, cause="stopped", pair=pair).gone)
    note_end(work, bond=bond, cause="stopped", gone=gone)
    return gone


def begin_agreements(work: Work, *, house: House) -> int:
    """
    Note what binds the acting giver from today on, and what ended, on its list of work; tells how many agreements began.

    From its first minute a version that takes something away lets nobody read what an earlier one gave; here a version that takes nothing
    away is told to cover those rows, also before it begins. `reprojection.work_off` does the rest.
    """
    for bond in covering(work, book=house.book):
        cover(work, bond=bond)
    noted = changes(work, book=house.book)
    for one in noted:
        note_change(work, change=one)
    return sum(one.has_begun for one in noted)


def recall_late(work: Work) -> int:
    """
    Ask back, of what the acting partner gave, at most so many rows that somebody was reading while they went, and tell how many.

    Such a reader's receipt was not there yet when the row went, so nothing was asked of it; to be done every few minutes.
    """
    mine = (TombstoneRow.reader == work.partner, TombstoneRow.writer == work.partner)
    row = (GivenRow.recipient, GivenRow.code, GivenRow.kind)
    stone = and_(TombstoneRow.other == row[0], TombstoneRow.code == row[1], TombstoneRow.kind == row[2])
    receipt = and_(
        DisclosureRow.giver == GivenRow.giver, DisclosureRow.recipient == row[0], DisclosureRow.code == row[1], DisclosureRow.kind == row[2]
    )
    same = (ThreadRow.reader == work.partner, ThreadRow.code == DisclosureRow.code, ThreadRow.recipient == DisclosureRow.recipient)
    asked_back = select(ThreadRow.id).where(*same, ThreadRow.kind == ThreadKind.RECALL, ThreadRow.opened_at >= DisclosureRow.at).exists()
    asked = select(GivenRow.contribution, *row, func.max(DisclosureRow.at), func.max(TombstoneRow.cause)).join(TombstoneRow, stone)
    asked = asked.join(DisclosureRow, receipt).where(GivenRow.giver == work.partner, GivenRow.state == "closed", *mine)
    asked = asked.where(TombstoneRow.gone_on >= today(work.now) - LOOKED_BACK, DisclosureRow.at <= work.now, ~asked_back)
    found = work.session.execute(asked.group_by(GivenRow.contribution, *row).limit(AT_ONCE)).all()
    names, day = partners_by_id(work), today(work.now)
    stones = [
        (recipient, work.partner, code, kind, uuid4(), work.partner, TOLD_CAUSE, day, day + TOMBSTONE_KEPT)
        for _, recipient, code, kind, _, _ in found
    ]
    insert_rows(work, table="tombstone", columns=TOMBSTONE_COLUMNS, rows=stones)
    return sum(
        recall(
            work,
            contributions=[contribution],
            gone=[Gone(names[recipient], str(code), kind, was_opened=True)],
            opened={(recipient, str(code), kind): at},
            cause=cause,
        )
        for contribution, recipient, code, kind, at, cause in found
    )
