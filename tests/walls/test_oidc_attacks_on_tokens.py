"""Tokens that must not let anybody in; the numbers are those of the design's list of 48 attacks (security.md 11)."""

from collections.abc import Callable
from time import time

import pytest

from hub.people.words import Reason
from tests.walls.hostile import CLIENT, Forgery, Twist, ec_key, rsa_key
from tests.walls.login import Lobby

ATTACKS: list[object] = []
LOGGED_OUT = "http://schemas.openid.net/event/backchannel-logout"


def attack(sentence: str, *, why: Reason) -> Callable[[Twist], Twist]:
    def keep(twist: Twist) -> Twist:
        ATTACKS.append(pytest.param(twist, why, id=sentence))
        return twist

    return keep


def is_claim(name: str, value: object) -> Twist:
    def twist(forgery: Forgery) -> None:
        forgery.claims[name] = value() if callable(value) else value

    return twist


def lacks(name: str) -> Twist:
    return lambda forgery: forgery.claims.pop(name)


def seconds(shift: int) -> Callable[[], int]:
    return lambda: int(time()) + shift


attack("01 exp is past", why=Reason.TIMES)(is_claim("exp", seconds(-600)))
attack("02 exp is past by sixty seconds, within Authlib's own leeway", why=Reason.TIMES)(is_claim("exp", seconds(-60)))
attack("03 iat is in the future", why=Reason.TIMES)(is_claim("iat", seconds(120)))
attack("03b iat is long ago, though exp is far away", why=Reason.TIMES)(is_claim("iat", seconds(-7200)))
attack("04 nbf is in the future", why=Reason.TIMES)(is_claim("nbf", seconds(120)))
attack("05 exp is a text", why=Reason.TIMES)(is_claim("exp", lambda: str(int(time()) + 300)))
attack("05b exp is true", why=Reason.TIMES)(is_claim("exp", True))
attack("06 exp is missing", why=Reason.TIMES)(lacks("exp"))
attack("06b iat is missing", why=Reason.TIMES)(lacks("iat"))
attack("07 iss is another", why=Reason.ISSUER)(is_claim("iss", "https://elders.example"))
attack("08 iss is missing", why=Reason.ISSUER)(lacks("iss"))
attack("09 sub is missing", why=Reason.SUBJECT)(lacks("sub"))
attack("09b sub is endless", why=Reason.SUBJECT)(is_claim("sub", "a" * 256))
attack("09c sub is a number", why=Reason.SUBJECT)(is_claim("sub", 7))
attack("10 aud is another", why=Reason.AUDIENCE)(is_claim("aud", "iemand-anders"))
attack("11 aud is missing", why=Reason.AUDIENCE)(lacks("aud"))


@attack("12 aud is another though azp is us", why=Reason.AUDIENCE)
def _(forgery: Forgery) -> None:
    forgery.claims |= {"aud": "iemand-anders", "azp": CLIENT}


attack("13 aud is us and another, without azp", why=Reason.AUDIENCE)(is_claim("aud", [CLIENT, "iemand-anders"]))
attack("14 azp is another", why=Reason.AUDIENCE)(is_claim("azp", "iemand-anders"))


@attack("15 aud is a list with only another though azp is us", why=Reason.AUDIENCE)
def _(forgery: Forgery) -> None:
    forgery.claims |= {"aud": ["iemand-anders"], "azp": CLIENT}


