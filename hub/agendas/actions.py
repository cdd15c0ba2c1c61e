"""What people do to an agenda: nominate, order, give minutes, decline, accept, add a theme, take all of that back, and settle it."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from hub.agendas.placing import place
from hub.agendas.queries import agenda, case_blocks, item_row
from hub.agendas.rules import Part
from hub.agendas.settling import keep_edition, propose_items, publish_items
from hub.agendas.tables import ItemRow, NominationRow
from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.house import House
from hub.cases.readable import giver_of
from hub.cases.told import own_id
from hub.consultations.actions import step_to
from hub.consultations.queries import body, consultation
from hub.consultations.rules import Consultation, Level, NotNow, State
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, NotFound, Problem, Refused
from hub.pseudonyms import mint
from hub.pseudonyms.rules import screen

SHORTEST, LONGEST = 3, 60
WORDS_LONGEST, THEME_LONGEST = 300, 120
BEFORE = (State.PLANNED, State.PREPARING)


class Overrun(Invalid):
    """The items of a block take longer than the block; it can be settled so, if somebody says so."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        told = "; ".join(f"{part.block.name} duurt {part.block.minutes} minuten, de punten samen {part.minutes}" for part in parts)
        said = f"De agenda past niet: {told}. Vink aan dat dit zo mag, of maak de agenda korter."
        super().__init__(said, (Problem("overrun", said),))


@dataclass(frozen=True, slots=True)
class Wish:
    """That somebody wants something to be spoken of: an own or a received case by its code, or a theme for the people of one block."""

    about: str
    code: str
    theme: str
    block: UUID | None
    because: str
    minutes: int
    is_urgent: bool


def nominate(work: Work, *, consultation: UUID, wish: Wish, house: House) -> UUID:
    """
    Put something forward for a meeting; everybody in its block will read why and by whom.

    A received case is put forward to its giver, who alone decides whom it may reach. Raises Invalid for words that may not be said,
    NotFound for a code that is not ours to see, NotNow once the agenda is published.
    """
    meeting = _ahead(work, consultation)
    because = _said(wish.because, "because", longest=WORDS_LONGEST)
    if not SHORTEST <= wish.minutes <= LONGEST:
        raise _wrong("minutes", f"Vraag {SHORTEST} tot {LONGEST} minuten.")
    row = NominationRow(
        partner=work.partner, id=uuid4(), writer=work.partner, members=[work.partner], body=meeting.body, consultation=meeting.id,
        about=wish.about, because=because, minutes=wish.minutes, is_urgent=False, made_at=work.now,
    )  # fmt: skip
    _about(work, row, wish, meeting)
    work.session.add(row)
    work.session.flush()
    record(work, Event.NOMINATED, consultation=meeting.id, state=wish.about)
    if wish.about == "own":
        place(work, house=house, meeting=meeting, only=row.contribution)
    return row.id


def withdraw(work: Work, *, consultation: UUID, nomination: UUID, house: House) -> None:
    """Take an own nomination back; NotFound for any other."""
    meeting = _ahead(work, consultation)
    mine = (NominationRow.partner == work.partner, NominationRow.writer == work.partner, NominationRow.id == nomination)
    found = work.session.scalar(select(NominationRow).where(*mine, NominationRow.consultation == meeting.id))
    if found is None or found.withdrawn_at is not None:
        raise NotFound
    work.session.execute(update(NominationRow).where(*mine).values(withdrawn_at=work.now).execution_options(synchronize_session=False))
    record(work, Event.NOMINATED, consultation=meeting.id, state="withdrawn")
    if found.about == "own":
        place(work, house=house, meeting=meeting, only=found.contribution)


def shift(work: Work, *, consultation: UUID, item: UUID, by: int) -> None:
    """Put an item one place earlier (-1) or later (1) in its block; at the end of the list nothing changes."""
    row = _item(work, consultation, item, states=("proposed",))
    order = _order(work, row)
    at = [one.id for one in order].index(row.id)
    if not 0 <= at + by < len(order):
        return
    order[at], order[at + by] = order[at + by], order[at]
    _number(order)
    work.session.flush()
    _note(work, row, "moved")


