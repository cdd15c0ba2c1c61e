"""Who sits behind a cookie, as it is at this very moment; who may log in; and what was sent to whom."""

from uuid import UUID

from sqlalchemy import bindparam, select

from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.outbox import MessageRow, UndeliveredRow
from hub.kernel.words import PartnerId, Secret
from hub.partners.tables import PartnerRow
from hub.people.notices import HOW, why
from hub.people.sayings import SAID
from hub.people.tables import NOW, RENEWAL, AccountRow, SessionRow, ending, hash_of, is_alive
from hub.people.words import Account, Choice, Mailbox, Message, Outgoing, Role, Seat, StuckLetter

SHOWN_MESSAGES = 25

# Put together once, since that costs more than asking it, and it is asked at every request.
_SEAT = (
    select(SessionRow.form_token, SessionRow.issuer, SessionRow.acr, SessionRow.opened, SessionRow.last_seen,
           (SessionRow.last_seen + RENEWAL < NOW).label("is_due"), AccountRow.id, AccountRow.name, AccountRow.roles,
           PartnerRow.id.label("partner"), PartnerRow.slug, PartnerRow.name.label("partner_name"))
    .join(AccountRow, (AccountRow.partner == SessionRow.partner) & (AccountRow.id == SessionRow.account))
    .join(PartnerRow, PartnerRow.id == SessionRow.partner)
    .where(SessionRow.id_hash == bindparam("hashed"), is_alive(), AccountRow.active)
    .where(PartnerRow.active_from <= bindparam("day"), PartnerRow.active_until.is_(None) | (PartnerRow.active_until >= bindparam("day")))
)  # fmt: skip


def seat(work: Work, *, cookie: Secret) -> Seat | None:
    """The seat behind this cookie; None when the session is over, its account is off, or its partner takes no part today."""
    found = work.session.execute(_SEAT, {"hashed": hash_of(cookie), "day": today(work.now)}).one_or_none()
    if found is None:
        return None
    return Seat(
        account=found.id,
        partner=PartnerId(found.partner),
        partner_slug=found.slug,
        partner_name=found.partner_name,
        name=found.name,
        roles=frozenset(found.roles),
        ticket=cookie,
        form_token=Secret(found.form_token.hex()),
        issuer=found.issuer,
        acr=found.acr,
        ends=ending(opened=found.opened, last_seen=found.last_seen),
        is_due=found.is_due,
    )


def accounts(work: Work) -> tuple[Account, ...]:
    """The people whom the partner of this work admitted and who may log in, in order of their names."""
    rows = work.session.scalars(select(AccountRow).where(AccountRow.partner == work.partner, AccountRow.active).order_by(AccountRow.name))
    return tuple(Account(row.id, row.issuer, row.subject, row.name, tuple(Role(role) for role in row.roles), row.email) for row in rows)


def colleagues(work: Work) -> tuple[tuple[UUID, str], ...]:
    """The people of the partner of this work who may log in, by name: who may be named to attend something."""
    asked = select(AccountRow.id, AccountRow.name).where(AccountRow.partner == work.partner, AccountRow.active)
    return tuple((row.id, row.name) for row in work.session.execute(asked.order_by(AccountRow.name, AccountRow.id)))


def roles_of(work: Work, *, account: UUID) -> frozenset[Role]:
    """The roles of somebody of the acting partner; none of somebody who may not log in (any more), or is not of this partner."""
    asked = select(AccountRow.roles).where(AccountRow.partner == work.partner, AccountRow.id == account, AccountRow.active)
    return frozenset(Role(role) for role in work.session.scalar(asked) or ())


def mailbox(work: Work, *, account: UUID) -> Mailbox:
    """Where and how this person is told; for the doorkeeper, who knows accounts."""
    found = work.session.execute(select(AccountRow.email, AccountRow.notices).where(AccountRow.id == account)).one_or_none()
    if found is None:
        raise NotFound
    return Mailbox(found.email, Choice(found.notices))


def latest_messages(work: Work, *, account: UUID) -> tuple[Message, ...]:
    """The newest messages of the hub to this person."""
    mine = (MessageRow.partner == work.partner) & (MessageRow.account == account)
    asked = select(MessageRow.kind, MessageRow.path, MessageRow.state, MessageRow.put_at, MessageRow.done_at)
    rows = work.session.execute(asked.where(mine).order_by(MessageRow.put_at.desc(), MessageRow.id).limit(SHOWN_MESSAGES))
    return tuple(Message(SAID[row.kind].subject, row.path, HOW[row.state], row.done_at or row.put_at) for row in rows)


def stuck_letters(work: Work) -> tuple[StuckLetter, ...]:
    """The letters that did not arrive so far, whoever they are for: dead ones first, then the oldest. Says nothing of partner or kind."""
    rows = work.session.scalars(select(UndeliveredRow).order_by(UndeliveredRow.state, UndeliveredRow.since, UndeliveredRow.id))
    return tuple(
        StuckLetter(row.id, row.since, row.tries, row.code, why(row.code), row.state == "dead", row.asked_at is not None) for row in rows
    )


def outgoing(work: Work) -> tuple[Outgoing, ...]:
    """What is on its way to people of this partner, or got stuck on the way; for commands."""
    asked = select(MessageRow).where(MessageRow.partner == work.partner, MessageRow.body.is_not(None)).order_by(MessageRow.put_at)
    rows = work.session.scalars(asked)
    return tuple(Outgoing(row.id, row.kind, row.account, row.state, row.put_at, row.tries, row.code) for row in rows)
