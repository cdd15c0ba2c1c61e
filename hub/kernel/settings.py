"""Reads the environment once into a frozen value, and refuses to start on anything missing, unknown or unsafe."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from os import environ
from pathlib import Path
from urllib.parse import urlsplit

from hub.kernel.errors import Invalid
from hub.kernel.words import Secret, is_mail_address

LOGIN_ROLES = ("hub_app", "hub_door", "hub_clerk", "hub_log", "hub_backup")

EXPLAINED = {
    "SCHAKEL_MODE": "production, or demo: only the demo takes example policies, a pinned date and plain http on loopback",
    "SCHAKEL_PUBLIC_URL": "the address that users type, https://…; the origin that forms must come from",
    "SCHAKEL_BIND": "host:port on which `schakel serve` listens, behind the proxy",
    "SCHAKEL_DATABASE": "postgresql://host:port/database without user and password; the roles are ours",
    "SCHAKEL_ROLE_PASSWORDS": "JSON file, mode 0400: the password of each of the login roles",
    "SCHAKEL_KEYS": "directory with the pseudonym keys; outside the database and its backups",
    "SCHAKEL_PROVIDERS": "YAML file with the identity providers and the partner each is bound to",
    "SCHAKEL_POLICIES": "directory with vocabulary, legal floor, partners and policies",
    "SCHAKEL_SMTP": "the mail server: smtps://host:port, or smtp://host:port, where STARTTLS is demanded unless it is this machine",
    "SCHAKEL_MAIL_FROM": "the address that mails come from",
    "SCHAKEL_SMTP_LOGIN": "only when the mail server asks for it: file, mode 0400, with user:password",
    "SCHAKEL_MAIL_REPLIES": "on, or off (as when it is left out): whether `schakel mail-in` takes answers that come by mail",
    "SCHAKEL_DEMO_DATE": "only in demo mode, and required there: the day that the demo lives on",
    "SCHAKEL_DATABASE_ADMIN": "only for `migrate`: file, mode 0400, with postgresql://… of a superuser",
}
OPTIONAL = {"SCHAKEL_SMTP_LOGIN", "SCHAKEL_MAIL_REPLIES", "SCHAKEL_DEMO_DATE", "SCHAKEL_DATABASE_ADMIN"}
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class SettingMissing(Invalid):
    """The environment lacks a setting or holds one that cannot be used; names the setting, never its value."""


class Wrapping(StrEnum):
    """How the way to the mail server is closed to others."""

    TLS = "tls"
    STARTTLS = "starttls"
    LOOPBACK = "loopback"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes, how the way there is closed, as whom the hub logs in there, and from which address it writes."""

    host: str
    port: int
    wrapping: Wrapping
    sender: str
    login: tuple[str, Secret] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the environment tells; made once, handed down."""

    demo: bool
    public_url: str
    bind: str
    database: str
    role_passwords: Mapping[str, Secret]
    keys: Path
    providers: Path
    policies: Path
    mail: MailServer
    demo_date: date | None
    database_admin: Secret | None
    mail_replies: bool = False


def read_environment() -> "Settings":
    """The settings of this process; SettingMissing names the first thing that is wrong."""
    return read_settings(values=environ)


def surroundings() -> dict[str, str]:
    """What a child process needs of our own surroundings to run at all: where programs and temporary files are."""
    return {name: environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "XDG_DATA_HOME") if name in environ}


def read_settings(*, values: Mapping[str, str]) -> Settings:
    """Settings out of a mapping of names to texts; every name of EXPLAINED counts, an unknown SCHAKEL_ name is refused."""
    for name in sorted(values):
        if name.startswith("SCHAKEL_") and name not in EXPLAINED and not name.startswith("SCHAKEL_TEST_"):
            raise SettingMissing(f"De instelling {name} bestaat niet. Haal haar weg, of verbeter de spelling.")
    for name in EXPLAINED:
        if name not in OPTIONAL and not values.get(name, "").strip():
            raise SettingMissing(f"De instelling {name} ontbreekt: {EXPLAINED[name]}.")
    demo = _mode(values["SCHAKEL_MODE"])
    return Settings(
        demo=demo,
        public_url=_origin(values["SCHAKEL_PUBLIC_URL"], demo=demo),
        bind=_bind(values["SCHAKEL_BIND"]),
        database=_database("SCHAKEL_DATABASE", values["SCHAKEL_DATABASE"]),
        role_passwords=_passwords(Path(values["SCHAKEL_ROLE_PASSWORDS"])),
        keys=_existing("SCHAKEL_KEYS", values["SCHAKEL_KEYS"]),
        providers=_existing("SCHAKEL_PROVIDERS", values["SCHAKEL_PROVIDERS"]),
        policies=_existing("SCHAKEL_POLICIES", values["SCHAKEL_POLICIES"]),
        mail=_mail_server(values),
        demo_date=_demo_date(values.get("SCHAKEL_DEMO_DATE", "").strip(), demo=demo),
        database_admin=_admin(values.get("SCHAKEL_DATABASE_ADMIN", "").strip()),
        mail_replies=_mail_replies(values.get("SCHAKEL_MAIL_REPLIES", "").strip()),
    )


def _mode(text: str) -> bool:
    if text not in ("production", "demo"):
        raise SettingMissing("SCHAKEL_MODE moet production of demo zijn.")
    return text == "demo"


def _origin(text: str, *, demo: bool) -> str:
    parts = urlsplit(text)
    loopback = parts.hostname in ("localhost", "127.0.0.1")
    if parts.scheme != "https" and not (demo and loopback and parts.scheme == "http"):
        raise SettingMissing("SCHAKEL_PUBLIC_URL moet met https:// beginnen; alleen de demo mag http op de eigen computer gebruiken.")
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise SettingMissing("SCHAKEL_PUBLIC_URL is alleen https://naam of https://naam:poort, zonder pad.")
    return f"{parts.scheme}://{parts.netloc}"


def _bind(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise SettingMissing("SCHAKEL_BIND moet adres:poort zijn, bijvoorbeeld 127.0.0.1:8000.")
    return text


def _database(name: str, text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "postgresql" or parts.username or parts.password or parts.path in ("", "/"):
        raise SettingMissing(f"{name} moet postgresql://adres:poort/database zijn, zonder gebruiker en wachtwoord.")
    return text


def _existing(name: str, text: str) -> Path:
    path = Path(text)
    if not path.exists():
        raise SettingMissing(f"Wat {name} aanwijst, bestaat niet.")
    return path


def _private_text(name: str, path: Path) -> str:
    if not path.is_file():
        raise SettingMissing(f"Het bestand dat {name} aanwijst, bestaat niet.")
    if path.stat().st_mode & 0o077:
        raise SettingMissing(f"Het bestand dat {name} aanwijst, mag alleen voor de eigenaar leesbaar zijn (chmod 0400).")
    return path.read_text(encoding="utf-8")


def _passwords(path: Path) -> Mapping[str, Secret]:
    try:
        held = json.loads(_private_text("SCHAKEL_ROLE_PASSWORDS", path))
    except json.JSONDecodeError:
        raise SettingMissing("Het bestand van SCHAKEL_ROLE_PASSWORDS is geen JSON.") from None
    missing = [role for role in LOGIN_ROLES if not (isinstance(held, dict) and isinstance(held.get(role), str) and held[role])]
    if missing:
        raise SettingMissing(f"In het bestand van SCHAKEL_ROLE_PASSWORDS ontbreekt: {', '.join(missing)}.")
    return {role: Secret(held[role]) for role in LOGIN_ROLES}


def _mail_server(values: Mapping[str, str]) -> MailServer:
    """Plain text only to this very machine; a word that is not understood never means 'then without'."""
    try:
        parts = urlsplit(values["SCHAKEL_SMTP"].strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or not port or parts.path or parts.query or parts.fragment:
        raise SettingMissing("SCHAKEL_SMTP moet smtps://naam:poort of smtp://naam:poort zijn, zonder pad.")
    if parts.username or parts.password:
        raise SettingMissing("SCHAKEL_SMTP noemt geen gebruiker: die staat in het bestand van SCHAKEL_SMTP_LOGIN.")
    sender = values["SCHAKEL_MAIL_FROM"].strip()
    if not is_mail_address(sender):
        raise SettingMissing("SCHAKEL_MAIL_FROM moet één mailadres zijn, bijvoorbeeld schakel@voorbeeld.nl.")
    wrapping = Wrapping.LOOPBACK if parts.hostname in THIS_MACHINE else Wrapping.STARTTLS
    login = _mail_login(values.get("SCHAKEL_SMTP_LOGIN", "").strip())
    return MailServer(parts.hostname, port, Wrapping.TLS if parts.scheme == "smtps" else wrapping, sender, login)


def _mail_login(file: str) -> tuple[str, Secret] | None:
    if not file:
        return None
    user, colon, password = _private_text("SCHAKEL_SMTP_LOGIN", Path(file)).strip("\r\n").partition(":")
    if not (user and colon and password):
        raise SettingMissing("Het bestand van SCHAKEL_SMTP_LOGIN moet gebruiker:wachtwoord bevatten, op één regel.")
    return user, Secret(password)


def _mail_replies(text: str) -> bool:
    if text not in ("", "on", "off"):
        raise SettingMissing("SCHAKEL_MAIL_REPLIES moet on of off zijn.")
    return text == "on"


def _demo_date(text: str, *, demo: bool) -> date | None:
    if not demo and text:
        raise SettingMissing("SCHAKEL_DEMO_DATE mag alleen in de demo; in productie is vandaag altijd vandaag.")
    if not demo:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingMissing("SCHAKEL_DEMO_DATE moet een datum zijn als 2026-11-04.") from None


def _admin(text: str) -> Secret | None:
    return Secret(_private_text("SCHAKEL_DATABASE_ADMIN", Path(text)).strip()) if text else None
