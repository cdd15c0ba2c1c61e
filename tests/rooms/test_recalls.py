"""Recalls: asked of whoever opened a row that went, and of nobody else; answered with closed words; chased when nobody answers."""

from datetime import date, timedelta
from threading import Thread
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from hub.audit.queries import entries
from hub.cases import actions, intake
from hub.cases.expiry import end_rows, recall_late
from hub.cases.explained import withdrawal_receipt
from hub.cases.queries import OwnWanted, own_cases
from hub.kernel.errors import Conflict, HubError, NotFound
from hub.threads.actions import chase, write
from hub.threads.queries import asked_of, recall
from hub.threads.rules import NotInThisState, Said, Word
from tests.agendas import lay_table
from tests.cast import DRENTHE, EMMEN, FRYSLAN, NOON, POLICE, Cast
from tests.make import BUREAU_WORDS, Delivery, make_draft
from tests.rooms.recalling import AFTER, BUREAUS, LATE, board_of, give_again, look, open_at, say, share, take_back, told

WAITS = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
NEXT_YEAR = NOON + timedelta(days=400)


def recalled(superuser: psycopg.Connection, cast: Cast) -> set[tuple[str, str]]:
    """Of whom which row is asked back, as it truly stands."""
    slugs = {partner.id: slug for slug, partner in cast.partners.items()}
    return {(slugs[one], code) for one, code in superuser.execute("SELECT recipient, code FROM hub.thread WHERE kind = 'recall'")}


def opened(superuser: psycopg.Connection, cast: Cast) -> set[tuple[str, str]]:
    slugs = {partner.id: slug for slug, partner in cast.partners.items()}
    return {(slugs[one], code) for one, code in superuser.execute("SELECT recipient, code FROM hub.disclosure")}


def test_recalls_are_exactly_the_recipients_with_a_disclosure_of_the_row(cast: Cast, superuser: psycopg.Connection):
    first, second, _ = share(cast, number=3)
    look(cast, DRENTHE)
    take_back(cast, first)
    seen = opened(superuser, cast)
    look(cast, EMMEN)  # what went before it looked, it cannot open any more

    take_back(cast, second)

    gone = superuser.execute("SELECT code FROM hub.given WHERE state = 'closed' AND code IS NOT NULL").fetchall()
    assert len(seen) == 3 and len(recalled(superuser, cast)) == 3
    assert recalled(superuser, cast) == {(who, code) for who, code in opened(superuser, cast) if (code,) in gone}


def test_a_row_that_was_never_opened_leaves_no_trace_at_its_recipient(cast: Cast, superuser: psycopg.Connection):
    [code] = share(cast)
    look(cast, DRENTHE)
    take_back(cast, code)

    with cast.as_person(EMMEN, now=AFTER) as work:
        left = {
            table: work.session.scalar(text(f"SELECT count(*) FROM hub.{table}"))
            for table in ("thread", "letter", "tombstone", "inbox", "seen")
        }

    assert set(left.values()) == {0}
    assert told(superuser, cast, EMMEN) == [] and open_at(cast, EMMEN) == ()


def test_the_recipient_reads_what_is_asked_and_by_when_and_never_why_nor_of_whom_else(cast: Cast):
    [code] = share(cast)
    [theirs], _ = look(cast, DRENTHE), look(cast, EMMEN)
    take_back(cast, code)

    [asked] = board_of(cast, DRENTHE).to_answer

    assert (asked.code, asked.other.slug, asked.cause, asked.answer_due) == (theirs, POLICE, "remove", date(2026, 11, 11))
    with cast.as_person(DRENTHE, now=AFTER) as work:
        rows = work.session.execute(text("SELECT t::text FROM hub.thread t UNION ALL SELECT l::text FROM hub.letter l")).scalars().all()
    said = " ".join(map(str, rows))
    assert len(rows) == 2
    assert "held_back" not in said and code not in said and str(AFTER.minute).zfill(2) + ":" not in said


def test_the_giver_reads_the_cause_and_its_own_code_per_recipient(cast: Cast):
    [code] = share(cast)
    for slug in BUREAUS:
        look(cast, slug)
    take_back(cast, code)

    found = board_of(cast, POLICE).waiting

    assert {one.other.slug for one in found} == set(BUREAUS)
    assert {(one.code, one.cause, one.state) for one in found} == {(code, "held_back", Word.ASKED)}


