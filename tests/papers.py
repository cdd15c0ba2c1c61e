"""Editions for tests of documents: one with every kind of place a text can stand in, and texts that try to be more than text."""

from datetime import UTC, datetime
from io import BytesIO

from hub.agendas.documents import write_document
from hub.agendas.edition import Entry, Paper, Part

PUBLISHED = datetime(2026, 11, 19, 11, tzinfo=UTC)
HOSTILE = "{{ 7*7 }} {% raw %} {# niets #} &<>\"' \u202e\u200f {_{ 7*7 }_} {_% x %_} <w:p> ]]> #panic() $x$ *b*"


def make_paper(text: str = "Assen", *, kind: str = "agenda") -> Paper:
    """An edition in which this text stands wherever a text can stand."""
    return Paper(
        kind, f"Casuïstiekbespreking Drenthe {text}", (("Datum", "26 november 2026"), ("Plaats", text)),
        (
            Part("Opening", note=f"Welkom. {text}"),
            Part(f"Allen {text}", entries=(
                Entry(f"Bekladding {text}", "K7F4", ("Nieuw sinds 1 oktober", text), (("Plaats", text), ("Grond", "afkomst")),
                      (("Straat", text),)),
                Entry("Vernieling", "M2QX", (), (("Plaats", "Emmen"),)),
            )),
        ),
        f"Alleen voor OM Noord-Nederland. {text}", PUBLISHED,
    )  # fmt: skip


def document_of(paper: Paper, *, form: str, template: bytes | None = None) -> bytes:
    """The edition as a file of this form."""
    made = BytesIO()
    write_document(paper, form=form, template=template, to=made)
    return made.getvalue()
