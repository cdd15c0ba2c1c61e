"""
The tree over the journal's lines (RFC 6962 and 9162): its root, its proofs, and how anybody checks them.

A tree is known by a reader of hashes: `hashes(level, first, count)` gives roots of complete subtrees of 256^level leaves, the shape
of C2SP's tiles. So the same functions work on a list in memory, on tiles in a database and on files of a partner.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

Hashes = Callable[[int, int, int], Sequence[bytes]]
EMPTY = sha256(b"").digest()
TILE = 256
TILE_HEIGHT = 8


def leaf_hash(data: bytes) -> bytes:
    """The hash of one line."""
    return sha256(b"\x00" + data).digest()


def node_hash(pair: tuple[bytes, bytes]) -> bytes:
    """The hash of two neighbours."""
    return sha256(b"\x01" + pair[0] + pair[1]).digest()


def in_memory(leaves: Sequence[bytes]) -> Hashes:
    """A reader over a list of leaf hashes."""

    def hashes(level: int, first: int, count: int) -> Sequence[bytes]:
        width = TILE**level
        return [fold(leaves[at * width : (at + 1) * width]) for at in range(first, first + count)]

    return hashes


def fold(nodes: Sequence[bytes]) -> bytes:
    """The root of a complete subtree: a power of two of nodes that stand side by side."""
    while len(nodes) > 1:
        nodes = [node_hash((nodes[at], nodes[at + 1])) for at in range(0, len(nodes), 2)]
    return nodes[0]


def root_of(hashes: Hashes, *, size: int) -> bytes:
    """The root of the first `size` leaves."""
    return _range(hashes, 0, size) if size else EMPTY


def inclusion_proof(hashes: Hashes, *, index: int, size: int) -> list[bytes]:
    """The neighbours on the way from leaf `index` up to the root of the first `size` leaves."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    proof, first, count = list[bytes](), 0, size
    while count > 1:
        left = _largest_half(count)
        if index < first + left:
            proof.append(_range(hashes, first + left, count - left))
            count = left
        else:
            proof.append(_range(hashes, first, left))
            first, count = first + left, count - left
    return proof[::-1]


def consistency_proof(hashes: Hashes, *, old: int, size: int) -> list[bytes]:
    """What shows that the tree of `size` leaves begins with the tree of its first `old` ones."""
    if not 0 < old <= size:
        raise ValueError("no such older tree")
    proof, first, count, wanted, is_whole = list[bytes](), 0, size, old, True
    while wanted != count:
        left = _largest_half(count)
        if wanted <= left:
            proof.append(_range(hashes, first + left, count - left))
            count = left
        else:
            proof.append(_range(hashes, first, left))
            first, count, wanted, is_whole = first + left, count - left, wanted - left, False
    return (proof if is_whole else [*proof, _range(hashes, first, count)])[::-1]


def is_included(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether this leaf stands at this place in the tree with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, result = index, size - 1, leaf
    for neighbour in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash((neighbour, result))
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash((result, neighbour))
        place, last = place >> 1, last >> 1
    return last == 0 and result == root


def is_consistent(old: tuple[int, bytes], *, new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether the new tree (size, root) only adds leaves after those of the old one (RFC 9162, 2.1.4.2)."""
    (old_size, old_root), (size, root) = old, new
    if old_size == size:
        return not proof and old_root == root
    if not 0 < old_size < size or not proof:
        return False
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for neighbour in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash((neighbour, before)), node_hash((neighbour, after))
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash((after, neighbour))
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == root


def full_tiles(old: int, *, size: int) -> Iterator[tuple[int, int]]:
    """The tiles (level, number) that became full between two sizes, lower levels first."""
    level = 0
    while size := size // TILE:
        old //= TILE
        yield from ((level, number) for number in range(old, size))
        level += 1


@dataclass(slots=True)
class Growing:
    """A tree that is only added to, and knows its root at any moment; it keeps one hash per level."""

    size: int = 0
    _peaks: list[bytes] = field(default_factory=list)

    def add(self, leaves: Iterable[bytes]) -> None:
        """Put these leaves after the others."""
        for leaf in leaves:
            self.size += 1
            self._peaks.append(leaf)
            merges = self.size
            while not merges & 1:
                right, left = self._peaks.pop(), self._peaks.pop()
                self._peaks.append(node_hash((left, right)))
                merges >>= 1

    @property
    def root(self) -> bytes:
        """The root of the leaves so far."""
        if not self._peaks:
            return EMPTY
        result = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            result = node_hash((peak, result))
        return result


def _largest_half(count: int) -> int:
    """The largest power of two below this count."""
    return 1 << (count - 1).bit_length() - 1


def _range(hashes: Hashes, first: int, count: int) -> bytes:
    """The root of these leaves; `first` is a multiple of the power of two that holds them, as in every subtree of the definition."""
    if count & (count - 1):
        left = _largest_half(count)
        return node_hash((_range(hashes, first, left), _range(hashes, first + left, count - left)))
    level, rest = divmod(count.bit_length() - 1, TILE_HEIGHT)
    return fold(hashes(level, first >> TILE_HEIGHT * level, 1 << rest))
