"""The pages of what was written down: the minutes, the list of decisions and actions, and the template they are made on."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.agendas import templates
from hub.agendas.documents import standard_template
from hub.agendas.papers import PaperSchema
from hub.agendas.stationery import MOST_BYTES
from hub.kernel.errors import Conflict, Invalid
from hub.meetings import adoption, recorded
from hub.web import door

pages = Blueprint("records", __name__)
Answer = str | Response | tuple[str, int]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.get("/bijeenkomsten/<uuid:consultation>/verslag")
def show_minutes(consultation: UUID) -> str:
    """The minutes of our blocks, and how they stand."""
    return _minutes(consultation, None)


@pages.post("/bijeenkomsten/<uuid:consultation>/verslag")
def draft_minutes(consultation: UUID) -> Answer:
    """Begins the minutes of the blocks that we run."""
    with door.begin_request_work() as work:
        adoption.draft(work, consultation=consultation)
    return redirect(f"/bijeenkomsten/{consultation}/verslag?gedaan=verslagbegonnen", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/verslag/bestand")
def download_minutes(consultation: UUID) -> Answer:
    """The minutes as a file to keep."""
    return _file(consultation, "minutes")


@pages.get("/bijeenkomsten/<uuid:consultation>/verslag/<uuid:minutes>")
def show_block_minutes(consultation: UUID, minutes: UUID) -> str:
    """The minutes of one block: to write while they are a draft of ours, to remark on after it."""
    return _one(consultation, minutes, None)


@pages.post("/bijeenkomsten/<uuid:consultation>/verslag/<uuid:minutes>/tekst")
def write_minutes(consultation: UUID, minutes: UUID) -> Answer:
    """Keeps the texts of a draft, and sends them round when that is asked."""
    try:
        with door.begin_request_work() as work:
            done = recorded.keep(work, consultation=consultation, minutes=minutes, typed=request.form.to_dict())
    except (Invalid, Conflict) as error:
        return _one(consultation, minutes, error), 400 if isinstance(error, Invalid) else 409
    return redirect(f"/bijeenkomsten/{consultation}/verslag/{minutes}?gedaan={done}", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/verslag/<uuid:minutes>")
def go_on_with_minutes(consultation: UUID, minutes: UUID) -> Answer:
    """Remarks, adopts, or begins a new version."""
    try:
        with door.begin_request_work() as work:
            done = recorded.go_on(work, consultation=consultation, minutes=minutes, typed=request.form.to_dict())
    except Invalid as error:
        return _one(consultation, minutes, error), 400
    return redirect(f"/bijeenkomsten/{consultation}/verslag?gedaan={done}", 303)


@pages.get("/bijeenkomsten/<uuid:consultation>/besluitenlijst")
def show_outcomes(consultation: UUID) -> str:
    """What was decided, agreed and held over in our blocks."""
    return _outcomes(consultation, None)


@pages.post("/bijeenkomsten/<uuid:consultation>/besluitenlijst/bestand")
def download_outcomes(consultation: UUID) -> Answer:
    """The list as a file to keep."""
    return _file(consultation, "outcomes")


@pages.get("/overleggen/<body>/sjabloon")
def show_template(body: str) -> str:
    """On which Word template the documents of a body are made."""
    return _template(body, None)


@pages.post("/overleggen/<body>/sjabloon")
def choose_template(body: str) -> Answer:
    """Uses the uploaded Word file, or the hub's own template again."""
    try:
        with door.begin_request_work() as work:
            done = _chosen(work, body)
    except Invalid as error:
        return _template(body, error), 400
    return redirect(f"/overleggen/{body}/sjabloon?gedaan={done}", 303)


@pages.post("/overleggen/<body>/sjabloon/standaard")
def download_template(body: str) -> Answer:
    """The hub's own template, to begin from."""
    with door.begin_request_work() as work:
        templates.stationery(work, body=body)
    return _attached(recorded.File(standard_template(), "sjabloon.docx", WORD))


def _chosen(work: Any, body: str) -> str:
    if request.form.get("deed") == "standaard":
        templates.drop(work, body=body)
        return "sjabloonweg"
    offered = request.files.get("file")
    templates.choose(work, body=body, content=offered.stream.read(MOST_BYTES + 1) if offered else b"")
    return "sjabloon"


def _minutes(consultation: UUID, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found = recorded.shown(work, consultation=consultation)
    return render_template("meetings/minutes.html", shown=recorded.ShownSchema().dump(found), form=door.form_of(wrong))


def _one(consultation: UUID, minutes: UUID, wrong: Invalid | Conflict | None) -> str:
    with door.begin_request_work() as work:
        found = recorded.one_of(work, consultation=consultation, minutes=minutes)
    words = {"standard": [("", "Geen"), *((str(no), said) for no, said in enumerate(adoption.STANDARD))]}
    return render_template(
        "meetings/block_minutes.html", minutes=recorded.MinutesSchema().dump(found), form=door.form_of(wrong), words=words
    )


def _outcomes(consultation: UUID, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found = recorded.outcomes(work, consultation=consultation)
    return render_template("meetings/outcomes.html", paper=PaperSchema().dump(found), id=consultation, form=door.form_of(wrong))


def _template(body: str, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found = templates.stationery(work, body=body)
    return render_template("meetings/template.html", stationery=recorded.StationerySchema().dump(found), form=door.form_of(wrong))


def _file(consultation: UUID, kind: str) -> Answer:
    try:
        with door.begin_request_work() as work:
            made = recorded.document(work, consultation=consultation, kind=kind, form=request.form.get("vorm", ""))
    except Invalid as error:
        return (_minutes if kind == "minutes" else _outcomes)(consultation, error), 400
    return _attached(made)


def _attached(made: recorded.File) -> Response:
    return Response(made.content, mimetype=made.media, headers={"Content-Disposition": f'attachment; filename="{made.name}"'})
