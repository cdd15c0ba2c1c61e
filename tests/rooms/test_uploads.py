"""A file offered on a page: kept sealed until its partner says yes or no, and read by nobody else."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hub.cases import delivery, uploads
from hub.cases.draft import Unreadable
from hub.cases.uploads import UploadOver
from hub.kernel.errors import NotFound
from tests.cast import DRENTHE, GRONINGEN, NOON, POLICE, Cast

EXAMPLE = Path(__file__).parents[2] / "adapters/politie-noord-nederland/zaaksoverzicht.example.xlsx"


def offer(cast: Cast) -> UUID:
    with cast.as_person(POLICE) as work:
        return delivery.offer_file(work, content=EXAMPLE.read_bytes(), name="Overzicht OKTOBER.XLSX", house=cast.house)


def test_an_offered_file_is_previewed_confirmed_and_then_gone(cast: Cast, superuser):
    upload = offer(cast)
    with cast.as_person(POLICE) as work:
        seen = delivery.preview(work, upload=upload, house=cast.house)

    with cast.as_person(POLICE) as work:
        receipt = delivery.confirm(work, upload=upload, house=cast.house)

    assert seen["rows"] == receipt.received
    assert seen["accepted"] == receipt.new
    assert receipt.shared
    assert superuser.execute("SELECT state, sealed FROM hub.upload").fetchall() == [("taken_in", None)]
    with cast.as_person(POLICE) as work, pytest.raises(UploadOver):
        delivery.confirm(work, upload=upload, house=cast.house)


def test_a_preview_changes_nothing(cast: Cast, superuser):
    upload = offer(cast)

    with cast.as_person(POLICE) as work:
        delivery.preview(work, upload=upload, house=cast.house)

    assert superuser.execute("SELECT count(*) FROM hub.contribution").fetchone() == (0,)


def test_a_discarded_file_is_emptied_at_once(cast: Cast, superuser):
    upload = offer(cast)

    with cast.as_person(POLICE) as work:
        uploads.discard(work, upload=upload)

    assert superuser.execute("SELECT state, sealed FROM hub.upload").fetchall() == [("discarded", None)]


def test_the_clock_empties_what_waited_longer_than_a_day_and_nothing_else(cast: Cast, superuser):
    offer(cast)

    emptied = []
    for hours in (24, 25, 25):
        with cast.as_clerk(POLICE, now=NOON + timedelta(hours=hours)) as work:
            emptied.append(uploads.empty_old(work))

    assert emptied == [0, 1, 0]
    assert superuser.execute("SELECT state, sealed FROM hub.upload").fetchall() == [("discarded", None)]


def test_another_partner_finds_no_such_file(cast: Cast):
    upload = offer(cast)

    with cast.as_person(DRENTHE) as work, pytest.raises(NotFound):
        delivery.preview(work, upload=upload, house=cast.house)


def test_the_file_lies_sealed_in_the_database(cast: Cast, superuser):
    offer(cast)

    [(sealed,)] = superuser.execute("SELECT sealed FROM hub.upload").fetchall()

    assert EXAMPLE.read_bytes()[:64] not in sealed


@pytest.mark.parametrize(
    ("name", "content"), [("zaken.exe", b"MZ"), ("zaken.xlsx", b"PK\x03\x04 not a workbook"), ("zaken.csv", b"a;b\n1;2\n")]
)
def test_a_file_that_is_no_agreed_export_is_refused_with_a_sentence_and_not_kept(cast: Cast, superuser, name: str, content: bytes):
    with cast.as_person(GRONINGEN) as work, pytest.raises(Unreadable) as refused:
        delivery.offer_file(work, content=content, name=name, house=cast.house)

    assert refused.value.sentence.endswith(".")
    assert superuser.execute("SELECT count(*) FROM hub.upload").fetchone() == (0,)
