"""
A narrower agreement over 1,000,000 rows of one recipient: closed at once, then decided about anew.

A bureau shares with the police and the prosecutor; from today on the police get the month instead of the week, of every case. The version
was signed yesterday. Its beginning closes every older row in one transaction: `closing` counts rows per second, from the start of that
transaction to the end of the list that their recipient asks right after, which is empty. `unread` is the time of that list beside the same
list before. `anew` decides about each of those rows and writes it, until all of them can be read again; its floor writes the same rows by
one bare UPDATE and nothing else.
"""

from datetime import time, timedelta
from time import perf_counter

from bench._hub import TODAY, Hub, raised
from bench.effects import GIVER, GIVER_ID, NAME, POLICE, fill
from bench.words import Figure, figure
from hub.cases.expiry import begin_agreements
from hub.cases.received import Wanted, received
from hub.cases.reprojection import progress_of, work_off
from hub.demo.agreeing import agree
from hub.kernel.days import moment
from hub.sharing.policy import Policy
from hub.sharing.schemas import load_policies, parse_policy

RECIPIENT = "politie-noord-nederland"
COLUMNS = (
    "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns WHERE (table_schema, table_name) = ('hub', 'inbox')"
)
READY = """
SET session_replication_role = replica;
UPDATE hub.given g SET policy_version = p.version_id FROM hub.policy_pair p WHERE g.giver = {giver} AND p.state = 'valid'
  AND (p.giver, p.recipient, p.kind) = (g.giver, g.recipient, g.kind);
INSERT INTO hub.inbox ({columns}) SELECT {columns} FROM hub.given WHERE giver = {giver} AND recipient = {police};
RESET session_replication_role;
VACUUM ANALYZE hub.given, hub.inbox;
"""
FLOOR = """UPDATE hub.given SET incident_from = date_trunc('month', incident_from)::date, visible_revision = visible_revision + 1
  WHERE giver = {giver} AND recipient = {police}"""


def measure(*, small: bool) -> list[Figure]:
    """Fill, let a narrower version begin, read, work it off, and write the same rows plainly."""
    rows = 10_000 if small else 1_000_000
    with raised(is_hasty=True) as hub:
        ready(hub, rows)
        before = min(listed(hub, expected=50) for _ in range(3))
        sign(hub)
        start = perf_counter()
        begin(hub)
        after = listed(hub, expected=0)
        closing = perf_counter() - start
        seconds = worked_off(hub)
        listed(hub, expected=50)
        assert changed_rows(hub) == rows
        floor = bare(hub)
    return [
        figure("reprojection_closing", value=rows / closing, unit=f"rows/s, {rows} rows", floor=None, goal="≥ 50000 rows/s"),
        figure("reprojection_unread", value=after, unit=f"s, {rows} rows", floor=before, goal="≤ 20 × a list"),
        figure("reprojection_anew", value=seconds, unit=f"s, {rows} rows", floor=floor, goal="≤ 20 × bare UPDATE"),
    ]


def ready(hub: Hub, rows: int) -> None:
    """The cases of the effect's benchmark, with the inbox rows of one recipient."""
    fill(hub, rows, load_policies(hub.desk.settings.policies))
    with hub.superuser() as connection:
        columns = str(connection.execute(COLUMNS).fetchone()[0])  # type: ignore[index]
        for statement in READY.format(columns=columns, giver=GIVER_ID, police=POLICE).split(";\n")[:-1]:
            connection.execute(statement)  # type: ignore[call-overload]


def sign(hub: Hub) -> None:
    """Everybody signs the next version on the day before it takes force: the month instead of the week."""
    with hub.desk.work(now=moment(TODAY - timedelta(days=1), at=time(12))) as (work, _):
        agree(work, policies=[narrower(hub)], book=hub.desk.house.book)


def begin(hub: Hub) -> None:
    """It takes force; nothing has looked at a row yet."""
    with hub.desk.work(GIVER) as (work, _):
        begin_agreements(work, house=hub.desk.house)


def narrower(hub: Hub) -> Policy:
    """The text of the next version, read as a file is."""
    book = hub.desk.house.book
    old = book.policy_named(NAME)
    assert old is not None
    said = old.text.replace(f"version: {old.version}", f"version: {old.version + 1}").replace("from: 2026-09-01", "from: 2026-11-04")
    return parse_policy(said.replace("incident_date: week", "incident_date: month"), name=NAME, book=book)


def listed(hub: Hub, *, expected: int) -> float:
    """The seconds that the first page of the recipient's list takes."""
    with hub.desk.work(RECIPIENT) as (work, _):
        start = perf_counter()
        found = received(work, house=hub.desk.house, wanted=Wanted()).rows
        assert len(found) == expected, len(found)
        return perf_counter() - start


def worked_off(hub: Hub) -> float:
    """The seconds until every row was looked at and the recipient reads all of them again, in the parts in which the clock does it."""
    with hub.superuser() as connection:
        connection.execute("DELETE FROM hub.reprojection WHERE cause <> 'changed'")  # versions that were in force before have nothing to do
    start = perf_counter()
    while is_worked_on(hub):
        pass
    return perf_counter() - start


def is_worked_on(hub: Hub) -> bool:
    """One part, in a work of its own; False when nothing was left."""
    with hub.desk.work(GIVER) as (work, _):
        return work_off(work, house=hub.desk.house) > 0


def changed_rows(hub: Hub) -> int:
    """How many rows the list of work says were written."""
    with hub.desk.work(GIVER) as (work, _):
        return sum(one.changed for one in progress_of(work))


def bare(hub: Hub) -> float:
    """The seconds of one UPDATE of the same rows past row security and triggers, of which nothing stands afterwards."""
    with hub.superuser() as connection, connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL session_replication_role = replica")
        start = perf_counter()
        connection.execute(FLOOR.format(giver=GIVER_ID, police=POLICE))  # type: ignore[call-overload]
        return perf_counter() - start
