"""The page of terms, and the word of somebody that one was dealt with."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.watches import actions, queries, schemas
from hub.web import door

pages = Blueprint("watches", __name__)


@pages.get("/termijnen")
def show_watches() -> str:
    """The terms that are over, near and in sight."""
    with door.begin_request_work() as work:
        sight = queries.sight(work)
    return render_template("watches/list.html", sight=schemas.SightSchema().dump(sight))


@pages.post("/termijnen/<uuid:watch>")
def settle_watch(watch: UUID) -> Response:
    """Writes down that a term was dealt with, or that nothing is needed."""
    with door.begin_request_work() as work:
        actions.settle(work, watch=watch, how=request.form.get("settled", "klaar"))
    return redirect("/termijnen?gedaan=termijn", 303)
