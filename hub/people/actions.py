"""Lets people in and out: attempts, sessions, a provider's word that somebody logged out there, accounts and how each wants to be told."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network
from secrets import token_bytes, token_urlsafe
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_once

from hub.audit.events import Event
from hub.audit.journal import record
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.outbox import Notice as MailNotice
from hub.kernel.outbox import NoticeKind, UndeliveredRow, put_down
from hub.kernel.words import Secret, is_mail_address
from hub.partners.tables import PartnerRow
from hub.people.queries import seat
from hub.people.rules import is_assured, refuse_unless
from hub.people.tables import LONGEST, NOW, AccountRow, AttemptRow, LogoutTokenRow, SessionRow, ending, hash_of, is_alive
from hub.people.words import (
    Attempt,
    Beginning,
    Choice,
    Claims,
    Departure,
    Ending,
    Mailbox,
    Notice,
    Provider,
    Reason,
    Role,
    Seat,
    SignInRefused,
)

ATTEMPT_LIVES = timedelta(minutes=10)
OPEN_PASS = text("SELECT sec.open_pass(:token, :partner, now() + :lives)")
CLOSE_PASS = text("SELECT sec.close_pass(:hash)")


def begin_sign_in(work: Work, *, provider: str) -> Beginning:
    """Keep a fresh attempt: state, nonce, verifier and the cookie to which they are bound, 256 random bits each."""
    work.session.execute(delete(AttemptRow).where(AttemptRow.expires < NOW))
    cookie, state, nonce, verifier = (Secret(token_urlsafe(32)) for _ in range(4))
    work.session.execute(
        insert(AttemptRow).values(
            cookie_hash=hash_of(cookie),
            state_hash=hash_of(state),
            provider=provider,
            data={"nonce": nonce.reveal(), "verifier": verifier.reveal()},
            expires=NOW + ATTEMPT_LIVES,
        )
    )
    return Beginning(Attempt(provider, nonce, verifier), state, cookie)


def take_attempt(work: Work, *, cookie: Secret, state: Secret) -> Attempt | None:
    """The attempt of this browser with this state, which is used up by asking; None when there is none, or it is too old."""
    row = work.session.execute(
        delete(AttemptRow)
        .where(AttemptRow.cookie_hash == hash_of(cookie), AttemptRow.state_hash == hash_of(state))
        .returning(AttemptRow.provider, AttemptRow.data, (AttemptRow.expires > NOW).label("in_time"))
    ).one_or_none()
    if row is None or not row.in_time:
        return None
    return Attempt(row.provider, Secret(row.data["nonce"]), Secret(row.data["verifier"]))


def sign_in(work: Work, *, claims: Claims, replacing: Secret | None, origin: str | None) -> Secret:
    """
    Open a session for the account with this issuer and subject, under a new random name, and end the one it replaces.

    Partner and roles come from our table: SignInRefused when it knows no such account, or one of another partner than the register bound.
    """
    account = _account_of(work, claims=claims)
    sweep(work)
    if replacing is not None:
        _end(work, SessionRow.id_hash == hash_of(replacing), how=Ending.REPLACED)
    token = Secret(token_urlsafe(32))
    work.session.execute(
        insert(SessionRow).values(
            id_hash=hash_of(token),
            partner=account.partner,
            account=account.id,
            issuer=claims.issuer,
            sid=claims.sid,
            acr=claims.acr,
            auth_time=claims.auth_time,
            form_token=token_bytes(32),
            opened=NOW,
            last_seen=NOW,
        )
    )
    work.session.execute(OPEN_PASS, {"token": token.reveal(), "partner": account.partner, "lives": LONGEST})
    facts = {"account": account.id, "partner": claims.partner, "provider": claims.provider, "roles": account.roles}
    record(work, Event.SIGNED_IN, **facts, **_origin(origin))
    return token


def note_refusal(work: Work, *, provider: str, reason: Reason, origin: str | None) -> None:
    """Leave a line in the hub's own journal about a login or a notice that was refused."""
    record(work, Event.SIGN_IN_REFUSED, provider=provider, reason=reason, **_origin(origin))


