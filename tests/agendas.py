"""A meeting in preparation with blocks, cases that reach who sits in them, and the steps towards a published agenda."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from hub.agendas import actions, placing, queries, settling
from hub.agendas.edition import Paper
from hub.agendas.rules import Item, Line
from hub.cases import intake
from hub.cases.queries import OwnWanted, own_cases
from hub.consultations.actions import step_to
from hub.consultations.queries import consultation
from hub.consultations.rules import State
from hub.consultations.tables import ConsultationRow
from tests.cast import DRENTHE, EMMEN, NOON, OM, POLICE, Cast
from tests.consulting import MEETS, TABLE, make_block, make_body, make_consultation
from tests.make import BUREAU_WORDS, Delivery, make_draft

EVERYBODY_AT_IT = tuple(TABLE)
AGREED = {POLICE: "given", OM: "given"}


@dataclass
class Table:
    """One meeting of the case consultation of Drenthe, its blocks by name, and whoever does something at it."""

    cast: Cast
    meeting: UUID
    blocks: dict[str, UUID]
    now: datetime = NOON

    def bring(self, slug: str, *, consents: dict[str, str] | None = None, **different: object) -> str:
        """A case of this partner with a week, a place and a ground; its own code."""
        words = {} if slug in (POLICE, OM) else {"circumstances": BUREAU_WORDS, "consents": AGREED if consents is None else consents}
        draft = make_draft(**{"place": "GM0114", **words, **different})  # type: ignore[arg-type]
        with self.cast.as_person(slug, now=self.now) as work:
            before = {line.code for line in own_cases(work, house=self.cast.house, wanted=OwnWanted())}
            intake.take_in(work, reading=Delivery([draft]), house=self.cast.house)
            [code] = {line.code for line in own_cases(work, house=self.cast.house, wanted=OwnWanted())} - before
        return code

    def place(self, *slugs: str) -> int:
        """Let the clerks of these givers, or of everybody, lay their lines."""
        done = 0
        for slug in slugs or EVERYBODY_AT_IT:
            with self.cast.as_clerk(slug, now=self.now) as work:
                done += placing.place(work, house=self.cast.house, meeting=consultation(work, id=self.meeting))
        return done

    def propose(self, slug: str = POLICE) -> int:
        with self.cast.as_clerk(slug, now=self.now) as work:
            return settling.propose_items(work, meeting=consultation(work, id=self.meeting))

    def settle(self, slug: str = POLICE, **more: str) -> None:
        with self.cast.as_person(slug, now=self.now) as work:
            actions.settle(work, consultation=self.meeting, **more)

    def publish(self) -> None:
        """What the clock does after an agenda was settled."""
        for slug in EVERYBODY_AT_IT:
            with self.cast.as_clerk(slug, now=self.now) as work:
                settling.publish_items(work, meeting=consultation(work, id=self.meeting))
        for slug in EVERYBODY_AT_IT:
            with self.cast.as_clerk(slug, now=self.now) as work:
                meeting = consultation(work, id=self.meeting)
                if settling.may_be_kept(work, meeting=meeting):
                    settling.keep_edition(work, meeting=meeting)

    def lines(self, slug: str) -> list[Line]:
        with self.cast.as_person(slug, now=self.now) as work:
            return sorted(queries.lines(work, consultation=self.meeting).values(), key=lambda line: line.id)

    def items(self, slug: str) -> list[Item]:
        with self.cast.as_person(slug, now=self.now) as work:
            return list(queries.items(work, consultation=self.meeting))

    def paper(self, slug: str) -> Paper:
        with self.cast.as_person(slug, now=self.now) as work:
            return queries.agenda_paper(work, house=self.cast.house, consultation=self.meeting)

    @contextmanager
    def at(self, slug: str):
        with self.cast.as_person(slug, now=self.now) as work:
            yield work

    def step(self, state: str) -> None:
        with self.cast.as_person(POLICE, now=self.now) as work:
            work.session.execute(update(ConsultationRow).where(ConsultationRow.id == self.meeting).values(state=state))

    def move(self, starts: datetime) -> None:
        with self.cast.as_person(POLICE, now=self.now) as work:
            values = {"starts": starts, "ends": starts + timedelta(hours=2)}
            work.session.execute(update(ConsultationRow).where(ConsultationRow.id == self.meeting).values(values))

    def make_next(self, after: timedelta) -> UUID:
        """The next meeting of this body, in preparation, with one block for everybody who sits in the first."""
        made = make_consultation(self.cast, state="preparing", starts=MEETS + after)
        make_block(self.cast, consultation=made, seats=(DRENTHE, POLICE, OM), starts=MEETS + after)
        return made

    def cancel(self) -> None:
        with self.cast.as_person(POLICE, now=self.now) as work:
            step_to(work, consultation=self.meeting, to=State.CANCELLED, because="Ziekte")


BLOCKS = {"Allen": (DRENTHE, POLICE, OM), "Bureaus en politie": (DRENTHE, EMMEN, POLICE), "Politie en OM": (POLICE, OM)}


def lay_table(cast: Cast, *, blocks: dict[str, Sequence[str]] | None = None, minutes: int = 60, **body: object) -> Table:
    """The meeting, with a block for cases per group of people; everything is run by the police."""
    make_body(cast, **body)
    meeting, at, made = make_consultation(cast, state="preparing"), MEETS, {}
    for number, (name, seats) in enumerate((blocks or BLOCKS).items(), 1):
        made[name] = make_block(cast, consultation=meeting, seats=seats, name=name, no=number, minutes=minutes, starts=at)
        at += timedelta(minutes=minutes)
    return Table(cast, meeting, made)


def prepare_agenda(cast: Cast, moments: Iterator[datetime]) -> None:
    """For the month of the walls: a second meeting whose agenda is settled, with a case, a case put forward, and a theme."""
    meeting = make_consultation(cast, state="preparing", starts=MEETS + timedelta(days=70))
    block = make_block(cast, consultation=meeting, seats=(DRENTHE, POLICE), starts=MEETS + timedelta(days=70))
    table = Table(cast, meeting, {"Allen": block}, next(moments))
    for slug, about in ((DRENTHE, "own"), (POLICE, "theme")):
        with cast.as_person(slug, now=next(moments)) as work:
            code = own_cases(work, house=cast.house, wanted=OwnWanted())[-1].code if about == "own" else ""
            wish = actions.Wish(about, code, "Meldingen op scholen", block, "Loopt vast.", 10, is_urgent=False)
            actions.nominate(work, consultation=meeting, wish=wish, house=cast.house)
    for step in (table.place, table.propose, table.settle, table.publish):
        table.now = next(moments)
        step()
    with cast.as_person(OM, now=next(moments)) as work:
        queries.agenda_paper(work, house=cast.house, consultation=meeting)
