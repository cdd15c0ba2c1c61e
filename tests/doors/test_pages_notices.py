"""The pages of messages: everybody sees and chooses for the own account alone, and the operator sees what got stuck and not whose it is."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from hub.cli import main
from hub.courier import send_waiting
from hub.desk import Desk
from hub.kernel import clock
from hub.kernel.actor import Doorkeeper
from hub.kernel.database import begin_work
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.kernel.settings import Settings
from hub.people.actions import admit, sign_in
from hub.people.words import Claims, Role
from tests.cast import DRENTHE, EVERYBODY, GRONINGEN, NOON, POLICE, Cast
from tests.doors.test_commands import is_refused, told
from tests.doors.visitor import Visitor, seat_of, text_of
from tests.postbox import open_postbox
from tests.scaffold import ISSUER, Place, environment_for
from tests.walls.seats import ASSURED, Seat

HENDRIK = "hendrik.d@voorbeeld.invalid"
NOBODY = str(UUID(int=9))
Somebody = Callable[[str, str], Seat]


@pytest.fixture
def hendrik(app: Flask, cast: Cast, superuser: psycopg.Connection) -> Iterator[Visitor]:
    yield seat_of(app, DRENTHE, role="coordinator")
    superuser.execute("UPDATE hub.account SET notices = 'at_once'")


@pytest.fixture
def somebody(app: Flask, cast: Cast, superuser: psycopg.Connection) -> Iterator[Somebody]:
    """A session for a fresh account of this partner in this role, without an address; the accounts go again afterwards."""

    def sit_down(slug: str, role: str) -> Seat:
        with cast.as_clerk(slug) as work:
            admit(work, issuer=ISSUER, subject=f"seat {slug} {role}", name=f"Iemand {role}", roles=[Role(role)])
        claims = Claims("demo", ISSUER, f"seat {slug} {role}", slug, None, ASSURED, datetime.now(UTC))
        with begin_work(Doorkeeper(), now=clock.now()) as work:
            return Seat(app, sign_in(work, claims=claims, replacing=None, origin=None).reveal(), slug=slug, role=role)

    yield sit_down
    superuser.execute("DELETE FROM hub.account WHERE subject LIKE 'seat %'")


def one_round(app: Flask, cast: Cast, settings: Settings, *, refused: str = "") -> list[str]:
    """Let the courier send once to a real server that may refuse somebody, and tell who got mail."""
    with open_postbox() as box:
        if refused:
            box.answers[refused] = "550 5.1.1 hendrik.d@voorbeeld.invalid is hier niet bekend"
        send_waiting(Desk(app, replace(settings, mail=box.mail()), cast.house))
        return box.recipients


def stuck_one(app: Flask, cast: Cast, settings: Settings) -> None:
    with cast.as_clerk(DRENTHE) as work:
        notice = Notice(cast.id(DRENTHE), "2026-10/drenthe", NoticeKind.COLLECTION_DELIVERED, "/verzamelingen/drenthe/2026-10",
                        ("coordinator",), NOON)  # fmt: skip
        put_down(work, notice=notice)
    one_round(app, cast, settings, refused=HENDRIK)


def test_somebody_sees_the_own_address_and_choice_and_changes_the_choice(hendrik: Visitor):
    before = hendrik.get("/meldingen").text
    answer = hendrik.post("/meldingen", data={"choice": "weekly"})
    after = hendrik.get(answer.location).text

    assert HENDRIK in text_of(before)
    assert 'value="at_once" checked' in before
    assert (answer.status_code, answer.location) == (303, "/meldingen?gedaan=meldingen")
    assert 'value="weekly" checked' in after
    assert "Uw keuze is bewaard." in text_of(after)


@pytest.mark.parametrize("data", [{}, {"choice": ""}, {"choice": "soms"}, {"choice": "weekly", "account": NOBODY}])
def test_a_choice_that_is_none_is_told_and_changes_nothing(hendrik: Visitor, data: dict[str, str]):
    answer = hendrik.post("/meldingen", data=data)

    assert answer.status_code == 400
    assert "<title>Fout: Meldingen" in answer.text
    assert 'value="at_once" checked' in hendrik.get("/meldingen").text


def test_a_test_message_is_asked_and_arrives_and_stands_in_the_list_of_who_asked(
    app: Flask, cast: Cast, place: Place, settings: Settings, hendrik: Visitor
):
    answer = hendrik.post("/meldingen/proefbericht")
    recipients = one_round(app, cast, settings)

    assert answer.status_code == 303
    assert "proefbericht wordt verstuurd" in text_of(hendrik.get(answer.location).text)
    assert recipients == [HENDRIK]
    assert "Proefbericht van Schakel verstuurd" in text_of(hendrik.get("/meldingen").text)
    assert "Proefbericht" not in text_of(seat_of(app, DRENTHE).get("/meldingen").text).replace("proefbericht", "")
    assert "Proefbericht van" not in text_of(seat_of(app, GRONINGEN).get("/meldingen").text)


def test_who_has_no_address_is_told_so_and_asks_no_test_message(cast: Cast, somebody: Somebody):
    seat = somebody(DRENTHE, "auditor")

    page = text_of(seat.get("/meldingen").text)
    assert "Schakel kent uw mailadres nog niet." in page
    assert "Stuur mij een proefbericht" not in page
    assert seat.post("/meldingen/proefbericht").status_code == 409


def test_the_operator_of_any_partner_sees_what_got_stuck_without_partner_kind_or_address(
    app: Flask, cast: Cast, place: Place, settings: Settings, somebody: Somebody
):
    stuck_one(app, cast, settings)

    pages = {slug: text_of(somebody(slug, "operator").get("/postvak-uit").text) for slug in (POLICE, GRONINGEN)}

    for page in pages.values():
        assert "opgegeven" in page
        assert "(550)" in page
        for word in ("hendrik", "drenthe", "collection", "maandverzameling", "bekend"):
            assert word not in page.lower().replace("onbekend", "")


@pytest.mark.parametrize("slug", [POLICE, GRONINGEN])
def test_the_operator_has_a_letter_tried_again(
    app: Flask, cast: Cast, place: Place, settings: Settings, somebody: Somebody, superuser: psycopg.Connection, slug: str
):
    stuck_one(app, cast, settings)
    [(letter,)] = superuser.execute("SELECT id FROM hub.undelivered").fetchall()

    seat = somebody(slug, "operator")
    answer = seat.post("/postvak-uit", data={"letter": str(letter)})

    assert (answer.status_code, answer.location) == (303, "/postvak-uit?gedaan=opnieuw")
    assert "wordt zo opnieuw geprobeerd" in text_of(seat.get("/postvak-uit").text)
    assert one_round(app, cast, settings) == [HENDRIK]
    assert "Er is geen mail vastgelopen." in text_of(seat.get("/postvak-uit").text)


@pytest.mark.parametrize(("letter", "status"), [(NOBODY, 404), ("nee", 400), ("", 400)])
def test_a_letter_that_is_not_there_is_not_tried(cast: Cast, somebody: Somebody, letter: str, status: int):
    assert somebody(POLICE, "operator").post("/postvak-uit", data={"letter": letter}).status_code == status


@pytest.mark.parametrize("role", ["case_worker", "coordinator", "privacy_officer", "auditor"])
def test_nobody_but_an_operator_sees_the_outbox(cast: Cast, somebody: Somebody, role: str):
    seats = [somebody(slug, role) for slug in EVERYBODY]

    assert {seat.get("/postvak-uit").status_code for seat in seats} == {403}
    assert {seat.post("/postvak-uit", data={"letter": NOBODY}).status_code for seat in seats} == {403}


def run(place: Place, *words: str) -> Result:
    return CliRunner().invoke(main, words, env=environment_for(place))


def test_the_command_tells_an_operator_of_the_server_which_letters_got_stuck_and_tries_one_again(
    app: Flask, cast: Cast, place: Place, settings: Settings
):
    stuck_one(app, cast, settings)

    [one] = told(run(place, "outbox", "list", "--json"))
    spoken = run(place, "outbox", "list").stdout
    asked = told(run(place, "outbox", "retry", one["id"], "--json"))

    assert (one["partner"], one["kind"], one["state"], one["tries"], one["code"]) == (DRENTHE, "collection_delivered", "dead", 1, "550")
    assert set(one) == {"partner", "id", "kind", "account", "state", "put_at", "tries", "code"}
    assert "niet aangekomen, 1 keer geprobeerd (550:" in spoken
    assert asked == {"id": one["id"], "asked": True}
    assert one_round(app, cast, settings) == [HENDRIK]
    assert told(run(place, "outbox", "list", "--json")) == []
    assert "is er niet" in is_refused(run(place, "outbox", "retry", one["id"]))


def test_the_command_sets_an_address_and_takes_it_away(cast: Cast, place: Place):
    people = {one["name"]: one for one in told(run(place, "accounts", "list", "--partner", DRENTHE, "--json"))}
    hendrik = people["Hendrik D."]

    removed = told(run(place, "accounts", "email", hendrik["id"], "--partner", DRENTHE, "--json"))
    wrong = run(place, "accounts", "email", hendrik["id"], "Hendrik <h@voorbeeld.invalid>", "--partner", DRENTHE)
    elsewhere = run(place, "accounts", "email", hendrik["id"], HENDRIK, "--partner", GRONINGEN)
    again = told(run(place, "accounts", "email", hendrik["id"], HENDRIK, "--partner", DRENTHE, "--json"))

    assert hendrik["email"] == HENDRIK
    assert (removed["email"], again["email"]) == (None, HENDRIK)
    assert "geen mailadres" in is_refused(wrong)
    assert is_refused(elsewhere)
