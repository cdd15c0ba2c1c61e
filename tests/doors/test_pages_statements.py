"""How much a page asks of the database: at most ten statements behind the door, and no more for sixty rows than for five."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import event

from hub.kernel.database import db
from tests.cast import DRENTHE, POLICE, Cast
from tests.doors.visitor import Visitor, seat_of
from tests.scaffold import ROOT

MOST = 10


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that go to the database in the meantime; entering a work's own context is not one of a page."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SELECT sec.enter", "SELECT 1")):
            said.append(statement)

    with app.app_context():
        engine = db.engines["hub_app"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def bring_in(worker: Visitor, *, rows: int) -> None:
    """So many cases of Drenthe that the police may see."""
    header, *lines = (ROOT / "adapters" / "bureau" / "registratie.example.csv").read_bytes().splitlines()
    row = next(line for line in lines if line.startswith(b"D-2026-0101"))
    content = b"\n".join([header, *(row.replace(b"D-2026-0101", b"D-2026-%d" % number) for number in range(2000, 2000 + rows)), b""])
    worker.post(worker.post("/inlezen", data={"file": (BytesIO(content), "rijen.csv")}).location)


@pytest.fixture
def worker(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, DRENTHE)


@pytest.mark.parametrize(
    "path", ["/", "/ontvangen", "/ontvangen/{}", "/zaken", "/zaken/{}", "/zaken/{}/toestemming", "/zaken/nieuw", "/inlezen"]
)
def test_a_page_asks_little_and_no_more_for_many_rows(app: Flask, worker: Visitor, path: str) -> None:
    asker = seat_of(app, POLICE) if path.startswith("/ontvangen") else worker
    counts = []
    for rows in (5, 60):
        bring_in(worker, rows=rows)
        listed = asker.get(path.split("/{}")[0]).text
        code = re.findall(r'href="/[a-z]+/([0-9A-Z]{11})"', listed)[0] if "{}" in path else ""
        with counted(app) as said:
            assert asker.get(path.format(code)).status_code == 200
        counts.append(len(said))

    most = MOST + 4 * (path == "/zaken/{}")  # and what meetings said of the case, who opened it, what is held back, where it was referred
    assert max(counts) <= most, "\n".join(" ".join(one.split())[:90] for one in said)
    assert counts[1] <= counts[0]  # less when the first row of the list was opened before
