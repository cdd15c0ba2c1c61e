"""What the strict login must not refuse, and how a session ends."""

import re
from datetime import timedelta

import pytest
from joserfc.jwt import decode

from hub.people.words import Reason
from tests.walls.hostile import ec_key, rsa_key
from tests.walls.login import ATTEMPT, COOKIE, Lobby

PLACE = "/privacy"
SECONDS = re.compile(r'name="schakel-session-seconds" content="(\d+)"')


def seconds_told(page: str) -> int:
    """How long the session still lasts, by what a page tells the script that warns."""
    [said] = SECONDS.findall(page)
    return int(said)


def test_somebody_logs_in_and_is_greeted_by_name_with_one_line_in_the_journal(lobby: Lobby) -> None:
    browser = lobby.browser()

    answer = browser.log_in()

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "marijke" in browser.http.get(PLACE).text
    [line] = lobby.lines("inloggen/aangemeld")
    assert line["object"]["aanbieder"] == "hostile"
    assert line["object"]["partner"] == "bureau-drenthe"


def test_the_request_asks_for_exactly_what_is_needed_with_pkce_and_fresh_secrets(lobby: Lobby) -> None:
    browser = lobby.browser()

    first, second = browser.begin(), browser.begin()

    assert first["scope"] == "openid organisatie"
    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"].endswith("/aanmelden/hostile/terug")
    assert first["max_age"] == "300"
    assert all(len(first[name]) == 43 and first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_the_cookie_of_a_session_is_for_this_host_only_and_not_for_scripts(lobby: Lobby) -> None:
    answer = lobby.browser().log_in()

    [cookie] = [said for said in answer.headers.getlist("Set-Cookie") if said.startswith(f"{COOKIE}=")]
    assert re.fullmatch(rf"{COOKIE}=[\w-]{{43}}; Secure; HttpOnly; Path=/; SameSite=Lax", cookie)


def test_each_proof_to_the_token_endpoint_is_short_and_its_own(lobby: Lobby) -> None:
    for _ in range(2):
        lobby.browser().log_in()

    claims = [decode(proof, rsa_key("hub"), algorithms=["PS256"]).claims for proof in lobby.hostile.assertions]
    assert len({said["jti"] for said in claims}) == 2
    assert all(len(said["jti"]) >= 22 and said["exp"] - said["iat"] <= 300 for said in claims)
    assert all(said["iss"] == said["sub"] == "schakel" and said["aud"] == f"{lobby.hostile.issuer}/token" for said in claims)


@pytest.mark.parametrize(
    "said", ["bureau-drenthe", ["bureau-drenthe"], {"bureau-drenthe": {"id": "bureau-drenthe"}}, {"bureau-drenthe": {}}]
)
def test_one_organisation_may_come_as_text_list_or_map(lobby: Lobby, said: object) -> None:
    lobby.hostile.organisation = said

    assert lobby.browser().log_in().status_code == 303


def test_a_token_within_thirty_seconds_of_its_time_is_accepted(lobby: Lobby) -> None:
    lobby.hostile.twist = lambda forgery: forgery.claims.update(exp=forgery.claims["iat"] - 20, iat=forgery.claims["iat"] + 20)

    assert lobby.browser().log_in().status_code == 303


def test_a_provider_that_promises_no_issuer_parameter_may_leave_it_out(lobby: Lobby) -> None:
    lobby.hostile.metadata = {"authorization_response_iss_parameter_supported": False}
    browser = lobby.browser()
    asked = browser.begin()

    assert browser.come_back(state=asked["state"], code=lobby.hostile.approve(asked)).status_code == 303


@pytest.mark.parametrize("key", [rsa_key("hostile-2"), ec_key("hostile-3")], ids=["RSA", "EC"])
def test_a_provider_may_rotate_to_a_new_key_under_a_new_name(lobby: Lobby, key: object) -> None:
    assert lobby.browser().log_in().status_code == 303
    lobby.hostile.keys.append(key)
    lobby.hostile.twist = lambda forgery: forgery.header.update(alg="ES256" if key.key_type == "EC" else "PS256")
    lobby.client().keys_read -= timedelta(seconds=61)

    assert lobby.browser().log_in().status_code == 303


def test_a_key_replaced_under_the_same_name_is_refused_first_and_accepted_once_it_is_read_again(lobby: Lobby) -> None:
    assert lobby.browser().log_in().status_code == 303
    replaced = rsa_key("replacement")
    lobby.hostile.keys = [type(replaced).import_key({**replaced.as_dict(private=True), "kid": "hostile-1"})]
    lobby.refused(lobby.browser().log_in(), why=Reason.SIGNATURE, sessions=1)
    lobby.client().keys_read -= timedelta(seconds=61)

    assert lobby.browser().log_in().status_code == 303


def test_a_provider_that_is_away_gives_a_page_that_says_so_and_opens_nothing(lobby: Lobby) -> None:
    lobby.client().provider = _moved(lobby, "http://127.0.0.1:9")

    answer = lobby.browser().http.get("/aanmelden/hostile")

    assert answer.status_code == 503
    assert "antwoordt niet" in answer.text
    assert [line["reden"] for line in lobby.lines("inloggen/aanmelding-geweigerd")] == [Reason.SILENT]


def test_a_provider_that_is_not_in_the_register_does_not_exist(lobby: Lobby) -> None:
    assert lobby.browser().http.get("/aanmelden/onbekend").status_code == 404
    assert lobby.browser().come_back("onbekend", state="s", code="c").status_code == 404


def test_the_name_of_a_session_is_new_at_every_login_and_the_old_one_is_dead(lobby: Lobby) -> None:
    browser = lobby.browser()
    browser.http.set_cookie(COOKIE, "by-an-attacker")
    browser.log_in()
    first = browser.session()
    browser.log_in()
    second = browser.session()

    assert len({"by-an-attacker", first, second}) == 3
    assert lobby.sessions() == 1
    browser.http.set_cookie(COOKIE, first)
    assert "marijke" not in browser.http.get(PLACE).text


def test_a_disabled_account_is_out_at_its_next_request(lobby: Lobby) -> None:
    browser = lobby.browser()
    browser.log_in()
    lobby.switch_off(lobby.hostile)

    assert "marijke" not in browser.http.get(PLACE).text


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE hub.session SET last_seen = now() - interval '31 minutes'",
        "UPDATE hub.session SET opened = now() - interval '8 hours 1 second'",
        "UPDATE hub.partner SET active_from = '2020-01-01', active_until = '2026-11-03' WHERE slug = 'bureau-drenthe'",
        "UPDATE hub.session SET acr = 'http://eidas.europa.eu/LoA/low'",
        "UPDATE hub.session SET issuer = 'https://uit-het-register.example'",
    ],
    ids=["after half an hour of silence", "after eight hours, also with a copied cookie", "when the partner left",
         "when the floor was raised", "when the provider was taken out of the register"],
)  # fmt: skip
def test_a_session_is_over(lobby: Lobby, change: str) -> None:
    browser, copy = lobby.browser(), lobby.browser()
    browser.log_in()
    copy.http.set_cookie(COOKIE, browser.session())
    assert "marijke" in copy.http.get(PLACE).text
    lobby.look(change)

    assert "marijke" not in browser.http.get(PLACE).text
    assert "marijke" not in copy.http.get(PLACE).text


