"""What tests of agreements need: the register put back as it was, a changed policy, and the people who sign."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg

from hub.people.queries import accounts
from hub.people.words import Role
from hub.sharing.policy import Policy
from hub.sharing.schemas import parse_policy
from tests.cast import Cast

COLUMNS = "giver, recipient, kind, version_id, valid, state, proposed_at, changed_at, covers"


@contextmanager
def kept_register(superuser: psycopg.Connection) -> Iterator[None]:
    """Afterwards the agreements stand as they stood: every other test begins with them."""
    pairs = superuser.execute(f"SELECT {COLUMNS} FROM hub.policy_pair").fetchall()
    [(newest,)] = superuser.execute("SELECT max(id) FROM hub.policy_version").fetchall()
    yield
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("DELETE FROM hub.reprojection")
    superuser.execute("DELETE FROM hub.policy_signature WHERE version_id > %s", (newest,))
    superuser.execute("DELETE FROM hub.policy_pair")
    with superuser.cursor() as cursor:
        cursor.executemany(f"INSERT INTO hub.policy_pair ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)", pairs)
    superuser.execute("DELETE FROM hub.policy_version WHERE id > %s", (newest,))
    superuser.execute("RESET session_replication_role")


def changed(cast: Cast, *, name: str, **words: str) -> Policy:
    """The next version of a policy of the cast, with some words put in the place of others: `first="municipality → province"`."""
    old = cast.house.book.policy_named(name)
    assert old is not None
    text = old.text.replace(f"version: {old.version}", f"version: {old.version + 1}")
    for before, after in (pair.split(" → ") for pair in words.values()):
        assert before in text
        text = text.replace(before, after)
    return parse_policy(text, name=name, book=cast.house.book)


def officers(cast: Cast, slug: str) -> list[UUID]:
    """The privacy officers of this partner."""
    with cast.as_clerk(slug) as work:
        return [one.id for one in accounts(work) if Role.PRIVACY_OFFICER in one.roles]


def coordinators(cast: Cast, slug: str) -> list[UUID]:
    """And its coordinators."""
    with cast.as_clerk(slug) as work:
        return [one.id for one in accounts(work) if Role.COORDINATOR in one.roles]
