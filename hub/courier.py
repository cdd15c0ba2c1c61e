"""
Sends what stands in the outbox: at least once, with the same bytes and the same Message-ID, and never twice at the same time.

A message is taken in a transaction of its own that counts the try and puts it out of reach of other couriers; what became of it is written
down in another. In between no transaction is open, so a slow mail server holds no lock, and a courier that dies loses nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from smtplib import (
    SMTP,
    SMTP_SSL,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from ssl import SSLError, create_default_context
from uuid import UUID

import click
from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once

from hub.desk import Desk
from hub.kernel import clock
from hub.kernel.actor import Clerk
from hub.kernel.database import Work, act_for, begin_work
from hub.kernel.errors import Unavailable
from hub.kernel.outbox import MessageRow, NoticeRow, UndeliveredRow
from hub.kernel.settings import MailServer, Settings, Wrapping
from hub.kernel.words import PartnerId
from hub.partners.queries import partners
from hub.people.notices import Letterhead, expand, readdress, tell_weekly
from hub.people.sayings import SAID

WAITS = (*(timedelta(minutes=minutes) for minutes in (1, 4, 16, 64)), timedelta(hours=4), timedelta(hours=24))
LEASE = timedelta(minutes=10)  # longer than one message can take: nine answers of thirty seconds
PATIENCE = 30.0
MOST = 200  # of one round
UNREACHED, BROKEN_OFF, NO_TLS, BAD_TLS, GAVE_UP, ODD = "geen-verbinding", "verbroken", "geen-tls", "tls-ongeldig", "opgegeven", "fout"


class MailServerSilent(Unavailable):
    """No message can be handed over now; `code` is the server's own number, or our word for what happened."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"De mailserver neemt nu niets aan ({code}). Kijk of hij draait, en of SCHAKEL_SMTP en SCHAKEL_SMTP_LOGIN kloppen."
        )
        self.code = code


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that this courier took: nobody else sends it until the lease is over."""

    partner: PartnerId
    id: UUID
    address: str
    body: bytes
    tries: int
    put_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a letter: empty when it was accepted, else a code; `is_final` when another try is no use."""

    code: str = ""
    is_final: bool = False


def send_waiting(desk: Desk) -> int:
    """Make messages of notices, send one round of those that wait, and tell how many were accepted. A silent mail server ends the round."""
    head = Letterhead(desk.settings.mail.sender, desk.settings.public_url)
    for partner in _partners_with(_to_write()):
        with begin_work(Clerk(partner), now=clock.now()) as work:
            expand(work, head=head)
            tell_weekly(work, head=head)
    _take_up_again()
    return _send_round(desk.settings)


def knock(settings: Settings) -> None:
    """Greet the mail server and leave; MailServerSilent when it would take nothing of us."""
    with _connection(settings):
        pass


def _partners_with(waiting: tuple[ColumnElement[bool], ...]) -> list[PartnerId]:
    """The partners for which something of this kind waits; each is looked for in its own context."""
    with begin_work(Clerk(), now=clock.now()) as work:
        return [partner.id for partner in partners(work) if _waits(work, partner.id, waiting)]


def _waits(work: Work, partner: PartnerId, waiting: tuple[ColumnElement[bool], ...]) -> bool:
    with act_for(work, partner):
        return bool(work.session.scalar(select(or_(*(exists().where(condition) for condition in waiting)))))


def _to_write() -> tuple[ColumnElement[bool], ...]:
    now = clock.now()
    return (
        and_(NoticeRow.expanded_at.is_(None), NoticeRow.at <= now),
        and_(MessageRow.state == "held", MessageRow.not_before <= now),
    )


def _to_send() -> tuple[ColumnElement[bool], ...]:
    return (and_(MessageRow.state == "waiting", MessageRow.not_before <= clock.now()),)


def _take_up_again() -> None:
    """What an operator asked to be tried again waits as if it were new; a letter that is gone needs nobody's care any more."""
    head = select(UndeliveredRow.id).where(UndeliveredRow.asked_at.is_not(None))
    with begin_work(Clerk(), now=clock.now()) as work:
        asked = list(work.session.scalars(head))
        if not asked:
            return
        found: list[UUID] = []
        for partner in partners(work):
            with act_for(work, partner.id):
                found += readdress(work, letters=asked)
        again = update(UndeliveredRow).where(UndeliveredRow.id.in_(found))
        work.session.execute(again.values(asked_at=None, tries=0, state="retrying"))
        work.session.execute(delete(UndeliveredRow).where(UndeliveredRow.id.in_(set(asked) - set(found))))


def _send_round(settings: Settings) -> int:
    letters = _letters()
    first = next(letters, None)
    if first is None:
        return 0
    try:
        with _connection(settings) as server:
            return _send_over(server, chain((first,), letters), settings.mail.sender)
    except MailServerSilent as silent:
        _note(first, Verdict(silent.code))
        return 0


def _send_over(server: SMTP, letters: Iterator[Letter], sender: str) -> int:
    """One letter after the other, as long as the server holds the line; the rest is for a next round, and not taken."""
    sent = 0
    while server.sock is not None and (letter := next(letters, None)) is not None:
        verdict = _hand_over(server, letter, sender)
        _note(letter, verdict)
        sent += not verdict.code
    return sent


def _letters() -> Iterator[Letter]:
    """One after the other, each taken just before it is sent."""
    taken = 0
    for partner in _partners_with(_to_send()):
        while taken < MOST and (letter := _take(partner)) is not None:
            taken += 1
            yield letter


