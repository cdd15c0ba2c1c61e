"""What stands on the pages of a PDF: an opening, a table per part with the facts that fit on paper, the changes, the counts, the guide."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

from hub.casuistry.edition import Edition, Line
from hub.casuistry.rules import PART_IN_DUTCH, Part
from hub.casuistry.sheets import (
    BY_GROUND,
    NO_LINK,
    NONE,
    NOT_COUNTED,
    NOT_SHARED,
    UNKNOWN,
    absence_of,
    changes_of,
    counts_of,
    fact_cell,
    guide_of,
    marks_of,
    title_of,
)
from hub.pseudonyms import mint
from hub.sharing.dutch import LABELS, count, short_day
from hub.sharing.facts import FACTS

MAIN = ("incident_date", "place", "ground", "nature", "status")  # the facts with a column of their own
OTHERS = tuple(fact for fact in FACTS if fact not in MAIN)
SQUARE = "□"
_BLANKS = re.compile(r"[\t\v\f\x1c-\x1f\x85\u2028\u2029]")
_UNPRINTED = re.compile(  # what the fonts of the compiler do not show; for one such sign it refuses a tagged PDF
    "[^\n\x20-\x7e\xa0-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u04ff\u05d0-\u05ea\u1e00-\u1eff"
    "\u2010-\u2027\u202f-\u205e\u20a0-\u20bf\u2190-\u22ff\u25a0-\u25ff]"
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with a sentence and a table under it; a table without rows is not drawn."""

    name: str
    note: str
    heads: Sequence[str] = ()
    widths: Sequence[float] = ()
    rows: Sequence[Sequence[str | int]] = ()
    level: int = 2
    breadth: float = 1.0

    @property
    def drawn(self) -> dict[str, object]:
        """As the template draws it: numbers at the right of their column, every text in signs that can be printed."""
        places = range(len(self.heads))
        sides = ["right" if any(isinstance(row[place], int) for row in self.rows) else "left" for place in places]
        return asdict(self) | {"sides": sides, "rows": [[_shown(cell) for cell in row] for row in self.rows]}


def paper_of(edition: Edition) -> dict[str, object]:
    """The whole of the paper, as plain values for the template; every text is one that the fonts can show."""
    guide = guide_of(edition, form="paper")
    sections = (*_cases(edition), _changes(edition), *_tables(edition))
    return {
        "title": title_of(edition),
        "footer": printable(f"{title_of(edition)}. Alleen voor {edition.recipient.name}."),
        "opening": [printable(says) for _, says in guide[:3]] + ["Wat de woorden betekenen, leest u achteraan, in de leeswijzer."],
        "guide": [(about, printable(says)) for about, says in guide[3:]],
        "sections": [one.drawn for one in sections],
    }


def printable(text: str) -> str:
    """The text with a square for every sign that cannot be printed."""
    return _UNPRINTED.sub(SQUARE, _BLANKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))


def _shown(cell: str | int) -> str | int:
    return printable(cell) if isinstance(cell, str) else cell


def _cases(edition: Edition) -> Iterator[Section]:
    lines: dict[Part, list[Line]] = {part: [] for part in Part}
    for line in edition.lines():
        lines[line.part].append(line)
    if not edition.rows:
        yield Section("Zaken", "Er zijn geen zaken in deze verzameling.")
    for part, those in lines.items():
        if those:
            name = f"{PART_IN_DUTCH[part]} ({count(len(those), one='zaak', many='zaken')})"
            yield _bare(name, those) if part is Part.NO_LONGER else _full(name, those, is_short=part is Part.UNCHANGED)


def _bare(name: str, lines: Sequence[Line]) -> Section:
    rows = [(line.no, mint.show(line.code), line.giver.name) for line in lines]
    return Section(name, "Van deze zaken ziet u alleen nog de code.", ("Regel", "Code", "Gever"), (1, 2, 6), rows)