def take_seat(work: Work, *, cookie: Secret, providers: Iterable[Provider]) -> Seat | None:
    """The seat behind this cookie while its provider is still in the register and its level still suffices; being here keeps it open."""
    held = seat(work, cookie=cookie)
    if held is None or not any(one.issuer == held.issuer and is_assured(held.acr, provider=one) for one in providers):
        return None
    if held.is_due:
        renewal = update(SessionRow).where(SessionRow.id_hash == hash_of(cookie)).values(last_seen=NOW)
        opened, last_seen = work.session.execute(renewal.returning(SessionRow.opened, SessionRow.last_seen)).one()
        held = replace(held, ends=ending(opened=opened, last_seen=last_seen), is_due=False)
    return held


def sign_out(work: Work, *, cookie: Secret) -> Departure | None:
    """End the session behind this cookie at once, also for the database; None when there was none any more."""
    ended = _end(work, SessionRow.id_hash == hash_of(cookie), how=Ending.SELF)
    return ended[0] if ended else None


def take_notice(work: Work, *, notice: Notice) -> int:
    """End the sessions that a provider's notice speaks of, and tell how many; SignInRefused when the notice was offered before."""
    seen = insert_once(LogoutTokenRow).values(issuer=notice.issuer, jti=notice.key, expires=notice.expires).on_conflict_do_nothing()
    is_new = work.session.execute(seen.returning(LogoutTokenRow.jti)).one_or_none()
    refuse_unless(is_new, reason=Reason.REPLAY)
    theirs = SessionRow.issuer == notice.issuer
    if notice.sid is not None:
        theirs &= SessionRow.sid == notice.sid
    if notice.subject is not None:
        theirs &= SessionRow.account.in_(_accounts_called(notice))
    return len(_end(work, theirs, how=Ending.PROVIDER))


def sweep(work: Work) -> int:
    """Remove sessions, attempts and notices that are over, and tell how many sessions; nothing depends on it being done in time."""
    work.session.execute(delete(AttemptRow).where(AttemptRow.expires < NOW))
    work.session.execute(delete(LogoutTokenRow).where(LogoutTokenRow.expires < NOW))
    gone = work.session.scalars(delete(SessionRow).where(~is_alive()).returning(SessionRow.id_hash)).all()
    for hashed in gone:
        work.session.execute(CLOSE_PASS, {"hash": hashed})
    return len(gone)


def admit(work: Work, *, issuer: str, subject: str, name: str, roles: Iterable[Role]) -> UUID:
    """
    Let somebody log in for the partner of this work, with these roles; the answer is the key of the account.

    Who was known under this issuer and subject keeps her key, and gets this name and these roles.
    """
    duties = sorted(set(roles))
    if not duties or not name.strip():
        raise Invalid("Een account heeft een naam en ten minste één rol.")
    if not name.isprintable():
        raise Invalid("Een naam heeft geen regeleinden of andere tekens die niet te zien zijn.")
    new = insert_once(AccountRow).values(
        partner=work.partner, id=uuid4(), issuer=issuer, subject=subject, name=name, roles=duties, active=True, made_at=work.now
    )
    renewed = {"name": name, "roles": duties, "active": True}
    key = work.session.execute(
        new.on_conflict_do_update(constraint="account_issuer_subject_key", set_=renewed).returning(AccountRow.id)
    ).scalar_one()
    record(work, Event.ACCOUNT_ADDED, account=key, roles=duties)
    return key


def switch_off(work: Work, *, account: UUID) -> None:
    """Let somebody in no longer; an open session is over with its next request."""
    changed = work.session.execute(
        update(AccountRow).where(AccountRow.partner == work.partner, AccountRow.id == account).values(active=False).returning(AccountRow.id)
    )
    if changed.one_or_none() is None:
        raise NotFound
    record(work, Event.ACCOUNT_SWITCHED_OFF, account=account)


