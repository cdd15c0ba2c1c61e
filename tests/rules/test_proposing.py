"""What leads an agenda: every rule fires and can be asked again, the minutes are used best, and whatever is left out says why."""

from datetime import date, timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.agendas.proposing import RULES, Candidate, Moment, Proposed, best, holds, propose, repeats

TODAY, PREVIOUS = date(2027, 1, 20), date(2026, 11, 26)
AT = Moment(TODAY, PREVIOUS, date(2027, 4, 29))
OLD = date(2026, 11, 20)


def make(number: int = 1, **different: object) -> Candidate:
    told: dict[str, object] = {"kind": "case", "code": f"C{number:04d}", "first_on": OLD, "changed_on": OLD, **different}
    return Candidate(UUID(int=number), **told)  # type: ignore[arg-type]


GOLDEN = (
    ({"is_urgent": True}, "urgent", "Onrust of veiligheid", 100, 15),
    ({"held_over": 1, "minutes_left": 6}, "held_over", "Aangehouden", 110, 6),
    ({"held_over": 2}, "held_over", "2 keer aangehouden", 130, 8),
    ({"nominated_by": ("COC",), "minutes_asked": 40}, "nominated", "Aangemeld door COC", 80, 15),
    ({"nominated_by": ("COC", "OM"), "minutes_asked": 5}, "nominated", "Aangemeld door COC en OM", 80, 5),
    ({"deadline": date(2027, 3, 2)}, "deadline", "Termijn kan aflopen op 2 maart", 65, 8),
    ({"is_connected": True}, "connected", "Contact hierover afgesproken", 70, 10),
    ({"first_on": date(2026, 11, 27), "changed_on": date(2026, 11, 27)}, "new", "Nieuw sinds 26 november", 60, 12),
    ({"kind": "agreement", "code": "A27-X3QD", "first_on": None, "changed_on": None, "due": date(2027, 1, 10), "deferrals": 2},
     "late", "A27-X3QD verlopen, 2 keer uitgesteld", 100, 5),
    ({"kind": "agreement", "code": "A27-X3QD", "first_on": None, "changed_on": None, "due": date(2026, 1, 10)}, "late",
     "A27-X3QD verlopen", 80, 5),
    ({"repeats": 3}, "repeated", "Derde melding met deze plaats en grond in een half jaar", 50, 12),
    ({"changed_on": date(2027, 1, 4), "outcome_on": date(2027, 1, 4)}, "outcome", "Stand gewijzigd op 4 januari", 40, 7),
    ({"changed_on": date(2027, 1, 4)}, "changed", "Bijgewerkt sinds 26 november", 30, 5),
    ({"first_on": date(2026, 3, 1), "changed_on": date(2026, 10, 1)}, "silent", "Geen beweging sinds 1 oktober", 20, 3),
)  # fmt: skip


@pytest.mark.parametrize(("told", "word", "sentence", "weight", "minutes"), GOLDEN)
def test_every_rule_fires_with_its_reason_its_weight_and_its_minutes(
    told: dict[str, object], word: str, sentence: str, weight: int, minutes: int
):
    [item] = propose([make(**told)], minutes=65, at=AT)

    assert [(one.word, one.sentence) for one in item.reasons] == [(word, sentence)]
    assert (item.weight, item.minutes, item.because, item.is_must) == (weight, minutes, None, word == "urgent")
    assert {one[1] for one in GOLDEN} == {rule.word for rule in RULES}


def test_on_the_edge_a_rule_does_not_hold():
    edges = {
        "new": make(first_on=PREVIOUS),
        "changed": make(changed_on=PREVIOUS),
        "late": make(kind="agreement", due=TODAY, deferrals=1),
        "silent": make(changed_on=TODAY - timedelta(days=90)),
        "repeated": make(repeats=2),
        "deadline": make(deadline=date(2027, 4, 30)),
    }

    assert not any(holds(word, candidate=one, at=AT) for word, one in edges.items())


