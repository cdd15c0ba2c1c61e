"""Invites, changes, cancels and takes answers; who is invited follows from the meetings and from whom each organisation sends."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import delete, select, text, update

from hub.audit.events import Event
from hub.audit.journal import record
from hub.consultations.queries import bodies, body
from hub.consultations.rules import AHEAD, State
from hub.consultations.tables import ConsultationRow
from hub.invitations.invitation import NEUTRAL, Invited, feed, mail
from hub.invitations.queries import answers, invited_by, led_ahead, wanted_now
from hub.invitations.replies import ANSWERS, PARKED, Asked, Reply, Worth, judge
from hub.invitations.rules import SHOWN_AFTER, TOKEN_LIVES, Said, Wanted, Word, are_too_few, reminder_days
from hub.invitations.tables import AnswerRow, FeedRow, InvitationRow, meeting_of, unanswered
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, NotFound
from hub.kernel.outbox import MessageRow, Notice, NoticeKind, put_down
from hub.kernel.words import Secret
from hub.people.notices import Letterhead
from hub.people.tables import AccountRow, hash_of
from hub.people.words import Role
from hub.pseudonyms.mint import secret_address

FEED_NAME = "Overleggen in Schakel"
ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(hashtext('invitations'), :partner)")
NO_LINK = "Deze link werkt niet (meer). Kreeg u later een nieuwere uitnodiging? Gebruik dan de link daarin."


class AnswerTooLate(Conflict):
    """An answer to a meeting that was cancelled or is over."""

    def __init__(self) -> None:
        super().__init__("Op deze uitnodiging kunt u niet meer antwoorden: de bijeenkomst is voorbij of gaat niet door.")


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping the invitations in step took: how many mails, and how many answers were passed on."""

    mails: int
    answers: int


def keep_in_step(work: Work, *, head: Letterhead) -> Kept:
    """Invite who ought to be, tell of changes, cancel what is not to be, and pass answers on; nothing when somebody else is at it."""
    if not work.session.scalar(ONE_AT_A_TIME, {"partner": work.partner}):
        return Kept(0, 0)
    wanted = {(one.consultation, one.account): one for one in wanted_now(work)}
    rows = {(row.consultation, row.account): row for row in _ahead(work)}
    mails = sum(_invite(work, one, rows.get(key), head) for key, one in wanted.items())
    begun = _begun(work, {row.consultation for key, row in rows.items() if key not in wanted})
    gone = [row for key, row in rows.items() if key not in wanted and row.state == "invited" and row.consultation not in begun]
    mails += sum(_cancel(work, row, head) for row in gone)
    return Kept(mails, _pass_on(work))


def answer_own(work: Work, *, invitation: UUID, account: UUID, said: Said) -> None:
    """Answer an invitation of one's own; NotFound for another's, AnswerTooLate when it is over."""
    row = work.session.get(InvitationRow, (work.partner, invitation), with_for_update=True)
    if row is None or row.account != account:
        raise NotFound
    if row.state != "invited" or row.ends <= work.now:
        raise AnswerTooLate
    _note(work, row, said, row.sequence)
    _pass_on(work)


def answer_by_link(work: Work, *, token: Secret, said: Said) -> None:
    """Answer by the link of a mail, as the doorkeeper; NotFound for any token that opens nothing now."""
    found = invited_by(work, token_hash=hash_of(token))
    if found is None:
        raise NotFound(NO_LINK)
    if found.is_over:
        raise AnswerTooLate
    told = {"answer": said.word, "remark": said.remark, "answered_at": work.now, "answered_sequence": found.sequence}
    # As columns, not as a row: the doorkeeper may read some of them only.
    mine = update(InvitationRow).where(InvitationRow.token_hash == hash_of(token)).values(**told, parked=None, told_at=None)
    work.session.execute(mine, execution_options={"synchronize_session": False})
    record(work, Event.INVITATION_ANSWERED, invitation=found.id, account=found.account, state=said.word)


