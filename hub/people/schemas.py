"""What comes in and goes out about people: the register of identity providers, strictly read, and what pages show of messages."""

from pathlib import Path
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from marshmallow import fields

from hub.kernel.plainyaml import Mapping, Node, PlainYamlError, Scalar, Sequence, read
from hub.kernel.schemas import HouseSchema
from hub.kernel.words import Secret
from hub.people.words import ALGORITHMS, Choice, Provider

REQUIRED = ("name", "title", "issuer", "client_id", "key_file")
KNOWN = (*REQUIRED, "algorithms", "scopes", "partner", "partner_claim", "partners", "acr_minimum", "acr_claim", "max_age")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SLUG = "abcdefghijklmnopqrstuvwxyz0123456789-"


class MailboxSchema(HouseSchema):
    """Where and how one person is told."""

    email = fields.Str(allow_none=True)
    choice = fields.Enum(Choice, by_value=True)


class MessageSchema(HouseSchema):
    """One message to the person who looks."""

    subject = fields.Str()
    path = fields.Str()
    how = fields.Str()
    at = fields.Raw()


class StuckLetterSchema(HouseSchema):
    """One letter that got stuck, for the operator."""

    id = fields.UUID()
    since = fields.Raw()
    tries = fields.Int()
    code = fields.Str()
    why = fields.Str()
    is_dead = fields.Bool()
    is_asked = fields.Bool()


class OutgoingSchema(HouseSchema):
    """One message on its way or stuck, for commands: whose account, and no address."""

    id = fields.UUID()
    kind = fields.Str()
    account = fields.UUID()
    state = fields.Str()
    put_at = fields.DateTime()
    tries = fields.Int()
    code = fields.Str(allow_none=True)


class ChoiceSchema(HouseSchema):
    """What somebody chose on a form."""

    choice = fields.Enum(Choice, by_value=True, required=True, error_messages={"required": "Kies er een.", "unknown": "Kies er een."})


class LetterSchema(HouseSchema):
    """Which letter an operator wants tried again."""

    letter = fields.UUID(required=True)


def load_providers(path: Path) -> tuple[Provider, ...]:
    """The providers in this file, in its order; PlainYamlError names file and line of the first thing that is wrong."""
    return parse_providers(path.read_text(encoding="utf-8"), name=path.name, directory=path.parent)


def parse_providers(text: str, *, name: str, directory: Path) -> tuple[Provider, ...]:
    """The providers in this text; key files are looked for from the directory."""
    node = read(text, name=name)
    if not isinstance(node, Sequence) or not node.items:
        raise PlainYamlError("hier hoort een lijst met ten minste één inlogdienst", name=name, line=node.line)
    providers = tuple(_Entry(item, name=name).provider(directory) for item in node.items)
    for what in ("name", "issuer"):
        said = [getattr(provider, what) for provider in providers]
        if len(set(said)) != len(said):
            raise PlainYamlError(f"twee inlogdiensten hebben dezelfde {what}", name=name, line=node.line)
    return providers


def is_safe_address(url: object) -> bool:
    """Whether this is https, or plain http to this very machine (the demo and tests)."""
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
    except ValueError:  # half an IPv6 address
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


