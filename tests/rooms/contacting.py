"""Two partners and a case between them, for tests of contacts: every deed by its short word, and both rows as they truly stand."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg

from hub.cases import intake
from hub.cases.holding import HeldFact, hold_back, lift
from hub.cases.queries import OwnWanted, own_case, own_cases
from hub.cases.received import Wanted, received
from hub.contacts import actions
from hub.contacts.queries import Contact, contact
from hub.contacts.rules import Desk
from hub.kernel.database import Work
from tests.cast import DRENTHE, NOON, POLICE, Cast
from tests.make import Delivery, make_draft
from tests.rooms import pair_model

SLUGS = (DRENTHE, POLICE)  # the one who asks, and the giver who is asked
DESKS = (Desk("KANARIE-ASKER-PERSON", "phone", "KANARIE-ASKER-REACH", "KANARIE-ASKER-MOMENT"),
         Desk("KANARIE-ASKED-PERSON", "mail", "KANARIE-ASKED-REACH", "KANARIE-ASKED-MOMENT"))  # fmt: skip
CANARIES = tuple(tuple(f"KANARIE-{who}-{what}" for what in ("PERSON", "REACH", "MOMENT")) for who in ("ASKER", "ASKED"))


def deed(work: Work, which: UUID, who: int, word: str) -> None:
    """One deed of the model, as the room does it."""
    match word:
        case "yes":
            actions.confirm(work, contact=which, desk=DESKS[who])
        case "no":
            actions.decline(work, contact=which, because="no_time")
        case "said":
            actions.say_made(work, contact=which, on=date(2026, 11, 4))
        case "right":
            actions.confirm_made(work, contact=which)
        case "together":
            actions.review(work, contact=which, outcome="together")
        case "none":
            actions.review(work, contact=which, outcome="no_contact")


@dataclass
class Play:
    """One open contact between the two, as an observer outside the hub sees it."""

    cast: Cast
    superuser: psycopg.Connection
    code: str = ""
    own: str = ""
    id: UUID = field(default=UUID(int=0))

    def share(self) -> None:
        """The police bring in a case that Drenthe receives."""
        with self.cast.as_person(POLICE) as work:
            intake.take_in(work, reading=Delivery([make_draft(place="GM1680")]), house=self.cast.house)
            [line] = own_cases(work, house=self.cast.house, wanted=OwnWanted())
        with self.cast.as_person(DRENTHE) as work:
            [row] = received(work, house=self.cast.house, wanted=Wanted()).rows
        self.code, self.own = row.code, line.code

    def ask(self, desk: Desk | None = None) -> UUID:
        """Drenthe asks for contact about it."""
        with self.cast.as_person(DRENTHE) as work:
            self.id = actions.propose(work, code=self.code, desk=desk)
        return self.id

    def do(self, who: int, word: str, *, now: datetime = NOON) -> None:
        """A deed of one side, or what time or the giver does to both."""
        if word == pair_model.TIME:
            self.let_pass()
        elif word == pair_model.RECALL:
            self.recall()
            self.share_again()
        else:
            with self.cast.as_person(SLUGS[who], now=now) as work:
                deed(work, self.id, who, word)

    def let_pass(self) -> None:
        """The last day of the stage is over, and the hub looks at the contacts of everybody."""
        found = self.superuser.execute("SELECT max(due) FROM hub.contact WHERE id = %s", (self.id,)).fetchone()
        if found is None or found[0] is None:
            return
        morning = datetime.combine(found[0] + timedelta(days=1), NOON.time(), tzinfo=UTC)
        for slug in SLUGS:
            with self.cast.as_clerk(slug, now=morning) as work:
                actions.tend(work)

    def recall(self) -> None:
        """The giver holds its case back from everybody."""
        with self.cast.as_person(POLICE) as work:
            hold_back(work, code=self.own, recipient=None, held=HeldFact("op verzoek van de melder"), house=self.cast.house)

    def share_again(self) -> None:
        """The giver lifts what it held back last."""
        with self.cast.as_person(POLICE) as work:
            case = own_case(work, house=self.cast.house, code=self.own)
            no = self.superuser.execute("SELECT max(no) FROM hub.hold_back WHERE contribution = %s", (case.id,)).fetchone()
            lift(work, code=self.own, no=no[0], house=self.cast.house)  # type: ignore[index]

    def seen(self, who: int) -> Contact:
        """What this side sees."""
        with self.cast.as_person(SLUGS[who]) as work:
            return contact(work, contact=self.id)

    def row(self, who: int) -> dict[str, object]:
        """This side's row, whole."""
        asked = "SELECT to_jsonb(c) FROM hub.contact c WHERE c.id = %s AND c.partner = %s"
        found = self.superuser.execute(asked, (self.id, self.cast.id(SLUGS[who]))).fetchone()
        assert found
        return dict(found[0])

    def kept(self) -> str:
        """Both rows, to be put back later."""
        found = self.superuser.execute("SELECT jsonb_agg(to_jsonb(c)) FROM hub.contact c WHERE id = %s", (self.id,)).fetchone()
        assert found
        return json.dumps(found[0])

    def put_back(self, kept: str) -> None:
        """The contact stands again as it did; nobody was told anything."""
        self.superuser.execute("SET session_replication_role = replica; DELETE FROM hub.contact; DELETE FROM hub.notice")
        self.superuser.execute("INSERT INTO hub.contact SELECT * FROM jsonb_populate_recordset(NULL::hub.contact, %s)", (kept,))
        self.superuser.execute("RESET session_replication_role")

    def told(self, who: int) -> list[tuple[str, str]]:
        """What this side was told, in order of kind."""
        asked = "SELECT kind, dedup FROM hub.notice WHERE partner = %s ORDER BY kind, dedup"
        return list(self.superuser.execute(asked, (self.cast.id(SLUGS[who]),)).fetchall())
