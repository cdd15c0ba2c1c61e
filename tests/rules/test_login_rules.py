"""What an answer and a token must say: whatever a provider makes up, the outcome is a refusal with a reason or exactly what was asked."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.kernel.words import Secret
from hub.people.oidc import Client, read_notice
from hub.people.rules import is_assured, judge_id_token, judge_logout_token, read_answer
from hub.people.schemas import is_safe_address
from hub.people.words import Attempt, Provider, Reason, SignInRefused

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MOMENT = int(NOW.timestamp())
EIDAS = "http://eidas.europa.eu/LoA/"
PROVIDER = Provider(
    "p", "P", "https://p.example", "schakel", Secret("-"), partner_claim=("organization",), partners={"abc": "bureau-drenthe"},
    acr_minimum=f"{EIDAS}substantial", max_age=300,
)  # fmt: skip
ATTEMPT = Attempt("p", Secret("nonce"), Secret("verifier"))
GOOD = {
    "iss": "https://p.example", "sub": "s", "aud": "schakel", "exp": MOMENT + 60, "iat": MOMENT, "nonce": "nonce", "acr": f"{EIDAS}high",
    "auth_time": MOMENT, "organization": {"drenthe": {"id": "abc"}}, "sid": "sid",
}  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)


def judged(token: dict[str, object], *, provider: Provider = PROVIDER) -> object:
    return judge_id_token(token, provider=provider, attempt=ATTEMPT, access_token="at", now=NOW)


def test_a_good_token_gives_the_claims_and_nothing_of_the_token_but_those() -> None:
    claims = judged(GOOD | {"name": "Marijke", "email": "m@p.example"})

    assert (claims.subject, claims.partner, claims.sid, claims.acr, claims.auth_time) == ("s", "bureau-drenthe", "sid", f"{EIDAS}high", NOW)


@given(name=st.sampled_from([*GOOD, "azp", "nbf", "at_hash", "events"]), value=ANYTHING)
def test_any_value_in_any_claim_is_refused_with_a_reason_or_means_what_it_meant(name: str, value: object) -> None:
    try:
        claims = judged(GOOD | {name: value})
    except SignInRefused:
        return

    assert (claims.issuer, claims.partner) == ("https://p.example", "bureau-drenthe")
    assert 1 <= len(claims.subject) <= 255
    assert claims.acr in (f"{EIDAS}substantial", f"{EIDAS}high")


@given(token=st.dictionaries(st.sampled_from([*GOOD, "events", "jti"]), ANYTHING))
def test_a_made_up_token_lets_nobody_in_and_ends_nobodys_session(token: dict[str, object]) -> None:
    with pytest.raises(SignInRefused):
        judged(token)
    with pytest.raises(SignInRefused):
        judge_logout_token(token, provider=PROVIDER, now=NOW)


@given(header=ANYTHING, rest=st.text(max_size=20))
@example(header=["alg"], rest="e30.AAAA")
@example(header="alg", rest="e30.AAAA")
@example(header={"alg": ["PS256"], "kid": {}}, rest="e30.AAAA")
@example(header={"alg": "PS256", "typ": ["logout+jwt"]}, rest="e30.AAAA")
def test_no_header_however_strange_makes_the_reader_stumble(header: object, rest: str) -> None:
    head = urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()

    with pytest.raises(SignInRefused):
        read_notice(Client(PROVIDER, "https://hub.example"), token=f"{head}.{rest}", now=NOW)


@given(pairs=st.lists(st.tuples(st.sampled_from(["state", "code", "iss", "error", "x"]), st.text(max_size=9)), max_size=6))
def test_an_answer_is_read_when_each_name_stands_in_it_once_and_a_state_is_there(pairs: list[tuple[str, str]]) -> None:
    names = [name for name, _ in pairs]
    is_good = len(set(names)) == len(names) and bool(dict(pairs).get("state"))

    try:
        answer = read_answer(pairs)
    except SignInRefused as refusal:
        assert not is_good
        assert refusal.reason in (Reason.ANSWER_UNREADABLE, Reason.STATE_UNKNOWN)
    else:
        assert is_good
        assert answer.code.reveal() == ("" if "error" in names else dict(pairs).get("code", ""))


def test_an_endless_value_in_an_answer_is_refused() -> None:
    with pytest.raises(SignInRefused) as refused:
        read_answer([("state", "s" * 5000)])

    assert refused.value.reason is Reason.ANSWER_UNREADABLE


@pytest.mark.parametrize(
    ("said", "minimum", "is_enough"),
    [
        (f"{EIDAS}high", f"{EIDAS}substantial", True),
        (f"{EIDAS}substantial", f"{EIDAS}substantial", True),
        (f"{EIDAS}low", f"{EIDAS}substantial", False),
        ("urn:etoegang:core:assurance-class:loa3", "urn:etoegang:core:assurance-class:loa2plus", True),
        ("urn:etoegang:core:assurance-class:loa2", "urn:etoegang:core:assurance-class:loa2plus", False),
        (f"{EIDAS}high", "urn:etoegang:core:assurance-class:loa2plus", False),
        ("c2", "c2", True),
        ("c3", "c2", False),
        (None, f"{EIDAS}low", False),
        (None, None, True),
    ],
)
def test_a_level_suffices_on_its_own_ladder_only(said: str | None, minimum: str | None, is_enough: bool) -> None:
    provider = Provider("p", "P", "https://p.example", "c", Secret("-"), partner="a", acr_minimum=minimum)

    assert is_assured(said, provider=provider) is is_enough


def test_a_list_of_levels_suffices_when_one_does() -> None:
    assert judged(GOOD | {"acr": ["iets", f"{EIDAS}substantial"]}).acr == f"{EIDAS}substantial"


def test_a_provider_without_floor_and_age_asks_for_neither() -> None:
    plain = Provider("p", "P", "https://p.example", "schakel", Secret("-"), partner="bureau-drenthe")
    token = {name: value for name, value in GOOD.items() if name not in ("acr", "auth_time", "organization", "sid")}

    claims = judged(token, provider=plain)

    assert (claims.partner, claims.acr, claims.auth_time, claims.sid) == ("bureau-drenthe", None, None, None)


def test_keycloaks_changing_name_is_not_taken_for_the_id_that_was_bound() -> None:
    with pytest.raises(SignInRefused) as refused:
        judged(GOOD | {"organization": {"abc": {"id": "een-ander"}}})

    assert refused.value.reason is Reason.ORGANISATION


def test_a_provider_bound_to_one_partner_and_a_claim_needs_both_to_agree() -> None:
    both = Provider(
        "p", "P", "https://p.example", "schakel", Secret("-"), partner="bureau-drenthe", partner_claim=("organization",),
        partners={"abc": "bureau-drenthe", "def": "bureau-groningen"},
    )  # fmt: skip

    assert judged(GOOD, provider=both).partner == "bureau-drenthe"
    with pytest.raises(SignInRefused):
        judged(GOOD | {"organization": "def"}, provider=both)


@given(text=st.text(max_size=40))
def test_an_address_is_safe_only_with_https_or_on_this_machine(text: str) -> None:
    for address in (text, f"http://{text}", f"https://{text}"):
        assert not is_safe_address(address) or address.lower().startswith(
            ("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")
        )


@pytest.mark.parametrize("address", ["http://elders.example", "http://127.0.0.1.elders.example", "http://[", "ftp://x", "", None, 7, "//x"])
def test_an_address_is_refused_when_others_could_listen(address: object) -> None:
    assert not is_safe_address(address)
