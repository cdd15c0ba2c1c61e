"""
What a partner can read of its inbox today, as conditions that every reading shares; and what is asked of it without a fact being shown.

Nothing here notes that a row was opened, since of no row more is told than that it is there, when it changed, or who gave it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Integer, ScalarSelect, and_, bindparam, case, func, select, tuple_

from hub.cases.tables import InboxRow, SeenRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, NotFound
from hub.kernel.words import PartnerId
from hub.sharing.policy import PolicyKind
from hub.sharing.tables import PolicyPairRow, agreed_among
from hub.threads.tables import tied

LOOKED_BACK = 500
INBOX, _PAIR = InboxRow.__table__, PolicyPairRow.__table__
ME, DAY = bindparam("me", type_=Integer), bindparam("day", type_=Date)
SHARED = and_(INBOX.c.recipient == ME, INBOX.c.shown_until >= DAY)
TIED = (INBOX.c.kind != PolicyKind.REFERRAL.value) | tuple_(INBOX.c.giver, INBOX.c.code).in_(tied(reader=ME))
STANDS = and_(SHARED, agreed_among(row=INBOX, recipient=ME, day=DAY), TIED)
OPEN = and_(STANDS, INBOX.c.for_case_work | INBOX.c.for_help)


class CodeTwice(Conflict):
    """Two givers gave this partner the same code: by the rarest chance, or because one of them means harm."""

    def __init__(self) -> None:
        super().__init__("Twee partners gaven u zaken met deze code. Open de zaak niet, en meld dit aan de beheerder van Schakel.")


def seen_in(outlet: str | BindParameter[str]) -> ScalarSelect[int]:
    """The visible revision in which the acting partner last saw the row of the inbox in this outlet."""
    seen = SeenRow.__table__.c
    same = [seen[name] == INBOX.c[name] for name in ("recipient", "giver", "code", "kind")]
    return select(seen.visible_revision).where(*same, seen.outlet == outlet).scalar_subquery()


def asked_by(work: Work) -> dict[str, object]:
    """What the conditions must be told: who asks, and on which day."""
    return {"me": work.partner, "day": today(work.now)}


def is_received(work: Work, *, code: str) -> bool:
    """Whether the acting partner has a row under this code today; asking notes nothing, since nothing of the row is shown."""
    asked = select(INBOX.c.code).where(OPEN, INBOX.c.code == code)
    return bool(work.session.scalar(select(asked.exists()), asked_by(work)))


def still_received(work: Work, *, codes: Sequence[str]) -> frozenset[str]:
    """Those of these codes under which the acting partner has a row to open today; asking notes nothing."""
    asked = select(INBOX.c.code).where(OPEN, INBOX.c.code.in_(codes))
    return frozenset(work.session.scalars(asked, asked_by(work))) if codes else frozenset()


def still_shared(work: Work, *, codes: Collection[str]) -> frozenset[str]:
    """Those of these codes under which the acting partner has a row today, for whatever purpose; asking notes nothing."""
    asked = select(INBOX.c.code).where(STANDS, INBOX.c.code.in_(codes))
    return frozenset(work.session.scalars(asked, asked_by(work))) if codes else frozenset()


def waits_to_close(work: Work) -> bool:
    """Whether rows of the acting partner are hidden for as long as nobody looked at them under today's agreement: they may come back."""
    same = (_PAIR.c[name] == INBOX.c[name] for name in ("giver", "recipient", "kind"))
    hidden = select(INBOX.c.code).where(SHARED, *same, _PAIR.c.version_id != INBOX.c.policy_version).exists()
    today_s = (_PAIR.c.recipient == work.partner, _PAIR.c.state == "valid", _PAIR.c.valid.contains(today(work.now)), ~_PAIR.c.covers)
    return bool(work.session.scalar(select(select(_PAIR.c.giver).where(*today_s, hidden).exists()), asked_by(work)))


def count_alike(work: Work, *, alike: Callable[[Any], ColumnElement[bool]]) -> int:
    """How many cases the acting partner has received that are `alike` by their columns; counting notes nothing, as it shows no case."""
    asked = select(func.count()).select_from(INBOX).where(OPEN, alike(INBOX.c))
    return int(work.session.scalar(asked, asked_by(work)) or 0)


def giver_of(work: Work, *, code: str) -> PartnerId:
    """Who gave the acting partner the case under this code; NotFound when it has none today. Asking notes nothing: no fact is shown."""
    found = work.session.scalars(select(INBOX.c.giver).where(OPEN, INBOX.c.code == code).distinct(), asked_by(work)).all()
    if len(found) > 1:
        raise CodeTwice
    if not found:
        raise NotFound
    return PartnerId(found[0])


def unchanged_since(work: Work, *, day: date) -> Iterator[tuple[str, date]]:
    """The open cases that the acting partner received and saw no change in from this day on, each with its last day; notes nothing."""
    is_closed = func.coalesce(INBOX.c.phase, "") == "gesloten"
    asked = select(INBOX.c.code, INBOX.c.changed_on).where(OPEN, ~is_closed, INBOX.c.changed_on < day)
    yield from ((row[0], row[1]) for row in work.session.execute(asked, asked_by(work)).yield_per(1000))


def news(work: Work) -> Mapping[str, int]:
    """How many of the latest rows are new, and how many changed since this partner opened them; counts no further back than 500 rows."""
    marks = select(INBOX.c.visible_revision, seen_in("page").label("looked")).where(OPEN, INBOX.c.for_case_work)
    latest = marks.order_by(INBOX.c.changed_on.desc(), INBOX.c.code).limit(LOOKED_BACK).subquery()
    word = case((latest.c.looked.is_(None), "new"), else_="changed")
    asked = select(word, func.count()).where(latest.c.looked.is_distinct_from(latest.c.visible_revision)).group_by(word)
    counts: dict[str, int] = {row[0]: row[1] for row in work.session.execute(asked, asked_by(work))}
    return {"new": 0, "changed": 0} | counts
