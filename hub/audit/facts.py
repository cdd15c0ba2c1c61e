"""The facts a journal line may carry, under which Dutch key, and in which narrow form; anything else is refused."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from functools import lru_cache
from uuid import UUID

Encoder = Callable[[object], str]


class FactRefused(ValueError):
    """A fact that does not fit; the message names the fact, never its value."""


REASONS = frozenset(  # the choice list of `reden`; a room may also pass a member of an Enum of its own
    "behandeling overleg toezicht beheer beleid toestemming intrekking bezwaar verzoek wijziging fout-hersteld inhouding uitgelekt "
    "opvolging einde-beleid einde-termijn wettelijke-grens geen-toestemming zelf-afgemeld verlopen rol-ontbreekt "
    "niet-aangemeld formulier-verlopen onbekende-ingang te-vaak onbekend".split()
)
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_WORD = re.compile(r"[a-z][a-z0-9]*(?:[_.-][a-z0-9]+)*")
_POLICY = re.compile(r"_?[a-z][a-z0-9]*(?:(?:-{1,2}|[._])[a-z0-9]+)*")
_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{11}")
_HEX = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})")
_ORIGIN = re.compile(r"loopback|(?:[0-9]{1,3}\.){3}0/24|(?:[0-9a-f]{1,4}:){1,3}:/48")
_STATE = re.compile(r"[a-z]")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def _text(pattern: re.Pattern[str], longest: int) -> Encoder:
    @lru_cache(maxsize=4096)
    def encode(value: str) -> str:
        if len(value) > longest or not pattern.fullmatch(value):
            raise FactRefused
        return f'"{value}"'

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise FactRefused
        return encode(str(value.value) if isinstance(value, Enum) else value)

    return check


slug, word, policy = _text(_SLUG, 60), _text(_WORD, 60), _text(_POLICY, 120)
code, digest, origin, state = _text(_CODE, 11), _text(_HEX, 64), _text(_ORIGIN, 24), _text(_STATE, 1)
month = _text(_MONTH, 7)


def key(value: object) -> str:
    """A key of a row: a UUID, or a number that the house gave out."""
    if isinstance(value, UUID):
        return f'"{value}"'
    return count(value)


def count(value: object) -> str:
    """A whole number from zero up."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise FactRefused
    return str(value)


def day(value: object) -> str:
    """A date; a moment is refused, since the line has its own time."""
    if type(value) is not date:
        raise FactRefused
    return f'"{value.isoformat()}"'


def reason(value: object) -> str:
    """A word from the choice list, or a member of a room's own list of reasons."""
    if not isinstance(value, Enum) and value not in REASONS:
        raise FactRefused
    return word(value)


def several(encode: Encoder) -> Encoder:
    """A list of such facts, each once, in order of the alphabet."""

    def check(value: object) -> str:
        if not isinstance(value, (list, tuple, set, frozenset)):
            raise FactRefused
        return "[" + ",".join(sorted({encode(each) for each in value})) + "]"

    return check


def _each(name: Encoder, encode: Encoder) -> Encoder:
    """A mapping of names to such facts, in order of the names; mappings that were seen before are looked up."""

    @lru_cache(maxsize=8192)
    def write(pairs: tuple[tuple[object, object], ...]) -> str:
        return "{" + ",".join(sorted(f"{name(word)}:{encode(value)}" for word, value in pairs)) + "}"

    def check(value: object) -> str:
        if not isinstance(value, Mapping):
            raise FactRefused
        return write(tuple(value.items()))

    return check


def fields(value: object) -> str:
    """Names of fields, with the letter of their state when a mapping is given; never what stands in them."""
    return _states(value) if isinstance(value, Mapping) else _names(value)


_states, _names = _each(word, state), several(word)
_counts = "received new updated unchanged vanished refused rows".split()
_aantallen = "ontvangen nieuw bijgewerkt ongewijzigd verdwenen geweigerd rijen".split()

FACTS: Mapping[str, tuple[str, Encoder]] = {  # our name → its place in the line, how it is written
    "contribution": ("object.bijdrage", key),
    "revision": ("object.revisie", count),
    "code": ("object.code", code),
    "upload": ("object.aanlevering", key),
    "contact": ("object.contact", key),
    "thread": ("object.draad", key),
    "watch": ("object.termijn", key),
    "invitation": ("object.uitnodiging", key),
    "consultation": ("object.bijeenkomst", key),
    "agreement": ("object.actiepunt", key),
    "decision": ("object.besluit", key),
    "item": ("object.agendapunt", key),
    "body": ("object.overleg", slug),
    "series": ("object.jaarreeks", key),
    "province": ("object.provincie", word),
    "month": ("object.maand", month),
    "number": ("object.nummer", count),
    "root": ("object.wortel", digest),
    "form": ("object.vorm", word),
    "fingerprint": ("object.vingerafdruk", digest),
    "mapping": ("object.vertaling", word),
    "account": ("object.account", key),
    "letter": ("object.bericht", key),
    "partner": ("object.partner", slug),
    "provider": ("object.aanbieder", word),
    "entry": ("object.ingang", word),
    "page": ("object.lijst", word),
    "roles": ("object.rollen", several(word)),
    "giver": ("gever", slug),
    "recipient": ("ontvangers", lambda value: f"[{slug(value)}]"),
    "recipients": ("ontvangers", several(slug)),
    "reason": ("reden", reason),
    "origin": ("oorsprong", origin),
    "state": ("stand", word),
    "purposes": ("doelen", several(word)),
    "until": ("tot", day),
    "policy": ("beleid.naam", policy),
    "policy_version": ("beleid.versie", count),
    "policy_hash": ("beleid.hash", digest),
    "git_commit": ("beleid.herkomst", digest),
    "fields": ("velden", fields),
    "shared": ("aantallen.gedeeld", _each(slug, count)),
    **{name: (f"aantallen.{dutch}", count) for name, dutch in zip(_counts, _aantallen, strict=True)},
}
