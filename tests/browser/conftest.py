"""One running demo for all browser tests: real processes, a real login, and one Chromium; every tab fails its test on any complaint."""

import json
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from functools import cache
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from hub.demo.personas import Persona
from hub.demo.place import DATABASE, PORTS, Place, open_place, throw_away
from hub.demo.supervisor import running
from hub.kernel.datadirectory import MAJOR
from hub.kernel.server import start
from tests.browser.tour import Things, look_for_things, writer_of
from tests.browser.walk import Tab, new_context, persona, start_browser, tab_of

TabOf = Callable[[Persona | None], Tab]


@pytest.fixture(scope="session")
def filled(testrun_uid: str) -> Iterator[Path]:
    """A demo that lived through its autumn once for all workers and was stopped; the last that used it throws it away."""
    home = Path(tempfile.gettempdir()) / f"schakel-browser-{testrun_uid}"
    home.mkdir(mode=0o755, exist_ok=True)
    with (home / "used").open("a") as used:
        flock(used, LOCK_SH)
        with (home / "filling").open("a") as filling:
            flock(filling, LOCK_EX)
            if not (home / "is-filled").exists():
                throw_away(home / "demo")  # what another worker left unfinished
                _keep_apart(home / "demo")
                with _run(home / "demo"):
                    pass
                (home / "is-filled").touch()
        yield home / "demo"
        with suppress(BlockingIOError):
            flock(used, LOCK_EX | LOCK_NB)
            shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def demo(filled: Path) -> Iterator[Place]:
    """The demo as `make demo` starts it, a copy with ports of its own, in a directory that the database's user can reach too."""
    folder = Path(tempfile.mkdtemp(prefix="schakel-browser-"))
    folder.chmod(0o755)
    for path in (filled, filled.with_name(f"{filled.name}-pg{MAJOR}")):
        subprocess.run(["cp", "-a", path, folder], check=True, timeout=120)  # which keeps the owner of the database's files
    _keep_apart(folder / filled.name)
    _let_people_in(open_place(folder / filled.name))
    with _run(folder / filled.name) as place:
        yield place
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _run(directory: Path) -> Iterator[Place]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons mind that xdist has threads when a process is started
        with running(directory, say=lambda sentence: None) as place:
            yield place


def _keep_apart(directory: Path) -> None:
    """Give this demo ports of its own, far from where demos look for theirs: several may start at the same time."""
    directory.mkdir(exist_ok=True)
    told = directory / "place.json"
    kept = json.loads(told.read_text("utf-8")) if told.exists() else asdict(open_place(directory))
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in PORTS]
        ports = {name: server.getsockname()[1] for name, server in zip(PORTS, held, strict=True)}
    told.write_text(json.dumps({**kept, "directory": str(directory), **ports}), encoding="utf-8")


def _let_people_in(place: Place) -> None:
    """Have the accounts of a copy believe the copy's own login provider, which listens on a port of its own."""
    database = start(data=place.data)
    with psycopg.connect(database.admin_dsn, dbname=DATABASE) as connection:
        connection.execute("UPDATE hub.account SET issuer = %s", [place.issuer])
    database.stop()


@pytest.fixture(scope="session")
def chromium(demo: Place) -> Iterator[Browser]:
    """One Chromium; contexts in it share nothing."""
    with sync_playwright() as playwright:
        browser = start_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def seats(chromium: Browser, demo: Place) -> Callable[[Persona | None], BrowserContext]:
    """The browser of each person, who logged in once; of a stranger for None."""
    held: dict[str, BrowserContext] = {}

    def seat_of(who: Persona | None) -> BrowserContext:
        name = who.name if who else ""
        if name not in held:
            held[name] = new_context(chromium)
            if who:
                with tab_of(held[name], demo) as tab:
                    tab.sign_in(who)
        return held[name]

    return seat_of


@pytest.fixture
def tab_for(seats: Callable[[Persona | None], BrowserContext], demo: Place) -> Iterator[TabOf]:
    """A tab of this person; what the browser complains of in it fails the test."""
    with ExitStack() as tabs:
        yield lambda who: tabs.enter_context(tab_of(seats(who), demo))


@pytest.fixture
def stranger(tab_for: TabOf) -> Tab:
    """A tab of nobody in particular."""
    return tab_for(None)


@pytest.fixture
def marijke(tab_for: TabOf) -> Tab:
    """A tab of a case worker of a bureau."""
    return tab_for(persona("Marijke"))


@pytest.fixture(scope="session")
def things_of(seats: Callable[[Persona | None], BrowserContext], demo: Place) -> Callable[[str], Things]:
    """What a partner has to show, found once by somebody of it who may write."""

    @cache
    def found(partner: str) -> Things:
        who = writer_of(partner)
        with tab_of(seats(who), demo) as tab:
            return look_for_things(tab, who)

    return found
