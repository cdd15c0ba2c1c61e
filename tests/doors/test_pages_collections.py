"""The editions of a partner as pages: what stands in them, how one chooses and takes them along, and that nobody else sees them."""

import re
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from flask import Flask

from hub.casuistry import addenda
from hub.casuistry.seal import seal
from hub.kernel.words import Month
from tests.cast import DRENTHE, GRONINGEN, OUTSIDER, POLICE, Cast
from tests.doors.months import EDITION, OPEN_ONE, on, play_november
from tests.doors.visitor import Visitor, seat_of, strict, text_of
from tests.make import BUREAU_WORDS, make_draft
from tests.rooms.collecting import IN_DECEMBER, IN_NOVEMBER, bring_in

LINE = re.compile(r'id="(regel-\d+)"')
CASE = re.compile(r'<th scope="row"><a href="(/(?:ontvangen|zaken)/[0-9A-Z]{11})"')


@pytest.fixture(autouse=True)
def _in_december(app: Flask) -> Iterator[None]:
    with on(date(2026, 12, 15)):
        yield


@pytest.fixture
def bureau(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, DRENTHE)


@pytest.fixture
def police(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, POLICE)


def rows_of(page: str) -> list[str]:
    """What each line of an edition says."""
    return [
        " ".join("".join(row.itertext()).split()) for row in strict(page).findall(".//tbody/tr") if row.get("id", "").startswith("regel")
    ]


def test_the_board_says_what_is_open_what_one_still_has_to_say_and_what_was_delivered(cast: Cast, bureau: Visitor) -> None:
    play_november(cast)

    fresh = text_of(bureau.get("/verzamelingen").text)
    bureau.get(EDITION)
    read = text_of(bureau.get("/verzamelingen").text)

    assert "Nog te doen: 1 aanleverbericht" in fresh
    assert "Bevriezen op 4 januari 2027 om 17.00 uur" in fresh
    assert "Drenthe van november 2026 Nog niet geopend 3 0 3 2 dec 2026" in fresh
    assert "Nog niet geopend" not in read


def test_the_overview_leads_to_an_edition_until_somebody_opened_it(cast: Cast, bureau: Visitor, app: Flask) -> None:
    play_november(cast)

    fresh = bureau.get("/").text
    outsider = seat_of(app, OUTSIDER).get("/").text
    bureau.get(EDITION)

    assert "Nieuwe maandverzamelingDrenthe, november 2026. Nog door niemand" in text_of(fresh)
    assert f'href="{EDITION}"' in fresh
    assert "Nieuwe maandverzameling" not in bureau.get("/").text
    assert "Nieuwe maandverzameling" not in outsider


def test_an_edition_leads_from_each_line_to_its_case_of_others_and_of_ones_own(cast: Cast, bureau: Visitor) -> None:
    bring_in(cast, DRENTHE, make_draft(place="GM1680", circumstances=BUREAU_WORDS))
    play_november(cast, cases=2)

    found = CASE.findall(bureau.get(EDITION).text)

    assert [path.split("/")[1] for path in sorted(found)] == ["ontvangen", "ontvangen", "zaken"]
    assert {bureau.get(path).status_code for path in found} == {200}


def test_a_changed_fact_stands_there_with_its_old_and_its_new_value(cast: Cast, bureau: Visitor) -> None:
    play_november(cast, cases=1)
    bring_in(cast, POLICE, make_draft(reference="P-0", place="GM0114", nature="geweld"), now=IN_DECEMBER)

    page = bureau.get(OPEN_ONE).text

    assert "Gewijzigd" in [heading.text for heading in strict(page).findall(".//h2")]
    assert "Aard van het voorval: was: Bedreiging → nu: Geweld" in text_of(page)
    assert "Dit is een voorlopig beeld" in text_of(page)


def test_a_choice_narrows_the_lines_and_nothing_else(cast: Cast, bureau: Visitor) -> None:
    bring_in(cast, POLICE, make_draft(place="GM1680", ground=("ras", "geslacht")))
    play_november(cast, cases=1)
    shown = {
        "deel=nieuw": 2, "deel=gewijzigd": 0, "gever=politie-noord-nederland": 2, "gever=bureau-drenthe": 0, "grond=geslacht": 1,
        "plaats=GM0114": 1, "stand=open": 2, "stand=gesloten": 0, "deel=nieuw&plaats=GM1680&grond=ras&stand=open": 1,
    }  # fmt: skip

    pages = {chosen: bureau.get(f"{EDITION}?{chosen}").text for chosen in shown}

    assert {chosen: len(LINE.findall(page)) for chosen, page in pages.items()} == shown
    assert all(("Geen zaak past bij deze keuze" in page) == (shown[chosen] == 0) for chosen, page in pages.items())
    assert all("2 Nieuw" in text_of(page) for page in pages.values())