def give_minutes(work: Work, *, consultation: UUID, item: UUID, minutes: int) -> None:
    """Give an item other minutes than the rules did."""
    row = _item(work, consultation, item, states=("proposed",))
    if not SHORTEST <= minutes <= LONGEST:
        raise _wrong("minutes", f"Geef {SHORTEST} tot {LONGEST} minuten.")
    row.minutes, row.version = minutes, row.version + 1
    work.session.flush()
    _note(work, row, "timed")


def decline(work: Work, *, consultation: UUID, item: UUID, because: str) -> None:
    """Take an item off the agenda, with a reason that everybody in its block reads."""
    row = _item(work, consultation, item, states=("proposed",))
    said = _said(because, "because", longest=200)
    row.state, row.no, row.because, row.version = "left_out", 0, f"Afgewezen door de coördinator: {said}", row.version + 1
    _number(_order(work, row, without=row.id))
    work.session.flush()
    _note(work, row, "declined")


def accept(work: Work, *, consultation: UUID, item: UUID) -> None:
    """Put a candidate on the agenda after all, as the last of its block."""
    row = _item(work, consultation, item, states=("left_out",))
    order = _order(work, row, without=row.id)
    row.state, row.no, row.because, row.version = "proposed", len(order) + 1, None, row.version + 1
    row.minutes = max(row.minutes, SHORTEST)
    work.session.flush()
    _note(work, row, "accepted")


