"""Twin worlds: the same weeks told twice, alike in all that one recipient may see and different in everything else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

import psycopg
from flask import Flask

from hub.audit.queries import entries
from hub.cases import actions, intake
from hub.cases.cli import received_line
from hub.cases.draft import Draft
from hub.cases.holding import HeldFact, hold_back
from hub.cases.queries import OwnWanted, own_cases
from hub.cases.received import COMMAND, PAGE, Wanted, received, received_case
from hub.cases.rows import narrative_context
from hub.cases.rules import objections
from hub.kernel.errors import Conflict, NotFound
from hub.kernel.words import PartnerId, Secret
from hub.pseudonyms.mint import complete
from hub.sharing.decide import decide
from hub.sharing.facts import FACTS, Case
from hub.sharing.policy import Basis, Policy, PolicyKind
from hub.sharing.projection import recipient_bytes
from hub.sharing.question import Consents, ConsentState, Occasion, Ties
from tests.cast import COC_GD, DRENTHE, EMMEN, GRONINGEN, OM, POLICE, Cast
from tests.generated import BOOK, PLACES, any_case, any_value, terms_of
from tests.make import Delivery
from tests.rules.test_hidden_facts import other_world
from tests.walls.month import locked_tables
from tests.walls.seats import Seat, essence

RECIPIENTS = (POLICE, OM, DRENTHE, EMMEN, GRONINGEN, COC_GD)
FIRST_DAY, SECOND_DAY, LAST_DAY = date(2026, 11, 4), date(2026, 11, 5), date(2026, 11, 6)
WORDS = ("given", "given", "given", "given_by_guardian", "refused", "not_asked")
STONES = "hub.inbox hub.given hub.seen hub.disclosure hub.tombstone".split()


@dataclass(frozen=True)
class Told:
    """One case of one giver as it stands on each day, and what its reporter said about the recipient who is watched."""

    number: int
    policy: Policy
    giver: str
    days: Mapping[date, Case]
    consent: str
    concerns: tuple[str, ...]
    waits: bool = False  # whether it was there on the first day already, without consent


@dataclass(frozen=True)
class World:
    """What happens, day by day: the cases that every giver brings in, and deeds that the recipient who is watched has no part in."""

    seed: int
    recipient: str
    cases: tuple[Told, ...]
    opens: bool  # whether the recipient opens every case on the first day, or only its list
    ends: Mapping[int, str] = field(default_factory=dict)  # what is taken away on the second day, and how
    withdrawn: frozenset[int] = frozenset()  # agreed to and withdrawn again before the recipient looked
    others: bool = False  # whether other partners read, and consents for them are withdrawn
    hour: int = 9  # at which everything is brought in


def fitting(case: Case) -> Case | None:
    """The case with only what its giver can know; None when the hub would refuse it."""
    kind = case.giver.kind
    facts = {fact: value for fact, value in case.facts.items() if kind in BOOK.vocabulary.facts[fact].known_by and fact != "also_known_to"}
    if objections(facts, circumstances=case.circumstances, kind=kind, vocabulary=BOOK.vocabulary):
        return None
    return replace(case, facts=facts, first_released_on=FIRST_DAY)


def seen_of(case: Case, told: Told, recipient: str) -> bytes:
    """What the recipient learns of this case, by the decision alone."""
    occasion = Occasion(SECOND_DAY, Consents(ConsentState(told.consent)), ties=Ties(frozenset(told.concerns)))
    return recipient_bytes(decide(case, terms=terms_of(told.policy, recipient=recipient), occasion=occasion))


def some_case(chance: Random, giver: str, recipient: str) -> Case:
    """A case of this giver, mostly within the reach of the recipient and of the kind that is shared with it."""
    while True:
        case = any_case(chance, giver=BOOK.partners[giver])
        if chance.random() < 0.85:
            mild = {name: words.words[0] for name, words in BOOK.vocabulary.steering.items()}
            near = {"place": PLACES[BOOK.partners[recipient].provinces[0]], "ground": ("ras", "seksuele_gerichtheid")}
            circumstances = {**case.circumstances, **mild} if chance.random() < 0.7 else case.circumstances
            case = replace(case, facts={**case.facts, **near}, circumstances=circumstances)
        if (found := fitting(case)) is not None:
            return found


def first_world(seed: int, *, recipient: str = "") -> World:
    """A world in which one recipient is watched, two givers share with it, and half of the cases change on the second day."""
    chance = Random(seed)
    recipient = recipient or RECIPIENTS[seed % len(RECIPIENTS)]
    standing = [policy for policy in BOOK.policies if policy.kind is PolicyKind.STANDING and recipient in policy.recipients]
    pairs = [(policy, giver) for policy in standing for giver in policy.givers]
    told = []
    for policy, giver in chance.sample(pairs, min(2, len(pairs))):
        for _ in range(2):
            case, way = some_case(chance, giver, recipient), chance.random()
            days = (
                {SECOND_DAY: case}
                if way < 0.2
                else {FIRST_DAY: case, SECOND_DAY: changed(chance, case)}
                if way < 0.6
                else {FIRST_DAY: case}
            )
            concerns = (recipient,) if chance.random() < 0.8 else ()
            told.append(Told(len(told), policy, giver, days, chance.choice(WORDS), concerns))
    still = [
        one.number
        for one in told
        if SECOND_DAY not in one.days and one.consent.startswith("given") and one.policy.consent is Basis.REPORTER
    ]
    return World(seed, recipient, tuple(told), opens=seed % 4 < 2, ends=dict.fromkeys(still[:1], "withdraw"))


def changed(chance: Random, case: Case) -> Case:
    """The same case with a few facts that became known or turned out otherwise; place and ground stay."""
    for _ in range(50):
        news = {fact: any_value(chance, fact=fact) for fact in chance.sample([one for one in FACTS if one not in ("place", "ground")], 4)}
        if (found := fitting(replace(case, facts={**case.facts, **news}))) is not None:
            return found
    return case


def twin_world(world: World, seed: int) -> World:
    """A world that this recipient cannot tell from the first: other detail, other hidden facts, other deeds, more and other cases."""
    chance = Random(seed)
    cases = [
        replace(told, days=dict(twin_days(chance, told, world)), waits=told.policy.consent is Basis.REPORTER and FIRST_DAY not in told.days)
        for told in world.cases
    ]
    extra = []
    for number in range(100, 100 + chance.randrange(1, 4)):
        told = chance.choice(world.cases)
        case = some_case(chance, told.giver, world.recipient)
        if told.policy.consent is Basis.REPORTER and chance.random() < 0.5:
            extra.append(replace(told, number=number, days={FIRST_DAY: case}, consent="given"))
        else:
            away = fitting(replace(case, facts={**case.facts, "place": "elsewhere"}))
            unseen = replace(told, number=number, days={FIRST_DAY: away or case}, consent="refused", concerns=())
            extra += [unseen] if seen_of(unseen.days[FIRST_DAY], unseen, world.recipient) == b"null" else []
    agreed = frozenset(one.number for one in extra if one.consent == "given")
    shuffled = tuple(chance.sample([*cases, *extra], len(cases) + len(extra)))
    ends = {number: chance.choice(("withdraw", "hold")) for number in world.ends}
    return World(seed, world.recipient, shuffled, world.opens, ends, agreed, others=True, hour=chance.choice((9, 10, 11)))


def twin_days(chance: Random, told: Told, world: World) -> Iterator[tuple[date, Case]]:
    """Each day's case as another one that shows the recipient the same; now and then a day on which only hidden facts change."""
    for day, case in told.days.items():
        yield day, twin_case(chance, told, case, world.recipient)
    if FIRST_DAY not in told.days and told.policy.consent is Basis.REPORTER:
        yield FIRST_DAY, some_case(chance, told.giver, world.recipient)
    if SECOND_DAY not in told.days and told.number not in world.ends and chance.random() < 0.7:
        yield SECOND_DAY, twin_case(chance, told, told.days[FIRST_DAY], world.recipient)


