"""Who stands at the door: the session becomes a seat, the table of entries is applied, forms are checked, and a work begins."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import Flask, current_app, g, request, url_for
from markupsafe import Markup

from hub.cases.house import House
from hub.kernel import clock
from hub.kernel.actor import Actor, Doorkeeper, Person
from hub.kernel.database import Work, begin_work
from hub.kernel.errors import HubError, Invalid, NotFound, Refused
from hub.kernel.settings import Settings
from hub.kernel.words import Secret
from hub.people.actions import take_seat
from hub.people.words import ROLE_IN_DUTCH, Provider, Role, Seat
from hub.pseudonyms import mint
from hub.web import entry, show

COOKIE = "__Host-schakel"
FORM_FIELD = "formuliercode"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
UNSEEN = frozenset({"web.show_static", "web.tell_alive", "web.tell_ready"})  # these never look at the session


@dataclass(frozen=True, slots=True)
class Way:
    """A line of the menu: shown to who may enter there (or where `needs` says), and marked on pages under `covers` too."""

    endpoint: str
    text: str
    needs: str = ""
    covers: tuple[str, ...] = ()


NAV = (  # the work itself; six at most, or the menu fills a telephone
    Way("web.show_start", "Overzicht", needs="cases.show_received"),
    Way("cases.show_received", "Ontvangen"),
    Way("cases.show_own", "Eigen zaken"),
    Way("cases.show_intake", "Inlezen"),
    Way("casuistry.show_collections", "Verzamelingen", covers=("/aanleverberichten", "/inzamelingen")),
    Way("consultations.show_bodies", "Overleggen", covers=("/jaarplannen", "/bijeenkomsten", "/verhinderingen")),
)
BESIDE = (  # what one looks after now and then: at the far end of the same bar, smaller
    Way("agreements.show_actions", "Actiepunten"),
    Way("invitations.show_invitations", "Uitnodigingen"),
    Way("contacts.show_contacts", "Contacten"),
    Way("referrals.show_referrals", "Doorverwijzingen", covers=("/terugkoppelingen",)),
    Way("threads.show_recalls", "Terugroepingen"),
    Way("watches.show_watches", "Termijnen"),
    Way("sharing.show_agreements", "Afspraken"),
    Way("retention.show_retention", "Bewaren"),
    Way("notices.show_notices", "Meldingen"),
    Way("jobs.show_jobs", "Taken"),
)


class LoginNeeded(HubError):
    """This page is for people who are logged in."""


class EntryRefused(Refused):
    """The door stays shut; `reason` is a word for the journal."""

    def __init__(self, sentence: str, *, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def guard() -> None:
    """Let this request in, or raise; runs before every view."""
    g.seat = None
    if request.endpoint is None:
        return  # an unknown address or method: its own answer follows
    found = entry.find_entry(request.endpoint)
    if found is None:
        raise EntryRefused("Deze ingang is dicht.", reason="onbekende-ingang")
    if request.endpoint in UNSEEN:
        return
    g.seat = _read_seat()
    if request.method not in SAFE and request.endpoint not in entry.FROM_ELSEWHERE:
        _check_form()
    if found.roles is None:
        return
    if g.seat is None:
        raise LoginNeeded("Deze pagina is voor mensen die bij een ketenpartner werken. Meld u aan om verder te gaan.")
    if not found.roles & g.seat.roles:
        raise EntryRefused("Uw rol bij uw organisatie geeft geen toegang tot deze pagina.", reason="rol-ontbreekt")


def seat() -> Seat:
    """The seat of the person of this request; LoginNeeded when nobody is logged in."""
    held: Seat | None = g.get("seat")
    if held is None:
        raise LoginNeeded("Meld u aan om verder te gaan.")
    return held


def is_signed_in() -> bool:
    """Whether somebody is logged in at this request."""
    return g.get("seat") is not None


def actor() -> Actor | None:
    """Who acts in this request, if anybody does."""
    held: Seat | None = g.get("seat")
    return None if held is None else Person(held.partner, held.account, held.roles, held.ticket)


def leave() -> None:
    """Forget the seat of this request, so that the page which follows is that of a stranger."""
    g.seat = None


def settings() -> Settings:
    """The settings of this process."""
    held: Settings = current_app.extensions["schakel"]
    return held


def house() -> House:
    """The keys, the words and the rules that deeds on cases need."""
    held: House = current_app.extensions["house"]
    return held


def providers() -> tuple[Provider, ...]:
    """The identity providers of our register."""
    held: tuple[Provider, ...] = current_app.extensions["providers"]
    return held


def typed() -> dict[str, list[str]]:
    """What stands in the form of this request, every field with all its values, without the token."""
    return {name: values for name, values in request.form.to_dict(flat=False).items() if name != FORM_FIELD}


def read_code(text: str) -> str:
    """A code as it stands in an address; NotFound when it cannot be one, as for a code that does not exist."""
    try:
        return mint.read(text)
    except Invalid:
        raise NotFound from None


def form_of(wrong: HubError | None, *, said: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """
    What a form shows: what was typed when something is wrong with it, or else `said`; and per field what is wrong.

    A fault without a field stands under the empty name.
    """
    errors = {problem.place: problem.sentence for problem in wrong.problems} if isinstance(wrong, Invalid) else {}
    kept = said if said is not None else typed() if wrong else {}
    return {"typed": kept, "errors": errors or ({"": wrong.sentence} if wrong else {})}


@contextmanager
def begin_request_work() -> Iterator[Work]:
    """One transaction of the person of this request, at this moment."""
    held = seat()
    with begin_work(Person(held.partner, held.account, held.roles, held.ticket), now=clock.now()) as work:
        yield work


@contextmanager
def begin_door_work() -> Iterator[Work]:
    """One transaction of the doorkeeper, who knows sessions and accounts and no cases."""
    with begin_work(Doorkeeper(), now=clock.now()) as work:
        yield work


def _read_seat() -> Seat | None:
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    with begin_door_work() as work:
        return take_seat(work, cookie=Secret(cookie), providers=providers())


def _check_form() -> None:
    """The three checks of a form: the browser says it is ours, the origin is ours, and the token is that of the session."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    # Under Referrer-Policy: no-referrer a browser says `Origin: null` on our own forms; then its other word must be there.
    ours = (settings().public_url,) if site is None else (settings().public_url, "null", None)
    if site not in (None, "same-origin") or origin not in ours:
        raise EntryRefused("Dit formulier komt niet van Schakel zelf. Er is niets gewijzigd.", reason="onbekende-ingang")
    if request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise EntryRefused("Dit is geen formulier van Schakel. Er is niets gewijzigd.", reason="onbekende-ingang")
    if g.seat is not None and not _is_same(g.seat.form_token, request.form.get(FORM_FIELD, "")):
        raise EntryRefused("Dit formulier is verlopen. Ga terug, ververs de pagina en vul het opnieuw in.", reason="formulier-verlopen")


