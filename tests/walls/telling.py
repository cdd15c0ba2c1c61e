"""Tells stories about a meeting on a real hub, and gathers everything that leaves for one organisation."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from hub.agendas import actions as agendas
from hub.agendas import settling
from hub.agendas.tables import ItemRow
from hub.agreements.actions import Spot, agree, decide, remind
from hub.agreements.rules import Wording
from hub.cases import actions as giving
from hub.cases import intake
from hub.cases.draft import Draft
from hub.cases.holding import HeldFact, hold_back
from hub.consultations.queries import consultation
from hub.contacts import actions as contacting
from hub.contacts.rules import Desk
from hub.invitations.actions import keep_in_step, make_feed, renew_feeds
from hub.kernel.database import Work
from hub.kernel.words import Secret
from hub.meetings import actions as room
from hub.meetings import adoption
from hub.meetings.rules import Noted, Outcome
from hub.meetings.settling import settle_meetings
from hub.people.notices import expand
from hub.pseudonyms import mint
from tests.agendas import Table
from tests.cast import NOON, OM, POLICE, Cast
from tests.consulting import MEETS, TABLE, make_block, make_body, make_consultation
from tests.doors.visitor import Visitor, seat_of
from tests.inviting import HEAD, account_of, send_somebody
from tests.make import Delivery
from tests.meeting import make_item
from tests.walls.stories import BLOCKS, RUNS, STEERING, UNTOLD, Case, Deed, Story

OFFICE = Desk("Balie", "phone", "kantoor", "op werkdagen")
BEFORE = datetime(2026, 9, 24, 12, 30, tzinfo=UTC)
DUE, SOON = date(2026, 10, 20), date(2026, 12, 18)
OTHERWISE = {"accused": ("buur", "vreemde"), "offence": (("137c",), ("285",))}
CODED = ("given", "inbox", "seen", "disclosure", "tombstone")
CASE_OF = "SELECT own_code FROM hub.placed p JOIN hub.contribution c ON c.id = p.contribution WHERE p.line = %s"
READERS_OF = "SELECT members FROM (SELECT id, members FROM hub.nomination UNION SELECT id, members FROM hub.item) t WHERE id = %s"


class Pins:
    """Holds random codes fixed: each is drawn from what it is for, the same in every world."""

    def __init__(self, look: Callable[[str, Any], Any]) -> None:
        self.about, self.drawn, self.look = "", 0, look

    def pin(self, about: str) -> None:
        self.about, self.drawn = about, 0

    def short_code(self) -> str:
        return "".join(mint.SPOKEN[byte % len(mint.SPOKEN)] for byte in self._draw()[:4])

    def _draw(self) -> bytes:
        self.drawn += 1
        return sha256(f"{self.about} {self.drawn}".encode()).digest()

    def hold(self, patch: pytest.MonkeyPatch) -> None:
        """From now on every code is pinned."""
        coded, add = settling._coded, settling._add

        def pinned(found: Sequence[Any], known: Any, taken: set[str]) -> list[Any]:
            made = []
            for one, thing in found:
                self.pin(f"{self.look(CASE_OF, thing.line)} {thing.title} {self.look(READERS_OF, one.id)}")
                made += coded([(one, thing)], known, taken)
            return made

        def added(work: Any, where: Any, what: Any, taken: set[str]) -> None:
            self.pin(f"action {what[0].candidate.code} {where[1].name}")
            add(work, where, what, taken)

        patch.setattr(settling, "_coded", pinned)
        patch.setattr(settling, "_add", added)
        patch.setattr("hub.pseudonyms.mint.short_code", self.short_code)
        patch.setattr("hub.agreements.actions.short_code", self.short_code)


@dataclass
class Teller:
    """The hub on which stories are told, one after the other, with somebody of each at the door."""

    app: Flask
    cast: Cast
    superuser: psycopg.Connection
    wipe: str
    seats: Mapping[str, Visitor]
    pins: Pins
    table: Table = field(init=False)
    before: UUID = field(init=False)
    own: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, UUID] = field(default_factory=dict)
    is_over: bool = False

    def look(self, asked: str, *values: object) -> Any:
        found = self.superuser.execute(asked, values).fetchone()
        return found and found[0]

    def tell(self, story: Story, *, to: Sequence[str], speaks: bool = True) -> None:
        """Let it all happen from an empty hub, with editions for these."""
        self.begin(story)
        self.prepare(story, to=to)
        if speaks:
            self.speak(story)
            self.close(to=to)

    def begin(self, story: Story) -> None:
        """Bodies, meetings, people, cases, and what was said before the agenda was made."""
        self.superuser.execute(self.wipe)
        self.own, self.is_over = {}, False
        make_body(self.cast)
        self.before, meeting = make_consultation(self.cast, state="held", starts=BEFORE), make_consultation(self.cast, state="preparing")
        made, starts = {}, MEETS
        with_actions = {"Actiepunten": (tuple(TABLE), "agreements"), **{name: (seats, "cases") for name, seats in BLOCKS.items()}}
        for no, (name, (seats, kind)) in enumerate(with_actions.items(), 1):
            told = {"name": name, "no": no, "minutes": 30, "kind": kind, "starts": starts, "run_by": self.cast.id(RUNS.get(name, POLICE))}
            made[name] = make_block(self.cast, consultation=meeting, seats=seats, **told)  # type: ignore[arg-type]
            starts += timedelta(minutes=30)
        self.table = Table(self.cast, meeting, made)
        for slug in TABLE:
            self.accounts[slug] = account_of(self.superuser, self.cast, slug)
            send_somebody(self.cast, slug, self.accounts[slug])
        for giver in TABLE:
            self.bring([case for case in story.cases if case.giver == giver])
        for deed in story.deeds:
            self._do(deed, "agreed", "held over", "theme", "own", "received", "contact", "hold", "revise", story=story)

    def prepare(self, story: Story, *, to: Sequence[str]) -> None:
        """Lines are laid, items proposed and changed; the agenda is settled and published; a case goes, and it is published anew."""
        self.lay(story)
        for kinds in ((), ("minutes",)):
            for deed in story.deeds:
                self._do(deed, *kinds, story=story)
            for slug in (POLICE, *RUNS.values()):
                self.table.propose(slug)
        self.table.settle(overrun="yes")
        self.publish(to)
        self.go_on(story, to=to)

    def go_on(self, story: Story, *, to: Sequence[str]) -> None:
        """Somebody may not know of a case any more after all; it finds another block, and what changed is published."""
        late = [deed for deed in story.deeds if deed.kind == "withdraw late"]
        for deed in late:
            self._do(deed, "withdraw late", story=story)
        if late:
            self.lay(story)
        self.table.now = NOON + timedelta(hours=5)
        self.publish(to)

    def speak(self, story: Story) -> None:
        """The meeting itself: everybody comes in, the police last, and of each block the first item is spoken of."""
        with self.cast.as_person(POLICE, now=MEETS) as work:
            room.start(work, consultation=self.table.meeting)
        for minute, slug in enumerate(TABLE):
            with self.cast.as_person(POLICE, now=MEETS + timedelta(seconds=minute)) as work:
                room.let_in(work, consultation=self.table.meeting, organisation=self.cast.id(slug), name=f"Iemand van {slug}")
        for deed in story.deeds:
            self._do(deed, "discuss", story=story)

    def close(self, *, to: Sequence[str]) -> None:
        """The meeting ends; lists are published, minutes written and sent round."""
        ends, later = MEETS + timedelta(hours=3), MEETS + timedelta(days=8)
        with self.cast.as_person(POLICE, now=ends) as work:
            room.end(work, consultation=self.table.meeting)
        asked = "SELECT id FROM hub.minutes WHERE partner = %s AND writer = partner AND consultation = %s"
        for slug in (POLICE, *RUNS.values()):
            with self.cast.as_clerk(slug, now=later) as work:
                settle_meetings(work)
            with self.cast.as_person(slug, now=later) as work:
                for (minutes,) in self.superuser.execute(asked, (self.cast.id(slug), self.table.meeting)).fetchall():
                    adoption.send(work, minutes=minutes, is_confirmed=True)
        for slug in to:
            with self.cast.as_clerk(slug, now=later + timedelta(days=1)) as work:
                settle_meetings(work)
                expand(work, head=HEAD)
        self.is_over = True

    def lay(self, story: Story) -> None:
        self.table.place(*sorted({case.giver for case in story.cases}))

    def publish(self, to: Sequence[str]) -> None:
        """What the clock does once an agenda stands: everybody is invited and told, as far as somebody looks."""
        for slug in (POLICE, *RUNS.values()):
            with self.cast.as_clerk(slug, now=self.table.now) as work:
                settling.publish_items(work, meeting=consultation(work, id=self.table.meeting))
        for slug in TABLE if POLICE in to else to:  # who leads is told who was invited
            with self.cast.as_clerk(slug, now=self.table.now) as work:
                keep_in_step(work, head=HEAD)
        for slug in to:
            with self.cast.as_clerk(slug, now=self.table.now) as work:
                settling.keep_edition(work, meeting=consultation(work, id=self.table.meeting))
                remind(work)
                if not renew_feeds(work, public_url=HEAD.public_url):
                    make_feed(work, account=self.accounts[slug], public_url=HEAD.public_url)
                expand(work, head=HEAD)

    def bring(self, cases: Sequence[Case], *, now: datetime = NOON) -> None:
        """An export of one giver with these cases, new or changed; every code of a case is then that of its name."""
        if not cases:
            return
        giver = self.cast.partners[cases[0].giver]
        with self.cast.as_person(giver.slug, now=now) as work:
            receipt = intake.take_in(work, reading=Delivery([drafted(case) for case in cases]), house=self.cast.house)
        assert receipt.new + receipt.updated == len(cases), receipt.refused
        self.own |= {case.name: code_of(case.name, mark=giver.code_mark) for case in cases}
        marks = ", ".join(f"({one.id}, {one.code_mark})" for one in self.cast.partners.values())
        found = self.superuser.execute(f"""
            SELECT g.code, r.words->>'ground', m.mark FROM hub.given g JOIN (VALUES {marks}) m (id, mark) ON m.id = g.recipient
              JOIN hub.revision r ON r.giver = g.giver AND r.contribution = g.contribution AND r.no = 1
             WHERE g.giver = %s AND g.code IS NOT NULL""", (giver.id,)).fetchall()  # type: ignore[arg-type]  # fmt: skip
        named = ", ".join(f"('{code}', '{code_of(name, mark=mark)}')" for code, name, mark in found)
        owned = ", ".join(f"('{name}', '{code}')" for name, code in self.own.items())
        told = [f"UPDATE hub.{table} t SET code = n.name FROM (VALUES {named}) n (code, name) WHERE t.code = n.code" for table in CODED]
        told.append(f"""UPDATE hub.contribution c SET own_code = n.code FROM hub.revision r, (VALUES {owned}) n (name, code)
                         WHERE r.giver = c.giver AND r.contribution = c.id AND r.no = 1 AND r.words->>'ground' = n.name""")
        as_nobody = ("SET session_replication_role = replica", *told[0 if named else -1 :], "RESET session_replication_role")
        self.superuser.execute("; ".join(as_nobody))  # type: ignore[arg-type]

    def _do(self, deed: Deed, *kinds: str, story: Story) -> None:
        if deed.kind in kinds:
            DEEDS[deed.kind](self, deed, story)

    def doer(self, deed: Deed) -> AbstractContextManager[Work]:
        return self.cast.as_person(deed.by, now=NOON + timedelta(minutes=1 + deed.at))

    def code(self, case: Case, slug: str) -> str:
        """Under which code this one knows the case."""
        if slug == case.giver:
            return self.own[case.name]
        asked = """SELECT g.code FROM hub.given g JOIN hub.contribution c ON c.giver = g.giver AND c.id = g.contribution
                    WHERE c.own_code = %s AND g.recipient = %s"""
        return str(self.look(asked, self.own[case.name], self.cast.id(slug)))

    def first_item(self, block: str) -> UUID | None:
        """The first item of this block that may be spoken of, as who runs it has it."""
        asked = """SELECT id FROM hub.item i WHERE partner = %s AND block = %s AND state IN ('proposed', 'published') AND (line IS NULL
                       OR EXISTS (SELECT FROM hub.block_line l WHERE l.partner = i.partner AND l.id = i.line)) ORDER BY no, code LIMIT 1"""
        found = self.look(asked, self.cast.id(RUNS.get(block, POLICE)), self.table.blocks[block])
        return found and UUID(str(found))


def code_of(name: str, *, mark: int) -> str:
    """The code of the case with this name, the same in every world."""
    return mint.complete("".join(mint.ALPHABET[byte % 32] for byte in sha256(name.encode()).digest()[:9]), mark=mark)


def drafted(case: Case) -> Draft:
    """The row of this case in an export of its giver."""
    consents = dict.fromkeys(case.knowers, "given") if case.giver not in (POLICE, OM) else {}
    concerns = tuple(sorted(case.knowers)) if case.giver == OM else ()
    return Draft(2, Secret(case.name), case.facts, STEERING[case.giver], consents, concerns, words={"ground": case.name})


def _agreed(teller: Teller, deed: Deed, _: Story) -> None:
    """At the meeting before, the block agreed that somebody does something; by now it is late."""
    block = make_block(teller.cast, consultation=teller.before, seats=BLOCKS[deed.about], starts=BEFORE)
    teller.pins.pin(deed.words)
    item = make_item(teller.cast, block=block, state="discussed", outcome="discussed", code=teller.pins.short_code())
    wording = Wording(deed.words, "Er is gebeld", teller.cast.id(deed.to), "Iemand van kantoor", DUE)
    with teller.cast.as_person(deed.by, now=BEFORE) as work:
        agree(work, spot=Spot(teller.before, block, item), wording=wording)


def _held_over(teller: Teller, deed: Deed, _: Story) -> None:
    block = make_block(teller.cast, consultation=teller.before, seats=BLOCKS[deed.about], starts=BEFORE)
    teller.pins.pin(deed.words)
    make_item(
        teller.cast,
        block=block,
        title=deed.words,
        code=teller.pins.short_code(),
        state="held_over",
        outcome="held_over",
        brought_by=teller.cast.id(deed.by),
    )


def _nominate(teller: Teller, deed: Deed, story: Story) -> None:
    is_theme = deed.kind == "theme"
    code, block = ("", teller.table.blocks[deed.about]) if is_theme else (teller.code(story.case(deed.about), deed.by), None)
    theme, because = (deed.words, f"Over {deed.words}.") if is_theme else ("", f"{deed.words}.")
    wish = agendas.Wish(deed.kind, code, theme, block, because, deed.minutes, is_urgent=deed.to == "urgent")
    with teller.doer(deed) as work:
        agendas.nominate(work, consultation=teller.table.meeting, wish=wish, house=teller.cast.house)


def _contact(teller: Teller, deed: Deed, story: Story) -> None:
    case = story.case(deed.about)
    with teller.doer(deed) as work:
        contact = contacting.propose(work, code=teller.code(case, deed.by), desk=OFFICE)
    with teller.doer(replace(deed, by=case.giver)) as work:
        contacting.confirm(work, contact=contact, desk=OFFICE)


def _hold(teller: Teller, deed: Deed, story: Story) -> None:
    with teller.doer(deed) as work:
        held = HeldFact("Te herkenbaar in dit dorp.")
        hold_back(work, code=teller.own[deed.about], recipient=deed.to, held=held, house=teller.cast.house)


def _withdraw(teller: Teller, deed: Deed, story: Story) -> None:
    with teller.doer(deed) as work:
        giving.withdraw_consent(work, code=teller.own[deed.about], recipient=deed.to, house=teller.cast.house)


def _revise(teller: Teller, deed: Deed, story: Story) -> None:
    """Only its giver knows what changed."""
    case = story.case(deed.about)
    untold = UNTOLD[case.giver][0]
    other = next(value for value in OTHERWISE[untold] if value != case.facts[untold])
    teller.bring([replace(case, facts={**case.facts, untold: other})], now=NOON + timedelta(minutes=1 + deed.at))


def _minutes(teller: Teller, deed: Deed, _: Story) -> None:
    if item := teller.first_item(deed.about):
        with teller.doer(deed) as work:
            agendas.give_minutes(work, consultation=teller.table.meeting, item=item, minutes=deed.minutes)


def _discuss(teller: Teller, deed: Deed, _: Story) -> None:
    """The first item of a block is spoken of, something is decided and agreed, and it ends."""
    item, meeting, now = teller.first_item(deed.about), teller.table.meeting, MEETS + timedelta(minutes=1 + deed.at)
    if item is None:
        return
    spot = Spot(meeting, teller.table.blocks[deed.about], item)
    with teller.cast.as_person(deed.by, now=now) as work:
        room.begin_item(work, consultation=meeting, item=item)
        version = work.session.get_one(ItemRow, (work.partner, item), populate_existing=True).version
        teller.pins.pin(f"decided {deed.words}")
        decide(work, spot=spot, words=f"{deed.words} is besloten.")
        owner = teller.cast.id(BLOCKS[deed.about][0])
        agree(work, spot=spot, wording=Wording(f"Bel over {deed.words}", "Er is gebeld", owner, "Iemand van kantoor", SOON))
        room.note(work, consultation=meeting, item=item, noted=Noted(version, f"{deed.words} is besproken.", Outcome.DISCUSSED))


DEEDS: Mapping[str, Callable[[Teller, Deed, Story], None]] = {
    "agreed": _agreed, "held over": _held_over, "theme": _nominate, "own": _nominate, "received": _nominate, "contact": _contact,
    "hold": _hold, "withdraw late": _withdraw, "revise": _revise, "minutes": _minutes, "discuss": _discuss,
}  # fmt: skip


@contextmanager
def teller_on(app: Flask, cast: Cast, superuser: psycopg.Connection, emptied: str) -> Iterator[Teller]:
    """A teller with somebody of each organisation at the door, and every code pinned."""
    kept = ('"hub"."session"', '"sec".')
    wipe = "; ".join(part for part in emptied.split("; ") if not any(word in part for word in kept))
    seats = {slug: seat_of(app, slug) for slug in TABLE}

    def look(asked: str, *values: object) -> Any:
        found = superuser.execute(asked, values).fetchone()
        return found and found[0]

    with pytest.MonkeyPatch.context() as patch:
        pins = Pins(look)
        pins.hold(patch)
        yield Teller(app, cast, superuser, wipe, seats, pins)
