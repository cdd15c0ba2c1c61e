"""What a giver says about its month, and how the collecting partner leads a gathering; nobody else sees or does any of it."""

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from flask import Flask

from tests.cast import DRENTHE, EMMEN, OM, OUTSIDER, POLICE, Cast
from tests.doors.months import GATHERING, OPEN_GATHERING, on, play_november
from tests.doors.visitor import Visitor, seat_of, strict, text_of

STATEMENT = "/aanleverberichten/drenthe/2026-11"


@pytest.fixture(autouse=True)
def _on_the_first_of_december(app: Flask) -> Iterator[None]:
    with on(date(2026, 12, 1)):
        yield


@pytest.fixture
def bureau(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, DRENTHE)


@pytest.fixture
def coordinator(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, POLICE, role="coordinator")


def words(page: str) -> dict[str, str]:
    """Per partner the word of its progress."""
    return {"".join(row.find("th").itertext()): "".join(row.find("td").itertext()) for row in strict(page).findall(".//tbody/tr")}


def test_a_giver_is_asked_about_its_own_province_and_says_it_with_one_click(cast: Cast, bureau: Visitor) -> None:
    play_november(cast, until="open")
    asked = text_of(bureau.get("/aanleverberichten").text)

    answer = bureau.post(STATEMENT, data={"soort": "nulopgave"})
    page = bureau.get(answer.location)

    assert "Nog geen bericht U bracht hier sinds de vorige keer niets in." in asked
    assert "Groningen" not in asked.split("Aanleverberichten", 1)[1]
    assert answer.status_code == 303
    assert "Uw bericht is bewaard: niets te melden." in text_of(page.text)
    assert "Niets te melden gegeven op 1 december 2026" in text_of(page.text)


def test_nothing_to_report_is_refused_beside_the_province_when_something_was_brought_in(app: Flask, cast: Cast) -> None:
    play_november(cast, until="open")
    police = seat_of(app, POLICE)

    answer = police.post(STATEMENT, data={"soort": "nulopgave"})

    assert answer.status_code == 409
    assert "U hebt deze maand 3 wijzigingen ingebracht." in text_of(answer.text)
    assert strict(answer.text).find("head/title").text.startswith("Fout: ")
    assert 'href="#drenthe-2026-11"' in answer.text and 'id="drenthe-2026-11"' in answer.text
    assert police.post(STATEMENT, data={"soort": "bijgewerkt"}).status_code == 303


@pytest.mark.parametrize(("slug", "where"), [
    (OUTSIDER, "drenthe/2026-11"), (OM, "drenthe/2026-11"), (DRENTHE, "groningen/2026-11"), (DRENTHE, "drenthe/2020-01"),
    (DRENTHE, "nergens/2026-11"), (DRENTHE, "drenthe/morgen"),
])  # fmt: skip
def test_who_is_not_asked_can_say_nothing_and_hears_the_same_whatever_is_not_there(app: Flask, cast: Cast, slug: str, where: str) -> None:
    play_november(cast, until="open")

    answer = seat_of(app, slug).post(f"/aanleverberichten/{where}", data={"soort": "bijgewerkt"})

    assert answer.status_code == 404
    assert "Dit bestaat niet, of het is niet voor u." in answer.text


def test_a_word_that_is_no_statement_is_refused_and_leaves_none(cast: Cast, bureau: Visitor, superuser: psycopg.Connection) -> None:
    play_november(cast, until="open")

    answer = bureau.post(STATEMENT, data={"soort": "misschien"})

    assert answer.status_code == 400
    assert superuser.execute("SELECT count(*) FROM hub.statement").fetchone() == (0,)


def test_the_coordinator_sees_who_is_ready_and_not_what_they_said(app: Flask, cast: Cast, bureau: Visitor, coordinator: Visitor) -> None:
    play_november(cast, until="open")
    bureau.post(STATEMENT, data={"soort": "nulopgave"})
    seat_of(app, EMMEN).post(STATEMENT, data={"soort": "bijgewerkt"})

    told = words(coordinator.get(GATHERING).text)

    names = {slug: cast.partners[slug].name for slug in (DRENTHE, EMMEN, POLICE)}
    assert told == {names[DRENTHE]: "Niets te melden", names[EMMEN]: "Niets te melden", names[POLICE]: "Nog niet gereed"}


def test_a_gathering_of_another_partner_looks_like_one_that_was_never_opened(app: Flask, cast: Cast) -> None:
    play_november(cast, until="open")
    other = seat_of(app, EMMEN, role="coordinator")

    absent = other.get("/inzamelingen/drenthe/2020-01")

    assert absent.status_code == 404
    assert text_of(other.get(GATHERING).text) == text_of(absent.text)
    assert "Er is nog geen inzameling." in other.get("/inzamelingen").text
    for deed in ("bevriezen", "verplaatsen", "heropenen", "bezorgen", "nakomen"):
        typed = {f"reden-{deed}": "Omdat het kan", "dag": "2026-12-03", "gever": DRENTHE}
        answers = [other.post(f"{place}/{deed}", data=typed) for place in (GATHERING, "/inzamelingen/drenthe/2020-01")]
        assert {(answer.status_code, text_of(answer.text)) for answer in answers} == {(404, text_of(absent.text))}, deed
    assert seat_of(app, POLICE).get(GATHERING).status_code == 403


