"""The pages of agreed actions: the list, and one action with what was said of it and the next step."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.agreements import queries, schemas, typed
from hub.kernel.errors import Invalid
from hub.web import door

pages = Blueprint("agreements", __name__)
Answer = str | Response | tuple[str, int]


@pages.get("/actiepunten")
def show_actions() -> str:
    """The actions of our organisation, or of others in our blocks, those due first on top."""
    with door.begin_request_work() as work:
        found = typed.listed(work, said=request.args.to_dict(flat=False))
    return render_template("agreements/list.html", page=schemas.ActionsPageSchema().dump(found))


@pages.get("/actiepunten/<uuid:agreement>")
def show_action(agreement: UUID) -> str:
    """One action: who does what by when, what was said of it, and the steps that we can take."""
    return _action(agreement, None)


@pages.post("/actiepunten/<uuid:agreement>")
def go_on_with_action(agreement: UUID) -> Answer:
    """Takes the next step with an action."""
    try:
        with door.begin_request_work() as work:
            typed.go_on(work, id=agreement, typed=door.typed())
    except Invalid as error:
        return _action(agreement, error), 400
    return redirect(f"/actiepunten/{agreement}?gedaan=actiepunt", 303)


def _action(agreement: UUID, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found = queries.agreement(work, id=agreement)
    return render_template("agreements/one.html", one=schemas.AgreementSchema().dump(found), form=door.form_of(wrong))
