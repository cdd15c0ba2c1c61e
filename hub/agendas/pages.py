"""The pages of agendas: the own agenda with what its coordinator can do, what is not on it, and nominations."""

from uuid import UUID

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from hub.agendas import actions, queries, schemas, tables, typed
from hub.agendas.documents import FORMS
from hub.agendas.papers import PaperSchema
from hub.kernel.errors import Invalid
from hub.web import door

pages = Blueprint("agendas", __name__)
Answer = str | Response | tuple[str, int]
WORDS = {"about": schemas.ABOUT, "forms": {"docx": "Word", "pdf": "PDF", "odt": "OpenDocument", "html": "Webpagina", "json": "JSON"}}
assert tables


@pages.get("/bijeenkomsten/<uuid:consultation>/agenda")
def show_agenda(consultation: UUID) -> str:
    """The agenda of our organisation, and for who runs a block the means to change it."""
    return _agenda(consultation, None)


@pages.post("/bijeenkomsten/<uuid:consultation>/agenda")
def change_agenda(consultation: UUID) -> Answer:
    """Settles the agenda, computes it anew, takes changes back, or renews our edition."""
    try:
        with door.begin_request_work() as work:
            deed = typed.change_agenda(work, consultation=consultation, typed=door.typed())
    except Invalid as error:
        return _agenda(consultation, error), 400
    return redirect(f"/bijeenkomsten/{consultation}/agenda?gedaan=agenda-{deed}", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/agenda/thema")
def add_theme(consultation: UUID) -> Answer:
    """Puts a theme on the agenda of a block that we run."""
    try:
        with door.begin_request_work() as work:
            typed.add_theme(work, consultation=consultation, typed=door.typed())
    except Invalid as error:
        return _agenda(consultation, error), 400
    return redirect(f"/bijeenkomsten/{consultation}/agenda?gedaan=agenda-theme", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/agenda/document")
def download_agenda(consultation: UUID) -> Answer:
    """Our edition as a file."""
    try:
        with door.begin_request_work() as work:
            name, content = typed.document(work, consultation=consultation, typed=door.typed(), house=door.house())
    except Invalid as error:
        return _agenda(consultation, error), 400
    return Response(content, mimetype=FORMS[name.rpartition(".")[2]].media, headers=_as_file(name))


@pages.post("/bijeenkomsten/<uuid:consultation>/agenda/<uuid:item>")
def change_item(consultation: UUID, item: UUID) -> Answer:
    """Moves an item, gives it other minutes, declines or accepts it."""
    try:
        with door.begin_request_work() as work:
            deed = typed.change_item(work, consultation=consultation, item=item, typed=door.typed())
    except Invalid as error:
        return _agenda(consultation, Invalid(error.sentence)), 400  # each item has a form of its own
    return redirect(f"/bijeenkomsten/{consultation}/agenda?gedaan=agendapunt-{deed}#punt-{item}", 303)


@pages.get("/bijeenkomsten/<uuid:consultation>/niet-op-de-agenda")
def show_left_out(consultation: UUID) -> str:
    """What could have been on the agenda of our blocks, and why it is not."""
    with door.begin_request_work() as work:
        found = typed.desk(work, consultation=consultation)
    return render_template("agendas/left_out.html", desk=schemas.DeskSchema().dump(found))


@pages.get("/bijeenkomsten/<uuid:consultation>/aanmelden")
def show_nominations(consultation: UUID) -> str:
    """The nominations that we made or got, and the form for another."""
    return _nominations(consultation, None)


@pages.post("/bijeenkomsten/<uuid:consultation>/aanmelden")
def nominate(consultation: UUID) -> Answer:
    """Puts a case or a theme forward."""
    try:
        with door.begin_request_work() as work:
            typed.nominate(work, consultation=consultation, typed=door.typed(), house=door.house())
    except Invalid as error:
        return _nominations(consultation, error), 400
    return redirect(f"/bijeenkomsten/{consultation}/aanmelden?gedaan=punt-aangemeld", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/aanmelden/<uuid:nomination>")
def withdraw_nomination(consultation: UUID, nomination: UUID) -> Answer:
    """Takes one of our nominations back."""
    with door.begin_request_work() as work:
        actions.withdraw(work, consultation=consultation, nomination=nomination, house=door.house())
    return redirect(f"/bijeenkomsten/{consultation}/aanmelden?gedaan=aanmelding-weg", 303)


def _agenda(consultation: UUID, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found = queries.agenda(work, consultation=consultation)
        paper = queries.agenda_paper(work, house=door.house(), consultation=consultation)
    told = schemas.AgendaSchema().dump(found)
    edition = PaperSchema().dump(paper)
    return render_template("agendas/agenda.html", agenda=told, paper=edition, form=door.form_of(wrong), words=WORDS)


def _nominations(consultation: UUID, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found = typed.desk(work, consultation=consultation)
    return render_template("agendas/nominate.html", desk=schemas.DeskSchema().dump(found), form=door.form_of(wrong), words=WORDS)


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
