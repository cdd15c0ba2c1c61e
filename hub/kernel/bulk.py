"""
Many rows at once into a table that PostgreSQL does not let us COPY into: through a temporary table of its shape.

COPY FROM is refused on a table with row security, so the rows go by a temporary table; policies, checks and triggers see one
INSERT … SELECT. A row travels as a line of text, so that who writes many rows alike may keep the pieces that repeat.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from hub.kernel.database import Work

FEW = 16  # for fewer rows a temporary table costs more than it saves
AT_ONCE = 256  # lines that go to the server together
NULL = r"\N"
_IS_PLAIN = re.compile(r'[^ \t\n\v\f\r"\\{},]+').fullmatch  # what PostgreSQL writes into an array without quotes
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
_ESCAPED = str.maketrans(_ESCAPES)
_READ_BACK = {escape[1]: sign for sign, escape in _ESCAPES.items()}


def line_of(cells: Iterable[object]) -> str:
    """These values as COPY reads them, with a tab between; lists become arrays, None becomes NULL, another type is a TypeError."""
    return "\t".join([_WRITERS[cell.__class__](cell) for cell in cells])


def insert_rows(work: Work, *, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Insert these rows, a value per column, as `insert_lines` does."""
    return insert_lines(work, table=table, columns=columns, lines=map(line_of, rows))


def insert_lines(work: Work, *, table: str, columns: Sequence[str], lines: Iterable[str], replacing: Sequence[str] = ()) -> int:
    """
    Insert these rows in one statement and tell how many; `table` is a table of schema hub, a line has a cell per column.

    A row that agrees with a new one in the columns of `replacing`, its key, gives way to it. The lines are drawn while the server reads.
    Raises what the database raises; the transaction is then lost, as it should be.
    """
    load = _Load(work, table, columns)
    if count := load.fill(lines):
        load.insert(replacing)
    return count


