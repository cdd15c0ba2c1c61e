"""Fictional editions: lines as the hub would hand them to a document, with every kind of absence in them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from hub.casuistry.edition import Counts, Edition, Line, Tally
from hub.casuistry.papers import json_sha256, write_pdf
from hub.casuistry.rules import Mark, Part
from hub.casuistry.workbooks import write_ods, write_xlsx
from hub.kernel.words import Month, PartnerId
from hub.partners.rules import Kind, Partner
from hub.sharing.facts import FACTS, Value, day_of, month_span, week_of

OM = Partner(PartnerId(6), "om-noord-nederland", "Openbaar Ministerie Noord-Nederland", Kind.OM, ("PV20", "PV21", "PV22"), 6)
DRENTHE = Partner(PartnerId(1), "bureau-drenthe", "Meldpunt Discriminatie Drenthe", Kind.BUREAU, ("PV22",), 1)
POLICE = Partner(PartnerId(5), "politie-noord-nederland", "Politie Noord-Nederland", Kind.POLICE, ("PV20", "PV21", "PV22"), 5)
DAY = date(2026, 10, 7)
FULL: dict[str, Value] = {
    "incident_date": day_of(DAY), "place": "GM0106", "online": False, "ground": ("ras", "godsdienst/islam"), "terrain": "openbare_ruimte",
    "nature": "bedreiging", "report_kind": "aangifte", "public_task": True, "mass_report": False, "reported_by": "slachtoffer",
    "residence": "GM0114", "contact_wish": "gesprek", "reported_elsewhere": ("police", "bureau"), "also_known_to": (),
    "narrative": "Een buurman riep iets over geloof.\nDaarna gooide hij een steen.", "accused": "buur", "status": "in_onderzoek",
    "handling": ("registratie", "eigen_onderzoek"), "offence": ("137c", "285"), "outcome": "sepot_beleid",
}  # fmt: skip
FEW: dict[str, Value] = {
    "incident_date": week_of(DAY), "place": "PV22", "ground": ("godsdienst",), "terrain": "onderwijs", "nature": "vijandige_bejegening",
    "status": "open",
}  # fmt: skip


def make_line(no: int, **different: Any) -> Line:
    """A new case of the bureau of which the recipient was given everything, but for what is named."""
    facts: dict[str, Value] = different.pop("facts", FULL)
    states = {fact: "given" if fact in facts else "not_given" for fact in FACTS} | different.pop("states", {})
    usual: dict[str, Any] = {
        "part": Part.NEW, "marks": (), "code": f"0123456789{no % 10}", "giver": DRENTHE, "is_own": False, "before": {},
        "last_change": DAY, "days_silent": 26, "same_incident": None, "recalled_on": None,
    }  # fmt: skip
    return Line(no=no, facts=facts, states=states, **usual | different)


def make_counts(**different: Any) -> Counts:
    """Counts of an edition like the one below."""
    usual: dict[str, Any] = {
        "total": Tally(7, 6, 9), "mass_reports": 1, "mass_unknown": 3, "incidents_lowest": 5, "incidents_highest": 7,
        "by_part": {Part.NEW: Tally(4, 3, 5), Part.CHANGED: Tally(3, 3, 4)},
        "by_ground": {"not_given": Tally(1, 1, 1), "ras": Tally(4, 4, 4), "godsdienst/islam": Tally(4, 4, 4)},
        "by_terrain": {"onderwijs": 2, "openbare_ruimte": 4}, "by_nature": {"bedreiging": 4, "unknown": 1, "vijandige_bejegening": 1},
    }  # fmt: skip
    return Counts(**usual | different)


def make_edition(lines: Sequence[Line], **different: Any) -> Edition:
    """The edition of the prosecution service over October 2026 with these lines."""
    usual: dict[str, Any] = {
        "recipient": OM, "province": "drenthe", "month": Month(2026, 10), "number": 0,
        "planned_at": datetime(2026, 11, 2, 16, 0, tzinfo=UTC), "frozen_at": datetime(2026, 11, 2, 16, 0, 3, 141592, tzinfo=UTC),
        "delivered_at": datetime(2026, 11, 3, 8, 0, tzinfo=UTC), "builder_version": "1", "counts": make_counts(),
    }  # fmt: skip
    return Edition(rows=len(lines), lines=lambda: iter(lines), **usual | different)


def an_edition(**different: Any) -> Edition:
    """An edition with a line of every part and every kind of absence."""
    month = {**FEW, "incident_date": month_span(DAY), "status": "gesloten"}
    return make_edition(
        (
            make_line(1, same_incident="V1"),
            make_line(2, facts=FEW, states={"incident_date": "coarser", "place": "coarser"}, giver=POLICE, marks=(Mark.AGAIN,)),
            make_line(3, facts={}, recalled_on=date(2027, 3, 3)),
            make_line(4, part=Part.CLOSED, facts=month, before={"status": "open"}, states={"status": "coarser"}),
            make_line(
                5, part=Part.CHANGED, marks=(Mark.REOPENED,), before={"status": "afgesloten", "outcome": None, "ground": ("ras",)},
                facts={fact: value for fact, value in FULL.items() if fact != "residence"}, states={"residence": "unknown"},
                is_own=True, giver=OM,
            ),
            make_line(6, part=Part.SHARED_OTHERWISE, facts=FEW, before={"place": "GM0106", "narrative": "Een tekst."}),
            make_line(7, part=Part.SILENT, days_silent=91, last_change=date(2026, 8, 3)),
            make_line(8, part=Part.UNCHANGED, facts=FEW, same_incident="V1"),
            make_line(9, part=Part.NO_LONGER, facts={}, giver=POLICE),
        ),
        **different,
    )  # fmt: skip


WRITERS = {"xlsx": write_xlsx, "ods": write_ods, "pdf": write_pdf}


def bytes_of(edition: Edition, *, form: str) -> bytes:
    """The edition as a file of this form."""
    to = BytesIO()
    WRITERS[form](edition, to=to)
    return to.getvalue()


def hashes() -> dict[str, str]:
    """What the documents of one and the same edition come to, form by form."""
    edition = an_edition()
    return {"json": json_sha256(edition).hex()} | {form: sha256(bytes_of(edition, form=form)).hexdigest() for form in WRITERS}
