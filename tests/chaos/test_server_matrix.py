"""The launcher's matrix, first part: starting, joining and coming in.

Every case runs as root, with the server as `nobody`, and as an ordinary user; a suite that is not root itself can only do the latter.
"""

import os
import pwd
import signal
import stat
from pathlib import Path

import pytest

from hub.kernel.datadirectory import Home, OsUser
from tests.chaos.starter import HALVES, IS_ROOT, Failed, Half, Starters, copy_site, is_alive, other_user, snapshot, state, until

pytestmark = pytest.mark.slow
HASTY = {"fsync": "off"}

PATHS = ["plain", "with a space", "ünïcödé", "a'b", 'a"b', "x;touch pwned", "$(id)", "n" * 150]


@pytest.mark.parametrize("name", PATHS, ids=lambda name: name[:20])
def test_a_server_starts_answers_and_stops_whatever_the_path_is_called(starters: Starters, place: Path, half: Half, name: str) -> None:
    starter = starters()
    parents = {path: (path.stat().st_mode, path.stat().st_uid) for path in (place, *place.parents)}

    begun = starter.start(place / name / "pg18", **HASTY)

    assert begun["owns"] and "De database wordt voor het eerst ingericht." in begun["said"]
    assert starter.sql(begun["dsn"], "select current_user, current_setting('server_version_num')::int / 10000") == [["postgres", 18]]
    about = os.stat(begun["socket"])
    assert (stat.S_IMODE(about.st_mode), about.st_uid) == (0o700, half.server_uid)
    assert len(os.fsencode(f"{begun['socket']}/.s.PGSQL.5432")) <= 107
    assert Path(f"/proc/{begun['pid']}").stat().st_uid == half.server_uid
    starter.do("stop")
    assert not is_alive(begun["pid"])
    assert [path.name for path in place.iterdir()] == [name]
    assert not (Path.cwd() / "pwned").exists()
    assert parents == {path: (path.stat().st_mode, path.stat().st_uid) for path in parents}


def test_nobody_but_the_owner_and_the_server_may_look_into_the_data(starters: Starters, data: Path, half: Half) -> None:
    starters().start(data, **HASTY)

    assert stat.S_IMODE((data).stat().st_mode) == (0o710 if half.uid == 0 else 0o700)
    assert stat.S_IMODE((data / "cluster").stat().st_mode) == 0o700
    assert (data / "cluster").stat().st_uid == half.server_uid
    assert (data / "pg_hba.conf").stat().st_uid == half.uid
    assert not (data / "pg_hba.conf").stat().st_mode & 0o222


def test_a_second_start_finds_the_data_of_the_first(starters: Starters, data: Path) -> None:
    first = starters()
    begun = first.start(data, **HASTY)
    first.sql(begun["dsn"], "create table found as select 7 as number")
    first.do("stop")

    again = first.start(data, **HASTY)

    assert again["pid"] != begun["pid"] and again["said"] == []
    assert first.sql(again["dsn"], "select number from found") == [[7]]


@pytest.mark.parametrize("obstacle", ["a live pid of another program", "an empty file", "a pid of a dead process", "words"])
def test_a_stale_pid_file_stops_nobody(starters: Starters, data: Path, obstacle: str) -> None:
    starter = starters()
    begun = starter.start(data, **HASTY)
    starter.do("stop")
    cluster = data / "cluster"
    rest = f"\n{cluster}\n1700000000\n5432\n{begun['socket']}\n\n  1 1\nready   \n"
    text = {
        "a live pid of another program": f"{starter.process.pid}{rest}",
        "an empty file": "",
        "a pid of a dead process": f"{begun['pid']}{rest}",
        "words": "??\n",
    }[obstacle]
    (cluster / "postmaster.pid").write_text(text)
    (Path(begun["socket"]) / ".s.PGSQL.5432.lock").write_text(text)

    again = starter.start(data, **HASTY)

    assert starter.sql(again["dsn"], "select 1") == [[1]]


def test_a_zombie_that_nobody_buries_does_not_count_as_a_server(starters: Starters, data: Path) -> None:
    careless, next_one = starters(), starters()
    begun = careless.start(data, **HASTY)
    os.kill(begun["pid"], signal.SIGKILL)
    until(lambda: state(begun["pid"]) == "Z")

    again = next_one.start(data, **HASTY)

    assert again["owns"] and state(begun["pid"]) == "Z"
    assert next_one.sql(again["dsn"], "select 1") == [[1]]


def test_eight_who_start_at_once_share_one_server(starters: Starters, place: Path) -> None:
    eight = [starters() for _ in range(8)]
    for starter in eight:
        starter.tell("start", data=str(place / "new" / "pg18"), os_user=starter.half.os_user, settings=HASTY)

    begun = [starter.hear() for starter in eight]

    assert len({answer["pid"] for answer in begun}) == 1
    assert [answer["owns"] for answer in begun].count(True) == 1
    assert [starter.sql(answer["dsn"], "select 1") for starter, answer in zip(eight, begun, strict=True)] == [[[1]]] * 8
    assert [path.name for path in (place / "new").iterdir()] == ["pg18"]


def test_only_the_end_of_the_owner_ends_the_server(starters: Starters, data: Path) -> None:
    owner, guest = starters(), starters()
    begun = owner.start(data, **HASTY)
    joined = guest.start(data, **HASTY)

    guest.do("stop")
    guest.end()

    assert (joined["pid"], joined["owns"]) == (begun["pid"], False)
    assert owner.sql(begun["dsn"], "select 1") == [[1]]
    owner.end()
    until(lambda: not is_alive(begun["pid"]))