def test_recalls_of_two_recipients_have_no_moment_or_key_in_common(cast: Cast, superuser: psycopg.Connection):
    [code] = share(cast)
    for slug in BUREAUS:
        look(cast, slug)
    take_back(cast, code)

    asked = "SELECT id, code, opened_at FROM hub.thread WHERE reader = recipient ORDER BY reader"
    (one, other), moments = zip(*((row[:2], row[2]) for row in superuser.execute(asked)), strict=True)

    assert not set(one) & set(other) and moments == (None, None)


def test_a_confirmation_is_the_receipt_on_both_sides_and_ends_it(cast: Cast):
    [code] = share(cast)
    look(cast, DRENTHE)
    take_back(cast, code)
    [asked] = open_at(cast, DRENTHE)

    assert say(cast, DRENTHE, asked.id, Word.CONFIRMED) is Word.CONFIRMED

    assert open_at(cast, DRENTHE) == open_at(cast, POLICE) == ()
    for slug in (DRENTHE, POLICE):
        [receipt] = board_of(cast, slug).over
        assert (receipt.state, receipt.last.writer.slug, receipt.last.written_on) == (Word.CONFIRMED, DRENTHE, date(2026, 11, 4))
    with pytest.raises(NotInThisState):
        say(cast, DRENTHE, asked.id, Word.CONFIRMED)


def test_not_possible_goes_back_to_the_giver_who_closes_it_or_hears_later_that_it_was_possible(cast: Cast, superuser: psycopg.Connection):
    codes = share(cast, number=2)
    look(cast, DRENTHE)
    for code in codes:
        take_back(cast, code)
    first, second = open_at(cast, DRENTHE)
    for one in (first, second):
        say(cast, DRENTHE, one.id, Word.NOT_POSSIBLE, "criminal_file")
    settled = board_of(cast, POLICE).to_settle

    say(cast, POLICE, first.id, Word.CLOSED)
    say(cast, DRENTHE, second.id, Word.CONFIRMED)

    assert {one.last.reason for one in settled} == {"criminal_file"} and len(settled) == 2
    assert {one.state for one in board_of(cast, POLICE).over} == {Word.CLOSED, Word.CONFIRMED}
    assert [kind for kind, _, _ in told(superuser, cast, POLICE)] == ["recall_answered", "recall_answered"]


def test_people_are_told_without_content_once_per_deed(cast: Cast, superuser: psycopg.Connection):
    [code] = share(cast)
    look(cast, DRENTHE)
    take_back(cast, code)

    assert told(superuser, cast, DRENTHE) == [("recall_asked", "/terugroepingen", ["coordinator", "privacy_officer"])]
    at = superuser.execute("SELECT at FROM hub.notice WHERE kind = 'recall_asked'").fetchone()
    assert at and at[0] <= AFTER


def test_a_case_that_was_given_again_is_asked_back_again_only_if_somebody_looked_meanwhile(cast: Cast):
    [code] = share(cast)
    look(cast, DRENTHE)
    take_back(cast, code)
    give_again(cast, code)
    take_back(cast, code, now=AFTER + timedelta(hours=1))
    untouched = len(open_at(cast, DRENTHE))
    give_again(cast, code, no=2, now=AFTER + timedelta(hours=2))
    with cast.as_person(DRENTHE, now=AFTER + timedelta(hours=3)) as work:
        receipt = """INSERT INTO hub.disclosure SELECT giver, gen_random_uuid(), recipient, code, kind, visible_revision, 'page', :at,
                       policy_version FROM hub.inbox"""
        work.session.execute(text(receipt), {"at": work.now})

    take_back(cast, code, now=AFTER + timedelta(hours=4))

    assert (untouched, len(open_at(cast, DRENTHE))) == (1, 2)


def test_a_withdrawn_consent_asks_its_recipient_to_remove_and_leaves_the_cause_with_the_giver(cast: Cast):
    with cast.as_person(DRENTHE) as work:
        draft = make_draft(place="GM1680", circumstances=BUREAU_WORDS, consents={POLICE: "given"})
        intake.take_in(work, reading=Delivery([draft]), house=cast.house)
        [line] = own_cases(work, house=cast.house, wanted=OwnWanted())
    look(cast, POLICE)

    with cast.as_person(DRENTHE, now=AFTER) as work:
        actions.withdraw_consent(work, code=line.code, recipient=POLICE, house=cast.house)

    [theirs], [mine] = open_at(cast, POLICE), open_at(cast, DRENTHE)
    assert (theirs.cause, mine.cause, mine.code) == ("remove", "withdrawn", line.code)
    with cast.as_person(DRENTHE, now=AFTER) as work:
        found = asked_of(work, recipient=cast.id(POLICE), code=theirs.code)
        page = withdrawal_receipt(work, house=cast.house, code=line.code, recipient=POLICE)
    assert found is not None and page.recall is not None and found.id == page.recall.id == theirs.id


