"""The page of retention: the term, what goes and when, what is held; and its forms."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from hub.kernel.errors import Conflict, Invalid
from hub.retention import actions, queries, schemas, typed
from hub.web import door

pages = Blueprint("retention", __name__)
Answer = str | Response | tuple[str, int]


@pages.get("/bewaren")
def show_retention() -> str:
    """Our term, which own cases go and which are held, and which rows end at others and at us."""
    return _board(None)


@pages.post("/bewaren/termijn")
def choose_term() -> Answer:
    """Sets how long we keep our cases, with the decision it stands on."""
    try:
        with door.begin_request_work() as work:
            typed.choose_term(work, typed=door.typed())
    except Invalid as error:
        return _board(error), 400
    return redirect("/bewaren?gedaan=bewaartermijn", 303)


@pages.post("/bewaren/vasthouden")
def hold_case() -> Answer:
    """Holds an own case, so that it is not deleted."""
    try:
        with door.begin_request_work() as work:
            typed.hold_case(work, typed=door.typed())
    except (Invalid, Conflict) as error:
        return _board(error), 400 if isinstance(error, Invalid) else 409
    return redirect("/bewaren?gedaan=vastgehouden", 303)


@pages.post("/bewaren/<code>/loslaten")
def release_case(code: str) -> Response:
    """Lets an own case go again."""
    with door.begin_request_work() as work:
        actions.release_hold(work, code=door.read_code(code))
    return redirect("/bewaren?gedaan=losgelaten", 303)


def _board(wrong: Invalid | Conflict | None) -> str:
    with door.begin_request_work() as work:
        found = queries.board(work)
    return render_template("retention/board.html", board=schemas.BoardSchema().dump(found), form=door.form_of(wrong))
