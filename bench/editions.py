"""Building the monthly editions: four recipients times three provinces, beside one bare SQL aggregate over the same rows.

Measured is `build` for each of the twelve, as the job does it: as the clerk of the recipient, under row security, committed, on a server
with fsync. First the month in which every case is new, so that all of it is copied; then a month in which one case in twenty changed, one
in a hundred went and one in a hundred is new: the month that comes twelve times a year. The floor reads the same rows past row
security, once, and counts them by recipient, province, ground and state. The growth is one edition of ten times as many cases, held
against ten times the smaller one; the memory is what this process needed more for that than it had (VmHWM): rows never come to it.
"""

import resource
import time
from datetime import UTC, date, datetime
from statistics import median

import psycopg

from bench._hub import Hub, agree_on_rows, raised
from bench.words import Figure, figure
from hub.casuistry.gathering import build
from hub.casuistry.tables import GatheringRow
from hub.kernel.actor import Clerk
from hub.kernel.database import begin_work
from hub.kernel.words import PartnerId

RECIPIENTS = (1, 3, 4, 5)
PROVINCES = {"drenthe": "PV22", "groningen": "PV20", "fryslan": "PV21"}
GATHERING = """
INSERT INTO hub.gathering (province, month, collector, state, round, gathered, opened_at, planned_freeze_at, planned_delivery_at)
VALUES (%(province)s, %(month)s, 5, 'open', 1, '{}', %(month)s, %(month)s, %(month)s)
"""
FILL = """
SET session_replication_role = replica;
INSERT INTO hub.inbox (recipient, giver, code, kind, incident_from, incident_to, municipality, province, online, grounds, ground_families,
  terrain, nature, report_kind, mass_report, phase, handling, visible_revision, content_revision, fact_revisions, revised_on,
  first_given_on, changed_on, shown_until, policy_version, for_case_work, for_collection, for_consultation, for_help, for_monitor, states)
SELECT {recipient}, n %% 4 + 6, upper(left(md5('{recipient}{province}' || n), 11)), 'standing', week, week + 6, '{municipality}',
  '{province}', n %% 7 = 0,
  CASE n %% 3 WHEN 0 THEN ARRAY['ras'] WHEN 1 THEN ARRAY['godsdienst'] ELSE ARRAY['geslacht', 'ras'] END,
  CASE n %% 3 WHEN 0 THEN ARRAY['herkomst'] WHEN 1 THEN ARRAY['religie'] ELSE ARRAY['geslacht', 'herkomst'] END,
  (ARRAY['arbeidsmarkt', 'onderwijs', 'openbare_ruimte'])[n %% 3 + 1], (ARRAY['bedreiging', 'geweld'])[n %% 2 + 1], 'melding', false,
  (ARRAY['open', 'gesloten'])[(n %% 20 = 0)::int + 1], ARRAY['registratie'], 1, 1, array_fill(1::smallint, ARRAY[20]), ARRAY[day], day,
  day, DATE '2027-08-31', 1, true, true, true, false, true, 'ggggggg-g-------kg--'
FROM generate_series(%s::int, %s) AS n, LATERAL (SELECT DATE '2026-09-28' - n %% 300 AS day) AS d,
  LATERAL (SELECT date_trunc('month', day)::date AS week) AS w;
RESET session_replication_role
"""
CHANGE = """
SET session_replication_role = replica;
UPDATE hub.inbox SET nature = 'vernieling', visible_revision = 2, content_revision = 2, changed_on = '2026-10-20'
 WHERE get_byte(decode(md5(code), 'hex'), 0) % 20 = 0;
DELETE FROM hub.inbox WHERE get_byte(decode(md5(code), 'hex'), 1) % 100 = 7;
RESET session_replication_role
"""
FLOOR = """
SELECT recipient, province, ground, phase, count(*) FROM hub.inbox, unnest(grounds) AS ground
 WHERE for_collection AND shown_until >= '2026-11-02' GROUP BY recipient, province, ground, phase
"""
MUNICIPALITIES = {"drenthe": "GM0106", "groningen": "GM0014", "fryslan": "GM0080"}
MONTHS = (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))


