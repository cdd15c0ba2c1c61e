"""How an answer of `decide` becomes the giver's row, as a line of text, and whether anything in it is news for its reader."""

from datetime import date
from functools import lru_cache

from hub.cases.agreements import Agreements, Told
from hub.cases.columns import COLUMNS, FINE_AND_COARSE
from hub.cases.lines import NARRATIVE_HOLE, sealed
from hub.cases.release import Release
from hub.kernel.bulk import NULL, bytes_of, line_of, text_of
from hub.kernel.words import PartnerId
from hub.sharing.facts import FACTS
from hub.sharing.policy import Purpose
from hub.sharing.projection import Nothing, Projection
from hub.sharing.queries import Pair

PURPOSES = (Purpose.CASE_WORK, Purpose.COLLECTION, Purpose.CONSULTATION, Purpose.HELP, Purpose.MONITOR)
FLAGS = ("for_case_work", "for_collection", "for_consultation", "for_help", "for_monitor")
GIVEN_KEY = ("giver", "contribution", "recipient", "kind")
STATE = ("state", "because", "states", "revision_no", "base_version", "floor_version")
TAIL = (
    "visible_revision", "content_revision", "fact_revisions", "revised_on", "first_given_on", "changed_on", "shown_until",
    "policy_version", *FLAGS,
)  # fmt: skip
GIVEN_COLUMNS = (*GIVEN_KEY, "code", *STATE, *COLUMNS, *TAIL)
_AT = {name: place for place, name in enumerate(GIVEN_COLUMNS)}
_CELLS = slice(_AT[COLUMNS[0]], _AT[COLUMNS[-1]] + 1)
_FACT_AT = [fact for fact in FACTS for _ in FINE_AND_COARSE[fact]]
_NARRATIVE = COLUMNS.index("narrative")
_EMPTY_CELLS = line_of([None] * len(COLUMNS))
_NEVER = line_of([[0] * len(FACTS)])
_NOTHING: frozenset[Purpose] = frozenset()
_AS_READ = str.maketrans("aftphune", "--------")  # as the database does it when it makes the recipient's row
Row = tuple[str, bool]  # the line, and whether the recipient is shown anything


class Before:
    """A row as it stands, in the text of its cells."""

    def __init__(self, line: str) -> None:
        self._texts = line.split("\t")

    def text(self, column: str) -> str:
        """The text of one cell."""
        return self._texts[_AT[column]]

    @property
    def code(self) -> str | None:
        """The recipient's code; None for a row that was never shown."""
        return text_of(self.text("code"))

    @property
    def is_shown(self) -> bool:
        """Whether its recipient has it."""
        return self.text("state") == "shown"

    @property
    def first_shown_on(self) -> date | None:
        """The day on which it was first shown, if it ever was."""
        return date.fromisoformat(self.text("first_given_on")) if self.text("visible_revision") != "0" else None

    @property
    def cells(self) -> list[str]:
        """The cells of its facts."""
        return self._texts[_CELLS]


def narrative_context(giver: PartnerId, *, recipient: PartnerId, code: str) -> bytes:
    """What a recipient's copy of a narrative is bound to: it opens in that row and in no other."""
    return f"inbox|{recipient}|{giver}|{code}".encode()


def given_row(agreements: Agreements, *, release: Release, pair: Pair, before: Before | None) -> Row | None:
    """The `given` row for this pair after this release, or None when nothing in it changes for the giver or the recipient."""
    told = agreements.told(release, pair=pair, first_shown_on=before.first_shown_on if before else None)
    if isinstance(told.answer, Nothing):
        line = _closed(agreements, release, pair, before, told.answer)
        return (line, False) if line else None
    if not told.cells:
        told.letters, told.cells = agreements.pen.shown(told.answer.shapes)
        told.state = _state(agreements, release, pair, told.letters)
    if before is None:
        return _first(agreements, release, pair, told, told.answer), True
    line = _again(agreements, release, pair, before, told, told.answer)
    return (line, True) if line else None


def _closed(agreements: Agreements, release: Release, pair: Pair, before: Before | None, answer: Nothing) -> str | None:
    if before and not before.is_shown and before.text("because") == line_of([list(answer.because)]):
        return None
    force, day = agreements.pairs.get(pair), agreements.day.isoformat()
    version = str(force.version_id) if force else before.text("policy_version") if before else "0"
    past = _past(before) if before else ("0", "0", _NEVER, "{}", day)
    state = _closed_state(answer, release.revision_no, agreements.house.book.floor.version)
    head = _head(agreements, release, pair, before.code if before else None)
    return "\t".join((head, state, _EMPTY_CELLS, *past, day, day, version, flags_of(_NOTHING)))


@lru_cache(maxsize=1024)
def _closed_state(answer: Nothing, revision_no: int, floor: int) -> str:
    return line_of(("closed", list(answer.because), answer.states, revision_no, None, floor))


