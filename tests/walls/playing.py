"""A stage on which deeds of several partners are done for real, and everything that any of them can see is read back as plain values."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from hub.cases import actions, expiry, holding, reprojection
from hub.cases.actions import ConsentAsked
from hub.cases.columns import from_cells
from hub.cases.holding import HeldFact
from hub.cases.intake import take_in
from hub.cases.received import NoLongerShared, Received, Wanted, received, received_case
from hub.cases.rows import FLAGS, PURPOSES
from hub.kernel.actor import Actor, Clerk
from hub.kernel.database import Work, begin_work
from hub.kernel.errors import NotFound
from hub.people.queries import accounts
from hub.people.words import Role
from hub.referrals import actions as referring
from hub.referrals.queries import referrals
from hub.sharing import actions as registering
from hub.sharing import signing
from hub.sharing.facts import FACTS, Absence, Span, Value, day_of
from hub.sharing.policy import Policy, PolicyKind
from hub.sharing.rules import Bond, Read
from hub.sharing.schemas import parse_policy
from hub.sharing.tables import AGREED
from hub.threads import actions as writing
from hub.threads.queries import recalls
from hub.threads.rules import Said, Word
from tests.cast import EVERYBODY, Cast
from tests.effecting import as_file
from tests.make import Delivery, make_draft
from tests.walls.agreed import Agreement, read_agreement

ROWS = f"""SELECT g.contribution, g.states AS letters, i.*, {AGREED.replace(":day", "%s")} AS stands
  FROM hub.inbox i LEFT JOIN hub.given g USING (giver, recipient, code, kind)"""
THREADS = """SELECT t.reader, t.id, t.other, t.giver, t.recipient, t.kind, t.code, t.own_code, t.cause,
  (SELECT array_agg(l.word || coalesce(':' || l.reason, '') ORDER BY l.no) FROM hub.letter l
    WHERE (l.reader, l.thread) = (t.reader, t.id)) AS words
  FROM hub.thread t"""
REGISTER = "giver, recipient, kind, version_id, valid, state, proposed_at, changed_at, covers"
Facts = Mapping[str, Value]


class Stage:
    """The hub of one history: its day and moment, the cases by name, and who signs for whom."""

    def __init__(self, cast: Cast, superuser: psycopg.Connection, emptied: str) -> None:
        self.cast, self.superuser, self.emptied, self.house = cast, superuser, emptied, cast.house
        self.day, self.moment = date(2026, 11, 4), 0
        self.ids: dict[str, tuple[UUID, str, str]] = {}
        self.receipts: dict[UUID, Any] = {}
        self.people: dict[str, Actor] = {}
        self.slugs = {cast.id(slug): slug for slug in EVERYBODY}
        self.signers = {slug: self._signers(slug) for slug in EVERYBODY}
        [(self.newest,)] = superuser.execute("SELECT max(id) FROM hub.policy_version").fetchall()
        self.base = self._base()
        self._keep()

    def _signers(self, slug: str) -> tuple[list[UUID], list[UUID]]:
        with self.cast.as_clerk(slug) as work:
            found = accounts(work)
        officers = [one.id for one in found if Role.PRIVACY_OFFICER in one.roles]
        return officers, [*officers, *(one.id for one in found if Role.COORDINATOR in one.roles and one.id not in officers)]

    def _base(self) -> list[tuple[Policy, str, str, int]]:
        """Every agreement of the cast about cases: file, giver, recipient and number."""
        asked = """SELECT p.giver, p.recipient, v.name, v.id FROM hub.policy_pair p
            JOIN hub.policy_version v ON v.id = p.version_id WHERE p.kind <> 'counts'"""
        found = []
        for giver, recipient, name, number in self.superuser.execute(asked):
            policy = self.house.book.policy_named(name)
            assert policy is not None
            found.append((policy, self.slugs[giver], self.slugs[recipient], number))
        return found

    def _keep(self) -> None:
        """Remember the register with its clock run, to which every history goes back."""
        for slug in EVERYBODY:
            self.tell_the_clock(slug)
            self.work_off(slug)
        for table in ("policy_pair", "reprojection"):
            self.superuser.execute(f"DROP TABLE IF EXISTS pg_temp.kept_{table}; CREATE TEMP TABLE kept_{table} AS TABLE hub.{table}")

    def begin(self) -> list[Agreement]:
        """An empty hub with the agreements of the cast in force; what they say, in the words of the plain account."""
        self.day, self.moment = date(2026, 11, 4), 0
        self.ids, self.receipts, self.people = {}, {}, {}
        self.superuser.execute(self.emptied)
        self.superuser.execute(
            f"""SET session_replication_role = replica; DELETE FROM hub.policy_pair; DELETE FROM hub.reprojection;
            DELETE FROM hub.policy_signature WHERE version_id > {self.newest};
            DELETE FROM hub.policy_version WHERE id > {self.newest};
            INSERT INTO hub.policy_pair ({REGISTER}) SELECT {REGISTER} FROM kept_policy_pair;
            INSERT INTO hub.reprojection SELECT * FROM kept_reprojection; RESET session_replication_role"""
        )
        return [
            replace(read_agreement(policy, giver=giver, recipient=to, no=no), state="valid", covers=True)
            for policy, giver, to, no in self.base
        ]

    def now(self) -> datetime:
        """The next moment."""
        self.moment += 1
        return datetime.combine(self.day, time(6), UTC) + timedelta(seconds=self.moment)

    @contextmanager
    def work(self, slug: str) -> Iterator[Work]:
        """A work of this partner, on the role of commands."""
        with self.cast.as_clerk(slug, now=self.now()) as work:
            yield work

    @contextmanager
    def looking(self, slug: str) -> Iterator[Work]:
        """A work of somebody of this partner, on the role of pages; one pass for the whole history."""
        now = self.now()
        if slug not in self.people:
            with self.cast.as_person(slug, now=now) as work:
                self.people[slug] = work.actor
        with begin_work(self.people[slug], now=now) as work:
            yield work

    # Deeds on cases

    def bring_in(self, name: str, giver: str, facts: Facts, steering: dict[str, str], said: dict[str, Any]) -> None:
        """A row of an export, new or the same case again."""
        reference = f"ZAAK-{name}"
        draft = make_draft(reference=reference, circumstances=steering, consents=said["consents"], concerns=tuple(sorted(said["concerns"])))
        told = replace(draft, facts=typed(facts), closed_on=said["closed_on"])
        with self.work(giver) as work:
            take_in(work, reading=Delivery([told]), house=self.house)
        if name not in self.ids:
            known = [one[0] for one in self.ids.values()]
            [(key, code)] = self.superuser.execute("SELECT id, own_code FROM hub.contribution WHERE NOT id = ANY(%s)", (known,)).fetchall()
            self.ids[name] = (key, code, giver)

    def revise(self, name: str, facts: Facts, steering: dict[str, str]) -> None:
        key, code, giver = self.ids[name]
        [(seen,)] = self.superuser.execute("SELECT latest_no FROM hub.contribution WHERE id = %s", (key,)).fetchall()
        with self.work(giver) as work:
            actions.revise(work, code=code, facts=typed(facts), circumstances=steering, basis=(seen, self.house))

    def say_yes(self, name: str, recipient: str, asked: ConsentAsked) -> None:
        _, code, giver = self.ids[name]
        with self.work(giver) as work:
            actions.record_consent(work, code=code, recipient=recipient, asked=asked, house=self.house)

    def withdraw(self, name: str, recipient: str) -> None:
        _, code, giver = self.ids[name]
        with self.work(giver) as work:
            actions.withdraw_consent(work, code=code, recipient=recipient, house=self.house)

    def hold(self, name: str, recipient: str | None, held: HeldFact) -> None:
        _, code, giver = self.ids[name]
        with self.work(giver) as work:
            holding.hold_back(work, code=code, recipient=recipient, held=held, house=self.house)

    def lift(self, name: str, no: int) -> None:
        _, code, giver = self.ids[name]
        with self.work(giver) as work:
            holding.lift(work, code=code, no=no, house=self.house)

    # Agreements and the clock

    def propose(self, wanted: Policy, *, version: int) -> Agreement:
        """A new version between two partners, read from its file."""
        text = as_file(wanted, version=version, first=wanted.valid_from)
        text += "contact_data: outside_the_hub\n" if wanted.kind is PolicyKind.REFERRAL else ""
        policy = parse_policy(text, name=wanted.name, book=self.house.book)
        with begin_work(Clerk(), now=self.now()) as work:
            registering.propose(work, policies=[policy], book=self.house.book, demo=True)
        asked = "SELECT id FROM hub.policy_version WHERE (name, version) = (%s, %s)"
        [(number,)] = self.superuser.execute(asked, (policy.name, version)).fetchall()
        return read_agreement(policy, giver=policy.givers[0], recipient=policy.recipients[0], no=number)

    def sign(self, one: Agreement) -> None:
        """The next person signs."""
        slug = one.pair[1] if one.hands == 2 else one.pair[0]
        officers, able = self.signers[slug]
        person = officers[0] if one.hands != 1 else next(signer for signer in able if signer != officers[0])
        assert one.policy is not None
        with self.work(slug) as work:
            signing.approve(work, bond=self.bond(one), person=person, read=Read(bytes.fromhex(one.policy.sha256), bytes(32)))

    def stop(self, one: Agreement) -> None:
        with self.work(one.pair[0]) as work:
            expiry.stop_agreement(work, bond=self.bond(one), person=self.signers[one.pair[0]][0][0], house=self.house)

    def bond(self, one: Agreement) -> Bond:
        return Bond(self.cast.id(one.pair[0]), self.cast.id(one.pair[1]), PolicyKind(one.pair[2]), one.no)

    def tell_the_clock(self, slug: str) -> None:
        with self.work(slug) as work:
            expiry.begin_agreements(work, house=self.house)

    def work_off(self, slug: str) -> None:
        while True:
            with self.work(slug) as work:
                if not reprojection.work_off(work, house=self.house):
                    return

    def end(self, slug: str, which: str) -> None:
        """One of the things that the clock does every five minutes, or in the morning for referrals."""
        with self.work(slug) as work:
            if which == "rows":
                expiry.end_rows(work, house=self.house)
                expiry.recall_late(work)
            elif which == "holds":
                holding.end_holds(work, house=self.house)
            elif which == "referrals":
                referring.settle(work, house=self.house)
            else:
                referring.pass_time(work)

    # Threads

    def offer(self, name: str, recipient: str, facts: tuple[str, ...] | None) -> UUID:
        _, code, giver = self.ids[name]
        with self.work(giver) as work:
            told = referring.offer(work, code=code, recipient=recipient, asked=ConsentAsked("given", (), facts=facts), house=self.house)
        self.receipts[told.thread] = told.receipt
        return told.thread

    def say(self, slug: str, thread: UUID, word: str, reason: str | None, names: str | None) -> None:
        said = Said(Word(word), reason, self.cast.id(names) if names else None)
        with self.work(slug) as work:
            if word == Word.ARRIVED:
                referring.enter_code(work, receipt=self.receipts[thread], origin=None, house=self.house)
            elif thread in self.receipts:
                referring.say(work, thread=thread, said=said, house=self.house)
            else:
                writing.write(work, thread=thread, said=said)

    # What can be seen

    def rows(self) -> list[dict[str, Any]]:
        """Every row of every recipient, whoever it is."""
        with self.superuser.cursor(row_factory=dict_row) as cursor:
            return [self._row(row) for row in cursor.execute(ROWS, (self.day,))]

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        cells = {**row, "narrative": "there" if row["narrative"] is not None else None}
        return {
            "id": row["contribution"], "giver": self.slugs[row["giver"]], "recipient": self.slugs[row["recipient"]], "kind": row["kind"],
            "code": row["code"], "facts": plain(from_cells(cells)), "letters": row["letters"], "until": row["shown_until"],
            "purposes": frozenset(word.value for word, flag in zip(PURPOSES, FLAGS, strict=True) if row[flag]),
            "version": row["policy_version"], "stands": row["stands"],
            "first": row["first_given_on"], "changed": row["changed_on"], "revision": row["visible_revision"],
        }  # fmt: skip

    def threads(self) -> dict[UUID, dict[str, tuple[Any, ...]]]:
        """Every thread as each of its sides has it."""
        found: dict[UUID, dict[str, tuple[Any, ...]]] = {}
        for reader, key, other, giver, recipient, *rest, words in self.superuser.execute(THREADS):
            names = tuple(self.slugs[one] for one in (other, giver, recipient))
            found.setdefault(key, {})[self.slugs[reader]] = (*names, *rest, tuple(words))
        return found

    def listed(self, slug: str) -> list[tuple[Any, ...]]:
        """The list of this partner, as one of its people gets it."""
        with self.looking(slug) as work:
            return [line(row) for row in received(work, house=self.house, wanted=Wanted()).rows]

    def page(self, slug: str, code: str) -> tuple[Any, ...] | str:
        """The page under a code; what is said where there is none."""
        with self.looking(slug) as work:
            try:
                return line(received_case(work, house=self.house, code=code))[:5]
            except NoLongerShared:
                return "gone"
            except NotFound:
                return "absent"

    def boxes(self, slug: str) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """The open recalls and all referrals, from and to this partner."""
        with self.looking(slug) as work:
            back = sorted((one.side.value, one.other.slug, one.code, one.cause, one.state.value) for one in recalls(work))
            return back, sorted((one.side.value, one.other.slug, one.code, one.state.value, one.has_facts) for one in referrals(work))


def line(row: Received) -> tuple[Any, ...]:
    purposes = frozenset(one.value for one in row.purposes)
    return row.code, row.giver.slug, plain(row.facts), purposes, row.shown_until, row.visible_revision, row.news


def typed(facts: Facts) -> dict[str, Value | Absence]:
    """The facts as a form hands them over: those without a value were not asked."""
    found: dict[str, Value | Absence] = {fact: facts.get(fact, Absence.NOT_ASKED) for fact in FACTS}
    if isinstance(day := facts.get("incident_date"), date):
        found["incident_date"] = day_of(day)
    return found


def plain(facts: Mapping[str, Value]) -> dict[str, Any]:
    return {fact: (value.first, value.last) if isinstance(value, Span) else value for fact, value in facts.items()}
