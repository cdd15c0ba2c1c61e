"""Givers lay down what a block may hear: in the fullest block that fits, what all of it have, gone in the same second as their rows."""

import psycopg
import pytest
from sqlalchemy import select

from hub.agendas.rules import ELSEWHERE, NO_BLOCK
from hub.agendas.tables import PlacedRow
from hub.cases import actions as giving
from hub.cases.holding import HeldFact, hold_back
from hub.cases.received import Wanted, received
from tests.agendas import lay_table
from tests.cast import DRENTHE, EMMEN, OM, OUTSIDER, POLICE, Cast


def placed(cast: Cast, slug: str) -> list[PlacedRow]:
    with cast.as_person(slug) as work:
        return list(work.session.scalars(select(PlacedRow)))


def test_a_case_goes_to_the_fullest_block_in_which_everybody_may_know_it_and_to_nobody_else(cast: Cast):
    table = lay_table(cast)
    table.bring(DRENTHE)

    assert table.place() == 1

    [line] = table.lines(POLICE)
    assert line.block == table.blocks["Allen"]
    assert table.lines(OM) == [line] == table.lines(DRENTHE)
    assert [table.lines(slug) for slug in (EMMEN, OUTSIDER)] == [[], []]


def test_a_line_holds_what_each_of_its_readers_has_and_none_of_what_one_of_them_lacks(cast: Cast):
    table = lay_table(cast)
    table.bring(DRENTHE, narrative="Een buur riep iets.", handling=("bemiddeling",))
    table.place()

    [line] = table.lines(OM)
    rows = []
    for slug in (POLICE, OM):
        with cast.as_person(slug) as work:
            rows.append(received(work, house=cast.house, wanted=Wanted()).rows[0].facts)
    assert set(line.facts) <= set(rows[0]) & set(rows[1]) - {"narrative"}
    assert line.facts["ground"] == ["ras"]
    assert line.facts["place"] == "GM0114"
    assert (line.giver, line.revision, line.first_on) == (cast.id(DRENTHE), 1, table.now.date())


def test_laying_again_changes_nothing(cast: Cast, superuser: psycopg.Connection):
    table = lay_table(cast)
    table.bring(DRENTHE)
    table.place()
    before = superuser.execute("SELECT * FROM hub.block_line ORDER BY partner, id").fetchall()

    assert table.place() == 0
    assert superuser.execute("SELECT * FROM hub.block_line ORDER BY partner, id").fetchall() == before


def test_a_case_that_no_block_may_hear_is_told_to_its_giver_alone(cast: Cast):
    table = lay_table(cast, blocks={"Allen": (DRENTHE, POLICE, OM)})
    table.bring(DRENTHE, consents={POLICE: "given"})
    table.bring(DRENTHE, place="GM0014")

    assert table.place() == 0

    assert sorted(row.reason or "" for row in placed(cast, DRENTHE)) == sorted([NO_BLOCK, ELSEWHERE])
    assert placed(cast, POLICE) == []
    assert table.lines(POLICE) == []


@pytest.mark.parametrize("level", ["figures"])
def test_a_body_that_speaks_of_figures_hears_of_no_case(cast: Cast, level: str):
    table = lay_table(cast, level=level)
    table.bring(DRENTHE)

    assert (table.place(), table.lines(POLICE), placed(cast, DRENTHE)) == (0, [], [])


def test_a_body_under_another_agreement_hears_of_no_case(cast: Cast):
    table = lay_table(cast, collaborations=["Noordelijk overleg homofoob geweld"])
    table.bring(DRENTHE)

    assert (table.place(), table.lines(POLICE)) == (0, [])


def test_a_withdrawn_consent_empties_every_copy_in_the_same_second_and_the_line_finds_another_block(cast: Cast):
    table = lay_table(cast, blocks={"Allen": (DRENTHE, POLICE, OM), "Bureau en politie": (DRENTHE, POLICE)})
    code = table.bring(DRENTHE)
    table.place()
    [before] = table.lines(OM)

    with cast.as_person(DRENTHE) as work:
        giving.withdraw_consent(work, code=code, recipient=OM, house=cast.house)

    assert [table.lines(slug) for slug in (DRENTHE, POLICE, OM)] == [[], [], []]
    table.place()
    [after] = table.lines(POLICE)
    assert (after.id, after.revision, after.block) == (before.id, 2, table.blocks["Bureau en politie"])
    assert table.lines(OM) == []


def test_what_is_held_back_from_one_reader_is_said_to_none_and_the_line_has_a_new_revision(cast: Cast):
    table = lay_table(cast)
    code = table.bring(DRENTHE)
    table.place()

    with cast.as_person(DRENTHE) as work:
        held = HeldFact("Te herkenbaar in dit dorp.", fact="nature")
        hold_back(work, code=code, recipient=OM, held=held, house=cast.house)
    table.place()

    [line] = table.lines(POLICE)
    assert "nature" not in line.facts
    assert line.revision == 2


def test_what_changes_for_somebody_outside_the_block_leaves_the_line_as_it_is(cast: Cast, superuser: psycopg.Connection):
    table = lay_table(cast, blocks={"Politie en OM": (POLICE, OM), "Bureau en politie": (DRENTHE, POLICE)})
    code = table.bring(DRENTHE)
    table.place()
    before = superuser.execute("SELECT * FROM hub.block_line ORDER BY partner, id").fetchall()

    with cast.as_person(DRENTHE) as work:
        giving.withdraw_consent(work, code=code, recipient=OM, house=cast.house)

    assert superuser.execute("SELECT * FROM hub.block_line ORDER BY partner, id").fetchall() == before
