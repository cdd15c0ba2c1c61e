"""The pages of consultations in the demo: which ones somebody has there, and what members do, and who sets up a body."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.browser.collecting import hrefs
from tests.browser.walk import Tab, new_context, persona, tab_of

FULLEST = ("casuistiekbespreking-drenthe", "regionaal-casus-overleg-groningen")  # the bodies of the demo that have met or soon will
REASON = "Er is een andere dag nodig."


@dataclass(frozen=True)
class Conferred:
    """Addresses of what one's organisation has of consultations: `led` is a body that it leads, the rest may be led by others."""

    body: str | None = None
    led: str | None = None
    series: str | None = None
    held: str | None = None
    ahead: str | None = None
    point: str | None = None
    minutes: str | None = None
    action: str | None = None


def _under(page: str | None, name: str) -> str | None:
    """The page of this name under another one, if that is there."""
    return page and f"{page}/{name}"


NO_CONSULTATION = Conferred()
PAGES: Mapping[str, Callable[[Conferred], str | None]] = {
    "consultations.show_bodies": lambda _: "/overleggen",
    "consultations.ask_body": lambda _: "/overleggen/nieuw",
    "consultations.show_body": lambda has: has.body,
    "consultations.ask_members": lambda has: _under(has.led, "leden"),
    "bodies.show_question": lambda has: _under(has.body, "deelname"),
    "bodies.ask_settings": lambda has: _under(has.led, "instellingen"),
    "bodies.show_joint": lambda has: has.led and "/jaarplannen/samen",
    "consultations.ask_blocks": lambda has: _under(has.led, "blokken"),
    "consultations.show_year": lambda has: has.series,
    "consultations.show_meeting": lambda has: has.ahead,
    "consultations.show_absences": lambda _: "/verhinderingen",
    "agendas.show_agenda": lambda has: _under(has.ahead, "agenda"),
    "agendas.show_left_out": lambda has: _under(has.ahead, "niet-op-de-agenda"),
    "agendas.show_nominations": lambda has: _under(has.ahead, "aanmelden"),
    "meetings.show_hall": lambda has: _under(has.held, "zaal"),
    "meetings.show_point": lambda has: has.point,
    "meetings.show_screen": lambda has: _under(has.held, "scherm"),
    "records.show_minutes": lambda has: _under(has.held, "verslag"),
    "records.show_block_minutes": lambda has: has.minutes,
    "records.show_outcomes": lambda has: _under(has.held, "besluitenlijst"),
    "records.show_template": lambda has: _under(has.body, "sjabloon"),
    "agreements.show_actions": lambda _: "/actiepunten",
    "agreements.show_action": lambda has: has.action,
}
A_BODY = 'a:not([href$="/deelname"])'  # the others are bodies that ask us
SENT = (  # by a member, or by who sets up a body
    "consultations.found_body", "consultations.seat_members", "consultations.plan_blocks", "consultations.name_attendee",
    "consultations.drop_attendee", "consultations.call_meeting", "consultations.move_meeting", "consultations.cancel_meeting",
    "bodies.answer_question", "bodies.change_settings", "bodies.propose_joint", "consultations.plan_year", "consultations.change_year",
    "consultations.object_to_year", "consultations.tell_absence",
    "consultations.drop_absence", "agendas.nominate", "agendas.withdraw_nomination", "agreements.go_on_with_action", "meetings.keep_note",
    "records.go_on_with_minutes", "records.download_minutes", "records.download_outcomes", "invitations.answer_invitation",
    "invitations.choose_title", "invitations.make_address", "invitations.revoke_address", "invitations.answer_by_link",
)  # fmt: skip


def look_for_meetings(tab: Tab) -> Conferred:
    """Find one of each: the body that has most to show, its last meeting with an item and minutes, one ahead, and an action."""
    tab.open("/overleggen")
    bodies = hrefs(tab.page, f".cards h3 {A_BODY}")
    if not bodies:
        return NO_CONSULTATION
    led = _fullest(hrefs(tab.page, f".cards li:has(.tag) h3 {A_BODY}"))
    ahead = next(iter([*hrefs(tab.page, "tbody tr:has(.tag.new) th a"), *hrefs(tab.page, "tbody th a")]), None)
    body = _fullest(bodies)
    assert body
    tab.open(body)
    series = next(iter(hrefs(tab.page, 'a[href^="/jaarplannen/"]')), None)
    held = next(iter(hrefs(tab.page, 'tbody tr:has(.tag:text-matches("gehouden|verslag")) th a')), None)
    point = minutes = None
    if held:
        point = _first_link(tab, f"{held}/zaal", "tbody th a")
        minutes = _first_link(tab, f"{held}/verslag", "tbody th a")
    return Conferred(body, led, series, held, ahead, point, minutes, _first_link(tab, "/actiepunten?stand=alle", "tbody th a"))


