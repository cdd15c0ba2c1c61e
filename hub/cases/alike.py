"""Many cases decided as text: what a decision answers to cells it saw before is looked up, and `decide` is asked for the rest."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

from hub.cases.agreements import Agreements
from hub.cases.columns import COLUMNS, FINE_AND_COARSE, columns_of
from hub.cases.inputs import MOST_REMEMBERED, THERE, Input, Inputs, Standing, day_of_text
from hub.cases.lines import NARRATIVE_HOLE
from hub.cases.release import NO_CONSENT
from hub.cases.rows import flags_of
from hub.kernel.bulk import NULL, line_of
from hub.sharing.compiled import Compiled, Plan
from hub.sharing.decide import closing_is_shown, shape, shown_until
from hub.sharing.facts import FACTS, Case
from hub.sharing.projection import KEPT_LONG_ENOUGH, NO_POLICY, Nothing, Shape
from hub.sharing.queries import Pair
from hub.sharing.question import Consents, Occasion

EMPTY = {fact: line_of([None] * len(columns)) for fact, columns in FINE_AND_COARSE.items()}
PLACES = {fact: (COLUMNS.index(columns[0]), COLUMNS.index(columns[-1])) for fact, columns in FINE_AND_COARSE.items()}
STATUS = FACTS.index("status")


class Outcome(NamedTuple):
    """What a recipient would be told of a case: cells, purposes and last day as text; without cells there is no row, and why."""

    cells: str | None
    flags: str = ""
    until: str = ""
    because: str = ""


@dataclass(slots=True)
class Known:
    """What became of the cells of one fact under one limit, by their text; of a status also whether it shows that the case is closed."""

    fact: str
    cells: dict[str, str]
    closings: dict[str, bool]


@dataclass(slots=True)
class Ready:
    """A plan made ready for text: which facts are open, where their cells stand, and what is known of them."""

    plan: Plan
    flags: str
    open_facts: list[tuple[int, int, int, Known]]


class Alike:
    """Decides about the cases of one giver; cases that are held back from a recipient go the plain way."""

    def __init__(self, inputs: Inputs, *, agreements: Agreements) -> None:
        self._inputs, self._agreements = inputs, agreements
        self._deciders: dict[tuple[Pair, str], _Texts] = {}
        self._texts: dict[int, _Texts] = {}
        self._slugs = {number: partner.slug for number, partner in agreements.partners.items()}

    def outcome(self, one: Input, *, pair: Pair, standing: Standing | None) -> Outcome:
        """Exactly what sharing this case anew would tell this recipient."""
        if pair[0] in one.held:
            return self._plainly(one, pair, standing)
        texts = self._deciders.get((pair, one.first))
        if texts is None:
            texts = self._deciders[pair, one.first] = self._of(pair, one.first)
        if texts.policy is None:
            return Outcome(None, because=NO_POLICY)
        return texts.outcome(one, recipient=pair, slug=self._slugs[pair[0]], first=standing.first if standing else None)

    def _of(self, pair: Pair, first: str) -> "_Texts":
        decider = self._agreements.decider(pair, first_released_on=day_of_text(first))
        return self._texts.setdefault(id(decider), _Texts(decider, self._inputs, self._agreements))

    def _plainly(self, one: Input, pair: Pair, standing: Standing | None) -> Outcome:
        first = day_of_text(standing.first) if standing else None
        told = self._agreements.told(one.release(), pair=pair, first_shown_on=first)
        if isinstance(told.answer, Nothing):
            return Outcome(None, because=told.answer.because[0])
        cells = self._agreements.pen.shown(told.answer.shapes)[1].replace(NARRATIVE_HOLE, THERE)
        return Outcome(cells, flags_of(told.answer.purposes), told.answer.until.isoformat())


class _Texts:
    """One recipient's compiled terms, with what they made of texts before."""

    def __init__(self, compiled: Compiled, inputs: Inputs, agreements: Agreements) -> None:
        self.compiled, self.policy, self._inputs, self._day = compiled, compiled.policy, inputs, agreements.day
        self._vocabulary = agreements.house.book.vocabulary
        self._gate = [PLACES[fact] for fact in compiled.gate]
        self._ready: dict[Hashable, Ready] = {}
        self._known: dict[Hashable, Known] = {}
        self._untils: dict[Hashable, str] = {}
        self._empty = [EMPTY[fact] for fact in FACTS]

    def outcome(self, one: Input, *, recipient: Pair, slug: str, first: str | None) -> Outcome:
        consents, cells = one.consents.get(recipient[0], NO_CONSENT), one.cells
        ties = one.ties
        gate = [(cells[start], cells[end]) for start, end in self._gate]
        key = (one.said, id(consents), slug in ties.concerns, slug in ties.referrals, *gate)
        ready = self._ready.get(key) or self._new(key, one, consents)
        if ready.plan.nothing is not None:
            return Outcome(None, because=ready.plan.nothing.because[0])
        row, is_closed = self._empty.copy(), False
        for at, start, end, known in ready.open_facts:
            text = cells[start] if start == end else f"{cells[start]}\t{cells[end]}"
            found = known.cells.get(text)
            row[at] = self._shape(known, text, ready.plan) if found is None else found
            if at == STATUS:
                is_closed = known.closings[text]
        until = self._until(first, one.closed if is_closed else NULL, consents)
        return Outcome("\t".join(row), ready.flags, until) if until else Outcome(None, because=KEPT_LONG_ENOUGH)

    def _new(self, key: Hashable, one: Input, consents: Consents) -> Ready:
        plan = self.compiled.plan(one.case(), occasion=Occasion(self._day, consents, ties=one.ties))
        open_facts = []
        for fact, _ in plan.open_facts:
            known = self._known.setdefault((fact, plan.weighed.limits[fact]), Known(fact, {}, {}))
            open_facts.append((FACTS.index(fact), *PLACES[fact], known))
        if len(self._ready) >= MOST_REMEMBERED:
            self._ready.clear()
        ready = self._ready[key] = Ready(plan, flags_of(plan.purposes), open_facts)
        return ready

    def _shape(self, known: Known, text: str, plan: Plan) -> str:
        """One fact under its limit, decided as `decide` does it, which looks at no other fact."""
        fact, policy = known.fact, self.policy
        assert policy is not None, "asked only where there is a policy"
        value = (THERE if self._inputs.has_text(text) else None) if fact == "narrative" else self._inputs.values.value(text, fact=fact)
        shaped = Shape("", None, None, "")
        if value is not None:
            case = Case(self.compiled.terms.recipient, {fact: value}, {}, self._day)
            shaped = shape(case, fact=fact, limit=plan.weighed.limits[fact], policy=policy, terms=self.compiled.terms)
        if len(known.cells) >= MOST_REMEMBERED:
            known.cells.clear()
            known.closings.clear()
        cells = EMPTY[fact] if shaped.value is None else line_of(columns_of(fact, value=shaped.value, vocabulary=self._vocabulary))
        known.cells[text], known.closings[text] = cells, fact == "status" and closing_is_shown(shaped, terms=self.compiled.terms)
        return cells

    def _until(self, first: str | None, closed: str, consents: Consents) -> str:
        """The last day of the row as text; empty where that is over."""
        key = (first, closed, consents.until)
        until = self._untils.get(key)
        if until is None:
            assert self.policy is not None, "asked only where there is a policy"
            occasion = Occasion(self._day, consents, first_shown_on=day_of_text(first) if first else None)
            day = shown_until(self.policy, occasion=occasion, closed_on=None if closed == NULL else day_of_text(closed))
            if len(self._untils) >= MOST_REMEMBERED:
                self._untils.clear()
            until = self._untils[key] = day.isoformat() if day >= self._day else ""
        return until
