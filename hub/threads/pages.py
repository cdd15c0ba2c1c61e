"""The pages of recalls: the list of them, and one recall with its answer or its receipt."""

from uuid import UUID

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from hub.kernel.errors import Invalid
from hub.threads import queries, schemas, typed
from hub.web import door

pages = Blueprint("threads", __name__)
Answer = str | Response | tuple[str, int]


@pages.get("/terugroepingen")
def show_recalls() -> str:
    """All recalls of our organisation: to answer, and open elsewhere."""
    with door.begin_request_work() as work:
        board = queries.board(work)
    return render_template("threads/recalls.html", board=schemas.BoardSchema().dump(board))


@pages.get("/terugroepingen/<uuid:thread>")
def show_recall(thread: UUID) -> str:
    """One recall: what is asked, by when, what was answered; its receipt."""
    return _recall(thread, None)


@pages.post("/terugroepingen/<uuid:thread>/antwoord")
def answer_recall(thread: UUID) -> Answer:
    """Confirms the removal, says why it is not possible, or settles that as giver."""
    try:
        with door.begin_request_work() as work:
            typed.answer(work, thread=thread, typed=door.typed())
    except Invalid as error:
        return _recall(thread, error), 400
    return redirect(f"/terugroepingen/{thread}?gedaan=terugroeping", 303)


def _recall(thread: UUID, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found = queries.recall(work, thread=thread)
    return render_template("threads/recall.html", recall=schemas.RecallSchema().dump(found), form=door.form_of(wrong))
