"""What the demo's identity provider is built on: Authlib's server with PKCE, a client that proves itself, and short ID tokens."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from authlib.common.security import generate_token
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import OpenIDCode
from flask import Flask
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jwt import decode

from hub.demo.personas import Persona
from hub.kernel.clock import real_now

CODE_LIVES = timedelta(seconds=60)
TOKEN_LIVES = 300
ASSERTION_ALGORITHMS = ["PS256", "RS256", "ES256"]


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who picked a card: the person, the provider's own word for this login, and when."""

    persona: Persona
    sid: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hub(ClientMixin):  # type: ignore[misc]
    """The only client of this provider."""

    client_id: str
    key: RSAKey
    address: str
    name: str
    notify: bool = True

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return f"{self.address}/aanmelden/{self.name}/terug"

    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(word for word in scope.split() if word in ("openid", "organisatie"))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.get_default_redirect_uri()

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "private_key_jwt" and endpoint == "token"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(slots=True)
class State:
    """What the provider remembers until it stops: its keys (the last one signs), codes, logins, and assertions it has seen."""

    issuer: str
    hub: Hub
    keys: list[RSAKey]
    personas: tuple[Persona, ...]
    codes: dict[str, "Code"] = field(default_factory=dict)
    logins: dict[str, Login] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """One authorization code: good once, for a minute, for one client and one address."""

    login: Login
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    made: datetime

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.login.at.timestamp())

    def get_acr(self) -> str:
        return self.login.persona.acr

    def get_amr(self) -> None:
        return None


class StrictChallenge(CodeChallenge):  # type: ignore[misc]
    """PKCE from everybody, and S256 only."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Refuses a request without challenge or with the plain method."""
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with S256 is required.", redirect_uri=redirect_uri)
        super().validate_code_challenge(grant, redirect_uri)


def make_server_side(app: Flask, *, state: State) -> AuthorizationServer:
    """Authlib's authorization server for this state: one client, one grant, answers that name their issuer (RFC 9207)."""
    server = AuthorizationServer(
        app, query_client=lambda name: state.hub if name == state.hub.client_id else None, save_token=_keep_nothing
    )
    server.register_client_auth_method("private_key_jwt", _proof_of_client(state))
    server.register_grant(_code_grant(state), [StrictChallenge(required=True), _id_token(state)])

    class Issuer(IssuerParameter):  # type: ignore[misc]
        def get_issuer(self) -> str:
            return state.issuer

    server.register_extension(Issuer())
    return server


def _keep_nothing(_token: object, _request: object) -> None:
    """Access tokens open nothing here, so none is kept."""


def _proof_of_client(state: State) -> JWTBearerClientAssertion:
    class Proof(JWTBearerClientAssertion):  # type: ignore[misc]
        CLIENT_AUTH_METHOD = "private_key_jwt"

        def get_audiences(self) -> list[str]:
            return [state.issuer, f"{state.issuer}/token"]

        def resolve_client_public_key(self, client: Hub) -> RSAKey:
            return client.key

        def process_assertion_claims(self, assertion: str, resolve_key: RSAKey) -> dict[str, Any]:
            try:
                claims = decode(assertion, resolve_key, algorithms=ASSERTION_ALGORITHMS).claims
            except JoseError as error:
                raise InvalidClientError(description=error.description) from None
            self.verify_claims(claims)
            return claims

        def validate_jti(self, claims: dict[str, Any], jti: str) -> bool:
            is_new = jti not in state.seen
            state.seen.add(jti)
            return is_new

    return Proof()


def _code_grant(state: State) -> type[AuthorizationCodeGrant]:
    class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ["private_key_jwt"]

        def save_authorization_code(self, code: str, request: Any) -> None:
            asked = request.payload.data
            state.codes[code] = Code(
                request.user, request.payload.redirect_uri, request.scope, asked.get("nonce", ""),
                asked["code_challenge"], asked["code_challenge_method"], real_now(),
            )  # fmt: skip

        def query_authorization_code(self, code: str, client: Hub) -> Code | None:
            kept = state.codes.pop(code, None)
            return kept if kept and real_now() - kept.made < CODE_LIVES else None

        def delete_authorization_code(self, authorization_code: Code) -> None:
            """It went when it was asked for."""

        def authenticate_user(self, authorization_code: Code) -> Login:
            return authorization_code.login

    return CodeGrant


def _id_token(state: State) -> OpenIDCode:
    class IdToken(OpenIDCode):  # type: ignore[misc]
        DEFAULT_EXPIRES_IN = TOKEN_LIVES

        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return any(code.nonce == nonce for code in state.codes.values())

        def resolve_client_private_key(self, client: Hub) -> RSAKey:
            return state.keys[-1]

        def get_client_algorithm(self, client: Hub) -> str:
            return "PS256"

        def get_encode_header(self, client: Hub) -> dict[str, Any]:
            return {"alg": "PS256", "kid": state.keys[-1].kid}

        def get_client_claims(self, client: Hub) -> dict[str, Any]:
            return {"iss": state.issuer, "aud": client.client_id, "jti": generate_token(32)}

        def generate_user_info(self, user: Login, scope: str) -> dict[str, Any]:
            return {"sub": user.persona.subject, "sid": user.sid, "organisatie": user.persona.partner}

    return IdToken(require_nonce=True)
