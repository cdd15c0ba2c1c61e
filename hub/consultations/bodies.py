"""The pages of belonging to a body, of its settings, and of the years of several bodies together."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from hub.consultations import combined, founding, progress, queries, schemas, typed
from hub.consultations.asked import asked_together, days_shown
from hub.consultations.rules import LEVEL_IN_DUTCH
from hub.kernel.errors import Invalid
from hub.web import door

pages = Blueprint("bodies", __name__)
Answer = str | Redirect | tuple[str, int]


@pages.get("/overleggen/<body>/deelname")
def show_question(body: str) -> str:
    """What our organisation is asked to belong to, and by whom; what it answered."""
    return _question(body, None)


@pages.post("/overleggen/<body>/deelname")
def answer_question(body: str) -> Answer:
    """Says yes or no to a body, or leaves it."""
    try:
        with door.begin_request_work() as work:
            done = typed.answer(work, body=body, typed=door.typed())
    except Invalid as error:
        return _question(body, error), 400
    return redirect(f"/overleggen/{body}?gedaan={done}" if done == "deelname" else f"/overleggen?gedaan={done}", 303)


@pages.get("/overleggen/<body>/instellingen")
def ask_settings(body: str) -> str:
    """The settings of a body, to be changed."""
    return _settings(body, None)


@pages.post("/overleggen/<body>/instellingen")
def change_settings(body: str) -> Answer:
    """Sets up a body otherwise."""
    try:
        with door.begin_request_work() as work:
            done = typed.change_body(work, body=body, typed=door.typed())
    except Invalid as error:
        return _settings(body, error), 400
    return redirect(f"/overleggen/{body}?gedaan={done}", 303)


@pages.get("/jaarplannen/samen")
def show_joint() -> Answer:
    """The years of several bodies that our organisation leads, planned together when they are chosen."""
    asked = asked_together(request.args.to_dict(flat=False))
    try:
        with door.begin_request_work() as work:
            found = combined.together(work, asked=asked)
    except Invalid as error:
        return _joint(asked, error), 400
    return _shown(found, None)


@pages.post("/jaarplannen/samen")
def propose_joint() -> Answer:
    """Puts the years of these bodies before their members, as the page showed them."""
    asked = asked_together(door.typed())
    try:
        with door.begin_request_work() as work:
            combined.propose_together(work, asked=asked, shown=days_shown(door.typed()))
    except Invalid as error:
        return _joint(asked, error), 400
    return redirect("/overleggen?gedaan=jaarplannensamen", 303)


def _question(body: str, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found = queries.question(work, slug=body)
    return render_template("consultations/question.html", one=schemas.QuestionSchema().dump(found), form=door.form_of(wrong))


def _settings(body: str, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        here = founding.led(work, slug=body)
        setup, agreed = founding.setup_of(work, body=here), progress.collaborations(door.house().book)
    told, listed = schemas.BodySchema().dump(here), sorted({*agreed, *setup.collaborations})
    words: dict[str, Any] = {"levels": LEVEL_IN_DUTCH, "weekdays": schemas.TYPED_WEEKDAYS, "agreed": [(one, one) for one in listed]}
    form = door.form_of(wrong, said=door.typed() if wrong else typed.as_typed(setup))
    return render_template("consultations/settings.html", body=told, words=words, form=form)


def _joint(asked: combined.Asked, wrong: Invalid) -> str:
    with door.begin_request_work() as work:
        found = combined.choices(work, asked=asked)
    return _shown(found, wrong)


def _shown(found: combined.Together, wrong: Invalid | None) -> str:
    told = schemas.TogetherSchema().dump(found)
    form = door.form_of(wrong, said={"jaar": [str(found.asked.year)], "overleg": list(found.asked.slugs)})
    return render_template("consultations/joint.html", one=told, form=form)
