"""The shell: what holds for every page, whoever looks at it."""

import pytest
from flask import Flask

from hub.sharing import dutch
from hub.web import entry, headers
from hub.web import pages as web_pages
from tests.cast import DRENTHE, OUTSIDER, Cast
from tests.doors.visitor import Visitor, seat_of, strict, text_of

HOUSE_HEADERS = {**headers.EVERYWHERE, "Content-Security-Policy": headers.CONTENT_POLICY}


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    return Visitor(app)


def test_every_door_stands_in_the_table_and_the_table_names_no_door_that_is_not_there(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(entry.ENTRIES)


def test_the_table_knows_what_every_path_part_names(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if entry.ENTRIES[rule.endpoint].roles is not None:
            assert set(entry.ENTRIES[rule.endpoint].things) == rule.arguments, rule.rule


def test_a_door_that_is_not_in_the_table_is_shut(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry, "ENTRIES", {key: value for key, value in entry.ENTRIES.items() if key != "web.show_privacy"})

    answer = seat_of(app, DRENTHE).get("/privacy")

    assert answer.status_code == 403
    assert "Deze ingang is dicht" in answer.text


@pytest.mark.parametrize("path", ["/", "/privacy", "/toegankelijkheid", "/bestaat-niet", "/zaken", "/gezondheid/leeft", "/static/nee.css"])
def test_every_answer_carries_the_strict_headers_and_is_not_kept(stranger: Visitor, path: str) -> None:
    answer = stranger.get(path)

    assert {name: answer.headers[name] for name in HOUSE_HEADERS} == HOUSE_HEADERS
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers or "Max-Age=0" in answer.headers["Set-Cookie"]


def test_a_static_file_is_kept_for_a_year_under_a_name_that_changes_with_its_bytes(stranger: Visitor) -> None:
    answer = stranger.get(web_pages.static_address("schakel.css"))

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == headers.FOR_A_YEAR
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert stranger.get("/static/schakel.css").status_code == 404
    assert len(answer.data) <= 20 * 1024


@pytest.mark.parametrize("path", ["/", "/privacy", "/toegankelijkheid", "/bestaat-niet", "/zaken", "/aanmelden"])
def test_a_page_is_strict_html_in_dutch_with_a_title_a_skip_link_and_one_heading(stranger: Visitor, path: str) -> None:
    page = strict(stranger.get(path).text)

    assert page.get("lang") == "nl"
    assert page.find("head/title").text.endswith(" · Schakel")
    assert page.find("body/a").get("href") == "#inhoud"
    assert len(page.findall(".//h1")) == 1
    assert page.find(".//main").get("id") == "inhoud"


def test_no_page_holds_a_script_or_style_of_its_own(stranger: Visitor) -> None:
    page = strict(stranger.get("/").text)

    assert not page.findall(".//style")
    assert not [tag for tag in page.iter() if any(name.startswith("on") or name == "style" for name in tag.keys())]  # noqa: SIM118
    assert all(tag.get("src") for tag in page.findall(".//script"))


def test_the_demo_says_on_every_page_which_day_it_is(stranger: Visitor) -> None:
    assert "Demo: vandaag is 4 november 2026" in text_of(stranger.get("/").text)


def test_somebody_who_is_logged_in_sees_partner_name_and_duties_and_a_stranger_does_not(app: Flask, cast: Cast, stranger: Visitor) -> None:
    said = text_of(seat_of(app, DRENTHE).get("/privacy").text)

    assert cast.partners[DRENTHE].name in said
    assert "Afmelden" in said
    assert cast.partners[DRENTHE].name not in text_of(stranger.get("/privacy").text)


def test_a_page_for_people_asks_a_stranger_to_log_in(stranger: Visitor) -> None:
    answer = stranger.get("/zaken")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Cookie ")
    assert "/aanmelden" in answer.text


def test_a_cookie_that_names_no_session_is_a_strangers_and_is_taken_away(app: Flask, cast: Cast) -> None:
    answer = Visitor(app, "nergens-van-bekend").get("/zaken")

    assert answer.status_code == 401
    assert "__Host-schakel=;" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_deed_that_a_page_does_not_know_is_refused_with_the_ones_it_does(stranger: Visitor, method: str) -> None:
    answer = getattr(stranger.client, method)("/privacy", headers={"Origin": "http://localhost:8000"}, base_url="https://localhost:8000")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_another_host_name_is_not_ours(app: Flask) -> None:
    assert app.test_client().get("/", base_url="http://kwaad.example").status_code == 400


def test_a_monitor_of_the_server_learns_that_we_live_and_that_the_database_answers(stranger: Visitor) -> None:
    assert stranger.get("/gezondheid/leeft").json == {"staat": "leeft"}
    assert stranger.get("/gezondheid/klaar").json == {"staat": "klaar"}


def test_the_outsider_may_look_around_but_his_menu_opens_nothing_more_than_he_may(app: Flask, cast: Cast) -> None:
    said = text_of(seat_of(app, OUTSIDER).get("/").text)

    assert "Overzicht" in said


def test_every_code_of_the_vocabulary_has_a_dutch_label(cast: Cast) -> None:
    vocabulary = cast.house.book.vocabulary
    used = {words.code_list for words in vocabulary.facts.values()}
    for name, codes in ((name, codes) for name, codes in vocabulary.lists.items() if name in used):
        missing = (codes.codes | codes.coarse) - dutch.ALL_CODES.get(name, {}).keys()
        extra = dutch.ALL_CODES.get(name, {}).keys() - (codes.codes | codes.coarse)
        assert (name, missing, extra) == (name, frozenset(), frozenset())
    assert set(dutch.LABELS["facts"]) == set(vocabulary.facts)
    assert set(dutch.LABELS["steering"]) == set(vocabulary.steering)
    for name, steering in vocabulary.steering.items():
        assert set(dutch.LABELS[name]) == {*steering.words, "unknown"}
