"""Taking in an export: every draft becomes a new contribution, a new revision or nothing, and what changed is shared, in one work."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, ColumnElement, LargeBinary, and_, any_, cast, func, select, update

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.draft import Draft, Reading, Refusal
from hub.cases.house import House
from hub.cases.inbox import share
from hub.cases.revisions import Change, write_changes
from hub.cases.rules import canonical, objections, too_late
from hub.cases.tables import ContributionRow, ImportRunRow, SourceReferenceRow
from hub.kernel.bulk import insert_rows
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.words import Secret
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.sharing.facts import Absence
from hub.sharing.queries import hold_agreements

AT_ONCE = 2_000
REFUSALS_KEPT = 10_000
REFERENCES = ("giver", "kind", "index_version", "index", "cipher", "contribution", "export", "seen_run")


@dataclass(slots=True)
class Receipt:
    """What became of an export: rows received, what was new, changed, the same, gone from the file or refused, and who got rows."""

    run: UUID
    received: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    vanished: int = 0
    refused: list[Refusal] = field(default_factory=list)
    refused_count: int = 0
    shared: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Known:
    """A contribution that an earlier delivery made."""

    contribution: UUID
    latest_no: int
    fingerprint: bytes


def take_in(work: Work, *, reading: Reading, house: House) -> Receipt:
    """
    Take in a whole export of the acting partner, or nothing of it.

    The same file twice changes nothing; a changed row is a new revision; a row that stood in the last delivery of this export
    and stands in this one no more is counted as vanished, and not removed. Raises what the reading raises when the file as a
    whole is unfit, before anything is written. Memory does not grow with the number of rows.
    """
    partners = partners_by_id(work)
    giver, slugs = partners[work.partner], frozenset(partner.slug for partner in partners.values())
    receipt, last_run = Receipt(uuid4()), _last_run(work, reading.export)
    for some in _batches(reading, receipt):
        known = [draft for draft in some if isinstance(draft, Draft) and not _names_strangers(draft, slugs, receipt)]
        fit = [draft for draft in known if not _object(draft, giver, (house, today(work.now)), receipt)]
        _take_in_some(work, fit, (giver, house, reading.export), receipt)
        _mark_refused(work, {one.reference for one in some if one.reference} - {draft.reference for draft in fit}, (giver, house), receipt)
    receipt.vanished = _vanished(work, reading.export, last_run)
    work.session.add(_run_row(work, reading, receipt))
    counts = {"received": receipt.received, "new": receipt.new, "updated": receipt.updated, "unchanged": receipt.unchanged,
              "vanished": receipt.vanished, "refused": receipt.refused_count}  # fmt: skip
    which = {"upload": receipt.run, "mapping": reading.export, "fingerprint": reading.file_hash.hex()}
    record(work, Event.TAKEN_IN, shared=dict(receipt.shared), **which, **counts)
    work.session.flush()
    return receipt


def _batches(reading: Reading, receipt: Receipt) -> Iterator[list[Draft | Refusal]]:
    rows, last = iter(reading), 0
    while some := list(islice(rows, AT_ONCE)):
        receipt.received += len({row.row for row in some} - {last})  # the refusals of one row may lie on both sides of a batch
        last = some[-1].row
        for refusal in (row for row in some if isinstance(row, Refusal)):
            _refuse(receipt, refusal)
        yield some


def _refuse(receipt: Receipt, refusal: Refusal) -> None:
    receipt.refused_count += 1
    if len(receipt.refused) < REFUSALS_KEPT:
        receipt.refused.append(refusal)


def _take_in_some(work: Work, drafts: Sequence[Draft], ground: tuple[Partner, House, str], receipt: Receipt) -> None:
    giver, house, export = ground
    indexes = house.keys.indexes([draft.reference for draft in drafts], giver=giver.slug, kind="case")
    known = _known(work, indexes)
    changes, references = [], []
    for draft, index in zip(drafts, indexes, strict=True):
        fingerprint = house.keys.digest(canonical(draft), giver=giver.slug)
        before = known.get(index)
        if before is not None and before.fingerprint == fingerprint:
            receipt.unchanged += 1
            continue
        change = Change(draft, before.contribution if before else uuid4(), before.latest_no + 1 if before else 1, fingerprint)
        changes.append(change)
        if before is None:
            cipher = house.keys.seal_reference(draft.reference, giver=giver.slug, kind="case", contribution=str(change.contribution))
            references.append((giver.id, "case", house.keys.current, index, cipher, change.contribution, export, receipt.run))
    receipt.new += len(references)
    receipt.updated += len(changes) - len(references)
    released = write_changes(work, changes=changes, house=house, run=receipt.run)
    insert_rows(work, table="source_reference", columns=REFERENCES, rows=references)
    _mark_seen(work, [index for index in indexes if index in known], receipt.run)
    receipt.shared.update(share(work, releases=released, house=house).shared)


def _mark_refused(work: Work, references: Set[Secret], ground: tuple[Partner, House], receipt: Receipt) -> None:
    """A row that was refused did stand in the file: its case is not counted as vanished."""
    giver, house = ground
    _mark_seen(work, house.keys.indexes(references, giver=giver.slug, kind="case"), receipt.run)


def _names_strangers(draft: Draft, slugs: frozenset[str], receipt: Receipt) -> bool:
    """Whether it speaks of a recipient that is no partner; a mapping is written by people."""
    strangers = sorted({*draft.consents, *draft.concerns} - slugs)
    for stranger in strangers[:1]:
        _refuse(receipt, Refusal(draft.row, None, stranger, "Deze rij noemt een ontvanger die geen partner van Schakel is."))
    return bool(strangers)


def _object(draft: Draft, giver: Partner, basis: tuple[House, date], receipt: Receipt) -> bool:
    house, day = basis
    found = objections(draft.facts, circumstances=draft.circumstances, kind=giver.kind, vocabulary=house.book.vocabulary)
    found += too_late(draft.facts, on=day)
    for fact, sentence in found[:1]:
        value = draft.facts[fact]
        shown = None if fact == "narrative" or isinstance(value, Absence) else str(value)
        _refuse(receipt, Refusal(draft.row, house.book.vocabulary.facts[fact].dutch, shown, sentence))
    return bool(found)


def _mine(work: Work, indexes: Sequence[bytes]) -> ColumnElement[bool]:
    reference = SourceReferenceRow
    return and_(reference.giver == work.partner, reference.kind == "case", reference.index == any_(cast(list(indexes), ARRAY(LargeBinary))))


def _known(work: Work, indexes: Sequence[bytes]) -> dict[bytes, Known]:
    reference, contribution = SourceReferenceRow, ContributionRow
    hold_agreements(work)
    asked = (
        select(reference.index, contribution.id, contribution.latest_no, contribution.fingerprint)
        .join(contribution, and_(contribution.giver == reference.giver, contribution.id == reference.contribution))
        .where(_mine(work, indexes))
        .with_for_update(of=contribution)
    )
    return {index: Known(one, no, mark) for index, one, no, mark in work.session.execute(asked)}


def _mark_seen(work: Work, indexes: Sequence[bytes], run: UUID) -> None:
    if indexes:
        told = update(SourceReferenceRow).where(_mine(work, indexes)).values(seen_run=run)
        work.session.execute(told, execution_options={"synchronize_session": False})


def _last_run(work: Work, export: str) -> UUID | None:
    mine = and_(ImportRunRow.giver == work.partner, ImportRunRow.export == export)
    return work.session.scalar(select(ImportRunRow.id).where(mine).order_by(ImportRunRow.at.desc(), ImportRunRow.id).limit(1))


def _vanished(work: Work, export: str, last_run: UUID | None) -> int:
    if last_run is None:
        return 0
    asked = select(func.count()).where(
        SourceReferenceRow.giver == work.partner, SourceReferenceRow.export == export, SourceReferenceRow.seen_run == last_run
    )
    return int(work.session.scalar(asked) or 0)


def _run_row(work: Work, reading: Reading, receipt: Receipt) -> ImportRunRow:
    counted = {"received": receipt.received, "accepted_new": receipt.new, "updated": receipt.updated, "unchanged": receipt.unchanged}
    which = {"export": reading.export, "mapping_version": reading.version, "file_hash": reading.file_hash, "at": work.now}
    rest = {"vanished": receipt.vanished, "refused": receipt.refused_count}
    return ImportRunRow(giver=work.partner, id=receipt.run, **which, **counted, **rest)
