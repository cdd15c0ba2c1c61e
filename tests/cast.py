"""The fixed cast: eight partners, the monitor, and an outsider who sees nothing; each works as the role it has in production."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from hub.app import create_app
from hub.cases.house import House
from hub.demo.agreeing import agree
from hub.demo.personas import PERSONAS, SIGNERS, Persona
from hub.kernel.actor import Clerk, Doorkeeper, Person
from hub.kernel.database import Work, begin_work, db
from hub.kernel.words import PartnerId, Secret
from hub.partners import actions as partner_actions
from hub.partners.queries import partners
from hub.partners.rules import Partner
from hub.people.actions import admit, set_mail
from hub.sharing.schemas import load_policies
from tests.scaffold import ISSUER, ROOT, Place, settings_for

DEMO_DAY = date(2026, 11, 4)
NOON = datetime(2026, 11, 4, 11, 0, tzinfo=UTC)
FIRST_MORNING = datetime(2026, 9, 1, 5, 0, tzinfo=UTC)  # of all agreements
DRENTHE, EMMEN, GRONINGEN, FRYSLAN = "bureau-drenthe", "bureau-emmen", "bureau-groningen", "bureau-fryslan"
POLICE, OM, COC_GD, COC_F, OUTSIDER = (
    "politie-noord-nederland", "om-noord-nederland", "coc-groningen-drenthe", "coc-friesland", "buitenstaander",
)  # fmt: skip
EVERYBODY = (DRENTHE, EMMEN, GRONINGEN, FRYSLAN, POLICE, OM, COC_GD, COC_F, OUTSIDER)


def persona_of(slug: str, *, role: str = "case_worker") -> Persona:
    """The first person of this partner with this role."""
    return next(persona for persona in PERSONAS if persona.partner == slug and role in persona.roles)


def load_cast(place: Place) -> None:
    """Admit the partners, open their accounts and put the example policies in force: the state every test begins with."""
    app = create_app(settings_for(place, database=place.template))
    book = load_policies(ROOT / "policies")
    with app.app_context():
        with begin_work(Clerk(), now=FIRST_MORNING) as work:
            for partner in book.partners.values():
                partner_actions.add_partner(
                    work, slug=partner.slug, name=partner.name, kind=partner.kind.value, provinces=partner.provinces
                )
            numbers = {partner.slug: partner.id for partner in partners(work)}
        for persona in (*PERSONAS, *SIGNERS):
            with begin_work(Clerk(numbers[persona.partner]), now=NOON) as work:
                account = admit(work, issuer=ISSUER, subject=persona.subject, name=persona.name, roles=persona.roles)
                if persona in PERSONAS:
                    set_mail(work, account=account, email=persona.email)
        with begin_work(Clerk(), now=FIRST_MORNING) as work:
            agree(work, policies=book.policies, book=book)
        close_engines()


def close_engines() -> None:
    """Let go of every connection of the application in whose context we are."""
    for engine in db.engines.values():
        engine.dispose()


class Cast:
    """Works as any of them; `as_person` runs on the web role behind a real pass, `as_clerk` on the role of commands."""

    def __init__(self, house: House) -> None:
        self.house = house
        with begin_work(Clerk(), now=NOON) as work:
            self.partners: dict[str, Partner] = {partner.slug: partner for partner in partners(work)}

    def id(self, slug: str) -> PartnerId:
        return self.partners[slug].id

    @contextmanager
    def as_person(
        self, slug: str, *, now: datetime = NOON, roles: frozenset[str] = frozenset({"case_worker", "coordinator"})
    ) -> Iterator[Work]:
        """A work of somebody of this partner, on the same role and behind the same signed context as a page."""
        ticket = Secret(f"pass-{uuid4()}")
        with begin_work(Doorkeeper(), now=now) as door:
            told = {"token": ticket.reveal(), "partner": self.id(slug), "expires": datetime.now(UTC) + timedelta(minutes=5)}
            door.session.execute(text("SELECT sec.open_pass(:token, :partner, :expires)"), told)
        with begin_work(Person(self.id(slug), UUID(int=1), roles, ticket), now=now) as work:
            yield work

    @contextmanager
    def as_clerk(self, slug: str | None, *, now: datetime = NOON) -> Iterator[Work]:
        with begin_work(Clerk(self.id(slug) if slug else None), now=now) as work:
            yield work