def _fullest(bodies: list[str]) -> str | None:
    """The address of the body that has most to show."""
    return next((f"/overleggen/{slug}" for slug in FULLEST if f"/overleggen/{slug}" in bodies), bodies[0] if bodies else None)


def _first_link(tab: Tab, page: str, words: str) -> str | None:
    tab.open(page)
    return next(iter(hrefs(tab.page, words)), None)


def send(tab: Tab, action: str, *, button: str = "", said: str = "", **fields: str) -> None:
    """
    Fill these fields of the form that goes to an address ending so, and push its button.

    Of several such forms the first is taken that has the fields and the button; words for the button are a part of what stands on it.
    What the page after it must have done can be said with the word in its address.
    """
    tab.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    wanted = (f'form[action$="{action}"]' if action else "main form") + "".join(f':has([name="{name}"])' for name in fields)
    form = tab.page.locator(wanted, has=tab.page.locator("button", has_text=button)).first
    for name, value in fields.items():
        field = form.locator(f'[name="{name}"]')
        match field.first.evaluate("one => one.type"):
            case "radio" | "checkbox":
                form.locator(f'[name="{name}"][value="{value}"]').check()
            case "select-one":
                field.select_option(value)
            case "hidden":
                field.evaluate("(one, value) => { one.value = value }", value)
            case _:
                field.fill(value)
    with tab.page.expect_navigation(wait_until="load"):
        form.locator("button", has_text=button).first.click()
    assert f"gedaan={said}" in tab.page.url or not said, tab.page.locator("main").inner_text()[:500]


def take(tab: Tab, action: str, *, end: str, **fields: str) -> bytes:
    """Send the form of a download; tells what came, whose name must end so."""
    with tab.page.expect_download() as taken:
        if fields:
            [(name, value)] = fields.items()
            tab.page.select_option(f'form[action$="{action}"] [name="{name}"]', value)
        tab.page.locator(f'form[action$="{action}"] button').first.click()
    assert taken.value.suggested_filename.endswith(end)
    return taken.value.path().read_bytes()


def found_a_body(tab: Tab) -> Iterator[str]:
    """A body: with nothing filled in, as it should be, and then its members, its blocks and who comes."""
    tab.open("/overleggen/nieuw")
    send(tab, "/overleggen/nieuw")
    yield "consultations.found_body, refused"
    send(tab, "/overleggen/nieuw", name="Overleg over scholen", purpose="Signalen van scholen", basis="Afspraken van het overleg",
         place="Online", **{"lid-bureau-drenthe": "nodig"})  # fmt: skip
    body = tab.page.url.split("?")[0]
    yield "consultations.found_body, done"
    _let_a_member_say_yes(tab, body)
    yield from _arrange(tab, body)
    yield from _call_together(tab, body)
    yield from _plan(tab, body)
    yield from _plan_together(tab, [urlsplit(body).path.rpartition("/")[2], "noordelijk-overleg-homofoob-geweld"])
    yield from _answer_a_body(tab, "/overleggen/regionaal-discriminatie-overleg/deelname")


def _let_a_member_say_yes(tab: Tab, body: str) -> None:
    browser = tab.page.context.browser
    assert browser
    context = new_context(browser)
    with tab_of(context, tab.place) as other:
        other.sign_in(persona("Hendrik"))
        other.open(f"{body}/deelname")
        send(other, "/deelname", basis="Wet gemeentelijke antidiscriminatievoorzieningen", said="deelname")
    context.close()


def _answer_a_body(tab: Tab, question: str) -> Iterator[str]:
    tab.open(question)
    yield "bodies.show_question, open"
    send(tab, "/deelname", basis="")
    yield "bodies.answer_question, refused"
    send(tab, "/deelname", basis="Statuten", said="deelname")
    yield "bodies.answer_question, done"


