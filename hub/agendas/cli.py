"""`schakel agenda`: lines laid, an agenda proposed, settled and shown on the command line."""

from io import BytesIO
from pathlib import Path
from uuid import UUID

import click

from hub.agendas import actions
from hub.agendas.documents import FORMS, write_document
from hub.agendas.jobs import keep_agendas
from hub.agendas.papers import file_name, told
from hub.agendas.placing import place
from hub.agendas.queries import agenda, agenda_paper
from hub.agendas.settling import propose_items
from hub.agendas.templates import template_of
from hub.consultations.queries import body, consultation, consultations
from hub.consultations.rules import Body, NotNow, State
from hub.desk import Desk, answer, as_json, open_desk
from hub.kernel.errors import Invalid, NotFound
from hub.partners.queries import partners

AS = click.option("--as", "partner", required=True, help="Voor welke partner (de korte naam).")
TEXT = "text"


@click.group("agenda")
def agenda_group() -> None:
    """De agenda van een bijeenkomst: voorstellen, vaststellen en lezen."""


@agenda_group.command("propose")
@click.argument("meeting", type=click.UUID)
@as_json
def propose(meeting: UUID) -> None:
    """Zet de zaken van alle leden klaar, en laat elk blok een agenda voorstellen; aanpassingen van mensen blijven."""
    with open_desk() as desk:
        held = _body_of(desk, meeting)
        slugs = [member.slug for member in held.members]
        lines = sum(_lay(desk, slug, meeting) for slug in slugs)
        candidates = sum(_propose(desk, slug, meeting) for slug in slugs)
    told_lines = [f"{lines} zaken klaargezet of bijgewerkt, {candidates} kandidaten voor de agenda."]
    answer({"meeting": str(meeting), "lines": lines, "candidates": candidates}, lines=told_lines)


@agenda_group.command("settle")
@click.argument("meeting", type=click.UUID)
@click.option("--overrun", is_flag=True, help="Ook als de punten langer duren dan een blok.")
@as_json
def settle(meeting: UUID, *, overrun: bool) -> None:
    """Stel de agenda vast; elke organisatie krijgt meteen haar eigen editie."""
    with open_desk() as desk:
        held = _body_of(desk, meeting)
        leader = next(member.slug for member in held.members if member.partner == held.coordinator)
        with desk.work(leader) as (work, _):
            state = actions.settle(work, consultation=meeting, overrun="yes" if overrun else "")
        keep_agendas(desk)
        made = {}
        for member in held.members:
            with desk.work(member.slug) as (work, _):
                found = agenda(work, consultation=meeting).edition
            if found is not None:
                made[member.slug] = found.number
    lines = [f"{slug}: editie {number}" for slug, number in made.items()]
    answer({"meeting": str(meeting), "state": state.value, "editions": made}, lines=[*lines, "Vastgesteld."])


@agenda_group.command("show")
@click.argument("meeting", type=click.UUID)
@AS
@click.option("--format", "form", type=click.Choice([TEXT, *FORMS]), default=TEXT, show_default=True, help="In welke vorm.")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), default=None, help="De map waarin het bestand komt.")
@as_json
def show(meeting: UUID, partner: str, form: str, to: Path | None) -> None:
    """De agenda zoals deze partner haar heeft, op het scherm of als bestand."""
    if form != TEXT and to is None:
        raise Invalid("Zeg met --to in welke map het bestand komt.")
    with open_desk() as desk, desk.work(partner) as (work, _):
        paper = agenda_paper(work, house=desk.house, consultation=meeting)
        template = template_of(work, body=consultation(work, id=meeting).body)
    if form == TEXT or to is None:
        answer(
            told(paper),
            lines=[line for part in paper.parts for line in (part.heading, *(f"  {one.code} {one.title}" for one in part.entries))],
        )
        return
    made, file = BytesIO(), to / file_name(paper, form=form)
    write_document(paper, form=form, template=template, to=made)
    to.mkdir(parents=True, exist_ok=True)
    file.write_bytes(made.getvalue())
    answer({"file": str(file), "bytes": len(made.getvalue())}, lines=[f"Bewaard: {file}"])


def _body_of(desk: Desk, meeting: UUID) -> Body:
    """The body of a meeting, as who leads it knows it; NotFound when nobody does."""
    with desk.work() as (work, _):
        slugs = [one.slug for one in partners(work)]
    for slug in slugs:
        with desk.work(slug) as (work, _):
            if any(one.id == meeting for one in consultations(work)):
                return body(work, slug=consultation(work, id=meeting).body)
    raise NotFound("Deze bijeenkomst bestaat niet. Zie de lijst met: schakel sessions list.")


def _lay(desk: Desk, slug: str, meeting: UUID) -> int:
    with desk.work(slug) as (work, _):
        found = consultation(work, id=meeting)
        if found.state is not State.PREPARING:
            raise NotNow(found.state)
        return place(work, house=desk.house, meeting=found)


def _propose(desk: Desk, slug: str, meeting: UUID) -> int:
    with desk.work(slug) as (work, _):
        return propose_items(work, meeting=consultation(work, id=meeting))
