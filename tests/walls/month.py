"""A small month in which everybody gives, receives, reads and withdraws: what the walls stand around."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import select

from hub.agendas import templates
from hub.agendas.documents import standard_template
from hub.agendas.tables import ItemRow, NominationRow
from hub.cases import actions, intake, uploads
from hub.cases.actions import ConsentAsked
from hub.cases.delivery import exports_of
from hub.cases.draft import Draft
from hub.cases.expiry import begin_agreements
from hub.cases.holding import HeldFact, hold_back
from hub.cases.queries import OwnWanted, own_case, own_cases
from hub.cases.received import PAGE, Wanted, received, received_case
from hub.casuistry import actions as collecting
from hub.casuistry import addenda, lifecycle, statements
from hub.casuistry.queries import edition
from hub.consultations.tables import AttendeeRow, BlockRow, ObjectionRow, SeriesRow, UnavailableRow
from hub.contacts import actions as contacting
from hub.contacts.rules import Desk
from hub.invitations import actions as inviting
from hub.invitations.queries import own as own_invitations
from hub.invitations.rules import Said, Word
from hub.kernel import ledger
from hub.kernel.database import Work
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.kernel.words import Month, Secret
from hub.meetings import adoption
from hub.meetings.leaves import SIZE, seal
from hub.meetings.minutes import checkable
from hub.meetings.tables import MinutesRow, PresenceRow
from hub.partners.rules import Kind
from hub.people.notices import Letterhead, expand
from hub.people.queries import accounts
from hub.pseudonyms.actions import hold_keys_to_database
from hub.referrals import actions as referring
from hub.retention.actions import announce, hold, set_term
from hub.retention.rules import CountedFrom, HoldReason, Term
from hub.threads.rules import Said as Letter
from hub.threads.rules import Word as Step
from hub.watches.actions import keep_watch
from tests.agendas import prepare_agenda
from tests.cast import COC_F, COC_GD, DRENTHE, EMMEN, EVERYBODY, FRYSLAN, GRONINGEN, NOON, OM, POLICE, Cast
from tests.consulting import TABLE, make_block, make_body, make_consultation
from tests.generated import BOOK, FULL
from tests.make import BUREAU_WORDS, OM_WORDS, POLICE_WORDS, Delivery
from tests.meeting import speak
from tests.scaffold import ROOT

BUREAUS = (DRENTHE, EMMEN, GRONINGEN, FRYSLAN)
GIVERS = (*BUREAUS, POLICE, OM, COC_GD, COC_F)
FOLDERS = {Kind.BUREAU: "bureau", Kind.POLICE: POLICE, Kind.OM: "om", Kind.COC: "coc"}
EXAMPLES = {kind: sorted((ROOT / "adapters" / folder).glob("*.example.*")) for kind, folder in FOLDERS.items()}
PLACE_OF = {DRENTHE: "GM1680", EMMEN: "GM0114", GRONINGEN: "GM0014", FRYSLAN: "GM0080"}
COC_WORDS = {"anonymity": "known", "reporter_age": "16_or_older"}
WORDS_OF = {Kind.POLICE: POLICE_WORDS, Kind.BUREAU: BUREAU_WORDS, Kind.OM: OM_WORDS, Kind.COC: COC_WORDS}
OFFICE = Desk("Balie, coördinator", "phone", "het nummer van kantoor", "op werkdagen")
OCTOBER = Month(2026, 10)
AGREED = {POLICE: "given", OM: "given", COC_GD: "given", COC_F: "given"}


@dataclass
class Moments:
    """Every deed of the month at a moment of its own, so that an equal moment in two rows is one that leaked."""

    at: datetime = NOON
    step: timedelta = timedelta(seconds=37, microseconds=1009)

    def __iter__(self) -> Iterator[datetime]:
        return self

    def __next__(self) -> datetime:
        self.at += self.step
        return self.at


def drafts_of(slug: str, *, numbers: Iterator[int], places: tuple[str, ...]) -> list[Draft]:
    """A draft per place with every fact that this partner can know, agreed to by the reporter and about everybody's case."""
    kind = BOOK.partners[slug].kind
    facts = {fact: value for fact, value in FULL.items() if kind in BOOK.vocabulary.facts[fact].known_by and fact != "also_known_to"}
    consents = AGREED if kind is Kind.BUREAU else {DRENTHE: "given"}
    concerns = tuple(one for one in BUREAUS if one != slug)
    facts["status"] = "in_behandeling"
    rest = (WORDS_OF[kind], consents, concerns)
    return [
        Draft(number, Secret(f"ZAAK-{slug}-{number}"), {**facts, "place": place}, *rest)
        for place, number in zip(places, numbers, strict=False)
    ]


