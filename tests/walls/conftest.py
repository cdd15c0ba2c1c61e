"""What the tests of the login stand on: a hub whose identity providers lie on request."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from flask import Flask

from hub.app import create_app
from hub.kernel.database import db
from hub.kernel.settings import Settings
from hub.people.oidc import open_clients
from tests.cast import DEMO_DAY
from tests.walls.hostile import HostileProvider
from tests.walls.login import Lobby, write_register


@pytest.fixture(scope="session")
def liars() -> Iterator[dict[str, HostileProvider]]:
    """Three providers on loopback, for the whole run."""
    with HostileProvider("hostile") as hostile, HostileProvider("other") as other, HostileProvider("bound") as bound:
        yield {"hostile": hostile, "other": other, "bound": bound}


@pytest.fixture(scope="session")
def lobby_app(settings: Settings, liars: dict[str, HostileProvider], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A hub that knows these three providers and no other."""
    made = create_app(replace(settings, providers=write_register(tmp_path_factory.mktemp("register"), **liars)))
    yield made
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def lobby(lobby_app: Flask, superuser: psycopg.Connection, emptied: str, liars: dict[str, HostileProvider]) -> Iterator[Lobby]:
    """The hub before anybody came: each provider honest until the test says otherwise, with one account at each."""

    def look(asked: str, *values: object) -> Sequence[Any]:
        found = superuser.execute(asked, values or None)
        return found.fetchall() if found.description else []

    for liar in liars.values():
        liar.behave()
    held = lobby_app.extensions
    held["clients"] = open_clients(held["providers"], public_url=held["schakel"].public_url)
    superuser.execute(emptied)
    yield Lobby(app=lobby_app, look=look, **liars)
    superuser.execute(emptied)
    superuser.execute("DELETE FROM hub.account WHERE issuer = ANY(%s)", ([liar.issuer for liar in liars.values()],))
    superuser.execute("UPDATE hub.partner SET active_from = %s, active_until = NULL", (DEMO_DAY,))
