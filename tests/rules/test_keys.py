"""The key ring: the printed vectors, what a seal is bound to, and what is refused of a key directory."""

import json
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from hub.kernel.errors import Invalid
from hub.kernel.words import Month, Secret
from hub.pseudonyms.keys import KeyRing, KeysUnfit, SealBroken, canonical, load_keys, make_keys

MASTER = bytes(range(32))
RING = KeyRing({1: MASTER}, 1, {"2026-11": bytes(32)})
DAY = date(2026, 11, 4)
DRENTHE, POLICE = "bureau-drenthe", "politie-noord-nederland"
PLACE = {"giver": DRENTHE, "kind": "case", "contribution": "c1"}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    make_keys(tmp_path / "sleutels", month=Month(2026, 11))
    return tmp_path / "sleutels"


@pytest.mark.parametrize(
    ("label", "scope", "derived"),
    [
        ("source-index", DRENTHE, "23a503a8f83d5d0fe3bf3252da0489494f6cb2e65ac54d9ea9a79128d782afee"),
        ("source-index", POLICE, "cf59ff0c1bb3c3a5fae3ad3db662a394a4800f036f582f54ff0d81b30a2bfa4d"),
        ("source-cipher", DRENTHE, "063bf5c320123e42914f13f469122a1d6d0ffde351507b3174ef8fc95285ecdb"),
        ("link-token", "-", "f8a2d4794f3829a02d43150b5c5c9f407f5b77db424f844337c62821b95e7f7f"),
    ],
)
def test_the_printed_keys_are_derived(label: str, scope: str, derived: str) -> None:
    assert RING._key(label, 1, scope).hex() == derived


@pytest.mark.parametrize(
    ("giver", "index"),
    [
        (DRENTHE, "cc1c859ac3d5b6264b494561932f0c1feebe113869b5ada31d15900c2d90d4cc"),
        (POLICE, "82375b9430f52d1d4f5f8c2ee63851e5d9bb218593b6bcad0353269b57ac9b21"),
    ],
)
def test_the_printed_indexes_are_found_and_differ_per_giver(giver: str, index: str) -> None:
    assert RING.index(Secret(" 2026-00123 "), giver=giver, kind="case").hex() == index


@pytest.mark.parametrize(
    ("kind", "trait", "token"),
    [
        ("phone", "+31612345678", "c96afda3326e258d94de48befa0e88724ea127d2889e4bf21d2ee78de6bb9b84"),
        ("police", "PL0100|2026|123456", "ae0445a46eee75a8718ebce2def1a8f3fa049d443967c7cd94a5957b3734e220"),
        ("email", "j.jansen@example.nl", "0e53262fa4a1d2652f5740066f012846c0c20394a7e2a8a54bf684a9b583b151"),
    ],
)
def test_the_printed_linking_tokens_are_made(kind: str, trait: str, token: str) -> None:
    assert RING.token(Secret(trait), kind=kind).hex() == token


def test_the_printed_ciphertext_opens_to_the_printed_reference() -> None:
    printed = "d2c322c2facce12bbc368d658a74859513f75b8864bc8ead5a3d9bb36e005298712259eddcfcfcf049942b8aa98c644d"
    made = AESGCMSIV(RING._key("source-cipher", 1, DRENTHE)).encrypt(bytes(12), b"2026-00123\x80" + bytes(21), b"bureau-drenthe|case|c1|1")

    opened = RING.open_reference(bytes(12) + bytes.fromhex(printed), **PLACE, version=1)

    assert made.hex() == printed
    assert opened.reveal() == "2026-00123"


def test_a_sealed_reference_opens_in_its_own_place_only() -> None:
    sealed = RING.seal_reference(Secret("2026-00123"), **PLACE)

    assert RING.open_reference(sealed, **PLACE, version=1).reveal() == "2026-00123"
    for elsewhere in ({"giver": POLICE}, {"kind": "update"}, {"contribution": "c2"}, {"version": 2}):
        with pytest.raises(SealBroken):
            RING.open_reference(sealed, **{**PLACE, "version": 1, **elsewhere})
    with pytest.raises(SealBroken):
        RING.open_reference(sealed[:20], **PLACE, version=1)