def set_mail(work: Work, *, account: UUID, email: str | None) -> None:
    """Where somebody gets mail, or nowhere; Invalid when it is no plain address, NotFound when it is no account of this partner."""
    if email is not None and not is_mail_address(email):
        raise Invalid("Dit is geen mailadres. Geef alleen het adres zelf, zonder naam, bijvoorbeeld a.bakker@voorbeeld.nl.")
    mine = (AccountRow.partner == work.partner) & (AccountRow.id == account) & AccountRow.active
    if work.session.execute(update(AccountRow).where(mine).values(email=email).returning(AccountRow.id)).one_or_none() is None:
        raise NotFound
    record(work, Event.ACCOUNT_MAIL_SET, account=account)


def choose_notices(work: Work, *, account: UUID, choice: Choice) -> None:
    """How somebody wants to be told from now on; what was held for the weekly mail still comes with it."""
    changed = work.session.execute(update(AccountRow).where(AccountRow.id == account).values(notices=choice).returning(AccountRow.id))
    if changed.one_or_none() is None:
        raise NotFound
    record(work, Event.NOTICES_CHOSEN, account=account, state=choice)


def ask_test(work: Work, *, account: UUID, mailbox: Mailbox) -> None:
    """Put a test message down for this account; once a minute at most, so that a second click sends no second mail."""
    if mailbox.email is None:
        raise Conflict("Schakel kent uw mailadres nog niet. Vraag uw beheerder om het vast te leggen.")
    minute = work.now.strftime("%Y-%m-%d-%H-%M")
    put_down(work, notice=MailNotice(work.partner, f"{account}/{minute}", NoticeKind.TEST, "/meldingen", (), work.now, account))


def try_again(work: Work, *, letter: UUID) -> None:
    """Let a letter that got stuck go out again with the next round of the courier; NotFound when it is not, or no longer, stuck."""
    asked = update(UndeliveredRow).where(UndeliveredRow.id == letter).values(asked_at=work.now)
    if work.session.execute(asked.returning(UndeliveredRow.id)).one_or_none() is None:
        raise NotFound("Dit bericht is er niet (meer) bij wat vastliep.")
    record(work, Event.LETTER_RETRIED, letter=letter)


def _account_of(work: Work, *, claims: Claims) -> AccountRow:
    day = today(work.now)
    found = work.session.execute(
        select(AccountRow, PartnerRow.slug)
        .join(PartnerRow, PartnerRow.id == AccountRow.partner)
        .where(AccountRow.issuer == claims.issuer, AccountRow.subject == claims.subject, AccountRow.active)
        .where(PartnerRow.active_from <= day, PartnerRow.active_until.is_(None) | (PartnerRow.active_until >= day))
    ).one_or_none()
    if found is None or not found.AccountRow.roles:
        raise SignInRefused(Reason.ACCOUNT)
    refuse_unless(found.slug == claims.partner, reason=Reason.PARTNER)
    account: AccountRow = found.AccountRow
    return account


def _accounts_called(notice: Notice) -> Select[UUID]:
    return select(AccountRow.id).where(AccountRow.issuer == notice.issuer, AccountRow.subject == notice.subject)


def _end(work: Work, which: ColumnElement[bool], *, how: Ending) -> list[Departure]:
    ended = work.session.execute(
        delete(SessionRow).where(which).returning(SessionRow.id_hash, SessionRow.account, SessionRow.issuer, SessionRow.sid)
    ).all()
    for row in ended:
        work.session.execute(CLOSE_PASS, {"hash": row.id_hash})
        record(work, Event.SIGNED_OUT, account=row.account, reason=how)
    return [Departure(row.issuer, row.sid) for row in ended]


def _origin(address: str | None) -> dict[str, str]:
    """Where somebody came from, no finer than a network, so that the journal names no single line."""
    try:
        host = ip_address(address or "")
    except ValueError:
        return {}
    if host.is_loopback:
        return {"origin": "loopback"}
    return {"origin": str(ip_network((host, 24 if host.version == 4 else 48), strict=False))}
