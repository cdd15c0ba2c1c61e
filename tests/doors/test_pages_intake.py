"""Taking in an export on the pages: offer it, look at what was understood, say yes or no, and keep a receipt."""

import os
import re
import tempfile
from io import BytesIO

import psycopg
import pytest
from flask import Flask

from tests.cast import DRENTHE, GRONINGEN, POLICE, Cast
from tests.doors.visitor import Visitor, seat_of, text_of
from tests.scaffold import ROOT

EXAMPLE = ROOT / "adapters" / "bureau" / "registratie.example.csv"


@pytest.fixture
def worker(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, DRENTHE)


def offer(visitor: Visitor, *, content: bytes, name: str = "oktober.csv") -> str:
    """Offers a file and answers the address of its preview."""
    answer = visitor.post("/inlezen", data={"file": (BytesIO(content), name)})
    assert answer.status_code == 303, text_of(answer.text)
    return str(answer.location)


def numbers(page: str) -> dict[str, int]:
    return {name: int(number) for number, name in re.findall(r"<li><strong>(\d+)</strong><span>([^<]+)</span>", page)}


def test_an_export_is_offered_looked_at_confirmed_and_shared(worker: Visitor, app: Flask) -> None:
    preview = offer(worker, content=EXAMPLE.read_bytes())
    seen = worker.get(preview).text
    listed = text_of(worker.get("/zaken").text)
    done = worker.post(preview)
    receipt = worker.get(done.location).text

    assert "Er is nog niets ingelezen" in text_of(seen)
    assert "bracht nog geen zaken in" in listed
    assert numbers(seen)["nieuw"] > 0
    assert numbers(receipt)["nieuw"] == numbers(seen)["nieuw"]
    assert "Politie" in text_of(receipt)
    assert 'href="/ontvangen/' in seat_of(app, POLICE).get("/ontvangen").text


def test_the_same_export_again_changes_nothing(worker: Visitor) -> None:
    first = worker.post(offer(worker, content=EXAMPLE.read_bytes())).location
    again = numbers(worker.get(offer(worker, content=EXAMPLE.read_bytes())).text)

    assert again["nieuw"] == again["gewijzigd"] == again["niet meer in de export"] == 0
    assert again["ongewijzigd"] == numbers(worker.get(first).text)["nieuw"]


def test_a_row_that_is_refused_is_named_with_its_column_and_reason_and_the_rest_may_go_on(worker: Visitor) -> None:
    content = EXAMPLE.read_bytes().replace(b";02-10-2026;Assen;", b";31-02-2026;Assen;", 1)

    said = text_of(worker.get(offer(worker, content=content)).text)

    assert "Deze rijen neemt Schakel niet over" in said
    assert "31-02-2026" in said
    assert "Datum voorval" in said


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "leeg.csv"), (b"a;b\n1;2\n", "anders.csv"), (b"PK\x03\x04kapot", "kapot.xlsx"), (b"MZ", "programma.exe")],
    ids=["empty", "another layout", "damaged", "a program"],
)
def test_a_file_that_is_no_agreed_export_is_refused_at_its_field(worker: Visitor, content: bytes, name: str) -> None:
    answer = worker.post("/inlezen", data={"file": (BytesIO(content), name)})

    assert answer.status_code == 400
    assert re.search(r'<input id="file"[^>]*aria-invalid="true"', answer.text)


def test_choosing_no_file_is_told_at_its_field(worker: Visitor) -> None:
    assert "Kies eerst een bestand." in worker.post("/inlezen", data={"file": (BytesIO(b""), "")}).text


def test_a_discarded_file_is_gone_and_was_not_taken_in(worker: Visitor, superuser: psycopg.Connection) -> None:
    preview = offer(worker, content=EXAMPLE.read_bytes())

    answer = worker.post(f"{preview}/weggooien")

    assert "weggegooid" in text_of(worker.get(answer.location).text)
    assert worker.get(preview).status_code == 409
    assert superuser.execute("SELECT count(*) FROM hub.upload WHERE sealed IS NOT NULL").fetchone() == (0,)
    assert superuser.execute("SELECT count(*) FROM hub.contribution").fetchone() == (0,)


def test_looking_at_a_preview_leaves_nothing_behind(worker: Visitor, superuser: psycopg.Connection) -> None:
    preview = offer(worker, content=EXAMPLE.read_bytes())
    tables = ("contribution", "revision", "consent", "given", "inbox", "import_run", "source_reference")

    worker.get(preview)

    assert [superuser.execute(f"SELECT count(*) FROM hub.{table}").fetchone() for table in tables] == [(0,)] * len(tables)


def test_another_partners_upload_and_receipt_are_as_absent_as_any(worker: Visitor, app: Flask) -> None:
    preview, other = offer(worker, content=EXAMPLE.read_bytes()), seat_of(app, GRONINGEN)
    run = worker.post(offer(worker, content=EXAMPLE.read_bytes())).location.split("?")[0]
    nowhere = "00000000-0000-4000-8000-000000000000"

    for theirs, absent in ((preview, f"/inlezen/{nowhere}"), (run, f"/inlezen/klaar/{nowhere}")):
        assert other.get(theirs).status_code == 404
        assert other.get(theirs).data == other.get(absent).data
    assert other.post(preview).status_code == other.post(f"{preview}/weggooien").status_code == 404


def test_the_name_of_the_file_is_kept_nowhere(worker: Visitor, superuser: psycopg.Connection) -> None:
    worker.post(offer(worker, content=EXAMPLE.read_bytes(), name="jan-jansen-geheim.csv"))

    found = superuser.execute("SELECT data FROM audit.entry").fetchall()
    assert found
    assert not [data for (data,) in found if b"jansen" in bytes(data)]
    # os.walk, since other workers' folders come and go under it: a folder that vanished holds nothing.
    names = [name for _, folders, files in os.walk(tempfile.gettempdir()) for name in (*folders, *files)]
    assert not [name for name in names if "jansen" in name]