def _plan_together(tab: Tab, bodies: list[str]) -> Iterator[str]:
    tab.open(f"/overleggen/{bodies[1]}")
    send(tab, "/jaarplannen", year="2027", previous="2026-11-17", said="jaarplan")
    asked = "/jaarplannen/samen?jaar=2027&" + "&".join(f"overleg={one}" for one in bodies)
    tab.open(asked)
    yield "bodies.show_joint, found"
    send(tab, "/samen", **{f"dagen-{bodies[0]}": "2027-01-01"})
    yield "bodies.propose_joint, refused"
    tab.open(asked)
    send(tab, "/samen", button="Alle jaarplannen voorstellen", said="jaarplannensamen")
    yield "bodies.propose_joint, done"


def _arrange(tab: Tab, body: str) -> Iterator[str]:
    tab.open(f"{body}/leden")
    send(tab, "/leden", **{"lid-bureau-drenthe": ""})
    yield "consultations.seat_members, refused"
    send(tab, "/leden", **{"lid-bureau-drenthe": "nodig", "lid-politie-noord-nederland": "lid"})
    yield "consultations.seat_members, done"
    tab.open(f"{body}/instellingen")
    send(tab, "/instellingen", place="")
    yield "bodies.change_settings, refused"
    send(tab, "/instellingen", place="Stadhuis, Assen", said="instellingen")
    yield "bodies.change_settings, done"
    tab.open(f"{body}/blokken")
    send(tab, "/blokken", **{"minutes-1": "veel"})
    yield "consultations.plan_blocks, refused"
    send(tab, "/blokken", **{"minutes-1": "5"})
    yield "consultations.plan_blocks, done"
    send(tab, "/deelnemers")
    yield "consultations.name_attendee, refused"
    send(tab, "/deelnemers", who="Iemand zonder account")
    yield "consultations.name_attendee, done"
    send(tab, "/weg", button="Iemand zonder account", said="deelnemer")


def _call_together(tab: Tab, body: str) -> Iterator[str]:
    tab.open(body)
    send(tab, "/bijeenkomsten", because="")
    yield "consultations.call_meeting, refused"
    send(tab, "/bijeenkomsten", day="2026-12-10", because="Wij beginnen dit jaar al.")
    yield "consultations.call_meeting, done"
    if "/bijeenkomsten/" not in tab.page.url:
        tab.open(hrefs(tab.page, "tbody th a")[0])
    send(tab, "/verplaatsing", because="", day="")
    yield "consultations.move_meeting, refused"
    send(tab, "/verplaatsing", because=REASON, day="2026-12-17")
    yield "consultations.move_meeting, done"
    send(tab, "/annulering")
    yield "consultations.cancel_meeting, refused"
    send(tab, "/annulering", because="Er is te weinig te bespreken.")
    yield "consultations.cancel_meeting, done"


def _plan(tab: Tab, body: str) -> Iterator[str]:
    tab.open(body)
    send(tab, "/jaarplannen", year="soms")
    yield "consultations.plan_year, refused"
    send(tab, "/jaarplannen", year="2027")  # no meeting of this body was ever held
    send(tab, "/jaarplannen", year="2027", previous="2026-11-19")
    yield "consultations.plan_year, done"
    plan = tab.page.url.split("?")[0]
    send(tab, plan.removeprefix(tab.place.address), button="Wijzigen", deed="adjust")
    yield "consultations.change_year, refused"
    send(tab, plan.removeprefix(tab.place.address), button="Voorstellen")
    yield "consultations.change_year, done"
    tab.open(f"{plan}?dag=2027-01-01&plaats=1")
    yield "consultations.show_year, why not that day"


def object_to(tab: Tab, plan: str) -> Iterator[str]:
    """An objection to a day of a proposed year: without a reason, with one, and taken back."""
    tab.open(plan)
    send(tab, "/bezwaren", because="")
    yield "consultations.object_to_year, refused"
    send(tab, "/bezwaren", because="Dan is er een landelijke dag van de bureaus.")
    yield "consultations.object_to_year, done"
    send(tab, "/bezwaren", button="intrekken", said="bezwaar")


def be_away(tab: Tab) -> Iterator[str]:
    """An absence: with nothing chosen, every week, and not any more."""
    tab.open("/verhinderingen")
    send(tab, "/verhinderingen")
    yield "consultations.tell_absence, refused"
    send(tab, "/verhinderingen", how="period", first="2027-07-19", last="2027-08-06")
    yield "consultations.tell_absence, done"
    send(tab, "/weg", button="19 juli 2027", said="verhindering")


