"""What stands in the documents of an edition, in Dutch: the reading guide and the sheets, cell by cell, before any file format.

Every cell has a value: what is absent is said in words, since an empty cell reads as 'no'. A text that a spreadsheet would take for a
formula is disarmed where the spreadsheet is written, not here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hub.casuistry.cells import EMPTY
from hub.casuistry.edition import Edition, Line
from hub.casuistry.rules import MARK_IN_DUTCH, NAMES, NO_PLACE, PART_IN_DUTCH, Part, month_in_dutch
from hub.kernel.plainyaml import Plain, plain, read
from hub.pseudonyms import mint
from hub.sharing.dutch import ALL_CODES, LABELS, count, day, fact_text, moment
from hub.sharing.facts import FACTS, Value

Cell = str | int | date
Row = tuple[Cell, ...]

NOT_SHARED, UNKNOWN, NO_LONGER, RECALLED = "niet gedeeld", "onbekend", "niet meer gedeeld", "ingetrokken"
NONE, NOT_COUNTED, NO_LINK = "geen", "niet geteld", "geen koppeling"
OTHERS = {"not_given": NOT_SHARED, "unknown": UNKNOWN}  # rows of a count that are no code
BY_GROUND = "Per grond (telt niet op: een zaak kan meer gronden hebben)"
FITS = 200  # signs beside each other on A4 across
TALLEST = 27  # lines; Excel has no higher rows
WIDE = {"narrative": 60, "ground": 28, "place": 22, "incident_date": 24, "handling": 24, "offence": 30}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with a name: headings with their width in signs, how many columns stay in sight, and its rows, anew at every call."""

    name: str
    columns: Sequence[tuple[str, int]]
    kept: int
    rows: Callable[[], Iterator[Row]]

    @property
    def fits(self) -> bool:
        """Whether its columns can still be read when they are printed on one page."""
        return sum(width for _, width in self.columns) <= FITS

    def height(self, row: Row) -> int:
        """How many lines of text the row needs when its cells wrap; not every program works that out when it opens a file."""
        return min(max(map(_lines, row, self.columns)), TALLEST)


def _lines(cell: Cell, column: tuple[str, int]) -> int:
    """Words break at spaces, so that a line holds a little less than the column is wide."""
    if not isinstance(cell, str) or ("\n" not in cell and len(cell) * 1.1 <= column[1]):
        return 1
    return sum(int(len(line) * 1.1 / column[1]) + 1 for line in cell.split("\n"))


def _guide() -> dict[str, Mapping[str, str]]:
    file = Path(__file__).with_name("guide.yaml")
    shelves = plain(read(file.read_text(encoding="utf-8"), name=file.name))
    assert isinstance(shelves, dict)
    return {name: _texts(shelf) for name, shelf in shelves.items()}


def _texts(shelf: Plain) -> dict[str, str]:
    assert isinstance(shelf, dict)
    return {word: text for word, text in shelf.items() if isinstance(text, str)}


GUIDE = _guide()


def title_of(edition: Edition) -> str:
    """The title of every document: Maandverzameling casuïstiek Drenthe, oktober 2026."""
    where = "zonder plaats" if edition.province == NO_PLACE else NAMES[edition.province]
    addendum = f", aanvulling {edition.number}" if edition.number else ""
    return f"Maandverzameling casuïstiek {where}, {month_in_dutch(edition.month)}{addendum}"


def file_name(edition: Edition, *, form: str) -> str:
    """The name of a document; it holds no count, no code and no partner: zaaksoverzicht-drenthe-2026-10.xlsx."""
    addendum = f"-aanvulling-{edition.number}" if edition.number else ""
    return f"zaaksoverzicht-{edition.province}-{edition.month}{addendum}.{form}"


def guide_of(edition: Edition, *, form: str) -> list[tuple[str, str]]:
    """The reading guide: what this is, what parts and words mean, whom to ask; `form` is 'sheets' or 'paper'."""
    opening = "now" if edition.frozen_at is None else "addendum" if edition.number else "edition"
    rows = [
        ("Wat dit is", GUIDE["opening"][opening]),
        ("Bevroren", GUIDE["moments"]["now" if edition.frozen_at is None else "late" if _is_late(edition) else "frozen"]),
        ("Bezorgd", GUIDE["moments"]["not_delivered" if edition.delivered_at is None else "delivered"]),
        *((f"Onderdeel {PART_IN_DUTCH[part]}", GUIDE["parts"][part]) for part in Part),
        *GUIDE["reading"].items(),
        *GUIDE[form].items(),
        *GUIDE["closing"].items(),
    ]
    words = _words(edition)
    return [(about, text.format_map(words)) for about, text in rows]


def _is_late(edition: Edition) -> bool:
    return edition.frozen_at is not None and day(edition.frozen_at) != day(edition.planned_at)


def _words(edition: Edition) -> dict[str, str]:
    where = "van zaken zonder plaats in Groningen, Fryslân of Drenthe" if edition.province == NO_PLACE else f"van {NAMES[edition.province]}"
    return {
        "what": f"maandverzameling casuïstiek {where} over {month_in_dutch(edition.month)}",
        "recipient": edition.recipient.name,
        "frozen": moment(edition.frozen_at) if edition.frozen_at else "",
        "planned": moment(edition.planned_at),
        "delivered": moment(edition.delivered_at) if edition.delivered_at else "",
        "rows": count(edition.rows, one="regel", many="regels"),
        "version": edition.builder_version,
    }


