"""Two ways to use a page: by pointing at things, and by keys alone; a task is written once and done by both."""

from contextlib import suppress
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page, TimeoutError

from tests.browser.walk import Tab

FARTHEST = 220  # presses of Tab before we say that something cannot be reached


class Hand(Protocol):
    """What somebody does on a page, by the words that stand on it; fields go by their label or, in a group, by name and value."""

    tab: Tab

    def follow(self, link: Locator) -> None: ...
    def push(self, button: Locator) -> None: ...
    def choose(self, field: str, value: str) -> None: ...
    def tick(self, field: str, value: str) -> None: ...
    def write(self, field: str, text: str) -> None: ...
    def give_day(self, field: str, *, day: int, month: int, year: int) -> None: ...
    def give_file(self, field: str, file: Path) -> None: ...


class Pointer:
    """Somebody who points, without scripts."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    def follow(self, link: Locator) -> None:
        """Follow a link."""
        self.push(link)

    def push(self, button: Locator) -> None:
        """Push a button, and wait for the page that follows."""
        with self.tab.page.expect_navigation(wait_until="load"):
            button.first.click()

    def choose(self, field: str, value: str) -> None:
        """Choose from a list."""
        self.tab.page.select_option(f"#{field}", value)

    def tick(self, field: str, value: str) -> None:
        """Tick a box or a round one."""
        self.tab.page.check(f'input[name="{field}"][value="{value}"]')

    def write(self, field: str, text: str) -> None:
        """Type into a field."""
        self.tab.page.fill(f"#{field}", text)

    def give_day(self, field: str, *, day: int, month: int, year: int) -> None:
        """Fill in a day."""
        self.tab.page.fill(f"#{field}", f"{year}-{month:02}-{day:02}")

    def give_file(self, field: str, file: Path) -> None:
        """Choose a file."""
        self.tab.page.set_input_files(f"#{field}", file)


class Keys:
    """Somebody who has only a keyboard: goes to everything with Tab, and must see where she is."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    @property
    def _page(self) -> Page:
        return self.tab.page

    def follow(self, link: Locator) -> None:
        """Follow a link with Enter."""
        self._reach(link)
        with self._page.expect_navigation(wait_until="load"):
            self._page.keyboard.press("Enter")

    def push(self, button: Locator) -> None:
        """Push a button with the space bar, and wait for the page that follows."""
        self._reach(button)
        with self._page.expect_navigation(wait_until="load"):
            self._page.keyboard.press("Space")

    def choose(self, field: str, value: str) -> None:
        """Go down a list until the wanted line is chosen."""
        chosen = self._page.locator(f"#{field}")
        self._reach(chosen)
        self._page.keyboard.press("Home")
        for _ in range(chosen.locator("option").count()):
            if chosen.input_value() == value:
                return
            self._page.keyboard.press("ArrowDown")
        assert chosen.input_value() == value, f"{field} has no {value} that arrows reach"

    def tick(self, field: str, value: str) -> None:
        """Go to a box and press the space bar; within a group of round ones, by arrows."""
        wanted = self._page.locator(f'input[name="{field}"][value="{value}"]')
        if wanted.is_checked():
            return
        if wanted.get_attribute("type") == "checkbox":
            self._reach(wanted)
            self._page.keyboard.press("Space")
            return
        self._reach(self._page.locator(f'input[name="{field}"]'), any_of_them=True)
        self._page.keyboard.press("Space")
        for _ in range(self._page.locator(f'input[name="{field}"]').count()):
            if wanted.is_checked():
                return
            self._page.keyboard.press("ArrowDown")
        assert wanted.is_checked(), f"{field} has no {value} that arrows reach"

    def write(self, field: str, text: str) -> None:
        """Type into a field, over what stood there."""
        self._reach(self._page.locator(f"#{field}"))
        self._page.keyboard.press("Control+A")
        self._page.keyboard.type(text)

    def give_day(self, field: str, *, day: int, month: int, year: int) -> None:
        """Type the digits of a day; equal day and month, since the browser's own language decides which comes first."""
        assert day == month, "choose a day like 10 October"
        self._reach(self._page.locator(f"#{field}"))
        self._page.keyboard.type(f"{day:02}{month:02}{year}")

    def give_file(self, field: str, file: Path) -> None:
        """
        Open the browser's own dialog for files with Enter; a busy browser may let the first key pass, as it does for a person.

        We ask for dialogs before we walk there: one that opened before the browser heard us would stay open and let no other come.
        """
        self._page.on("filechooser", lambda _: None)
        for patience in (6_000, 10_000, 15_000):
            self._reach(self._page.locator(f"#{field}"))
            with suppress(TimeoutError):
                with self._page.expect_file_chooser(timeout=patience) as chooser:
                    self._page.keyboard.press("Enter")
                chooser.value.set_files(file)
                return
            self._page.reload()
        raise AssertionError(f"Enter opens no dialog for files at {field}")

    def _reach(self, wanted: Locator, *, any_of_them: bool = False) -> None:
        """Press Tab until the focus is there."""
        is_there = "(all) => all.includes(document.activeElement)" if any_of_them else "(all) => all[0] === document.activeElement"
        assert wanted.count(), f"{wanted} is not on {self._page.url}"
        for _ in range(FARTHEST):
            if wanted.evaluate_all(is_there):
                return
            self._page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} cannot be reached by keyboard on {self._page.url}")
