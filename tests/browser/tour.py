"""Every page of the hub and the way to it: by its endpoint, for whatever the visitor's organisation has to show there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hub.demo.personas import PERSONAS, Persona
from hub.people.words import Role
from tests.browser import conferring, keeping, leading, previewing, referring
from tests.browser.collecting import NOTHING, Collected, lead_a_gathering, look_for_editions, read_an_edition, say_something
from tests.browser.hands import Hand, Pointer
from tests.browser.recalling import answer_a_recall
from tests.browser.walk import Tab

ADAPTERS = Path(__file__).parents[2] / "adapters"
EXAMPLES = {
    "bureau": ADAPTERS / "bureau/registratie.example.csv",
    "politie": ADAPTERS / "politie-noord-nederland/zaaksoverzicht.example.xlsx",
    "om": ADAPTERS / "om/zaakstatus.example.ods",
    "coc": ADAPTERS / "coc/meldformulier.example.json",
}
WRITERS = (Role.CASE_WORKER, Role.COORDINATOR)
ANSWERS = {  # a new case of a bureau or of COC: what is chosen; the rest is unknown
    "incident_date_sharpness": "day", "nature": "geweld", "place": "unknown", "terrain": "unknown", "report_kind": "unknown",
    "reported_by": "unknown", "residence": "unknown", "contact_wish": "unknown", "accused": "unknown", "status": "unknown",
    "online": "no", "mass_report": "no", "public_task": "unknown", "anonymity": "known", "reporter_age": "16_or_older", "inquiry": "none",
}  # fmt: skip


@dataclass
class Things:
    """What the organisation of this writer has that an address can name; None when it has no such thing."""

    writer: Persona
    own: str | None = None
    received: str | None = None
    recipient: str | None = None
    withdrawn: str | None = None
    upload: str | None = None
    run: str | None = None
    contact: str | None = None
    recall: str | None = None
    referral: str | None = None
    agreement: str | None = None
    collected: Collected = NOTHING
    conferred: conferring.Conferred = conferring.NO_CONSULTATION


Path_ = Callable[[Things], str | None]
PAGES: Mapping[str, Path_] = {
    "web.show_start": lambda _: "/",
    "web.show_accessibility": lambda _: "/toegankelijkheid",
    "web.show_privacy": lambda _: "/privacy",
    "people.choose_provider": lambda _: "/aanmelden",
    "people.show_signed_out": lambda _: "/afgemeld",
    "notices.show_notices": lambda _: "/meldingen",
    "notices.show_outbox": lambda _: "/postvak-uit",
    "cases.show_received": lambda _: "/ontvangen",
    "cases.show_received_case": lambda has: has.received and f"/ontvangen/{has.received}",
    "cases.show_own": lambda _: "/zaken",
    "cases.show_own_case": lambda has: has.own and f"/zaken/{has.own}",
    "cases.ask_new": lambda _: "/zaken/nieuw",
    "cases.ask_update": lambda has: has.own and f"/zaken/{has.own}/aanvulling",
    "cases.show_consent": lambda has: has.own and f"/zaken/{has.own}/toestemming",
    "cases.ask_withdrawal": lambda has: has.recipient and f"/zaken/{has.own}/toestemming/{has.recipient}/intrekken",
    "cases.show_receipt": lambda has: has.withdrawn and f"/zaken/{has.own}/toestemming/{has.withdrawn}/bewijs",
    **{endpoint: (lambda has, path=path: has.own and path.format(has.own)) for endpoint, path in previewing.PAGES.items()},
    "cases.show_intake": lambda _: "/inlezen",
    "cases.show_preview": lambda has: has.upload and f"/inlezen/{has.upload}",
    "cases.show_run": lambda has: has.run and f"/inlezen/klaar/{has.run}",
    "casuistry.show_collections": lambda _: "/verzamelingen",
    "casuistry.show_edition": lambda has: has.collected.edition,
    "casuistry.print_edition": lambda has: has.collected.edition and f"{has.collected.edition}/afdruk",
    "casuistry.show_addendum": lambda has: has.collected.addendum,
    "casuistry.print_addendum": lambda has: has.collected.addendum and f"{has.collected.addendum}/afdruk",
    "casuistry.show_statements": lambda _: "/aanleverberichten",
    "casuistry.show_gatherings": lambda _: "/inzamelingen",
    "casuistry.show_gathering": lambda has: has.collected.gathering,
    "contacts.show_contacts": lambda _: "/contacten",
    "contacts.ask_question": lambda has: has.received and f"/contacten/nieuw/{has.received}",
    "contacts.show_contact": lambda has: has.contact and f"/contacten/{has.contact}",
    "threads.show_recalls": lambda _: "/terugroepingen",
    "threads.show_recall": lambda has: has.recall and f"/terugroepingen/{has.recall}",
    **{endpoint: (lambda has, find=find: find(has)) for endpoint, find in referring.PAGES.items()},
    "watches.show_watches": lambda _: "/termijnen",
    "sharing.show_agreements": lambda _: "/afspraken",
    "retention.show_retention": lambda _: "/bewaren",
    "sharing.show_agreement": lambda has: has.agreement and f"/afspraken/{has.agreement}",
    "invitations.show_invitations": lambda _: "/uitnodigingen",
    **{endpoint: (lambda has, find=find: find(has.conferred)) for endpoint, find in conferring.PAGES.items()},
    "jobs.show_jobs": lambda _: "/taken",
}
NO_PAGES = {
    "web.show_static": "a file",
    "web.tell_alive": "JSON for a monitor",
    "web.tell_ready": "JSON for a monitor",
    "people.begin_sign_in": "leads on to the provider",
    "people.finish_sign_in": "leads on to the overview; its refusal is a deed",
    "people.take_notice": "a message between machines",
    "invitations.show_link": "its address stands in a mail alone; its form is that of the own invitations",
    "invitations.fetch_feed": "a calendar",
    "consultations.download_certificate": "JSON for who checks a plan",
}
CLEARS_THE_BROWSER = {"people.show_signed_out"}  # sends Clear-Site-Data, so only a stranger goes there


def kind_of(who: Persona) -> str:
    """The kind of export this person's organisation has: bureau, politie, om or coc; the outsider is called a bureau."""
    first = who.partner.split("-")[0]
    return first if first in EXAMPLES else "bureau"


