"""The doors through which people come in and go out, and behind which each says how to be told of what happens."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from hub.kernel.clock import real_now
from hub.kernel.errors import Invalid
from hub.kernel.schemas import load
from hub.kernel.words import Secret
from hub.people import actions, oidc, queries, schemas
from hub.people.rules import read_answer
from hub.people.words import Claims, Mailbox, ProviderSilent, Reason, SignInRefused
from hub.web import door

pages = Blueprint("people", __name__)
notice_pages = Blueprint("notices", __name__)
ATTEMPT_COOKIE = "__Host-schakel-aanmelding"
ATTEMPT_SECONDS = 600
Answer = str | AnyResponse | tuple[str, int]


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


@notice_pages.get("/meldingen")
def show_notices() -> str:
    """Where I get mail, how I want it, and what was sent to me."""
    return _notices({})


@notice_pages.post("/meldingen")
def choose_notices() -> Answer:
    """Keeps how I want to be told from now on."""
    try:
        said = load(schemas.ChoiceSchema(), said=_typed(), otherwise="Kies hoe u meldingen wilt ontvangen.")
    except Invalid as error:
        return _notices({"choice": error.sentence}), 400
    with door.begin_door_work() as work:
        actions.choose_notices(work, account=door.seat().account, choice=said["choice"])
    return redirect("/meldingen?gedaan=meldingen", 303)


@notice_pages.post("/meldingen/proefbericht")
def ask_test() -> AnyResponse:
    """Puts a test message to me down."""
    account, mailbox = door.seat().account, _mailbox()
    with door.begin_request_work() as work:
        actions.ask_test(work, account=account, mailbox=mailbox)
    return redirect("/meldingen?gedaan=proefbericht", 303)


@notice_pages.get("/postvak-uit")
def show_outbox() -> str:
    """The letters that got stuck, for who keeps the hub running."""
    with door.begin_request_work() as work:
        stuck = queries.stuck_letters(work)
    return render_template("people/outbox.html", letters=schemas.StuckLetterSchema(many=True).dump(stuck))


@notice_pages.post("/postvak-uit")
def try_again() -> AnyResponse:
    """Lets one of them go out again."""
    said = load(schemas.LetterSchema(), said=_typed(), otherwise="Dit bericht is er niet.")
    with door.begin_request_work() as work:
        actions.try_again(work, letter=said["letter"])
    return redirect("/postvak-uit?gedaan=opnieuw", 303)


def _mailbox() -> Mailbox:
    with door.begin_door_work() as work:
        return queries.mailbox(work, account=door.seat().account)


def _notices(errors: dict[str, str]) -> str:
    mailbox = schemas.MailboxSchema().dump(_mailbox())
    with door.begin_request_work() as work:
        messages = queries.latest_messages(work, account=door.seat().account)
    form = {"typed": {"choice": [mailbox["choice"]]}, "errors": errors}
    told = schemas.MessageSchema(many=True).dump(messages)
    return render_template("people/notices.html", mailbox=mailbox, messages=told, form=form)


def _typed() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name != door.FORM_FIELD}


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