def _is_same(held: Secret, offered: str) -> bool:
    # Hashes are compared, so the time it takes says nothing about the token.
    return sha256(held.reveal().encode()).digest() == sha256(offered.encode()).digest()


def stand_at(app: Flask) -> None:
    """Puts the guard before every view, and what all pages need into every template."""
    app.before_request(guard)
    app.context_processor(_shell)


def _shell() -> dict[str, Any]:
    return {"shell": _told(g.get("seat")), "form_token": _form_token, "may_enter": _may_enter, "link": url_for}


def _told(held: Seat | None) -> Mapping[str, Any]:
    is_demo = settings().demo
    return {
        "demo_day": show.day(clock.now()) if is_demo else "",
        "partner": held.partner_name if held else "",
        "person": held.name if held else "",
        "duties": ", ".join(ROLE_IN_DUTCH[role] for role in Role if held and role in held.roles),
        "seconds_left": _seconds_left(held) if held else 0,
        "nav": _menu(NAV) if held else (),
        "beside": _menu(BESIDE) if held else (),
        "sign_out": "/afmelden",
        "sign_in": "" if held or request.path.startswith("/aanmelden") else "/aanmelden",
        "message": show.DONE.get(request.args.get("gedaan", ""), ""),
    }


def _seconds_left(held: Seat) -> int:
    return max(int((held.ends - clock.real_now()).total_seconds()), 0)


def _menu(ways: tuple[Way, ...]) -> list[Mapping[str, Any]]:
    shown = [way for way in ways if _may_enter(way.endpoint) and _may_enter(way.needs or way.endpoint)]
    return [_item(way, url_for(way.endpoint)) for way in shown]


def _item(way: Way, href: str) -> Mapping[str, Any]:
    under = [f"{path.rstrip('/')}/" for path in (href, *way.covers) if path != "/"]
    is_here = any(f"{request.path}/".startswith(path) for path in under)
    return {"href": href, "text": way.text, "is_exactly_here": request.path == href, "is_here": is_here}


def _may_enter(endpoint: str) -> bool:
    held: Seat | None = g.get("seat")
    return endpoint in current_app.view_functions and entry.is_open(endpoint, roles=held.roles if held else frozenset())


def _form_token() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_FIELD, seat().form_token.reveal())
