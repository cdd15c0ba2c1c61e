"""The proof of an edition: a leaf per line, their root, and the hash of each form; and whether a rebuild gives the same bytes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO

from sqlalchemy import select

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.house import House
from hub.casuistry.edition import Edition
from hub.casuistry.papers import canonical_json, json_sha256, leaf, root, write_pdf
from hub.casuistry.queries import collection_row, edition, salts
from hub.casuistry.rules import BUILDER_VERSION
from hub.casuistry.tables import CollectionRow
from hub.casuistry.workbooks import write_ods, write_xlsx
from hub.kernel.database import Work
from hub.kernel.errors import Invalid
from hub.kernel.words import Month

DIGEST = 32
NO_SALT = b""  # of a line without values: a case that is no longer shared, or was recalled before its edition was sealed


def _write_json(said: Edition, *, to: BinaryIO) -> None:
    for piece in canonical_json(said):
        to.write(piece)


FORMS: dict[str, Callable[..., None]] = {"json": _write_json, "xlsx": write_xlsx, "ods": write_ods, "pdf": write_pdf}


@dataclass(frozen=True, slots=True)
class Compared:
    """One form of a rebuilt edition beside what was noted at the delivery; `is_same` is None when nothing was noted."""

    form: str
    is_same: bool | None


def seal(work: Work, *, province: str, month: Month, number: int = 0, house: House) -> None:
    """Note leaves, root and the hash of each form of the acting partner's delivered edition; once, a second time changes nothing."""
    row = collection_row(work, province=province, month=month, number=number)
    if row.json_sha256 is not None:
        return
    said = edition(work, province=province, month=month, number=number, house=house)
    leaves = list(_leaves(work, row, said))
    row.leaves, row.root = b"".join(leaves), root(leaves) if leaves else None
    row.json_sha256 = json_sha256(said)
    row.xlsx_sha256, row.ods_sha256, row.pdf_sha256 = (_digest(form, said) for form in ("xlsx", "ods", "pdf"))
    work.session.flush()
    facts = {"province": province, "month": str(month), "number": number, "fingerprint": row.json_sha256.hex()}
    record(work, Event.COLLECTION_DELIVERED, **facts, **({"root": row.root.hex()} if row.root else {}))


def seal_addenda(work: Work, *, house: House) -> int:
    """Note the same of every addendum of the acting partner of which nothing was noted yet; tells how many those were."""
    waits = (CollectionRow.recipient == work.partner, CollectionRow.number > 0, CollectionRow.json_sha256.is_(None))
    found = work.session.scalars(select(CollectionRow).where(*waits).order_by(CollectionRow.month, CollectionRow.province)).all()
    for row in found:
        seal(work, province=row.province, month=Month(row.month.year, row.month.month), number=row.number, house=house)
    return len(found)


def rebuilt(work: Work, *, province: str, month: Month, number: int = 0, house: House) -> tuple[Compared, ...]:
    """
    Whether the edition, made anew from its lines alone, gives the bytes that were noted; first the tree, then each form.

    After a recall the tree still holds, since a recalled line keeps its leaf, and the forms differ. Another builder version is no
    comparison for XLSX, ODS and PDF.
    """
    row = collection_row(work, province=province, month=month, number=number)
    said = edition(work, province=province, month=month, number=number, house=house)
    found = [Compared("root", _tree_holds(work, row, said) if row.leaves is not None else None)]
    for form, noted in (("json", row.json_sha256), ("xlsx", row.xlsx_sha256), ("ods", row.ods_sha256), ("pdf", row.pdf_sha256)):
        is_comparable = noted is not None and (form == "json" or row.builder_version == BUILDER_VERSION)
        found.append(Compared(form, _digest(form, said) == noted if is_comparable else None))
    return tuple(found)


def _tree_holds(work: Work, row: CollectionRow, said: Edition) -> bool:
    kept = row.leaves or b""
    leaves = [kept[at : at + DIGEST] for at in range(0, len(kept), DIGEST)]
    if len(leaves) != row.rows or (root(leaves) if leaves else None) != row.root:
        return False
    recalled = {line.no for line in said.lines() if line.recalled_on is not None}
    return all(now == was for no, (now, was) in enumerate(zip(_leaves(work, row, said), leaves, strict=True), 1) if no not in recalled)


def _leaves(work: Work, row: CollectionRow, said: Edition) -> Iterator[bytes]:
    for one, salt in zip(said.lines(), salts(work, edition=row), strict=True):
        yield leaf(one, salt=salt if salt is not None else NO_SALT)


def _digest(form: str, said: Edition) -> bytes | None:
    """The hash of one form; None where the edition is too long for it."""
    to = BytesIO()
    try:
        FORMS[form](said, to=to)
    except Invalid:
        return None
    return sha256(to.getvalue()).digest()
