"""A meeting for tests: who sits in its blocks, items as the agenda leaves them, and an action that was agreed."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from hub.agendas.tables import BlockLineRow, ItemRow
from hub.agreements.actions import Receipt, Spot, agree, decide, take_step
from hub.agreements.rules import Word, Wording
from hub.agreements.tables import PointerRow
from hub.consultations.tables import BlockRow
from hub.meetings.actions import keep_own_note
from hub.meetings.tables import PresenceRow
from hub.pseudonyms.mint import short_code
from tests.cast import DRENTHE, OM, POLICE, Cast
from tests.consulting import MEETS, TABLE, make_block, make_body, make_consultation

DUE = date(2026, 12, 18)


def make_item(cast: Cast, *, block: UUID, kind: str = "theme", **different: Any) -> UUID:
    """An item of this block as it stands once the agenda is published; of a case, with the line that all of the block may hear."""
    made = uuid4()
    with cast.as_person(POLICE) as work:
        row = work.session.get_one(BlockRow, (work.partner, block))
        told = {
            "partner": work.partner, "id": made, "writer": work.partner, "members": list(row.seats), "body": row.body,
            "consultation": row.consultation, "block": block, "code": short_code(), "kind": kind, "title": "Jaarwisseling",
            "state": "published", "no": 1, "minutes": 10, "weight": 60, "is_must": False, "reasons": ["Nieuw"], "computed": {},
            "held_over": 0, "version": 1,
        }  # fmt: skip
        work.session.add(ItemRow(**{**told, **different}))
    return made


def make_line(cast: Cast, *, block: UUID, giver: str = POLICE, facts: dict[str, Any] | None = None) -> UUID:
    """What all of this block may hear of one case of this giver."""
    made = uuid4()
    with cast.as_person(giver) as work:
        row = work.session.get_one(BlockRow, (work.partner, block))
        work.session.add(BlockLineRow(
            partner=work.partner, id=made, writer=work.partner, members=list(row.seats), body=row.body, consultation=row.consultation,
            block=block, revision=1, facts=facts or {"nature": ["vernieling"], "place": "GM0114"}, first_on=MEETS.date(),
            changed_on=MEETS.date(), is_urgent=False, is_connected=False, nominated_by=[], made_at=work.now,
        ))  # fmt: skip
    return made


def point_at(cast: Cast, *, line: UUID, reader: str, code: str, giver: str = POLICE) -> None:
    """Tell one reader under which of its own codes it knows this line."""
    with cast.as_person(giver) as work:
        readers = [work.partner, cast.id(reader)]
        work.session.add(PointerRow(
            partner=work.partner, id=uuid4(), writer=work.partner, members=readers, body="casus-drenthe", line=line, code=code
        ))  # fmt: skip


class Room:
    """A published meeting of the four, with a block for all and a smaller one for police and OM, run by the police."""

    def __init__(self, cast: Cast, *, state: str = "published") -> None:
        self.cast = cast
        make_body(cast)
        self.id = make_consultation(cast, state=state)
        self.all = make_block(cast, consultation=self.id, seats=TABLE)
        self.small = make_block(cast, consultation=self.id, seats=(POLICE, OM), no=2, name="Politie en OM")

    def spot(self, item: UUID, *, block: UUID | None = None) -> Spot:
        return Spot(self.id, block or self.all, item)

    def agreed(self, *, block: UUID | None = None, **different: Any) -> Receipt:
        """Drenthe calls the reporter back, unless said otherwise."""
        item = make_item(self.cast, block=block or self.all)
        told: dict[str, Any] = {"what": "Bel de gemeente over het verlichten van het plein", "done_when": "De gemeente gaf antwoord",
                                "owner": self.cast.id(DRENTHE), "owner_name": "A. Bakker", "due": DUE}  # fmt: skip
        with self.cast.as_person(POLICE) as work:
            return agree(work, spot=self.spot(item, block=block), wording=Wording(**{**told, **different}))


def speak(cast: Cast, moments: Iterator[datetime], *, consultation: UUID, block: UUID) -> None:
    """At an item of this block something is decided and agreed, somebody is inside, the owner begins, and each keeps a note of its own."""
    item = make_item(cast, block=block)
    spot = Spot(consultation, block, item)
    with cast.as_person(POLICE, now=next(moments)) as work:
        decide(work, spot=spot, words="De gemeente wordt gebeld.")
        wording = Wording("Bel de gemeente over het plein", "De gemeente gaf antwoord", cast.id(DRENTHE), "Iemand van kantoor", DUE)
        agreed = agree(work, spot=spot, wording=wording)
        row = {"partner": work.partner, "writer": work.partner, "members": [cast.id(one) for one in TABLE], "body": "casus-drenthe"}
        told = {"consultation": consultation, "organisation": work.partner, "name": "Iemand van kantoor", "came_at": work.now, "version": 1}
        work.session.add(PresenceRow(id=uuid4(), **row, **told))
    for slug in TABLE:
        with cast.as_person(slug, now=next(moments)) as work:
            keep_own_note(work, item=item, words="Alleen voor ons.")
    with cast.as_person(DRENTHE, now=next(moments)) as work:
        take_step(work, agreement=agreed.id, word=Word.STARTED)
