"""The explanation of one case, beside the plain reading of it: what the sentences cost on top of the rows they are about.

A bureau's own case that goes to every recipient of the example policies, with consent for each and two hold-backs, is read plainly
(`own_case`: facts, history, who has what, consent) and explained (`own_page`: the same, and per recipient a sentence beside each of
twenty facts, every rule of the floor at work, consent and hold-backs). A recipient's row is read and explained in the same way. Both
readings are of one database with its settings of production, in works of their own, in turn.
"""

import time
from collections.abc import Callable
from datetime import date
from statistics import quantiles

from bench._hub import Hub, raised
from bench.words import Figure, figure
from hub.cases import actions
from hub.cases.actions import ConsentAsked
from hub.cases.explained import own_page, received_page
from hub.cases.holding import HeldFact, hold_back
from hub.cases.queries import consent_policies, own_case
from hub.cases.received import Wanted, received, received_case
from hub.kernel.database import Work
from hub.partners.queries import partners_by_id
from hub.sharing.facts import Absence, Value, day_of

GIVER, READER = "bureau-drenthe", "politie-noord-nederland"
FACTS: dict[str, Value | Absence] = {
    "incident_date": day_of(date(2026, 10, 7)), "place": "GM0114", "online": False, "ground": ("ras", "seksuele_gerichtheid"),
    "terrain": "openbare_ruimte", "nature": "bedreiging", "report_kind": "melding", "status": "in_behandeling",
    "narrative": "Iemand werd op straat uitgescholden.", "handling": ("registratie",),
}  # fmt: skip
WORDS = {"anonymity": "known", "reporter_age": "16_or_older", "inquiry": "none"}


def measure(*, small: bool) -> list[Figure]:
    """Ask for both in turn; the figure is how much longer the explanation takes."""
    times = 40 if small else 300
    with raised() as hub:
        own, theirs = _shared(hub)
        house = hub.desk.house
        giver = _apart(
            hub, GIVER, times, lambda work: own_case(work, house=house, code=own), lambda work: own_page(work, house=house, code=own)
        )
        reader = _apart(
            hub, READER, times, lambda work: received_case(work, house=house, code=theirs),
            lambda work: received_page(work, house=house, code=theirs),
        )  # fmt: skip
    return [
        figure("explaining", value=giver, unit="ms on top", floor=None, goal="≤ 5 ms on top of reading the own case"),
        figure("explaining_received", value=reader, unit="ms on top", floor=None, goal="≤ 5 ms on top of reading the row"),
    ]


def _apart(hub: Hub, slug: str, times: int, plain: Callable[[Work], object], explained: Callable[[Work], object]) -> float:
    """How many milliseconds the second takes more than the first: of each the quickest tenth, since others' work is not its own."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times + 5):
        for some, reads in zip(taken, (plain, explained), strict=True):
            with hub.desk.work(slug) as (work, _):
                start = time.perf_counter()
                reads(work)
                some.append(1000 * (time.perf_counter() - start))
    plainly, in_words = (quantiles(some[5:], n=10)[0] for some in taken)
    return max(in_words - plainly, 0.0)


def _shared(hub: Hub) -> tuple[str, str]:
    """A case that goes to everybody it may go to, and the code by which the police knows it."""
    house = hub.desk.house
    with hub.desk.work(GIVER) as (work, _):
        code = actions.release(work, facts=FACTS, circumstances=WORDS, house=house).code
        names = partners_by_id(work)
        for force in consent_policies(work, house=house):
            yes = ConsentAsked("given", tuple(purpose.value for purpose in force.policy.purposes))
            actions.record_consent(work, code=code, recipient=names[force.recipient].slug, asked=yes, house=house)
        for held in (HeldFact("op verzoek van de melder", "incident_date", "month"), HeldFact("op verzoek van de melder", "handling")):
            hold_back(work, code=code, recipient=READER, held=held, house=house)
    with hub.desk.work(READER) as (work, _):
        [row] = received(work, house=house, wanted=Wanted()).rows
    return code, row.code
