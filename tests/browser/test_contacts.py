"""A contact between a bureau and the police, and a term at the police: every step in a real browser, at both widths."""

from collections.abc import Callable

from hub.demo.personas import Persona
from hub.demo.place import Place
from hub.desk import open_desk
from hub.watches.actions import keep_watch
from tests.browser.sights import look
from tests.browser.walk import Tab, persona

TabOf = Callable[[Persona | None], Tab]
OFFICE = {
    "person": "Balie, coördinator discriminatie en diversiteit",
    "reach": "discriminatie.noord@voorbeeld.invalid",
    "moment": "Elke ochtend",
}


def fill_desk(tab: Tab) -> None:
    for field, text in OFFICE.items():
        tab.page.fill(f"#{field}", text)
    tab.page.check("input[name=channel][value=mail]")


def test_two_partners_come_to_speak_and_each_step_looks_right(tab_for: TabOf) -> None:
    marijke, rick, wrong = tab_for(persona("Marijke")), tab_for(persona("Rick")), []
    marijke.open("/ontvangen")
    marijke.page.locator("tbody tr", has_text="Politie").nth(2).locator('a[href^="/ontvangen/"]').click()
    wrong += look(marijke, "received")
    marijke.follow("Contact vragen")
    wrong += look(marijke, "question")
    marijke.page.check("input[name=when][value=now]")
    fill_desk(marijke)
    marijke.press("Contact vragen")
    path = "/contacten/" + marijke.page.url.split("?")[0].rsplit("/", 1)[1]
    wrong += look(marijke, "waiting")
    rick.open("/contacten")
    wrong += look(rick, "list")
    rick.open(path)
    wrong += look(rick, "to answer")
    fill_desk(rick)
    rick.press("Ja, contact opnemen")
    wrong += look(rick, "agreed")
    marijke.open(path)
    marijke.page.fill("#made_on", "2026-11-04")
    marijke.press("Contact vastleggen")
    wrong += look(marijke, "said")
    rick.open(path)
    wrong += look(rick, "heard")
    rick.press("Ja, dat klopt")
    rick.page.check("input[name=outcome][value=together]")
    rick.press("Uitkomst vastleggen")
    wrong += look(rick, "reviewed")
    marijke.open(path)
    marijke.page.check("input[name=outcome][value=own_track]")
    marijke.press("Uitkomst vastleggen")
    wrong += look(marijke, "done")

    assert "Samen optrekken" in marijke.page.locator("main").inner_text()
    assert not wrong, "\n".join(wrong)


def test_a_term_is_settled_from_the_list_by_a_push(tab_for: TabOf, demo: Place) -> None:
    with open_desk(demo.settings()) as desk, desk.work("politie-noord-nederland") as (work, _):
        keep_watch(work, house=desk.house)
    rick = tab_for(persona("Rick"))

    rick.open("/termijnen")
    wrong = look(rick, "terms")
    before = rick.page.locator("tbody form").count()
    with rick.page.expect_navigation(wait_until="load"):
        rick.page.locator('button[value="klaar"]').first.click()

    assert rick.page.locator("tbody form").count() == before - 1
    assert rick.page.get_by_role("status").inner_text() == "De termijn is bijgewerkt."
    assert not wrong, "\n".join(wrong)
