"""Twin worlds whose cases are collected: two months frozen and delivered, an addendum between, and a third month that stands open."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from hub.cases import actions as case_actions
from hub.cases import intake
from hub.cases.queries import OwnWanted, own_cases
from hub.casuistry import actions, addenda, lifecycle, statements
from hub.casuistry.cli import _line, _shown, _summary
from hub.casuistry.queries import edition, editions, history
from hub.contacts import actions as contacting
from hub.contacts.rules import Desk
from hub.kernel.errors import Conflict, NotFound
from hub.kernel.words import Month, Secret
from hub.partners.rules import Kind
from hub.people.notices import Letterhead, expand
from hub.watches.actions import keep_watch
from tests.make import Delivery
from tests.walls.month import drafts_of
from tests.walls.seats import essence
from tests.walls.worlds import FIRST_DAY, SECOND_DAY, Stage, World, at, mark

OCTOBER, NOVEMBER, DECEMBER = Month(2026, 10), Month(2026, 11), Month(2026, 12)
READING_DAY = date(2026, 12, 3)
AREAS = {"PV20": ("groningen", "GM0014"), "PV21": ("fryslan", "GM0080"), "PV22": ("drenthe", "GM0114")}
FROZEN, DELIVERED = at(FIRST_DAY, 17), at(SECOND_DAY, 8)  # October, by a clock that was late
NEXT_FROZEN, NEXT_DELIVERED = datetime(2026, 12, 1, 16, tzinfo=UTC), datetime(2026, 12, 2, 8, tzinfo=UTC)
MORNING_AFTER = datetime(2026, 11, 6, 5, 20, tzinfo=UTC)
READING = datetime(2026, 12, 3, 9, tzinfo=UTC)
OFFICE = Desk("Balie", "phone", "kantoor", "op werkdagen")
HEAD = Letterhead("schakel@voorbeeld.invalid", "http://localhost:8000")
KEYS = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NAMED = re.compile(rb"Message-ID: <[0-9a-f]+@")
NAMED_AT_RANDOM = frozenset({"recall_asked"})  # by the key of a thread, which stands nowhere else in the letter
OWN = 900  # the number of the recipient's own case
FILES = ("json", "xlsx", "ods")
KEPT = ("inbox", "collected", "collection", "readiness", "gathering", "gathering_step", "message", "contact", "watch")


class Theatre(Stage):
    """The stage on which worlds are told with their collections."""

    def place(self, world: World) -> tuple[str, str]:
        """The province of the collection that is played, and a municipality in it."""
        return AREAS[self.cast.partners[world.recipient].provinces[0]]

    def play(self, world: World) -> None:
        """Tell the world with all that is collected in it, until December stands open."""
        self.tell(world)
        area, place = self.place(world)
        if world.others:
            self._bring_in_hidden(world, area, place)
            self._withdraw_for_others(world)
        for slug in self._takers():
            with self.cast.as_clerk(slug, now=MORNING_AFTER) as work:
                addenda.withdrawn(work)
        self._collect(area, NOVEMBER, NEXT_FROZEN, NEXT_DELIVERED)
        self._open(area, DECEMBER, NEXT_DELIVERED)
        with self.cast.as_clerk(world.recipient, now=READING) as work:
            keep_watch(work, house=self.cast.house)
            expand(work, head=HEAD)

    def close_first_day(self, world: World) -> None:
        """October is frozen and delivered; everybody speaks of November; the recipient asks for contact, and may get an answer."""
        area, place = self.place(world)
        self._open(area, OCTOBER, at(FIRST_DAY, 6))
        self._bring_in_own(world, place)
        self._speak(world, area, OCTOBER, at(FIRST_DAY, 16))
        self._collect(area, OCTOBER, FROZEN, DELIVERED)
        if world.opens and world.recipient in self._takers():
            with self.cast.as_person(world.recipient, now=at(SECOND_DAY, 8)) as work:
                list(edition(work, province=area, month=OCTOBER, house=self.cast.house).lines())
        self._open(area, NOVEMBER, at(SECOND_DAY, 8))
        self._open("zonder-plaats", NOVEMBER, at(SECOND_DAY, 8))
        self._speak(world, area, NOVEMBER, at(SECOND_DAY, 8))
        self._ask_for_contact(world)

    def _open(self, area: str, month: Month, now: datetime) -> None:
        with self.cast.as_clerk(None, now=now) as work:
            lifecycle.open_month(work, province=area, month=month)

    def _takers(self) -> list[str]:
        with self.cast.as_clerk(None, now=FROZEN) as work:
            return [one.slug for one in lifecycle.recipients(work, house=self.cast.house)]

    def _collect(self, area: str, month: Month, frozen: datetime, delivered: datetime) -> None:
        for slug in self._takers():
            with self.cast.as_clerk(slug, now=frozen) as work:
                actions.gather_month(work, province=area, month=month, house=self.cast.house)
        with self.cast.as_clerk(None, now=delivered) as work:
            lifecycle.deliver_month(work, province=area, month=month)

    def _bring_in_own(self, world: World, place: str) -> None:
        """One case of the recipient's own, the same in every world, under the code of its number."""
        me, [draft] = self.cast.id(world.recipient), drafts_of(world.recipient, numbers=iter([OWN]), places=(place,))
        draft = replace(draft, reference=Secret("ZAAK-eigen"))
        with self.cast.as_person(world.recipient, now=at(FIRST_DAY, 15)) as work:
            intake.take_in(work, reading=Delivery([draft], file_hash=b"eigen".ljust(32)), house=self.cast.house)
        self.superuser.execute("UPDATE hub.contribution SET own_code = %s WHERE giver = %s", (self.code(world, OWN), me))

    def _bring_in_hidden(self, world: World, area: str, place: str) -> None:
        """Bureaus that are asked for a statement, and made one, release another case here; its reporter refused all sharing."""
        with self.cast.as_clerk(None, now=at(SECOND_DAY, 15)) as work:
            asked = [one for one in lifecycle.expected_givers(work, province=area, house=self.cast.house) if one.kind is Kind.BUREAU]
        for one in asked:
            if one.slug != world.recipient:
                [draft] = drafts_of(one.slug, numbers=iter([OWN]), places=(place,))
                draft = replace(draft, consents=dict.fromkeys(draft.consents, "refused"), concerns=())
                with self.cast.as_person(one.slug, now=at(SECOND_DAY, 15)) as work:
                    intake.take_in(work, reading=Delivery([draft], file_hash=b"verborgen".ljust(32)), house=self.cast.house)

    def _speak(self, world: World, area: str, month: Month, now: datetime) -> None:
        """Everybody who is asked makes a statement, all at one moment; what the others say is drawn anew in every world."""
        chance = Random(f"{world.seed} {month}")
        with self.cast.as_clerk(None, now=now) as work:
            asked = [one.slug for one in lifecycle.expected_givers(work, province=area, house=self.cast.house)]
        for slug in asked:
            nothing = slug != world.recipient and chance.random() < 0.6
            for say in ([statements.state_nothing] if nothing else []) + [statements.state_complete]:
                try:
                    with self.cast.as_person(slug, now=now) as work:
                        say(work, province=area, month=month, house=self.cast.house)
                    break
                except statements.SomethingReported:
                    continue

    def _ask_for_contact(self, world: World) -> None:
        """The recipient asks about the first case it received; its giver says yes, no or nothing, which is not to be told yet."""
        asked = "SELECT code, giver FROM hub.inbox WHERE recipient = %s AND (for_case_work OR for_help) ORDER BY code LIMIT 1"
        found = self.superuser.execute(asked, (self.cast.id(world.recipient),)).fetchone()
        if found is None:
            return
        with self.cast.as_person(world.recipient, now=at(SECOND_DAY, 8)) as work:
            contact = contacting.propose(work, code=found[0])
        giver = next(slug for slug, one in self.cast.partners.items() if one.id == found[1])
        way = Random(f"{world.seed} contact").randrange(3)
        with self.cast.as_person(giver, now=at(SECOND_DAY, 9)) as work:
            if way == 1:
                contacting.confirm(work, contact=contact, desk=OFFICE)
            elif way == 2:
                contacting.decline(work, contact=contact, because="no_time")

    def _withdraw_for_others(self, world: World) -> None:
        """After the delivery cases are taken away from partners who are not watched; they get an addendum of it."""
        for told in world.cases:
            asked = """SELECT c.own_code, p.slug FROM hub.given g JOIN hub.contribution c ON c.giver = g.giver AND c.id = g.contribution
                         JOIN hub.revision r ON r.giver = g.giver AND r.contribution = g.contribution AND r.no = 1
                         JOIN hub.partner p ON p.id = g.recipient
                        WHERE r.words = %s::jsonb AND g.state = 'shown' AND p.slug <> %s ORDER BY p.slug"""
            for code, slug in self.superuser.execute(asked, (mark(told.number), world.recipient)).fetchall()[:1]:
                try:
                    with self.cast.as_person(told.giver, now=at(SECOND_DAY, 14)) as work:
                        case_actions.withdraw_consent(work, code=code, recipient=slug, house=self.cast.house)
                except Conflict:
                    continue

    def addresses(self, world: World) -> list[str]:
        """Every page about collections, contacts and terms, those that are not there included."""
        area, _ = self.place(world)
        months = [f"/verzamelingen/{area}/{month}" for month in (OCTOBER, NOVEMBER, DECEMBER)]
        paths = [*months, f"{months[1]}/afdruk", f"{months[0]}/aanvulling/1", f"{months[0]}/aanvulling/1/afdruk"]
        paths += [f"{months[1]}?per=grond", f"{months[1]}?deel=gewijzigd"]
        paths += ["/verzamelingen", "/verzamelingen/zonder-plaats/2026-11", "/aanleverberichten", "/inzamelingen"]
        paths += [f"/inzamelingen/{area}/{month}" for month in (OCTOBER, NOVEMBER, DECEMBER)]
        return [*paths, "/contacten", "/termijnen", "/"]

    def everything(self, world: World) -> dict[str, Any]:
        """What the recipient can get: every row of its tables, every page, file, command and letter."""
        told, seat = self._rows(world.recipient), self.seats[world.recipient, "coordinator"]
        told.pop("table hub.given")  # of its own case alone, under the random codes by which others know it
        told["table hub.message"] = sorted(KEYS.sub(b"#", str(row).encode()) for row in told["table hub.message"])
        for path in self.addresses(world):
            told[path] = plain(seat.get(path))
        told["/taken"] = plain(self.seats[world.recipient, "operator"].get("/taken"))
        area, _ = self.place(world)
        for month in (OCTOBER, NOVEMBER):
            address = f"/verzamelingen/{area}/{month}"
            told |= {f"{address} {form}": plain(seat.post(f"{address}/zaaksoverzicht", data={"vorm": form})) for form in FILES}
        for number in (0, 100, OWN):
            found = seat.post(f"/verzamelingen/{area}/{NOVEMBER}/zoek", data={"code": self.code(world, number)})
            told[f"zoek {number}"] = (plain(found), found.headers.get("Location"))
        return told | self.command(world) | self.mail(world)

    def command(self, world: World) -> dict[str, Any]:
        """What the commands `collections list` and `show` print."""
        area, _ = self.place(world)
        said: dict[str, Any] = {}
        with self.cast.as_clerk(world.recipient, now=READING) as work:
            said["collections list"] = [_line(_summary(one, world.recipient)) for one in editions(work)]
            for month, number in ((OCTOBER, 0), (OCTOBER, 1), (NOVEMBER, 0)):
                try:
                    found = edition(work, province=area, month=month, number=number, house=self.cast.house)
                    steps = [(one.word, one.at.isoformat(), one.because) for one in history(work, province=area, month=month)]
                    said[f"collections show {month}/{number}"] = (_shown(found, steps), [str(line) for line in found.lines()])
                except NotFound as error:
                    said[f"collections show {month}/{number}"] = error.sentence
            said["cases"] = own_cases(work, house=self.cast.house, wanted=OwnWanted())
        return said

    def mail(self, world: World) -> dict[str, Any]:
        """Every letter to somebody of the recipient, without the keys of contacts and the names that follow from them."""
        asked = "SELECT kind, path, state, body FROM hub.message WHERE partner = %s ORDER BY kind, put_at, address, md5(body)"
        rows = self.superuser.execute(asked, (self.cast.id(world.recipient),)).fetchall()
        return {"mail": sorted((kind, KEYS.sub(b"#", path.encode()), state, _letter(kind, body)) for kind, path, state, body in rows)}

    def peek(self, world: World, *, planted: str) -> dict[str, Any]:
        """What some pages, files and letters say once this was written into the rows; afterwards all is as it was."""
        me, seat = self.cast.id(world.recipient), self.seats[world.recipient, "coordinator"]
        tables = [f"hub.{name}" for name in KEPT]
        copies = {table: f"pg_temp.{table.replace('.', '_')}_kept" for table in tables}
        self._as_nobody(*(f"CREATE TABLE {copy} AS TABLE {table}" for table, copy in copies.items()), planted.format(me=me))
        area, _ = self.place(world)
        paths = [f"/verzamelingen/{area}/{month}" for month in (OCTOBER, NOVEMBER, DECEMBER)]
        told = {path: plain(seat.get(path)) for path in [*paths, "/verzamelingen", f"/inzamelingen/{area}/{NOVEMBER}", "/contacten"]}
        told |= self.command(world) | self.mail(world)
        back = (f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM {copy}; DROP TABLE {copy}" for table, copy in copies.items())
        self._as_nobody(*back)
        return told


def plain(answer: Any) -> tuple[Any, ...]:
    """What two answers are compared by, without the random keys of contacts and terms."""
    status, content, headers = essence(answer)
    return status, KEYS.sub(b"#", content), headers


def _letter(kind: str, body: Any) -> bytes:
    text = bytes(body or b"").replace(b"=\r\n", b"")
    found = KEYS.sub(b"#", text)
    return found if found == text and kind not in NAMED_AT_RANDOM else NAMED.sub(b"Message-ID: <#@", found)


def parts_in(told: Mapping[str, Any]) -> set[str]:
    """The parts that occur in the pages of these editions."""
    pages = b"".join(value[1] for name, value in told.items() if name.startswith("/verzamelingen/") and isinstance(value[1], bytes))
    return {word for word in ("nieuw", "afgesloten", "gewijzigd", "anders-gedeeld", "ongewijzigd", "niet-meer-gedeeld") if
            f'id="deel-{word}"'.encode() in pages}  # fmt: skip
