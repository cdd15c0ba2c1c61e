"""Decisions and actions as they stand in the database: for who sits in the block, closed by another, and nothing of it ever changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import delete, update

from hub.agreements import queries
from hub.agreements.actions import agree, decide, promise, remind, take_step
from hub.agreements.queries import Wanted
from hub.agreements.rules import NotThisStep, Stand, Word, Wording
from hub.agreements.tables import ProgressRow
from hub.kernel.errors import Conflict, Invalid, NotFound, Refused
from tests.cast import COC_GD, DRENTHE, EMMEN, NOON, OM, POLICE, Cast
from tests.consulting import TABLE
from tests.meeting import DUE, Room, make_item


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def test_a_decision_and_an_action_reach_who_sits_in_the_block_and_nobody_else(cast: Cast, room: Room):
    item = make_item(cast, block=room.small)
    with cast.as_person(POLICE) as work:
        decided = decide(work, spot=room.spot(item, block=room.small), words="Het OM neemt de leiding.")
        promise(work, spot=room.spot(item, block=room.small), words="De politie laat weten als er nieuws is.")
    agreed = room.agreed(block=room.small, owner=cast.id(OM))

    assert decided.code.startswith("B26-") and agreed.code.startswith("A26-") and len(agreed.code) == 8
    for slug in (POLICE, OM):
        with cast.as_person(slug) as work:
            told = queries.of_consultation(work, consultation=room.id)
            assert [one.kind for one in told.decisions] == ["decision", "commitment"]
            assert [one.code for one in told.agreements] == [agreed.code]
            assert queries.of_items(work, items=[item]).decisions == told.decisions
    for slug in (DRENTHE, EMMEN, COC_GD):
        with cast.as_person(slug) as work:
            assert queries.of_consultation(work, consultation=room.id) == queries.Outcomes((), ())
            assert queries.open_agreements(work, body="casus-drenthe") == ()
            with pytest.raises(NotFound):
                queries.agreement(work, id=agreed.id)
            with pytest.raises(NotFound):
                take_step(work, agreement=agreed.id, word=Word.CLOSED)


def test_only_who_runs_the_block_writes_and_no_action_is_anothers_that_does_not_sit_there(cast: Cast, room: Room):
    item = make_item(cast, block=room.all)
    with pytest.raises(Refused), cast.as_person(OM) as work:
        decide(work, spot=room.spot(item), words="Wij doen niets.")
    with pytest.raises(NotFound), cast.as_person(COC_GD) as work:
        decide(work, spot=room.spot(item), words="Wij doen niets.")
    with pytest.raises(Invalid) as refused:
        room.agreed(block=room.small)  # Drenthe does not sit there

    assert [problem.place for problem in refused.value.problems] == ["owner"]


def test_an_action_is_reported_by_its_owner_and_closed_by_another(cast: Cast, room: Room):
    made = room.agreed()
    with cast.as_person(DRENTHE) as work:
        assert take_step(work, agreement=made.id, word=Word.STARTED) is Stand.STARTED
    with cast.as_person(DRENTHE, now=NOON + timedelta(days=3)) as work:
        assert take_step(work, agreement=made.id, word=Word.REPORTED) is Stand.REPORTED
    with pytest.raises(NotThisStep), cast.as_person(DRENTHE) as work:
        take_step(work, agreement=made.id, word=Word.CLOSED)
    with cast.as_person(OM) as work:
        assert queries.agreement(work, id=made.id).can == (Word.CLOSED, Word.REOPENED)
        assert take_step(work, agreement=made.id, word=Word.CLOSED) is Stand.CLOSED

    for slug in TABLE:
        with cast.as_person(slug) as work:
            one = queries.agreement(work, id=made.id)
            assert (one.stand, [(step.by.slug, step.word) for step in one.steps]) == (
                Stand.CLOSED, [(DRENTHE, Word.STARTED), (DRENTHE, Word.REPORTED), (OM, Word.CLOSED)],
            )  # fmt: skip
            assert queries.open_agreements(work, body="casus-drenthe") == ()


def test_putting_off_needs_a_later_day_and_a_reason_and_is_counted(cast: Cast, room: Room):
    made = room.agreed()
    for number in (1, 2):
        with cast.as_person(DRENTHE, now=NOON + timedelta(days=number)) as work:
            take_step(work, agreement=made.id, word=Word.DEFERRED, because="De gemeente wacht.", due=DUE + timedelta(days=7 * number))
    with pytest.raises(Invalid), cast.as_person(DRENTHE) as work:
        take_step(work, agreement=made.id, word=Word.DEFERRED, because="Nog eens.", due=DUE)

    with cast.as_person(POLICE, now=NOON + timedelta(days=70)) as work:
        [one] = queries.open_agreements(work, body="casus-drenthe")
    assert (one.deferrals, one.first_due, one.due, one.days_late) == (2, DUE, DUE + timedelta(days=14), 12)


def test_a_list_shows_what_is_asked_for(cast: Cast, room: Room):
    mine, theirs = room.agreed(), room.agreed(owner=cast.id(OM), due=date(2026, 11, 30))

    def codes(slug: str, **wanted: str) -> list[str]:
        with cast.as_person(slug, now=datetime(2026, 12, 4, 11, tzinfo=UTC)) as work:
            return [one.code for one in queries.agreements(work, wanted=Wanted(**wanted))]

    assert codes(DRENTHE) == [mine.code]
    assert codes(DRENTHE, whose="all") == [theirs.code, mine.code]
    assert codes(OM, stand="late") == [theirs.code] and codes(DRENTHE, stand="late") == []
    assert codes(DRENTHE, whose="all", body="elders") == codes(DRENTHE, stand="over") == []


def test_what_was_said_of_an_action_cannot_be_changed_or_taken_away(cast: Cast, room: Room):
    made = room.agreed()
    with cast.as_person(DRENTHE) as work:
        take_step(work, agreement=made.id, word=Word.REPORTED)

    with pytest.raises(Refused), cast.as_person(DRENTHE) as work:
        work.session.execute(update(ProgressRow).values(word="closed"))
    with pytest.raises(Refused), cast.as_person(DRENTHE) as work:
        work.session.execute(delete(ProgressRow))


def test_a_step_that_slipped_past_the_rules_counts_for_nothing(cast: Cast, room: Room):
    made = room.agreed()
    with cast.as_person(DRENTHE) as work:
        take_step(work, agreement=made.id, word=Word.REPORTED)
    with cast.as_person(DRENTHE, now=NOON + timedelta(days=1)) as work:  # the owner's own organisation closes it
        told = {"partner": work.partner, "writer": work.partner, "members": [cast.id(slug) for slug in TABLE], "body": "casus-drenthe"}
        row = {"id": uuid4(), "consultation": room.id, "block": room.all, "agreement": made.id, "word": "closed", "at": work.now}
        work.session.add(ProgressRow(**told, **row))

    with cast.as_person(OM) as work:
        assert queries.agreement(work, id=made.id).stand is Stand.REPORTED


def test_of_two_who_close_at_once_one_closes_and_the_other_hears_that_it_is_closed(app: Flask, cast: Cast, room: Room):
    made, together = room.agreed(), Barrier(2)
    with cast.as_person(DRENTHE) as work:
        take_step(work, agreement=made.id, word=Word.REPORTED)

    def close(slug: str) -> str:
        with app.app_context():
            try:
                with cast.as_person(slug) as work:
                    together.wait()
                    return take_step(work, agreement=made.id, word=Word.CLOSED)
            except Conflict as error:
                return type(error).__name__

    with ThreadPoolExecutor(2) as threads:
        ended = sorted(threads.map(close, (OM, EMMEN)))

    assert ended == ["NotThisStep", "closed"]


def test_the_owner_alone_is_told_that_it_has_an_action_and_nothing_of_what_it_says(cast: Cast, room: Room, superuser: psycopg.Connection):
    room.agreed(due=date(2026, 11, 11))

    for slug in TABLE:
        with cast.as_clerk(slug, now=NOON) as work:
            assert remind(work) == (slug == DRENTHE)
            remind(work)
    told = superuser.execute("SELECT partner, kind, path, dedup FROM hub.notice").fetchall()

    assert [(one[0], one[1]) for one in told] == [(cast.id(DRENTHE), "action_due")]
    assert not any("gemeente" in str(value).lower() for value in told[0])
    with cast.as_clerk(DRENTHE, now=NOON + timedelta(days=2)) as work:
        assert remind(work) == 0


def test_vague_words_are_answered_with_a_question_and_kept(cast: Cast, room: Room):
    assert room.agreed(what="Bel z.s.m. de gemeente").warnings
    item = make_item(cast, block=room.all)
    with pytest.raises(Invalid), cast.as_person(POLICE) as work:
        agree(work, spot=room.spot(item), wording=Wording("De gemeente", "x", cast.id(OM), "", date(2026, 1, 1)))
