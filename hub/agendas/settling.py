"""From candidates to a published agenda: who runs a block proposes and publishes its items, and each organisation keeps an edition."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from hub.agendas.candidates import SHORTEST, Found, Thing, candidates
from hub.agendas.paper import digest
from hub.agendas.proposing import Proposed, propose
from hub.agendas.queries import agenda, common_paper, moment_of, own_edition
from hub.agendas.tables import EditionRow, ItemRow
from hub.audit.events import Event
from hub.audit.journal import record
from hub.consultations.queries import blocks
from hub.consultations.rules import FELL_OUT, Block, BlockKind, Consultation, State
from hub.kernel.database import Work
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.people.words import Role
from hub.pseudonyms import mint

Known = Mapping[tuple[object, ...], ItemRow]
TOLD = (Role.CASE_WORKER, Role.COORDINATOR)
UNDECIDED = ("proposed", "left_out")


def propose_items(work: Work, *, meeting: Consultation) -> int:
    """
    Compute what leads the agenda of every block that the acting partner runs, from what all of the block may know.

    What people changed stays as they left it; what was computed is kept beside it. The answer is how many candidates there are.
    """
    if meeting.state is not State.PREPARING:
        return 0
    at = moment_of(work, consultation=meeting)
    seated = [one for one in blocks(work, body=meeting.body, consultation=meeting.id) if work.partner in one.seats]
    seated = [one for one in seated if one.kind in (BlockKind.CASES, BlockKind.AGREEMENTS)]
    rows = _rows(work, meeting)
    there = (ItemRow.partner == work.partner, ItemRow.consultation == meeting.id)
    taken = set(work.session.scalars(select(ItemRow.code).where(*there)))
    total = 0
    for block in (one for one in seated if one.run_by == work.partner):
        known = {Thing(row.line, row.agreement, row.title, follows=row.follows).key: row for row in rows if row.block == block.id}
        found = _coded(candidates(work, meeting=meeting, block=block, seated=seated, at=at), known, taken)
        things = {one.id: thing for one, thing in found}
        proposal = propose([one for one, _ in found], minutes=block.minutes, at=at)
        for one in proposal:
            thing = things[one.candidate.id]
            if not _again(one, thing, known):
                _let_go_of(work, thing, rows)
                _add(work, (meeting, block), (one, thing), taken)
        total += len(proposal)
    work.session.flush()
    record(work, Event.AGENDA_PROPOSED, consultation=meeting.id, number=total)
    return total


def publish_items(work: Work, *, meeting: Consultation) -> int:
    """Give the items of the blocks that the acting partner runs their times, and let everybody in those blocks see them."""
    done = 0
    for block in blocks(work, body=meeting.body, consultation=meeting.id):
        rows = [row for row in _rows(work, meeting) if row.block == block.id and row.state in ("proposed", "published")]
        begins = block.starts or meeting.starts
        for row in sorted(rows, key=lambda row: (row.no, row.code)):
            if (row.state, row.starts) != ("published", begins):
                row.state, row.starts, row.version = "published", begins, row.version + 1
                done += 1
            begins += timedelta(minutes=row.minutes)
    work.session.flush()
    return done


def keep_edition(work: Work, *, meeting: Consultation) -> EditionRow | None:
    """Write down that this agenda was published to the acting partner, and tell its people; None when it has this one already."""
    paper = common_paper(work, consultation=meeting.id)
    before, fresh = own_edition(work, consultation=meeting.id), digest(paper)
    if before is not None and before.sha256 == fresh:
        return None
    found = agenda(work, consultation=meeting.id)
    held = [item for part in found.parts for item in part.items]
    row = EditionRow(
        partner=work.partner, consultation=meeting.id, kind="agenda", number=before.number + 1 if before else 1, body=meeting.body,
        sha256=fresh, published_at=work.now, opened_at=None,
        holds={"items": [item.code for item in held], "lines": {str(item.line.id): item.line.revision for item in held if item.line}},
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    path = f"/bijeenkomsten/{meeting.id}/agenda"
    put_down(work, notice=Notice(work.partner, f"{meeting.id}/{row.number}", NoticeKind.AGENDA_READY, path, TOLD, work.now))
    record(work, Event.AGENDA_PUBLISHED, consultation=meeting.id, number=row.number, fingerprint=fresh.hex())
    return row


def may_be_kept(work: Work, *, meeting: Consultation) -> bool:
    """Whether everything in the blocks of the acting partner is published and it has no edition yet."""
    asked = select(ItemRow.id).where(ItemRow.partner == work.partner, ItemRow.consultation == meeting.id, ItemRow.state == "proposed")
    waits = work.session.scalar(asked.limit(1)) is not None
    return meeting.state is State.PUBLISHED and not waits and own_edition(work, consultation=meeting.id) is None


def _rows(work: Work, meeting: Consultation) -> Sequence[ItemRow]:
    """The items that the acting partner writes for this meeting; the same thing may stand in two blocks, and is another item in each."""
    mine = (ItemRow.partner == work.partner, ItemRow.writer == work.partner, ItemRow.consultation == meeting.id)
    return work.session.scalars(select(ItemRow).where(*mine).execution_options(populate_existing=True)).all()


def _let_go_of(work: Work, thing: Thing, rows: Iterable[ItemRow]) -> None:
    """A case that went to another block is followed up there: the item that it left behind follows nothing any more."""
    for row in rows:
        if thing.follows is not None and row.follows == thing.follows:
            row.follows, row.version = None, row.version + 1
            work.session.flush()


def _coded(found: Iterable[Found], known: Mapping[tuple[object, ...], ItemRow], taken: set[str]) -> list[Found]:
    """Each with the code of its item, drawn once; actions keep the code that people know them by in their reason."""
    coded = []
    for one, thing in found:
        row = known.get(thing.key)
        code = one.code or (row.code if row else _draw(taken))
        coded.append((replace(one, code=code), thing))
    return coded


def _draw(taken: set[str]) -> str:
    code = mint.short_code()
    while code in taken:
        code = mint.short_code()
    taken.add(code)
    return code


def _computed(one: Proposed) -> dict[str, object]:
    """What is kept beside an item, so that people's changes can be taken away."""
    rules = [each.word for each in one.reasons]
    minutes = max(one.minutes, SHORTEST)
    return {"state": "proposed" if one.no else "left_out", "no": one.no, "minutes": minutes, "because": one.because, "rules": rules}


