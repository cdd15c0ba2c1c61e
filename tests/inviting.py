"""Who is sent to a meeting, invited and mailed: small plays for tests."""

from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from uuid import UUID, uuid4

import psycopg

from hub.consultations.tables import AttendeeRow, ConsultationRow
from hub.invitations.actions import Kept, keep_in_step
from hub.people.notices import Letterhead
from tests.cast import NOON, POLICE, Cast
from tests.consulting import TABLE

HEAD = Letterhead("overleg@voorbeeld.invalid", "http://localhost:8000")


def account_of(superuser: psycopg.Connection, cast: Cast, slug: str, *, role: str = "case_worker") -> UUID:
    """The first account of this partner with this role."""
    asked = "SELECT id FROM hub.account WHERE partner = %s AND %s = ANY (roles) AND email IS NOT NULL ORDER BY name"
    found = superuser.execute(asked, (cast.id(slug), role)).fetchone()
    assert found is not None
    return UUID(str(found[0]))


def send_somebody(cast: Cast, slug: str, account: UUID, *, body: str = "casus-drenthe", required: bool = True) -> UUID:
    """This partner sends this person to the body."""
    made = uuid4()
    with cast.as_person(slug) as work:
        work.session.add(AttendeeRow(
            partner=cast.id(slug), id=made, writer=cast.id(slug), members=[cast.id(one) for one in TABLE], body=body, account=account,
            name="Iemand", duty="attendee", is_required=required,
        ))  # fmt: skip
    return made


def keep(cast: Cast, slug: str, *, now: datetime = NOON) -> Kept:
    """What the clock does every ten seconds."""
    with cast.as_clerk(slug, now=now) as work:
        return keep_in_step(work, head=HEAD)


def change(cast: Cast, consultation: UUID, **different: object) -> None:
    """The police changes something about its meeting."""
    with cast.as_person(POLICE) as work:
        row = work.session.get(ConsultationRow, (work.partner, consultation))
        assert row is not None
        for name, value in different.items():
            setattr(row, name, value)


def bodies_of_mail(superuser: psycopg.Connection) -> list[bytes]:
    """Every invitation that waits for the courier, the first put down first."""
    asked = "SELECT body FROM hub.message WHERE kind = 'invitation' ORDER BY put_at, dedup"
    return [bytes(body) for (body,) in superuser.execute(asked).fetchall()]


def read_mail(raw: bytes) -> EmailMessage:
    """A mail, read."""
    return message_from_bytes(raw, policy=default)  # type: ignore[return-value]


def calendar_in(raw: bytes) -> bytes:
    """The calendar that a mail carries, as its last part."""
    return bytes(list(read_mail(raw).iter_parts())[-1].get_payload(decode=True))


def reply_to(uid: str, *, sender: str, sequence: int = 0, status: str = "ACCEPTED", **different: str) -> bytes:
    """An answer as calendar programs mail it: plain, and a calendar beside it; `method`, `attendee` and `headers` say otherwise."""
    method, attendee = different.get("method", "REPLY"), different.get("attendee", sender)
    calendar = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{uid}", f"SEQUENCE:{sequence}",
        "DTSTAMP:20261104T120000Z", f'ATTENDEE;CN="Mar;ij:ke";PARTSTAT={status}:mailto:{attendee}', "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    made = EmailMessage(policy=SMTP)
    made["From"], made["Subject"] = sender, "Geaccepteerd: Overleg"
    for header in filter(None, different.get("headers", "").split("\n")):
        made[header.partition(": ")[0]] = header.partition(": ")[2]
    made.set_content("Ja hoor.\n")
    params = {"charset": "utf-8", "method": method}
    made.add_alternative("\r\n".join(calendar).encode(), maintype="text", subtype="calendar", cte="base64", params=params)
    return made.as_bytes()
