"""What the acting partner told others of its own cases for use in a consultation: per reader its values, since when, and by which code."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal, select

from hub.cases.columns import COLUMNS, from_cells
from hub.cases.house import House
from hub.cases.tables import ContributionRow, GivenRow, RevisionRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import PartnerId
from hub.sharing.facts import FACTS, Value
from hub.sharing.policy import Policy, PolicyKind
from hub.sharing.queries import policies_loaded
from hub.sharing.tables import PolicyPairRow, agreed

_CELLS = tuple(column for column in COLUMNS if column != "narrative")  # written for one reader, so never told in a room
_TERMS = ("recipient", "code", "first_given_on", "shown_until", "policy_version", "fact_revisions", "revised_on")


@dataclass(frozen=True, slots=True)
class Telling:
    """What one reader has of a case: its facts without the summary, on which day each became as it is, and under which code."""

    recipient: PartnerId
    code: str
    facts: Mapping[str, Value]
    since: Mapping[str, date]
    first_given_on: date
    shown_until: date
    collaboration: str


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An own case that is open, with everybody who may speak of it in a consultation."""

    contribution: UUID
    own_code: str
    tellings: tuple[Telling, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """An own case as its giver knows it: its own code, and its facts without the summary."""

    code: str
    facts: Mapping[str, Value]


def told(work: Work, *, house: House, contributions: Sequence[UUID] | None = None) -> Iterator[OpenCase]:
    """The open cases of the acting partner (or those of these) that somebody received for a consultation, in the order of their keys."""
    given, case = GivenRow.__table__.c, ContributionRow.__table__.c
    same = and_(case.giver == given.giver, case.id == given.contribution, case.state == "released")
    mine = and_(given.giver == work.partner, given.state == "shown", given.for_consultation, _is_agreed(work))
    wanted = [given.contribution, case.own_code, *(given[name] for name in (*_TERMS, *_CELLS)), literal(None).label("narrative")]
    asked = select(*wanted).join(ContributionRow.__table__, same).where(mine).order_by(given.contribution, given.recipient, given.kind)
    if contributions is not None:
        asked = asked.where(given.contribution.in_(contributions))
    rows = [dict(row) for row in work.session.execute(asked).mappings()]
    policies = policies_loaded(work, version_ids={row["policy_version"] for row in rows}, book=house.book)
    for contribution, some in groupby(rows, key=lambda row: row["contribution"]):
        found = list(some)
        yield OpenCase(contribution, found[0]["own_code"], tuple(_telling(row, policies) for row in found))


def own_facts(work: Work, *, contributions: Sequence[UUID]) -> Mapping[UUID, Own]:
    """Of these own cases of the acting partner, as their latest revision has them, the facts without the summary."""
    case, latest = ContributionRow.__table__.c, RevisionRow.__table__.c
    same = and_(latest.giver == case.giver, latest.contribution == case.id, latest.no == case.latest_no)
    wanted = [case.id, case.own_code, *(latest[name] for name in _CELLS), literal(None).label("narrative")]
    asked = select(*wanted).join(RevisionRow.__table__, same).where(case.giver == work.partner, case.id.in_(contributions))
    rows = [dict(row) for row in work.session.execute(asked).mappings()] if contributions else []
    return {row["id"]: Own(row["own_code"], from_cells(row)) for row in rows}


def still_told(work: Work, *, codes: Collection[str]) -> frozenset[str]:
    """Those of these codes of recipients under which the acting partner shares a case today."""
    mine = (GivenRow.giver == work.partner, GivenRow.state == "shown", _is_agreed(work), GivenRow.code.in_(codes))
    return frozenset(code for code in work.session.scalars(select(GivenRow.code).where(*mine)) if code) if codes else frozenset()


def given_to(work: Work, *, contribution: UUID, recipient: PartnerId, kind: PolicyKind) -> tuple[str | None, tuple[str, ...]]:
    """Under which code this recipient has this own case by an agreement of this kind, or None and why it has not."""
    row = work.session.get(GivenRow, (work.partner, contribution, recipient, kind.value), populate_existing=True)
    if row is None:
        return None, ("no_policy",)
    return (row.code, ()) if row.state == "shown" else (None, tuple(row.because))


def shown_since(work: Work, *, contributions: Collection[UUID]) -> Mapping[tuple[UUID, PartnerId], date]:
    """Of these own cases, for every recipient that has one in a flow that goes on, the day on which its row last changed."""
    mine = (GivenRow.giver == work.partner, GivenRow.contribution.in_(contributions), GivenRow.kind == PolicyKind.STANDING.value)
    asked = select(GivenRow.contribution, GivenRow.recipient, GivenRow.changed_on).where(*mine, GivenRow.state == "shown")
    return {(row[0], row[1]): row[2] for row in work.session.execute(asked)} if contributions else {}


def own_id(work: Work, *, code: str) -> UUID:
    """The key of the acting partner's own case under this code; NotFound for any other code."""
    found = work.session.scalar(select(ContributionRow.id).where(ContributionRow.giver == work.partner, ContributionRow.own_code == code))
    if found is None:
        raise NotFound
    return found


def _is_agreed(work: Work) -> ColumnElement[bool]:
    """Whether its recipient may read the row today, as `received` asks it of the recipient's own."""
    day = today(work.now)
    asked = select(PolicyPairRow.giver).where(agreed(row=GivenRow.__table__, day=day)).correlate(GivenRow.__table__)
    return and_(GivenRow.shown_until >= day, asked.exists())


def _telling(row: Mapping[str, Any], policies: Mapping[int, Policy]) -> Telling:
    facts = from_cells(row)
    days = row["revised_on"]
    since = {fact: days[number - 1] for fact, number in zip(FACTS, row["fact_revisions"], strict=True) if fact in facts}
    collaboration = policies[row["policy_version"]].decision.collaboration
    return Telling(row["recipient"], row["code"], facts, since, row["first_given_on"], row["shown_until"], collaboration)
