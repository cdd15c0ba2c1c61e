"""The web application: the doors of all rooms, each behind the one door."""

from urllib.parse import urlsplit

from flask import Flask
from jinja2 import StrictUndefined

from hub.agendas import pages as agendas_pages
from hub.agreements import pages as agreements_pages
from hub.cases import pages as cases_pages
from hub.cases import previews as previews_pages
from hub.cases.house import House
from hub.casuistry import pages as casuistry_pages
from hub.consultations import bodies as bodies_pages
from hub.consultations import pages as consultations_pages
from hub.contacts import pages as contacts_pages
from hub.invitations import pages as invitations_pages
from hub.kernel import clock
from hub.kernel import pages as kernel_pages
from hub.kernel.database import bind_engines, db, flask_settings
from hub.kernel.settings import Settings
from hub.meetings import pages as meetings_pages
from hub.meetings import records as records_pages
from hub.people import pages as people_pages
from hub.people.schemas import load_providers
from hub.pseudonyms.keys import load_keys
from hub.referrals import pages as referrals_pages
from hub.retention import pages as retention_pages
from hub.sharing import pages as sharing_pages
from hub.sharing.schemas import load_policies
from hub.threads import pages as threads_pages
from hub.watches import pages as watches_pages
from hub.web import door, faults, headers, show
from hub.web import pages as web_pages

ROOMS = (
    web_pages, people_pages, sharing_pages, cases_pages, previews_pages, casuistry_pages, threads_pages, contacts_pages, watches_pages,
    consultations_pages, bodies_pages, invitations_pages, agreements_pages, agendas_pages, meetings_pages, records_pages,
    referrals_pages, retention_pages,
)  # fmt: skip
LARGEST_REQUEST = 32 * 1024 * 1024


class Hub(Flask):
    """Flask with strict templates: everything is escaped, and a name that does not exist is an error."""

    jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}

    def select_jinja_autoescape(self, filename: str | None) -> bool:
        """Always: a template's suffix decides nothing."""
        return True


def create_app(settings: Settings) -> Flask:
    """The application for these settings; it has no secret key, since nothing is kept in a cookie but the name of a session."""
    app = Hub("hub", static_folder=None, template_folder="web/templates")
    app.config.update(flask_settings(settings))
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_REQUEST, TRUSTED_HOSTS=[urlsplit(settings.public_url).hostname], USE_X_SENDFILE=False)
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.extensions["schakel"] = settings
    app.extensions["house"] = House(load_keys(settings.keys), load_policies(settings.policies))
    app.extensions["providers"] = load_providers(settings.providers)
    if settings.demo_date is not None:
        clock.pin(day=settings.demo_date)
    db.init_app(app)
    with app.app_context():
        bind_engines()
    door.stand_at(app)
    faults.answer_faults(app)
    app.after_request(headers.put_on_every_answer)
    app.jinja_env.filters.update(show.FILTERS)
    app.jinja_env.globals.update(show.GLOBALS)
    for room in ROOMS:
        app.register_blueprint(room.pages)
    app.register_blueprint(people_pages.notice_pages)
    app.register_blueprint(kernel_pages.pages)
    return app
