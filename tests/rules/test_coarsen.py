"""Every coarser shape is a function of the finer one, so no order of steps can give back what was taken."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.sharing.coarsen import coarsen
from hub.sharing.facts import FACTS, Value, parse_span
from hub.sharing.vocabulary import step_of_code
from tests.generated import BOOK, any_value

VOCABULARY = BOOK.vocabulary
chances = some.randoms(use_true_random=False)


@pytest.mark.parametrize("fact", FACTS)
@given(chance=chances)
def test_coarsening_twice_is_coarsening_once_to_the_coarser(fact: str, chance: Random) -> None:
    value, words = any_value(chance, fact=fact), VOCABULARY.facts[fact].words

    for place, fine in enumerate(words):
        shaped = coarsen(value, fact=fact, precision=fine, vocabulary=VOCABULARY)
        assert shaped is not None
        for coarse in words[place:]:
            again = coarsen(shaped, fact=fact, precision=coarse, vocabulary=VOCABULARY)
            assert again == coarsen(value, fact=fact, precision=coarse, vocabulary=VOCABULARY)


@pytest.mark.parametrize(
    ("fact", "value", "precision", "shape"),
    [
        ("incident_date", parse_span("2026-10-07"), "week", parse_span("2026-10-01/2026-10-07")),
        ("incident_date", parse_span("2026-10-31"), "month", parse_span("2026-10")),
        ("incident_date", parse_span("2026-10"), "day", parse_span("2026-10")),
        ("incident_date", parse_span("2026-Q4"), "month", parse_span("2026-Q4")),
        ("place", "GM0114", "municipality", "GM0114"),
        ("place", "GM0114", "province", "PV22"),
        ("place", "PV22", "municipality", "PV22"),
        ("place", "elsewhere", "province", "elsewhere"),
        ("ground", ("godsdienst/islam", "ras"), "sub", ("godsdienst/islam", "ras")),
        ("ground", ("godsdienst/islam", "ras"), "ground", ("godsdienst", "ras")),
        ("ground", ("godsdienst/islam", "levensovertuiging"), "family", ("geloof_en_overtuiging",)),
        ("online", False, "exact", False),
        ("reported_elsewhere", ("police",), "flag", True),
        ("reported_elsewhere", (), "flag", False),
        ("also_known_to", True, "flag", True),
        ("status", "bij_rechter", "phase", "open"),
        ("status", "afgesloten", "phase", "gesloten"),
        ("offence", ("137c", "266"), "family", ("codis", "specifiek")),
        ("outcome", "sepot_beleid", "kind", "geen_sanctie"),
        ("narrative", "Iemand riep iets.", "summary", "Iemand riep iets."),
    ],
)
def test_a_value_has_this_shape(fact: str, value: Value, precision: str, shape: Value) -> None:
    assert coarsen(value, fact=fact, precision=precision, vocabulary=VOCABULARY) == shape


@pytest.mark.parametrize(
    ("fact", "value", "precision"),
    [
        ("place", "GM9999", "province"),
        ("place", "Emmen", "municipality"),
        ("ground", ("ras", "verzonnen"), "family"),
        ("ground", "ras", "sub"),
        ("terrain", ("huisvesting",), "exact"),
        ("terrain", "huisvesting", "fine"),
        ("online", "true", "exact"),
        ("incident_date", "2026-10-07", "day"),
        ("narrative", True, "summary"),
        ("also_known_to", True, "partner_kind"),
    ],
)
def test_a_value_or_a_precision_that_is_not_known_has_no_shape(fact: str, value: Value, precision: str) -> None:
    assert coarsen(value, fact=fact, precision=precision, vocabulary=VOCABULARY) is None


@pytest.mark.parametrize(
    ("fact", "word", "step"),
    [
        ("ground", "godsdienst/islam", 0),
        ("ground", "ras", 1),
        ("ground", "herkomst", 2),
        ("place", "GM0114", 0),
        ("place", "elsewhere", 1),
        ("status", "gesloten", 1),
        ("online", "true", 0),
        ("online", "misschien", None),
        ("ground", "verzonnen", None),
        ("incident_date", "2026", None),
    ],
)
def test_a_word_can_be_told_at_this_precision_and_no_coarser(fact: str, word: str, step: int | None) -> None:
    assert step_of_code(word, fact=fact, vocabulary=VOCABULARY) == step