def test_references_of_another_length_give_ciphers_of_the_same_length() -> None:
    lengths = {len(RING.seal_reference(Secret("7" * size), **PLACE)) for size in range(1, 32)}

    assert lengths == {12 + 32 + 16}
    for size in (31, 32, 64):
        sealed = RING.seal_reference(Secret("7" * size), **PLACE)
        assert RING.open_reference(sealed, **PLACE, version=1).reveal() == "7" * size


@pytest.mark.parametrize(("offered", "kept"), [("  a-1 \t b ", "A-1 B"), ("Ａ１", "A1"), ("12-3", "12-3"), ("1\u00a02", "1 2")])
def test_a_reference_is_compared_in_one_spelling(offered: str, kept: str) -> None:
    assert canonical(Secret(offered)).reveal() == kept


@pytest.mark.parametrize("offered", ["", "  ", "7" * 65, "a\x00b", "a\u200bb", "a\x1fb", "2.01905E+14", "2.01905E14", "2E+14"])
def test_what_cannot_be_a_reference_is_refused_without_repeating_it(offered: str) -> None:
    with pytest.raises(Invalid) as refusal:
        canonical(Secret(offered))

    assert not offered.strip() or offered not in refusal.value.sentence


def test_many_references_get_the_same_index_as_one_by_one() -> None:
    references = [Secret(f"2026-{number}") for number in range(50)]

    assert RING.indexes(references, giver=DRENTHE, kind="case") == [RING.index(each, giver=DRENTHE, kind="case") for each in references]


def test_both_versions_are_read_and_the_current_one_is_written() -> None:
    ring = KeyRing({1: MASTER, 2: bytes(32)}, 2, {"2026-11": bytes(32)})
    old = RING.seal_reference(Secret("A1"), **PLACE)

    assert ring.versions == (1, 2)
    assert ring.index(Secret("A1"), giver=DRENTHE, kind="case", version=1) == RING.index(Secret("A1"), giver=DRENTHE, kind="case")
    assert ring.index(Secret("A1"), giver=DRENTHE, kind="case") != RING.index(Secret("A1"), giver=DRENTHE, kind="case")
    assert ring.open_reference(old, **PLACE, version=1).reveal() == "A1"
    assert ring.open_reference(ring.seal_reference(Secret("A1"), **PLACE), **PLACE, version=2).reveal() == "A1"


def test_the_same_delivery_is_recognised_at_its_own_giver_only() -> None:
    assert RING.digest(b"x", giver=DRENTHE) == RING.digest(b"x", giver=DRENTHE)
    assert len({RING.digest(b"x", giver=DRENTHE), RING.digest(b"x", giver=POLICE), RING.digest(b"y", giver=DRENTHE)}) == 3


def test_a_retired_version_is_refused() -> None:
    with pytest.raises(SealBroken):
        RING.index(Secret("A1"), giver=DRENTHE, kind="case", version=2)


def test_a_narrative_opens_in_its_own_context_and_not_when_touched() -> None:
    sealed = RING.seal_text("De [melder] werd uitgescholden.", context=b"1|c1|narrative", day=DAY)

    assert RING.open_text(sealed, context=b"1|c1|narrative") == "De [melder] werd uitgescholden."
    with pytest.raises(SealBroken):
        RING.open_text(sealed, context=b"2|c1|narrative")
    for place in (0, 3, 20, 50, len(sealed) - 1):
        touched = bytearray(sealed)
        touched[place] ^= 1
        with pytest.raises(SealBroken):
            RING.open_text(bytes(touched), context=b"1|c1|narrative")
    with pytest.raises(SealBroken):
        RING.open_text(sealed[:60], context=b"1|c1|narrative")


def test_the_same_narrative_is_sealed_differently_each_time() -> None:
    assert RING.seal_text("x", context=b"c", day=DAY) != RING.seal_text("x", context=b"c", day=DAY)


def test_a_narrative_is_gone_once_the_key_of_its_month_is_destroyed() -> None:
    both = KeyRing({1: MASTER}, 1, {"2026-10": bytes(32), "2026-11": b"k" * 32})
    sealed = both.seal_text("x", context=b"c", day=DAY)

    assert sealed[1:8] == b"2026-11"
    with pytest.raises(SealBroken):
        KeyRing({1: MASTER}, 1, {"2026-10": bytes(32)}).open_text(sealed, context=b"c")


