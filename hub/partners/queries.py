"""Who takes part: the register as frozen values."""

from sqlalchemy import select

from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import PartnerId
from hub.partners.rules import Kind, Partner
from hub.partners.tables import PartnerRow

BY_ID = "partners by id"


def partners(work: Work) -> tuple[Partner, ...]:
    """Every partner that takes part today, in the order of admission."""
    day = today(work.now)
    rows = work.session.scalars(select(PartnerRow).where(PartnerRow.active_from <= day).order_by(PartnerRow.id))
    return tuple(_value(row) for row in rows if row.active_until is None or row.active_until >= day)


def partner_named(work: Work, *, slug: str) -> Partner:
    """The partner with this short name; NotFound when there is none today."""
    for partner in partners(work):
        if partner.slug == slug:
            return partner
    raise NotFound(f"Er is geen partner ‘{slug}’. Zie de lijst met: schakel partners list.")


def partners_by_id(work: Work) -> dict[PartnerId, Partner]:
    """Every partner that ever took part, found by its number: old rows keep their names; read once in a work."""
    held: dict[PartnerId, Partner] | None = work.session.info.get(BY_ID)
    if held is None:
        held = {PartnerId(row.id): _value(row) for row in work.session.scalars(select(PartnerRow))}
        work.session.info[BY_ID] = held
    return held


def _value(row: PartnerRow) -> Partner:
    return Partner(PartnerId(row.id), row.slug, row.name, Kind(row.kind), tuple(row.provinces), row.code_mark)
