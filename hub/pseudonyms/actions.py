"""Holding the key directory to the database: other keys would find no reference again and open no text."""

from sqlalchemy import select

from hub.kernel.database import Work
from hub.kernel.errors import Unavailable
from hub.pseudonyms.keys import KeyRing
from hub.pseudonyms.tables import KeyCheckRow

LABEL, SCOPE = "source-index", "-"


class OtherKeys(Unavailable):
    """The key directory is not that of this database; nothing may be read or written with it (pseudonyms.md 4)."""

    def __init__(self) -> None:
        super().__init__("Deze sleutels horen niet bij deze gegevens. Zet de sleutelmap van deze database terug.")


def hold_keys_to_database(work: Work, *, keys: KeyRing) -> None:
    """Compare every master key with what the database knows of it, and note one that is new; OtherKeys when one differs."""
    mine = (KeyCheckRow.label == LABEL, KeyCheckRow.scope == SCOPE)
    noted = {row.version: row.fingerprint for row in work.session.scalars(select(KeyCheckRow).where(*mine))}
    for version in keys.versions:
        fingerprint = keys.fingerprint(label=LABEL, scope=SCOPE, version=version)
        if version not in noted:
            work.session.add(KeyCheckRow(label=LABEL, version=version, scope=SCOPE, fingerprint=fingerprint))
        elif noted[version] != fingerprint:
            raise OtherKeys
