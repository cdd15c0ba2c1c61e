"""The pages of cases: what others gave us, what we brought in ourselves, the forms for both, and consent."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.cases import actions, asked, consenting, delivery, explained, forms, lookup, received, runs, schemas, typed, uploads
from hub.cases.intake import Receipt
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, Problem
from hub.kernel.schemas import load
from hub.meetings.explained import of_own, of_received
from hub.meetings.schemas import SpokenSchema
from hub.partners.queries import partners_by_id
from hub.referrals.queries import of_case
from hub.referrals.schemas import ReferralSchema
from hub.web import door

pages = Blueprint("cases", __name__)
ODD = "Dit adres klopt niet. Begin opnieuw bij de lijst."
Answer = str | Response | tuple[str, int]


@pages.get("/ontvangen")
def show_received() -> str:
    """What other partners share with us, fifty at a time, the newest first."""
    wanted = asked.received_wanted(load(asked.ListSchema(), said=asked.as_said(_said()), otherwise=ODD))
    with door.begin_request_work() as work:
        page = received.received(work, house=door.house(), wanted=wanted)
        givers = () if page.rows else explained.givers(work)
    told = {"lines": schemas.ReceivedSchema(many=True).dump(page.rows), "onward": asked.received_onward(page)}
    told["givers"] = schemas.GiverSchema(many=True).dump(givers)
    return render_template("cases/received.html", form=door.form_of(None), first="/ontvangen" if wanted.after else "", **told)


@pages.get("/ontvangen/<code>")
def show_received_case(code: str) -> str:
    """One case that another partner shares with us, each fact explained."""
    with door.begin_request_work() as work:
        found = door.read_code(code)
        page, said = explained.received_page(work, house=door.house(), code=found), of_received(work, code=found)
    spoken = SpokenSchema(many=True).dump(said)
    return render_template("cases/received_one.html", row=schemas.ReceivedPageSchema().dump(page), spoken=spoken)


@pages.post("/ontvangen/zoek")
def find_case() -> Answer:
    """Leads to the case under a code, received or own; else the page says in one sentence why there is none."""
    text = request.form.get(lookup.FIELD, "")
    try:
        with door.begin_request_work() as work:
            found = lookup.look_up(work, text=text)
    except lookup.LeadsNowhere as error:
        return render_template(
            "cases/find.html", form=door.form_of(error, said={lookup.FIELD: [text]}), onward=_case_address(error.meant)
        ), 400
    return redirect(_case_address(found), 303)


@pages.get("/zaken")
def show_own() -> Answer:
    """Our own cases, fifty at a time, the last changed first."""
    said, wrong = _wanted_cases()
    with door.begin_request_work() as work:
        page = explained.own_list(work, house=door.house(), wanted=asked.own_wanted(said))
    told = schemas.OwnListPageSchema().dump(page) | {"onward": asked.own_onward(page, said=said)}
    is_filtered = any(said[name] for name in ("maand", "provincie", "stand"))
    shown = render_template(
        "cases/own.html", form=door.form_of(wrong, said=_said()), is_filtered=is_filtered, first=bool(said["na"]), **told
    )
    return (shown, 400) if wrong else shown


@pages.get("/zaken/<code>")
def show_own_case(code: str) -> str:
    """One own case: its facts, who receives what and why, consent, and its history."""
    with door.begin_request_work() as work:
        page, said = explained.own_page(work, house=door.house(), code=door.read_code(code)), of_own(work, code=door.read_code(code))
        referred = of_case(work, code=door.read_code(code))
    told = {"spoken": SpokenSchema(many=True).dump(said), "referred": ReferralSchema(many=True).dump(referred)}
    return render_template("cases/own_one.html", case=schemas.OwnPageSchema().dump(page), **told)


@pages.get("/zaken/nieuw")
def ask_new() -> str:
    """An empty form for a new case."""
    with door.begin_request_work() as work:
        blank = typed.blank(work, house=door.house())
    return _case_form(blank, door.form_of(None, said=blank.typed))


@pages.post("/zaken/nieuw")
def enter_case() -> Answer:
    """Brings in a new case and shares it; the form comes back with what was typed when something is not right."""
    try:
        with door.begin_request_work() as work:
            written = typed.enter(work, typed=door.typed(), house=door.house())
    except Invalid as error:
        with door.begin_request_work() as work:
            blank = typed.blank(work, house=door.house())
        return _case_form(blank, door.form_of(error)), 400
    return redirect(f"/zaken/{written.code}?gedaan=zaak", 303)


@pages.get("/zaken/<code>/aanvulling")
def ask_update(code: str) -> str:
    """The form of an own case as it stands now."""
    with door.begin_request_work() as work:
        blank = typed.filled(work, house=door.house(), code=door.read_code(code))
    return _case_form(blank, door.form_of(None, said=blank.typed), code=door.read_code(code))


@pages.post("/zaken/<code>/aanvulling")
def update_case(code: str) -> Answer:
    """Adds an update to an own case and shares what changed; the form keeps what was typed when something is not right."""
    try:
        with door.begin_request_work() as work:
            written = typed.update(work, code=door.read_code(code), typed=door.typed(), house=door.house())
    except actions.NothingNew:
        return redirect(f"/zaken/{door.read_code(code)}?gedaan=ongewijzigd", 303)
    except (Invalid, actions.Overtaken) as error:
        return _update_form_again(door.read_code(code), error), 409 if isinstance(error, actions.Overtaken) else 400
    return redirect(f"/zaken/{written.code}?gedaan=aanvulling", 303)


@pages.get("/zaken/<code>/toestemming")
def show_consent(code: str) -> str:
    """Where the reporter's consent stands, per recipient, and a form for a new answer."""
    return _consent_page(door.read_code(code), door.form_of(None))


