"""A case with a marker in every place that can hold one, brought in, changed, refused, broken and withdrawn; and who is told what of it."""

import csv
import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from itertools import chain

import psycopg
from flask import Flask

from hub.audit.queries import entries, hub_entries
from hub.cases.cli import received_line
from hub.cases.queries import OwnWanted, own_case, own_cases
from hub.cases.received import COMMAND, Wanted, received, received_case
from hub.kernel.errors import NotFound
from tests.cast import COC_GD, DRENTHE, EVERYBODY, OM, POLICE, Cast
from tests.scaffold import ROOT
from tests.walls.seats import Seat, addresses, doors, things_of

GIVER = DRENTHE
WORDS = "kenmerk verhaal vervolg geweigerd medewerker notitie grond gemeente bestand getypt reden naam adres breuk"
MARKERS = tuple(f"kwartel{word}" for word in WORDS.split())
REFERENCE, NARRATIVE, LATER, BLOCKED, HANDLER, NOTES, GROUND, REFUSED, FILE, TYPED, BECAUSE, PERSON, ADDRESS, BROKEN = MARKERS
LONGEST_WALK = 60  # pages
HEADERS = (ROOT / "adapters/bureau/registratie.example.csv").read_bytes().decode("cp1252").splitlines()[0].split(";")


def export(*rows: dict[str, str]) -> bytes:
    """A bureau's export with these rows, otherwise like any other."""
    usual = {
        "Datum melding": "05-10-2026", "Datum voorval": "02-10-2026", "Gemeente voorval": "Emmen", "Online": "nee",
        "Terrein": "Huisvesting", "Aard": "Bedreiging", "Soort": "Klacht",
        "Massamelding": "nee", "Melder": "Getuige", "Woongemeente": "Assen", "Wens": "Gesprek",
        "Ook gemeld bij": "College voor de Rechten van de Mens", "Wederpartij": "Vereniging", "Stand": "In onderzoek",
        "Anonimiteit": "Bekend", "Leeftijd melder": "34", "Onderzoek": "Geen",
        "Toestemming politie": "ja", "Toestemming OM": "ja", "Toestemming COC": "ja",
        "Behandeling": "Bijstaan in procedures", "Discriminatiegrond": f"Seksuele gerichtheid|{GROUND}",
        "Behandelaar": HANDLER, "Interne notities": NOTES,
    }  # fmt: skip
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADERS, delimiter=";", restval="")
    writer.writeheader()
    writer.writerows([{**usual, **row} for row in rows])
    return text.getvalue().encode()


FIRST = export(
    {"Zaaknummer": REFERENCE, "Samenvatting voor partners": f"Bij de deur riep iemand {NARRATIVE}."},
    {"Zaaknummer": "X-2", "Samenvatting voor partners": f"Bel {BLOCKED} op 06-12345678."},
    {"Zaaknummer": "X-3", "Gemeente voorval": REFUSED},
)
SECOND = export({"Zaaknummer": REFERENCE, "Samenvatting voor partners": f"Later riep iemand {LATER}."})
BREAKING = export({"Zaaknummer": f"X-{BROKEN}", "Samenvatting voor partners": f"Weer {BROKEN}.", "Discriminatiegrond": BROKEN})


def at_home(text: str) -> set[str]:
    """The markers in an answer to the giver itself, whose name stands on every page of its own."""
    return hits(text) - {PERSON}


def hits(text: str) -> set[str]:
    """The markers in this text, however it was written down."""
    plain = re.sub(r"[\s­-]+", "", unescape(text)).casefold()
    return {marker for marker in MARKERS if marker in plain}


@dataclass
class Told:
    """What everybody was told: markers per partner, per page; and what came out of the sinks."""

    pages: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    errors: dict[str, set[str]] = field(default_factory=dict)
    logged: list[str] = field(default_factory=list)

    def note(self, slug: str, place: str, text: str) -> None:
        if found := hits(text):
            self.pages.setdefault(slug, {}).setdefault(place, set()).update(found)

    def of(self, slug: str) -> set[str]:
        return set().union(*self.pages.get(slug, {}).values())


