"""The pages of the monthly collection: one's editions and what is asked of one, and for who collects, how far it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.casuistry import actions, asked, explained, lines, schemas, standing, statements
from hub.casuistry.lifecycle import NotTheCollector
from hub.casuistry.queries import Which
from hub.casuistry.rules import month_named, province_named
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, HubError, Invalid, NotFound, Problem
from hub.kernel.schemas import load
from hub.kernel.words import Month
from hub.partners.queries import partner_named
from hub.pseudonyms import mint
from hub.watches.queries import Watch, near
from hub.watches.schemas import WatchSchema
from hub.web import door

pages = Blueprint("casuistry", __name__)
Answer = str | Response | tuple[str, int]
NEAR = timedelta(days=21)
STATEMENTS = {"bijgewerkt": statements.state_complete, "nulopgave": statements.state_nothing}
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet", "pdf": "application/pdf", "json": "application/json",
}  # fmt: skip


@pages.get("/verzamelingen")
def show_collections() -> str:
    """All editions of our organisation, what is open, and what we still have to say."""
    with door.begin_request_work() as work:
        found = standing.collections(work, house=door.house())
    return render_template("casuistry/collections.html", board=schemas.CollectionsSchema().dump(found))


@pages.get("/verzamelingen/<province>/<month>")
def show_edition(province: str, month: str) -> Answer:
    """Our edition of one month, fifty lines at a time; while the month is open, as it would be now."""
    return _edition(_which(province, month))


@pages.get("/verzamelingen/<province>/<month>/aanvulling/<int:number>")
def show_addendum(province: str, month: str, number: int) -> Answer:
    """An addendum to our edition."""
    return _edition(_which(province, month, number))


@pages.get("/verzamelingen/<province>/<month>/afdruk")
def print_edition(province: str, month: str) -> str:
    """Our whole edition on one page, for paper."""
    return _printed(_which(province, month))


@pages.get("/verzamelingen/<province>/<month>/aanvulling/<int:number>/afdruk")
def print_addendum(province: str, month: str, number: int) -> str:
    """A whole addendum on one page, for paper."""
    return _printed(_which(province, month, number))


@pages.post("/verzamelingen/<province>/<month>/zaaksoverzicht")
def download_edition(province: str, month: str) -> Answer:
    """Our edition as a file."""
    return _file(_which(province, month))


@pages.post("/verzamelingen/<province>/<month>/aanvulling/<int:number>/zaaksoverzicht")
def download_addendum(province: str, month: str, number: int) -> Answer:
    """An addendum as a file."""
    return _file(_which(province, month, number))


@pages.post("/verzamelingen/<province>/<month>/nabouwen")
def rebuild_edition(province: str, month: str) -> str:
    """Makes our edition anew and says whether it has the bytes that were noted at its delivery."""
    with door.begin_request_work() as work:
        found = explained.proof(work, which=_which(province, month), house=door.house())
    return render_template("casuistry/rebuilt.html", proof=schemas.ProofSchema().dump(found))


@pages.post("/verzamelingen/<province>/<month>/zoek")
def find_line(province: str, month: str) -> Answer:
    """Leads to the line of the case with this code."""
    return _found(_which(province, month))


@pages.post("/verzamelingen/<province>/<month>/aanvulling/<int:number>/zoek")
def find_added_line(province: str, month: str, number: int) -> Answer:
    """Leads to the line of the case with this code in an addendum."""
    return _found(_which(province, month, number))


@pages.get("/aanleverberichten")
def show_statements() -> str:
    """About which months and provinces our organisation is asked, and what it said."""
    return _statements({})


@pages.post("/aanleverberichten/<province>/<month>")
def make_statement(province: str, month: str) -> Answer:
    """Says for our organisation that everything is brought in, or that there is nothing to report."""
    which, kind = _which(province, month), request.form.get("soort", "")
    try:
        if kind not in STATEMENTS:
            raise Invalid("Kies ‘alles is bijgewerkt’ of ‘niets te melden’.")
        with door.begin_request_work() as work:
            STATEMENTS[kind](work, province=which.province, month=which.month, house=door.house())
    except NotFound:
        raise NotFound from None
    except (Invalid, Conflict) as error:
        return _statements({f"{province}-{month}": error.sentence}), 400 if isinstance(error, Invalid) else 409
    return redirect(f"/aanleverberichten?gedaan={kind}", 303)


@pages.get("/inzamelingen")
def show_gatherings() -> str:
    """The gatherings that our organisation leads."""
    with door.begin_request_work() as work:
        led = standing.led_gatherings(work)
    return render_template("casuistry/gatherings.html", gatherings=schemas.LedSchema(many=True).dump(led))


@pages.get("/inzamelingen/<province>/<month>")
def show_gathering(province: str, month: str) -> str:
    """How far a gathering is that our organisation leads, what its coordinator may do, and how it went."""
    return _gathering(_which(province, month), {"typed": {}, "errors": {}})


@pages.post("/inzamelingen/<province>/<month>/bevriezen")
def freeze_gathering(province: str, month: str) -> Answer:
    """Asks to freeze now; with silent partners only for a reason."""
    return _lead(_which(province, month), Deed("bevriezen", asked.FreezeForm(), "reden-bevriezen"), _freeze)


@pages.post("/inzamelingen/<province>/<month>/verplaatsen")
def move_gathering(province: str, month: str) -> Answer:
    """Moves the freeze to another day."""
    return _lead(_which(province, month), Deed("verplaatsen", asked.MoveForm(), "dag"), actions.move)


@pages.post("/inzamelingen/<province>/<month>/heropenen")
def reopen_gathering(province: str, month: str) -> Answer:
    """Takes a freeze back that was not delivered yet."""
    return _lead(_which(province, month), Deed("heropenen", asked.ReopenForm(), "reden-heropenen"), actions.reopen)


@pages.post("/inzamelingen/<province>/<month>/bezorgen")
def deliver_gathering(province: str, month: str) -> Answer:
    """Asks to deliver now."""
    return _lead(_which(province, month), Deed("bezorgen", asked.DeliverForm(), ""), actions.deliver)


@pages.post("/inzamelingen/<province>/<month>/nakomen")
def allow_late(province: str, month: str) -> Answer:
    """Lets what one giver brought in too late come as an addendum, for a reason."""
    return _lead(_which(province, month), Deed("nakomen", asked.LateForm(), "gever"), _let_come_late)


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed of a coordinator: its word in addresses, its form, and the field that a fault stands under which the form did not see."""

    word: str
    form: asked.DeedForm
    field: str