def sheets_of(edition: Edition) -> tuple[Sheet, ...]:
    """Leeswijzer, Zaken, Wijzigingen and Tellingen; a sheet without anything to tell says so in one row."""
    return (
        Sheet("Leeswijzer", (("Onderwerp", 30), ("Uitleg", 110)), 1, lambda: iter(guide_of(edition, form="sheets"))),
        Sheet("Zaken", _CASE_COLUMNS, 3, lambda: _or_none(map(case_row, edition.lines()), "Geen zaken", len(_CASE_COLUMNS))),
        Sheet("Wijzigingen", _CHANGE_COLUMNS, 3, lambda: _or_none(changes_of(edition), "Geen wijzigingen", len(_CHANGE_COLUMNS))),
        Sheet("Tellingen", _COUNT_COLUMNS, 1, lambda: counts_of(edition)),
    )


_CASE_COLUMNS = (
    ("Regel", 8), ("Onderdeel", 18), ("Code", 16), ("Gever", 34), *((LABELS["facts"][fact], WIDE.get(fact, 20)) for fact in FACTS),
    ("Bijzonderheid", 26), ("Zelfde voorval", 16), ("Laatste wijziging", 20), ("Dagen stil", 11),
)  # fmt: skip
_CHANGE_COLUMNS = (("Regel", 8), ("Onderdeel", 18), ("Code", 16), ("Gever", 34), ("Gegeven", 30), ("Was", 46), ("Is nu", 46))
_COUNT_COLUMNS = (("Telling", 36), ("Rij", 44), ("Meldingen", 12), ("Voorvallen", 12), ("Noemingen", 12))


def _or_none(rows: Iterator[Row], nothing: str, width: int) -> Iterator[Row]:
    first = next(rows, None)
    yield first or (nothing, *(NONE,) * (width - 1))
    yield from rows


def case_row(line: Line) -> Row:
    """One line as the sheet of cases shows it, a cell per heading."""
    absent = absence_of(line)
    rest: Row = (absent, absent, absent) if absent else (line.same_incident or NO_LINK, line.last_change, line.days_silent)
    return (*_first(line), *(fact_cell(fact, line=line) for fact in FACTS), marks_of(line), *rest)


def _first(line: Line) -> Row:
    return line.no, PART_IN_DUTCH[line.part], mint.show(line.code), line.giver.name


def absence_of(line: Line) -> str:
    """Why the line has no values at all; an empty text where it has them."""
    return RECALLED if line.recalled_on else NO_LONGER if line.part is Part.NO_LONGER else ""


def marks_of(line: Line) -> str:
    """What is said besides the part: opnieuw, heropend, ingetrokken op 3 maart 2027."""
    recalled = (f"{RECALLED} op {day(line.recalled_on)}",) if line.recalled_on else ()
    return "; ".join((*(MARK_IN_DUTCH[mark] for mark in line.marks), *recalled)) or NONE


def fact_cell(fact: str, *, line: Line) -> str:
    """The fact in Dutch words, or the words for why there is none."""
    absent = absence_of(line)
    return absent or _value(line.facts.get(fact), fact, UNKNOWN if line.states.get(fact) == "unknown" else NOT_SHARED)


def _value(value: Value | None, fact: str, absent: str) -> str:
    return absent if value is None else fact_text(value, fact=fact) or EMPTY


def changes_of(edition: Edition) -> Iterator[Row]:
    """A row per fact that differs from the edition before: what stood there, and what stands there now."""
    for line in edition.lines():
        if absence_of(line):
            continue
        for fact in (one for one in FACTS if one in line.before):
            old = _value(line.before[fact], fact, UNKNOWN if line.is_own else NOT_SHARED)
            yield (*_first(line), LABELS["facts"][fact], old, fact_cell(fact, line=line))


def counts_of(edition: Edition) -> Iterator[Row]:
    """The counts, each row under the name of its table; a count that a table does not make is said to be not counted."""
    counts, together = edition.counts, edition.counts.total
    for part, tally in counts.by_part.items():
        yield "Per onderdeel", PART_IN_DUTCH[part], tally.reports, tally.incidents, tally.mentions
    yield "Samen", "Alle regels met gegevens", together.reports, together.incidents, together.mentions
    yield "Samen", "Waarvan massameldingen", counts.mass_reports, NOT_COUNTED, NOT_COUNTED
    yield "Samen", "Samen zonder massameldingen", together.reports - counts.mass_reports, NOT_COUNTED, NOT_COUNTED
    yield "Samen", "Massamelding of niet: niet gedeeld", counts.mass_unknown, NOT_COUNTED, NOT_COUNTED
    yield "Samen", "Laagste aantal voorvallen", NOT_COUNTED, counts.incidents_lowest, NOT_COUNTED
    yield "Samen", "Hoogste aantal voorvallen", NOT_COUNTED, counts.incidents_highest, NOT_COUNTED
    for code in in_order(counts.by_ground, fact="ground"):
        ground = counts.by_ground[code]
        yield BY_GROUND, code_name(code, fact="ground"), NOT_COUNTED, ground.incidents, ground.mentions
    for name, fact, numbers in (("Per terrein", "terrain", counts.by_terrain), ("Per aard", "nature", counts.by_nature)):
        for code in in_order(numbers, fact=fact):
            yield name, code_name(code, fact=fact), NOT_COUNTED, numbers[code], NOT_COUNTED


def in_order(counted: Mapping[str, object], *, fact: str) -> list[str]:
    """The rows of a count in the order of the list, what is no code last, however they were counted."""
    order = {code: place for place, code in enumerate((*ALL_CODES[fact], *OTHERS))}
    return sorted(counted, key=lambda code: (order.get(code, len(order)), code))


def code_name(code: str, *, fact: str) -> str:
    """The Dutch name of a row of a count."""
    return OTHERS.get(code) or fact_text(code, fact=fact) or EMPTY
