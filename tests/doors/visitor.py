"""Somebody at the door: a browser that is logged in as one of the cast, or as nobody, and sends what a browser sends."""

import re
from datetime import UTC, datetime
from typing import Any

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.kernel import clock
from hub.kernel.actor import Doorkeeper
from hub.kernel.database import begin_work
from hub.people.actions import sign_in
from hub.people.words import Claims
from hub.web import door
from tests.cast import persona_of
from tests.scaffold import ISSUER, PUBLIC

TOKEN = re.compile(rf'name="{door.FORM_FIELD}" value="([0-9a-f]+)"')


class Visitor:
    """A browser in front of the hub; forms go out with the origin, the browser's own word and the token of the last page."""

    def __init__(self, app: Flask, cookie: str = "") -> None:
        self.client: FlaskClient = app.test_client()
        self.cookie = cookie
        if cookie:
            self.client.set_cookie(door.COOKIE, cookie, domain="localhost", secure=True)

    def get(self, path: str, **more: Any) -> TestResponse:
        """What stands at this address."""
        return self.client.get(path, base_url=PUBLIC.replace("http:", "https:"), **more)

    def token(self, path: str = "/privacy") -> str:
        """The form token that a page of this session holds; the one where everybody may come."""
        found = TOKEN.search(self.get(path).text)
        assert found, f"{path} holds no form token"
        return found[1]

    def post(self, path: str, *, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Sends a form as the browser does, with its token."""
        said = {door.FORM_FIELD: self.token(), **(data or {})} if self.cookie else data or {}
        headers = {"Origin": PUBLIC, "Sec-Fetch-Site": "same-origin", **more.pop("headers", {})}
        return self.client.post(path, data=said, headers=headers, base_url=PUBLIC.replace("http:", "https:"), **more)


def seat_of(app: Flask, slug: str, *, role: str = "case_worker") -> Visitor:
    """A visitor with a real session of the first person of this partner with this role."""
    persona = persona_of(slug, role=role)
    claims = Claims("demo", ISSUER, persona.subject, slug, None, "http://eidas.europa.eu/LoA/substantial", datetime.now(UTC))
    with app.app_context(), begin_work(Doorkeeper(), now=clock.now()) as work:
        token = sign_in(work, claims=claims, replacing=None, origin=None)
    return Visitor(app, token.reveal())


def strict(page: str) -> Any:
    """The page as a tree; HTML that is not right fails."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def text_of(page: str) -> str:
    """What the page says, tags left out and spaces drawn together."""
    return " ".join("".join(strict(page).find("body").itertext()).split())
