"""Writes one large edition in one form, and tells how long that took and how much memory it needed beyond the program itself."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import product
from pathlib import Path
from time import process_time

from hub.casuistry.edition import Counts, Edition, Line, Tally
from hub.casuistry.papers import canonical_json, write_pdf
from hub.casuistry.rules import BUILDER_VERSION, Part
from hub.casuistry.workbooks import write_ods, write_xlsx
from hub.kernel.words import Month, PartnerId
from hub.partners.rules import Kind, Partner
from hub.sharing.facts import FACTS, Value, day_of

POLICE = Partner(PartnerId(5), "politie-noord-nederland", "Politie Noord-Nederland", Kind.POLICE, ("PV20", "PV21", "PV22"), 5)
BUREAU = Partner(PartnerId(1), "bureau-drenthe", "Meldpunt Discriminatie Drenthe", Kind.BUREAU, ("PV22",), 1)
FIRST = date(2026, 1, 1)
PLACES = ("GM0106", "GM0114", "GM0118", "GM0119", "GM0109")
GROUNDS = (("ras",), ("ras", "godsdienst/islam"), ("seksuele_gerichtheid",), ("handicap",), ("leeftijd", "geslacht"))
STORY = (
    "Op straat is iemand uitgescholden om wie hij is; een voorbijganger zag het en meldde het dezelfde dag. Zaak nummer {} van het jaar. "
)
PARTS = (Part.NEW, Part.CHANGED, Part.SILENT, Part.UNCHANGED, Part.UNCHANGED)


def made_lines(count: int) -> Iterator[Line]:
    """So many cases, all different, of which every fact is given and every fifth has two changes."""
    combined = list(product(PLACES, GROUNDS, ("bedreiging", "geweld", "overig"), ("onderwijs", "huisvesting", "openbare_ruimte")))
    states = dict.fromkeys(FACTS, "given")
    for no in range(1, count + 1):
        place, ground, nature, terrain = combined[no % len(combined)]
        facts: dict[str, Value] = {
            "incident_date": day_of(FIRST + timedelta(no % 300)), "place": place, "online": no % 7 == 0, "ground": ground,
            "terrain": terrain, "nature": nature, "report_kind": "melding", "public_task": False, "mass_report": False,
            "reported_by": "slachtoffer", "residence": place, "contact_wish": "gesprek", "reported_elsewhere": ("police",),
            "also_known_to": (), "narrative": STORY.format(no) * 3, "accused": "buur", "status": "in_behandeling",
            "handling": ("registratie",), "offence": ("137c",), "outcome": "transactie",
        }  # fmt: skip
        part = PARTS[no * len(PARTS) // (count + 1)]
        before: dict[str, Value | None] = {"status": "ontvangen", "outcome": None} if part is Part.CHANGED else {}
        yield Line(
            no=no, part=part, marks=(), code=f"{no:011}", giver=BUREAU, is_own=False, facts=facts, states=states, before=before,
            last_change=FIRST + timedelta(no % 300), days_silent=no % 300, same_incident=None, recalled_on=None,
        )  # fmt: skip


def made_edition(count: int) -> Edition:
    """An edition of so many lines; they are made when they are read, as the database hands them over."""
    tally = Tally(count, count, count)
    counts = Counts(tally, 0, 0, count, count, {Part.NEW: tally}, {"ras": tally}, {"onderwijs": count}, {"geweld": count})
    moment = datetime(2026, 11, 2, 16, tzinfo=UTC)
    return Edition(POLICE, "drenthe", Month(2026, 10), 0, moment, moment, moment, BUILDER_VERSION, counts, count, lambda: made_lines(count))


def most_held() -> int:
    """The most memory that this process ever held, in kB."""
    return int(Path("/proc/self/status").read_text("utf-8").split("VmHWM:")[1].split()[0])


def main() -> None:
    """Write it to memory and answer as JSON."""
    form, count = sys.argv[1], int(sys.argv[2])
    write = {"xlsx": write_xlsx, "ods": write_ods, "pdf": write_pdf, "json": _write_json}[form]
    write(made_edition(1), to=BytesIO())  # so that what the first of all documents loads is not counted
    edition, to, before, start = made_edition(count), BytesIO(), most_held(), process_time()
    write(edition, to=to)
    taken = process_time() - start
    sys.stdout.write(json.dumps({"seconds": taken, "megabytes": (most_held() - before) / 1024, "size": len(to.getvalue()) / 2**20}))


def _write_json(edition: Edition, *, to: BytesIO) -> None:
    to.writelines(canonical_json(edition))


if __name__ == "__main__":
    main()
