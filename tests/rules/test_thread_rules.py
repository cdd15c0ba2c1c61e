"""The words of threads: every word at every place by either side, reasons from a list, and days on which an answer is due."""

from datetime import date
from itertools import product

import pytest

from hub.kernel.errors import Invalid
from hub.threads.rules import (
    CAUSES,
    FOLLOWS,
    OPEN,
    REASONS,
    REQUEST_OF,
    REQUESTS,
    STATES,
    Cause,
    NotInThisState,
    Request,
    Said,
    Side,
    ThreadKind,
    Word,
    answer_due,
    check,
    is_overdue,
    may_follow,
)

G, R = Side.GIVER, Side.RECIPIENT
LEGAL = {  # written down apart from the table of the rules: kind, state, word, and who may write it
    *{("recall", None, "asked", G), ("recall", "asked", "confirmed", R), ("recall", "asked", "not_possible", R)},
    *{("recall", "not_possible", "confirmed", R), ("recall", "not_possible", "closed", G)},
    *{("referral", None, "offered", G), ("referral", "offered", "seen", R), ("referral", "seen", "accepted", R)},
    *{("referral", "seen", "declined", R), ("referral", "accepted", "arrived", R), ("referral", "accepted", "not_arrived", R)},
    *{("referral", "not_arrived", "arrived", R), ("referral", "arrived", "in_progress", R), ("referral", "in_progress", "completed", R)},
    *{("referral", one, "withdrawn", G) for one in ("offered", "seen", "accepted", "not_arrived", "arrived", "in_progress")},
    *{("question", None, "asked", R), ("question", "asked", "answered", G), ("question", "asked", "declined", G)},
}
EVERYTHING = list(product(ThreadKind, (None, *Word), Word, Side))


def reason_of(kind: ThreadKind, word: Word) -> str | None:
    return next(iter(REASONS.get((kind, word), ())), None)


def test_every_word_at_every_place_by_either_side_is_allowed_or_refused_as_written_down():
    for kind, state, word, side in EVERYTHING:
        said = Said(word, reason_of(kind, word))
        if (kind, state, word, side) in LEGAL:
            check(kind, state=state, side=side, said=said)
        else:
            with pytest.raises(NotInThisState):
                check(kind, state=state, side=side, said=said)
    assert len(EVERYTHING) == 3 * 15 * 14 * 2


def test_what_may_be_written_is_exactly_what_is_not_refused():
    found = {(kind, state, word, side) for kind, state, _, side in EVERYTHING for word in may_follow(kind, state=state, side=side)}

    assert found == LEGAL


def test_nothing_follows_a_word_that_ends_a_thread():
    ends = {"recall": {"confirmed", "closed"}, "referral": {"declined", "completed", "withdrawn"}, "question": {"answered", "declined"}}

    for kind, words in ends.items():
        assert all(not may_follow(ThreadKind(kind), state=Word(word), side=side) for word, side in product(words, Side))
        reached = {word for steps in FOLLOWS[ThreadKind(kind)].values() for word in steps}
        assert reached - FOLLOWS[ThreadKind(kind)].keys() == words


@pytest.mark.parametrize("reason", [None, "", "Het ligt in de kast van J. de Vries", "other_region"])
def test_a_reason_is_a_word_of_the_list_and_never_prose(reason: str | None):
    with pytest.raises(Invalid) as error:
        check(ThreadKind.RECALL, state=Word.ASKED, side=R, said=Said(Word.NOT_POSSIBLE, reason))

    assert error.value.problems[0].place == "reason"


def test_a_word_that_needs_no_reason_takes_none():
    with pytest.raises(Invalid):
        check(ThreadKind.RECALL, state=Word.ASKED, side=R, said=Said(Word.CONFIRMED, "legal_duty"))


@pytest.mark.parametrize(("opened", "due"), [
    (date(2026, 11, 4), date(2026, 11, 11)),
    (date(2026, 11, 6), date(2026, 11, 13)),
    (date(2026, 12, 23), date(2026, 12, 31)),
    (date(2027, 4, 26), date(2027, 5, 4)),
])  # fmt: skip
def test_an_answer_to_a_recall_is_due_after_five_working_days(opened: date, due: date):
    assert answer_due(ThreadKind.RECALL, on=opened) == due


def test_only_what_nobody_answered_is_late_and_only_after_its_last_day():
    due = date(2026, 11, 11)

    assert {state for state in Word if is_overdue(state, due=due, on=date(2026, 11, 12))} == {Word.ASKED}
    assert not is_overdue(Word.ASKED, due=due, on=due)


def test_a_recipient_reads_one_of_three_requests_whatever_the_cause():
    assert {REQUEST_OF[cause] for cause in Cause} == set(Request)
    assert {cause for cause in Cause if REQUEST_OF[cause] is Request.REMOVE} == {Cause.WITHDRAWN, Cause.HELD_BACK, Cause.CLOSED}
    assert (set(CAUSES), set(REQUESTS)) == (set(Cause), set(Request))


def test_every_state_of_a_recall_has_a_name_and_two_of_them_ask_for_something():
    reached = {word for steps in FOLLOWS[ThreadKind.RECALL].values() for word in steps}

    assert set(STATES) == reached
    assert {word for word in reached if any(may_follow(ThreadKind.RECALL, state=word, side=side) for side in Side)} == OPEN
