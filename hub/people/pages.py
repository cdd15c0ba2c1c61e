"""The doors through which people come in and go out: choosing a provider, the way there, the way back, and leaving."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from hub.kernel.clock import real_now
from hub.kernel.words import Secret
from hub.people import actions, oidc
from hub.people.rules import read_answer
from hub.people.words import Claims, ProviderSilent, Reason, SignInRefused
from hub.web import door

pages = Blueprint("people", __name__)
ATTEMPT_COOKIE = "__Host-schakel-aanmelding"
ATTEMPT_SECONDS = 600


@pages.record
def _open_clients(setup: BlueprintSetupState) -> None:
    held = setup.app.extensions
    held["clients"] = oidc.open_clients(held["providers"], public_url=held["schakel"].public_url)


@pages.get("/aanmelden")
def choose_provider() -> str:
    """A link per identity provider of the register."""
    return render_template("people/sign_in.html", providers=[{"name": one.name, "title": one.title} for one in _clients().providers])


@pages.get("/aanmelden/<provider>")
def begin_sign_in(provider: str) -> AnyResponse:
    """Keeps an attempt and sends the visitor to the provider."""
    client = _clients().of(provider)
    with _refusals_noted(provider), door.begin_door_work() as work:
        beginning = actions.begin_sign_in(work, provider=provider)
        answer = redirect(oidc.start_address(client, beginning=beginning, now=real_now()), 303)
    _put(answer, ATTEMPT_COOKIE, beginning.cookie, seconds=ATTEMPT_SECONDS)
    return answer


@pages.get("/aanmelden/<provider>/terug")
def finish_sign_in(provider: str) -> AnyResponse:
    """Takes the provider's answer; opens a session under a new name when everything about it is right."""
    client = _clients().of(provider)
    with _refusals_noted(provider):
        claims = _claims_in_answer(client)
        with door.begin_door_work() as work:
            token = actions.sign_in(work, claims=claims, replacing=_cookie(door.COOKIE), origin=request.remote_addr)
    answer = redirect("/", 303)
    _put(answer, door.COOKIE, token, seconds=None)
    _drop(answer, ATTEMPT_COOKIE)
    return answer


@pages.post("/afmelden")
def sign_out() -> Response:
    """Ends the session at once, and offers the way to log out at the provider too; also for a session that was over already."""
    cookie = _cookie(door.COOKIE)
    with door.begin_door_work() as work:
        departure = actions.sign_out(work, cookie=cookie) if cookie else None
    door.leave()
    onward = oidc.way_out(_clients(), departure=departure, now=real_now()) if departure else None
    answer = _farewell(render_template("people/signed_out.html", onward=onward))
    _drop(answer, door.COOKIE)
    return answer


@pages.get("/afgemeld")
def show_signed_out() -> Response:
    """Where a provider sends people after they logged out there."""
    return _farewell(render_template("people/signed_out.html", onward=None))


@pages.post("/aanmelden/<provider>/afgemeld")
def take_notice(provider: str) -> Response:
    """A provider's own word that somebody logged out there: a signed notice, no cookie, no form."""
    client = _clients().of(provider)
    try:
        with _refusals_noted(provider):
            notice = oidc.read_notice(client, token=request.form.get("logout_token", ""), now=real_now())
            with door.begin_door_work() as work:
                actions.take_notice(work, notice=notice)
    except SignInRefused:
        return Response("", 400)
    return Response("", 200)


def _claims_in_answer(client: oidc.Client) -> Claims:
    """The attempt is used up in a work of its own, so that it is gone whatever the provider answers."""
    answer = read_answer(request.args.items(multi=True))
    cookie = _cookie(ATTEMPT_COOKIE)
    if cookie is None:
        raise SignInRefused(Reason.STATE_UNKNOWN)
    with door.begin_door_work() as work:
        attempt = actions.take_attempt(work, cookie=cookie, state=answer.state)
    return oidc.finish_login(client, attempt=attempt, answer=answer, now=real_now())


@contextmanager
def _refusals_noted(provider: str) -> Iterator[None]:
    try:
        yield
    except (SignInRefused, ProviderSilent) as refusal:
        with door.begin_door_work() as work:
            actions.note_refusal(work, provider=provider, reason=refusal.reason, origin=request.remote_addr)
        raise


def _clients() -> oidc.Clients:
    held: oidc.Clients = current_app.extensions["clients"]
    return held


def _cookie(name: str) -> Secret | None:
    said = request.cookies.get(name)
    return Secret(said) if said else None


def _farewell(page: str) -> Response:
    answer = make_response(page)
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


def _put(answer: AnyResponse, name: str, value: Secret, *, seconds: int | None) -> None:
    answer.set_cookie(name, value.reveal(), max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax")


def _drop(answer: AnyResponse, name: str) -> None:
    answer.delete_cookie(name, path="/", secure=True, httponly=True, samesite="Lax")
