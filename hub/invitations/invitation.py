"""
An invitation as calendars understand it: iCalendar text, and the mail that carries it (RFC 5545, 5546, 6047; consultations.md 6).

One meeting is one event in one mail to one person. Nothing of a case can be written here: a meeting has no field for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from unicodedata import category

from hub.kernel.days import AMSTERDAM
from hub.sharing.sentences import day_in_dutch

NEUTRAL = "Overleg Schakel"  # the title for who wants no name of a body in a calendar
CONSTANT = "De agenda staat in Schakel. Deze uitnodiging bevat geen zaakgegevens."
SENDER = "Schakel"
PRODUCT = "-//Schakel//Overleggen 1.0//NL"
LONGEST = 75  # octets of a line, without its end
ZONE = """BEGIN:VTIMEZONE
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
END:VTIMEZONE"""  # never generated: Outlook and ical.js read no list of dates
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting as one person is told of it; `url` is its page behind the login, and holds no token."""

    uid: str
    sequence: int
    stamped_at: datetime
    starts: datetime
    ends: datetime
    title: str
    place: str
    url: str
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited, by whom, and the link by which that person answers without a login."""

    name: str
    address: str
    sender: str
    answer_link: str
    is_required: bool = True


def invitation(meeting: Meeting, *, to: Invited) -> bytes:
    """The calendar of one mail: REQUEST for what is new or changed, CANCEL for what is not to be."""
    return _wire([
        *_head("CANCEL" if meeting.is_cancelled else "REQUEST"), *ZONE.splitlines(), *_event(meeting, tuple(_people(to))), "END:VCALENDAR",
    ])  # fmt: skip


def feed(meetings: Iterable[Meeting], *, name: str) -> bytes:
    """A calendar to subscribe to: no method, organizer or attendee, or Outlook asks to answer it and freezes."""
    told = sorted(meetings, key=lambda one: (one.starts, one.uid))
    often = ["REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H"]
    names = [f"NAME:{_text(name)}", f"X-WR-CALNAME:{_text(name)}"]
    events = [line for one in told for line in _event(one, ())]
    return _wire([*_head(), *names, *often, *ZONE.splitlines(), *events, "END:VCALENDAR"])


def mail(meeting: Meeting, *, to: Invited, is_change: bool = False) -> bytes:
    """The finished mail; the same meeting to the same person gives the same bytes, Message-ID included."""
    word = "Geannuleerd" if meeting.is_cancelled else "Gewijzigd" if is_change else "Uitnodiging"
    name = sha256(f"{meeting.uid}/{meeting.sequence}/{meeting.stamped_at.timestamp():.0f}/{to.address}".encode()).hexdigest()[:40]
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(SENDER, addr_spec=to.sender)
    made["To"] = Address(addr_spec=to.address)
    made["Subject"] = f"{word}: {_shown(meeting.title)}, {day_in_dutch(_there(meeting.starts).date())}"
    made["Date"] = format_datetime(meeting.stamped_at)
    made["Message-ID"] = f"<{name}@{meeting.uid.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    lines = list(_said(meeting, to, word))
    made.set_content("\n\n".join(lines) + "\n", cte="quoted-printable")
    made.add_alternative(_page(lines), subtype="html", cte="quoted-printable")
    method = {"charset": "utf-8", "method": "CANCEL" if meeting.is_cancelled else "REQUEST"}
    made.add_alternative(invitation(meeting, to=to), maintype="text", subtype="calendar", cte="base64", params=method)
    made["Content-Language"] = "nl"
    made.set_boundary(f"schakel-{name}")
    return made.as_bytes()


def when(starts: datetime, *, ends: datetime) -> str:
    """A meeting in words and Dutch time: donderdag 28 januari 2027, 13.30 tot 16.00 uur."""
    first, last = _there(starts), _there(ends)
    return f"{WEEKDAYS[first.weekday()]} {day_in_dutch(first.date())}, {first:%H.%M} tot {last:%H.%M} uur"


def _head(method: str = "") -> list[str]:
    known = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    return [*known, f"METHOD:{method}"] if method else known


def _event(meeting: Meeting, people: tuple[str, ...]) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{meeting.uid}",
        f"SEQUENCE:{meeting.sequence}",
        f"DTSTAMP:{meeting.stamped_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID=Europe/Amsterdam:{_there(meeting.starts):%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Amsterdam:{_there(meeting.ends):%Y%m%dT%H%M%S}",
        f"SUMMARY:{_text(meeting.title)}",
        f"LOCATION:{_text(meeting.place)}",
        f"DESCRIPTION:{_text(CONSTANT)}",
        *people,
        f"STATUS:{'CANCELLED' if meeting.is_cancelled else 'CONFIRMED'}",
        "CLASS:CONFIDENTIAL",
        "TRANSP:OPAQUE",
        f"URL:{meeting.url}",
        "END:VEVENT",
    ]


def _people(to: Invited) -> Iterator[str]:
    role = "REQ-PARTICIPANT" if to.is_required else "OPT-PARTICIPANT"
    yield f'ORGANIZER;CN="{SENDER}":mailto:{to.sender}'
    yield f'ATTENDEE;CUTYPE=INDIVIDUAL;ROLE={role};PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="{_quoted(to.name)}":mailto:{to.address}'


def _wire(lines: Iterable[str]) -> bytes:
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _folded(line: str) -> Iterator[bytes]:
    """Lines of 75 octets at most, which begin with a space after the first; no letter is cut in two."""
    part, room = b"", LONGEST
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > room:
            yield part
            part, room = b" ", LONGEST
        part += octets
    yield part


def _text(value: str) -> str:
    """A text value: what means something to iCalendar is escaped, what nobody can see is left out."""
    plain = value.replace("\r\n", "\n").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(letter for letter in plain if category(letter) not in ("Cc", "Cs", "Zl", "Zp"))


def _quoted(value: str) -> str:
    """A name between quotes; it can hold no quote, and no end of a line."""
    return _shown(value).replace('"', "'")


def _shown(value: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in value).strip()


def _there(moment: datetime) -> datetime:
    return moment.astimezone(AMSTERDAM)


def _said(meeting: Meeting, to: Invited, word: str) -> Iterator[str]:
    title, span = _shown(meeting.title), when(meeting.starts, ends=meeting.ends)
    yield f"Beste {_shown(to.name)},"
    if meeting.is_cancelled:
        yield f"Deze bijeenkomst gaat voor u niet door: {title}, {span}."
    else:
        opening = "Deze bijeenkomst is gewijzigd" if word == "Gewijzigd" else "U bent uitgenodigd"
        yield f"{opening}: {title}."
        yield f"Wanneer: {span}\nWaar: {_shown(meeting.place)}"
        yield f"Laat weten of u komt (hiervoor hoeft u niet in te loggen):\n{to.answer_link}"
    yield f"De agenda en meer staan in Schakel (u logt eerst in):\n{meeting.url}"
    yield "In onze mail staat met opzet niets over zaken."
    yield "Schakel"


def _page(lines: Iterable[str]) -> str:
    """The same words as a page: a paragraph for each, with its link."""
    told = []
    for line in lines:
        words = [f'<a href="{escape(one)}">{escape(one)}</a>' if one.startswith("http") else escape(one) for one in line.split("\n")]
        told.append(f"<p>{'<br>'.join(words)}</p>")
    top = '<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8"><title>Schakel</title></head><body>'
    return "\n".join([top, *told, "</body></html>", ""])
