"""Every error becomes an answer here, once: a Dutch page, or problem+json for the API; refusals are journalled in a work of their own."""

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from hub.audit.events import Event
from hub.audit.journal import record
from hub.kernel import clock
from hub.kernel.database import SessionEnded, begin_work
from hub.kernel.errors import Conflict, HubError, Invalid, NotFound, Problem, Refused, Unavailable
from hub.people.words import SignInRefused
from hub.web import door

LOG = logging.getLogger("hub.web")
STATUS: dict[type[HubError], HTTPStatus] = {
    SessionEnded: HTTPStatus.UNAUTHORIZED,
    door.LoginNeeded: HTTPStatus.UNAUTHORIZED,
    Refused: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Invalid: HTTPStatus.BAD_REQUEST,
    Conflict: HTTPStatus.CONFLICT,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
HEADINGS = {
    HTTPStatus.BAD_REQUEST: "De gegevens kloppen niet",
    HTTPStatus.UNAUTHORIZED: "Meld u eerst aan",
    HTTPStatus.FORBIDDEN: "Dit mag niet",
    HTTPStatus.NOT_FOUND: "Niet gevonden",
    HTTPStatus.METHOD_NOT_ALLOWED: "Dit kan hier niet",
    HTTPStatus.CONFLICT: "Dit kan nu niet",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Dit bestand is te groot",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Dit soort gegevens kan Schakel niet lezen",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Er ging iets mis",
    HTTPStatus.SERVICE_UNAVAILABLE: "Schakel is even niet beschikbaar",
}
SENTENCES = {
    HTTPStatus.BAD_REQUEST: "Schakel kan dit verzoek niet lezen. Er is niets gewijzigd.",
    HTTPStatus.NOT_FOUND: NotFound().sentence,
    HTTPStatus.METHOD_NOT_ALLOWED: "Deze pagina kent deze handeling niet. Er is niets gewijzigd.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Wat u stuurt, is groter dan Schakel aanneemt. Er is niets gewijzigd.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Schakel neemt dit soort gegevens hier niet aan. Er is niets gewijzigd.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Dit ligt aan Schakel, niet aan u. Er is niets gewijzigd. Probeer het later nog eens.",
}
ADVICE = {
    HTTPStatus.FORBIDDEN: "Denkt u dat u dit wel moet kunnen? Vraag het de coördinator van uw organisatie.",
    HTTPStatus.NOT_FOUND: "Typte u het adres of een code over? Kijk dan of elk teken klopt.",
    HTTPStatus.CONFLICT: "Ga terug, ververs de pagina en kijk hoe het nu staat.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Wacht een minuut en probeer het dan nog eens.",
}
CHALLENGE = 'Cookie realm="Schakel", form-action="/aanmelden", cookie-name="__Host-schakel"'


def answer_faults(app: Flask) -> None:
    """Lets this file answer for every error of the application."""
    app.register_error_handler(HubError, _answer_ours)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unforeseen)


def _answer_ours(error: HubError) -> Response:
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    if status is HTTPStatus.FORBIDDEN:
        _journal_refusal(error)
    if status is HTTPStatus.UNAUTHORIZED:
        door.leave()
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        LOG.error("%s at endpoint %s", type(error).__name__, request.endpoint)
    return _answer(status, sentence=error.sentence, problems=error.problems if isinstance(error, Invalid) else ())


def _answer_http(error: HTTPException) -> Response:
    if error.code is not None and error.code < HTTPStatus.BAD_REQUEST:
        return Response(error.get_response().response, error.code, error.get_headers())
    status = HTTPStatus(error.code) if error.code in list(HEADINGS) else HTTPStatus.BAD_REQUEST
    response = _answer(status, sentence=SENTENCES.get(status, SENTENCES[HTTPStatus.BAD_REQUEST]), problems=())
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _answer_unforeseen(error: Exception) -> Response:
    # The text of an error can quote a case, so the log gets its type and place only.
    trace, place = error.__traceback__, "?"
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
        trace = trace.tb_next
    LOG.error("%s at %s, endpoint %s", type(error).__name__, place, request.endpoint)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _answer(status, sentence=SENTENCES[status], problems=())


def _answer(status: HTTPStatus, *, sentence: str, problems: tuple[Problem, ...]) -> Response:
    if request.path.startswith("/api/"):
        response = _problem(status, sentence=sentence, problems=problems)
    else:
        response = Response(_page(status, sentence=sentence, problems=problems), status, mimetype="text/html")
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = CHALLENGE
        response.delete_cookie(door.COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return response


def _problem(status: HTTPStatus, *, sentence: str, problems: tuple[Problem, ...]) -> Response:
    told: dict[str, Any] = {"type": "about:blank", "title": HEADINGS[status], "status": status.value, "detail": sentence}
    if problems:
        told["errors"] = [{"veld": problem.place, "melding": problem.sentence} for problem in problems]
    response = jsonify(told)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def _page(status: HTTPStatus, *, sentence: str, problems: tuple[Problem, ...]) -> str:
    needs_login = status is HTTPStatus.UNAUTHORIZED
    way_out = {"href": "/aanmelden", "text": "Aanmelden"} if needs_login else {"href": "/", "text": "Naar het overzicht"}
    return render_template(
        "error.html", heading=HEADINGS[status], sentence=sentence, problems=problems, advice=ADVICE.get(status, ""), way_out=way_out
    )


def _journal_refusal(error: HubError) -> None:
    actor = door.actor()
    if actor is None or request.endpoint is None or isinstance(error, SignInRefused):
        return  # nobody to name; or the login wrote its own line
    reason = error.reason if isinstance(error, door.EntryRefused) else "rol-ontbreekt"
    try:
        with begin_work(actor, now=clock.now()) as work:
            record(work, Event.ENTRY_REFUSED, entry=request.endpoint, reason=reason)
    except HubError:
        LOG.error("a refusal at %s could not be journalled", request.endpoint)
