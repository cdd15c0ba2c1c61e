"""The pages of belonging to a body: asked and answered, settings changed, and the years of several bodies put forward at once."""

import re
from datetime import UTC, datetime

import psycopg
import pytest
from flask import Flask

from hub.consultations import founding, joining, years
from hub.consultations.jobs import CONSULTATION_JOBS
from hub.consultations.queries import body, series_of
from hub.consultations.rules import SeriesState
from hub.desk import Desk
from hub.kernel import clock
from hub.kernel.settings import Settings
from tests.cast import COC_GD, DRENTHE, EMMEN, FRYSLAN, NOON, OM, POLICE, Cast
from tests.consulting import TABLE, make_body, make_consultation
from tests.doors.test_pages_consultations import lead, refused, said, sent
from tests.doors.visitor import seat_of, text_of

DEEL = "/overleggen/casus-drenthe/deelname"
SETTINGS = "/overleggen/casus-drenthe/instellingen"
RIGHT = {
    "place": "Stadhuis, Emmen", "link": "", "weekday": "2", "starts_at": "14.00", "minutes": "150", "per_year": "5", "lead": "10",
    "min_gap": "56", "max_gap": "98", "chair": DRENTHE, "quorum": "2", "level": "case", "purpose": "Voortgang en samenwerking per zaak",
    "basis": "Aanwijzing discriminatie",
}  # fmt: skip


def ask(cast: Cast, who: str) -> None:
    """The body of Drenthe asks one partner more."""
    make_body(cast)
    with cast.as_person(POLICE) as work:
        founding.seat_members(work, body="casus-drenthe", members=dict.fromkeys((*TABLE, who), True))


def test_who_is_asked_reads_what_for_and_says_yes_with_a_basis_of_its_own(app: Flask, cast: Cast):
    ask(cast, COC_GD)
    coc = seat_of(app, COC_GD, role="coordinator")

    assert "U bent gevraagd" in said(coc, "/overleggen")
    page = said(coc, DEEL)
    assert "Voortgang en samenwerking per zaak" in page
    assert "Zonder uw ja doet uw organisatie niet mee" in page
    assert "Noem de grondslag" in refused(coc, DEEL, deed="yes", basis="")
    assert "Zeg waarom" in refused(coc, DEEL, deed="no", because=" ")
    assert "Kies of uw organisatie meedoet" in refused(coc, DEEL, deed="misschien")
    assert coc.get("/overleggen/casus-drenthe").status_code == 404
    assert sent(coc, DEEL, deed="yes", basis="Onze statuten").endswith("/overleggen/casus-drenthe?gedaan=deelname")
    assert "Onze statuten" in said(coc, "/overleggen/casus-drenthe")
    assert coc.post(DEEL, data={"deed": "yes", "basis": "Nog eens"}).status_code == 409
    assert sent(coc, DEEL, deed="leave", because="Wij hebben geen mensen.").endswith("/overleggen?gedaan=weggegaan")
    assert coc.get("/overleggen/casus-drenthe").status_code == 404
    assert "Wij hebben geen mensen." in said(lead(app, POLICE), "/overleggen/casus-drenthe")


def test_a_case_worker_answers_nothing_and_a_privacy_officer_does(app: Flask, cast: Cast):
    ask(cast, FRYSLAN)

    worker, officer = seat_of(app, FRYSLAN), seat_of(app, OM, role="privacy_officer")

    assert worker.get(DEEL).status_code == 403
    assert "Uw coördinator of privacy officer geeft antwoord." in said(worker, "/overleggen")
    assert "Weggaan uit dit overleg" in said(officer, DEEL)


def test_settings_change_with_a_form_and_what_members_said_yes_to_asks_them_anew(app: Flask, cast: Cast):
    make_body(cast)
    police = lead(app, POLICE)
    chosen = re.findall(r'<option value="([^"]*)" selected>', police.get(SETTINGS).text)
    collaborations = re.findall(r'name="collaborations" value="([^"]+)" checked', police.get(SETTINGS).text)

    assert chosen == ["4", DRENTHE]
    assert '<option value="4" selected>donderdag' in police.get("/overleggen/nieuw").text
    assert "Noem de plaats" in refused(police, SETTINGS, **{**RIGHT, "place": "", "collaborations": collaborations})
    assert sent(police, SETTINGS, **RIGHT, collaborations=collaborations).endswith("gedaan=instellingen")
    assert "dinsdag, 14.00 uur" in said(police, "/overleggen/casus-drenthe")
    assert sent(police, SETTINGS, **{**RIGHT, "purpose": "Iets nieuws"}, collaborations=collaborations).endswith("opnieuwgevraagd")
    assert "gevraagd" in said(police, "/overleggen/casus-drenthe")
    assert "Iets nieuws" in said(seat_of(app, OM, role="privacy_officer"), DEEL)
    assert lead(app, EMMEN).get(SETTINGS).status_code == 404