def test_a_choice_that_is_not_right_is_told_above_the_whole_list(cast: Cast, bureau: Visitor) -> None:
    play_november(cast, cases=1)

    for chosen in ("deel=alles", "gever=<b>", "grond=kwaad", "plaats=GM9999", "stand=half", "per=partner", "na=-1", "na=x", "x=1"):
        answer = bureau.get(f"{EDITION}?{chosen}")

        assert answer.status_code == 400, chosen
        assert strict(answer.text).find("head/title").text.startswith("Fout: "), chosen
        assert len(LINE.findall(answer.text)) == 1, chosen


def test_by_ground_a_case_with_two_grounds_stands_under_both(cast: Cast, bureau: Visitor) -> None:
    bring_in(cast, POLICE, make_draft(place="GM1680", ground=("ras", "geslacht")))
    play_november(cast, cases=1)

    page = strict(bureau.get(f"{EDITION}?per=grond").text)

    heads = ["".join(head.itertext()).strip() for head in page.findall(".//th[@scope='rowgroup']")]
    assert heads == ["Ras (herkomst, huidskleur) (2)", "Geslacht (1)"]


def test_the_lines_go_on_where_the_page_before_ended_and_each_comes_once(cast: Cast, bureau: Visitor) -> None:
    play_november(cast, cases=120)

    seen: list[str] = []
    path: str | None = f"{EDITION}?stand=open"
    while path:
        page = bureau.get(path).text
        seen += LINE.findall(page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = found[1].replace("&amp;", "&") if found else None

    assert seen == [f"regel-{number}" for number in range(1, 121)]


def test_a_code_leads_to_its_line_and_one_that_is_not_there_is_told_beside_the_field(cast: Cast, bureau: Visitor) -> None:
    play_november(cast, cases=60)
    last = CASE.findall(bureau.get(f"{EDITION}?na=50").text)[-1].removeprefix("/ontvangen/")
    elsewhere = re.findall(r"/zaken/([0-9A-Z]{11})", seat_of(bureau.client.application, POLICE).get("/zaken").text)[0]

    found = bureau.post(f"{EDITION}/zoek", data={"code": f"{last[:4]}-{last[4:8]}-{last[8:]}".lower()})
    missing = [bureau.post(f"{EDITION}/zoek", data={"code": code}) for code in ("7K2M", elsewhere)]

    assert found.location == f"{EDITION}?na=59#regel-60"
    assert [answer.status_code for answer in missing] == [400, 400]
    assert all(answer.text.count('id="fout-code"') == 1 and 'value="' in answer.text for answer in missing)
    assert "Deze zaak staat niet in deze verzameling." in missing[1].text


def test_a_recalled_line_stays_without_its_values_and_an_addendum_tells_of_it(app: Flask, cast: Cast, police: Visitor) -> None:
    agreed = make_draft(reference="A", place="GM1680", circumstances=BUREAU_WORDS, consents={POLICE: "given"}, nature="geweld")
    bring_in(cast, DRENTHE, agreed)
    play_november(cast, cases=0)
    before = rows_of(police.get(EDITION).text)
    withdrawn = make_draft(reference="A", place="GM1680", circumstances=BUREAU_WORDS, consents={POLICE: "withdrawn"}, nature="geweld")
    bring_in(cast, DRENTHE, withdrawn, now=IN_DECEMBER)
    with cast.as_clerk(POLICE, now=IN_DECEMBER) as work:
        addenda.withdrawn(work)

    page = police.get(EDITION).text
    added = police.get(f"{EDITION}/aanvulling/1").text

    assert "Geweld" in before[0]
    assert "Ingetrokken op 14 december 2026. Wat hier stond, is gewist." in rows_of(page)[0]
    assert "Geweld" not in page and not CASE.findall(page)
    assert "1 regel is ingetrokken" in text_of(page)
    assert f'href="{EDITION}/aanvulling/1"' in page
    assert len(rows_of(added)) == 1 and not CASE.findall(added)
    assert [seat_of(app, DRENTHE).get(f"{EDITION}/aanvulling/{number}").status_code for number in (1, 9)] == [404, 404]


def test_an_edition_is_taken_along_as_a_file_that_no_browser_keeps_and_the_journal_knows(
    cast: Cast, bureau: Visitor, superuser: psycopg.Connection
) -> None:
    play_november(cast)
    kinds = {
        "xlsx": ("spreadsheetml.sheet", b"PK"),
        "ods": ("opendocument.spreadsheet", b"PK"),
        "pdf": ("pdf", b"%PDF"),
        "json": ("json", b"{"),
    }

    for form, (kind, begins) in kinds.items():
        answer = bureau.post(f"{EDITION}/zaaksoverzicht", data={"vorm": form})

        assert answer.status_code == 200
        assert kind in answer.headers["Content-Type"] and answer.data.startswith(begins)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="zaaksoverzicht-drenthe-2026-11.{form}"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    noted = "SELECT convert_from(data, 'utf8') FROM audit.entry WHERE convert_from(data, 'utf8') LIKE '%maandverzameling-uitgevoerd%'"
    told = [line for (line,) in superuser.execute(noted).fetchall()]
    assert sorted(form for line in told for form in kinds if f'"{form}"' in line) == sorted(kinds)


def test_a_form_of_file_that_does_not_exist_is_told_on_the_page_and_who_only_reads_takes_nothing_along(
    app: Flask, cast: Cast, bureau: Visitor
) -> None:
    play_november(cast)
    privacy = seat_of(app, DRENTHE, role="privacy_officer")

    refused = bureau.post(f"{EDITION}/zaaksoverzicht", data={"vorm": "exe"})

    assert refused.status_code == 400
    assert "Kies een vorm: XLSX, ODS, PDF of JSON." in text_of(refused.text)
    assert "Download als" not in privacy.get(EDITION).text
    assert privacy.post(f"{EDITION}/zaaksoverzicht", data={"vorm": "json"}).status_code == 403


def test_a_coordinator_makes_an_edition_anew_and_reads_whether_it_is_still_the_same(cast: Cast, app: Flask, bureau: Visitor) -> None:
    play_november(cast)
    coordinator, check = seat_of(app, DRENTHE, role="coordinator"), f"{EDITION}/nabouwen"
    early = text_of(coordinator.post(check).text)
    with cast.as_clerk(DRENTHE, now=IN_DECEMBER) as work:
        seal(work, province="drenthe", month=Month(2026, 11), house=cast.house)

    whole = coordinator.post(check)

    assert check in coordinator.get(EDITION).text
    assert "er is niets genoteerd" in early
    assert "Alles is gelijk, byte voor byte." in text_of(whole.text)
    assert "Anders" not in text_of(whole.text)
    assert bureau.post(check).status_code == 403
    assert check not in bureau.get(EDITION).text


def test_the_page_for_paper_holds_every_line_and_no_link_to_a_case(cast: Cast, bureau: Visitor) -> None:
    play_november(cast, cases=60)

    page = bureau.get(f"{EDITION}/afdruk").text

    assert page.count("Politie Noord-Nederland</td>") == 60
    assert not CASE.findall(page)
    assert "Samen606060" in text_of(page)


def test_before_its_delivery_an_edition_says_when_it_comes_and_an_open_one_cannot_be_taken_along(cast: Cast, bureau: Visitor) -> None:
    play_november(cast, until="frozen")

    frozen = bureau.get(EDITION)

    assert frozen.status_code == 409
    assert "2 december 2026" in text_of(frozen.text)
    assert "Bezorgen op 2 december 2026 om 09.00 uur" in text_of(bureau.get("/verzamelingen").text)
    assert bureau.post(f"{EDITION}/zaaksoverzicht", data={"vorm": "json"}).status_code == 409
    assert bureau.post(f"{OPEN_ONE}/zaaksoverzicht", data={"vorm": "json"}).status_code == 404


def test_the_outsider_has_no_edition_no_preview_and_no_question_and_learns_no_more_from_an_address(app: Flask, cast: Cast) -> None:
    play_november(cast)
    outsider = seat_of(app, OUTSIDER)

    absent = outsider.get("/verzamelingen/drenthe/2020-01")

    assert "Er is geen verzameling voor uw organisatie." in text_of(outsider.get("/verzamelingen").text)
    for path in (
        EDITION,
        OPEN_ONE,
        f"{EDITION}/afdruk",
        f"{EDITION}/aanvulling/1",
        "/verzamelingen/nergens/2026-11",
        "/verzamelingen/drenthe/11",
    ):
        answer = outsider.get(path)
        assert (answer.status_code, text_of(answer.text)) == (404, text_of(absent.text)), path
    assert outsider.post(f"{EDITION}/zaaksoverzicht", data={"vorm": "json"}).status_code == 404


def test_an_edition_shows_its_own_partner_no_more_than_its_inbox_holds(app: Flask, cast: Cast) -> None:
    bring_in(cast, POLICE, make_draft(reference="stil", place="GM1680", circumstances={"police_regime": "art9"}), now=IN_NOVEMBER)
    play_november(cast, cases=1)

    theirs, ours = seat_of(app, GRONINGEN).get(EDITION), seat_of(app, POLICE).get(EDITION)

    assert len(LINE.findall(theirs.text)) == 0
    assert "Er staan geen zaken in deze verzameling." in theirs.text
    assert len(LINE.findall(ours.text)) == 2