class Listener(logging.Handler):
    """Writes down every line that any part of the process logs."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.INFO)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record) + str(record.__dict__.get("args", "")))


@contextmanager
def overheard(lines: list[str]) -> Iterator[None]:
    """Listens to every logger from INFO up, with the traces of errors."""
    root, listener = logging.getLogger(), Listener(lines)
    before = root.level
    root.addHandler(listener)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(listener)
        root.setLevel(before)


@dataclass
class Play:
    """The giver at its desk, and the hub behind it."""

    cast: Cast
    superuser: psycopg.Connection
    giver: Seat
    seats: dict[tuple[str, str], Seat]
    told: Told
    app: Flask

    def bring_in(self, content: bytes, *, name: str = f"{FILE}.csv") -> tuple[int, str]:
        """Offer a file, look at the preview, say yes; the last answer."""
        offered = self.giver.post("/inlezen", data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")
        if offered.status_code != 303:
            return offered.status_code, offered.text
        assert REFUSED in self.giver.get(offered.location).text or content != FIRST
        done = self.giver.post(offered.location)
        return done.status_code, done.text

    def code(self) -> str:
        """The giver's own code of the case with the markers."""
        asked = """SELECT own_code FROM hub.contribution c JOIN hub.revision r ON r.giver = c.giver AND r.contribution = c.id
                    WHERE words::text LIKE %s"""
        return str(self.superuser.execute(asked, (f"%{GROUND}%",)).fetchone()[0])

    def fail_in_every_way(self) -> None:
        """Invalid, refused, absent, forged, too large, unreadable, in conflict, broken: what each answer says is noted."""
        code, own = self.code(), self.told.errors
        foreign = {"Origin": "https://elders.example", "Sec-Fetch-Site": "cross-site"}
        own["absent"] = at_home(self.giver.get(f"/zaken/{ADDRESS}").text) | at_home(self.giver.get(f"/{ADDRESS}?x={ADDRESS}").text)
        own["question"] = at_home(self.giver.get(f"/zaken?maand={ADDRESS}&na={ADDRESS}").text) - {ADDRESS}
        own["forged"] = at_home(
            self.giver.client.post("/zaken/nieuw", data={"narrative": TYPED}, headers=foreign, base_url="https://localhost:8000").text
        )
        own["stranger"] = at_home(Seat(self.app).post("/zaken/nieuw", data={"narrative": TYPED}).text)
        own["json"] = at_home(self.giver.client.post("/zaken/nieuw", json={"narrative": TYPED}, base_url="https://localhost:8000").text)
        own["form"] = at_home(self.giver.post("/zaken/nieuw", data={"narrative": TYPED, "place": TYPED}).text) - {TYPED}
        own["update"] = at_home(self.giver.post(f"/zaken/{code}/aanvulling", data={"narrative": TYPED, "revisie": "1"}).text) - {TYPED}
        own["unknown field"] = at_home(self.giver.post(f"/zaken/{code}/toestemming", data={TYPED: TYPED, "recipient": TYPED}).text) - {
            TYPED
        }
        own["unreadable"] = at_home(
            self.bring_in(b"\x00" + FILE.encode(), name=f"{FILE}.csv")[1] + self.bring_in(b"x", name=f"{FILE}.exe")[1]
        )
        own["too large"] = at_home(self.giver.post("/inlezen", data={"a": FILE * 2_500_000}).text)

    def break_the_database(self, statement: str, mend: str, content: bytes) -> tuple[int, set[str]]:
        """What the giver is told when the database fails in the middle of an intake."""
        self.superuser.execute(statement)
        try:
            status, text = self.bring_in(content)
        finally:
            self.superuser.execute(mend)
        return status, at_home(text)

    def spoil_a_seal(self) -> tuple[int, set[str]]:
        """What the giver is told when a sealed text does not open."""
        whose, path = (self.cast.id(GIVER),), f"/zaken/{self.code()}"
        self.superuser.execute("UPDATE hub.revision SET narrative = narrative || '\\x00' WHERE giver = %s", whose)
        answer = self.giver.get(path)
        self.superuser.execute("UPDATE hub.revision SET narrative = substr(narrative, 1, length(narrative) - 1) WHERE giver = %s", whose)
        return answer.status_code, at_home(answer.text)