def test_weights_of_one_case_add_up_and_its_minutes_are_the_largest():
    [item] = propose([make(nominated_by=("OM",), minutes_asked=5, first_on=TODAY, repeats=4)], minutes=65, at=AT)

    assert ([one.word for one in item.reasons], item.weight, item.minutes) == (["nominated", "new", "repeated"], 190, 12)


def test_what_is_urgent_stays_also_when_the_block_is_too_short():
    urgent = [make(number, is_urgent=True) for number in range(1, 4)]

    found = propose([*urgent, make(9, first_on=TODAY)], minutes=20, at=AT)

    assert [(one.no, one.minutes, one.because) for one in found] == [
        (1, 15, None), (2, 15, None), (3, 15, None), (0, 12, "Past niet meer (nog 0 minuten)."),
    ]  # fmt: skip


CANDIDATES = st.builds(
    lambda weights: [make(number, **told) for number, told in enumerate(weights, 1)],
    st.lists(st.sampled_from([told for told, *_ in GOLDEN if told.get("kind") is None] + [{}]), max_size=14),
)


@settings(max_examples=60)
@given(CANDIDATES, st.integers(5, 70), st.randoms())
def test_the_minutes_are_used_as_well_as_by_trying_everything(found: list[Candidate], minutes: int, random: object):
    proposal = propose(found, minutes=minutes, at=AT)

    musts = sum(one.minutes for one in proposal if one.is_must)
    rest = [one for one in proposal if one.reasons and not one.is_must]
    chosen = sorted(one.candidate.code for one in rest if one.no)
    assert chosen == exhaustively(rest, minutes=max(minutes - musts, 0))
    random.shuffle(found)  # type: ignore[attr-defined]
    assert propose(found, minutes=minutes, at=AT) == proposal


def exhaustively(rest: list[Proposed], *, minutes: int) -> list[str]:
    ways = [way for size in range(len(rest) + 1) for way in combinations(rest, size) if sum(one.minutes for one in way) <= minutes]
    keys = [(-sum(one.weight for one in way), sum(one.minutes for one in way), sorted(one.candidate.code for one in way)) for way in ways]
    return min(keys)[2]


@settings(max_examples=60)
@given(CANDIDATES, st.integers(0, 70))
def test_every_candidate_is_an_item_or_says_once_why_not_and_every_reason_holds_when_asked_again(found: list[Candidate], minutes: int):
    proposal = propose(found, minutes=minutes, at=AT)

    assert sorted(one.candidate.code for one in proposal) == sorted(one.code for one in found)
    assert all((one.no > 0) == (one.because is None) for one in proposal)
    assert [one.no for one in proposal if one.no] == list(range(1, sum(one.no > 0 for one in proposal) + 1))
    assert all(holds(reason.word, candidate=one.candidate, at=AT) for one in proposal for reason in one.reasons)
    assert all(one.no for one in proposal if one.is_must)


def test_three_of_the_same_place_and_ground_within_half_a_year_are_counted_and_others_are_not():
    within, before = date(2026, 12, 1), date(2026, 5, 1)
    cases = {
        UUID(int=1): [("GM0114", "ras", within)], UUID(int=2): [("GM0114", "ras", within), ("GM0114", "geslacht", within)],
        UUID(int=3): [("GM0114", "ras", within)], UUID(int=4): [("GM0114", "ras", before)], UUID(int=5): [("GM1680", "ras", within)],
        UUID(int=6): [],
    }  # fmt: skip

    assert repeats(cases, today=TODAY) == {UUID(int=1): 3, UUID(int=2): 3, UUID(int=3): 3, UUID(int=4): 0, UUID(int=5): 1, UUID(int=6): 0}


def test_ten_thousand_candidates_are_no_trouble():
    many = [
        make(number, first_on=TODAY if number % 3 else OLD, repeats=number % 5, is_connected=number % 7 == 0) for number in range(10_000)
    ]

    proposal = propose(many, minutes=65, at=AT)

    assert len(proposal) == 10_000
    assert sum(one.minutes for one in proposal if one.no) <= 65
    assert best([], minutes=65) == []
