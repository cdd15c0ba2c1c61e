"""What the clock does for agendas: each step once at its working day, a moved meeting has other moments, and what went is made anew."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from flask import Flask

from hub.agendas import jobs, queries
from hub.agendas.jobs import AGENDA_JOBS, keep_agendas
from hub.cases import actions as giving
from hub.cases.house import House
from hub.desk import Desk
from hub.kernel.ledger import NotYet
from hub.kernel.settings import Settings
from hub.turns import Job
from tests.agendas import Table, lay_table
from tests.cast import DRENTHE, EMMEN, OM, POLICE, Cast

LINES, PROPOSE, PUBLISH, RENEW = AGENDA_JOBS
FIRST, LAST = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)


@pytest.fixture
def desk(app: Flask, settings: Settings, house: House) -> Desk:
    return Desk(app, settings, house)


@pytest.fixture
def table(cast: Cast) -> Table:
    made = lay_table(cast)
    made.bring(DRENTHE)
    return made


def run(table: Table, desk: Desk, job: Job) -> int:
    """Do every period of this job that lies ahead, as the clerk of its partner at its moment."""
    dues = sorted(job.periods(desk, FIRST, LAST), key=lambda due: due.at)
    for due in dues:
        slug = next(partner.slug for partner in table.cast.partners.values() if partner.id == due.partner)
        with table.cast.as_clerk(slug, now=due.at) as work:
            job.deed(work, desk.house, due.period)
    return len(dues)


def test_every_step_has_its_working_day_before_the_meeting(table: Table, desk: Desk):
    moments = {job.name: sorted({due.at for due in job.periods(desk, FIRST, LAST)}) for job in AGENDA_JOBS}

    assert moments == {  # the meeting is on Thursday 26 November
        "agenda_lines": [datetime(2026, 11, 13, 11, tzinfo=UTC), datetime(2026, 11, 18, 4, tzinfo=UTC)],
        "agenda_propose": [datetime(2026, 11, 18, 6, tzinfo=UTC)],
        "agenda_publish": [datetime(2026, 11, 19, 11, tzinfo=UTC)],
        "agenda_renew": [datetime(2026, 11, 25, 11, tzinfo=UTC)],
    }
    assert [due.partner for due in PUBLISH.periods(desk, FIRST, LAST)] == [table.cast.id(POLICE)]


def test_a_meeting_that_was_settled_late_has_the_steps_that_are_over_at_once_and_in_their_order(table: Table, desk: Desk):
    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    table.move(datetime(2026, 11, 6, 12, 30, tzinfo=UTC))

    found = {job.name: min(due.at for due in job.periods(desk, since, until)) - since for job in (LINES, PROPOSE)}

    assert found == {"agenda_lines": timedelta(0), "agenda_propose": timedelta(seconds=1)}


def test_the_clock_takes_an_agenda_from_cases_to_editions(table: Table, desk: Desk, superuser: psycopg.Connection):
    run(table, desk, LINES)
    run(table, desk, PROPOSE)
    run(table, desk, PUBLISH)

    assert keep_agendas(desk) == 4
    assert keep_agendas(desk) == 0
    assert [item.state for item in table.items(OM)] == ["published"]
    assert superuser.execute("SELECT count(*), min(number), max(number) FROM hub.edition").fetchone() == (4, 1, 1)
    told = superuser.execute("SELECT kind, count(*) FROM hub.notice GROUP BY kind ORDER BY kind").fetchall()
    assert [one for one in told if one[0] in ("agenda_ready", "nominations_open")] == [("agenda_ready", 4), ("nominations_open", 4)]


def test_what_went_is_made_anew_and_a_new_edition_is_kept_only_the_day_before(table: Table, desk: Desk):
    for job in (LINES, PROPOSE, PUBLISH):
        run(table, desk, job)
    keep_agendas(desk)
    code = table.bring(DRENTHE, place="GM1680")
    with table.at(DRENTHE) as work:
        paper = queries.agenda_paper(work, house=table.cast.house, consultation=table.meeting)
        own = [entry.own[0][1].replace("-", "") for part in paper.parts for entry in part.entries if entry.own]
        giving.withdraw_consent(work, code=own[0], recipient=OM, house=table.cast.house)
    keep_agendas(desk)

    with table.at(OM) as work:
        outdated = queries.agenda(work, consultation=table.meeting).edition
    run(table, desk, RENEW)
    with table.at(OM) as work:
        renewed = queries.agenda(work, consultation=table.meeting).edition
    assert code not in own
    assert outdated is not None and renewed is not None
    assert (outdated.number, outdated.is_outdated) == (1, True)
    assert (renewed.number, renewed.is_outdated) == (2, False)
    with table.at(EMMEN) as work:
        untouched = queries.agenda(work, consultation=table.meeting).edition
    assert untouched is not None
    assert untouched.number == 1


def test_a_meeting_that_is_not_prepared_yet_waits_and_one_that_moved_is_let_be(table: Table, desk: Desk):
    [due, *_] = LINES.periods(desk, FIRST, LAST)
    table.step("planned")
    with pytest.raises(NotYet), table.cast.as_clerk(DRENTHE, now=due.at) as work:
        LINES.deed(work, desk.house, due.period)
    table.step("preparing")
    key, day, *rest = due.period.split("/")
    other = str(datetime.fromisoformat(day).date() + timedelta(days=7))

    with table.cast.as_clerk(DRENTHE, now=due.at) as work:
        LINES.deed(work, desk.house, "/".join([key, other, *rest]))
    assert table.lines(POLICE) == []
    assert jobs.LINES[0] == 9