def take_reply(work: Work, *, reply: Reply) -> Worth:
    """Record what a reply by mail says, or set it aside; UNKNOWN when it is about no invitation of this partner."""
    row = work.session.scalars(
        select(InvitationRow).where(InvitationRow.partner == work.partner, InvitationRow.uid == reply.uid)
    ).one_or_none()
    if row is None or row.state != "invited":
        return Worth.UNKNOWN
    worth = judge(reply, asked=Asked(row.uid, row.address, row.sequence, row.answered_sequence))
    if worth in PARKED:
        row.parked, row.told_at = worth.value, None
        record(work, Event.REPLY_PARKED, invitation=row.id, account=row.account, state=worth)
    elif worth is not Worth.UNKNOWN:
        _note(work, row, Said(Word(ANSWERS[reply.status])), reply.sequence or 0)
    _pass_on(work)
    return worth


def choose_title(work: Work, *, account: UUID, is_neutral: bool) -> None:
    """Whether this person's calendar hides the name of the body; what stands in calendars already is changed by a mail."""
    mine = (InvitationRow.partner == work.partner, InvitationRow.account == account)
    work.session.execute(update(InvitationRow).where(*mine).values(is_neutral=is_neutral))
    record(work, Event.TITLE_CHOSEN, account=account, state="neutral" if is_neutral else "named")


def make_feed(work: Work, *, account: UUID, public_url: str) -> Secret:
    """Give this person a new calendar address, told once; an older one is dead at once. NotFound when she may not log in."""
    active = (AccountRow.partner == work.partner, AccountRow.id == account, AccountRow.active)
    if work.session.scalar(select(AccountRow.id).where(*active)) is None:
        raise NotFound
    token = secret_address()
    work.session.execute(delete(FeedRow).where(FeedRow.partner == work.partner, FeedRow.account == account))
    body = _feed_of(work, account, public_url)
    told = {"token_hash": hash_of(token), "body": body, "etag": sha256(body).hexdigest(), "made_at": work.now, "changed_at": work.now}
    work.session.add(FeedRow(partner=work.partner, account=account, **told))
    work.session.flush()
    record(work, Event.FEED_MADE, account=account)
    return token


def revoke_feed(work: Work, *, account: UUID) -> None:
    """Let the calendar address of this person open nothing any more; NotFound when there is none."""
    mine = delete(FeedRow).where(FeedRow.partner == work.partner, FeedRow.account == account)
    if work.session.execute(mine.returning(FeedRow.account)).one_or_none() is None:
        raise NotFound("Er is geen agenda-adres om in te trekken.")
    record(work, Event.FEED_REVOKED, account=account)


def renew_feeds(work: Work, *, public_url: str) -> int:
    """Make the calendars of this partner's people anew where something changed, and tell how many did."""
    changed = 0
    for row in work.session.scalars(select(FeedRow).where(FeedRow.partner == work.partner)).all():
        body = _feed_of(work, row.account, public_url)
        if body != row.body:
            row.body, row.etag, row.changed_at, changed = body, sha256(body).hexdigest(), work.now, changed + 1
    work.session.flush()
    return changed


def _feed_of(work: Work, account: UUID, public_url: str) -> bytes:
    """Meetings from sixty days back; one that was cancelled stays as long, marked so."""
    since = work.now.replace(hour=0, minute=0, second=0, microsecond=0) - SHOWN_AFTER
    shown = (InvitationRow.ends > since, (InvitationRow.state == "invited") | (InvitationRow.stamped_at > since))
    rows = work.session.scalars(
        select(InvitationRow).where(InvitationRow.partner == work.partner, InvitationRow.account == account, *shown)
    )
    return feed([meeting_of(row, public_url=public_url) for row in rows], name=FEED_NAME)


