"""
Building one recipient's edition: every case it may see is put in its part, copied where its shape is new, and given a line.

One statement, so that it sees one moment, and nothing of it comes to Python. It reads the acting partner's own rows alone, under row
security: this is the one file outside `cases` that reads the inbox for a deed. While it copies, no row of this recipient is taken away, and
what was being taken away is gone before it looks: so no copy outlives its row. Its work must see what others commit (READ COMMITTED).
"""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, select, text, update

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.columns import COLUMNS
from hub.cases.readable import waits_to_close
from hub.casuistry.rows import COMPARED, NO_LONGER, OWN_STATES, SILENT, UNCHANGED, sorted_rows, told, whole
from hub.casuistry.rules import BUILDER_VERSION, month_in_dutch
from hub.casuistry.tables import CollectedRow, CollectionRow, GatheringRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict
from hub.kernel.ledger import NotYet
from hub.kernel.words import Month
from hub.sharing.tables import PolicyPairRow

MAIN, WITHDRAWN, LATE, SHARED_OTHERWISE = "main", "withdrawn", "late", "shared_otherwise"
WHICH = {  # kind of edition → the cases that stand in it
    MAIN: f"part NOT IN ({SILENT}, {UNCHANGED})",
    WITHDRAWN: f"part = {NO_LONGER} AND gone_on IS NOT NULL",
    LATE: "part <= 4 AND giver = :giver",
    SHARED_OTHERWISE: "part = 4",
}
_ALONE = text("SELECT pg_advisory_xact_lock(14, :me)")  # the other half of migration 0014: a recall takes the same lock, shared
_COPY = "copy, before_copy, part, is_again, is_reopened, stands_once, recipient, area"
_TOLD = "giver, code, kind, contribution, visible_revision, content_revision, changed_on, is_closed, is_gone, states, salt"
_HEAD = f"""b.base + s.line_no, CASE WHEN s.part = ANY (ARRAY{list(COMPARED)}) THEN s.old_copy END, s.part, s.is_again, s.is_reopened,
         s.part = {NO_LONGER} OR s.is_closed, :me, :area, s.giver, s.code, s.kind, s.contribution, s.visible_revision, s.content_revision,
         s.changed_on, s.is_closed"""
_CELLS = ", ".join(COLUMNS)
# A row is found again by its key: of a month in which little changed that is a tenth of reading all of them once more.
_FREEZE = f"""
, b AS (SELECT coalesce(max(copy), 0) AS base FROM hub.collected WHERE recipient = :me AND area = :area),
received AS (
  INSERT INTO hub.collected ({_COPY}, {_TOLD}, {_CELLS})
  SELECT {_HEAD}, false, i.states, uuid_send(gen_random_uuid()), {", ".join(f"i.{name}" for name in COLUMNS)}
    FROM b, s, LATERAL (SELECT * FROM hub.inbox f
      WHERE f.recipient = :me AND f.code = s.code AND f.kind = s.kind AND f.giver = s.giver OFFSET 0) i
   WHERE s.part < {NO_LONGER} AND s.giver <> :me),
own AS (
  INSERT INTO hub.collected ({_COPY}, {_TOLD}, {_CELLS})
  SELECT {_HEAD}, false, {OWN_STATES}, uuid_send(gen_random_uuid()), {", ".join(f"r.{name}" for name in COLUMNS)}
    FROM b, s JOIN hub.revision r ON r.giver = :me AND r.contribution = s.contribution AND r.no = s.visible_revision
   WHERE s.part < {NO_LONGER} AND s.giver = :me),
gone AS (
  INSERT INTO hub.collected ({_COPY}, {_TOLD})
  SELECT {_HEAD}, true, NULL, NULL FROM b, s WHERE s.part = {NO_LONGER}),
old AS (
  UPDATE hub.collected c SET replaced_by = b.base + s.line_no FROM b, s
   WHERE c.recipient = :me AND c.area = :area AND c.copy = s.old_copy)
SELECT base, count(line_no), count(*) FILTER (WHERE old_copy IS NOT NULL AND NOT stands_once) AS replaced,
       (SELECT count(*) FROM w WHERE NOT stands_once) AS stood FROM b LEFT JOIN s ON true GROUP BY base"""
_UNDO = """
UPDATE hub.collected o SET replaced_by = e.replaced_by FROM hub.collected e
 WHERE o.recipient = :me AND o.area = :area AND e.recipient = :me AND e.area = :area AND e.copy = o.replaced_by
   AND e.copy BETWEEN :first_copy AND :last_copy"""


class GatheredAlready(Conflict):
    """This recipient's edition of the month stands already."""

    def __init__(self, month: Month) -> None:
        super().__init__(f"De maandverzameling van {month_in_dutch(month)} is al bevroren. Er is niets gewijzigd.")


