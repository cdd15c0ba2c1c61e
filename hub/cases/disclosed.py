"""Who saw what of an own case, and when: the receipts that recipients leave as they open a row, for the giver and its privacy officer."""

from dataclasses import dataclass
from datetime import datetime

from marshmallow import fields
from sqlalchemy import select

from hub.cases.house import House
from hub.cases.queries import own_case
from hub.cases.tables import DisclosureRow
from hub.kernel.database import Work
from hub.kernel.schemas import HouseSchema
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.sharing.queries import policies_loaded

MOST = 500
OUTLETS = {
    "list": "in de lijst van ontvangen zaken",
    "page": "op de pagina van de zaak",
    "command": "door de beheerder, met een opdracht",
    "collection": "in de maandverzameling",
    "export": "in een bestand dat is meegenomen",
}


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One look of one recipient: when, where, at which version of its row, and under which agreement."""

    at: datetime
    recipient: Partner
    code: str
    outlet: str
    version: int
    agreement: str


@dataclass(frozen=True, slots=True)
class DisclosedPage:
    """Every look at an own case, the newest first, and who has it and never looked."""

    code: str
    looks: tuple[Disclosure, ...]
    unopened: tuple[Partner, ...]
    has_more: bool


def disclosures(work: Work, *, code: str, house: House) -> DisclosedPage:
    """Who saw this own case of the acting partner; NotFound for any other code."""
    case, names = own_case(work, house=house, code=code), partners_by_id(work)
    codes = [given.code for given in case.given if given.code is not None]
    asked = select(DisclosureRow).where(DisclosureRow.giver == work.partner, DisclosureRow.code.in_(codes))
    rows = work.session.scalars(asked.order_by(DisclosureRow.at.desc(), DisclosureRow.id).limit(MOST + 1)).all()
    policies = policies_loaded(work, version_ids={row.policy_version for row in rows}, book=house.book)
    looks = tuple(
        Disclosure(
            row.at, names[row.recipient], row.code, row.outlet, row.visible_revision,
            f"{policies[row.policy_version].title}, versie {policies[row.policy_version].version}",
        )
        for row in rows[:MOST]
    )  # fmt: skip
    seen = {look.code for look in looks}
    unopened = tuple(given.recipient for given in case.given if given.state == "shown" and given.code not in seen)
    return DisclosedPage(case.code, looks, unopened, len(rows) > MOST)


class DisclosureSchema(HouseSchema):
    """One look of one recipient."""

    at = fields.Raw()
    recipient = fields.String(attribute="recipient.name")
    code = fields.String()
    outlet = fields.Function(lambda one: OUTLETS[one.outlet])
    version = fields.Integer()
    agreement = fields.String()


class DisclosedPageSchema(HouseSchema):
    """Who saw an own case."""

    code = fields.String()
    looks = fields.List(fields.Nested(DisclosureSchema))
    unopened = fields.Function(lambda page: [one.name for one in page.unopened])
    has_more = fields.Boolean()