def remind(work: Work, *, consultation: UUID, day: date) -> int:
    """Remind who did not answer yet, if this is still a day for it and no mail about the meeting went out on it; tells how many were."""
    rows = work.session.scalars(
        select(InvitationRow).where(
            InvitationRow.partner == work.partner, InvitationRow.consultation == consultation, *unanswered(work.now)
        )
    ).all()
    asked = [row for row in rows if day in reminder_days(today(row.starts)) and today(row.stamped_at) < day]
    for row in asked:
        dedup = f"{row.id}/{row.sequence}/{day}"
        put_down(work, notice=Notice(work.partner, dedup, NoticeKind.ANSWER_WANTED, "/uitnodigingen", (), work.now, row.account))
    return len(asked)


def warn_of_too_few(work: Work, *, consultation: UUID, day: date) -> bool:
    """Tell the coordinators of a body that fewer organisations said they come than its quorum, if so; tells whether it was."""
    found = next((one for one in led_ahead(work) if one.id == consultation), None)
    if found is None or day not in reminder_days(today(found.starts)):
        return False
    meets = body(work, slug=found.body)
    said: dict[int, set[str | None]] = {}
    for one in answers(work, consultation=consultation):
        said.setdefault(one.partner, set()).add(one.answer if one.is_current else None)
    required = [member.partner for member in meets.members if member.required]
    if not are_too_few(said, required=required, quorum=meets.quorum):
        return False
    path, roles = f"/bijeenkomsten/{consultation}", (Role.COORDINATOR,)
    put_down(work, notice=Notice(work.partner, f"{consultation}/{day}", NoticeKind.QUORUM_LOW, path, roles, work.now))
    return True


def _ahead(work: Work) -> list[InvitationRow]:
    mine = select(InvitationRow).where(InvitationRow.partner == work.partner, InvitationRow.ends > work.now)
    return list(work.session.scalars(mine.with_for_update()))


def _begun(work: Work, consultations: set[UUID]) -> frozenset[UUID]:
    """Those that began: who was invited to them stays so."""
    not_begun = [*AHEAD, State.CANCELLED, State.NOT_HELD]
    mine = (ConsultationRow.partner == work.partner, ConsultationRow.id.in_(consultations), ConsultationRow.state.not_in(not_begun))
    return frozenset(work.session.scalars(select(ConsultationRow.id).where(*mine)))


def _invite(work: Work, wanted: Wanted, row: InvitationRow | None, head: Letterhead) -> int:
    """Make or renew one invitation, and put down its mail when there is something to tell."""
    if row is None:
        row = _fresh(work, wanted, head)
        return _send(work, row, wanted.name, head, is_change=False)
    title = NEUTRAL if row.is_neutral else wanted.title
    was_cancelled, before = row.state == "cancelled", (row.starts, row.ends, row.place, row.link)
    moved = was_cancelled or before != (wanted.starts, wanted.ends, wanted.place, wanted.link)  # only then the sequence rises
    if not moved and (row.title, row.address, row.is_required) == (title, wanted.address, wanted.is_required):
        return 0
    row.sequence, row.state = row.sequence + moved, "invited"
    row.starts, row.ends, row.place, row.link = wanted.starts, wanted.ends, wanted.place, wanted.link
    row.title, row.address, row.is_required, row.attendee = title, wanted.address, wanted.is_required, wanted.attendee
    row.token_ends = today(wanted.starts) + TOKEN_LIVES
    row.told_at = None
    return _send(work, row, wanted.name, head, is_change=not was_cancelled)


def _fresh(work: Work, wanted: Wanted, head: Letterhead) -> InvitationRow:
    """A new invitation; who chose a neutral title before gets one again."""
    latest = select(InvitationRow.is_neutral).where(InvitationRow.partner == work.partner, InvitationRow.account == wanted.account)
    is_neutral = bool(work.session.scalar(latest.order_by(InvitationRow.stamped_at.desc()).limit(1)))
    row = InvitationRow(
        partner=work.partner, id=uuid4(), body=wanted.body, consultation=wanted.consultation, account=wanted.account,
        attendee=wanted.attendee, uid=f"{uuid4()}@{head.host}", sequence=0, stamped_at=_second(work) - timedelta(seconds=1),
        state="invited",
        starts=wanted.starts, ends=wanted.ends, place=wanted.place, link=wanted.link, is_neutral=is_neutral,
        title=NEUTRAL if is_neutral else wanted.title, address=wanted.address, is_required=wanted.is_required, token_hash=b"",
        token_ends=today(wanted.starts) + TOKEN_LIVES,
    )  # fmt: skip
    work.session.add(row)
    return row


