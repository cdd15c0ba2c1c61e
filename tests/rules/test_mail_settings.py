"""The settings of mail: the hub does not start without them, and never with a way to the mail server that others can read along."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hub.kernel.settings import LOGIN_ROLES, MailServer, SettingMissing, Wrapping, read_settings
from hub.kernel.words import is_mail_address

Read = Callable[..., MailServer]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads settings in which all but the given ones are right."""
    passwords = tmp_path / "roles.json"
    passwords.write_text("{" + ", ".join(f'"{role}": "x"' for role in LOGIN_ROLES) + "}")
    passwords.chmod(0o400)
    right = {
        "SCHAKEL_MODE": "production", "SCHAKEL_PUBLIC_URL": "https://schakel.example", "SCHAKEL_BIND": "127.0.0.1:8000",
        "SCHAKEL_DATABASE": "postgresql:///schakel", "SCHAKEL_ROLE_PASSWORDS": str(passwords), "SCHAKEL_KEYS": str(tmp_path),
        "SCHAKEL_PROVIDERS": str(tmp_path), "SCHAKEL_POLICIES": str(tmp_path), "SCHAKEL_SMTP": "smtps://mail.example:465",
        "SCHAKEL_MAIL_FROM": "schakel@example.nl",
    }  # fmt: skip
    return lambda **different: read_settings(values={**right, **different}).mail


@pytest.mark.parametrize(("smtp", "expected"), [
    ("smtps://mail.example:465", ("mail.example", 465, Wrapping.TLS)),
    ("smtp://mail.example:587", ("mail.example", 587, Wrapping.STARTTLS)),
    ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, Wrapping.LOOPBACK)), ("smtp://[::1]:25", ("::1", 25, Wrapping.LOOPBACK)),
    ("smtps://localhost:465", ("localhost", 465, Wrapping.TLS)), ("smtp://10.0.0.5:25", ("10.0.0.5", 25, Wrapping.STARTTLS)),
])  # fmt: skip
def test_plain_text_goes_to_this_machine_alone(read: Read, smtp: str, expected: tuple[str, int, Wrapping]):
    found = read(SCHAKEL_SMTP=smtp)

    assert (found.host, found.port, found.wrapping) == expected


@pytest.mark.parametrize("name", ["SCHAKEL_SMTP", "SCHAKEL_MAIL_FROM"])
def test_without_its_mail_settings_the_hub_does_not_start_and_says_which_one(read: Read, name: str):
    with pytest.raises(SettingMissing, match=f"{name} ontbreekt"):
        read(**{name: " "})


@pytest.mark.parametrize("smtp", [
    "mail.example:25", "http://mail.example:25", "smtp://mail.example", "smtp://:25", "smtp://mail.example:25/x", "smtp://mail.example:99999",
    "smtp://user:word@mail.example:25", "smtp://mail.example:25?tls=off", "smtp+insecure://mail.example:25",
])  # fmt: skip
def test_an_address_that_is_not_understood_is_refused_and_not_shown(read: Read, smtp: str):
    with pytest.raises(SettingMissing, match="SCHAKEL_SMTP") as refused:
        read(SCHAKEL_SMTP=smtp)
    assert "word" not in refused.value.sentence


@pytest.mark.parametrize("text", [
    "schakel", "a@b@c", "@x", "a@", "a..b@x.nl", "=?utf-8?q?A=0ABcc=3A?=@x.nl", ".a@x.nl", "a@-x.nl", "a@x..nl", "a" * 65 + "@x.nl",
    "Schakel <a@example.nl>", "a@example.nl\nBcc: b@example.nl", "a b@example.nl", "ä@example.nl", '"a"@example.nl',
])  # fmt: skip
def test_one_plain_address_or_none(read: Read, text: str):
    assert not is_mail_address(text)
    with pytest.raises(SettingMissing, match="SCHAKEL_MAIL_FROM"):
        read(SCHAKEL_MAIL_FROM=text)


def test_the_login_comes_out_of_a_file_of_its_owner_alone_and_does_not_print_itself(read: Read, tmp_path: Path):
    file = tmp_path / "login"
    file.write_text("hub:a:b\n")
    file.chmod(0o400)

    found = read(SCHAKEL_SMTP_LOGIN=str(file))

    assert found.login is not None
    assert (found.login[0], found.login[1].reveal()) == ("hub", "a:b")
    assert "a:b" not in repr(found)


@pytest.mark.parametrize(
    ("text", "mode", "expected"), [("hub:a", 0o444, "eigenaar"), ("hub", 0o400, "gebruiker:wachtwoord"), (":a", 0o400, "gebruiker")]
)
def test_a_login_that_others_can_read_or_that_is_half_is_refused(read: Read, tmp_path: Path, text: str, mode: int, expected: str):
    file = tmp_path / "login"
    file.write_text(text)
    file.chmod(mode)

    with pytest.raises(SettingMissing, match=expected):
        read(SCHAKEL_SMTP_LOGIN=str(file))
