"""Attacks on the way to a provider and back; the numbers are those of the design's list of 48 attacks (security.md 11)."""

from datetime import timedelta

import pytest

from hub.people.words import Reason
from tests.walls.hostile import Forgery, rsa_key
from tests.walls.login import ATTEMPT, Lobby


def test_23_a_discovery_that_offers_none_does_not_make_an_unsigned_token_good(lobby: Lobby) -> None:
    lobby.hostile.metadata = {"id_token_signing_alg_values_supported": ["none", "PS256"]}
    lobby.hostile.twist = lambda forgery: setattr(forgery, "id_token", forgery.without_signature(alg="none"))

    answer = lobby.browser().log_in()

    lobby.refused(answer, why=Reason.ALGORITHM)


def test_30_a_wrong_state_is_refused(lobby: Lobby) -> None:
    browser = lobby.browser()
    asked = browser.begin()

    answer = browser.come_back(state="s" * 43, code=lobby.hostile.approve(asked), iss=lobby.hostile.issuer)

    lobby.refused(answer, why=Reason.STATE_UNKNOWN)


def test_31_a_missing_state_is_refused(lobby: Lobby) -> None:
    browser = lobby.browser()
    asked = browser.begin()

    answer = browser.come_back(code=lobby.hostile.approve(asked), iss=lobby.hostile.issuer)

    lobby.refused(answer, why=Reason.STATE_UNKNOWN)


def test_31b_a_state_that_comes_twice_is_refused(lobby: Lobby) -> None:
    browser = lobby.browser()
    asked = browser.begin()
    code = lobby.hostile.approve(asked)

    answer = browser.http.get(
        f"/aanmelden/hostile/terug?state={asked['state']}&state={asked['state']}&code={code}&iss={lobby.hostile.issuer}"
    )

    lobby.refused(answer, why=Reason.ANSWER_UNREADABLE)


@pytest.mark.parametrize("has_begun_too", [False, True], ids=["who began nothing", "who had begun a login herself"])
def test_32_an_attackers_state_and_code_do_not_work_in_the_browser_of_a_victim(lobby: Lobby, has_begun_too: bool) -> None:
    attacker, victim = lobby.browser(), lobby.browser()
    asked = attacker.begin()
    if has_begun_too:
        victim.begin()

    answer = victim.come_back(state=asked["state"], code=lobby.hostile.approve(asked), iss=lobby.hostile.issuer)

    lobby.refused(answer, why=Reason.STATE_UNKNOWN)


@pytest.mark.parametrize(
    ("checks_pkce", "why"), [(True, Reason.CODE_REFUSED), (False, Reason.NONCE)],
    ids=["33 at a provider with PKCE", "34 at a provider without PKCE, where the nonce must catch it"],
)  # fmt: skip
def test_a_stolen_code_is_worth_nothing_in_the_thiefs_own_login(lobby: Lobby, checks_pkce: bool, why: Reason) -> None:
    lobby.hostile.checks_pkce = checks_pkce
    victim, thief = lobby.browser(), lobby.browser()
    stolen = lobby.hostile.approve(victim.begin())
    own = thief.begin()

    answer = thief.come_back(state=own["state"], code=stolen, iss=lobby.hostile.issuer)

    lobby.refused(answer, why=why)


def test_35_a_callback_works_once(lobby: Lobby) -> None:
    browser = lobby.browser()
    asked = browser.begin()
    cookie = browser.http.get_cookie(ATTEMPT)
    said = {"state": asked["state"], "iss": lobby.hostile.issuer}
    assert browser.come_back(code=lobby.hostile.approve(asked), **said).status_code == 303
    browser.http.set_cookie(ATTEMPT, cookie.value)

    answer = browser.come_back(code=lobby.hostile.approve(asked), **said)

    lobby.refused(answer, why=Reason.STATE_UNKNOWN, sessions=1)


def test_35b_an_attempt_is_used_up_by_a_refusal_too(lobby: Lobby) -> None:
    browser = lobby.browser()
    asked = browser.begin()
    browser.come_back(state=asked["state"], code="onzin", iss=lobby.hostile.issuer)

    answer = browser.come_back(state=asked["state"], code=lobby.hostile.approve(asked), iss=lobby.hostile.issuer)

    assert answer.status_code == 403
    assert [line["reden"] for line in lobby.lines("inloggen/aanmelding-geweigerd")] == [Reason.CODE_REFUSED, Reason.STATE_UNKNOWN]
    assert lobby.sessions() == 0


def test_35c_an_attempt_of_more_than_ten_minutes_ago_is_refused(lobby: Lobby) -> None:
    browser = lobby.browser()
    asked = browser.begin()
    lobby.look("UPDATE hub.login_attempt SET expires = now() - interval '1 second'")

    answer = browser.come_back(state=asked["state"], code=lobby.hostile.approve(asked), iss=lobby.hostile.issuer)

    lobby.refused(answer, why=Reason.STATE_UNKNOWN)