def _take(partner: PartnerId) -> Letter | None:
    """The next letter of this partner, with its try counted; what is too late or was tried too often is laid aside on the way."""
    while True:
        with begin_work(Clerk(partner), now=clock.now()) as work:
            waiting = select(MessageRow).where(MessageRow.partner == partner, *_to_send()).order_by(MessageRow.not_before, MessageRow.id)
            row = work.session.scalars(waiting.limit(1).with_for_update(skip_locked=True)).one_or_none()
            if row is None or row.body is None or row.address is None:
                return None
            if _is_laid_aside(work, row):
                continue
            row.tries, row.not_before = row.tries + 1, work.now + LEASE
            return Letter(partner, row.id, row.address, row.body, row.tries, row.put_at)


def _is_laid_aside(work: Work, row: MessageRow) -> bool:
    stale = SAID[row.kind].stale
    if stale is not None and work.now > row.put_at + stale:
        row.state, row.body, row.address, row.done_at = "skipped", None, None, work.now
        work.session.execute(delete(UndeliveredRow).where(UndeliveredRow.id == row.id))
    elif row.tries > len(WAITS):  # a courier died over it each time
        row.state, row.code, row.done_at = "dead", GAVE_UP, work.now
        _show_stuck(work, row.id, since=row.put_at, tries=row.tries, code=GAVE_UP, state="dead")
    return row.state != "waiting"


def _note(letter: Letter, verdict: Verdict) -> None:
    """Write down what became of it, unless somebody else did since."""
    with begin_work(Clerk(letter.partner), now=clock.now()) as work:
        mine = (
            MessageRow.partner == letter.partner,
            MessageRow.id == letter.id,
            MessageRow.state == "waiting",
            MessageRow.tries == letter.tries,
        )
        if not verdict.code:
            done = {"state": "sent", "body": None, "address": None, "code": None, "done_at": work.now}
            work.session.execute(update(MessageRow).where(*mine).values(done))
            work.session.execute(delete(UndeliveredRow).where(UndeliveredRow.id == letter.id))
            return
        is_dead = verdict.is_final or letter.tries > len(WAITS)
        after = {"state": "dead", "done_at": work.now} if is_dead else {"not_before": work.now + WAITS[letter.tries - 1]}
        kept = work.session.execute(update(MessageRow).where(*mine).values(code=verdict.code, **after).returning(MessageRow.state))
        state = kept.scalar_one_or_none()
        if state is not None:
            shown = "dead" if state == "dead" else "retrying"
            _show_stuck(work, letter.id, since=letter.put_at, tries=letter.tries, code=verdict.code, state=shown)


def _show_stuck(work: Work, letter: UUID, *, since: datetime, tries: int, code: str, state: str) -> None:
    told = {"tries": tries, "code": code, "state": state}
    put = insert_once(UndeliveredRow).values(id=letter, since=clock.today(since), **told)
    work.session.execute(put.on_conflict_do_update(index_elements=[UndeliveredRow.id], set_=told))


@contextmanager
def _connection(settings: Settings) -> Iterator[SMTP]:
    """A greeted server behind a closed door, left politely; MailServerSilent when it does not come that far."""
    try:
        server = _greeted(settings.mail, Letterhead(settings.mail.sender, settings.public_url).host)
    except SMTPResponseException as error:
        raise MailServerSilent(str(error.smtp_code)) from None
    except SSLError:
        raise MailServerSilent(BAD_TLS) from None
    except (SMTPException, OSError):
        raise MailServerSilent(UNREACHED) from None
    try:
        yield server
    finally:
        _leave(server)


def _greeted(mail: MailServer, us: str) -> SMTP:
    if mail.wrapping is Wrapping.TLS:
        server: SMTP = SMTP_SSL(mail.host, mail.port, local_hostname=us, timeout=PATIENCE, context=create_default_context())
    else:
        server = SMTP(mail.host, mail.port, local_hostname=us, timeout=PATIENCE)
    try:
        server.ehlo_or_helo_if_needed()
        if mail.wrapping is Wrapping.STARTTLS:
            if not server.has_extn("starttls"):
                raise MailServerSilent(NO_TLS)
            server.starttls(context=create_default_context())
            server.ehlo()
        if mail.login is not None:
            server.login(mail.login[0], mail.login[1].reveal())
    except BaseException:
        server.close()
        raise
    return server


def _hand_over(server: SMTP, letter: Letter, sender: str) -> Verdict:
    """
    Give one letter to the server. Only a lasting no to this recipient or to this letter is final.

    A no to us (our sender, our manners) is a fault of settings, which another try may find mended.
    """
    try:
        server.sendmail(sender, [letter.address], letter.body)
    except SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        return Verdict(str(code), is_final=code >= 500)
    except SMTPDataError as error:
        return Verdict(str(error.smtp_code), is_final=error.smtp_code >= 500)
    except SMTPResponseException as error:
        server.close()  # it would say the same of the next letter
        return Verdict(str(error.smtp_code))
    except (SMTPServerDisconnected, OSError):
        return Verdict(BROKEN_OFF)
    except Exception as error:  # noqa: BLE001  one odd letter delays no other; only the kind is said, the text may quote an address
        click.echo(f"koerier: {type(error).__name__}", err=True)
        return Verdict(ODD)
    return Verdict()


def _leave(server: SMTP) -> None:
    try:
        server.quit()
    except (SMTPException, OSError):
        server.close()
