"""Who sees what: the pages that say it before a deed, the ones on which something is held back, and the one of who saw it, when."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.cases import actions, disclosed, forms, schemas, typed
from hub.cases.foreseen import Foreseen
from hub.cases.holding import HoldPageSchema, hold_page, lift
from hub.kernel.errors import Invalid
from hub.web import door

pages = Blueprint("previews", __name__)
Answer = str | Response | tuple[str, int]
Told = tuple[Foreseen, ...]


@pages.post("/zaken/nieuw/voorbeeld")
def preview_new() -> Answer:
    """Who will see the new case as it was typed, and why; nothing is stored."""
    try:
        with door.begin_request_work() as work:
            told = typed.foresee_new(work, typed=door.typed(), house=door.house())
    except Invalid as error:
        return _case_form(error, None), 400
    return _case_form(None, told)


@pages.post("/zaken/<code>/aanvulling/voorbeeld")
def preview_update(code: str) -> Answer:
    """Who will see the update as it was typed, and why; nothing is stored."""
    try:
        with door.begin_request_work() as work:
            told = typed.foresee_update(work, code=door.read_code(code), typed=door.typed(), house=door.house())
    except actions.NothingNew:
        return redirect(f"/zaken/{door.read_code(code)}?gedaan=ongewijzigd", 303)
    except (Invalid, actions.Overtaken) as error:
        return _case_form(error, None, code=door.read_code(code)), 409 if isinstance(error, actions.Overtaken) else 400
    return _case_form(None, told, code=door.read_code(code))


@pages.get("/zaken/<code>/inhouden")
def show_holds(code: str) -> str:
    """What is held back of an own case, and a form to hold back more; the address may say from whom, and what."""
    said = {"recipient": request.args.getlist("ontvanger"), "what": request.args.getlist("gegeven")}
    return _hold_page(door.read_code(code), door.form_of(None, said=said))


@pages.post("/zaken/<code>/inhouden")
def hold_back(code: str) -> Answer:
    """Holds back as typed; it works at once, and never widens."""
    try:
        with door.begin_request_work() as work:
            typed.keep_back(work, code=door.read_code(code), typed=door.typed(), house=door.house())
    except Invalid as error:
        return _hold_page(door.read_code(code), door.form_of(error)), 400
    return redirect(f"/zaken/{door.read_code(code)}/inhouden?gedaan=ingehouden", 303)


@pages.post("/zaken/<code>/inhouden/voorbeeld")
def preview_hold(code: str) -> Answer:
    """Who will see what once this is held back; nothing is stored."""
    try:
        with door.begin_request_work() as work:
            told = typed.foresee_hold(work, code=door.read_code(code), typed=door.typed(), house=door.house())
    except Invalid as error:
        return _hold_page(door.read_code(code), door.form_of(error)), 400
    return _hold_page(door.read_code(code), door.form_of(None, said=door.typed()), told)


@pages.post("/zaken/<code>/inhouden/<int:number>/opheffen")
def lift_hold(code: str, number: int) -> Response:
    """Lifts one hold-back; what the agreements share comes back at once."""
    with door.begin_request_work() as work:
        lift(work, code=door.read_code(code), no=number, house=door.house())
    return redirect(f"/zaken/{door.read_code(code)}/inhouden?gedaan=opgeheven", 303)


@pages.get("/zaken/<code>/inzage")
def show_looks(code: str) -> str:
    """Who saw an own case: which recipient, when, where, which version."""
    with door.begin_request_work() as work:
        found = disclosed.disclosures(work, code=door.read_code(code), house=door.house())
    return render_template("cases/disclosed.html", page=disclosed.DisclosedPageSchema().dump(found))


def _case_form(wrong: Invalid | actions.Overtaken | None, told: Told | None, *, code: str = "") -> str:
    """The form with what was typed, and above it who would see what; after somebody else's update it stands on the new revision."""
    with door.begin_request_work() as work:
        blank = typed.filled(work, house=door.house(), code=code) if code else typed.blank(work, house=door.house())
    if not isinstance(wrong, actions.Overtaken):
        blank = replace(blank, revision=request.form.get(typed.REVISION, blank.revision, type=int))
    shown = {"sections": list(forms.sections(blank.fields)), "questions": blank.questions, "revision": blank.revision}
    return render_template("cases/enter.html", form=_form(wrong), code=code, foreseen=_dumped(told), **shown)


def _form(wrong: Invalid | actions.Overtaken | None) -> dict[str, Any]:
    return door.form_of(wrong) if wrong else door.form_of(None, said=door.typed())


def _hold_page(code: str, form: dict[str, Any], told: Told | None = None) -> str:
    with door.begin_request_work() as work:
        page = hold_page(work, code=code, house=door.house())
    return render_template("cases/hold.html", page=HoldPageSchema().dump(page), form=form, foreseen=_dumped(told))


def _dumped(told: Told | None) -> list[dict[str, Any]] | None:
    return None if told is None else schemas.ForeseenSchema(many=True).dump(told)
