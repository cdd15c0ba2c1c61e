"""November of Drenthe as the pages find it in December: cases brought in, editions frozen and delivered, and the next month open."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from hub.kernel import clock
from tests.cast import DEMO_DAY, POLICE, Cast
from tests.make import make_draft
from tests.rooms.collecting import DECEMBER, DELIVERY, FREEZE, IN_NOVEMBER, bring_in, deliver, gather, open_month

EDITION, OPEN_ONE = "/verzamelingen/drenthe/2026-11", "/verzamelingen/drenthe/2026-12"
GATHERING, OPEN_GATHERING = "/inzamelingen/drenthe/2026-11", "/inzamelingen/drenthe/2026-12"


@contextmanager
def on(day: date) -> Iterator[None]:
    """The house lives on this day."""
    clock.pin(day=day)
    try:
        yield
    finally:
        clock.pin(day=DEMO_DAY)


def play_november(cast: Cast, *, cases: int = 3, until: str = "delivered") -> None:
    """The police brings cases in; November goes until it is open, frozen or delivered, and with delivery December is open."""
    bring_in(cast, POLICE, *(make_draft(reference=f"P-{number}", place="GM0114") for number in range(cases)), now=IN_NOVEMBER)
    open_month(cast)
    if until == "open":
        return
    gather(cast, now=FREEZE)
    if until == "delivered":
        deliver(cast, now=DELIVERY)
        open_month(cast, month=DECEMBER, now=DELIVERY)
