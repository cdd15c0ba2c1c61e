"""Jobs to try the ledger with: their effect is a row, their moments are ours, and they fail when told to."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import psycopg
import time_machine
from sqlalchemy import text

from hub.cases.house import House
from hub.desk import Desk
from hub.kernel import clock
from hub.kernel.database import Work
from hub.kernel.ledger import Due

NOTED = text("INSERT INTO trial.effect (job, period, partner) SELECT :job, :period, sec.me()")


class Killed(BaseException):
    """What nobody catches, as a process that is killed."""


@contextmanager
def trial_table(superuser: psycopg.Connection) -> Iterator[None]:
    """A table without any key, so that a double effect shows."""
    superuser.execute("CREATE SCHEMA trial; CREATE TABLE trial.effect (id bigserial, job text, period text, partner int)")
    superuser.execute("GRANT USAGE ON SCHEMA trial TO hub_clerk; GRANT INSERT, SELECT ON trial.effect TO hub_clerk")
    superuser.execute("GRANT USAGE ON SEQUENCE trial.effect_id_seq TO hub_clerk")
    try:
        yield
    finally:
        superuser.execute("DROP SCHEMA trial CASCADE")


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """The watch of the house stands still at this moment."""
    with time_machine.travel(moment, tick=False), clock.placed_at(moment):
        yield


def note_effect(work: Work, job: str, period: str) -> None:
    """The effect of a trial job: one row, in its own transaction."""
    work.session.execute(NOTED, {"job": job, "period": period})


@dataclass
class Trial:
    """The periods and the deed of a job under test."""

    name: str = "trial"
    dues: Iterable[Due] = ()
    errors: list[BaseException] = field(default_factory=list)
    on_deed: Callable[[Work], None] = lambda work: None

    def periods(self, _: Desk, since: datetime, until: datetime) -> Iterable[Due]:
        return [due for due in self.dues if since <= due.at <= until]

    def deed(self, work: Work, _: House, period: str) -> None:
        note_effect(work, self.name, period)
        self.on_deed(work)
        if self.errors:
            raise self.errors.pop(0)
