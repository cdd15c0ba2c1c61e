"""A hub with three providers of which two lie on request, and a browser to log in with: what the tests of the login stand on."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.people.oidc import Client
from hub.people.words import Reason
from tests.walls.hostile import CLIENT, SUBSTANTIAL, HostileProvider, rsa_key

COOKIE, ATTEMPT = "__Host-schakel", "__Host-schakel-aanmelding"
Look = Callable[..., Sequence[Any]]


def write_register(directory: Path, *, hostile: HostileProvider, other: HostileProvider, bound: HostileProvider) -> Path:
    """The register: two providers that speak for several partners by a claim, and one that is bound to Drenthe."""
    key_file = directory / "hub-key.pem"
    key_file.write_bytes(rsa_key("hub").as_pem(private=True))
    path = directory / "providers.yaml"
    common = {"client_id": CLIENT, "key_file": key_file.name, "algorithms": ["PS256", "ES256"], "scopes": ["openid", "organisatie"],
              "acr_minimum": SUBSTANTIAL, "max_age": "300"}  # fmt: skip
    by_claim = {"partner_claim": "organisatie", "partners": {"bureau-drenthe": "bureau-drenthe", "bureau-groningen": "bureau-groningen"}}
    entries = [
        {"name": "hostile", "title": "Vijandig", "issuer": hostile.issuer, **common, **by_claim},
        {"name": "other", "title": "Ander", "issuer": other.issuer, **common, **by_claim},
        {"name": "bound", "title": "Drenthe", "issuer": bound.issuer, **common, "partner": "bureau-drenthe"},
    ]
    path.write_text(json.dumps(entries, indent=1), encoding="utf-8")  # JSON is YAML
    return path


@dataclass
class Lobby:
    """The hub with its providers, and a superuser's look into the database."""

    app: Flask
    hostile: HostileProvider
    other: HostileProvider
    bound: HostileProvider
    look: Look

    def __post_init__(self) -> None:
        for provider in (self.hostile, self.other, self.bound):
            self.admit(provider, subject="marijke", partner="bureau-drenthe")

    def admit(self, provider: HostileProvider, *, subject: str, partner: str) -> None:
        """An account for what this provider calls somebody."""
        self.look(
            "INSERT INTO hub.account (partner, id, issuer, subject, name, roles, active, made_at) "
            "SELECT id, %s, %s, %s, %s, ARRAY['case_worker'], true, now() FROM hub.partner WHERE slug = %s",
            uuid4(), provider.issuer, subject, subject, partner,
        )  # fmt: skip

    def switch_off(self, provider: HostileProvider) -> None:
        """Nobody of this provider may log in any more."""
        self.look("UPDATE hub.account SET active = false WHERE issuer = %s", provider.issuer)

    def browser(self) -> "Browser":
        """A browser that never was here."""
        return Browser(self, self.app.test_client())

    def client(self, name: str = "hostile") -> Client:
        """What the hub keeps of a provider between logins."""
        return self.app.extensions["clients"].of(name)

    def sessions(self) -> int:
        """How many sessions are open."""
        return int(self.look("SELECT count(*) FROM hub.session")[0][0])

    def lines(self, word: str) -> list[dict[str, Any]]:
        """The journal's lines of this kind."""
        found = [json.loads(bytes(data)) for (data,) in self.look("SELECT data FROM audit.entry ORDER BY id")]
        return [line for line in found if line["k"] == word]

    def refused(self, answer: TestResponse, *, why: Reason, sessions: int = 0) -> None:
        """Holds that this answer refuses: a page in the 400s, no session and no cookie of one, one line with the reason."""
        assert (answer.status_code, self.sessions()) == (403, sessions), answer.text
        assert not [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith(f"{COOKIE}=")]
        assert [line["reden"] for line in self.lines("inloggen/aanmelding-geweigerd")] == [why.value]
        assert "Aanmelden is niet gelukt" in answer.text or "kent u niet" in answer.text


@dataclass
class Browser:
    """Somebody's browser: goes to a provider, comes back, keeps its cookies."""

    lobby: Lobby
    http: FlaskClient

    def begin(self, provider: str = "hostile") -> dict[str, str]:
        """Click on a provider; the answer is what the hub asks of it."""
        answer = self.http.get(f"/aanmelden/{provider}")
        assert answer.status_code == 303, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def come_back(self, provider: str = "hostile", **said: str) -> TestResponse:
        """Arrive at the callback of a provider with this in the address."""
        return self.http.get(f"/aanmelden/{provider}/terug?{urlencode(said)}")

    def log_in(self, name: str = "hostile") -> TestResponse:
        """The whole way, at a provider that approves; the answer is that of the callback."""
        provider: HostileProvider = getattr(self.lobby, name)
        asked = self.begin(name)
        return self.come_back(name, state=asked["state"], code=provider.approve(asked), iss=provider.issuer)

    def session(self) -> str | None:
        """The name of the session in this browser's cookie."""
        found = self.http.get_cookie(COOKIE)
        return found.value if found else None
