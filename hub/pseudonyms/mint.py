"""
Makes, reads and judges pair codes: eleven signs that one recipient knows a contribution by.

Nine signs are random, two are check signs of a Reed-Solomon code over GF(32); the recipient's mark is worked into those two,
so that every single typing error is found and set right, and a code made for another partner is refused by arithmetic alone.
A code is drawn, never derived: nothing about the contribution, its giver or the moment is in it.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from unicodedata import category

from hub.kernel.errors import Invalid
from hub.kernel.words import Secret

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, DATA = 11, 9
SPOKEN = "23456789BCDFGHJKLMNPQRSTVWXZ"  # signs of short codes that a room speaks of: no vowels, nothing that looks or sounds alike
VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
READ_AS = str.maketrans("OIL", "011")
POWERS = [1]  # of alpha = 2, in GF(32) with x^5 + x^2 + 1
while len(POWERS) < 31:
    POWERS.append(POWERS[-1] << 1 ^ (0b100101 if POWERS[-1] & 16 else 0))
LOGS = {power: exponent for exponent, power in enumerate(POWERS)}
WEIGHTS = [POWERS[LENGTH - 1 - place] for place in range(LENGTH)]
INVERSE = POWERS[-LOGS[POWERS[1] ^ 1] % 31]  # of alpha + 1
SPELLED = dict(zip("ABCDEFGHJKMNPQRSTVWXYZ", (
    "Anton Bernard Cornelis Dirk Eduard Ferdinand Gerard Hendrik Jan Karel Maria Nico Pieter Quirinus Richard Simon Theodoor "
    "Victor Willem Xantippe Ypsilon Zaandam").split(), strict=True))  # fmt: skip
SPELLED |= dict(zip("0123456789", "nul een twee drie vier vijf zes zeven acht negen".split(), strict=True))


class Outcome(Enum):
    """What arithmetic alone says of a word of eleven signs."""

    GOOD = "good"
    TYPING = "typing"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome; `code` is the word itself or the one code that a single wrong sign at `position` (1–11) explains."""

    outcome: Outcome
    code: str | None = None
    position: int | None = None


def mint(*, mark: int) -> str:
    """A new code for the recipient with this mark, as it is stored: eleven signs, no hyphens."""
    return mint_many(mark=mark, count=1)[0]


def mint_many(*, mark: int, count: int) -> list[str]:
    """So many new codes for the recipient with this mark; each is drawn by itself and may, very rarely, equal another."""
    _check_mark(mark)
    texts, firsts, seconds, thirds, checks = _tables()
    unwanted, start, codes = _unwanted(), _check_of((0,) * DATA, mark), list[str]()
    while len(codes) < count:
        drawn = secrets.token_bytes(6 * (count - len(codes)))
        for at in range(0, len(drawn), 6):
            bits = int.from_bytes(drawn[at : at + 6], "big") >> 3
            first, second, third = bits >> 30, bits >> 15 & 0x7FFF, bits & 0x7FFF
            check = checks[start ^ firsts[first] ^ seconds[second] ^ thirds[third]]
            code = texts[first] + texts[second] + texts[third] + check
            if not unwanted(code):
                codes.append(code)
    return codes


def short_code() -> str:
    """Four random signs for one item, decision or action (28^4 = 614,656); it says nothing, and nothing can be counted by it."""
    return "".join(secrets.choice(SPOKEN) for _ in range(4))


def receipt_code() -> Secret:
    """Sixteen random digits that a reporter gets to take along; they say nothing, and are kept as a hash alone."""
    return Secret(f"{secrets.randbelow(10**16):016}")


def secret_address() -> Secret:
    """A random part of an address that only its owner may know: 128 bits, in letters that an address may hold."""
    return Secret(secrets.token_urlsafe(16))


def complete(data: str, *, mark: int) -> str:
    """These nine signs with the two check signs that make them a code of this mark."""
    _check_mark(mark)
    check = _check_of([VALUES[sign] for sign in data], mark)
    return data + ALPHABET[check >> 5] + ALPHABET[check & 31]


