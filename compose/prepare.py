"""Makes what the trial with docker-compose needs once: passwords, keys, and the realm with our public key in it.

Run as root by the service `prepare`; what is already there stays. Nothing it makes leaves the volumes of this machine.
"""

import json
import os
import secrets
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from joserfc.jwk import RSAKey

from hub.kernel.settings import LOGIN_ROLES
from hub.kernel.words import Month
from hub.pseudonyms.keys import make_keys

HERE = Path(__file__).parent
HUB_USER, KEYCLOAK_USER, POSTGRES_USER = 10001, 1000, 999
KEY_PLACE = "@SCHAKEL_JWKS@"


def write_once(file: Path, text: str, *, owner: int) -> str:
    """The text of this file; written, for its owner alone, when it was not there."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="utf-8") as stream:
            stream.write(text)
        os.chown(file, owner, owner)
    return file.read_text("utf-8")


def realm_with(key: RSAKey, *, template: str) -> str:
    """The realm to import, in which Keycloak knows the hub by this public key."""
    public = json.dumps({"keys": [{**key.as_dict(private=False), "use": "sig", "alg": "PS256", "kid": key.thumbprint()}]})
    return template.replace(KEY_PLACE, json.dumps(public)[1:-1])


def main(hub: Path, *, database: Path, realm: Path) -> None:
    """Fill the three volumes."""
    os.umask(0o077)
    password = write_once(database / "password", secrets.token_urlsafe(32), owner=POSTGRES_USER)
    write_once(hub / "database-admin", f"postgresql://postgres:{password}@db:5432/postgres", owner=HUB_USER)
    roles = {role: secrets.token_urlsafe(32) for role in LOGIN_ROLES}
    write_once(hub / "role-passwords.json", json.dumps(roles), owner=HUB_USER)
    pem = write_once(hub / "provider-key.pem", RSAKey.generate_key(3072).as_pem(private=True).decode(), owner=HUB_USER)
    template = (HERE / "keycloak" / "realm-schakel.json").read_text("utf-8")
    write_once(realm / "realm-schakel.json", realm_with(RSAKey.import_key(pem), template=template), owner=KEYCLOAK_USER)
    shutil.copyfile(HERE / "providers.yaml", hub / "providers.yaml")
    now = datetime.now(UTC)
    make_keys(hub / "keys", month=Month(now.year, now.month))
    for file in [hub, hub / "providers.yaml", *(hub / "keys").rglob("*"), hub / "keys"]:
        os.chown(file, HUB_USER, HUB_USER)
    for folder, owner in ((database, POSTGRES_USER), (realm, KEYCLOAK_USER)):
        os.chown(folder, owner, owner)


if __name__ == "__main__":
    main(Path(sys.argv[1]), database=Path("/run/database"), realm=Path("/run/realm"))
