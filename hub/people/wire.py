"""The calls over the network to an identity provider: bounded in time and size, no redirects, and our own proof to its token endpoint."""

from collections.abc import Mapping
from io import BytesIO
from time import monotonic
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from joserfc.jwk import RSAKey
from urllib3.exceptions import HTTPError

from hub.kernel.words import Secret
from hub.people.words import Provider, ProviderSilent, Reason, SignInRefused

TIMEOUT = 5
LONGEST_CALL = 10
LARGEST_ANSWER = 256 * 1024


class ShortAssertion(PrivateKeyJWT):  # type: ignore[misc]  # Authlib has no types
    """Our proof to a token endpoint: PS256, a minute long, and with a fresh jti each time (Authlib's own keeps its first jti)."""

    def sign(self, auth: Any, token_endpoint: str) -> str:
        """The assertion for this one call."""
        made = private_key_jwt_sign(
            RSAKey.import_key(auth.client_secret), client_id=auth.client_id, token_endpoint=token_endpoint, alg="PS256", expires_in=60
        )
        return str(made)


def _take_in_bounded(response: Any, **_: object) -> None:
    """Reads an answer up to a size and for a time; a response hook, so that it works before anything else reads."""
    taken, stop = BytesIO(), monotonic() + LONGEST_CALL
    try:
        while chunk := response.raw.read1(16384, decode_content=True):
            taken.write(chunk)
            if taken.tell() > LARGEST_ANSWER or monotonic() > stop:
                raise ValueError("too large or too slow")
    except HTTPError:
        raise ConnectionError from None
    finally:
        response.raw.close()
    response._content, response._content_consumed = taken.getvalue(), True


def _refuse_other_status(response: Any) -> Any:
    """A token endpoint says yes, or no for a reason; what stands in a redirect is not looked at."""
    if response.status_code not in (200, 400, 401):
        raise ValueError("neither yes nor no")
    return response


def open_session(provider: Provider, *, redirect_uri: str) -> OAuth2Session:
    """A fresh session for one conversation: no proxy or password files of this machine, PKCE S256, our key."""
    session = OAuth2Session(
        client_id=provider.client_id,
        client_secret=provider.key.reveal(),
        token_endpoint_auth_method=ShortAssertion.name,
        redirect_uri=redirect_uri,
        scope=" ".join(provider.scopes),
        code_challenge_method="S256",
        default_timeout=TIMEOUT,
    )
    session.trust_env = False
    session.hooks["response"].append(_take_in_bounded)
    session.register_client_auth_method(ShortAssertion())
    session.register_compliance_hook("access_token_response", _refuse_other_status)
    return session


def fetch(provider: Provider, *, url: str) -> Mapping[str, Any]:
    """The JSON object at an address of this provider: ProviderSilent without an answer, refused unless it is a plain 200."""
    with open_session(provider, redirect_uri="") as session:
        try:
            response = session.get(url, withhold_token=True, allow_redirects=False)
            found = response.json() if response.status_code == 200 else None
        except (ValueError, RecursionError):  # first, since a body that is no JSON is also an OSError
            raise SignInRefused(Reason.DISCOVERY) from None
        except OSError:
            raise ProviderSilent from None
    if not isinstance(found, dict):
        raise SignInRefused(Reason.DISCOVERY)
    return found


def exchange(session: OAuth2Session, *, endpoint: str, code: Secret, verifier: Secret) -> Mapping[str, Any]:
    """What the token endpoint gives for a code: ProviderSilent without an answer, refused when it says no or talks nonsense."""
    try:
        token = session.fetch_token(
            endpoint, grant_type="authorization_code", code=code.reveal(), code_verifier=verifier.reveal(),
            redirect_uri=session.redirect_uri, allow_redirects=False,
        )  # fmt: skip
    except (OAuthError, OAuth2Error, ValueError, RecursionError):
        raise SignInRefused(Reason.CODE_REFUSED) from None
    except OSError:
        raise ProviderSilent from None
    return token if isinstance(token, dict) else {}
