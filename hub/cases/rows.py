"""How an answer of `decide` becomes the giver's row, as a line of text, and whether anything in it is news for its reader."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hub.cases.agreements import Agreements, Told
from hub.cases.columns import COLUMNS, FINE_AND_COARSE, to_cells
from hub.cases.lines import NARRATIVE_HOLE, sealed
from hub.cases.release import Release
from hub.kernel.bulk import line_of
from hub.kernel.words import PartnerId
from hub.sharing.facts import FACTS, Value
from hub.sharing.policy import Purpose
from hub.sharing.projection import Nothing, Projection
from hub.sharing.queries import InForce, Pair

PURPOSES = (Purpose.CASE_WORK, Purpose.COLLECTION, Purpose.CONSULTATION, Purpose.HELP, Purpose.MONITOR)
FLAGS = ("for_case_work", "for_collection", "for_consultation", "for_help", "for_monitor")
GIVEN_KEY = ("giver", "contribution", "recipient", "kind")
STATE = ("state", "because", "states", "revision_no", "base_version", "floor_version")
TAIL = ("visible_revision", "fact_revisions", "revised_on", "first_given_on", "changed_on", "shown_until", "policy_version", *FLAGS)
GIVEN_COLUMNS = (*GIVEN_KEY, "code", *STATE, *COLUMNS, *TAIL)
_FACT_AT = [fact for fact in FACTS for _ in FINE_AND_COARSE[fact]]
_NARRATIVE = COLUMNS.index("narrative")
_EMPTY = (None,) * len(COLUMNS)
_EMPTY_CELLS = line_of(_EMPTY)
_NEVER = [0] * len(FACTS)
Before = Mapping[str, Any]
Row = tuple[str, bool]  # the line, and whether the recipient is shown anything


def narrative_context(giver: PartnerId, *, recipient: PartnerId, code: str) -> bytes:
    """What a recipient's copy of a narrative is bound to: it opens in that row and in no other."""
    return f"inbox|{recipient}|{giver}|{code}".encode()


def given_row(agreements: Agreements, *, release: Release, pair: Pair, before: Before | None) -> Row | None:
    """The `given` row for this pair after this release, or None when nothing in it changes for the giver or the recipient."""
    first = before["first_given_on"] if before and before["visible_revision"] else None
    told = agreements.told(release, pair=pair, first_shown_on=first)
    if isinstance(told.answer, Nothing):
        line = _closed(agreements, release, pair, before, told.answer)
        return (line, False) if line else None
    if before is None:
        return _first(agreements, release, pair, told, told.answer), True
    line = _again(agreements, release, pair, before, told.answer)
    return (line, True) if line else None


def _closed(agreements: Agreements, release: Release, pair: Pair, before: Before | None, answer: Nothing) -> str | None:
    if before and before["state"] == "closed" and tuple(before["because"]) == answer.because:
        return None
    force, day = agreements.pairs.get(pair), agreements.day
    version = force.version_id if force else before["policy_version"] if before else 0
    floor = agreements.house.book.floor.version
    state = ("closed", list(answer.because), answer.states, release.revision_no, None, floor)
    past = _past(before) if before else (0, _NEVER, [], day)
    tail = (*past, day, day, version, *_flags(frozenset()))
    head = _head(agreements, release, pair, before["code"] if before else None)
    return f"{head}\t{line_of(state)}\t{_EMPTY_CELLS}\t{line_of(tail)}"


def _first(agreements: Agreements, release: Release, pair: Pair, told: Told, answer: Projection) -> str:
    """A row that was not there before; recipients in the same position differ in the head alone."""
    code, day = agreements.new_code(pair[0]), agreements.day
    if not told.first_row:
        letters, cells = agreements.pen.shown(answer.shapes)
        force = agreements.pairs[pair]
        revisions = [int(letter in "gk") for letter in letters]
        tail = (1, revisions, [day], day, day, answer.until, force.version_id, *_flags(answer.purposes))
        told.first_row = f"{line_of(_state(agreements, release, pair, letters))}\t{cells}\t{line_of(tail)}"
    rest = told.first_row
    if NARRATIVE_HOLE in rest:
        rest = sealed(rest, narrative=_sealed(agreements, pair, code, answer.shapes["narrative"].value))
    return f"{_head(agreements, release, pair, code)}\t{rest}"


