"""The pages of referrals: an own case offered to a bureau, the box of both sides, one referral, the receipt code; and whose case it is."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.cases.explained import received_page
from hub.cases.schemas import ReceivedPageSchema
from hub.kernel.errors import Conflict, Invalid, Problem
from hub.referrals import queries, rules, schemas, typed
from hub.threads.rules import Side
from hub.web import door

pages = Blueprint("referrals", __name__)
WORDS = {"reasons": rules.DECLINED_BECAUSE, "outcomes": rules.OUTCOMES}
Answer = str | Response | tuple[str, int]


@pages.get("/doorverwijzingen")
def show_referrals() -> str:
    """All referrals from and to our organisation, and the place to enter a reporter's code."""
    return _board(door.form_of(None))


@pages.post("/doorverwijzingen/code")
def enter_code() -> Answer:
    """Leads to the referral behind a reporter's code, and writes down that the reporter is there; a wrong code is counted."""
    try:
        with door.begin_request_work() as work:
            found = typed.enter(work, typed=door.typed(), origin=request.remote_addr, house=door.house())
    except Invalid as error:
        return _board(door.form_of(error)), 400
    if found.thread is None:
        return _board(door.form_of(Invalid(found.why, (Problem("receipt", found.why),)))), 400
    return redirect(f"/doorverwijzingen/{found.thread}?gedaan={'melder' if found.has_arrived else 'codegevonden'}", 303)


@pages.get("/doorverwijzingen/<uuid:thread>")
def show_referral(thread: UUID) -> str:
    """One referral: where it stands, what can be done now, and for the bureau what the reporter lets it see."""
    return _referral(thread, None)


@pages.post("/doorverwijzingen/<uuid:thread>/stap")
def step_referral(thread: UUID) -> Answer:
    """Does the next step: open it, accept it or not, help, finish; or as its giver withdraw it."""
    try:
        with door.begin_request_work() as work:
            typed.step(work, thread=thread, typed=door.typed(), house=door.house())
    except Invalid as error:
        return _referral(thread, error), 400
    return redirect(f"/doorverwijzingen/{thread}?gedaan=doorverwijzing", 303)


@pages.post("/doorverwijzingen/<uuid:thread>/code")
def renew_code(thread: UUID) -> str:
    """Another receipt code, for a reporter that lost the first; shown this once."""
    with door.begin_request_work() as work:
        told = typed.new_code(work, thread=thread, house=door.house())
    return render_template("referrals/offered.html", told=schemas.OfferedSchema().dump(told))


@pages.get("/zaken/<code>/doorverwijzen")
def choose_bureau(code: str) -> str:
    """To which bureau the reporter of an own case wants to go."""
    with door.begin_request_work() as work:
        found = typed.choice(work, code=door.read_code(code), house=door.house())
    return render_template("referrals/choose.html", case=schemas.ChoiceSchema().dump(found))


@pages.get("/zaken/<code>/doorverwijzen/<recipient>")
def ask_offer(code: str, recipient: str) -> str:
    """What the reporter is asked about one bureau, with nothing chosen beforehand."""
    return _offer(door.read_code(code), recipient, None)


@pages.post("/zaken/<code>/doorverwijzen/<recipient>")
def offer_case(code: str, recipient: str) -> Answer:
    """Refers the reporter; the page that follows shows the receipt code, this once."""
    try:
        with door.begin_request_work() as work:
            told = typed.offer_as_typed(work, code=door.read_code(code), recipient=recipient, typed=door.typed(), house=door.house())
    except (Invalid, Conflict) as error:
        return _offer(door.read_code(code), recipient, error), 400 if isinstance(error, Invalid) else 409
    return render_template("referrals/offered.html", told=schemas.OfferedSchema().dump(told))


@pages.get("/terugkoppelingen")
def show_concerns() -> str:
    """Which own cases are about another's, what that other sees of them, and who waits for news."""
    with door.begin_request_work() as work:
        found = typed.sight(work, house=door.house())
    return render_template("referrals/concerns.html", sight=schemas.ConcernsSchema().dump(found))


@pages.get("/zaken/<code>/betreft")
def ask_concern(code: str) -> str:
    """Whose case an own case is said to be about, and a form to say so."""
    return _concern(door.read_code(code), None)


@pages.post("/zaken/<code>/betreft")
def state_concern(code: str) -> Answer:
    """Says that an own case is about a case that we received."""
    try:
        with door.begin_request_work() as work:
            typed.state_as_typed(work, code=door.read_code(code), typed=door.typed(), house=door.house())
    except (Invalid, Conflict) as error:
        return _concern(door.read_code(code), error), 400 if isinstance(error, Invalid) else 409
    return redirect(f"/zaken/{door.read_code(code)}/betreft?gedaan=betreft", 303)


def _board(form: dict[str, Any]) -> str:
    with door.begin_request_work() as work:
        board = queries.board(work)
    return render_template("referrals/list.html", board=schemas.BoardSchema().dump(board), form=form)


def _referral(thread: UUID, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found, bureaus = queries.referral(work, thread=thread), typed.bureaus(work)
        shown = found.side is Side.RECIPIENT and found.has_facts
        page = received_page(work, house=door.house(), code=found.code) if shown else None
    told = {"one": schemas.ReferralSchema().dump(found), "bureaus": schemas.BureauSchema(many=True).dump(bureaus)}
    rows = ReceivedPageSchema(many=True).dump([page] if page else [])
    return render_template("referrals/one.html", form=door.form_of(wrong), words=WORDS, rows=rows, **told)


def _offer(code: str, recipient: str, wrong: Invalid | Conflict | None) -> str:
    with door.begin_request_work() as work:
        asked = typed.offer_form(work, code=code, recipient=recipient, house=door.house())
    return render_template("referrals/offer.html", asked=schemas.OfferSchema().dump(asked), form=door.form_of(wrong))


def _concern(code: str, wrong: Invalid | Conflict | None) -> str:
    with door.begin_request_work() as work:
        found = typed.about(work, code=code, house=door.house())
    return render_template("referrals/concern.html", case=schemas.AboutSchema().dump(found), form=door.form_of(wrong))
