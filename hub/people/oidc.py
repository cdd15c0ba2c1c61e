"""The talk with the identity providers: what they publish, what they answer, and when a token of theirs is believed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry, extract_compact
from joserfc.jwt import decode

from hub.kernel.errors import NotFound
from hub.people.rules import check_header, check_origin, is_signing_key, judge_id_token, judge_logout_token, refuse_unless
from hub.people.schemas import is_safe_address
from hub.people.wire import exchange, fetch, open_session
from hub.people.words import Answer, Attempt, Beginning, Claims, Departure, Notice, Onward, Provider, ProviderSilent, Reason, SignInRefused

LONGEST_TOKEN = 64 * 1024
METADATA_LIVES = timedelta(hours=24)
KEYS_LIVE = timedelta(seconds=300)
KEYS_RETRY = timedelta(seconds=60)


def _readable(provider: Provider) -> JWSRegistry:
    """How tokens of this provider are read: its pinned algorithms, and headers that may hold a certificate chain."""
    registry = JWSRegistry(algorithms=list(provider.algorithms), strict_check_header=False)
    registry.max_header_length = 16 * 1024
    return registry


@dataclass(slots=True)
class Client:
    """One provider with what we know of it for the moment: its metadata for a day, its keys for five minutes."""

    provider: Provider
    public_url: str
    metadata: Mapping[str, Any] = field(default_factory=dict, repr=False)
    metadata_read: datetime | None = None
    keys: KeySet | None = field(default=None, repr=False)
    keys_read: datetime | None = None
    lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def redirect_uri(self) -> str:
        """The callback of this provider alone, so that an answer cannot be brought to another's door."""
        return f"{self.public_url}/aanmelden/{self.provider.name}/terug"

    def known(self, *, now: datetime) -> Mapping[str, Any]:
        """The provider's metadata, at most a day old; refused when it speaks for another issuer or points to unsafe addresses."""
        if self.metadata_read is None or not timedelta(0) <= now - self.metadata_read < METADATA_LIVES:
            found = fetch(self.provider, url=self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
            refuse_unless(found.get("issuer") == self.provider.issuer, reason=Reason.DISCOVERY)
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                refuse_unless(is_safe_address(found.get(name)), reason=Reason.DISCOVERY)
            self.metadata, self.metadata_read = found, now
        return self.metadata

    def key_for(self, header: Mapping[str, object], *, now: datetime) -> RSAKey | ECKey:
        """The provider's own key for this header; read again when five minutes old, or for an unknown kid at most once a minute."""
        with self.lock:
            if self._keys_are_older_than(KEYS_LIVE, now=now) or (
                self._pick(header) is None and self._keys_are_older_than(KEYS_RETRY, now=now)
            ):
                self._read_keys(now=now)
            key = self._pick(header)
        if key is None:
            raise SignInRefused(Reason.KEY_UNKNOWN)
        return key

    def look_again(self, *, now: datetime) -> bool:
        """Reads the keys anew after a bad signature, unless that was done in the last minute; tells whether it did."""
        with self.lock:
            is_due = self._keys_are_older_than(KEYS_RETRY, now=now)
            if is_due:
                self._read_keys(now=now)
        return is_due

    def _read_keys(self, *, now: datetime) -> None:
        """The old keys are gone whatever comes; what is not a public signing key is left out."""
        self.keys, self.keys_read = None, None
        found = fetch(self.provider, url=self.known(now=now)["jwks_uri"]).get("keys")
        usable = [data for data in found if is_signing_key(data)] if isinstance(found, list) else []
        try:
            self.keys = KeySet.import_key_set({"keys": usable}) if usable else None
        except (JoseError, ValueError, TypeError, KeyError):
            raise SignInRefused(Reason.DISCOVERY) from None
        self.keys_read = now

    def _keys_are_older_than(self, age: timedelta, *, now: datetime) -> bool:
        return self.keys_read is None or not timedelta(0) <= now - self.keys_read < age

    def _pick(self, header: Mapping[str, object]) -> RSAKey | ECKey | None:
        held, kid, family = list(self.keys or ()), header.get("kid"), ECKey if header.get("alg") == "ES256" else RSAKey
        if kid is None and len(held) > 1:
            return None
        fitting = [key for key in held if kid in (None, key.kid) and isinstance(key, family) and key.alg in (None, header.get("alg"))]
        return fitting[0] if len(fitting) == 1 else None


@dataclass(frozen=True, slots=True)
class Clients:
    """All providers of the register, by name; made once per process."""

    by_name: Mapping[str, Client]

    def of(self, name: str) -> Client:
        """The client for the provider with this name; NotFound when the register has none."""
        if name not in self.by_name:
            raise NotFound
        return self.by_name[name]

    @property
    def providers(self) -> tuple[Provider, ...]:
        """The providers in the order of the register."""
        return tuple(client.provider for client in self.by_name.values())


def open_clients(providers: tuple[Provider, ...], *, public_url: str) -> Clients:
    """A client per provider, each with a callback address of its own; nothing is fetched before somebody logs in."""
    return Clients({one.name: Client(one, public_url) for one in providers})


def start_address(client: Client, *, beginning: Beginning, now: datetime) -> str:
    """The address at the provider to which somebody is sent to log in."""
    provider = client.provider
    asked: dict[str, Any] = {"nonce": beginning.attempt.nonce.reveal()}
    if provider.acr_minimum is not None:
        asked["acr_values"] = provider.acr_minimum
    if provider.max_age is not None:
        asked["max_age"] = provider.max_age
    with open_session(provider, redirect_uri=client.redirect_uri) as session:
        address, _ = session.create_authorization_url(
            client.known(now=now)["authorization_endpoint"],
            state=beginning.state.reveal(),
            code_verifier=beginning.attempt.verifier.reveal(),
            **asked,
        )
    return str(address)


def finish_login(client: Client, *, attempt: Attempt | None, answer: Answer, now: datetime) -> Claims:
    """Who logged in: exchanges the code and believes the token only when everything about it is right; else SignInRefused."""
    if attempt is None:
        raise SignInRefused(Reason.STATE_UNKNOWN)
    refuse_unless(attempt.provider == client.provider.name, reason=Reason.PROVIDER_OTHER)
    metadata = client.known(now=now)
    promised = metadata.get("authorization_response_iss_parameter_supported") is True
    check_origin(answer, provider=client.provider, iss_is_promised=promised)
    with open_session(client.provider, redirect_uri=client.redirect_uri) as session:
        token = exchange(session, endpoint=metadata["token_endpoint"], code=answer.code, verifier=attempt.verifier)
    if not isinstance(token.get("id_token"), str):
        raise SignInRefused(Reason.NOT_IDENTIFIED)
    said = _verified(client, token=token["id_token"], kinds=("", "jwt"), now=now)
    return judge_id_token(said, provider=client.provider, attempt=attempt, access_token=token.get("access_token"), now=now)


def read_notice(client: Client, *, token: str, now: datetime) -> Notice:
    """A logout notice of this provider, after signature and claims are found right; else SignInRefused."""
    said = _verified(client, token=token, kinds=("logout+jwt",), now=now)
    return judge_logout_token(said, provider=client.provider, now=now)


def way_out(clients: Clients, *, departure: Departure, now: datetime) -> Onward | None:
    """Where somebody may also log out at the provider itself; None when it offers that nowhere or does not answer."""
    client = next((one for one in clients.by_name.values() if one.provider.issuer == departure.issuer), None)
    try:
        found = client.known(now=now).get("end_session_endpoint") if client else None
    except (ProviderSilent, SignInRefused):
        return None
    if client is None or not is_safe_address(found):
        return None
    asked = {"client_id": client.provider.client_id, "post_logout_redirect_uri": f"{client.public_url}/afgemeld"}
    hint = {"logout_hint": departure.sid} if departure.sid else {}
    return Onward(client.provider.title, f"{found}?{urlencode(asked | hint)}")


def _verified(client: Client, *, token: str, kinds: tuple[str, ...], now: datetime) -> Mapping[str, object]:
    """What a token says, once its header is acceptable and its signature is the provider's."""
    refuse_unless(len(token) <= LONGEST_TOKEN, reason=Reason.UNREADABLE)
    try:
        header = extract_compact(token.encode(), registry=_readable(client.provider)).headers()
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise SignInRefused(Reason.UNREADABLE) from None
    if not isinstance(header, dict):  # joserfc lets a list pass that holds the word alg
        raise SignInRefused(Reason.UNREADABLE)
    check_header(header, provider=client.provider)
    refuse_unless(str(header.get("typ", "")).lower() in kinds, reason=Reason.KIND)
    try:
        return _opened(client, token=token, header=header, now=now)
    except SignInRefused as refusal:
        # The key may have been replaced under the same name.
        if refusal.reason is not Reason.SIGNATURE or not client.look_again(now=now):
            raise
    return _opened(client, token=token, header=header, now=now)


def _opened(client: Client, *, token: str, header: Mapping[str, object], now: datetime) -> Mapping[str, object]:
    key = client.key_for(header, now=now)
    try:
        return decode(token, key, registry=_readable(client.provider)).claims
    except (JoseError, ValueError, TypeError, RecursionError):
        raise SignInRefused(Reason.SIGNATURE) from None
