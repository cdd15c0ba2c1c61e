"""Forms: only our own pages may send one, and only with the token of the session that got it."""

import json
from typing import Any

import psycopg
import pytest
from flask import Flask

from hub.people.words import Role
from hub.web import door, entry
from tests.cast import DRENTHE, GRONINGEN, Cast
from tests.doors.visitor import Visitor, seat_of
from tests.scaffold import PUBLIC

OURS = {"Origin": PUBLIC, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def worker(app: Flask, cast: Cast) -> Visitor:
    return seat_of(app, DRENTHE)


def send(visitor: Visitor, *, headers: dict[str, str], **more: Any) -> int:
    said = {"data": {door.FORM_FIELD: visitor.token()}} | more
    return visitor.client.post("/afmelden", headers=headers, base_url="https://localhost:8000", **said).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://kwaad.example"},
        {"Origin": "https://kwaad.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": PUBLIC, "Sec-Fetch-Site": "cross-site"},
        {"Origin": PUBLIC, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=["nothing said", "null", "sandboxed", "foreign", "foreign and cross-site", "cross-site", "same-site", "typed address"],
)
def test_a_form_from_elsewhere_is_refused_and_the_session_stays(worker: Visitor, headers: dict[str, str]) -> None:
    assert send(worker, headers=headers) == 403
    assert "Afmelden" in worker.get("/").text


@pytest.mark.parametrize("said", [{"iets": "anders"}, {door.FORM_FIELD: ""}, {door.FORM_FIELD: "0" * 64}], ids=["absent", "empty", "wrong"])
def test_a_form_without_the_token_of_the_session_is_refused(worker: Visitor, said: dict[str, str]) -> None:
    assert send(worker, headers=OURS, data=said) == 403


def test_the_token_of_another_session_does_not_fit(app: Flask, worker: Visitor) -> None:
    other = seat_of(app, GRONINGEN)

    assert send(worker, headers=OURS, data={door.FORM_FIELD: other.token()}) == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
def test_json_is_no_form_also_where_nobody_is_logged_in_and_no_token_is_asked(app: Flask, worker: Visitor, kind: str) -> None:
    told = json.dumps({door.FORM_FIELD: worker.token()})
    stranger = app.test_client()

    answer = stranger.post("/afmelden", headers=OURS, base_url="https://localhost:8000", data=told, content_type=kind)

    assert send(worker, headers=OURS, data=told, content_type=kind) == answer.status_code == 403
    assert "Dit is geen formulier van Schakel." in answer.text


@pytest.mark.parametrize("headers", [OURS, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}, {"Origin": PUBLIC}], ids=str)
def test_our_own_form_is_accepted_however_a_browser_says_that_it_is_ours(worker: Visitor, headers: dict[str, str]) -> None:
    assert send(worker, headers=headers) == 200
    assert "Afmelden" not in worker.get("/").text


def test_whoever_only_reads_meets_no_form_that_changes_a_case(app: Flask) -> None:
    readers = {Role.PRIVACY_OFFICER, Role.AUDITOR}
    forms = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}

    open_to_readers = {endpoint for endpoint in forms if (roles := entry.ENTRIES[endpoint].roles) is None or roles & readers}

    of_oneself = {"people.begin_sign_in", "people.sign_out", "people.take_notice", "notices.choose_notices", "notices.ask_test"}
    of_oneself |= {"invitations.answer_by_link", "invitations.answer_invitation", "invitations.choose_title", "invitations.make_address",
                   "invitations.revoke_address"}  # fmt: skip
    searches = {"cases.find_case", "casuistry.find_line", "casuistry.find_added_line"}
    of_privacy_officers = {  # agreements and their terms, recalls, how long cases are kept, on which ground one belongs to a body
        "watches.settle_watch", "sharing.sign_agreement", "sharing.stop_agreement", "threads.answer_recall", "retention.choose_term",
        "retention.hold_case", "retention.release_case", "bodies.answer_question",
    }  # fmt: skip
    assert open_to_readers <= {*of_oneself, *searches, *of_privacy_officers}
    assert not [one for one in of_privacy_officers if Role.AUDITOR in (entry.ENTRIES[one].roles or ())]


def test_a_refusal_leaves_a_line_in_the_journal_of_the_partner_and_names_the_door(worker: Visitor, superuser: psycopg.Connection) -> None:
    send(worker, headers=OURS, data={"iets": "anders"})

    lines = [json.loads(bytes(data)) for (data,) in superuser.execute("SELECT data FROM audit.entry")]
    refused = [line for line in lines if line["k"] == "inloggen/toegang-geweigerd"]
    assert [line["reden"] for line in refused] == ["formulier-verlopen"]
    assert refused[0]["partner"] == 1


def test_a_request_larger_than_the_house_takes_is_refused(worker: Visitor, app: Flask) -> None:
    answer = worker.client.post(
        "/afmelden", headers=OURS, base_url="https://localhost:8000", data=b"x", content_type="application/x-www-form-urlencoded",
        environ_overrides={"CONTENT_LENGTH": str(app.config["MAX_CONTENT_LENGTH"] + 1)},
    )  # fmt: skip

    assert answer.status_code == 413
    assert "te groot" in answer.text
