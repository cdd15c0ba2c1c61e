"""The seal on the journal: the C2SP form, whose key, and what is refused of a note or a key file."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from hub.audit.merkle import EMPTY
from hub.audit.rules import Checkpoint
from hub.audit.seal import Seal, SealUnfit, SealWrong, load_seal, make_seal, open_checkpoint, read_verifier, sign_checkpoint

NAME = "schakel.example.nl/journaal"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    make_seal(tmp_path / "journaal.key", name=NAME)
    return tmp_path / "journaal.key"


@pytest.fixture
def seal(file: Path) -> Seal:
    return load_seal(file)


def test_a_sealed_checkpoint_has_the_form_of_the_standard(seal: Seal) -> None:
    note = sign_checkpoint(seal, size=7, root=EMPTY)

    body, _, signature = note.partition("\n\n")
    dash, name, mark = signature.rstrip("\n").split(" ")
    public = b64decode(str(seal.verifier).split("+", 2)[2])
    assert body == f"{NAME}\n7\n{b64encode(EMPTY).decode()}"
    assert (dash, name, len(b64decode(mark))) == ("—", NAME, 4 + 64)
    assert b64decode(mark)[:4] == sha256(NAME.encode() + b"\n" + public).digest()[:4]
    assert public[:1] == b"\x01"


def test_a_checkpoint_opens_with_the_public_half_that_a_partner_keeps(seal: Seal) -> None:
    kept = read_verifier(f"{seal.verifier}\n")

    assert open_checkpoint(sign_checkpoint(seal, size=7, root=EMPTY), verifier=kept) == Checkpoint(7, EMPTY)


def test_signatures_of_others_may_stand_beside_ours(seal: Seal) -> None:
    note = sign_checkpoint(seal, size=7, root=EMPTY) + f"— getuige.example.nl {b64encode(bytes(68)).decode()}\n"

    assert open_checkpoint(note, verifier=seal.verifier).size == 7


Change = Callable[[str, Path], str]
CHANGES: dict[str, Change] = {
    "other size": lambda note, _: note.replace("\n7\n", "\n8\n"),
    "other root": lambda note, _: note.replace(b64encode(EMPTY).decode(), b64encode(bytes(32)).decode()),
    "short root": lambda note, _: note.replace(b64encode(EMPTY).decode(), b64encode(bytes(31)).decode()),
    "size with a zero": lambda note, _: note.replace("\n7\n", "\n07\n"),
    "other journal": lambda note, _: note.replace(NAME, "ander.example.nl/journaal", 1),
    "no signature": lambda note, _: note.partition("\n\n")[0] + "\n\n",
    "no gap": lambda note, _: note.replace("\n\n", "\n"),
    "broken signature": lambda note, _: note.replace("— ", "— ")[:-3] + "!\n",
    "a second signature of ours that is false": lambda note, _: note + note.splitlines()[-1][:-8] + "AAAAAA==\n",
    "signed by another key of the same name": lambda note, folder: made(folder, NAME),
    "signed for another journal": lambda note, folder: made(folder, "ander.example.nl/journaal"),
    "key id of ours on another key": lambda note, folder: forged(note, made(folder, NAME)),
    "nothing": lambda note, _: "",
}


def made(folder: Path, name: str) -> str:
    make_seal(folder / "ander.key", name=name)
    return sign_checkpoint(load_seal(folder / "ander.key"), size=7, root=EMPTY)


def forged(ours: str, theirs: str) -> str:
    mark, other = (b64decode(note.splitlines()[-1].split(" ")[2]) for note in (ours, theirs))
    return theirs.replace(b64encode(other).decode(), b64encode(mark[:4] + other[4:]).decode())


@pytest.mark.parametrize("change", CHANGES)
def test_a_note_that_was_changed_or_signed_by_another_is_refused(seal: Seal, tmp_path: Path, change: str) -> None:
    note = CHANGES[change](sign_checkpoint(seal, size=7, root=EMPTY), tmp_path)

    with pytest.raises(SealWrong):
        open_checkpoint(note, verifier=seal.verifier)


def test_an_earlier_key_keeps_its_checkpoints_good_after_a_new_one_is_made(seal: Seal, tmp_path: Path) -> None:
    note = sign_checkpoint(seal, size=7, root=EMPTY)
    make_seal(tmp_path / "nieuw.key", name=NAME)

    assert load_seal(tmp_path / "nieuw.key").verifier.key_id != seal.verifier.key_id
    assert open_checkpoint(note, verifier=seal.verifier).size == 7


def test_a_key_is_made_once_and_is_for_its_owner_alone(file: Path) -> None:
    before = file.read_bytes()

    assert not make_seal(file, name="ander.example.nl")
    assert file.read_bytes() == before
    assert file.stat().st_mode & 0o777 == 0o400


def test_no_key_shows_in_the_text_of_a_seal(seal: Seal) -> None:
    assert repr(seal) == f"Seal(name='{NAME}')"
    assert repr(seal.verifier) == f"Verifier(name='{NAME}')"


@pytest.mark.parametrize("name", ["", "met spatie", "met+plus", "regel\n"])
def test_a_journal_is_not_named_with_signs_that_break_a_note(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="a name without"):
        make_seal(tmp_path / "key", name=name)


def rewritten(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text)
    file.chmod(0o400)


def test_an_unfit_key_file_is_refused_with_one_sentence(file: Path, tmp_path: Path) -> None:
    text = file.read_text()

    with pytest.raises(SealUnfit, match="is er niet"):
        load_seal(tmp_path / "nergens")
    for spoiled in ("", "PRIVATE+KEY+", text.replace("PRIVATE", "PUBLIC"), text.replace(NAME, "ander"), text[:-9], text.replace("+", " ")):
        rewritten(file, spoiled)
        with pytest.raises(SealUnfit, match="beschadigd"):
            load_seal(file)
    rewritten(file, text)
    file.chmod(0o440)
    with pytest.raises(SealUnfit, match="te ver open"):
        load_seal(file)


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AAAA", f"{NAME}+00000000+{b64encode(bytes([1, *bytes(32)])).decode()}"])
def test_what_is_no_public_half_is_refused(text: str) -> None:
    with pytest.raises(SealWrong):
        read_verifier(text)
