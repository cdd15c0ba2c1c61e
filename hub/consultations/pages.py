"""The pages of bodies: what they are and when they meet, the plan of a year, each meeting, and when one cannot come."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from hub.consultations import founding, progress, queries, rules, schemas, typed
from hub.consultations.seats import WANTED
from hub.invitations.queries import answers
from hub.invitations.schemas import AnswerSchema
from hub.kernel.errors import Invalid
from hub.web import door

pages = Blueprint("consultations", __name__)
WORDS = {
    "levels": rules.LEVEL_IN_DUTCH, "duties": rules.DUTY_IN_DUTCH, "absences": rules.ABSENCE_IN_DUTCH, "kinds": rules.BLOCK_IN_DUTCH,
    "weekdays": schemas.TYPED_WEEKDAYS, "seated": typed.SEATED, "provinces": typed.PROVINCE_WORDS,
}  # fmt: skip
USUAL = {
    "level": ["case"], "per_year": ["5"], "weekday": ["4"], "starts_at": ["13.30"], "minutes": ["150"], "lead": ["10"], "min_gap": ["56"],
    "max_gap": ["98"], "quorum": ["2"],
}  # fmt: skip
AHEAD_WAYS = (  # where a meeting goes on, in the rooms to the right
    ("agendas.show_agenda", "Agenda"), ("agendas.show_nominations", "Zaak of thema aanmelden"), ("meetings.show_hall", "In de zaal"),
)  # fmt: skip
LATER_WAYS = (
    ("agendas.show_agenda", "Agenda"), ("meetings.show_hall", "In de zaal"), ("records.show_outcomes", "Besluiten en actiepunten"),
    ("records.show_minutes", "Verslag"),
)  # fmt: skip
Answer = str | Redirect | tuple[str, int]


@pages.get("/overleggen")
def show_bodies() -> str:
    """The bodies of our organisation and the meetings to come."""
    with door.begin_request_work() as work:
        board = progress.board(work)
    return render_template("consultations/list.html", board=schemas.BoardSchema().dump(board))


@pages.get("/overleggen/nieuw")
def ask_body() -> str:
    """The form for a new body."""
    return _new_body(None)


@pages.post("/overleggen/nieuw")
def found_body() -> Answer:
    """Sets up a body that our organisation leads."""
    try:
        with door.begin_request_work() as work:
            slug = typed.found(work, typed=door.typed())
    except Invalid as error:
        return _new_body(error), 400
    return redirect(f"/overleggen/{slug}?gedaan=overleg", 303)


@pages.get("/overleggen/<body>")
def show_body(body: str) -> str:
    """One body: its year, who belongs to it, its blocks and its people."""
    return _body(body, None)


@pages.get("/overleggen/<body>/leden")
def ask_members(body: str) -> str:
    """Who belongs to a body, to be changed."""
    return _members(body, None)


@pages.post("/overleggen/<body>/leden")
def seat_members(body: str) -> Answer:
    """Says who belongs to a body."""
    try:
        with door.begin_request_work() as work:
            typed.seat(work, body=body, typed=door.typed())
    except Invalid as error:
        return _members(body, error), 400
    return redirect(f"/overleggen/{body}?gedaan=leden", 303)


@pages.get("/overleggen/<body>/blokken")
def ask_blocks(body: str) -> str:
    """The blocks of time of a body, to be changed."""
    return _blocks(body, None)


@pages.post("/overleggen/<body>/blokken")
def plan_blocks(body: str) -> Answer:
    """Divides the time of a body anew."""
    try:
        with door.begin_request_work() as work:
            typed.divide(work, body=body, typed=door.typed())
    except Invalid as error:
        return _blocks(body, error), 400
    return redirect(f"/overleggen/{body}?gedaan=blokken", 303)


@pages.post("/overleggen/<body>/deelnemers")
def name_attendee(body: str) -> Answer:
    """Names somebody of our organisation who comes."""
    try:
        with door.begin_request_work() as work:
            typed.attend(work, body=body, typed=door.typed())
    except Invalid as error:
        return _body(body, error), 400
    return redirect(f"/overleggen/{body}?gedaan=deelnemer", 303)


@pages.post("/overleggen/deelnemers/<uuid:attendee>/weg")
def drop_attendee(attendee: UUID) -> Answer:
    """Sends this person of our organisation no longer."""
    with door.begin_request_work() as work:
        body = founding.drop_attendee(work, attendee=attendee)
    return redirect(f"/overleggen/{body}?gedaan=deelnemer", 303)


@pages.post("/overleggen/<body>/jaarplannen")
def plan_year(body: str) -> Answer:
    """Plans a year of a body that our organisation leads."""
    try:
        with door.begin_request_work() as work:
            series = typed.plan(work, body=body, typed=door.typed())
    except Invalid as error:
        return _body(body, error), 400
    return redirect(f"/jaarplannen/{series}?gedaan=jaarplan", 303)


@pages.get("/jaarplannen/<uuid:series>")
def show_year(series: UUID) -> str:
    """The plan of a year: days with their costs, what was refused and why, and what members say of it."""
    return _year(series, None)


@pages.post("/jaarplannen/<uuid:series>")
def change_year(series: UUID) -> Answer:
    """Plans it anew, adjusts it, puts it before the members or settles it."""
    try:
        with door.begin_request_work() as work:
            done = typed.change(work, series=series, typed=door.typed())
    except Invalid as error:
        return _year(series, error), 400
    return redirect(f"/jaarplannen/{series}?gedaan={done}", 303)


@pages.post("/jaarplannen/<uuid:series>/bezwaren")
def object_to_year(series: UUID) -> Answer:
    """Says that our organisation cannot agree with a day, or takes that back."""
    try:
        with door.begin_request_work() as work:
            typed.object_to(work, series=series, typed=door.typed())
    except Invalid as error:
        return _year(series, error), 400
    return redirect(f"/jaarplannen/{series}?gedaan=bezwaar", 303)


@pages.get("/jaarplannen/<uuid:series>/certificaat")
def download_certificate(series: UUID) -> Response:
    """The proof of a plan, for whoever wants to check it with another program."""
    with door.begin_request_work() as work:
        told = schemas.ProofSchema().dumps(queries.series(work, id=series), ensure_ascii=False, indent=1)
    name = f'attachment; filename="jaarplan-{series}.json"'
    return Response(told, content_type="application/json", headers={"Content-Disposition": name})


@pages.post("/overleggen/<body>/bijeenkomsten")
def call_meeting(body: str) -> Answer:
    """Calls a meeting outside the plan of the year."""
    try:
        with door.begin_request_work() as work:
            made = typed.call(work, body=body, typed=door.typed())
    except Invalid as error:
        return _body(body, error), 400
    return redirect(f"/bijeenkomsten/{made}?gedaan=bijeengeroepen", 303)


@pages.get("/bijeenkomsten/<uuid:consultation>")
def show_meeting(consultation: UUID) -> str:
    """One meeting: when and where, how far it is, and who sits when."""
    return _meeting(consultation, None)


@pages.post("/bijeenkomsten/<uuid:consultation>/verplaatsing")
def move_meeting(consultation: UUID) -> Answer:
    """Puts a meeting on another day, time or place."""
    try:
        with door.begin_request_work() as work:
            typed.move(work, consultation=consultation, typed=door.typed())
    except Invalid as error:
        return _meeting(consultation, error), 400
    return redirect(f"/bijeenkomsten/{consultation}?gedaan=verplaatst", 303)


@pages.post("/bijeenkomsten/<uuid:consultation>/annulering")
def cancel_meeting(consultation: UUID) -> Answer:
    """Cancels a meeting."""
    try:
        with door.begin_request_work() as work:
            typed.cancel(work, consultation=consultation, typed=door.typed())
    except Invalid as error:
        return _meeting(consultation, error), 400
    return redirect(f"/bijeenkomsten/{consultation}?gedaan=geannuleerd", 303)


@pages.get("/verhinderingen")
def show_absences() -> str:
    """When our organisation cannot come."""
    return _absences(None)


@pages.post("/verhinderingen")
def tell_absence() -> Answer:
    """Says when our organisation cannot come."""
    try:
        with door.begin_request_work() as work:
            typed.be_absent(work, typed=door.typed())
    except Invalid as error:
        return _absences(error), 400
    return redirect("/verhinderingen?gedaan=verhindering", 303)


@pages.post("/verhinderingen/<uuid:absence>/weg")
def drop_absence(absence: UUID) -> Answer:
    """Takes back that our organisation cannot come then."""
    with door.begin_request_work() as work:
        founding.drop_absence(work, absence=absence)
    return redirect("/verhinderingen?gedaan=verhindering", 303)


def _new_body(wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        partners, agreed = progress.candidates(work), progress.collaborations(door.house().book)
    listed = schemas.PartnerSchema(many=True).dump(partners)
    form = _form(wrong, {**USUAL, "collaborations": list(agreed)})
    return render_template("consultations/new.html", partners=listed, words={**WORDS, "agreed": [(one, one) for one in agreed]}, form=form)


def _body(body: str, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found = progress.standing(work, body=body)
    form = _form(wrong, {"year": [str(found.next_year)]})
    return render_template("consultations/body.html", one=schemas.StandingSchema().dump(found), words=WORDS, form=form)


def _members(body: str, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        here, partners = founding.led(work, slug=body), progress.candidates(work)
        asked = [one for one in queries.seats(work, slugs=(body,))[body] if one.state in WANTED]
    usual = {f"{typed.MEMBER}{one.slug}": ["nodig" if one.required else "lid"] for one in asked}
    listed = schemas.PartnerSchema(many=True).dump(partners)
    told = schemas.BodySchema().dump(here)
    return render_template("consultations/members.html", body=told, partners=listed, words=WORDS, form=_form(wrong, usual))


def _blocks(body: str, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        here, usual = founding.led(work, slug=body), progress.block_rows(work, body=body)
    form = _form(wrong, typed.as_rows(usual))
    rows = typed.rows_of(form["typed"])
    words = {**WORDS, "rows": rows}
    return render_template("consultations/blocks.html", body=schemas.BodySchema().dump(here), words=words, form=form)


def _year(series: UUID, wrong: Invalid | None) -> str:
    asked = typed.asked(request.args.to_dict(flat=False))
    with door.begin_request_work() as work:
        found = progress.year(work, series=series, asked=asked)
    form = _form(wrong, {"dag": [str(asked.day or "")], "plaats": [str(asked.place or "")]})
    return render_template("consultations/year.html", one=schemas.YearSchema().dump(found), form=form)


def _meeting(consultation: UUID, wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found, heard = progress.meeting(work, consultation=consultation), answers(work, consultation=consultation)
    said = AnswerSchema(many=True).dump(heard)
    one = schemas.MeetingSchema().dump(found)
    usual = {"day": [one["day"]], "at": [one["at"]], "place": [one["place"]], "link": [one["link"]]}
    ways = AHEAD_WAYS if found.of.state in rules.AHEAD else LATER_WAYS
    words = {"ways": [{"endpoint": endpoint, "text": text} for endpoint, text in ways]}
    return render_template("consultations/meeting.html", one=one, answers=said, words=words, form=_form(wrong, usual))


def _absences(wrong: Invalid | None) -> str:
    with door.begin_request_work() as work:
        found, board = progress.absences(work), progress.board(work)
    told = schemas.AbsenceSchema(many=True).dump(found)
    mine = schemas.BoardSchema().dump(board)
    form = _form(wrong, {"bodies": [one["slug"] for one in mine["bodies"]]})
    return render_template("consultations/absences.html", absences=told, board=mine, words=WORDS, form=form)


def _form(wrong: Invalid | None, usual: dict[str, list[str]]) -> dict[str, Any]:
    """What was typed, or else what is usual; and what is wrong with it."""
    return door.form_of(wrong, said=door.typed() if wrong else usual)