def _which(province: str, month: str, number: int = 0) -> Which:
    """What an address names; what cannot be named is as absent as what is not there."""
    try:
        return Which(province_named(province), month_named(month), number)
    except Invalid:
        raise NotFound from None


def _edition(which: Which, wrong: HubError | None = None) -> Answer:
    """A page of an edition; after a choice or a code that is not right, the whole of it with that fault above it."""
    said, odd = _wanted()
    page, terms = _read(which, said)
    address = schemas.address_of_edition(page.edition)
    form, onward = _form(wrong or odd), asked.onward(address, said=said, after=page.following)
    shown = render_template(
        "casuistry/edition.html", edition=schemas.EditionSchema().dump(page), sections=lines.SectionSchema(many=True).dump(page.sections),
        near=WatchSchema(many=True).dump(terms), form=form, first=address if asked.is_part(said) else "", onward=onward,
    )  # fmt: skip
    return (shown, 400) if wrong or odd else shown


def _read(which: Which, said: Mapping[str, Any]) -> tuple[explained.EditionPage, list[Watch]]:
    """The wanted lines of an edition, and the terms of the cases among them that come near."""
    with door.begin_request_work() as work:
        which = explained.latest(work, which=which, house=door.house())
        page = explained.edition_page(work, which=which, choice=asked.choice(said), house=door.house())
        terms = near(work, until=today(work.now) + NEAR)
    return page, [one for one in terms if one.case in explained.codes_of(page)]


