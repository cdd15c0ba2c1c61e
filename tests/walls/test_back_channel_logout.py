"""A provider's own word that somebody logged out: believed when everything is right, refused when one thing is wrong."""

from collections.abc import Callable
from time import time
from typing import Any

import pytest

from hub.people.words import Reason
from tests.walls.hostile import Forgery, rsa_key
from tests.walls.login import Lobby

LOGGED_OUT = "http://schemas.openid.net/event/backchannel-logout"


def tell(lobby: Lobby, forgery: Forgery, *, provider: str = "hostile") -> Any:
    return lobby.app.test_client().post(f"/aanmelden/{provider}/afgemeld", data={"logout_token": forgery.sign()})


@pytest.mark.parametrize("different", [{}, {"sub": None}, {"sid": None}], ids=["by sub and sid", "by sid alone", "by sub alone"])
def test_a_notice_ends_the_session_it_speaks_of(lobby: Lobby, different: dict[str, Any]) -> None:
    browser = lobby.browser()
    browser.log_in()

    answer = tell(lobby, lobby.hostile.logout_token(**different))

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert lobby.sessions() == 0
    assert "marijke" not in browser.http.get("/privacy").text
    assert lobby.lines("inloggen/afgemeld")[0]["reden"] == "afgemeld-bij-aanbieder"


def test_a_notice_about_another_session_leaves_this_one_alone(lobby: Lobby) -> None:
    lobby.browser().log_in()

    assert tell(lobby, lobby.hostile.logout_token(sid="een-andere")).status_code == 200
    assert lobby.sessions() == 1


WRONG: dict[str, tuple[Reason, Callable[[Lobby, Forgery], None]]] = {
    "its signature is a stranger's": (Reason.SIGNATURE, lambda lobby, one: setattr(one, "key", rsa_key("brought"))),
    "its kind is that of an id token": (Reason.KIND, lambda lobby, one: one.header.update(typ="JWT")),
    "it has no kind": (Reason.KIND, lambda lobby, one: one.header.pop("typ")),
    "it is HS256": (Reason.ALGORITHM, lambda lobby, one: one.header.update(alg="RS256")),
    "its issuer is another": (Reason.ISSUER, lambda lobby, one: one.claims.update(iss=lobby.other.issuer)),
    "it is meant for another": (Reason.AUDIENCE, lambda lobby, one: one.claims.update(aud="iemand-anders")),
    "it is too old": (Reason.TIMES, lambda lobby, one: one.claims.update(exp=int(time()) - 60)),
    "it has no end": (Reason.TIMES, lambda lobby, one: one.claims.pop("exp")),
    "it has no beginning": (Reason.TIMES, lambda lobby, one: one.claims.pop("iat")),
    "it has no event": (Reason.KIND, lambda lobby, one: one.claims.pop("events")),
    "its event is another": (Reason.KIND, lambda lobby, one: one.claims.update(events={"https://elders.example": {}})),
    "it has a nonce": (Reason.KIND, lambda lobby, one: one.claims.update(nonce="n" * 43)),
    "it has no jti": (Reason.REPLAY, lambda lobby, one: one.claims.pop("jti")),
    "it speaks of nobody": (Reason.SUBJECT, lambda lobby, one: (one.claims.pop("sub"), one.claims.pop("sid"))),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_notice_is_refused_when(lobby: Lobby, what: str) -> None:
    why, spoil = WRONG[what]
    lobby.browser().log_in()
    forgery = lobby.hostile.logout_token()
    spoil(lobby, forgery)

    answer = tell(lobby, forgery)

    assert (answer.status_code, lobby.sessions()) == (400, 1)
    assert [line["reden"] for line in lobby.lines("inloggen/aanmelding-geweigerd")] == [why]


def test_a_notice_works_once(lobby: Lobby) -> None:
    notice = lobby.hostile.logout_token()
    tell(lobby, notice)
    lobby.browser().log_in()

    answer = tell(lobby, notice)

    assert (answer.status_code, lobby.sessions()) == (400, 1)


def test_a_notice_of_another_provider_ends_nothing(lobby: Lobby) -> None:
    lobby.browser().log_in()

    assert tell(lobby, lobby.hostile.logout_token(), provider="other").status_code == 400
    assert tell(lobby, lobby.other.logout_token(), provider="other").status_code == 200
    assert lobby.sessions() == 1


def test_an_id_token_is_no_notice(lobby: Lobby) -> None:
    lobby.browser().log_in()

    assert tell(lobby, lobby.hostile.honest_token(nonce="n" * 43)).status_code == 400
    assert lobby.sessions() == 1


def test_something_that_is_no_token_is_refused(lobby: Lobby) -> None:
    for said in ({}, {"logout_token": ""}, {"logout_token": "a.b.c"}, {"logout_token": "é" * 9}):
        assert lobby.app.test_client().post("/aanmelden/hostile/afgemeld", data=said).status_code == 400