def test_being_here_keeps_a_session_open_but_no_longer_than_eight_hours(lobby: Lobby) -> None:
    browser = lobby.browser()
    browser.log_in()
    lobby.look("UPDATE hub.session SET last_seen = now() - interval '20 minutes', opened = now() - interval '20 minutes'")

    page = browser.http.get(PLACE).text

    [(silent,)] = lobby.look("SELECT now() - last_seen FROM hub.session")
    assert silent < timedelta(minutes=1)
    assert 29 * 60 < seconds_told(page) <= 30 * 60, "the page must warn before the end that was just put off, not before the old one"


def test_a_page_tells_the_end_of_the_eighth_hour_when_that_comes_first(lobby: Lobby) -> None:
    browser = lobby.browser()
    browser.log_in()
    lobby.look("UPDATE hub.session SET last_seen = now() - interval '20 minutes', opened = now() - interval '7 hours 50 minutes'")

    assert 9 * 60 < seconds_told(browser.http.get(PLACE).text) <= 10 * 60


def test_logging_out_ends_the_session_for_the_database_too_and_shows_the_way_out_at_the_provider(lobby: Lobby) -> None:
    lobby.hostile.metadata = {"end_session_endpoint": f"{lobby.hostile.issuer}/logout"}
    browser = lobby.browser()
    browser.log_in()
    copied = browser.session()

    answer = _log_out(lobby, browser)

    assert answer.status_code == 200
    assert "logout_hint=sid-marijke" in answer.text
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert lobby.sessions() == 0
    assert lobby.look("SELECT count(*) FROM sec.pass")[0][0] == 0
    browser.http.set_cookie(COOKIE, copied)
    assert "marijke" not in browser.http.get(PLACE).text
    assert len(lobby.lines("inloggen/afgemeld")) == 1


