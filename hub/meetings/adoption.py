"""What is done with minutes: drafted, written, sent round, remarked on, corrected as a new version, and adopted at the next meeting."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from hub.agendas.tables import ItemRow
from hub.agreements.queries import Outcomes, of_items
from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.readable import waits_to_close
from hub.consultations import queries as meetings
from hub.consultations.actions import step_to
from hub.consultations.rules import Block, Consultation, NotNow, State
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.days import working_days_after
from hub.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused
from hub.meetings.leaves import SIZE, seal
from hub.meetings.minutes import WRITTEN, Stage, adopting_meeting, checkable, minutes_row
from hub.meetings.rules import ABOUT_A_CASE, ON_THE_AGENDA
from hub.meetings.tables import MinutesRow, RemarkRow
from hub.meetings.told import gone_items
from hub.pseudonyms.mint import secret_address
from hub.pseudonyms.rules import screen
from hub.sharing.dutch import day

REMARKS_OPEN = 10  # working days
LONGEST, LONGEST_REMARK, LONGEST_REASON = 3000, 1000, 300
GENERAL, CASE = "Algemeen", "Zaak"
RUNS = "Het verslag van een blok maakt de organisatie die dat blok leidt."
STANDARD = (  # text blocks: sentences that note-takers write again and again
    "De voorzitter opent de bijeenkomst en heet iedereen welkom.",
    "Het verslag van de vorige bijeenkomst is zonder wijzigingen vastgesteld.",
    "De organisaties wisselden hun informatie uit. Er zijn geen nieuwe gegevens gedeeld buiten dit blok.",
    "Er is geen vervolg nodig in dit overleg. De zaak blijft bij de organisatie die haar inbracht.",
    "Het punt is aangehouden tot de volgende bijeenkomst.",
    "Niemand maakt gebruik van de rondvraag. De voorzitter sluit de bijeenkomst.",
)


class WrittenMeanwhile(Conflict):
    """Somebody else saved these minutes meanwhile."""

    def __init__(self) -> None:
        super().__init__("Iemand anders bewaarde dit verslag terwijl u schreef. Uw tekst staat hieronder nog. Vergelijk en bewaar opnieuw.")


class NotInThisStage(Conflict):
    """The minutes are in another stage than this deed needs."""

    def __init__(self) -> None:
        super().__init__("Dit kan niet (meer): het verslag staat er intussen anders voor. Kijk opnieuw wat u nu kunt doen.")


def draft(work: Work, *, consultation: UUID) -> int:
    """
    Begin the minutes of every block that the acting partner runs and that has none, from what was noted; tells how many were begun.

    Raises NotFound for a meeting of others, NotNow for one that is not over or whose minutes were adopted.
    """
    meeting = meetings.consultation(work, id=consultation)
    if meeting.state not in (State.HELD, State.MINUTED):
        raise NotNow(meeting.state)
    done = set(work.session.scalars(select(MinutesRow.block).where(MinutesRow.partner == work.partner)))
    blocks = [one for one in meetings.blocks(work, body=meeting.body, consultation=consultation) if one.run_by == work.partner]
    new = [one for one in blocks if one.kind in WRITTEN and one.id not in done]
    for block in new:
        work.session.add(_row(work, block, meeting, number=1, entries=_noted(work, block)))
    work.session.flush()
    return len(new)


def write(work: Work, *, minutes: UUID, version: int, texts: Mapping[int, str]) -> int:
    """
    Change the texts of a draft, by their number in it; tells the new version. A text about a case that is shared no more stays away.

    WrittenMeanwhile when it was built on an older version.
    """
    row = _held(work, minutes, Stage.DRAFT)
    if row.version != version:
        raise WrittenMeanwhile
    long = [Problem(f"text-{no}", f"Maak dit korter: hoogstens {LONGEST} tekens.") for no, said in texts.items() if len(said) > LONGEST]
    if long:
        raise Invalid(long[0].sentence, tuple(long))
    entries = [
        {**entry, "words": texts.get(no, entry["words"]).replace("\r\n", "\n").strip()} if not entry.get("is_gone") else entry
        for no, entry in enumerate(_without(row.texts["entries"], _gone(work, row)))
    ]
    row.texts, row.version = {"entries": entries}, row.version + 1
    work.session.flush()
    return row.version


def send(work: Work, *, minutes: UUID, is_confirmed: bool) -> None:
    """
    Send a draft round to who sits in the block: its texts get their leaves, and stay as they are from now on.

    Invalid unless the note-taker confirmed that nothing stands in it that not all of the block may know, and for a text with a number, an
    address or the like that says who somebody is; each problem names its text.
    """
    row = _held(work, minutes, Stage.DRAFT)
    entries = _with_outcomes(work, row.texts["entries"])
    found = [(no, sentence) for no, entry in enumerate(entries) for sentence in screen(entry["words"]).sentences]
    problems = [Problem(f"text-{no}", sentence) for no, sentence in found]
    if not is_confirmed:
        problems.append(Problem("confirmed", "Bevestig dat er niets in staat wat niet ieder in dit blok mag weten."))
    if problems:
        raise Invalid(problems[0].sentence, tuple(problems))
    salts = [secret_address().reveal() for _ in range(SIZE)]
    sealed = seal([checkable(entry) for entry in entries], salts=salts)
    whole = [
        {**entry, "salt": "" if entry.get("is_gone") else salt, "place": place}
        for entry, salt, place in zip(entries, salts, sealed.places, strict=False)
    ]
    row.texts = {"entries": whole, "leaves": [leaf.hex() for leaf in sealed.leaves], "root": sealed.root.hex()}
    row.state, row.sent_at, row.version, row.members = Stage.SENT.value, work.now, row.version + 1, sorted(_block(work, row).seats)
    row.remarks_until = working_days_after(today(work.now), count=REMARKS_OPEN)
    work.session.flush()
    record(work, Event.MINUTES_SENT, consultation=row.consultation, body=row.body, number=row.number, root=row.texts["root"])
    follow(work, consultation=row.consultation)


def remark(work: Work, *, minutes: UUID, words: str) -> UUID:
    """Say what should be otherwise; who sits in the block reads it. NotInThisStage after the last day for it."""
    row, said = minutes_row(work, minutes=minutes), words.replace("\r\n", "\n").strip()
    if row.state != Stage.SENT or row.remarks_until is None or today(work.now) > row.remarks_until:
        raise NotInThisStage
    if not 3 <= len(said) <= LONGEST_REMARK:
        raise Invalid("Schrijf wat er anders moet.", (Problem("words", f"Schrijf 3 tot {LONGEST_REMARK} tekens."),))
    if found := screen(said).sentences:
        raise Invalid(found[0], (Problem("words", found[0]),))
    made = RemarkRow(
        partner=work.partner, id=uuid4(), writer=work.partner, members=list(row.members), body=row.body, consultation=row.consultation,
        block=row.block, minutes=row.id, words=said, at=work.now,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    record(work, Event.MINUTES_REMARKED, consultation=row.consultation, body=row.body, number=row.number)
    return made.id


def correct(work: Work, *, minutes: UUID, because: str) -> UUID:
    """Begin a new version of minutes that were sent or adopted, with the reason for it; the old one stays as it was."""
    row, said = minutes_row(work, minutes=minutes), " ".join(because.split())
    if row.writer != work.partner:
        raise Refused(RUNS)
    if row.state == Stage.DRAFT or _has_later(work, row):
        raise NotInThisStage
    if not 3 <= len(said) <= LONGEST_REASON:
        raise Invalid("Schrijf waarom er een nieuwe versie komt.", (Problem("because", f"Schrijf 3 tot {LONGEST_REASON} tekens."),))
    meeting = meetings.consultation(work, id=row.consultation)
    kept = _without(row.texts["entries"], _gone(work, row))
    entries = [{name: value for name, value in entry.items() if name not in ("salt", "place")} for entry in kept]
    made = _row(work, _block(work, row), meeting, number=row.number + 1, entries=entries)
    made.because = said
    work.session.add(made)
    work.session.flush()
    return made.id


def adopt(work: Work, *, minutes: UUID) -> None:
    """
    Write down that the members of the block adopted these minutes, in the next meeting of the body; they never change after it.

    Conflict while there is no next meeting that began.
    """
    row = _held(work, minutes, Stage.SENT)
    where = adopting_meeting(work, meeting=meetings.consultation(work, id=row.consultation))
    if where is None:
        raise Conflict("Vaststellen kan in de volgende bijeenkomst van dit overleg. Die is nog niet begonnen.")
    row.state, row.adopted_at, row.adopted_in, row.version = Stage.ADOPTED.value, work.now, where.id, row.version + 1
    work.session.flush()
    record(work, Event.MINUTES_ADOPTED, consultation=row.consultation, body=row.body, number=row.number, root=row.texts["root"])
    follow(work, consultation=row.consultation)


def take_away(work: Work) -> int:
    """
    Empty every text that the acting partner wrote about a case which reaches it no more, in every version; leaves and root stay.

    What was noted at the item goes too. From everybody who sits in the block: of minutes there is one text. Tells how many rows it emptied;
    doing it again does nothing. Until it was done no page or document shows those texts (`gone_items`). Nothing is emptied for rows that
    are only hidden until somebody looked at them under a new agreement.
    """
    if waits_to_close(work):
        return 0
    mine = select(ItemRow).where(ItemRow.partner == work.partner, ItemRow.writer == work.partner, ItemRow.kind.in_(ABOUT_A_CASE))
    gone = gone_items(work, items=work.session.scalars(mine.with_only_columns(ItemRow.id)).all())
    if not gone:
        return 0
    noted = work.session.scalars(mine.where(ItemRow.id.in_(gone), ItemRow.discussion != "").with_for_update()).all()
    for item in noted:
        item.discussion, item.version = "", item.version + 1
    blocks = select(ItemRow.block).where(ItemRow.partner == work.partner, ItemRow.id.in_(gone))
    asked = select(MinutesRow).where(MinutesRow.partner == work.partner, MinutesRow.writer == work.partner, MinutesRow.block.in_(blocks))
    emptied = len(noted)
    for row in work.session.scalars(asked.with_for_update().execution_options(populate_existing=True)):
        entries = _without(row.texts["entries"], gone)
        if entries != row.texts["entries"]:
            row.texts, row.version, emptied = {**row.texts, "entries": entries}, row.version + 1, emptied + 1
            record(work, Event.MINUTES_EMPTIED, consultation=row.consultation, body=row.body, number=row.number)
    work.session.flush()
    return emptied


def follow(work: Work, *, consultation: UUID) -> None:
    """Let the meeting go on as far as its minutes allow, when the acting partner leads it; of the blocks in which it sits."""
    meeting = meetings.consultation(work, id=consultation)
    if meeting.writer != work.partner:
        return
    rows = work.session.scalars(
        select(MinutesRow).where(MinutesRow.partner == work.partner, MinutesRow.consultation == consultation).order_by(MinutesRow.number)
    )
    latest = {row.block: row.state for row in rows}
    if meeting.state is State.HELD and any(state != Stage.DRAFT for state in latest.values()):
        step_to(work, consultation=consultation, to=State.MINUTED)
    if meeting.state in (State.HELD, State.MINUTED) and latest and set(latest.values()) == {Stage.ADOPTED.value}:
        step_to(work, consultation=consultation, to=State.ADOPTED)


def _held(work: Work, minutes: UUID, stage: Stage) -> MinutesRow:
    """The own row, held for this deed; Refused for who does not run the block, NotInThisStage when it stands otherwise."""
    asked = select(MinutesRow).where(MinutesRow.partner == work.partner, MinutesRow.id == minutes).with_for_update()
    row = work.session.scalar(asked.execution_options(populate_existing=True))
    if row is None or (row.state == Stage.DRAFT and row.writer != work.partner):
        raise NotFound
    meetings.consultation(work, id=row.consultation)
    if row.writer != work.partner:
        raise Refused(RUNS)
    if row.state != stage or (stage is Stage.SENT and _has_later(work, row)):
        raise NotInThisStage
    return row


def _gone(work: Work, row: MinutesRow) -> frozenset[UUID]:
    return gone_items(work, items=[UUID(entry["item"]) for entry in row.texts["entries"] if entry["item"]])


def _block(work: Work, row: MinutesRow) -> Block:
    return next(one for one in meetings.blocks(work, body=row.body, consultation=row.consultation) if one.id == row.block)


def _has_later(work: Work, row: MinutesRow) -> bool:
    later = (MinutesRow.partner == work.partner, MinutesRow.block == row.block, MinutesRow.number > row.number)
    return work.session.scalar(select(MinutesRow.id).where(*later).limit(1)) is not None


def _row(work: Work, block: Block, meeting: Consultation, *, number: int, entries: list[dict[str, Any]]) -> MinutesRow:
    return MinutesRow(
        partner=work.partner, id=uuid4(), writer=work.partner, members=[work.partner], body=meeting.body, consultation=meeting.id,
        block=block.id, number=number, state=Stage.DRAFT.value, texts={"entries": entries}, version=1,
    )  # fmt: skip


def _noted(work: Work, block: Block) -> list[dict[str, Any]]:
    """A text per item in the order of the agenda, after one about the block as a whole."""
    mine = (ItemRow.partner == work.partner, ItemRow.block == block.id, ItemRow.state.in_(ON_THE_AGENDA))
    rows = work.session.scalars(select(ItemRow).where(*mine).order_by(ItemRow.no, ItemRow.code)).all()
    plain: dict[str, Any] = {"item": "", "code": "", "title": GENERAL, "words": "", "outcome": "", "decided": [], "agreed": []}
    titles = {"case": CASE, "agreement": "Actiepunt"}
    told = [
        {**plain, "item": str(row.id), "code": row.code, "title": titles.get(row.kind) or row.title or "Thema", "words": row.discussion}
        for row in rows
    ]
    return _with_outcomes(work, [plain, *told])


def _with_outcomes(work: Work, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The texts with what their items led to by now, and emptied where the case is shared no more."""
    gone = gone_items(work, items=[UUID(entry["item"]) for entry in entries if entry["item"]])
    entries = _without(entries, gone)
    ids = [UUID(entry["item"]) for entry in entries if entry["item"] and not entry.get("is_gone")]
    found = of_items(work, items=ids)
    ended = dict(
        work.session.execute(select(ItemRow.id, ItemRow.outcome).where(ItemRow.partner == work.partner, ItemRow.id.in_(ids))).all()
    )
    return [
        {**entry, **_led_to(UUID(entry["item"]), found, ended)} if entry["item"] and not entry.get("is_gone") else entry
        for entry in entries
    ]


def _led_to(item: UUID, found: Outcomes, ended: Mapping[UUID, str | None]) -> dict[str, Any]:
    agreed = [[one.code, f"{one.what} ({one.owner.name}, {day(one.due)})"] for one in found.agreements if one.item == item]
    decided = [[one.code, one.words] for one in found.decisions if one.item == item]
    return {"outcome": ended.get(item) or "", "decided": sorted(decided), "agreed": sorted(agreed)}


def _without(entries: list[dict[str, Any]], gone: Collection[UUID]) -> list[dict[str, Any]]:
    """Each about one of these items without its words; without its salt the leaf tells nothing of what stood there."""
    nothing = {"title": CASE, "words": "", "outcome": "", "decided": [], "agreed": [], "is_gone": True}
    return [
        {**entry, **nothing, **({"salt": ""} if "salt" in entry else {})} if entry["item"] and UUID(entry["item"]) in gone else entry
        for entry in entries
    ]
