"""An edition as a page shows it: its lines by part and ground, with the addresses of the cases that are still there, and its choices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO

from sqlalchemy import select

from hub.cases.house import House
from hub.cases.readable import still_received
from hub.casuistry.edition import Counts, Edition, Line
from hub.casuistry.lifecycle import day_of_month, recipients
from hub.casuistry.queries import Wanted, Which, edition, edition_now, gathering_of, line_page, note_file
from hub.casuistry.rules import Part, State
from hub.casuistry.seal import FORMS, Compared, rebuilt
from hub.casuistry.sheets import file_name
from hub.casuistry.tables import CollectionRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, NotFound
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.sharing.dutch import ALL_CODES
from hub.sharing.queries import givers_in_force

MOST_PRINTED = 2_000
NO_GROUND, UNKNOWN, RECALLED = "not_given", "unknown", "recalled"
ORDER = {ground: place for place, ground in enumerate([*ALL_CODES["ground"], NO_GROUND, UNKNOWN, RECALLED])}


class TooLongForPaper(Conflict):
    """An edition of so many lines is no paper."""

    def __init__(self, rows: int) -> None:
        super().__init__(f"Deze verzameling heeft {rows} regels. Dat is te veel voor papier. Download het zaaksoverzicht als XLSX of ODS.")


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to see of an edition; each word narrows, `by_ground` only orders, `after` is the line after which to begin."""

    part: Part | None = None
    giver: str = ""
    ground: str = ""
    place: str = ""
    state: str = ""
    is_by_ground: bool = False
    after: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """One line, with the address of its case; empty when the case is no longer there."""

    line: Line
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one ground; all lines of a part under an empty one."""

    ground: str
    lines: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one part on one page; `goes_on` when some of them stood on the page before."""

    part: Part
    goes_on: bool
    shown: int
    total: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Addendum:
    """One numbered addendum to an edition: which sort, why, and since when."""

    number: int
    kind: str
    because: str | None
    frozen_at: datetime


@dataclass(frozen=True, slots=True)
class EditionPage:
    """An edition with some of its lines, the addenda to it, and the partners whose cases can stand in it."""

    edition: Edition
    is_now: bool
    sections: tuple[Section, ...]
    following: int | None
    givers: tuple[Partner, ...]
    addenda: tuple[Addendum, ...]


def latest(work: Work, *, which: Which, house: House) -> Which:
    """
    The same edition; of a month that is still open, the edition as it would be now.

    NotFound, in one sentence whatever it is that is not there, when the acting partner gets none of this gathering.
    """
    try:
        gathering = gathering_of(work, province=which.province, month=which.month)
    except NotFound:
        raise NotFound from None
    if which.number != 0 or gathering.state != State.OPEN or work.partner in gathering.gathered:
        return which
    if work.partner not in {one.id for one in recipients(work, house=house)}:
        raise NotFound
    return replace(which, number=None)


def edition_page(work: Work, *, which: Which, choice: Choice, house: House) -> EditionPage:
    """A page of an edition of the acting partner, as `choice` narrows it; NotFound in one sentence whatever it is that is not there."""
    found, givers = head(work, which=which, house=house), _givers(work)
    slugs = {one.slug: one.id for one in givers}
    wanted = Wanted(
        choice.part, slugs.get(choice.giver, PartnerId(0)) if choice.giver else None, choice.ground or None, choice.place or None,
        choice.state or None, None, choice.after,
    )  # fmt: skip
    page = line_page(work, which=which, wanted=wanted, house=house)
    is_whole = wanted == Wanted(wanted.part, after=wanted.after)
    made = sections(_addressed(work, page.lines), counts=found.counts if is_whole else None, choice=choice)
    return EditionPage(found, which.number is None, made, page.following, givers, _addenda(work, which))


def printed_page(work: Work, *, which: Which, house: House) -> EditionPage:
    """The whole edition, by part and within it by ground; TooLongForPaper beyond what one prints."""
    found = head(work, which=which, house=house)
    if found.rows > MOST_PRINTED:
        raise TooLongForPaper(found.rows)
    lines = tuple(Shown(line, "") for line in found.lines())
    made = sections(lines, counts=found.counts, choice=Choice(is_by_ground=True))
    return EditionPage(found, which.number is None, made, None, (), _addenda(work, which))


