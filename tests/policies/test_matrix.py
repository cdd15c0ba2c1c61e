"""What each recipient gets of each giver, in one text that is reviewed like a contract."""

from tests.policies.matrix import FILE, matrix


def test_the_matrix_of_giver_recipient_and_fact_is_the_one_that_was_reviewed() -> None:
    assert matrix().splitlines() == FILE.read_text("utf-8").splitlines(), "see the difference, then: python -m tests.policies.matrix"


def test_the_outsider_stands_in_the_matrix_and_gets_nothing_from_anyone() -> None:
    blocks = [block for block in FILE.read_text("utf-8").split("\n\n") if "buitenstaander" in block]

    assert len(blocks) == 1
    assert blocks[0].rstrip().endswith("\n  nothing")
    assert blocks[0].count("buitenstaander") == 18