def update_rows(work: Work, *, table: str, key: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Change `columns` of the rows with these keys in one statement; a row holds the key's values and then the new ones."""
    load = _Load(work, table, (*key, *columns))
    if count := load.fill(map(line_of, rows)):
        load.update(key)
    return count


def read_lines(work: Work, *, table: str, columns: Sequence[str], where: Mapping[str, object]) -> list[str]:
    """
    The rows whose columns have these values (a list: one of them), as lines with a cell per column of `columns`.

    Cells that were written by `line_of` read the same, sign by sign, so that they may be compared as they stand.
    """
    tests = sql.SQL(" AND ").join(
        sql.SQL("{} = ANY({})" if isinstance(value, list) else "{} = {}").format(sql.Identifier(name), sql.Literal(value))
        for name, value in where.items()
    )
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    asked = sql.SQL("SELECT {} FROM {} WHERE {}").format(names, sql.Identifier("hub", table), tests)
    return list(copied(work, query=asked))


def copied(work: Work, *, query: sql.Composable) -> Iterator[str]:
    """The rows that a query answers, as lines with a cell per column; the connection hears nothing else until the last was drawn."""
    with _cursor(work).copy(sql.SQL("COPY ({}) TO STDOUT").format(query)) as copy:
        for line in copy:
            yield bytes(line).decode()[:-1]


def text_of(cell: str) -> str | None:
    """What stands in a cell of a line, None for NULL."""
    if cell == NULL:
        return None
    if "\\" not in cell:
        return cell
    signs = iter(cell)
    return "".join(_READ_BACK[next(signs)] if sign == "\\" else sign for sign in signs)


def bytes_of(cell: str) -> bytes:
    """The bytes in a cell of a line."""
    return bytes.fromhex(cell.removeprefix("\\\\x"))


class _Load:
    """The rows on their way: in a temporary table when there are many of them, as values in the statement when there are few."""

    def __init__(self, work: Work, table: str, columns: Sequence[str]) -> None:
        self.cursor = _cursor(work)
        self.columns, self.few = columns, list[list[str | None]]()
        self.words = {
            "target": sql.Identifier("hub", table), "load": sql.Identifier(f"load_{table}_{len(columns)}"),
            "names": sql.SQL(", ").join(map(sql.Identifier, columns)),
        }  # fmt: skip

    def fill(self, lines: Iterable[str]) -> int:
        """Take the lines in and tell how many there were."""
        some = iter(lines)
        first = list(islice(some, FEW))
        if len(first) < FEW:
            self.few = [list(map(text_of, line.split("\t"))) for line in first]
            return len(first)
        self._run("CREATE TEMPORARY TABLE IF NOT EXISTS {load} ON COMMIT DROP AS SELECT {names} FROM {target} WITH NO DATA")
        self._run("TRUNCATE {load}")
        every, count = chain(first, some), 0
        with self.cursor.copy(sql.SQL("COPY {load} ({names}) FROM STDIN").format(**self.words)) as copy:
            while block := list(islice(every, AT_ONCE)):
                copy.write("\n".join(block) + "\n")
                count += len(block)
        return count

    def insert(self, replacing: Sequence[str]) -> None:
        """Into the table with them; in place of the rows that agree in these columns, if there are such columns."""
        others = [name for name in self.columns if name not in replacing]
        instead = sql.SQL(" ON CONFLICT ({}) DO UPDATE SET {}").format(
            _each("{0}", replacing, ", "), _each("{0} = excluded.{0}", others, ", ")
        )
        after = instead if replacing else sql.SQL("")
        if not self.few:
            self._run("INSERT INTO {target} ({names}) SELECT {names} FROM {load}{after}", after=after)
            return
        row = sql.SQL("({})").format(sql.SQL(", ").join(sql.Placeholder() * len(self.columns)))
        rows = sql.SQL(", ").join([row] * len(self.few))
        every = [cell for cells in self.few for cell in cells]
        self._run("INSERT INTO {target} ({names}) VALUES {rows}{after}", every, rows=rows, after=after)

    def update(self, key: Sequence[str]) -> None:
        """Give the rows of the table with these keys the other values."""
        others = [name for name in self.columns if name not in key]
        if not self.few:
            changes, same = _each("{0} = new.{0}", others, ", "), _each("old.{0} = new.{0}", key, " AND ")
            self._run("UPDATE {target} AS old SET {changes} FROM {load} AS new WHERE {same}", changes=changes, same=same)
        for cells in self.few:
            values = [cells[self.columns.index(name)] for name in (*others, *key)]
            changes, same = _each("{0} = %s", others, ", "), _each("{0} = %s", key, " AND ")
            self._run("UPDATE {target} SET {changes} WHERE {same}", values, changes=changes, same=same)

    def _run(self, statement: str, values: Sequence[str | None] = (), **more: sql.Composable) -> None:
        self.cursor.execute(sql.SQL(statement).format(**self.words, **more), values)


def _each(form: str, names: Sequence[str], between: str) -> sql.Composable:
    return sql.SQL(between).join(sql.SQL(form).format(sql.Identifier(name)) for name in names)


def _cursor(work: Work) -> "psycopg.Cursor[Any]":
    raw = work.session.connection().connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    return raw.cursor()


def _text(value: Any) -> str:
    return str(value).translate(_ESCAPED)


def _array(value: Any) -> str:
    return "{" + ",".join(["NULL" if item is None else _item(item) for item in value]) + "}"


def _item(item: object) -> str:
    written = _WRITERS[item.__class__](item)
    if not isinstance(item, str) or (_IS_PLAIN(item) and item.upper() != "NULL"):
        return written
    return '"' + written.replace("\\\\", "\\\\\\\\").replace('"', '\\\\"') + '"'


class _Writers(dict[type, Callable[[Any], str]]):
    """How each type is written; a word of an enumeration as a text, anything else not at all."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        if not issubclass(kind, str):
            raise TypeError(f"{kind.__name__} is no cell of a table")
        return self.setdefault(kind, _text)


_WRITERS = _Writers({
    type(None): lambda _: NULL,
    str: _text,
    bool: lambda value: "t" if value else "f",
    int: str,
    bytes: lambda value: "\\\\x" + value.hex(),
    date: date.isoformat,
    datetime: datetime.isoformat,
    UUID: str,
    list: _array,
})  # fmt: skip
