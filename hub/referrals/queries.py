"""What one side knows of its referrals: what it has to do, what it waits for, what is over, and one of them with its letters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.readable import still_shared
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.partners.queries import partners_by_id
from hub.partners.rules import Kind, Partner
from hub.referrals.rules import OVER, TO_DO, WITH_FACTS, due_of, is_late
from hub.threads.queries import own_thread
from hub.threads.rules import Side, ThreadKind, Word, may_follow
from hub.threads.tables import LetterRow, ThreadRow

LOOKED_BACK = 1000
MOST_OVER = 50


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of a referral as both sides read it; `names` is the bureau that it should have gone to."""

    no: int
    writer: Partner
    word: Word
    reason: str | None
    names: Partner | None
    written_on: date


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral as one side sees it; `code` is that of its reader: the giver's own code, or the one by which the bureau has the case."""

    id: UUID
    side: Side
    other: Partner
    code: str
    opened_on: date
    answer_due: date
    outcome_due: date | None
    state: Word
    is_late: bool
    has_facts: bool
    letters: tuple[Letter, ...]
    may: frozenset[Word]

    @property
    def due(self) -> date | None:
        """The last day for what comes next; None where nobody waits for the bureau."""
        return due_of(self.state, answer_due=self.answer_due, outcome_due=self.outcome_due)

    @property
    def last(self) -> Letter:
        """The letter that tells where it stands."""
        return self.letters[-1]


@dataclass(frozen=True, slots=True)
class Pair:
    """What went between us and one other, counted over our own referrals: given or got, answered, arrived, done, and days to an answer."""

    other: Partner
    is_ours: bool
    offered: int
    accepted: int
    declined: int
    arrived: int
    completed: int
    median_days: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """The referrals of one side: ours to do, those that wait for another or for the reporter, and the latest that are over."""

    to_do: tuple[Referral, ...]
    waiting: tuple[Referral, ...]
    over: tuple[Referral, ...]
    pairs: tuple[Pair, ...]
    takes_codes: bool


def board(work: Work) -> Board:
    """All referrals of the acting partner, the nearest last day first."""
    found = referrals(work)
    record(work, Event.LIST_OPENED, page="doorverwijzingen", rows=len(found))
    open_ones = sorted((one for one in found if one.state not in OVER), key=lambda one: (one.due or date.max, one.opened_on, one.id))
    over = sorted((one for one in found if one.state in OVER), key=lambda one: one.last.written_on, reverse=True)
    to_do = tuple(one for one in open_ones if one.state in TO_DO[one.side])
    waiting = tuple(one for one in open_ones if one.state not in TO_DO[one.side])
    is_bureau = partners_by_id(work)[work.partner].kind is Kind.BUREAU
    return Board(to_do, waiting, tuple(over[:MOST_OVER]), _pairs(found), is_bureau)


def referral(work: Work, *, thread: UUID) -> Referral:
    """One referral of the acting partner; NotFound for any other key."""
    row = own_thread(work, thread=thread)
    if row.kind != ThreadKind.REFERRAL:
        raise NotFound
    [found] = _values(work, [row])
    record(work, Event.REFERRAL_OPENED, thread=thread, partner=found.other.slug)
    return found


def referrals(work: Work) -> tuple[Referral, ...]:
    """The latest referrals from and to the acting partner, over or not."""
    mine = (ThreadRow.reader == work.partner, ThreadRow.kind == ThreadKind.REFERRAL)
    asked = select(ThreadRow).where(*mine).order_by(ThreadRow.opened_on.desc(), ThreadRow.id).limit(LOOKED_BACK)
    return _values(work, work.session.scalars(asked))


def waiting_for_us(work: Work) -> int:
    """How many referrals the acting partner has to do something in; of none of them more is told."""
    return sum(one.state in TO_DO[one.side] for one in referrals(work))


def of_case(work: Work, *, code: str) -> tuple[Referral, ...]:
    """The referrals of this own case, the newest first."""
    mine = (ThreadRow.reader == work.partner, ThreadRow.kind == ThreadKind.REFERRAL, ThreadRow.own_code == code)
    return _values(work, work.session.scalars(select(ThreadRow).where(*mine).order_by(ThreadRow.opened_at.desc())))


def _values(work: Work, rows: Iterable[ThreadRow]) -> tuple[Referral, ...]:
    found, partners = list(rows), partners_by_id(work)
    mine = (LetterRow.reader == work.partner, LetterRow.thread.in_([row.id for row in found]))
    letters: dict[UUID, list[Letter]] = {}
    for one in work.session.scalars(select(LetterRow).where(*mine).order_by(LetterRow.thread, LetterRow.no)) if found else ():
        names = partners[one.names] if one.names is not None else None
        letter = Letter(one.no, partners[one.writer], Word(one.word), one.reason, names, one.written_on)
        letters.setdefault(one.thread, []).append(letter)
    there = still_shared(work, codes=[row.code for row in found if row.recipient == work.partner])
    return tuple(_value(row, partners[row.other], tuple(letters[row.id]), (today(work.now), row.code in there)) for row in found)


def _value(row: ThreadRow, other: Partner, letters: tuple[Letter, ...], now: tuple[date, bool]) -> Referral:
    side, state = Side.GIVER if row.reader == row.giver else Side.RECIPIENT, letters[-1].word
    on, is_there = now
    return Referral(
        row.id, side, other, row.own_code or row.code, row.opened_on, row.answer_due, row.outcome_due, state,
        is_late(state, answer_due=row.answer_due, outcome_due=row.outcome_due, on=on), is_there and state in WITH_FACTS, letters,
        may_follow(ThreadKind.REFERRAL, state=state, side=side),
    )  # fmt: skip


def _pairs(found: Iterable[Referral]) -> tuple[Pair, ...]:
    by_other: dict[tuple[str, Side], list[Referral]] = {}
    for one in found:
        by_other.setdefault((one.other.name, one.side), []).append(one)
    return tuple(_pair(by_other[key]) for key in sorted(by_other))


def _pair(some: list[Referral]) -> Pair:
    said: Mapping[Word, int] = {
        word: sum(any(letter.word is word for letter in one.letters) for one in some)
        for word in (Word.ACCEPTED, Word.DECLINED, Word.ARRIVED, Word.COMPLETED)
    }
    days = sorted(
        (letter.written_on - one.opened_on).days for one in some for letter in one.letters if letter.word in (Word.ACCEPTED, Word.DECLINED)
    )
    return Pair(
        some[0].other, some[0].side is Side.GIVER, len(some), said[Word.ACCEPTED], said[Word.DECLINED], said[Word.ARRIVED],
        said[Word.COMPLETED], days[len(days) // 2] if days else None,
    )  # fmt: skip