def test_nobody_logs_somebody_else_out_without_the_form_token_of_the_session(lobby: Lobby) -> None:
    browser = lobby.browser()
    browser.log_in()

    answer = browser.http.post("/afmelden", data={"formuliercode": "onzin"}, headers={"Origin": lobby.app.extensions["schakel"].public_url})

    assert (answer.status_code, lobby.sessions()) == (403, 1)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://elders.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({}, 403),
    ],
    ids=[
        "as Chromium sends it under no-referrer",
        "without an origin",
        "a page without an origin",
        "a page elsewhere",
        "a sandboxed page",
        "nothing",
    ],
)
def test_a_form_is_ours_when_the_browser_says_so(lobby: Lobby, said: dict[str, str], status: int) -> None:
    answer = lobby.browser().http.post("/afmelden", data={"formuliercode": ""}, headers=said)

    assert answer.status_code == status


def test_logging_out_twice_is_no_error(lobby: Lobby) -> None:
    answer = lobby.browser().http.post(
        "/afmelden", data={"formuliercode": ""}, headers={"Origin": lobby.app.extensions["schakel"].public_url}
    )

    assert answer.status_code == 200


def test_the_attempt_cookie_goes_when_the_login_is_done(lobby: Lobby) -> None:
    browser = lobby.browser()
    browser.log_in()

    assert browser.http.get_cookie(ATTEMPT) is None
    assert lobby.look("SELECT count(*) FROM hub.login_attempt")[0][0] == 0


def test_what_is_over_is_swept_away_by_the_next_login(lobby: Lobby) -> None:
    lobby.browser().log_in()
    lobby.browser().begin()
    lobby.look("UPDATE hub.session SET last_seen = now() - interval '31 minutes'")
    lobby.look("UPDATE hub.login_attempt SET expires = now() - interval '1 second'")
    lobby.look("INSERT INTO hub.logout_token (issuer, jti, expires) VALUES ('i', 'j', now() - interval '1 second')")

    lobby.browser().log_in()

    counted = [
        lobby.look(f"SELECT count(*) FROM {table}")[0][0] for table in ("hub.session", "sec.pass", "hub.login_attempt", "hub.logout_token")
    ]
    assert counted == [1, 1, 0, 0]


def _log_out(lobby: Lobby, browser: object) -> object:
    token = re.search(r'name="formuliercode" value="(\w+)"', browser.http.get(PLACE).text)[1]
    return browser.http.post("/afmelden", data={"formuliercode": token}, headers={"Origin": lobby.app.extensions["schakel"].public_url})


def _moved(lobby: Lobby, issuer: str) -> object:
    from dataclasses import replace  # noqa: PLC0415

    return replace(lobby.client().provider, issuer=issuer)
