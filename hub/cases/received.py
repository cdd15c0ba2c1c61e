"""What a partner receives: its own inbox rows as values, and the note of what it opened."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    ScalarSelect,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import NullType

from hub.audit.events import Event
from hub.audit.journal import record, record_many
from hub.cases.columns import from_cells
from hub.cases.house import House
from hub.cases.rows import FLAGS, PURPOSES, narrative_context
from hub.cases.tables import InboxRow, SeenRow, TombstoneRow
from hub.kernel.bulk import insert_rows
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, NotFound
from hub.kernel.words import PartnerId
from hub.partners.rules import Kind, Partner
from hub.partners.tables import PartnerRow
from hub.sharing.facts import FACTS, Value
from hub.sharing.policy import Purpose
from hub.sharing.tables import PolicyPairRow, agreed, agreed_among

LOOKED_BACK = 500
LIST, PAGE, COMMAND = "list", "page", "command"
DISCLOSURES = ("giver", "id", "recipient", "code", "kind", "visible_revision", "outlet", "at", "policy_version")
LETTERS = {"g": "given", "k": "coarser", "-": "not_given"}
_INBOX, _PARTNER, _PAIR = InboxRow.__table__, PartnerRow.__table__, PolicyPairRow.__table__


def _seen_in(outlet: str | BindParameter[str]) -> ScalarSelect[int]:
    """The visible revision in which the acting partner last saw the row in this outlet."""
    seen = SeenRow.__table__.c
    same = [seen[name] == _INBOX.c[name] for name in ("recipient", "giver", "code", "kind")]
    return select(seen.visible_revision).where(*same, seen.outlet == outlet).scalar_subquery()


# These are put together once, since that costs more than asking them: what differs from work to work is told with them. The driver
# makes lists of arrays itself; with a type SQLAlchemy would copy each of them, which took as long as the query.
_ME, _DAY = bindparam("me", type_=Integer), bindparam("day", type_=Date)
_SHARED = and_(_INBOX.c.recipient == _ME, _INBOX.c.shown_until >= _DAY)
_VERSION = select(_PAIR.c.version_id).where(agreed(row=_INBOX, day=_DAY)).correlate(_INBOX).scalar_subquery()
_STANDS = and_(_SHARED, agreed_among(row=_INBOX, recipient=_ME, day=_DAY))
_OPEN = and_(_STANDS, _INBOX.c.for_case_work | _INBOX.c.for_help)
_ROWS = (
    select(*(type_coerce(column, NullType()).label(column.name) if isinstance(column.type, ARRAY) else column
             for column in _INBOX.c if column.name != "policy_version"), _VERSION.label("policy_version"),
           *(_PARTNER.c[name].label(f"of_{name}") for name in ("slug", "name", "kind", "provinces", "code_mark")),
           _seen_in(PAGE).label("looked"), _seen_in(bindparam("outlet", type_=Text)).label("noted"))
    .join(_PARTNER, _PARTNER.c.id == _INBOX.c.giver).where(_OPEN)
)  # fmt: skip
_NEWEST = _ROWS.where(_INBOX.c.for_case_work).order_by(_INBOX.c.changed_on.desc(), _INBOX.c.code).limit(bindparam("most", type_=Integer))


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


class CodeTwice(Conflict):
    """Two givers gave this partner the same code: by the rarest chance, or because one of them means harm."""

    def __init__(self) -> None:
        super().__init__("Twee partners gaven u zaken met deze code. Open de zaak niet, en meld dit aan de beheerder van Schakel.")


def received(work: Work, *, house: House, wanted: Wanted, outlet: str = LIST) -> Page:
    """
    A page of what others gave the acting partner, the last changed first; every row looked at for the first time is noted.

    Left out are rows past their last day, and those that no agreement of today gave or covers, even if every job stands still.
    """
    asked = _NEWEST
    if wanted.giver is not None:
        asked = asked.where(_INBOX.c.giver == wanted.giver)
    if wanted.province is not None:
        asked = asked.where(_INBOX.c.province == wanted.province)
    if (after := wanted.after) is not None:
        day, code = _INBOX.c.changed_on, _INBOX.c.code
        asked = asked.where((day <= after.changed_on) & ((day < after.changed_on) | and_(day == after.changed_on, code > after.code)))
    found = _found(work, asked, outlet=outlet, most=wanted.limit + 1)
    shown = found[: wanted.limit]
    rows = _values(shown, house)
    _note(work, shown, outlet)
    record(work, Event.LIST_OPENED, page="ontvangen", rows=len(rows))
    return Page(rows, After(rows[-1].changed_on, rows[-1].code) if len(found) > wanted.limit else None)


def received_case(work: Work, *, house: House, code: str, outlet: str = PAGE) -> Received:
    """The case that the acting partner received under this code; NoLongerShared if it had opened it before, else NotFound."""
    found = _found(work, _ROWS.where(_INBOX.c.code == code).order_by(_INBOX.c.kind), outlet=outlet)
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
    found = _found(work, _ROWS.where(_INBOX.c.code.in_(codes)).order_by(_INBOX.c.kind.desc()), outlet=outlet) if codes else []
    rows = {row.code: row for row in _values(found, house)}
    _note(work, found, outlet)
    record_many(work, Event.ROW_OPENED, [{"code": row.code, "giver": row.giver.slug} for row in rows.values()])
    return rows


def is_received(work: Work, *, code: str) -> bool:
    """Whether the acting partner has a row under this code today; asking notes nothing, since nothing of the row is shown."""
    asked = select(_INBOX.c.code).where(_OPEN, _INBOX.c.code == code)
    return bool(work.session.scalar(select(asked.exists()), _told(work)))


def still_received(work: Work, *, codes: Sequence[str]) -> frozenset[str]:
    """Those of these codes under which the acting partner has a row to open today; asking notes nothing."""
    asked = select(_INBOX.c.code).where(_OPEN, _INBOX.c.code.in_(codes))
    return frozenset(work.session.scalars(asked, _told(work))) if codes else frozenset()


def still_shared(work: Work, *, codes: Collection[str]) -> frozenset[str]:
    """Those of these codes under which the acting partner has a row today, for whatever purpose; asking notes nothing."""
    asked = select(_INBOX.c.code).where(_STANDS, _INBOX.c.code.in_(codes))
    return frozenset(work.session.scalars(asked, _told(work))) if codes else frozenset()


def waits_to_close(work: Work) -> bool:
    """Whether rows of the acting partner are hidden for as long as nobody looked at them under today's agreement: they may come back."""
    same = (_PAIR.c[name] == _INBOX.c[name] for name in ("giver", "recipient", "kind"))
    hidden = select(_INBOX.c.code).where(_SHARED, *same, _PAIR.c.version_id != _INBOX.c.policy_version).exists()
    today_s = (_PAIR.c.recipient == work.partner, _PAIR.c.state == "valid", _PAIR.c.valid.contains(today(work.now)), ~_PAIR.c.covers)
    return bool(work.session.scalar(select(select(_PAIR.c.giver).where(*today_s, hidden).exists()), _told(work)))