def test_rows_past_their_last_day_are_asked_back_as_ended(cast: Cast):
    share(cast)
    look(cast, DRENTHE)
    with cast.as_clerk(POLICE, now=NEXT_YEAR) as work:
        assert end_rows(work, house=cast.house)

    [asked] = open_at(cast, DRENTHE, now=NEXT_YEAR)

    assert asked.cause == "ended"


def late_reader(cast: Cast, superuser: psycopg.Connection, *, slug: str, code: str) -> None:
    """A receipt of somebody who was reading while the row went: it carries the moment at which that reading began."""
    asked = """INSERT INTO hub.disclosure SELECT giver, gen_random_uuid(), recipient, code, kind, visible_revision, 'list', %s,
                 policy_version FROM hub.given WHERE recipient = %s AND code = %s"""
    superuser.execute(asked, (NOON, cast.id(slug), code))


def test_a_disclosure_that_came_after_the_withdrawal_is_asked_back_by_the_sweep_once(cast: Cast, superuser: psycopg.Connection):
    [code] = share(cast)
    row = superuser.execute("SELECT code FROM hub.given WHERE recipient = %s", (cast.id(EMMEN),)).fetchone()
    look(cast, DRENTHE)
    take_back(cast, code)
    assert row and open_at(cast, EMMEN) == ()
    late_reader(cast, superuser, slug=EMMEN, code=row[0])

    done = []
    for minutes in (5, 10):
        with cast.as_clerk(POLICE, now=AFTER + timedelta(minutes=minutes)) as work:
            done.append(recall_late(work))

    [asked] = open_at(cast, EMMEN, now=AFTER + timedelta(minutes=20))
    assert done == [1, 0]
    assert (asked.code, asked.cause) == (row[0], "remove")
    assert recalled(superuser, cast) == opened(superuser, cast)


def test_the_sweep_leaves_rows_that_stand_alone(cast: Cast):
    share(cast)
    look(cast, DRENTHE)

    with cast.as_clerk(POLICE, now=AFTER) as work:
        assert recall_late(work) == 0


def test_after_five_working_days_both_coordinators_hear_of_it_once(cast: Cast, superuser: psycopg.Connection):
    [code] = share(cast)
    look(cast, DRENTHE)
    take_back(cast, code)
    for morning in (LATE - timedelta(days=1), LATE, LATE, LATE + timedelta(days=1)):
        for slug in (DRENTHE, POLICE, EMMEN):
            with cast.as_clerk(slug, now=morning) as work:
                chase(work)

    assert [kind for kind, _, _ in told(superuser, cast, DRENTHE)] == ["recall_asked", "recall_overdue"]
    assert [kind for kind, _, _ in told(superuser, cast, POLICE)] == ["recall_overdue"]
    assert told(superuser, cast, EMMEN) == []
    assert [one.is_late for one in open_at(cast, POLICE, now=LATE)] == [True]


def test_an_unanswered_recall_stands_on_the_own_page_of_the_agenda_of_both_sides_alone(cast: Cast):
    table = lay_table(cast)
    [code] = share(cast)
    look(cast, DRENTHE)
    take_back(cast, code)
    pages = {}
    for now in (AFTER, LATE):
        table.now = now
        for slug in (DRENTHE, POLICE, EMMEN):
            pages[slug, now] = [entry.title for entry in table.paper(slug).parts[-1].entries if "terugroeping" in entry.title]

    assert pages[POLICE, LATE] == [f"Onbeantwoorde terugroeping aan {cast.partners[DRENTHE].name}"]
    assert pages[DRENTHE, LATE] == [f"Onbeantwoorde terugroeping van {cast.partners[POLICE].name}"]
    assert pages[EMMEN, LATE] == pages[DRENTHE, AFTER] == pages[POLICE, AFTER] == []


def test_a_recall_of_others_is_not_found_whatever_one_knows_of_it(cast: Cast):
    [code] = share(cast)
    look(cast, DRENTHE)
    take_back(cast, code)
    [asked] = open_at(cast, DRENTHE)

    for thread in (asked.id, uuid4()):
        with pytest.raises(NotFound), cast.as_person(FRYSLAN, now=AFTER) as work:
            recall(work, thread=thread)
        with pytest.raises(NotFound):
            say(cast, FRYSLAN, thread, Word.CONFIRMED)


