"""The pages of a meeting in the room: the hall with who is there, one item with its forms, and the screen."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.kernel.errors import Conflict, Invalid
from hub.meetings import actions, queries, rules, schemas, typed
from hub.web import door

pages = Blueprint("meetings", __name__)
Answer = str | Response | tuple[str, int]
WORDS = {"outcomes": typed.OUTCOMES, "kinds": {"besluit": "Besluit", "toezegging": "Toezegging"}}


@pages.get("/bijeenkomsten/<uuid:consultation>/zaal")
def show_hall(consultation: UUID) -> str:
    """The meeting in the room: its blocks as far as we sit in them, and who is there."""
    return _hall(consultation, None)


@pages.post("/bijeenkomsten/<uuid:consultation>/zaal/begin")
def start_meeting(consultation: UUID) -> Answer:
    """Begins the meeting."""
    with door.begin_request_work() as work:
        actions.start(work, consultation=consultation)
    return redirect(f"/bijeenkomsten/{consultation}/zaal?gedaan=begonnen", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/zaal/einde")
def end_meeting(consultation: UUID) -> Answer:
    """Ends the meeting."""
    with door.begin_request_work() as work:
        actions.end(work, consultation=consultation)
    return redirect(f"/bijeenkomsten/{consultation}/zaal?gedaan=gehouden", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/zaal/aanwezig")
def let_in(consultation: UUID) -> Answer:
    """Writes down that somebody comes in."""
    try:
        with door.begin_request_work() as work:
            typed.let_in(work, consultation=consultation, typed=door.typed())
    except Invalid as error:
        return _hall(consultation, error), 400
    return redirect(f"/bijeenkomsten/{consultation}/zaal?gedaan=aanwezig#aanwezig", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/zaal/aanwezig/<uuid:presence>/weg")
def let_out(consultation: UUID, presence: UUID) -> Answer:
    """Writes down that somebody goes out."""
    with door.begin_request_work() as work:
        actions.let_out(work, consultation=consultation, presence=presence)
    return redirect(f"/bijeenkomsten/{consultation}/zaal?gedaan=weg#aanwezig", 303)


@pages.get("/bijeenkomsten/<uuid:consultation>/zaal/<uuid:item>")
def show_point(consultation: UUID, item: UUID) -> str:
    """One item: what all of its block may hear, and the forms of who writes it down."""
    return _point(consultation, item, None)


@pages.post("/bijeenkomsten/<uuid:consultation>/zaal/<uuid:item>/verloop")
def go_through(consultation: UUID, item: UUID) -> Answer:
    """Begins with an item, or ends it."""
    with door.begin_request_work() as work:
        typed.go_through(work, consultation=consultation, item=item, typed=door.typed())
    return redirect(f"/bijeenkomsten/{consultation}/zaal/{item}", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/zaal/<uuid:item>/bespreking")
def note_point(consultation: UUID, item: UUID) -> Answer:
    """Writes down what was said; when somebody else was first both texts are shown."""
    try:
        with door.begin_request_work() as work:
            typed.note(work, consultation=consultation, item=item, typed=door.typed())
    except Invalid as error:
        return _point(consultation, item, error), 400
    except (rules.Overtaken, rules.NoLongerShared) as error:
        return _point(consultation, item, error), 409
    return redirect(f"/bijeenkomsten/{consultation}/zaal/{item}?gedaan=bespreking", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/zaal/<uuid:item>/besluit")
def decide_at(consultation: UUID, item: UUID) -> Answer:
    """Writes down a decision or a promise."""
    try:
        with door.begin_request_work() as work:
            typed.decide_at(work, consultation=consultation, item=item, typed=door.typed())
    except Invalid as error:
        return _point(consultation, item, error), 400
    return redirect(f"/bijeenkomsten/{consultation}/zaal/{item}?gedaan=besluit", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/zaal/<uuid:item>/actiepunt")
def agree_at(consultation: UUID, item: UUID) -> Answer:
    """Writes down an agreed action."""
    try:
        with door.begin_request_work() as work:
            made = typed.agree_at(work, consultation=consultation, item=item, typed=door.typed())
    except Invalid as error:
        return _point(consultation, item, error), 400
    return redirect(f"/bijeenkomsten/{consultation}/zaal/{item}?gedaan={'actiepuntvaag' if made.warnings else 'actiepuntnieuw'}", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/zaal/<uuid:item>/notitie")
def keep_note(consultation: UUID, item: UUID) -> Answer:
    """Keeps an own note of our organisation."""
    try:
        with door.begin_request_work() as work:
            typed.keep_note(work, consultation=consultation, item=item, typed=door.typed())
    except Invalid as error:
        return _point(consultation, item, error), 400
    return redirect(f"/bijeenkomsten/{consultation}/zaal/{item}?gedaan=notitie", 303)


@pages.get("/bijeenkomsten/<uuid:consultation>/scherm")
def show_screen(consultation: UUID) -> str:
    """What everybody in the room may read now; it looks again by itself."""
    with door.begin_request_work() as work:
        found = queries.screen(work, consultation=consultation)
    is_still = request.args.get("stil") == "1"
    return render_template("meetings/screen.html", screen=schemas.ScreenSchema().dump(found), id=consultation, is_still=is_still)


def _hall(consultation: UUID, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found = queries.hall(work, consultation=consultation)
    return render_template("meetings/hall.html", hall=schemas.HallSchema().dump(found), form=_form(wrong, {}))


def _point(consultation: UUID, item: UUID, wrong: Invalid | Conflict | None) -> str:
    with door.begin_request_work() as work:
        found = typed.page(work, consultation=consultation, item=item)
    told = schemas.PointPageSchema().dump(found)
    held = {"discussion": [found.point.discussion], "outcome": [found.point.outcome or ""], "own": [found.point.own_note]}
    is_overtaken = type(wrong) is rules.Overtaken
    return render_template("meetings/point.html", page=told, form=_form(wrong, held), words=WORDS, is_overtaken=is_overtaken)


def _form(wrong: Invalid | Conflict | None, held: dict[str, list[str]]) -> dict[str, Any]:
    """What is held already with what was typed over it, and what is wrong with it."""
    return door.form_of(wrong, said={**held, **(door.typed() if wrong else {})})
