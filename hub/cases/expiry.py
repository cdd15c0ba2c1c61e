"""
What an end does to rows that were given: past their last day they go, and under a version no longer in force they are given anew.

Rows past their last day were hidden by date already; here they are taken away, with a tombstone.
"""

from sqlalchemy import select, tuple_

from hub.cases.house import House
from hub.cases.inbox import Gone, share
from hub.cases.standing import releases
from hub.cases.tables import GivenRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.sharing.queries import policies_in_force

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


def renew_rows(work: Work, *, house: House) -> int:
    """
    Share anew, of what the acting partner gave, at most so many cases that stand under a version which is not in force today.

    So a narrower version closes what an older one opened, and an agreement that was stopped leaves no row; tells how many cases.
    """
    in_force = policies_in_force(work, giver=work.partner, on=today(work.now), book=house.book).values()
    agreed = tuple_(GivenRow.recipient, GivenRow.kind, GivenRow.policy_version).in_(
        [(one.recipient, one.kind.value, one.version_id) for one in in_force]
    )
    over = (GivenRow.giver == work.partner, GivenRow.state == "shown", ~agreed)
    found = work.session.scalars(select(GivenRow.contribution).where(*over).distinct().limit(AT_ONCE)).all()
    if found:
        share(work, releases=releases(work, contributions=list(found), house=house), house=house, cause="ended")
    return len(found)
