"""`schakel serve` and `schakel migrate`: running the hub and bringing its database up to date."""

import os
import socket
from typing import Any

import click
import gunicorn
from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import make_url

from hub.app import create_app
from hub.desk import answer, as_json, open_desk
from hub.kernel import migrate as migrations
from hub.kernel import roles
from hub.kernel.errors import Invalid, Unavailable
from hub.kernel.settings import read_environment

WORKERS, THREADS = 2, 8
gunicorn.SERVER = "Schakel"  # the header names no program and no version


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with threads; each worker makes its own application after the fork, so no connection is shared."""

    def __init__(self, bind: str) -> None:
        self.bind = bind
        super().__init__()

    def load_config(self) -> None:
        """Threads, no access log (addresses name codes), and a worker that answers before it is killed."""
        how = {"bind": self.bind, "workers": WORKERS, "threads": THREADS, "worker_class": "gthread", "proc_name": "schakel"}
        limits = {"timeout": 60, "graceful_timeout": 10, "forwarded_allow_ips": "127.0.0.1"}
        logs = {"accesslog": None, "errorlog": "-", "loglevel": "warning"}
        for name, value in {**how, **limits, **logs}.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of one worker."""
        return create_app(read_environment())


@click.command()
@as_json
def serve() -> None:
    """Start de webserver op SCHAKEL_BIND; weigert bij een ontbrekende instelling of een ander schema."""
    with open_desk() as desk:
        bind, address = desk.settings.bind, desk.settings.public_url
    _refuse_a_taken(bind)
    answer(
        {"bind": bind, "address": address, "pid": os.getpid()}, lines=[f"Schakel luistert op {bind} (proces {os.getpid()}) voor {address}."]
    )
    Server(bind).run()


def _refuse_a_taken(bind: str) -> None:
    """Try the address before anything is said; Unavailable when another program listens there, or it is not ours."""
    host, _, port = bind.rpartition(":")
    bare = host.strip("[]")
    with socket.socket(socket.AF_INET6 if ":" in bare else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bare, int(port)))
        except OSError as error:
            raise Unavailable(f"Op {bind} kan Schakel niet luisteren: het adres is bezet, of niet van deze machine.") from error


@click.command()
@as_json
def migrate() -> None:
    """Maak rollen, database en schema, of breng ze naar de nieuwste versie."""
    settings = read_environment()
    if settings.database_admin is None:
        raise Invalid("De instelling SCHAKEL_DATABASE_ADMIN ontbreekt: zonder een beheerdersrol kan het schema niet worden gemaakt.")
    database = make_url(settings.database).database or ""
    admin = make_url(settings.database_admin.reveal()).set(drivername="postgresql")
    roles.prepare(admin=admin.render_as_string(hide_password=False), database=database, passwords=settings.role_passwords)
    address = admin.set(drivername="postgresql+psycopg", database=database).render_as_string(hide_password=False)
    before, after = migrations.upgrade(admin=address)
    told: dict[str, Any] = {"before": before, "after": after}
    done = f"Schema van versie {before or 'geen'} naar {after}." if before != after else f"Het schema stond al op versie {after}."
    answer(told, lines=[done])
