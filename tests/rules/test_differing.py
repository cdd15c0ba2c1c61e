"""Two versions side by side: per pair what changes, each point as a sentence, and which of two values tells more."""

from dataclasses import replace
from datetime import date

import pytest

from hub.sharing.compare import Change, Way
from hub.sharing.differing import PAIR_CLOSES, PAIR_OPENS, WAYS, by_pair, change_in_dutch, changes_in_dutch, changes_of_pair, way_of
from hub.sharing.facts import Value, day_of, week_of
from tests.generated import BOOK
from tests.rules.test_compare import MUTANTS

WORDS, PARTNERS = BOOK.vocabulary, BOOK.partners
OLD = BOOK.policy_named("politie--bureaus")
DAY = day_of(date(2026, 10, 7))


def test_each_pair_is_told_apart_and_a_pair_of_one_version_only_opens_or_closes_as_a_whole():
    assert OLD is not None
    new = replace(OLD, recipients=(*OLD.recipients[1:], "coc-friesland"), share={**OLD.share, "place": "province"})

    told = {one.recipient: one for one in by_pair(OLD, new=new, vocabulary=WORDS)}

    assert told[OLD.recipients[0]].changes == (PAIR_CLOSES,) and told[OLD.recipients[0]].way is Way.NARROWER
    assert told["coc-friesland"].changes == (PAIR_OPENS,) and told["coc-friesland"].way is Way.WIDER
    assert {told[slug].changes for slug in OLD.recipients[1:]} == {(Change("place", Way.NARROWER),)}
    assert changes_of_pair(None, new=None, vocabulary=WORDS) == ()


def test_the_same_text_is_equal_for_every_pair():
    assert OLD is not None
    assert {(one.way, one.changes) for one in by_pair(OLD, new=replace(OLD, version=9), vocabulary=WORDS)} == {(Way.EQUAL, ())}
    assert changes_in_dutch(OLD, new=OLD, vocabulary=WORDS, partners=PARTNERS) == ("Voor de ontvanger verandert er niets.",)


def test_every_planted_change_is_one_sentence_that_names_its_direction():
    partners = {**PARTNERS, "buitenstaander": PARTNERS["buitenstaander"]}
    for policy, mutant, point, way in MUTANTS:
        [sentence] = changes_in_dutch(policy, new=mutant, vocabulary=WORDS, partners=partners)
        assert sentence.endswith(f"({WAYS[way]})."), sentence
        assert sentence[0].isupper() and " wordt" in sentence
        assert sentence == change_in_dutch(Change(point, way), versions=(policy, mutant), vocabulary=WORDS, partners=partners)


def test_a_sentence_says_from_what_to_what():
    assert OLD is not None
    new = replace(OLD, share={fact: word for fact, word in OLD.share.items() if fact != "terrain"} | {"place": "province"})

    assert changes_in_dutch(OLD, new=new, vocabulary=WORDS, partners=PARTNERS) == (
        "De plaats van het voorval: de gemeente wordt de provincie (nauwer).",
        "Het maatschappelijk terrein: het terrein wordt niet gedeeld (nauwer).",
    )


@pytest.mark.parametrize(
    ("fact", "before", "after", "way"),
    [
        ("incident_date", DAY, DAY, Way.EQUAL),
        ("incident_date", DAY, week_of(DAY.first), Way.NARROWER),
        ("incident_date", week_of(DAY.first), DAY, Way.WIDER),
        ("incident_date", DAY, day_of(date(2026, 10, 8)), Way.BOTH),
        ("place", None, "PV20", Way.WIDER),
        ("place", "PV20", None, Way.NARROWER),
        ("place", "GM0014", "PV20", Way.NARROWER),
        ("ground", ("ras", "seksuele_gerichtheid"), ("ras",), Way.NARROWER),
        ("ground", ("ras",), ("ras", "seksuele_gerichtheid"), Way.WIDER),
        ("ground", ("ras",), ("seksuele_gerichtheid",), Way.BOTH),
        ("reported_elsewhere", ("police",), True, Way.NARROWER),
    ],
)
def test_of_two_values_it_is_told_which_says_more(fact: str, before: Value | None, after: Value | None, way: Way):
    assert way_of(before, after=after, fact=fact, vocabulary=WORDS) is way
