"""Many rows at once: what is written comes back the same, whichever way it went, and row security sees every row."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hub.cases.tables import ConsentRow, ContributionRow
from hub.kernel.bulk import FEW, bytes_of, insert_lines, insert_rows, line_of, read_lines, text_of, update_rows
from hub.kernel.errors import Refused
from tests.cast import DRENTHE, GRONINGEN, NOON, Cast

CONTRIBUTION = ("giver", "id", "own_code", "state", "latest_no", "first_released_on", "closed_on", "changed_at", "fingerprint")
CONSENT = ("giver", "contribution", "recipient", "no", "state", "purposes", "at", "by_person", "given_by", "how", "until", "facts")
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def contribution(cast: Cast, number: int, *, one: UUID | None = None, mark: bytes = b"\\x\0\t"):
    return (cast.id(DRENTHE), one or uuid4(), f"{number:011}", "released", 1, date(2026, 10, 7), None, NOON, mark)


def consent(cast: Cast, one: UUID, number: int, purposes: list[str]):
    rest = ("given", purposes, datetime(2026, 10, 7, 12, 30, 15, 123456, tzinfo=UTC), None, "reporter", "talk", None, None)
    return (cast.id(DRENTHE), one, cast.id(GRONINGEN), number, *rest)


def purposes_of(cast: Cast, one: UUID) -> list[list[str]]:
    with cast.as_clerk(DRENTHE) as work:
        asked = select(ConsentRow.purposes).where(ConsentRow.contribution == one).order_by(ConsentRow.no)
        return list(work.session.scalars(asked))


@pytest.mark.parametrize("copies", [1, FEW], ids=["few rows", "many rows"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, max_size=4))
@example(texts=["\\", '"', '\\"', "\\t\t", "\r\n", "{a,b}", "NULL", "", " ", "\\N", "\\.", ",", "'"])
def test_a_text_comes_back_as_it_was_written_also_within_a_list(cast: Cast, copies: int, texts: list[str]):
    one = uuid4()
    with cast.as_clerk(DRENTHE) as work:
        insert_rows(work, table="contribution", columns=CONTRIBUTION, rows=[contribution(cast, one.int % 10**11, one=one)])
        rows = [consent(cast, one, number, texts) for number in range(copies)]
        insert_rows(work, table="consent", columns=CONSENT, rows=rows)

    assert purposes_of(cast, one) == [texts] * copies
    with cast.as_clerk(DRENTHE) as work:
        assert read_lines(work, table="consent", columns=["purposes"], where={"contribution": one}) == [line_of([texts])] * copies


def test_what_is_read_has_the_very_signs_that_were_written(cast: Cast):
    rows = [contribution(cast, number, mark=bytes(range(256))) for number in range(3)]
    columns = [name for name in CONTRIBUTION if name != "changed_at"]  # a moment reads in the form of PostgreSQL
    with cast.as_clerk(DRENTHE) as work:
        insert_rows(work, table="contribution", columns=CONTRIBUTION, rows=rows)

    with cast.as_clerk(DRENTHE) as work:
        found = read_lines(
            work, table="contribution", columns=columns, where={"giver": cast.id(DRENTHE), "id": [row[1] for row in rows[:2]]}
        )
        assert sorted(found) == sorted(line_of((*row[:7], row[8])) for row in rows[:2])
        assert bytes_of(found[0].rsplit("\t", 1)[1]) == bytes(range(256))


@given(text=TEXTS)
def test_a_cell_reads_back_as_its_text(text: str):
    assert text_of(line_of([text])) == text
    assert text_of(line_of([None])) is None


@pytest.mark.parametrize("count", [2, FEW * 2], ids=["few rows", "many rows"])
def test_every_kind_of_value_comes_back_as_it_was(cast: Cast, count: int):
    rows = [contribution(cast, number) for number in range(count)]
    with cast.as_clerk(DRENTHE) as work:
        assert insert_rows(work, table="contribution", columns=CONTRIBUTION, rows=rows) == count

    with cast.as_clerk(DRENTHE) as work:
        found = work.session.scalars(select(ContributionRow).order_by(ContributionRow.own_code))
        assert [tuple(getattr(row, name) for name in CONTRIBUTION) for row in found] == rows


@pytest.mark.parametrize("count", [2, FEW * 2], ids=["few rows", "many rows"])
def test_rows_are_changed_by_their_key_and_no_others(cast: Cast, count: int):
    rows = [contribution(cast, number) for number in range(count + 1)]
    told = [(*row[:2], "closed", date(2026, 11, 1)) for row in rows[:count]]
    with cast.as_clerk(DRENTHE) as work:
        insert_rows(work, table="contribution", columns=CONTRIBUTION, rows=rows)
        assert update_rows(work, table="contribution", key=("giver", "id"), columns=("state", "closed_on"), rows=told) == count

    with cast.as_clerk(DRENTHE) as work:
        found = work.session.execute(select(ContributionRow.state, ContributionRow.closed_on).order_by(ContributionRow.own_code)).all()
        assert [tuple(row) for row in found] == [("closed", date(2026, 11, 1))] * count + [("released", None)]


@pytest.mark.parametrize("count", [2, FEW * 2], ids=["few rows", "many rows"])
def test_a_row_for_another_giver_is_refused_by_the_database_however_many_come_along(cast: Cast, count: int):
    rows = [contribution(cast, number) for number in range(count)]
    stranger = (cast.id(GRONINGEN), *contribution(cast, count)[1:])

    with pytest.raises(Refused), cast.as_clerk(DRENTHE) as work:
        insert_rows(work, table="contribution", columns=CONTRIBUTION, rows=[*rows, stranger])


def test_nothing_to_write_writes_nothing(cast: Cast):
    with cast.as_clerk(DRENTHE) as work:
        assert insert_lines(work, table="contribution", columns=CONTRIBUTION, lines=iter(())) == 0


def test_a_value_of_another_type_is_not_written():
    with pytest.raises(TypeError, match="object is no cell"):
        line_of([object()])