@pages.post("/zaken/<code>/toestemming")
def record_consent(code: str) -> Answer:
    """Writes down what the reporter said, about all recipients in one form; it works at once."""
    try:
        with door.begin_request_work() as work:
            consenting.record_answers(work, code=door.read_code(code), typed=door.typed(), house=door.house())
    except Invalid as error:
        return _consent_page(door.read_code(code), door.form_of(error)), 400
    return redirect(f"/zaken/{door.read_code(code)}?gedaan=toestemming", 303)


@pages.get("/zaken/<code>/toestemming/<recipient>/intrekken")
def ask_withdrawal(code: str, recipient: str) -> str:
    """What a withdrawal will do, before it is done."""
    with door.begin_request_work() as work:
        page = explained.before_withdrawal(work, house=door.house(), code=door.read_code(code), recipient=recipient)
    return render_template("cases/withdraw.html", one=schemas.ReceiptSchema().dump(page))


@pages.post("/zaken/<code>/toestemming/<recipient>/intrekken")
def withdraw_consent(code: str, recipient: str) -> Response:
    """Withdraws consent for one recipient; its row goes in the same transaction."""
    with door.begin_request_work() as work:
        actions.withdraw_consent(work, code=door.read_code(code), recipient=recipient, house=door.house())
    return redirect(f"/zaken/{door.read_code(code)}/toestemming/{recipient}/bewijs", 303)


@pages.get("/zaken/<code>/toestemming/<recipient>/bewijs")
def show_receipt(code: str, recipient: str) -> str:
    """The receipt of a withdrawal: whose row went, when, and whether it had been opened."""
    with door.begin_request_work() as work:
        receipt = explained.withdrawal_receipt(work, house=door.house(), code=door.read_code(code), recipient=recipient)
    return render_template("cases/withdrawn.html", receipt=schemas.ReceiptSchema().dump(receipt))


@pages.get("/inlezen")
def show_intake() -> str:
    """Where an export is offered, with what was taken in before."""
    return _intake_page(door.form_of(None))


@pages.post("/inlezen")
def offer_export() -> Answer:
    """Keeps the file, sealed, until somebody looked at what was understood of it."""
    try:
        content, name = _offered()
        with door.begin_request_work() as work:
            upload = delivery.offer_file(work, content=content, name=name, house=door.house())
    except Invalid as error:
        return _intake_page(door.form_of(Invalid(error.sentence, (Problem("file", error.sentence),)), said={})), 400
    return redirect(f"/inlezen/{upload}", 303)


