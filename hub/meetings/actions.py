"""What is done in the room: begin and end the meeting, let people in and out, and write down what came of each item."""

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_or_update

from hub.agendas.tables import ItemRow
from hub.audit.events import Event
from hub.audit.journal import record
from hub.consultations import queries as meetings
from hub.consultations.actions import step_to
from hub.consultations.rules import Consultation, NotNow, State
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused
from hub.kernel.words import PartnerId
from hub.meetings.rules import GUEST, ON_THE_AGENDA, STATE_AFTER, NoLongerShared, Noted, Outcome, Overtaken
from hub.meetings.tables import OwnNoteRow, PresenceRow
from hub.meetings.told import gone_items

LEADS = "Dit doet de organisatie die dit overleg leidt."
RUNS = "Dit legt de organisatie vast die dit blok leidt."
WRITTEN_IN = frozenset({State.GOING, State.HELD})  # what came of an item may be put right until the minutes are written
LONGEST_NOTE = 2000


def start(work: Work, *, consultation: UUID) -> None:
    """Begin the meeting now; Refused for a partner that does not lead it, NotNow unless its agenda is published."""
    _led(work, consultation)
    step_to(work, consultation=consultation, to=State.GOING)


def end(work: Work, *, consultation: UUID) -> None:
    """
    End the meeting now: everybody leaves, and an item of ours without an outcome is held over.

    Refused for a partner that does not lead it, NotNow unless it is going.
    """
    _led(work, consultation)
    step_to(work, consultation=consultation, to=State.HELD)
    inside = select(PresenceRow).where(PresenceRow.partner == work.partner, PresenceRow.consultation == consultation)
    for row in work.session.scalars(inside.where(PresenceRow.left_at.is_(None))):
        row.left_at, row.version = work.now, row.version + 1
    mine = select(ItemRow).where(ItemRow.partner == work.partner, ItemRow.writer == work.partner, ItemRow.consultation == consultation)
    for item in work.session.scalars(mine.where(ItemRow.state == "published").with_for_update()):
        item.state, item.outcome, item.version = "held_over", Outcome.HELD_OVER.value, item.version + 1
        item.ended_at = work.now if item.begun_at else None
    work.session.flush()
    record(work, Event.PRESENCE_CHANGED, consultation=consultation, state="ended")


def let_in(work: Work, *, consultation: UUID, organisation: PartnerId, name: str) -> UUID:
    """
    Write down that somebody of a member, or a guest, comes in now; at once the screen shows only what this one may know too.

    Refused for a partner that does not lead the meeting, Conflict for somebody who is inside already.
    """
    meeting, said = _led(work, consultation), " ".join(name.split())
    if meeting.state is not State.GOING:
        raise NotNow(meeting.state)
    partners = meetings.body(work, slug=meeting.body).partners
    if organisation not in (*partners, GUEST):
        raise Invalid(
            "Kies een organisatie.", (Problem("organisation", "Kies een organisatie die aan dit overleg deelneemt, of een gast."),)
        )
    if not 1 <= len(said) <= 80:
        raise Invalid("Vul een naam in.", (Problem("name", "Vul een naam in, in hoogstens 80 tekens."),))
    same = (PresenceRow.partner == work.partner, PresenceRow.consultation == consultation, PresenceRow.left_at.is_(None))
    if work.session.scalar(select(PresenceRow.id).where(*same, PresenceRow.organisation == organisation, PresenceRow.name == said)):
        raise Conflict("Deze persoon is al binnen.")
    made = uuid4()
    work.session.add(PresenceRow(
        partner=work.partner, id=made, writer=work.partner, members=list(partners), body=meeting.body, consultation=consultation,
        organisation=organisation, name=said, came_at=work.now, left_at=None, version=1,
    ))  # fmt: skip
    work.session.flush()
    record(work, Event.PRESENCE_CHANGED, consultation=consultation, state="came")
    return made


def let_out(work: Work, *, consultation: UUID, presence: UUID) -> None:
    """Write down that somebody goes out now; NotFound for somebody who is not of this meeting, nothing changes for who went before."""
    _led(work, consultation)
    row = work.session.get(PresenceRow, (work.partner, presence))
    if row is None or row.consultation != consultation:
        raise NotFound
    if row.left_at is None:
        row.left_at, row.version = max(work.now, row.came_at), row.version + 1
        work.session.flush()
        record(work, Event.PRESENCE_CHANGED, consultation=consultation, state="went")


