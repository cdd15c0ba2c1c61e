"""Starts and stops what the demo consists of: PostgreSQL, login provider, mailroom and hub, each a process that ends with this one."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socket import socket
from urllib.error import URLError
from urllib.request import urlopen

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL

from hub.demo.loading import fill
from hub.demo.place import DATABASE, Place, held_ports, open_place
from hub.desk import open_desk
from hub.kernel import migrate, roles, server
from hub.kernel.errors import Unavailable

LONGEST_START, LONGEST_STOP = 60.0, 15.0
_DIE_WITH_ME = 1  # PR_SET_PDEATHSIG
_LIBC = ctypes.CDLL(None)
Say = Callable[[str], None]


@contextmanager
def running(directory: Path, *, say: Say) -> Iterator[Place]:
    """The demo of this directory, answering over HTTP; everything is stopped at the end, also after an error or Ctrl-C."""
    place = open_place(directory)
    with held_ports(place) as ports, _database(place, say) as database:
        words = conninfo_to_dict(database.admin_dsn)
        place = replace(place, sockets=str(words["host"]), database_port=int(words.get("port") or 5432))
        _bring_up_to_date(place, database.admin_dsn, say)
        with open_desk(place.settings()) as desk:
            fill(desk, directory=place.path, issuer=place.issuer, say=say)
        place.write_shell_settings()
        with _processes(place, ports, say):
            yield place


@contextmanager
def _database(place: Place, say: Say) -> Iterator[server.Server]:
    say("De database start …")
    database = server.start(data=place.data, say=say)
    try:
        yield database
    finally:
        database.stop()


def _bring_up_to_date(place: Place, admin: str, say: Say) -> None:
    roles.prepare(admin=admin, database=DATABASE, passwords=place.passwords())
    query = {"host": place.sockets, "port": str(place.database_port)}
    before, after = migrate.upgrade(
        admin=URL.create("postgresql+psycopg", username="postgres", database=DATABASE, query=query).render_as_string(hide_password=False)
    )
    if before != after:
        say(f"Het schema staat nu op versie {after}.")


@contextmanager
def _processes(place: Place, ports: Mapping[int, socket], say: Say) -> Iterator[None]:
    started: list[subprocess.Popen[bytes]] = []
    try:
        for words, address, held in _servers(place):
            for port in held:
                ports[port].close()  # from here on it is this process's to listen on
            started.append(_start(words, place))
            _await(started[-1], address)
        started.append(_start(("-m", "hub", "clock"), place))
        _await(started[-1], place.address + "/gezondheid/klaar")  # which it is once the clock is heard
        yield
    finally:
        for process in reversed(started):
            _stop(process)
        if started:
            say("Alles is gestopt.")


def _servers(place: Place) -> tuple[tuple[tuple[str, ...], str, tuple[int, ...]], ...]:
    """What each server is started with, where it answers when it is up, and on which ports it listens."""
    smtp, page = (f"127.0.0.1:{port}" for port in (place.smtp_port, place.mail_port))
    mailroom = ("-m", "hub.demo.mailroom", "--directory", str(place.path / "mail"), "--smtp", smtp, "--page", page)
    return (
        (("-m", "hub.demo.provider", "--directory", place.directory), place.issuer + "/jwks", (place.login_port,)),
        (mailroom, place.mailroom, (place.smtp_port, place.mail_port)),
        (("-m", "hub", "serve"), place.address + "/gezondheid/leeft", (place.web_port,)),
    )


def _start(words: tuple[str, ...], place: Place) -> "subprocess.Popen[bytes]":
    """A process of ours with the demo's settings; it gets SIGTERM when this one dies, however that happens."""
    with (place.path / "processes.log").open("ab") as log:
        where = {"env": place.environment(), "cwd": place.path, "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        return subprocess.Popen([sys.executable, *words], start_new_session=True, preexec_fn=_end_with_owner, **where)  # type: ignore[call-overload,no-any-return]  # noqa: S603, PLW1509  our own program, started before any thread


def _end_with_owner() -> None:
    _LIBC.prctl(_DIE_WITH_ME, signal.SIGTERM)


def _await(process: "subprocess.Popen[bytes]", address: str) -> None:
    """Wait until this process answers; Unavailable, with where its last words stand, when it ends or stays silent."""
    end = time.monotonic() + LONGEST_START
    where = "Zie processes.log in de map van de demo."
    while not _answers(address):
        if process.poll() is not None:
            raise Unavailable(f"Een proces van de demo stopte meteen (status {process.returncode}). {where}")
        if time.monotonic() > end:
            raise Unavailable(f"{address} antwoordt niet binnen {LONGEST_START:.0f} seconden. {where}")
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answered:  # noqa: S310  our own address on loopback
            return bool(answered.status == 200)
    except (URLError, TimeoutError, ConnectionError):
        return False


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(LONGEST_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
