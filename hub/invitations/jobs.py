"""What the clock does for invitations: keeps them in step with the meetings, reminds who did not answer, and warns of too few."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from hub.cases.house import House
from hub.desk import Desk
from hub.invitations.actions import keep_in_step, remind, renew_feeds, warn_of_too_few
from hub.invitations.queries import led_ahead, unanswered_ahead
from hub.invitations.rules import REMINDERS, reminder_days
from hub.kernel.clock import today
from hub.kernel.database import Work, act_for
from hub.kernel.days import moment
from hub.kernel.ledger import Due
from hub.partners.queries import partners
from hub.people.notices import Letterhead
from hub.turns import Job

AT = time(9)
STALE = timedelta(hours=30)


def send_invitations(desk: Desk) -> int:
    """Invite, change and cancel for every partner, pass answers on and renew calendars; tells how many of these were done."""
    head = Letterhead(desk.settings.mail.sender, desk.settings.public_url)
    with desk.work() as (work, _):
        slugs = [partner.slug for partner in partners(work)]
    done = 0
    for slug in slugs:
        with desk.work(slug) as (work, _):
            kept = keep_in_step(work, head=head)
            done += kept.mails + kept.answers + renew_feeds(work, public_url=head.public_url)
    return done


def reminders(desk: Desk, since: datetime, until: datetime) -> Iterable[Due]:
    """The mornings on which somebody who did not answer is reminded, per partner and meeting."""
    found = []
    with desk.work() as (work, _):
        for partner in partners(work):
            with act_for(work, partner.id):
                meetings = unanswered_ahead(work)
            for consultation, starts in meetings.items():
                days = [(day, moment(day, at=AT)) for day in reminder_days(today(starts))]
                found += [Due(f"{consultation}/{partner.slug}/{day}", partner.id, at) for day, at in days if since <= at <= until]
    return found


def quorum_days(desk: Desk, since: datetime, until: datetime) -> Iterable[Due]:
    """The mornings on which who leads a body is warned if too few said they come: the last day of reminders."""
    found = []
    with desk.work() as (work, _):
        for partner in partners(work):
            with act_for(work, partner.id):
                meetings = led_ahead(work)
            days = {one.id: reminder_days(today(one.starts))[len(REMINDERS) - 1] for one in meetings}
            dues = [Due(f"{one}/{partner.slug}/{day}", partner.id, moment(day, at=AT)) for one, day in days.items()]
            found += [due for due in dues if since <= due.at <= until]
    return found


def _remind(work: Work, _house: House, period: str) -> None:
    consultation, day = _named(period)
    remind(work, consultation=consultation, day=day)


def _warn(work: Work, _house: House, period: str) -> None:
    consultation, day = _named(period)
    warn_of_too_few(work, consultation=consultation, day=day)


def _named(period: str) -> tuple[UUID, date]:
    consultation, _, rest = period.partition("/")
    return UUID(consultation), date.fromisoformat(rest.rpartition("/")[2])


INVITATION_JOBS = (Job("answers", reminders, _remind, stale_after=STALE), Job("quorum", quorum_days, _warn, stale_after=STALE))
