"""
Signs the root of the journal and reads such a signature: C2SP's signed note with a checkpoint in it, Ed25519.

The key lies in a file of its own, mode 0400, outside the database; who may write the database cannot seal what he wrote.
"""

import os
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hub.audit.rules import Checkpoint
from hub.kernel.errors import Invalid, Unavailable

ED25519 = b"\x01"
NAME = re.compile(r"[^\s+]{1,120}")
SIZE = re.compile(r"0|[1-9]\d{0,17}")


JOURNAL_KEY = "journaal.key"  # its name in the key directory


class SealUnfit(Unavailable):
    """The file with the key of the journal is missing, open to others or damaged."""


class SealWrong(Invalid):
    """A checkpoint that was not sealed with this key, or not in this form."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half: whose journal it is, and the key that its checkpoints are signed with."""

    name: str
    _key: Ed25519PublicKey = field(repr=False)

    @property
    def key_id(self) -> bytes:
        """Four bytes that name this key under this name."""
        return _key_id(self.name, self._key.public_bytes_raw())

    def __str__(self) -> str:
        raw = self._key.public_bytes_raw()
        return f"{self.name}+{_key_id(self.name, raw).hex()}+{b64encode(ED25519 + raw).decode()}"

    def accepts(self, text: bytes, *, signature: bytes) -> bool:
        """Whether this key made that signature over this text."""
        try:
            self._key.verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Seal:
    """The private half."""

    name: str
    _key: Ed25519PrivateKey = field(repr=False)

    @property
    def verifier(self) -> Verifier:
        """What others need to check this seal."""
        return Verifier(self.name, self._key.public_key())

    def sign(self, text: bytes) -> bytes:
        """The signature over this text."""
        return self._key.sign(text)


def sign_checkpoint(seal: Seal, *, size: int, root: bytes) -> str:
    """The note that says: so many lines, this root; signed, and named after the journal it is of."""
    body = f"{seal.name}\n{size}\n{b64encode(root).decode()}\n"
    signed = b64encode(seal.verifier.key_id + seal.sign(body.encode())).decode()
    return f"{body}\n— {seal.name} {signed}\n"


def open_checkpoint(note: str, *, verifier: Verifier) -> Checkpoint:
    """Size and root of a note; SealWrong unless this key signed it for this journal. Signatures of others may stand beside it."""
    body, gap, signatures = note.rpartition("\n\n")
    lines = body.split("\n")
    if not gap or len(lines) < 3 or lines[0] != verifier.name or not SIZE.fullmatch(lines[1]):
        raise SealWrong("Dit is geen zegel van dit journaal.")
    root = _decoded(lines[2])
    if len(root) != 32 or not _is_signed(f"{body}\n".encode(), signatures, verifier):
        raise SealWrong("Dit zegel is niet met de sleutel van dit journaal gemaakt.")
    return Checkpoint(int(lines[1]), root)


def read_verifier(text: str) -> Verifier:
    """The public half from its one-line form, as a partner keeps it."""
    name, key_id, raw = _parts(text.strip())
    if len(raw) != 32 or _key_id(name, raw).hex() != key_id:
        raise SealWrong("Dit is geen openbare sleutel van een journaal.")
    return Verifier(name, Ed25519PublicKey.from_public_bytes(raw))


def make_seal(file: Path, *, name: str) -> bool:
    """Makes the key of the journal with this name, unless the file is there already; tells whether it did."""
    if not NAME.fullmatch(name):
        raise ValueError("a name without spaces or plus signs")
    key = Ed25519PrivateKey.generate()
    key_id = _key_id(name, key.public_key().public_bytes_raw()).hex()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(f"PRIVATE+KEY+{name}+{key_id}+{b64encode(ED25519 + key.private_bytes_raw()).decode()}\n")
        opened.flush()
        os.fsync(opened.fileno())
    return True


def load_seal(file: Path) -> Seal:
    """The private half in this file; SealUnfit, with a sentence for the operator, when it is not there or not right."""
    if not file.is_file():
        raise SealUnfit(f"De sleutel van het journaal {file} is er niet. Maak hem met: schakel keys make.")
    if file.stat().st_mode & 0o377:
        raise SealUnfit(f"De sleutel van het journaal {file} staat te ver open. Zet de rechten op 0400.")
    kind, _, rest = file.read_text("utf-8", "replace").strip().partition("KEY+")
    try:
        name, key_id, raw = _parts(rest)
        key = Ed25519PrivateKey.from_private_bytes(raw)
    except (SealWrong, ValueError):
        raise SealUnfit(f"De sleutel van het journaal {file} is beschadigd.") from None
    if kind != "PRIVATE+" or _key_id(name, key.public_key().public_bytes_raw()).hex() != key_id:
        raise SealUnfit(f"De sleutel van het journaal {file} is beschadigd.")
    return Seal(name, key)


def _key_id(name: str, raw: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + ED25519 + raw).digest()[:4]


def _parts(text: str) -> tuple[str, str, bytes]:
    name, key_id, data = [*text.split("+", 2), "", ""][:3]
    raw = _decoded(data)
    if not NAME.fullmatch(name) or raw[:1] != ED25519:
        raise SealWrong("Dit is geen sleutel van een journaal.")
    return name, key_id, raw[1:]


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise SealWrong("Dit zegel is beschadigd.") from None


def _is_signed(text: bytes, signatures: str, verifier: Verifier) -> bool:
    """Whether our key signed; a line of our name and key id with another signature spoils the note."""
    ours = [line.split(" ") for line in signatures.split("\n") if line.startswith(f"— {verifier.name} ")]
    marks = [_decoded(words[2]) for words in ours if len(words) == 3]
    mine = [mark[4:] for mark in marks if mark[:4] == verifier.key_id]
    return bool(mine) and all(verifier.accepts(text, signature=signature) for signature in mine)