attack("16 nonce is another", why=Reason.NONCE)(is_claim("nonce", "n" * 43))
attack("17 nonce is missing", why=Reason.NONCE)(lacks("nonce"))
attack("18 at_hash belongs to another access token", why=Reason.HALF_HASH)(is_claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"))


@attack("19 the token is unsigned: none", why=Reason.ALGORITHM)
def _(forgery: Forgery) -> None:
    forgery.id_token = forgery.without_signature(alg="none")


@attack("20 the token is unsigned: nOnE", why=Reason.ALGORITHM)
def _(forgery: Forgery) -> None:
    forgery.id_token = forgery.without_signature(alg="nOnE")


@attack("21 HS256 is keyed with the provider's public key", why=Reason.ALGORITHM)
def _(forgery: Forgery) -> None:
    forgery.header["alg"], forgery.key = "HS256", rsa_key("hostile-1").as_pem(private=False)


@attack("22 HS256 is keyed with what the client shares with the provider: its name", why=Reason.ALGORITHM)
def _(forgery: Forgery) -> None:
    forgery.header["alg"], forgery.key = "HS256", CLIENT.encode()


@attack("22b RS256 is good elsewhere but not pinned for this provider", why=Reason.ALGORITHM)
def _(forgery: Forgery) -> None:
    forgery.header["alg"] = "RS256"


@attack("24 the header brings an RSA key of its own", why=Reason.OWN_KEY)
def _(forgery: Forgery) -> None:
    forgery.key = rsa_key("brought")
    forgery.header["jwk"] = forgery.key.as_dict(private=False)


@attack("24b the token is signed with a stranger's key under the provider's kid", why=Reason.SIGNATURE)
def _(forgery: Forgery) -> None:
    forgery.key = rsa_key("brought")


@attack("25 the header brings an EC key of its own", why=Reason.OWN_KEY)
def _(forgery: Forgery) -> None:
    forgery.key = ec_key("brought")
    forgery.header |= {"alg": "ES256", "jwk": forgery.key.as_dict(private=False)}


@attack("26 the header points to keys elsewhere, under an unknown kid", why=Reason.OWN_KEY)
def _(forgery: Forgery) -> None:
    forgery.key = rsa_key("brought")
    forgery.header |= {"kid": "brought", "jku": "https://elders.example/jwks"}


@attack("26b the kid is unknown", why=Reason.KEY_UNKNOWN)
def _(forgery: Forgery) -> None:
    forgery.key = rsa_key("brought")
    forgery.header["kid"] = "brought"


@attack("27 the header asks for something critical that nobody knows", why=Reason.UNREADABLE)
def _(forgery: Forgery) -> None:
    forgery.header |= {"crit": ["haast"], "haast": True}


@attack("27b the payload is said to be unencoded", why=Reason.UNREADABLE)
def _(forgery: Forgery) -> None:
    forgery.header["b64"] = False


@attack("28 one bit of the signature is flipped", why=Reason.SIGNATURE)
def _(forgery: Forgery) -> None:
    said, signature = forgery.sign().rsplit(".", 1)
    forgery.id_token = f"{said}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


@attack("28b the claims are changed after the signature", why=Reason.SIGNATURE)
def _(forgery: Forgery) -> None:
    head, _, signature = forgery.sign().split(".")
    forgery.claims["sub"] = "roos"
    forgery.id_token = f"{head}.{forgery.sign().split('.')[1]}.{signature}"


@attack("28c the signature is left out", why=Reason.SIGNATURE)
def _(forgery: Forgery) -> None:
    forgery.id_token = forgery.sign().rsplit(".", 1)[0] + "."


@attack("28d it is no token at all", why=Reason.UNREADABLE)
def _(forgery: Forgery) -> None:
    forgery.id_token = "een.twee"


@attack("29 the header is five megabytes", why=Reason.CODE_REFUSED)
def _(forgery: Forgery) -> None:
    forgery.header["x"] = "a" * 5_000_000


@attack("29b the token is a hundred kilobytes", why=Reason.UNREADABLE)
def _(forgery: Forgery) -> None:
    forgery.claims["x"] = "a" * 100_000


@attack("41 there is no id token in the answer", why=Reason.NOT_IDENTIFIED)
def _(forgery: Forgery) -> None:
    forgery.body["id_token"] = None


attack("42 acr is below the floor", why=Reason.ASSURANCE)(is_claim("acr", "http://eidas.europa.eu/LoA/low"))
attack("42b acr is missing", why=Reason.ASSURANCE)(lacks("acr"))
attack("42c acr is a word from another ladder", why=Reason.ASSURANCE)(is_claim("acr", "urn:etoegang:core:assurance-class:loa4"))
attack("43 auth_time is older than the asked max_age", why=Reason.TOO_LONG_AGO)(is_claim("auth_time", seconds(-900)))
attack("43b auth_time is missing though max_age was asked", why=Reason.TIMES)(lacks("auth_time"))
attack("43c auth_time is in the future", why=Reason.TIMES)(is_claim("auth_time", seconds(900)))


@attack("44 a logout token is offered as id token", why=Reason.KIND)
def _(forgery: Forgery) -> None:
    forgery.header["typ"] = "logout+jwt"
    forgery.claims["events"] = {LOGGED_OUT: {}}


@attack("44b an id token carries the event of a logout token", why=Reason.KIND)
def _(forgery: Forgery) -> None:
    forgery.claims["events"] = {LOGGED_OUT: {}}


attack("47 the organisation is another partner's", why=Reason.PARTNER)(is_claim("organisatie", "bureau-groningen"))
attack("47b the organisation is no partner of this provider", why=Reason.ORGANISATION)(is_claim("organisatie", "politie-noord-nederland"))
attack("47c the organisation is missing", why=Reason.ORGANISATION)(lacks("organisatie"))
attack("48 there are two organisations in one token", why=Reason.ORGANISATION)(
    is_claim("organisatie", ["bureau-drenthe", "bureau-groningen"])
)
attack("48b there are two organisations in Keycloak's map", why=Reason.ORGANISATION)(
    is_claim("organisatie", {"bureau-drenthe": {"id": "bureau-drenthe"}, "bureau-groningen": {}})
)


@pytest.mark.parametrize(("twist", "why"), ATTACKS)
def test_a_forged_token_lets_nobody_in(lobby: Lobby, twist: Twist, why: Reason) -> None:
    lobby.hostile.twist = twist

    answer = lobby.browser().log_in()

    lobby.refused(answer, why=why)