def test_the_years_of_two_bodies_are_looked_for_and_put_before_their_members_in_one_go(app: Flask, cast: Cast):
    for slug in ("casus-drenthe", "casus-groningen"):
        make_body(cast, slug=slug, name=slug)
        make_consultation(cast, body=slug, starts=datetime(2026, 11, 26, 12, 30, tzinfo=UTC))
    police, path = lead(app, POLICE), "/jaarplannen/samen"

    assert "Jaren samen plannen" in said(police, path)
    assert "minstens twee overleggen" in text_of(police.get(f"{path}?overleg=casus-drenthe&jaar=2027").text)
    answer = police.get(f"{path}?overleg=casus-drenthe&overleg=casus-groningen&jaar=2027")
    assert "Goedkoper samen kan niet: dat is bewezen." in text_of(answer.text)
    shown = dict(re.findall(r'name="(dagen-[a-z-]+)" value="([^"]+)"', answer.text))
    told = {"jaar": "2027", "overleg": ["casus-drenthe", "casus-groningen"]}
    other = {**shown, "dagen-casus-drenthe": shown["dagen-casus-groningen"]}
    assert "Er is intussen iets veranderd" in refused(police, path, **told, **other)
    assert "Dit klopt nog niet" in refused(police, path, **told, **{**shown, "dagen-casus-drenthe": "morgen"})
    assert sent(police, path, **told, **shown).endswith("/overleggen?gedaan=jaarplannensamen")

    with cast.as_person(OM) as work:
        found = {slug: series_of(work, body=slug)[0] for slug in ("casus-drenthe", "casus-groningen")}
    assert {one.state for one in found.values()} == {SeriesState.PROPOSED}
    days = {slug: " ".join(map(str, one.days)) for slug, one in found.items()}
    assert days == {name.removeprefix("dagen-"): value for name, value in shown.items()}


@pytest.fixture
def desk(app: Flask, settings: Settings, cast: Cast) -> Desk:
    return Desk(app, settings, cast.house)


def test_the_clock_tells_who_is_asked_and_lets_the_blocks_follow_a_yes(desk: Desk, cast: Cast, superuser: psycopg.Connection):
    ask(cast, COC_GD)
    jobs = {job.name: job for job in CONSULTATION_JOBS}

    def due(name: str) -> None:
        for one in jobs[name].periods(desk, NOON, NOON):
            with cast.as_clerk(next(slug for slug in cast.partners if cast.id(slug) == one.partner)) as work:
                jobs[name].deed(work, cast.house, one.period)

    due("body_asked")
    due("body_asked")
    with cast.as_person(COC_GD) as work:
        joining.say_yes(work, body="casus-drenthe", basis="Statuten")
    with cast.as_person(EMMEN) as work:
        joining.leave(work, body="casus-drenthe", because="Klaar.")
    with cast.as_person(POLICE) as work:
        made = years.draft_year(work, body="casus-drenthe", year=2027, previous=clock.today(NOON))
        years.propose(work, series=made)
    due("body_answered")

    notices = superuser.execute("SELECT partner, path, roles FROM hub.notice WHERE kind = 'body_asked'").fetchall()
    assert notices == [(cast.id(COC_GD), DEEL, ["coordinator", "privacy_officer"])]
    with cast.as_person(POLICE) as work:
        assert {one.slug for one in body(work, slug="casus-drenthe").members} == {DRENTHE, POLICE, OM, COC_GD}


@pytest.mark.parametrize("path", [DEEL, SETTINGS, "/jaarplannen/samen"])
def test_these_pages_are_shut_for_who_keeps_the_hub_running(app: Flask, cast: Cast, path: str):
    make_body(cast)

    assert seat_of(app, POLICE, role="operator").get(path).status_code == 403