class _Entry:
    """One provider of the file, while it is read."""

    def __init__(self, node: Node, *, name: str) -> None:
        self.file = name
        if not isinstance(node, Mapping):
            raise PlainYamlError("een inlogdienst is een lijst van sleutels met een waarde", name=name, line=node.line)
        self.node = node
        for key in node.entries:
            self.demand(key in KNOWN, key, f"de sleutel '{key}' bestaat niet")
        for key in REQUIRED:
            self.demand(key in node.entries, key, f"de sleutel '{key}' ontbreekt")

    def demand(self, holds: object, key: str, what: str) -> None:
        if not holds:
            raise PlainYamlError(what, name=self.file, line=self.node.key_lines.get(key, self.node.line))

    def text(self, key: str) -> str:
        value = self.node.entries[key]
        self.demand(isinstance(value, Scalar) and value.text and len(value.text) <= 255, key, f"'{key}' moet één korte tekst zijn")
        return value.text if isinstance(value, Scalar) else ""

    def optional(self, key: str) -> str | None:
        return self.text(key) if key in self.node.entries else None

    def texts(self, key: str, *, usual: tuple[str, ...]) -> tuple[str, ...]:
        value = self.node.entries.get(key)
        if value is None:
            return usual
        items = value.items if isinstance(value, Sequence) else ()
        found = tuple(item.text for item in items if isinstance(item, Scalar) and item.text)
        self.demand(found and len(found) == len(items), key, f"'{key}' moet een lijst met teksten zijn")
        return found

    def provider(self, directory: Path) -> Provider:
        return Provider(
            name=self.slug("name"),
            title=self.text("title"),
            issuer=self.issuer(),
            client_id=self.text("client_id"),
            key=self.key(directory / self.text("key_file")),
            algorithms=self.algorithms(),
            scopes=self.scopes(),
            partner=self.slug("partner") if "partner" in self.node.entries else None,
            partner_claim=tuple(self.text("partner_claim").split(".")) if "partner_claim" in self.node.entries else None,
            partners=self.partners(),
            acr_minimum=self.optional("acr_minimum"),
            acr_claim=self.optional("acr_claim") or "acr",
            max_age=self.max_age(),
        )

    def slug(self, key: str) -> str:
        found = self.text(key)
        self.demand(set(found) <= set(SLUG), key, f"'{key}' mag alleen kleine letters, cijfers en streepjes bevatten")
        return found

    def issuer(self) -> str:
        found = self.text("issuer")
        is_plain = is_safe_address(found) and not set("?#@") & set(found)
        self.demand(
            is_plain, "issuer", "'issuer' moet een adres met https:// zijn, zonder vraagteken; http mag alleen op deze computer zelf"
        )
        return found

    def algorithms(self) -> tuple[str, ...]:
        found = self.texts("algorithms", usual=ALGORITHMS)
        self.demand(set(found) <= set(ALGORITHMS), "algorithms", f"'algorithms' kent alleen {', '.join(ALGORITHMS)}")
        return found

    def scopes(self) -> tuple[str, ...]:
        found = self.texts("scopes", usual=("openid",))
        self.demand("openid" in found and "profile" not in found, "scopes", "'scopes' moet openid bevatten, en vraagt nooit om profile")
        return found

    def max_age(self) -> int | None:
        found = self.optional("max_age")
        self.demand(
            found is None or (found.isascii() and found.isdecimal() and int(found) > 0), "max_age", "'max_age' is een aantal seconden"
        )
        return None if found is None else int(found)

    def partners(self) -> dict[str, str]:
        """Claim value → partner; there with a claim and only then. A provider is bound to one partner, by a claim, or by both alike."""
        value = self.node.entries.get("partners")
        entries = self.node.entries
        self.demand("partner" in entries or "partner_claim" in entries, "name", "'partner' of 'partner_claim' ontbreekt")
        self.demand(("partner_claim" in entries) == (value is not None), "partners", "'partner_claim' en 'partners' horen bij elkaar")
        if value is None:
            return {}
        pairs = value.entries if isinstance(value, Mapping) else {}
        found = {said: item.text for said, item in pairs.items() if isinstance(item, Scalar)}
        self.demand(found and len(found) == len(pairs), "partners", "'partners' noemt bij elke waarde van de claim één partner")
        return found

    def key(self, path: Path) -> Secret:
        try:
            pem = path.read_text(encoding="utf-8")
            key = RSAKey.import_key(pem)
            is_good = key.is_private and key.private_key is not None and key.private_key.key_size >= 2048
        except (OSError, ValueError, JoseError):
            is_good = False
        self.demand(
            is_good, "key_file", "het bestand van 'key_file' is er niet, of is geen eigen RSA-sleutel van ten minste 2048 bits (PEM)"
        )
        return Secret(pem)