def test_a_narrative_is_sealed_under_the_newest_key_that_is_not_of_a_later_month() -> None:
    ring = KeyRing({1: MASTER}, 1, {"2026-09": bytes(32), "2026-11": bytes(32)})
    epochs = [ring.seal_text("x", context=b"c", day=date(2026, month, 1))[1:8] for month in (8, 9, 10, 11, 12)]

    assert epochs == [b"2026-09", b"2026-09", b"2026-09", b"2026-11", b"2026-11"]


def test_made_keys_are_for_their_owner_alone_and_are_not_made_again(directory: Path) -> None:
    before = {file.name: file.read_bytes() for file in directory.iterdir()}

    made = make_keys(directory, month=Month(2026, 12))

    assert sorted(before) == ["kek-2026-11", "pseudonyms.json"]
    assert [file.name for file in made] == ["kek-2026-12"]
    assert all((directory / name).read_bytes() == content for name, content in before.items())
    assert {file.stat().st_mode & 0o777 for file in directory.iterdir()} == {0o400}
    assert directory.stat().st_mode & 0o777 == 0o700


def test_a_loaded_ring_opens_what_it_sealed_before(directory: Path) -> None:
    sealed = load_keys(directory).seal_text("x", context=b"c", day=DAY)

    assert load_keys(directory).open_text(sealed, context=b"c") == "x"


def test_no_key_shows_in_the_text_of_a_ring() -> None:
    assert repr(RING) == "KeyRing(current=1)"


def test_the_fingerprint_tells_keys_apart() -> None:
    other = KeyRing({1: bytes(32)}, 1, {"2026-11": bytes(32)})

    assert len(RING.fingerprint(label="source-index", scope=DRENTHE)) == 8
    assert RING.fingerprint(label="source-index", scope=DRENTHE) != other.fingerprint(label="source-index", scope=DRENTHE)


def written(file: Path, content: bytes, mode: int = 0o400) -> None:
    file.unlink(missing_ok=True)
    file.write_bytes(content)
    file.chmod(mode)


def spoil(directory: Path, how: str) -> None:
    masters, kek = directory / "pseudonyms.json", directory / "kek-2026-11"
    short = json.dumps({"masters": {"1": "AAAA"}, "current": 1}).encode()
    unknown = json.dumps({**json.loads(masters.read_bytes()), "current": 9}).encode()
    deeds = {
        "masters gone": lambda: masters.unlink(),
        "masters open": lambda: masters.chmod(0o440),
        "masters no JSON": lambda: written(masters, b"{"),
        "masters a list": lambda: written(masters, b"[]"),
        "master short": lambda: written(masters, short),
        "current unknown": lambda: written(masters, unknown),
        "kek gone": lambda: kek.unlink(),
        "kek short": lambda: written(kek, b"short"),
        "kek writable": lambda: kek.chmod(0o600),
        "directory open": lambda: directory.chmod(0o777),
    }
    deeds[how]()


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("masters gone", "is er niet"), ("masters open", "te ver open"), ("masters no JSON", "beschadigd"),
        ("masters a list", "beschadigd"),
        ("master short", "beschadigd"), ("current unknown", "beschadigd"), ("kek gone", "ontbreekt een maandsleutel"),
        ("kek short", "ontbreekt een maandsleutel"), ("kek writable", "te ver open"), ("directory open", "kunnen anderen schrijven"),
    ],
)  # fmt: skip
def test_an_unfit_key_directory_is_refused_with_one_sentence(directory: Path, how: str, words: str) -> None:
    spoil(directory, how)

    with pytest.raises(KeysUnfit, match=words):
        load_keys(directory)


def test_a_missing_key_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeysUnfit, match=r"schakel keys make"):
        load_keys(tmp_path / "nergens")


def test_every_drawn_key_differs(tmp_path: Path) -> None:
    contents = set()
    for name in ("a", "b"):
        make_keys(tmp_path / name, month=Month(2026, 11))
        contents |= {file.read_bytes() for file in (tmp_path / name).iterdir()}

    assert len(contents) == 4
