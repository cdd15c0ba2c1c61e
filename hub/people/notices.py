"""
What people are told by mail, in which words, and how they want it: a notice becomes a message per account, with bytes that never change.

No mail says anything about a case, not even that there is one: a sentence per kind, a link behind the login, and how to change it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from itertools import groupby
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once

from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import moment
from hub.kernel.outbox import MessageRow, NoticeKind, NoticeRow
from hub.people.sayings import DIGEST, SAID
from hub.people.tables import AccountRow
from hub.people.words import Choice

DIGEST_HOUR = time(8)
LINKS = 5  # of one kind in a weekly mail; the rest is behind the first of them
AT_ONCE = 500
MESSAGES_KEPT, NOTICES_KEPT = timedelta(days=90), timedelta(days=400)


HOW = {
    "held": "komt in de wekelijkse mail",
    "told": "stond in de wekelijkse mail",
    "waiting": "onderweg",
    "sent": "verstuurd",
    "dead": "niet aangekomen",
    "skipped": "niet verstuurd",
}
WHY: Mapping[str, str] = {  # what the courier writes down when the mail server said nothing itself
    "geen-verbinding": "De mailserver antwoordt niet.",
    "verbroken": "De verbinding met de mailserver brak af.",
    "geen-tls": "De mailserver biedt geen versleutelde verbinding aan.",
    "tls-ongeldig": "Het certificaat van de mailserver klopt niet.",
    "opgegeven": "Dit bericht is te vaak geprobeerd, zonder antwoord.",
    "fout": "Dit bericht kon niet worden aangeboden.",
    "535": "De mailserver neemt de aanmelding van Schakel niet aan.",
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """From which address mail is written, and where the hub stands on the web."""

    sender: str
    public_url: str

    @property
    def host(self) -> str:
        """The name under which the hub signs its messages and greets a mail server."""
        return urlsplit(self.public_url).hostname or ""


def next_monday(after: datetime) -> datetime:
    """The first Monday morning after this moment, in UTC."""
    day = today(after)
    morning = moment(day + timedelta(days=-day.weekday() % 7), at=DIGEST_HOUR)
    return morning if morning > after else moment(day + timedelta(days=7 - day.weekday()), at=DIGEST_HOUR)


def written(told: MessageRow, *, account: AccountRow, head: Letterhead, links: Iterable[tuple[str, str]] = ()) -> bytes:
    """The mail as it will always be: the same message gives the same bytes. `links` are the kinds and pages of a weekly mail."""
    said = SAID[told.kind]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("Schakel", addr_spec=head.sender)
    mail["To"] = _addressee(account)
    mail["Subject"] = said.subject
    mail["Date"] = format_datetime(told.put_at)
    mail["Message-ID"] = f"<{sha256(told.dedup.encode()).hexdigest()[:40]}@{head.host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    pages = list(_by_kind(links, head)) or [f"Bekijk het in Schakel (u logt eerst in):\n{head.public_url}{told.path}"]
    ways = "Dit bericht krijgt u altijd. Andere meldingen" if said.always else "Meldingen"
    foot = [
        "In onze mail staat met opzet niets over zaken.",
        f"{ways} kiest u zelf: meteen, wekelijks of niet:\n{head.public_url}/meldingen",
    ]
    lines = [f"Beste {_printable(account.name)},", said.sentence, *pages, *foot, "Schakel"]
    mail.set_content("\n\n".join(lines) + "\n", cte="quoted-printable")
    mail["Content-Language"] = "nl"
    return mail.as_bytes()


def why(code: str) -> str:
    """What a code of the courier or of a mail server means."""
    busy = "De mailserver vraagt om later terug te komen."
    return WHY.get(code) or (busy if code.startswith("4") else "De mailserver weigert dit bericht, of kent dit adres niet.")


def expand(work: Work, *, head: Letterhead) -> int:
    """Make messages of the notices of this partner whose moment has come, and tell how many; a notice is worked out once."""
    due = select(NoticeRow).where(NoticeRow.partner == work.partner, NoticeRow.expanded_at.is_(None), NoticeRow.at <= work.now)
    notices = work.session.scalars(due.order_by(NoticeRow.at).limit(AT_ONCE).with_for_update(skip_locked=True)).all()
    if not notices:
        return 0
    people = _reachable(work)
    made = [_message(notice, one, head, work.now) for notice in notices for one in people.values() if _is_for(notice, one)]
    _put(work, [row for row in made if row is not None])
    for notice in notices:
        key = (NoticeRow.partner == work.partner, NoticeRow.kind == notice.kind, NoticeRow.dedup == notice.dedup)
        work.session.execute(update(NoticeRow).where(*key).values(expanded_at=work.now))
    _forget(work)
    return len(made)


def tell_weekly(work: Work, *, head: Letterhead) -> int:
    """Make one mail per person of what was held for the week that is over, and tell how many mails; held messages are told once."""
    due = select(MessageRow).where(MessageRow.partner == work.partner, MessageRow.state == "held", MessageRow.not_before <= work.now)
    held = work.session.scalars(due.order_by(MessageRow.account, MessageRow.put_at).with_for_update(skip_locked=True)).all()
    people, mails = _reachable(work) if held else {}, []
    for key, rows in ((key, list(rows)) for key, rows in groupby(held, key=lambda row: row.account)):
        wanted = key in people and people[key].notices != Choice.NONE
        if wanted:
            mails.append(_digest(rows, people[key], head, work.now))
        ids = [row.id for row in rows]
        done = update(MessageRow).where(MessageRow.partner == work.partner, MessageRow.id.in_(ids))
        work.session.execute(done.values(state="told" if wanted else "skipped", done_at=work.now))
    _put(work, mails)
    return len(mails)


def readdress(work: Work, *, letters: Iterable[UUID]) -> list[UUID]:
    """Let these letters of this partner go out again at once, to the address the account has by now; tells which there were."""
    asked = select(MessageRow).where(MessageRow.partner == work.partner, MessageRow.id.in_(list(letters)), MessageRow.body.is_not(None))
    rows, people = work.session.scalars(asked.with_for_update()).all(), _reachable(work)
    for row in rows:
        account = people.get(row.account)
        # An invitation names in its calendar whom it is for; to another address goes another invitation.
        is_bound = row.kind == NoticeKind.INVITATION
        if account is not None and row.body is not None and account.email != row.address and not is_bound:
            row.body, row.address = _readdressed(row.body, account), account.email
        row.state, row.tries, row.not_before, row.done_at, row.code = "waiting", 0, work.now, None, None
    work.session.flush()
    return [row.id for row in rows]


def _readdressed(body: bytes, account: AccountRow) -> bytes:
    """The same mail under the same name, to the address that the account has now."""
    mail = message_from_bytes(body, policy=SMTP)
    mail.replace_header("To", _addressee(account))
    return mail.as_bytes()


def _addressee(account: AccountRow) -> Address:
    """The address alone: a name in a header can bring headers of its own (an encoded word is read again when lines are folded)."""
    return Address(addr_spec=account.email or "")


def _printable(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())


def _reachable(work: Work) -> dict[UUID, AccountRow]:
    asked = select(AccountRow).where(AccountRow.partner == work.partner, AccountRow.active, AccountRow.email.is_not(None))
    return {row.id: row for row in work.session.scalars(asked.order_by(AccountRow.name, AccountRow.id))}


def _is_for(notice: NoticeRow, account: AccountRow) -> bool:
    return account.id == notice.account if notice.account is not None else bool(set(notice.roles) & set(account.roles))


def _message(notice: NoticeRow, account: AccountRow, head: Letterhead, now: datetime) -> MessageRow | None:
    """What this person gets of this notice; None when she wants nothing of it."""
    said, choice = SAID[notice.kind], account.notices
    if choice == Choice.NONE and not said.always:
        return None
    made = _fresh(account, notice.at, kind=notice.kind, dedup=f"{notice.kind}:{notice.dedup}:{account.id}", path=notice.path)
    made.not_before = now
    if said.stale is not None and now > notice.at + said.stale:
        made.state, made.done_at = "skipped", now
    elif choice == Choice.WEEKLY and not said.always:
        made.state, made.not_before = "held", next_monday(now)
    else:
        made.address, made.body = account.email, written(made, account=account, head=head)
    return made


def _fresh(account: AccountRow, at: datetime, *, kind: str, dedup: str, path: str) -> MessageRow:
    """A message that waits, still without its bytes."""
    who = {"partner": account.partner, "id": uuid4(), "account": account.id}
    return MessageRow(**who, kind=kind, dedup=dedup, path=path, put_at=at, not_before=at, tries=0, state="waiting")


def _digest(rows: list[MessageRow], account: AccountRow, head: Letterhead, now: datetime) -> MessageRow:
    monday: date = today(max(row.not_before for row in rows))
    made = _fresh(account, now, kind=DIGEST, dedup=f"{DIGEST}:{monday}:{account.id}", path="/")
    made.address = account.email
    made.body = written(made, account=account, head=head, links=[(row.kind, row.path) for row in rows])
    return made


def _by_kind(links: Iterable[tuple[str, str]], head: Letterhead) -> Iterable[str]:
    """Per kind its sentence and its pages, each page once; which kinds come first is always the same."""
    found = {
        kind: list(dict.fromkeys(path for one, path in pairs)) for kind, pairs in groupby(sorted(set(links)), key=lambda pair: pair[0])
    }
    for kind in (kind for kind in SAID if kind in found):
        yield "\n".join([SAID[kind].sentence, *(f"{head.public_url}{path}" for path in found[kind][:LINKS])])


def _put(work: Work, rows: list[MessageRow]) -> None:
    columns = [column.name for column in MessageRow.__table__.columns]
    for row in rows:
        values = {name: getattr(row, name) for name in columns}
        work.session.execute(insert_once(MessageRow).values(values).on_conflict_do_nothing())


def _forget(work: Work) -> None:
    """What was told long ago is not kept."""
    gone = MessageRow.done_at < work.now - MESSAGES_KEPT
    work.session.execute(delete(MessageRow).where(MessageRow.partner == work.partner, gone, MessageRow.state != "dead"))
    old = NoticeRow.expanded_at < work.now - NOTICES_KEPT
    work.session.execute(delete(NoticeRow).where(NoticeRow.partner == work.partner, old))
