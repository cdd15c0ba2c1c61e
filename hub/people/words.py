"""What the login speaks of: roles, providers, attempts, claims, seats, and the reasons for which a login is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from hub.kernel.errors import Refused, Unavailable
from hub.kernel.words import PartnerId, Secret

ALGORITHMS = ("PS256", "RS256", "ES256")


class Role(StrEnum):
    """What a person may do at a partner; an account holds one or more."""

    CASE_WORKER = "case_worker"
    COORDINATOR = "coordinator"
    PRIVACY_OFFICER = "privacy_officer"
    AUDITOR = "auditor"
    OPERATOR = "operator"


ROLE_IN_DUTCH = {
    Role.CASE_WORKER: "casusinbrenger",
    Role.COORDINATOR: "coördinator",
    Role.PRIVACY_OFFICER: "privacyfunctionaris",
    Role.AUDITOR: "controleur",
    Role.OPERATOR: "beheerder",
}


class Reason(StrEnum):
    """Why a login or a logout notice was refused; the word that the journal keeps, never a value out of a token."""

    ANSWER_UNREADABLE = "antwoord-onleesbaar"
    STATE_UNKNOWN = "state-onbekend"
    PROVIDER_OTHER = "andere-aanbieder"
    MIX_UP = "antwoord-van-andere-uitgever"
    REFUSED_THERE = "geweigerd-bij-aanbieder"
    DISCOVERY = "gegevens-van-aanbieder-kloppen-niet"
    CODE_REFUSED = "code-niet-ingewisseld"
    NOT_IDENTIFIED = "geen-id-token"
    UNREADABLE = "token-onleesbaar"
    ALGORITHM = "algoritme"
    OWN_KEY = "token-brengt-eigen-sleutel-mee"
    KEY_UNKNOWN = "sleutel-onbekend"
    SIGNATURE = "handtekening"
    KIND = "andere-soort-token"
    ISSUER = "uitgever"
    SUBJECT = "onderwerp"
    AUDIENCE = "bestemd-voor-een-ander"
    TIMES = "tijden"
    NONCE = "nonce"
    HALF_HASH = "hoort-niet-bij-toegangstoken"
    ASSURANCE = "betrouwbaarheidsniveau"
    TOO_LONG_AGO = "te-lang-geleden-aangemeld"
    ORGANISATION = "organisatie"
    ACCOUNT = "account-onbekend-of-uit"
    PARTNER = "account-van-andere-partner"
    REPLAY = "al-eerder-aangeboden"
    SILENT = "aanbieder-zwijgt"


class Ending(StrEnum):
    """How a session came to its end; for the journal."""

    SELF = "zelf-afgemeld"
    PROVIDER = "afgemeld-bij-aanbieder"
    REPLACED = "opnieuw-aangemeld"


class SignInRefused(Refused):
    """This login is not accepted; `reason` is for the journal, the sentence tells a visitor nothing that helps an attacker."""

    def __init__(self, reason: Reason) -> None:
        known_there = reason in (Reason.ACCOUNT, Reason.PARTNER)
        super().__init__(
            "U bent wel ingelogd bij uw organisatie, maar Schakel kent u niet. Vraag uw coördinator om toegang."
            if known_there
            else "Aanmelden is niet gelukt. Begin opnieuw. Lukt het weer niet, vraag dan uw coördinator om hulp."
        )
        self.reason = reason


class ProviderSilent(Unavailable):
    """The identity provider does not answer at all; what it answers wrongly is a SignInRefused."""

    reason = Reason.SILENT

    def __init__(self) -> None:
        super().__init__("De inlogdienst van uw organisatie antwoordt niet. Probeer het over een paar minuten nog eens.")


@dataclass(frozen=True, slots=True)
class Provider:
    """One identity provider of our register: who it is, how it signs, and for which partner(s) it may speak."""

    name: str
    title: str
    issuer: str
    client_id: str
    key: Secret = field(repr=False)
    algorithms: tuple[str, ...] = ALGORITHMS
    scopes: tuple[str, ...] = ("openid",)
    partner: str | None = None
    partner_claim: tuple[str, ...] | None = None
    partners: Mapping[str, str] = field(default_factory=dict)
    acr_minimum: str | None = None
    acr_claim: str = "acr"
    max_age: int | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login that was begun: what the answer is held against. It is kept with us, used once, and lives ten minutes."""

    provider: str
    nonce: Secret
    verifier: Secret


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the door needs to send somebody to a provider: the attempt, the state of its request and the token for its cookie."""

    attempt: Attempt
    state: Secret
    cookie: Secret


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider sent back with the browser."""

    state: Secret
    code: Secret
    issuer: str | None


@dataclass(frozen=True, slots=True)
class Claims:
    """Who logged in, after every check; `partner` is the binding of our register and must equal the account's own."""

    provider: str
    issuer: str
    subject: str
    partner: str
    sid: str | None
    acr: str | None
    auth_time: datetime | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A provider's word that somebody logged out there."""

    issuer: str
    subject: str | None
    sid: str | None
    key: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Seat:
    """An open session, read anew at every request together with its account."""

    account: UUID
    partner: PartnerId
    partner_slug: str
    partner_name: str
    name: str
    roles: frozenset[str]
    ticket: Secret
    form_token: Secret
    issuer: str
    acr: str | None
    ends: datetime
    is_due: bool


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody whom the hub knows: the provider's issuer and subject, and what our own register says of her."""

    id: UUID
    issuer: str
    subject: str
    name: str
    roles: tuple[Role, ...]
    email: str | None = None


class Choice(StrEnum):
    """How somebody wants to be told."""

    AT_ONCE = "at_once"
    WEEKLY = "weekly"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where somebody gets mail of the hub, if anywhere, and how she wants it."""

    email: str | None
    choice: Choice


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one person: what its subject is, where it leads, and how far it came by when."""

    subject: str
    path: str
    how: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StuckLetter:
    """A letter that did not arrive so far; whose it is and what it is about, it does not say."""

    id: UUID
    since: date
    tries: int
    code: str
    why: str
    is_dead: bool
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message of one partner that is on its way or got stuck."""

    id: UUID
    kind: str
    account: UUID
    state: str
    put_at: datetime
    tries: int
    code: str | None


@dataclass(frozen=True, slots=True)
class Departure:
    """A session that its person ended: who had opened it, and the provider's own word for it."""

    issuer: str
    sid: str | None


@dataclass(frozen=True, slots=True)
class Onward:
    """The way to log out at the provider as well."""

    title: str
    address: str