def put_forward(tab: Tab, meeting: str, own: str | None) -> Iterator[str]:
    """A nomination: with nothing chosen, an own case or else a theme, and taken back."""
    tab.open(f"{meeting}/aanmelden")
    if not tab.page.locator("#because").count():
        return  # the agenda is settled
    send(tab, "/aanmelden")
    yield "agendas.nominate, refused"
    what = {"about": "own", "code": own} if own else {"about": "theme", "theme": "Meldingen op scholen"}
    send(tab, "/aanmelden", because="Wij zien er meer dan vorig jaar.", minutes="10", **what)
    yield "agendas.nominate, done"
    send(tab, "", button="Intrekken", said="aanmelding-weg")


def go_on_with_an_action(tab: Tab, action: str) -> Iterator[str]:
    """An action: without a choice, begun, and put off."""
    tab.open(action)
    here = action.removeprefix(tab.place.address)
    if not tab.page.locator('[name="word"][value="started"]').count():
        return  # of another organisation, or begun before
    send(tab, here)
    yield "agreements.go_on_with_action, refused"
    send(tab, here, word="started")
    yield "agreements.go_on_with_action, done"
    tab.open(action)
    send(tab, here, word="deferred", due="2026-11-18", because="De melder is tot half november weg.", said="actiepunt")


def look_back(tab: Tab, has: Conferred) -> Iterator[str]:
    """After a meeting: an own note at an item, a remark on the minutes, and the papers as files."""
    if not (has.held and has.point and has.minutes):
        return
    tab.open(has.point)
    send(tab, "/notitie", own="Bespreken met de juridische afdeling.")
    yield "meetings.keep_note, done"
    tab.open(has.minutes)
    send(tab, has.minutes, words="")
    yield "records.go_on_with_minutes, refused"
    send(tab, has.minutes, words="Onze organisatie was er pas bij het tweede punt.")
    yield "records.go_on_with_minutes, done"
    for page, form in (("verslag", "odt"), ("besluitenlijst", "docx")):
        tab.open(f"{has.held}/{page}")
        take(tab, f"/{page}/bestand", end=form, vorm=form)


def answer_invitations(tab: Tab) -> Iterator[str]:
    """Invitations: answered wrongly and rightly, a neutral title, and a calendar address made and revoked."""
    tab.open("/uitnodigingen")
    if tab.page.locator("#invitation").count():
        send(tab, "/antwoord")
        yield "invitations.answer_invitation, refused"
        chosen = tab.page.locator("#invitation option").nth(1).get_attribute("value")
        send(tab, "/antwoord", invitation=chosen or "", answer="deputy", deputy="Een collega")
        yield "invitations.answer_invitation, done"
    send(tab, "/titel", said="agendatitel")
    send(tab, "/agenda-adres")
    yield "invitations.make_address, done"
    send(tab, "/intrekken", said="agendaadres")


def may_still_answer(tab: Tab, mail: str) -> bool:
    """Open the link in this mail; a mail that was overtaken, or about a meeting that is over, has no form behind it."""
    tab.open(mail)
    link = re.search(r"/uitnodiging/[\w-]+", tab.page.locator("main").inner_text())
    assert link
    tab.page.goto(tab.place.address + link.group())
    return tab.page.get_by_role("button", name="Antwoord versturen").count() == 1


def answer_by_mail(tab: Tab, to: str) -> Iterator[str]:
    """The link of the last invitation that this address got: looked at, answered wrongly and rightly."""
    for _ in range(60):  # the clock of the hub sends them a while after the start
        tab.open(tab.place.mailroom)
        mails = tab.page.locator("a.card", has_text=to).filter(has_text="Uitnodiging: ")
        if any(may_still_answer(tab, mail) for mail in mails.evaluate_all("all => all.map(one => one.href)")):
            break
        tab.page.wait_for_timeout(500)
    yield "invitations.show_link"
    tab.press("Antwoord versturen")
    yield "invitations.answer_by_link, refused"
    tab.page.check("input[name=answer][value=accepted]")
    tab.press("Antwoord versturen")
    yield "invitations.answer_by_link, done"


def be_a_member(tab: Tab, has: Conferred, *, email: str, own: str | None) -> Iterator[str]:
    """What every member does: objects, is away, puts forward, goes on with an action, looks back, and answers."""
    yield from be_away(tab)
    if has.series:
        yield from object_to(tab, has.series)
    if has.ahead:
        yield from put_forward(tab, has.ahead, own)
    if has.action:
        yield from go_on_with_an_action(tab, has.action)
    yield from look_back(tab, has)
    yield from answer_by_mail(tab, email)
    yield from answer_invitations(tab)  # another title is another invitation, and the link of the one before opens nothing
