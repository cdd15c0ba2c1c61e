"""What all of several readers may know of a case: a meet that forgets nothing all of them have, and adds nothing that one of them lacks."""

from collections.abc import Mapping
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.agendas.together import is_no_finer, meet, together
from hub.sharing.coarsen import coarsen
from hub.sharing.facts import FACTS, Value, day_of, month_span, week_of, year_of
from hub.sharing.vocabulary import FactType
from tests.generated import BOOK, FULL

WORDS = BOOK.vocabulary
DAY = day_of(date(2026, 10, 7))


@st.composite
def values(draw: st.DrawFn, fact: str) -> Value:
    """A value of this fact in one of its precisions."""
    kind, codes = WORDS.facts[fact].type, WORDS.codes_of(fact)
    if kind is FactType.DATE:
        whole: Value = day_of(draw(st.dates(date(2026, 1, 1), date(2027, 12, 31))))
    elif kind is FactType.FLAG:
        whole = draw(st.booleans())
    elif kind is FactType.TEXT:
        whole = "Een samenvatting."
    else:
        assert codes is not None
        known = st.sampled_from(sorted(codes.codes))
        whole = draw(known) if kind is FactType.CODE else tuple(sorted(draw(st.sets(known, max_size=3))))
    shape = coarsen(whole, fact=fact, precision=draw(st.sampled_from(WORDS.facts[fact].words)), vocabulary=WORDS)
    assert shape is not None
    return shape


@st.composite
def tellings(draw: st.DrawFn) -> dict[str, Value]:
    """What one reader has of a case: some facts, each in a shape of its own."""
    facts = draw(st.sets(st.sampled_from(FACTS), max_size=6))
    return {fact: draw(values(fact)) for fact in sorted(facts)}


def pair(one: Mapping[str, Value], other: Mapping[str, Value]) -> dict[str, Value]:
    return together([one, other], vocabulary=WORDS)


@settings(max_examples=50)
@given(st.lists(tellings(), min_size=1, max_size=4))
def test_one_reader_more_never_adds_a_fact_nor_makes_one_finer(readers: list[dict[str, Value]]):
    everybody = together(readers, vocabulary=WORDS)

    assert all(is_no_finer(everybody, than=reader, vocabulary=WORDS) for reader in readers)
    assert is_no_finer(everybody, than=together(readers[1:], vocabulary=WORDS) if readers[1:] else everybody, vocabulary=WORDS)


@settings(max_examples=50)
@given(tellings(), tellings(), tellings())
def test_the_order_and_the_grouping_of_readers_do_not_matter(one: dict[str, Value], two: dict[str, Value], three: dict[str, Value]):
    whole = together([one, two, three], vocabulary=WORDS)

    assert all(together(order, vocabulary=WORDS) == whole for order in permutations([one, two, three]))
    assert pair(pair(one, two), three) == whole == pair(one, pair(two, three))
    assert pair(one, one) == together([one], vocabulary=WORDS)


def said_once(value: Value) -> Value:
    """Of several codes those that no other one of them says already: who names a part names the whole."""
    if not isinstance(value, tuple):
        return value
    return tuple(one for one in value if not any(two.startswith(f"{one}/") for two in value))


@given(st.sampled_from(FACTS).flatmap(lambda fact: st.tuples(st.just(fact), values(fact))), st.data())
def test_of_one_value_in_two_precisions_the_coarser_is_what_both_know(told: tuple[str, Value], data: st.DataObject):
    fact, value = told
    if WORDS.facts[fact].type is FactType.TEXT:
        assert meet([value], fact=fact, vocabulary=WORDS) is None
        return
    coarser = coarsen(value, fact=fact, precision=data.draw(st.sampled_from(WORDS.facts[fact].words)), vocabulary=WORDS)
    if coarser is not None:
        assert meet([value, coarser], fact=fact, vocabulary=WORDS) == said_once(coarser)


EXAMPLES: tuple[tuple[str, Value, Value, Value | None], ...] = (
    ("incident_date", DAY, week_of(date(2026, 10, 7)), week_of(date(2026, 10, 7))),
    ("incident_date", DAY, day_of(date(2026, 10, 20)), month_span(date(2026, 10, 1))),
    ("incident_date", DAY, day_of(date(2026, 2, 1)), year_of(date(2026, 1, 1))),
    ("incident_date", DAY, day_of(date(2027, 10, 7)), None),
    ("place", "GM0114", "PV22", "PV22"),
    ("place", "GM0114", "GM1680", "PV22"),
    ("place", "GM0114", "GM0014", None),
    ("online", True, True, True),
    ("online", True, False, None),
    ("ground", ("godsdienst/islam", "ras"), ("godsdienst", "ras"), ("godsdienst", "ras")),
    ("ground", ("godsdienst/islam", "ras"), ("godsdienst/islam",), ("godsdienst/islam",)),
    ("ground", ("ras",), ("herkomst",), ("herkomst",)),
    ("ground", ("ras",), ("geslacht",), None),
    ("nature", "geweld", "bedreiging", None),
    ("handling", (), (), ()),
    ("also_known_to", ("police",), True, True),
    ("also_known_to", ("police",), ("om",), True),
    ("also_known_to", ("police",), (), None),
    ("also_known_to", (), False, False),
)  # fmt: skip


@pytest.mark.parametrize(("fact", "one", "other", "both"), EXAMPLES)
def test_two_readers_of_one_fact(fact: str, one: Value, other: Value, both: Value | None):
    assert meet([one, other], fact=fact, vocabulary=WORDS) == both == meet([other, one], fact=fact, vocabulary=WORDS)


def test_a_fact_that_one_reader_lacks_and_every_text_stay_out():
    less = {fact: value for fact, value in FULL.items() if fact != "place"}

    found = together([FULL, less], vocabulary=WORDS)

    assert "narrative" in FULL
    assert set(found) == set(FULL) - {"place", "narrative"}
    assert together([], vocabulary=WORDS) == {}
