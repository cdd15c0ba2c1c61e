"""
Keeps the keys and does everything that needs one: the keyed index, the sealing of references, the sealing of narrative.

The key directory stands outside the database and its backups: `pseudonyms.json` with the masters, and a `kek-YYYY-MM` of 32 random
bytes per month. Keys are derived from a master with HKDF under a label, a version and a scope, so no two uses share one. No key
and no plain reference appears in a repr, an error or a log.
"""

import hmac
import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from unicodedata import category, normalize

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from hub.kernel.errors import Invalid, Unavailable
from hub.kernel.words import Month, Secret

KEY, NONCE, WRAPPED, EPOCH, BLOCK = 32, 12, 40, 7, 32
TEXT_VERSION = b"\x01"
MASTERS = "pseudonyms.json"
KEK = re.compile(r"kek-(\d{4}-(?:0[1-9]|1[0-2]))")
LONGEST = 64
SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+E[+-]?|E[+-])\d+")


class KeysUnfit(Unavailable):
    """The key directory is missing, open to others or damaged; the hub does not start."""


class SealBroken(Unavailable):
    """What was offered was not sealed with our keys for this place, or was changed since; or its key was destroyed."""

    def __init__(self) -> None:
        super().__init__("Deze versleutelde gegevens zijn niet te openen: ze horen hier niet, of de sleutel is vernietigd.")


class KeyDestroyed(SealBroken):
    """The key of the month in which this was sealed is no longer here: it was erased."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of the house. Lookups may try every version; what is new is made under the current one."""

    _masters: Mapping[int, bytes] = field(repr=False)
    current: int
    _keks: Mapping[str, bytes] = field(repr=False)

    @property
    def versions(self) -> tuple[int, ...]:
        """All live versions, newest last."""
        return tuple(sorted(self._masters))

    def index(self, reference: Secret, *, giver: str, kind: str, version: int | None = None) -> bytes:
        """The 32 bytes under which this giver's reference is found: the same each time, and another for every other giver."""
        return self.indexes([reference], giver=giver, kind=kind, version=version)[0]

    def indexes(self, references: Iterable[Secret], *, giver: str, kind: str, version: int | None = None) -> list[bytes]:
        """The index of each of many references, in their order; Invalid when one cannot be a reference."""
        key, prefix = self._key("source-index", version, giver), f"{kind}|"
        return [hmac.digest(key, (prefix + canonical(each).reveal()).encode(), "sha256") for each in references]

    def token(self, trait: Secret, *, kind: str, version: int | None = None) -> bytes:
        """The linking token of an already canonical trait; it is compared, and never turned back."""
        return hmac.digest(self._key("link-token", version, "-"), f"{kind}|{trait.reveal()}".encode(), "sha256")

    def receipt_hash(self, code: Secret, *, version: int | None = None) -> bytes:
        """The 32 bytes under which the receipt code of a referral is found again; the code itself is kept nowhere."""
        return hmac.digest(self._key("receipt-code", version, "-"), code.reveal().encode(), "sha256")

    def seal_reference(self, reference: Secret, *, giver: str, kind: str, contribution: str) -> bytes:
        """The reference for its own giver's eyes, bound to giver, kind and contribution; store `current` beside it."""
        text = canonical(reference).reveal().encode() + b"\x80"
        nonce, bound = os.urandom(NONCE), _bound(giver, kind, contribution, self.current)
        return nonce + self._sealer(self.current, giver).encrypt(nonce, text + bytes(-len(text) % BLOCK), bound)

    def open_reference(self, sealed: bytes, *, giver: str, kind: str, contribution: str, version: int) -> Secret:
        """The reference again; SealBroken when it was sealed for another giver, kind, contribution or version."""
        try:
            bound = _bound(giver, kind, contribution, version)
            padded = self._sealer(version, giver).decrypt(sealed[:NONCE], sealed[NONCE:], bound)
        except (InvalidTag, ValueError):
            raise SealBroken from None
        return Secret(padded.rstrip(b"\0")[:-1].decode())

    def seal_text(self, text: str, *, context: bytes, day: date) -> bytes:
        """
        One value that holds a narrative and its own key, wrapped under the key of this day's month.

        It opens only in the same context (partner, row and column as bytes), and never again once that month's key is destroyed.
        Without a key of that month the newest earlier one serves, or else the oldest there is.
        """
        return self.seal_bytes(text.encode(), context=context, day=day)

    def open_text(self, sealed: bytes, *, context: bytes) -> str:
        """The narrative again; SealBroken when it stood elsewhere, was changed, or its month's key is gone."""
        return self.open_bytes(sealed, context=context).decode()

    def text_if_it_opens(self, sealed: bytes, *, context: bytes) -> str | None:
        """The narrative, or None where `open_text` raises: so that one destroyed key takes down no list and holds up no withdrawal."""
        try:
            return self.open_text(sealed, context=context)
        except SealBroken:
            return None

    def seal_bytes(self, content: bytes, *, context: bytes, day: date) -> bytes:
        """The same for anything else that has to be kept unreadable for a while, such as a file that waits for a yes."""
        epoch, own_key, nonce = self._epoch(day), os.urandom(KEY), os.urandom(NONCE)
        wrapped = aes_key_wrap(self._keks[epoch], own_key)
        return TEXT_VERSION + epoch.encode() + wrapped + nonce + AESGCM(own_key).encrypt(nonce, content, TEXT_VERSION + context)

    def open_bytes(self, sealed: bytes, *, context: bytes) -> bytes:
        """What was sealed; SealBroken as for a narrative, and KeyDestroyed where its month's key is gone."""
        epoch, wrapped, nonce, rest = _taken_apart(sealed)
        if epoch not in self._keks:
            raise KeyDestroyed
        try:
            own_key = aes_key_unwrap(self._keks[epoch], wrapped)
            return AESGCM(own_key).decrypt(nonce, rest, sealed[:1] + context)
        except (InvalidTag, InvalidUnwrap, ValueError):
            raise SealBroken from None

    def can_open(self, head: bytes) -> bool:
        """Whether the key of the month is there for a sealed text that begins like this; says nothing about who may open it."""
        return head[:1] == TEXT_VERSION and head[1 : 1 + EPOCH].decode("ascii", "replace") in self._keks

    def digest(self, content: bytes, *, giver: str) -> bytes:
        """Thirty-two bytes by which a giver's own delivery is recognised when it comes again; they tell nothing without the key."""
        return hmac.digest(self._key("draft-digest", 1, giver), content, "sha256")

    def fingerprint(self, *, label: str, scope: str, version: int | None = None) -> bytes:
        """Eight bytes that tell whether a database was filled under this key, and nothing about the key."""
        return hmac.digest(self._key(label, version, scope), b"schakel", "sha256")[:8]

    def _epoch(self, day: date) -> str:
        return max((epoch for epoch in self._keks if epoch <= f"{day:%Y-%m}"), default=min(self._keks))

    def _key(self, label: str, version: int | None, scope: str) -> bytes:
        number = self.current if version is None else version
        if number not in self._masters:
            raise SealBroken
        return _derived(self._masters[number], f"{label}|{number}|{scope}".encode())

    def _sealer(self, version: int, giver: str) -> AESGCMSIV:
        return AESGCMSIV(self._key("source-cipher", version, giver))


