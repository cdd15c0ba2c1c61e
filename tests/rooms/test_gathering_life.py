"""A gathering from open to delivered: what the clock does, what a coordinator may, who is told, and what is refused."""

from collections import Counter
from datetime import date, timedelta

import psycopg
import pytest

from hub.casuistry import actions, lifecycle, progress, queries, seal, statements
from hub.casuistry.gathering import GatheredAlready
from hub.casuistry.jobs import COLLECTION_JOBS
from hub.casuistry.lifecycle import MonthNotOver, NotTheCollector
from hub.casuistry.progress import Word
from hub.casuistry.statements import SomethingReported
from hub.kernel import ledger
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.ledger import NotYet
from tests.cast import COC_GD, DRENTHE, EMMEN, OM, OUTSIDER, POLICE, Cast
from tests.make import BUREAU_WORDS, make_draft
from tests.rooms.collecting import (
    DECEMBER,
    DELIVERY,
    FREEZE,
    IN_DECEMBER,
    IN_NOVEMBER,
    NOVEMBER,
    bring_in,
    deliver,
    gather,
    now_lines,
    open_month,
    read,
)

ASSEN = "GM1680"
EVERYTHING = """
    SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (
      SELECT to_jsonb(c) AS t FROM hub.collected c UNION ALL
      SELECT to_jsonb(k) - 'round' FROM hub.collection k) everything"""
AFTER_THE_MONTH = FREEZE - timedelta(hours=3)


def state(cast: Cast, slug: str, *, province: str = "drenthe", nothing: bool = False, now=IN_NOVEMBER):
    say = statements.state_nothing if nothing else statements.state_complete
    with cast.as_person(slug, now=now) as work:
        return say(work, province=province, month=NOVEMBER, house=cast.house)


def frozen_early(cast: Cast, *, because: str = "", slug: str = POLICE, now=AFTER_THE_MONTH):
    with cast.as_person(slug, now=now) as work:
        return actions.freeze(work, province="drenthe", month=NOVEMBER, because=because, house=cast.house)


def from_jobs(cast: Cast, now) -> None:
    """What the coordinator asked of the clock is done, job by job."""
    with cast.as_clerk(None, now=now) as work:
        waiting = ledger.due(work, jobs=[job.name for job in COLLECTION_JOBS])
    deeds = {job.name: job.deed for job in COLLECTION_JOBS}
    for one in waiting:
        slug = next((slug for slug, partner in cast.partners.items() if partner.id == one.partner), None)
        with cast.as_clerk(slug, now=now) as work:
            assert ledger.claim(work, job=one.job, period=one.period)
            deeds[one.job](work, cast.house, one.period)
            ledger.close(work, job=one.job, period=one.period)


def told(superuser: psycopg.Connection) -> Counter:
    return Counter(superuser.execute("SELECT p.slug, n.kind FROM hub.notice n JOIN hub.partner p ON p.id = n.partner").fetchall())


def test_who_takes_part_follows_from_the_agreements_and_the_outsider_is_in_nothing(cast: Cast):
    with cast.as_clerk(None, now=FREEZE) as work:
        everybody = {one.slug for one in lifecycle.recipients(work, house=cast.house)}
        givers = {one.slug for one in lifecycle.expected_givers(work, province="drenthe", house=cast.house)}
        nowhere = lifecycle.expected_givers(work, province="zonder-plaats", house=cast.house)

    assert givers == {POLICE, DRENTHE, EMMEN}
    assert {POLICE, DRENTHE, EMMEN, COC_GD} <= everybody
    assert not everybody & {OUTSIDER, OM, "monitor-noord"}
    assert nowhere == ()


@pytest.mark.parametrize(("now", "refusal"), [(IN_NOVEMBER, MonthNotOver), (AFTER_THE_MONTH, NotYet)])
def test_a_month_is_not_gathered_before_its_time(cast: Cast, superuser: psycopg.Connection, now, refusal):
    bring_in(cast, POLICE, make_draft(place=ASSEN))
    open_month(cast)
    before = superuser.execute(EVERYTHING).fetchone()

    with pytest.raises(refusal):
        gather(cast, now=now)

    assert superuser.execute(EVERYTHING).fetchone() == before


def test_a_second_gather_is_refused_and_changes_nothing(cast: Cast, superuser: psycopg.Connection):
    bring_in(cast, POLICE, make_draft(place=ASSEN))
    gather(cast)
    before = superuser.execute(EVERYTHING).fetchone()

    with pytest.raises(GatheredAlready, match="november 2026"):
        gather(cast, now=FREEZE + timedelta(hours=1))

    assert superuser.execute(EVERYTHING).fetchone() == before


