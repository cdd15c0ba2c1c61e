"""The page of retention: the term with its decision, what goes and what is held, and its forms; for its own organisation alone."""

import pytest
from flask import Flask

from hub.retention.actions import announce
from tests.cast import DRENTHE, POLICE, Cast
from tests.doors.visitor import Visitor, seat_of, strict, text_of
from tests.rooms.recalling import share

TERM = {"counted_from": "released", "months": "1", "decision": "Besluit van de directie, 3 november.", "decided_on": "2026-11-03"}


@pytest.fixture
def own(cast: Cast) -> str:
    """The police's own code of a case."""
    return share(cast)[0]


@pytest.fixture
def officer(app: Flask, own: str) -> Visitor:
    return seat_of(app, POLICE, role="privacy_officer")


def said(visitor: Visitor) -> str:
    answer = visitor.get("/bewaren")
    assert answer.status_code == 200
    strict(answer.text)
    return text_of(answer.text)


def test_a_privacy_officer_sets_the_term_and_everybody_of_the_organisation_reads_it(app: Flask, cast: Cast, officer: Visitor) -> None:
    before = said(officer)
    answer = officer.post("/bewaren/termijn", data=TERM)
    with cast.as_clerk(POLICE) as work:
        announce(work)
    after = said(seat_of(app, POLICE))

    assert "koos geen bewaartermijn" in before and "verdwijnt geen enkele eigen zaak" in before
    assert (answer.status_code, answer.location) == (303, "/bewaren?gedaan=bewaartermijn")
    assert "verwijdert een zaak 1 maand nadat de zaak in Schakel kwam" in after and TERM["decision"] in after
    assert "4 dec 2026" in after and "morgen aangekondigd" not in after
    assert "koos geen bewaartermijn" in said(seat_of(app, DRENTHE))


def test_a_form_that_is_wrong_says_where_and_keeps_what_was_typed(officer: Visitor) -> None:
    wrong = officer.post(
        "/bewaren/termijn", data={"counted_from": "closed", "months": "veel", "decision": "kort <b>", "decided_on": "ooit"}
    )
    hold = officer.post("/bewaren/vasthouden", data={"code": "0000", "reason": "zomaar", "until": "2026-11-31"})

    assert wrong.status_code == hold.status_code == 400
    assert all(f'href="#{name}"' in wrong.text for name in ("months", "decided_on")) and "kort &lt;b&gt;" in wrong.text
    assert all(f'href="#{name}"' in hold.text for name in ("code", "reason", "until"))


def test_a_case_is_held_once_and_released_once(officer: Visitor, own: str) -> None:
    form = {"code": own, "reason": "complaint", "until": ""}
    answers = [officer.post("/bewaren/vasthouden", data=form).status_code for _ in range(2)]
    held = said(officer)
    released = [officer.post(f"/bewaren/{own}/loslaten").status_code for _ in range(2)]

    assert (answers, released) == ([303, 409], [303, 409])
    assert "er loopt een klacht of een bezwaar" in held and "houdt geen zaken vast" in said(officer)


def test_a_case_worker_reads_and_changes_nothing(app: Flask, own: str) -> None:
    worker = seat_of(app, POLICE)

    assert "Termijn vastleggen" not in said(worker) and "Een zaak vasthouden" not in said(worker)
    posts = {
        path: {"code": own, "reason": "archive", **TERM} for path in ("/bewaren/termijn", "/bewaren/vasthouden", f"/bewaren/{own}/loslaten")
    }
    assert {worker.post(path, data=form).status_code for path, form in posts.items()} == {403}


def test_anothers_case_can_be_held_as_little_as_one_that_never_was(app: Flask, own: str) -> None:
    drenthe = seat_of(app, DRENTHE, role="privacy_officer")

    theirs = [drenthe.post("/bewaren/vasthouden", data={"code": code, "reason": "archive"}) for code in (own, "ZZZZZZZZZZZ")]

    assert [one.status_code for one in theirs] == [400, 400]
    assert theirs[0].text.replace(own, "") == theirs[1].text.replace("ZZZZZZZZZZZ", "")
