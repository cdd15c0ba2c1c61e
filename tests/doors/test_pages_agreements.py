"""The pages Afspraken: what we give and get, a proposal with its effect, the signatures under exactly that, and the stop."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask

from hub.cases import intake
from hub.cases.received import Wanted, received
from hub.sharing.actions import propose
from tests.agreeing import changed, kept_register
from tests.cast import DRENTHE, FRYSLAN, OM, OUTSIDER, POLICE, Cast
from tests.doors.visitor import Visitor, seat_of, strict, text_of
from tests.make import Delivery, make_draft
from tests.walls.seats import essence

NAME = "politie--bureaus"
PATH = f"/afspraken/{POLICE}~{FRYSLAN}~{NAME}"
HIDDEN = re.compile(r'name="(text|effect)" value="([0-9a-f]{64})"')


@pytest.fixture(autouse=True)
def register(cast: Cast, superuser: psycopg.Connection) -> Iterator[None]:
    with kept_register(superuser):
        yield


@pytest.fixture
def offered(cast: Cast) -> None:
    """The police share the province instead of the municipality, and also who reported: version 4 from 6 November on."""
    words = {"days": "from: 2026-09-01 → from: 2026-11-06", "place": "place:         municipality → place:         province"}
    with cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft(place="GM0080")]), house=cast.house)
    with cast.as_clerk(None) as work:
        propose(work, policies=[changed(cast, name=NAME, **words)], book=cast.house.book, demo=True)


def sign(visitor: Visitor, *, tick: str = "ja") -> tuple[int, str]:
    """Reads the page and sends its form, with what it says was read."""
    page = visitor.get(f"{PATH}~4").text
    answer = visitor.post(f"{PATH}~4/tekenen", data={**dict(HIDDEN.findall(page)), "read": tick})
    return answer.status_code, answer.text


def test_each_sees_what_it_gives_and_gets_and_nothing_between_others(app: Flask, cast: Cast):
    page = text_of(seat_of(app, OM).get("/afspraken").text)
    links = re.findall(r'href="/afspraken/([^"]+)"', seat_of(app, OM).get("/afspraken").text)

    assert "Wat met ons gedeeld wordt" in page
    assert len(links) > 4
    assert all("om-noord-nederland" in link.split("~")[:2] for link in links)


def test_who_has_no_agreement_reads_that_nothing_is_shared(app: Flask, cast: Cast):
    assert "Zonder afspraak wordt er niets gedeeld" in text_of(seat_of(app, OUTSIDER).get("/afspraken").text)


def test_the_agreement_is_read_in_sentences_about_this_pair_alone(app: Flask, cast: Cast):
    page = seat_of(app, FRYSLAN).get(f"{PATH}~3").text
    said = text_of(page)

    assert "Wie bij de politie meldde, gaat alleen mee in een doorverwijzing." in said
    assert "de gemeente" in said
    assert "korpschef" in said
    assert not {name for name in ("Drenthe", "Groningen") if re.search(rf"Discriminatie\S* {name}|Meldpunt\S* {name}", said)}
    strict(page)


@pytest.mark.parametrize("path", [f"{PATH}~3", f"{PATH}~4", f"{PATH}~9", "/afspraken/onzin"])
def test_an_agreement_of_others_does_not_exist(app: Flask, cast: Cast, offered: None, path: str):
    visitor = seat_of(app, OM)

    hidden, absent = essence(visitor.get(path)), essence(visitor.get("/afspraken/nooit"))

    assert hidden == absent
    assert hidden[0] == 404


def test_three_people_sign_what_they_read_and_then_it_is_accepted(app: Flask, cast: Cast, offered: None):
    ellen, nadia = seat_of(app, POLICE, role="privacy_officer"), seat_of(app, POLICE, role="coordinator")
    tjeerd = seat_of(app, FRYSLAN, role="privacy_officer")

    steps = [sign(ellen)[0], sign(nadia)[0], sign(tjeerd)[0]]

    said = text_of(ellen.get(f"{PATH}~4?gedaan=getekend").text)
    assert steps == [303, 303, 303]
    assert "aanvaard, gaat nog in" in said
    assert "Ellen J." in said
    assert "Tjeerd" not in said


def test_the_giver_reads_numbers_and_examples_and_the_recipient_directions_alone(app: Flask, cast: Cast, offered: None):
    giver = text_of(seat_of(app, POLICE, role="privacy_officer").get(f"{PATH}~4").text)
    recipient = text_of(seat_of(app, FRYSLAN, role="privacy_officer").get(f"{PATH}~4").text)

    assert "Gevolg voor uw eigen zaken" in giver
    assert "1 zaak bij" in giver
    assert "de gemeente wordt de provincie (nauwer)" in recipient
    assert "Gevolg voor uw eigen zaken" not in recipient


def test_a_signature_without_the_tick_is_asked_for_again_and_changes_nothing(app: Flask, cast: Cast, offered: None):
    status, page = sign(seat_of(app, POLICE, role="privacy_officer"), tick="")

    assert status == 400
    assert "zet een vinkje" in page
    assert "Nog niemand tekende." in text_of(page)


def test_when_the_effect_changed_since_it_was_read_it_is_read_again(app: Flask, cast: Cast, offered: None):
    ellen = seat_of(app, POLICE, role="privacy_officer")
    read = dict(HIDDEN.findall(ellen.get(f"{PATH}~4").text))
    with cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft(place="GM0080")]), house=cast.house)

    answer = ellen.post(f"{PATH}~4/tekenen", data={**read, "read": "ja"})

    assert answer.status_code == 409
    assert "Lees de afspraak opnieuw" in answer.text


def test_nobody_signs_twice_and_nobody_before_its_turn(app: Flask, cast: Cast, offered: None):
    ellen, tjeerd = seat_of(app, POLICE, role="privacy_officer"), seat_of(app, FRYSLAN, role="privacy_officer")

    early, first, again = sign(tjeerd)[0], sign(ellen)[0], sign(ellen)

    assert (early, first, again[0]) == (409, 303, 409)
    assert 'action="' + f"{PATH}~4/tekenen" not in ellen.get(f"{PATH}~4").text


def test_the_giver_stops_and_the_recipient_has_nothing_left(app: Flask, cast: Cast, offered: None):
    ellen = seat_of(app, POLICE, role="privacy_officer")
    hasty = ellen.post(f"{PATH}~3/stoppen", data={})

    stopped = ellen.post(f"{PATH}~3/stoppen", data={"sure": "ja"})

    with cast.as_person(FRYSLAN) as work:
        rows = received(work, house=cast.house, wanted=Wanted()).rows
    assert (hasty.status_code, stopped.status_code) == (400, 303)
    assert [row for row in rows if row.giver.slug == POLICE] == []
    assert "gestopt" in text_of(seat_of(app, FRYSLAN).get(f"{PATH}~3").text)


def test_the_recipient_and_a_case_worker_do_not_stop_it(app: Flask, cast: Cast):
    assert seat_of(app, FRYSLAN, role="privacy_officer").post(f"{PATH}~3/stoppen", data={"sure": "ja"}).status_code == 403
    assert seat_of(app, POLICE).post(f"{PATH}~3/stoppen", data={"sure": "ja"}).status_code == 403
    assert seat_of(app, DRENTHE, role="privacy_officer").post(f"{PATH}~3/stoppen", data={"sure": "ja"}).status_code == 404
