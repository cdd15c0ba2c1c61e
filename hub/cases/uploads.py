"""An export offered on a page: kept sealed until its partner confirms or discards it, and no longer than a day."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import select, update

from hub.audit.events import Event
from hub.audit.journal import record, record_many
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
    """Keep this file of the acting partner, sealed; only a person offers one."""
    if not isinstance(work.actor, Person):
        raise Refused("Alleen een mens biedt een bestand op een pagina aan; een programma leest het meteen in.")
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


def empty_old(work: Work) -> int:
    """Throw away, unread, what the acting partner offered more than a day ago and did not come back to; tells how many files."""
    old = (UploadRow.giver == work.partner) & (UploadRow.state == "waiting") & (UploadRow.offered_at < work.now - KEPT)
    emptied = work.session.scalars(update(UploadRow).where(old).values(state="discarded", sealed=None).returning(UploadRow.id)).all()
    record_many(work, Event.UPLOAD_DISCARDED, [{"upload": upload, "reason": "einde-termijn"} for upload in emptied])
    return len(emptied)


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
