"""What stands in the journal: a partner's own lines, newest first, and the verdict over all of it."""

import json
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from hub.audit.rules import Checkpoint, Line, faults
from hub.audit.seal import SealWrong, Verifier, open_checkpoint
from hub.kernel.database import Work

NEWEST = text("SELECT seq, at, data, leaf FROM audit.entry WHERE partner = :partner ORDER BY at DESC LIMIT :limit")
NUMBERED = text("SELECT seq, data, leaf FROM audit.entry WHERE seq IS NOT NULL ORDER BY seq")
HEAD = text("SELECT size, root, note FROM audit.head")
CHECKPOINTS = text("SELECT size, root, note FROM audit.checkpoint ORDER BY size")
TILE = text("SELECT h FROM audit.tile WHERE level = :level AND n = :n")
AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as its partner reads it. After its term only its number, moment and hash are left, and `event` is None."""

    seq: int | None
    at: datetime
    leaf: str
    event: str | None
    actor: str | None
    roles: tuple[str, ...]
    subject: Mapping[str, object]
    recipients: tuple[str, ...]
    giver: str | None
    reason: str | None
    outcome: str | None
    rest: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many lines and seals were looked at, and a sentence per thing that does not fit."""

    size: int
    checkpoints: int
    faults: tuple[str, ...]


def entries(work: Work, *, limit: int) -> tuple[Entry, ...]:
    """The newest lines of the acting partner."""
    return _entries(work, partner=work.partner, limit=limit)


def hub_entries(work: Work, *, limit: int) -> tuple[Entry, ...]:
    """The newest lines that belong to no partner: refused logins, deeds of the operator. Only the hub itself gets any."""
    return _entries(work, partner=0, limit=limit)


def verdict(work: Work, *, verifier: Verifier) -> Verdict:
    """Everything that is wrong with the whole journal, recomputed line by line; needs the role of the log."""
    head = work.session.execute(HEAD).one()
    sealed, wrong = _checkpoints(work, verifier)
    if head.size and (head.note is None or _opened(head.note, verifier) != Checkpoint(head.size, bytes(head.root))):
        wrong.append("De kop van het journaal is niet met de sleutel van dit journaal verzegeld.")
    told = Checkpoint(head.size, bytes(head.root))
    with closing(_lines(work)) as lines:
        found = tuple(faults(lines, head=told, checkpoints=sealed, tiles=lambda level, number: _tile(work, level, number)))
    return Verdict(head.size, len(sealed), (*wrong, *found))


def oldest_unsealed(work: Work) -> datetime | None:
    """Since when a line waits for its number and seal, by PostgreSQL's own watch; None when none does. Needs the role of the log."""
    found: datetime | None = work.session.execute(text("SELECT min(at) FROM audit.entry WHERE seq IS NULL")).scalar()
    return found


def _entries(work: Work, *, partner: int, limit: int) -> tuple[Entry, ...]:
    rows = work.session.execute(NEWEST, {"partner": partner, "limit": limit})
    return tuple(_entry(row.seq, row.at, row.data, bytes(row.leaf)) for row in rows)


def _entry(seq: int | None, at: datetime, data: bytes | None, leaf: bytes) -> Entry:
    said: dict[str, Any] = json.loads(data) if data is not None else {}
    known = ("k", "actor", "rol", "object", "ontvangers", "gever", "reden", "uitkomst", "tijd", "nonce", "partner")
    return Entry(
        seq=seq,
        at=datetime.fromisoformat(said["tijd"]) if said else at,
        leaf=leaf.hex(),
        event=said.get("k"),
        actor=said.get("actor"),
        roles=tuple(said.get("rol", ())),
        subject=said.get("object", {}),
        recipients=tuple(said.get("ontvangers", ())),
        giver=said.get("gever"),
        reason=said.get("reden"),
        outcome=said.get("uitkomst"),
        rest={key: value for key, value in said.items() if key not in known},
    )


def _lines(work: Work) -> Generator[Line, None, None]:
    with work.session.execute(NUMBERED, execution_options={"stream_results": True, "yield_per": AT_ONCE}) as rows:
        for seq, data, leaf in rows:
            yield Line(seq, None if data is None else bytes(data), bytes(leaf))


def _checkpoints(work: Work, verifier: Verifier) -> tuple[list[Checkpoint], list[str]]:
    sealed, wrong = [], []
    for size, root, note in work.session.execute(CHECKPOINTS):
        opened = _opened(note, verifier)
        if opened == Checkpoint(size, bytes(root)):
            sealed.append(opened)
        else:
            wrong.append(f"Het zegel over {size} regels is niet met de sleutel van dit journaal gemaakt.")
    return sealed, wrong


def _opened(note: str, verifier: Verifier) -> Checkpoint | None:
    try:
        return open_checkpoint(note, verifier=verifier)
    except SealWrong:
        return None


def _tile(work: Work, level: int, number: int) -> bytes | None:
    stored = work.session.execute(TILE, {"level": level, "n": number}).scalar_one_or_none()
    return None if stored is None else bytes(stored)
