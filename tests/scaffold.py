"""Where the house under test stands: its server, its template, a worker's clone, and the settings to reach them."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from hub.demo.provider import prepare_register
from hub.kernel import migrate, roles
from hub.kernel.settings import LOGIN_ROLES, Settings, read_settings
from hub.kernel.words import Secret

ROOT = Path(__file__).parent.parent
PUBLIC = "http://localhost:8000"
ISSUER = "http://localhost:8401"


@dataclass(frozen=True)
class Place:
    """An admin's connection text, a folder for keys and files, the template's name and this worker's database."""

    admin: str
    folder: str
    template: str
    database: str = ""

    def as_text(self) -> str:
        return json.dumps(asdict(self))

    def clone(self, database: str) -> "Place":
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(self.template)))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
            for role in LOGIN_ROLES:
                grant = "GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}"
                connection.execute(sql.SQL(grant).format(sql.Identifier(database), sql.Identifier(role)))
        return replace(self, database=database)

    def url(self, database: str = "") -> str:
        """The address without user, as the setting wants it."""
        words = conninfo_to_dict(self.admin)
        return f"postgresql:///{database or self.database}?host={words['host']}&port={words.get('port', 5432)}"

    def admin_url(self, database: str = "") -> str:
        words = conninfo_to_dict(self.admin)
        who = quote(str(words.get("user", "postgres"))) + (f":{quote(str(words['password']))}" if "password" in words else "")
        return self.url(database).replace("postgresql://", f"postgresql+psycopg://{who}@")


def password_file(place: Place) -> Path:
    return Path(place.folder) / "roles.json"


def make_template(place: Place) -> None:
    """Roles, an empty database and every migration, for real."""
    passwords = {role: f"{role}-in-the-suite" for role in LOGIN_ROLES}
    password_file(place).write_text(json.dumps(passwords))
    password_file(place).chmod(0o400)
    roles.prepare(admin=place.admin, database=place.template, passwords={role: Secret(word) for role, word in passwords.items()})
    migrate.upgrade(admin=place.admin_url(place.template))


def providers_file(place: Place) -> Path:
    """A register with the demo provider in it, bound to the partners of the personas by its claim; made once."""
    return prepare_register(Path(place.folder), issuer=ISSUER)


def environment_for(place: Place, *, database: str = "") -> dict[str, str]:
    """The environment of a process of this house: that of the demo, since the policies are examples."""
    return {
        "SCHAKEL_MODE": "demo", "SCHAKEL_PUBLIC_URL": PUBLIC, "SCHAKEL_BIND": "127.0.0.1:8000", "SCHAKEL_DEMO_DATE": "2026-11-04",
        "SCHAKEL_DATABASE": place.url(database or place.database), "SCHAKEL_ROLE_PASSWORDS": str(password_file(place)),
        "SCHAKEL_KEYS": str(Path(place.folder) / "keys"), "SCHAKEL_PROVIDERS": str(providers_file(place)),
        "SCHAKEL_POLICIES": str(ROOT / "policies"), "SCHAKEL_SMTP": "smtp://127.0.0.1:9", "SCHAKEL_MAIL_FROM": "schakel@voorbeeld.invalid",
    }  # fmt: skip


def settings_for(place: Place, *, database: str = "") -> Settings:
    """The same as a value."""
    return read_settings(values=environment_for(place, database=database))
