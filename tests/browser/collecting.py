"""The pages of collections in the demo: which editions somebody has there, and what one does with them."""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.walk import Tab

COLLECTOR = "politie"  # whose coordinator leads the gatherings of the demo


@dataclass(frozen=True)
class Collected:
    """Addresses of a delivered edition, of an addendum, and of a delivered and an open gathering that one's organisation leads."""

    edition: str | None = None
    addendum: str | None = None
    gathering: str | None = None
    open_one: str | None = None


NOTHING = Collected()


def look_for_editions(tab: Tab, partner: str) -> Collected:
    """Find what stands on the board of this partner: the fullest delivered edition, and an addendum if there is one."""
    tab.open("/verzamelingen")
    delivered = hrefs(tab.page, '[aria-labelledby^="bezorgd-"] tbody tr:not(:has(td[colspan])) th a')
    edition = next((one for one in delivered if "aanvulling" not in one), None)
    addendum = next((one for one in delivered if "aanvulling" in one), None)
    if edition is None or not partner.startswith(COLLECTOR):
        return Collected(edition, addendum)
    opened = hrefs(tab.page, '[aria-labelledby^="open-"] tbody th a')
    return Collected(edition, addendum, *(one.replace("verzamelingen", "inzamelingen") for one in (edition, opened[0])))


def hrefs(page: Page, words: str) -> list[str]:
    """Where these links lead."""
    found: list[str] = page.locator(words).evaluate_all("all => all.map(one => one.getAttribute('href'))")
    return found


def read_an_edition(tab: Tab, edition: str) -> Iterator[str]:
    """An edition: by ground, a choice that nothing fits, one that is not right, two codes, and the file."""
    tab.open(edition)
    tab.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    tab.page.select_option("#per", "grond")
    tab.press("Tonen")
    yield "casuistry.show_edition, by ground"
    tab.open(f"{edition}?deel=anders-gedeeld")
    yield "casuistry.show_edition, nothing fits"
    tab.open(f"{edition}?deel=onzin", status=400)
    yield "casuistry.show_edition, an odd choice"
    tab.page.fill("#code", "7K2M")
    tab.press("Zaak zoeken")
    yield "casuistry.find_line, no code"
    tab.open(edition)
    code = tab.page.locator("tbody th .aloud").first.inner_text().replace(", ", "")
    tab.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    tab.page.fill("#code", code)
    tab.press("Zaak zoeken")
    assert "#regel-" in tab.page.url
    yield "casuistry.find_line, found"
    with tab.page.expect_download() as taken:
        tab.page.get_by_role("button", name="XLSX").click()
    assert taken.value.suggested_filename.startswith("zaaksoverzicht-")
    yield "casuistry.download_edition, taken along"
    again = tab.page.get_by_role("button", name="Nabouwen en vergelijken")
    if again.count():
        with tab.page.expect_navigation(wait_until="load"):
            again.click()
        yield "casuistry.rebuild_edition"


def say_something(tab: Tab) -> Iterator[str]:
    """A statement: nothing to report, whether that may be said or not, and then that all is brought in."""
    for words in ("Niets te melden", "Alles is bijgewerkt"):
        tab.open("/aanleverberichten")
        buttons = tab.page.get_by_role("button", name=words)
        if buttons.count():
            with tab.page.expect_navigation(wait_until="load"):
                buttons.first.click()
            yield f"casuistry.make_statement, {'done' if 'gedaan=' in tab.page.url else 'refused'}"


def lead_a_gathering(tab: Tab, delivered: str, still_open: str) -> Iterator[str]:
    """A coordinator moves a freeze, wrongly and rightly, and lets somebody deliver late, wrongly and rightly."""
    tab.open(still_open)
    tab.press("Verplaatsen")
    yield "casuistry.move_gathering, refused"
    tab.page.fill("#dag", "2026-12-02")
    tab.page.fill("#reden-verplaatsen", "Het overleg is een dag later.")
    tab.press("Verplaatsen")
    yield "casuistry.move_gathering, done"
    tab.open(delivered)
    tab.press("Toestaan")
    yield "casuistry.allow_late, refused"
    tab.page.fill("#reden-nakomen", "Er bleef een zaak liggen.")
    tab.press("Toestaan")
    yield "casuistry.allow_late, done"