def begin_item(work: Work, *, consultation: UUID, item: UUID) -> None:
    """Begin with this item now, so that it may come on the screen; another one of ours that was going on ends."""
    row = _item_held(work, consultation, item)
    if meetings.consultation(work, id=consultation).state is not State.GOING:
        raise NotNow(meetings.consultation(work, id=consultation).state)
    mine = select(ItemRow).where(ItemRow.partner == work.partner, ItemRow.writer == work.partner, ItemRow.consultation == consultation)
    going = mine.where(ItemRow.begun_at.is_not(None), ItemRow.ended_at.is_(None), ItemRow.id != item)
    for other in work.session.scalars(going.with_for_update()):
        other.ended_at = work.now
    row.begun_at, row.ended_at = row.begun_at or work.now, None
    work.session.flush()
    record(work, Event.ITEM_NOTED, consultation=consultation, item=item, state="begun")


def end_item(work: Work, *, consultation: UUID, item: UUID) -> None:
    """End this item now; it goes from the screen."""
    row = _item_held(work, consultation, item)
    if row.begun_at is not None and row.ended_at is None:
        row.ended_at = max(work.now, row.begun_at)
        work.session.flush()
        record(work, Event.ITEM_NOTED, consultation=consultation, item=item, state="ended")


def note(work: Work, *, consultation: UUID, item: UUID, noted: Noted) -> int:
    """
    Write down what was said at an item and how it ended; tells its new version.

    Overtaken when somebody saved it after the version that this rests on: nothing is written then. Refused for a partner that does not run
    the block, NotNow before the meeting and once there are minutes, NoLongerShared for a text about a case that is shared no more: only how
    such an item ended is kept.
    """
    row = _item_held(work, consultation, item)
    if row.version != noted.version:
        raise Overtaken
    if noted.discussion and gone_items(work, items=[item]):
        raise NoLongerShared
    row.discussion, row.outcome = noted.discussion, noted.outcome.value if noted.outcome else None
    row.state, row.version = STATE_AFTER[noted.outcome] if noted.outcome else "published", row.version + 1
    if noted.outcome and row.begun_at and not row.ended_at:
        row.ended_at = max(work.now, row.begun_at)
    work.session.flush()
    record(work, Event.ITEM_NOTED, consultation=consultation, item=item, state=row.state)
    return row.version


def keep_own_note(work: Work, *, item: UUID, words: str) -> None:
    """Keep an organisation's own note at an item of a block in which it sits; nobody else reads it, and no minutes hold it."""
    row, said = work.session.get(ItemRow, (work.partner, item)), words.replace("\r\n", "\n").strip()
    if row is None or row.state not in ON_THE_AGENDA:
        raise NotFound
    if len(said) > LONGEST_NOTE:
        raise Invalid("Maak uw notitie korter.", (Problem("own", f"Maak dit korter: hoogstens {LONGEST_NOTE} tekens."),))
    told = {"partner": work.partner, "item": item, "words": said, "at": work.now}
    kept = insert_or_update(OwnNoteRow).values(told)
    work.session.execute(kept.on_conflict_do_update(index_elements=["partner", "item"], set_={"words": said, "at": work.now}))


def check_written(work: Work, *, consultation: UUID) -> None:
    """NotNow unless the meeting goes on or was held and has no minutes yet."""
    state = meetings.consultation(work, id=consultation).state
    if state not in WRITTEN_IN:
        raise NotNow(state)


def _led(work: Work, consultation: UUID) -> Consultation:
    found = meetings.consultation(work, id=consultation)
    if found.writer != work.partner:
        raise Refused(LEADS)
    return found


def _item_held(work: Work, consultation: UUID, item: UUID) -> ItemRow:
    """The item, locked; NotFound for one of a block in which the acting partner does not sit, Refused when it does not run it."""
    asked = select(ItemRow).where(ItemRow.partner == work.partner, ItemRow.id == item, ItemRow.consultation == consultation)
    row = work.session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    if row is None or row.state not in ON_THE_AGENDA:
        raise NotFound
    if row.writer != work.partner:
        raise Refused(RUNS)
    check_written(work, consultation=consultation)
    return row
