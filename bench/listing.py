"""A list of 50 of 1,000,000 received rows over HTTP, beside the bare query and an empty template over the same HTTP.

Both pages come from the hub's own gunicorn, over a connection that stays open, in turn; the reader is one of 40 recipients, with a
session opened by the login's own action. The floor (`bench/_bare.py`) asks for 51 rows past row security, by a prepared statement on a
connection of its own, and fills a template with their number. Ours looks at the session, tells the database who acts, asks under row
security, looks what was seen before, writes a line of the journal, commits, and shows 50 rows with eight cells each: 33 kB.

Where 9.7 ms go (the floor has 1.8; measured on 2 cores, with little else to do): HTTP and gunicorn 1.4, as in the floor; Flask and the
frame of the page 1.4; the session and what it may 1.1; beginning, telling who acts, committing and cleaning the connection 0.8; the list
under row security 1.5, a third of it planning, since nothing that is prepared outlives the cleaning; rows to values 0.4; the journal's
line 0.4; the schema 0.4; the template 1.2; the rest is waiting for one another, since 12 messages go to PostgreSQL and back. Half as much
again as the floor is less than the session and the frame alone, so a page that knows who is reading does not come that near.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from bench._hub import ISSUER, TODAY, Hub, agree_on_rows, raised
from bench.words import Figure, figure
from hub.demo.personas import PERSONAS
from hub.kernel import clock
from hub.kernel.actor import Doorkeeper
from hub.kernel.database import begin_work
from hub.people.actions import sign_in
from hub.people.words import Claims
from hub.web.door import COOKIE

READER, READER_ID, RECIPIENTS = "politie-noord-nederland", 5, 40
FILL = """
SET session_replication_role = replica;
INSERT INTO hub.inbox (recipient, giver, code, kind, incident_from, incident_to, municipality, province, online, grounds, ground_families,
  terrain, nature, report_kind, mass_report, status, phase, handling, visible_revision, content_revision, fact_revisions, revised_on,
  first_given_on, changed_on, shown_until, policy_version, for_case_work, for_collection, for_consultation, for_help, for_monitor, states)
SELECT n % {recipients} + 1, n % 4 + 1, upper(left(md5(n::text), 11)), 'standing', week, week + 6,
  (ARRAY['GM0106', 'GM0114', 'GM0014', 'GM0080'])[n % 4 + 1], (ARRAY['PV22', 'PV22', 'PV20', 'PV21'])[n % 4 + 1], n % 7 = 0,
  CASE n % 3 WHEN 0 THEN ARRAY['ras'] WHEN 1 THEN ARRAY['godsdienst'] ELSE ARRAY['geslacht', 'ras'] END, ARRAY['herkomst'],
  (ARRAY['arbeidsmarkt', 'onderwijs', 'openbare_ruimte'])[n % 3 + 1], (ARRAY['bedreiging', 'geweld'])[n % 2 + 1], 'melding', false,
  NULL, (ARRAY['open', 'gesloten'])[n % 2 + 1], ARRAY['registratie'], 1 + n % 3, 1, array_fill(1::smallint, ARRAY[20]), ARRAY[day], day,
  day, DATE '2027-08-31', 1, true, true, true, false, true, 'ggggggg-g-------kg--'
FROM generate_series(1, {rows}) AS n, LATERAL (SELECT DATE '2026-11-04' - (n / {recipients}) % 1500 AS day) AS d,
  LATERAL (SELECT date_trunc('month', day)::date AS week) AS w;
RESET session_replication_role;
VACUUM ANALYZE hub.inbox;
"""
BARE = """
SELECT * FROM hub.inbox WHERE recipient = {reader} AND shown_until >= '{day}' AND (for_case_work OR for_help)
ORDER BY changed_on DESC, code LIMIT 51
"""


def measure(*, small: bool) -> list[Figure]:
    """Fill, log in, and ask for both pages in turn."""
    rows, times = (100_000, 60) if small else (1_000_000, 300)
    with raised(port=_free_port()) as hub, ExitStack() as stack:
        with hub.superuser() as connection:
            for statement in FILL.format(rows=rows, recipients=RECIPIENTS).split(";")[:-1]:
                connection.execute(statement)
            agree_on_rows(connection)
        bare = f"127.0.0.1:{_free_port()}"
        stack.enter_context(serving(hub, ["-m", "hub", "serve"]))
        stack.enter_context(serving(hub, ["-m", "bench._bare", bare, hub.admin, BARE.format(reader=READER_ID, day=TODAY)]))
        ours = Browser(hub.environment["SCHAKEL_BIND"], "/ontvangen", cookie=logged_in(hub))
        theirs = Browser(bare, "/", cookie="")
        for browser in (ours, theirs) * 10:
            browser.seconds()
        found = [(ours.seconds(), theirs.seconds()) for _ in range(times)]
        assert ours.page.count(b'<th scope="row">') == 50
    value, floor = (1000 * median(some) for some in zip(*found, strict=True))
    return [figure("listing", value=value, unit=f"ms, {rows} rows", floor=floor, goal="≤ 1.5 × query and template")]


class Browser:
    """Asks for one page again and again over one connection, as a browser does."""

    def __init__(self, bind: str, path: str, *, cookie: str) -> None:
        self._path, self.page = path, b""
        self._headers = {"Host": f"localhost:{bind.rpartition(':')[2]}", "Cookie": f"{COOKIE}={cookie}"}
        self._line = _patiently(bind)

    def seconds(self) -> float:
        """How long one answer takes; it has to be the page."""
        start = time.perf_counter()
        self._line.request("GET", self._path, headers=self._headers)
        answer = self._line.getresponse()
        self.page = answer.read()
        assert answer.status == 200, answer.status
        return time.perf_counter() - start


def logged_in(hub: Hub) -> str:
    """The name of a session of the police's case worker, opened as the login opens it."""
    persona = next(one for one in PERSONAS if one.partner == READER)
    claims = Claims("demo", ISSUER, persona.subject, READER, None, persona.acr, datetime.now(UTC))
    with begin_work(Doorkeeper(), now=clock.now()) as work:
        return sign_in(work, claims=claims, replacing=None, origin=None).reveal()


@contextmanager
def serving(hub: Hub, words: list[str]) -> Iterator[None]:
    """A server process with the settings of this hub, until it is no longer needed."""
    with (hub.folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *words], env=dict(hub.environment), cwd=Path(__file__).parent.parent, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def _patiently(bind: str) -> HTTPConnection:
    host, _, port = bind.rpartition(":")
    for _ in range(600):
        try:
            line = HTTPConnection(host, int(port), timeout=30)
            line.connect()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return line
    raise TimeoutError(bind)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