def _first(agreements: Agreements, release: Release, pair: Pair, told: Told, answer: Projection) -> str:
    """A row that was not there before; recipients in the same position differ in the head alone."""
    code, day = agreements.new_code(pair[0]), agreements.day
    if not told.first_row:
        revisions = [int(letter in "gk") for letter in told.letters]
        tail = line_of((1, 1, revisions, [day], day, day, answer.until, agreements.pairs[pair].version_id))
        told.first_row = "\t".join((told.state, told.cells, tail, flags_of(answer.purposes)))
    rest = told.first_row
    if NARRATIVE_HOLE in rest:
        rest = sealed(rest, narrative=_sealed(agreements, pair, code, answer))
    return f"{_head(agreements, release, pair, code)}\t{rest}"


def _again(agreements: Agreements, release: Release, pair: Pair, before: Before, told: Told, answer: Projection) -> str | None:
    """A row in the place of one that was there; its dates and its code go on."""
    day, version, flags = agreements.day.isoformat(), str(agreements.pairs[pair].version_id), flags_of(answer.purposes)
    code = before.code or agreements.new_code(pair[0])
    changed = _changed(agreements, before, told, (pair[0], code))
    rest = (told.letters, answer.until.isoformat(), version, flags)
    if before.is_shown and not changed and _as_read(rest, agreements) == _as_read(_rest(before), agreements):
        return None  # the version alone is no news: a row stands under the one that last changed it
    visible, content, revisions, revised, first = _past(before)
    if visible == "0":
        first = day  # a row that was closed until now begins today; when its case came in is the giver's
    if changed or visible == "0":
        visible = str(int(visible) + 1)
        is_settled = version == before.text("policy_version") or agreements.is_settled(pair)
        if release.is_revised and is_settled:  # else the sharing may be what changed it
            content = str(int(content) + 1)
        revised = f"{revised[:-1]}{',' if revised != '{}' else ''}{day}}}"
        numbers = zip(FACTS, revisions[1:-1].split(","), strict=True)
        revisions = "{" + ",".join([visible if fact in changed else number for fact, number in numbers]) + "}"
    changed_on = before.text("changed_on") if before.is_shown and not changed else day
    cells = told.cells
    if NARRATIVE_HOLE in cells:
        cells = sealed(cells, narrative=_sealed(agreements, pair, code, answer))
    head = _head(agreements, release, pair, code)
    return "\t".join((head, told.state, cells, visible, content, revisions, revised, first, changed_on, *rest[1:]))


def _head(agreements: Agreements, release: Release, pair: Pair, code: str | None) -> str:
    return f"{agreements.opening(release)}\t{pair[0]}\t{pair[1].value}\t{code or NULL}"


def _state(agreements: Agreements, release: Release, pair: Pair, letters: str) -> str:
    base = agreements.base(pair, first_released_on=release.case.first_released_on)
    version = base.version_id if base else None
    return line_of(("shown", [], letters, release.revision_no, version, agreements.house.book.floor.version))


def _sealed(agreements: Agreements, pair: Pair, code: str, answer: Projection) -> bytes:
    context = narrative_context(agreements.giver, recipient=pair[0], code=code)
    return agreements.house.keys.seal_text(str(answer.shapes["narrative"].value), context=context, day=agreements.day)


@lru_cache(maxsize=64)
def flags_of(purposes: frozenset[Purpose]) -> str:
    """The purposes as the cells of FLAGS."""
    return line_of([purpose in purposes for purpose in PURPOSES])


def _past(before: Before) -> tuple[str, str, str, str, str]:
    """Its counts, when each fact came to be as it is, the days of its changes, and its first day."""
    visible, content = before.text("visible_revision"), before.text("content_revision")
    return visible, content, before.text("fact_revisions"), before.text("revised_on"), before.text("first_given_on")


def _as_read(rest: tuple[str, ...], agreements: Agreements) -> tuple[str, ...]:
    """Without the version; where the agreement alone changed, as the recipient reads it: a reason goes with its version."""
    letters, until, _, flags = rest
    return letters if agreements.only is None else letters.translate(_AS_READ), until, flags


def _rest(before: Before) -> tuple[str, ...]:
    """States, term, version and purposes."""
    flags = "\t".join([before.text(flag) for flag in FLAGS])
    return before.text("states"), before.text("shown_until"), before.text("policy_version"), flags


def _changed(agreements: Agreements, before: Before, told: Told, place: tuple[PartnerId, str]) -> set[str]:
    """The facts whose value for this recipient is another than the one it had; a row that was closed had none."""
    old, new = before.cells, told.cells.split("\t")
    if old == new:
        return set()
    if new[_NARRATIVE] == NARRATIVE_HOLE and old[_NARRATIVE] != NULL and isinstance(told.answer, Projection):
        context = narrative_context(agreements.giver, recipient=place[0], code=place[1])
        if agreements.house.keys.text_if_it_opens(bytes_of(old[_NARRATIVE]), context=context) == told.answer.shapes["narrative"].value:
            new[_NARRATIVE] = old[_NARRATIVE]
    return {fact for fact, was, now in zip(_FACT_AT, old, new, strict=True) if was != now}
