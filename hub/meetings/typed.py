"""What somebody typed in the room, done: who comes in, what was said, what was decided and who will do what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hub.agreements.actions import Receipt, Spot, agree, decide, promise
from hub.agreements.rules import Wording
from hub.agreements.typed import read_day
from hub.consultations.rules import Member
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, NotFound, Problem
from hub.kernel.words import PartnerId
from hub.meetings import actions
from hub.meetings.queries import Hall, Point, point
from hub.meetings.rules import GUEST, OUTCOME_IN_DUTCH, NoLongerShared, read_noted
from hub.partners.queries import partners_by_id

Typed = Mapping[str, Sequence[str]]
GUEST_WORD = "gast"
KINDS = {"besluit": decide, "toezegging": promise}
OUTCOMES = {"": "Nog niet besproken", **{word.value: text.capitalize() for word, text in OUTCOME_IN_DUTCH.items()}}


@dataclass(frozen=True, slots=True)
class PointPage:
    """One item with the meeting around it, who may own an action of its block, and the next item that we write down."""

    meeting: Hall
    point: Point
    owners: tuple[Member, ...]
    onward: str


def page(work: Work, *, consultation: UUID, item: UUID) -> PointPage:
    """Everything that the page of one item shows."""
    hall, found = point(work, consultation=consultation, item=item)
    seats = next(part.block.seats for part in hall.parts if part.block.id == found.block)
    order = [one for part in hall.parts for one in part.points]
    later = [one for one in order[order.index(found) + 1 :] if one.outcome is None]
    onward = f"/bijeenkomsten/{consultation}/zaal/{later[0].id}" if later else ""
    return PointPage(hall, found, tuple(one for one in hall.members if one.partner in seats), onward)


def let_in(work: Work, *, consultation: UUID, typed: Typed) -> UUID:
    """Let somebody in as typed: of a member by its short name, or a guest."""
    said = _said(typed)
    numbers = {one.slug: number for number, one in partners_by_id(work).items()} | {GUEST_WORD: GUEST}
    number = numbers.get(said.get("organisation", ""), PartnerId(-1))
    return actions.let_in(work, consultation=consultation, organisation=number, name=said.get("name", ""))


def go_through(work: Work, *, consultation: UUID, item: UUID, typed: Typed) -> None:
    """Begin with an item, or end it."""
    if _said(typed).get("move") == "end":
        actions.end_item(work, consultation=consultation, item=item)
    else:
        actions.begin_item(work, consultation=consultation, item=item)


def note(work: Work, *, consultation: UUID, item: UUID, typed: Typed) -> int:
    """Write down what was said at an item and how it ended, as typed."""
    return actions.note(work, consultation=consultation, item=item, noted=read_noted(_said(typed)))


def decide_at(work: Work, *, consultation: UUID, item: UUID, typed: Typed) -> Receipt:
    """Write down a decision or a promise as typed."""
    said, spot = _said(typed), _spot(work, consultation, item)
    if said.get("kind") not in KINDS:
        raise Invalid("Kies of dit een besluit of een toezegging is.", (Problem("kind", "Kies of dit een besluit of een toezegging is."),))
    return KINDS[said["kind"]](work, spot=spot, words=said.get("words", ""))


def agree_at(work: Work, *, consultation: UUID, item: UUID, typed: Typed) -> Receipt:
    """Write down an action as typed."""
    said, spot = _said(typed), _spot(work, consultation, item)
    numbers = {one.slug: number for number, one in partners_by_id(work).items()}
    check = read_day(said.get("check", ""))
    wording = Wording(
        said.get("what", ""), said.get("done_when", ""), numbers.get(said.get("owner", ""), PartnerId(-1)), said.get("owner_name", ""),
        read_day(said.get("due", "")) or date.min, (check,) if check else (),
    )  # fmt: skip
    return agree(work, spot=spot, wording=wording)


def keep_note(work: Work, *, consultation: UUID, item: UUID, typed: Typed) -> None:
    """Keep an own note as typed."""
    point(work, consultation=consultation, item=item)
    actions.keep_own_note(work, item=item, words=_said(typed).get("own", ""))


def _spot(work: Work, consultation: UUID, item: UUID) -> Spot:
    """Where something is decided; only while the meeting goes on or right after it."""
    _, found = point(work, consultation=consultation, item=item)
    actions.check_written(work, consultation=consultation)
    if not found.is_run:
        raise NotFound
    if found.is_gone:
        raise NoLongerShared
    return Spot(consultation, found.block, item)


def _said(typed: Typed) -> dict[str, str]:
    return {name: values[0] for name, values in typed.items() if len(values) == 1}
