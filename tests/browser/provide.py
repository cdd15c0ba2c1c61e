"""Finds the Chromium that the browser tests drive, fetches Playwright's own when there is none, or says in a sentence what to install."""

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SAY = (
    "The browser tests need Chromium and none was found. Install it (Debian: apt-get install chromium; elsewhere: "
    ".venv/bin/playwright install --with-deps chromium), or name one in SCHAKEL_TEST_BROWSER. Everything else runs with: "
    'make test TESTS="tests --ignore=tests/browser"'
)


def playwrights_own() -> str | None:
    """The path of the browser that Playwright downloaded, if it did."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def browser_path() -> str | None:
    """The Chromium to drive: the one that was named, the machine's own, or Playwright's."""
    named = os.environ.get("SCHAKEL_TEST_BROWSER")
    return named or next(filter(None, map(shutil.which, NAMES)), None) or playwrights_own()


def launch_arguments() -> list[str]:
    """Chromium refuses its sandbox to root, and small containers have little shared memory."""
    return ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def axe_source() -> str:
    """The text of axe-core, to be evaluated in a page (a script tag would be blocked by our own policy)."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def main() -> int:
    """Say which browser will be used; fetch one when there is none."""
    path = browser_path()
    if path is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, timeout=600)
        path = playwrights_own()
    if path is None or not Path(path).exists():
        sys.stderr.write(f"{SAY}\n")
        return 1
    sys.stdout.write(f"Browser: {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
