"""
What a decision looks at, for every case of a giver in turn: read in stretches, with nothing locked and no text opened.

Cells stay text as long as they can: the same place or ground stands in many rows, and is made a value once. Of a narrative it is told
only that there is one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from psycopg import sql

from hub.cases.agreements import Agreements
from hub.cases.columns import COLUMNS, FINE_AND_COARSE
from hub.cases.release import NO_TIES, Release
from hub.cases.rows import FLAGS
from hub.cases.standing import Held, LatestConsent, consent_value, held_of, ties_of
from hub.kernel.bulk import NULL, bytes_of, copied, text_of
from hub.kernel.words import PartnerId
from hub.sharing.facts import FACTS, STEERING, Case, Span, Value
from hub.sharing.policy import PolicyKind
from hub.sharing.queries import Pair
from hub.sharing.question import Consents, Ties
from hub.sharing.vocabulary import FactType, Vocabulary

AT_ONCE = 10_000
THERE = "t"  # in the place of a narrative
HEAD = 8  # of a sealed text: by which month's key it was sealed
MOST_REMEMBERED = 65_536
BEGINNING = UUID(int=0)
_WIDTHS = [(fact, len(FINE_AND_COARSE[fact])) for fact in FACTS]
_CASES = """
SELECT c.id, c.own_code, c.first_released_on, c.closed_on, {steering}, {cells}
FROM hub.contribution c JOIN hub.revision r ON r.giver = c.giver AND r.contribution = c.id AND r.no = c.latest_no
WHERE c.giver = {giver} AND c.id > {after} ORDER BY c.id LIMIT {many}
"""
_GIVEN = """
SELECT g.contribution, g.recipient, g.kind, g.state = 'shown' AND g.shown_until >= {day}, g.first_given_on, g.shown_until, {flags}, {cells}
FROM hub.given g WHERE g.giver = {giver} AND g.contribution > {after} AND g.contribution <= {last} AND g.visible_revision <> 0
"""
_CONSENTS = """
SELECT DISTINCT ON (contribution, recipient) contribution, recipient, no, state, array_to_string(purposes, ' '), given_by, how, until,
  array_to_string(facts, ' ')
FROM hub.consent WHERE giver = {giver} AND contribution > {after} AND contribution <= {last}
ORDER BY contribution, recipient, no DESC
"""
_TOUCHED = "SELECT DISTINCT contribution FROM hub.{table} WHERE giver = {giver} AND contribution > {after} AND contribution <= {last}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A row that was given, as it stands: whether its recipient sees it today, since when, until when, for what, and its cells as text."""

    is_shown: bool
    first_shown_on: date
    until: str
    flags: str
    cells: str


@dataclass(frozen=True, slots=True)
class Input:
    """One case with everything that a decision about any recipient looks at, and the rows that were given of it."""

    own_code: str
    release: Release
    given: Mapping[Pair, Standing]


