"""The tree over the journal: the recursive definition, every proof, and no proof for what was changed."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.audit.merkle import (
    EMPTY,
    Growing,
    consistency_proof,
    fold,
    full_tiles,
    in_memory,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 100, 255, 256, 257, 511, 513, 1_000, 66_000]
LEAVES = [leaf_hash(str(number).encode()) for number in range(66_000)]
HASHES = in_memory(LEAVES)


def defined(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 defines it, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + defined(leaves[:half]) + defined(leaves[half:])).digest()


def test_the_hashes_of_the_rfc_are_made() -> None:
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert node_hash((b"a", b"b")) == sha256(b"\x01ab").digest()


def test_the_known_tree_of_eight_leaves_has_its_known_roots() -> None:
    data = [b"", b"\x00", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"]
    growing = Growing()
    growing.add(map(leaf_hash, data))

    assert growing.root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@pytest.mark.parametrize("size", [0, *SIZES])
def test_the_root_is_the_one_of_the_definition(size: int) -> None:
    growing = Growing()
    growing.add(LEAVES[:size])

    assert root_of(HASHES, size=size) == defined(LEAVES[:size]) == growing.root
    assert growing.size == size


@pytest.mark.parametrize("size", SIZES[:-1])
def test_every_leaf_is_proved_and_no_other_leaf_place_or_root_is(size: int) -> None:
    root = root_of(HASHES, size=size)

    for index in range(size) if size < 70 else (0, 1, size // 2, size - 2, size - 1):
        proof = inclusion_proof(HASHES, index=index, size=size)
        assert is_included(LEAVES[index], index=index, size=size, proof=proof, root=root)
        assert not is_included(LEAVES[index + 1], index=index, size=size, proof=proof, root=root)
        assert not is_included(LEAVES[index], index=index + 1, size=size, proof=proof, root=root)
        assert not is_included(LEAVES[index], index=index, size=size, proof=[*proof, EMPTY], root=root)
        assert not is_included(LEAVES[index], index=index, size=size, proof=proof, root=EMPTY)
        assert not proof or not is_included(LEAVES[index], index=index, size=size, proof=proof[:-1], root=root)


@pytest.mark.parametrize("size", SIZES[:-1])
def test_growth_is_proved_and_a_changed_past_is_not(size: int) -> None:
    new = (size, root_of(HASHES, size=size))
    changed = in_memory([EMPTY, *LEAVES[1:size]])

    for old_size in range(1, size + 1) if size < 34 else (1, 2, 3, size // 2, size - 1, size):
        old = (old_size, root_of(HASHES, size=old_size))
        proof = consistency_proof(HASHES, old=old_size, size=size)
        assert is_consistent(old, new=new, proof=proof)
        assert not is_consistent((old_size, EMPTY), new=new, proof=proof)
        assert not is_consistent(old, new=(size, EMPTY), proof=proof)
        assert not is_consistent(old, new=new, proof=[*proof, EMPTY])
        assert not is_consistent(old, new=(size, root_of(changed, size=size)), proof=consistency_proof(changed, old=old_size, size=size))


def test_a_proof_in_a_large_tree_is_short_and_right() -> None:
    size = 66_000
    root = root_of(HASHES, size=size)

    for index in (0, 65_535, 65_536, 65_999):
        proof = inclusion_proof(HASHES, index=index, size=size)
        assert len(proof) <= 17
        assert is_included(LEAVES[index], index=index, size=size, proof=proof, root=root)
    proof = consistency_proof(HASHES, old=65_537, size=size)
    assert is_consistent((65_537, root_of(HASHES, size=65_537)), new=(size, root), proof=proof)


@given(old=some.integers(1, 700), more=some.integers(0, 700), index=some.integers(0, 699))
def test_what_is_proved_once_stays_proved(old: int, more: int, index: int) -> None:
    index %= old
    small, large = root_of(HASHES, size=old), root_of(HASHES, size=old + more)

    assert is_included(LEAVES[index], index=index, size=old, proof=inclusion_proof(HASHES, index=index, size=old), root=small)
    assert is_included(LEAVES[index], index=index, size=old + more, proof=inclusion_proof(HASHES, index=index, size=old + more), root=large)
    assert is_consistent((old, small), new=(old + more, large), proof=consistency_proof(HASHES, old=old, size=old + more))


def test_a_tree_gets_smaller_for_nobody() -> None:
    small, large = (5, root_of(HASHES, size=5)), (9, root_of(HASHES, size=9))

    assert not is_consistent(large, new=small, proof=consistency_proof(HASHES, old=5, size=9))
    assert not is_consistent((0, EMPTY), new=small, proof=[])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_proof(HASHES, index=index, size=size)
    assert not is_included(LEAVES[0], index=index, size=size, proof=[], root=LEAVES[0])


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3)])
def test_there_is_no_proof_for_a_tree_that_was_not_there(old: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such older tree"):
        consistency_proof(HASHES, old=old, size=size)


def test_full_tiles_are_named_once_and_lower_ones_first() -> None:
    assert list(full_tiles(0, size=255)) == []
    assert list(full_tiles(0, size=513)) == [(0, 0), (0, 1)]
    assert list(full_tiles(513, size=767)) == []
    assert list(full_tiles(65_280, size=65_536)) == [(0, 255), (1, 0)]


def test_a_reader_of_tiles_gives_the_same_root_as_the_leaves() -> None:
    tiles: dict[tuple[int, int], list[bytes]] = {}

    def hashes(level: int, first: int, count: int) -> list[bytes]:
        if level == 0:
            return LEAVES[first : first + count]
        return [fold(tiles[level - 1, number]) for number in range(first, first + count)]

    for old, size in ((0, 300), (300, 65_600), (65_600, 66_000)):
        for level, number in full_tiles(old, size=size):
            tiles[level, number] = hashes(level, number * 256, 256)
        assert root_of(hashes, size=size) == root_of(HASHES, size=size)
