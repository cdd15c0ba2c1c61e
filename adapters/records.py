"""Reads JSON (a list of objects, or one object per line) as rows of text; runs only in the confined child process."""

import json
from collections.abc import Iterator
from typing import IO

from adapters.layout import FORBIDDEN, LIST_MARK, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Row
from hub.cases.draft import Unreadable

DEEPEST = 50
_LONGEST_LINE = 1_000_000
_CUT_OFF = "Dit JSON-bestand is niet helemaal aangekomen of niet geldig (bij teken {place}). Maak de export opnieuw."

Record = dict[str, str]


def record_rows(file: IO[bytes], *, path: str) -> Iterator[Row]:
    """First the names of the columns as row 0, then every record: row 1 is the first; `path` leads to the list (`result.records`)."""
    found = _loads(_decoded(file.read()))
    for step in (step for step in path.split(".") if step):
        if not isinstance(found, dict) or step not in found:
            raise Unreadable(f"In dit JSON-bestand ontbreekt de lijst '{path}'.")
        found = found[step]
    if not isinstance(found, list):
        place = f"bij '{path}'" if path else "bovenaan"
        raise Unreadable(f"In dit JSON-bestand staat {place} geen lijst van objecten.")
    if len(found) > MOST_ROWS["json"]:
        raise Unreadable(f"Dit JSON-bestand heeft {len(found)} records; we lezen er hoogstens {MOST_ROWS['json']}.")
    records = [_flat(thing, row=number) for number, thing in enumerate(found, start=1)]
    yield from _with_header(records)


def line_rows(file: IO[bytes]) -> Iterator[Row]:
    """The same for a file with one object per line; the file is read twice, so memory stays flat."""
    header: dict[str, None] = {}
    for _, record in _lines(file):
        header.update(dict.fromkeys(record))
        _refuse_width(header)
    names = list(header)
    yield 0, names
    file.seek(0)
    for number, record in _lines(file):
        yield number, [record.get(name, "") for name in names]


def _with_header(records: list[Record]) -> Iterator[Row]:
    header: dict[str, None] = {}
    for record in records:
        header.update(dict.fromkeys(record))
        _refuse_width(header)
    yield 0, list(header)
    for number, record in enumerate(records, start=1):
        yield number, [record.get(name, "") for name in header]


def _refuse_width(header: dict[str, None]) -> None:
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"Deze records hebben samen meer dan {MOST_COLUMNS} velden; we lezen er hoogstens {MOST_COLUMNS}.")


def _lines(file: IO[bytes]) -> Iterator[tuple[int, Record]]:
    number = 0
    while line := file.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            raise Unreadable(f"Regel {number} is langer dan {_LONGEST_LINE} tekens. We lezen dit bestand niet.")
        if number > MOST_ROWS["jsonl"]:
            raise Unreadable(f"Dit bestand heeft meer dan {MOST_ROWS['jsonl']} regels. Lever het in delen.")
        if text := _decoded(line).strip():
            yield number, _flat(_loads(text), row=number)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeError:
        raise Unreadable("Dit JSON-bestand is niet overal geldig UTF-8. We lezen het niet.") from None


def _loads(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise Unreadable(_CUT_OFF.format(place=error.pos + 1)) from None
    except RecursionError:
        raise Unreadable(f"Dit JSON-bestand is dieper genest dan {DEEPEST} niveaus. We lezen het niet.") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Unreadable(f"In dit JSON-bestand staat de sleutel '{twice[:50]}' twee keer in één object. We lezen het niet.")
    return made


def _refuse_constant(word: str) -> object:
    raise Unreadable(f"In dit JSON-bestand staat '{word}'. Dat is geen geldige JSON.")


def _flat(thing: object, *, row: int) -> Record:
    if not isinstance(thing, dict):
        raise Unreadable(f"Record {row} is geen object met velden.")
    record: Record = {}
    for name, value in _leaves(thing, prefix="", depth=1):
        record[name] = value if name not in record else record[name] + LIST_MARK + value
    return record


def _leaves(thing: object, *, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    """The fields as (name, text): `a.b` for an object in an object; a list becomes one text with marks between its items."""
    if depth > DEEPEST:
        raise Unreadable(f"Dit JSON-bestand is dieper genest dan {DEEPEST} niveaus. We lezen het niet.")
    if isinstance(thing, dict):
        for key, value in thing.items():
            name = " ".join(str(key).split())
            yield from _leaves(value, prefix=f"{prefix}.{name}" if prefix else name, depth=depth + 1)
    elif isinstance(thing, list):
        if not thing:
            yield prefix, ""
        for item in thing:
            yield from _leaves(item, prefix=prefix, depth=depth + 1)
    else:
        yield prefix, _text(thing)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if FORBIDDEN.search(text):
        raise Unreadable("Dit JSON-bestand bevat tekens die niet in een tekst horen (besturingstekens). We lezen het niet.")
    if len(text) > LONGEST_CELL:
        raise Unreadable(f"In dit JSON-bestand staat een veld met meer dan {LONGEST_CELL} tekens. We lezen het niet.")
    return text
