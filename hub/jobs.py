"""`schakel jobs`: what the ledger holds, and one job done now."""

from datetime import datetime

import click

from hub.desk import Commands, Desk, answer, as_json, open_desk
from hub.kernel import clock as watch
from hub.kernel import ledger
from hub.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from hub.kernel.ledger import Waiting
from hub.kernel.queries import run_of, sight_of_jobs
from hub.kernel.schemas import SightSchema
from hub.ticking import Ending
from hub.timetable import JOBS
from hub.turns import Job, Outcome, run_one

STATES = {"due": "wacht", "done": "gedaan", "failed": "opgegeven", "skipped": "overgeslagen"}
SAID = {
    Outcome.DONE: "Gedaan.",
    Outcome.SKIPPED: "Overgeslagen: het moment is voorbij.",
    Outcome.TAKEN: "Een klok is hier al mee bezig.",
    Outcome.LATER: "Nog niet: deze taak wacht op iets anders, en wordt over een minuut weer geprobeerd.",
}


@click.group(cls=Commands)
def jobs() -> None:
    """Taken: wat de hub uit zichzelf doet, elk één keer per periode."""


@jobs.command("list")
@as_json
def list_jobs() -> None:
    """Elke taak met de laatste en de volgende keer, wat wacht en wat mislukte."""
    with open_desk() as desk, desk.work() as (work, _):
        sight = sight_of_jobs(work, real_now=watch.real_now())
    lines = [
        f"{one.job}: laatst {_at(one.last_at)}, volgende {_at(one.next_at)}, wacht {one.waiting}, opgegeven {one.failed}"
        for one in sight.jobs
    ]
    lines += [f"  {one.job} {one.period}: {one.error or 'onbekend'}, poging {one.tries}, {_stand(one.next_at)}" for one in sight.troubles]
    answer(SightSchema().dump(sight), lines=lines or ["Er is nog geen taak gepland."])


def _at(moment: datetime | None) -> str:
    return f"{moment.astimezone(watch.AMSTERDAM):%d-%m-%Y %H:%M}" if moment else "-"


def _stand(next_at: datetime | None) -> str:
    return f"weer op {_at(next_at)}" if next_at else "opgegeven"


@jobs.command("run")
@click.argument("job")
@click.argument("period")
@as_json
def run_job(job: str, period: str) -> None:
    """Doe één taak voor één periode nu; ook een die werd opgegeven of overgeslagen. Wat gedaan is, wordt niet nog eens gedaan."""
    with open_desk() as desk:
        known = next((one for one in JOBS if one.name == job), None)
        if known is None:
            raise Invalid(f"Deze taak is er niet. Kies uit: {', '.join(one.name for one in JOBS) or 'geen'}.")
        outcome = _do(desk, known, period)
    if outcome is Outcome.FAILED:
        raise Unavailable("Het lukte niet. Met schakel jobs list ziet u wat er mis is.")
    answer({"job": job, "period": period, "outcome": outcome.value}, lines=[SAID[outcome]])


def _do(desk: Desk, job: Job, period: str) -> Outcome:
    with desk.work() as (work, _):
        found = run_of(work, job=job.name, period=period)
        if found is None:
            raise NotFound("Deze periode staat niet in de lijst van deze taak.")
        if found.state == "done":
            raise Conflict("Deze taak is voor deze periode al gedaan.")
        if found.state == "due":
            ledger.put_due(work, job=job.name, period=period, partner=found.partner)
        else:
            ledger.again(work, job=job.name, period=period)
        due_at = found.due_at if found.state == "due" else work.now
    return run_one(desk, job=job, waiting=Waiting(job.name, period, found.partner, due_at), worker=Ending().worker)