def writer_of(partner: str) -> Persona:
    """Somebody of this partner who may write."""
    return next(one for one in PERSONAS if one.partner == partner and set(one.roles) & set(WRITERS))


def look_for_things(tab: Tab, who: Persona) -> Things:
    """Find, as somebody who may write, one of each thing that an address can name; a consent is recorded and withdrawn for it."""
    has = Things(who, received=_first(tab, "/ontvangen", "/ontvangen/"))
    if has.received:
        has.contact = ask_for_contact(tab, has.received)
    has.collected = look_for_editions(tab, who.partner)
    has.conferred = conferring.look_for_meetings(tab)
    has.own = _first(tab, "/zaken", "/zaken/")
    has.run = _first(tab, "/inlezen", "/inlezen/klaar/")
    if tab.page.locator("input[type=file]").count():
        offer(tab, EXAMPLES[kind_of(who)])
        has.upload = tab.page.url.rsplit("/", 1)[1]
    if has.own:
        tab.open(f"/zaken/{has.own}/toestemming")
        slugs = tab.page.locator("input[name^=antwoord-][value=alles]").evaluate_all("all => all.map(one => one.name.slice(9))")
        for slug in slugs[:2]:
            previewing.say_yes(tab, has.own, slug)
        if slugs[1:]:
            has.recipient, has.withdrawn = slugs[:2]
            tab.open(f"/zaken/{has.own}/toestemming/{has.withdrawn}/intrekken")
            tab.press("Toestemming intrekken")
    referring.refer_first(tab, has.own, refers=referring.may_refer(has))
    has.referral = _first(tab, "/doorverwijzingen", "/doorverwijzingen/")
    has.recall = _first(tab, "/terugroepingen", "/terugroepingen/")
    has.agreement = _first(tab, "/afspraken", "/afspraken/")
    return has


def ask_for_contact(tab: Tab, code: str) -> str:
    """Ask for contact about a received case, with the contact person to be named later; a question that stands open is gone on with."""
    tab.open(f"/contacten/nieuw/{code}")
    if tab.page.locator("input[name=when]").count():
        tab.page.check("input[name=when][value=later]")
        tab.press("Contact vragen")
    else:
        tab.follow("Ga naar dat contact")
    return tab.page.url.split("?")[0].rsplit("/", 1)[1]


def offer(tab: Tab, file: Path | dict[str, object]) -> None:
    """Offer a file on the page for it, and push the button."""
    tab.open("/inlezen")
    tab.page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    tab.press("Nakijken")


def fill_case(hand: Hand) -> None:
    """Fill every field of the form of a case, from top to bottom, whatever fields this kind of partner has."""
    page = hand.tab.page
    names: list[str] = page.locator("main form [name]").evaluate_all("all => [...new Set(all.map(one => one.name))]")
    for name in names:
        if name == "incident_date":
            hand.give_day(name, day=10, month=10, year=2026)
        elif page.locator(f"select[name={name}]").count():
            hand.choose(name, ANSWERS[name])
        elif page.locator(f"input[type=radio][name={name}]").count():
            hand.tick(name, ANSWERS[name])
        elif page.locator(f"input[type=checkbox][name={name}][value=unknown]").count():
            hand.tick(name, "ras" if name == "ground" else "unknown")