def test_who_starts_while_the_former_server_is_still_stopping_waits_for_it(starters: Starters, data: Path) -> None:
    former, latter = starters(), starters()
    begun = former.start(data, **HASTY)
    former.end()

    again = latter.start(data, **HASTY)

    assert again["owns"] and again["pid"] != begun["pid"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_the_server_shuts_down_in_good_order_when_its_owner_is_ended(starters: Starters, data: Path, how: signal.Signals) -> None:
    owner = starters()
    begun = owner.start(data, **HASTY)

    owner.end(how)

    until(lambda: not is_alive(begun["pid"]))
    assert "database system is shut down" in Path(begun["log"]).read_text().splitlines()[-1]
    assert not list(Path(begun["socket"]).iterdir())


def test_an_installation_that_was_cut_off_leaves_nothing_in_the_way(starters: Starters, place: Path, half: Half) -> None:
    starter, cut_off = starters(), place / "pg18/new-cutoff"
    cut_off.mkdir(parents=True)
    (cut_off / "PG_VERSION").write_text("18\n")
    (place / "pg18").chmod(0o710 if half.uid == 0 else 0o700)
    os.chown(place / "pg18", half.uid, pwd.getpwuid(half.server_uid).pw_gid)
    for path in (cut_off, cut_off / "PG_VERSION"):
        os.chown(path, half.server_uid, half.gid)

    again = starter.start(place / "pg18", **HASTY)

    assert starter.sql(again["dsn"], "select 1") == [[1]]
    assert not list((place / "pg18").glob("new-*"))


def test_our_roles_come_in_with_a_password_on_our_databases_and_nowhere_else(starters: Starters, data: Path) -> None:
    starter = starters()
    admin = starter.start(data, **HASTY)["dsn"]
    starter.sql(admin, "create role hub_app login password 'right'")
    for database in ("schakel", "schakel_gw0", "other"):
        starter.sql(admin, f"create database {database}")
    as_app = admin.replace("user=postgres", "user=hub_app")

    for database in ("schakel", "schakel_gw0"):
        dsn = as_app.replace("dbname=postgres", f"dbname={database}")
        assert starter.sql(f"{dsn} password=right", "select current_user") == [["hub_app"]]
        with pytest.raises(Failed, match="password authentication failed"):
            starter.sql(f"{dsn} password=wrong", "select 1")
        with pytest.raises(Failed, match="no password supplied"):
            starter.sql(dsn, "select 1")
    for database in ("postgres", "template1", "other"):
        with pytest.raises(Failed, match="pg_hba.conf rejects"):
            starter.sql(as_app.replace("dbname=postgres", f"dbname={database}") + " password=right", "select 1")
    assert starter.sql(admin, "select left(rolpassword, 14) from pg_authid where rolname = 'hub_app'") == [["SCRAM-SHA-256$"]]


def test_the_servers_log_holds_no_value_of_a_statement_that_failed(starters: Starters, data: Path) -> None:
    starter = starters()
    begun = starter.start(data, **HASTY)
    starter.sql(begun["dsn"], "create table sealed (words text primary key check (length(words) < 40))")
    starter.sql(begun["dsn"], "insert into sealed values ('canary')")

    for text in (
        "insert into sealed values ('canary')",
        f"insert into sealed values ('canary{'x' * 40}')",
        "select 'canary'::int",
        "insert into sealed values (null)",
        "select canary from sealed",
        "selekt 'canary'",
    ):
        with pytest.raises(Failed):
            starter.sql(begun["dsn"], text)

    starter.do("stop")
    log = Path(begun["log"]).read_text()
    assert "ERROR" in log and "Failing row" not in log and "STATEMENT" not in log
    assert "(canary" not in log and "'canary" not in log


def test_each_data_directory_has_a_socket_of_its_own() -> None:
    user = OsUser("somebody", 1000, 1000)

    assert Home(Path("/a/pg18"), user).socket_directory != Home(Path("/b/pg18"), user).socket_directory


if IS_ROOT:  # an ordinary user can neither become another nor hide programs from himself

    @pytest.mark.parametrize("opened", ["closed", "opened to all"])
    def test_another_os_user_does_not_become_postgres(starters: Starters, data: Path, half: Half, opened: str) -> None:
        owner, stranger = starters(), starters(uid=other_user(half.uid, half.server_uid).pw_uid)
        begun = owner.start(data, **HASTY)
        if opened == "opened to all":
            Path(begun["socket"]).chmod(0o777)
            (Path(begun["socket"]) / ".s.PGSQL.5432").chmod(0o777)

        with pytest.raises(Failed, match="Permission denied" if opened == "closed" else "Peer authentication failed"):
            stranger.sql(begun["dsn"], "select 1")

        assert owner.sql(begun["dsn"], "select 1") == [[1]]

    @pytest.mark.parametrize("half", [half for half in HALVES if half.uid == 0], ids=str)
    def test_binaries_out_of_the_servers_reach_are_copied_once(starters: Starters, place: Path) -> None:
        hidden = place / "hidden"
        hidden.mkdir(0o700)
        starter = starters(site=copy_site(hidden))
        before = snapshot(hidden)

        begun = starter.start(place / "pg18", **HASTY)

        program = Path(f"/proc/{begun['pid']}/exe").readlink()
        assert program.is_relative_to(place / "pg18")
        assert snapshot(hidden) == before
        copied = program.stat().st_ctime_ns
        starter.do("stop")
        starter.start(place / "pg18", **HASTY)
        assert program.stat().st_ctime_ns == copied
