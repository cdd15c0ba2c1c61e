"""Integrates the journal: gives new lines their number, adds them to the tree and seals its root."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.audit.merkle import TILE, Hashes, fold, full_tiles, root_of
from hub.audit.seal import Seal, sign_checkpoint
from hub.kernel.database import Work

SIZE = text("SELECT size FROM audit.head FOR UPDATE")
NUMBER = text(
    """WITH fresh AS (SELECT partner, id, row_number() OVER (ORDER BY id) - 1 + :size AS seq
                     FROM (SELECT partner, id FROM audit.entry WHERE seq IS NULL ORDER BY id LIMIT :most) AS waiting)
       UPDATE audit.entry AS e SET seq = fresh.seq FROM fresh WHERE e.partner = fresh.partner AND e.id = fresh.id"""
)
LEAVES = text("SELECT leaf FROM audit.entry WHERE seq >= :first AND seq < :stop ORDER BY seq")
TILES = text("SELECT n, h FROM audit.tile WHERE level = :level AND n >= :first AND n < :stop ORDER BY n")
PUT_TILES = text("INSERT INTO audit.tile (level, n, h) VALUES (:level, :n, :h)")
PUT_HEAD = text("UPDATE audit.head SET size = :size, root = :root, note = :note")
PUT_CHECKPOINT = text("INSERT INTO audit.checkpoint (size, root, note) VALUES (:size, :root, :note)")


@dataclass(frozen=True, slots=True)
class Integrated:
    """How many lines were added, how many there are now, and the sealed note; no note when there was nothing to add."""

    added: int
    size: int
    note: str | None


def integrate(work: Work, *, seal: Seal, most: int = 2_000) -> Integrated:
    """
    Add the oldest lines without a number to the tree and seal it, at most so many at a time.

    Needs the role of the log. Two at once wait for each other; one that is cut off leaves everything as it was.
    """
    session = work.session
    old: int = session.execute(SIZE).scalar_one()
    added: int = session.execute(NUMBER, {"size": old, "most": most}).rowcount  # type: ignore[attr-defined]
    if not added:
        return Integrated(0, old, None)
    size, hashes = old + added, stored_hashes(work)
    for level, number in full_tiles(old, size=size):
        session.execute(PUT_TILES, {"level": level, "n": number, "h": b"".join(hashes(level, number * TILE, TILE))})
    root = root_of(hashes, size=size)
    sealed = {"size": size, "root": root, "note": sign_checkpoint(seal, size=size, root=root)}
    session.execute(PUT_HEAD, sealed)
    session.execute(PUT_CHECKPOINT, sealed)
    return Integrated(added, size, str(sealed["note"]))


def stored_hashes(work: Work) -> Hashes:
    """A reader over the numbered lines and the stored tiles."""

    def hashes(level: int, first: int, count: int) -> Sequence[bytes]:
        if level == 0:
            return _leaves(work.session, first, count)
        asked = {"level": level - 1, "first": first, "stop": first + count}
        return [fold(_taken_apart(tile.h)) for tile in work.session.execute(TILES, asked)]

    return hashes


def _leaves(session: Session, first: int, count: int) -> list[bytes]:
    return [bytes(leaf) for leaf in session.execute(LEAVES, {"first": first, "stop": first + count}).scalars()]


def _taken_apart(tile: bytes) -> list[bytes]:
    return [bytes(tile[at : at + 32]) for at in range(0, len(tile), 32)]
