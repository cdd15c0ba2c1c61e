"""The launcher's matrix, second part: what was acknowledged survives kill -9, however often; and a long recovery is waited for."""

import os
import signal
from pathlib import Path

import pytest

from tests.chaos.starter import Starter, Starters, children, is_alive, until

pytestmark = pytest.mark.slow


def kill_postmaster(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def kill_all(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)  # so that it cannot start new ones meanwhile
    for victim in (*children(pid), pid):
        os.kill(victim, signal.SIGKILL)


@pytest.mark.parametrize("kill", [kill_postmaster, kill_all], ids=["the postmaster", "the postmaster and all backends"])
def test_no_acknowledged_row_is_lost_when_the_server_is_killed_under_four_writers(starters: Starters, data: Path, kills: int, kill) -> None:
    owner, writer = starters(), starters()
    begun = owner.start(data)
    owner.sql(begun["dsn"], "drop table if exists kept; create table kept (number bigint primary key)")
    acknowledged: set[int] = set()

    for turn in range(kills):
        writer.do("write", dsn=begun["dsn"], first=turn * 10_000_000)
        writer.do("await_rows", number=40)
        kill(begun["pid"])
        written = writer.do("written")
        begun = owner.start(data)
        acknowledged.update(written)
        assert len(written) >= 40 and begun["owns"]

    kept = {number for (number,) in owner.sql(begun["dsn"], "select number from kept")}
    assert acknowledged <= kept
    assert len(kept) <= len(acknowledged) + 4 * kills  # at most what each writer had under way may be there too
    assert owner.sql(begun["dsn"], "select count(*) from pg_stat_database where checksum_failures > 0") == [[0]]


def test_a_server_killed_with_much_unfinished_work_is_waited_for_until_it_recovered(starters: Starters, data: Path, is_long: bool) -> None:
    megabytes = 800 if is_long else 100
    settings = {"max_wal_size": "4GB", "checkpoint_timeout": "1h"}
    owner, next_one = starters(), starters()
    begun = owner.start(data, **settings)
    write_ahead_log(owner, begun["dsn"], megabytes=megabytes)
    kill_all(begun["pid"])
    until(lambda: not is_alive(begun["pid"]))

    again = next_one.start(data)

    assert again["owns"]
    assert next_one.sql(again["dsn"], "select count(*) from heavy") == [[megabytes * 1024]]
    assert "automatic recovery in progress" in Path(again["log"]).read_text()


def test_a_killed_server_is_started_anew_by_whoever_comes_first_while_the_owner_does_not_notice(starters: Starters, data: Path) -> None:
    owner, guests = starters(), [starters() for _ in range(3)]
    begun = owner.start(data, fsync="off")
    kill_all(begun["pid"])

    for guest in guests:
        guest.tell("start", data=str(data), os_user=guest.half.os_user)
    answers = [guest.hear() for guest in guests]

    assert len({answer["pid"] for answer in answers}) == 1 and answers[0]["pid"] != begun["pid"]
    assert [answer["owns"] for answer in answers].count(True) == 1


def write_ahead_log(starter: Starter, dsn: str, *, megabytes: int) -> None:
    starter.sql(dsn, "drop table if exists heavy; create table heavy (number bigint, words text)")
    starter.sql(dsn, f"insert into heavy select n, repeat('x', 980) from generate_series(1, {megabytes * 1024}) n")
