"""
Our own judge of an invitation by mail: every rule that Outlook, Gmail and Apple Mail hold a mail to, as a named check on its raw bytes.

Written from RFC 5545, 5546 and 6047 and from MS-STANOICAL, and from nothing in hub/: it reads bytes and knows no function that made them.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.policy import default

ZONE = b"""BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE
""".replace(b"\n", b"\r\n")
ONCE = ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "CLASS", "TRANSP", "URL")
PEOPLE = ("ORGANIZER", "ATTENDEE")
FRAME = ("VERSION", "PRODID", "CALSCALE")
CONSTANT = r"De agenda staat in Schakel. Deze uitnodiging bevat geen zaakgegevens."
PAGE = re.compile(r"https?://[^/?#]+/bijeenkomsten/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOCAL = re.compile(r";TZID=Europe/Amsterdam:([0-9]{8}T[0-9]{6})")
ATTENDEE = re.compile(
    r';CUTYPE=INDIVIDUAL;ROLE=(REQ|OPT)-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="[^"\r\n]*":mailto:(?P<address>[^\s:;,]+)'
)
ORGANIZER = re.compile(r';CN="[^"\r\n]*":mailto:(?P<address>[^\s:;,]+)')


def wrong_in_mail(raw: bytes) -> set[str]:
    """The names of the rules that a mail with an invitation breaks."""
    mail = message_from_bytes(raw, policy=default)
    parts = list(mail.iter_parts()) if mail.is_multipart() else []  # type: ignore[attr-defined]
    wrong = set(_shape(raw, mail, parts))
    calendar = next((part for part in parts if part.get_content_type() == "text/calendar"), None)
    if calendar is None:
        return wrong | {"calendar part"}
    ics = calendar.get_payload(decode=True)
    wrong |= wrong_in_calendar(ics)
    said = re.search(rb"^METHOD:(\w+)", ics, re.MULTILINE)
    if said is None or calendar.get_param("method") != said[1].decode() or calendar.get_content_charset() != "utf-8":
        wrong.add("method of the part")
    people = {name: [line for line in unfolded(ics) if line.startswith(f"{name};")] for name in PEOPLE}
    sender, addressee = mail["From"].addresses[0].addr_spec, str(mail["To"])
    if not any(f":mailto:{sender}" in line for line in people["ORGANIZER"]) or sender == addressee:
        wrong.add("organizer is the sender")
    if not any(line.endswith(f":mailto:{addressee}") for line in people["ATTENDEE"]):
        wrong.add("attendee is the addressee")
    return wrong


def _shape(raw: bytes, mail: object, parts: list[object]) -> Iterator[str]:
    kinds = [part.get_content_type() for part in parts]  # type: ignore[attr-defined]
    if mail.get_content_type() != "multipart/alternative" or kinds != ["text/plain", "text/html", "text/calendar"]:  # type: ignore[attr-defined]
        yield "parts in order"
    if any("Content-Disposition" in part for part in parts):  # type: ignore[operator]
        yield "no disposition"
    if any(part["Content-Transfer-Encoding"] != "base64" for part in parts[2:]):  # type: ignore[index]
        yield "base64"
    if mail["Auto-Submitted"] != "auto-generated" or not mail["Message-ID"]:  # type: ignore[index]
        yield "names itself"
    if re.search(rb"(?<!\r)\n", raw):
        yield "line ends of the mail"


def wrong_in_calendar(ics: bytes) -> set[str]:
    """The names of the rules that the calendar of an invitation breaks."""
    lines, wrong = unfolded(ics), set(_bytes(ics))
    event, outside = _event(lines), _outside(lines)
    names = [re.split("[;:]", line)[0] for line in event]
    method = [line.partition(":")[2] for line in outside if line.startswith("METHOD:")]
    if lines.count("BEGIN:VEVENT") != 1:
        wrong.add("one event")
    if ics.count(b"BEGIN:VTIMEZONE") != 1 or ZONE not in ics:
        wrong.add("the zone")
    if method not in (["REQUEST"], ["CANCEL"]) or any(line.startswith("METHOD") for line in event):
        wrong.add("method of the calendar")
    if sorted(names) != sorted((*ONCE, *PEOPLE)):
        wrong.add("each property once")
    wrong |= set(_values(event, method))
    return wrong


def wrong_in_feed(ics: bytes) -> set[str]:
    """The names of the rules that a calendar to subscribe to breaks."""
    lines, wrong = unfolded(ics), set(_bytes(ics))
    if any(re.match("METHOD|ORGANIZER|ATTENDEE", line) for line in lines):
        wrong.add("nothing to answer")
    often = {"REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H"}
    if not often <= set(lines) or not any(line.startswith("NAME:") for line in lines) or ics.count(ZONE) != 1:
        wrong.add("what a feed says")
    return wrong


def unfolded(ics: bytes) -> list[str]:
    """The lines of a calendar as they are meant."""
    return ics.decode("utf-8", "replace").replace("\r\n ", "").split("\r\n")


def _bytes(ics: bytes) -> Iterator[str]:
    if re.search(rb"(?<!\r)\n|\r(?!\n)", ics) or not ics.endswith(b"END:VCALENDAR\r\n"):
        yield "line ends"
    if any(len(line) > 75 for line in ics.split(b"\r\n")):
        yield "75 octets"
    for line in ics.split(b"\r\n"):
        try:
            line.decode()
        except UnicodeDecodeError:
            yield "whole letters"


def _event(lines: list[str]) -> list[str]:
    if "BEGIN:VEVENT" not in lines or "END:VEVENT" not in lines:
        return []
    return lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")]


def _outside(lines: list[str]) -> list[str]:
    """What stands in the calendar itself."""
    found, depth = [], 0
    for line in lines:
        depth -= line.startswith("END:")
        if depth == 1:
            found.append(line)
        depth += line.startswith("BEGIN:")
    return found


def _values(event: list[str], method: list[str]) -> Iterator[str]:
    told = {re.split("[;:]", line)[0]: line[len(re.split("[;:]", line)[0]) :] for line in event}
    starts, ends = LOCAL.fullmatch(told.get("DTSTART", "")), LOCAL.fullmatch(told.get("DTEND", ""))
    if not starts or not ends or _moment(starts[1]) >= _moment(ends[1]):
        yield "times in order"
    if not re.fullmatch(r":[0-9]{1,6}", told.get("SEQUENCE", "")):
        yield "sequence is a count"
    if told.get("DESCRIPTION") != f":{CONSTANT}":
        yield "constant words"
    if not PAGE.fullmatch(told.get("URL", "")[1:]):
        yield "no token"
    expected = ":CANCELLED" if method == ["CANCEL"] else ":CONFIRMED"
    if (told.get("STATUS"), told.get("CLASS"), told.get("TRANSP")) != (expected, ":CONFIDENTIAL", ":OPAQUE"):
        yield "status"
    organizer, attendee = ORGANIZER.fullmatch(told.get("ORGANIZER", "")), ATTENDEE.fullmatch(told.get("ATTENDEE", ""))
    if not organizer or not attendee or organizer["address"] == attendee["address"]:
        yield "one organizer, one attendee"


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S")  # a local time of one zone


def with_calendar(raw: bytes, ics: bytes) -> bytes:
    """The same mail with another calendar in it."""
    head, _, _ = raw.rpartition(b"MIME-Version: 1.0\r\n\r\n")
    close = raw[raw.rindex(b"\r\n--") :]
    coded = b64encode(ics)
    wrapped = b"\r\n".join(coded[at : at + 76] for at in range(0, len(coded), 76))
    return head + b"MIME-Version: 1.0\r\n\r\n" + wrapped + b"\r\n" + close