def play_month(cast: Cast, *, cases: int = 1) -> None:
    """Everybody takes in cases; everybody reads; each bureau withdraws one consent, the police holds back and leaves a file waiting."""
    with cast.as_clerk(None) as work:
        hold_keys_to_database(work, keys=cast.house.keys)
        run_a_job(work)
    moments, numbers = Moments(), count(2)
    for slug in GIVERS:
        with cast.as_clerk(slug, now=next(moments)) as work:
            begin_agreements(work, house=cast.house)
    for slug in GIVERS:
        places = (PLACE_OF[slug],) * (cases + 1) if slug in BUREAUS else tuple(PLACE_OF.values()) * cases
        delivery = Delivery(drafts_of(slug, numbers=numbers, places=places), file_hash=uuid4().bytes + uuid4().bytes)
        with cast.as_person(slug, now=next(moments)) as work:
            intake.take_in(work, reading=delivery, house=cast.house)
    for slug in EVERYBODY:
        read_everything(cast, slug, moments)
    for slug in BUREAUS:
        with cast.as_person(slug, now=next(moments)) as work:
            first = own_cases(work, house=cast.house, wanted=OwnWanted(limit=1))[0]
            actions.withdraw_consent(work, code=first.code, recipient=POLICE, house=cast.house)
    for slug in EVERYBODY:
        tell(cast, slug, moments)
    for slug in GIVERS:
        put_aside(cast, slug, moments)
    for slug in BUREAUS:
        seek_contact(cast, slug, moments)
    for slug in EVERYBODY:
        with cast.as_clerk(slug, now=next(moments)) as work:
            keep_watch(work, house=cast.house)
    refer_somebody(cast, moments)
    collect(cast, moments)
    hold_meetings(cast, moments)
    prepare_agenda(cast, moments)
    invite(cast, moments)
    write_down(cast, moments)
    keep_for_a_while(cast, moments)


def refer_somebody(cast: Cast, moments: Moments) -> None:
    """The police refers a reporter to the bureau in Drenthe, which opens it; both try a code that is none."""
    with cast.as_person(POLICE, now=next(moments)) as work:
        code = own_cases(work, house=cast.house, wanted=OwnWanted(limit=1))[0].code
        told = ConsentAsked("given", ())
        offered = referring.offer(work, code=code, recipient=DRENTHE, asked=told, house=cast.house)
    with cast.as_person(DRENTHE, now=next(moments)) as work:
        referring.say(work, thread=offered.thread, said=Letter(Step.SEEN), house=cast.house)
    for slug in (DRENTHE, POLICE):
        with cast.as_person(slug, now=next(moments)) as work:
            referring.enter_code(work, receipt=Secret("0" * 16), origin="192.0.2.7", house=cast.house)


def hold_meetings(cast: Cast, moments: Moments) -> None:
    """The consultation of Drenthe: its blocks, one meeting with a block in it, a year on the table, who comes, and who cannot."""
    body, day = make_body(cast), date(2027, 1, 28)
    consultation, series = make_consultation(cast), uuid4()
    make_block(cast, consultation=None, seats=TABLE)
    speak(cast, moments, consultation=consultation, block=make_block(cast, consultation=consultation, seats=TABLE))
    everybody = [cast.id(one) for one in TABLE]
    with cast.as_person(POLICE, now=next(moments)) as work:
        row = {"partner": work.partner, "writer": work.partner, "members": everybody, "body": body}
        when = {"year": 2027, "previous": date(2026, 11, 26), "days": [day], "proposed_at": work.now, "object_until": date(2026, 11, 18)}
        work.session.add(SeriesRow(id=series, state="proposed", rules={}, **row, **when))
    for slug in TABLE:
        with cast.as_person(slug, now=next(moments)) as work:
            row |= {"partner": work.partner, "writer": work.partner}
            work.session.add(AttendeeRow(id=uuid4(), account=None, name="Iemand van kantoor", duty="attendee", is_required=True, **row))
            work.session.add(UnavailableRow(id=uuid4(), weekday=1, kind="duty", told_at=work.now, **row))
            work.session.add(ObjectionRow(id=uuid4(), series=series, day=day, because="Die dag is er zitting.", made_at=work.now, **row))


