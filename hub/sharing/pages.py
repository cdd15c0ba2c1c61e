"""The pages Afspraken: who shares what with whom as far as it is ours, one agreement in sentences, and its signature or its end."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from hub.cases import proposed
from hub.kernel.errors import Invalid
from hub.sharing import register, shown
from hub.web import door

pages = Blueprint("sharing", __name__)
Answer = str | Response | tuple[str, int]


@pages.get("/afspraken")
def show_agreements() -> str:
    """All agreements in which our organisation gives or receives."""
    with door.begin_request_work() as work:
        board = register.board(work, book=door.house().book)
    return render_template("sharing/list.html", board=shown.BoardSchema().dump(board))


@pages.get("/afspraken/<key>")
def show_agreement(key: str) -> str:
    """One agreement: its sentences, who signed, what a proposal would change."""
    return _agreement(key, None)


@pages.post("/afspraken/<key>/tekenen")
def sign_agreement(key: str) -> Answer:
    """Signs or accepts what was read."""
    try:
        with door.begin_request_work() as work:
            proposed.sign_as_read(work, key=key, typed=door.typed(), house=door.house())
    except Invalid as error:
        return _agreement(key, error), 400
    return redirect(f"/afspraken/{key}?gedaan=getekend", 303)


@pages.post("/afspraken/<key>/stoppen")
def stop_agreement(key: str) -> Answer:
    """Stops it at once, or withdraws its proposal."""
    try:
        with door.begin_request_work() as work:
            proposed.stop_as_typed(work, key=key, typed=door.typed(), house=door.house())
    except Invalid as error:
        return _agreement(key, error), 400
    return redirect(f"/afspraken/{key}?gedaan=gestopt", 303)


def _agreement(key: str, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        page = proposed.agreement_page(work, key=key, house=door.house())
    return render_template("sharing/one.html", page=shown.AgreementPageSchema().dump(page), form=door.form_of(wrong))
