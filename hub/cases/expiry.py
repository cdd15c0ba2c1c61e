"""Rows whose last day has passed: they were hidden by date already; here they are taken away, with a tombstone."""

from sqlalchemy import select

from hub.cases.house import House
from hub.cases.inbox import Gone, share
from hub.cases.standing import releases
from hub.cases.tables import GivenRow
from hub.kernel.clock import today
from hub.kernel.database import Work

AT_ONCE = 500


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
