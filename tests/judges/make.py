"""Writes calendars into a folder for judges in other languages, each with what it must mean, and some with a planted fault."""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from hub.invitations.invitation import Invited, Meeting, feed, invitation
from hub.kernel.days import AMSTERDAM

DAYS = ("2027-02-11", "2027-06-10", "2027-10-28", "2027-11-04", "2027-03-27", "2027-03-28", "2027-10-30", "2027-10-31")
TITLE = "Casuïstiekbespreking; Drenthe, \\ met\nregels en een naam die zo lang is dat de regel ergens gevouwen moet worden: ërgens"
PAGE = "https://schakel.example/bijeenkomsten/0f3b6a52-6d0e-4d0b-9a35-6a8f1f0c2b77"
TO = Invited("Politie Noord-Nederland, DD", "p@politie.example", "overleg@schakel.example", "https://schakel.example/uitnodiging/x")
FAULTS = {  # what libical's tables of RFC 5546 know: name → the text that is replaced, and by what
    "no-organizer": ("ORGANIZER;CN", "X-NOT;CN"),
    "no-attendee": ("ATTENDEE;CUTYPE", "X-NOT;CUTYPE"), "no-uid": ("UID:", "X-NOT:"),
    "no-dtstamp": ("DTSTAMP:", "X-NOT:"), "cancel-without-sequence": ("SEQUENCE:4", "X-NOT:4"),
    "double-summary": ("CLASS:CONFIDENTIAL", "SUMMARY:nog een"), "no-summary": ("SUMMARY:", "X-NOT:"),
    "no-dtstart": ("DTSTART;TZID", "X-NOT;TZID"),
}  # fmt: skip


def write(folder: Path) -> int:
    """All of it; tells how many calendars."""
    folder.mkdir(parents=True, exist_ok=True)
    told = []
    for number, day in enumerate(DAYS):
        starts = datetime.fromisoformat(f"{day}T13:30").replace(tzinfo=AMSTERDAM).astimezone(UTC)
        ends, stamp = starts + timedelta(minutes=150), datetime(2026, 11, 23, 9, tzinfo=UTC)
        meeting = Meeting(f"{number}@schakel.example", number, stamp, starts, ends, TITLE, "Provinciehuis, Assen", PAGE)
        for kind, one in (("request", meeting), ("cancel", replace(meeting, is_cancelled=True))):
            (folder / f"{kind}-{day}.ics").write_bytes(invitation(one, to=TO))
            told.append(meant(f"{kind}-{day}.ics", one, kind.upper()))
        (folder / f"feed-{day}.ics").write_bytes(feed([meeting], name="Overleggen in Schakel"))
        told.append(meant(f"feed-{day}.ics", meeting, ""))
    cancel = invitation(replace(meeting, sequence=4, is_cancelled=True), to=TO).decode()
    request = invitation(replace(meeting, sequence=4), to=TO).decode()
    for name, (before, after) in FAULTS.items():
        source = cancel if name.startswith("cancel") else request
        assert before in source
        (folder / f"fault-{name}.ics").write_bytes(source.replace(before, after).encode())
    (folder / "meant.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    return len(told)


def meant(name: str, meeting: Meeting, method: str) -> dict[str, object]:
    """What a reader must find in this file."""
    times = {"starts": meeting.starts.isoformat().replace("+00:00", "Z"), "ends": meeting.ends.isoformat().replace("+00:00", "Z")}
    return {"file": name, "method": method, "uid": meeting.uid, "sequence": meeting.sequence, "title": meeting.title, **times}


if __name__ == "__main__":
    sys.stdout.write(f"{write(Path(sys.argv[1]))} calendars\n")
