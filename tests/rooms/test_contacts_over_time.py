"""What mornings do to contacts: two reminders to who can act, then it expires; a contact stands by itself; names are forgotten."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import event, text

from hub.cases import intake
from hub.contacts import actions
from hub.contacts.actions import AskedBefore
from hub.contacts.queries import board, contact, open_about
from hub.contacts.rules import State
from hub.kernel.database import Rival
from hub.kernel.errors import Conflict, Invalid, NotFound, Refused
from hub.people.words import Role
from tests.cast import COC_F, DRENTHE, EMMEN, NOON, OUTSIDER, POLICE, Cast
from tests.make import Delivery, make_draft
from tests.rooms.contacting import DESKS, SLUGS, Play
from tests.rooms.pair_model import ASKED, ASKER

AGREED = ((ASKER, "yes"), (ASKED, "yes"))


@pytest.fixture
def play(cast: Cast, superuser: psycopg.Connection) -> Play:
    made = Play(cast, superuser)
    made.share()
    made.ask()
    return made


def morning(play: Play, day: date) -> None:
    for slug in SLUGS:
        with play.cast.as_clerk(slug, now=datetime(day.year, day.month, day.day, 8, tzinfo=UTC)) as work:
            actions.tend(work)


def mornings(play: Play, first: date, last: date) -> None:
    for number in range((last - first).days + 1):
        morning(play, first + timedelta(days=number))


def reminded(play: Play, who: int) -> list[str]:
    return [dedup for _, dedup in play.told(who) if dedup.count(":") == 2]


def test_who_has_not_answered_is_reminded_twice_and_then_it_expires_for_both(play: Play):
    play.do(ASKER, "yes")

    mornings(play, date(2026, 11, 5), date(2026, 11, 11))
    before = play.seen(ASKED).state
    mornings(play, date(2026, 11, 12), date(2026, 11, 20))

    assert (before, play.seen(ASKED).state, play.seen(ASKER).state) == (State.TO_ANSWER, State.EXPIRED, State.EXPIRED)
    assert reminded(play, ASKED) == [f"{play.id}:to_answer:1", f"{play.id}:to_answer:2"]
    assert reminded(play, ASKER) == []
    assert [kind for kind, _ in play.told(ASKER)] == ["contact_ended"]
    assert "KANARIE" not in str(play.row(ASKER)) + str(play.row(ASKED))


def test_a_reminder_whose_moment_passed_while_no_clock_ran_is_not_sent_late(play: Play):
    morning(play, date(2026, 11, 11))
    morning(play, date(2026, 11, 11))

    assert reminded(play, ASKED) == [f"{play.id}:to_answer:2"]


def test_who_said_no_is_left_alone_and_the_other_is_reminded_as_if_nothing_happened(play: Play):
    play.do(ASKED, "no")

    mornings(play, date(2026, 11, 5), date(2026, 11, 12))

    assert reminded(play, ASKED) == []
    assert reminded(play, ASKER) == [f"{play.id}:to_answer:1", f"{play.id}:to_answer:2"]
    assert (play.seen(ASKER).state, play.seen(ASKED).state) == (State.EXPIRED, State.DECLINED)


def test_a_contact_that_one_side_wrote_down_stands_after_five_working_days(play: Play):
    for who, word in (*AGREED, (ASKER, "said")):
        play.do(who, word)

    mornings(play, date(2026, 11, 5), date(2026, 11, 11))
    before = play.seen(ASKER).state
    morning(play, date(2026, 11, 12))

    assert (before, play.seen(ASKER).state, play.seen(ASKED).state) == (State.SAID, State.MADE, State.MADE)
    assert play.seen(ASKED).contact_on == date(2026, 11, 4)
    assert play.seen(ASKED).due == date(2026, 11, 26)


def test_a_contact_that_stands_is_rounded_off_by_itself_and_keeps_its_word_on_its_own_side(play: Play):
    for who, word in (*AGREED, (ASKER, "said"), (ASKED, "right"), (ASKER, "together")):
        play.do(who, word)

    mornings(play, date(2026, 11, 5), date(2026, 11, 30))

    mine, theirs = play.seen(ASKER), play.seen(ASKED)
    assert (mine.state, theirs.state) == (State.DONE, State.DONE)
    assert (mine.outcome, mine.their_outcome, theirs.outcome, theirs.their_outcome) == ("together", None, None, None)


def test_contact_persons_are_forgotten_ninety_days_after_the_end(play: Play):
    for who, word in (*AGREED, (ASKER, "said"), (ASKED, "right"), (ASKER, "together"), (ASKED, "together")):
        play.do(who, word)
    morning(play, date(2027, 2, 2))
    kept = str(play.row(ASKER)) + str(play.row(ASKED))

    morning(play, date(2027, 2, 3))

    assert kept.count("KANARIE") == 12
    assert "KANARIE" not in str(play.row(ASKER)) + str(play.row(ASKED))
    assert play.seen(ASKER).state is State.DONE


def test_the_giver_reads_the_question_under_its_own_code_and_nobody_else_reads_of_it(play: Play):
    asker, asked = play.seen(ASKER), play.seen(ASKED)

    assert (asker.code, asked.code) == (play.code, play.own)
    assert play.code != play.own
    for slug in (EMMEN, COC_F, OUTSIDER):
        with play.cast.as_person(slug) as work:
            assert board(work).to_do == board(work).waiting == ()
            with pytest.raises(NotFound):
                contact(work, contact=play.id)
            with pytest.raises(NotFound):
                actions.confirm(work, contact=play.id, desk=DESKS[0])


def test_a_question_stands_open_once_and_about_a_received_case_only(play: Play):
    with play.cast.as_person(DRENTHE) as work:
        with pytest.raises(AskedBefore) as asked:
            actions.propose(work, code=play.code)
        assert asked.value.contact == play.id == open_about(work, code=play.code)
    for slug, code in ((DRENTHE, play.own), (POLICE, play.own), (OUTSIDER, play.code), (EMMEN, play.code)):
        with play.cast.as_person(slug) as work, pytest.raises(NotFound):
            actions.propose(work, code=code)


def test_after_an_end_the_question_can_be_asked_again(play: Play):
    first = play.id
    play.do(ASKER, "yes")
    play.do(ASKED, "no")

    second = play.ask(DESKS[ASKER])

    assert second != first
    assert play.seen(ASKER).state is State.WAITING


def test_the_list_asks_the_database_as_often_for_many_contacts_as_for_one(play: Play):
    asked: list[int] = []
    for _ in range(3):
        with play.cast.as_person(DRENTHE) as work:
            said: list[str] = []
            event.listen(work.session.connection(), "before_cursor_execute", lambda *told, said=said: said.append(told[2]))
            board(work)
            asked.append(len(said))
        play.do(ASKER, "no")
        play.ask()

    assert asked[0] == asked[1] == asked[2] <= 10


def test_each_side_counts_its_own_pairs(play: Play):
    for who, word in (*AGREED, (ASKER, "said"), (ASKED, "right")):
        play.do(who, word)

    for slug, other in (SLUGS, SLUGS[::-1]):
        with play.cast.as_person(slug) as work:
            [pair] = board(work).pairs
        assert (pair.other.slug, pair.proposed, pair.agreed, pair.made, pair.median_days) == (other, 1, 1, 1, 0)
    with play.cast.as_person(OUTSIDER) as work:
        assert board(work).pairs == ()


@pytest.mark.parametrize("day", [date(2026, 11, 3), date(2026, 11, 5)])
def test_a_contact_is_not_written_down_before_the_question_or_before_it_was(play: Play, day: date):
    for who, word in AGREED:
        play.do(who, word)

    with play.cast.as_person(DRENTHE) as work, pytest.raises(Invalid):
        actions.say_made(work, contact=play.id, on=day)


@pytest.mark.parametrize("planted", [
    "UPDATE hub.contact SET agreed_at = now()", "UPDATE hub.contact SET their_person = 'x'", "UPDATE hub.contact SET ended = NULL",
    "UPDATE hub.contact SET partner = partner + 1", "UPDATE hub.contact SET tended_on = '2030-01-01'", "DELETE FROM hub.contact",
    "UPDATE hub.contact SET contact_on = '2026-11-04'", "UPDATE hub.contact SET due = '2030-01-01'",
])  # fmt: skip
def test_a_person_cannot_write_what_the_database_writes(play: Play, planted: str):
    with pytest.raises(Refused), play.cast.as_person(DRENTHE) as work:
        work.session.execute(text(planted))


@pytest.mark.parametrize("planted", [
    "UPDATE hub.contact SET answer = NULL", "UPDATE hub.contact SET answer = 'declined'", "UPDATE hub.contact SET outcome = 'together'",
    "UPDATE hub.contact SET person = 'iemand anders'",
])  # fmt: skip
def test_a_deed_that_does_not_fit_is_refused_by_the_database_too(play: Play, planted: str):
    for who, word in AGREED:
        play.do(who, word)

    with pytest.raises(Rival), play.cast.as_person(DRENTHE) as work:
        work.session.execute(text(planted))


def test_a_row_cannot_be_laid_at_another_partner_about_a_case_that_was_not_received(play: Play, superuser: psycopg.Connection):
    with play.cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft(place="GM0114")], file_hash=b"x" * 32), house=play.cast.house)
    code = superuser.execute("SELECT code FROM hub.inbox WHERE recipient = %s", (play.cast.id(EMMEN),)).fetchone()
    plant = text("""INSERT INTO hub.contact (partner, id, other, origin, side, code, proposed_at, due, acted_at)
        VALUES (:partner, gen_random_uuid(), :other, :origin, :side, :code, now(), '2026-11-11', now())""")
    told = {"partner": play.cast.id(DRENTHE), "other": play.cast.id(POLICE), "origin": "request", "side": "asker", "code": code[0]}
    for different in ({}, {"side": "asked"}, {"other": play.cast.id(EMMEN)}, {"origin": "match", "code": play.code}):
        with pytest.raises(Conflict), play.cast.as_person(DRENTHE, now=NOON) as work:
            work.session.execute(plant, {**told, **different})
    with pytest.raises(Refused), play.cast.as_person(DRENTHE) as work:
        work.session.execute(plant, {**told, "partner": play.cast.id(EMMEN)})

    assert superuser.execute("SELECT count(*) FROM hub.contact").fetchone() == (2,)


def test_who_is_told_are_case_workers_and_coordinators_of_the_other_side(play: Play, superuser: psycopg.Connection):
    found = superuser.execute("SELECT partner, roles, path FROM hub.notice").fetchall()

    assert found == [(play.cast.id(POLICE), [Role.CASE_WORKER, Role.COORDINATOR], f"/contacten/{play.id}")]
