"""What is done in a referral: offered with a receipt code, answered, found again by the code, finished, withdrawn, and what time does."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, text

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.actions import ConsentAsked
from hub.cases.house import House
from hub.cases.referring import refer, share_again, take_yes_back
from hub.cases.told import still_told
from hub.kernel.actor import Person
from hub.kernel.bulk import insert_rows
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import working_days_after
from hub.kernel.errors import Conflict, Invalid, NotFound, Problem
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.kernel.words import PartnerId, Secret
from hub.partners.queries import partners_by_id
from hub.partners.rules import Kind
from hub.people.words import Role
from hub.pseudonyms.mint import receipt_code
from hub.referrals.queries import Referral, of_case, referral, referrals
from hub.referrals.rules import (
    ARRIVES_WITHIN,
    CODE_KEPT,
    FIRST_ALARM,
    MOST_TRIES,
    OTHER_REGION,
    OVER,
    SECOND_ALARM,
    TRIES_IN,
    last_day,
)
from hub.referrals.tables import ReceiptRow, ReceiptTryRow
from hub.threads.actions import Taken, open_referral, write
from hub.threads.queries import loosened, own_thread
from hub.threads.rules import Said, Side, ThreadKind, Word
from hub.threads.tables import ThreadRow

RECEIPT = ("reader", "code_hash", "thread", "giver", "recipient", "kind", "until")
ONE_BY_ONE = text("SELECT pg_advisory_xact_lock(27, :partner)")  # who tries codes at one partner waits for each other
UNKNOWN = "Bij deze code is er geen doorverwijzing naar uw organisatie. Kijk de cijfers nog eens na."
TOO_OFTEN = "Er zijn te veel codes geprobeerd die niet klopten. Probeer het over een uur opnieuw."
PAGE = "/doorverwijzingen"
CHASED = timedelta(days=60)
AT_ONCE = 200


class ReferredBefore(Conflict):
    """This case is with this bureau already, and that is not over."""

    def __init__(self) -> None:
        super().__init__("U verwees deze melder al naar dit bureau door. Kijk bij Doorverwijzingen hoe het ermee staat.")


@dataclass(frozen=True, slots=True)
class Offered:
    """A referral that was offered, and the code that its reporter takes along; it is told this once."""

    thread: UUID
    receipt: Secret


@dataclass(frozen=True, slots=True)
class Entered:
    """What a receipt code led to: a referral, and whether the reporter is written down as arrived; or why it led nowhere."""

    thread: UUID | None
    has_arrived: bool = False
    why: str = ""


def offer(work: Work, *, code: str, recipient: str, asked: ConsentAsked, house: House) -> Offered:
    """
    Refer the reporter of an own case to this bureau: its yes, the bureau's row, the thread and the receipt code, in one work.

    Raises ReferredBefore while a referral of this case to this bureau is open, and what `cases.referring.refer` raises.
    """
    if any(one.other.slug == recipient and one.state not in OVER for one in of_case(work, code=code)):
        raise ReferredBefore
    found = refer(work, code=code, recipient=recipient, asked=asked, house=house)
    expects, day = found.policy.expects, today(work.now)
    dues = {"answer_due": last_day(expects["answer_within"], on=day), "outcome_due": last_day(expects["outcome_within"], on=day)}
    thread = open_referral(work, offered=Taken(found.recipient.id, found.code, found.own_code), **dues)
    return Offered(thread, _give_code(work, thread, found.recipient.id, house))


def give_new_code(work: Work, *, thread: UUID, house: House) -> Secret:
    """Another receipt code for a referral that the acting partner offered and that is not over; the one before keeps working."""
    row = own_thread(work, thread=thread)
    if row.kind != ThreadKind.REFERRAL or row.giver != work.partner:
        raise NotFound
    if referral(work, thread=thread).state in OVER:
        raise Conflict("Deze doorverwijzing is voorbij. Een nieuwe code heeft geen zin meer.")
    return _give_code(work, thread, row.recipient, house)


def _give_code(work: Work, thread: UUID, recipient: PartnerId, house: House) -> Secret:
    receipt, until = receipt_code(), today(work.now) + CODE_KEPT
    rest = (house.keys.receipt_hash(receipt), thread, work.partner, recipient, ThreadKind.REFERRAL, until)
    insert_rows(work, table="receipt", columns=RECEIPT, rows=[(reader, *rest) for reader in sorted((work.partner, recipient))])
    return receipt


def say(work: Work, *, thread: UUID, said: Said, house: House) -> Word:
    """
    Write the next word in a referral of the acting partner; tells the state it leaves.

    That the reporter arrived is said by its code alone. A giver that withdraws takes the row away in this same work. Raises what
    `threads.actions.write` raises, and NotFound for a thread that is no referral of ours.
    """
    row = own_thread(work, thread=thread)
    if row.kind != ThreadKind.REFERRAL:
        raise NotFound
    if said.word in (Word.ARRIVED, Word.NOT_ARRIVED):
        sentence = "Vul de code van de melder in."
        raise Invalid(sentence, (Problem("receipt", sentence),))
    _check_names(work, said)
    state = write(work, thread=thread, said=said)
    if state is Word.WITHDRAWN:
        take_yes_back(work, code=str(row.own_code), recipient=partners_by_id(work)[row.recipient].slug, house=house)
    return state


def _check_names(work: Work, said: Said) -> None:
    """Who says that it belongs to another region names the right bureau, which is another one."""
    if said.word is Word.DECLINED and said.reason == OTHER_REGION:
        right = partners_by_id(work).get(said.names) if said.names is not None else None
        if right is None or right.kind is not Kind.BUREAU or right.id == work.partner:
            sentence = "Kies welk bureau het wel is."
            raise Invalid(sentence, (Problem("names", sentence),))
    elif said.names is not None:
        sentence = "Noem alleen een ander bureau als de regio niet klopt."
        raise Invalid(sentence, (Problem("names", sentence),))


def enter_code(work: Work, *, receipt: Secret, origin: str | None, house: House) -> Entered:
    """
    Find the referral to the acting partner that belongs to this code, and write down that its reporter arrived if it was accepted.

    A code of another's referral and one that never was look alike. Five that were none within an hour, by one account or from one
    address, and the sixth is not looked at. Never raises, so that a wrong try is kept.
    """
    work.session.execute(ONE_BY_ONE, {"partner": work.partner})
    if _tries(work, origin, house) >= MOST_TRIES:
        record(work, Event.RECEIPT_REFUSED, reason="te-vaak")
        return Entered(None, why=TOO_OFTEN)
    hashes = [house.keys.receipt_hash(receipt, version=version) for version in house.keys.versions]
    mine = (ReceiptRow.reader == work.partner, ReceiptRow.recipient == work.partner, ReceiptRow.until >= today(work.now))
    thread = work.session.scalar(select(ReceiptRow.thread).where(*mine, ReceiptRow.code_hash.in_(hashes)))
    if thread is None:
        by = {"account": _account(work), "origin": _from(work, origin, house)}
        work.session.add(ReceiptTryRow(partner=work.partner, id=uuid4(), at=work.now, **by))
        record(work, Event.RECEIPT_REFUSED)
        return Entered(None, why=UNKNOWN)
    found = referral(work, thread=thread)
    if Word.ARRIVED not in found.may:
        return Entered(thread)
    write(work, thread=thread, said=Said(Word.ARRIVED))
    return Entered(thread, has_arrived=True)


def _tries(work: Work, origin: str | None, house: House) -> int:
    """How many codes that were none this account, or somebody at this address, tried in the last hour; older ones are forgotten."""
    mine = ReceiptTryRow.partner == work.partner
    work.session.execute(delete(ReceiptTryRow).where(mine, ReceiptTryRow.at <= work.now - TRIES_IN))
    asked = select(func.count()).select_from(ReceiptTryRow).where(mine)
    account, place = _account(work), _from(work, origin, house)
    by_account = work.session.scalar(asked.where(ReceiptTryRow.account.is_not_distinct_from(account))) or 0
    by_place = work.session.scalar(asked.where(ReceiptTryRow.origin == place)) if place is not None else 0
    return max(by_account, by_place or 0)


def _account(work: Work) -> UUID | None:
    return work.actor.account if isinstance(work.actor, Person) else None


def _from(work: Work, origin: str | None, house: House) -> bytes | None:
    return house.keys.digest(origin.encode(), giver=partners_by_id(work)[work.partner].slug) if origin else None


def settle(work: Work, *, house: House) -> int:
    """
    Take back the rows of referrals by the acting partner that a bureau turned down, at most so many; tells how many.

    To be done every few minutes: the bureau, which reads it no more since it turned it down, cannot take away the row of another.
    """
    mine = (ThreadRow.reader == work.partner, ThreadRow.giver == work.partner, ThreadRow.kind == ThreadKind.REFERRAL)
    loose = work.session.scalars(select(ThreadRow).where(*mine, ThreadRow.id.in_(loosened(work)))).all()
    there = still_told(work, codes=[row.code for row in loose])
    held = {
        (row[0], row[1])
        for row in work.session.execute(select(ThreadRow.recipient, ThreadRow.code).where(*mine, ThreadRow.id.not_in(loosened(work))))
    }
    late = [row for row in loose if row.code in there and (row.recipient, row.code) not in held][:AT_ONCE]
    for row in late:
        share_again(work, code=str(row.own_code), house=house)
    return len(late)


def pass_time(work: Work) -> int:
    """
    Do for the acting partner what time does to its referrals: nobody came within four weeks, or a last day is past.

    To be done every morning. The day after a last day case workers of both sides hear of it, and after five working days coordinators.
    Tells how many referrals it touched.
    """
    day, touched = today(work.now), 0
    for one in referrals(work):
        if one.side is Side.RECIPIENT and one.state is Word.ACCEPTED and one.last.written_on + ARRIVES_WITHIN < day:
            write(work, thread=one.id, said=Said(Word.NOT_ARRIVED))
            touched += 1
        elif one.is_late and one.due is not None and one.due > day - CHASED:
            touched += _alarm(work, one)
    return touched


def _alarm(work: Work, one: Referral) -> bool:
    due, day = one.due, today(work.now)
    assert due is not None
    told = False
    for after, role in ((FIRST_ALARM, Role.CASE_WORKER), (SECOND_ALARM, Role.COORDINATOR)):
        if day >= working_days_after(due, count=after):
            notice = Notice(work.partner, f"{one.id}/{due}/{after}", NoticeKind.REFERRAL_OVERDUE, PAGE, (role,), work.now)
            put_down(work, notice=notice)
            told = True
    return told
