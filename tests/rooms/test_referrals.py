"""Referrals: what the bureau sees and when, what the giver always knows, the receipt code, and how a referral ends."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from hub.cases.actions import withdraw_consent
from hub.cases.expiry import recall_late
from hub.cases.holding import HeldFact, hold_back
from hub.cases.received import NoLongerShared, Wanted, received, received_case
from hub.cases.referring import NotReferred
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.referrals.actions import ReferredBefore, give_new_code, pass_time, settle
from hub.referrals.queries import board, referral
from hub.threads.queries import recalls
from hub.threads.rules import NotInThisState, Said, Word
from tests.cast import COC_GD, DRENTHE, EMMEN, GRONINGEN, NOON, POLICE, Cast
from tests.rooms.referring import AFTER, STORY, YES, at, enter, own_case_of, refer, step, told


def facts_at(cast: Cast, slug: str, code: str) -> dict[str, object]:
    with cast.as_person(slug, now=AFTER) as work:
        return dict(received_case(work, house=cast.house, code=code).facts)


def test_a_reporter_goes_from_the_coc_to_a_bureau_and_the_giver_reads_every_step(cast: Cast):
    code = own_case_of(cast)
    offered = refer(cast, code)
    [mine], [theirs] = at(cast, COC_GD), at(cast, DRENTHE)

    states = [mine.state]
    for words in ([Word.SEEN], [Word.ACCEPTED]):
        step(cast, DRENTHE, offered.thread, *words)
        states.append(at(cast, COC_GD)[0].state)
    entered = enter(cast, DRENTHE, offered.receipt.reveal())
    states.append(at(cast, COC_GD)[0].state)
    step(cast, DRENTHE, offered.thread, Word.IN_PROGRESS, Said(Word.COMPLETED, "helped"))
    [done] = at(cast, COC_GD)

    assert states == ["offered", "seen", "accepted", "arrived"] and (done.state, done.last.reason) == ("completed", "helped")
    assert (mine.code, mine.other.slug, theirs.other.slug) == (code, DRENTHE, COC_GD) and theirs.code != code
    assert (entered.thread, entered.has_arrived) == (offered.thread, True)
    assert (str(mine.answer_due), str(mine.outcome_due)) == ("2026-11-11", "2026-12-16")
    assert facts_at(cast, DRENTHE, theirs.code)["narrative"] == STORY


def test_only_the_bureau_that_was_chosen_sees_the_case_and_only_in_its_box(cast: Cast):
    offered = refer(cast, own_case_of(cast))
    [theirs] = at(cast, DRENTHE)

    with cast.as_person(DRENTHE) as work:
        listed = received(work, house=cast.house, wanted=Wanted()).rows

    assert not listed and not theirs.has_facts
    step(cast, DRENTHE, offered.thread, Word.SEEN)
    assert at(cast, DRENTHE)[0].has_facts
    for other in (EMMEN, GRONINGEN, POLICE):
        assert at(cast, other) == ()
        with cast.as_person(other) as work, pytest.raises(NotFound):
            referral(work, thread=offered.thread)


def test_a_reporter_chooses_which_facts_go_along(cast: Cast):
    refer(cast, own_case_of(cast), asked=replace(YES, facts=("place", "ground")))
    [theirs] = at(cast, DRENTHE)

    assert set(facts_at(cast, DRENTHE, theirs.code)) == {"place", "ground"}


@pytest.mark.parametrize("facts", [(), ("accused",), ("no_fact",)])
def test_facts_that_the_agreement_does_not_share_are_refused(cast: Cast, facts: tuple[str, ...]):
    code = own_case_of(cast)

    with pytest.raises(Invalid, match="Kies een of meer gegevens"):
        refer(cast, code, asked=replace(YES, facts=facts))
    assert at(cast, COC_GD) == ()


def test_a_minor_is_referred_by_a_guardian_alone(cast: Cast):
    code = own_case_of(cast, reporter_age="under_16")

    with pytest.raises(NotReferred, match="wettelijk vertegenwoordiger"):
        refer(cast, code)
    assert refer(cast, code, asked=replace(YES, given_by="guardian")).thread


def test_no_agreement_no_referral_and_no_second_one_while_the_first_is_open(cast: Cast):
    code = own_case_of(cast)
    refer(cast, code)

    with pytest.raises(NotFound):
        refer(cast, code, to=POLICE)
    with pytest.raises(ReferredBefore):
        refer(cast, code)
    with pytest.raises(NotFound):
        refer(cast, code, giver=POLICE)
    assert refer(cast, code, to=EMMEN).thread


def test_what_a_bureau_turns_down_goes_and_may_be_offered_again(cast: Cast):
    code = own_case_of(cast)
    offered = refer(cast, code)
    step(cast, DRENTHE, offered.thread, Word.SEEN)
    [theirs] = at(cast, DRENTHE)
    facts_at(cast, DRENTHE, theirs.code)
    right = Said(Word.DECLINED, "other_region", cast.id(GRONINGEN))

    for wrong in (Said(Word.DECLINED, "other_region"), Said(Word.DECLINED, "no_capacity", cast.id(GRONINGEN)), Said(Word.DECLINED)):
        with pytest.raises(Invalid):
            step(cast, DRENTHE, offered.thread, wrong)
    step(cast, DRENTHE, offered.thread, right)
    shown = at(cast, DRENTHE)[0].has_facts
    with cast.as_clerk(COC_GD, now=AFTER) as work:
        settled, again = settle(work, house=cast.house), settle(work, house=cast.house)
    [mine] = at(cast, COC_GD)

    assert (shown, settled, again) == (False, 1, 0)
    assert (mine.state, mine.last.names and mine.last.names.slug) == ("declined", GRONINGEN)
    with pytest.raises(NoLongerShared):
        facts_at(cast, DRENTHE, theirs.code)
    with cast.as_person(DRENTHE, now=AFTER) as work:
        assert [one.code for one in recalls(work)] == [theirs.code]
    assert refer(cast, code, now=AFTER + timedelta(minutes=1)).thread != offered.thread


@pytest.mark.parametrize("how", ["word", "consent", "hold"])
def test_the_giver_takes_a_referral_back_and_the_row_goes_at_once(cast: Cast, how: str):
    code = own_case_of(cast)
    offered = refer(cast, code)
    step(cast, DRENTHE, offered.thread, Word.SEEN, Word.ACCEPTED)
    [theirs] = at(cast, DRENTHE)
    facts_at(cast, DRENTHE, theirs.code)

    if how == "word":
        step(cast, COC_GD, offered.thread, Word.WITHDRAWN)
    else:
        with cast.as_person(COC_GD, now=AFTER) as work:
            if how == "consent":
                withdraw_consent(work, code=code, recipient=DRENTHE, house=cast.house)
            else:
                hold_back(work, code=code, recipient=DRENTHE, held=HeldFact("de melder wil niet meer"), house=cast.house)

    assert at(cast, DRENTHE)[0].state == at(cast, COC_GD)[0].state == "withdrawn"
    with pytest.raises(NoLongerShared):
        facts_at(cast, DRENTHE, theirs.code)
    with cast.as_person(DRENTHE, now=AFTER) as work:
        assert len(recalls(work)) == 1
    with cast.as_clerk(COC_GD, now=AFTER) as work:
        assert (settle(work, house=cast.house), recall_late(work)) == (0, 0)
    assert not enter(cast, DRENTHE, offered.receipt.reveal()).has_arrived


def test_neither_side_writes_the_words_of_the_other_nor_skips_one(cast: Cast):
    offered = refer(cast, own_case_of(cast))

    for slug, word in ((COC_GD, Word.SEEN), (DRENTHE, Word.ACCEPTED), (DRENTHE, Word.WITHDRAWN), (COC_GD, Word.OFFERED)):
        with pytest.raises(NotInThisState):
            step(cast, slug, offered.thread, word)
    for word in (Word.ARRIVED, Word.NOT_ARRIVED):
        with pytest.raises(Invalid):
            step(cast, DRENTHE, offered.thread, word)
    with pytest.raises(NotFound):
        step(cast, DRENTHE, uuid4(), Word.SEEN)


def test_a_code_works_at_its_own_bureau_alone_and_is_kept_nowhere(cast: Cast, superuser: psycopg.Connection):
    offered = refer(cast, own_case_of(cast))
    receipt = offered.receipt.reveal()
    step(cast, DRENTHE, offered.thread, Word.SEEN)

    elsewhere, giver, never = enter(cast, EMMEN, receipt), enter(cast, COC_GD, receipt), enter(cast, EMMEN, "0" * 16)
    early = enter(cast, DRENTHE, receipt)
    hashes = superuser.execute("SELECT code_hash FROM hub.receipt").fetchall()

    assert elsewhere == never == replace(giver) and elsewhere.thread is None
    assert (early.thread, early.has_arrived) == (offered.thread, False)
    assert len(receipt) == 16 and len(hashes) == 2 and all(receipt.encode() not in one for (one,) in hashes)


def test_after_five_wrong_codes_in_an_hour_not_even_the_right_one_is_looked_at(cast: Cast):
    offered = refer(cast, own_case_of(cast))
    step(cast, DRENTHE, offered.thread, Word.SEEN, Word.ACCEPTED)
    for number in range(5):
        enter(cast, DRENTHE, f"{number:016}")

    blocked = enter(cast, DRENTHE, offered.receipt.reveal(), origin="198.51.100.9")
    later = enter(cast, DRENTHE, offered.receipt.reveal(), now=AFTER + timedelta(minutes=61))

    assert blocked.thread is None and "te veel codes" in blocked.why
    assert later.has_arrived


def test_a_reporter_that_lost_its_code_gets_another(cast: Cast):
    offered = refer(cast, own_case_of(cast))
    with cast.as_person(COC_GD) as work:
        second = give_new_code(work, thread=offered.thread, house=cast.house)
    with cast.as_person(DRENTHE) as work, pytest.raises(NotFound):
        give_new_code(work, thread=offered.thread, house=cast.house)
    step(cast, DRENTHE, offered.thread, Word.SEEN, Word.ACCEPTED)

    assert second.reveal() != offered.receipt.reveal() and enter(cast, DRENTHE, second.reveal()).has_arrived
    step(cast, COC_GD, offered.thread, Word.WITHDRAWN)
    with cast.as_person(COC_GD, now=AFTER) as work, pytest.raises(Conflict):
        give_new_code(work, thread=offered.thread, house=cast.house)


def test_who_waits_too_long_is_told_first_its_case_workers_then_its_coordinators(cast: Cast, superuser: psycopg.Connection):
    refer(cast, own_case_of(cast))
    told_first = told(superuser, cast, DRENTHE)
    alarms = []
    for days in (7, 8, 9, 14):  # due on Wednesday the 11th
        for slug in (COC_GD, DRENTHE):
            with cast.as_clerk(slug, now=NOON + timedelta(days=days)) as work:
                pass_time(work)
        alarms.append([[roles for kind, roles in told(superuser, cast, slug) if kind == "referral_overdue"] for slug in (COC_GD, DRENTHE)])

    assert told_first == [("referral_offered", ["case_worker", "coordinator"])]
    once, twice = [["case_worker"]], [["case_worker"], ["coordinator"]]
    assert alarms == [[[], []], [once, once], [once, once], [twice, twice]]


def test_after_four_weeks_without_the_reporter_it_is_back_at_the_giver_and_can_still_go_on(cast: Cast):
    offered = refer(cast, own_case_of(cast))
    step(cast, DRENTHE, offered.thread, Word.SEEN, Word.ACCEPTED)
    for days, state in ((28, "accepted"), (29, "not_arrived")):
        with cast.as_clerk(DRENTHE, now=NOON + timedelta(days=days)) as work:
            pass_time(work)
        assert at(cast, COC_GD)[0].state == state
    with cast.as_person(COC_GD, now=AFTER) as work:
        assert [one.id for one in board(work).to_do] == [offered.thread]

    assert enter(cast, DRENTHE, offered.receipt.reveal(), now=NOON + timedelta(days=30)).has_arrived


def test_the_giver_hears_of_every_answer_and_the_bureau_of_a_withdrawal(cast: Cast, superuser: psycopg.Connection):
    offered = refer(cast, own_case_of(cast))
    step(cast, DRENTHE, offered.thread, Word.SEEN)
    quiet = told(superuser, cast, COC_GD)
    step(cast, DRENTHE, offered.thread, Word.ACCEPTED)
    step(cast, COC_GD, offered.thread, Word.WITHDRAWN)

    assert quiet == [] and [kind for kind, _ in told(superuser, cast, COC_GD)] == ["referral_moved"]
    assert [kind for kind, _ in told(superuser, cast, DRENTHE)] == ["referral_moved", "referral_offered"]


def test_the_ledger_counts_what_went_between_two_from_own_rows(cast: Cast):
    offered = refer(cast, own_case_of(cast))
    step(cast, DRENTHE, offered.thread, Word.SEEN, Word.ACCEPTED, now=NOON + timedelta(days=2))
    with cast.as_person(COC_GD, now=AFTER) as work:
        [given] = board(work).pairs
    with cast.as_person(EMMEN, now=AFTER) as work:
        assert board(work).pairs == ()

    assert (given.other.slug, given.is_ours, given.offered, given.accepted, given.median_days) == (DRENTHE, True, 1, 1, 2)
