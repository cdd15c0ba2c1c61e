"""`schakel doctor`: looks at everything the hub leans on, and says of each thing how it is and what to do about it."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

import click
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.app import create_app
from hub.audit.queries import oldest_unsealed
from hub.courier import knock
from hub.desk import Desk, answer, as_json
from hub.kernel import clock, migrate
from hub.kernel.actor import LogKeeper
from hub.kernel.database import POOLS, begin_work, db
from hub.kernel.errors import HubError
from hub.kernel.queries import SILENT, caught_up, job_sights, oldest_due, pulse
from hub.kernel.settings import Settings, read_environment
from hub.people.queries import stuck_letters
from hub.people.schemas import load_providers
from hub.pseudonyms.actions import hold_keys_to_database
from hub.pseudonyms.keys import load_keys
from hub.sharing.schemas import load_policies

LONG, FAR_TOO_LONG = timedelta(minutes=15), timedelta(days=1)
POWERS = text(
    "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
)


class State(StrEnum):
    """How something is."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


Looked = TypeVar("Looked", Settings, Desk)
SIGNS = {State.OK: "goed", State.WARNING: "let op", State.FAILURE: "fout"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, a sentence about it, and what to do when it is not well."""

    check: str
    state: State
    sentence: str
    advice: str = ""


def _fine(check: str, sentence: str) -> Finding:
    return Finding(check, State.OK, sentence)


def examine(read: Callable[[], Settings] = read_environment) -> Iterator[Finding]:
    """Every finding, one after another; what cannot be looked at because something before it is wrong is left out."""
    try:
        settings = read()
    except HubError as error:
        yield Finding("settings", State.FAILURE, error.sentence, "Verbeter deze instelling; docs/cli.md noemt ze allemaal.")
        return
    yield _fine("settings", "Alle instellingen zijn er.")
    files = [_found(check, look, settings) for check, look in FILES]
    yield from files
    yield _found("mail server", _mail_server, settings)
    if any(finding.state is State.FAILURE for finding in files):
        return
    app = create_app(settings)
    desk = Desk(app, settings, app.extensions["house"])
    with app.app_context():
        try:
            yield from _of_database(desk)
        finally:
            for engine in db.engines.values():
                engine.dispose()


def _of_database(desk: Desk) -> Iterator[Finding]:
    for check, look in DATABASE:
        finding = _found(check, look, desk)
        yield finding
        if finding.state is State.FAILURE and check in NEEDED:
            return


def _found(check: str, look: Callable[[Looked], Finding], at: Looked) -> Finding:
    try:
        return look(at)
    except HubError as error:
        return Finding(check, State.FAILURE, error.sentence, ADVICE[check])


def _keys(settings: Settings) -> Finding:
    load_keys(settings.keys)
    return _fine("keys", "De sleutels zijn te lezen.")


def _policies(settings: Settings) -> Finding:
    book = load_policies(settings.policies)
    return _fine("policies", f"De afspraken zijn te lezen: {len(book.policies)}.")


def _providers(settings: Settings) -> Finding:
    found = load_providers(settings.providers)
    return _fine("providers", f"Ingelogd kan worden bij {', '.join(provider.title for provider in found)}.")


def _mail_server(settings: Settings) -> Finding:
    knock(settings)
    return _fine("mail server", "De mailserver antwoordt.")


def _database(desk: Desk) -> Finding:
    with desk.work() as (work, _):
        version = str(work.session.execute(text("SHOW server_version")).scalar_one()).split()[0]
    return _fine("database", f"PostgreSQL {version} antwoordt.")


def _schema(desk: Desk) -> Finding:
    with desk.work() as (work, _):
        migrate.check(work.session.connection())
    return _fine("schema", f"Het schema staat op versie {migrate.newest()}.")


def _roles(_: Desk) -> Finding:
    """Each role logs in with its own password, and none of them is stronger than it has to be."""
    for role in POOLS:
        try:
            with db.engines[role].connect() as connection:
                is_strong = connection.execute(POWERS).scalar_one()
        except DBAPIError:
            return Finding("roles", State.FAILURE, f"De rol {role} kan niet inloggen.", ADVICE["roles"])
        if is_strong:
            return Finding("roles", State.FAILURE, f"De rol {role} mag meer dan goed is.", ADVICE["roles"])
    return _fine("roles", "Elke rol kan inloggen, en geen ervan is beheerder van de database.")


def _fitting_keys(desk: Desk) -> Finding:
    with desk.work() as (work, _):
        hold_keys_to_database(work, keys=desk.house.keys)
    return _fine("fitting keys", "De sleutels horen bij deze database.")


def _clock(desk: Desk) -> Finding:
    with desk.work() as (work, _):
        heard = pulse(work, real_now=clock.real_now())
    if heard.at is None:
        return Finding("clock", State.WARNING, "Er heeft nog nooit een klok gelopen.", ADVICE["clock"])
    if heard.is_silent:
        return Finding("clock", State.FAILURE, f"De klok zweeg meer dan {SILENT // timedelta(minutes=1)} minuten.", ADVICE["clock"])
    return _fine("clock", "De klok loopt.")


def _jobs(desk: Desk) -> Finding:
    """What has been due for long tells that nobody does it; what was given up waits for a person."""
    with desk.work() as (work, _):
        oldest, late = oldest_due(work), caught_up(work)
        given_up = sum(job.failed for job in job_sights(work))
        waited = work.now - oldest.due_at if oldest else timedelta(0)
    if given_up:
        return Finding("jobs", State.WARNING, f"Er zijn taken opgegeven na vijf pogingen: {given_up}.", ADVICE["jobs"])
    if waited > LONG:
        state = State.FAILURE if waited > FAR_TOO_LONG else State.WARNING
        return Finding("jobs", state, f"De oudste taak wacht al {waited // timedelta(minutes=1)} minuten.", ADVICE["clock"])
    return _fine("jobs", "Er wacht geen taak te lang." + (" Van de laatste week is iets later ingehaald." if late else ""))


def _letters(desk: Desk) -> Finding:
    with desk.work() as (work, _):
        dead = sum(letter.is_dead for letter in stuck_letters(work))
    if dead:
        return Finding("letters", State.WARNING, f"Er zijn berichten die niet aankwamen: {dead}.", ADVICE["letters"])
    return _fine("letters", "Geen bericht is opgegeven.")


def _journal(desk: Desk) -> Finding:
    with begin_work(LogKeeper(), now=clock.now()) as work:
        since = oldest_unsealed(work)
    waited = clock.real_now() - since if since else timedelta(0)
    if waited > LONG:
        sentence = f"Er staan regels in het journaal die al {waited // timedelta(minutes=1)} minuten op hun zegel wachten."
        return Finding("journal", State.WARNING, sentence, ADVICE["clock"])
    return _fine("journal", "Het journaal is verzegeld.")


FILES = (("keys", _keys), ("policies", _policies), ("providers", _providers))
DATABASE = (
    ("database", _database), ("schema", _schema), ("roles", _roles), ("fitting keys", _fitting_keys), ("clock", _clock), ("jobs", _jobs),
    ("letters", _letters), ("journal", _journal),
)  # fmt: skip
NEEDED = ("database", "schema", "roles")  # without these nothing after them can be looked at
ADVICE = {
    "keys": "Kijk of SCHAKEL_KEYS naar de goede map wijst, en of alleen de hub er mag lezen. Nieuwe sleutels: schakel keys make.",
    "policies": "Verbeter het bestand dat wordt genoemd, of laat het zien met schakel policies check.",
    "providers": "Verbeter het bestand waar SCHAKEL_PROVIDERS naar wijst.",
    "mail server": "Kijk of de mailserver draait. Berichten gaan niet verloren: ze wachten, en gaan vanzelf alsnog de deur uit.",
    "database": "Start de database, of verbeter SCHAKEL_DATABASE en de wachtwoorden van de rollen.",
    "schema": "Draai schakel migrate met dit programma.",
    "roles": "Draai schakel migrate: dat zet wachtwoorden en rechten van de rollen goed.",
    "fitting keys": "Zet de sleutels terug die bij deze database horen. Ga niet verder met andere.",
    "clock": "Start schakel clock, en kijk op de pagina Taken. Wat bleef liggen, wordt vanzelf ingehaald.",
    "jobs": "Kijk met schakel jobs list wat er mis is, en laat het opnieuw doen met schakel jobs run.",
    "letters": "Kijk met schakel outbox list, verbeter het adres, en probeer het opnieuw met schakel outbox retry.",
    "journal": "Start schakel clock.",
}


@click.command()
@as_json
def doctor() -> None:
    """Kijk alles na waar de hub op leunt, en zeg wat er aan te doen is; eindigt met 1 als er iets fout is."""
    found = list(examine())
    lines = [line for finding in found for line in _said(finding)]
    answer([{**asdict(finding), "state": finding.state.value} for finding in found], lines=lines)
    if any(finding.state is State.FAILURE for finding in found):
        click.get_current_context().exit(1)


def _said(finding: Finding) -> Iterator[str]:
    yield f"{SIGNS[finding.state]:<7}{finding.sentence}"
    if finding.advice:
        yield f"       {finding.advice}"
