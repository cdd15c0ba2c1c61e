"""Minutes under one root: each text can be checked by itself, and nothing tells how many there are."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kernel.errors import Invalid
from hub.meetings.leaves import DEPTH, SIZE, is_under, leaf_of, path, seal

SALTS = [hashlib.sha256(bytes([number])).hexdigest() for number in range(SIZE)]


def texts(number: int) -> list[dict[str, object]]:
    return [{"code": f"K7F{no}", "words": f"tekst {no}"} for no in range(number)]


def root_by_hand(leaves: list[bytes]) -> bytes:
    """RFC 6962 once more, as plainly as it can be said."""
    if len(leaves) == 1:
        return leaves[0]
    half = len(leaves) // 2
    return hashlib.sha256(b"\x01" + root_by_hand(leaves[:half]) + root_by_hand(leaves[half:])).digest()


@given(st.integers(0, SIZE), st.randoms())
def test_every_text_stands_under_the_root_by_a_path_of_six_and_no_other_text_does(number: int, random) -> None:  # type: ignore[no-untyped-def]
    salts = random.sample(SALTS, SIZE)
    sealed = seal(texts(number), salts=salts)

    assert (len(sealed.leaves), sealed.root) == (SIZE, root_by_hand(list(sealed.leaves)))
    for text, salt, place in zip(texts(number), salts, sealed.places, strict=False):
        proof = path(sealed.leaves, place=place)
        assert len(proof) == DEPTH
        assert is_under(leaf_of(text, salt=salt), place=place, path=proof, root=sealed.root)
        assert not is_under(leaf_of({**text, "words": "anders"}, salt=salt), place=place, path=proof, root=sealed.root)
        assert not is_under(leaf_of(text, salt=SALTS[0] + "x"), place=place, path=proof, root=sealed.root)


def test_places_follow_the_drawn_salts_and_not_the_order_of_the_texts() -> None:
    assert list(seal(texts(5), salts=SALTS).places) == [sorted(SALTS).index(salt) for salt in SALTS[:5]]


def test_more_texts_than_leaves_or_a_salt_twice_are_refused() -> None:
    with pytest.raises(Invalid, match="hoogstens 64"):
        seal(texts(SIZE + 1), salts=SALTS)
    with pytest.raises(ValueError, match="salt"):
        seal(texts(1), salts=[*SALTS[:-1], SALTS[0]])
