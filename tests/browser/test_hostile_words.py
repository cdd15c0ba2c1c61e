"""Texts that try to become more than text, through every cell and field that reaches a page: they stay text, and nothing is reported."""

from collections.abc import Callable, Iterable
from urllib.parse import quote

from hub.demo.personas import Persona
from tests.browser import tour
from tests.browser.hostile import PAYLOADS, export
from tests.browser.walk import Tab, persona

TabOf = Callable[[Persona | None], Tab]
LONGEST = 64  # signs of a case number
FEW, GROUND = 4, "grond {}"  # four texts to a case
MORE_THAN_TEXT = r"""() => {
  const words = ['img:not([src^="/static/"])', 'script:not([src^="/static/"])', 'link:not([href^="/static/"])',
    '[autofocus]:not(.problems)', '[style]',
    'iframe, object, embed, video, audio, source, svg, math, marquee, base, style, plaintext, meta[http-equiv], body[onload]',
    'form:not([action^="/"])', 'a:not([href^="/"]):not([href^="#"]):not([href^="https://"])'];
  const found = words.flatMap((one) => [...document.querySelectorAll(one)]);
  const handlers = [...document.querySelectorAll('*')].filter((node) => [...node.attributes].some((one) => one.name.startsWith('on')));
  return [...found, ...handlers].map((node) => node.outerHTML.slice(0, 120));
}"""


def only_text(tab: Tab) -> None:
    """Nothing on this page came out of a text."""
    assert tab.page.evaluate(MORE_THAN_TEXT) == []
    assert "49" not in tab.page.title()


def said(tab: Tab) -> str:
    """All text of the page, with white space as one sees it."""
    return " ".join(tab.page.locator("main").inner_text().split())


def as_seen(payload: str) -> str:
    return " ".join(payload.split())


def file_of(rows: list[dict[str, str]], name: str = "export.csv") -> dict[str, object]:
    return {"name": name, "mimeType": "text/csv", "buffer": export(rows)}


def codes(tab: Tab, prefix: str) -> list[str]:
    tab.open(prefix)
    found: list[str] = []
    while True:
        found += tab.page.locator(f'tbody a[href^="{prefix}/"]').evaluate_all("all => all.map(one => one.getAttribute('href'))")
        if not tab.page.locator("a[rel=next]").count():
            return found
        tab.follow("Volgende zaken")


def all_said(tab: Tab, addresses: Iterable[str]) -> str:
    """The text of all these pages, on which nothing came out of a text."""
    told = []
    for address in sorted(addresses):
        tab.open(address)
        only_text(tab)
        told.append(said(tab))
    return "\n".join(told)


def test_hostile_cells_that_are_taken_in_stay_text_for_their_giver_and_for_who_receives_them(tab_for: TabOf) -> None:
    giver, police = tab_for(persona("Anja")), tab_for(persona("Rick"))
    before, received_before = set(codes(giver, "/zaken")), set(codes(police, "/ontvangen"))
    numbers = [f"{number}{payload}"[:LONGEST] for number, payload in enumerate(PAYLOADS[::FEW])]
    rows = [
        {"Zaaknummer": number, "Discriminatiegrond": "|".join(map(GROUND.format, few)), "Samenvatting voor partners": " ".join(few)}
        for number, few in zip(numbers, (PAYLOADS[at : at + FEW] for at in range(0, len(PAYLOADS), FEW)), strict=True)
    ]

    tour.offer(giver, file_of(rows))
    only_text(giver)
    giver.press("inlezen en delen", exact=False)
    only_text(giver)
    ours = all_said(giver, set(codes(giver, "/zaken")) - before)
    theirs = all_said(police, set(codes(police, "/ontvangen")) - received_before)

    assert [number for number in numbers if as_seen(number).casefold() not in ours.casefold()] == []
    assert [payload for payload in PAYLOADS if as_seen(GROUND.format(payload)) not in ours] == []
    assert [payload for payload in PAYLOADS if as_seen(payload) not in theirs] == []


def test_hostile_cells_that_are_refused_stay_text_in_the_preview(tab_for: TabOf) -> None:
    tab = tab_for(persona("Anja"))
    rows = [{"Zaaknummer": f"R{number}", "Aard": payload, "Gemeente voorval": payload} for number, payload in enumerate(PAYLOADS)]

    tour.offer(tab, file_of(rows))
    seen = said(tab)

    only_text(tab)
    assert [payload for payload in PAYLOADS if as_seen(payload) not in seen] == []


def test_hostile_texts_that_are_typed_come_back_as_text(tab_for: TabOf) -> None:
    tab = tab_for(persona("Jelle"))
    fields = "main form input:not([type=hidden]):not([type=file]), main form textarea, main form option"

    for payload in PAYLOADS[::4]:
        tab.open("/zaken/nieuw")
        tab.page.locator(fields).evaluate_all("(all, text) => all.forEach(one => { one.type = 'text'; one.value = text })", payload)
        tab.press("Bewaren en delen")
        only_text(tab)
        assert tab.page.locator("#narrative").input_value() == payload.replace("\r\n", "\n")
        assert tab.page.locator("#incident_date").get_attribute("value") == payload


def test_hostile_names_of_files_stay_text(tab_for: TabOf) -> None:
    tab = tab_for(persona("Jelle"))

    for payload in PAYLOADS[::8]:
        for ending in (".csv", ".exe"):
            tour.offer(tab, {"name": payload + ending, "mimeType": "text/csv", "buffer": payload.encode()})
            only_text(tab)
            assert tab.answered == 400


def test_hostile_addresses_are_answered_with_text(tab_for: TabOf) -> None:
    tab = tab_for(persona("Jelle"))

    for payload in PAYLOADS:
        text = quote(payload, safe="")
        tab.open(f"/zaken?maand={text}&provincie={text}&stand={text}&gedaan={text}", status=400)
        only_text(tab)
        tab.open(f"/ontvangen/{text}?gedaan={text}", status=404)
        only_text(tab)


def test_a_hostile_answer_of_a_provider_is_refused_with_text(stranger: Tab) -> None:
    for payload in PAYLOADS[::4]:
        text = quote(payload, safe="")
        stranger.open(f"/aanmelden/demo/terug?error={text}&error_description={text}&state={text}", status=403)
        only_text(stranger)