def test_to_freeze_with_silent_partners_asks_for_a_reason_and_then_asks_for_every_edition(
    cast: Cast, coordinator: Visitor, superuser: psycopg.Connection
) -> None:
    play_november(cast, until="open")

    refused = coordinator.post(f"{GATHERING}/bevriezen", data={"reden-bevriezen": ""})
    asked = coordinator.post(f"{GATHERING}/bevriezen", data={"reden-bevriezen": "Het overleg is morgen."})
    page = text_of(coordinator.get(asked.location).text)

    assert refused.status_code == 400
    assert "hebben nog geen bericht gegeven" in refused.text and 'id="fout-reden-bevriezen"' in refused.text
    assert asked.status_code == 303
    assert "Schakel is bezig: 0 van" in page
    assert "De coördinator vroeg om nu te bevriezen. Reden: Het overleg is morgen." in page
    assert superuser.execute("SELECT count(*) > 3 FROM hub.job_run WHERE job = 'gather'").fetchone() == (True,)


def test_a_month_that_goes_on_is_not_frozen_and_the_page_says_from_when(cast: Cast, coordinator: Visitor) -> None:
    play_november(cast)

    page, answer = coordinator.get(OPEN_GATHERING), coordinator.post(f"{OPEN_GATHERING}/bevriezen", data={"reden-bevriezen": "Nu"})

    assert "Bevriezen kan vanaf 1 januari 2027" in text_of(page.text)
    assert f"{OPEN_GATHERING}/bevriezen" not in page.text
    assert answer.status_code == 400
    assert "December 2026 is nog niet voorbij." in text_of(answer.text)


def test_to_move_a_freeze_tells_all_that_is_wrong_at_once_and_keeps_what_was_typed(cast: Cast, coordinator: Visitor) -> None:
    play_november(cast, until="open")

    empty = coordinator.post(f"{GATHERING}/verplaatsen", data={"dag": "", "reden-verplaatsen": " "})
    sunday = coordinator.post(f"{GATHERING}/verplaatsen", data={"dag": "2026-12-06", "reden-verplaatsen": "Ziekte"})
    moved = coordinator.post(f"{GATHERING}/verplaatsen", data={"dag": "2026-12-03", "reden-verplaatsen": "Ziekte"})

    assert empty.status_code == sunday.status_code == 400
    assert 'id="fout-dag"' in empty.text and 'id="fout-reden-verplaatsen"' in empty.text
    assert 'value="2026-12-06"' in sunday.text and 'value="Ziekte"' in sunday.text
    assert moved.status_code == 303
    assert "Bevriezen staat gepland op 3 december 2026 om 17.00 uur." in text_of(coordinator.get(GATHERING).text)


def test_a_frozen_gathering_is_reopened_for_a_reason_or_delivered_at_once(
    cast: Cast, coordinator: Visitor, superuser: psycopg.Connection
) -> None:
    play_november(cast, until="frozen")

    delivered = coordinator.post(f"{GATHERING}/bezorgen")
    refused = coordinator.post(f"{GATHERING}/heropenen", data={"reden-heropenen": ""})
    reopened = coordinator.post(f"{GATHERING}/heropenen", data={"reden-heropenen": "Een bureau was ziek."})
    page = text_of(coordinator.get(GATHERING).text)

    assert delivered.status_code == reopened.status_code == 303
    assert superuser.execute("SELECT count(*) FROM hub.job_run WHERE job = 'deliver' AND period = '2026-11/drenthe'").fetchone() == (1,)
    assert refused.status_code == 400 and 'id="fout-reden-heropenen"' in refused.text
    assert "Heropend. Reden: Een bureau was ziek." in page


def test_a_late_giver_is_allowed_by_name_and_reason_once_the_month_was_delivered(cast: Cast, coordinator: Visitor) -> None:
    play_november(cast)

    nobody = coordinator.post(f"{GATHERING}/nakomen", data={"gever": "bestaat-niet", "reden-nakomen": "Ziekte"})
    allowed = coordinator.post(f"{GATHERING}/nakomen", data={"gever": DRENTHE, "reden-nakomen": "Ziekte"})

    assert nobody.status_code == 400 and 'id="fout-gever"' in nobody.text
    assert allowed.status_code == 303
    assert f"Een late levering is toegestaan: {cast.partners[DRENTHE].name}. Reden: Ziekte" in text_of(coordinator.get(GATHERING).text)
