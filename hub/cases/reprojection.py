"""
What a changed agreement leaves its giver to do, worked off: first what it closes, then what it opens, so many cases in a work of their own.

Until the first is done, readers see no row of an earlier version (`received`); so this may take its time, stop anywhere and go on. Every
case is decided about as any release is: a row in which nothing changes for its reader is not written, and keeps code, days and revision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from hub.cases.house import House
from hub.cases.inbox import share
from hub.cases.standing import releases
from hub.cases.tables import ContributionRow, GivenRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.sharing.actions import cover
from hub.sharing.compare import gives_more
from hub.sharing.policy import PolicyKind
from hub.sharing.queries import policies_in_force, policies_loaded
from hub.sharing.rules import Bond
from hub.sharing.tables import ReprojectionRow

AT_ONCE = 1000
KEPT_IN_VIEW = 20
SAID = {
    "began": "De afspraak ging in",
    "changed": "Een nieuwe versie ging in",
    "ended": "De afspraak liep af",
    "stopped": "De afspraak is gestopt",
}
CAUSES = {"began": "closed", "changed": "ended", "ended": "ended", "stopped": "stopped"}  # of the line → of a row that goes
_CLOSES = and_(ReprojectionRow.narrowing, ReprojectionRow.closed_at.is_(None))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one change of agreement of the acting giver is: what was looked at, what changed, and how many cases are left to look at."""

    recipient: Partner
    kind: PolicyKind
    cause: str
    from_version: int | None
    to_version: int | None
    is_closing: bool
    made_at: datetime
    done_at: datetime | None
    looked_at: int
    changed: int
    left: int

    @property
    def said(self) -> str:
        """The same in Dutch, for who gives."""
        counted = f"{self.looked_at} zaken bekeken, bij {self.changed} veranderde wat de ontvanger ziet"
        if self.done_at is not None:
            return f"{SAID[self.cause]}. Klaar: {counted}."
        step = (
            "Eerst gaat dicht wat dicht moet; zolang ziet de ontvanger niets van eerder" if self.is_closing else "Nu gaat open wat open mag"
        )
        return f"{SAID[self.cause]}. {step}. Tot nu toe {counted}; nog {self.left} te gaan."

    def as_dict(self) -> dict[str, object]:
        """What the command tells."""
        return {
            "recipient": self.recipient.slug, "kind": self.kind.value, "cause": self.cause, "from_version": self.from_version,
            "to_version": self.to_version, "stage": "done" if self.done_at else "closing" if self.is_closing else "opening",
            "made_at": self.made_at.isoformat(), "done_at": self.done_at.isoformat() if self.done_at else None,
            "looked_at": self.looked_at, "changed": self.changed, "left": self.left, "said": self.said,
        }  # fmt: skip


def work_off(work: Work, *, house: House) -> int:
    """
    Do the next part of what changed agreements leave the acting giver to do; tells how many parts that were: one, or none when all is done.

    Cursor and rows are written together, so whatever kills this, every case is looked at once. Two at a time never do the same part.
    """
    mine = select(ReprojectionRow).where(ReprojectionRow.giver == work.partner, ReprojectionRow.done_at.is_(None))
    first = mine.order_by(case((_CLOSES, 0), else_=1), ReprojectionRow.made_at, ReprojectionRow.id).limit(1)
    line = work.session.scalar(first.with_for_update(skip_locked=True))
    if line is None:
        return 0
    pair = (line.recipient, PolicyKind(line.kind))
    force = policies_in_force(work, giver=work.partner, on=today(work.now), book=house.book).get(pair)
    if _is_overtaken(line, force.version_id if force else None):
        line.closed_at, line.cursor = line.closed_at or work.now, None  # the version of today has a line of its own, and closes for both
    found = list(work.session.scalars(_left(line).limit(AT_ONCE)).all())
    if found:
        told = share(work, releases=releases(work, contributions=found, house=house), house=house, cause=CAUSES[line.cause], pair=pair)
        line.cursor, line.rows_seen = found[-1], line.rows_seen + len(found)
        line.rows_changed += told.shared.total() + len(told.gone)
    else:
        _end_part(work, line, house)  # by itself: it changes the agreement, which nobody does who holds its cases
    work.session.flush()
    return 1


def progress_of(work: Work, *, bond: Bond | None = None) -> tuple[Progress, ...]:
    """The changes of the acting giver, or of this bond, that are still being worked off, and the latest that are done; newest first."""
    row = ReprojectionRow
    asked = select(row).where(row.giver == work.partner)
    if bond is not None:
        of_version = (row.to_version == bond.version_id) | (row.from_version == bond.version_id) & row.to_version.is_(None)
        asked = asked.where(row.recipient == bond.recipient, row.kind == bond.kind.value, of_version)
    newest = asked.order_by(ReprojectionRow.done_at.is_not(None), ReprojectionRow.made_at.desc(), ReprojectionRow.id).limit(KEPT_IN_VIEW)
    names = partners_by_id(work)
    return tuple(
        Progress(
            names[line.recipient], PolicyKind(line.kind), line.cause, line.from_version, line.to_version, _is_closing(line), line.made_at,
            line.done_at, line.rows_seen, line.rows_changed,
            left=0 if line.done_at else work.session.scalar(select(func.count()).select_from(_left(line).subquery())) or 0,
        )
        for line in work.session.scalars(newest)
    )  # fmt: skip


def _is_closing(line: ReprojectionRow) -> bool:
    return line.narrowing and line.closed_at is None


def _is_overtaken(line: ReprojectionRow, in_force: int | None) -> bool:
    """Whether it would close for a version that another one followed meanwhile."""
    return _is_closing(line) and line.to_version is not None and in_force is not None and in_force != line.to_version


def _left(line: ReprojectionRow) -> Select[UUID]:
    """The cases that are left to look at in this part: those with a row of another version, or all of them."""
    if _is_closing(line):
        row = GivenRow
        mine: Sequence[ColumnElement[bool]] = (
            row.giver == line.giver, row.recipient == line.recipient, row.kind == line.kind, row.state == "shown",
            row.policy_version.is_distinct_from(line.to_version),
        )  # fmt: skip
        key = row.contribution
    else:
        key, mine = ContributionRow.id, (ContributionRow.giver == line.giver, ContributionRow.state != "withdrawn")
    return select(key).where(*mine, *((key > line.cursor,) if line.cursor else ())).order_by(key)


def _end_part(work: Work, line: ReprojectionRow, house: House) -> None:
    """The last case of a part was looked at: after closing comes what opens, if anything does."""
    was_closing = _is_closing(line)
    if was_closing:
        line.closed_at, line.cursor = work.now, None
        if line.to_version is not None:
            cover(work, bond=Bond(work.partner, line.recipient, PolicyKind(line.kind), line.to_version))
    if not was_closing or not _opens(work, line, house):
        line.done_at = work.now


def _opens(work: Work, line: ReprojectionRow, house: House) -> bool:
    if line.to_version is None:
        return False
    if line.from_version is None:
        return True
    versions = policies_loaded(work, version_ids=(line.from_version, line.to_version), book=house.book)
    older, newer = versions[line.from_version], versions[line.to_version]
    return gives_more(older, new=newer, vocabulary=house.book.vocabulary)
