"""Whatever two sides do in whatever order, each sees what it may know by then, and nothing sooner: every pair that can come about."""

import psycopg
import pytest

from hub.contacts.actions import NotInThisState
from tests.cast import Cast
from tests.rooms import pair_model
from tests.rooms.contacting import CANARIES, SLUGS, Play, deed
from tests.rooms.pair_model import ASKED, ASKER, DEEDS, Pair

BOTH = (ASKER, ASKED)
HIDDEN = ("yes", "no")  # what the other side does before this one answered


@pytest.fixture
def play(cast: Cast, superuser: psycopg.Connection) -> Play:
    made = Play(cast, superuser)
    made.share()
    made.ask()
    return made


def check(play: Play, pair: Pair) -> None:
    """Both sides see what the model says, in their page and in their row."""
    for who in BOTH:
        seen, row = play.seen(who), str(play.row(who))
        assert seen.state == pair_model.state(pair, who), (pair, who)
        assert (seen.theirs is not None) == pair_model.knows_person(pair, who), (pair, who)
        assert (seen.their_outcome is not None) == pair_model.knows_word(pair, who), (pair, who)
        assert (CANARIES[1 - who][0] in row) == pair_model.knows_person(pair, who), (pair, who)
        if not pair.agreed:
            assert not any(word in row for word in CANARIES[1 - who]), (pair, who)
        if pair.halves[who].over not in ("", "done"):
            assert not any(word in row for word in CANARIES[who]), "what came to nothing is forgotten"


def refused(play: Play, pair: Pair, who: int) -> None:
    """Every deed that does not fit is refused, and leaves both rows alone."""
    before = play.kept()
    with play.cast.as_person(SLUGS[who]) as work:
        for word in DEEDS:
            if not pair_model.fits(pair, who, word):
                with pytest.raises(NotInThisState):
                    deed(work, play.id, who, word)
    assert play.kept() == before


def test_every_deed_in_every_pair_that_can_come_about_does_what_a_second_account_of_it_says(play: Play):
    rows, tried = {Pair(): play.kept()}, 0
    for pair in pair_model.every_pair():
        for who in BOTH:
            play.put_back(rows[pair])
            refused(play, pair, who)
        for who, word, following in pair_model.moves(pair):
            play.put_back(rows[pair])
            play.do(who, word)
            check(play, following)
            rows.setdefault(following, play.kept())
            tried += 1

    assert len(rows) == len(pair_model.every_pair())
    assert tried > 100


@pytest.mark.parametrize("words", [("yes",), ("no",), ("yes", "yes"), ("yes", "no")])
@pytest.mark.parametrize("who", BOTH)
def test_before_a_side_answered_nothing_it_can_reach_tells_whether_the_other_did(play: Play, who: int, words: tuple[str, ...]):
    row, seen, told = play.row(who), play.seen(who), play.told(who)

    for word in words:
        play.do(1 - who, word)

    assert (play.row(who), play.seen(who), play.told(who)) == (row, seen, told)


@pytest.mark.parametrize("who", BOTH)
def test_who_says_no_never_learns_what_the_other_answered(play: Play, who: int):
    views = []
    for words in ((), ("yes",), ("no",)):
        kept = play.kept()
        for word in words:
            play.do(1 - who, word)
        play.do(who, "no")
        views.append((play.row(who), play.seen(who)))
        play.put_back(kept)

    assert views[0] == views[1] == views[2]


@pytest.mark.parametrize("who", BOTH)
def test_who_says_yes_and_waits_cannot_tell_silence_from_the_time_before(play: Play, who: int):
    play.do(who, "yes")

    assert play.seen(who).state == "waiting"
    assert play.told(1 - who) == [("contact_proposed", str(play.id))] * (who == ASKER)
    assert not any(word in str(play.row(1 - who)) for word in CANARIES[who])


@pytest.mark.parametrize("who", BOTH)
def test_the_reason_for_a_no_stays_on_its_own_side(play: Play, who: int):
    play.do(1 - who, "yes")
    play.do(who, "no")

    assert play.row(who)["because"] == "no_time"
    assert "no_time" not in str(play.row(1 - who))
    assert play.seen(1 - who).state == "not_now"


def test_a_yes_that_both_gave_tells_both_whom_to_reach_and_takes_ten_working_days(play: Play):
    play.do(ASKER, "yes")
    play.do(ASKED, "yes")

    for who in BOTH:
        seen = play.seen(who)
        assert seen.theirs is not None and seen.theirs.person == CANARIES[1 - who][0]
        assert str(seen.due) == "2026-11-18"
    assert ("contact_confirmed", f"{play.id}:agreed") in play.told(ASKER)


def test_no_message_holds_a_word_of_anybody(play: Play):
    for who, word in ((ASKER, "yes"), (ASKED, "yes"), (ASKER, "said"), (ASKED, "right"), (ASKER, "together"), (ASKED, "none")):
        play.do(who, word)

    notices = str(play.superuser.execute("SELECT to_jsonb(n) FROM hub.notice n").fetchall())
    journal = str(play.superuser.execute("SELECT convert_from(data, 'utf8') FROM audit.entry").fetchall())
    assert notices.count("/contacten/") >= 5
    assert "KANARIE" not in notices + journal
    assert play.code not in notices and play.own not in notices
    assert "contact-beantwoord" in journal
