"""Who sits behind a cookie: the session and its account, as they are at this very moment."""

from sqlalchemy import select

from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.words import PartnerId, Secret
from hub.partners.tables import PartnerRow
from hub.people.tables import LONGEST, NOW, RENEWAL, SILENCE, AccountRow, SessionRow, hash_of, is_alive
from hub.people.words import Account, Role, Seat


def seat(work: Work, *, cookie: Secret) -> Seat | None:
    """The seat behind this cookie; None when the session is over, its account is off, or its partner takes no part today."""
    day = today(work.now)
    found = work.session.execute(
        select(SessionRow, AccountRow, PartnerRow, SessionRow.last_seen + RENEWAL < NOW)
        .join(AccountRow, (AccountRow.partner == SessionRow.partner) & (AccountRow.id == SessionRow.account))
        .join(PartnerRow, PartnerRow.id == SessionRow.partner)
        .where(SessionRow.id_hash == hash_of(cookie), is_alive(), AccountRow.active)
        .where(PartnerRow.active_from <= day, PartnerRow.active_until.is_(None) | (PartnerRow.active_until >= day))
    ).one_or_none()
    if found is None:
        return None
    session, account, partner, is_due = found
    ends = min(session.opened + LONGEST, session.last_seen + SILENCE)
    return Seat(
        account=account.id,
        partner=PartnerId(partner.id),
        partner_slug=partner.slug,
        partner_name=partner.name,
        name=account.name,
        roles=frozenset(account.roles),
        ticket=cookie,
        form_token=Secret(session.form_token.hex()),
        issuer=session.issuer,
        acr=session.acr,
        ends=ends,
        is_due=is_due,
    )


def accounts(work: Work) -> tuple[Account, ...]:
    """The people whom the partner of this work admitted and who may log in, in order of their names."""
    rows = work.session.scalars(select(AccountRow).where(AccountRow.partner == work.partner, AccountRow.active).order_by(AccountRow.name))
    return tuple(Account(row.id, row.issuer, row.subject, row.name, tuple(Role(role) for role in row.roles)) for row in rows)