def twin_case(chance: Random, told: Told, case: Case, recipient: str) -> Case:
    shown = seen_of(case, told, recipient)
    occasion = Occasion(SECOND_DAY, Consents(ConsentState(told.consent)), ties=Ties(frozenset(told.concerns)))
    answer = decide(case, terms=terms_of(told.policy, recipient=recipient), occasion=occasion)
    for _ in range(60):
        other = fitting(other_world(chance, case, answer, told.policy))
        if other is not None and seen_of(other, told, recipient) == shown:
            wish = chance.choice(BOOK.vocabulary.steering["anonymity"].words)  # in a standing flow it may never show
            return replace(other, circumstances={**other.circumstances, "anonymity": wish})
    return case


class Stage:
    """The hub on which worlds are told, one after the other, and what the recipient who is watched sees of each."""

    def __init__(self, app: Flask, cast: Cast, superuser: psycopg.Connection, seats: Mapping[tuple[str, str], Seat]) -> None:
        self.app, self.cast, self.superuser, self.seats = app, cast, superuser, seats
        self.tables = locked_tables(superuser, role="hub_app")
        kept = "'partner', 'policy_version', 'policy_pair', 'policy_signature', 'account', 'session', 'schema_version', 'key_check'"
        found = superuser.execute(f"SELECT tablename FROM pg_tables WHERE schemaname = 'hub' AND tablename NOT IN ({kept})").fetchall()
        gone = "; ".join(f"DELETE FROM hub.{name}" for (name,) in found)
        self.wipe = f"SET session_replication_role = replica; {gone}; DELETE FROM audit.entry; RESET session_replication_role"

    def tell(self, world: World) -> None:
        """Let it all happen, from an empty hub; the codes are then those of the cases' numbers, the same in every world."""
        self.superuser.execute(self.wipe)
        chance = Random(world.seed)
        for day in (FIRST_DAY, SECOND_DAY):
            for giver in sorted({told.giver for told in world.cases}):
                drafts = [draft(chance, told, day, world.recipient) for told in world.cases if told.giver == giver and day in told.days]
                with self.cast.as_person(giver, now=at(day, world.hour)) as work:
                    intake.take_in(work, reading=Delivery(drafts, file_hash=chance.randbytes(32)), house=self.cast.house)
            if day == FIRST_DAY:
                self._withdraw(world)
                self._name_by_number(world)
                self._look(world)
                self.close_first_day(world)
        for number, way in world.ends.items():
            self._end(world.recipient, number, way)
        self._name_by_number(world)

    def close_first_day(self, world: World) -> None:
        """What else happens before the second day: nothing, unless a stage has more to tell."""

    def _withdraw(self, world: World) -> None:
        """Take back what was agreed to by mistake; in a world with others, a consent for another partner as well."""
        wanted = [(number, world.recipient) for number in sorted(world.withdrawn)]
        first = next(told.number for told in world.cases if FIRST_DAY in told.days)
        wanted += [(first, slug) for slug in (POLICE, OM, COC_GD) if world.others and slug != world.recipient]
        for number, recipient in wanted:
            giver, code = self._case(number)
            try:
                with self.cast.as_person(giver, now=at(FIRST_DAY, 12)) as work:
                    actions.withdraw_consent(work, code=code, recipient=recipient, house=self.cast.house)
            except Conflict:
                continue  # there was no such consent

    def _end(self, recipient: str, number: int, way: str) -> None:
        """Take a row away that the recipient had seen: by the reporter's word, or by the giver's."""
        giver, code = self._case(number)
        with self.cast.as_person(giver, now=at(SECOND_DAY, 12)) as work:
            if way == "withdraw":
                actions.withdraw_consent(work, code=code, recipient=recipient, house=self.cast.house)
            else:
                hold_back(work, code=code, recipient=recipient, held=HeldFact("wordt nagezocht"), house=self.cast.house)

    def _case(self, number: int) -> tuple[str, str]:
        """Whose case it is, and under which code its giver knows it."""
        asked = """SELECT p.slug, c.own_code FROM hub.contribution c JOIN hub.partner p ON p.id = c.giver
                     JOIN hub.revision r ON r.giver = c.giver AND r.contribution = c.id WHERE r.no = 1 AND r.words = %s::jsonb"""
        [(giver, code)] = self.superuser.execute(asked, (mark(number),)).fetchall()
        return giver, code

    def _look(self, world: World) -> None:
        """The recipient reads its list, in every second world all of its cases; in a world with others, they read too."""
        for slug in (world.recipient, *({POLICE, EMMEN} - {world.recipient} if world.others else ())):
            with self.cast.as_person(slug, now=at(FIRST_DAY, 15)) as work:
                rows = received(work, house=self.cast.house, wanted=Wanted()).rows
                own_cases(work, house=self.cast.house, wanted=OwnWanted())
                opened = rows if slug != world.recipient or world.opens else ()
                for row in opened:
                    received_case(work, house=self.cast.house, code=row.code, outlet=PAGE)

    def _name_by_number(self, world: World) -> None:
        """Seeded codes: the code of the n-th case is the n-th code, in whatever order they were drawn."""
        asked = """SELECT g.code, r.words->>'ground', g.giver, g.narrative FROM hub.given g
                     JOIN hub.revision r ON r.giver = g.giver AND r.contribution = g.contribution
                    WHERE r.no = 1 AND g.code IS NOT NULL AND g.recipient = %s"""
        named, again = [], []
        for code, number, giver, sealed in self.superuser.execute(asked, (self.cast.id(world.recipient),)).fetchall():
            name = self.code(world, int(number))
            named += [(code, name)] if name != code else []
            if sealed is not None and name != code:  # a summary opens only in the row of its code
                again.append((self._sealed_again(sealed, giver, world.recipient, code, name), name))
        pairs = ", ".join(f"('{code}', '{name}')" for code, name in named)
        if named:
            told = (f"UPDATE {table} t SET code = n.name FROM (VALUES {pairs}) n (code, name) WHERE t.code = n.code" for table in STONES)
            self._as_nobody(*told)
        for sealed, name in again:
            self._replace(sealed, name)

    def _sealed_again(self, sealed: bytes, giver: PartnerId, recipient: str, code: str, name: str) -> bytes:
        keys, whom = self.cast.house.keys, self.cast.id(recipient)
        text = keys.open_text(sealed, context=narrative_context(giver, recipient=whom, code=code))
        return keys.seal_text(text, context=narrative_context(giver, recipient=whom, code=name), day=FIRST_DAY)

    def _replace(self, sealed: bytes, name: str) -> None:
        self.superuser.execute("SET session_replication_role = replica")
        for table in ("hub.given", "hub.inbox"):
            self.superuser.execute(f"UPDATE {table} SET narrative = %s WHERE code = %s AND narrative IS NOT NULL", (sealed, name))
        self.superuser.execute("RESET session_replication_role")

    def code(self, world: World, number: int) -> str:
        return complete(f"{number:09}", mark=self.cast.partners[world.recipient].code_mark)

    def seen(self, world: World) -> dict[str, Any]:
        """Everything on every outlet: rows of its tables, commands, journal, and each page by its address with status and headers."""
        slug, told = world.recipient, self._rows(world.recipient)
        numbers = [told.number for told in world.cases if told.number < 100] + [100, 101]
        codes = [self.code(world, number) for number in numbers]
        for path in ["/", "/ontvangen", "/zaken", *(f"/ontvangen/{code}" for code in sorted(codes))]:
            told[path] = essence(self.seats[slug, "auditor"].get(path))
        return told | self._by_command(slug, sorted(codes))

    def behind(self) -> str:
        """A fingerprint of what the givers hold, which the recipient may not see."""
        asked = """SELECT md5(string_agg(concat_ws('|', r.words, r.no, r.accused, r.anonymity, r.terrain, r.place, r.unknown), ',' ORDER BY
                     r.words::text, r.no)) FROM (SELECT *, municipality AS place FROM hub.revision) r"""
        return str(self.superuser.execute(asked).fetchone()[0])

    def counts(self) -> dict[str, int]:
        """How many rows stand at recipients."""
        return {name: self.superuser.execute(f"SELECT count(*) FROM hub.{name}").fetchone()[0] for name in ("inbox", "tombstone", "seen")}

    def glance(self, world: World, *, planted: str) -> dict[str, Any]:
        """What stands in the recipient's rows, list and command once this was written into them; afterwards all is as it was."""
        kept = [table for table in STONES if table != "hub.given"]
        copies = {table: f"pg_temp.{table.replace('.', '_')}_kept" for table in kept}
        self._as_nobody(*(f"CREATE TABLE {copy} AS TABLE {table}" for table, copy in copies.items()), planted)
        told = self._rows(world.recipient) | {"/ontvangen": essence(self.seats[world.recipient, "auditor"].get("/ontvangen"))}
        with self.cast.as_clerk(world.recipient, now=at(LAST_DAY, 10)) as work:
            rows = received(work, house=self.cast.house, wanted=Wanted(), outlet=COMMAND).rows
            told["list"] = [received_line(row) for row in rows]
        back = (f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM {copy}; DROP TABLE {copy}" for table, copy in copies.items())
        self._as_nobody(*back, "DELETE FROM audit.entry")
        return told

    def _as_nobody(self, *statements: str) -> None:
        """Past every trigger and constraint, as nothing of ours can."""
        self.superuser.execute("; ".join(("SET session_replication_role = replica", *statements, "RESET session_replication_role")))

    def _rows(self, slug: str) -> dict[str, Any]:
        """Every row that the web role reads for this partner, without keys, moments and ciphers."""
        told = {}
        with self.cast.as_person(slug, now=at(LAST_DAY, 9)) as work:
            for table in self.tables:
                names = ", ".join(self._telling(table))
                rows = work.session.connection().exec_driver_sql(f"SELECT {names} FROM {table} ORDER BY {names}").fetchall()
                told[f"table {table}"] = [tuple(row) for row in rows]
        return told

    def _by_command(self, slug: str, codes: list[str]) -> dict[str, Any]:
        said: dict[str, Any] = {}
        with self.cast.as_clerk(slug, now=at(LAST_DAY, 10)) as work:
            said["list"] = [received_line(row) for row in received(work, house=self.cast.house, wanted=Wanted(), outlet=COMMAND).rows]
            for code in codes:
                try:
                    said[f"show {code}"] = str(received_case(work, house=self.cast.house, code=code, outlet=COMMAND))
                except NotFound as error:
                    said[f"show {code}"] = error.sentence
            said["journal"] = [(one.event, one.subject, one.recipients, one.giver, one.reason, one.outcome, one.rest)
                               for one in entries(work, limit=1000)]  # fmt: skip
        return said

    def _telling(self, table: str) -> list[str]:
        """The columns of a table but keys, moments and ciphers; of a cipher the length, which may tell as well."""
        asked = """SELECT a.attname::text, t.typname::text FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                    WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
                      AND has_column_privilege('hub_app', a.attrelid, a.attnum, 'SELECT') ORDER BY a.attnum"""
        plain = []
        for name, kind in self.superuser.execute(asked, (table,)).fetchall():
            if kind == "bytea":
                plain.append(f"length({name})")
            elif kind not in ("uuid", "timestamptz", "jsonb"):
                plain.append(name)
        return plain


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def mark(number: int) -> str:
    """How the case with this number is known to the test: a word that only its giver keeps."""
    return f'{{"ground": "{number}"}}'


def draft(chance: Random, told: Told, day: date, recipient: str) -> Draft:
    """One row of the giver's export; what its reporter said about other partners is anything."""
    case = told.days[day]
    others = {slug: chance.choice(WORDS) for slug in (POLICE, OM, COC_GD) if slug not in (recipient, told.giver)}
    consents = {recipient: "not_asked" if told.waits and day == FIRST_DAY else told.consent, **others}
    return Draft(
        chance.randrange(2, 999), Secret(f"ZAAK-{told.number}"), case.facts, case.circumstances, consents, told.concerns, case.closed_on,
        {"ground": str(told.number)},
    )  # fmt: skip


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """On which outlets two worlds can be told apart."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
