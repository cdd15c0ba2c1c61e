"""Makes the pictures of the README from a fresh demo: `python -m tests.browser.pictures` (or `make pictures`)."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from hub.demo.supervisor import running
from tests.browser.walk import new_context, persona, start_browser, tab_of

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZE = {"width": 1280, "height": 860}
PICTURES = {"received": "/ontvangen", "case": "/ontvangen", "own": "/zaken"}


def main() -> None:
    """Three pictures as a case worker of Tûmba sees them: what others gave, one such case, and one of her own."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="schakel-pictures-") as folder:
        Path(folder).chmod(0o755)
        with running(Path(folder) / "demo", say=lambda sentence: None) as place, sync_playwright() as playwright:
            browser = start_browser(playwright)
            with tab_of(new_context(browser, viewport=SIZE), place) as tab:
                tab.sign_in(persona("Anja B."))
                for name, page in PICTURES.items():
                    tab.open(page)
                    if name != "received":
                        tab.page.locator("tbody a").first.click()
                    tab.page.screenshot(path=IMAGES / f"{name}.png")
                    sys.stdout.write(f"{name}.png: {(IMAGES / f'{name}.png').stat().st_size // 1024} kB\n")
            browser.close()


if __name__ == "__main__":
    main()
