"""The pages of invitations: one's own behind the login, and the two that a secret address opens without one."""

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from hub.invitations import actions, queries, rules, schemas, typed
from hub.kernel.errors import Invalid, NotFound
from hub.kernel.words import Secret
from hub.people.tables import hash_of
from hub.web import door

pages = Blueprint("invitations", __name__)
WORDS = {"answers": rules.IN_DUTCH}
Answer = str | AnyResponse | tuple[str, int]


@pages.get("/uitnodigingen")
def show_invitations() -> str:
    """What somebody was invited to, how that stands in calendars, and the own calendar address."""
    return _own(None, {})


@pages.post("/uitnodigingen/antwoord")
def answer_invitation() -> Answer:
    """Answers one's own invitation."""
    try:
        with door.begin_request_work() as work:
            typed.answer(work, account=door.seat().account, typed=door.typed())
    except Invalid as error:
        return _own(error, {}), 400
    return redirect("/uitnodigingen?gedaan=uitnodiging", 303)


@pages.post("/uitnodigingen/titel")
def choose_title() -> Answer:
    """Keeps whether calendars show the name of the body."""
    with door.begin_request_work() as work:
        actions.choose_title(work, account=door.seat().account, is_neutral=request.form.get("neutral") == "ja")
    return redirect("/uitnodigingen?gedaan=agendatitel", 303)


@pages.post("/uitnodigingen/agenda-adres")
def make_address() -> Answer:
    """Makes a calendar address and shows it this once; the one before is dead."""
    public_url = door.settings().public_url
    with door.begin_request_work() as work:
        token = actions.make_feed(work, account=door.seat().account, public_url=public_url)
    return _own(None, typed.address_of(token, public_url=public_url))


@pages.post("/uitnodigingen/agenda-adres/intrekken")
def revoke_address() -> Answer:
    """Lets the calendar address open nothing any more; where there was none, nothing is to be done."""
    try:
        with door.begin_request_work() as work:
            actions.revoke_feed(work, account=door.seat().account)
    except NotFound:
        return redirect("/uitnodigingen", 303)
    return redirect("/uitnodigingen?gedaan=agendaadres", 303)


@pages.get("/uitnodiging/<token>")
def show_link(token: str) -> str:
    """What somebody is invited to, by the link of a mail; looking changes nothing, since scanners of mail look too."""
    return _by_link(token, None)


@pages.post("/uitnodiging/<token>")
def answer_by_link(token: str) -> Answer:
    """Answers by the link of a mail."""
    try:
        with door.begin_door_work() as work:
            typed.answer_by_link(work, token=Secret(token), typed=door.typed())
    except Invalid as error:
        return _by_link(token, error), 400
    return redirect(f"/uitnodiging/{token}?gedaan=uitnodiging", 303)


@pages.get("/agenda/abonnement/<token>")
def fetch_feed(token: str) -> AnyResponse:
    """A calendar by its secret address; nothing is sent again that a program has already."""
    with door.begin_door_work() as work:
        found = queries.calendar(work, token_hash=hash_of(Secret(token)))
    if found is None:
        raise NotFound
    answer = Response(found.body, mimetype="text/calendar")
    answer.set_etag(found.etag)
    return answer.make_conditional(request)


def _own(wrong: Invalid | None, address: dict[str, str]) -> str:
    with door.begin_request_work() as work:
        own = queries.own(work, account=door.seat().account)
    told = {"own": schemas.OwnSchema().dump(own), "address": schemas.AddressSchema(many=True).dump([address] if address else [])}
    return render_template("invitations/own.html", **told, form=door.form_of(wrong), words=WORDS)


def _by_link(token: str, wrong: Invalid | None) -> str:
    with door.begin_door_work() as work:
        found = queries.invited_by(work, token_hash=hash_of(Secret(token)))
    if found is None:
        raise NotFound(actions.NO_LINK)
    return render_template("invitations/by_link.html", one=schemas.InvitationSchema().dump(found), form=door.form_of(wrong), words=WORDS)
