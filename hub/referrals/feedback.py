"""A giver's own word that a case of its is about another's case, and the reminder to let that other hear something."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.actions import locked
from hub.cases.house import House
from hub.cases.inbox import share
from hub.cases.readable import giver_of
from hub.cases.standing import releases
from hub.cases.tables import ConcernRow, ContributionRow
from hub.cases.told import shown_since
from hub.kernel.actor import Person
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid, NotFound, Problem
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.people.words import Role
from hub.pseudonyms.mint import read
from hub.referrals.rules import last_day
from hub.sharing.policy import PolicyKind, Reach
from hub.sharing.queries import InForce, policies_in_force

NEWS_WITHIN = "news_within"
NO_CASE = "U ontving geen zaak met deze code. Kijk de code na bij Ontvangen."
NO_POLICY = "Er is geen afspraak waardoor {} iets over eigen zaken van u hoort."
PAGE = "/terugkoppelingen"
MOST = 500


class StatedBefore(Conflict):
    """The giver said so before."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Er is al vastgelegd dat deze zaak over een zaak van {name} gaat.")


@dataclass(frozen=True, slots=True)
class Concern:
    """That an own case is about another's: since when, whether that other sees it, when it last changed there, and by when news is due."""

    code: str
    recipient: Partner
    their_code: str | None
    stated_on: date
    is_shown: bool
    changed_on: date | None
    due: date | None
    is_late: bool


def may_state(work: Work, *, house: House) -> bool:
    """Whether some agreement of the acting partner asks for concerns at all."""
    return bool(_own_case_policies(work, house))


def state_concern(work: Work, *, code: str, theirs: str, house: House) -> Partner:
    """
    Say that this own case is about the case that the acting partner received under another code; tells whose that is.

    It opens nothing by itself: the agreement with that partner decides what it may see. NotFound for another's case, Invalid for a code
    that is not received or whose giver hears nothing of us, StatedBefore when it was said.
    """
    row = locked(work, code=code)
    try:
        recipient = partners_by_id(work)[giver_of(work, code=read(theirs))]
    except (NotFound, Invalid):
        raise Invalid(NO_CASE, (Problem("theirs", NO_CASE),)) from None
    if recipient.id not in _own_case_policies(work, house):
        sentence = NO_POLICY.format(recipient.name)
        raise Invalid(sentence, (Problem("theirs", sentence),))
    if work.session.get(ConcernRow, (work.partner, row.id, recipient.id)) is not None:
        raise StatedBefore(recipient.name)
    by = work.actor.account if isinstance(work.actor, Person) else None
    about = {"giver": work.partner, "contribution": row.id, "recipient": recipient.id, "their_code": read(theirs)}
    work.session.add(ConcernRow(**about, at=work.now, by_person=by))
    work.session.flush()
    record(work, Event.CONCERN_STATED, contribution=row.id, recipient=recipient.slug, code=read(theirs))
    share(work, releases=releases(work, contributions=[row.id], house=house), house=house)
    return recipient


def concerns(work: Work, *, house: House, contribution: UUID | None = None) -> tuple[Concern, ...]:
    """What the acting partner said about whose cases its own are; those that wait longest for news come first."""
    same = (ContributionRow.giver == ConcernRow.giver) & (ContributionRow.id == ConcernRow.contribution)
    asked = select(ConcernRow, ContributionRow.own_code).join(ContributionRow, same).where(ConcernRow.giver == work.partner)
    if contribution is not None:
        asked = asked.where(ConcernRow.contribution == contribution)
    rows = work.session.execute(asked.order_by(ConcernRow.at, ConcernRow.contribution, ConcernRow.recipient).limit(MOST)).all()
    shown = shown_since(work, contributions={row.contribution for row, _ in rows})
    policies, partners = _own_case_policies(work, house), partners_by_id(work)
    found = []
    for row, code in rows:
        changed = shown.get((row.contribution, row.recipient))
        since, force = max(today(row.at), changed or date.min), policies.get(row.recipient)
        term = force.policy.expects.get(NEWS_WITHIN) if force else None
        due = last_day(term, on=since) if term else None
        is_late = due is not None and due < today(work.now)
        about = (code, partners[row.recipient], row.their_code, today(row.at))
        found.append(Concern(*about, changed is not None, changed, due, is_late))
    return tuple(sorted(found, key=lambda one: (one.due or date.max, one.code)))


def remind(work: Work, *, house: House) -> int:
    """Remind the acting partner, and nobody else, that another waits too long for news; once per last day; tells how many days."""
    days = sorted({one.due for one in concerns(work, house=house) if one.is_late and one.due is not None})
    for due in days:
        roles = (Role.CASE_WORKER, Role.COORDINATOR)
        put_down(work, notice=Notice(work.partner, f"{due}", NoticeKind.NEWS_WANTED, PAGE, roles, work.now))
    return len(days)


def _own_case_policies(work: Work, house: House) -> dict[int, InForce]:
    found = policies_in_force(work, giver=work.partner, on=today(work.now), book=house.book).values()
    return {one.recipient: one for one in found if one.kind is PolicyKind.STANDING and Reach.OWN_CASES in one.policy.reaches}
