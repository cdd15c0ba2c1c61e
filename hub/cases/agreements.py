"""One giver's policies on one day, compiled once, and the decision asked of them for every case and recipient."""

from collections.abc import Mapping
from datetime import date

from hub.cases.house import House
from hub.cases.release import NO_CONSENT, NOTHING_HELD, Release
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.partners.queries import partners_by_id
from hub.sharing.compiled import Compiled, compile_terms
from hub.sharing.policy import PolicyKind
from hub.sharing.projection import NO_POLICY, Answer, Nothing
from hub.sharing.queries import InForce, Pair, policies_in_force
from hub.sharing.question import Occasion, Terms


class Agreements:
    """What binds the acting partner today, per recipient and kind; counts are no cases and stand apart (monitor.md)."""

    def __init__(self, work: Work, house: House) -> None:
        self.work, self.house, self.giver = work, house, work.partner
        self.day = today(work.now)
        self.partners = partners_by_id(work)
        self.pairs = {pair: found for pair, found in self._in_force(self.day).items() if pair[1] is not PolicyKind.COUNTS}
        self._of_day: dict[date, Mapping[Pair, InForce]] = {self.day: self.pairs}
        self._compiled: dict[tuple[Pair, date], Compiled] = {}

    def base(self, pair: Pair, *, first_released_on: date) -> InForce | None:
        """The version of this pair that was in force when the case was first released."""
        if first_released_on not in self._of_day:
            self._of_day[first_released_on] = self._in_force(first_released_on)
        return self._of_day[first_released_on].get(pair)

    def answer(self, release: Release, *, pair: Pair, first_shown_on: date | None) -> Answer:
        """What this recipient may have of this contribution today; Nothing where no policy is in force."""
        if pair not in self.pairs:
            return Nothing((NO_POLICY,))
        recipient = pair[0]
        consents, held = release.consents.get(recipient, NO_CONSENT), release.held.get(recipient, NOTHING_HELD)
        occasion = Occasion(self.day, consents, held, release.ties, first_shown_on)
        return self._decider(pair, release.case.first_released_on).decide(release.case, occasion=occasion)

    def _in_force(self, on: date) -> Mapping[Pair, InForce]:
        return policies_in_force(self.work, giver=self.giver, on=on, book=self.house.book)

    def _decider(self, pair: Pair, first_released_on: date) -> Compiled:
        key = (pair, first_released_on)
        if key not in self._compiled:
            base, book = self.base(pair, first_released_on=first_released_on), self.house.book
            policy = self.pairs[pair].policy
            terms = Terms(self.partners[pair[0]], policy, base.policy if base else None, book.floor, book.vocabulary)
            self._compiled[key] = compile_terms(terms)
        return self._compiled[key]
