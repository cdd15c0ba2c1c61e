"""Many rows at once into a table that PostgreSQL does not let us COPY into: through a temporary table of its shape."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import psycopg
from psycopg import sql

from hub.kernel.database import Work


def insert_rows(work: Work, *, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """
    Insert these rows in one statement and tell how many; `table` is a table of schema hub, a row has a value per column.

    COPY FROM is refused on a table with row security, so the rows go by a temporary table; policies, checks and triggers see
    one INSERT … SELECT. Raises what the database raises; the transaction is then lost, as it should be.
    """
    cursor = _cursor(work)
    some = iter(rows)
    first = list(islice(some, 16))
    if not first:
        return 0
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    target, load = sql.Identifier("hub", table), sql.Identifier(f"load_{table}")
    if len(first) < 16:
        holes = sql.SQL(", ").join(sql.Placeholder() * len(columns))
        cursor.executemany(sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(target, names, holes), first)
        return len(first)
    cursor.execute(
        sql.SQL("CREATE TEMPORARY TABLE IF NOT EXISTS {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(load, names, target)
    )
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(load, names)) as copy:
        count = 0
        for row in _chain(first, some):
            copy.write_row(row)
            count += 1
    cursor.execute(sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(target, names, names, load))
    cursor.execute(sql.SQL("TRUNCATE {}").format(load))
    return count


def _chain(first: list[Sequence[Any]], rest: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    yield from first
    yield from rest


def _cursor(work: Work) -> "psycopg.Cursor[Any]":
    raw = work.session.connection().connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    return raw.cursor()