@dataclass(frozen=True, slots=True)
class Made:
    """The edition that was made: its number (0, or that of an addendum) and how many lines it has."""

    number: int
    rows: int


def build(work: Work, *, gathering: GatheringRow, kind: str = MAIN, because: str | None = None, giver: int | None = None) -> Made | None:
    """
    Make the acting partner's edition of this gathering, or an addendum of this kind to it; None for an addendum without lines.

    Raises GatheredAlready when the edition stands already, and NotYet while rows wait to be looked at under a new agreement, as an edition
    without them would call them no longer shared; then nothing was changed.
    """
    month = Month(gathering.month.year, gathering.month.month)
    work.session.execute(_ALONE, {"me": work.partner})
    if waits_to_close(work):
        raise NotYet("Een afspraak is vandaag veranderd, en nog niet alle zaken zijn daarop bekeken. Probeer het over een minuut opnieuw.")
    row = _announced(work, gathering, (kind, because), month)
    asked = "WITH" + sorted_rows(gathering.province, which=WHICH[kind]) + _FREEZE
    values = told(gathering.province, me=work.partner, day=today(work.now)) | ({} if giver is None else {"giver": giver})
    with whole(work):
        base, made, replaced, stood = work.session.execute(text(asked), values).one()
    row.first_copy, row.last_copy, row.rows = base + 1, base + made, made if row.number else made + stood - replaced
    if not row.rows and row.number:
        work.session.delete(row)
        work.session.flush()
        return None
    event = Event.ADDENDUM_MADE if row.number else Event.COLLECTION_GATHERED
    record(work, event, province=gathering.province, month=str(month), number=row.number)
    return Made(row.number, row.rows)


def _announced(work: Work, gathering: GatheringRow, why: tuple[str, str | None], month: Month) -> CollectionRow:
    """The edition's own row comes first: who gathers twice at once meets its key."""
    mine = (CollectionRow.recipient == work.partner, CollectionRow.province == gathering.province)
    here = select(CollectionRow).where(*mine)
    found = work.session.scalars(here.where(CollectionRow.month == gathering.month).order_by(CollectionRow.number.desc())).first()
    kind, because = why
    if kind == MAIN and found is not None:
        raise GatheredAlready(month)
    last = work.session.scalars(here.where(CollectionRow.number == 0).order_by(CollectionRow.frozen_at.desc())).first()
    row = CollectionRow(
        recipient=work.partner, province=gathering.province, month=gathering.month, number=found.number + 1 if found else 0, kind=kind,
        because=because, round=gathering.round, interval_from=last.frozen_at if last else None, frozen_at=work.now,
        first_copy=1, last_copy=0, rows=0,
        delivered_at=work.now if kind != MAIN else None, agreements=agreements_of(work), builder_version=BUILDER_VERSION,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row


def agreements_of(work: Work) -> bytes:
    """A fingerprint of the agreements under which the acting partner receives today, so that an edition tells by which it was made."""
    pair = PolicyPairRow
    asked = select(pair.giver, pair.kind, pair.version_id).where(pair.recipient == work.partner, pair.valid.contains(today(work.now)))
    found = work.session.execute(asked.where(pair.state == "valid").order_by(pair.giver, pair.kind, pair.version_id))
    return sha256(f"{work.partner}|{[tuple(row) for row in found]}".encode()).digest()


def undo(work: Work, *, gathering: GatheringRow) -> None:
    """Take back the acting partner's edition of this gathering, as if it had not been gathered; Conflict once it was delivered."""
    here = (work.partner, gathering.province, gathering.month, 0)
    work.session.execute(_ALONE, {"me": work.partner})
    row = work.session.get(CollectionRow, here)
    if row is None:
        return
    if row.delivered_at is not None:
        raise Conflict("Deze maandverzameling is al bezorgd en kan niet meer terug.")
    bounds = {"first_copy": row.first_copy, "last_copy": row.last_copy}
    work.session.execute(text(_UNDO), told(gathering.province, me=work.partner, day=today(work.now)) | bounds)
    same = (CollectedRow.recipient == work.partner, CollectedRow.area == gathering.province)
    work.session.execute(delete(CollectedRow).where(*same, CollectedRow.copy.between(row.first_copy, row.last_copy)))
    work.session.delete(row)
    work.session.flush()
    record(work, Event.COLLECTION_UNDONE, province=gathering.province, month=f"{gathering.month:%Y-%m}")


def delivered(work: Work, *, gathering: GatheringRow) -> bool:
    """Mark the acting partner's edition of this gathering as delivered; False when it has none or had it already."""
    same = (CollectionRow.recipient == work.partner, CollectionRow.province == gathering.province, CollectionRow.month == gathering.month)
    put = update(CollectionRow).where(*same, CollectionRow.number == 0, CollectionRow.delivered_at.is_(None)).values(delivered_at=work.now)
    return bool(work.session.execute(put.returning(CollectionRow.number)).all())