def canonical(reference: Secret) -> Secret:
    """A reference as it is compared: NFKC, trimmed, single spaces, upper case; Invalid when it cannot be a case number."""
    text = " ".join(normalize("NFKC", reference.reveal()).split(" "))
    if any(category(sign)[0] == "C" and sign not in "\t\r\n" for sign in text):
        raise Invalid("Het kenmerk bevat een onzichtbaar teken.")
    text = " ".join(text.split()).upper()
    if not text:
        raise Invalid("Het kenmerk is leeg.")
    if len(text) > LONGEST:
        raise Invalid(f"Het kenmerk is langer dan {LONGEST} tekens.")
    if SCIENTIFIC.fullmatch(text):
        raise Invalid("Het kenmerk is door een rekenblad afgerond (zoals 2,01905E+14). Exporteer de kolom als tekst.")
    return Secret(text)


def load_keys(directory: Path) -> KeyRing:
    """The key ring in this directory; KeysUnfit, with the sentence for the operator, when anything about it is not right."""
    if not directory.is_dir():
        raise KeysUnfit(f"De sleutelmap {directory} is er niet. Maak sleutels met: schakel keys make.")
    if directory.stat().st_mode & 0o022:
        raise KeysUnfit(f"In de sleutelmap {directory} kunnen anderen schrijven. Zet de rechten op 0700.")
    keks = {match[1]: _read(file) for file in sorted(directory.iterdir()) if (match := KEK.fullmatch(file.name))}
    if not keks or any(len(kek) != KEY for kek in keks.values()):
        raise KeysUnfit(f"In {directory} ontbreekt een maandsleutel (kek-JJJJ-MM) van 32 bytes. Maak er een met: schakel keys make.")
    masters, current = _read_masters(directory / MASTERS)
    return KeyRing(masters, current, keks)


def make_keys(directory: Path, *, month: Month) -> tuple[Path, ...]:
    """Makes the keys that are missing, for this month; what stands there is left as it is. Tells which files were made."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    masters = json.dumps({"masters": {"1": b64encode(os.urandom(KEY)).decode()}, "current": 1}).encode()
    wanted = {directory / MASTERS: masters, directory / f"kek-{month}": os.urandom(KEY)}
    return tuple(file for file, content in wanted.items() if _make(file, content))


def _make(file: Path, content: bytes) -> bool:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    return True


def _read(file: Path) -> bytes:
    if not file.is_file():
        raise KeysUnfit(f"Het sleutelbestand {file} is er niet. Maak sleutels met: schakel keys make.")
    if file.stat().st_mode & 0o377:
        raise KeysUnfit(f"Het sleutelbestand {file} staat te ver open. Zet de rechten op 0400.")
    return file.read_bytes()


def _read_masters(file: Path) -> tuple[dict[int, bytes], int]:
    try:
        said = json.loads(_read(file))
        masters = {int(version): b64decode(master, validate=True) for version, master in said["masters"].items()}
        current = said["current"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeysUnfit(f"Het sleutelbestand {file} is beschadigd.") from None
    if current not in masters or any(len(master) != KEY for master in masters.values()):
        raise KeysUnfit(f"Het sleutelbestand {file} is beschadigd.")
    return masters, current


@lru_cache(maxsize=1024)
def _derived(master: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY, salt=b"schakel", info=info).derive(master)


def _bound(giver: str, kind: str, contribution: str, version: int) -> bytes:
    return f"{giver}|{kind}|{contribution}|{version}".encode()


def _taken_apart(sealed: bytes) -> tuple[str, bytes, bytes, bytes]:
    """Epoch, wrapped key, nonce and ciphertext of a sealed text."""
    head = 1 + EPOCH + WRAPPED + NONCE
    if sealed[:1] != TEXT_VERSION or len(sealed) < head + 16:
        raise SealBroken
    return sealed[1 : 1 + EPOCH].decode("ascii", "replace"), sealed[1 + EPOCH : head - NONCE], sealed[head - NONCE : head], sealed[head:]
