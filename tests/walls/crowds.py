"""Worlds that three partners watch at once: each sees the same in all of a class, though all that is hidden from it is another."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask

from hub.cases import intake
from hub.cases.actions import ConsentAsked
from hub.cases.cli import received_line
from hub.cases.draft import Draft
from hub.cases.queries import OwnWanted, own_cases
from hub.cases.received import COMMAND, PAGE, Wanted, received, received_case
from hub.contacts import actions as contacting
from hub.kernel.errors import NotFound
from hub.kernel.words import Secret
from hub.referrals import actions as referring
from hub.referrals.queries import referrals
from hub.retention.actions import set_term
from hub.retention.rules import CountedFrom, Term
from hub.sharing.decide import decide
from hub.sharing.facts import Case
from hub.sharing.projection import recipient_bytes
from hub.sharing.question import Consents, ConsentState, Occasion, Ties
from hub.threads.queries import recalls
from hub.threads.rules import Said, Word
from hub.web import entry
from tests.cast import COC_F, COC_GD, DRENTHE, EMMEN, FRYSLAN, GRONINGEN, OM, POLICE, Cast
from tests.generated import BOOK, any_value, terms_of
from tests.make import Delivery
from tests.walls.editions import KEYS
from tests.walls.month import drafts_of
from tests.walls.seats import SECONDS, Seat, Things, addresses, methods_of, typed_of
from tests.walls.worlds import (
    FIRST_DAY,
    LAST_DAY,
    SECOND_DAY,
    WORDS,
    Stage,
    Told,
    World,
    at,
    first_world,
    fitting,
    some_case,
    twin_world,
)

BUREAUS, OTHERS = (GRONINGEN, FRYSLAN, DRENTHE), (POLICE, OM, COC_GD, COC_F)
APART, EXTRA, OWN, REFERRED = 1000, 100, 900, 800  # numbers of cases: those of the second partner begin at 1000
REFERRAL = BOOK.policy_named("politie--bureaus.referral")
NEVER = str(UUID(int=5))
SUPPLIED = {"received", "own", "hold", "partner", "bureau", "recall", "referral", "contact", "watch", "policy", "upload", "run"}
BESIDE = ("hub.given", "hub.message")  # of its own case under random codes of others; mails are compared with the collections


@dataclass(frozen=True)
class Crowd:
    """One world as each of three partners watches it: the part that it may see something of, and what else happens."""

    seed: int
    watched: tuple[str, ...]
    parts: tuple[World, ...]
    referred: tuple[Case, ...]  # per bureau that is watched, the case of a reporter whom the police refers to it
    is_twin: bool = False

    @property
    def hour(self) -> int:
        return 9 + self.seed % 3 if self.is_twin else 9


def first_crowd(number: int) -> Crowd:
    """Bureaus and those to whom bureaus give take turns at being watched."""
    side = BUREAUS if number % 2 else tuple(OTHERS[(number // 2 + step) % len(OTHERS)] for step in range(3))
    parts = tuple(apart(first_world(number * 10 + place, recipient=slug), place) for place, slug in enumerate(side))
    chance = Random(number)
    referred = tuple(some_referred(chance, slug) for slug in side) if side is BUREAUS else ()
    return Crowd(number, side, parts, referred)


def twin_crowd(first: Crowd, seed: int) -> Crowd:
    """A world that none of those who watch can tell from the first."""
    parts = tuple(apart(twin_world(first_part, seed * 10 + place), place) for place, first_part in enumerate(first.parts))
    chance = Random(seed)
    referred = tuple(twin_referred(chance, case, slug) for case, slug in zip(first.referred, first.watched, strict=False))
    return Crowd(seed, first.watched, parts, referred, is_twin=True)


def apart(world: World, place: int) -> World:
    """The same world with numbers of its own, and with cases only where nobody else who watches can see them."""

    def moved(number: int) -> int:
        return number % APART + place * APART

    cases = [replace(told, number=moved(told.number), days=dict(hidden_from_neighbours(told, world.recipient))) for told in world.cases]
    ends = {moved(number): way for number, way in world.ends.items()}
    return replace(world, cases=tuple(cases), ends=ends, withdrawn=frozenset(map(moved, world.withdrawn)))


def hidden_from_neighbours(told: Told, recipient: str) -> Iterator[tuple[Any, Case]]:
    codes = BOOK.vocabulary.lists["place"].parents
    for day, case in told.days.items():
        is_near = codes.get(str(case.facts.get("place")), case.facts.get("place")) in BOOK.partners[recipient].provinces
        moved = None if is_near else fitting(replace(case, facts={**case.facts, "place": "elsewhere"}))
        yield day, moved or case


def some_referred(chance: Random, recipient: str) -> Case:
    """A case of the police outside the north, so that it reaches the bureau by referral alone."""
    while True:
        case = some_case(chance, POLICE, recipient)
        mild = {**case.circumstances, "anonymity": "known", "reporter_age": "16_or_older", "police_regime": "art8"}
        found = fitting(replace(case, facts={**case.facts, "place": "elsewhere"}, circumstances=mild))
        if found is not None:
            return found


def twin_referred(chance: Random, case: Case, recipient: str) -> Case:
    """Another case of which the bureau sees the same: only what the agreement on referrals keeps back is drawn anew."""
    assert REFERRAL is not None

    def seen(one: Case) -> bytes:
        tied = frozenset({recipient})
        occasion = Occasion(FIRST_DAY, Consents(ConsentState.GIVEN), ties=Ties(tied, tied))
        return recipient_bytes(decide(one, terms=terms_of(REFERRAL, recipient=recipient), occasion=occasion))

    for _ in range(40):
        news = {fact: any_value(chance, fact=fact) for fact in REFERRAL.not_shared}
        other = fitting(replace(case, facts={**case.facts, **news}))
        if other is not None and seen(other) == seen(case):
            return other
    return case


class Square(Stage):
    """The hub on which these worlds are told, and what each of those who watch sees of them."""

    def __init__(self, app: Flask, cast: Cast, superuser: psycopg.Connection, seats: Mapping[tuple[str, str], Seat]) -> None:
        super().__init__(app, cast, superuser, seats)
        self.outlets = outlets(app)
        self.typed: dict[str, dict[str, object]] = {}
        uuids, parts = KEYS.pattern.decode(), []
        for table in self.tables:
            if table not in BESIDE:
                row = f"regexp_replace(ROW({', '.join(self._telling(table))})::text, '{uuids}', '#', 'g')"
                parts.append(f"SELECT '{table}', count(*), md5(string_agg({row}, ',' ORDER BY {row})) FROM {table}")
        self.every_table = " UNION ALL ".join(parts)

    def tell_all(self, crowd: Crowd) -> None:
        """Let it all happen, from an empty hub."""
        self.superuser.execute(self.wipe)
        chance = Random(crowd.seed)
        for day in (FIRST_DAY, SECOND_DAY):
            self._bring(crowd, chance, day)
            if day == FIRST_DAY:
                for part in crowd.parts:
                    self._withdraw(part)
                self._own_cases(crowd)
                self._refer(crowd)
                self._name(crowd)
                self._read(crowd)
                for part in crowd.parts:
                    self._ask(crowd, part)
        for part in crowd.parts:
            for number, way in part.ends.items():
                self._end(part.recipient, number, way)
        self._name(crowd)

    def _bring(self, crowd: Crowd, chance: Random, day: Any) -> None:
        rows: dict[str, list[Draft]] = {}
        for part in crowd.parts:
            for told in part.cases:
                if day in told.days:
                    rows.setdefault(told.giver, []).append(row(chance, told, day, crowd, part.recipient))
        if day == FIRST_DAY:
            for place, case in enumerate(crowd.referred):
                number = place * APART + REFERRED
                words = {"ground": str(number)}
                made = Draft(number, Secret(f"ZAAK-{number}"), case.facts, case.circumstances, {}, (), None, words)
                rows.setdefault(POLICE, []).append(made)
        for giver, drafts in sorted(rows.items()):
            with self.cast.as_person(giver, now=at(day, crowd.hour)) as work:
                intake.take_in(work, reading=Delivery(drafts, file_hash=chance.randbytes(32)), house=self.cast.house)

    def _own_cases(self, crowd: Crowd) -> None:
        """Everybody who watches has one case of its own, the same in every world; a giver's own choices are another in each."""
        for place, slug in enumerate(crowd.watched):
            number, province = place * APART + OWN, BOOK.partners[slug].provinces[0]
            near = next(one for one, above in BOOK.vocabulary.lists["place"].parents.items() if above == province)
            code = "elsewhere" if slug == POLICE else near  # so that no bureau gets it, under a random code of its own
            [draft] = drafts_of(slug, numbers=iter([number]), places=(code,))
            draft = replace(draft, consents=dict.fromkeys(draft.consents, "refused"), concerns=())
            with self.cast.as_person(slug, now=at(FIRST_DAY, 12)) as work:
                intake.take_in(work, reading=Delivery([draft], file_hash=f"eigen {number}".encode().ljust(32)), house=self.cast.house)
            told = (self.code_of(slug, number), self.cast.id(slug))
            self.superuser.execute("UPDATE hub.contribution SET own_code = %s WHERE giver = %s AND own_code IS NOT NULL "
                                   "AND first_released_on = '2026-11-04' AND id NOT IN (SELECT contribution FROM hub.revision r WHERE "
                                   "r.words ? 'ground' AND r.words->>'ground' ~ '^[0-9]+$')", told)  # fmt: skip
        if crowd.is_twin:
            for giver in (POLICE, EMMEN):
                if giver not in crowd.watched:
                    with self.cast.as_person(giver, now=at(FIRST_DAY, 12)) as work:
                        set_term(work, wanted=Term(1 + crowd.seed % 9, CountedFrom.RELEASED, "Besluit van de directie.", FIRST_DAY))

    def _refer(self, crowd: Crowd) -> None:
        """The police refers a reporter to every bureau that watches; in twins to another bureau as well, of which these hear nothing."""
        for place, slug in enumerate(crowd.watched[: len(crowd.referred)]):
            _, code = self._case(place * APART + REFERRED)
            for to in (slug, *([EMMEN] if crowd.is_twin else [])):
                with self.cast.as_person(POLICE, now=at(FIRST_DAY, 13)) as work:
                    asked = ConsentAsked("given", ())
                    thread = referring.offer(work, code=code, recipient=to, asked=asked, house=self.cast.house).thread
                if (to == slug and place != 1) or (to == EMMEN and crowd.seed % 2):
                    with self.cast.as_person(to, now=at(FIRST_DAY, 14)) as work:
                        referring.say(work, thread=thread, said=Said(Word.SEEN), house=self.cast.house)

    def _name(self, crowd: Crowd) -> None:
        for part in crowd.parts:
            self._name_by_number(part)
        self._as_nobody("""UPDATE hub.thread t SET code = g.code FROM hub.thread o JOIN hub.contribution c ON c.own_code = o.own_code
            JOIN hub.given g ON g.giver = c.giver AND g.contribution = c.id AND g.kind = 'referral'
            WHERE o.id = t.id AND t.kind = 'referral' AND g.recipient = t.recipient AND g.code IS NOT NULL""")

    def _read(self, crowd: Crowd) -> None:
        """Everybody who watches reads its list, some of them every case; in twins those who do not watch read too."""
        opens = {part.recipient: part.opens for part in crowd.parts}
        others = {POLICE, EMMEN} - set(crowd.watched) if crowd.is_twin else set()
        for slug in (*crowd.watched, *sorted(others)):
            with self.cast.as_person(slug, now=at(FIRST_DAY, 15)) as work:
                found = received(work, house=self.cast.house, wanted=Wanted()).rows
                for one in found if opens.get(slug, True) else ():
                    received_case(work, house=self.cast.house, code=one.code, outlet=PAGE)

    def _ask(self, crowd: Crowd, part: World) -> None:
        """Who watches asks for contact about its first row; in twins its giver may have said no, which is not to be told yet."""
        asked = "SELECT code, giver FROM hub.inbox WHERE recipient = %s AND for_case_work ORDER BY code LIMIT 1"
        found = self.superuser.execute(asked, (self.cast.id(part.recipient),)).fetchone()
        if found is None:
            return
        with self.cast.as_person(part.recipient, now=at(FIRST_DAY, 16)) as work:
            contact = contacting.propose(work, code=found[0])
        giver = next(slug for slug, one in self.cast.partners.items() if one.id == found[1])
        if crowd.is_twin and crowd.seed % 2:
            with self.cast.as_person(giver, now=at(FIRST_DAY, 16)) as work:
                contacting.decline(work, contact=contact, because="no_time")

    def code_of(self, slug: str, number: int) -> str:
        return self.code(World(0, slug, (), opens=False), number)

    def view(self, crowd: Crowd, slug: str, *, asked: tuple[str, ...]) -> dict[str, Any]:
        """Every table that this partner can read, row by row, and what it is told at these outlets."""
        with self.cast.as_person(slug, now=at(LAST_DAY, 9)) as work:
            found = work.session.connection().exec_driver_sql(self.every_table.replace("%", "%%")).fetchall()
        told: dict[str, Any] = {f"table {table}": (rows, digest) for table, rows, digest in found}
        for name in asked:
            told[name] = self.outlets[name](self, crowd, slug)
        self._as_nobody("DELETE FROM audit.entry", f"DELETE FROM hub.seen WHERE recipient = {self.cast.id(slug)} AND at > '2026-11-06'")
        return told

    def planted(self, crowd: Crowd, leak: str) -> dict[str, Any]:
        """Every table as each of those who watch reads it once this was written into the rows; afterwards all is as it was."""
        copies = {f"hub.{name}": f"pg_temp.{name}_kept" for name in ("inbox", "thread", "contact")}
        self._as_nobody(*(f"CREATE TABLE {copy} AS TABLE {table}" for table, copy in copies.items()), leak)
        told = {slug: self.view(crowd, slug, asked=()) for slug in crowd.watched}
        back = (f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM {copy}; DROP TABLE {copy}" for table, copy in copies.items())
        self._as_nobody(*back)
        return told

    def things(self, crowd: Crowd, slug: str) -> Things:
        """What the addresses of this partner's pages name; what is hidden from it stands among what it received."""
        me, base = self.cast.id(slug), crowd.watched.index(slug) * APART
        own = self.code_of(slug, base + OWN)

        def column(query: str) -> list[str]:
            return [str(value) for (value,) in self.superuser.execute(query, {"me": me})] or [NEVER]

        key = """SELECT g.slug || '~' || r.slug || '~' || v.name || '~' || v.version FROM hub.policy_pair p JOIN hub.policy_version v
                 ON v.id = p.version_id JOIN hub.partner g ON g.id = p.giver JOIN hub.partner r ON r.id = p.recipient
                 WHERE %(me)s IN (p.giver, p.recipient) ORDER BY 1 LIMIT 2"""
        found = Things()
        found.own |= {
            "received": [self.code_of(slug, base + number) for number in (0, 1, 2, 3, EXTRA, EXTRA + 1, REFERRED)],
            "own": [own], "hold": ["1"], "partner": [POLICE if slug != POLICE else DRENTHE], "bureau": [EMMEN], "policy": column(key),
            "contact": column("SELECT id FROM hub.contact WHERE partner = %(me)s ORDER BY code LIMIT 2"),
            "watch": [NEVER], "upload": [NEVER], "run": column("SELECT id FROM hub.import_run WHERE giver = %(me)s ORDER BY at LIMIT 1"),
        }  # fmt: skip
        for kind in ("recall", "referral"):
            found.own[kind] = column(f"SELECT id FROM hub.thread WHERE reader = %(me)s AND kind = '{kind}' ORDER BY code, giver LIMIT 3")
        return found

    def own_words(self, crowd: Crowd, slug: str) -> dict[str, object]:
        """A form that is right for this partner's own case; the case is the same in every world of the class."""
        place = crowd.watched.index(slug)
        if f"{slug} {place}" not in self.typed:
            self.typed[f"{slug} {place}"] = typed_of(self.cast, slug, [self.code_of(slug, place * APART + OWN)])
        return self.typed[f"{slug} {place}"]

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        return (0, 1, 2, 3, EXTRA, OWN, REFERRED)


def row(chance: Random, told: Told, day: Any, crowd: Crowd, recipient: str) -> Draft:
    """One row of the giver's export: others who watch are refused, and what its reporter said about the rest is anything."""
    case = told.days[day]
    consents = {slug: chance.choice(("refused", "not_asked") if slug in crowd.watched else WORDS) for slug in OTHERS if slug != told.giver}
    consents[recipient] = "not_asked" if told.waits and day == FIRST_DAY else told.consent
    words = {"ground": str(told.number)}
    line = chance.randrange(2, 999)
    return Draft(line, Secret(f"ZAAK-{told.number}"), case.facts, case.circumstances, consents, told.concerns, case.closed_on, words)


Outlet = Callable[[Square, Crowd, str], Any]


def outlets(app: Flask) -> dict[str, Outlet]:
    """Every page that shows something and names only what these worlds have, and the ways to ask that are no pages."""
    found: dict[str, Outlet] = {}
    for rule in app.url_map.iter_rules():
        told = entry.ENTRIES[rule.endpoint]
        if told.roles is not None and "GET" in methods_of(rule) and set(told.things.values()) <= SUPPLIED:
            found[rule.endpoint] = page(rule)
    return found | {
        "the list by giver and province": lists, "a search for a code": searches, "a look ahead": looks, "commands": commands,
    }  # fmt: skip


def heard(answer: Any) -> tuple[Any, ...]:
    """Status, body and every header with its value, without random keys, clocks and cookies."""
    assert answer.content_length in (None, len(answer.data))  # it is left out below: the seconds of a session have three digits or four
    untold = ("Date", "Set-Cookie", "Content-Length")
    headers = sorted((name, KEYS.sub(b"#", value.encode())) for name, value in answer.headers if name not in untold)
    return answer.status_code, KEYS.sub(b"#", SECONDS.sub(rb"\1", answer.data)), headers


def page(rule: Any) -> Outlet:
    roles = entry.ENTRIES[rule.endpoint].roles or ()
    role = next((one for one in ("coordinator", "privacy_officer", "operator") if not roles or one in roles), "coordinator")

    def seen(square: Square, crowd: Crowd, slug: str) -> Any:
        return [heard(square.seats[slug, role].get(path)) for path in addresses(rule, square.things(crowd, slug), "own")]

    return seen


def lists(square: Square, crowd: Crowd, slug: str) -> Any:
    seat = square.seats[slug, "case_worker"]
    asked = ("?van=" + POLICE, "?van=" + DRENTHE, "?provincie=PV20", "?provincie=PV22", "?na=niets")
    return [heard(seat.get("/ontvangen" + words)) for words in asked]


def searches(square: Square, crowd: Crowd, slug: str) -> Any:
    base = crowd.watched.index(slug) * APART
    codes = [square.code_of(slug, base + number) for number in square.numbers]
    return [heard(square.seats[slug, "case_worker"].post("/ontvangen/zoek", data={"code": code})) for code in codes]


def looks(square: Square, crowd: Crowd, slug: str) -> Any:
    """Who will see an update of the own case, with how many cases in sight it shares its place, date and ground."""
    own = square.code_of(slug, crowd.watched.index(slug) * APART + OWN)
    said = {**square.own_words(crowd, slug), "narrative": "Er kwam iets bij.", "online": "ja"}
    return heard(square.seats[slug, "case_worker"].post(f"/zaken/{own}/aanvulling/voorbeeld", data=said))


def commands(square: Square, crowd: Crowd, slug: str) -> Any:
    """What the commands for lists, cases, recalls and referrals are told."""
    base, said = crowd.watched.index(slug) * APART, []
    with square.cast.as_clerk(slug, now=at(LAST_DAY, 10)) as work:
        said += [str(received_line(one)) for one in received(work, house=square.cast.house, wanted=Wanted(), outlet=COMMAND).rows]
        said += [str(one) for one in (*own_cases(work, house=square.cast.house, wanted=OwnWanted()), *recalls(work), *referrals(work))]
        for number in square.numbers:
            try:
                code = square.code_of(slug, base + number)
                said.append(str(received_case(work, house=square.cast.house, code=code, outlet=COMMAND)))
            except NotFound as error:
                said.append(error.sentence)
    return [KEYS.sub(b"#", one.encode()) for one in said]