def invite(cast: Cast, moments: Moments) -> None:
    """Every member sends a person of its own to the meeting, who is invited, says that she comes and fetches a calendar."""
    for slug in TABLE:
        with cast.as_clerk(slug, now=next(moments)) as work:
            account = accounts(work)[0].id
        with cast.as_person(slug, now=next(moments)) as work:
            row = {"partner": work.partner, "writer": work.partner, "members": [cast.id(one) for one in TABLE], "body": "casus-drenthe"}
            work.session.add(AttendeeRow(id=uuid4(), account=account, name="Wie komt", duty="attendee", is_required=True, **row))
        with cast.as_clerk(slug, now=next(moments)) as work:
            inviting.keep_in_step(work, head=Letterhead("schakel@voorbeeld.invalid", "http://localhost:8000"))
        with cast.as_person(slug, now=next(moments)) as work:
            first = own_invitations(work, account=account).ahead[0]
            inviting.answer_own(work, invitation=first.id, account=account, said=Said(Word.ACCEPTED))
            inviting.make_feed(work, account=account, public_url="http://localhost:8000")


def write_down(cast: Cast, moments: Moments) -> None:
    """The meeting with an agenda: somebody is inside, minutes went round, a member remarks on them, and there is a template."""
    with cast.as_person(POLICE, now=next(moments)) as work:
        meeting = select(NominationRow.consultation).where(NominationRow.partner == work.partner).limit(1).scalar_subquery()
        mine = (ItemRow.partner == work.partner, ItemRow.state == "published", ItemRow.consultation == meeting)
        block = work.session.get_one(BlockRow, (work.partner, work.session.scalars(select(ItemRow.block).where(*mine)).first()))
        everybody = {"partner": work.partner, "writer": work.partner, "members": [cast.id(one) for one in TABLE], "body": block.body}
        came = {"consultation": block.consultation, "organisation": work.partner, "name": "Iemand van kantoor", "came_at": work.now}
        work.session.add(PresenceRow(id=uuid4(), version=1, **everybody, **came))
        text = {"item": "", "code": "", "title": "Algemeen", "words": "Welkom.", "outcome": "", "decided": [], "agreed": []}
        salts = [f"{number:02}" for number in range(SIZE)]
        sealed = seal([checkable(text)], salts=salts)
        texts = {
            "entries": [{**text, "salt": salts[0], "place": 0}],
            "leaves": [leaf.hex() for leaf in sealed.leaves],
            "root": sealed.root.hex(),
        }
        about = {"body": block.body, "consultation": block.consultation, "block": block.id, "members": list(block.seats)}
        sent = {"number": 1, "state": "sent", "texts": texts, "sent_at": work.now, "remarks_until": date(2026, 12, 1), "version": 2}
        minutes = uuid4()
        work.session.add(MinutesRow(partner=work.partner, writer=work.partner, id=minutes, **about, **sent))
        templates.choose(work, body=block.body, content=standard_template())
    with cast.as_person(DRENTHE, now=next(moments)) as work:
        adoption.remark(work, minutes=minutes, words="De gemeente was Emmen.")


def keep_for_a_while(cast: Cast, moments: Moments) -> None:
    """Two partners keep their cases for a month, hold one of them, and announce which others go."""
    for slug in (POLICE, DRENTHE):
        with cast.as_person(slug, now=next(moments)) as work:
            set_term(work, wanted=Term(1, CountedFrom.RELEASED, "Besluit van de directie.", NOON.date()))
            hold(work, code=own_cases(work, house=cast.house, wanted=OwnWanted(limit=1))[0].code, reason=HoldReason.ARCHIVE)
        with cast.as_clerk(slug, now=next(moments)) as work:
            announce(work)


def collect(cast: Cast, moments: Moments) -> None:
    """The collection of October in Drenthe: both say something, everybody's edition is frozen and delivered, and everybody reads it."""
    told = {"province": "drenthe", "month": OCTOBER}
    with cast.as_clerk(None, now=next(moments)) as work:
        lifecycle.open_month(work, **told)
        everybody = lifecycle.recipients(work, house=cast.house)
    for slug in (DRENTHE, POLICE):
        with cast.as_person(slug, now=next(moments)) as work:
            statements.state_complete(work, **told, house=cast.house)
    for one in everybody:
        with cast.as_clerk(one.slug, now=next(moments)) as work:
            collecting.gather_month(work, **told, house=cast.house)
    with cast.as_person(POLICE, now=next(moments)) as work:
        collecting.deliver(work, **told)
    with cast.as_clerk(None, now=next(moments)) as work:
        lifecycle.deliver_month(work, **told)
    for one in everybody:
        with cast.as_person(one.slug, now=next(moments)) as work:
            edition(work, **told, house=cast.house)
    add_what_came_later(cast, moments)


