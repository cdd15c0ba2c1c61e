"""What an answer and a token must say before we believe them: pure, strict, and with a reason for every refusal."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeGuard

from hub.kernel.words import Secret
from hub.people.words import Answer, Attempt, Claims, Notice, Provider, Reason, SignInRefused

LEEWAY = 30
LONGEST_AGO = 600
LONGEST_VALUE = 4096
LOGGED_OUT = "http://schemas.openid.net/event/backchannel-logout"
LADDERS = (
    ("http://eidas.europa.eu/LoA/low", "http://eidas.europa.eu/LoA/substantial", "http://eidas.europa.eu/LoA/high"),
    tuple(f"urn:etoegang:core:assurance-class:{step}" for step in ("loa1", "loa2", "loa2plus", "loa3", "loa4")),
)


def refuse_unless(holds: object, /, *, reason: Reason) -> None:
    """Nothing when it holds; SignInRefused with this reason when it does not."""
    if not holds:
        raise SignInRefused(reason)


def read_answer(pairs: Iterable[tuple[str, str]]) -> Answer:
    """The answer in a callback's address; a name that comes twice, a value that is endless or an error is a refusal."""
    said: dict[str, str] = {}
    for name, value in pairs:
        refuse_unless(name not in said and len(value) <= LONGEST_VALUE, reason=Reason.ANSWER_UNREADABLE)
        said[name] = value
    refuse_unless(said.get("state"), reason=Reason.STATE_UNKNOWN)
    return Answer(Secret(said["state"]), Secret(said.get("code", "") if "error" not in said else ""), said.get("iss"))


def check_origin(answer: Answer, *, provider: Provider, iss_is_promised: bool) -> None:
    """Holds the answer against the provider that was asked (RFC 9207), then asks that there be a code in it."""
    refuse_unless(answer.issuer in (None, provider.issuer), reason=Reason.MIX_UP)
    refuse_unless(answer.issuer is not None or not iss_is_promised, reason=Reason.MIX_UP)
    refuse_unless(answer.code.reveal(), reason=Reason.REFUSED_THERE)


def check_header(header: Mapping[str, object], *, provider: Provider) -> None:
    """A token's header before any key is looked at: a pinned algorithm, no key of its own, nothing critical we do not know."""
    refuse_unless(header.get("alg") in provider.algorithms, reason=Reason.ALGORITHM)
    refuse_unless(not {"jwk", "jku", "x5u"} & set(header), reason=Reason.OWN_KEY)
    refuse_unless("crit" not in header and "b64" not in header, reason=Reason.UNREADABLE)


def judge_id_token(token: Mapping[str, object], *, provider: Provider, attempt: Attempt, access_token: object, now: datetime) -> Claims:
    """The claims of a signed ID token, once every one of them is right for this provider, this attempt and this moment."""
    _check_issuer_audience_and_times(token, provider=provider, now=now)
    refuse_unless("events" not in token, reason=Reason.KIND)
    refuse_unless(token.get("nonce") == attempt.nonce.reveal(), reason=Reason.NONCE)
    refuse_unless(token.get("at_hash") in (None, _half_hash(access_token)), reason=Reason.HALF_HASH)
    subject = _short_text(token.get("sub"), reason=Reason.SUBJECT)
    acr = _assurance(token.get(provider.acr_claim), minimum=provider.acr_minimum)
    logged_in = _auth_time(token.get("auth_time"), max_age=provider.max_age, now=now)
    sid = None if token.get("sid") is None else _short_text(token["sid"], reason=Reason.UNREADABLE)
    return Claims(provider.name, provider.issuer, subject, _partner(token, provider=provider), sid, acr, logged_in)


def judge_logout_token(token: Mapping[str, object], *, provider: Provider, now: datetime) -> Notice:
    """The notice in a signed logout token (OIDC Back-Channel Logout 1.0, 2.6)."""
    _check_issuer_audience_and_times(token, provider=provider, now=now)
    events = token.get("events")
    refuse_unless(isinstance(events, dict) and isinstance(events.get(LOGGED_OUT), dict), reason=Reason.KIND)
    refuse_unless("nonce" not in token, reason=Reason.KIND)
    key = _short_text(token.get("jti"), reason=Reason.REPLAY)
    subject, sid = token.get("sub"), token.get("sid")
    refuse_unless(subject is not None or sid is not None, reason=Reason.SUBJECT)
    return Notice(
        issuer=provider.issuer,
        subject=None if subject is None else _short_text(subject, reason=Reason.SUBJECT),
        sid=None if sid is None else _short_text(sid, reason=Reason.SUBJECT),
        key=key,
        expires=datetime.fromtimestamp(_moment(token, "exp") + LEEWAY, UTC),
    )