def count_alike(work: Work, *, alike: Callable[[Any], ColumnElement[bool]]) -> int:
    """How many cases the acting partner has received that are `alike` by their columns; counting notes nothing, as it shows no case."""
    asked = select(func.count()).select_from(_INBOX).where(_OPEN, alike(_INBOX.c))
    return int(work.session.scalar(asked, _told(work)) or 0)


def giver_of(work: Work, *, code: str) -> PartnerId:
    """Who gave the acting partner the case under this code; NotFound when it has none today. Asking notes nothing: no fact is shown."""
    found = work.session.scalars(select(_INBOX.c.giver).where(_OPEN, _INBOX.c.code == code).distinct(), _told(work)).all()
    if len(found) > 1:
        raise CodeTwice
    if not found:
        raise NotFound
    return PartnerId(found[0])


def unchanged_since(work: Work, *, day: date) -> Iterator[tuple[str, date]]:
    """The open cases that the acting partner received and saw no change in from this day on, each with its last day; notes nothing."""
    is_closed = func.coalesce(_INBOX.c.phase, "") == "gesloten"
    asked = select(_INBOX.c.code, _INBOX.c.changed_on).where(_OPEN, ~is_closed, _INBOX.c.changed_on < day)
    yield from ((row[0], row[1]) for row in work.session.execute(asked, _told(work)).yield_per(1000))


def _found(work: Work, asked: Select[Any], **told: object) -> list[Mapping[str, Any]]:
    answer = work.session.execute(asked, _told(work) | told)
    names = tuple(answer.keys())
    return [dict(zip(names, row, strict=True)) for row in answer.all()]


def _told(work: Work) -> dict[str, object]:
    return {"me": work.partner, "day": today(work.now)}


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


def news(work: Work) -> Mapping[str, int]:
    """How many of the latest rows are new, and how many changed since this partner opened them; counts no further back than 500 rows."""
    marks = select(_INBOX.c.visible_revision, _seen_in(PAGE).label("looked")).where(_OPEN, _INBOX.c.for_case_work)
    latest = marks.order_by(_INBOX.c.changed_on.desc(), _INBOX.c.code).limit(LOOKED_BACK).subquery()
    word = case((latest.c.looked.is_(None), "new"), else_="changed")
    asked = select(word, func.count()).where(latest.c.looked.is_distinct_from(latest.c.visible_revision)).group_by(word)
    counts: dict[str, int] = {row[0]: row[1] for row in work.session.execute(asked, _told(work))}
    return {"new": 0, "changed": 0} | counts
