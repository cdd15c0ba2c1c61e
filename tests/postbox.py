"""A real mail server for tests: keeps what it accepts, and can refuse, be busy, break off, demand TLS and ask for a login."""

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from socket import create_server
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.kernel.settings import MailServer, Wrapping

SENDER = "schakel@voorbeeld.invalid"
ELSEWHERE = "127.0.0.2"  # this machine too, but not by a name that the settings know as such


@dataclass
class Postbox:
    """What arrived, and how the server behaves: an answer per recipient or to all, and after how many letters it breaks off unanswered."""

    host: str
    port: int
    letters: list[tuple[str, bytes]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    to_sender: str = ""
    to_data: str = ""
    breaks_off: int = 0
    was_closed: list[bool] = field(default_factory=list)

    def mail(self, wrapping: Wrapping = Wrapping.LOOPBACK, **more: Any) -> MailServer:
        """The setting that leads here."""
        return MailServer(self.host, self.port, wrapping, SENDER, **more)

    @property
    def mails(self) -> list[EmailMessage]:
        """What arrived, read as mail."""
        return [message_from_bytes(content, policy=default) for _, content in self.letters]  # type: ignore[misc]

    @property
    def recipients(self) -> list[str]:
        """To whom, in order of arrival."""
        return [recipient for recipient, _ in self.letters]

    async def handle_MAIL(self, _server: Any, _session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.to_sender or "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.to_data:
            return self.to_data
        assert isinstance(envelope.content, bytes)
        self.letters += [(recipient, envelope.content) for recipient in envelope.rcpt_tos]
        self.was_closed.append(session.ssl is not None)
        if self.breaks_off:
            self.breaks_off -= 1
            server.transport.abort()
        return "250 OK"


def free_port(host: str = "127.0.0.1") -> int:
    with closing(create_server((host, 0))) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def open_postbox(host: str = "127.0.0.1", *, login: str = "", **more: Any) -> Iterator[Postbox]:
    """The server, until the test is over; with a login `user:password` it takes nothing of strangers."""
    box = Postbox(host, free_port(host))
    if login:
        more |= {"authenticator": lambda *said: AuthResult(success=_said(said[-1]) == login, handled=False), "auth_required": True}
    controller = Controller(box, hostname=host, port=box.port, **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _said(data: Any) -> str:
    return f"{data.login.decode()}:{data.password.decode()}"


def certificate(folder: Path, *, host: str) -> ssl.SSLContext:
    """A server context with a fresh certificate for this address, and `ca.pem` in the folder for who trusts it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "postbus")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    (folder / "ca.pem").write_bytes(pem)
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "server.pem").write_bytes(secret + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context
