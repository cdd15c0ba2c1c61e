"""Where a partner's file meets the intake: the mapping that fits it, and the file as a reading with its hash."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from adapters.engine import find_mapping, load_mapping, mappings_of, read, summary
from adapters.mapping import ExportMapping
from adapters.reading import Reading as FileReading
from hub.cases import uploads
from hub.cases.draft import Draft, Refusal, Unreadable
from hub.cases.house import House
from hub.cases.intake import Receipt, take_in
from hub.kernel.database import Work
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.sharing.vocabulary import Vocabulary

SUFFIXES = frozenset({".csv", ".xlsx", ".ods", ".json"})


@dataclass(frozen=True)
class Delivery:
    """One file of one partner, being read; what `cases.intake` takes in."""

    reading: FileReading
    file_hash: bytes

    @property
    def export(self) -> str:
        """The name of the mapping."""
        return self.reading.mapping.export

    @property
    def version(self) -> str:
        """The version of the mapping."""
        return self.reading.mapping.version

    def __iter__(self) -> Iterator[Draft | Refusal]:
        return iter(self.reading)


def exports_of(partner: Partner) -> tuple[ExportMapping, ...]:
    """The exports that were agreed with this partner, or with its kind."""
    return mappings_of(partner.slug, kind=partner.kind.value)


@contextmanager
def open_delivery(path: Path, *, partner: Partner, mapping: Path | None, vocabulary: Vocabulary) -> Iterator[Delivery]:
    """
    Open this file for intake, by the mapping that is named or by the partner's own that fits.

    Raises Unreadable with one Dutch sentence for a file that is unfit as a whole, MappingFault for a mapping that is.
    """
    found = load_mapping(mapping) if mapping else find_mapping(path, partner=partner.slug, kind=partner.kind.value)
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").digest()
    with read(path, mapping=found, vocabulary=vocabulary) as reading:
        yield Delivery(reading, digest)


def offer_file(work: Work, *, content: bytes, name: str, house: House) -> UUID:
    """Keep a file that somebody of the acting partner offers, once it is clear which export it is; Unreadable when it is none."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Unreadable(f"Een bestand met deze naam leest Schakel niet. Kies een bestand dat eindigt op {', '.join(sorted(SUFFIXES))}.")
    with _opened(work, content, suffix, house) as delivery:
        export = delivery.export
    return uploads.offer(work, content=content, suffix=suffix, export=export, house=house)


def preview(work: Work, *, upload: UUID, house: House) -> dict[str, object]:
    """What would be taken in and what not: rows, accepted, refused, unmapped words, counts per fact; nothing is changed."""
    offered = uploads.waiting(work, upload=upload, house=house)
    with _opened(work, offered.content, offered.suffix, house) as delivery:
        return {"export": delivery.reading.mapping.title, **summary(delivery.reading)}


def confirm(work: Work, *, upload: UUID, house: House) -> Receipt:
    """Take the offered file in, share what came of it, and empty the offer: all of it or nothing."""
    offered = uploads.waiting(work, upload=upload, house=house)
    with _opened(work, offered.content, offered.suffix, house) as delivery:
        receipt = take_in(work, reading=delivery, house=house)
    uploads.close_upload(work, upload=upload, run=receipt.run)
    return receipt


@contextmanager
def _opened(work: Work, content: bytes, suffix: str, house: House) -> Iterator[Delivery]:
    """The bytes as a file that is gone afterwards; the name its sender gave it is never used."""
    partner = partners_by_id(work)[work.partner]
    with TemporaryDirectory(prefix="schakel-") as directory:
        path = Path(directory) / f"export{suffix}"
        path.write_bytes(content)
        with open_delivery(path, partner=partner, mapping=None, vocabulary=house.book.vocabulary) as delivery:
            yield delivery
