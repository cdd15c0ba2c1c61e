"""Makes the pictures of the README from a fresh demo: `python -m tests.browser.pictures` (or `make pictures`)."""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

from hub.demo.supervisor import running
from tests.browser.walk import Tab, new_context, persona, start_browser, tab_of

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZE = {"width": 1280, "height": 860}
PICTURES = {  # whose tab: the name of the picture and its page
    "Anja B.": {"received": "/ontvangen", "case": "/ontvangen", "own": "/zaken", "edition": "/verzamelingen/fryslan/2026-10"},
    "Nadia O.": {
        "gathering": "/inzamelingen/groningen/2026-10",
        "agenda": "/overleggen/regionaal-casus-overleg-groningen", "year": "/overleggen/casuistiekbespreking-drenthe",
    },
}  # fmt: skip
A_CASE = ("case", "own")  # the first case of the list, not the list


def main() -> None:
    """What a case worker of Tûmba sees: what others gave, a case, one of her own, her edition; and what the coordinator leads."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="schakel-pictures-") as folder:
        Path(folder).chmod(0o755)
        with running(Path(folder) / "demo", say=lambda sentence: None) as place, sync_playwright() as playwright:
            browser = start_browser(playwright)
            for name, pages in PICTURES.items():
                with tab_of(new_context(browser, viewport=SIZE), place) as tab:
                    tab.sign_in(persona(name))
                    _take(tab, pages)
            browser.close()


def _take(tab: Tab, pages: Mapping[str, str]) -> None:
    for name, page in pages.items():
        tab.open(page)
        if name in A_CASE:
            tab.page.locator("tbody a").first.click()
        if name == "agenda":
            tab.page.locator("tbody tr:has(.tag.new) th a").first.click()
            tab.open(tab.page.url.removeprefix(tab.place.address) + "/agenda")
        if name == "year":
            tab.page.locator('a[href^="/jaarplannen/"]').first.click()
        tab.page.screenshot(path=IMAGES / f"{name}.png")
        sys.stdout.write(f"{name}.png: {(IMAGES / f'{name}.png').stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
