"""The mailroom of the demo: what the courier sends is kept and shown, once, as text and nothing but text."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from smtplib import SMTP
from threading import Thread

import pytest
import requests

from hub.demo.mailroom import Mailroom, make_pages, open_mailroom
from tests.postbox import free_port

LETTER = (
    "From: schakel@voorbeeld.invalid\r\nTo: anja.b@voorbeeld.invalid\r\nSubject: {subject}\r\nMessage-ID: <{name}@localhost>\r\n"
    "Date: Wed, 04 Nov 2026 08:00:00 +0000\r\n\r\nZie https://localhost:8400/meldingen nu.\r\n<script>alert(1)</script>\r\n"
)


@contextmanager
def running(folder: Path) -> Iterator[tuple[int, str]]:
    smtp, page = free_port(), free_port()
    controller, server = open_mailroom(folder, smtp=("127.0.0.1", smtp), page=("127.0.0.1", page))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield smtp, f"http://127.0.0.1:{page}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        controller.stop()


def send(port: int, name: str, *, subject: str = "Proefbericht") -> None:
    with SMTP("127.0.0.1", port) as server:
        server.sendmail("schakel@voorbeeld.invalid", ["anja.b@voorbeeld.invalid"], LETTER.format(name=name, subject=subject))


def test_what_is_sent_is_kept_over_a_restart_and_shown_once(tmp_path: Path):
    with running(tmp_path / "mail") as (smtp, _):
        send(smtp, "een")
        send(smtp, "een")
        send(smtp, "twee", subject="Aanvulling")
    with running(tmp_path / "mail") as (_, page):
        listed = requests.get(page, timeout=5).text

    assert listed.count('class="card"') == 2
    assert listed.index("Aanvulling") < listed.index("Proefbericht")
    assert "anja.b@voorbeeld.invalid" in listed


def test_a_mail_is_text_in_which_an_address_is_a_link_and_nothing_is_a_script(tmp_path: Path):
    with running(tmp_path / "mail") as (smtp, page):
        send(smtp, "een", subject="<b>Dik</b>")
        [name] = [file.stem for file in (tmp_path / "mail").glob("*.eml")]
        answer = requests.get(f"{page}/{name}", timeout=5)

    assert '<a href="https://localhost:8400/meldingen"' in answer.text
    assert "<script>" not in answer.text
    assert "<b>" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["..", "../roles.json", "%2e%2e%2froles.json", "20261104T080000000000-00000000", "x"])
def test_nothing_but_a_kept_mail_is_shown(tmp_path: Path, name: str):
    (tmp_path / "roles.json").write_text("geheim")
    client = make_pages(Mailroom(tmp_path / "mail")).test_client()

    answer = client.get(f"/{name}")

    assert answer.status_code in (404, 200)
    assert "geheim" not in answer.text


def test_an_empty_mailroom_says_how_a_mail_comes(tmp_path: Path):
    assert "proefbericht" in make_pages(Mailroom(tmp_path / "mail")).test_client().get("/").text
