"""
The effect of a proposed agreement on what the acting giver already gave: which rows appear, vanish, or tell more or less, and to whom.

Asks the same decision as sharing does, of the giver's own cases only; nothing is written. Numbers are for the giver: to a recipient the
number of cases it does not have is a fact, so it is told directions alone (`hub.sharing.differing`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from json import dumps
from typing import Any

from hub.cases.agreements import Agreements
from hub.cases.alike import Alike
from hub.cases.house import House
from hub.cases.inputs import Inputs
from hub.cases.tallying import Became, Example, Links, Moved, Tally
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.kernel.words import PartnerId
from hub.partners.rules import Partner
from hub.sharing.compare import Change, Way, overall
from hub.sharing.differing import changes_of_pair
from hub.sharing.linking import Joined
from hub.sharing.policy import Basis, Policy, PolicyKind
from hub.sharing.queries import InForce, Pair, ever_in_force

NOT_LOADED = 0  # the number of a version that stands in no register yet


@dataclass(frozen=True, slots=True)
class RecipientEffect:
    """One recipient: in which points its agreement changes, what becomes of its rows, and a few of them by the giver's own codes."""

    recipient: Partner
    changes: tuple[Change, ...]
    rows: Mapping[Became, int]
    points: Mapping[str, Moved]
    longer: int
    shorter: int
    examples: tuple[Example, ...]

    @property
    def way(self) -> Way:
        """The change of the agreement in one word."""
        return overall(self.changes)


@dataclass(frozen=True, slots=True)
class Linkable:
    """Two recipients of the giver: how many of the cases that both hold they could join with certainty, before and after."""

    one: Partner
    other: Partner
    before: Joined
    after: Joined


@dataclass(frozen=True, slots=True)
class Effect:
    """What a proposal does to the cases of one giver, on which day, over how many cases; for that giver alone."""

    giver: Partner
    policy: str
    version: int
    on: date
    cases: int
    recipients: tuple[RecipientEffect, ...]
    linkable: tuple[Linkable, ...]

    def as_dict(self) -> dict[str, Any]:
        """Everything in words and numbers that JSON holds, with stable keys."""
        return {
            "giver": self.giver.slug, "policy": self.policy, "version": self.version, "on": self.on.isoformat(), "cases": self.cases,
            "recipients": [_recipient(one) for one in self.recipients],
            "linkable": [_linkable(one) for one in self.linkable],
        }  # fmt: skip

    @property
    def digest(self) -> bytes:
        """Thirty-two bytes over all of it, for who signs what was read."""
        return sha256(dumps(self.as_dict(), sort_keys=True, separators=(",", ":")).encode()).digest()


def effect_of(work: Work, *, proposed: Policy, house: House) -> Effect:
    """
    What would change in the rows that the acting giver gave, if this version were in force today, also where it begins later.

    Before is what recipients see today; after is decided anew for every case of the giver, with its consent, hold-backs and concerns of
    today: so what only time does is no part of it. Cases from before the first day of the proposal are existing cases, as they will be.
    Reads case by case, locks nothing, writes nothing. Raises NotFound when the acting partner is no giver of the proposal.
    """
    agreements = _AsIfInForce(work, house, proposed)
    giver = agreements.partners[work.partner]
    if giver.slug not in proposed.givers:
        raise NotFound(f"{giver.name} geeft niets volgens deze afspraak.")
    tallies = {pair: Tally(house.book.vocabulary) for pair in agreements.concerned}
    links = Links(house.book.vocabulary)
    cases = 0 if proposed.kind is PolicyKind.COUNTS else _count(agreements, tallies, links)  # figures are no rows
    recipients = _recipients(agreements, proposed, tallies)
    partners = agreements.partners
    between = tuple(Linkable(partners[one], partners[other], before, after) for (one, other), before, after in links.joined())
    return Effect(giver, proposed.name, proposed.version, agreements.day, cases, recipients, between)


