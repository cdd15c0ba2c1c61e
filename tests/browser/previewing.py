"""On the tour: the reporter's yes, looking ahead at who will see a case, holding something back from them, and lifting it."""

from collections.abc import Iterator

from tests.browser.walk import Tab

PAGES = {"previews.show_holds": "/zaken/{}/inhouden", "previews.show_looks": "/zaken/{}/inzage"}
SENT = ("previews.preview_new", "previews.preview_update", "previews.hold_back", "previews.preview_hold", "previews.lift_hold")


def hold_something_back(tab: Tab, own: str | None) -> Iterator[str]:
    """An update foreseen; then nothing chosen, what holding back would change, done, and lifted again."""
    if own is None:
        return
    tab.open(f"/zaken/{own}/aanvulling")
    words: list[str] = tab.page.locator("#status option").evaluate_all("all => all.map(one => one.value)")
    now = tab.page.locator("#status").input_value()
    tab.page.select_option("#status", next(word for word in words if word not in (now, "", "unknown", "not_asked")))
    if tab.page.locator("#narrative").count() and tab.page.locator("#narrative").input_value():
        tab.page.check("#narrative_confirmed")
    tab.press("Wie ziet dit straks?")
    open_all(tab)
    yield "previews.preview_update, done"
    tab.open(f"/zaken/{own}/inhouden")
    if tab.page.locator("#what").count() == 0:
        return  # no agreement takes this case anywhere
    tab.press("Inhouden")
    yield "previews.hold_back, refused"
    tab.page.select_option("#recipient", "*")
    tab.page.select_option("#what", index=2)
    tab.page.fill("#because", "op verzoek van de melder")
    tab.press("Wie ziet dit straks?")
    open_all(tab)
    yield "previews.preview_hold, done"
    tab.press("Inhouden")
    yield "previews.hold_back, done"
    with tab.page.expect_navigation(wait_until="load"):
        tab.page.get_by_role("button", name="Opheffen").first.click()
    yield "previews.lift_hold, done"


def open_all(tab: Tab) -> None:
    """Open everything that can be folded out, so that all of the page is looked at."""
    tab.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")


def say_yes(tab: Tab, code: str, slug: str) -> None:
    """Record the reporter's consent for this recipient."""
    tab.open(f"/zaken/{code}/toestemming")
    for name, word in {f"antwoord-{slug}": "alles", "given_by": "reporter", "how": "phone", f"doel-{slug}": "case_work"}.items():
        tab.page.check(f"input[name={name}][value={word}]")
    tab.press("Vastleggen")
    assert "gedaan=toestemming" in tab.page.url, tab.page.locator("main").inner_text()[:500]
