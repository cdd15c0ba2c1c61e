"""Which Word template a body uses: chosen by the partner that leads it, read by its members, the hub's own while there is none."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import delete, select

from hub.agendas.stationery import check, names
from hub.agendas.tables import StationeryRow
from hub.audit.events import Event
from hub.audit.journal import record
from hub.consultations.queries import body as body_named
from hub.consultations.rules import Body
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound, Refused
from hub.sharing.dutch import day

LEADS = "Het sjabloon kiest de organisatie die dit overleg leidt."


@dataclass(frozen=True, slots=True)
class Stationery:
    """The template of a body as its members see it; `chosen_on` is None while the hub's own is used."""

    body: str
    body_name: str
    chosen_on: str | None
    names: tuple[str, ...]
    is_led: bool


def stationery(work: Work, *, body: str) -> Stationery:
    """What this body uses; NotFound for a body of others."""
    found, row = body_named(work, slug=body), _row(work, body)
    return Stationery(body, found.name, day(today(row.made_at)) if row else None, names(), found.coordinator == work.partner)


def template_of(work: Work, *, body: str) -> bytes | None:
    """The template of this body, or None: then documents are made from the hub's own."""
    row = _row(work, body)
    return row.content if row else None


def choose(work: Work, *, body: str, content: bytes) -> None:
    """Use this Word file for the documents of a body from now on; what is wrong with it is said by `stationery.check`."""
    found = _led(work, body)
    check(content)
    _take_away(work, body)
    hashed = sha256(content)
    members = sorted({one.partner for one in found.members} | {work.partner})
    work.session.add(StationeryRow(
        partner=work.partner, id=uuid4(), writer=work.partner, members=members, body=body, content=content, sha256=hashed.digest(),
        made_at=work.now,
    ))  # fmt: skip
    work.session.flush()
    record(work, Event.TEMPLATE_CHOSEN, body=body, state="own", fingerprint=hashed.hexdigest())


def drop(work: Work, *, body: str) -> None:
    """Use the hub's own template again; NotFound when that is used already."""
    _led(work, body)
    if not _take_away(work, body):
        raise NotFound
    record(work, Event.TEMPLATE_CHOSEN, body=body, state="standard")


def _led(work: Work, body: str) -> Body:
    found = body_named(work, slug=body)
    if found.coordinator != work.partner:
        raise Refused(LEADS)
    return found


def _row(work: Work, body: str) -> StationeryRow | None:
    return work.session.scalar(select(StationeryRow).where(StationeryRow.partner == work.partner, StationeryRow.body == body))


def _take_away(work: Work, body: str) -> bool:
    mine = (StationeryRow.partner == work.partner, StationeryRow.writer == work.partner, StationeryRow.body == body)
    gone = work.session.execute(delete(StationeryRow).where(*mine).returning(StationeryRow.id)).all()
    return bool(gone)
