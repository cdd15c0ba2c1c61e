"""What one side knows of its threads: which recalls it has to answer, what is open elsewhere, and one thread with its letters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, Subquery, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from hub.audit.events import Event
from hub.audit.journal import record
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.threads.rules import OPEN, Side, ThreadKind, Word, is_overdue, may_follow
from hub.threads.tables import LetterRow, ThreadRow, loose

OPEN_AT_ONCE = 500
MOST = 50  # of those that are over, the latest


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as both sides read it."""

    no: int
    writer: Partner
    word: Word
    reason: str | None
    written_on: date


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall as one side sees it; `code` is that of its reader: the giver's own code, or the one by which the recipient had the case."""

    id: UUID
    side: Side
    other: Partner
    code: str
    cause: str
    opened_on: date
    answer_due: date
    state: Word
    is_late: bool
    letters: tuple[Letter, ...]
    may: frozenset[Word]

    @property
    def last(self) -> Letter:
        """The letter that tells where it stands."""
        return self.letters[-1]


@dataclass(frozen=True, slots=True)
class Board:
    """The recalls of one side: ours to answer, ours to settle as giver, those that wait for another, and the latest that are over."""

    to_answer: tuple[Recall, ...]
    to_settle: tuple[Recall, ...]
    waiting: tuple[Recall, ...]
    over: tuple[Recall, ...]
    has_more: bool


def board(work: Work) -> Board:
    """All recalls of the acting partner: open ones with the nearest last day first, and the latest that are over."""
    still = _open(work, most=OPEN_AT_ONCE + 1)
    mine = (ThreadRow.reader == work.partner, ThreadRow.kind == ThreadKind.RECALL)
    last = _last_words(work)
    over = select(ThreadRow).join(last, last.c.thread == ThreadRow.id).where(*mine, last.c.word.not_in(OPEN))
    ended = work.session.scalars(over.order_by(last.c.written_on.desc(), ThreadRow.id).limit(MOST)).all()
    found = _values(work, [*still[:OPEN_AT_ONCE], *ended])
    record(work, Event.LIST_OPENED, page="terugroepingen", rows=len(found))
    return Board(
        tuple(one for one in found if one.side is Side.RECIPIENT and one.state is Word.ASKED),
        tuple(one for one in found if one.side is Side.GIVER and one.state is Word.NOT_POSSIBLE),
        tuple(one for one in found if one.state in OPEN and (one.side is Side.GIVER) == (one.state is Word.ASKED)),
        tuple(one for one in found if one.state not in OPEN),
        len(still) > OPEN_AT_ONCE,
    )


def recall(work: Work, *, thread: UUID) -> Recall:
    """One recall of the acting partner with its letters; NotFound for any other key."""
    row = own_thread(work, thread=thread)
    if row.kind != ThreadKind.RECALL:
        raise NotFound
    [found] = _values(work, [row])
    record(work, Event.RECALL_OPENED, thread=thread, partner=found.other.slug)
    return found


def recalls(work: Work) -> tuple[Recall, ...]:
    """The open recalls of the acting partner on either side, the nearest last day first."""
    return _values(work, _open(work, most=OPEN_AT_ONCE))


def to_answer(work: Work) -> int:
    """How many recalls wait for an answer of the acting partner; of none of them more is told."""
    return sum(one.side is Side.RECIPIENT and one.state is Word.ASKED for one in recalls(work))


def overdue(work: Work) -> tuple[Recall, ...]:
    """The recalls on either side of the acting partner to which the answer should have come by today."""
    return tuple(one for one in recalls(work) if one.is_late)


def asked_of(work: Work, *, recipient: PartnerId, code: str) -> Recall | None:
    """The latest recall by the acting partner of its row that this recipient had under this code; None when none was needed."""
    mine = (ThreadRow.reader == work.partner, ThreadRow.code == code, ThreadRow.recipient == recipient, ThreadRow.opener == work.partner)
    asked = select(ThreadRow).where(*mine, ThreadRow.kind == ThreadKind.RECALL).order_by(ThreadRow.opened_at.desc()).limit(1)
    found = _values(work, work.session.scalars(asked).all())
    return found[0] if found else None


def recalled_until(work: Work, *, codes: Sequence[str]) -> Mapping[tuple[PartnerId, str], datetime]:
    """Per recipient and code when the acting partner last recalled that row: whatever was opened by then is covered."""
    mine = (ThreadRow.reader == work.partner, ThreadRow.code.in_(codes), ThreadRow.kind == ThreadKind.RECALL)
    asked = select(ThreadRow.recipient, ThreadRow.code, func.max(ThreadRow.opened_at)).where(*mine, ThreadRow.opener == work.partner)
    rows = work.session.execute(asked.group_by(ThreadRow.recipient, ThreadRow.code)) if codes else ()
    return {(recipient, code): moment for recipient, code, moment in rows if moment is not None}


def loosened(work: Work) -> Select[UUID]:
    """The referrals of the acting partner that were turned down or withdrawn: such a one ties nobody to its case."""
    return loose(reader=work.partner)


def own_thread(work: Work, *, thread: UUID) -> ThreadRow:
    """The own side of a thread; NotFound when there is none."""
    row = work.session.get(ThreadRow, (work.partner, thread))
    if row is None:
        raise NotFound
    return row


def last_letter(work: Work, *, thread: UUID) -> LetterRow:
    """The own copy of the last letter of a thread; its word is where the thread stands."""
    mine = (LetterRow.reader == work.partner, LetterRow.thread == thread)
    return work.session.scalars(select(LetterRow).where(*mine).order_by(LetterRow.no.desc()).limit(1)).one()


def _last_words(work: Work) -> Subquery:
    """Of every thread of the acting partner its last word."""
    mine = select(LetterRow.thread, LetterRow.word, LetterRow.written_on).where(LetterRow.reader == work.partner)
    return mine.ext(distinct_on(LetterRow.thread)).order_by(LetterRow.thread, LetterRow.no.desc()).subquery()


def _open(work: Work, *, most: int) -> Sequence[ThreadRow]:
    last = _last_words(work)
    mine = and_(ThreadRow.reader == work.partner, ThreadRow.kind == ThreadKind.RECALL, last.c.word.in_(OPEN))
    asked = select(ThreadRow).join(last, last.c.thread == ThreadRow.id).where(mine)
    return work.session.scalars(asked.order_by(ThreadRow.answer_due, ThreadRow.id).limit(most)).all()


def _values(work: Work, rows: Iterable[ThreadRow]) -> tuple[Recall, ...]:
    found, partners = list(rows), partners_by_id(work)
    mine = (LetterRow.reader == work.partner, LetterRow.thread.in_([row.id for row in found]))
    letters: dict[UUID, list[Letter]] = {}
    for one in work.session.scalars(select(LetterRow).where(*mine).order_by(LetterRow.thread, LetterRow.no)) if found else ():
        letter = Letter(one.no, partners[one.writer], Word(one.word), one.reason, one.written_on)
        letters.setdefault(one.thread, []).append(letter)
    return tuple(_value(row, partners[row.other], tuple(letters[row.id]), today(work.now)) for row in found)


def _value(row: ThreadRow, other: Partner, letters: tuple[Letter, ...], day: date) -> Recall:
    side, state = Side.GIVER if row.reader == row.giver else Side.RECIPIENT, letters[-1].word
    return Recall(
        row.id, side, other, row.own_code or row.code, row.cause or "", row.opened_on, row.answer_due, state,
        is_overdue(state, due=row.answer_due, on=day), letters, may_follow(ThreadKind.RECALL, state=state, side=side),
    )  # fmt: skip
