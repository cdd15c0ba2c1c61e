"""The pages of contacts: the list of them, one contact with what can be done in it, and the question that begins one."""

from uuid import UUID

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from hub.contacts import actions, queries, rules, schemas, typed
from hub.kernel.errors import Invalid
from hub.web import door

pages = Blueprint("contacts", __name__)
WORDS = {"channels": rules.CHANNELS, "outcomes": rules.OUTCOMES, "reasons": rules.REASONS}
Answer = str | Response | tuple[str, int]


@pages.get("/contacten")
def show_contacts() -> str:
    """All contacts of our organisation, by what they ask for."""
    with door.begin_request_work() as work:
        board = queries.board(work)
    return render_template("contacts/list.html", board=schemas.BoardSchema().dump(board))


@pages.get("/contacten/nieuw/<code>")
def ask_question(code: str) -> str:
    """The question for contact about a received case, before it is asked."""
    return _question(door.read_code(code), None)


@pages.post("/contacten/nieuw/<code>")
def ask_contact(code: str) -> Answer:
    """Asks the giver of a received case for contact; one open question per case, so a second one leads to the first."""
    try:
        with door.begin_request_work() as work:
            contact = typed.ask(work, code=door.read_code(code), typed=door.typed())
    except actions.AskedBefore as error:
        return redirect(f"/contacten/{error.contact}", 303)
    except Invalid as error:
        return _question(door.read_code(code), error), 400
    return redirect(f"/contacten/{contact}?gedaan=contact", 303)


@pages.get("/contacten/<uuid:contact>")
def show_contact(contact: UUID) -> str:
    """One contact: where it stands, what can be done now, and who sees what."""
    return _contact(contact, None)


@pages.post("/contacten/<uuid:contact>/antwoord")
def answer_contact(contact: UUID) -> Answer:
    """Says yes with a contact person, or not now."""
    try:
        with door.begin_request_work() as work:
            typed.answer(work, contact=contact, typed=door.typed())
    except Invalid as error:
        return _contact(contact, error), 400
    return redirect(f"/contacten/{contact}?gedaan=contactantwoord", 303)


@pages.post("/contacten/<uuid:contact>/contact")
def note_contact(contact: UUID) -> Answer:
    """Writes down the day of the contact, or confirms the day that the other side wrote down."""
    try:
        with door.begin_request_work() as work:
            typed.note_contact(work, contact=contact, typed=door.typed())
    except Invalid as error:
        return _contact(contact, error), 400
    return redirect(f"/contacten/{contact}?gedaan=contactdag", 303)


@pages.post("/contacten/<uuid:contact>/uitkomst")
def note_outcome(contact: UUID) -> Answer:
    """Writes down in one word what came of it."""
    try:
        with door.begin_request_work() as work:
            typed.note_outcome(work, contact=contact, typed=door.typed())
    except Invalid as error:
        return _contact(contact, error), 400
    return redirect(f"/contacten/{contact}?gedaan=contactuitkomst", 303)


def _question(code: str, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        question = typed.question(work, code=code)
    return render_template("contacts/ask.html", question=schemas.QuestionSchema().dump(question), form=door.form_of(wrong), words=WORDS)


def _contact(contact: UUID, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found = queries.contact(work, contact=contact)
    return render_template("contacts/one.html", contact=schemas.ContactSchema().dump(found), form=door.form_of(wrong), words=WORDS)