def _again(agreements: Agreements, release: Release, pair: Pair, before: Before, answer: Projection) -> str | None:
    """A row in the place of one that was there; its dates and its code go on."""
    force, day, vocabulary = agreements.pairs[pair], agreements.day, agreements.house.book.vocabulary
    code = before["code"] or agreements.new_code(pair[0])
    changed = _changed(agreements, before, to_cells(answer.shown, vocabulary=vocabulary), (pair, code))
    was_shown = before["state"] == "shown"
    if was_shown and not changed and _unchanged(before, answer, force):
        return None
    letters, cells = agreements.pen.shown(answer.shapes)
    if NARRATIVE_HOLE in cells:
        cells = sealed(cells, narrative=_sealed(agreements, pair, code, answer.shapes["narrative"].value))
    visible, revisions, revised, first = _past(before)
    if changed or not visible:
        visible += 1
        revised = [*revised, day]
        revisions = [visible if fact in changed else past for fact, past in zip(FACTS, revisions, strict=True)]
    changed_on = before["changed_on"] if was_shown and not changed else day
    tail = (visible, revisions, revised, first, changed_on, answer.until, force.version_id, *_flags(answer.purposes))
    state = _state(agreements, release, pair, letters)
    return f"{_head(agreements, release, pair, code)}\t{line_of(state)}\t{cells}\t{line_of(tail)}"


def _head(agreements: Agreements, release: Release, pair: Pair, code: str | None) -> str:
    return f"{agreements.giver}\t{release.contribution}\t{pair[0]}\t{pair[1].value}\t{code or line_of([None])}"


def _state(agreements: Agreements, release: Release, pair: Pair, letters: str) -> tuple[object, ...]:
    base = agreements.base(pair, first_released_on=release.case.first_released_on)
    version = base.version_id if base else None
    return ("shown", [], letters, release.revision_no, version, agreements.house.book.floor.version)


def _sealed(agreements: Agreements, pair: Pair, code: str, narrative: Value | None) -> bytes:
    context = narrative_context(agreements.giver, recipient=pair[0], code=code)
    return agreements.house.keys.seal_text(str(narrative), context=context, day=agreements.day)


@lru_cache(maxsize=64)
def _flags(purposes: frozenset[Purpose]) -> tuple[bool, ...]:
    return tuple(purpose in purposes for purpose in PURPOSES)


def _past(before: Before) -> tuple[int, list[int], list[Any], Any]:
    return before["visible_revision"], before["fact_revisions"], before["revised_on"], before["first_given_on"]


def _changed(agreements: Agreements, before: Before, cells: list[Any], place: tuple[Pair, str]) -> set[str]:
    """The facts whose value for this recipient is another than the one it had; a row that was closed had none."""
    old = [before[column] for column in COLUMNS]
    if isinstance(narrative := old[_NARRATIVE], bytes):
        (recipient, _), code = place
        context = narrative_context(agreements.giver, recipient=recipient, code=code)
        old[_NARRATIVE] = agreements.house.keys.open_text(narrative, context=context)
    return {fact for fact, was, now in zip(_FACT_AT, old, cells, strict=True) if was != now}


def _unchanged(before: Before, answer: Projection, force: InForce) -> bool:
    """Whether states, term, version and purposes are as they were too."""
    same = before["states"] == answer.states and before["shown_until"] == answer.until and before["policy_version"] == force.version_id
    return bool(same and tuple(before[flag] for flag in FLAGS) == _flags(answer.purposes))
