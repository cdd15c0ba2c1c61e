"""Logging in at the demo's own provider: the same way as everywhere, with cards instead of passwords."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from socket import create_server
from threading import Thread
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
import requests
from flask import Flask
from werkzeug.test import TestResponse

from hub.app import create_app
from hub.demo.grants import State
from hub.demo.personas import PERSONAS, Persona
from hub.demo.provider import NotForTheDemo, logout_token, open_state, prepare_register, serve_on_loopback
from hub.kernel.actor import Clerk
from hub.kernel.database import begin_work, db
from hub.kernel.settings import Settings
from hub.people.actions import admit
from tests.cast import NOON, Cast, persona_of

POLICE = persona_of("politie-noord-nederland", role="coordinator")


@dataclass
class Demo:
    """A hub and the demo's provider, each with an account for every persona."""

    app: Flask
    state: State
    settings: Settings

    def pick(self, persona: Persona, *, at: str) -> str:
        """Pick a card on the provider's page; the answer is where the browser goes next."""
        page = requests.get(at, timeout=5)
        assert persona.subject in page.text
        answer = requests.post(at, data={"persona": persona.subject}, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def log_in(self, persona: Persona) -> tuple[object, TestResponse]:
        """The whole way; the answer is the browser and what it sees at the end."""
        browser = self.app.test_client()
        start = browser.get("/aanmelden/demo").headers["Location"]
        back = urlsplit(self.pick(persona, at=start))
        return browser, browser.get(f"{back.path}?{back.query}")


@pytest.fixture(scope="module")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("demo")
    with closing(create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    return folder, prepare_register(folder, issuer=f"http://127.0.0.1:{port}")


@pytest.fixture(scope="module")
def demo_hub(settings: Settings, demo_files: tuple[Path, Path]) -> Iterator[Demo]:
    folder, register = demo_files
    ours = replace(settings, providers=register)
    state = open_state(ours, directory=folder)
    server = serve_on_loopback(state)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    app = create_app(ours)
    yield Demo(app, state, ours)
    server.shutdown()
    server.server_close()
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def demo(demo_hub: Demo, cast: Cast, superuser: psycopg.Connection) -> Iterator[Demo]:
    with demo_hub.app.app_context():
        for persona in PERSONAS:
            with begin_work(Clerk(cast.id(persona.partner)), now=NOON) as work:
                admit(work, issuer=demo_hub.state.issuer, subject=persona.subject, name=persona.name, roles=persona.roles)
    demo_hub.state.logins.clear()
    yield demo_hub
    superuser.execute("DELETE FROM hub.account WHERE issuer = %s", (demo_hub.state.issuer,))


def test_the_page_with_providers_has_one_link_per_provider_and_asks_for_no_password(demo: Demo) -> None:
    page = demo.app.test_client().get("/aanmelden").text

    assert re.findall(r'href="(/aanmelden/[^"]+)"', page) == ["/aanmelden/demo"]
    assert "<input" not in page


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda one: one.card)
def test_every_persona_can_log_in_with_her_own_partner_and_role(demo: Demo, persona: Persona) -> None:
    browser, answer = demo.log_in(persona)

    assert (answer.status_code, answer.headers.get("Location")) == (303, "/"), answer.text
    page = browser.get("/privacy").text
    assert persona.name in page
    assert all(role in page for role in persona.roles_in_dutch.split(" en "))


def test_a_persona_whose_claim_is_turned_to_another_partner_is_refused(demo: Demo) -> None:
    stranger = next(one for one in PERSONAS if one.partner == "bureau-emmen")
    demo.state.personas = (_Elsewhere(stranger),)

    _, answer = demo.log_in(demo.state.personas[0])

    demo.state.personas = PERSONAS
    assert answer.status_code == 403
    assert "kent u niet" in answer.text


def test_the_cards_are_a_strict_page_in_dutch_with_a_banner_that_says_demo(demo: Demo) -> None:
    start = demo.app.test_client().get("/aanmelden/demo").headers["Location"]

    page = requests.get(start, timeout=5)

    assert '<html lang="nl">' in page.text
    assert "Demo." in page.text
    assert "diversiteitscentrum (NECD)" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; form-action 'self' http://localhost")
    assert "<script" not in page.text
    assert "style=" not in page.text


@pytest.mark.parametrize(
    "spoil",
    [
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"redirect_uri": "http://127.0.0.1:9/terug"},
        {"client_id": "iemand-anders"},
        {"response_type": "token"},
        {"nonce": ""},
    ],
    ids=lambda spoil: next(iter(spoil)),
)
def test_the_provider_refuses_a_request_with_a_fault_in(demo: Demo, spoil: dict[str, str]) -> None:
    start = urlsplit(demo.app.test_client().get("/aanmelden/demo").headers["Location"])
    asked = dict(pair.split("=", 1) for pair in start.query.split("&"))
    kept = "&".join(f"{name}={value}" for name, value in asked.items() if name not in spoil)

    answer = requests.get(f"{demo.state.issuer}/aanmelden?{kept}&{urlencode(spoil)}", allow_redirects=False, timeout=5)

    assert answer.status_code in (302, 400, 401)
    assert "error=" in answer.headers.get("Location", "error=") and "code=" not in answer.headers.get("Location", "")