def is_signing_key(data: object) -> bool:
    """Whether this entry of a provider's key set is a public key for signatures; secrets and keys for encryption are not."""
    return isinstance(data, dict) and data.get("kty") in ("RSA", "EC") and data.get("use", "sig") == "sig" and "d" not in data


def is_assured(acr: str | None, *, provider: Provider) -> bool:
    """Whether a session opened at this level still reaches the provider's floor, which may have been raised since."""
    return provider.acr_minimum is None or _reaches(acr, minimum=provider.acr_minimum)


def _check_issuer_audience_and_times(token: Mapping[str, object], *, provider: Provider, now: datetime) -> None:
    refuse_unless(token.get("iss") == provider.issuer, reason=Reason.ISSUER)
    refuse_unless(token.get("aud") in (provider.client_id, [provider.client_id]), reason=Reason.AUDIENCE)
    refuse_unless(token.get("azp", provider.client_id) == provider.client_id, reason=Reason.AUDIENCE)
    moment = now.timestamp()
    refuse_unless(_moment(token, "exp") + LEEWAY > moment, reason=Reason.TIMES)
    refuse_unless(moment - LONGEST_AGO - LEEWAY <= _moment(token, "iat") <= moment + LEEWAY, reason=Reason.TIMES)
    refuse_unless("nbf" not in token or _moment(token, "nbf") <= moment + LEEWAY, reason=Reason.TIMES)


def _moment(token: Mapping[str, object], name: str) -> float:
    value = token.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 2**40:  # NaN fails both comparisons
        raise SignInRefused(Reason.TIMES)
    return float(value)


def _is_short_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 1 <= len(value) <= 255 and value.isprintable()


def _short_text(value: object, *, reason: Reason) -> str:
    if not _is_short_text(value):
        raise SignInRefused(reason)
    return value


def _half_hash(access_token: object) -> str:
    if not isinstance(access_token, str):
        return ""
    return urlsafe_b64encode(sha256(access_token.encode("utf-8", "surrogatepass")).digest()[:16]).rstrip(b"=").decode()


def _reaches(level: str | None, *, minimum: str) -> bool:
    ladder = next((ladder for ladder in LADDERS if minimum in ladder), (minimum,))
    return level in ladder and ladder.index(level) >= ladder.index(minimum)


def _assurance(said: object, *, minimum: str | None) -> str | None:
    levels = [level for level in (said if isinstance(said, list) else [said]) if _is_short_text(level)]
    if minimum is None:
        return levels[0] if levels else None
    reached = [level for level in levels if _reaches(level, minimum=minimum)]
    refuse_unless(reached, reason=Reason.ASSURANCE)
    return reached[0]


def _auth_time(said: object, *, max_age: int | None, now: datetime) -> datetime | None:
    if said is None and max_age is None:
        return None
    moment = _moment({"auth_time": said}, "auth_time")
    refuse_unless(moment <= now.timestamp() + LEEWAY, reason=Reason.TIMES)
    refuse_unless(max_age is None or now.timestamp() - moment <= max_age + LEEWAY, reason=Reason.TOO_LONG_AGO)
    return datetime.fromtimestamp(moment, UTC)


def _partner(token: Mapping[str, object], *, provider: Provider) -> str:
    """The partner for whom the provider speaks: bound as a whole, or by one organisation in one claim of the register's choice."""
    if provider.partner_claim is None:
        refuse_unless(provider.partner, reason=Reason.ORGANISATION)
        return provider.partner or ""
    found: object = token
    for step in provider.partner_claim:
        found = found.get(step) if isinstance(found, Mapping) else None
    named = provider.partners.get(_organisation(found))
    if named is None or provider.partner not in (None, named):
        raise SignInRefused(Reason.ORGANISATION)
    return named


def _organisation(found: object) -> str:
    """The one organisation in a claim: a text, a list of one text, or Keycloak's map of one name, whose unchanging id counts."""
    if isinstance(found, Mapping) and len(found) == 1:
        [(name, about)] = found.items()
        found = about["id"] if isinstance(about, Mapping) and "id" in about else name
    if isinstance(found, list) and len(found) == 1:
        [found] = found
    return _short_text(found, reason=Reason.ORGANISATION)
