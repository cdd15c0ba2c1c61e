"""An export offered on a page: kept sealed until its partner confirms or discards it, and not an hour longer than a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import select, update

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.house import House
from hub.cases.tables import UploadRow
from hub.kernel.actor import Person
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, NotFound, Refused

KEPT = timedelta(days=1)


class UploadOver(Conflict):
    """This upload was taken in, discarded or waited too long."""

    def __init__(self) -> None:
        super().__init__("Dit bestand is al verwerkt of weggegooid. Bied het opnieuw aan.")


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that waits for a yes or no: which export it is, its name's ending, and the bytes."""

    id: UUID
    export: str
    suffix: str
    content: bytes


def offer(work: Work, *, content: bytes, suffix: str, export: str, house: House) -> UUID:
    """Keep this file of the acting partner, sealed; what waited for more than a day is emptied at the same time."""
    if not isinstance(work.actor, Person):
        raise Refused("Alleen een mens biedt een bestand op een pagina aan; een programma leest het meteen in.")
    mine = (UploadRow.giver == work.partner) & (UploadRow.state == "waiting") & (UploadRow.offered_at < work.now - KEPT)
    work.session.execute(update(UploadRow).where(mine).values(state="discarded", sealed=None))
    number = uuid4()
    sealed = house.keys.seal_bytes(content, context=_context(work, number), day=today(work.now))
    which = {"giver": work.partner, "id": number, "export": export, "suffix": suffix}
    work.session.add(
        UploadRow(**which, sealed=sealed, file_hash=sha256(content).digest(), offered_at=work.now, offered_by=work.actor.account,
                  state="waiting", run=None)
    )  # fmt: skip
    record(work, Event.UPLOAD_OFFERED, upload=number, mapping=export, fingerprint=sha256(content).hexdigest())
    return number


def waiting(work: Work, *, upload: UUID, house: House) -> Offer:
    """The file that waits under this number; NotFound for another's or none, UploadOver when it was dealt with."""
    row = _row(work, upload)
    assert row.sealed is not None, "a row that waits holds its file"
    return Offer(row.id, row.export, row.suffix, house.keys.open_bytes(row.sealed, context=_context(work, upload)))


def waiting_uploads(work: Work) -> Sequence[tuple[UUID, str]]:
    """Which files of the acting partner wait, the newest first: number and export."""
    mine = (UploadRow.giver == work.partner) & (UploadRow.state == "waiting") & (UploadRow.offered_at >= work.now - KEPT)
    return [(row.id, row.export) for row in work.session.scalars(select(UploadRow).where(mine).order_by(UploadRow.offered_at.desc()))]


def close_upload(work: Work, *, upload: UUID, run: UUID) -> None:
    """Note that this file was taken in, and empty it."""
    row = _row(work, upload)
    row.state, row.sealed, row.run = "taken_in", None, run
    work.session.flush()


def discard(work: Work, *, upload: UUID) -> None:
    """Throw this file away unread."""
    row = _row(work, upload)
    row.state, row.sealed = "discarded", None
    work.session.flush()
    record(work, Event.UPLOAD_DISCARDED, upload=upload, reason="verzoek")


def _row(work: Work, upload: UUID) -> UploadRow:
    mine = (UploadRow.giver == work.partner) & (UploadRow.id == upload)
    row = work.session.scalar(select(UploadRow).where(mine).with_for_update())
    if row is None:
        raise NotFound
    if row.state != "waiting" or row.offered_at < work.now - KEPT:
        raise UploadOver
    return row


def _context(work: Work, upload: UUID) -> bytes:
    return f"upload|{work.partner}|{upload}".encode()
