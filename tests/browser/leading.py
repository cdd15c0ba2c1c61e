"""Who leads a body of the demo goes through a meeting: settles its agenda, leads the talk, writes it down, and sends the minutes round."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.browser.collecting import hrefs
from tests.browser.conferring import send, take
from tests.browser.walk import Tab

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

SENT = (
    "agendas.change_agenda", "agendas.change_item", "agendas.add_theme", "agendas.download_agenda", "meetings.start_meeting",
    "meetings.end_meeting", "meetings.let_in", "meetings.let_out", "meetings.go_through", "meetings.note_point", "meetings.decide_at",
    "meetings.agree_at", "records.draft_minutes", "records.write_minutes", "records.choose_template", "records.download_template",
)  # fmt: skip


def lead_a_meeting(tab: Tab, meeting: str) -> Iterator[str]:
    """A meeting whose agenda is being prepared, to its end and its minutes; nothing for one that is further, or of others."""
    tab.open(f"{meeting}/agenda")
    if not tab.page.locator('button:has-text("Agenda vaststellen")').count():
        return
    yield from _order(tab, meeting)
    yield from _settle(tab, meeting)
    yield from _open_the_room(tab, meeting)
    yield from _adopt(tab, meeting)
    yield from _speak(tab, meeting)
    yield from _write_minutes(tab, meeting)
    yield from _settle_a_year(tab, "/overleggen/regionaal-discriminatie-overleg")


def _order(tab: Tab, meeting: str) -> Iterator[str]:
    """The computed agenda: an item later, with other minutes, off, on again, a theme, and all of it computed anew."""
    item = tab.page.locator("form:has(button:has-text('Omlaag'))").first.get_attribute("action") or ""
    send(tab, item, button="Omlaag")
    yield "agendas.change_item, done"
    send(tab, item, minutes="veel")
    yield "agendas.change_item, refused"
    send(tab, item, minutes="15", said="agendapunt-minutes")
    send(tab, item, because="Dit is al besproken.", said="agendapunt-decline")
    send(tab, item, button="Toch opnemen", said="agendapunt-accept")
    send(tab, "/agenda/thema", theme="")
    yield "agendas.add_theme, refused"
    send(tab, "/agenda/thema", theme="Meldingen op scholen", minutes="5")
    yield "agendas.add_theme, done"
    send(tab, "/agenda", button="Opnieuw berekenen", said="agenda-propose")
    send(tab, "/agenda", button="Aanpassingen weghalen", said="agenda-reset")


def _settle(tab: Tab, meeting: str) -> Iterator[str]:
    """Settled, when it takes too long and then all the same; and as a file."""
    send(tab, "/agenda/thema", theme="Meldingen op scholen", minutes="60")
    send(tab, "/agenda", button="Agenda vaststellen")
    yield "agendas.change_agenda, refused"
    send(tab, "/agenda", overrun="ja")
    yield "agendas.change_agenda, done"
    take(tab, "/agenda/document", end="docx", form="docx")
    tab.page.locator("#form option").first.evaluate("one => { one.value = 'doc' }")
    send(tab, "/agenda/document", form="doc")
    yield "agendas.download_agenda, refused"


def _open_the_room(tab: Tab, meeting: str) -> Iterator[str]:
    """The meeting begins; people come in, are no people, and go out."""
    tab.open(f"{meeting}/zaal")
    yield "meetings.show_hall, not begun"
    send(tab, "/begin")
    yield "meetings.start_meeting, done"
    tab.page.locator('form[action$="/aanwezig"] input[type=hidden][name=name]').first.wait_for(state="attached")
    for _ in range(2):
        with tab.page.expect_navigation(wait_until="load"):
            tab.page.locator('form[action$="/aanwezig"]:not(:has(#name)) button').first.click()
    yield "meetings.let_in, done"
    send(tab, "/aanwezig", organisation="gast", name="")
    yield "meetings.let_in, refused"
    send(tab, "/weg", said="weg")


def _adopt(tab: Tab, meeting: str) -> Iterator[str]:
    """The minutes of the meeting before: of each block as they are, until the members adopted them all."""
    tab.open(meeting)
    before = hrefs(tab.page, 'aside a:has-text("Vorige bijeenkomst")')[0]
    tab.open(f"{before}/verslag")
    for block in hrefs(tab.page, "tbody th a"):
        tab.open(block)
        send(tab, block, button="Vastgesteld", said="vaststellen")
    yield "records.go_on_with_minutes, adopted"
    tab.open(block)
    yield "records.show_block_minutes, adopted"


def _settle_a_year(tab: Tab, body: str) -> Iterator[str]:
    """A year to which nobody can object any more: settled, so that its days become meetings."""
    tab.open(body)
    plan = hrefs(tab.page, 'a[href^="/jaarplannen/"]')[0]
    tab.open(plan)
    send(tab, plan, button="Vaststellen en uitnodigen")
    yield "consultations.change_year, settled"
    tab.open(body)
    tab.open(hrefs(tab.page, "tbody th a")[0])
    yield "consultations.show_meeting, of a settled year"


def _speak(tab: Tab, meeting: str) -> Iterator[str]:
    """An item: begun, on the screen, noted, overtaken, decided and agreed on, wrongly and rightly; and the end."""
    tab.open(f"{meeting}/zaal")
    tab.open(hrefs(tab.page, "tbody th a")[0])
    item = urlsplit(tab.page.url).path
    send(tab, "/verloop")
    yield "meetings.go_through, begun"
    tab.open(f"{meeting}/scherm?stil=1")
    yield "meetings.show_screen, an item"
    tab.open(item)
    send(tab, "/bespreking", discussion="Wij bellen de melder.", outcome="discussed", said="bespreking")
    send(tab, "/bespreking", version="oud", discussion="Wij schrijven de melder.")
    yield "meetings.note_point, refused"
    send(tab, "/bespreking", version="1", discussion="Wij schrijven de melder.")
    yield "meetings.note_point, overtaken"
    send(tab, "/bespreking", outcome="discussed")
    yield "meetings.note_point, done"
    send(tab, "/besluit", words="")
    yield "meetings.decide_at, refused"
    send(tab, "/besluit", kind="besluit", words="De politie belt de melder.")
    yield "meetings.decide_at, done"
    send(tab, "/actiepunt", what="")
    yield "meetings.agree_at, refused"
    send(tab, "/actiepunt", what="Bel de melder", owner="politie-noord-nederland", owner_name="Rick", due="2026-11-20",
         done_when="De melder weet hoe het verder gaat")  # fmt: skip
    yield "meetings.agree_at, done"
    tab.open(f"{meeting}/zaal")
    send(tab, "/einde")
    yield "meetings.end_meeting, done"


def _write_minutes(tab: Tab, meeting: str) -> Iterator[str]:
    """The minutes: begun, kept, sent round without and with the promise, and a new version without and with a reason."""
    tab.open(f"{meeting}/verslag")
    send(tab, "/verslag")
    yield "records.draft_minutes, done"
    tab.open(hrefs(tab.page, "tbody th a")[0])
    here = urlsplit(tab.page.url).path
    yield "records.show_block_minutes, a draft"
    send(tab, "/tekst", button="Concept bewaren", said="verslagbewaard", **{"text-0": "De voorzitter opent."})
    send(tab, "/tekst", button="Rondsturen")
    yield "records.write_minutes, refused"
    send(tab, "/tekst", button="Concept bewaren", version="0")
    yield "records.write_minutes, overtaken"
    tab.open(here)
    send(tab, "/tekst", button="Rondsturen", confirmed="ja")
    yield "records.write_minutes, done"
    send(tab, here, button="Nieuwe versie", because="Een naam stond er verkeerd in.", said="nieuwe-versie")


def choose_a_template(tab: Tab, body: str) -> Iterator[str]:
    """The template of a body: one that is none, the hub's own with a change of nothing, and back."""
    tab.open(f"{body}/sjabloon")
    if not tab.page.locator("#file").count():
        return  # others lead this body
    standard = take(tab, "/standaard", end="docx")
    for content, then in ((b"geen Word", "refused"), (standard, "done")):
        tab.page.set_input_files("#file", {"name": "sjabloon.docx", "mimeType": WORD, "buffer": content})
        send(tab, "/sjabloon", button="Dit sjabloon gebruiken")
        yield f"records.choose_template, {then}"
    send(tab, "/sjabloon", button="Weer het sjabloon", said="sjabloonweg")