def test_36_a_state_of_one_provider_is_refused_at_the_callback_of_another(lobby: Lobby) -> None:
    browser = lobby.browser()
    asked = browser.begin("hostile")

    answer = browser.come_back("other", state=asked["state"], code=lobby.other.approve(asked), iss=lobby.other.issuer)

    lobby.refused(answer, why=Reason.PROVIDER_OTHER)


def test_37_an_answer_that_names_another_issuer_is_refused(lobby: Lobby) -> None:
    browser = lobby.browser()
    asked = browser.begin()

    answer = browser.come_back(state=asked["state"], code=lobby.hostile.approve(asked), iss=lobby.other.issuer)

    lobby.refused(answer, why=Reason.MIX_UP)


def test_38_an_answer_that_names_no_issuer_though_it_was_promised_is_refused(lobby: Lobby) -> None:
    browser = lobby.browser()
    asked = browser.begin()

    answer = browser.come_back(state=asked["state"], code=lobby.hostile.approve(asked))

    lobby.refused(answer, why=Reason.MIX_UP)


def test_39_a_discovery_that_speaks_for_another_issuer_is_refused(lobby: Lobby) -> None:
    lobby.hostile.metadata = {"issuer": lobby.other.issuer}

    answer = lobby.browser().http.get("/aanmelden/hostile")

    lobby.refused(answer, why=Reason.DISCOVERY)


def test_39b_a_discovery_that_points_to_plain_http_elsewhere_is_refused(lobby: Lobby) -> None:
    lobby.hostile.metadata = {"token_endpoint": "http://elders.example/token"}

    answer = lobby.browser().http.get("/aanmelden/hostile")

    lobby.refused(answer, why=Reason.DISCOVERY)


def test_40_a_withdrawn_key_is_refused_five_minutes_later(lobby: Lobby) -> None:
    assert lobby.browser().log_in().status_code == 303
    withdrawn = lobby.hostile.keys[0]
    lobby.hostile.keys = [rsa_key("hostile-2")]
    lobby.hostile.twist = lambda forgery: _sign_with(forgery, withdrawn)
    lobby.client().keys_read -= timedelta(seconds=301)

    answer = lobby.browser().log_in()

    lobby.refused(answer, why=Reason.KEY_UNKNOWN, sessions=1)


@pytest.mark.parametrize("path", [".well-known/openid-configuration", "jwks", "token"])
def test_45_a_redirect_is_not_followed(lobby: Lobby, path: str) -> None:
    lobby.hostile.redirects = frozenset({path})
    browser = lobby.browser()

    answer = browser.http.get("/aanmelden/hostile") if path.startswith(".") else browser.log_in()

    lobby.refused(answer, why=Reason.CODE_REFUSED if path == "token" else Reason.DISCOVERY)
    assert not [fetched for fetched in lobby.hostile.fetched if fetched.startswith("elsewhere")]


def test_46_an_unknown_account_is_refused(lobby: Lobby) -> None:
    lobby.hostile.subject = "vreemde"

    answer = lobby.browser().log_in()

    lobby.refused(answer, why=Reason.ACCOUNT)


def test_46b_a_disabled_account_is_refused(lobby: Lobby) -> None:
    lobby.switch_off(lobby.hostile)

    answer = lobby.browser().log_in()

    lobby.refused(answer, why=Reason.ACCOUNT)


def test_46c_an_account_of_another_provider_with_the_same_subject_is_another_account(lobby: Lobby) -> None:
    lobby.admit(lobby.other, subject="roos", partner="bureau-drenthe")
    lobby.hostile.subject = "roos"

    answer = lobby.browser().log_in("hostile")

    lobby.refused(answer, why=Reason.ACCOUNT)


def test_47d_a_provider_bound_to_one_partner_opens_no_account_of_another(lobby: Lobby) -> None:
    lobby.admit(lobby.bound, subject="jelle", partner="bureau-groningen")
    lobby.bound.subject = "jelle"

    answer = lobby.browser().log_in("bound")

    lobby.refused(answer, why=Reason.PARTNER)


def test_a_provider_that_refuses_is_told_as_a_refusal_and_its_own_text_is_not_shown(lobby: Lobby) -> None:
    browser = lobby.browser()
    asked = browser.begin()

    answer = browser.come_back(state=asked["state"], error="access_denied", error_description="<b>lokaas</b>", iss=lobby.hostile.issuer)

    lobby.refused(answer, why=Reason.REFUSED_THERE)
    assert "lokaas" not in answer.text


def test_ten_tokens_with_unknown_keys_make_the_hub_read_the_keys_once(lobby: Lobby) -> None:
    assert lobby.browser().log_in().status_code == 303
    lobby.hostile.twist = lambda forgery: _sign_with(forgery, rsa_key("brought"))
    before = lobby.hostile.fetched.count("jwks")
    lobby.client().keys_read -= timedelta(seconds=61)

    statuses = {lobby.browser().log_in().status_code for _ in range(10)}

    assert statuses == {403}
    assert lobby.hostile.fetched.count("jwks") == before + 1


def _sign_with(forgery: Forgery, key: object) -> None:
    forgery.key = key
    forgery.header["kid"] = key.kid