def judge(word: str, *, mark: int) -> Judgement:
    """What arithmetic says of this word (as `read` gives it) when the recipient with this mark offers it."""
    values = [VALUES[sign] for sign in word]
    sum0, sum1 = _syndrome(values)
    sum0, sum1 = sum0 ^ mark >> 5, sum1 ^ mark & 31
    if not sum0 and not sum1:
        return Judgement(Outcome.GOOD, word)
    if sum0 and sum1 and (power := (LOGS[sum1] - LOGS[sum0]) % 31) < LENGTH:
        place = LENGTH - 1 - power
        fixed = word[:place] + ALPHABET[values[place] ^ sum0] + word[place + 1 :]
        return Judgement(Outcome.TYPING, fixed, place + 1)
    return Judgement(Outcome.OTHER)


def read(text: str) -> str:
    """The stored form of what somebody typed or pasted; Invalid names the sign that no code has, or the number of signs."""
    signs = []
    for sign in text:
        if _is_blank(sign):
            continue
        upper = sign.upper().translate(READ_AS) if sign.isascii() else sign
        if upper not in VALUES:
            raise Invalid(f"Het teken ‘{sign.upper() if sign.isascii() else sign}’ komt in een code niet voor.")
        signs.append(upper)
    if len(signs) != LENGTH:
        raise Invalid(f"Een code heeft 11 tekens. U gaf er {len(signs)}.")
    return "".join(signs)


def show(code: str) -> str:
    """The code as people read it: 7K2M-Q4XD-9E6."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def spell(code: str) -> str:
    """The code as it is read aloud over the telephone, in its three groups."""
    return ", ".join(" ".join(SPELLED[sign] for sign in group) for group in show(code).split("-"))


def say(code: str) -> str:
    """The code for a screen reader: its signs one by one."""
    return ", ".join(code)


def _is_blank(sign: str) -> bool:
    """Spaces, every hyphen and dash of Unicode, and marks that nobody sees (soft hyphen, zero-width space)."""
    return sign.isspace() or sign in "\u2212\u2043" or category(sign) in ("Pd", "Cf")


def _check_mark(mark: int) -> None:
    if not 0 <= mark < 1024:
        raise ValueError("a mark lies between 0 and 1023")


def _times(one: int, other: int) -> int:
    return POWERS[(LOGS[one] + LOGS[other]) % 31] if one and other else 0


def _syndrome(values: Sequence[int]) -> tuple[int, int]:
    sum0 = sum1 = 0
    for value, weight in zip(values, WEIGHTS, strict=False):
        sum0 ^= value
        sum1 ^= _times(value, weight)
    return sum0, sum1


def _check_of(data: Sequence[int], mark: int) -> int:
    """Both check signs of nine values as one number of ten bits."""
    sum0, sum1 = _syndrome(data)
    sum0, sum1 = sum0 ^ mark >> 5, sum1 ^ mark & 31
    tenth = _times(sum0 ^ sum1, INVERSE)
    return tenth << 5 | tenth ^ sum0


@cache
def _tables() -> tuple[list[str], list[int], list[int], list[int], list[str]]:
    """Three signs at a time: their text, what each third adds to the check (it is linear), and the check as text."""
    texts = [a + b + c for a in ALPHABET for b in ALPHABET for c in ALPHABET]
    thirds = []
    for place in (0, 3, 6):
        alone = [[_check_of([0] * at + [value] + [0] * (DATA - 1 - at), 0) for value in range(32)] for at in range(place, place + 3)]
        thirds.append([a ^ b ^ c for a in alone[0] for b in alone[1] for c in alone[2]])
    return texts, thirds[0], thirds[1], thirds[2], [a + b for a in ALPHABET for b in ALPHABET]


@cache
def _unwanted() -> Callable[[str], re.Match[str] | None]:
    """Whether a code holds a word that nobody should have to read aloud; the list stands beside this file."""
    lines = files("hub.pseudonyms").joinpath("onwoorden.txt").read_text("utf-8").splitlines()
    words = [line.translate(READ_AS) for line in lines if line and not line.startswith("#")]
    return re.compile("|".join(words)).search
