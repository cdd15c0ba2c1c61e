"""The pages of referrals: the question to a reporter, its code, the box of the bureau, the line of the giver; and whose case it is."""

import re

import pytest
from flask import Flask

from tests.cast import COC_GD, DRENTHE, EMMEN, OM, Cast
from tests.doors.visitor import Visitor, seat_of, text_of
from tests.rooms.referring import own_case_of
from tests.walls.seats import essence

RECEIPT = re.compile(r"\b(\d{4} \d{4} \d{4} \d{4})\b")
ONE = re.compile(r'href="(/doorverwijzingen/[0-9a-f-]{36})"')
YES = {"which": "alles", "given_by": "reporter", "how": "talk"}


def said(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return text_of(answer.text)


@pytest.fixture
def form(cast: Cast) -> str:
    """The address of the question to the reporter of an own case of the COC."""
    return f"/zaken/{own_case_of(cast)}/doorverwijzen/{DRENTHE}"


def test_a_reporter_is_referred_shows_up_with_its_code_and_is_helped(app: Flask, form: str) -> None:
    coc, bureau = seat_of(app, COC_GD), seat_of(app, DRENTHE)
    asked = said(coc, form)
    offered = coc.post(form, data=YES)
    again = coc.post(form, data=YES)
    [receipt], [path] = RECEIPT.findall(offered.text), ONE.findall(bureau.get("/doorverwijzingen").text)
    overview, before = said(bureau, "/"), said(bureau, path)
    steps = [bureau.post(f"{path}/stap", data={"word": word}).status_code for word in ("seen", "accepted")]
    arrived = bureau.post("/doorverwijzingen/code", data={"receipt": receipt})
    steps += [bureau.post(f"{path}/stap", data=data).status_code for data in ({"word": "in_progress"}, {"word": "completed"})]
    steps.append(bureau.post(f"{path}/stap", data={"word": "completed", "reason": "helped"}).status_code)

    assert "Mogen wij deze melding delen met" in asked and offered.status_code == 200 and again.status_code == 409
    assert "1 doorverwijzing wacht op u" in overview and "Wat de melder u laat weten" not in before
    assert steps == [303, 303, 303, 400, 303] and arrived.location.endswith("?gedaan=melder")
    assert receipt not in coc.get(path).text + coc.get("/doorverwijzingen").text
    for visitor in (coc, bureau):
        assert "De uitkomst: geholpen." in said(visitor, path) and "Afgerond" in said(visitor, "/doorverwijzingen")
    assert "Doorverwezen" in said(coc, form.rpartition("/doorverwijzen")[0])
    assert "Wat de melder u laat weten" in said(bureau, path)


def test_a_form_that_is_not_right_says_per_field_what_is_wrong(app: Flask, form: str) -> None:
    coc, bureau = seat_of(app, COC_GD), seat_of(app, DRENTHE)
    empty = coc.post(form, data={})
    some = coc.post(form, data={**YES, "which": "deel"})
    coc.post(form, data=YES)
    [path] = ONE.findall(bureau.get("/doorverwijzingen").text)
    bureau.post(f"{path}/stap", data={"word": "seen"})
    region = bureau.post(f"{path}/stap", data={"word": "declined", "reason": "other_region"})
    nonsense = bureau.post("/doorverwijzingen/code", data={"receipt": "12"})
    never = bureau.post("/doorverwijzingen/code", data={"receipt": "0" * 16})

    assert [one.status_code for one in (empty, some, region, nonsense, never)] == [400] * 5
    assert all(f'href="#{name}"' in empty.text for name in ("which", "given_by", "how")) and 'href="#facts"' in some.text
    assert 'href="#names"' in region.text and "Vul de zestien cijfers in" in nonsense.text and "geen doorverwijzing" in never.text


def test_others_find_nothing_of_it(app: Flask, form: str) -> None:
    seat_of(app, COC_GD).post(form, data=YES)
    [path] = ONE.findall(seat_of(app, DRENTHE).get("/doorverwijzingen").text)
    other = seat_of(app, EMMEN)
    absent = other.get(f"{path[:-4]}0000")

    assert absent.status_code == 404 and essence(other.get(path)) == essence(absent)
    assert "Er zijn geen doorverwijzingen." in said(other, "/doorverwijzingen")
    assert seat_of(app, COC_GD).get(form.replace(DRENTHE, OM)).status_code == 404
