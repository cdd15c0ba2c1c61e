"""
Reads an answer that a calendar program sent by mail, and says what it is worth (consultations.md 6.3).

Reading is tolerant: whatever bytes come in, a `Reply` goes out. Whether it may be recorded is decided apart, by `judge`.
"""

import re
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from enum import StrEnum

LARGEST = 1_000_000  # octets of a mail that is read at all
MOST_LINES = 10_000
ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}


class Worth(StrEnum):
    """What is done with a reply: recorded, recorded as an answer to an earlier date, set aside for a person, or nothing."""

    RECORDED = "recorded"
    EARLIER = "earlier"
    OTHER_SENDER = "other_sender"
    AUTOMATIC = "automatic"
    FORWARDED = "forwarded"
    COUNTER = "counter"
    DELEGATED = "delegated"
    ODD = "odd"
    UNKNOWN = "unknown"


PARKED = frozenset({Worth.OTHER_SENDER, Worth.AUTOMATIC, Worth.FORWARDED, Worth.COUNTER, Worth.DELEGATED, Worth.ODD})
PARKED_IN_DUTCH = {
    Worth.OTHER_SENDER: "Er kwam een antwoord van een ander adres.",
    Worth.AUTOMATIC: "Er kwam een automatisch antwoord.",
    Worth.FORWARDED: "De uitnodiging is doorgestuurd.",
    Worth.COUNTER: "Er kwam een voorstel voor een andere tijd.",
    Worth.DELEGATED: "De uitnodiging is aan iemand anders overgedragen.",
    Worth.ODD: "Er kwam een antwoord dat Schakel niet begrijpt.",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a mail says; empty or None where it says nothing that can be understood."""

    sender: str = ""
    uid: str = ""
    method: str = ""
    sequence: int | None = None
    status: str = ""
    attendee: str = ""
    is_automatic: bool = False
    has_several: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The invitation that a reply speaks of, as it stands now."""

    uid: str
    address: str
    sequence: int
    answered_sequence: int | None


def read(raw: bytes) -> Reply:
    """What this mail says; never fails."""
    mail = message_from_bytes(raw[:LARGEST])
    sender = parseaddr(_header(mail, "From"))[1].lower()
    # A calendar that sends what somebody clicked may call that auto-generated; only what answers by itself is auto-replied.
    words = (_header(mail, "Auto-Submitted").strip().lower(), _header(mail, "Precedence").strip().lower())
    is_automatic = words[0].startswith("auto-replied") or words[1].startswith("auto")
    text = _calendar(mail)
    if text is None:
        return Reply(sender, is_automatic=is_automatic)
    lines = _unfolded(text)
    event = _inside(lines, "VEVENT")
    answering = [(params, value) for name, params, value in event if name == "ATTENDEE"]
    first = {name: value for name, _, value in reversed(event)}
    status, attendee = (answering[0][0].get("PARTSTAT", "").upper(), _address(answering[0][1])) if answering else ("", "")
    method = next((value.upper() for name, _, value in lines if name == "METHOD"), "")
    several = len(answering) > 1 or sum(name == "UID" for name, _, _ in event) > 1
    return Reply(sender, first.get("UID", ""), method, _number(first.get("SEQUENCE", "0")), status, attendee, is_automatic, several)


def judge(reply: Reply, *, asked: Asked | None) -> Worth:
    """What this reply is worth for that invitation; only a plain answer of the invited person herself is ever recorded."""
    if asked is None or reply.uid != asked.uid:
        return Worth.UNKNOWN
    refused = {
        Worth.OTHER_SENDER: reply.sender != asked.address.lower(),
        Worth.COUNTER: reply.method == "COUNTER",
        Worth.DELEGATED: reply.status == "DELEGATED",
        Worth.FORWARDED: reply.method in ("REQUEST", "PUBLISH") or reply.attendee not in ("", asked.address.lower()),
        Worth.ODD: reply.method != "REPLY" or reply.has_several or not _fits(reply, asked),
    }
    # What a calendar answers by itself, accepting all, is no word of a person.
    refused = {Worth.AUTOMATIC: reply.is_automatic and not refused[Worth.OTHER_SENDER], **refused}
    found = next((worth for worth, is_so in refused.items() if is_so), None)
    if found is not None:
        return found
    return Worth.RECORDED if reply.sequence == asked.sequence else Worth.EARLIER


def _fits(reply: Reply, asked: Asked) -> bool:
    """Whether it is an answer to something that was sent, and no older than what was answered since."""
    if reply.sequence is None or reply.status not in ANSWERS:
        return False
    return max(asked.answered_sequence or 0, 0) <= reply.sequence <= asked.sequence


def _header(mail: Message, name: str) -> str:
    return str(mail.get(name, ""))


def _calendar(mail: Message) -> str | None:
    """The text of the first calendar in a mail, whatever its parts are called."""
    for part in mail.walk():
        if part.get_content_type() in ("text/calendar", "application/ics"):
            try:
                content = part.get_payload(decode=True)
            except (NotBase64, ValueError, LookupError):
                return None
            return content.decode("utf-8", "replace") if isinstance(content, bytes) else None
    return None


Line = tuple[str, Mapping[str, str], str]
PARAMETER = re.compile(r';([A-Za-z-]{1,40})=("[^"]*"|[^;:"]*)')


def _unfolded(text: str) -> list[Line]:
    joined = re.sub(r"\r?\n[ \t]", "", text)
    return [_line(line) for line in re.split(r"\r?\n", joined)[:MOST_LINES]]


def _line(line: str) -> Line:
    """Name, parameters and value of a line; a colon between quotes ends no name."""
    name = re.match(r"[A-Za-z-]*", line)
    at, params = name.end() if name else 0, dict[str, str]()
    while found := PARAMETER.match(line, at):
        params[found[1].upper()], at = found[2].strip('"'), found.end()
    return (name[0].upper() if name else ""), params, line[at:].removeprefix(":").strip()


def _inside(lines: list[Line], kind: str) -> list[Line]:
    """The lines of the first part of this kind, without what is inside other parts in it."""
    depth, found = 0, []
    for name, params, value in lines:
        if name == "BEGIN" and (depth or value.upper() == kind):
            depth += 1
        elif name == "END" and depth:
            depth -= 1
            if not depth:
                break
        elif depth == 1:
            found.append((name, params, value))
    return found


def _address(value: str) -> str:
    return value.lower().removeprefix("mailto:").strip()


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
