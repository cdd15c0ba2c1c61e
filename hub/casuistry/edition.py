"""An edition as a value: what ONE recipient gets of one gathering, line by line, and what is counted of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hub.casuistry.rules import Mark, Part
from hub.kernel.words import Month
from hub.partners.rules import Partner
from hub.sharing.facts import Value


@dataclass(frozen=True, slots=True)
class Line:
    """
    One case in one edition, as it stood at the freeze.

    `facts` holds only values that this recipient was given; `states` tells of all twenty facts 'given', 'coarser' or 'not_given' (of an
    own case also 'unknown'). `before` holds, for a changed line, the facts that differ with what stood there in the edition before
    (None: nothing). A line of part NO_LONGER, and one that was recalled since (`recalled_on`), has no values at all.
    """

    no: int
    part: Part
    marks: tuple[Mark, ...]
    code: str
    giver: Partner
    is_own: bool
    facts: Mapping[str, Value]
    states: Mapping[str, str]
    before: Mapping[str, Value | None]
    last_change: date
    days_silent: int
    same_incident: str | None
    recalled_on: date | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Three counts that are never mixed: reports (meldingen), incidents (voorvallen), mentions (noemingen) (casuistry.md 5)."""

    reports: int
    incidents: int
    mentions: int


@dataclass(frozen=True, slots=True)
class Counts:
    """
    What an edition comes to.

    `total` counts every line that still has values; `mass_reports` how many of its reports are mass reports and `mass_unknown` of how
    many that is not shared. `incidents_lowest` and `incidents_highest` bound the number of incidents. `by_ground` has a row 'not_given'
    for lines whose grounds are not shared; a case with two grounds stands in two rows, so the rows do not add up to the total.
    """

    total: Tally
    mass_reports: int
    mass_unknown: int
    incidents_lowest: int
    incidents_highest: int
    by_part: Mapping[Part, Tally]
    by_ground: Mapping[str, Tally]
    by_terrain: Mapping[str, int]
    by_nature: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Edition:
    """
    One edition (number 0) or addendum (1 and up) of one recipient; `lines` gives them anew at every call, in the order of printing.

    Moments are aware, in UTC; `frozen_at` is None for an edition "as it would be now". `rows` is how many lines there are.
    """

    recipient: Partner
    province: str
    month: Month
    number: int
    planned_at: datetime
    frozen_at: datetime | None
    delivered_at: datetime | None
    builder_version: str
    counts: Counts
    rows: int
    lines: Callable[[], Iterator[Line]]