Deed = Callable[[Tab, Things], Iterator[str]]


def type_a_case(tab: Tab, has: Things) -> Iterator[str]:
    """A new case: with nothing filled in, and then as it should be."""
    tab.open("/zaken/nieuw")
    tab.press("Bewaren en delen")
    yield "cases.enter_case, refused"
    fill_case(Pointer(tab))
    tab.press("Wie ziet dit straks?")
    previewing.open_all(tab)
    yield "previews.preview_new, done"
    tab.press("Bewaren en delen")
    yield "cases.enter_case, done"


def add_an_update(tab: Tab, has: Things) -> Iterator[str]:
    """An update: nothing changed, then a field emptied, then as it should be, then from a form that is too old."""
    if not has.own:
        return
    old = _update(tab, has.own, lambda now, words: now)
    yield "cases.update_case, nothing new"
    _update(tab, has.own, lambda now, words: "")
    yield "cases.update_case, refused"
    _update(tab, has.own, _another)
    yield "cases.update_case, done"
    _update(tab, has.own, _another, revision=old)
    yield "cases.update_case, overtaken"


def _update(tab: Tab, code: str, choose: Callable[[str, list[str]], str], *, revision: str = "") -> str:
    """Send the form of an update with another state of the case, perhaps as if it was made from an older revision; tell from which."""
    tab.open(f"/zaken/{code}/aanvulling")
    field, made_from = tab.page.locator("#status"), tab.page.locator("input[name=revisie]")
    words: list[str] = field.locator("option").evaluate_all("all => all.map(one => one.value)")
    field.select_option(choose(field.input_value(), words))
    stands = made_from.input_value()
    made_from.evaluate("(field, old) => { field.value = old }", revision or stands)
    if tab.page.locator("#narrative").count() and tab.page.locator("#narrative").input_value():
        tab.page.check("#narrative_confirmed")
    tab.press("Aanvulling bewaren en delen")
    return stands


def _another(now: str, words: list[str]) -> str:
    return next(word for word in words if word not in (now, "", "unknown", "not_asked"))


def change_consent(tab: Tab, has: Things) -> Iterator[str]:
    """Consent: with nothing filled in, recorded, and withdrawn."""
    if not has.recipient:
        return
    tab.open(f"/zaken/{has.own}/toestemming")
    tab.press("Vastleggen")
    yield "cases.record_consent, refused"
    assert has.own
    previewing.say_yes(tab, has.own, has.recipient)
    yield "cases.record_consent, done"
    tab.open(f"/zaken/{has.own}/toestemming/{has.recipient}/intrekken")
    tab.press("Toestemming intrekken")
    yield "cases.withdraw_consent, done"
    previewing.say_yes(tab, has.own, has.recipient)


def take_in_a_file(tab: Tab, has: Things) -> Iterator[str]:
    """A file: none chosen, an unfit one, one thrown away, one taken in, and one that is dealt with already."""
    if not has.upload:
        return
    example = EXAMPLES[kind_of(has.writer)]
    tab.open("/inlezen")
    tab.press("Nakijken")
    yield "cases.offer_export, nothing chosen"
    offer(tab, {"name": "brief.csv", "mimeType": "text/csv", "buffer": b"Geachte heer,\nhierbij\n"})
    yield "cases.offer_export, unfit"
    offer(tab, example)
    tab.press("Bestand weggooien")
    yield "cases.discard_export, done"
    offer(tab, example)
    waiting = tab.page.url
    tab.press("inlezen en delen", exact=False)
    yield "cases.take_in_export, done"
    tab.open(waiting, status=409)
    yield "cases.show_preview, dealt with"


def seek_contact(tab: Tab, has: Things) -> Iterator[str]:
    """Contact: a question and an answer with nothing filled in, a yes, a no, and the question again."""
    if not (has.received and has.contact):
        return
    tab.open(f"/contacten/{has.contact}")
    if tab.page.locator("#person").count() == 0:
        return  # somebody of the same organisation came to an end with it
    tab.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    _say_whom(tab)
    yield "contacts.answer_contact, refused"
    for field, text in {"person": "Balie, coördinator", "reach": "0592 00 00 00", "moment": "Elke ochtend"}.items():
        tab.page.fill(f"#{field}", text)
    tab.page.check("input[name=channel][value=phone]")
    _say_whom(tab)
    yield "contacts.answer_contact, done"
    tab.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    tab.page.select_option("#because", "no_time")
    tab.press("Nu niet")
    yield "contacts.answer_contact, withdrawn"
    tab.open(f"/contacten/nieuw/{has.received}")
    tab.press("Contact vragen")
    yield "contacts.ask_contact, refused"
    has.contact = ask_for_contact(tab, has.received)
    yield "contacts.ask_contact, done"


