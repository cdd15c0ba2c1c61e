"""Two recipients that lay their views side by side: what they could join with certainty, beside laying every row next to every other."""

from collections import Counter
from datetime import date
from itertools import product
from random import Random

from hub.sharing.coarsen import coarsen
from hub.sharing.facts import Value, day_of, month_span, week_of
from hub.sharing.linking import BY, Joined, Key, Side, joined
from tests.generated import BOOK, any_value

WORDS = BOOK.vocabulary
FIRST, SECOND = day_of(date(2026, 10, 7)), day_of(date(2026, 10, 9))


def both(cases: list[tuple[Key | None, Key | None]]) -> Joined:
    """What is joined of cases, each with what the one and the other is shown of it."""
    mine, theirs = (Counter(case[side] for case in cases if case[side] is not None) for side in (0, 1))
    common = Counter((one, other) for one, other in cases if one is not None and other is not None)
    return joined(common, one=Side(mine, WORDS), other=Side(theirs, WORDS))


def test_the_only_row_of_its_kind_on_both_sides_is_joined():
    cases = [((FIRST, "GM0014", ("ras",)),) * 2, ((SECOND, "GM0080", ("leeftijd",)),) * 2]

    assert both(cases) == Joined(2, 2)
    assert both(cases).share == 1.0
    assert Joined().share == 0.0


def test_two_rows_alike_on_either_side_are_not_joined_with_certainty():
    twin = (FIRST, "GM0014", ("ras",))

    assert both([(twin, twin), (twin, None)]) == Joined(1, 0)
    assert both([(twin, twin), (None, twin)]) == Joined(1, 0)
    assert both([(twin, twin), (twin, twin)]) == Joined(2, 0)


def test_the_coarser_of_two_precisions_counts_and_what_is_not_shown_rules_nothing_out():
    fine, coarse = (FIRST, "GM0014", ("ras",)), (month_span(FIRST.first), "PV20", ("ras",))

    assert both([(fine, coarse)]) == Joined(1, 1)
    assert both([(fine, coarse), ((SECOND, "GM0037", ("ras",)), None)]) == Joined(1, 0)
    assert both([(fine, (None, None, None)), (None, (SECOND, "GM0080", ("leeftijd",)))]) == Joined(1, 1)
    assert both([(fine, (None, None, None)), (None, (FIRST, None, None))]) == Joined(1, 0)


def test_rows_that_contradict_each_other_are_never_joined():
    assert both([((FIRST, "GM0014", ("ras", "seksuele_gerichtheid")), (FIRST, "GM0014", ("seksuele_gerichtheid",)))]) == Joined(1, 0)


def test_generated_views_are_joined_as_every_row_beside_every_other_tells():
    chance, certain = Random(11), 0
    for _ in range(120):
        cases = [(shown(chance, true), shown(chance, true)) for true in (truth(chance) for _ in range(chance.randrange(1, 12)))]
        mine = [(number, one) for number, (one, _) in enumerate(cases) if one is not None]
        theirs = [(number, other) for number, (_, other) in enumerate(cases) if other is not None]
        pairs = {(a, b) for (a, one), (b, other) in product(mine, theirs) if agree(one, other)}
        left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
        common = {a for a, _ in mine} & {b for b, _ in theirs}
        expected = Joined(len(common), sum((case, case) in pairs and left[case] == right[case] == 1 for case in common))
        assert both(cases) == expected
        certain += expected.certain
    assert certain > 20, "worlds in which something can be joined"


def truth(chance: Random) -> Key:
    return (chance.choice((FIRST, SECOND, week_of(FIRST.first))), chance.choice(("GM0014", "GM0080")), any_value(chance, fact="ground"))


def shown(chance: Random, true: Key) -> Key | None:
    """The case as one recipient has it: each of the three in some precision, or not at all; now and then no row."""
    if chance.random() < 0.2:
        return None
    return tuple(coarser(chance, value, fact) for fact, value in zip(BY, true, strict=True))


def coarser(chance: Random, value: Value | None, fact: str) -> Value | None:
    word = chance.choice((*WORDS.facts[fact].words, None))
    return None if word is None or value is None else coarsen(value, fact=fact, precision=word, vocabulary=WORDS)


def agree(one: Key, other: Key) -> bool:
    return all(a is None or b is None or a in implied(b, fact) or b in implied(a, fact) for fact, a, b in zip(BY, one, other, strict=True))


def implied(value: Value, fact: str) -> list[Value | None]:
    return [coarsen(value, fact=fact, precision=word, vocabulary=WORDS) for word in WORDS.facts[fact].words]