def add_theme(work: Work, *, consultation: UUID, block: UUID, theme: str, minutes: int) -> UUID:
    """Put a theme on the agenda of a block that the acting partner runs, as its last item."""
    meeting = _preparing(work, consultation)
    found = next((one for one in case_blocks(work, consultation=meeting) if one.id == block and one.run_by == work.partner), None)
    if found is None:
        raise NotFound
    title = _said(theme, "theme", longest=THEME_LONGEST)
    if not SHORTEST <= minutes <= LONGEST:
        raise _wrong("minutes", f"Geef {SHORTEST} tot {LONGEST} minuten.")
    there = (ItemRow.partner == work.partner, ItemRow.consultation == meeting.id)
    taken, code = set(work.session.scalars(select(ItemRow.code).where(*there))), mint.short_code()
    while code in taken:
        code = mint.short_code()
    here = [one for one in work.session.scalars(select(ItemRow).where(*there)) if one.block == block and one.state == "proposed"]
    row = ItemRow(
        partner=work.partner, id=uuid4(), writer=work.partner, members=sorted(found.seats), body=meeting.body, consultation=meeting.id,
        block=block, code=code, kind="theme", title=title, brought_by=work.partner, state="proposed", no=len(here) + 1, minutes=minutes,
        weight=0, is_must=False, reasons=["Toegevoegd door de coördinator"], computed={}, held_over=0, version=1,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    _note(work, row, "added")
    return row.id


def reset(work: Work, *, consultation: UUID) -> None:
    """Take away everything that people changed in the blocks that the acting partner runs: the computed agenda comes back."""
    meeting = _preparing(work, consultation)
    mine = (ItemRow.partner == work.partner, ItemRow.writer == work.partner, ItemRow.consultation == meeting.id)
    for row in work.session.scalars(select(ItemRow).where(*mine, ItemRow.state.in_(("proposed", "left_out")))).all():
        if row.computed:
            was = row.computed
            row.state, row.no, row.minutes, row.because = was["state"], was["no"], was["minutes"], was["because"]
            row.version += 1
        else:
            work.session.execute(delete(ItemRow).where(ItemRow.partner == work.partner, ItemRow.id == row.id))
    work.session.flush()
    record(work, Event.AGENDA_CHANGED, consultation=meeting.id, state="reset")


def propose(work: Work, *, consultation: UUID) -> int:
    """Compute the agenda of the own blocks anew; what people changed stays. NotNow unless it is being prepared."""
    return propose_items(work, meeting=_preparing(work, consultation))


def settle(work: Work, *, consultation: UUID, overrun: str = "") -> State:
    """
    Publish the agenda, as who leads the body; every organisation gets its edition. Tells where the meeting stands now.

    Raises Overrun when the items of an own block take longer than it, unless `overrun` says 'yes'; Refused for a member that does not lead.
    """
    found = agenda(work, consultation=consultation)
    if not found.leads:
        raise Refused("Alleen wie dit overleg coördineert, stelt de agenda vast.")
    if found.consultation.state is not State.PREPARING:
        raise NotNow(found.consultation.state)
    too_long = tuple(part for part in found.parts if part.is_ours and part.minutes > part.block.minutes)
    if too_long and overrun != "yes":
        raise Overrun(too_long)
    publish_items(work, meeting=found.consultation)
    return step_to(work, consultation=consultation, to=State.PUBLISHED)


def renew(work: Work, *, consultation: UUID) -> int:
    """Take the agenda as it is now for the own edition; tells its number, also when nothing changed."""
    found = agenda(work, consultation=consultation)
    if found.edition is None:
        raise NotNow(found.consultation.state)
    row = keep_edition(work, meeting=found.consultation)
    return row.number if row else found.edition.number


def _about(work: Work, row: NominationRow, wish: Wish, meeting: Consultation) -> None:
    level = body(work, slug=meeting.body).level
    if wish.about not in ("own", "received", "theme"):
        raise _wrong("about", "Kies wat u wilt bespreken.")
    if wish.about == "theme":
        block = next((one for one in case_blocks(work, consultation=meeting) if one.id == wish.block), None)
        if block is None:
            raise _wrong("block", "Kies in welk blok dit thema hoort.")
        row.theme, row.members = _said(wish.theme, "theme", longest=THEME_LONGEST), sorted(block.seats)
        return
    if level is Level.FIGURES:
        raise _wrong("about", "Dit overleg bespreekt alleen cijfers. U kunt een thema aanmelden.")
    try:
        code = mint.read(wish.code)
    except Invalid as error:
        raise _wrong("code", error.sentence) from None
    if wish.about == "own":
        row.contribution, row.is_urgent = own_id(work, code=code), wish.is_urgent
    else:
        row.code, row.members = code, sorted({work.partner, giver_of(work, code=code)})


def _ahead(work: Work, id: UUID) -> Consultation:
    meeting = consultation(work, id=id)
    if meeting.state not in BEFORE:
        raise NotNow(meeting.state)
    return meeting


def _preparing(work: Work, id: UUID) -> Consultation:
    meeting = consultation(work, id=id)
    if meeting.state is not State.PREPARING:
        raise NotNow(meeting.state)
    return meeting


def _item(work: Work, id: UUID, item: UUID, *, states: tuple[str, ...]) -> ItemRow:
    """An own item of an agenda that is being prepared, in one of these states; NotFound or NotNow otherwise."""
    row, meeting = item_row(work, consultation=id, item=item), consultation(work, id=id)
    if meeting.state is not State.PREPARING or row.state not in states:
        raise NotNow(meeting.state)
    return row


def _order(work: Work, row: ItemRow, *, without: UUID | None = None) -> list[ItemRow]:
    mine = (ItemRow.partner == work.partner, ItemRow.writer == work.partner, ItemRow.block == row.block, ItemRow.state == "proposed")
    rows = work.session.scalars(select(ItemRow).where(*mine).order_by(ItemRow.no, ItemRow.code)).all()
    return [one for one in rows if one.id != without]


def _number(order: list[ItemRow]) -> None:
    for number, one in enumerate(order, 1):
        if one.no != number:
            one.no, one.version = number, one.version + 1


def _note(work: Work, row: ItemRow, deed: str) -> None:
    record(work, Event.AGENDA_CHANGED, consultation=row.consultation, item=row.id, state=deed)


def _said(text: str, field: str, *, longest: int) -> str:
    """Words that everybody in a block will read: neither too long nor with what names a person."""
    said = " ".join(text.split())
    if not SHORTEST <= len(said) <= longest:
        raise _wrong(field, f"Schrijf {SHORTEST} tot {longest} tekens.")
    if found := screen(said).sentences:
        raise _wrong(field, found[0])
    return said


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, (Problem(field, sentence),))
