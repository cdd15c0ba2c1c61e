"""What somebody typed about an agenda, done: a form and its deed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from sqlalchemy import select

from hub.agendas import actions
from hub.agendas.documents import write_document
from hub.agendas.papers import file_name
from hub.agendas.queries import Agenda, agenda, agenda_paper, nominations
from hub.agendas.tables import PlacedRow
from hub.agendas.templates import template_of
from hub.cases.house import House
from hub.cases.told import own_facts
from hub.consultations.queries import consultation as meeting
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, Problem
from hub.partners.queries import partners_by_id

Typed = Mapping[str, Sequence[str]]
STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class Nominated:
    """A nomination, with the name of who made it and the case under the code that the reader knows it by."""

    id: UUID
    about: str
    theme: str | None
    code: str | None
    because: str
    minutes: int
    is_urgent: bool
    is_ours: bool
    by: str


@dataclass(frozen=True, slots=True)
class Placeless:
    """An own case that stands in no block."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page of nominations shows."""

    agenda: Agenda
    nominations: tuple[Nominated, ...]
    without: tuple[Placeless, ...]


def desk(work: Work, *, consultation: UUID) -> Desk:
    """The nominations that the acting partner made or got, and its own cases that no block may hear."""
    found, names = agenda(work, consultation=consultation), partners_by_id(work)
    made = nominations(work, consultation=consultation)
    mine = (PlacedRow.partner == work.partner, PlacedRow.consultation == consultation, PlacedRow.block.is_(None))
    reasons = {row.contribution: row.reason or "" for row in work.session.scalars(select(PlacedRow).where(*mine))}
    own = own_facts(work, contributions=[*reasons, *(one.contribution for one in made if one.contribution)])
    codes = {key: case.code for key, case in own.items()}
    told = tuple(
        Nominated(
            one.id, one.about, one.theme, codes.get(one.contribution) if one.contribution else one.code, one.because, one.minutes,
            one.is_urgent, one.by == work.partner, names[one.by].name,
        )
        for one in made
    )  # fmt: skip
    without = tuple(Placeless(own[key].code, reason) for key, reason in reasons.items() if key in own)
    return Desk(found, told, tuple(sorted(without, key=lambda one: one.code)))


def nominate(work: Work, *, consultation: UUID, typed: Typed, house: House) -> UUID:
    """Nominate as typed."""
    said = _said(typed)
    if not said.get("about"):
        raise Invalid("Kies wat u wilt bespreken.", (Problem("about", "Kies wat u wilt bespreken."),))
    block = _uuid(said.get("block", ""))
    wish = actions.Wish(
        said.get("about", ""), said.get("code", ""), said.get("theme", ""), block, said.get("because", ""), _number(said, "minutes"),
        is_urgent=said.get("urgent") == "ja",
    )  # fmt: skip
    return actions.nominate(work, consultation=consultation, wish=wish, house=house)


def change_item(work: Work, *, consultation: UUID, item: UUID, typed: Typed) -> str:
    """Do to an item what was typed: up, down, minutes, decline or accept; tells which it was."""
    said, which = _said(typed), {"consultation": consultation, "item": item}
    deed = said.get("deed", "")
    if deed in STEPS:
        actions.shift(work, **which, by=STEPS[deed])
    elif deed == "minutes":
        actions.give_minutes(work, **which, minutes=_number(said, "minutes"))
    elif deed == "decline":
        actions.decline(work, **which, because=said.get("because", ""))
    elif deed == "accept":
        actions.accept(work, **which)
    else:
        raise Invalid("Kies wat u met dit punt wilt doen.")
    return deed


def change_agenda(work: Work, *, consultation: UUID, typed: Typed) -> str:
    """Do to the whole agenda what was typed: settle it, compute it anew, take changes back, or renew the own edition."""
    said = _said(typed)
    deed = said.get("deed", "")
    if deed == "settle":
        actions.settle(work, consultation=consultation, overrun="yes" if said.get("overrun") == "ja" else "")
    elif deed == "propose":
        actions.propose(work, consultation=consultation)
    elif deed == "reset":
        actions.reset(work, consultation=consultation)
    elif deed == "renew":
        actions.renew(work, consultation=consultation)
    else:
        raise Invalid("Kies wat u met de agenda wilt doen.")
    return deed


def add_theme(work: Work, *, consultation: UUID, typed: Typed) -> UUID:
    """Put a theme on the agenda as typed."""
    said = _said(typed)
    block = _uuid(said.get("block", ""))
    if block is None:
        agenda(work, consultation=consultation)  # a meeting of others is as absent as one that never was
        raise Invalid("Kies een blok.", (Problem("block", "Kies in welk blok dit thema hoort."),))
    return actions.add_theme(work, consultation=consultation, block=block, theme=said.get("theme", ""), minutes=_number(said, "minutes"))


def document(work: Work, *, consultation: UUID, typed: Typed, house: House) -> tuple[str, bytes]:
    """The own edition as a file in the form that was asked for, with its name."""
    form = _said(typed).get("form", "")
    paper, made = agenda_paper(work, house=house, consultation=consultation), BytesIO()
    own = template_of(work, body=meeting(work, id=consultation).body)
    write_document(paper, form=form, template=own, to=made)
    return file_name(paper, form=form), made.getvalue()


def _number(said: Mapping[str, str], field: str) -> int:
    text = said.get(field, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 3):
        raise Invalid("Vul een getal in.", (Problem(field, "Vul een aantal minuten in, zonder komma."),))
    return int(text)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _said(typed: Typed) -> dict[str, str]:
    return {name: values[0] for name, values in typed.items() if len(values) == 1}
