"""Who sits behind a cookie: the session and its account, as they are at this very moment."""

from sqlalchemy import bindparam, select

from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.words import PartnerId, Secret
from hub.partners.tables import PartnerRow
from hub.people.tables import LONGEST, NOW, RENEWAL, SILENCE, AccountRow, SessionRow, hash_of, is_alive
from hub.people.words import Account, Role, Seat

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
        ends=min(found.opened + LONGEST, found.last_seen + SILENCE),
        is_due=found.is_due,
    )


def accounts(work: Work) -> tuple[Account, ...]:
    """The people whom the partner of this work admitted and who may log in, in order of their names."""
    rows = work.session.scalars(select(AccountRow).where(AccountRow.partner == work.partner, AccountRow.active).order_by(AccountRow.name))
    return tuple(Account(row.id, row.issuer, row.subject, row.name, tuple(Role(role) for role in row.roles)) for row in rows)