class _AsIfInForce(Agreements):
    """What binds the acting partner, as if the proposal were one of its versions already; `before` is what binds it today."""

    def __init__(self, work: Work, house: House, proposed: Policy) -> None:
        self._first, self.concerned = proposed.valid_from, dict[Pair, InForce]()
        self._bound = ever_in_force(work, giver=work.partner, book=house.book)
        super().__init__(work, house)
        bound = replace(proposed, valid_from=min(proposed.valid_from, self.day))
        numbers = {partner.slug: number for number, partner in self.partners.items()}
        for slug in proposed.recipients:
            if slug not in numbers:
                raise NotFound(f"Er is geen partner ‘{slug}’.")
            self.concerned[numbers[slug], proposed.kind] = InForce(numbers[slug], proposed.kind, NOT_LOADED, bound)
        if proposed.kind is not PolicyKind.COUNTS:
            self.pairs = {**self.pairs, **self.concerned}
        self._of_day = {self.day: self._in_force(self.day)}

    def before(self, pair: Pair) -> Policy | None:
        """The version of this pair that is in force today without the proposal."""
        found = (force.policy for days, force in self._bound if self.day in days and (force.recipient, force.kind) == pair)
        return next(found, None)

    def asked(self) -> list[PartnerId]:
        """The recipients of the proposal whose rows may hang on consent, by it or by a version that counts for older cases."""
        versions = [((force.recipient, force.kind), force.policy) for _, force in self._bound]
        every = [*versions, *((pair, force.policy) for pair, force in self.concerned.items())]
        return sorted({pair[0] for pair, policy in every if pair in self.concerned and policy.consent is Basis.REPORTER})

    def _in_force(self, on: date) -> Mapping[Pair, InForce]:
        found = {(force.recipient, force.kind): force for days, force in self._bound if on in days}
        return found if on < self._first else {**found, **self.concerned}


def _count(agreements: _AsIfInForce, tallies: Mapping[Pair, Tally], links: Links) -> int:
    """Every case of the giver, in turn: what of it each recipient has today, and what it would have."""
    number, inputs = 0, Inputs(agreements, asks=agreements.asked())
    alike = Alike(inputs, agreements=agreements)
    for one in inputs:
        number += 1
        before = {pair: standing.cells for pair, standing in one.given.items() if standing.is_shown}
        after = before.copy()
        for pair, tally in tallies.items():
            standing = one.given.get(pair)
            outcome = alike.outcome(one, pair=pair, standing=standing)
            tally.note(one.own_code, standing=standing, outcome=outcome)
            if outcome.cells is not None:
                after[pair] = outcome.cells
            else:
                after.pop(pair, None)
        links.note(before, after=after)
    return number


def _recipients(agreements: _AsIfInForce, proposed: Policy, tallies: Mapping[Pair, Tally]) -> tuple[RecipientEffect, ...]:
    told = []
    for pair in agreements.concerned:
        tally, words = tallies[pair], agreements.house.book
        changes = changes_of_pair(agreements.before(pair), new=proposed, vocabulary=words.vocabulary)
        told.append(
            RecipientEffect(agreements.partners[pair[0]], changes, tally.rows, tally.moved(), tally.longer, tally.shorter,
                            tally.examples(floor=words.floor))
        )  # fmt: skip
    return tuple(told)


def _recipient(one: RecipientEffect) -> dict[str, Any]:
    return {
        "recipient": one.recipient.slug, "way": one.way.value,
        "changes": [{"point": change.point, "way": change.way.value} for change in one.changes],
        "rows": {became.value: one.rows.get(became, 0) for became in Became},
        "points": {point: {"wider": moved.wider, "narrower": moved.narrower, "both": moved.both} for point, moved in one.points.items()},
        "longer": one.longer, "shorter": one.shorter,
        "examples": [
            {"code": shown.own_code, "became": shown.became.value, "because": shown.because,
             "facts": [{"fact": fact, "before": was, "after": becomes} for fact, was, becomes in shown.facts]}
            for shown in one.examples
        ],
    }  # fmt: skip


def _linkable(one: Linkable) -> dict[str, Any]:
    before, after = ({"common": found.common, "certain": found.certain} for found in (one.before, one.after))
    return {"recipients": [one.one.slug, one.other.slug], "before": before, "after": after}