def _cancel(work: Work, row: InvitationRow, head: Letterhead) -> int:
    name = work.session.scalar(select(AccountRow.name).where(AccountRow.partner == work.partner, AccountRow.id == row.account)) or ""
    row.state, row.sequence = "cancelled", row.sequence + 1
    work.session.execute(delete(AnswerRow).where(AnswerRow.partner == work.partner, AnswerRow.id == row.id))
    return _send(work, row, name, head, is_change=True)


def _second(work: Work) -> datetime:
    return work.now.replace(microsecond=0)


def _send(work: Work, row: InvitationRow, name: str, head: Letterhead, *, is_change: bool) -> int:
    """Stamp the invitation, give it a new link, and put its finished mail down for the courier; without an address there is no mail."""
    token = secret_address()
    row.token_hash, row.stamped_at = hash_of(token), max(_second(work), row.stamped_at + timedelta(seconds=1))
    work.session.flush()
    event = Event.INVITED if row.state == "invited" else Event.INVITATION_CANCELLED
    record(work, event, invitation=row.id, account=row.account, number=row.sequence)
    if not row.address or row.address.lower() == head.sender.lower():
        return 0
    link = f"{head.public_url}/uitnodiging/{token.reveal()}"
    body = mail(
        meeting_of(row, public_url=head.public_url), to=Invited(name, row.address, head.sender, link, row.is_required), is_change=is_change
    )
    work.session.add(MessageRow(
        partner=row.partner, id=uuid4(), account=row.account, kind=NoticeKind.INVITATION, path=f"/bijeenkomsten/{row.consultation}",
        dedup=f"invitation:{row.uid}:{row.sequence}:{row.stamped_at:%Y%m%dt%H%M%S}", state="waiting", put_at=work.now,
        not_before=work.now, tries=0, address=row.address, body=body,
    ))  # fmt: skip
    return 1


def _note(work: Work, row: InvitationRow, said: Said, sequence: int) -> None:
    row.answer, row.remark, row.answered_at, row.answered_sequence = said.word, said.remark, work.now, sequence
    row.parked, row.told_at = None, None
    record(work, Event.INVITATION_ANSWERED, invitation=row.id, account=row.account, state=said.word)


def _pass_on(work: Work) -> int:
    """Let the coordinating partner know what stands in invitations that changed since it was told."""
    work.session.flush()
    known = {body.slug: body for body in bodies(work)}
    untold = select(InvitationRow).where(
        InvitationRow.partner == work.partner, InvitationRow.told_at.is_(None), InvitationRow.state == "invited"
    )
    told = 0
    for row in work.session.scalars(untold).all():
        if row.body in known:
            _tell(work, row, known[row.body].coordinator)
            row.told_at, told = work.now, told + 1
    work.session.flush()
    return told


def _tell(work: Work, row: InvitationRow, coordinator: int) -> None:
    name = work.session.scalar(select(AccountRow.name).where(AccountRow.partner == work.partner, AccountRow.id == row.account)) or ""
    said = {"answer": row.answer, "remark": row.remark, "answered_sequence": row.answered_sequence, "sequence": row.sequence,
            "parked": row.parked, "name": name, "at": row.answered_at or work.now}  # fmt: skip
    mine = (AnswerRow.partner == work.partner, AnswerRow.id == row.id)
    if work.session.execute(update(AnswerRow).where(*mine).values(**said).returning(AnswerRow.id)).one_or_none() is None:
        members = sorted({work.partner, coordinator})
        head = {"partner": work.partner, "id": row.id, "writer": work.partner, "members": members, "body": row.body}
        work.session.add(AnswerRow(**head, consultation=row.consultation, **said))
