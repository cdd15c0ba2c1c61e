"""The life of an action against a model of its own, who may take which step, and how an action is worded."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.agreements.rules import (
    Life,
    NotThisStep,
    Stand,
    Step,
    Word,
    Wording,
    begins_with_verb,
    check_step,
    check_wording,
    is_told_on,
    life_of,
    may_take,
    open_steps,
    warnings_about,
)
from hub.kernel.errors import Invalid
from hub.kernel.words import PartnerId

DAY = date(2026, 11, 26)
OWNER, OTHER = PartnerId(1), PartnerId(2)
FINE = Wording("Bel de gemeente", "De gemeente gaf antwoord", OWNER, "A. Bakker", DAY + timedelta(days=20))
steps = st.lists(st.tuples(st.sampled_from(list(Word)), st.sampled_from([OWNER, OTHER])), max_size=12)
ALLOWED = {  # the model: written down apart from the rules, one line for what each may do in each stand
    ("open", OWNER): "started reported deferred", ("open", OTHER): "dropped",
    ("started", OWNER): "reported deferred", ("started", OTHER): "dropped",
    ("reported", OWNER): "", ("reported", OTHER): "closed reopened",
    ("closed", OWNER): "", ("closed", OTHER): "reopened", ("dropped", OWNER): "", ("dropped", OTHER): "reopened",
}  # fmt: skip
LEADS = {"started": "started", "reported": "reported", "closed": "closed", "dropped": "dropped", "reopened": "started"}


@given(steps)
def test_an_action_goes_on_as_the_model_says_and_deferrals_equal_their_recount(taken: list[tuple[Word, PartnerId]]):
    life, kept, stand, count = Life(Stand.OPEN, DAY, 0), list[Step](), "open", 0
    for number, (word, by) in enumerate(taken, start=1):
        due = life.due + timedelta(days=number) if word is Word.DEFERRED else None
        step = Step(by, word, DAY, due, "daarom")
        fits = word in ALLOWED[stand, by].split()
        if fits:
            assert check_step(life, step=step, owner=OWNER) == LEADS.get(word, stand)
            stand, count = LEADS.get(word, stand), count + (word is Word.DEFERRED)
        else:
            with pytest.raises(NotThisStep):
                check_step(life, step=step, owner=OWNER)
        kept.append(step)
        life = life_of(kept, owner=OWNER, due=DAY)

        assert (life.stand, life.deferrals) == (stand, count)
        assert set(open_steps(life.stand, owner=OWNER, by=by)) == set(ALLOWED[stand, by].split())


def test_no_owner_closes_its_own_action_and_no_other_reports_it_done():
    assert not may_take(Word.CLOSED, owner=OWNER, by=OWNER) and may_take(Word.CLOSED, owner=OWNER, by=OTHER)
    assert not may_take(Word.REPORTED, owner=OWNER, by=OTHER) and may_take(Word.REPORTED, owner=OWNER, by=OWNER)


@pytest.mark.parametrize(("word", "by", "due", "because", "field"), [
    (Word.DEFERRED, OWNER, DAY + timedelta(days=5), None, "because"), (Word.DEFERRED, OWNER, None, "ziek", "due"),
    (Word.DEFERRED, OWNER, DAY, "ziek", "due"), (Word.DEFERRED, OWNER, DAY + timedelta(days=800), "ziek", "due"),
    (Word.DROPPED, OTHER, None, "", "because"), (Word.DROPPED, OTHER, None, "x" * 301, "because"),
])  # fmt: skip
def test_a_step_without_its_reason_or_its_day_is_refused(word: Word, by: PartnerId, due: date | None, because: str | None, field: str):
    with pytest.raises(Invalid) as refused:
        check_step(Life(Stand.OPEN, DAY, 0), step=Step(by, word, DAY, due, because), owner=OWNER)

    assert [problem.place for problem in refused.value.problems] == [field]


@pytest.mark.parametrize(("sentence", "is_fine"), [
    ("Bel de gemeente", True), ("bellen met de gemeente", True), ("Vraagt het OM om de stand", True), ("Doen wat nodig is", True),
    ("Het OM bellen", False), ("De politie belt", False), ("Gegevens van de melder", False),
    ("Gemeente", False), ("", False), ("12 bellen", False),
])  # fmt: skip
def test_an_action_begins_with_what_somebody_does(sentence: str, *, is_fine: bool):
    assert begins_with_verb(sentence) is is_fine


@pytest.mark.parametrize(("different", "field"), [
    ({"what": "De gemeente"}, "what"), ({"what": "Bel"}, "what"), ({"done_when": ""}, "done_when"), ({"owner_name": ""}, "owner_name"),
    ({"due": DAY - timedelta(days=1)}, "due"), ({"checks": (DAY,)}, "checks"), ({"checks": (FINE.due,)}, "checks"),
])  # fmt: skip
def test_an_action_without_verb_sign_person_or_day_is_refused_at_its_field(different: dict[str, object], field: str):
    told = {name: getattr(FINE, name) for name in Wording.__slots__} | different

    with pytest.raises(Invalid) as refused:
        check_wording(Wording(**told), on=DAY)

    assert [problem.place for problem in refused.value.problems] == [field]
    check_wording(FINE, on=DAY)


def test_vague_words_and_a_day_after_the_next_meeting_are_told_and_no_reason_to_refuse():
    vague = Wording("Bel z.s.m. de gemeente", "De gemeente gaf antwoord", OWNER, "A. Bakker", DAY + timedelta(days=90))

    assert warnings_about(FINE, next_meeting=FINE.due) == ()
    told = warnings_about(vague, next_meeting=DAY + timedelta(days=60))
    assert len(told) == 2 and "z.s.m." in told[0] and "volgende bijeenkomst" in told[1]


def test_the_owner_is_told_a_week_and_a_day_before_on_the_day_and_then_every_week():
    days = [DAY + timedelta(days=number) for number in range(-30, 31)]

    told = [(day - DAY).days for day in days if is_told_on(day, due=DAY, checks=[DAY - timedelta(days=20)])]

    assert told == [-20, -7, -1, 0, 7, 14, 21, 28]
