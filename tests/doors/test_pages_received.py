"""What a recipient sees: its own code, the permitted values, and 'niet gedeeld' for everything else, whatever the reason."""

import re
from io import BytesIO

import pytest
from flask import Flask

from tests.cast import COC_GD, DRENTHE, OUTSIDER, POLICE, Cast
from tests.doors.test_pages_own import CONSENT, enter
from tests.doors.visitor import Visitor, seat_of, strict, text_of
from tests.doors.written import typed
from tests.scaffold import ROOT

LINK = re.compile(r'href="/ontvangen/([0-9A-Z]{11})"')


@pytest.fixture
def worker(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, DRENTHE)


@pytest.fixture
def police(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, POLICE)


def share(worker: Visitor, **different: str | list[str] | None) -> str:
    code = enter(worker, **different)
    assert worker.post(f"/zaken/{code}/toestemming", data=CONSENT).status_code == 303
    return code


def shown(page: str) -> dict[str, str]:
    """The facts of a page by their label."""
    rows = strict(page).findall(".//dl[@class]/div")
    return {"".join(row.find("dt").itertext()): " ".join("".join(row.find("dd").itertext()).split()) for row in rows}


def test_the_recipient_sees_permitted_precisions_under_its_own_code(worker: Visitor, police: Visitor) -> None:
    code = share(worker)
    theirs = LINK.findall(police.get("/ontvangen").text)[0]

    facts = shown(police.get(f"/ontvangen/{theirs}").text)

    assert theirs != code
    assert facts["Datum van het voorval"] == "week van 1 tot en met 7 oktober 2026"
    assert facts["Plaats van het voorval"] == "Emmen"
    assert "islam" not in facts["Discriminatiegrond"]
    assert facts["Stand van de zaak"] == "Open"
    assert facts["Woonplaats van de melder"] == facts["Soort beklaagde of verdachte"] == "— niet gedeeld"


def test_unknown_and_withheld_look_the_same(worker: Visitor, police: Visitor) -> None:
    share(worker, terrain="unknown")
    share(worker, terrain="not_asked")

    pages = [shown(police.get(f"/ontvangen/{theirs}").text) for theirs in LINK.findall(police.get("/ontvangen").text)]

    assert [page["Maatschappelijk terrein"] for page in pages] == ["— niet gedeeld"] * 2


def test_a_row_is_new_until_it_is_opened_and_changed_until_it_is_opened_again(worker: Visitor, police: Visitor) -> None:
    code = share(worker)
    theirs = LINK.findall(police.get("/ontvangen").text)[0]
    fresh = police.get("/ontvangen").text
    police.get(f"/ontvangen/{theirs}")
    opened = police.get("/ontvangen").text
    worker.post(f"/zaken/{code}/aanvulling", data={**typed(status="afgesloten"), "revisie": "1"})
    changed = police.get("/ontvangen").text
    page = police.get(f"/ontvangen/{theirs}").text

    assert ">Nieuw</span>" in fresh
    assert 'class="tag new"' not in opened
    assert ">Gewijzigd</span>" in changed
    assert "Gewijzigd: Stand van de zaak" in text_of(page)
    assert shown(page)["Stand van de zaak"] == "Gesloten Gewijzigd"


def test_the_overview_says_what_is_new_and_what_one_may_do(worker: Visitor, police: Visitor) -> None:
    share(worker)

    theirs, ours = text_of(police.get("/").text), text_of(worker.get("/").text)

    assert "1 nieuwe zaak" in theirs
    assert "Nieuwe zaak" in ours
    assert "Voer één zaak in" not in theirs


def test_an_own_case_tells_its_giver_why_each_fact_goes_or_stays(worker: Visitor) -> None:
    said = text_of(worker.get(f"/zaken/{share(worker, anonymity='full')}").text)

    assert "Gedeeld: de week van de maand." in said
    assert "De melder is geheel anoniem, of dat is niet bekend." in said
    assert "Gegevens over de beklaagde gaan niet mee in de lopende deling." in said
    assert "versie" in said


def test_cases_of_the_police_carry_the_line_on_secrecy(app: Flask, worker: Visitor, police: Visitor) -> None:
    content = (ROOT / "adapters" / POLICE / "zaaksoverzicht.example.xlsx").read_bytes()
    offered = police.post("/inlezen", data={"file": (BytesIO(content), "overzicht.xlsx")}).location
    police.post(offered)

    found = LINK.findall(worker.get("/ontvangen").text)

    assert found
    assert "Geheimhouding" in text_of(worker.get(f"/ontvangen/{found[0]}").text)


def test_the_list_goes_on_where_the_page_before_it_ended(worker: Visitor, police: Visitor) -> None:
    content = (ROOT / "adapters" / "bureau" / "registratie.example.csv").read_text("windows-1252").splitlines()
    row = next(line for line in content if line.startswith("D-2026-0101"))
    many = [content[0], *(row.replace("D-2026-0101", f"D-2026-{number}") for number in range(2000, 2120))]
    offered = worker.post("/inlezen", data={"file": (BytesIO("\n".join([*many, ""]).encode("windows-1252")), "veel.csv")})
    assert offered.status_code == 303, text_of(offered.text)
    assert worker.post(offered.location).status_code == 303, text_of(offered.text)

    seen: list[str] = []
    path: str | None = "/ontvangen"
    while path:
        page = police.get(path).text
        seen += LINK.findall(page)
        found = re.search(r'href="(/ontvangen\?na=[^"]+)" rel="next"', page)
        path = found[1] if found else None

    assert len(seen) == len(set(seen)) == 120
    assert police.get("/ontvangen?na=kwaad").status_code == 400
    assert police.get("/ontvangen?na=a&na=b").status_code == 400


def test_the_outsider_receives_nothing_and_the_page_says_what_that_means(app: Flask, worker: Visitor, cast: Cast) -> None:
    code = share(worker)

    outsider = seat_of(app, OUTSIDER)

    assert "Niemand deelt op dit moment een zaak met u" in text_of(outsider.get("/ontvangen").text)
    assert "Er is nog geen afspraak waardoor uw organisatie zaken van anderen ontvangt." in text_of(outsider.get("/").text)
    assert f"Er zijn afspraken met {cast.partners[DRENTHE].name}" in text_of(seat_of(app, COC_GD).get("/ontvangen").text)
    assert outsider.get(f"/ontvangen/{code}").status_code == 404
    assert seat_of(app, COC_GD).get(f"/ontvangen/{code}").status_code == 404
