"""Where a partner's file meets the intake: the mapping that fits it, and the file as a reading with its hash."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from adapters.engine import find_mapping, load_mapping, mappings_of, read
from adapters.mapping import ExportMapping
from adapters.reading import Reading as FileReading
from hub.cases.draft import Draft, Refusal
from hub.partners.rules import Partner
from hub.sharing.vocabulary import Vocabulary


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