def play_out(play: Play) -> Play:
    status, answer = play.bring_in(FIRST)
    assert status == 303, answer
    look_everywhere(play, who=(POLICE, OM), under="before ")
    hold = """INSERT INTO hub.hold_back SELECT giver, id, 1, NULL, 'accused', NULL, %s, NULL, NULL, now(), NULL
                FROM hub.contribution WHERE own_code = %s"""
    play.superuser.execute(hold, (BECAUSE, play.code()))
    play.fail_in_every_way()
    check = "ALTER TABLE hub.revision ADD CONSTRAINT planted CHECK (words::text NOT LIKE '%kwartelbreuk%') NOT VALID"
    play.told.errors["constraint"] = play.break_the_database(check, "ALTER TABLE hub.revision DROP CONSTRAINT planted", BREAKING)[1]
    lost = "ALTER TABLE hub.revision RENAME accused TO weg"
    play.told.errors["column"] = play.break_the_database(lost, "ALTER TABLE hub.revision RENAME weg TO accused", BREAKING)[1]
    refused = "REVOKE INSERT ON hub.source_reference FROM hub_app"
    play.told.errors["grant"] = play.break_the_database(refused, "GRANT INSERT ON hub.source_reference TO hub_app", BREAKING)[1]
    status, play.told.errors["seal"] = play.spoil_a_seal()
    assert status == 503
    assert play.bring_in(SECOND)[0] == 303
    look_everywhere(play, who=EVERYBODY, under="")
    gone = play.giver.post(f"/zaken/{play.code()}/toestemming/{OM}/intrekken")
    assert gone.status_code == 303
    look_everywhere(play, who=(OM, COC_GD), under="after ")
    return play


def look_everywhere(play: Play, *, who: tuple[str, ...], under: str) -> None:
    """Everything that these partners can fetch, in a role that writes and one that only looks: pages, addresses they guess, commands."""
    asked = """SELECT g.code FROM hub.given g JOIN hub.contribution c ON c.giver = g.giver AND c.id = g.contribution
                WHERE c.own_code = %s AND g.code IS NOT NULL"""
    codes = [play.code(), *(str(code) for (code,) in play.superuser.execute(asked, (play.code(),)))]
    guessed = ["/", "/ontvangen", *(f"/{room}/{code}" for room in ("ontvangen", "zaken") for code in codes)]
    for slug in who:
        for role in ("coordinator", "auditor") if slug == POLICE else ("coordinator",):
            walk = fetch(play.seats[slug, role], guessed, follows=not under and role == "coordinator")
            for path, text in walk if under else chain(walk, fetch(play.seats[slug, role], open_to(play, slug), follows=False)):
                play.told.note(slug, under + path, text)
        play.told.note(slug, f"{under}command", asked_by_command(play.cast, slug, codes))


def open_to(play: Play, slug: str) -> list[str]:
    """Every door that shows, for things of this partner's own and for things of others."""
    things = things_of(play.cast, slug, play.superuser)
    shown = [rule for rule, method in doors(play.app) if method == "GET"]
    return [path for rule in shown for sort in ("own", "hidden") for path in addresses(rule, things, sort)]


def fetch(seat: Seat, paths: list[str], *, follows: bool) -> Iterator[tuple[str, str]]:
    """These pages with their headers, and the pages they link to, until this person is tired of it."""
    seen, todo = set[str](), list(paths)
    while todo and len(seen) < LONGEST_WALK:
        path = todo.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = seat.get(path)
        yield path, answer.text + str(answer.headers)
        if follows:
            todo += [link for link in re.findall(r'href="(/[^"#]*)"', answer.text) if not link.startswith("/static")]


def asked_by_command(cast: Cast, slug: str, codes: list[str]) -> str:
    """What the queries behind the commands tell this partner: both lists, every case by its code, and the journal."""
    said: list[object] = []
    with cast.as_clerk(slug) as work:
        said += [received_line(row) for row in received(work, house=cast.house, wanted=Wanted(limit=1000), outlet=COMMAND).rows]
        said += own_cases(work, house=cast.house, wanted=OwnWanted(limit=1000))
        for code in codes:
            for query in (received_case, own_case):
                try:
                    said.append(query(work, house=cast.house, code=code))
                except NotFound as error:
                    said.append(error.sentence)
        said += [*entries(work, limit=10_000), *hub_entries(work, limit=10_000)]
    return "\n".join(map(str, said))