def test_a_code_works_once_and_only_for_the_client_that_can_prove_itself(demo: Demo) -> None:
    start = demo.app.test_client().get("/aanmelden/demo").headers["Location"]
    back = demo.pick(POLICE, at=start)
    code = re.search(r"code=([^&]+)", back)[1]

    answer = requests.post(
        f"{demo.state.issuer}/token", data={"grant_type": "authorization_code", "code": code, "client_id": "schakel"}, timeout=5
    )

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")


def test_the_provider_keeps_its_key_over_a_restart(demo: Demo, demo_files: tuple[Path, Path]) -> None:
    again = open_state(demo.settings, directory=demo_files[0])

    assert again.keys[0].as_dict(private=True) == demo.state.keys[0].as_dict(private=True)
    assert (demo_files[0] / "provider-key.json").stat().st_mode & 0o077 == 0


def test_logging_out_at_the_provider_ends_the_session_at_the_hub(demo: Demo) -> None:
    browser, _ = demo.log_in(POLICE)
    [login] = demo.state.logins.values()

    answer = demo.app.test_client().post("/aanmelden/demo/afgemeld", data={"logout_token": logout_token(demo.state, login=login)})

    assert answer.status_code == 200
    assert POLICE.name not in browser.get("/privacy").text


def test_logging_out_at_the_hub_leads_to_the_provider_and_back(demo: Demo) -> None:
    browser, _ = demo.log_in(POLICE)
    token = re.search(r'name="formuliercode" value="(\w+)"', browser.get("/privacy").text)[1]
    page = browser.post("/afmelden", data={"formuliercode": token}, headers={"Origin": demo.settings.public_url}).text
    onward = re.search(r'href="(http://127[^"]+)"', page)[1].replace("&amp;", "&")

    answer = requests.get(onward, timeout=10)

    assert answer.status_code == 200
    assert f'{demo.settings.public_url}/afgemeld"' in answer.text
    assert not demo.state.logins
    assert browser.get("/afgemeld").status_code == 200


def test_the_provider_refuses_to_start_outside_demo_mode(demo: Demo, tmp_path: Path) -> None:
    with pytest.raises(NotForTheDemo):
        open_state(replace(demo.settings, demo=False), directory=tmp_path)


@pytest.mark.parametrize(
    "issuer", ["http://0.0.0.0:8401", "http://192.0.2.7:8401", "https://127.0.0.1:8401", "http://127.0.0.1", "http://demo.example:80"]
)
def test_the_provider_refuses_an_address_that_others_could_reach(demo: Demo, issuer: str) -> None:
    with pytest.raises(NotForTheDemo):
        serve_on_loopback(replace(demo.state, issuer=issuer))


class _Elsewhere(Persona):
    """A persona of whom the provider says that she works for another partner than our register knows."""

    def __init__(self, one: Persona) -> None:
        for name in ("partner", "name", "roles", "note", "acr"):
            object.__setattr__(self, name, getattr(one, name))
        object.__setattr__(self, "partner", "bureau-drenthe")

    @property
    def subject(self) -> str:
        return next(one.subject for one in PERSONAS if one.name == self.name)
