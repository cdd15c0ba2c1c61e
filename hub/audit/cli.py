"""`schakel journal`: what the hub wrote down."""

import click

from hub.audit.events import Event
from hub.audit.journal import record
from hub.audit.queries import entries, hub_entries
from hub.audit.schemas import EntrySchema
from hub.desk import answer, as_json, open_desk


@click.group()
def journal() -> None:
    """Het journaal: elke daad, zonder inhoud van zaken."""


@journal.command("list")
@click.option("--as", "partner", help="Van deze partner; zonder deze optie de regels van de hub zelf.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="Hoeveel regels hoogstens, de nieuwste eerst.")
@as_json
def list_entries(partner: str | None, limit: int) -> None:
    """De nieuwste regels van één partner, of van de hub zelf."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        found = entries(work, limit=limit) if partner else hub_entries(work, limit=limit)
        record(work, Event.JOURNAL_READ, rows=len(found))
    told = EntrySchema(many=True).dump(found)
    lines = [f"{one.at:%Y-%m-%d %H:%M:%S}  {one.event or 'gewist'}" for one in found]
    answer(told, lines=lines or ["Het journaal is nog leeg."])
