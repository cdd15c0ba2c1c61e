"""The demo's identity provider: a real OIDC provider on loopback, a program of its own, where one picks a fictional person."""

import json
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import click
from authlib.common.security import generate_token
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from flask import Flask, Response, jsonify, render_template, request
from jinja2 import StrictUndefined
from joserfc.jwk import KeySet, RSAKey
from joserfc.jwt import encode
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.serving import BaseWSGIServer, make_server

from hub.demo.grants import Hub, Login, State, make_server_side
from hub.demo.personas import PERSONAS
from hub.kernel.clock import real_now
from hub.kernel.errors import Invalid
from hub.kernel.settings import Settings, read_environment
from hub.people.rules import LOGGED_OUT
from hub.people.schemas import load_providers

LOOPBACK = ("127.0.0.1", "localhost")
NOTICE_LIVES = 120
METADATA = {
    "response_types_supported": ["code"],
    "grant_types_supported": ["authorization_code"],
    "subject_types_supported": ["public"],
    "scopes_supported": ["openid", "organisatie"],
    "claims_supported": ["sub", "sid", "acr", "auth_time", "organisatie"],
    "id_token_signing_alg_values_supported": ["PS256"],
    "token_endpoint_auth_methods_supported": ["private_key_jwt"],
    "token_endpoint_auth_signing_alg_values_supported": ["PS256", "RS256", "ES256"],
    "code_challenge_methods_supported": ["S256"],
    "authorization_response_iss_parameter_supported": True,
    "backchannel_logout_supported": True,
    "backchannel_logout_session_supported": True,
}


class NotForTheDemo(Invalid):
    """The provider was asked to run where it must not: outside demo mode, or for other machines to reach."""


def make_provider(state: State) -> Flask:
    """The provider as an application; the state may be changed while it runs (a test rotates its keys)."""
    app = Flask(__name__, template_folder="templates", static_folder="static")
    app.jinja_env.undefined = StrictUndefined
    _add_login(app, make_server_side(app, state=state), state)
    _add_logout(app, state)
    _add_description(app, state)
    app.register_error_handler(HTTPException, _say_no)
    app.after_request(_headers_for(state))
    return app


def serve_on_loopback(state: State) -> BaseWSGIServer:
    """A server for this state on the address of its issuer; NotForTheDemo for any address that another machine could reach."""
    parts = urlsplit(state.issuer)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK or not parts.port or parts.path:
        raise NotForTheDemo("De inlogdienst van de demo draait alleen op http://127.0.0.1:poort van deze computer zelf.")
    return make_server("127.0.0.1", parts.port, make_provider(state), threaded=True)


def open_state(settings: Settings, *, directory: Path) -> State:
    """The provider that the hub's own register points to, with its key kept in this directory; NotForTheDemo in production."""
    if not settings.demo:
        raise NotForTheDemo("De inlogdienst van de demo start alleen als SCHAKEL_MODE demo is.")
    registered = [one for one in load_providers(settings.providers) if urlsplit(one.issuer).hostname in LOOPBACK]
    if len(registered) != 1:
        raise NotForTheDemo("In het register moet precies één inlogdienst op deze computer zelf staan.")
    [ours] = registered
    public = RSAKey.import_key(RSAKey.import_key(ours.key.reveal()).as_dict(private=False))
    hub = Hub(client_id=ours.client_id, key=public, address=settings.public_url, name=ours.name)
    return State(issuer=ours.issuer, hub=hub, keys=[_kept_key(directory / "provider-key.json")], personas=PERSONAS)


def prepare_register(directory: Path, *, issuer: str) -> Path:
    """Writes, once, the hub's key and a register with this provider bound by claim to every partner of the cast; gives its file."""
    key_file, register = directory / "hub-key.pem", directory / "providers.yaml"
    if not key_file.exists():
        _write_private(key_file, RSAKey.generate_key(2048).as_pem(private=True).decode())
    slugs = sorted({persona.partner for persona in PERSONAS})
    lines = ["- name: demo", "  title: Inlogdienst van de demo", f"  issuer: {issuer}", "  client_id: schakel", "  key_file: hub-key.pem",
             "  algorithms: [PS256]", "  scopes: [openid, organisatie]", "  acr_minimum: http://eidas.europa.eu/LoA/substantial",
             "  max_age: 300", "  partner_claim: organisatie", "  partners:"]  # fmt: skip
    register.write_text("\n".join([*lines, *(f"    {slug}: {slug}" for slug in slugs), ""]), encoding="utf-8")
    return register


def logout_token(state: State, *, login: Login) -> str:
    """The signed notice that this login is over (OIDC Back-Channel Logout 1.0)."""
    now = int(real_now().timestamp())
    claims = {"iss": state.issuer, "aud": state.hub.client_id, "iat": now, "exp": now + NOTICE_LIVES, "jti": generate_token(32),
              "sub": login.persona.subject, "sid": login.sid, "events": {LOGGED_OUT: {}}}  # fmt: skip
    key = state.keys[-1]
    return encode({"alg": "PS256", "kid": key.kid, "typ": "logout+jwt"}, claims, key, algorithms=["PS256"])


