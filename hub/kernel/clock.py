"""The only watch of the house: what time it is for cases, and what day that is in the Netherlands.

The demo runs at a fixed date (its policies are examples with a term), so `now()` can be pinned to a day; the time of day goes on.
Sessions, tickets and tokens do not use this watch but PostgreSQL's clock and the provider's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NIGHT = timedelta(hours=8)


class _Watch:
    shift: timedelta = timedelta(0)
    turn: timedelta = timedelta(0)


def turn_to(*, at: time) -> None:
    """Let the days that are pinned after this go on from this time of day: what a test shows does not hang on the hour of its run."""
    here = datetime.now(AMSTERDAM)
    _Watch.turn = datetime.combine(here.date(), at, AMSTERDAM) - here


def pin(*, day: date) -> None:
    """
    Let every later `now()` fall on this day in Amsterdam or, after midnight, on the days that follow; for the demo and tests.

    At night the watch is eight hours further: whoever opens the demo then finds a day that has begun.
    """
    here = real_now() + _Watch.turn
    turn = _Watch.turn + (NIGHT if here.astimezone(AMSTERDAM).hour < NIGHT // timedelta(hours=1) else timedelta(0))
    _Watch.shift = turn + (day - today(real_now() + turn))


@contextmanager
def placed_at(moment: datetime) -> Iterator[None]:
    """Let `now()` go on from this moment while inside; a demo lives its past so, in a process in which nothing else happens."""
    before, _Watch.shift = _Watch.shift, moment - datetime.now(UTC)
    try:
        yield
    finally:
        _Watch.shift = before


def now() -> datetime:
    """The present moment as an aware datetime in UTC."""
    return datetime.now(UTC) + _Watch.shift


def real_now() -> datetime:
    """The present moment of the world outside, for tokens of an identity provider; never pinned."""
    return datetime.now(UTC)


def today(moment: datetime) -> date:
    """The day in Amsterdam on which this moment falls."""
    return moment.astimezone(AMSTERDAM).date()
