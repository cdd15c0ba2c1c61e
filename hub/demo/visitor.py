"""Somebody at the demo over HTTP: follows links and redirects, logs in by a card, fills in forms, reads what stands on the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from hub.demo.personas import Persona
from hub.demo.place import Place

PATIENCE, MOST_REDIRECTS = 20, 10
Fields = dict[str, list[str]]


@dataclass
class Form:
    """One form of a page: where it goes, what its fields hold, and its buttons by their text (a name and a value, or none)."""

    action: str
    fields: Fields = field(default_factory=dict)
    buttons: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    file_field: str = ""


@dataclass(frozen=True)
class Body:
    """What a form sends: its fields, and perhaps a file."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    files: Mapping[str, tuple[str, bytes]] | None = None


class Sheet(HTMLParser):
    """A page as far as a visitor needs it: its words, its links and its forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._button: tuple[str, str] | None = None
        self._within: list[str] = []
        self._select = ""
        self._area = ""
        self.feed(text)

    @property
    def words(self) -> str:
        """Everything that can be read, with single spaces."""
        return " ".join(" ".join(self.said).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link, a form or a field."""
        told = {name: value or "" for name, value in attrs}
        self._within.append(tag)
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        elif tag == "form":
            self.forms.append(Form(told.get("action", "")))
        elif self.forms and tag in ("input", "button", "select", "option", "textarea"):
            self._field(tag, told)

    def _field(self, tag: str, told: Mapping[str, str]) -> None:
        form, name = self.forms[-1], told.get("name", "")
        if tag == "input" and told.get("type") == "file":
            form.file_field = name
        elif tag == "input" and (told.get("type") not in ("checkbox", "radio") or "checked" in told):
            form.fields.setdefault(name, []).append(told.get("value", ""))
        elif tag == "button":
            self._button = (name, told.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in told:
            form.fields.setdefault(self._select, []).append(told.get("value", ""))
        elif tag == "textarea":
            self._area = name
            form.fields[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        """Leave what was entered."""
        if tag in self._within:
            while self._within and self._within.pop() != tag:
                continue
        if tag == "textarea":
            self._area = ""
        if tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        """Note what can be read, and the text of a button or a text field."""
        if "style" in self._within or "script" in self._within:
            return
        self.said.append(data)
        if self.forms and self._button is not None and data.strip():
            name, value = self._button
            self.forms[-1].buttons[" ".join(data.split())] = (name, value) if name else None
        if self.forms and self._area:
            self.forms[-1].fields[self._area][0] += data


class Visitor:
    """
    One browser with its own cookies; `status`, `address`, `content` and `sheet` are those of the last answer, the sheet empty for a file.

    Cookies are kept by hand: Python's jar never sends a Secure cookie over plain http, and a browser on loopback does.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.cookies: dict[tuple[str, str], str] = {}
        self.status = 0
        self.address = ""
        self.content = b""
        self.sheet = Sheet("")

    def open(self, path: str) -> Sheet:
        """Go to this path of the hub, or to a whole address."""
        return self._go("GET", urljoin(self.place.address, path), Body())

    def send(self, form: Form, *, button: str | None = None, file: tuple[str, bytes] | None = None, **changes: object) -> Sheet:
        """Send a form as it stands on the page, with these fields filled in differently; a list gives a field several values."""
        fields = dict(form.fields)
        for name, value in changes.items():
            fields[name] = [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]
        if button is not None and (pressed := form.buttons[button]) is not None:
            fields[pressed[0]] = [pressed[1]]
        told = [(name, value) for name, values in fields.items() for value in values if name]
        return self._go("POST", urljoin(self.address, form.action or self.address), Body(told, {form.file_field: file} if file else None))

    def log_in(self, persona: Persona) -> Sheet:
        """Through the whole OIDC flow, by the card of this person."""
        self.open("/aanmelden")
        self.open(next(link for link in self.sheet.links if link.startswith("/aanmelden/")))
        form, card = next((form, text) for form in self.sheet.forms for text in form.buttons if persona.name in text)
        return self.send(form, button=card)

    def _go(self, verb: str, address: str, body: Body) -> Sheet:
        for _ in range(MOST_REDIRECTS):
            origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
            headers = {"Cookie": "; ".join(f"{name}={value}" for (where, name), value in self.cookies.items() if where == origin)}
            if verb == "POST":
                headers.update({"Origin": origin, "Sec-Fetch-Site": "same-origin"})
            told: dict[str, Any] = {"data": body.fields, "files": body.files} if verb == "POST" else {}
            answer = requests.request(verb, address, headers=headers, timeout=PATIENCE, allow_redirects=False, **told)
            for cookie in answer.cookies:
                self.cookies[(origin, cookie.name)] = cookie.value or ""
            if not answer.is_redirect:
                break
            verb, address = "GET", urljoin(address, answer.headers["Location"])
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        self.status, self.address, self.content = answer.status_code, address, answer.content
        self.sheet = Sheet(answer.text if is_page else "")
        return self.sheet
