"""Raises a hub to measure: an embedded PostgreSQL as in production, the schema, keys, partners and policies, in a directory of its own."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from hub.demo.agreeing import agree
from hub.demo.personas import PERSONAS
from hub.demo.provider import prepare_register
from hub.desk import Desk, open_desk
from hub.kernel import migrate, roles, server
from hub.kernel.days import moment
from hub.kernel.settings import LOGIN_ROLES, read_settings, surroundings
from hub.kernel.words import Month, Secret
from hub.partners.actions import add_partner
from hub.people.actions import admit
from hub.people.words import Role
from hub.pseudonyms.keys import make_keys
from hub.sharing.schemas import load_policies

POLICIES = Path(__file__).parent.parent / "policies"
TODAY = date(2026, 11, 4)
DATABASE = "schakel"
ISSUER = "http://localhost:8401"


@dataclass(frozen=True)
class Hub:
    """A hub that stands: its desk, a superuser's connection text, its directory, and the environment for processes of it."""

    desk: Desk
    admin: str
    folder: Path
    environment: Mapping[str, str]

    def superuser(self) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection past row security: for filling tables and for the floor."""
        return psycopg.connect(self.admin, autocommit=True)


@contextmanager
def raised(*, policies: Path = POLICIES, is_hasty: bool = False, port: int = 8402) -> Iterator[Hub]:
    """A hub with the partners and policies of this folder, and the people of the demo where it has their partners.

    The server has its settings of production, fsync and all; a hasty one has no fsync, where time is not what is measured.
    """
    folder = Path(tempfile.mkdtemp(prefix="schakel-bench-"))
    folder.chmod(0o755)
    running = None
    try:
        running = server.start(data=folder / "pg", settings={"fsync": "off"} if is_hasty else {})
        environment = _environment(folder, running.admin_dsn, policies=policies, port=port)
        with open_desk(read_settings(values=environment)) as desk:
            _admit(desk)
            yield Hub(desk, make_conninfo(running.admin_dsn, dbname=DATABASE), folder, environment)
    finally:
        if running is not None:
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, admin: str, *, policies: Path, port: int) -> dict[str, str]:
    passwords, file = {role: os.urandom(16).hex() for role in LOGIN_ROLES}, folder / "roles.json"
    file.write_text(json.dumps(passwords))
    file.chmod(0o400)
    roles.prepare(admin=admin, database=DATABASE, passwords={role: Secret(word) for role, word in passwords.items()})
    words = psycopg.conninfo.conninfo_to_dict(admin)
    place = f"{DATABASE}?host={words['host']}&port={words['port']}"
    migrate.upgrade(admin=f"postgresql+psycopg://{words['user']}@/{place}")
    make_keys(folder / "keys", month=Month(2026, 11))
    return {
        **surroundings(), "SCHAKEL_MODE": "demo", "SCHAKEL_PUBLIC_URL": f"http://localhost:{port}", "SCHAKEL_BIND": f"127.0.0.1:{port}",
        "SCHAKEL_DATABASE": f"postgresql:///{place}", "SCHAKEL_ROLE_PASSWORDS": str(file), "SCHAKEL_KEYS": str(folder / "keys"),
        "SCHAKEL_PROVIDERS": str(prepare_register(folder, issuer=ISSUER)), "SCHAKEL_POLICIES": str(policies),
        "SCHAKEL_SMTP": "smtp://127.0.0.1:9", "SCHAKEL_MAIL_FROM": "schakel@voorbeeld.invalid", "SCHAKEL_DEMO_DATE": TODAY.isoformat(),
    }  # fmt: skip


def _admit(desk: Desk) -> None:
    book = load_policies(desk.settings.policies)
    began = moment(min((one.valid_from for one in book.policies), default=TODAY), at=time(7))
    with desk.work(now=began) as (work, _):
        for partner in book.partners.values():
            add_partner(work, slug=partner.slug, name=partner.name, kind=partner.kind.value, provinces=partner.provinces)
    for persona in (one for one in PERSONAS if one.partner in book.partners):
        with desk.work(persona.partner) as (work, _):
            admit(work, issuer=ISSUER, subject=persona.subject, name=persona.name, roles=persona.roles)
    for slug in book.partners:
        with desk.work(slug) as (work, _):
            for number in (1, 2):
                admit(work, issuer=ISSUER, subject=f"{slug} signs {number}", name=f"Wie tekent {number}", roles=[Role.PRIVACY_OFFICER])
    with desk.work(now=began) as (work, _):
        agree(work, policies=book.policies, book=book)


AGREED = """
SET session_replication_role = replica;
DELETE FROM hub.policy_pair;
INSERT INTO hub.policy_pair (giver, recipient, kind, version_id, valid, state, proposed_at, changed_at, covers)
SELECT DISTINCT giver, recipient, kind, policy_version, daterange('2026-01-01', '2028-01-01'), 'valid', now(), now(), true
  FROM hub.inbox WHERE giver <> recipient;
RESET session_replication_role;
ANALYZE hub.policy_pair
"""


def agree_on_rows(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Lay down an agreement for every row that was put into the inbox by hand, since nobody reads a row without one."""
    for statement in AGREED.split(";"):
        connection.execute(statement)
