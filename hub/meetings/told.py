"""Which items are about a case that reaches the acting partner no more, so that no text of them is shown; what the others are called."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import and_, func, select

from hub.agendas.paper import case_title
from hub.agendas.queries import lines
from hub.agendas.tables import ItemRow
from hub.agreements.queries import agreements_of
from hub.agreements.tables import AgreementRow
from hub.agreements.told import told_lines
from hub.kernel.database import Work


def gone_items(work: Work, *, items: Collection[UUID]) -> frozenset[UUID]:
    """Those of these items about a case, or about an action of one, that is not shared with the acting partner as things stand now."""
    about = _about(work, items)
    told = told_lines(work, lines=set(about.values()))
    return frozenset(item for item, line in about.items() if line not in told)


def item_titles(work: Work, *, consultation: UUID, items: Collection[UUID]) -> Mapping[UUID, str]:
    """What the agenda calls these items, as far as the acting partner may read that now; others are left out."""
    told = lines(work, consultation=consultation)
    asked = select(ItemRow.id, ItemRow.title, ItemRow.line, ItemRow.agreement)
    rows = work.session.execute(asked.where(ItemRow.partner == work.partner, ItemRow.id.in_(items))).all()
    actions = {one.id: f"Actiepunt {one.code}: {one.what}" for one in agreements_of(work, ids={row[3] for row in rows if row[3]})}
    found = {}
    for item, title, line, action in rows:
        here = told.get(line) if line else None
        found[item] = case_title(here.facts) if here else actions.get(action, "") if action else title or ""
    return {item: name for item, name in found.items() if name}


def _about(work: Work, items: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Per item the line of its case, or of the case of the action that it came back for."""
    same = and_(AgreementRow.partner == ItemRow.partner, AgreementRow.id == ItemRow.agreement)
    line = func.coalesce(ItemRow.line, AgreementRow.line)
    asked = select(ItemRow.id, line).outerjoin(AgreementRow, same).where(ItemRow.partner == work.partner, ItemRow.id.in_(items))
    return {item: found for item, found in work.session.execute(asked) if found is not None} if items else {}
