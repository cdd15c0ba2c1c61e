"""Editions of one meeting for ten organisations in every form, beside what the same programs need for a document with nothing in it.

Each edition has five blocks of twelve items, with six facts and three own facts each. The floor of a form is an edition without parts: the
template is read and the compiler is started for that too. PDFs are made in a process of their own each, as the hub makes them.
"""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from statistics import median

from bench.words import Figure, figure
from hub.agendas.documents import FORMS, write_document
from hub.agendas.edition import Entry, Paper, Part

PUBLISHED = datetime(2027, 1, 21, 11, tzinfo=UTC)
SIGNS = "23456789BCDFGHJKLMNPQRSTVWXZ"
GOALS = {"docx": "≤ 6", "odt": "≤ 8", "pdf": "≤ 6"}


def edition(organisation: int, *, items: int) -> Paper:
    """What one organisation gets: the same blocks, with own facts that differ."""
    facts = tuple((f"Gegeven {number}", f"waarde {number} van deze zaak") for number in range(6))
    own = tuple((f"Eigen {number}", f"alleen voor organisatie {organisation}") for number in range(3))
    parts = tuple(
        Part(f"Blok {block}", "Zaken en thema's.", tuple(
            Entry(f"Vernieling, week {item}", "K7" + SIGNS[block] + SIGNS[item], ("12 minuten", "Nieuw sinds 26 november"), facts, own)
            for item in range(items)
        ))
        for block in range(5)
    )  # fmt: skip
    header = (("Overleg", "Casuïstiekbespreking Drenthe"), ("Voor", f"Organisatie {organisation}"))
    return Paper("agenda", "Agenda Casuïstiekbespreking Drenthe", header, parts, "Niet voor anderen.", PUBLISHED)


def measure(*, small: bool) -> Iterable[Figure]:
    """All forms for all organisations, then each of three forms beside its floor."""
    papers = [edition(organisation, items=3 if small else 12) for organisation in range(3 if small else 10)]
    start = time.perf_counter()
    for paper in papers:
        for form in FORMS:
            _made(paper, form)
    yield figure("papers_all_forms", value=time.perf_counter() - start, unit="s", floor=None, goal="≤ 30 s")
    for form, goal in GOALS.items():
        bare = replace(papers[0], parts=())
        yield figure(f"papers_{form}", value=_seconds(papers[0], form) * 1000, unit="ms", floor=_seconds(bare, form) * 1000, goal=goal)


def _seconds(paper: Paper, form: str) -> float:
    taken = []
    for _ in range(4):
        start = time.perf_counter()
        _made(paper, form)
        taken.append(time.perf_counter() - start)
    return median(taken[1:])


def _made(paper: Paper, form: str) -> int:
    made = BytesIO()
    write_document(paper, form=form, to=made)
    return len(made.getvalue())
