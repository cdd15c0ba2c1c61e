"""A case of the police that three bureaus may open, for tests of recalls: what is asked of whom, and the rows as they truly stand."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from hub.cases import intake
from hub.cases.holding import HeldFact, hold_back, lift
from hub.cases.queries import OwnWanted, own_cases
from hub.cases.received import Wanted, received
from hub.threads.actions import write
from hub.threads.queries import Board, Recall, board, recalls
from hub.threads.rules import Said, Word
from tests.cast import DRENTHE, EMMEN, NOON, POLICE, Cast
from tests.make import Delivery, make_draft

BUREAUS = (DRENTHE, EMMEN)  # who receives a case in Emmen
WHY = "op verzoek van de melder"
AFTER = NOON + timedelta(minutes=5)
LATE = datetime(2026, 11, 12, 7, 15, tzinfo=UTC)  # the morning after five working days


def share(cast: Cast, *, number: int = 1) -> list[str]:
    """The police bring in so many cases in Emmen; their own codes."""
    with cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft(place="GM0114") for _ in range(number)]), house=cast.house)
        return [line.code for line in own_cases(work, house=cast.house, wanted=OwnWanted())]


def look(cast: Cast, slug: str, *, now: datetime = NOON) -> list[str]:
    """Somebody opens the list of what this partner received; the codes in it."""
    with cast.as_person(slug, now=now) as work:
        return [row.code for row in received(work, house=cast.house, wanted=Wanted()).rows]


def take_back(cast: Cast, code: str, *, recipient: str | None = None, now: datetime = AFTER) -> None:
    """The police hold a whole case back."""
    with cast.as_person(POLICE, now=now) as work:
        hold_back(work, code=code, recipient=recipient, held=HeldFact(WHY), house=cast.house)


def give_again(cast: Cast, code: str, *, no: int = 1, now: datetime = AFTER) -> None:
    with cast.as_person(POLICE, now=now) as work:
        lift(work, code=code, no=no, house=cast.house)


def open_at(cast: Cast, slug: str, *, now: datetime = AFTER) -> tuple[Recall, ...]:
    with cast.as_person(slug, now=now) as work:
        return recalls(work)


def board_of(cast: Cast, slug: str, *, now: datetime = AFTER) -> Board:
    with cast.as_person(slug, now=now) as work:
        return board(work)


def say(cast: Cast, slug: str, thread: UUID, word: Word, reason: str | None = None, *, now: datetime = AFTER) -> Word:
    with cast.as_person(slug, now=now) as work:
        return write(work, thread=thread, said=Said(word, reason))


def told(superuser: psycopg.Connection, cast: Cast, slug: str) -> list[tuple[str, str, list[str]]]:
    """What people of this partner were told about recalls."""
    asked = "SELECT kind, path, roles FROM hub.notice WHERE partner = %s AND kind LIKE 'recall%%' ORDER BY at, kind, dedup"
    return superuser.execute(asked, (cast.id(slug),)).fetchall()
