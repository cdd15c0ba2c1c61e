"""The operator's desk: what every command needs (settings, the house, a work) and how it answers people and programs."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from hub.app import create_app
from hub.cases.house import House
from hub.kernel import clock, migrate
from hub.kernel.actor import Clerk
from hub.kernel.database import Work, begin_work, db
from hub.kernel.errors import HubError, Invalid, Unavailable
from hub.kernel.settings import Settings, read_environment
from hub.partners.queries import partner_named
from hub.partners.rules import Partner
from hub.pseudonyms.actions import hold_keys_to_database

SHOWN_PROBLEMS = 20
NO_DATABASE = "De database antwoordt niet. Kijk of zij draait, en of SCHAKEL_DATABASE en de wachtwoorden van de rollen kloppen."
MACHINE = "hub.desk.machine"
Command = TypeVar("Command", bound=Callable[..., Any])


class Commands(click.Group):
    """A group whose commands end with one sentence on standard error and status 1 when something is refused."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal of the house becomes its sentence, and never a stack of lines."""
        try:
            return super().invoke(ctx)
        except HubError as error:
            click.echo(error.sentence, err=True)
            told = [f"{problem.place}: {problem.sentence}" for problem in error.problems] if isinstance(error, Invalid) else []
            for line in told[:SHOWN_PROBLEMS] if told != [error.sentence] else ():
                click.echo(f"  {line}", err=True)
            ctx.exit(1)


def as_json(command: Command) -> Command:
    """Give the command its `--json`: one value on standard output, and nothing else there."""
    said = "Eén JSON-waarde op standaarduitvoer, voor programma's."
    return click.option("--json", is_flag=True, expose_value=False, callback=_note_machine, help=said)(command)


def _note_machine(ctx: click.Context, _: click.Parameter, value: Any) -> None:
    ctx.meta[MACHINE] = bool(value)


def answer(value: Any, *, lines: Sequence[str]) -> None:
    """Say it: the value for a program that asked for JSON, the lines for a person."""
    wants_json = click.get_current_context().meta.get(MACHINE, False)
    click.echo(json.dumps(value, ensure_ascii=False, indent=2) if wants_json else "\n".join(lines))


@dataclass(frozen=True)
class Desk:
    """The hub opened for a command: its settings, its house, and works as the clerk."""

    app: Flask
    settings: Settings
    house: House

    @contextmanager
    def work(self, partner: str | None = None, *, now: datetime | None = None) -> Iterator[tuple[Work, Partner | None]]:
        """One transaction of the hub itself, or for the partner with this short name; NotFound when there is none."""
        found = None
        if partner is not None:
            with begin_work(Clerk(), now=clock.now()) as looking:
                found = partner_named(looking, slug=partner)
        with begin_work(Clerk(found.id if found else None), now=now or clock.now()) as work:
            yield work, found


@contextmanager
def open_desk(given: Settings | None = None) -> Iterator[Desk]:
    """
    Open the hub by the settings of the environment (or those given), and close its connections at the end.

    Refuses another version of the schema, and keys that are not those of this database.
    """
    settings = given or read_environment()
    app = create_app(settings)
    with app.app_context():
        try:
            _check_schema()
            desk = Desk(app, settings, app.extensions["house"])
            with desk.work() as (work, _):
                hold_keys_to_database(work, keys=desk.house.keys)
            yield desk
        finally:
            for engine in db.engines.values():
                engine.dispose()


def _check_schema() -> None:
    try:
        with db.engines["hub_clerk"].connect() as connection:
            migrate.check(connection)
    except OperationalError:
        raise Unavailable(NO_DATABASE) from None
