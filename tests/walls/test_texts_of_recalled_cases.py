"""Once a case is shared no more, no outlet of whoever lost it holds a word of what was said about it; the rest proves itself."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from hub.agendas.rules import Item
from hub.agendas.tables import ItemRow
from hub.agreements.actions import Receipt, Spot, agree, decide, take_step
from hub.agreements.queries import agreement
from hub.agreements.rules import Word, Wording
from hub.agreements.told import TAKEN_AWAY
from hub.cases import actions as giving
from hub.cases.holding import HeldFact, hold_back
from hub.cases.received import Wanted, received
from hub.meetings import actions, adoption, minutes
from hub.meetings.leaves import is_under
from hub.meetings.rules import NoLongerShared, Noted, Outcome
from hub.meetings.tables import MinutesRow
from tests.agendas import lay_table
from tests.cast import DRENTHE, NOON, OM, POLICE, Cast
from tests.consulting import MEETS, make_consultation
from tests.doors.visitor import seat_of

SAID, DECIDED, AGREED, REMARKED = "dakgoot", "ladder", "regenpijp", "zolderraam"
CANARIES = (SAID, DECIDED, AGREED, REMARKED)
THEME = "Meldingen op scholen"
AT_IT = (DRENTHE, POLICE, OM)


class Spoken:
    """A meeting that is over, of which everybody sits in one block: a case was spoken of, and a theme; the minutes were sent round."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.table = cast, lay_table(cast, blocks={"Allen": AT_IT})
        self.own = self.table.bring(DRENTHE)
        self.table.place()
        self.table.propose()
        self.code = {slug: self._code(slug) for slug in (POLICE, OM)}
        self.table.settle()
        self.table.publish()
        [self.item] = self.table.items(POLICE)
        self.action = self._meet(self.item)
        self.minutes = self._sent()

    def _code(self, slug: str) -> str:
        with self.cast.as_person(slug) as work:
            return received(work, house=self.cast.house, wanted=Wanted()).rows[0].code

    def _meet(self, item: Item) -> Receipt:
        spot = Spot(self.table.meeting, item.block, item.id)
        with self.cast.as_person(POLICE) as work:
            actions.start(work, consultation=self.table.meeting)
            actions.begin_item(work, consultation=self.table.meeting, item=item.id)
            noted = Noted(_version(work, item.id), f"Er lag iets in de {SAID}.", Outcome.DISCUSSED)
            actions.note(work, consultation=self.table.meeting, item=item.id, noted=noted)
            decide(work, spot=spot, words=f"De {DECIDED} blijft staan.")
            wording = Wording(f"Bel over de {AGREED}", f"De {AGREED} is bekeken", self.cast.id(OM), "A. Bakker", date(2026, 12, 18))
            made = agree(work, spot=spot, wording=wording)
            actions.end(work, consultation=self.table.meeting)
        return made

    def _sent(self) -> UUID:
        with self.cast.as_person(POLICE) as work:
            adoption.draft(work, consultation=self.table.meeting)
            [found] = minutes.record_of(work, consultation=self.table.meeting).minutes
            adoption.write(work, minutes=found.id, version=1, texts={0: f"Over {THEME} is kort gesproken."})
            adoption.send(work, minutes=found.id, is_confirmed=True)
        with self.cast.as_person(OM) as work:
            adoption.remark(work, minutes=found.id, words=f"Het was het {REMARKED}.")
        return found.id

    def read(self, slug: str, app: Flask) -> str:
        """Everything that this partner can read of the meeting: pages and documents, as one text."""
        base, visitor = f"/bijeenkomsten/{self.table.meeting}", seat_of(app, slug)
        case = f"/zaken/{self.own}" if slug == DRENTHE else f"/ontvangen/{self.code[slug]}"
        pages = (
            f"{base}/verslag", f"{base}/verslag/{self.minutes}", f"{base}/besluitenlijst", f"{base}/zaal", f"{base}/zaal/{self.item.id}",
            f"{base}/scherm", f"{base}/agenda", "/actiepunten?van=alle&stand=alle", f"/actiepunten/{self.action.id}", case,
        )  # fmt: skip
        told = [visitor.get(page).text for page in pages]
        for kind, form in (("verslag", "json"), ("verslag", "docx"), ("besluitenlijst", "json")):
            told.append(_text(visitor.post(f"{base}/{kind}/bestand", data={"vorm": form}).data))
        return "\n".join(told)

    def seen(self, slug: str, **more: Any) -> minutes.Minutes:
        with self.cast.as_person(slug, **more) as work:
            return minutes.record_of(work, consultation=self.table.meeting).minutes[0]

    def withdraw(self, slug: str) -> None:
        with self.cast.as_person(DRENTHE) as work:
            giving.withdraw_consent(work, code=self.own, recipient=slug, house=self.cast.house)

    def hold_from_all(self) -> None:
        with self.cast.as_person(DRENTHE) as work:
            hold_back(work, code=self.own, recipient=None, held=HeldFact("Er is iets mis met deze zaak."), house=self.cast.house)


@pytest.fixture
def spoken(cast: Cast) -> Spoken:
    return Spoken(cast)


def _version(work: Any, item: UUID) -> int:
    return int(work.session.scalar(select(ItemRow.version).where(ItemRow.partner == work.partner, ItemRow.id == item)))


