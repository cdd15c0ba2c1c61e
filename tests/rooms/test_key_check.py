"""The key directory belongs to the database: with other keys nothing is read and nothing is written."""

from pathlib import Path

import pytest

from hub.kernel.words import Month
from hub.pseudonyms.actions import OtherKeys, hold_keys_to_database
from hub.pseudonyms.keys import KeyRing, load_keys, make_keys
from tests.cast import Cast


def other_keys(tmp_path: Path) -> KeyRing:
    make_keys(tmp_path / "other", month=Month(2026, 11))
    return load_keys(tmp_path / "other")


def test_the_same_keys_are_welcome_again_and_again(cast: Cast):
    for _ in range(2):
        with cast.as_clerk(None) as work:
            hold_keys_to_database(work, keys=cast.house.keys)


def test_other_keys_are_refused_with_a_sentence_and_noted_nowhere(cast: Cast, tmp_path: Path, superuser):
    with cast.as_clerk(None) as work:
        hold_keys_to_database(work, keys=cast.house.keys)

    with pytest.raises(OtherKeys, match="horen niet bij deze gegevens"), cast.as_clerk(None) as work:
        hold_keys_to_database(work, keys=other_keys(tmp_path))

    assert superuser.execute("SELECT count(*) FROM hub.key_check").fetchone() == (1,)
