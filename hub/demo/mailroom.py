"""Where the mail of the demo arrives: a mail server on loopback that sends nothing on, and a plain page that shows what it kept."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.headerregistry import DateHeader
from email.message import EmailMessage, Message
from email.policy import default
from pathlib import Path
from uuid import uuid4

import click
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask, Response, render_template
from jinja2 import StrictUndefined
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.serving import BaseWSGIServer, make_server

from hub.kernel.clock import real_now
from hub.kernel.errors import Invalid
from hub.kernel.settings import read_environment
from hub.sharing.dutch import moment

LARGEST = 256 * 1024
KEPT = 500
NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")
LINK = re.compile(r"https?://[^\s<>\"]+")
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail as the page shows it."""

    name: str
    to: str
    subject: str
    date: str
    text: str


class Mailroom:
    """A folder with a file per mail, named by the moment it came; the newest few hundred stay."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  its name there
        """Keep one mail and say so; the same Message-ID again changes nothing, as at a receiver that knows it."""
        content = envelope.original_content or b""
        said = message_from_bytes(content).get("Message-ID", "")
        if not said or all(message_from_bytes(file.read_bytes()).get("Message-ID") != said for file in self._files()):
            self._keep(content)
        return "250 OK"

    def mails(self) -> list[Kept]:
        """Every mail that is kept, the newest first."""
        return [self._read(file) for file in self._files()]

    def mail(self, name: str) -> Kept:
        """The mail with this name; NotFound when there is none."""
        if not NAME.fullmatch(name) or not (self.folder / f"{name}.eml").is_file():
            raise NotFound
        return self._read(self.folder / f"{name}.eml")

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.eml"), reverse=True)

    def _keep(self, content: bytes) -> None:
        name = f"{real_now():%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}"
        half = self.folder / f"{name}.half"
        half.write_bytes(content)
        half.replace(self.folder / f"{name}.eml")
        for old in self._files()[KEPT:]:
            old.unlink(missing_ok=True)

    def _read(self, file: Path) -> Kept:
        mail = message_from_bytes(file.read_bytes(), policy=default)
        body = mail.get_body(("plain",)) if isinstance(mail, EmailMessage) else None
        text = body.get_content() if body is not None else ""
        return Kept(file.stem, str(mail["To"]), str(mail["Subject"]), _when(mail), text)


def _when(mail: Message) -> str:
    """The moment that the mail itself names; the hub's own day in the demo."""
    said = mail["Date"]
    at = said.datetime if isinstance(said, DateHeader) else None
    return moment(at) if at is not None else ""


def make_pages(room: Mailroom) -> Flask:
    """The pages of the mailroom as an application: a list, and one mail."""
    app = Flask(__name__, template_folder="templates", static_folder="static")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters["linked"] = linked
    app.after_request(_close)
    app.register_error_handler(HTTPException, _say_no)

    @app.get("/")
    def show_mails() -> str:
        return render_template("mailroom/mails.html", mails=room.mails())

    @app.get("/<name>")
    def show_mail(name: str) -> str:
        return render_template("mailroom/mail.html", mail=room.mail(name))

    return app


def linked(text: str) -> Markup:
    """The text of a mail with its addresses as links; everything else stays text."""
    parts, at = [], 0
    for found in LINK.finditer(text):
        parts += [escape(text[at : found.start()]), Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(found.group())]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def _say_no(error: HTTPException) -> tuple[str, int]:
    return render_template("mailroom/mails.html", mails=[]), error.code or 500


def _close(response: Response) -> Response:
    response.headers.update({"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
                             "Cache-Control": "no-store"})  # fmt: skip
    return response


def open_mailroom(folder: Path, *, smtp: tuple[str, int], page: tuple[str, int]) -> tuple[Controller, BaseWSGIServer]:
    """The mail server, listening, and the server of the pages, ready to serve; the first must be stopped by who asked for it."""
    room = Mailroom(folder)
    server = make_server(*page, make_pages(room), threaded=True)
    controller = Controller(room, hostname=smtp[0], port=smtp[1], ident="Schakel demo", data_size_limit=LARGEST)
    controller.start()
    return controller, server


def _place(said: str) -> tuple[str, int]:
    host, _, port = said.rpartition(":")
    if not host or not port.isdecimal():
        raise Invalid("Schrijf het adres als 127.0.0.1:2525.")
    return host, int(port)


@click.command()
@click.option("--directory", required=True, type=click.Path(path_type=Path, file_okay=False), help="Map waarin de mail blijft staan.")
@click.option("--smtp", required=True, help="Adres en poort waarop de mailserver luistert.")
@click.option("--page", required=True, help="Adres en poort waarop de pagina staat.")
def main(directory: Path, smtp: str, page: str) -> None:
    """Start de postkamer van de demo; stopt met Ctrl-C."""
    if not read_environment().demo:
        raise click.ClickException("De postkamer start alleen als SCHAKEL_MODE demo is.")
    controller, server = open_mailroom(directory, smtp=_place(smtp), page=_place(page))
    click.echo(f"De postkamer van de demo neemt mail aan op {smtp} en toont die op http://{page}. Er gaat niets naar buiten.")
    try:
        server.serve_forever()
    finally:
        controller.stop()


if __name__ == "__main__":
    main()
