"""
What a decision looks at, for every case of a giver in turn: read in stretches, with nothing locked and no text opened.

Cells stay text as long as they can: the same place or ground stands in many rows, and is made a value once. Of a narrative it is told
only that there is one.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple
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

AT_ONCE = 20_000
THERE = "t"  # in the place of a narrative
HEAD = 8  # of a sealed text: by which month's key it was sealed
MOST_REMEMBERED = 65_536
BEGINNING = UUID(int=0)
FLAGS_LONG = 2 * len(FLAGS) - 1  # signs, each of them t or f
NOTHING_GIVEN: Mapping[Pair, "Standing"] = {}
NOTHING_HELD: Held = {}
_WIDTHS = [(fact, len(FINE_AND_COARSE[fact])) for fact in FACTS]
_LAST = """
SELECT id FROM (SELECT id FROM hub.contribution WHERE giver = {giver} AND id > {after} ORDER BY id LIMIT {many}) s ORDER BY id DESC LIMIT 1
"""
_CASES = """
SELECT c.id, c.own_code, c.first_released_on, c.closed_on, {steering}, {cells}
FROM hub.contribution c JOIN hub.revision r ON r.giver = c.giver AND r.contribution = c.id AND r.no = c.latest_no
WHERE c.giver = {giver} AND c.id > {after} AND c.id <= {last}
  AND r.giver = {giver} AND r.contribution > {after} AND r.contribution <= {last}
"""
# Beside the cases and not joined to them: a planner that believes that there is a handful of these compares each of them with each case.
_SAID = """
SELECT contribution, string_agg(said, ';') FROM (
  SELECT DISTINCT ON (contribution, recipient) contribution, concat_ws('|', recipient, state, array_to_string(purposes, ' '), given_by,
    coalesce(until::text, ''), coalesce(array_to_string(facts, ' '), '*')) AS said
  FROM hub.consent WHERE giver = {giver} AND recipient = ANY ({asks}) AND contribution > {after} AND contribution <= {last}
  ORDER BY contribution, recipient, no DESC) latest GROUP BY contribution
