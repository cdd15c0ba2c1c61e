"""Sixty-four leaves under one root: what shows that minutes did not change, and tells nothing of how many texts there are.

Each text has a leaf of its own with a salt, at a place that was drawn; the other places hold leaves of nothing. So every path is six long,
a text that was taken away leaves its leaf, and who holds one text with its salt and path can check it against the root by RFC 6962 alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.audit import merkle
from hub.kernel.errors import Invalid

SIZE = 64
DEPTH = 6


@dataclass(frozen=True, slots=True)
class Sealed:
    """The leaves in their order, their root, and at which place each text stands."""

    leaves: tuple[bytes, ...]
    root: bytes
    places: tuple[int, ...]


def seal(texts: Sequence[Mapping[str, object]], *, salts: Sequence[str]) -> Sealed:
    """
    Put these texts under one root; of the 64 salts each text takes one, in their order, and the rest makes leaves of nothing.

    A leaf stands where its salt would stand among all salts in order: drawn salts make drawn places. Invalid for more than 64 texts.
    """
    if len(texts) > SIZE:
        raise Invalid(f"Een verslag van een blok heeft hoogstens {SIZE} teksten.")
    if len(salts) != SIZE or len(set(salts)) != SIZE:
        raise ValueError("a salt of its own for every leaf")
    drawn = sorted(salts)
    filled = {drawn.index(salt): leaf_of(text, salt=salt) for text, salt in zip(texts, salts, strict=False)}
    leaves = tuple(filled.get(place) or merkle.leaf_hash(salt.encode()) for place, salt in enumerate(drawn))
    return Sealed(leaves, merkle.root_of(merkle.in_memory(leaves), size=SIZE), tuple(filled))


def leaf_of(text: Mapping[str, object], *, salt: str) -> bytes:
    """The leaf of one text; without the salt it tells nothing about a text that was taken away."""
    said = json.dumps(dict(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return merkle.leaf_hash(salt.encode() + said.encode())


def path(leaves: Sequence[bytes], *, place: int) -> tuple[bytes, ...]:
    """The six neighbours on the way from this place up to the root."""
    return tuple(merkle.inclusion_proof(merkle.in_memory(leaves), index=place, size=SIZE))


def is_under(leaf: bytes, *, place: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether this leaf stands at this place under this root."""
    return len(path) == DEPTH and merkle.is_included(leaf, index=place, size=SIZE, proof=path, root=root)
