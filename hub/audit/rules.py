"""How tampering with the journal shows: in the lines themselves, against sealed checkpoints, and against one that was remembered."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hub.audit.merkle import TILE, Growing, fold, is_consistent, leaf_hash

Tiles = Callable[[int, int], bytes | None]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """So many lines, this root; worth something once a seal was checked."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """One numbered line; its data are gone after its term, its hash stays."""

    seq: int
    data: bytes | None
    leaf: bytes


def faults(lines: Iterable[Line], *, head: Checkpoint, checkpoints: Iterable[Checkpoint], tiles: Tiles | None = None) -> Iterator[str]:
    """
    A Dutch sentence for everything in this journal that does not fit; nothing when all of it does.

    Looks at every line once and keeps little in memory. A journal that was rewritten and sealed anew with the real key passes here:
    that shows only against a checkpoint that somebody else remembered (`follows`).
    """
    growing, sealed = Growing(), {checkpoint.size: checkpoint.root for checkpoint in checkpoints}
    shelf = _Shelf(tiles)
    if 0 in sealed and sealed[0] != growing.root:
        yield "Het zegel over een leeg journaal klopt niet."
    for line in lines:
        if line.seq != growing.size:
            yield f"Op plaats {growing.size} hoort een regel, maar de volgende heeft nummer {line.seq}."
            return
        if line.data is not None and leaf_hash(line.data) != line.leaf:
            yield f"Regel {line.seq} is gewijzigd."
        growing.add([line.leaf])
        yield from shelf.put(line.leaf)
        if sealed.pop(growing.size, growing.root) != growing.root:
            yield f"Het zegel over {growing.size} regels klopt niet met de regels."
    yield from (f"Er is een zegel over {size} regels, maar er zijn er {growing.size}." for size in sorted(sealed) if size > growing.size)
    if (head.size, head.root) != (growing.size, growing.root):
        yield f"De kop van het journaal zegt {head.size} regels met een andere wortel dan de {growing.size} regels geven."


def follows(seen: Checkpoint, *, offered: Checkpoint, proof: Sequence[bytes]) -> str | None:
    """None when the offered checkpoint only adds lines to the one seen before; else the sentence that says what is wrong."""
    if offered.size < seen.size:
        return f"Het journaal is korter dan eerst: {offered.size} regels in plaats van {seen.size}."
    if offered.size == seen.size and offered.root != seen.root:
        return f"Er zijn twee verschillende journalen van {seen.size} regels."
    if seen.size and not is_consistent((seen.size, seen.root), new=(offered.size, offered.root), proof=proof):
        return f"Het journaal van {offered.size} regels is geen vervolg op dat van {seen.size} regels."
    return None


@dataclass(slots=True)
class _Shelf:
    """Holds what was stored of the tree against what the lines give, tile by tile."""

    stored: Tiles | None
    _open: dict[int, list[bytes]] = field(default_factory=dict)
    _full: dict[int, int] = field(default_factory=dict)

    def put(self, node: bytes, level: int = 0) -> Iterator[str]:
        if self.stored is None:
            return
        nodes = self._open.setdefault(level, [])
        nodes.append(node)
        if len(nodes) < TILE:
            return
        number = self._full.get(level, 0)
        if self.stored(level, number) != b"".join(nodes):
            yield f"Tegel {level}/{number} van het journaal klopt niet met de regels."
        self._open[level], self._full[level] = [], number + 1
        yield from self.put(fold(nodes), level + 1)


def of_stored(tiles: Mapping[tuple[int, int], bytes]) -> Tiles:
    """A reader over tiles in memory."""
    return lambda level, number: tiles.get((level, number))
