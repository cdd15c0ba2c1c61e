"""The pages of bodies, years and meetings: from setting one up to moving a meeting, by forms, and what each member reads meanwhile."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from hub.consultations import years
from hub.demo.personas import PERSONAS
from hub.kernel import clock
from tests.cast import DRENTHE, EMMEN, NOON, OM, OUTSIDER, POLICE, Cast
from tests.consulting import CHAIN, make_body, make_consultation
from tests.doors.visitor import Visitor, seat_of, text_of

SETUP = {
    "name": "Casuïstiek Drenthe", "level": "case", "purpose": "Voortgang per zaak", "basis": "Aanwijzing discriminatie",
    "province": "drenthe",
    "collaborations": [CHAIN], f"lid-{DRENTHE}": "nodig", f"lid-{EMMEN}": "lid", f"lid-{OM}": "nodig", "chair": "", "quorum": "3",
    "per_year": "5", "weekday": "4", "starts_at": "13.30", "minutes": "150", "place": "Provinciehuis, Assen", "link": "", "lead": "10",
    "min_gap": "56", "max_gap": "98",
}  # fmt: skip
MOVED = {"day": "2027-02-02", "at": "10.00", "place": "Stadhuis, Emmen", "link": "", "because": "De zaal is bezet."}


def lead(app: Flask, slug: str) -> Visitor:
    """The coordinator of this partner, or somebody who brings in cases where there is none."""
    has_one = any(one.partner == slug and "coordinator" in one.roles for one in PERSONAS)
    return seat_of(app, slug, role="coordinator" if has_one else "case_worker")


@pytest.fixture
def police(app: Flask, cast: Cast) -> Visitor:
    return lead(app, POLICE)


def said(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return text_of(answer.text)


def sent(visitor: Visitor, path: str, **told: object) -> str:
    answer = visitor.post(path, data=told)
    assert answer.status_code == 303, text_of(answer.text)
    return answer.location


def refused(visitor: Visitor, path: str, **told: object) -> str:
    answer = visitor.post(path, data=told)
    assert answer.status_code == 400
    return text_of(answer.text)


def planned(app: Flask, cast: Cast) -> tuple[Visitor, str]:
    """A year on the table of the members."""
    make_body(cast)
    make_consultation(cast)
    police = lead(app, POLICE)
    path = sent(police, "/overleggen/casus-drenthe/jaarplannen", year="2027").partition("?")[0]
    return police, path


def test_a_body_is_set_up_by_a_form_and_its_members_read_it_and_others_do_not(app: Flask, police: Visitor):
    wrong = refused(police, "/overleggen/nieuw", **SETUP | {"name": "", "minutes": "lang", "starts_at": "laat"})
    path = sent(police, "/overleggen/nieuw", **SETUP).partition("?")[0]
    assert "U bent gevraagd" in said(lead(app, EMMEN), "/overleggen")
    sent(lead(app, EMMEN), f"{path}/deelname", deed="yes", basis="Wet gemeentelijke antidiscriminatievoorzieningen")

    mine, theirs = said(police, path), said(lead(app, EMMEN), path)
    assert "Vul een heel getal in." in wrong and "Vul een tijd in" in wrong and "Voortgang per zaak" not in wrong
    assert "Jaar plannen" in mine and "Blokken wijzigen" in mine
    assert "Blokken wijzigen" not in theirs and "Provinciehuis, Assen" in theirs
    assert lead(app, OUTSIDER).get(path).status_code == 404
    assert "Casuïstiek Drenthe" in said(lead(app, EMMEN), "/overleggen")
    assert "zit nog in geen overleg" in said(lead(app, OUTSIDER), "/overleggen")


def test_a_form_that_was_refused_keeps_what_was_typed(police: Visitor):
    answer = police.post("/overleggen/nieuw", data=SETUP | {"minutes": "20"})

    assert answer.status_code == 400
    assert 'value="Casuïstiek Drenthe"' in answer.text and 'value="20"' in answer.text
    assert 'href="#minutes"' in answer.text


def test_members_and_blocks_are_changed_by_forms_and_only_by_who_leads(app: Flask, police: Visitor, cast: Cast):
    make_body(cast)
    path = "/overleggen/casus-drenthe"
    block = {"name-1": "Allen", "kind-1": "cases", "seats-1": [DRENTHE, POLICE, OM, EMMEN], "run_by-1": POLICE, "minutes-1": "140"}
    two = {"name-2": "Twee", "kind-2": "cases", "seats-2": [POLICE, OM], "run_by-2": OM, "minutes-2": "20"}

    too_long = refused(police, f"{path}/blokken", **block, **two)
    sent(police, f"{path}/blokken", **block | {"minutes-1": "100"}, **two)
    not_now = refused(police, f"{path}/leden", **{f"lid-{DRENTHE}": "lid", f"lid-{EMMEN}": "lid"})
    sent(police, f"{path}/leden", **{f"lid-{DRENTHE}": "lid", f"lid-{OM}": "nodig"})

    assert "samen 160 minuten" in too_long and "zit nog in een blok" in not_now
    assert "Twee" in said(police, f"{path}/blokken") or 'value="Twee"' in police.get(f"{path}/blokken").text
    assert lead(app, EMMEN).get(path).status_code == 404
    assert lead(app, OM).post(f"{path}/leden", data={}).status_code == 403
    assert "Twee" not in said(lead(app, DRENTHE), path) and "Twee" in said(lead(app, OM), path)


def test_an_organisation_names_its_people_and_says_when_it_cannot_come(app: Flask, cast: Cast):
    make_body(cast)
    om = lead(app, OM)
    page = om.get("/overleggen/casus-drenthe").text
    colleague = re.search(r'<option value="([0-9a-f-]{36})"', page)
    assert colleague
    sent(om, "/overleggen/casus-drenthe/deelnemers", colleague=colleague[1], who="", duty="attendee", is_required="ja")
    wrong = refused(om, "/verhinderingen", how="period", first="2027-05-07", last="2027-05-03", kind="duty", bodies="casus-drenthe")
    sent(om, "/verhinderingen", how="weekday", weekday="1", first="", last="", kind="duty", bodies="casus-drenthe")

    assert "per mail" in said(lead(app, EMMEN), "/overleggen/casus-drenthe")
    assert "De laatste dag ligt niet voor de eerste." in wrong
    listed = om.get("/verhinderingen").text
    assert "elke maandag" in text_of(listed)
    [drop] = re.findall(r'action="(/verhinderingen/[0-9a-f-]{36}/weg)"', listed)
    assert lead(app, POLICE).post(drop).status_code == 404
    sent(om, drop)
    assert "nog geen verhindering" in said(om, "/verhinderingen")


def test_a_year_is_planned_explained_priced_proposed_and_objected_to(app: Flask, cast: Cast):
    police, path = planned(app, cast)
    draft = said(police, path)
    hidden = lead(app, OM).get(path).status_code
    why = said(police, f"{path}?dag=2027-04-27")
    price = said(police, f"{path}?dag=2027-06-29&plaats=3")
    sent(police, path, deed="propose")
    sent(lead(app, EMMEN), f"{path}/bezwaren", day="2027-04-15", because="Dan is ons kantoor dicht.")
    theirs = said(lead(app, OM), path)
    too_soon = police.post(path, data={"deed": "settle", "despite": "ja"})

    assert "28 januari 2027" in draft and "Goedkoper kan niet: dat is nagerekend." in draft and hidden == 404
    assert "kan niet" in why and "Koningsdag" in why
    assert "meer dan het goedkoopste plan" in price
    assert "Dan is ons kantoor dicht." in theirs and "Vaststellen" not in theirs
    assert too_soon.status_code == 409 and "Leden kunnen tot en met" in text_of(too_soon.text)
    assert police.get(f"{path}/certificaat").json["certificate"]["plan"]["days"][0] == "2027-01-28"
    assert "Koningsdag" in refused(police, path, deed="adjust", place="2", day="2027-04-27")
    assert lead(app, OM).post(path, data={"deed": "replan"}).status_code == 403


def test_a_settled_meeting_is_read_by_members_and_moved_and_cancelled_by_who_leads(app: Flask, cast: Cast):
    police, path = planned(app, cast)
    sent(police, path, deed="propose")
    with cast.as_person(POLICE, now=NOON + timedelta(days=15)) as work:
        first, second, *_ = years.settle(work, series=years.series_of(work, body="casus-drenthe")[0].id, despite=False)
    meeting = f"/bijeenkomsten/{first}"
    before = said(lead(app, DRENTHE), meeting)
    sat = refused(police, f"{meeting}/verplaatsing", **MOVED | {"day": "2027-02-06"})
    sent(police, f"{meeting}/verplaatsing", **MOVED)
    moved = said(lead(app, DRENTHE), meeting)
    sent(police, f"/bijeenkomsten/{second}/annulering", because="Te weinig zaken.")

    assert "28 januari 2027, 13.30 tot 16.00 uur" in before and "Verplaatsen" not in before
    assert "Kies een werkdag na vandaag." in sat
    assert "2 februari 2027, 10.00 tot 12.30 uur, Stadhuis, Emmen" in moved and "De zaal is bezet." in moved
    assert "geannuleerd" in said(lead(app, DRENTHE), "/overleggen/casus-drenthe")
    assert "Te weinig zaken." in said(lead(app, DRENTHE), f"/bijeenkomsten/{second}")
    assert police.post(f"/bijeenkomsten/{second}/verplaatsing", data=MOVED).status_code == 409
    assert lead(app, OM).post(f"{meeting}/verplaatsing", data=MOVED).status_code == 403
    assert lead(app, OUTSIDER).get(meeting).status_code == 404
    assert clock.today(NOON).isoformat() == "2026-11-04"
