"""The page of what the hub does by itself, for who keeps it running."""

from flask import Blueprint, render_template

from hub.kernel import clock
from hub.kernel.queries import sight_of_jobs
from hub.kernel.schemas import SightSchema
from hub.web import door

pages = Blueprint("jobs", __name__)


@pages.get("/taken")
def show_jobs() -> str:
    """Every job with its last and next time, what failed, and whether a clock runs."""
    with door.begin_request_work() as work:
        sight = sight_of_jobs(work, real_now=clock.real_now())
    return render_template("kernel/jobs.html", sight=SightSchema().dump(sight))
