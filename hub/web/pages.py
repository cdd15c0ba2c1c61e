"""The pages that belong to no room: the start, the two statements, the static files, and what a monitor of the server asks."""

from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, jsonify, redirect, render_template
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from hub.cases import explained
from hub.cases.schemas import OverviewSchema
from hub.casuistry.schemas import UnreadSchema
from hub.casuistry.standing import unread
from hub.contacts.queries import asked_of_us
from hub.kernel import clock, migrate
from hub.kernel.queries import pulse
from hub.referrals.queries import waiting_for_us
from hub.threads.queries import to_answer
from hub.web import door, entry

pages = Blueprint("web", __name__)
FOLDER = Path(__file__).with_name("static")
NOTHING_TYPED: dict[str, dict[str, str]] = {"typed": {}, "errors": {}}


CONTENTS = {file.name: file.read_bytes() for file in sorted(FOLDER.iterdir()) if file.is_file()}
NAMES = {name: f"{Path(name).stem}.{sha256(content).hexdigest()[:12]}{Path(name).suffix}" for name, content in CONTENTS.items()}
FILES = {hashed: name for name, hashed in NAMES.items()}
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@pages.app_template_global("static")
def static_address(name: str) -> str:
    """The address of a static file; its name holds a hash of its bytes, so it may be kept for a year."""
    return f"/static/{NAMES[name]}"


@pages.get("/static/<name>")
def show_static(name: str) -> Response:
    """A static file by its hashed name."""
    if name not in FILES:
        raise NotFound
    return Response(CONTENTS[FILES[name]], mimetype=KINDS[Path(name).suffix])


@pages.get("/toegankelijkheid")
def show_accessibility() -> str:
    """The accessibility statement."""
    return render_template("web/accessibility.html")


@pages.get("/privacy")
def show_privacy() -> str:
    """What Schakel keeps, of whom, and for how long."""
    return render_template("web/privacy.html")


@pages.get("/gezondheid/leeft")
def tell_alive() -> Response:
    """Whether this process answers at all."""
    return jsonify(staat="leeft")


@pages.get("/gezondheid/klaar")
def tell_ready() -> tuple[Response, int]:
    """Whether the database answers too, on the schema of this program, and no clock fell silent; 503 when not."""
    with door.begin_door_work() as work:
        migrate.check(work.session.connection())
        heard = pulse(work, real_now=clock.real_now())
    return (jsonify(staat="de klok staat stil"), 503) if heard.is_silent else (jsonify(staat="klaar"), 200)


@pages.get("/")
def show_start() -> str | AnyResponse:
    """What Schakel is, for a stranger; what is new, for somebody who is logged in; the jobs, for who only keeps the hub running."""
    if not door.is_signed_in():
        return render_template("web/welcome.html")
    if not entry.is_open("cases.show_received", roles=door.seat().roles):
        return redirect("/taken", 303)
    with door.begin_request_work() as work:
        overview, editions, contacts_waiting = explained.overview(work, house=door.house()), unread(work), asked_of_us(work)
        recalls_waiting, referrals_waiting = to_answer(work), waiting_for_us(work)
    told = {"overview": OverviewSchema().dump(overview), "editions": UnreadSchema(many=True).dump(editions)}
    waiting = {"contacts_waiting": contacts_waiting, "recalls_waiting": recalls_waiting, "referrals_waiting": referrals_waiting}
    return render_template("web/overview.html", form=NOTHING_TYPED, **told, **waiting)
