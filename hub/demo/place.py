"""Where the demo lives: its directory with keys and passwords, its ports, and the settings its processes are started with."""

import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from hub.audit.seal import JOURNAL_KEY, make_seal
from hub.demo.provider import prepare_register
from hub.kernel.datadirectory import MAJOR, default_data
from hub.kernel.errors import Unavailable
from hub.kernel.settings import LOGIN_ROLES, Settings, read_settings, surroundings
from hub.kernel.words import Month, Secret
from hub.pseudonyms.keys import make_keys

DEMO_DATE = "2026-11-04"
POLICIES = Path(__file__).resolve().parents[2] / "policies"
FIRST_PORT = 8400
DATABASE = "schakel"
PORTS = ("web_port", "login_port", "smtp_port", "mail_port")


@dataclass(frozen=True)
class Place:
    """The demo's directory and ports; `sockets` is where its PostgreSQL listens, empty until that runs."""

    directory: str
    web_port: int
    login_port: int
    smtp_port: int
    mail_port: int
    sockets: str = ""
    database_port: int = 0

    @property
    def path(self) -> Path:
        """The directory itself."""
        return Path(self.directory)

    @property
    def data(self) -> Path:
        """The data directory of the demo's PostgreSQL; beside ours, since another OS user may own it."""
        return self.path.with_name(f"{self.path.name}-pg{MAJOR}")

    @property
    def address(self) -> str:
        """Where one opens the demo."""
        return f"http://localhost:{self.web_port}"

    @property
    def issuer(self) -> str:
        """The demo's own identity provider."""
        return f"http://localhost:{self.login_port}"

    @property
    def mailroom(self) -> str:
        """Where one reads the mail that the demo sent."""
        return f"http://localhost:{self.mail_port}"

    @property
    def ports(self) -> tuple[int, ...]:
        """Every port that a process of the demo listens on, but for its database, which listens on none."""
        return (self.web_port, self.login_port, self.smtp_port, self.mail_port)

    def environment(self) -> dict[str, str]:
        """The environment of the demo's processes: the settings, and nothing else of ours but the way to find programs."""
        return {
            **surroundings(),
            "SCHAKEL_MODE": "demo",
            "SCHAKEL_PUBLIC_URL": self.address,
            "SCHAKEL_BIND": f"127.0.0.1:{self.web_port}",
            "SCHAKEL_DATABASE": f"postgresql:///{DATABASE}?host={self.sockets}&port={self.database_port}",
            "SCHAKEL_ROLE_PASSWORDS": str(self.path / "roles.json"),
            "SCHAKEL_KEYS": str(self.path / "keys"),
            "SCHAKEL_PROVIDERS": str(self.path / "providers.yaml"),
            "SCHAKEL_POLICIES": str(POLICIES),
            "SCHAKEL_SMTP": f"smtp://127.0.0.1:{self.smtp_port}",
            "SCHAKEL_MAIL_FROM": "schakel@voorbeeld.invalid",
            "SCHAKEL_DEMO_DATE": DEMO_DATE,
        }

    def write_shell_settings(self) -> Path:
        """A file with which a shell speaks to this demo: `. settings.sh`, and then any command of `schakel`."""
        told = {name: value for name, value in self.environment().items() if name.startswith("SCHAKEL_")}
        file = self.path / "settings.sh"
        file.write_text("".join(f"export {name}={quote(value)}\n" for name, value in told.items()), encoding="utf-8")
        return file

    def settings(self) -> Settings:
        """The same as a value."""
        return read_settings(values=self.environment())

    def passwords(self) -> dict[str, Secret]:
        """The password of each login role, as drawn at the first start."""
        held = json.loads((self.path / "roles.json").read_text(encoding="utf-8"))
        return {role: Secret(held[role]) for role in LOGIN_ROLES}


def default_directory(name: str = "demo") -> Path:
    """Where the demo of this OS user lives."""
    return default_data(environ=surroundings(), uid=os.geteuid()).with_name(name)


def open_place(directory: Path) -> Place:
    """The place in this directory; made at the first start with its own keys, passwords and ports, and the same at every later one."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o755)
    directory.chmod(0o700)
    told = directory / "place.json"
    if not told.exists():
        _write_private(directory / "roles.json", json.dumps({role: os.urandom(24).hex() for role in LOGIN_ROLES}))
    kept = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {"directory": str(directory)}
    place = Place(**_with_ports(kept))
    told.write_text(json.dumps(asdict(place)), encoding="utf-8")
    if not (directory / "keys").exists():
        make_keys(directory / "keys", month=Month(2026, 11))
    make_seal(directory / "keys" / JOURNAL_KEY, name="localhost/journaal")
    prepare_register(directory, issuer=place.issuer)
    return place


@contextmanager
def held_ports(place: Place) -> Iterator[dict[int, socket.socket]]:
    """
    Keep the demo's ports, by number, until each is closed for the process that listens on it; Unavailable when one is taken.

    Filling a demo takes a while: meanwhile no other demo may choose these ports, or take them.
    """
    with ExitStack() as stack:
        yield {port: stack.enter_context(_hold(port)) for port in place.ports}


def throw_away(directory: Path) -> None:
    """Remove everything this demo kept; nothing else."""
    for path in (directory, directory.with_name(f"{directory.name}-pg{MAJOR}")):
        if path.is_symlink():
            raise Unavailable(f"{path} is een verwijzing. Verwijder die zelf, dan kan de demo opnieuw beginnen.")
        if path.exists():
            shutil.rmtree(path)


def _with_ports(kept: dict[str, Any]) -> dict[str, Any]:
    """What was kept, with a free port for each process that has none yet: all of a new demo, the newer ones of an older demo."""
    after = max([FIRST_PORT - 1, *(value for name, value in kept.items() if name in PORTS)])
    for name in PORTS:
        if name not in kept:
            after = kept[name] = _free_port(after + 1)
    return kept


def _free_port(first: int) -> int:
    for port in range(first, first + 200):
        if _is_free(port):
            return port
    raise Unavailable(f"Tussen {first} en {first + 200} is geen vrije poort.")


def _hold(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        raise Unavailable(
            f"Poort {port} is bezet. Draait deze demo al? Stop die eerst. Heeft een ander programma de poort? Wacht tot die vrij is, "
            "of begin opnieuw op een andere poort met: make demo RESET=1."
        ) from None


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o400)
