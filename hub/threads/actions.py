"""What is done in threads: recalls opened for what went away, and letters written by either side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from hub.audit.events import Event
from hub.audit.journal import record, record_many
from hub.kernel.bulk import insert_rows
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.people.words import Role
from hub.threads.queries import last_letter, overdue, own_thread
from hub.threads.rules import REQUEST_OF, Cause, Said, Side, ThreadKind, Word, answer_due, check, may_follow
from hub.threads.tables import ThreadRow

CHASED = timedelta(days=30)  # what nobody answered for longer was told, and stands on the page and the agenda
TOLD = (Role.COORDINATOR, Role.PRIVACY_OFFICER)
PAGE = "/terugroepingen"
JOURNAL_REASON = {
    Cause.WITHDRAWN: "intrekking", Cause.HELD_BACK: "inhouding", Cause.CLOSED: "beleid", Cause.ENDED: "einde-termijn",
    Cause.STOPPED: "einde-beleid", Cause.ERROR: "fout-hersteld",
}  # fmt: skip
THREAD = (
    "reader",
    "id",
    "other",
    "giver",
    "recipient",
    "opener",
    "kind",
    "code",
    "own_code",
    "cause",
    "opened_on",
    "opened_at",
    "answer_due",
)
LETTER = ("reader", "thread", "no", "giver", "recipient", "writer", "kind", "word", "reason", "written_on")
ANSWER = (*LETTER, "names")


@dataclass(frozen=True, slots=True)
class Taken:
    """A row of the acting partner that a recipient opened and has no more: under the recipient's code and under its giver's own."""

    recipient: PartnerId
    code: str
    own_code: str


def open_recalls(work: Work, *, taken: Sequence[Taken], cause: Cause) -> tuple[UUID, ...]:
    """
    Ask each recipient to remove what it took of these rows of the acting partner, in this same work; tells the threads, in order.

    The cause stays with the giver. A recipient learns of its own row alone, is told once however many there are, and nothing of others.
    """
    if not taken:
        return ()
    giver, day, ids = work.partner, today(work.now), [uuid4() for _ in taken]
    due, word = answer_due(ThreadKind.RECALL, on=day), REQUEST_OF[cause]
    threads: list[tuple[object, ...]] = []
    letters: list[tuple[object, ...]] = []
    for one, thread in zip(taken, ids, strict=True):
        who = (giver, one.recipient)
        about = (*who, giver, ThreadKind.RECALL, one.code)
        threads.append((giver, thread, one.recipient, *about, one.own_code, cause, day, work.now, due))
        threads.append((one.recipient, thread, giver, *about, None, word, day, None, due))
        letters += [(reader, thread, 1, *who, giver, ThreadKind.RECALL, Word.ASKED, None, day) for reader in sorted(who)]
    insert_rows(work, table="thread", columns=THREAD, rows=threads)
    insert_rows(work, table="letter", columns=LETTER, rows=letters)
    slugs = {number: partner.slug for number, partner in partners_by_id(work).items()}
    told = [
        {"thread": thread, "code": one.code, "recipient": slugs[one.recipient], "reason": JOURNAL_REASON[cause]}
        for one, thread in zip(taken, ids, strict=True)
    ]
    record_many(work, Event.RECALL_ASKED, told)
    return tuple(ids)


def open_referral(work: Work, *, offered: Taken, answer_due: date, outcome_due: date) -> UUID:
    """Offer a row that the acting partner gives to its recipient, with the days by which an answer and an outcome are due; the thread."""
    giver, day, thread = work.partner, today(work.now), uuid4()
    who = (giver, offered.recipient)
    about, dues = (*who, giver, ThreadKind.REFERRAL, offered.code), (answer_due, outcome_due)
    mine = (giver, thread, offered.recipient, *about, offered.own_code, None, day, work.now, *dues)
    theirs = (offered.recipient, thread, giver, *about, None, None, day, None, *dues)
    insert_rows(work, table="thread", columns=(*THREAD, "outcome_due"), rows=[mine, theirs])
    letter = (*who, giver, ThreadKind.REFERRAL, Word.OFFERED, None, day)
    insert_rows(work, table="letter", columns=LETTER, rows=[(reader, thread, 1, *letter) for reader in sorted(who)])
    recipient = partners_by_id(work)[offered.recipient].slug
    record(work, Event.REFERRED, thread=thread, code=offered.code, recipient=recipient)
    return thread


def end_referrals(work: Work, *, gone: Sequence[tuple[PartnerId, str]]) -> int:
    """Say in the referrals of the acting partner whose rows went (recipient, its code) that they are withdrawn; how many were not over."""
    codes = {code for _, code in gone}
    mine = (ThreadRow.reader == work.partner, ThreadRow.giver == work.partner, ThreadRow.kind == ThreadKind.REFERRAL)
    found = work.session.scalars(select(ThreadRow).where(*mine, ThreadRow.code.in_(codes))).all() if codes else ()
    ended = 0
    for row in found:
        state = Word(last_letter(work, thread=row.id).word)
        if (row.recipient, row.code) in gone and Word.WITHDRAWN in may_follow(ThreadKind.REFERRAL, state=state, side=Side.GIVER):
            write(work, thread=row.id, said=Said(Word.WITHDRAWN))
            ended += 1
    return ended


def write(work: Work, *, thread: UUID, said: Said) -> Word:
    """
    Write the next letter in a thread of the acting partner, on both sides; tells the state it leaves.

    NotFound for a thread that is not ours, NotInThisState when the word does not fit (any more), Invalid for a reason that is none. Of two
    who write at once one succeeds: the other meets its letter, and gets a Conflict.
    """
    row = own_thread(work, thread=thread)
    kind, last = ThreadKind(row.kind), last_letter(work, thread=thread)
    check(kind, state=Word(last.word), side=_side(row), said=said)
    letter = (row.giver, row.recipient, work.partner, kind, said.word, said.reason, today(work.now), said.names)
    readers = sorted((row.giver, row.recipient))  # in one order, so that two who write at once wait for each other and never both
    insert_rows(work, table="letter", columns=ANSWER, rows=[(reader, thread, last.no + 1, *letter) for reader in readers])
    event = Event.RECALL_ANSWERED if kind is ThreadKind.RECALL else Event.LETTER_WRITTEN
    record(work, event, thread=thread, partner=partners_by_id(work)[row.other].slug, state=said.word)
    return said.word


def chase(work: Work) -> int:
    """
    Tell the coordinators of the acting partner, once per last day, that recalls with that day are unanswered: at its own side or another's.

    To be done every working day, at both sides; tells how many last days it told about.
    """
    days = sorted({(one.answer_due, one.side) for one in overdue(work) if one.answer_due > today(work.now) - CHASED})
    for due, side in days:
        notice = Notice(work.partner, f"{due}/{side}", NoticeKind.RECALL_OVERDUE, PAGE, TOLD, work.now)
        put_down(work, notice=notice)
    return len(days)


def _side(row: ThreadRow) -> Side:
    return Side.GIVER if row.reader == row.giver else Side.RECIPIENT
