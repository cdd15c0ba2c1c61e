"""How far a gathering is, for the coordinator of the collecting partner: per giver one word, and nothing about what others hold."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, text

from hub.cases.house import House
from hub.casuistry.lifecycle import NotTheCollector, day_of_month, expected_givers
from hub.casuistry.queries import gathering_of
from hub.casuistry.rows import sorted_rows, told
from hub.casuistry.rules import State
from hub.casuistry.tables import CollectedRow, CollectionRow, ReadinessRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.words import Month, PartnerId
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner


class Word(StrEnum):
    """Where a giver stands, as the collecting partner may know it."""

    DELIVERED = "delivered"
    NOTHING = "nothing"
    SILENT = "silent"
    AWAITED = "awaited"


WORD_IN_DUTCH = {
    Word.DELIVERED: "aangeleverd", Word.NOTHING: "niets te melden", Word.SILENT: "stil", Word.AWAITED: "nog niet gereed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Giver:
    """One giver that is expected, its word, and when it last said that it was ready."""

    partner: Partner
    word: Word
    ready_at: datetime | None


def progress(work: Work, *, province: str, month: Month, house: House) -> tuple[Giver, ...]:
    """
    Where each expected giver stands, for the collecting partner alone (NotTheCollector for others).

    Only two things are looked at: whether a giver said that it is ready (not what it said), and whether the collecting partner's OWN
    edition holds new or changed lines of it. So a giver that brought in cases which the collecting partner may not see reads as 'niets te
    melden', exactly as one that had none: the word tells nothing about hidden cases. After the freeze, not ready is silent.
    """
    gathering = gathering_of(work, province=province, month=month)
    if gathering.collector != work.partner:
        raise NotTheCollector(partners_by_id(work)[gathering.collector])
    receipts = select(ReadinessRow.giver, func.max(ReadinessRow.at)).where(
        ReadinessRow.collector == work.partner, ReadinessRow.province == province, ReadinessRow.month == gathering.month
    )
    ready: dict[int, datetime] = {row[0]: row[1] for row in work.session.execute(receipts.group_by(ReadinessRow.giver))}
    is_open = gathering.state == State.OPEN and work.partner not in gathering.gathered
    with_news = _in_own_preview(work, province) if is_open else _in_own_edition(work, province, month)
    late = Word.AWAITED if gathering.state == State.OPEN else Word.SILENT
    return tuple(
        Giver(one, late if one.id not in ready else Word.DELIVERED if one.id in with_news else Word.NOTHING, ready.get(one.id))
        for one in expected_givers(work, province=province, house=house)
    )


def _in_own_preview(work: Work, province: str) -> frozenset[PartnerId]:
    asked = text(f"WITH {sorted_rows(province, which='part <= 4')} SELECT DISTINCT giver FROM s")
    values = told(province, me=work.partner, day=today(work.now))
    return frozenset(PartnerId(giver) for giver in work.session.execute(asked, values).scalars())


def _in_own_edition(work: Work, province: str, month: Month) -> frozenset[PartnerId]:
    row = work.session.get(CollectionRow, (work.partner, province, day_of_month(month), 0))
    if row is None:
        return frozenset()
    mine = (CollectedRow.recipient == work.partner, CollectedRow.area == province, ~CollectedRow.is_gone)
    asked = select(CollectedRow.giver).distinct().where(*mine, CollectedRow.copy.between(row.first_copy, row.last_copy))
    return frozenset(PartnerId(giver) for giver in work.session.scalars(asked))
