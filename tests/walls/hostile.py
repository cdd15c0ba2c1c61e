"""An identity provider that lies on request: real HTTP on loopback, and every part of its answers can be twisted by a test."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs

from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry

CLIENT = "schakel"
SUBSTANTIAL = "http://eidas.europa.eu/LoA/substantial"


@cache
def rsa_key(name: str) -> RSAKey:
    """An RSA key with this kid, made once per run."""
    return RSAKey.generate_key(2048, {"kid": name})


@cache
def ec_key(name: str) -> ECKey:
    """A P-256 key with this kid, made once per run."""
    return ECKey.generate_key("P-256", {"kid": name})


def in_base64(what: bytes | dict[str, Any]) -> str:
    """The way in which tokens are written."""
    data = what if isinstance(what, bytes) else json.dumps(what).encode()
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def half_hash(text: str) -> str:
    """What `at_hash` says of an access token."""
    return in_base64(sha256(text.encode()).digest()[:16])


@dataclass
class Forgery:
    """One answer of the token endpoint before it is sent; a test changes what it likes."""

    claims: dict[str, Any]
    header: dict[str, Any]
    key: RSAKey | ECKey | bytes
    body: dict[str, Any] = field(default_factory=dict)
    id_token: str | None = None

    def sign(self) -> str:
        """The token as header, claims and key say; nothing is too strange."""
        said = f"{in_base64(self.header)}.{in_base64(self.claims)}"
        if isinstance(self.key, bytes):
            return f"{said}.{in_base64(hmac.digest(self.key, said.encode(), 'sha256'))}"
        return f"{said}.{in_base64(JWSRegistry.algorithms[self.header['alg']].sign(said.encode(), self.key))}"

    def without_signature(self, *, alg: str) -> str:
        """The same claims, unsigned."""
        return f"{in_base64({'alg': alg, 'typ': 'JWT'})}.{in_base64(self.claims)}."

    def sealed(self) -> dict[str, Any]:
        """The body of the token endpoint's answer."""
        return {"access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": self.id_token or self.sign()} | self.body


Twist = Callable[[Forgery], None]


@dataclass
class HostileProvider:
    """The provider's state; `twist` is applied to every token, `metadata` over the discovery document."""

    name: str
    issuer: str = ""
    subject: str = "marijke"
    organisation: Any = "bureau-drenthe"
    keys: list[RSAKey | ECKey] = field(default_factory=list)
    twist: Twist = lambda forgery: None
    metadata: dict[str, Any] = field(default_factory=dict)
    checks_pkce: bool = True
    redirects: frozenset[str] = frozenset()
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    assertions: list[str] = field(default_factory=list)

    def __enter__(self) -> "HostileProvider":
        self.keys = self.keys or [rsa_key(f"{self.name}-1")]
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": self}))
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()

    def behave(self) -> None:
        """Be an honest provider again, with one key and no codes."""
        self.twist, self.metadata, self.checks_pkce, self.redirects = (lambda forgery: None), {}, True, frozenset()
        self.subject, self.organisation, self.keys = "marijke", "bureau-drenthe", [rsa_key(f"{self.name}-1")]
        for kept in (self.codes, self.fetched, self.assertions):
            kept.clear()

    def approve(self, asked: dict[str, str]) -> str:
        """Somebody logs in: a code for what the hub asked."""
        code = f"code-{self.name}-{len(self.codes)}"
        self.codes[code] = asked
        return code

    def describe(self) -> dict[str, Any]:
        """The discovery document."""
        addresses = {name: f"{self.issuer}/{path}" for name, path in
                     {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}.items()}  # fmt: skip
        said = {"issuer": self.issuer, **addresses, "authorization_response_iss_parameter_supported": True,
                "id_token_signing_alg_values_supported": ["PS256"]}  # fmt: skip
        return said | self.metadata

    def answer_code(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What the token endpoint says to a code."""
        self.assertions.append(form.get("client_assertion", ""))
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = in_base64(sha256(form.get("code_verifier", "").encode()).digest())
        if asked is None or (self.checks_pkce and asked["code_challenge"] != challenge):
            return 400, {"error": "invalid_grant"}
        forgery = self.honest_token(nonce=asked["nonce"])
        self.twist(forgery)
        return 200, forgery.sealed()

    def honest_token(self, *, nonce: str) -> Forgery:
        """A token with nothing wrong in it."""
        now = int(time())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": nonce, "auth_time": now,
                  "acr": SUBSTANTIAL, "organisatie": self.organisation, "sid": f"sid-{self.subject}",
                  "at_hash": half_hash("at")}  # fmt: skip
        return Forgery(claims, {"alg": "PS256", "kid": self.keys[-1].kid, "typ": "JWT"}, self.keys[-1])

    def logout_token(self, **different: Any) -> Forgery:
        """A logout notice with nothing wrong in it, but for what is asked."""
        now = int(time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": f"jti-{now}", "sub": self.subject,
                  "sid": f"sid-{self.subject}", "events": {"http://schemas.openid.net/event/backchannel-logout": {}}}  # fmt: skip
        claims = {name: value for name, value in (claims | different).items() if value is not None}
        return Forgery(claims, {"alg": "PS256", "kid": self.keys[-1].kid, "typ": "logout+jwt"}, self.keys[-1])


class _Handler(BaseHTTPRequestHandler):
    provider: HostileProvider

    def do_GET(self) -> None:
        path = self.path.strip("/")
        self.provider.fetched.append(path)
        if path in self.provider.redirects:
            self._send(302, {}, location=f"{self.provider.issuer}/elsewhere/{path}")
        elif path.removeprefix("elsewhere/") == ".well-known/openid-configuration":
            self._send(200, self.provider.describe())
        else:
            self._send(200, dict(KeySet(list(self.provider.keys)).as_dict(private=False)))

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        path = self.path.strip("/")
        if path in self.provider.redirects:
            self._send(307, {}, location=f"{self.provider.issuer}/elsewhere/{path}")
            return
        self._send(*self.provider.answer_code({name: values[0] for name, values in form.items()}))

    def _send(self, status: int, said: dict[str, Any], location: str | None = None) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if location is not None:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""