def _sentences(one: Proposed, thing: Thing) -> list[str]:
    return [each.sentence for each in one.reasons] + ([thing.says] if thing.says else [])


def is_as_computed(row: ItemRow) -> bool:
    """Whether nobody changed this item since it was computed."""
    return all(row.computed.get(name) == getattr(row, name) for name in ("state", "no", "minutes"))


def _again(one: Proposed, thing: Thing, known: Known) -> bool:
    """Compute anew what is there already, but leave what people did; False when it is not there."""
    row = known.get(thing.key)
    if row is None:
        return False
    told = _computed(one)
    if row.state in UNDECIDED and is_as_computed(row):
        row.state, row.no, row.minutes, row.because = str(told["state"]), one.no, max(one.minutes, SHORTEST), one.because
        row.reasons, row.weight, row.is_must, row.version = _sentences(one, thing), one.weight, one.is_must, row.version + 1
    row.computed = told
    return True


def _add(work: Work, where: tuple[Consultation, Block], what: tuple[Proposed, Thing], taken: set[str]) -> None:
    (meeting, block), (one, thing) = where, what
    told, kind = _computed(one), one.candidate.kind
    code = _draw(taken) if kind == "agreement" else one.candidate.code
    work.session.add(ItemRow(
        partner=work.partner, id=uuid4(), writer=work.partner, members=sorted(block.seats), body=meeting.body, consultation=meeting.id,
        block=block.id, code=code, kind=kind, line=thing.line, agreement=thing.agreement, title=thing.title, brought_by=thing.brought_by,
        state=told["state"], no=one.no, minutes=told["minutes"], weight=one.weight, is_must=one.is_must, reasons=_sentences(one, thing),
        because=one.because, computed=told, starts=None, held_over=one.candidate.held_over, follows=thing.follows, version=1,
    ))  # fmt: skip


def let_go(work: Work, *, meeting: Consultation) -> int:
    """
    Of a meeting that does not take place no item stands: what was on its agenda, or about to be, is held over to the next one.

    A candidate that was not on it keeps no earlier item from coming back. Tells how many were held over; again, there are none.
    """
    if meeting.state not in FELL_OUT:
        return 0
    rows = _rows(work, meeting)
    for row in rows:
        if row.state == "left_out" and row.follows is not None:
            row.follows, row.version = None, row.version + 1
    held = [row for row in rows if row.state in ("published", "proposed")]
    for row in held:
        row.state, row.outcome, row.because, row.version = "held_over", "held_over", "De bijeenkomst gaat niet door.", row.version + 1
    work.session.flush()
    return len(held)