def test_a_reopened_freeze_leaves_no_trace_and_the_same_cases_come_again(cast: Cast, superuser: psycopg.Connection):
    bring_in(cast, POLICE, make_draft(reference="A", place=ASSEN), make_draft(reference="B", place=ASSEN))
    gather(cast)
    deliver(cast)
    before = superuser.execute(EVERYTHING).fetchone()
    bring_in(cast, POLICE, make_draft(reference="A", place=ASSEN, nature="geweld"), now=IN_DECEMBER)
    open_month(cast, month=DECEMBER, now=IN_DECEMBER)
    freeze_at = IN_DECEMBER + timedelta(days=21, hours=8)
    foreseen = now_lines(cast, DRENTHE, month=DECEMBER, now=freeze_at)
    gather(cast, month=DECEMBER, now=freeze_at)

    with cast.as_person(POLICE, now=freeze_at) as work:
        undone = actions.reopen(work, province="drenthe", month=DECEMBER, because="Een bureau levert nog.")
    for one in undone:
        with cast.as_clerk(one.slug, now=freeze_at) as work:
            lifecycle.undo_older_round(work, row=queries.gathering_of(work, province="drenthe", month=DECEMBER))

    assert superuser.execute(EVERYTHING).fetchone() == before
    assert now_lines(cast, DRENTHE, month=DECEMBER, now=freeze_at) == foreseen
    gather(cast, month=DECEMBER, now=freeze_at + timedelta(days=1))
    with cast.as_clerk(DRENTHE, now=freeze_at) as work:
        assert len(list(queries.edition(work, province="drenthe", month=DECEMBER, house=cast.house).lines())) == 2


def test_what_was_delivered_is_not_reopened(cast: Cast):
    gather(cast)
    deliver(cast)

    with cast.as_person(POLICE, now=DELIVERY) as work, pytest.raises(Conflict, match="aanvulling"):
        actions.reopen(work, province="drenthe", month=NOVEMBER, because="Toch nog iets.")


def test_silent_partners_hold_up_an_early_freeze_until_somebody_says_why(cast: Cast):
    open_month(cast)
    state(cast, DRENTHE, nothing=True)

    with pytest.raises(Invalid, match="meldpunt Emmen"):
        frozen_early(cast)
    asked = frozen_early(cast, because="  Het overleg is   vervroegd. ")

    gather(cast, now=AFTER_THE_MONTH)
    with cast.as_person(DRENTHE, now=FREEZE) as work:
        steps = queries.history(work, province="drenthe", month=NOVEMBER)
    assert {one.slug for one in asked} >= {POLICE, DRENTHE, EMMEN}
    assert [step.word for step in steps] == ["opened", "asked", "frozen"]
    assert steps[1].because == "Het overleg is vervroegd."


@pytest.mark.parametrize("deed", ["freeze", "move", "reopen", "deliver"])
def test_only_the_collecting_partner_leads(cast: Cast, deed: str):
    gather(cast)
    told = {"freeze": {"because": "nu", "house": cast.house}, "move": {"to": date(2026, 12, 3), "because": "nu"},
            "reopen": {"because": "nu"}, "deliver": {}}[deed]  # fmt: skip

    with cast.as_person(DRENTHE, now=FREEZE) as work, pytest.raises(NotTheCollector):
        getattr(actions, deed)(work, province="drenthe", month=NOVEMBER, **told)


@pytest.mark.parametrize(("to", "holds"), [
    (date(2026, 12, 8), True), (date(2026, 12, 9), False), (date(2026, 12, 5), False), (date(2026, 11, 27), False),
])  # fmt: skip
def test_a_freeze_moves_to_a_working_day_at_most_five_further(cast: Cast, to: date, holds: bool):
    open_month(cast)

    with cast.as_person(POLICE, now=AFTER_THE_MONTH) as work:
        if holds:
            actions.move(work, province="drenthe", month=NOVEMBER, to=to, because="Sinterklaas.")
            row = queries.gathering_of(work, province="drenthe", month=NOVEMBER)
            assert (row.planned_freeze_at.date(), row.planned_delivery_at.date()) == (to, to + timedelta(days=1))
        else:
            with pytest.raises(Invalid):
                actions.move(work, province="drenthe", month=NOVEMBER, to=to, because="Sinterklaas.")


def test_nothing_to_report_is_refused_after_a_release_and_a_release_after_it_makes_it_complete(cast: Cast, superuser: psycopg.Connection):
    open_month(cast)
    bring_in(cast, POLICE, *(make_draft(place=ASSEN) for _ in range(3)))
    with pytest.raises(SomethingReported, match="U hebt deze maand 3 wijzigingen ingebracht"):
        state(cast, POLICE, nothing=True)
    state(cast, DRENTHE, nothing=True)
    bring_in(cast, DRENTHE, make_draft(place=ASSEN, circumstances=BUREAU_WORDS), now=IN_NOVEMBER + timedelta(days=1))

    gather(cast)

    kinds = superuser.execute("SELECT kind FROM hub.statement WHERE giver = %s ORDER BY no", (cast.id(DRENTHE),)).fetchall()
    assert kinds == [("nothing",), ("complete",)]