def add_what_came_later(cast: Cast, moments: Moments) -> None:
    """Drenthe withdraws a case that stands in the police's edition, so that the police gets an addendum, and reads it."""
    with cast.as_person(DRENTHE, now=next(moments)) as work:
        cases = [own_case(work, house=cast.house, code=line.code) for line in own_cases(work, house=cast.house, wanted=OwnWanted())]
        shared = next(case for case in cases if any(one.recipient.slug == POLICE and one.state == "given" for one in case.consents))
        actions.withdraw_consent(work, code=shared.code, recipient=POLICE, house=cast.house)
    with cast.as_clerk(POLICE, now=next(moments)) as work:
        addenda.withdrawn(work)
    with cast.as_person(POLICE, now=next(moments)) as work:
        edition(work, province="drenthe", month=OCTOBER, number=1, house=cast.house)


def run_a_job(work: Work) -> None:
    """A clock planned a job, began it and told that it lives."""
    ledger.plan(work, job="watch", dues=[ledger.Due("2026-11-04", None, ledger.since(work, job="watch"))])
    ledger.note_attempt(work, job="watch", period="2026-11-04", worker="clock")
    ledger.close(work, job="watch", period="2026-11-04")
    ledger.beat(work, worker="clock", duty="pulse", at=work.now)


def read_everything(cast: Cast, slug: str, moments: Moments) -> None:
    """Somebody of this partner opens both lists and the newest case of each."""
    with cast.as_person(slug, now=next(moments)) as work:
        rows = received(work, house=cast.house, wanted=Wanted()).rows
        mine = own_cases(work, house=cast.house, wanted=OwnWanted())
        for row in rows[:30]:
            received_case(work, house=cast.house, code=row.code, outlet=PAGE)
        for line in mine[:3]:
            own_case(work, house=cast.house, code=line.code)


def tell(cast: Cast, slug: str, moments: Moments) -> None:
    """Something was put down for everybody at this partner, and messages were made of it that wait for a mail server."""
    with cast.as_clerk(slug, now=next(moments)) as work:
        roles = ("case_worker", "coordinator")
        put_down(work, notice=Notice(work.partner, "2026-10", NoticeKind.COLLECTION_DELIVERED, "/ontvangen", roles, work.now))
        expand(work, head=Letterhead("schakel@voorbeeld.invalid", "http://localhost:8000"))


def put_aside(cast: Cast, slug: str, moments: Moments) -> None:
    """One hold-back on the newest case, and an export that waits for a yes or no."""
    at, partner = next(moments), cast.partners[slug]
    [mapping], [file] = exports_of(partner), EXAMPLES[partner.kind]
    with cast.as_person(slug, now=at) as work:
        first = own_cases(work, house=cast.house, wanted=OwnWanted(limit=1))[0]
        case = own_case(work, house=cast.house, code=first.code)
        hold_back(work, code=case.code, recipient=None, held=HeldFact("op verzoek van de melder", "accused"), house=cast.house)
        content = file.read_bytes() + (b"\n" * partner.id if file.suffix in (".csv", ".json") else b"")  # a file of its own
        uploads.offer(work, content=content, suffix=file.suffix, export=mapping.export, house=cast.house)


def seek_contact(cast: Cast, slug: str, moments: Moments) -> None:
    """Somebody asks for contact about the newest case it received, of the police where there is one, and the giver says yes to Drenthe."""
    with cast.as_person(slug, now=next(moments)) as work:
        rows = received(work, house=cast.house, wanted=Wanted()).rows
        row = next((row for row in rows if row.giver.slug == POLICE), rows[0])
        contact = contacting.propose(work, code=row.code, desk=OFFICE)
    if slug == DRENTHE:
        with cast.as_person(row.giver.slug, now=next(moments)) as work:
            contacting.confirm(work, contact=contact, desk=OFFICE)


def locked_tables(superuser: psycopg.Connection, *, role: str) -> dict[str, str]:
    """The tables this role reads something of, with the first column of their primary key."""
    asked = """
        SELECT c.oid::regclass::text, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
         WHERE n.nspname IN ('hub', 'audit', 'sec') AND has_any_column_privilege(%s, c.oid, 'SELECT')"""
    return {name if "." in name else f"hub.{name}": column for name, column in superuser.execute(asked, (role,))}


def counted(superuser: psycopg.Connection, *, table: str, column: str, partner: int) -> int:
    """How many rows of this table truly are this partner's."""
    asked = sql.SQL("SELECT count(*) FROM {} WHERE {} = %s").format(sql.SQL(table), sql.Identifier(column))
    found = superuser.execute(asked, (partner,)).fetchone()
    assert found is not None
    return int(found[0])