@dataclass(frozen=True, slots=True)
class Proof:
    """An edition, and form by form whether a rebuild gives the same."""

    edition: Edition
    forms: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """An edition as a file."""

    name: str
    content: bytes = field(repr=False)


def document(work: Work, *, which: Which, form: str, house: House) -> Document:
    """The edition as a file in this form, and the journal's line of it; Invalid where an edition is too long for that form."""
    try:
        found = edition(work, province=which.province, month=which.month, number=which.number or 0, house=house)
    except NotFound:
        raise NotFound from None
    written = BytesIO()
    FORMS[form](found, to=written)
    note_file(work, province=which.province, month=which.month, number=found.number, form=form)
    return Document(file_name(found, form=form), written.getvalue())


def proof(work: Work, *, which: Which, house: House) -> Proof:
    """Whether the edition, made anew from its lines, has the bytes that were noted at its delivery."""
    found = head(work, which=which, house=house)
    return Proof(found, rebuilt(work, province=which.province, month=which.month, number=found.number, house=house))


def line_under(work: Work, *, which: Which, code: str, house: House) -> Line | None:
    """The line of the case with this code, if it stands in this edition."""
    page = line_page(work, which=which, wanted=Wanted(text=code, limit=1), house=house)
    return next((line for line in page.lines if line.code == code), None)


def head(work: Work, *, which: Which, house: House) -> Edition:
    """The edition without a page of lines; every way in which it is not there sounds the same."""
    try:
        if which.number is None:
            return edition_now(work, province=which.province, month=which.month, house=house)
        return edition(work, province=which.province, month=which.month, number=which.number, house=house)
    except NotFound:
        raise NotFound from None


def codes_of(page: EditionPage) -> frozenset[str]:
    """The codes of the cases on this page."""
    return frozenset(shown.line.code for section in page.sections for group in section.groups for shown in group.lines)


def sections(lines: Sequence[Shown], *, counts: Counts | None, choice: Choice) -> tuple[Section, ...]:
    """Lines by part, in their own order; within a part by ground if so chosen, a case with two grounds under both."""
    parts: dict[Part, list[Shown]] = {}
    for one in lines:
        parts.setdefault(one.line.part, []).append(one)
    made = []
    for part, some in parts.items():
        total = counts.by_part[part].reports if counts else len(some)
        goes_on = choice.after > 0 and part is lines[0].line.part
        made.append(Section(part, goes_on, len(some), total, _groups(some, choice.is_by_ground and part is not Part.NO_LONGER)))
    return tuple(made)


def _groups(lines: Sequence[Shown], by_ground: object) -> tuple[Group, ...]:
    if not by_ground:
        return (Group("", tuple(lines)),)
    found: dict[str, list[Shown]] = {}
    for one in lines:
        for ground in _grounds(one.line):
            found.setdefault(ground, []).append(one)
    return tuple(Group(ground, tuple(found[ground])) for ground in sorted(found, key=lambda one: (ORDER.get(one, len(ORDER)), one)))


def _grounds(line: Line) -> Iterable[str]:
    grounds = line.facts.get("ground")
    if isinstance(grounds, tuple) and grounds:
        return grounds
    return (RECALLED if line.recalled_on else UNKNOWN if line.states.get("ground") == UNKNOWN else NO_GROUND,)


def _addressed(work: Work, lines: Sequence[Line]) -> tuple[Shown, ...]:
    there = still_received(work, codes=[line.code for line in lines if not line.is_own])
    return tuple(Shown(line, _address(line, there)) for line in lines)


def _address(line: Line, there: frozenset[str]) -> str:
    return f"/zaken/{line.code}" if line.is_own else f"/ontvangen/{line.code}" if line.code in there else ""


def _addenda(work: Work, which: Which) -> tuple[Addendum, ...]:
    mine = (CollectionRow.recipient == work.partner, CollectionRow.province == which.province)
    here = select(CollectionRow).where(*mine, CollectionRow.month == day_of_month(which.month), CollectionRow.number > 0)
    found = work.session.scalars(here.order_by(CollectionRow.number))
    return tuple(Addendum(row.number, row.kind, row.because, row.frozen_at) for row in found)


def _givers(work: Work) -> tuple[Partner, ...]:
    partners = partners_by_id(work)
    others = givers_in_force(work, recipient=work.partner, on=today(work.now))
    return tuple(partners[giver] for giver in dict.fromkeys([work.partner, *others]) if giver in partners)