def test_who_gives_nothing_is_asked_for_no_statement(cast: Cast):
    open_month(cast)

    for slug in (OUTSIDER, OM, COC_GD):
        with pytest.raises(NotFound):
            state(cast, slug)
        with cast.as_person(slug, now=IN_NOVEMBER) as work:
            assert statements.statements_asked(work, house=cast.house) == ()


def test_complete_and_nothing_to_report_look_the_same_to_the_collecting_partner(cast: Cast):
    open_month(cast)
    state(cast, DRENTHE, nothing=True)
    state(cast, EMMEN)

    with cast.as_person(POLICE, now=IN_NOVEMBER) as work:
        found = {one.partner.slug: one.word for one in progress.progress(work, province="drenthe", month=NOVEMBER, house=cast.house)}

    assert found == {POLICE: Word.AWAITED, DRENTHE: Word.NOTHING, EMMEN: Word.NOTHING}


def test_progress_knows_no_more_of_a_giver_than_the_collecting_partner_itself_received(cast: Cast):
    open_month(cast)
    bring_in(cast, DRENTHE, make_draft(place=ASSEN, circumstances=BUREAU_WORDS))  # nobody agreed, so the police receives nothing
    bring_in(cast, EMMEN, make_draft(place="GM0114", circumstances=BUREAU_WORDS, consents={POLICE: "given"}))
    for slug in (DRENTHE, EMMEN):
        state(cast, slug)
    gather(cast)

    with cast.as_person(POLICE, now=FREEZE) as work:
        found = {one.partner.slug: one.word for one in progress.progress(work, province="drenthe", month=NOVEMBER, house=cast.house)}
    with cast.as_person(DRENTHE, now=FREEZE) as work, pytest.raises(NotTheCollector):
        progress.progress(work, province="drenthe", month=NOVEMBER, house=cast.house)

    assert found == {POLICE: Word.SILENT, DRENTHE: Word.NOTHING, EMMEN: Word.DELIVERED}


def test_silence_is_told_to_the_silent_and_to_the_coordinator_and_the_delivery_to_every_recipient(
    cast: Cast, superuser: psycopg.Connection
):
    open_month(cast)
    for slug in (DRENTHE, POLICE):
        state(cast, slug)

    gather(cast)
    after_the_freeze = told(superuser)
    deliver(cast)

    assert after_the_freeze == {(EMMEN, "silence_alarm"): 1, (POLICE, "silence_alarm"): 1}
    delivered = {slug for slug, kind in told(superuser) if kind == "collection_delivered"}
    assert {POLICE, DRENTHE, EMMEN, COC_GD} <= delivered
    assert not delivered & {OUTSIDER, OM}


def test_a_late_giver_comes_in_an_addendum_with_the_reason_of_the_coordinator(cast: Cast):
    gather(cast)
    deliver(cast)
    bring_in(cast, POLICE, make_draft(place=ASSEN), now=DELIVERY + timedelta(hours=1))
    bring_in(cast, EMMEN, make_draft(place="GM0114", circumstances=BUREAU_WORDS, consents={POLICE: "given"}), now=DELIVERY)
    later = DELIVERY + timedelta(hours=2)
    with cast.as_person(POLICE, now=later) as work:
        late = actions.LateGiver(cast.partners[POLICE], "De export kwam een dag te laat.")
        actions.allow_late(work, province="drenthe", month=NOVEMBER, late=late, house=cast.house)

    from_jobs(cast, later)

    said, lines = read(cast, DRENTHE, number=1, now=later)
    assert [(line.giver.slug, line.part.value) for line in lines] == [(POLICE, "new")]
    assert said.rows == 1
    with pytest.raises(NotFound):
        read(cast, COC_GD, number=1, now=later)


def test_a_rebuilt_edition_gives_the_bytes_that_were_noted_until_a_recall_and_then_the_root_still_holds(cast: Cast):
    bring_in(cast, DRENTHE, make_draft(reference="A", place=ASSEN, circumstances=BUREAU_WORDS, consents={POLICE: "given"}))
    bring_in(cast, POLICE, make_draft(place=ASSEN))
    gather(cast)
    deliver(cast)

    def compared(now):
        with cast.as_clerk(POLICE, now=now) as work:
            return {one.form: one.is_same for one in seal.rebuilt(work, province="drenthe", month=NOVEMBER, house=cast.house)}

    with cast.as_clerk(POLICE, now=DELIVERY) as work:
        seal.seal(work, province="drenthe", month=NOVEMBER, house=cast.house)
    at_delivery = compared(IN_DECEMBER)
    bring_in(
        cast, DRENTHE, make_draft(reference="A", place=ASSEN, circumstances=BUREAU_WORDS, consents={POLICE: "withdrawn"}), now=IN_DECEMBER
    )

    assert at_delivery == {"root": True, "json": True, "xlsx": True, "ods": True, "pdf": True}
    assert compared(IN_DECEMBER) == {"root": True, "json": False, "xlsx": False, "ods": False, "pdf": False}