def measure(*, small: bool) -> list[Figure]:
    """Fill, build twelve editions twice, aggregate, and build one large edition beside a small one."""
    cases = 5_000 if small else 100_000
    with raised() as hub, hub.superuser() as connection:
        for recipient in RECIPIENTS:
            for province in PROVINCES:
                _fill(connection, recipient, province, (1, cases))
        _settle(connection)
        first = _built(hub, connection, MONTHS[0])
        _run(connection, CHANGE)
        for recipient in RECIPIENTS:
            for province in PROVINCES:
                _fill(connection, recipient, province, (cases + 1, cases + cases // 100))
        _settle(connection)
        usual = _built(hub, connection, MONTHS[1])
        floor = median(_seconds(connection, FLOOR) for _ in range(5))
        growth, memory = _grown(hub, connection, cases)
    rows = f"s, {len(RECIPIENTS) * len(PROVINCES)} × {cases} cases"
    return [
        figure("editions", value=usual, unit=rows, floor=floor, goal="≤ 3 × one aggregate"),
        figure("editions_first", value=first, unit=rows, floor=floor, goal="≤ 3 × one aggregate"),
        figure("editions_growth", value=growth[1], unit=f"s, {10 * cases} cases", floor=10 * growth[0], goal="≤ 1.5 × ten small"),
        figure("editions_memory", value=memory, unit="MB more", floor=None, goal="≤ 20 MB"),
    ]


def _built(hub: Hub, connection: "psycopg.Connection[tuple[object, ...]]", month: date) -> float:
    """How long all twelve editions of this month take."""
    for province in PROVINCES:
        connection.execute(GATHERING, {"province": province, "month": month})
    start = time.perf_counter()
    for recipient in RECIPIENTS:
        for province in PROVINCES:
            _build(hub, recipient, province, month)
    return time.perf_counter() - start


def _build(hub: Hub, recipient: int, province: str, month: date) -> float:
    start = time.perf_counter()
    with begin_work(Clerk(PartnerId(recipient)), now=datetime(month.year, month.month + 1, 2, 16, tzinfo=UTC)) as work:
        assert build(work, gathering=work.session.get_one(GatheringRow, (province, month)))
    return time.perf_counter() - start


def _grown(hub: Hub, connection: "psycopg.Connection[tuple[object, ...]]", cases: int) -> tuple[tuple[float, float], float]:
    """The time of one edition of so many cases and of ten times as many, all new; and what memory the large one took."""
    connection.execute("TRUNCATE hub.inbox, hub.collected, hub.collection, hub.gathering")
    connection.execute(GATHERING, {"province": "drenthe", "month": MONTHS[2]})
    _fill(connection, RECIPIENTS[0], "drenthe", (1, cases))
    _fill(connection, RECIPIENTS[1], "drenthe", (1, 10 * cases))
    _settle(connection)
    few = _build(hub, RECIPIENTS[0], "drenthe", MONTHS[2])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    many = _build(hub, RECIPIENTS[1], "drenthe", MONTHS[2])
    return (few, many), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def _fill(connection: "psycopg.Connection[tuple[object, ...]]", recipient: int, province: str, numbers: tuple[int, int]) -> None:
    place = {"recipient": recipient, "province": PROVINCES[province], "municipality": MUNICIPALITIES[province]}
    for statement in FILL.format(**place).split(";"):
        connection.execute(statement, numbers if "generate_series" in statement else None)


def _settle(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """As after a night: every row rests on an agreement, statistics are fresh, and nothing waits to be written."""
    agree_on_rows(connection)
    connection.execute("VACUUM ANALYZE")
    connection.execute("CHECKPOINT")


def _run(connection: "psycopg.Connection[tuple[object, ...]]", statements: str) -> None:
    for statement in statements.split(";"):
        connection.execute(statement)


def _seconds(connection: "psycopg.Connection[tuple[object, ...]]", statement: str) -> float:
    start = time.perf_counter()
    connection.execute(statement).fetchall()
    return time.perf_counter() - start