def _printed(which: Which) -> str:
    with door.begin_request_work() as work:
        page = explained.printed_page(work, which=explained.latest(work, which=which, house=door.house()), house=door.house())
    told = {"edition": schemas.EditionSchema().dump(page), "sections": lines.SectionSchema(many=True).dump(page.sections)}
    return render_template("casuistry/edition_print.html", **told)


def _file(which: Which) -> Answer:
    """The edition as a file to keep; a form that is not chosen, or that it is too long for, is told on its page."""
    form = request.form.get("vorm", "")
    try:
        if form not in TYPES:
            raise Invalid("Kies een vorm: XLSX, ODS, PDF of JSON.")
        with door.begin_request_work() as work:
            made = explained.document(work, which=which, form=form, house=door.house())
    except Invalid as error:
        return _edition(which, error)
    return Response(made.content, mimetype=TYPES[form], headers={"Content-Disposition": f'attachment; filename="{made.name}"'})


def _found(which: Which) -> Answer:
    """The place in the edition where the case with this code stands, or the page with the sentence that it is not there."""
    try:
        code = mint.read(request.form.get("code", ""))
        with door.begin_request_work() as work:
            which = explained.latest(work, which=which, house=door.house())
            line = explained.line_under(work, which=which, code=code, house=door.house())
        if line is None:
            raise Invalid("Deze zaak staat niet in deze verzameling.")
    except Invalid as error:
        return _edition(which, Invalid(error.sentence, (Problem("code", error.sentence),)))
    address = schemas.address_of(province=which.province, month=which.month, number=which.number or 0)
    return redirect(f"{address}?na={line.no - 1}#regel-{line.no}", 303)


def _statements(errors: Mapping[str, str]) -> str:
    with door.begin_request_work() as work:
        found = statements.statements_asked(work, house=door.house())
    form = {"typed": {}, "errors": errors}
    return render_template("casuistry/statements.html", asked=schemas.AskedSchema(many=True).dump(found), form=form)


def _gathering(which: Which, form: dict[str, Any]) -> str:
    with door.begin_request_work() as work:
        page = standing.gathering_page(work, province=which.province, month=which.month, house=door.house())
    return render_template("casuistry/gathering.html", gathering=schemas.GatheringSchema().dump(page), form=form)


def _lead(which: Which, deed: Deed, act: Callable[..., object]) -> Answer:
    """One deed of a coordinator; when it cannot be done, the page comes back with what was typed."""
    try:
        said = load(deed.form, said=asked.as_typed(door.typed()), otherwise="Dit is nog niet goed ingevuld.")
        with door.begin_request_work() as work:
            act(work, province=which.province, month=which.month, **said)
    except (NotFound, NotTheCollector):
        raise NotFound from None
    except (Invalid, Conflict) as error:
        placed = error if isinstance(error, Conflict) or error.problems else Invalid(error.sentence, (Problem(deed.field, error.sentence),))
        return _gathering(which, _form(placed)), 409 if isinstance(error, Conflict) else 400
    return redirect(f"/inzamelingen/{which.province}/{which.month}?gedaan={deed.word}", 303)


def _freeze(work: Work, *, province: str, month: Month, because: str) -> None:
    actions.freeze(work, province=province, month=month, because=because, house=door.house())


def _let_come_late(work: Work, **said: Any) -> None:
    try:
        giver = partner_named(work, slug=said.pop("giver"))
    except NotFound:
        raise Invalid("Kies een partner uit de lijst.") from None
    actions.allow_late(work, late=actions.LateGiver(giver, said.pop("because")), house=door.house(), **said)


def _wanted() -> tuple[dict[str, Any], Invalid | None]:
    """What the list is asked; a choice that is not right is told above the whole list."""
    try:
        return load(asked.EditionListSchema(), said=asked.as_typed(request.args.to_dict(flat=False)), otherwise=asked.ODD), None
    except Invalid as error:
        return load(asked.EditionListSchema(), said={}, otherwise=asked.ODD), error


def _form(wrong: HubError | None) -> dict[str, Any]:
    """What was typed or chosen, and what is wrong with it."""
    return door.form_of(wrong, said={**request.args.to_dict(flat=False), **door.typed()})