"""
_GIVEN = """
SELECT g.contribution, g.recipient, g.kind, g.state = 'shown' AND g.shown_until >= {day}, g.first_given_on, g.shown_until, {flags}, {cells}
FROM hub.given g WHERE g.giver = {giver} AND g.contribution > {after} AND g.contribution <= {last} AND g.visible_revision <> 0
"""
_TOUCHED = "SELECT DISTINCT contribution FROM hub.{table} WHERE giver = {giver} AND contribution > {after} AND contribution <= {last}"

_REFERRED = """
SELECT DISTINCT c.id FROM hub.thread t JOIN hub.contribution c ON c.giver = t.reader AND c.own_code = t.own_code
WHERE t.reader = {giver} AND t.kind = 'referral' AND c.id > {after} AND c.id <= {last}
"""


class Standing(NamedTuple):
    """A row that was given, as it stands: whether its recipient sees it today, since when, until when, for what, and its cells as text."""

    is_shown: bool
    first: str
    until: str
    flags: str
    cells: str


class Input:
    """One case with everything that a decision about any recipient looks at, mostly still as text, and the rows that were given of it."""

    __slots__ = ("_inputs", "cells", "closed", "consents", "first", "given", "name", "own_code", "said")

    def __init__(self, inputs: "Inputs", line: str) -> None:
        self._inputs = inputs
        self.name, self.own_code, self.first, self.closed, rest = line.split("\t", 4)
        *said, cells = rest.split("\t", len(STEERING))
        self.said, self.cells = "\t".join(said), cells.split("\t")
        self.given: Mapping[Pair, Standing] = inputs.given.get(self.name, NOTHING_GIVEN)
        self.consents = inputs.consents(inputs.spoken.get(self.name, NULL))

    @property
    def held(self) -> Held:
        """What its giver holds back, per recipient."""
        return self._inputs.held.get(self.name, NOTHING_HELD)

    @property
    def ties(self) -> Ties:
        """Whom its giver tied to it."""
        return self._inputs.ties.get(self.name, NO_TIES)

    def case(self) -> Case:
        """The case as values; of a narrative only that it is there."""
        return self._inputs.case(self)

    def release(self) -> Release:
        """The case as sharing decides about it."""
        return Release(UUID(self.name), 0, self.case(), self.ties, self.consents, self.held)


class Inputs:
    """Every case of the partner whose agreements these are, as it would be decided about today; consent is read for those in `asks`."""

    given: Mapping[str, Mapping[Pair, Standing]]
    held: Mapping[str, Held]
    ties: Mapping[str, Ties]
    spoken: Mapping[str, str]

    def __init__(self, agreements: Agreements, *, asks: Collection[PartnerId]) -> None:
        self._work, self._agreements, self._asks = agreements.work, agreements, asks
        self.values = Values(agreements.house.book.vocabulary)
        self._consents: dict[str, Mapping[PartnerId, Consents]] = {NULL: {}}
        self._circumstances: dict[str, dict[str, str]] = {}
        self._epochs: dict[str, bool] = {}
        self._words = {"giver": sql.Literal(agreements.giver), "day": sql.Literal(agreements.day), "many": sql.Literal(AT_ONCE)}

    def __iter__(self) -> Iterator[Input]:
        """Every case, in the order of its id; memory holds one stretch of them."""
        after, steering, cells = BEGINNING, _listed("r", STEERING), _cells("r", HEAD)
        while found := list(self._lines(_LAST, after=after)):
            last = UUID(found[0])
            lines = sorted(self._lines(_CASES, after=after, last=last, steering=steering, cells=cells))
            yield from self._stretch(lines, (after, last))
            after = last

    def _stretch(self, lines: Sequence[str], bounds: tuple[UUID, UUID]) -> Iterator[Input]:
        self.given, self.spoken = self._given(bounds), self._spoken(bounds)
        self.held, self.ties = self._held(bounds), self._ties(bounds)
        self._agreements.look_back(*map(day_of_text, {line.split("\t", 3)[2] for line in lines}))
        for line in lines:
            yield Input(self, line)

    def case(self, one: Input) -> Case:
        """The case of this input, as values."""
        partner = self._agreements.partners[self._agreements.giver]
        closed_on = None if one.closed == NULL else day_of_text(one.closed)
        facts = self.values.facts(one.cells, has_text=self.has_text)
        return Case(partner, facts, self._said(one.said), day_of_text(one.first), closed_on)

    def consents(self, text: str) -> Mapping[PartnerId, Consents]:
        """What was said of one case, by recipient; the same words are the same values, which live as long as these inputs."""
        found = self._consents.get(text)
        if found is None:
            said = (one.split("|") for one in text.split(";"))
            found = self._consents[text] = {PartnerId(int(recipient)): _consent(rest, self._agreements.day) for recipient, *rest in said}
        return found

    def _lines(self, query: str, **more: object) -> Iterator[str]:
        words = {name: value if isinstance(value, sql.Composable) else sql.Literal(value) for name, value in more.items()}
        return copied(self._work, query=sql.SQL(query).format(**self._words, **words))

    def _given(self, bounds: tuple[UUID, UUID]) -> dict[str, dict[Pair, Standing]]:
        found: dict[str, dict[Pair, Standing]] = {}
        flags, (after, last), pairs = _listed("g", FLAGS), bounds, dict[str, Pair]()
        for line in self._lines(_GIVEN, flags=flags, cells=_cells("g", 0), after=after, last=last):
            name, recipient, kind, shown, first, until, rest = line.split("\t", 6)
            key = recipient + kind
            if key not in pairs:
                pairs[key] = (PartnerId(int(recipient)), PolicyKind(kind))
            standing = Standing(shown == "t", first, until, rest[:FLAGS_LONG], rest[FLAGS_LONG + 1 :])
            if name in found:
                found[name][pairs[key]] = standing
            else:
                found[name] = {pairs[key]: standing}
        return found

    def _spoken(self, bounds: tuple[UUID, UUID]) -> dict[str, str]:
        lines = self._lines(_SAID, asks=list(self._asks), after=bounds[0], last=bounds[1]) if self._asks else ()
        return {name: said for name, _, said in (line.partition("\t") for line in lines)}

    def _held(self, bounds: tuple[UUID, UUID]) -> Mapping[str, Held]:
        touched = self._touched("hold_back", bounds)
        vocabulary = self._agreements.house.book.vocabulary
        found = held_of(self._work, contributions=touched, vocabulary=vocabulary) if touched else {}
        return {str(name): held for name, held in found.items()}

    def _ties(self, bounds: tuple[UUID, UUID]) -> Mapping[str, Ties]:
        touched = [*self._touched("concern", bounds), *(UUID(line) for line in self._lines(_REFERRED, after=bounds[0], last=bounds[1]))]
        return {str(name): ties for name, ties in ties_of(self._work, contributions=touched).items()} if touched else {}

    def _touched(self, table: str, bounds: tuple[UUID, UUID]) -> list[UUID]:
        return [UUID(line) for line in self._lines(_TOUCHED, table=sql.Identifier(table), after=bounds[0], last=bounds[1])]

    def _said(self, words: str) -> dict[str, str]:
        found = self._circumstances.get(words)
        if found is None:
            cells = zip(STEERING, words.split("\t"), strict=True)
            found = self._circumstances[words] = {name: word for name, word in cells if word != NULL}
        return found

    def has_text(self, head: str) -> bool:
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


def _consent(cells: Sequence[str], on: date) -> Consents:
    state, purposes, given_by, until, facts = cells
    last_day, only = day_of_text(until) if until else None, None if facts == "*" else tuple(facts.split())
    return consent_value(LatestConsent(0, state, tuple(purposes.split()), given_by, "", last_day, only), on=on)


@lru_cache(maxsize=MOST_REMEMBERED)
def day_of_text(text: str) -> date:
    """A day as the database writes it."""
    return date.fromisoformat(text)


def _listed(table: str, names: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(table, name) for name in names)


def _cells(table: str, head: int) -> sql.Composable:
    """The cells of a row; of a sealed narrative its first bytes, or only that it is there."""
    of_text = sql.SQL("substr({}, 1, {})" if head else "CASE WHEN {} IS NOT NULL THEN true END")
    cells = {name: sql.Identifier(table, name) for name in COLUMNS}
    narrative = of_text.format(cells["narrative"], sql.Literal(head))
    return sql.SQL(", ").join(narrative if name == "narrative" else cell for name, cell in cells.items())
