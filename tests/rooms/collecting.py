"""A gathering played by hand: everybody's edition frozen, delivered and read, at moments of the test's own choosing."""

from datetime import UTC, datetime

from hub.cases import intake
from hub.cases.draft import Draft
from hub.casuistry import actions, lifecycle, queries
from hub.casuistry.edition import Edition, Line
from hub.casuistry.gathering import Made
from hub.kernel.words import Month
from tests.cast import Cast
from tests.make import Delivery

NOVEMBER, DECEMBER, JANUARY = Month(2026, 11), Month(2026, 12), Month(2027, 1)
IN_NOVEMBER = datetime(2026, 11, 12, 10, 0, tzinfo=UTC)
FREEZE = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)  # the first working day after November, at five in the afternoon
DELIVERY = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
IN_DECEMBER = datetime(2026, 12, 14, 10, 0, tzinfo=UTC)
NEXT_FREEZE, NEXT_DELIVERY = datetime(2027, 1, 4, 16, 0, tzinfo=UTC), datetime(2027, 1, 5, 8, 0, tzinfo=UTC)


def bring_in(cast: Cast, slug: str, *drafts: Draft, now: datetime = IN_NOVEMBER) -> None:
    """This partner takes in an export with these drafts."""
    with cast.as_person(slug, now=now) as work:
        intake.take_in(work, reading=Delivery(drafts, file_hash=now.isoformat().encode().ljust(32)[:32]), house=cast.house)


def open_month(cast: Cast, *, month: Month = NOVEMBER, province: str = "drenthe", now: datetime = IN_NOVEMBER) -> None:
    with cast.as_clerk(None, now=now) as work:
        lifecycle.open_month(work, province=province, month=month)


def gather(cast: Cast, *, month: Month = NOVEMBER, province: str = "drenthe", now: datetime = FREEZE) -> dict[str, Made]:
    """Every recipient's edition is frozen, one after another."""
    with cast.as_clerk(None, now=now) as work:
        everybody = lifecycle.recipients(work, house=cast.house)
    made = {}
    for one in everybody:
        with cast.as_clerk(one.slug, now=now) as work:
            made[one.slug] = actions.gather_month(work, province=province, month=month, house=cast.house)
    return made


def deliver(cast: Cast, *, month: Month = NOVEMBER, province: str = "drenthe", now: datetime = DELIVERY) -> None:
    with cast.as_clerk(None, now=now) as work:
        lifecycle.deliver_month(work, province=province, month=month)


def read(cast: Cast, slug: str, *, month: Month = NOVEMBER, number: int = 0, province: str = "drenthe",
         now: datetime = DELIVERY) -> tuple[Edition, list[Line]]:  # fmt: skip
    """The edition as somebody of this partner reads it."""
    with cast.as_person(slug, now=now) as work:
        said = queries.edition(work, province=province, month=month, number=number, house=cast.house)
        return said, list(said.lines())


def now_lines(cast: Cast, slug: str, *, month: Month = NOVEMBER, province: str = "drenthe", now: datetime = FREEZE) -> list[Line]:
    """The edition as it would be now."""
    with cast.as_person(slug, now=now) as work:
        return list(queries.edition_now(work, province=province, month=month, house=cast.house).lines())
