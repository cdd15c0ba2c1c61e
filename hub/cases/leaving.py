"""What will no longer be shown before long: rows that were given and rows that were received, with their last day; reading alone."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from hub.cases.readable import still_received
from hub.cases.tables import ContributionRow, GivenRow, InboxRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner


@dataclass(frozen=True, slots=True)
class Leaving:
    """One row by the code that its reader knows it under, the partner on the other side, and the last day on which it is shown."""

    code: str
    other: Partner
    last_day: date


def given_leaving(work: Work, *, until: date, most: int) -> tuple[Leaving, ...]:
    """What the acting partner gave and a recipient has no more after a day up to this one; the first to go first."""
    row, case = GivenRow, ContributionRow
    asked = select(case.own_code, row.recipient, row.shown_until).join(case, (case.giver == row.giver) & (case.id == row.contribution))
    mine = (row.giver == work.partner, row.state == "shown", row.shown_until.between(today(work.now), until))
    partners = partners_by_id(work)
    found = work.session.execute(asked.where(*mine).order_by(row.shown_until, case.own_code, row.recipient).limit(most))
    return tuple(Leaving(code, partners[recipient], day) for code, recipient, day in found)


def received_leaving(work: Work, *, until: date, most: int) -> tuple[Leaving, ...]:
    """What the acting partner received and has no more after a day up to this one: rows that it may open today, and no others."""
    row = InboxRow
    mine = (row.recipient == work.partner, row.shown_until.between(today(work.now), until))
    asked = select(row.code, row.giver, row.shown_until).where(*mine).order_by(row.shown_until, row.code).limit(most)
    found = work.session.execute(asked).all()
    open_today, partners = still_received(work, codes=[code for code, _, _ in found]), partners_by_id(work)
    return tuple(Leaving(code, partners[giver], day) for code, giver, day in found if code in open_today)