def end_login(state: State, *, sid: str) -> None:
    """Ends a login here and tells the hub; a hub that does not answer keeps nobody in."""
    login = state.logins.pop(sid, None)
    if login is None:
        return
    address = f"{state.hub.address}/aanmelden/{state.hub.name}/afgemeld"
    body = urlencode({"logout_token": logout_token(state, login=login)}).encode()
    try:
        urlopen(Request(address, data=body), timeout=5).close()  # noqa: S310  the hub's own address, out of our settings
    except (URLError, TimeoutError):
        click.echo("De hub heeft de afmelding niet aangenomen.", err=True)


def _add_login(app: Flask, server: AuthorizationServer, state: State) -> None:
    @app.route("/aanmelden", methods=["GET", "POST"])
    def choose_person() -> Response:
        try:
            grant = server.get_consent_grant(end_user=None)
        except OAuth2Error as error:
            return server.handle_error_response(server.create_oauth2_request(None), error)  # type: ignore[no-any-return]
        if request.method == "GET":
            groups = [(name, list(people)) for name, people in groupby(state.personas, key=lambda one: one.organisation.split(",")[0])]
            return Response(render_template("provider/cards.html", groups=groups))
        chosen = [one for one in state.personas if one.subject == request.form.get("persona")]
        if not chosen:
            raise BadRequest
        login = Login(chosen[0], generate_token(32), real_now())
        state.logins[login.sid] = login
        return server.create_authorization_response(grant_user=login, grant=grant)  # type: ignore[no-any-return]

    @app.post("/token")
    def exchange_code() -> Response:
        return server.create_token_response()  # type: ignore[no-any-return]


def _add_logout(app: Flask, state: State) -> None:
    @app.get("/uitloggen")
    def end_session() -> str:
        end_login(state, sid=request.args.get("logout_hint", ""))
        ours = f"{state.hub.address}/afgemeld"
        back = ours if request.args.get("post_logout_redirect_uri") == ours else None
        return _message("U bent uitgelogd bij de inlogdienst", "Wie u koos, is hier vergeten.", back=back)

    @app.post("/iedereen-uitloggen")
    def end_every_login() -> str:
        for sid in list(state.logins):
            end_login(state, sid=sid)
        return _message("Iedereen is uitgelogd", "Schakel heeft er bericht van gekregen.", back=state.hub.address)


def _add_description(app: Flask, state: State) -> None:
    @app.get("/")
    def show_logins() -> str:
        logins = list(state.logins.values())
        sentence = "Deze mensen zijn nu ingelogd." if logins else "Er is nu niemand ingelogd."
        return _message("Inlogdienst van de demo", sentence, logins=logins, back=state.hub.address)

    @app.get("/.well-known/openid-configuration")
    def describe() -> Response:
        addresses = {"authorization_endpoint": "/aanmelden", "token_endpoint": "/token", "jwks_uri": "/jwks",
                     "end_session_endpoint": "/uitloggen"}  # fmt: skip
        return jsonify({"issuer": state.issuer, **{name: state.issuer + path for name, path in addresses.items()}, **METADATA})

    @app.get("/jwks")
    def show_keys() -> Response:
        return jsonify(KeySet(list(state.keys)).as_dict(private=False, use="sig", alg="PS256"))


def _say_no(error: HTTPException) -> tuple[str, int]:
    return _message("Dit kan hier niet", "Ga terug naar Schakel en begin daar opnieuw.", back=None), error.code or 500


def _message(title: str, sentence: str, *, back: str | None, logins: list[Login] | None = None) -> str:
    return render_template("provider/message.html", title=title, sentence=sentence, logins=logins, back=back)


def _headers_for(state: State) -> Callable[[Response], Response]:
    """A strict page; the form may also lead to the hub, since Chromium holds `form-action` against the redirect that follows."""
    policy = f"default-src 'none'; style-src 'self'; form-action 'self' {state.hub.address}; base-uri 'none'; frame-ancestors 'none'"

    def put_on(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return put_on


def _kept_key(path: Path) -> RSAKey:
    """The provider's key out of its file; made at the first start, so that a second start goes on with the same key."""
    if not path.exists():
        made = RSAKey.generate_key(2048, auto_kid=True)
        _write_private(path, json.dumps(made.as_dict(private=True)))
    return RSAKey.import_key(json.loads(path.read_text(encoding="utf-8")))


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


@click.command()
@click.option("--directory", required=True, type=click.Path(path_type=Path, file_okay=False), help="Map waarin de sleutel blijft staan.")
def main(directory: Path) -> None:
    """Start de inlogdienst van de demo; stopt met Ctrl-C."""
    state = open_state(read_environment(), directory=directory)
    server = serve_on_loopback(state)
    click.echo(f"De inlogdienst van de demo luistert op {state.issuer}. Alleen voor de demo: deze mensen bestaan niet.")
    server.serve_forever()


if __name__ == "__main__":
    main()
