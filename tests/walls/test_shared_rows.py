"""A row with several readers: its writer alone writes it, the database copies it to whom it names, and nobody else has it."""

from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import delete, func, select, update

from hub.consultations.queries import blocks, bodies, consultation, consultations
from hub.consultations.tables import BlockRow, BodyRow, ConsultationRow, MembershipRow
from hub.kernel.database import Rival
from hub.kernel.errors import NotFound, Refused
from tests.cast import COC_GD, DRENTHE, EMMEN, OM, OUTSIDER, POLICE, Cast
from tests.consulting import MEETS, TABLE, make_block, make_body, make_consultation


def test_every_member_has_an_equal_copy_and_the_outsider_none(cast: Cast, superuser: psycopg.Connection):
    make_body(cast)
    made = make_consultation(cast)

    rows = superuser.execute("SELECT partner, (to_jsonb(c) - 'partner')::text FROM hub.consultation c WHERE id = %s", (made,)).fetchall()
    assert {number for number, _ in rows} == {cast.id(slug) for slug in TABLE}
    assert len({told for _, told in rows}) == 1
    for slug in TABLE:
        with cast.as_person(slug) as work:
            assert consultation(work, id=made).starts == MEETS
    with cast.as_person(OUTSIDER) as work:
        assert (bodies(work), consultations(work)) == ((), ())
        with pytest.raises(NotFound):
            consultation(work, id=made)


def test_a_change_of_the_writer_reaches_every_copy_and_a_reader_can_change_none(cast: Cast):
    make_body(cast)
    made = make_consultation(cast)
    with cast.as_person(POLICE) as work:
        work.session.execute(update(ConsultationRow).where(ConsultationRow.id == made).values(place="Stadhuis, Emmen", version=2))

    with cast.as_person(DRENTHE) as work:
        assert consultation(work, id=made).place == "Stadhuis, Emmen"
    with pytest.raises(Refused), cast.as_person(DRENTHE) as work:
        work.session.execute(update(ConsultationRow).where(ConsultationRow.id == made).values(place="elders"))
    with pytest.raises(Refused), cast.as_person(DRENTHE) as work:
        work.session.execute(delete(ConsultationRow).where(ConsultationRow.id == made))


def test_who_is_named_no_more_loses_its_copy_and_a_row_that_goes_goes_everywhere(cast: Cast):
    make_body(cast)
    made = make_consultation(cast)
    with cast.as_person(POLICE) as work:
        left = [cast.id(DRENTHE), cast.id(POLICE)]
        work.session.execute(update(ConsultationRow).where(ConsultationRow.id == made).values(members=left))

    with cast.as_person(EMMEN) as work:
        assert consultations(work) == ()
    with cast.as_person(POLICE) as work:
        work.session.execute(delete(ConsultationRow).where(ConsultationRow.id == made))
    with cast.as_person(DRENTHE) as work:
        assert consultations(work) == ()


@pytest.mark.parametrize("writer", [DRENTHE, OUTSIDER])
def test_nobody_but_the_coordinating_partner_writes_what_is_led(cast: Cast, writer: str):
    make_body(cast)

    with pytest.raises(Rival), cast.as_person(writer) as work:
        row = {"writer": cast.id(writer), "members": [cast.id(writer), cast.id(OM)], "body": "casus-drenthe", "state": "planned"}
        told = {"starts": MEETS, "ends": MEETS.replace(hour=14), "place": "", "link": "", "sequence": 0, "version": 1}
        work.session.add(ConsultationRow(partner=cast.id(writer), id=uuid4(), reference_month=MEETS.date(), **row, **told))


def test_a_row_reaches_no_partner_that_is_no_member_and_a_block_nobody_who_does_not_sit_in_it(cast: Cast):
    make_body(cast)
    made = make_consultation(cast)

    with pytest.raises(Rival), cast.as_person(POLICE) as work:
        everybody = [*(cast.id(one) for one in TABLE), cast.id(COC_GD)]
        work.session.execute(update(ConsultationRow).where(ConsultationRow.id == made).values(members=everybody))
    make_block(cast, consultation=made, seats=(POLICE, OM))
    with cast.as_person(DRENTHE) as work:
        assert blocks(work, body="casus-drenthe", consultation=made) == ()
    with cast.as_person(OM) as work:
        assert [one.minutes for one in blocks(work, body="casus-drenthe", consultation=made)] == [60]


def test_nobody_can_put_a_member_into_a_body_of_another(cast: Cast):
    make_body(cast)

    for pretends in (cast.id(OUTSIDER), cast.id(POLICE)):
        with pytest.raises((Rival, Refused)), cast.as_person(OUTSIDER) as work:
            work.session.add(MembershipRow(body="casus-drenthe", partner=cast.id(OUTSIDER), coordinator=pretends, required=False,
                                           since=MEETS.date(), asked_at=MEETS))  # fmt: skip
    with cast.as_person(OUTSIDER) as work:
        work.session.execute(update(BodyRow).values(name="Overgenomen"))
    with cast.as_person(POLICE) as work:
        assert [one.name for one in bodies(work)] == ["Casuïstiekbespreking Drenthe"]
        assert work.session.scalar(select(func.count()).select_from(BlockRow)) == 0