def _full(name: str, lines: Sequence[Line], *, is_short: bool) -> Section:
    heads = ("Regel", "Code", "Gever", *(LABELS["facts"][fact] for fact in MAIN), "Laatste wijziging")
    widths = (0.8, 2.1, 2.3, 2.1, 2.2, 2.4, 2, 1.9, 1.7)
    rows = [_main_row(line) for line in lines]
    if is_short:
        return Section(name, "", heads, widths, rows)
    more = [(*row, _more(line)) for row, line in zip(rows, lines, strict=True)]
    return Section(name, "", (*heads, "Meer gegevens"), (*widths, 5), more)


def _main_row(line: Line) -> tuple[str | int, ...]:
    last = absence_of(line) or f"{short_day(line.last_change)}\n({count(line.days_silent, one='dag', many='dagen')} stil)"
    return line.no, _code(line), line.giver.name, *(fact_cell(fact, line=line) for fact in MAIN), last


def _code(line: Line) -> str:
    marks = marks_of(line)
    return mint.show(line.code) if marks == NONE else f"{mint.show(line.code)}\n{marks}"


def _more(line: Line) -> str:
    """The other facts that have a value, a line each; then which of them have none, and why."""
    if absent := absence_of(line):
        return absent
    told = [f"{LABELS['facts'][fact]}: {fact_cell(fact, line=line)}" for fact in OTHERS if fact in line.facts and fact != "narrative"]
    absent_of = {word: [LABELS["facts"][fact].lower() for fact in OTHERS if _is(line, fact, word)] for word in (UNKNOWN, NOT_SHARED)}
    return "\n".join((
        " · ".join((*told, f"Zelfde voorval: {line.same_incident or NO_LINK}")),
        *((f"Samenvatting: {fact_cell('narrative', line=line)}",) if "narrative" in line.facts else ()),
        *(f"{word.capitalize()}: {', '.join(names)}" for word, names in absent_of.items() if names),
    ))  # fmt: skip


def _is(line: Line, fact: str, word: str) -> bool:
    return fact not in line.facts and word == (UNKNOWN if line.states.get(fact) == "unknown" else NOT_SHARED)


def _changes(edition: Edition) -> Section:
    heads, widths = ("Regel", "Code", "Gever", "Onderdeel", "Gegeven", "Was", "Is nu"), (0.8, 2, 3, 2, 3, 5, 5)
    rows = [(no, code, giver, part, fact, was, now) for no, part, code, giver, fact, was, now in changes_of(edition)]
    note = "" if rows else "Er veranderde niets aan zaken die u al kende."
    return Section("Wijzigingen", note, heads, widths, [tuple(map(_plain, row)) for row in rows])


def _plain(cell: object) -> str | int:
    return cell if isinstance(cell, int) else str(cell)


def _tables(edition: Edition) -> Iterator[Section]:
    note = "Drie tellingen die u niet door elkaar mag gebruiken. Wat zij betekenen, staat in de leeswijzer."
    yield Section("Tellingen", note)
    for name, group in groupby(counts_of(edition), key=lambda row: str(row[0])):
        rows = [tuple(map(_plain, row[1:])) for row in group]
        kept = [place for place in range(4) if any(row[place] != NOT_COUNTED for row in rows)]
        title, _, aside = name.partition(" (")
        heads = (title.removeprefix("Per ").capitalize(), "Meldingen", "Voorvallen", "Noemingen")
        yield Section(
            title, _sentence(aside) if name == BY_GROUND else "", [heads[place] for place in kept],
            [4.0 if place == 0 else 1.0 for place in kept], [[row[place] for place in kept] for row in rows], level=3, breadth=0.6,
        )  # fmt: skip


def _sentence(aside: str) -> str:
    """What stands between brackets behind a name, as a sentence of its own."""
    return f"{aside[:1].upper()}{aside.removesuffix(')')[1:]}."
