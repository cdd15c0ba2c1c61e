"""How an answer of `decide` becomes the giver's row, and whether anything in it is news for its reader."""

from collections.abc import Mapping
from typing import Any

from hub.cases.agreements import Agreements
from hub.cases.columns import COLUMNS, FINE_AND_COARSE, to_cells
from hub.cases.release import Release
from hub.kernel.words import PartnerId
from hub.pseudonyms.mint import mint
from hub.sharing.facts import FACTS
from hub.sharing.policy import Purpose
from hub.sharing.projection import Answer, Nothing, Projection
from hub.sharing.queries import Pair

PURPOSES = (Purpose.CASE_WORK, Purpose.COLLECTION, Purpose.CONSULTATION, Purpose.HELP, Purpose.MONITOR)
FLAGS = ("for_case_work", "for_collection", "for_consultation", "for_help", "for_monitor")
HEAD = ("giver", "contribution", "recipient", "kind", "code", "state", "because", "states", "revision_no", "base_version", "floor_version")
TAIL = ("visible_revision", "fact_revisions", "revised_on", "first_given_on", "changed_on", "shown_until", "policy_version", *FLAGS)
GIVEN_COLUMNS = (*HEAD, *COLUMNS, *TAIL)
STATE = HEAD.index("state")
_PLACES = [(fact, [COLUMNS.index(column) for column in FINE_AND_COARSE[fact]]) for fact in FACTS]
_NARRATIVE = COLUMNS.index("narrative")
_EMPTY = (None,) * len(COLUMNS)
_NEVER = [0] * len(FACTS)
Before = Mapping[str, Any]


def narrative_context(giver: PartnerId, *, recipient: PartnerId, code: str) -> bytes:
    """What a recipient's copy of a narrative is bound to: it opens in that row and in no other."""
    return f"inbox|{recipient}|{giver}|{code}".encode()


def given_row(agreements: Agreements, *, release: Release, pair: Pair, before: Before | None) -> tuple[Any, ...] | None:
    """The `given` row for this pair after this release, or None when nothing in it changes for the giver or the recipient."""
    first = before["first_given_on"] if before and before["visible_revision"] else None
    answer: Answer = agreements.answer(release, pair=pair, first_shown_on=first)
    if isinstance(answer, Nothing):
        return _closed(agreements, release, pair, before, answer)
    return _shown(agreements, release, pair, before, answer)


def _closed(agreements: Agreements, release: Release, pair: Pair, before: Before | None, answer: Nothing) -> tuple[Any, ...] | None:
    if before and before["state"] == "closed" and tuple(before["because"]) == answer.because:
        return None
    force, day = agreements.pairs.get(pair), agreements.day
    version = force.version_id if force else before["policy_version"] if before else 0
    head = _head(agreements, release, pair, before["code"] if before else None)
    floor = agreements.house.book.floor.version
    state = ("closed", list(answer.because), answer.states, release.revision_no, None, floor)
    past = _past(before) if before else (0, _NEVER, [], day)
    return (*head, *state, *_EMPTY, *past, day, day, version, *([False] * len(FLAGS)))


def _shown(agreements: Agreements, release: Release, pair: Pair, before: Before | None, answer: Projection) -> tuple[Any, ...] | None:
    force, recipient, day = agreements.pairs[pair], agreements.partners[pair[0]], agreements.day
    code = before["code"] if before and before["code"] else mint(mark=recipient.code_mark)
    context = narrative_context(agreements.giver, recipient=recipient.id, code=code)
    cells = to_cells(answer.shown, vocabulary=agreements.house.book.vocabulary)
    changed = _changed(agreements, before, cells, context)
    flags = tuple(purpose in answer.purposes for purpose in PURPOSES)
    was_shown = before is not None and before["state"] == "shown"
    if before and was_shown and not changed and _unchanged(before, answer, force.version_id, flags):
        return None
    if cells[_NARRATIVE] is not None:
        cells[_NARRATIVE] = agreements.house.keys.seal_text(cells[_NARRATIVE], context=context, day=day)
    visible, revisions, revised, first = _past(before) if before else (0, _NEVER, [], day)
    if changed or not visible:
        visible += 1
        revised = [*revised, day]
        revisions = [visible if fact in changed else past for fact, past in zip(FACTS, revisions, strict=True)]
    base = agreements.base(pair, first_released_on=release.case.first_released_on)
    floor = agreements.house.book.floor.version
    state: tuple[Any, ...] = ("shown", [], answer.states, release.revision_no, base.version_id if base else None, floor)
    changed_on = before["changed_on"] if before and was_shown and not changed else day
    tail = (visible, revisions, revised, first, changed_on, answer.until, force.version_id, *flags)
    return (*_head(agreements, release, pair, code), *state, *cells, *tail)


def _head(agreements: Agreements, release: Release, pair: Pair, code: str | None) -> tuple[Any, ...]:
    return (agreements.giver, release.contribution, pair[0], pair[1].value, code)


def _past(before: Before) -> tuple[int, list[int], list[Any], Any]:
    return before["visible_revision"], before["fact_revisions"], before["revised_on"], before["first_given_on"]


def _changed(agreements: Agreements, before: Before | None, cells: list[Any], context: bytes) -> set[str]:
    """The facts whose value for this recipient is another than the one it had; a row that was closed had none."""
    old = [before[column] for column in COLUMNS] if before else list(_EMPTY)
    if isinstance(sealed := old[_NARRATIVE], bytes):
        old[_NARRATIVE] = agreements.house.keys.open_text(sealed, context=context)
    return {fact for fact, places in _PLACES if any(old[place] != cells[place] for place in places)}


def _unchanged(before: Before, answer: Projection, version_id: int, flags: tuple[bool, ...]) -> bool:
    """Whether states, term, version and purposes are as they were too."""
    same = before["states"] == answer.states and before["shown_until"] == answer.until and before["policy_version"] == version_id
    return bool(same and tuple(before[flag] for flag in FLAGS) == flags)
