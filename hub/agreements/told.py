"""Of which cases the acting partner may still read what meetings said about them: by its own rows, as they stand at this moment."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from hub.agreements.tables import PointerRow
from hub.cases.readable import still_shared
from hub.cases.told import still_told
from hub.kernel.database import Work

TAKEN_AWAY = "Deze tekst is weggehaald, omdat de zaak niet meer wordt gedeeld."


def told_lines(work: Work, *, lines: Collection[UUID]) -> frozenset[UUID]:
    """
    Those of these lines of agendas whose case still reaches the acting partner today; the giver's own while it still reaches somebody.

    A case that was withdrawn, held back or past its last day is left out from that very transaction and day on, and so is a line of which
    the acting partner has no pointer. What is left out may come back when the case is shared again.
    """
    if not lines:
        return frozenset()
    mine = (PointerRow.partner == work.partner, PointerRow.line.in_(lines))
    asked = select(PointerRow.line, PointerRow.writer, PointerRow.code).where(*mine)
    rows = [(line, writer == work.partner, code) for line, writer, code in work.session.execute(asked)]
    theirs = still_shared(work, codes={code for _, is_own, code in rows if not is_own})
    ours = still_told(work, codes={code for _, is_own, code in rows if is_own})
    return frozenset(line for line, is_own, code in rows if code in (ours if is_own else theirs))
