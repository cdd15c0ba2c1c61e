"""What a block decides, promises and agrees, and the steps with which agreed actions go on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, text

from hub.agreements.queries import agreements, life_now
from hub.agreements.rules import Stand, Step, Word, Wording, check_step, check_wording, check_words, is_told_on, warnings_about
from hub.agreements.tables import AgreementRow, DecisionRow, ProgressRow
from hub.audit.events import Event
from hub.audit.journal import record
from hub.consultations.queries import consultation, consultations
from hub.consultations.rules import State
from hub.consultations.tables import BlockRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, NotFound, Problem, Refused
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.kernel.words import PartnerId
from hub.people.words import Role
from hub.pseudonyms.mint import short_code

TOLD = (Role.CASE_WORKER, Role.COORDINATOR)
HELD = text("SELECT pg_advisory_xact_lock(hashtextextended(:agreement, 0))")
LETTERS = {"agreement": "A", "decision": "B", "commitment": "T"}
NOT_OVER = frozenset({State.PLANNED, State.PREPARING, State.PUBLISHED})
A_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is decided: in which meeting, in which block of it, at which item."""

    consultation: UUID
    block: UUID
    item: UUID


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was written down, under which code, and what could be better about it."""

    id: UUID
    code: str
    warnings: tuple[str, ...] = field(default=())


def decide(work: Work, *, spot: Spot, words: str) -> Receipt:
    """Write down a decision of this block, for who sits in it; Refused for a partner that does not run the block."""
    return _write_down(work, spot, words, "decision")


def promise(work: Work, *, spot: Spot, words: str) -> Receipt:
    """Write down a commitment: softer than an action, without a day; Refused for a partner that does not run the block."""
    return _write_down(work, spot, words, "commitment")


def agree(work: Work, *, spot: Spot, wording: Wording) -> Receipt:
    """
    Write down an action that this block agreed, for who sits in it, there or not.

    Refused for a partner that does not run the block; Invalid without verb, owner, day or sign that it is done, or when the owner does
    not sit in the block.
    """
    block, said = _block(work, spot), _tidied(wording)
    if said.owner not in block.seats:
        raise Invalid("Kies een organisatie uit dit blok.", (Problem("owner", "Kies een organisatie die in dit blok zit."),))
    check_wording(said, on=today(work.now))
    made = uuid4()
    code = _code(
        work, "agreement", lambda one: select(AgreementRow.id).where(AgreementRow.partner == work.partner, AgreementRow.code == one)
    )
    work.session.add(AgreementRow(
        partner=work.partner, id=made, writer=work.partner, members=list(block.seats), body=block.body, consultation=spot.consultation,
        block=spot.block, item=spot.item, code=code, what=said.what, done_when=said.done_when, owner=said.owner,
        owner_name=said.owner_name, due=said.due, checks=list(said.checks), made_at=work.now, version=1,
    ))  # fmt: skip
    work.session.flush()
    record(work, Event.AGREED, agreement=made, consultation=spot.consultation)
    return Receipt(made, code, warnings_about(said, next_meeting=_next_meeting(work, spot.consultation)))


def take_step(work: Work, *, agreement: UUID, word: Word, because: str | None = None, due: date | None = None) -> Stand:
    """
    Go on with an action: the owner begins, reports it done or puts it off; another closes, drops or reopens it. Tells where it stands.

    NotFound for an action that is not ours to see, NotThisStep when it does not fit or is another's to take, Invalid without its reason
    or day. Who comes at the same time waits, and is judged by what the first one did.
    """
    work.session.execute(HELD, {"agreement": str(agreement)})
    row = work.session.get(AgreementRow, (work.partner, agreement), populate_existing=True)
    if row is None:
        raise NotFound
    before, last = life_now(work, row=row)
    said = " ".join(because.split()) if because else None
    step = Step(work.partner, word, today(work.now), due if word is Word.DEFERRED else None, said or None)
    stand = check_step(before, step=step, owner=row.owner)
    at = max(work.now, last + A_TICK) if last else work.now  # whoever waited comes after whom they waited for
    work.session.add(ProgressRow(
        partner=work.partner, id=uuid4(), writer=work.partner, members=row.members, body=row.body, consultation=row.consultation,
        block=row.block, agreement=agreement, word=word.value, due=step.due, because=step.because, at=at,
    ))  # fmt: skip
    work.session.flush()
    record(work, Event.AGREEMENT_WENT_ON, agreement=agreement, state=word.value)
    return stand


def remind(work: Work) -> int:
    """Tell the acting partner that it has an action, and no more than that, for each of which today is a day to say so; how many."""
    day, told = today(work.now), 0
    for one in agreements(work):
        if one.stand is not Stand.REPORTED and is_told_on(day, due=one.due, checks=one.checks):
            notice = Notice(work.partner, f"{one.id}:{day}", NoticeKind.ACTION_DUE, f"/actiepunten/{one.id}", TOLD, work.now)
            put_down(work, notice=notice)
            told += 1
    return told


def _write_down(work: Work, spot: Spot, words: str, kind: str) -> Receipt:
    block, said, made = _block(work, spot), " ".join(words.split()), uuid4()
    check_words(said)
    code = _code(work, kind, lambda one: select(DecisionRow.id).where(DecisionRow.partner == work.partner, DecisionRow.code == one))
    work.session.add(DecisionRow(
        partner=work.partner, id=made, writer=work.partner, members=list(block.seats), body=block.body, consultation=spot.consultation,
        block=spot.block, item=spot.item, code=code, kind=kind, words=said, made_at=work.now, version=1,
    ))  # fmt: skip
    work.session.flush()
    record(work, Event.DECIDED, decision=made, consultation=spot.consultation, state=kind)
    return Receipt(made, code)


def _block(work: Work, spot: Spot) -> BlockRow:
    """The block, which the acting partner has to run; one in which it does not sit is as absent as one that never was."""
    row = work.session.get(BlockRow, (work.partner, spot.block))
    if row is None or row.consultation != spot.consultation:
        raise NotFound
    if row.run_by != work.partner:
        raise Refused("Dit legt de organisatie vast die dit blok leidt.")
    return row


def _tidied(wording: Wording) -> Wording:
    what, done_when, name = (" ".join(each.split()) for each in (wording.what, wording.done_when, wording.owner_name))
    return Wording(what, done_when, PartnerId(wording.owner), name, wording.due, tuple(sorted(set(wording.checks))))


def _code(work: Work, kind: str, taken: Callable[[str], object]) -> str:
    """A letter, the year and four random signs, such as A27-X3QD; drawn anew while we know one that is the same."""
    while True:
        code = f"{LETTERS[kind]}{today(work.now):%y}-{short_code()}"
        if work.session.scalar(taken(code)) is None:  # type: ignore[call-overload]
            return code


def _next_meeting(work: Work, held: UUID) -> date | None:
    """The day of the first meeting of the same body after this one, if there is one."""
    this = consultation(work, id=held)
    later = [one for one in consultations(work, body=this.body) if one.starts > this.starts and one.state in NOT_OVER]
    return today(later[0].starts) if later else None
