"""Admitting a partner: one row in the register, with a code mark that nobody else has or ever had."""

from collections.abc import Sequence

from sqlalchemy import func, select

from hub.audit.events import Event
from hub.audit.journal import record
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.words import PartnerId
from hub.partners.rules import PROVINCES, Kind, Partner
from hub.partners.tables import PartnerRow


class PartnerExists(Conflict):
    """There is a partner with this short name already."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"De partner ‘{slug}’ bestaat al. Er is niets gewijzigd.")


def add_partner(work: Work, *, slug: str, name: str, kind: str, provinces: Sequence[str]) -> Partner:
    """
    Admit a partner from today on, with the next number and the next code mark (pseudonyms.md 1: never reused).

    Raises Invalid on an unknown kind or province, PartnerExists when the short name is taken.
    """
    if kind not in set(Kind):
        raise Invalid(f"Het soort ‘{kind}’ bestaat niet. Kies uit: {', '.join(Kind)}.")
    unknown = [province for province in provinces if province not in PROVINCES]
    if unknown or not provinces:
        raise Invalid(f"Noem minstens één provincie, en alleen: {', '.join(PROVINCES)}.")
    if work.session.scalar(select(PartnerRow.id).where(PartnerRow.slug == slug)) is not None:
        raise PartnerExists(slug)
    last_id, last_mark = work.session.execute(select(func.max(PartnerRow.id), func.max(PartnerRow.code_mark))).one()
    row = PartnerRow(
        id=(last_id or 0) + 1,
        slug=slug,
        name=name,
        kind=kind,
        provinces=list(provinces),
        code_mark=(last_mark or 0) + 1,
        active_from=today(work.now),
        active_until=None,
    )
    work.session.add(row)
    work.session.flush()
    record(work, Event.PARTNER_ADDED, partner=slug)
    return Partner(PartnerId(row.id), slug, name, Kind(kind), tuple(provinces), row.code_mark)
