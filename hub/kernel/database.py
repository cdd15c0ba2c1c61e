"""One transaction of one actor: the base of all tables, the engines per role, and the only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Engine, Integer, MetaData, Text, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolResetState

from hub.kernel.actor import Actor, Clerk, Doorkeeper, LogKeeper, Person
from hub.kernel.errors import Conflict, Refused, Unavailable
from hub.kernel.settings import Settings
from hub.kernel.words import PartnerId, Secret

NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_ix",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(referred_table_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}
ENDED = "28000"  # invalid_authorization_specification: no such pass, or no longer
POOLS = {"hub_app": 10, "hub_door": 5, "hub_clerk": 5, "hub_log": 1}


class Base(DeclarativeBase):
    """What every table of the house derives from; constraints get the same names as in the migrations."""

    metadata = MetaData(naming_convention=NAMES, schema="hub")


Base.registry.update_type_annotation_map({PartnerId: Integer, str: Text, datetime: DateTime(timezone=True)})
db = SQLAlchemy(model_class=Base, disable_autonaming=True)
ROLE_OF: dict[type[Actor], str] = {Person: "hub_app", Doorkeeper: "hub_door", Clerk: "hub_clerk", LogKeeper: "hub_log"}
_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


class SessionEnded(Refused):
    """The ticket of this person is no longer known to the database: log in again."""


class Rival(Conflict):
    """A constraint of the database was broken; carries its name, never the row that PostgreSQL quotes."""

    def __init__(self, constraint: str | None) -> None:
        super().__init__("Iemand anders was u voor, of dit bestaat al. Kijk opnieuw en probeer het nog eens.")
        self.constraint = constraint


@dataclass(slots=True)
class Work:
    """One transaction of one actor at one moment; the first argument of every action and query."""

    session: Session
    actor: Actor
    now: datetime

    @property
    def partner(self) -> PartnerId:
        """The partner for whom this work is done; Refused when the actor acts for none."""
        partner = self.actor.partner if isinstance(self.actor, Person | Clerk) else None
        if partner is None:
            raise Refused("Dit werk hoort bij een partner, en er is er geen.")
        return partner


def address(database: str, *, role: str, password: Secret) -> str:
    """The SQLAlchemy address of the database for one of our roles."""
    url = make_url(database).set(drivername="postgresql+psycopg", username=role, password=password.reveal())
    return url.render_as_string(hide_password=False)


def flask_settings(settings: Settings) -> dict[str, object]:
    """What Flask-SQLAlchemy has to know: one engine per role; the page role is the default one."""
    options: dict[str | None, dict[str, object]] = {
        role: {
            "url": address(settings.database, role=role, password=settings.role_passwords[role]),
            "pool_size": size,
            "pool_pre_ping": True,
            "pool_reset_on_return": None,
            "hide_parameters": True,
            "connect_args": {"prepare_threshold": None},
        }  # what is prepared would not outlive the cleaning
        for role, size in POOLS.items()
    }
    return {"SQLALCHEMY_BINDS": {None: options["hub_app"], **options}, "SQLALCHEMY_RECORD_QUERIES": False}


def bind_actor(engine: Engine) -> None:
    """Tell PostgreSQL who acts at the start of every transaction; savepoints do not pass here, and must not."""

    @event.listens_for(engine, "begin")
    def _enter(connection: Connection) -> None:
        actor = _acting.get()
        if isinstance(actor, Person):
            connection.exec_driver_sql("SELECT sec.enter(%s)", (actor.ticket.reveal(),))
        elif isinstance(actor, Clerk) and actor.partner is not None:
            connection.exec_driver_sql("SELECT sec.enter_as(%s)", (actor.partner,))


def clean_after_use(engine: Engine) -> None:
    """Take away whatever a work left in its connection: temporary tables and types, settings, prepared statements, locks."""

    @event.listens_for(engine, "reset")
    def _clean(connection: psycopg.Connection, _: ConnectionPoolEntry, state: PoolResetState) -> None:
        if state.terminate_only:
            return
        connection.rollback()
        connection.autocommit = True  # DISCARD ALL does not work inside a transaction
        connection.execute("DISCARD ALL")
        connection.autocommit = False


def bind_engines() -> None:
    """Bind the actor on every engine of the application; called once, inside its context, when it is made."""
    for engine in db.engines.values():
        bind_actor(engine)
        clean_after_use(engine)


def engine_for(actor: Actor) -> Engine:
    """The engine on whose role this actor works; needs the application's context."""
    return db.engines[ROLE_OF[type(actor)]]


@contextmanager
def begin_work(actor: Actor, *, now: datetime) -> Iterator[Work]:
    """
    Do all of it or nothing of it, as this actor.

    Raises SessionEnded when the ticket is no longer good, Rival when a constraint was broken, Unavailable when the database
    does not answer or a lock is held too long. No text of the database goes further: it quotes rows.
    """
    token = _acting.set(actor)
    try:
        with Session(engine_for(actor), expire_on_commit=False) as session, session.begin():
            yield Work(session, actor, now)
    except (DBAPIError, psycopg.Error) as error:  # the second where many rows go at once, past SQLAlchemy
        raise _translated(error) from None
    finally:
        _acting.reset(token)


@contextmanager
def act_for(work: Work, partner: PartnerId) -> Iterator[Work]:
    """Let the clerk work for one partner inside its own transaction; the session is emptied before and after."""
    if not isinstance(work.actor, Clerk):
        raise Refused("Alleen de hub zelf werkt voor verschillende partners na elkaar.")
    before = work.actor
    _step_over(work, Clerk(partner))
    try:
        yield work
    finally:
        _step_over(work, before)


def _step_over(work: Work, clerk: Clerk) -> None:
    work.session.flush()
    work.session.expunge_all()
    if clerk.partner is None:
        work.session.execute(text("SELECT set_config('hub.ctx', '', true)"))
    else:
        work.session.execute(text("SELECT sec.enter_as(:partner)"), {"partner": clerk.partner})
    work.actor = clerk


def _translated(error: DBAPIError | psycopg.Error) -> Exception:
    said = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(said, psycopg.IntegrityError):
        return Rival(said.diag.constraint_name)
    state = said.sqlstate if isinstance(said, psycopg.Error) else None
    if state == ENDED:
        return SessionEnded("U bent niet meer ingelogd. Log opnieuw in.")
    if state in ("55P03", "40001", "40P01"):
        return Conflict("Iemand anders werkt op dit moment aan hetzelfde. Probeer het zo nog eens.")
    if state == "42501":
        return Refused("De database weigert dit.")
    return Unavailable(f"De database antwoordt niet zoals het hoort (code {state or 'onbekend'}). Er is niets gewijzigd.")
