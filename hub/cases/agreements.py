"""One giver's policies on one day, compiled once, and the decision asked of them for every case and recipient."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date

from hub.cases.house import House
from hub.cases.lines import Pen
from hub.cases.release import NO_CONSENT, NOTHING_HELD, Release
from hub.kernel.bulk import line_of
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.pseudonyms.mint import mint_many
from hub.sharing.compiled import Compiled, compile_terms
from hub.sharing.policy import Policy, PolicyKind, Reach
from hub.sharing.projection import NO_POLICY, Answer, Nothing
from hub.sharing.queries import InForce, Pair, ever_in_force, settled_versions
from hub.sharing.question import Occasion, Terms

MOST_CODES_AT_ONCE = 512


@dataclass(slots=True)
class Told:
    """What recipients in the same position are told of one case; its text is written once there is somebody to write it for."""

    answer: Answer
    letters: str = ""
    cells: str = ""
    state: str = ""
    first_row: str = ""


class _Case:
    """The case that is being asked about: how its rows begin, and what was told of it so far."""

    def __init__(self, release: Release | None, opening: str = "") -> None:
        self.release, self.opening, self.told = release, opening, dict[Hashable, Told]()


class Agreements:
    """What binds the acting partner today, per recipient and kind; counts are no cases and stand apart (monitor.md)."""

    def __init__(self, work: Work, house: House, *, only: Pair | None = None) -> None:
        self.work, self.house, self.giver, self.only = work, house, work.partner, only
        self.day, self.pen = today(work.now), Pen(house.book.vocabulary)
        self.partners = partners_by_id(work)
        self._ever = [
            (days, force)
            for days, force in ever_in_force(work, giver=self.giver, book=house.book)
            if only in (None, (force.recipient, force.kind))
        ]
        self.pairs = {pair: found for pair, found in self._in_force(self.day).items() if pair[1] is not PolicyKind.COUNTS}
        self.settled = settled_versions(work)
        self._of_day: dict[date, Mapping[Pair, InForce]] = {self.day: self.pairs}
        self._compiled: dict[tuple[Pair, date], Compiled] = {}
        self._alike: dict[Hashable, Compiled] = {}
        self._case = _Case(None)
        self._codes: dict[PartnerId, tuple[int, list[str]]] = {}

    def look_back(self, *days: date) -> None:
        """Find out what was in force on these days, for `base` and what rests on it."""
        self._of_day |= {day: self._in_force(day) for day in {*days} - self._of_day.keys()}

    def base(self, pair: Pair, *, first_released_on: date) -> InForce | None:
        """The version of this pair that was in force when the case was first released; the day was looked back at before."""
        return self._of_day[first_released_on].get(pair)

    def is_settled(self, pair: Pair) -> bool:
        """Whether every case was looked at under the version of this pair: a row that stands under an earlier one is as it should be."""
        return (*pair, self.pairs[pair].version_id) in self.settled

    def new_code(self, recipient: PartnerId) -> str:
        """A code that nobody has yet, in the mark of this recipient; drawn many at a time where many are needed."""
        size, waiting = self._codes.get(recipient, (1, []))
        if not waiting:
            waiting = mint_many(mark=self.partners[recipient].code_mark, count=size)
            self._codes[recipient] = (min(2 * size, MOST_CODES_AT_ONCE), waiting)
        return waiting.pop()

    def told(self, release: Release, *, pair: Pair, first_shown_on: date | None) -> Told:
        """What this recipient may have of this contribution today; Nothing where no policy is in force."""
        if pair not in self.pairs:
            return Told(Nothing((NO_POLICY,)))
        recipient, told = pair[0], self._of(release).told
        consents, held = release.consents.get(recipient, NO_CONSENT), release.held.get(recipient, NOTHING_HELD)
        decider = self.decider(pair, first_released_on=release.case.first_released_on)
        key = (id(decider), id(consents), id(held), first_shown_on)  # all of them live at least as long as this release
        if key not in told:
            occasion = Occasion(self.day, consents, held, release.ties, first_shown_on)
            told[key] = Told(decider.decide(release.case, occasion=occasion))
        return told[key]

    def opening(self, release: Release) -> str:
        """How every row about this contribution begins, as text: giver and contribution."""
        return self._of(release).opening

    def _of(self, release: Release) -> _Case:
        if self._case.release is not release:
            self._case = _Case(release, line_of((self.giver, release.contribution)))
        return self._case

    def _in_force(self, on: date) -> Mapping[Pair, InForce]:
        return {(force.recipient, force.kind): force for days, force in self._ever if on in days}

    def decider(self, pair: Pair, *, first_released_on: date) -> Compiled:
        """The terms of this pair for cases that were first released on that day, ready for many of them; the day was looked back at."""
        key = (pair, first_released_on)
        if key not in self._compiled:
            base, book, recipient = self.base(pair, first_released_on=first_released_on), self.house.book, self.partners[pair[0]]
            policy, older = self.pairs[pair].policy, base.policy if base else None
            alike = self._position(pair, policy, older)
            if alike not in self._alike:
                self._alike[alike] = compile_terms(Terms(recipient, policy, older, book.floor, book.vocabulary))
            self._compiled[key] = self._alike[alike]
        return self._compiled[key]

    def _position(self, pair: Pair, policy: Policy, older: Policy | None) -> Hashable:
        """Recipients in the same position get the same answer: where neither who they are nor where they are is looked at."""
        versions = [policy, older] if older else [policy]
        if pair[1] is not PolicyKind.STANDING or any(Reach.OWN_CASES in one.reaches for one in versions):
            return pair, older and older.sha256
        by_place = any(Reach.RECIPIENT_PROVINCE in one.reaches for one in versions)
        return policy.sha256, older and older.sha256, self.partners[pair[0]].provinces if by_place else ()