ATTEMPTS: dict[str, tuple[str, str]] = {  # what a partner outside tries on the tables themselves → the answer
    "a letter in the thread of others": (
        """INSERT INTO hub.letter (reader, thread, no, giver, recipient, writer, kind, word, written_on)
           VALUES (:drenthe, :thread, 2, :police, :drenthe, :me, 'recall', 'confirmed', '2026-11-04')""", "23514"),
    "a letter as if it were the recipient": (
        """INSERT INTO hub.letter (reader, thread, no, giver, recipient, writer, kind, word, written_on)
           VALUES (:police, :thread, 2, :police, :drenthe, :drenthe, 'recall', 'confirmed', '2026-11-04')""", "42501"),
    "a letter between itself and one of them": (
        """INSERT INTO hub.letter (reader, thread, no, giver, recipient, writer, kind, word, written_on)
           VALUES (:police, :thread, 2, :police, :me, :me, 'recall', 'confirmed', '2026-11-04')""", "23503"),
    "a recall in the name of the giver": (
        """INSERT INTO hub.thread (reader, id, other, giver, recipient, opener, kind, code, cause, opened_on, answer_due)
           VALUES (:drenthe, gen_random_uuid(), :police, :police, :drenthe, :police, 'recall', 'AAAAAAAAAAA', 'remove',
                   '2026-11-04', '2026-11-11')""", "42501"),
    "a change of a letter": ("UPDATE hub.letter SET word = 'confirmed'", "42501"),
    "a thread that goes": ("DELETE FROM hub.thread", "42501"),
}  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_third_partner_that_knows_the_key_of_a_thread_cannot_write_in_it(cast: Cast, attempt: str):
    [code] = share(cast)
    look(cast, DRENTHE)
    take_back(cast, code)
    [asked] = open_at(cast, DRENTHE)
    sql, state = ATTEMPTS[attempt]
    who = {"drenthe": cast.id(DRENTHE), "police": cast.id(POLICE), "me": cast.id(FRYSLAN), "thread": asked.id}

    with pytest.raises(HubError), cast.as_person(FRYSLAN, now=AFTER) as work:
        try:
            work.session.execute(text(sql), {name: value for name, value in who.items() if f":{name}" in sql})
        except Exception as error:
            assert getattr(error.orig, "sqlstate", None) == state  # type: ignore[attr-defined]
            raise


def test_of_two_who_answer_at_once_one_succeeds_and_the_other_meets_its_letter(app: Flask, cast: Cast, superuser: psycopg.Connection):
    [code] = share(cast)
    look(cast, DRENTHE)
    take_back(cast, code)
    [asked] = open_at(cast, DRENTHE)
    met: list[str] = []

    def answer_as_well() -> None:
        try:
            with app.app_context():
                say(cast, DRENTHE, asked.id, Word.CONFIRMED)
        except Conflict as error:
            met.append(type(error).__name__)

    other = Thread(target=answer_as_well)
    with cast.as_person(DRENTHE, now=AFTER) as work:
        write(work, thread=asked.id, said=Said(Word.NOT_POSSIBLE, "legal_duty"))
        other.start()
        while other.is_alive() and superuser.execute(WAITS).fetchone() is None:
            other.join(0.01)
    other.join()

    letters = superuser.execute("SELECT reader, no, word FROM hub.letter WHERE thread = %s ORDER BY reader, no", (asked.id,)).fetchall()
    assert met == ["Rival"]
    assert [(no, word) for _, no, word in letters] == [(1, "asked"), (2, "not_possible")] * 2


def test_what_was_asked_and_answered_stands_in_the_journal_of_who_did_it(cast: Cast):
    [code] = share(cast)
    look(cast, DRENTHE)
    take_back(cast, code)
    [asked] = open_at(cast, DRENTHE)
    say(cast, DRENTHE, asked.id, Word.CONFIRMED)

    lines = {}
    for slug in (POLICE, DRENTHE):
        with cast.as_clerk(slug, now=AFTER) as work:
            lines[slug] = [str(entry) for entry in entries(work, limit=100)]

    assert sum("terugroeping-gevraagd" in line for line in lines[POLICE]) == 1
    assert sum("terugroeping-beantwoord" in line and "confirmed" in line for line in lines[DRENTHE]) == 1
    assert not any(code in line for line in lines[DRENTHE])