class Inputs:
    """Every case of the partner whose agreements these are, as it would be decided about today."""

    def __init__(self, agreements: Agreements) -> None:
        self._work, self._agreements = agreements.work, agreements
        self._values = Values(agreements.house.book.vocabulary)
        self._circumstances: dict[str, dict[str, str]] = {}
        self._epochs: dict[str, bool] = {}
        self._words = {"giver": sql.Literal(agreements.giver), "day": sql.Literal(agreements.day), "many": sql.Literal(AT_ONCE)}

    def __iter__(self) -> Iterator[Input]:
        """Every case, in the order of its id; memory holds one stretch of them."""
        after = BEGINNING
        while lines := list(self._lines(_CASES, after=after, steering=_listed("r", STEERING), cells=_cells("r", HEAD))):
            last = UUID(lines[-1][:36])
            yield from self._stretch(lines, (after, last))
            after = last

    def _stretch(self, lines: Sequence[str], bounds: tuple[UUID, UUID]) -> Iterator[Input]:
        given, consents = self._given(bounds), self._consents(bounds)
        held, ties = self._held(bounds), self._ties(bounds)
        days = {line.split("\t", 3)[2] for line in lines}
        self._agreements.look_back(*map(date.fromisoformat, days))
        partner = self._agreements.partners[self._agreements.giver]
        for line in lines:
            name, code, first, closed, *rest = line.split("\t")
            said, cells = "\t".join(rest[: len(STEERING)]), rest[len(STEERING) :]
            facts = self._values.facts(cells, has_text=self._opens)
            case = Case(partner, facts, self._said(said), _day(first), None if closed == NULL else _day(closed))
            one = UUID(name)
            release = Release(one, 0, case, ties.get(one, NO_TIES), consents.get(name, {}), held.get(one, {}))
            yield Input(code, release, given.get(name, {}))

    def _lines(self, query: str, **more: object) -> Iterator[str]:
        words = {name: value if isinstance(value, sql.Composable) else sql.Literal(value) for name, value in more.items()}
        return copied(self._work, query=sql.SQL(query).format(**self._words, **words))

    def _given(self, bounds: tuple[UUID, UUID]) -> dict[str, dict[Pair, Standing]]:
        found: dict[str, dict[Pair, Standing]] = {}
        flags, after, last = _listed("g", FLAGS), *bounds
        for line in self._lines(_GIVEN, flags=flags, cells=_cells("g", 0), after=after, last=last):
            name, recipient, kind, shown, first, until, *rest = line.split("\t", 6 + len(FLAGS))
            pair = (PartnerId(int(recipient)), PolicyKind(kind))
            found.setdefault(name, {})[pair] = Standing(shown == "t", _day(first), until, "\t".join(rest[:-1]), rest[-1])
        return found

    def _consents(self, bounds: tuple[UUID, UUID]) -> dict[str, dict[PartnerId, Consents]]:
        found: dict[str, dict[PartnerId, Consents]] = {}
        known: dict[str, Consents] = {}
        for line in self._lines(_CONSENTS, after=bounds[0], last=bounds[1]):
            name, recipient, _, rest = line.split("\t", 3)
            if rest not in known:
                known[rest] = _consent(rest, self._agreements.day)
            found.setdefault(name, {})[PartnerId(int(recipient))] = known[rest]
        return found

    def _held(self, bounds: tuple[UUID, UUID]) -> Mapping[UUID, Held]:
        touched = self._touched("hold_back", bounds)
        vocabulary = self._agreements.house.book.vocabulary
        return held_of(self._work, contributions=touched, vocabulary=vocabulary) if touched else {}

    def _ties(self, bounds: tuple[UUID, UUID]) -> Mapping[UUID, Ties]:
        touched = self._touched("concern", bounds)
        return ties_of(self._work, contributions=touched) if touched else {}

    def _touched(self, table: str, bounds: tuple[UUID, UUID]) -> list[UUID]:
        return [UUID(line) for line in self._lines(_TOUCHED, table=sql.Identifier(table), after=bounds[0], last=bounds[1])]

    def _said(self, words: str) -> dict[str, str]:
        found = self._circumstances.get(words)
        if found is None:
            cells = zip(STEERING, words.split("\t"), strict=True)
            found = self._circumstances[words] = {name: word for name, word in cells if word != NULL}
        return found

    def _opens(self, head: str) -> bool:
        """Whether there is a narrative that still can be opened; where its month's key is gone it is erased."""
        found = self._epochs.get(head)
        if found is None:
            found = self._epochs[head] = head != NULL and self._agreements.house.keys.can_open(bytes_of(head))
        return found


@dataclass(slots=True)
class Values:
    """Cells as they stand in a line, made into values; each text of each fact once."""

    vocabulary: Vocabulary
    _known: dict[str, dict[str, Value | None]] = field(default_factory=lambda: {fact: {} for fact in FACTS})

    def facts(self, cells: Sequence[str], *, has_text: Callable[[str], bool]) -> dict[str, Value]:
        """The facts that have a value."""
        found, at = {}, 0
        for fact, width in _WIDTHS:
            first = cells[at]
            text = first if width == 1 else f"{first}\t{cells[at + 1]}"
            at += width
            if fact == "narrative":
                value: Value | None = THERE if has_text(text) else None
            else:
                value = self.value(text, fact=fact)
            if value is not None:
                found[fact] = value
        return found

    def value(self, text: str, *, fact: str) -> Value | None:
        """The value in the cells of one fact, None where they are empty."""
        known = self._known[fact]
        if text not in known:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            known[text] = _value(text.split("\t"), self.vocabulary.facts[fact].type)
        return known[text]


def _value(cells: list[str], kind: FactType) -> Value | None:
    found = next((cell for cell in cells if cell != NULL), None)
    if found is None:
        return None
    if kind is FactType.DATE:
        return Span(*map(date.fromisoformat, cells))
    if found.startswith("{"):
        return tuple(word.strip('"') for word in found[1:-1].split(",") if word)
    if kind in (FactType.FLAG, FactType.CODES):
        return found == "t"
    return text_of(found)


def _consent(line: str, on: date) -> Consents:
    state, purposes, given_by, how, until, facts = line.split("\t")
    last_day, only = None if until == NULL else _day(until), None if facts == NULL else tuple(facts.split())
    return consent_value(LatestConsent(0, state, tuple(purposes.split()), given_by, how, last_day, only), on=on)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _listed(table: str, names: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(table, name) for name in names)


def _cells(table: str, head: int) -> sql.Composable:
    """The cells of a row; of a sealed narrative its first bytes, or only that it is there."""
    of_text = sql.SQL("substr({}, 1, {})" if head else "CASE WHEN {} IS NOT NULL THEN true END")
    cells = {name: sql.Identifier(table, name) for name in COLUMNS}
    narrative = of_text.format(cells["narrative"], sql.Literal(head))
    return sql.SQL(", ").join(narrative if name == "narrative" else cell for name, cell in cells.items())
