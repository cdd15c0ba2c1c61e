"""What a partner receives: its own inbox rows as values, and the note of what it opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ARRAY,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import NullType

from hub.audit.events import Event
from hub.audit.journal import record, record_many
from hub.cases.columns import from_cells
from hub.cases.house import House
from hub.cases.readable import DAY, INBOX, OPEN, CodeTwice, asked_by, seen_in
from hub.cases.rows import FLAGS, PURPOSES, narrative_context
from hub.cases.tables import SeenRow, TombstoneRow
from hub.kernel.bulk import insert_rows
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import PartnerId
from hub.partners.rules import Kind, Partner
from hub.partners.tables import PartnerRow
from hub.sharing.facts import FACTS, Value
from hub.sharing.policy import Purpose
from hub.sharing.tables import PolicyPairRow, agreed

LIST, PAGE, COMMAND = "list", "page", "command"
DISCLOSURES = ("giver", "id", "recipient", "code", "kind", "visible_revision", "outlet", "at", "policy_version")
LETTERS = {"g": "given", "k": "coarser", "-": "not_given"}
_PARTNER, _PAIR = PartnerRow.__table__, PolicyPairRow.__table__


# These are put together once, since that costs more than asking them: what differs from work to work is told with them. The driver
# makes lists of arrays itself; with a type SQLAlchemy would copy each of them, which took as long as the query.
_VERSION = select(_PAIR.c.version_id).where(agreed(row=INBOX, day=DAY)).correlate(INBOX).scalar_subquery()
_ROWS = (
    select(*(type_coerce(column, NullType()).label(column.name) if isinstance(column.type, ARRAY) else column
             for column in INBOX.c if column.name != "policy_version"), _VERSION.label("policy_version"),
           *(_PARTNER.c[name].label(f"of_{name}") for name in ("slug", "name", "kind", "provinces", "code_mark")),
           seen_in(PAGE).label("looked"), seen_in(bindparam("outlet", type_=Text)).label("noted"))
    .join(_PARTNER, _PARTNER.c.id == INBOX.c.giver).where(OPEN)
)  # fmt: skip
_NEWEST = _ROWS.where(INBOX.c.for_case_work).order_by(INBOX.c.changed_on.desc(), INBOX.c.code).limit(bindparam("most", type_=Integer))


@dataclass(frozen=True, slots=True)
class Received:
    """One case as this partner received it; a fact without a value is 'niet gedeeld', whatever the reason."""

    code: str
    giver: Partner
    kind: str
    facts: Mapping[str, Value]
    states: Mapping[str, str]
    visible_revision: int
    fact_revisions: Mapping[str, int]
    revised_on: tuple[date, ...]
    first_given_on: date
    changed_on: date
    shown_until: date
    policy_version: int
    purposes: tuple[Purpose, ...]
    news: str | None


@dataclass(frozen=True, slots=True)
class After:
    """Where a page of the list begins: after this day and code, in the order of the list."""

    changed_on: date
    code: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of the list: of one giver, of one province, at most so many, after a place in the order."""

    giver: PartnerId | None = None
    province: str | None = None
    after: After | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of the list, and where the next ones begin; no totals."""

    rows: tuple[Received, ...]
    following: After | None


class NoLongerShared(NotFound):
    """A row that this partner had opened is no longer shared with it."""

    def __init__(self, code: str, gone_on: date) -> None:
        super().__init__(f"Zaak {code} wordt sinds {gone_on:%d-%m-%Y} niet meer met u gedeeld.")


def received(work: Work, *, house: House, wanted: Wanted, outlet: str = LIST) -> Page:
    """
    A page of what others gave the acting partner, the last changed first; every row looked at for the first time is noted.

    Left out are rows past their last day, those that no agreement of today gave or covers, and of what was referred to it what it turned
    down, even if every job stands still.
    """
    asked = _NEWEST
    if wanted.giver is not None:
        asked = asked.where(INBOX.c.giver == wanted.giver)
    if wanted.province is not None:
        asked = asked.where(INBOX.c.province == wanted.province)
    if (after := wanted.after) is not None:
        day, code = INBOX.c.changed_on, INBOX.c.code
        asked = asked.where((day <= after.changed_on) & ((day < after.changed_on) | and_(day == after.changed_on, code > after.code)))
    found = _found(work, asked, outlet=outlet, most=wanted.limit + 1)
    shown = found[: wanted.limit]
    rows = _values(shown, house)
    _note(work, shown, outlet)
    record(work, Event.LIST_OPENED, page="ontvangen", rows=len(rows))
    return Page(rows, After(rows[-1].changed_on, rows[-1].code) if len(found) > wanted.limit else None)


def received_case(work: Work, *, house: House, code: str, outlet: str = PAGE) -> Received:
    """The case that the acting partner received under this code; NoLongerShared if it had opened it before, else NotFound."""
    found = _found(work, _ROWS.where(INBOX.c.code == code).order_by(INBOX.c.kind), outlet=outlet)
    if len({row["giver"] for row in found}) > 1:
        raise CodeTwice
    if not found:
        stone = and_(TombstoneRow.reader == work.partner, TombstoneRow.code == code, TombstoneRow.writer != work.partner)
        gone_on = work.session.scalar(select(TombstoneRow.gone_on).where(stone).order_by(TombstoneRow.gone_on.desc()).limit(1))
        raise NotFound() if gone_on is None else NoLongerShared(code, gone_on)
    [row] = _values(found[:1], house)
    _note(work, found[:1], outlet)
    record(work, Event.ROW_OPENED, code=code, giver=row.giver.slug)
    return row


def received_cases(work: Work, *, house: House, codes: Sequence[str], outlet: str = PAGE) -> Mapping[str, Received]:
    """Those of these codes under which the acting partner has a case to open today, as `received_case` gives and notes each of them."""
    found = _found(work, _ROWS.where(INBOX.c.code.in_(codes)).order_by(INBOX.c.kind.desc()), outlet=outlet) if codes else []
    rows = {row.code: row for row in _values(found, house)}
    _note(work, found, outlet)
    record_many(work, Event.ROW_OPENED, [{"code": row.code, "giver": row.giver.slug} for row in rows.values()])
    return rows


def _found(work: Work, asked: Select[Any], **told: object) -> list[Mapping[str, Any]]:
    answer = work.session.execute(asked, asked_by(work) | told)
    names = tuple(answer.keys())
    return [dict(zip(names, row, strict=True)) for row in answer.all()]


def _values(rows: Sequence[Mapping[str, Any]], house: House) -> tuple[Received, ...]:
    givers = {row["giver"]: row for row in rows}
    partners = {
        giver: Partner(
            PartnerId(giver), row["of_slug"], row["of_name"], Kind(row["of_kind"]), tuple(row["of_provinces"]), row["of_code_mark"]
        )
        for giver, row in givers.items()
    }
    return tuple(_value(row, partners[row["giver"]], house) for row in rows)


def _value(row: Mapping[str, Any], giver: Partner, house: House) -> Received:
    cells, letters = row, row["states"]
    if row["narrative"] is not None:
        context = narrative_context(giver.id, recipient=row["recipient"], code=row["code"])
        cells = {**row, "narrative": house.keys.text_if_it_opens(row["narrative"], context=context)}
        letters = letters if cells["narrative"] is not None else _without_narrative(letters)
    news = None if row["looked"] == row["visible_revision"] else "new" if row["looked"] is None else "changed"
    states = {fact: LETTERS[letter] for fact, letter in zip(FACTS, letters, strict=True)}
    return Received(
        row["code"], giver, row["kind"], from_cells(cells), states,
        row["visible_revision"], dict(zip(FACTS, row["fact_revisions"], strict=True)), tuple(row["revised_on"]), row["first_given_on"],
        row["changed_on"], row["shown_until"], row["policy_version"],
        tuple(purpose for purpose, flag in zip(PURPOSES, FLAGS, strict=True) if row[flag]), news,
    )  # fmt: skip


def _without_narrative(letters: str) -> str:
    place = FACTS.index("narrative")
    return f"{letters[:place]}-{letters[place + 1 :]}"


def _note(work: Work, rows: Sequence[Mapping[str, Any]], outlet: str) -> None:
    """Note what was opened here for the first time in this version; reading again writes nothing."""
    fresh = [row for row in rows if row["noted"] != row["visible_revision"]]
    if not fresh:
        return
    told = [
        {"recipient": work.partner, "giver": row["giver"], "code": row["code"], "kind": row["kind"], "outlet": outlet,
         "visible_revision": row["visible_revision"], "at": work.now}
        for row in fresh
    ]  # fmt: skip
    put = insert(SeenRow).values(told)
    again = {"visible_revision": put.excluded.visible_revision, "at": put.excluded.at}
    work.session.execute(put.on_conflict_do_update(constraint="seen_pkey", set_=again))
    receipts = [
        (row["giver"], uuid4(), work.partner, row["code"], row["kind"], row["visible_revision"], outlet, work.now, row["policy_version"])
        for row in fresh
    ]
    insert_rows(work, table="disclosure", columns=DISCLOSURES, rows=receipts)
