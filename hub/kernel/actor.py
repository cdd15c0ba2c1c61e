"""Who acts: a person of a partner, the hub's clerk acting for one partner, or the doorkeeper who knows accounts and no cases."""

from dataclasses import dataclass
from uuid import UUID

from hub.kernel.words import PartnerId, Secret


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who logged in; the database checks the ticket itself at the start of every transaction."""

    partner: PartnerId
    account: UUID
    roles: frozenset[str]
    ticket: Secret


@dataclass(frozen=True, slots=True)
class Clerk:
    """The hub itself, in a command or a job; with a partner it sees that partner's rows, without one it sees none."""

    partner: PartnerId | None = None


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Opens and closes sessions; reads accounts, and nothing about cases."""


@dataclass(frozen=True, slots=True)
class LogKeeper:
    """Numbers and seals the journal; reads its lines, and nothing about cases or accounts."""


Actor = Person | Clerk | Doorkeeper | LogKeeper