@pages.get("/inlezen/<uuid:upload>")
def show_preview(upload: UUID) -> str:
    """What was understood of the offered file, and what taking it in would do; nothing is changed yet."""
    with door.begin_request_work() as work:
        understood = delivery.preview(work, upload=upload, house=door.house())
    receipt, bound = _rehearsed(upload)
    told = {"receipt": schemas.IntakeSchema().dump(receipt), "bound": runs.BoundSchema(many=True).dump(bound)}
    return render_template("cases/preview.html", id=upload, preview=understood, **told)


@pages.post("/inlezen/<uuid:upload>")
def take_in_export(upload: UUID) -> Response:
    """Takes the offered file in and shares what came of it."""
    with door.begin_request_work() as work:
        receipt = delivery.confirm(work, upload=upload, house=door.house())
    return redirect(f"/inlezen/klaar/{receipt.run}?gedaan=ingelezen", 303)


@pages.post("/inlezen/<uuid:upload>/weggooien")
def discard_export(upload: UUID) -> Response:
    """Throws the offered file away unread."""
    with door.begin_request_work() as work:
        uploads.discard(work, upload=upload)
    return redirect("/inlezen?gedaan=weggegooid", 303)


@pages.get("/inlezen/klaar/<uuid:run>")
def show_run(run: UUID) -> str:
    """What became of an export, and where its cases went."""
    with door.begin_request_work() as work:
        page, titles = runs.run_page(work, run=run), _titles(work)
    return render_template("cases/taken_in.html", titles=titles, **schemas.RunPageSchema().dump(page))


class _Rehearsed(Exception):
    """Carries a receipt out of a work that must leave nothing behind."""

    def __init__(self, receipt: Receipt, bound: tuple[runs.Bound, ...]) -> None:
        super().__init__("rehearsed")
        self.told = receipt, bound


def _rehearsed(upload: UUID) -> tuple[Receipt, tuple[runs.Bound, ...]]:
    """What taking the file in would come to, also at every recipient: done for real, and undone."""
    try:
        with door.begin_request_work() as work:
            receipt = delivery.confirm(work, upload=upload, house=door.house())
            raise _Rehearsed(receipt, runs.outlook(work, run=receipt.run, house=door.house()))
    except _Rehearsed as done:
        return done.told


def _offered() -> tuple[bytes, str]:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("Kies eerst een bestand.")
    return file.read(), file.filename


def _intake_page(form: dict[str, Any]) -> str:
    with door.begin_request_work() as work:
        latest, titles = runs.latest_runs(work), _titles(work)
    return render_template("cases/intake.html", form=form, runs=schemas.RunSchema(many=True).dump(latest), titles=titles)


def _titles(work: Work) -> dict[str, str]:
    return {mapping.export: mapping.title for mapping in delivery.exports_of(partners_by_id(work)[work.partner])}


def _case_address(found: lookup.Found | None) -> str:
    return "" if found is None else f"/zaken/{found.code}" if found.is_own else f"/ontvangen/{found.code}"


def _said() -> dict[str, list[str]]:
    return request.args.to_dict(flat=False)


def _wanted_cases() -> tuple[dict[str, Any], Invalid | None]:
    """What the list is asked; a filter that is not right is told beside the whole list."""
    try:
        return load(asked.OwnListSchema(), said=asked.as_said(_said()), otherwise=ODD), None
    except Invalid as error:
        return load(asked.OwnListSchema(), said={}, otherwise=ODD), error


def _case_form(blank: typed.Blank, form: dict[str, Any], *, code: str = "") -> str:
    told = {"sections": list(forms.sections(blank.fields)), "questions": blank.questions, "revision": blank.revision}
    return render_template("cases/enter.html", form=form, code=code, **told)


def _update_form_again(code: str, error: Invalid | actions.Overtaken) -> str:
    """The form with what was typed; after somebody else's update it stands on the new revision, and its sentence says so."""
    with door.begin_request_work() as work:
        blank = typed.filled(work, house=door.house(), code=code)
    if isinstance(error, Invalid):
        blank = replace(blank, revision=request.form.get(typed.REVISION, blank.revision, type=int))
    return _case_form(blank, door.form_of(error), code=code)


def _consent_page(code: str, form: dict[str, Any]) -> str:
    with door.begin_request_work() as work:
        page = consenting.consent_page(work, code=code, house=door.house())
    return render_template("cases/consent.html", case=schemas.ConsentPageSchema().dump(page), form=form)