def _text(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with ZipFile(BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode(errors="replace") for name in packed.namelist())


def canaries_in(text: str) -> set[str]:
    return {word for word in CANARIES if word in text}


def test_whoever_loses_the_case_reads_no_word_of_it_from_that_second_and_the_others_read_on(spoken: Spoken, app: Flask) -> None:
    before = spoken.seen(OM)
    assert canaries_in(spoken.read(OM, app)) == set(CANARIES) and "Emmen" in before.passages[1].title

    spoken.withdraw(OM)

    assert canaries_in(spoken.read(OM, app)) == set()
    assert canaries_in(spoken.read(POLICE, app)) == canaries_in(spoken.read(DRENTHE, app)) == set(CANARIES)
    after = spoken.seen(OM)
    assert THEME in after.passages[0].words and TAKEN_AWAY in spoken.read(OM, app)
    assert (after.root, [one.leaf for one in after.passages]) == (before.root, [one.leaf for one in before.passages])


def test_between_sending_and_adoption_the_text_goes_from_every_copy_and_the_other_leaves_still_prove_themselves(
    spoken: Spoken, app: Flask, superuser: psycopg.Connection
) -> None:
    root = spoken.seen(POLICE).root

    spoken.hold_from_all()
    for slug in AT_IT:
        assert canaries_in(spoken.read(slug, app)) == set()
    with spoken.cast.as_clerk(POLICE) as work:
        assert adoption.take_away(work) == 2
        assert adoption.take_away(work) == 0
    make_consultation(spoken.cast, starts=MEETS + timedelta(days=60), state="going")
    with spoken.cast.as_person(POLICE) as work:
        adoption.adopt(work, minutes=spoken.minutes)

    for table in ("minutes", "item"):
        rows = superuser.execute(f"SELECT t::text FROM hub.{table} t").fetchall()
        assert rows and not any(canaries_in(row) for (row,) in rows)
    for slug in AT_IT:
        found = spoken.seen(slug)
        assert (found.stage, found.root) == (minutes.Stage.ADOPTED, root)
        for one in found.passages:
            assert one.place is not None and root
            assert is_under(bytes.fromhex(one.leaf), place=one.place, path=[bytes.fromhex(s) for s in one.proof], root=bytes.fromhex(root))


def test_what_was_adopted_is_emptied_too_and_a_new_version_does_not_bring_it_back(spoken: Spoken, superuser: psycopg.Connection) -> None:
    make_consultation(spoken.cast, starts=MEETS + timedelta(days=60), state="going")
    with spoken.cast.as_person(POLICE) as work:
        adoption.adopt(work, minutes=spoken.minutes)
    spoken.hold_from_all()

    with spoken.cast.as_person(POLICE) as work:
        new = adoption.correct(work, minutes=spoken.minutes, because="Er stond een fout in")
        adoption.write(work, minutes=new, version=1, texts={1: f"Toch over de {SAID}."})
        adoption.send(work, minutes=new, is_confirmed=True)
        adoption.take_away(work)

    rows = superuser.execute("SELECT texts::text, texts->>'root' FROM hub.minutes ORDER BY number").fetchall()
    assert len(rows) == 6 and not any(canaries_in(text) for text, _ in rows)
    assert spoken.seen(OM).passages[1].words == TAKEN_AWAY
    told = [data for (data,) in superuser.execute("SELECT convert_from(data, 'utf8') FROM audit.entry").fetchall()]
    assert sum("tekst-uit-verslag-gehaald" in one for one in told) == 1


def test_the_day_after_its_last_day_a_case_is_gone_from_the_texts_even_if_every_job_stands_still(spoken: Spoken) -> None:
    assert spoken.seen(OM).passages[1].words != TAKEN_AWAY
    assert spoken.seen(OM, now=NOON + timedelta(days=5000)).passages[1].words == TAKEN_AWAY


def test_about_a_case_that_went_nothing_more_is_written_but_how_its_item_ends(cast: Cast) -> None:
    table = lay_table(cast, blocks={"Allen": AT_IT})
    own = table.bring(DRENTHE)
    for step in (table.place, table.propose, table.settle, table.publish):
        step()
    [item] = table.items(POLICE)
    with cast.as_person(POLICE) as work:
        actions.start(work, consultation=table.meeting)
    with cast.as_person(DRENTHE) as work:
        hold_back(work, code=own, recipient=None, held=HeldFact("Er is iets mis met deze zaak."), house=cast.house)

    with pytest.raises(NoLongerShared), cast.as_person(POLICE) as work:
        actions.note(work, consultation=table.meeting, item=item.id, noted=Noted(_version(work, item.id), "Toch iets.", None))
    with cast.as_person(POLICE) as work:
        actions.note(work, consultation=table.meeting, item=item.id, noted=Noted(_version(work, item.id), "", Outcome.WITHDRAWN))
        actions.end(work, consultation=table.meeting)
        adoption.draft(work, consultation=table.meeting)
        draft = work.session.scalars(select(MinutesRow)).one()
    assert [bool(entry.get("is_gone")) for entry in draft.texts["entries"]] == [False, True]


def test_an_action_that_lost_its_words_can_still_be_closed(spoken: Spoken) -> None:
    spoken.hold_from_all()
    with spoken.cast.as_person(OM) as work:
        take_step(work, agreement=spoken.action.id, word=Word.REPORTED)
    with spoken.cast.as_person(POLICE) as work:
        take_step(work, agreement=spoken.action.id, word=Word.CLOSED)
        found = agreement(work, id=spoken.action.id)
    assert (found.what, found.is_gone, found.stand.value) == (TAKEN_AWAY, True, "closed")