def _say_whom(tab: Tab) -> None:
    with tab.page.expect_navigation(wait_until="load"):
        tab.page.locator("form", has=tab.page.locator("#person")).locator("button").click()


def look_for_a_code(tab: Tab, has: Things) -> Iterator[str]:
    """A code: one that is none, one with a typing error, and one that leads to a case."""
    for code in ("7K2M", "0123-4567-891"):
        _find(tab, code)
        yield f"cases.find_case, {code}"
    if has.own:
        _find(tab, _mistyped(has.own))
        yield "cases.find_case, mistyped"
        _find(tab, has.own)
        yield "cases.find_case, found"


def _find(tab: Tab, code: str) -> None:
    tab.open("/ontvangen")
    tab.page.fill("#code", code)
    tab.press("Zaak zoeken")


def _mistyped(code: str) -> str:
    """The code with another first sign."""
    return ("7" if code[0] != "7" else "8") + code[1:]


def choose_mail(tab: Tab, has: Things) -> Iterator[str]:
    """How to be told: another choice, a choice that is none, and a message to try it."""
    tab.open("/meldingen")
    tab.page.check("input[name=choice][value=weekly]")
    tab.press("Bewaren")
    yield "notices.choose_notices, done"
    tab.page.locator("input[name=choice]:checked").evaluate("one => { one.value = 'soms' }")
    tab.press("Bewaren")
    yield "notices.choose_notices, refused"
    tab.open("/meldingen")
    tab.press("Stuur mij een proefbericht")
    yield "notices.ask_test, done"


def answer_recalls(tab: Tab, has: Things) -> Iterator[str]:
    """A recall, where there is one to answer."""
    yield from answer_a_recall(tab, has.recall) if has.recall else ()


def collect(tab: Tab, has: Things) -> Iterator[str]:
    """Collections: an edition read and taken along, a statement, and for the coordinator of who collects, a gathering led."""
    there = has.collected
    if there.edition:
        yield from read_an_edition(tab, there.edition)
    yield from say_something(tab)
    if there.gathering and there.open_one:
        yield from lead_a_gathering(tab, there.gathering, there.open_one)


def confer(tab: Tab, has: Things) -> Iterator[str]:
    """Consultations: what a member does, or who leads a meeting that is prepared, or who sets up a body."""
    there = has.conferred
    if there.led is None:
        yield from conferring.be_a_member(tab, there, email=has.writer.email, own=has.own)
    elif there.held and there.ahead:
        yield from leading.lead_a_meeting(tab, there.ahead)
        yield from leading.choose_a_template(tab, there.led)
    else:
        yield from conferring.found_a_body(tab)


def go_wrong(tab: Tab, has: Things) -> Iterator[str]:
    """Addresses and filters that are not right."""
    tab.open("/zaken/0000-0000-000", status=404)
    yield "not found"
    tab.open("/bestaat-niet", status=404)
    yield "no such page"
    tab.open("/afmelden", status=405)
    yield "not allowed this way"
    tab.open("/zaken?maand=ooit", status=400)
    yield "a filter that is not right"
    tab.open("/zaken?maand=2001-01")
    yield "a filter that nothing fits"
    tab.open("/ontvangen?na=onzin", status=400)
    yield "an address that is not right"


DEEDS: tuple[Deed, ...] = (
    collect, confer, type_a_case, add_an_update,
    lambda tab, has: previewing.hold_something_back(tab, has.own), change_consent, take_in_a_file, seek_contact, answer_recalls,
    lambda tab, has: referring.refer_somebody(tab, has.own, refers=referring.may_refer(has)), lambda tab, _: referring.try_a_code(tab),
    lambda tab, has: referring.say_whose_case_it_is(tab, has.own),
    lambda tab, has: keeping.hold_a_case(tab, has.own), look_for_a_code, choose_mail, go_wrong,
)  # fmt: skip

OPEN_TO_ALL = ("/", "/toegankelijkheid", "/privacy", "/aanmelden", "/afgemeld")


def _first(tab: Tab, page: str, prefix: str) -> str | None:
    tab.open(page)
    links: list[str] = tab.page.locator(f'tbody a[href^="{prefix}"]').evaluate_all("all => all.map(one => one.getAttribute('href'))")
    return links[0].removeprefix(prefix) if links else None
