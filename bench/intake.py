"""Taking in 10,000 updates for 10 recipients: from a CSV file to committed rows and journal, beside a bare COPY of those rows.

What is timed is all that `schakel take-in` does after it has started: three bureaus each take in an export of their own by the bureau's
mapping, on the clerk's role, into an embedded PostgreSQL with the settings of production. Every reporter said yes to ten recipients (five
under the policy for the police, five under that for the prosecutor), so beside 100,000 rows on either side there are 100,000 consents,
10,000 contributions, revisions and sealed references, and 20,001 lines of the journal. `intake_changed` takes in the next delivery of
that export, in which every row has another nature: all that stood there gives way.

The floor is psycopg's `copy.write_row` of the very inbox and journal rows of that import, from Python's values into two plain logged
tables without an index, and its commit; half of it is psycopg turning lists into arrays. (The same rows as ready-made text need about
1 s per 100,000: nothing that still has to decide about them comes near that.)

How the recipient's row is best written (README of the design, points 3 and 16), 100,000 rows, seconds of PostgreSQL's own time,
measured on 2 cores: by the trigger on `given` 2.1; by a plain INSERT policy and a cascading foreign key to `given` 3.4 to 4.6, and the
values would have to be sent twice. Hence the trigger.
"""

import re
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import psycopg
from psycopg import sql

from bench._hub import POLICIES, Hub, raised
from bench.files import write_bureau_csv
from bench.words import Figure, figure
from hub.cases.delivery import open_delivery
from hub.cases.intake import Receipt, take_in
from hub.partners.rules import Partner

MAPPING = Path(__file__).parent.parent / "adapters/bureau/registratie.yaml"
GIVERS = [f"bureau-{number}" for number in range(1, 4)]
ASKED = {f"politie-{number}": "politie" for number in range(1, 6)} | {f"om-{number}": "OM" for number in range(1, 6)}
COPIED = (("hub.inbox", "giver"), ("audit.entry", "partner"))
GOAL = "≤ 3 × COPY"


def measure(*, small: bool) -> list[Figure]:
    """Three times in turn: a first delivery, the floor, a changed delivery; the medians."""
    updates = 500 if small else 10_000
    with TemporaryDirectory() as place:
        folder = Path(place)
        mapping = write_agreements(folder)
        first, changed = folder / "first.csv", folder / "changed.csv"
        write_bureau_csv(first, updates, consent="ja")
        write_bureau_csv(changed, updates, consent="ja", turn=1)
        with raised(policies=folder) as hub:
            runs = [
                (timed(hub, giver, first, mapping=mapping), copied(hub, giver), timed(hub, giver, changed, mapping=mapping))
                for giver in GIVERS
            ]
    new, floor, again = (median(times) for times in zip(*runs, strict=True))
    return [
        figure("intake", value=new, unit="s", floor=floor, goal=GOAL),
        figure("intake_changed", value=again, unit="s", floor=floor, goal=GOAL),
    ]


def write_agreements(folder: Path) -> Path:
    """Three bureaus and ten recipients under two of the example policies; the answer is the mapping that asks consent for those ten."""
    for file in POLICIES.glob("_*.yaml"):
        (folder / file.name).write_text(file.read_text("utf-8"), "utf-8")
    kinds = dict.fromkeys(GIVERS, "bureau") | {slug: "police" if word == "politie" else "om" for slug, word in ASKED.items()}
    partners = [f"  {slug}: {{kind: {kind}, provinces: [PV20, PV21, PV22], nl: {slug}}}" for slug, kind in kinds.items()]
    (folder / "_partners.yaml").write_text("\n".join(["partners:", *partners, ""]), "utf-8")
    for word in ("politie", "OM"):
        text = (POLICIES / f"bureaus--{word.lower()}.yaml").read_text("utf-8")
        recipients = [slug for slug, kind in ASKED.items() if kind == word]
        for key, slugs in (("from", GIVERS), ("to", recipients)):
            text = re.sub(rf"^{key}: .*$", f"{key}: [{', '.join(slugs)}]", text, flags=re.MULTILINE)
        (folder / f"bureaus--{word.lower()}.yaml").write_text(text, "utf-8")
    mapping = folder / "mapping" / "registratie.yaml"
    mapping.parent.mkdir()
    mapping.write_text(_asking(MAPPING.read_text("utf-8")), "utf-8")
    return mapping


def _asking(text: str) -> str:
    """The bureau's own mapping, in which the columns of consent speak for these ten recipients."""
    words = "values: {ja: given, nee: refused, niet gevraagd: not_asked}"
    block = "".join(f"  {slug}: {{column: Toestemming {word}, {words}}}\n" for slug, word in ASKED.items())
    text = re.sub(r"^consents:\n(?:  .*\n)+", f"consents:\n{block}", text, flags=re.MULTILINE)
    return text.replace("ignore:\n", "ignore:\n  - columns: [Toestemming COC]\n    because: hier is geen COC\n")


def timed(hub: Hub, giver: str, file: Path, *, mapping: Path) -> float:
    """The seconds it takes to take this file in, the commit included; every update has to reach all ten."""
    start = perf_counter()
    receipt = taken_in(hub, giver, file, mapping=mapping)
    seconds = perf_counter() - start
    assert set(receipt.shared.values()) == {receipt.new + receipt.updated} and len(receipt.shared) == len(ASKED)
    return seconds


def taken_in(hub: Hub, giver: str, file: Path, *, mapping: Path) -> Receipt:
    """What the command does: open the file by the mapping, and take it in as the clerk acting for its giver."""
    with hub.desk.work(giver) as (work, partner):
        assert isinstance(partner, Partner)
        with open_delivery(file, partner=partner, mapping=mapping, vocabulary=hub.desk.house.book.vocabulary) as delivery:
            return take_in(work, reading=delivery, house=hub.desk.house)


def copied(hub: Hub, giver: str) -> float:
    """The seconds of a bare COPY of this giver's inbox and journal rows; reading them and making the tables is not counted."""
    with hub.superuser() as connection:
        number = connection.execute("SELECT id FROM hub.partner WHERE slug = %s", (giver,)).fetchone()
        loads = []
        for table, column in COPIED:
            words = {"table": sql.SQL(table), "bare": sql.Identifier(f"bare_{column}_{giver}"), "column": sql.Identifier(column)}
            connection.execute(sql.SQL("CREATE TABLE {bare} AS SELECT * FROM {table} WITH NO DATA").format(**words))
            asked = sql.SQL("SELECT * FROM {table} WHERE {column} = %s").format(**words)
            loads.append((sql.SQL("COPY {bare} FROM STDIN").format(**words), connection.execute(asked, number).fetchall()))
        start = perf_counter()
        with connection.transaction():
            for statement, rows in loads:
                _copy(connection.cursor(), statement, rows)
        return perf_counter() - start


def _copy(cursor: "psycopg.Cursor[tuple[object, ...]]", statement: sql.Composed, rows: list[tuple[object, ...]]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
